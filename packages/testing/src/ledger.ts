/**
 * Ledger: all that the Simulator saw and did, in order. Tests assert on it and wait for it; nothing of the client under test
 * writes here. Bounded: the oldest entries go first, counts stay. As JSON it shows no token.
 */
import type { EntryFields, EntryOf, EntryType, LedgerEntry } from './entries.ts';

/** Which entries to wait for, and how long. */
export interface WaitOptions {
  /** @defaultValue 5000 */
  readonly timeoutMs?: number | undefined;
  /** Resolves with the n-th match. @defaultValue 1 */
  readonly count?: number | undefined;
  /** Only entries whose `index` is at least this; `ledger.mark()` gives the next index. @defaultValue 0 */
  readonly from?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Condition on an entry. */
export type EntryFilter<Type extends EntryType> = (entry: EntryOf<Type>) => boolean;

interface Waiter {
  readonly type: EntryType;
  offer(entry: LedgerEntry): void;
}

/** Ordered record of what happened. */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  readonly #counts = new Map<EntryType, number>();
  readonly #waiters = new Set<Waiter>();
  readonly #ignored: ReadonlySet<string>;
  readonly #limit: number;
  #next = 0;

  constructor(options: { readonly limit: number; readonly ignore?: readonly string[] | undefined }) {
    this.#limit = options.limit;
    this.#ignored = new Set(options.ignore ?? []);
  }

  /** Entries still kept, oldest first. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** Entries of one kind. */
  filter<Type extends EntryType>(type: Type, where?: EntryFilter<Type>): EntryOf<Type>[] {
    const found: EntryOf<Type>[] = [];
    for (const entry of this.#entries) if (isOfType(entry, type) && (where?.(entry) ?? true)) found.push(entry);
    return found;
  }

  /** How many entries of a kind there ever were, also those no longer or never kept. */
  count(type: EntryType): number {
    return this.#counts.get(type) ?? 0;
  }

  /** Index that the next entry gets; pass it as `from` to wait for what comes after now. */
  mark(): number {
    return this.#next;
  }

  /** Resolves with the first (or `count`-th) matching entry, past ones included. Rejects at the deadline, telling what there was. */
  waitFor<Type extends EntryType>(
    type: Type,
    where?: EntryFilter<Type> | undefined,
    options: WaitOptions = {},
  ): Promise<EntryOf<Type>> {
    const { timeoutMs = 5000, count = 1, from = 0, signal } = options;
    let matches = 0;
    const accept = (entry: LedgerEntry): entry is LedgerEntry & EntryOf<Type> =>
      isOfType(entry, type) && entry.index >= from && (where?.(entry) ?? true) && ++matches === count;
    for (const entry of this.#entries) if (accept(entry)) return Promise.resolve(entry);
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        end();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        type,
        offer: (entry) => {
          if (!accept(entry)) return;
          end();
          resolve(entry);
        },
      };
      // The error is made here so that its stack shows the waiting test.
      const late = new Error(`ledger: no ${count === 1 ? '' : `${count}. `}'${type}' entry within ${timeoutMs} ms`);
      const timer = setTimeout(() => {
        end();
        late.message += `; ${matches} matched, of ${this.count(type)} of that type. Last entries: ${this.#tail()}`;
        reject(late);
      }, timeoutMs);
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Most requests in any sliding second: of one identity, or of each apart when none is named (the worst counts). */
  worstSecond(
    options: {
      identity?: string | undefined;
      windowMs?: number | undefined;
      where?: EntryFilter<'request'> | undefined;
    } = {},
  ): number {
    const { identity, windowMs = 1000, where } = options;
    const times = new Map<string, number[]>();
    for (const entry of this.filter('request', where)) {
      if (identity !== undefined && entry.identity !== identity) continue;
      const list = times.get(entry.identity);
      if (list === undefined) times.set(entry.identity, [entry.atMs]);
      else list.push(entry.atMs);
    }
    let worst = 0;
    for (const list of times.values()) {
      let first = 0;
      for (let last = 0; last < list.length; last++) {
        while ((list[last] ?? 0) - (list[first] ?? 0) >= windowMs) first++;
        worst = Math.max(worst, last - first + 1);
      }
    }
    return worst;
  }

  /** Answers that Discord counts as invalid: 401, 403 and 429 except those of scope `shared`. */
  invalidRequests(): number {
    return this.filter(
      'response',
      ({ status, scope }) => status === 401 || status === 403 || (status === 429 && scope !== 'shared'),
    ).length;
  }

  /** Forgets all entries and counts. Indexes go on. */
  clear(): void {
    this.#entries.length = 0;
    this.#counts.clear();
  }

  /** Entries without tokens, for `/ledger.json`. */
  toJSON(): unknown {
    return JSON.parse(
      JSON.stringify(
        { next: this.#next, counts: Object.fromEntries(this.#counts), entries: this.#entries },
        (key, value) =>
          key === 'token' || key === 'access_token'
            ? '<token>'
            : typeof value === 'string'
              ? withoutTokens(value)
              : value,
      ),
    );
  }

  /** @internal Writes an entry. */
  write<Type extends EntryType>(type: Type, fields: EntryFields[Type]): void {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
    if (this.#ignored.has(type)) return;
    // Callers hand over a fresh object, which becomes the entry: copying it would be the largest cost of a request.
    // `type` and its `fields` stand in one call signature, so the union member they make exists.
    const entry = Object.assign(fields, {
      type,
      index: this.#next++,
      atMs: performance.now(),
      timestampMs: Date.now(),
    }) as unknown as LedgerEntry;
    this.#entries.push(entry);
    // Dropping a quarter at a time keeps the cost of the bound away from each write.
    if (this.#entries.length > this.#limit * 1.25) this.#entries.splice(0, this.#entries.length - this.#limit);
    for (const waiter of this.#waiters) if (waiter.type === type) waiter.offer(entry);
  }

  #tail(): string {
    const last = this.#entries.slice(-8).map((entry) => entry.type);
    return last.length === 0 ? 'none' : last.join(', ');
  }
}

function isOfType<Type extends EntryType>(entry: LedgerEntry, type: Type): entry is LedgerEntry & EntryOf<Type> {
  return entry.type === type;
}

/** Interaction tokens start as Discord's do: base64 of `interaction:`. */
function withoutTokens(text: string): string {
  return text
    .replace(/(\/(?:webhooks|interactions)\/\d+\/)(?!\{)[^/?"\s]+/g, '$1<token>')
    .replace(/aW50ZXJhY3Rpb24[\w-]+/g, '<token>');
}
