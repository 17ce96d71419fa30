/**
 * Backend on WebCrypto, for runtimes without Node's modules. The key is imported once, on the first signature.
 */
import type { Backend } from './ed25519.ts';
import { loadNaclBackend } from './ed25519-nacl.ts';

/** Makes the backend for one key of 32 bytes. */
export function createBackend(publicKey: Uint8Array<ArrayBuffer>): Backend {
  let backend: Promise<Backend> | undefined;
  return async (signature, message) => {
    backend ??= load(publicKey);
    return (await backend)(signature, message);
  };
}

async function load(publicKey: Uint8Array<ArrayBuffer>): Promise<Backend> {
  try {
    const { subtle } = globalThis.crypto;
    const key = await subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return (signature, message) => subtle.verify('Ed25519', key, signature, message);
  } catch {
    return loadNaclBackend(publicKey);
  }
}
