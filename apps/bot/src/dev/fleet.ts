/**
 * Processes of a run: the manager and the pods, each with the environment a manifest would give it, on 127.0.0.1.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SupervisedChild } from './processes.ts';

/** What the processes are started with. */
export interface FleetOptions {
  readonly program: string;
  readonly directory: string;
  /** One port for each listener: two of the manager, three of each pod. */
  readonly ports: readonly number[];
  readonly pods: number;
  readonly token: string;
  readonly publicKey: string;
  readonly apiUrl: string;
  readonly onLine: (name: string, line: string) => void;
  readonly onStart: (name: string, pid: number) => void;
  readonly onFatal: (line: string) => void;
  readonly onDeath: (name: string, how: string) => void;
}

/** A pod of the run and where it listens. */
export interface FleetPod {
  readonly child: SupervisedChild;
  readonly publicUrl: string;
  readonly opsUrl: string;
  readonly handledFile: string;
}

/** Ports that {@link startFleet} needs. */
export function portsNeeded(pods: number): number {
  return 2 + 3 * pods;
}

/** The running processes. */
export interface Fleet {
  readonly manager: SupervisedChild;
  readonly managerOpsUrl: string;
  readonly pods: readonly FleetPod[];
  stop(): Promise<void>;
}

const stopGraceMs = 20_000;

/** The cluster's intervals, about ten times faster than in production: what is to be seen should not take minutes. */
const timing = {
  quietMs: 600,
  identifyGapMs: 510,
  breakerBaseMs: 500,
  pollEveryMs: 1000,
  sweepEveryMs: 1000,
  mirrorEveryMs: 500,
  settleMs: 500,
  fallbackAfterMs: 5000,
};

/** Starts the manager and all pods at once; they find each other by a static list of addresses. */
export function startFleet(options: FleetOptions): Fleet {
  const url = (index: number) => `http://127.0.0.1:${options.ports[index]}`;
  const port = (index: number) => String(options.ports[index]);
  const keysFile = join(options.directory, 'keys');
  writeFileSync(keysFile, `dev ${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });

  const common = {
    ...inherited(),
    BOT_TOKEN: options.token,
    DISCORD_PUBLIC_KEY: options.publicKey,
    TINFOIL_API_URL: options.apiUrl,
    TINFOIL_TOTAL_SHARDS: String(options.pods),
    TINFOIL_SHARDS_PER_POD: '1',
    TINFOIL_GENERATION: '1',
    TINFOIL_PEERS: Array.from({ length: options.pods }, (_, pod) => url(2 + 3 * pod + 1)).join(','),
    TINFOIL_MANAGER_URL: url(0),
    TINFOIL_KEYS_FILE: keysFile,
    TINFOIL_HOST: '127.0.0.1',
    TINFOIL_TIMING: JSON.stringify(timing),
  };
  const start = (name: string, role: string, env: Record<string, string>) =>
    new SupervisedChild({
      name,
      program: options.program,
      args: [role],
      env: { ...common, ...env },
      logFile: join(options.directory, `${name}.log`),
      onLine: (line) => options.onLine(name, line),
      onStart: (pid) => options.onStart(name, pid),
      onFatal: options.onFatal,
      onDeath: (how) => options.onDeath(name, how),
    });

  const manager = start('manager', 'manager', { TINFOIL_INTERNAL_PORT: port(0), TINFOIL_OPS_PORT: port(1) });
  const pods = Array.from({ length: options.pods }, (_, pod): FleetPod => {
    const name = `bot-${pod}`;
    const first = 2 + 3 * pod;
    const handledFile = join(options.directory, `${name}.handled`);
    const stateDirectory = join(options.directory, `${name}.state`);
    mkdirSync(stateDirectory, { recursive: true });
    const child = start(name, 'shard', {
      POD_NAME: name,
      TINFOIL_PUBLIC_PORT: port(first),
      TINFOIL_INTERNAL_PORT: port(first + 1),
      TINFOIL_OPS_PORT: port(first + 2),
      TINFOIL_STATE_DIR: stateDirectory,
      TINFOIL_HANDLED_FILE: handledFile,
    });
    return { child, publicUrl: `${url(first)}/interactions`, opsUrl: url(first + 2), handledFile };
  });
  return {
    manager,
    managerOpsUrl: url(1),
    pods,
    // The fleet first: its last sessions go to the manager.
    stop: async () => {
      await Promise.all(pods.map(({ child }) => child.stop(stopGraceMs)));
      await manager.stop(stopGraceMs);
    },
  };
}

/** The variables of this process that are nobody's settings; tokens and roles of the caller's must not leak into the run. */
function inherited(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TINFOIL_|BOT_TOKEN$|DISCORD_|POD_)/.test(name));
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
