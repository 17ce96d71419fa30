/**
 * Backend on `node:crypto`, which Bun and Deno have too. The key object is made once: importing the key for each signature
 * doubles the cost. Verification runs in the thread pool, so that the event loop goes on reading requests meanwhile.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Backend } from './ed25519.ts';
import { loadNaclBackend } from './ed25519-nacl.ts';

/** DER of a SubjectPublicKeyInfo for Ed25519, up to the 32 bytes of the key. */
const spki = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/** Makes the backend for one key of 32 bytes. */
export function createBackend(publicKey: Uint8Array): Backend {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from([...spki, ...publicKey]), format: 'der', type: 'spki' });
  } catch {
    // A build without Ed25519, such as one in FIPS mode.
    const fallback = loadNaclBackend(publicKey);
    fallback.catch(() => undefined);
    return async (signature, message) => (await fallback)(signature, message);
  }
  return (signature, message) =>
    new Promise((resolve) => {
      verify(null, message, key, signature, (error, verdict) => resolve(error === null && verdict));
    });
}
