import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "@/test/fake-socket";
import { backoffMs, LiveUpdates } from "./live-updates";

function start() {
  const handlers = {
    onChanges: vi.fn(),
    onRefetch: vi.fn(),
    onConnected: vi.fn(),
    onLost: vi.fn(),
    onSignedOut: vi.fn(),
  };
  const live = new LiveUpdates("ws://camera.test/ws", handlers);
  live.start();
  return { live, ...handlers };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("passes changes on in order", () => {
  const { onChanges, onRefetch, live } = start();
  FakeSocket.latest().hello();
  FakeSocket.latest().say({ type: "changes", changes: [] });
  FakeSocket.latest().say({ type: "heartbeat" });
  expect(onChanges).toHaveBeenCalledOnce();
  expect(onRefetch).not.toHaveBeenCalled();
  live.stop();
});

it("asks for everything again after the first greeting: what changed before it was told to nobody", () => {
  const { onRefetch, live } = start();
  FakeSocket.latest().hello(false);
  expect(onRefetch).toHaveBeenCalledOnce();
  live.stop();
});

describe("a lost message", () => {
  it("is noticed by its number, once, and the connection goes on", () => {
    const { onRefetch, onChanges, live } = start();
    const socket = FakeSocket.latest();
    socket.hello();
    socket.say({ type: "changes", changes: [] }, 3);
    socket.say({ type: "changes", changes: [] });
    expect(onRefetch).toHaveBeenCalledOnce();
    expect(onChanges).toHaveBeenCalledOnce();
    live.stop();
  });

  it("is assumed when a frame cannot be read", () => {
    const { onRefetch, live } = start();
    FakeSocket.latest().hello();
    FakeSocket.latest().raw("{");
    expect(onRefetch).toHaveBeenCalledOnce();
    live.stop();
  });

  it("is assumed when the server says so", () => {
    const { onRefetch, live } = start();
    FakeSocket.latest().hello();
    FakeSocket.latest().say({ type: "resync" });
    expect(onRefetch).toHaveBeenCalledOnce();
    live.stop();
  });
});

describe("after a loss", () => {
  it("comes back with its cursor, and refetches only when the server could not resume", () => {
    const { onRefetch, onLost, onConnected, live } = start();
    FakeSocket.latest().hello();
    FakeSocket.latest().say({ type: "heartbeat" });
    FakeSocket.latest().drop();
    expect(onLost).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(500);
    expect(FakeSocket.latest().url).toBe("ws://camera.test/ws?cursor=c1");
    FakeSocket.latest().hello(true);
    expect(onRefetch).not.toHaveBeenCalled();
    expect(onConnected).toHaveBeenCalledTimes(2);
    FakeSocket.latest().drop();
    vi.advanceTimersByTime(500);
    FakeSocket.latest().hello(false);
    expect(onRefetch).toHaveBeenCalledOnce();
    live.stop();
  });

  it("tells it once and goes on trying", () => {
    const { onLost, live } = start();
    FakeSocket.latest().hello();
    for (let count = 0; count < 6; count += 1) {
      FakeSocket.latest().drop();
      vi.advanceTimersByTime(15_000);
    }
    expect(FakeSocket.all).toHaveLength(7);
    expect(onLost).toHaveBeenCalledOnce();
    live.stop();
  });

  it("tries at once when the network is back", () => {
    const { live } = start();
    vi.spyOn(Math, "random").mockReturnValue(0.99);
    FakeSocket.latest().drop();
    expect(FakeSocket.all).toHaveLength(1);
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
    live.stop();
  });

  it("takes a long silence for a loss", () => {
    const { onLost, live } = start();
    const first = FakeSocket.latest();
    first.hello();
    vi.advanceTimersByTime(44_000);
    expect(onLost).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2000);
    expect(onLost).toHaveBeenCalledOnce();
    expect(first.closed).toBe(true);
    live.stop();
  });
});

it("ends for good when the session ended, and when it is stopped", () => {
  const { onSignedOut, live } = start();
  FakeSocket.latest().hello();
  FakeSocket.latest().drop(4401);
  expect(onSignedOut).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  live.stop();
});

it("does not hear a connection that it gave up", () => {
  const { onChanges, live } = start();
  const socket = FakeSocket.latest();
  socket.hello();
  live.stop();
  socket.say({ type: "changes", changes: [] });
  socket.drop();
  vi.advanceTimersByTime(60_000);
  expect(onChanges).not.toHaveBeenCalled();
  expect(FakeSocket.all).toHaveLength(1);
});

it("spreads attempts over the whole span, up to a cap", () => {
  expect(backoffMs(0, () => 0)).toBe(0);
  expect(backoffMs(0, () => 1)).toBe(500);
  expect(backoffMs(3, () => 1)).toBe(4000);
  expect(backoffMs(30, () => 1)).toBe(15_000);
});
