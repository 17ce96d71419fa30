/**
 * `POST /v1/rest/lease`: what a pod asks and what the manager answers.
 *
 * Times are durations, never dates: pods' clocks differ, and a duration errs by no more than the trip. A lease runs from the
 * moment it was asked for on the pod's clock and from the later moment it was granted on the manager's, so it always ends at
 * the pod first.
 */

/** Ask of a pod, every half life of a lease, and at once when demand is new. */
export interface RestAsk {
  readonly pod: string;
  readonly ordinal: number;
  readonly generation: number;
  /** Run of the pod's process. */
  readonly epoch: string;
  /** Requests per window that it has use for. */
  readonly want: number;
  /** Requests it sent since it last asked. */
  readonly used: number;
  /** Its answers of 401, 403 and unshared 429 in the last 10 minutes. */
  readonly invalid: number;
  /** Pods behind one public IP address. */
  readonly egress: string;
  /** Newest lease that reached it: proof that the ask was made after that was granted, however long it travelled. */
  readonly lease?: string | undefined;
  /** Discord told this pod to pause all requests for so many milliseconds. */
  readonly pausedForMs?: number | undefined;
}

/** Answer of the manager. */
export interface RestGrant {
  readonly lease: string;
  /** Requests in any window of 1.1 s while the lease lasts. */
  readonly tokens: number;
  /** Life of the lease, from when it was asked for. */
  readonly ttlMs: number;
  /** Limit over all pods. */
  readonly limit: number;
  /** The pod keeps to `tokens` or its static share, whichever is less, for so long after this answer; then to its static share. */
  readonly staticAfterMs: number;
  /** Invalid answers that the pod may add before it pauses. */
  readonly invalidLeft: number;
  readonly pausedForMs?: number | undefined;
}

/** Ask in a body; `undefined` when it is none of `pods` pods' of that generation. */
export function parseRestAsk(
  body: Buffer,
  { generation, pods }: { readonly generation: number; readonly pods: number },
): RestAsk | undefined {
  const ask = parse(body);
  const { pod, ordinal, epoch, want, used, invalid, egress, lease, pausedForMs } = ask;
  if (ask.generation !== generation || !isCount(ordinal) || ordinal >= pods) return undefined;
  if (!isCount(want) || !isCount(used) || !isCount(invalid)) return undefined;
  if (!isName(pod) || !isName(epoch) || !isName(egress)) return undefined;
  if (lease !== undefined && !isName(lease)) return undefined;
  if (pausedForMs !== undefined && !isDuration(pausedForMs)) return undefined;
  return { pod, ordinal, generation, epoch, want, used, invalid, egress, lease, pausedForMs };
}

/** Grant in a body; `undefined` when it is none. */
export function parseRestGrant(body: Buffer): RestGrant | undefined {
  const { lease, tokens, ttlMs, limit, staticAfterMs, invalidLeft, pausedForMs } = parse(body);
  if (!isName(lease) || !isCount(tokens) || !isCount(limit) || !isDuration(ttlMs) || !isDuration(staticAfterMs))
    return undefined;
  if (typeof invalidLeft !== 'number' || (pausedForMs !== undefined && !isDuration(pausedForMs))) return undefined;
  return { lease, tokens, ttlMs, limit, staticAfterMs, invalidLeft, pausedForMs };
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isDuration(value: unknown): value is number {
  // A day: no pause of Discord's is longer, and what is would hold the fleet up for good.
  return typeof value === 'number' && value >= 0 && value <= 86_400_000;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}
