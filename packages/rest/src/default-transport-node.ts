/**
 * Transport of Node: undici. The package's `imports` choose this file or `default-transport-web.ts`, so that a bundle for
 * another runtime holds nothing of undici.
 */
import type { Transport } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

export function createDefaultTransport(): Transport {
  return createUndiciTransport();
}
