// What shows units: one way per kind of browser behind the same face.
import type { Unit } from "./unit";

export type ScreenEvents = {
  /** A picture is on the page; when it was captured. */
  onShown: (capturedUs: number) => void;
  /** It cannot go on with what it has: the next unit should be a key unit. */
  onNeedKey: () => void;
  /** This browser cannot show this video in this way. */
  onUnable: () => void;
};

export type Screen = {
  readonly element: HTMLCanvasElement | HTMLVideoElement;
  /** Called with every unit in order, beginning with a key unit. */
  show: (unit: Unit) => void;
  close: () => void;
};

export type MakeScreen = (events: ScreenEvents) => Screen;
