// Zoom and pan of a picture as numbers: a scale, and how far its middle is moved, in parts of the stage. Pure.
export type View = { scale: number; x: number; y: number };

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
export const MAX_SCALE = 8;

/** Nothing beside the picture is ever shown: the further in, the further it may be moved. */
export function bounded({ scale, x, y }: View): View {
  const kept = Math.min(Math.max(scale, 1), MAX_SCALE);
  const reach = (kept - 1) / 2;
  const within = (value: number) => Math.min(Math.max(value, -reach), reach) + 0;
  return { scale: kept, x: within(x), y: within(y) };
}

/** Zooms by a factor so that the point under the finger (0 to 1 across the stage) stays under it. */
export function zoomAt(view: View, factor: number, px: number, py: number): View {
  const scale = Math.min(Math.max(view.scale * factor, 1), MAX_SCALE);
  const ratio = scale / view.scale;
  const about = (moved: number, point: number) => point - 0.5 - (point - 0.5 - moved) * ratio;
  return bounded({ scale, x: about(view.x, px), y: about(view.y, py) });
}

/** Moves by parts of the stage. */
export function panBy(view: View, dx: number, dy: number): View {
  return bounded({ ...view, x: view.x + dx, y: view.y + dy });
}
