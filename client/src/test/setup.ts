// Before each unit test: no requests but those a test allows, a clean page, and what happy-dom lacks.
import "@testing-library/jest-dom/vitest";
import { notifyManager } from "@tanstack/react-query";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { setPreferences } from "@/lib/preferences";
import { FakeSocket } from "./fake-socket";
import { server } from "./server";

// Generous, since a busy machine is slow: a test that passes does not wait for it.
configure({ asyncUtilTimeout: 8000 });

beforeAll(() => {
  // A change of the cache is drawn within the `act` that made it, so that "nothing moved" can be asserted right after.
  notifyManager.setScheduler(queueMicrotask);
  server.listen({ onUnhandledRequest: "error" });
  // Defined rather than assigned: the interceptor of requests has put its own, read-only one there.
  Object.defineProperty(globalThis, "WebSocket", { value: FakeSocket, configurable: true, writable: true });
});
beforeEach(() => {
  FakeSocket.all.length = 0;
  setPreferences({ theme: "system", shortcuts: true });
  Object.defineProperty(window, "scrollY", { value: 0, configurable: true });
  window.scrollTo = () => {};
  HTMLElement.prototype.scrollIntoView = () => {};
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
});
afterAll(() => server.close());
