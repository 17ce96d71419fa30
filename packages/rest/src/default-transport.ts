/**
 * Transport for where the program runs: undici on Node, `fetch` on Bun, Deno and Workers, which bring a good one of their own.
 */
import { createFetchTransport } from './fetch-transport.ts';
import type { Transport } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

export function createDefaultTransport(): Transport {
  return isPlainNode() ? createUndiciTransport() : createFetchTransport();
}

function isPlainNode(): boolean {
  // Other runtimes imitate Node's `process`; each has a mark that Node lacks.
  const versions = globalThis.process?.versions;
  const foreign = versions?.bun ?? versions?.deno;
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  return versions?.node !== undefined && foreign === undefined && navigator?.userAgent !== 'Cloudflare-Workers';
}
