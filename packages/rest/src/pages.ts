/**
 * Paging in general: one request per page, made when its items are asked for. Which lists there are stands in `paginate.ts`.
 */
import type { CallOptions, Snowflake } from '@tinfoil/types';

/** Options of every list. */
export interface ListOptions extends CallOptions {
  /** Items to give at most. @defaultValue all */
  readonly max?: number | undefined;
  /** Items to ask for in one request. @defaultValue as many as Discord gives */
  readonly pageSize?: number | undefined;
}

/** One page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins. */
  readonly cursor: string | undefined;
  /** What Discord says; without a word, a full page means more. */
  readonly more?: boolean | undefined;
}

/** Loads pages and gives their items, until there are no more or `max` were given. */
export async function* pages<Item>(
  { max = Number.POSITIVE_INFINITY, pageSize }: ListOptions,
  largest: number,
  start: string | undefined,
  load: (limit: number, cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  if (!(max >= 0)) throw new RangeError(`rest: max must be a number of at least 0, got ${max}`);
  if (pageSize !== undefined && !(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= largest))
    throw new RangeError(`rest: pageSize must be a whole number from 1 to ${largest}, got ${pageSize}`);
  let left = max;
  let cursor = start;
  while (left > 0) {
    const limit = Math.min(pageSize ?? largest, left);
    const page = await load(limit, cursor);
    for (const item of page.items) {
      left -= 1;
      yield item;
      if (left <= 0) return;
    }
    const more = page.more ?? page.items.length >= limit;
    if (!more || page.items.length === 0 || page.cursor === undefined || page.cursor === cursor) return;
    cursor = page.cursor;
  }
}

/** Page whose next one begins behind its last item. */
export function pageOf<Item>(items: readonly Item[], cursorOf: (item: Item) => string | undefined): Page<Item> {
  const last = items.at(-1);
  return { items, cursor: last === undefined ? undefined : cursorOf(last) };
}

/** Discord gives the latest first whichever way it pages, so a page that goes forward is sorted here. */
export function byId<Item extends { readonly id: Snowflake }>(items: readonly Item[], ascending: boolean): Page<Item> {
  const sorted = items.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) === ascending ? -1 : 1));
  return pageOf(sorted, (item) => item.id);
}

/** Query of a list that pages either way. */
export function eitherWay(
  limit: number,
  cursor: string | undefined,
  ascending: boolean,
): Record<string, string | number> {
  if (cursor === undefined) return { limit };
  return ascending ? { limit, after: cursor } : { limit, before: cursor };
}

/** Leaves out what was not asked for: the types of queries do not take `undefined`. */
export function query<Rest extends object>(limit: number, rest: Rest): { limit: number } & Defined<Rest> {
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined);
  // Every entry that is left is of the type that its name has in Defined.
  return { limit, ...Object.fromEntries(entries) } as { limit: number } & Defined<Rest>;
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };
