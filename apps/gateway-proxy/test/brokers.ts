/** Real brokers on loopback, each with a directory of its own: they can be killed, and come back with what they had. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect as connectTcp, createServer } from 'node:net';
import { join } from 'node:path';
import { type JetStreamManager, jetstreamManager, type StreamState } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { createNatsJetStreamSink } from '../src/sinks/nats-jetstream.ts';
import { createRedisStreamsSink } from '../src/sinks/redis-streams.ts';
import type { EventSink } from '../src/sinks/sink.ts';
import type { BufferOptions } from '../src/sinks/sink-options.ts';
import { eventually, temporaryDirectory } from './support.ts';

/** One event as a consumer finds it. */
export interface Stored {
  readonly id: string;
  readonly type: string;
  readonly shard: string;
  readonly payload: { readonly s: number; readonly t: string; readonly d: Readonly<Record<string, unknown>> };
}

/** How a broker is run and read. */
export interface BrokerKind {
  readonly name: string;
  readonly program: string;
  arguments(port: number, directory: string): readonly string[];
  sink(port: number, options: BufferOptions): EventSink;
  read(port: number): Promise<readonly Stored[]>;
  /** How many a reader would find. */
  count(port: number): Promise<number>;
}

export const redisStreams: BrokerKind = {
  name: 'redis-streams',
  program: 'redis-server',
  arguments: (port, directory) =>
    `--port ${port} --bind 127.0.0.1 --save --appendonly yes --appendfsync always --dir ${directory}`.split(' '),
  sink: (port, options) => createRedisStreamsSink({ url: `redis://127.0.0.1:${port}`, ...options }),
  read: (port) =>
    withRedis(port, async (client) => {
      const entries = await client.xrange('tinfoil:events', '-', '+');
      return entries.map(([, fields]) => {
        const of = (name: string) => fields[fields.indexOf(name) + 1]!;
        return { id: of('id'), type: of('type'), shard: of('shard'), payload: JSON.parse(of('data')) };
      });
    }),
  count: (port) => withRedis(port, (client) => client.xlen('tinfoil:events')),
};

export const natsJetStream: BrokerKind = {
  name: 'nats-jetstream',
  program: 'nats-server',
  arguments: (port, directory) => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', directory],
  sink: (port, options) => createNatsJetStreamSink({ url: `nats://127.0.0.1:${port}`, ...options }),
  read: (port) =>
    withNats(port, async (streams) => {
      const state = await stateOf(streams);
      const stored: Stored[] = [];
      for (let seq = Math.max(1, state?.first_seq ?? 1); seq <= (state?.last_seq ?? 0); seq++) {
        const message = await streams.getMessage('TINFOIL', { seq });
        if (message === null) continue;
        const [shard = '', type = ''] = message.subject.split('.').slice(2);
        stored.push({ id: message.header.get('Nats-Msg-Id'), type, shard, payload: message.json() });
      }
      return stored;
    }),
  count: (port) => withNats(port, async (streams) => (await stateOf(streams))?.messages ?? 0),
};

async function withRedis<Value>(port: number, use: (client: Redis) => Promise<Value>): Promise<Value> {
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

type Streams = JetStreamManager['streams'];

async function withNats<Value>(port: number, use: (streams: Streams) => Promise<Value>): Promise<Value> {
  const nats = await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
  try {
    return await use((await jetstreamManager(nats)).streams);
  } finally {
    await nats.close();
  }
}

/** None while nobody has made the stream. */
async function stateOf(streams: Streams): Promise<StreamState | undefined> {
  return (await streams.info('TINFOIL').catch(() => undefined))?.state;
}

/** True when its server is installed; says so when it is not. */
export function isInstalled({ name, program }: BrokerKind): boolean {
  const installed = spawnSync(program, ['--version']).status === 0;
  if (!installed) console.log(`skipped: ${name} (${program} is not installed)`);
  return installed;
}

/** A broker's process, at one port and with one directory over all its starts. */
export class BrokerProcess implements AsyncDisposable {
  readonly kind: BrokerKind;
  readonly port: number;
  readonly #directory = temporaryDirectory();
  #child: ChildProcess | undefined;

  private constructor(kind: BrokerKind, port: number) {
    this.kind = kind;
    this.port = port;
  }

  static async start(kind: BrokerKind): Promise<BrokerProcess> {
    const broker = new BrokerProcess(kind, await freePort());
    await broker.start();
    return broker;
  }

  async start(): Promise<void> {
    const { kind, port } = this;
    this.#child = spawn(kind.program, kind.arguments(port, this.#directory.path), { stdio: 'ignore' });
    await eventually(() => answers(port), 10_000);
  }

  /** Resolves when a text is in its files: NATS acknowledges shortly before it writes, so a kill in between loses what was acknowledged. */
  async wrote(text: string): Promise<void> {
    const { path } = this.#directory;
    const isThere = () =>
      readdirSync(path, { recursive: true, withFileTypes: true }).some(
        (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text),
      );
    await eventually(isThere);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** It keeps its connections, and answers nothing. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  read(): Promise<readonly Stored[]> {
    return this.kind.read(this.port);
  }

  /** Reads when there are at least so many. */
  async readAtLeast(count: number): Promise<readonly Stored[]> {
    await eventually(async () => (await this.kind.count(this.port)) >= count, 10_000);
    return this.read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#directory.remove();
  }
}

/** A port that nobody gets by chance while the broker is away, as one of the range for outgoing connections could be. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
