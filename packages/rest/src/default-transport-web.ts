/** Transport of Bun, Deno, Workers and browsers, which bring a good `fetch` of their own. */
import { createFetchTransport } from './fetch-transport.ts';
import type { Transport } from './transport.ts';

export function createDefaultTransport(): Transport {
  return createFetchTransport();
}
