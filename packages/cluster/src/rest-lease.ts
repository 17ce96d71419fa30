/**
 * How one REST limit is shared by many pods, as arithmetic: fixed shares for pods on their own, max-min fair shares of demand
 * for pods with a manager, and turns by the clock where there are more pods than requests.
 *
 * Everything counts requests in a window of 1.1 s, for the reason that `global-limit.ts` of `@tinfoil/rest` gives. 45 of them
 * are shared out (41 per second); 5 more stand by for pods whose demand is new, so that no window ever holds more than 50.
 *
 * @see {@link https://docs.discord.com/developers/topics/rate-limits#global-rate-limit | Discord Docs/Global Rate Limit}
 */

/** Milliseconds in which the requests of a limit are counted: Discord's second, and a margin for what travels late. */
export const restWindowMs = 1_100;

/** The limit of a fleet and how its leases run. Pods and manager must agree on it. */
export interface RestRules {
  /** Requests in any window, over all pods. */
  readonly limit: number;
  readonly windowMs: number;
  /** Life of a lease, from the moment that it was asked for. A pod asks twice in it. */
  readonly ttlMs: number;
  readonly pods: number;
}

/** Rules of a fleet. @param ttlMs - Life of a lease in a small one; a thousand pods ask no more than a thousand times a second. */
export function restRules({ limit, ttlMs, pods }: Omit<RestRules, 'windowMs'>): RestRules {
  return { limit, pods, windowMs: restWindowMs, ttlMs: Math.max(ttlMs, 2 * pods) };
}

/** What one pod wants: at least `least`, at most `most`. */
export interface Want {
  readonly least: number;
  readonly most: number;
}

/** Requests beyond the limit that stand by for new demand: 5 beside 45, as Discord's 50 allow. */
export function standBy(limit: number): number {
  return Math.floor(limit / 9);
}

/** Requests per window of a pod that holds no lease. Over all pods they add up to the limit; 0 where pods take turns. */
export function staticShare({ limit, pods }: Pick<RestRules, 'limit' | 'pods'>, ordinal: number): number {
  if (takesTurns({ limit, pods })) return 0;
  return Math.floor(limit / pods) + (ordinal < limit % pods ? 1 : 0);
}

/** True when there are more pods than requests in a window: without leases each has its moment on the clock. */
export function takesTurns({ limit, pods }: Pick<RestRules, 'limit' | 'pods'>): boolean {
  return pods > limit;
}

/** How long after its moment a pod may still send. Clocks may differ by as much again before a window holds more than 50. */
const turnMs = 50;

/**
 * Milliseconds until a pod's turn; 0 when it may send one request now. Turns are evenly spaced over all pods, so that no
 * window holds more of them than the limit, whatever the pods' phases. Needs clocks that agree to 50 ms.
 */
export function turnWaitMs(rules: Omit<RestRules, 'ttlMs'>, ordinal: number, wallMs: number): number {
  const apartMs = rules.windowMs / rules.limit;
  const roundMs = apartMs * rules.pods;
  const sinceMs = (((wallMs - ordinal * apartMs) % roundMs) + roundMs) % roundMs;
  return sinceMs < turnMs ? 0 : roundMs - sinceMs;
}

/** Most turns that the pods of `ordinals` have in any window, clocks and late sends allowed for. */
export function turnsIn(rules: Omit<RestRules, 'ttlMs'>, ordinals: ReadonlySet<number>): number {
  const { limit, pods, windowMs } = rules;
  if (ordinals.size === 0) return 0;
  const span = Math.min(pods, Math.ceil((limit * (windowMs + 2 * turnMs)) / windowMs));
  let count = 0;
  let most = 0;
  for (let last = 0; last < pods + span; last += 1) {
    if (ordinals.has(last % pods)) count += 1;
    if (last >= span && ordinals.has((last - span) % pods)) count -= 1;
    most = Math.max(most, count);
  }
  return Math.min(most, limit);
}

/**
 * Splits `total` max-min fairly: no pod gets more while one that wants more has less. What cannot be split evenly goes to the
 * first of the list. Nobody gets less than its `least`, even where these add up to more than the total.
 */
export function maxMinFair(total: number, wants: readonly Want[]): readonly number[] {
  const atLevel = (level: number) => wants.map(({ least, most }) => Math.max(least, Math.min(most, level)));
  const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
  let level = 0;
  let shares = atLevel(0);
  // Demand ends somewhere: above the greatest of it a higher level changes nothing.
  const highest = Math.min(total, Math.max(0, ...wants.map(({ most }) => most)));
  while (level < highest) {
    const higher = atLevel(level + 1);
    if (sum(higher) > total) break;
    shares = higher;
    level += 1;
  }
  let left = total - sum(shares);
  return shares.map((share, index) => {
    const { most = 0 } = wants[index] ?? {};
    if (left <= 0 || share > level || share >= most) return share;
    left -= 1;
    return share + 1;
  });
}
