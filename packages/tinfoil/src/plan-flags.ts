/** Flags of `tinfoil plan`. Every mistake is an error of one line. Pure. */
import { parseArgs } from 'node:util';
import { type PlanPart, planParts } from './plan-manifests.ts';

/** What was asked for. */
export interface PlanFlags {
  readonly shards: number | undefined;
  readonly shardsPerPod: number;
  readonly generation: number | undefined;
  readonly runningGeneration: number | undefined;
  readonly runningShards: number | undefined;
  readonly runningShardsPerPod: number | undefined;
  readonly guilds: number | undefined;
  readonly reserve: number | undefined;
  readonly manager: string | undefined;
  readonly image: string;
  readonly namespace: string | undefined;
  readonly part: PlanPart;
  readonly after: boolean;
  readonly force: boolean;
  readonly help: boolean;
}

/** Mistake of whoever typed the command. */
export class PlanFlagError extends Error {
  override name = 'PlanFlagError';
}

export const planUsage = `tinfoil plan: manifests of a fleet's next generation, for you to read and apply. It changes nothing.

  --shards <n>              shards of the new generation; else what Discord recommends (BOT_TOKEN is needed then)
  --shards-per-pod <n>      shards in one pod (1)
  --generation <n>          number of the new generation; else one more than runs, or 1
  --manager <url>           ops address of the running manager: gives what runs and the number of guilds
  --running-generation <n>  } what runs, where no manager is asked
  --running-shards <n>      }
  --running-shards-per-pod <n>  of the running fleet (as --shards-per-pod)
  --guilds <n>              guilds of the bot, where no manager is asked
  --reserve <n>             identifies to leave over (a tenth of the day's, or one per shard where that is fewer)
  --image <name>            image of the bot (tinfoil-bot:dev)
  --namespace <name>        namespace to write into the manifests
  --part <name>             fleet (as it is), manager or public: what to print
  --after                   as it is when the new generation serves: not in standby
  --force                   print also when something speaks against it
  --help

Environment: BOT_TOKEN to ask Discord for its recommendation and the identifies left; TINFOIL_API_URL for another REST base.
`;

const names = {
  shards: { type: 'string' },
  'shards-per-pod': { type: 'string' },
  generation: { type: 'string' },
  manager: { type: 'string' },
  'running-generation': { type: 'string' },
  'running-shards': { type: 'string' },
  'running-shards-per-pod': { type: 'string' },
  guilds: { type: 'string' },
  reserve: { type: 'string' },
  image: { type: 'string' },
  namespace: { type: 'string' },
  part: { type: 'string' },
  after: { type: 'boolean' },
  force: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the flags. @throws {@link PlanFlagError} naming the flag, what is allowed, and what came. */
export function parsePlanFlags(args: readonly string[]): PlanFlags {
  const values = parse(args);
  const whole = (name: keyof typeof values, least: number) => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (typeof text === 'string' && /^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    throw new PlanFlagError(`--${name} must be a whole number of at least ${least}, got ${JSON.stringify(text)}`);
  };
  const fitting = (name: 'image' | 'namespace', pattern: RegExp, allowed: string) => {
    const text = values[name];
    if (text !== undefined && !pattern.test(text))
      throw new PlanFlagError(`--${name} must be ${allowed}, got ${JSON.stringify(text)}`);
    return text;
  };
  const runningGeneration = whole('running-generation', 0);
  const runningShards = whole('running-shards', 1);
  if ((runningGeneration === undefined) !== (runningShards === undefined))
    throw new PlanFlagError('--running-generation and --running-shards must come together');
  if (values.manager !== undefined && runningShards !== undefined)
    throw new PlanFlagError('--manager says what runs: leave out --running-generation and --running-shards');
  if (values.manager !== undefined && !/^https?:\/\/[^/\s]+\/?$/.test(values.manager))
    throw new PlanFlagError(
      `--manager must be a URL such as http://127.0.0.1:9090, got ${JSON.stringify(values.manager)}`,
    );
  const part = planParts.find((name) => name === (values.part ?? 'fleet'));
  if (part === undefined)
    throw new PlanFlagError(`--part must be one of ${planParts.join(', ')}, got ${JSON.stringify(values.part)}`);
  return {
    shards: whole('shards', 1),
    shardsPerPod: whole('shards-per-pod', 1) ?? 1,
    generation: whole('generation', 0),
    runningGeneration,
    runningShards,
    runningShardsPerPod: whole('running-shards-per-pod', 1),
    guilds: whole('guilds', 0),
    reserve: whole('reserve', 0),
    manager: values.manager?.replace(/\/$/, ''),
    image: fitting('image', /^[\w][\w./:@-]{0,255}$/, 'the name of an image') ?? 'tinfoil-bot:dev',
    namespace: fitting('namespace', /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of a namespace'),
    part,
    after: values.after ?? false,
    force: values.force ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: names, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    // Node's own words, less the hints for programmers that follow the first sentence.
    const [line = ''] = (cause as Error).message.split(/\. |\n/);
    throw new PlanFlagError(`${line} (tinfoil plan --help)`);
  }
}
