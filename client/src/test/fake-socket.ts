// A WebSocket whose other end is the test.
import type { LiveMessage } from "@/api/live-messages";

type Unnumbered = LiveMessage extends infer M
  ? M extends LiveMessage
    ? Omit<M, "seq" | "cursor">
    : never
  : never;

export class FakeSocket {
  static readonly all: FakeSocket[] = [];
  static latest(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error("No WebSocket was opened.");
    return socket;
  }

  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;
  private seq = 0;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  close(): void {
    this.closed = true;
  }

  /** The server says something; `seq` counts by itself unless the test skips one. */
  say(message: Unnumbered, seq = this.seq): void {
    this.seq = seq + 1;
    this.onmessage?.({ data: JSON.stringify({ ...message, seq, cursor: `c${seq}` }) });
  }

  hello(resumed = true): void {
    this.say({ type: "hello", resumed, server_time: "2026-11-22T14:02:40.000000Z" });
  }

  raw(data: unknown): void {
    this.onmessage?.({ data });
  }

  drop(code = 1006): void {
    this.onclose?.({ code });
  }
}
