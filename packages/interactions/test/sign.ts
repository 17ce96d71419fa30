/** Real keys and signatures for tests, by node:crypto; the packages under test only verify. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface Signer {
  /** 64 hexadecimal digits. */
  readonly publicKey: string;
  headers(body: string | Uint8Array, timestamp?: string): Record<string, string>;
  request(payload: unknown, init?: RequestInit): Request;
}

export function createSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const headers = (body: string | Uint8Array, timestamp = String(Math.floor(Date.now() / 1000))) => ({
    'content-type': 'application/json',
    'x-signature-ed25519': signHex(privateKey, timestamp, body),
    'x-signature-timestamp': timestamp,
  });
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex'),
    headers,
    request(payload, init) {
      const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
      return new Request('http://127.0.0.1/interactions', { method: 'POST', body, headers: headers(body), ...init });
    },
  };
}

function signHex(key: KeyObject, timestamp: string, body: string | Uint8Array): string {
  return sign(null, Buffer.concat([Buffer.from(timestamp), Buffer.from(body)]), key).toString('hex');
}
