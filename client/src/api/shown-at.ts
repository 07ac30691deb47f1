// When this browser first heard of an event, for those that it heard of as they came: the last stage of the latency chain.
const KEPT = 500;
const shown = new Map<string, number>();

export function rememberShown(alertId: string, at = Date.now()): void {
  if (shown.has(alertId)) return;
  const oldest = shown.keys().next();
  if (shown.size >= KEPT && !oldest.done) shown.delete(oldest.value);
  shown.set(alertId, at);
}

export function shownAt(alertId: string): number | undefined {
  return shown.get(alertId);
}
