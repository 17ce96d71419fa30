/**
 * `tinfoil plan`: what the next generation of a fleet should be, and whether it may be begun now. Pure: figures in, findings out.
 *
 * A generation is a StatefulSet of its own, because with another total most guilds belong to another shard: pods of two totals
 * rolled one by one would serve guilds twice or not at all.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#sharding | Discord Docs/Sharding}
 */

/** What the plan is made from. */
export interface PlanInput {
  /** Shards of the next generation. */
  readonly totalShards: number;
  readonly shardsPerPod: number;
  /** Number of the next generation. */
  readonly generation: number;
  /** The fleet that runs now, if one does. */
  readonly running?: { readonly generation: number; readonly totalShards: number } | undefined;
  /** Guilds of the bot, if known. */
  readonly guilds?: number | undefined;
  /** What Discord says, if it was asked. */
  readonly discord?: DiscordAdvice | undefined;
  /** Identifies to leave over. @defaultValue a tenth of the day's, or one per shard where that is fewer */
  readonly reserve?: number | undefined;
}

/** `GET /gateway/bot`, as far as a plan needs it. */
export interface DiscordAdvice {
  readonly recommendedShards: number;
  readonly identifies: { readonly total: number; readonly remaining: number; readonly resetAfterMs: number };
  readonly maxConcurrency: number;
}

/** One thing to know; a `blocker` is a reason not to begin. */
export interface Finding {
  readonly kind: 'fact' | 'warning' | 'blocker';
  readonly text: string;
}

/** Result of {@link planGeneration}. */
export interface Plan {
  readonly pods: number;
  readonly findings: readonly Finding[];
}

// Discord closes a shard's IDENTIFY with 4011 above so many guilds.
const guildsPerShard = 2_500;
const crowdedShare = 0.8;
// From so many guilds on, the total must be a multiple of Discord's own number.
const largeBotGuilds = 150_000;
const identifyGapSeconds = 5;
// A pod drains about 6 s and its successor resumes in about 10.
const rollSecondsPerPod = 15;

/** Compares the next generation with the running one, with Discord's limits and with what a cluster can roll. */
export function planGeneration(input: PlanInput): Plan {
  const pods = Math.ceil(input.totalShards / input.shardsPerPod);
  const findings = [
    { kind: 'fact', text: describe(input, pods) } satisfies Finding,
    ...compareTotals(input),
    ...checkGuilds(input),
    ...checkBudget(input),
    ...checkPods(input, pods),
  ];
  return { pods, findings };
}

/** True when nothing speaks against beginning. */
export function isClear(plan: Plan): boolean {
  return plan.findings.every(({ kind }) => kind !== 'blocker');
}

/** A number for people: `1,008`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

function describe({ generation, totalShards, shardsPerPod }: PlanInput, pods: number): string {
  return `generation ${generation}: ${count(totalShards)} shards, ${count(shardsPerPod)} in a pod, ${count(pods)} pods`;
}

function compareTotals({ running, totalShards, generation, discord }: PlanInput): Finding[] {
  const findings: Finding[] = [];
  if (running !== undefined) {
    if (generation <= running.generation)
      findings.push({
        kind: 'blocker',
        text: `generation ${running.generation} runs; the next must be a higher number than that`,
      });
    const change = Math.round((totalShards / running.totalShards - 1) * 100);
    findings.push(
      totalShards === running.totalShards
        ? {
            kind: 'warning',
            text: `the total stays at ${count(totalShards)}; a new generation is needed for another total only`,
          }
        : { kind: 'fact', text: `${count(running.totalShards)} shards run now (${change > 0 ? '+' : ''}${change} %)` },
    );
  }
  if (discord !== undefined && totalShards < discord.recommendedShards)
    findings.push({ kind: 'warning', text: `Discord recommends ${count(discord.recommendedShards)} shards` });
  return findings;
}

function checkGuilds({ guilds, running, totalShards, discord }: PlanInput): Finding[] {
  if (guilds === undefined) return [];
  const findings: Finding[] = [];
  const load = (total: number) => guilds / (guildsPerShard * total);
  const percent = (total: number) => `${Math.round(load(total) * 100)} % of what ${count(total)} shards may hold`;
  if (running !== undefined)
    findings.push({
      kind: load(running.totalShards) >= crowdedShare ? 'warning' : 'fact',
      text: `${count(guilds)} guilds are ${percent(running.totalShards)} (${count(guildsPerShard)} each)`,
    });
  if (load(totalShards) >= 1)
    findings.push({ kind: 'blocker', text: `${count(guilds)} guilds would be ${percent(totalShards)}` });
  else if (load(totalShards) >= crowdedShare)
    findings.push({ kind: 'warning', text: `${count(guilds)} guilds would be ${percent(totalShards)}: take more` });
  if (guilds > largeBotGuilds && discord !== undefined && totalShards % discord.recommendedShards !== 0)
    findings.push({
      kind: 'blocker',
      text: `a bot of this size must use a multiple of ${count(discord.recommendedShards)} shards, else Discord closes with 4010`,
    });
  return findings;
}

function checkBudget({ discord, totalShards, reserve }: PlanInput): Finding[] {
  if (discord === undefined)
    return [{ kind: 'warning', text: 'Discord was not asked, so the identifies left of the day are not checked' }];
  const { total, remaining, resetAfterMs } = discord.identifies;
  const kept = reserve ?? Math.min(Math.ceil(total / 10), totalShards);
  const needed = totalShards + kept;
  const left = `${count(remaining)} of ${count(total)} identifies are left`;
  const minutes = Math.ceil((Math.ceil(totalShards / discord.maxConcurrency) * identifyGapSeconds) / 60);
  if (remaining >= needed)
    return [
      {
        kind: 'fact',
        text: `${left}, ${count(totalShards)} are needed; a cold start takes about ${count(minutes)} min`,
      },
    ];
  const wait = `full again in ${count(Math.ceil(resetAfterMs / 60_000))} min`;
  const sum = `${count(totalShards)} and a reserve of ${count(kept)} are needed`;
  return [{ kind: 'blocker', text: `${left}, ${sum}; ${wait}` }];
}

function checkPods({ shardsPerPod, discord }: PlanInput, pods: number): Finding[] {
  const findings: Finding[] = [];
  if (pods > 60)
    findings.push({
      kind: 'fact',
      text: `${count(pods)} pods roll one at a time before Kubernetes 1.35, about ${count(Math.ceil((pods * rollSecondsPerPod) / 60))} min`,
    });
  if (pods > 1_000)
    findings.push({
      kind: 'warning',
      text: 'over 1,000 pods cost more memory for Node than for shards: put more shards in a pod',
    });
  if (discord !== undefined && shardsPerPod > 1 && shardsPerPod % discord.maxConcurrency !== 0)
    findings.push({
      kind: 'fact',
      text: `a multiple of max_concurrency (${count(discord.maxConcurrency)}) shards in a pod would fill the identify buckets evenly`,
    });
  return findings;
}
