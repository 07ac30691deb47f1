// Makes package-lock.json good for every platform after `npm install` on a machine whose package mirror is partial.
// npm leaves an optional platform package out of the lock when it could not fetch its description, and `npm ci` then
// refuses the lock everywhere. This writes the missing entries (version and platform; integrity is unknown here, so
// npm does not check it for them) and drops addresses. Run it after each change of dependencies.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(path, "utf8"));
const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|s390x)(?:-(?:eabi|gnueabihf|gnu|musl|msvc))?$/;

let added = 0;
for (const [owner, entry] of Object.entries(lock.packages)) {
  if (owner === "") continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] || lock.packages[`${owner}/${key}`]) continue;
    const match = PLATFORM.exec(name);
    const wasm = name.endsWith("wasm32-wasi");
    if (!match && !wasm) continue;
    const [os, cpu] = match ? [match[1], match[2]] : ["none", "wasm32"];
    const libc = name.endsWith("musl") ? { libc: ["musl"] } : {};
    lock.packages[key] = {
      version,
      cpu: [cpu],
      dev: entry.dev,
      license: entry.license,
      ...libc,
      optional: true,
      ...(wasm ? {} : { os: [os] }),
    };
    added += 1;
  }
}
for (const entry of Object.values(lock.packages)) delete entry.resolved;
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform entries added, ${Object.keys(lock.packages).length} packages in the lock.`);
