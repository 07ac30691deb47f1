// Build, dev proxy and unit tests of the viewer. The dev server forwards the API's resources to a server on :8000.
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { licences } from "./scripts/licences";
import { serviceWorker } from "./scripts/service-worker";

const server = process.env.PICAM_SERVER ?? "http://127.0.0.1:8000";
const resources = [
  "images",
  "alerts",
  "cameras",
  "setup",
  "session",
  "healthz",
  "readyz",
  "exports",
  "deletions",
];

export default defineConfig({
  plugins: [react(), tailwindcss(), licences(), serviceWorker()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // No inlined assets and no preload polyfill: the server's policy allows only files of its own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    // What a first visit needs in one file, which compresses better than several. Pages share many small modules: those
    // come together too, since each file of its own costs a request and its name in every list of files.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "start", tags: ["$initial"], priority: 2 },
            { name: "shared", test: /src.(components|lib|api)|lucide/, minShareCount: 4, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      ...Object.fromEntries(resources.map((name) => [`^/${name}(/|\\?|$)`, { target: server }])),
      "^/ws$": { target: server, ws: true },
    },
  },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:3000/" } },
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
