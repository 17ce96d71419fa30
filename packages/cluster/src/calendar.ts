/**
 * Identifies without anyone to ask: Discord's "start the buckets in order" made into a clock.
 *
 * Time is cut into slots of 7 s; in slot `s` only the shards of rank `s mod R` may identify, and only in its first 500 ms, where
 * rank is `floor(shard / max_concurrency)` and `R` the number of ranks. So each bucket sees one shard per slot, whatever
 * the pods know of each other, with clocks up to 0.7 s apart (6 s slots were tried and violate the 5 s gap). Pure.
 */

/** Lengths of time. */
export interface CalendarRules {
  readonly slotMs: number;
  /** Beginning of the slot in which an identify may start. */
  readonly windowMs: number;
}

/** What a shard's place in the calendar depends on. */
export interface CalendarPlace {
  readonly shardId: number;
  readonly totalShards: number;
  readonly maxConcurrency: number;
}

/**
 * Milliseconds until the shard may identify: 0 when it may now.
 *
 * @param wallMs - Milliseconds since the Unix epoch.
 */
export function calendarWaitMs(place: CalendarPlace, rules: CalendarRules, wallMs: number): number {
  const ranks = Math.ceil(place.totalShards / place.maxConcurrency);
  const rank = Math.floor(place.shardId / place.maxConcurrency);
  const slot = Math.floor(wallMs / rules.slotMs);
  const intoSlotMs = wallMs - slot * rules.slotMs;
  const turn = mod(slot, ranks);
  if (turn === rank && intoSlotMs < rules.windowMs) return 0;
  const slotsAhead = mod(rank - turn, ranks) || ranks;
  return slotsAhead * rules.slotMs - intoSlotMs;
}

/**
 * Identifies a pod may spend while nobody counts for all: its share of what is left, the low ordinals first when that is less
 * than one each.
 */
export function calendarQuota(input: {
  readonly remaining: number;
  readonly reserve: number;
  readonly pods: number;
  readonly ordinal: number;
}): number {
  const free = Math.max(0, input.remaining - input.reserve);
  const share = Math.floor(free / input.pods);
  return share > 0 ? share : input.ordinal < free ? 1 : 0;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
