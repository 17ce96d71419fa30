/**
 * `tinfoil cutover` as a function: asks the manager how far the fleet in standby is, cuts over, or takes a cut-over back. The manager
 * decides; this prints what it says.
 */
import { parseArgs } from 'node:util';
import { type CutoverProgress, ManagerOperator } from '@tinfoil/cluster';

/** What the command is given, and where its texts go. */
export interface CutoverHost {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly note: (text: string) => void;
}

/** Exit codes: done, mistake or no answer, refused. */
export const cutoverExit = { done: 0, failed: 1, refused: 2 } as const;

export const cutoverUsage = `tinfoil cutover: lets the fleet in standby take over from the one that runs.

  --manager <url>      internal address of the manager (TINFOIL_MANAGER_URL), such as http://127.0.0.1:8081
  --keys-file <path>   keys of internal calls (TINFOIL_KEYS_FILE)
  --lead-ms <n>        from the decision to the common time (5000)
  --check              only say how far the fleet in standby is
  --abort              take a cut-over back, until its time
  --help
`;

const flags = {
  manager: { type: 'string' },
  'keys-file': { type: 'string' },
  'lead-ms': { type: 'string' },
  check: { type: 'boolean' },
  abort: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const pollMs = 500;
// What the manager's polls and the pods' polls need after the common time, at the most.
const doneWithinMs = 60_000;

/** Runs the command. Never rejects. */
export async function runCutover(host: CutoverHost): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...host.args], options: flags, strict: true, allowPositionals: false });
    if (values.help) {
      host.note(cutoverUsage);
      return cutoverExit.done;
    }
    const managerUrl = values.manager ?? host.env.TINFOIL_MANAGER_URL;
    if (managerUrl === undefined)
      throw new TypeError('--manager must be the internal address of the manager, got none');
    const leadMs = values['lead-ms'] === undefined ? undefined : wholeOf(values['lead-ms']);
    const file = values['keys-file'] ?? host.env.TINFOIL_KEYS_FILE;
    await using operator = new ManagerOperator({ managerUrl, keys: file === undefined ? undefined : { file } });
    if (values.abort) return await abort(host, operator);
    const progress = await operator.progress();
    host.note(describe(progress));
    if (values.check) return progress.state === 'waiting' ? cutoverExit.refused : cutoverExit.done;
    return await cutOver(host, operator, leadMs);
  } catch (cause) {
    const [line = ''] = String(cause instanceof Error ? cause.message : cause).split('\n');
    host.note(`tinfoil cutover: ${line}\n`);
    return cutoverExit.failed;
  }
}

function wholeOf(text: string): number {
  if (/^\d{3,6}$/.test(text)) return Number(text);
  throw new TypeError(`--lead-ms must be a whole number from 500 to 600000, got ${JSON.stringify(text)}`);
}

function describe({ state, from, to, shardsUp, shards, guildCoverage, blockers }: CutoverProgress): string {
  const percent = (Math.floor(guildCoverage * 1_000) / 10).toFixed(1);
  const head = `generation ${from} to ${to}: ${state}; ${shardsUp} of ${shards} shards are up, ${percent} % of the guilds are there\n`;
  return head + blockers.map((blocker) => `STOP ${blocker}\n`).join('');
}

async function abort(host: CutoverHost, operator: ManagerOperator): Promise<number> {
  const { outcome, reasons } = await operator.abort();
  host.note(outcome === 'aborted' ? 'taken back\n' : `${outcome}: the new fleet serves\n`);
  for (const reason of reasons) host.note(`   ${reason}\n`);
  return outcome === 'aborted' ? cutoverExit.done : cutoverExit.refused;
}

async function cutOver(host: CutoverHost, operator: ManagerOperator, leadMs: number | undefined): Promise<number> {
  const { outcome, reasons, atMs = 0 } = await operator.cutOver({ leadMs });
  if (outcome !== 'going') {
    host.note(`${outcome}: the running fleet serves on\n`);
    for (const reason of reasons) host.note(`STOP ${reason}\n`);
    return cutoverExit.refused;
  }
  host.note(`the new fleet takes over at ${new Date(atMs).toISOString()}\n`);
  const endsAtMs = performance.now() + Math.max(0, atMs - Date.now()) + doneWithinMs;
  while (performance.now() < endsAtMs) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    if ((await operator.progress()).state !== 'done') continue;
    host.note('done\n');
    return cutoverExit.done;
  }
  throw new Error('some pods have not followed yet; the manager tells them again at each poll (--check)');
}
