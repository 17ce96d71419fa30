/**
 * Signatures of internal calls: HTTP Message Signatures with `hmac-sha256` over method, path, query, body digest and the
 * receiver's name, with creation time, key id and nonce as parameters.
 *
 * One fixed list of components is signed and accepted; nothing is negotiated. `tinfoil-to` names the receiver, so a call
 * recorded on its way to one pod cannot be replayed to another, where its nonce is unknown. Integrity, not secrecy.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421 | RFC 9421} and {@link https://www.rfc-editor.org/rfc/rfc9530 | RFC 9530}
 */
import * as crypto from 'node:crypto';
import type { KeyRing, LoadedKey } from './keys.ts';
import { createNonceMemory } from './nonces.ts';

/** What a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path with its query, as sent. */
  readonly path: string;
  readonly body: string | Uint8Array;
  /** Receiver: `g1/3` for pod 3 of generation 1, `manager`. */
  readonly to: string;
}

/** Headers that carry a signature. */
export interface SignatureHeaders {
  readonly 'content-digest': string;
  readonly 'signature-input': string;
  readonly signature: string;
  readonly 'tinfoil-to': string;
}

/** Names of the headers that carry a signature. */
export const signatureHeaders: readonly (keyof SignatureHeaders)[] = [
  'content-digest',
  'signature-input',
  'signature',
  'tinfoil-to',
];

/** Why a request was not taken for genuine. */
export type AuthFailure = 'missing' | 'malformed' | 'key' | 'stale' | 'digest' | 'signature' | 'replay' | 'receiver';

const components = '("@method" "@path" "@query" "content-digest" "tinfoil-to")';
const inputPattern =
  /^sig=(\("@method" "@path" "@query" "content-digest" "tinfoil-to"\);created=(\d{1,12});keyid="([A-Za-z0-9_-]{1,32})";nonce="([A-Za-z0-9_.-]{8,64})";alg="hmac-sha256")$/;
const signaturePattern = /^sig=:([A-Za-z0-9+/]{43}=):$/;

/** Seconds that sender's and receiver's clocks may differ, each way. */
export const allowedSkewSeconds = 60;

/** Text that is signed: one line per component, then the parameters. */
export function signatureBase(fields: readonly (readonly [name: string, value: string])[], params: string): string {
  let base = '';
  for (const [name, value] of fields) base += `"${name}": ${value}\n`;
  return `${base}"@signature-params": ${params}`;
}

/** `Content-Digest` of a body. */
export function contentDigest(body: string | Uint8Array): string {
  return `sha-256=:${crypto.hash('sha256', body, 'base64')}:`;
}

/**
 * Signs a request with one key.
 *
 * @param nonce - Never used before with this receiver.
 * @param nowMs - Milliseconds since the Unix epoch.
 */
export function sign(request: SignedRequest, key: LoadedKey, nonce: string, nowMs: number): SignatureHeaders {
  const digest = contentDigest(request.body);
  const created = Math.floor(nowMs / 1000);
  const params = `${components};created=${created};keyid="${key.id}";nonce="${nonce}";alg="hmac-sha256"`;
  return {
    'content-digest': digest,
    'signature-input': `sig=${params}`,
    signature: `sig=:${mac(baseOf(request, digest, params), key)}:`,
    'tinfoil-to': request.to,
  };
}

/** Checks signatures and remembers nonces while they could be replayed. */
export interface Verifier {
  /**
   * `undefined` when the request is genuine and new.
   *
   * @param header - Value of a header by its lower-case name.
   * @param nowMs - Milliseconds since the Unix epoch.
   */
  verify(
    request: Omit<SignedRequest, 'to'>,
    header: (name: string) => string | undefined,
    nowMs: number,
  ): AuthFailure | undefined;
}

/** Verifier for one receiver. @param to - The receiver's own name, see {@link SignedRequest.to}. */
export function createVerifier(ring: KeyRing, to: string): Verifier {
  const nonces = createNonceMemory(2 * allowedSkewSeconds * 1000);
  return {
    verify(request, header, nowMs) {
      const input = header('signature-input');
      const signature = header('signature');
      const digest = header('content-digest');
      if (input === undefined || signature === undefined || digest === undefined) return 'missing';
      const parsed = inputPattern.exec(input);
      const given = signaturePattern.exec(signature)?.[1];
      if (parsed === null || given === undefined) return 'malformed';
      const [, params = '', created = '', keyId = '', nonce = ''] = parsed;
      const key = findKey(ring, keyId);
      if (key === undefined) return 'key';
      if (Math.abs(Number(created) - nowMs / 1000) > allowedSkewSeconds) return 'stale';
      if (contentDigest(request.body) !== digest) return 'digest';
      const receiver = header('tinfoil-to') ?? '';
      const expected = mac(baseOf({ ...request, to: receiver }, digest, params), key);
      // As text: base64 has several spellings of the same bytes, and only one was sent.
      if (!crypto.timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(given, 'latin1'))) return 'signature';
      // Only after the signature: a stranger must neither fill the memory nor learn who we are.
      if (receiver !== to) return 'receiver';
      return nonces.seen(nonce, nowMs) ? 'replay' : undefined;
    },
  };
}

function findKey(ring: KeyRing, id: string): LoadedKey | undefined {
  const known = ring.keys.find((key) => key.id === id);
  if (known !== undefined) return known;
  // The caller may have read a rotated file before us.
  ring.refresh();
  return ring.keys.find((key) => key.id === id);
}

function baseOf(request: SignedRequest, digest: string, params: string): string {
  const mark = request.path.indexOf('?');
  const path = mark === -1 ? request.path : request.path.slice(0, mark);
  return signatureBase(
    [
      ['@method', request.method],
      ['@path', path],
      ['@query', mark === -1 ? '?' : request.path.slice(mark)],
      ['content-digest', digest],
      ['tinfoil-to', request.to],
    ],
    params,
  );
}

function mac(base: string, key: LoadedKey): string {
  return crypto.createHmac('sha256', key.secret).update(base).digest('base64');
}
