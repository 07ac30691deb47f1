// Fails the build when the viewer grows past its budgets: gzip -9 kilobytes (1,000 bytes) of what a first visit loads,
// of all style sheets, of each chunk that a route loads later, and of the service worker. Reads Vite's own manifest, so no file name is guessed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { "initial script": 125, style: 10, "route chunk": 25, "service worker": 10 };
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));
const kb = (file) => gzipSync(readFileSync(dist + file), { level: 9 }).length / 1000;

/** Every chunk reached by static imports from these manifest keys. */
function reach(keys, found = new Set()) {
  for (const key of keys) {
    if (found.has(key)) continue;
    found.add(key);
    reach(manifest[key].imports ?? [], found);
  }
  return found;
}

const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
const initial = reach(entries);
const styles = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));
const rows = [
  ["initial script", "all of it", [...initial].reduce((sum, key) => sum + kb(manifest[key].file), 0)],
  ["style", "all of it", [...styles].reduce((sum, file) => sum + kb(file), 0)],
];
for (const key of Object.keys(manifest).filter((name) => manifest[name].isDynamicEntry)) {
  // Without what is there already whenever this is asked for.
  const askers = Object.keys(manifest).filter((name) => manifest[name].dynamicImports?.includes(key));
  const before = askers.map((name) => reach([name]));
  const own = [...reach([key])].filter(
    (name) => !initial.has(name) && !(before.length > 0 && before.every((there) => there.has(name))),
  );
  rows.push(["route chunk", key, own.reduce((sum, name) => sum + kb(manifest[name].file), 0)]);
}

rows.push(["service worker", "sw.js", kb("sw.js")]);

let over = 0;
for (const [kind, name, size] of rows) {
  const limit = BUDGET_KB[kind];
  const verdict = size <= limit ? "ok" : "OVER";
  if (verdict === "OVER") over += 1;
  console.log(
    `${verdict.padEnd(4)} ${kind.padEnd(14)} ${size.toFixed(1).padStart(6)} of ${limit} kB gz  ${name}`,
  );
}
if (over > 0) {
  console.error(
    `${over} part(s) over budget: find what grew (vite build prints each chunk) before raising a limit.`,
  );
  process.exit(1);
}
