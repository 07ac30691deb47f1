// Writes `licences.json`: name, version and licence of every package whose code is in the pages. A plugin of Vite's.
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;

export function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle(_, bundle) {
      const folders = new Map<string, string>();
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk") continue;
        for (const id of file.moduleIds) {
          const match = PACKAGE.exec(id.replace(/^\0/, ""));
          if (match?.[1] && match[2]) folders.set(match[2], match[1]);
        }
      }
      const found = [...folders].sort().map(([name, folder]) => {
        const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
        return { name, version, licence: license ?? "not stated" };
      });
      this.emitFile({ type: "asset", fileName: "licences.json", source: JSON.stringify(found) });
    },
  };
}
