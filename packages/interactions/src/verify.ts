/**
 * Signatures of Discord's requests: Ed25519 over the timestamp's characters and the raw body's bytes.
 *
 * Input is judged strictly before any backend is asked (exact hex, a timestamp of digits, canonical points, S below the
 * order), so every runtime gives the same verdict. Every refusal looks the same from outside: `false`.
 *
 * @see {@link https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers | Discord Docs/Security Headers}
 */
import { createBackend } from '#ed25519';
import type { Backend } from './ed25519.ts';
import { fromHex, isStrictPoint, isStrictSignature } from './ed25519-check.ts';

/** What {@link verify} judges. */
export interface VerifyInput {
  /** The application's public key, 64 hexadecimal digits, or several while keys are changed. */
  readonly publicKey: string | readonly string[];
  /** Header `X-Signature-Ed25519`. */
  readonly signature: string | null | undefined;
  /** Header `X-Signature-Timestamp`. */
  readonly timestamp: string | null | undefined;
  /** Body as it came, never parsed and written again. A string stands for its UTF-8 bytes. */
  readonly body: Uint8Array | ArrayBuffer | string;
  /** Refuses timestamps that are further than this from now, in milliseconds; any age is taken without it. */
  readonly maxAgeMs?: number | undefined;
}

/** Judges signatures for the keys it was made for. */
export type Verifier = (
  signature: string | null | undefined,
  timestamp: string | null | undefined,
  body: Uint8Array,
) => boolean | Promise<boolean>;

const encoder = new TextEncoder();
/** Verifier of the last call of {@link verify}: importing a key costs as much as using it. */
let last: readonly [publicKey: unknown, maxAgeMs: unknown, verifier: Verifier] | undefined;

/**
 * True when Discord signed the request.
 *
 * @throws {@link TypeError} or {@link RangeError} when `publicKey` is no usable Ed25519 key; nothing else is thrown.
 */
export async function verify(input: VerifyInput): Promise<boolean> {
  const { body } = input;
  const bytes =
    typeof body === 'string' ? encoder.encode(body) : body instanceof Uint8Array ? body : new Uint8Array(body);
  const { publicKey, maxAgeMs } = input;
  if (last?.[0] !== publicKey || last[1] !== maxAgeMs)
    last = [publicKey, maxAgeMs, createVerifier(publicKey, maxAgeMs)];
  return last[2](input.signature, input.timestamp, bytes);
}

/** Makes a verifier. @throws {@link TypeError} or {@link RangeError} naming `publicKey` when a key is unusable. */
export function createVerifier(
  publicKey: string | readonly string[],
  maxAgeMs?: number | undefined,
  create: (publicKey: Uint8Array<ArrayBuffer>) => Backend = createBackend,
): Verifier {
  const keys: readonly unknown[] = Array.isArray(publicKey) ? publicKey : [publicKey];
  // No key at all is refused like a wrong one.
  const backends = (keys.length > 0 ? keys : ['']).map((key) => create(parseKey(key)));
  return (signatureHex, timestamp, body) => {
    if (typeof signatureHex !== 'string' || typeof timestamp !== 'string') return false;
    const signature = fromHex(signatureHex, 64);
    // Digits alone: were a body's first byte movable into the timestamp, one signature would fit two requests.
    if (!signature || !/^\d{1,16}$/.test(timestamp) || !isStrictSignature(signature)) return false;
    if (maxAgeMs !== undefined && Math.abs(Date.now() - Number(timestamp) * 1000) > maxAgeMs) return false;
    const message = join(timestamp, body);
    return backends.length === 1 ? backends[0]!(signature, message) : anyOf(backends, signature, message);
  };
}

async function anyOf(
  backends: readonly Backend[],
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const backend of backends) if (await backend(signature, message)) return true;
  return false;
}

function parseKey(publicKey: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof publicKey === 'string' ? fromHex(publicKey, 32) : undefined;
  // The value is not shown: a token pasted into the wrong variable must not end up in a log.
  const came = typeof publicKey === 'string' ? `${publicKey.length} characters` : typeof publicKey;
  if (!bytes)
    throw new RangeError(`interactions: publicKey must be 64 hexadecimal digits, or several such keys, got ${came}`);
  if (!isStrictPoint(bytes))
    throw new RangeError('interactions: publicKey must be a canonical point of large order, got a weak key');
  return bytes;
}

function join(timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(timestamp.length + body.length);
  for (let index = 0; index < timestamp.length; index += 1) message[index] = timestamp.charCodeAt(index);
  message.set(body, timestamp.length);
  return message;
}
