import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LivePlayer } from "./player";

class Socket {
  static all: Socket[] = [];
  static readonly OPEN = 1;
  readyState = 1;
  binaryType = "";
  sent: string[] = [];
  closed = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    Socket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
}

const last = () => Socket.all.at(-1) as Socket;

function picture(sequence: number, capturedMs: number): ArrayBuffer {
  const message = new ArrayBuffer(20);
  const view = new DataView(message);
  view.setUint8(0, 2);
  view.setUint8(1, 1);
  view.setUint32(4, sequence);
  view.setBigUint64(8, BigInt(capturedMs) * 1000n);
  return message;
}

let player: LivePlayer;
let place: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  Socket.all = [];
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("createImageBitmap", () => Promise.resolve({ width: 4, height: 3, close: () => undefined }));
  place = document.createElement("div");
  player = new LivePlayer("ws://site/cameras/1/live", place, ["pictures"]);
});

afterEach(() => {
  player.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("acknowledges each unit and says how old the picture is by the server's clock", async () => {
  const now = Date.now();
  last().onmessage?.({ data: JSON.stringify({ type: "hello", server_time_us: (now + 60_000) * 1000 }) });
  last().onmessage?.({ data: picture(41, now + 59_800) });
  await vi.advanceTimersByTimeAsync(0);
  expect(last().url).toBe("ws://site/cameras/1/live?pictures=true");
  expect(last().sent).toEqual(["41"]);
  expect(place.querySelector("canvas")).not.toBeNull();
  expect(player.status()).toEqual({ state: "live", ageMs: 200, shown: 1, way: "pictures" });
  await vi.advanceTimersByTimeAsync(500);
  expect(player.status().ageMs).toBe(700);
});

it("gives up a silent connection for a new one, and tells how the camera is meanwhile", async () => {
  last().onmessage?.({ data: JSON.stringify({ type: "state", state: "live" }) });
  last().onmessage?.({ data: picture(1, Date.now()) });
  await vi.advanceTimersByTimeAsync(1900);
  expect(Socket.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(250);
  expect(Socket.all[0]?.closed).toBe(true);
  expect(Socket.all).toHaveLength(2);
  last().onmessage?.({ data: JSON.stringify({ type: "state", state: "away" }) });
  expect(player.status().state).toBe("away");
  expect(player.status().ageMs).toBeGreaterThan(2000);
});

it("does not come back where it may not watch", async () => {
  last().onclose?.({ code: 4401 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Socket.all).toHaveLength(1);
  expect(player.status().state).toBe("refused");
});

it("lets go of the camera while nobody sees the page", async () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(5100);
  expect(last().closed).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Socket.all).toHaveLength(1);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(Socket.all).toHaveLength(2);
});
