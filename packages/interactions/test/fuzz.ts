/**
 * Requests of every kind of nonsense, from a seed: random and mutated signatures, timestamps, bodies, headers and paths, some
 * of them rightly signed. An oracle of its own says which may be believed; `createFuzzer` counts what came back.
 */
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { command, component, modal, ping, webhookEvent } from './payloads.ts';

/** Request as bytes and headers, before any client touches it. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** True when the signature holds for this timestamp and body, and both are of the right form. */
  readonly isSigned: boolean;
}

export interface Fuzzer {
  readonly publicKey: string;
  next(): FuzzRequest;
  /** Throws when the answer is wrong. */
  judge(request: FuzzRequest, status: number): void;
  /** Answers by status. */
  readonly statuses: Map<number, number>;
}

const maxBodyBytes = 4096;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const payloads = [ping, command('ping'), component('vote/yes'), modal('m', []), webhookEvent('NEW', {}), { type: 0 }];

export function createFuzzer(seed: number): Fuzzer {
  const random = mulberry32(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const bytes = (length: number) => Uint8Array.from({ length }, () => below(256));
  const text = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(pick([below(95) + 32, below(256)]))).join('');
  const value = (depth: number): unknown =>
    pick<() => unknown>([
      () => null,
      () => below(12),
      () => -random(),
      () => text(below(12)),
      () => random() < 0.5,
      () => (depth > 0 ? Array.from({ length: below(4) }, () => value(depth - 1)) : []),
      () => (depth > 0 ? fields(depth) : {}),
    ])();
  const names = ['type', 'id', 'token', 'application_id', 'data', 'name', 'custom_id', 'options', 'event', 'guild_id'];
  const fields = (depth: number) =>
    Object.fromEntries(
      Array.from({ length: below(5) }, () => [pick([...names, '__proto__', 'member', 'components']), value(depth - 1)]),
    );

  const payload = (): Uint8Array<ArrayBuffer> => {
    const base = { ...pick(payloads) } as Record<string, unknown>;
    switch (below(6)) {
      case 0:
        return bytes(below(200));
      case 1:
        return encode(JSON.stringify(value(4)));
      case 2:
        base[pick(names)] = value(3);
        return encode(JSON.stringify(base));
      case 3:
        base.data = { ...(base.data as object), [pick(names)]: value(3), type: below(12) };
        return encode(JSON.stringify(base));
      case 4:
        return encode(JSON.stringify(base).slice(0, below(400)));
      default:
        return encode(JSON.stringify({ ...base, padding: 'x'.repeat(random() < 0.05 ? maxBodyBytes : 0) }));
    }
  };

  const mutate = (original: string, alphabet: string) => {
    const at = below(original.length);
    const [head, tail] = [original.slice(0, at), original.slice(at + 1)];
    return pick([head + pick([...alphabet]) + tail, head + tail, `${head + pick([...alphabet])}${original.slice(at)}`]);
  };

  const next = (): FuzzRequest => {
    let body = payload();
    let timestamp = String(1_700_000_000 + below(1_000_000));
    let signature = sign(null, Buffer.concat([Buffer.from(timestamp), body]), privateKey).toString('hex');
    switch (below(8)) {
      case 0:
        signature = mutate(signature, '0123456789abcdefABCDEFgx \t');
        break;
      case 1:
        timestamp = mutate(timestamp, '0123456789 -.e');
        break;
      case 2:
        body = body.slice();
        if (body.length > 0) body[below(body.length)]! ^= 1 << below(8);
        break;
      case 3:
        signature = pick([
          text(below(200)),
          '',
          '0'.repeat(128),
          'f'.repeat(128),
          Buffer.from(bytes(64)).toString('hex'),
        ]);
        break;
      case 4:
        timestamp = text(below(30));
        break;
      case 5:
        signature = signature.toUpperCase();
        break;
    }
    const headers: Record<string, string> = {
      'content-type': random() < 0.95 ? 'application/json' : text(20),
      'x-signature-ed25519': signature,
      'x-signature-timestamp': timestamp,
      ...(random() < 0.2 ? { [`x-${below(100)}`]: text(below(100)) } : {}),
    };
    if (random() < 0.02) delete headers[pick(Object.keys(headers))];
    for (const [name, content] of Object.entries(headers)) headers[name] = headerValue(content);
    const method = random() < 0.97 ? 'POST' : pick(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);
    const path = `/${encodeURI(text(below(20)).replaceAll(/[^\x21-\x7e]|[#?\\]/g, ''))}`.replace(/^\/+/, '/');
    return { method, path, headers, body, isSigned: isSigned(headers, body) };
  };

  const statuses = new Map<number, number>();
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    next,
    statuses,
    judge(request, status) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const isAccepted = status < 300 || status === 400;
      const wanted = allowed(request);
      if (!wanted.includes(status) || (isAccepted && !request.isSigned))
        throw new Error(
          `answered ${status}, not ${wanted}: ${JSON.stringify({ ...request, body: Buffer.from(request.body).toString('latin1') })}`,
        );
    },
  };
}

/** Statuses that may answer a request. */
function allowed({ method, headers, body, isSigned: isGood }: FuzzRequest): readonly number[] {
  if (method !== 'POST') return [405];
  if (!/^\s*application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) return [415];
  if (body.length > maxBodyBytes) return [413];
  return isGood ? [200, 204, 400] : [401];
}

function isSigned(headers: Readonly<Record<string, string>>, body: Uint8Array): boolean {
  const signature = headers['x-signature-ed25519'] ?? '';
  const timestamp = headers['x-signature-timestamp'] ?? '';
  if (!/^[0-9a-f]{128}$/i.test(signature) || !/^[0-9]{1,16}$/.test(timestamp)) return false;
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), publicKey, Buffer.from(signature, 'hex'));
}

/** What a client may put in a header, as the server will read it: without the spaces around it. */
function headerValue(content: string): string {
  return content.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').replaceAll(/^[ \t]+|[ \t]+$/g, '');
}

function encode(content: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(content));
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
