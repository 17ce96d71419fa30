/** Real brokers on loopback, each with a directory of its own: they can be killed, and come back with what they had. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import type { BufferOptions } from '../src/sinks/broker-sink.ts';
import { createNatsJetStreamSink } from '../src/sinks/nats-jetstream.ts';
import { createRedisStreamsSink } from '../src/sinks/redis-streams.ts';
import type { EventSink } from '../src/sinks/sink.ts';
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
}

export const redisStreams: BrokerKind = {
  name: 'redis-streams',
  program: 'redis-server',
  arguments: (port, directory) =>
    `--port ${port} --bind 127.0.0.1 --save --appendonly yes --appendfsync always --dir ${directory}`.split(' '),
  sink: (port, options) => createRedisStreamsSink({ url: `redis://127.0.0.1:${port}`, ...options }),
  async read(port) {
    const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      const entries = await client.xrange('tinfoil:events', '-', '+');
      return entries.map(([, fields]) => {
        const of = (name: string) => fields[fields.indexOf(name) + 1]!;
        return { id: of('id'), type: of('type'), shard: of('shard'), payload: JSON.parse(of('data')) };
      });
    } finally {
      client.disconnect();
    }
  },
};

export const natsJetStream: BrokerKind = {
  name: 'nats-jetstream',
  program: 'nats-server',
  arguments: (port, directory) => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', directory],
  sink: (port, options) => createNatsJetStreamSink({ url: `nats://127.0.0.1:${port}`, ...options }),
  async read(port) {
    const nats = await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
    try {
      const { streams } = await jetstreamManager(nats);
      const info = await streams.info('TINFOIL').catch(() => undefined);
      if (info === undefined) return [];
      const { state } = info;
      const stored: Stored[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
        const message = await streams.getMessage('TINFOIL', { seq });
        if (message === null) continue;
        const [shard = '', type = ''] = message.subject.split('.').slice(2);
        stored.push({ id: message.header.get('Nats-Msg-Id'), type, shard, payload: message.json() });
      }
      return stored;
    } finally {
      await nats.close();
    }
  },
};

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

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  read(): Promise<readonly Stored[]> {
    return this.kind.read(this.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#directory.remove();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
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
