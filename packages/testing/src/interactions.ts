/**
 * Interactions and webhook events as Discord sends them: signed with Ed25519, posted with a deadline, and judged by the answer.
 *
 * @see {@link https://docs.discord.com/developers/interactions/overview | Discord Docs/Interactions}
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

/** Answer to a posted interaction; `null` body parts mean there was none. */
export interface PostedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Why there was no answer. */
export type PostFailure = 'timeout' | 'refused';

/** Ed25519 keys of one application. */
export interface SigningKeys {
  /** Public key, 64 hex digits. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Keys of a 32-byte seed. */
export function createSigningKeys(seed: Buffer): SigningKeys {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { publicKey: der.subarray(-32).toString('hex'), privateKey };
}

/** Signature headers of a body. */
export function signatureHeaders(
  keys: SigningKeys,
  body: string | Uint8Array,
  timestamp: string,
): Record<string, string> {
  const message = Buffer.concat([Buffer.from(timestamp), Buffer.from(body)]);
  return {
    'x-signature-ed25519': sign(null, message, keys.privateKey).toString('hex'),
    'x-signature-timestamp': timestamp,
  };
}

/** Posts a body and reads the whole answer. Never rejects. */
export function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  deadlineMs: number,
): Promise<PostedAnswer | { readonly failure: PostFailure; readonly detail: string }> {
  return new Promise((resolve) => {
    const client = url.startsWith('https:') ? https : http;
    const length = String(Buffer.byteLength(body));
    const request = client.request(url, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/json',
        'content-length': length,
        'user-agent': 'Discord-Interactions/1.0 (+https://discord.com)',
        ...headers,
      },
    });
    const end = (result: PostedAnswer | { failure: PostFailure; detail: string }) => {
      clearTimeout(timer);
      resolve(result);
      request.destroy();
    };
    const timer = setTimeout(
      () => end({ failure: 'timeout', detail: `no answer within ${deadlineMs} ms` }),
      deadlineMs,
    );
    const fail = (error: Error) => end({ failure: 'refused', detail: error.message });
    request.once('error', fail);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', fail);
      response.once('aborted', () => fail(new Error('the answer was cut off')));
      response.once('end', () => {
        const flat = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        end({ status: response.statusCode ?? 0, headers: Object.fromEntries(flat), body: Buffer.concat(chunks) });
      });
    });
    request.on('error', () => {});
    request.end(body);
  });
}
