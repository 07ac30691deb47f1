// Builds the service worker after the viewer, with the list of the viewer's files in it. A plugin of Vite's.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
/** What no visit needs: found by the browser itself, or for the build alone. */
const LEFT_OUT = /^(sw\.js|\.vite\/|licences\.json)/;

/** Every file below a folder, as paths from it. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replace(/^\/+/, ""))
    .filter((name) => !LEFT_OUT.test(name))
    .sort();
}

function shell(dist: string): { url: string; revision: string }[] {
  return filesOf(dist).map((name) => ({
    url: name === "index.html" ? "/" : `/${name}`,
    // Names in assets/ change with their content.
    revision: name.startsWith("assets/")
      ? ""
      : createHash("sha256")
          .update(readFileSync(`${dist}/${name}`))
          .digest("hex")
          .slice(0, 12),
  }));
}

export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    closeBundle: {
      sequential: true,
      async handler() {
        const dist = `${root}dist`;
        await build({
          configFile: false,
          root,
          publicDir: false,
          logLevel: "warn",
          define: { __SHELL__: JSON.stringify(shell(dist)) },
          build: {
            outDir: dist,
            emptyOutDir: false,
            rolldownOptions: {
              input: `${root}src/sw/sw.ts`,
              output: { entryFileNames: "sw.js", format: "iife", codeSplitting: false },
            },
          },
        });
      },
    },
  };
}
