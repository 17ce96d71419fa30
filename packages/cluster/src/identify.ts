/**
 * Identify limiter of a pod: permits from the manager, and the calendar when the manager has been away for a while.
 *
 * Only IDENTIFY passes here; RESUME asks nobody. Whatever happens to the manager, waiting here ends with a permit, an abort,
 * or the pod's share of the day's identifies being spent, which only tomorrow can mend.
 */
import { type Clock, type IdentifyAsk, type IdentifyLimiter, type IdentifyPermit, sleep } from '@tinfoil/types';
import { type CalendarRules, calendarWaitMs } from './calendar.ts';
import type { IdentifyLimits } from './limits.ts';
import type { PeerAnswer, PeerClient } from './peer-client.ts';

/** Options of {@link createClusterIdentifyLimiter}. */
export interface ClusterIdentifyOptions {
  /** Absent in a cluster without a manager: the calendar rules alone. */
  readonly manager: PeerClient | undefined;
  readonly pod: string;
  readonly ordinal: number;
  readonly pods: number;
  readonly generation: number;
  readonly limits: IdentifyLimits;
  readonly calendar: CalendarRules;
  /** How long the manager must be away before the calendar is used. */
  readonly fallbackAfterMs: number;
  /** How long the manager keeps an ask open. */
  readonly longPollMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Gets one line for each change of source and each refusal. */
  readonly onNote?: ((note: string) => void) | undefined;
  /**
   * False while the fleet is in standby: it waits for the manager, since nobody misses it, and its slots in the calendar are not
   * those of the fleet that serves. @defaultValue true
   */
  readonly mayFallBack?: (() => boolean) | undefined;
}

interface Grant {
  readonly permit: string;
  readonly limits?: { readonly maxConcurrency: number; readonly total: number; readonly remaining: number };
}

const retryMs = 1_000;

/** Limiter over the manager and the calendar. */
export function createClusterIdentifyLimiter(options: ClusterIdentifyOptions): IdentifyLimiter {
  const { manager, clock, limits } = options;
  let awaySinceMs: number | undefined;
  let onCalendar = manager === undefined;

  const heard = () => {
    if (onCalendar && manager !== undefined) options.onNote?.('identifies are permitted by the manager again');
    onCalendar = manager === undefined;
    awaySinceMs = undefined;
  };
  const silent = (sinceMs: number) => {
    awaySinceMs ??= sinceMs;
    if (onCalendar || clock.nowMs() - awaySinceMs < options.fallbackAfterMs) return;
    if (options.mayFallBack?.() === false) return;
    onCalendar = true;
    options.onNote?.('the manager is away: identifies follow the calendar');
  };

  /** One ask; a permit, or the milliseconds to wait before the next. */
  const ask = async (
    client: PeerClient,
    { shardId, signal }: IdentifyAsk,
    pollMs: number,
  ): Promise<IdentifyPermit | number> => {
    const startedAtMs = clock.nowMs();
    let answer: PeerAnswer;
    try {
      const body = { pod: options.pod, shardId, generation: options.generation, waitMs: pollMs };
      answer = await client.request({
        method: 'POST',
        path: '/v1/identify',
        body: JSON.stringify(body),
        timeoutMs: Math.min(pollMs + 3_000, Math.max(options.fallbackAfterMs, 1_000)),
        signal,
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      silent(startedAtMs);
      return retryMs;
    }
    const parsed = parseBody(answer.body);
    if (answer.status === 401 || answer.status >= 500) {
      silent(startedAtMs);
      return retryMs;
    }
    heard();
    if (answer.status === 200) {
      const grant = parsed as unknown as Grant; // Shape of our own manager's 200.
      if (grant.limits !== undefined) limits.read(grant.limits);
      return managerPermit(client, grant.permit, shardId, options.generation);
    }
    if (answer.status === 429) options.onNote?.(`shard ${shardId} waits: the day's identifies are nearly spent`);
    if (answer.status === 409) options.onNote?.(`shard ${shardId} waits: the manager runs another generation or total`);
    const waitMs = typeof parsed.retryAfterMs === 'number' ? parsed.retryAfterMs : 0;
    return Math.min(waitMs, 60_000);
  };

  const acquireByCalendar = async (askFor: IdentifyAsk): Promise<IdentifyPermit | undefined> => {
    const maxConcurrency = await limits.maxConcurrency(askFor.signal);
    const place = { shardId: askFor.shardId, totalShards: askFor.totalShards, maxConcurrency };
    for (;;) {
      const waitMs = calendarWaitMs(place, options.calendar, Date.now());
      // Long waits are for asking whether the manager is back; the last stretch belongs to the slot alone.
      if (manager !== undefined && waitMs > 3 * retryMs) {
        const permit = await ask(manager, askFor, retryMs);
        if (typeof permit !== 'number') return permit;
        if (!onCalendar) return undefined;
        await sleep(clock, Math.min(waitMs - 2 * retryMs, 5 * retryMs), askFor.signal);
        continue;
      }
      if (waitMs === 0 && limits.spend(options)) return { report: () => undefined };
      if (waitMs === 0)
        options.onNote?.(`shard ${askFor.shardId} waits: this pod's share of the day's identifies is spent`);
      // A refused shard looks again in its next slot: the manager may be back, or the day over, by then.
      await sleep(clock, waitMs === 0 ? options.calendar.slotMs / 2 : waitMs, askFor.signal);
    }
  };

  return {
    async acquire(askFor) {
      for (;;) {
        askFor.signal?.throwIfAborted();
        if (onCalendar || manager === undefined) {
          const permit = await acquireByCalendar(askFor);
          if (permit !== undefined) return permit;
          continue;
        }
        const result = await ask(manager, askFor, options.longPollMs);
        if (typeof result !== 'number') return result;
        // Jitter, so that the shards of many pods do not ask in step.
        if (result > 0) await sleep(clock, result * (1 + options.random() / 10), askFor.signal);
      }
    },
  };
}

function managerPermit(manager: PeerClient, permit: string, shardId: number, generation: number): IdentifyPermit {
  let ended = false;
  return {
    report(outcome) {
      if (ended) return;
      ended = outcome !== 'sent';
      const path = `/v1/identify/${permit}`;
      const body = JSON.stringify({ outcome, shardId, generation });
      const request = { method: 'POST', path, body, timeoutMs: 2_000 } as const;
      // Told twice at most. A manager that hears neither frees the bucket by itself when the hold is over.
      manager.request(request).catch(() => manager.request(request).catch(() => undefined));
    },
  };
}

function parseBody(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
