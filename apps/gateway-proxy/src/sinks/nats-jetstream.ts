/**
 * Sink into NATS JetStream: one message per event on `<subject>.<shard>.<TYPE>`, with `Nats-Msg-Id`, so that the server drops the
 * second copy of an event that comes within the stream's duplicate window.
 *
 * A stream that is not there is made, bounded in bytes; one that is there is the operator's, and left as it is.
 *
 * @see {@link https://docs.nats.io/nats-concepts/jetstream/streams | JetStream streams}
 */
import { readFile } from 'node:fs/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { type Broker, type BrokerLink, loadClient, SinkError } from './broker.ts';
import { createBrokerSink } from './broker-sink.ts';
import type { OutboxEntry } from './outbox.ts';
import type { EventSink } from './sink.ts';
import type { BufferOptions } from './sink-options.ts';

/** Options of {@link createNatsJetStreamSink}. */
export interface NatsJetStreamOptions extends BufferOptions {
  /** `nats://` or `tls://` URL of a server, or of several by comma; user and password, or a token, in the first of them. */
  readonly url: string;
  /** Path of a credentials file. */
  readonly credentialsFile?: string | undefined;
  /** Name of the stream. @defaultValue `'TINFOIL'` */
  readonly stream?: string | undefined;
  /** Beginning of the subjects. @defaultValue `'tinfoil.events'` */
  readonly subject?: string | undefined;
  /** Bytes that the stream keeps, if it is made here. @defaultValue 1 GiB */
  readonly maxStreamBytes?: number | undefined;
}

const name = 'nats-jetstream';
const connectTimeoutMs = 2_000;
const ackTimeoutMs = 10_000;
/** JetStream's error for a stream that does not exist. */
const streamNotFound = 10_059;
/** What the header of a message takes at most, with the longest id. */
const headerBytes = 256;

interface NatsModules {
  readonly jetstream: typeof import('@nats-io/jetstream');
  readonly transport: typeof import('@nats-io/transport-node');
}

/** Sink into JetStream. Needs the packages `@nats-io/jetstream` and `@nats-io/transport-node`. @throws {@link TypeError} or {@link RangeError} for bad options. */
export function createNatsJetStreamSink(options: NatsJetStreamOptions): EventSink {
  const { stream = 'TINFOIL', subject = 'tinfoil.events', maxStreamBytes = 1024 ** 3, credentialsFile } = options;
  const connection = connectionOptions(options.url);
  if (!/^[\w-]+$/.test(stream))
    throw new TypeError(`${name}: stream must be letters, digits, _ and -, got ${JSON.stringify(stream)}`);
  if (!/^[\w-]+(\.[\w-]+)*$/.test(subject))
    throw new TypeError(`${name}: subject must be names with dots between, got ${JSON.stringify(subject)}`);
  if (!Number.isSafeInteger(maxStreamBytes) || maxStreamBytes < 1)
    throw new RangeError(`${name}: maxStreamBytes must be a positive whole number of bytes, got ${maxStreamBytes}`);
  let modules: NatsModules | undefined;
  let credentials: Uint8Array | undefined;
  const broker: Broker = {
    name,
    async load() {
      modules = await loadClient(name, '@nats-io/jetstream @nats-io/transport-node', async () => ({
        jetstream: await import('@nats-io/jetstream'),
        transport: await import('@nats-io/transport-node'),
      }));
      if (credentialsFile === undefined) return;
      credentials = await readFile(credentialsFile).catch(() => {
        throw new TypeError(
          `${name}: credentialsFile must be a file that can be read, got ${JSON.stringify(credentialsFile)}`,
        );
      });
    },
    async open() {
      const { jetstream, transport } = modules!; // Loaded before the first attempt.
      const authenticator = credentials && transport.credsAuthenticator(credentials);
      const nats = await transport.connect({ ...connection, ...(authenticator && { authenticator }) });
      try {
        const manager = await jetstream.jetstreamManager(nats, { timeout: connectTimeoutMs });
        await ensureStream(manager, stream, subject, maxStreamBytes);
        return createLink(nats, manager, subject);
      } catch (cause) {
        await nats.close();
        throw cause;
      }
    },
  };
  return createBrokerSink(broker, options);
}

function connectionOptions(url: string): ConnectionOptions {
  const urls = url.split(',').map((server) => server.trim());
  // The message holds nothing of the URL: there may be a password in it.
  if (!urls.every((server) => URL.canParse(server) && /^(nats|tls):$/.test(new URL(server).protocol)))
    throw new TypeError(`${name}: url must be nats:// or tls:// URLs, got another text`);
  const [first] = urls.map((server) => new URL(server));
  const user = decodeURIComponent(first!.username);
  const pass = decodeURIComponent(first!.password);
  return {
    servers: urls.map((server) => new URL(server).host),
    name: 'tinfoil-gateway-proxy',
    timeout: connectTimeoutMs,
    // One that repaired itself would send again what was given up.
    reconnect: false,
    ...(first!.protocol === 'tls:' && { tls: {} }),
    ...(user !== '' && (pass === '' ? { token: user } : { user, pass })),
  };
}

async function ensureStream(manager: JetStreamManager, stream: string, subject: string, bytes: number): Promise<void> {
  try {
    await manager.streams.info(stream);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== streamNotFound) throw cause;
    await manager.streams.add({ name: stream, subjects: [`${subject}.>`], max_bytes: bytes });
  }
}

function createLink(nats: NatsConnection, manager: JetStreamManager, subject: string): BrokerLink {
  const client = manager.jetstream();
  const limit = (nats.info?.max_payload ?? Number.POSITIVE_INFINITY) - headerBytes;
  return {
    async publish(entries) {
      const isTooLarge = ({ bytes }: OutboxEntry) => bytes.length > limit;
      const acks = entries
        .filter((entry) => !isTooLarge(entry))
        .map(({ id, shardId, type, bytes }) =>
          client.publish(`${subject}.${shardId}.${type.replace(/[^\w-]/g, '_')}`, bytes, {
            msgID: id,
            timeout: ackTimeoutMs,
          }),
        );
      await Promise.all(acks).catch((cause: unknown) => {
        throw describeNats(cause);
      });
      return entries.filter(isTooLarge);
    },
    close: () => nats.close().catch(() => undefined),
  };
}

/** The client says that JetStream is off whenever nobody takes a subject: more often, no stream has it. */
function describeNats(cause: unknown): unknown {
  return cause instanceof Error && cause.name === 'JetStreamNotEnabled'
    ? new SinkError('no stream takes the subject, or JetStream is off', { cause })
    : cause;
}
