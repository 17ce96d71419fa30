/**
 * Backend of last resort: tweetnacl, in plain JavaScript, for runtimes whose native cryptography lacks Ed25519.
 * Loaded on the first signature that nothing native can judge, since it is large and many times slower.
 */
import type { Backend } from './ed25519.ts';

/** Verifies with tweetnacl, loading it now. */
export async function loadNaclBackend(publicKey: Uint8Array): Promise<Backend> {
  const { default: nacl } = await import('tweetnacl');
  return (signature, message) => nacl.sign.detached.verify(message, signature, publicKey);
}
