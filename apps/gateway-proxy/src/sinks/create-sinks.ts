/** Which sinks the environment asks for. */
import { createNatsJetStreamSink } from './nats-jetstream.ts';
import { createRedisStreamsSink } from './redis-streams.ts';
import type { EventSink } from './sink.ts';
import type { BufferOptions, WhenFull } from './sink-options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Sinks named by the environment; none by default. @throws {@link TypeError} naming the variable, what is allowed, and what came. */
export function createSinks(env: Environment): readonly EventSink[] {
  const sinks: EventSink[] = [];
  const buffer: BufferOptions = {
    maxBytes: whole(env, 'TINFOIL_SINK_BUFFER_BYTES'),
    whenFull: whenFull(env),
  };
  const redis = secretUrl(env, 'TINFOIL_SINK_REDIS_URL', ['redis:', 'rediss:']);
  if (redis !== undefined)
    sinks.push(
      createRedisStreamsSink({
        ...buffer,
        url: redis,
        stream: text(env, 'TINFOIL_SINK_REDIS_STREAM'),
        maxLength: whole(env, 'TINFOIL_SINK_REDIS_MAXLEN'),
      }),
    );
  const nats = secretUrl(env, 'TINFOIL_SINK_NATS_URL', ['nats:', 'tls:']);
  if (nats !== undefined)
    sinks.push(
      createNatsJetStreamSink({
        ...buffer,
        url: nats,
        credentialsFile: text(env, 'TINFOIL_SINK_NATS_CREDENTIALS_FILE'),
        stream: name(env, 'TINFOIL_SINK_NATS_STREAM', /^[\w-]+$/),
        subject: name(env, 'TINFOIL_SINK_NATS_SUBJECT', /^[\w-]+(\.[\w-]+)*$/),
        maxStreamBytes: whole(env, 'TINFOIL_SINK_NATS_MAX_BYTES'),
      }),
    );
  return sinks;
}

function whenFull(env: Environment): WhenFull | undefined {
  const value = text(env, 'TINFOIL_SINK_WHEN_FULL');
  if (value === undefined || value === 'drop-oldest' || value === 'block') return value;
  throw new TypeError(`TINFOIL_SINK_WHEN_FULL must be drop-oldest or block, got ${JSON.stringify(value)}`);
}

function text(env: Environment, variable: string): string | undefined {
  return env[variable]?.trim() || undefined;
}

function whole(env: Environment, variable: string): number | undefined {
  const value = text(env, variable);
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(value)) return Number(value);
  throw new TypeError(`${variable} must be a positive whole number, got ${JSON.stringify(value)}`);
}

function name(env: Environment, variable: string, allowed: RegExp): string | undefined {
  const value = text(env, variable);
  if (value === undefined || allowed.test(value)) return value;
  throw new TypeError(
    `${variable} must be letters, digits, _ and - (a subject: with dots between), got ${JSON.stringify(value)}`,
  );
}

/** The message holds nothing of the value: there may be a password in it. */
function secretUrl(env: Environment, variable: string, protocols: readonly string[]): string | undefined {
  const value = text(env, variable);
  if (value === undefined) return undefined;
  const isAllowed = value.split(',').every((url) => URL.canParse(url) && protocols.includes(new URL(url).protocol));
  if (isAllowed) return value;
  throw new TypeError(
    `${variable} must be a URL that begins with ${protocols.map((it) => `${it}//`).join(' or ')}, got another text`,
  );
}
