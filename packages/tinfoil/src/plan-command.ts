/**
 * `tinfoil plan` as a function: flags and environment in, texts and an exit code out. It asks the manager and Discord where told
 * to, and prints; it never calls kubectl.
 */
import { fetchGatewayBot } from '@tinfoil/gateway';
import { Rest } from '@tinfoil/rest';
import { count, type DiscordAdvice, isClear, type Plan, type PlanInput, planGeneration } from './plan.ts';
import { PlanFlagError, type PlanFlags, parsePlanFlags, planUsage } from './plan-flags.ts';
import { manifestsOf } from './plan-manifests.ts';
import { toYaml } from './plan-yaml.ts';

/** What the command is given, and where its texts go. */
export interface PlanHost {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
  readonly note: (text: string) => void;
}

/** Exit codes: done, mistake or no answer, the plan must not be begun. */
export const planExit = { done: 0, failed: 1, blocked: 2 } as const;

const askTimeoutMs = 15_000;

/** Runs the command. Never rejects. */
export async function runPlan(host: PlanHost): Promise<number> {
  try {
    const flags = parsePlanFlags(host.args);
    if (flags.help) {
      host.write(planUsage);
      return planExit.done;
    }
    const input = await gather(flags, host.env);
    const plan = planGeneration(input);
    for (const { kind, text } of plan.findings) host.note(`${signs[kind]} ${text}\n`);
    if (!isClear(plan) && !flags.force) {
      host.note('nothing printed; --force prints all the same\n');
      return planExit.blocked;
    }
    host.write(render(flags, input, plan));
    host.note(nextSteps(input, flags));
    return planExit.done;
  } catch (cause) {
    const [line = ''] = String(cause instanceof Error ? cause.message : cause).split('\n');
    host.note(`tinfoil plan: ${line}\n`);
    return planExit.failed;
  }
}

const signs = { fact: '  ', warning: 'WARNING', blocker: 'STOP' };

async function gather(flags: PlanFlags, env: PlanHost['env']): Promise<PlanInput> {
  const token = env.BOT_TOKEN?.trim() || undefined;
  const baseUrl = env.TINFOIL_API_URL?.trim().replace(/\/+$/, '') || undefined;
  const seen = flags.manager === undefined ? undefined : await askManager(flags.manager);
  const discord = token === undefined ? undefined : await askDiscord(token, baseUrl);
  const runs = seen?.running ?? runningOf(flags);
  const totalShards = flags.shards ?? discord?.recommendedShards;
  if (totalShards === undefined)
    throw new PlanFlagError('--shards must be given, or BOT_TOKEN to ask Discord for its recommendation');
  return {
    totalShards,
    shardsPerPod: flags.shardsPerPod,
    generation: flags.generation ?? (runs === undefined ? 1 : runs.generation + 1),
    running: runs,
    guilds: flags.guilds ?? seen?.guilds ?? (token === undefined ? undefined : await askGuilds(token, baseUrl)),
    discord,
    reserve: flags.reserve,
  };
}

function runningOf({ runningGeneration, runningShards }: PlanFlags): PlanInput['running'] {
  if (runningGeneration === undefined || runningShards === undefined) return undefined;
  return { generation: runningGeneration, totalShards: runningShards };
}

async function askManager(
  url: string,
): Promise<{ running: NonNullable<PlanInput['running']>; guilds: number | undefined }> {
  const signal = AbortSignal.timeout(askTimeoutMs);
  let state: unknown;
  try {
    const response = await fetch(`${url}/state.json`, { signal });
    state = response.ok ? await response.json() : undefined;
  } catch (cause) {
    throw new Error(`the manager at ${url} does not answer`, { cause });
  }
  const { generation, totalShards, guilds, coverage } = (state ?? {}) as Record<string, unknown>;
  if (typeof generation !== 'number' || typeof totalShards !== 'number')
    throw new Error(`${url}/state.json is not the state of a cluster`);
  const known = coverage === 1 ? (guilds as { value?: unknown } | undefined)?.value : undefined;
  return { running: { generation, totalShards }, guilds: typeof known === 'number' ? known : undefined };
}

async function askDiscord(token: string, baseUrl: string | undefined): Promise<DiscordAdvice> {
  const { shards, session_start_limit: limit } = await fetchGatewayBot({ token, baseUrl, timeoutMs: askTimeoutMs });
  return {
    recommendedShards: shards,
    identifies: { total: limit.total, remaining: limit.remaining, resetAfterMs: limit.reset_after },
    maxConcurrency: limit.max_concurrency,
  };
}

/** Discord's own estimate; a plan does without it where there is none. */
async function askGuilds(token: string, baseUrl: string | undefined): Promise<number | undefined> {
  const rest = new Rest({ token, baseUrl, timeoutMs: askTimeoutMs });
  try {
    return (await rest.api.applications.me.get()).approximate_guild_count;
  } catch {
    return undefined;
  } finally {
    await rest.close();
  }
}

function render(flags: PlanFlags, input: PlanInput, plan: Plan): string {
  const { totalShards, shardsPerPod, generation } = input;
  const { image, namespace, part } = flags;
  const follows = followed(flags, input);
  const documents = manifestsOf(part, { totalShards, shardsPerPod, generation, image, namespace, follows });
  const how = follows === undefined ? '' : ' in standby';
  const title = `# Generation ${generation}${how}, ${part}: ${count(totalShards)} shards, ${count(shardsPerPod)} in a pod, ${count(plan.pods)} pods.\n`;
  return title + documents.map((document) => `---\n${toYaml(document)}`).join('');
}

/** The fleet that runs until the cut-over. With the same total the two would take each other's sessions. */
function followed(flags: PlanFlags, { running, generation, totalShards, shardsPerPod }: PlanInput) {
  if (flags.after || running === undefined) return undefined;
  if (running.generation >= generation || running.totalShards === totalShards) return undefined;
  return { ...running, shardsPerPod: flags.runningShardsPerPod ?? shardsPerPod };
}

function nextSteps(input: PlanInput, flags: PlanFlags): string {
  const { running, generation } = input;
  if (flags.part !== 'fleet' || flags.after || running === undefined || generation === running.generation) return '';
  const old = `bot-g${running.generation}`;
  if (followed(flags, input) === undefined)
    return [
      `next: 1. kubectl scale statefulset ${old} --replicas=0`,
      '      2. apply --part manager',
      '      3. apply this; wait for kubectl rollout status',
      '      4. apply --part public',
      `      5. kubectl delete statefulset,service ${old}`,
      '',
    ].join('\n');
  return [
    'next: 1. apply --part manager: it serves both generations',
    '      2. apply this; wait for kubectl rollout status: it connects in standby',
    '      3. tinfoil cutover: the new fleet takes over, or says why not',
    `      4. apply --part public, then --part fleet, wait, then --part manager, each with --after --generation ${generation}`,
    '         --shards … in place of --manager',
    `      5. kubectl delete statefulset,service ${old}`,
    '',
  ].join('\n');
}
