// Keeps one camera's live view going: its connection, what shows the pictures, and how old the newest one is. Every unit is
// acknowledged, so that the server knows how much this line carries. A connection that falls silent is given up for a new
// one; a page that nobody sees lets go of the camera.
import { mediaSource, mseScreen } from "./mse-screen";
import { pictureScreen } from "./picture-screen";
import type { MakeScreen, Screen } from "./screen";
import { PICTURE, readUnit } from "./unit";
import { webCodecsScreen } from "./webcodecs-screen";

/** `connecting`: to the server; `starting`: the camera was asked; `away`: it is not reached; `live`; `signed-out`. */
export type LiveState = "connecting" | "starting" | "live" | "away" | "refused";

export type LiveStatus = {
  state: LiveState;
  /** Milliseconds between capture and now of the picture on the page; null before the first one. */
  ageMs: number | null;
  shown: number;
  way: Way;
};

export type Way = "webcodecs" | "mse" | "pictures";

const SILENCE_MS = 2000;
const PATIENCE_MS = 12_000;
const HIDDEN_MS = 5000;
const RETRY_MS = [100, 500, 1000, 2000, 4000];
const REFUSED = new Set([4401, 4403, 4404]);
const MAKERS: Record<Way, MakeScreen> = {
  webcodecs: webCodecsScreen,
  mse: mseScreen,
  pictures: pictureScreen,
};

/** The ways this browser may know, the quickest first. */
export function waysHere(): Way[] {
  const ways: Way[] = [];
  if ("VideoDecoder" in window) ways.push("webcodecs");
  if (mediaSource() !== undefined && "requestVideoFrameCallback" in HTMLVideoElement.prototype)
    ways.push("mse");
  return [...ways, "pictures"];
}

export class LivePlayer {
  private ways: Way[];
  private screen: Screen | null = null;
  private socket: WebSocket | null = null;
  private state: LiveState = "connecting";
  private attempt = 0;
  private shown = 0;
  private capturedMs: number | null = null;
  private shownAt = 0;
  /** Milliseconds that the server's clock is ahead of ours: cameras keep the server's time. */
  private aheadMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly place: HTMLElement,
    ways: Way[] = waysHere(),
  ) {
    this.ways = ways;
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.reopen);
    this.open();
  }

  status(): LiveStatus {
    const passed = Date.now() - this.shownAt;
    const ageMs =
      this.capturedMs === null ? null : Math.max(passed, Date.now() + this.aheadMs - this.capturedMs);
    return { state: this.state, ageMs, shown: this.shown, way: this.way };
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.reopen);
    clearTimeout(this.hiding);
    this.drop();
    this.screen?.close();
    this.screen?.element.remove();
  }

  private get way(): Way {
    return this.ways[0] ?? "pictures";
  }

  private readonly reopen = (): void => {
    if (this.stopped || document.hidden) return;
    this.drop();
    this.open();
  };

  private readonly onVisibility = (): void => {
    clearTimeout(this.hiding);
    if (document.hidden) this.hiding = setTimeout(() => this.drop(), HIDDEN_MS);
    else if (this.socket === null) this.reopen();
  };

  private open(): void {
    const way = this.way;
    const socket = new WebSocket(way === "pictures" ? `${this.url}?pictures=true` : this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.wait(PATIENCE_MS);
    socket.onmessage = ({ data }) => {
      if (this.socket !== socket) return;
      if (typeof data === "string") this.note(data);
      else this.unit(data as ArrayBuffer, socket);
    };
    socket.onclose = ({ code }) => {
      if (this.socket === socket) this.lost(code);
    };
  }

  private note(text: string): void {
    const note = JSON.parse(text) as { type: string; state?: LiveState; server_time_us?: number };
    if (note.type === "hello" && note.server_time_us) this.aheadMs = note.server_time_us / 1000 - Date.now();
    if (note.type !== "state" || note.state === undefined) return;
    this.state = note.state;
    this.wait(note.state === "live" ? SILENCE_MS : PATIENCE_MS);
  }

  private unit(message: ArrayBuffer, socket: WebSocket): void {
    const unit = readUnit(message);
    if (unit === null) return;
    socket.send(String(unit.sequence));
    this.attempt = 0;
    this.wait(SILENCE_MS);
    if ((unit.kind === PICTURE) !== (this.way === "pictures")) return;
    this.screen ??= this.makeScreen();
    this.screen.show(unit);
  }

  private makeScreen(): Screen {
    const way = this.way;
    const screen = MAKERS[way]({
      onShown: (capturedUs) => {
        this.shown += 1;
        this.shownAt = Date.now();
        this.capturedMs = capturedUs / 1000;
        this.state = "live";
      },
      onNeedKey: () => {
        if (this.socket?.readyState === WebSocket.OPEN) this.socket.send("k");
      },
      onUnable: () => {
        if (this.way === way) this.nextWay();
      },
    });
    screen.element.className = "size-full object-contain";
    this.place.replaceChildren(screen.element);
    return screen;
  }

  private nextWay(): void {
    this.screen?.close();
    this.screen = null;
    this.ways = this.ways.slice(1);
    this.reopen();
  }

  /** A new connection beats waiting for the old one: it starts without the old one's losses. */
  private wait(silenceMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(0), silenceMs);
  }

  private lost(code: number): void {
    this.drop();
    this.state = REFUSED.has(code) ? "refused" : "connecting";
    if (this.stopped || this.state === "refused" || document.hidden) return;
    const wait = RETRY_MS[Math.min(this.attempt, RETRY_MS.length - 1)];
    this.attempt += 1;
    this.timer = setTimeout(() => this.open(), wait);
  }

  private drop(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
