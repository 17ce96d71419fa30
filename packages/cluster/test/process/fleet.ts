/**
 * A cluster of real processes around one Simulator: pods with ports and state directories of their own, a manager, and the
 * means to kill, stop, roll and replace them. What they did is read from the Simulator's ledger and the pods' own files.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Simulator, type SimulatorOptions } from '@tinfoil/testing';
import type { ClusterTiming, GlobalState } from '../../src/index.ts';

/** Discord's 5 s and everything that follows from it, ten times as fast. */
export const identifyGapMs = 500;
export const fastTiming: Partial<ClusterTiming> = {
  pollEveryMs: 300,
  statusTimeoutMs: 1_000,
  sweepEveryMs: 300,
  longPollMs: 1_000,
  fallbackAfterMs: 1_500,
  quietMs: 600,
  identifyHoldMs: 2_000,
  identifyGapMs: 560,
  breakerBaseMs: 500,
  breakerMaxMs: 5_000,
  calendarSlotMs: 1_200,
  calendarWindowMs: 100,
  discoverJitterMs: 100,
  budgetEveryMs: 2_000,
  mirrorEveryMs: 200,
  mirrorGuildsEveryMs: 500,
  settleMs: 100,
  handlersMs: 2_000,
  flushMs: 8_000,
};
export const fastGateway: Readonly<Record<string, number>> = {
  resumeJitterMs: 50,
  reconnectBaseMs: 50,
  reconnectMaxMs: 500,
  identifyBackoffBaseMs: 300,
  invalidSessionMinMs: 100,
  invalidSessionMaxMs: 200,
  saveIntervalMs: 100,
};

/** One process of the fleet. */
export class Member {
  readonly #start: () => ChildProcess;
  process: ChildProcess;
  readonly notes: string[] = [];
  #nextId = 1;

  constructor(start: () => ChildProcess) {
    this.#start = start;
    this.process = this.#launch();
  }

  #launch(): ChildProcess {
    const child = this.#start();
    child.on('message', (message: { note?: string }) => {
      if (message.note !== undefined) this.notes.push(message.note);
    });
    return child;
  }

  /** Starts the process anew. */
  restart(): void {
    this.process = this.#launch();
  }

  /** Resolves at the first message of that kind. */
  told(kind: 'listening' | 'up', timeoutMs = 20_000): Promise<void> {
    return within(timeoutMs, `${kind} (${this.notes.slice(-3).join('; ')})`, (resolve) =>
      this.process.on('message', (message: Record<string, unknown>) => message[kind] === true && resolve(undefined)),
    );
  }

  /** Sends a signal and resolves when the process has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL', timeoutMs = 15_000): Promise<void> {
    const { process: child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    const ended = within<void>(timeoutMs, `end after ${signal}`, (resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    return ended;
  }

  /** Runs a command in the pod. */
  ask<Result>(command: string, args: object = {}, timeoutMs = 15_000): Promise<Result> {
    const id = this.#nextId++;
    const { process: child } = this;
    return within(timeoutMs, command, (resolve, reject) => {
      const listen = (message: { id?: number; value?: Result; failure?: { message: string } }) => {
        if (message.id !== id) return;
        child.off('message', listen);
        if (message.failure === undefined) resolve(message.value as Result);
        else reject(Object.assign(new Error(message.failure.message), message.failure));
      };
      child.on('message', listen);
      child.send({ id, command, ...args });
    });
  }
}

/** Addresses of the processes, and what starts a program there. */
export interface FleetNetwork {
  readonly discordHost: string;
  /** @param ordinal - `undefined` for the manager. */
  host(ordinal: number | undefined): string;
  /** Command that runs the rest of its arguments there. */
  command(ordinal: number | undefined): readonly [string, ...string[]];
}

