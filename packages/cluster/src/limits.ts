/**
 * What a pod remembers of Discord's session start limit for the time without a manager: `max_concurrency`, what was left of
 * the day, and how many identifies this pod spent of its own share. Kept in a small file, so that a crash loop cannot
 * spend a share twice.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '@tinfoil/types';
import { calendarQuota } from './calendar.ts';
import type { ReadGatewayBot } from './options.ts';
import { defaultReserve } from './permits.ts';

/** Discord's limit as read at some moment. */
export interface LimitReading {
  readonly maxConcurrency: number;
  readonly total: number;
  readonly remaining: number;
}

/** Options of {@link createIdentifyLimits}. */
export interface IdentifyLimitsOptions {
  /** Directory of the pod's state; absent keeps nothing over restarts. */
  readonly directory: string | undefined;
  readonly getGatewayBot: ReadGatewayBot | undefined;
  readonly totalShards: number;
  /** Longest wait before an own read of `/gateway/bot`, so that a whole fleet does not read at once. */
  readonly jitterMs: number;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The limit as far as this pod knows it. */
export interface IdentifyLimits {
  /** Takes a reading that came from Discord, by whatever way; the pod's share begins anew. */
  read(reading: LimitReading): void;
  /** Last known `max_concurrency`; asks Discord once when there is none, and falls back to 1. */
  maxConcurrency(signal?: AbortSignal | undefined): Promise<number>;
  /** Takes one identify from the pod's share; false when it is spent. */
  spend(pod: { readonly ordinal: number; readonly pods: number }): boolean;
}

interface Kept extends LimitReading {
  readonly spent: number;
}

/** Assumed where nothing was ever read: Discord's smallest daily limit. */
const unread: LimitReading = { maxConcurrency: 1, total: 1_000, remaining: 1_000 };

/** Limits kept in `<directory>/identify-limits.json`. */
export function createIdentifyLimits(options: IdentifyLimitsOptions): IdentifyLimits {
  const file = options.directory === undefined ? undefined : join(options.directory, 'identify-limits.json');
  let kept: Kept | undefined = file === undefined ? undefined : load(file);
  let asking: Promise<void> | undefined;

  const keep = (next: Kept) => {
    kept = next;
    if (file !== undefined) save(file, next);
  };
  const askDiscord = async (read: ReadGatewayBot, signal: AbortSignal | undefined) => {
    await sleep(options.clock, options.random() * options.jitterMs, signal);
    const { session_start_limit: limit } = await read({});
    keep({ maxConcurrency: limit.max_concurrency, total: limit.total, remaining: limit.remaining, spent: 0 });
  };

  return {
    read(reading) {
      const { maxConcurrency, total, remaining } = reading;
      if (kept?.remaining === remaining && kept.maxConcurrency === maxConcurrency && kept.spent === 0) return;
      keep({ maxConcurrency, total, remaining, spent: 0 });
    },
    async maxConcurrency(signal) {
      if (kept === undefined && options.getGatewayBot !== undefined) {
        asking ??= askDiscord(options.getGatewayBot, undefined).catch(() => undefined);
        await Promise.race([asking, aborted(signal)]);
        signal?.throwIfAborted();
      }
      return (kept ?? unread).maxConcurrency;
    },
    spend({ ordinal, pods }) {
      const now = kept ?? { ...unread, spent: 0 };
      const reserve = defaultReserve(now.total, options.totalShards);
      if (now.spent >= calendarQuota({ remaining: now.remaining, reserve, pods, ordinal })) return false;
      keep({ ...now, spent: now.spent + 1 });
      return true;
    },
  };
}

function load(file: string): Kept | undefined {
  try {
    const parsed = JSON.parse(readFileSync(file, 'utf8')) as Partial<Kept>;
    const { maxConcurrency, total, remaining, spent } = parsed;
    const numbers = [maxConcurrency, total, remaining, spent];
    return numbers.every((value) => Number.isSafeInteger(value)) ? (parsed as Kept) : undefined; // All four are numbers.
  } catch {
    return undefined;
  }
}

function save(file: string, kept: Kept): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // A read-only or full disk costs the memory of a restart, never the shard.
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}
