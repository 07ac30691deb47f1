// The viewer's own WebSocket: notices lost messages by their numbers, asks for a refetch when it cannot be sure, and
// comes back by itself (full-jitter backoff, at once when the network returns). Knows nothing of the query cache.
import { type Change, parseLiveMessage } from "./live-messages";

export type LiveHandlers = {
  onChanges: (changes: Change[]) => void;
  /** Something was or may have been missed: everything on the screen has to be asked for again. */
  onRefetch: () => void;
  onConnected: () => void;
  /** Called once per loss; attempts go on. */
  onLost: () => void;
  /** The session ended: no further attempts. */
  onSignedOut: () => void;
};

const SIGNED_OUT = 4401;
/** The server speaks at least every 20 s; longer silence means a dead connection that nobody closed. */
const SILENCE_MS = 45_000;
const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 15_000;

/** Waits 0 to min(cap, base * 2^attempt): spread over the whole span, so that viewers do not come back all at once. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
}

export class LiveUpdates {
  private socket: WebSocket | null = null;
  private cursor: string | null = null;
  private expectedSeq = 0;
  private attempt = 0;
  private connected = false;
  private stopped = true;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly handlers: LiveHandlers,
  ) {}

  start(): void {
    this.stopped = false;
    window.addEventListener("online", this.retryNow);
    document.addEventListener("visibilitychange", this.retryNow);
    this.open();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.retryNow);
    document.removeEventListener("visibilitychange", this.retryNow);
    clearTimeout(this.retryTimer);
    this.drop();
  }

  /** Tries at once when it is waiting for its next attempt. */
  readonly retryNow = (): void => {
    if (this.stopped || this.socket !== null || document.hidden) return;
    this.attempt = 0;
    this.open();
  };

  private open(): void {
    clearTimeout(this.retryTimer);
    const query = this.cursor === null ? "" : `?cursor=${encodeURIComponent(this.cursor)}`;
    const socket = new WebSocket(this.url + query);
    this.socket = socket;
    this.expectedSeq = 0;
    this.watchSilence();
    socket.onmessage = ({ data }) => {
      if (this.socket === socket) this.receive(data);
    };
    socket.onclose = ({ code }) => {
      if (this.socket === socket) this.lost(code);
    };
  }

  private receive(frame: unknown): void {
    this.watchSilence();
    const message = parseLiveMessage(frame);
    if (message === null || message.seq !== this.expectedSeq) {
      // The rest of this connection goes on from here; what was missed comes by the refetch.
      this.expectedSeq = message === null ? this.expectedSeq + 1 : message.seq + 1;
      if (message !== null) this.cursor = message.cursor;
      this.handlers.onRefetch();
      return;
    }
    this.expectedSeq += 1;
    this.cursor = message.cursor;
    if (message.type === "hello") this.greeted(message.resumed);
    else if (message.type === "changes") this.handlers.onChanges(message.changes);
    else if (message.type === "resync") this.handlers.onRefetch();
  }

  private greeted(resumed: boolean): void {
    this.attempt = 0;
    this.connected = true;
    this.handlers.onConnected();
    // Also on the very first greeting: what changed between the first page's answer and now was told to nobody.
    if (!resumed) this.handlers.onRefetch();
  }

  private lost(code: number): void {
    this.drop();
    if (code === SIGNED_OUT) {
      this.stopped = true;
      this.handlers.onSignedOut();
      return;
    }
    if (this.connected || this.attempt === 0) this.handlers.onLost();
    this.connected = false;
    this.retryTimer = setTimeout(() => this.open(), backoffMs(this.attempt));
    this.attempt += 1;
  }

  private drop(): void {
    clearTimeout(this.silenceTimer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private watchSilence(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.lost(0), SILENCE_MS);
  }
}