/** Options of {@link startFleet}. */
export interface FleetOptions {
  readonly totalShards: number;
  readonly shardsPerPod?: number;
  readonly manager?: boolean;
  readonly guildsPerShard?: number;
  readonly timing?: Partial<ClusterTiming>;
  readonly discord?: SimulatorOptions;
  /** Where processes run; all on 127.0.0.1 unless told otherwise. */
  readonly network?: FleetNetwork;
  /** Environment of each pod beside the usual. */
  readonly env?: (ordinal: number) => Record<string, string>;
}

/** Starts a Simulator and prepares the processes; `up()` starts them. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { totalShards } = options;
  const pods = Math.ceil(totalShards / (options.shardsPerPod ?? 1));
  const discord = await Simulator.start({
    shards: totalShards,
    identifyGapMs,
    host: options.network?.discordHost ?? '127.0.0.1',
    ...options.discord,
  });
  return new Fleet(options, discord, await freePorts(pods + 1));
}

/** A Simulator, the pods, the manager. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #ports: readonly number[];
  readonly #members: Member[] = [];
  readonly #changed: Record<string, string> = {};
  readonly discord: Simulator;
  readonly guilds: readonly SimulatedGuild[];
  readonly directory: string = mkdtempSync(join(tmpdir(), 'tinfoil-fleet-'));
  readonly keysFile: string = join(this.directory, 'keys');
  readonly urls: readonly string[];
  readonly managerUrl: string;
  pods: Member[] = [];
  manager: Member | undefined;

  constructor(options: FleetOptions, discord: Simulator, ports: readonly number[]) {
    const { totalShards } = options;
    this.#options = options;
    this.#ports = ports;
    this.discord = discord;
    this.guilds = Array.from({ length: totalShards * (options.guildsPerShard ?? 2) }, (_, index) =>
      discord.createGuild({ shardId: index % totalShards, totalShards, memberCount: 10 + index }),
    );
    const host = (ordinal: number | undefined) => options.network?.host(ordinal) ?? '127.0.0.1';
    this.urls = ports.slice(0, -1).map((port, ordinal) => `http://${host(ordinal)}:${port}`);
    this.managerUrl = `http://${host(undefined)}:${ports.at(-1)}`;
    writeFileSync(this.keysFile, `one ${'k'.repeat(40)}\n`);
  }

  /** Starts the manager, after a while if wanted, and waits for its listeners. */
  async startManager(afterMs = 0): Promise<Member> {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    this.manager = this.#launch('manager.mjs', undefined);
    await this.manager.told('listening');
    return this.manager;
  }

  /** Starts all pods; resolves when every shard is up. */
  async startPods(timeoutMs?: number): Promise<void> {
    this.pods = this.urls.map((_, ordinal) => this.#launch('pod.mjs', ordinal));
    await Promise.all(this.pods.map((pod) => pod.told('up', timeoutMs)));
  }

  async up(): Promise<void> {
    if (this.#options.manager !== false) await this.startManager();
    await this.startPods();
  }

  pod(ordinal: number): Member {
    return this.pods[ordinal] as Member;
  }

  /** Environment of processes started from now on. */
  change(env: Record<string, string>): void {
    Object.assign(this.#changed, env);
  }

  /** Forgets a pod's files, as deleting the pod does to its emptyDir. */
  loseFiles(ordinal: number): void {
    rmSync(join(this.directory, `state-${ordinal}`), { recursive: true, force: true });
  }

  /** Sessions in the pods' files. A session is saved at an interval, so one that has just begun may not be there yet. */
  savedSessions(): number {
    return this.urls
      .map((_, ordinal) => join(this.directory, `state-${ordinal}`, 'sessions.json'))
      .filter((path) => existsSync(path))
      .reduce((sum, path) => sum + JSON.parse(readFileSync(path, 'utf8')).records.length, 0);
  }

  /** Lines of what the pods handled, pod by pod. */
  handled(): Handled[] {
    return this.urls
      .map((_, ordinal) => this.#handledBy(ordinal))
      .filter((path) => existsSync(path))
      .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
      .filter((line) => line !== '')
      .map((line) => {
        const [id = '', shardId, guildId = '', how] = line.split(' ');
        return { id, shardId: Number(shardId), guildId, replayed: how === 'replayed' };
      });
  }

  /** Global state, as one pod tells it. */
  state(ordinal: number): Promise<GlobalState> {
    return this.pod(ordinal).ask<GlobalState>('globalState');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process: child } of this.#members) child.kill('SIGCONT');
    await Promise.all(this.#members.map((member) => member.end('SIGKILL')));
    await this.discord.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #launch(file: string, ordinal: number | undefined): Member {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const member = new Member(() => {
      const [command, ...before] = this.#options.network?.command(ordinal) ?? [process.execPath];
      return spawn(command, [...before, path], {
        env: { ...this.#environment(ordinal), ...this.#changed },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    });
    this.#members.push(member);
    return member;
  }

  #environment(ordinal: number | undefined): NodeJS.ProcessEnv {
    const { totalShards, shardsPerPod = 1, manager, timing, env } = this.#options;
    return {
      PATH: process.env.PATH,
      BOT_TOKEN: this.discord.token,
      TINFOIL_API_URL: this.discord.restUrl,
      TINFOIL_TOTAL_SHARDS: String(totalShards),
      TINFOIL_SHARDS_PER_POD: String(shardsPerPod),
      TINFOIL_PEERS: this.urls.join(','),
      TINFOIL_KEYS_FILE: this.keysFile,
      TINFOIL_HOST: this.#options.network?.host(ordinal) ?? '127.0.0.1',
      TINFOIL_INTERNAL_PORT: String(this.#ports.at(ordinal ?? -1)),
      TINFOIL_OPS_PORT: '0',
      TEST_OPTIONS: JSON.stringify({
        timing: { ...fastTiming, ...timing },
        gatewayTiming: fastGateway,
        handled: this.#handledBy(ordinal ?? 0),
      }),
      ...(ordinal !== undefined && {
        POD_NAME: `bot-${ordinal}`,
        TINFOIL_STATE_DIR: join(this.directory, `state-${ordinal}`),
        ...(manager !== false && { TINFOIL_MANAGER_URL: this.managerUrl }),
        ...env?.(ordinal),
      }),
    };
  }

  #handledBy(ordinal: number): string {
    return join(this.directory, `handled-${ordinal}`);
  }
}

/** One message that a pod handled. */
export interface Handled {
  readonly id: string;
  readonly shardId: number;
  readonly guildId: string;
  readonly replayed: boolean;
}

type SimulatedGuild = ReturnType<Simulator['createGuild']>;

/** Members write to every guild in turn until stopped; resolves to the ids of all messages. */
export function chatter(fleet: Pick<Fleet, 'discord' | 'guilds'>, everyMs: number): { stop(): Set<string> } {
  const ids = new Set<string>();
  let turn = 0;
  const timer = setInterval(() => {
    const guild = fleet.guilds[turn++ % fleet.guilds.length];
    const channel = guild?.channels[0];
    if (channel !== undefined) ids.add(fleet.discord.createMessage(channel.id, { content: `message ${turn}` }).id);
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return ids;
    },
  };
}

/** Smallest time between two IDENTIFYs of one bucket, in milliseconds. */
export function smallestGap(fleet: Pick<Fleet, 'discord'>, maxConcurrency = 1): number {
  const last = new Map<number, number>();
  let smallest = Number.POSITIVE_INFINITY;
  for (const { shardId, atMs } of fleet.discord.ledger.filter('identify')) {
    const bucket = (shardId ?? 0) % maxConcurrency;
    smallest = Math.min(smallest, atMs - (last.get(bucket) ?? Number.NEGATIVE_INFINITY));
    last.set(bucket, atMs);
  }
  return smallest;
}

/** Polls until the condition holds; throws at the deadline. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 15_000,
): Promise<void> {
  const endsAtMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endsAtMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function within<Result>(
  timeoutMs: number,
  what: string,
  run: (resolve: (value: Result) => void, reject: (cause: unknown) => void) => void,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`)), timeoutMs);
    run(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (cause) => {
        clearTimeout(timer);
        reject(cause);
      },
    );
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
