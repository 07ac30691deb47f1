// The next and the previous one of an alert or image that was opened without its list (a link, a bookmark).
// The server lists newest first only, so "the next newer one" is looked for in spans that double towards now.
import type { Page } from "./wire";

type Item = { id: string; timestamp: string };
type Span = { from?: string; to?: string; limit: number; cursor?: string };
export type ListSpan<T> = (span: Span) => Promise<Page<T>>;

const FIRST_SPAN_MS = 15 * 60_000;
/** In a span that held nothing when it was half as long, more pages than this cannot be needed to find its oldest. */
const MAX_PAGES = 20;

export async function findOlder<T extends Item>(of: Item, list: ListSpan<T>): Promise<T | null> {
  // `to` is exclusive; two of the same instant are told apart by the gallery's list, not here.
  const { items } = await list({ to: of.timestamp, limit: 1 });
  return items[0] ?? null;
}

export async function findNewer<T extends Item>(of: Item, list: ListSpan<T>, now: number): Promise<T | null> {
  const start = Date.parse(of.timestamp);
  let from = of.timestamp;
  for (let span = FIRST_SPAN_MS; ; span *= 2) {
    const end = start + span;
    const last = end > now;
    const to = last ? undefined : new Date(end).toISOString();
    const oldest = await oldestOf(of, list, { from, to, limit: 100 });
    if (oldest !== null || last || to === undefined) return oldest;
    from = to;
  }
}

async function oldestOf<T extends Item>(of: Item, list: ListSpan<T>, span: Span): Promise<T | null> {
  let oldest: T | null = null;
  let cursor: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const page: Page<T> = await list(cursor === undefined ? span : { ...span, cursor });
    oldest = page.items.filter((item) => item.id !== of.id && item.timestamp > of.timestamp).at(-1) ?? oldest;
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  return oldest;
}
