/** What every way of inflating has in common: the context of one connection, and the one error. */
import { TinfoilError } from '@tinfoil/types';

/** Compressed bytes that cannot be read any further: the connection's context is lost, so the connection is too. */
export class InflateError extends TinfoilError {
  declare readonly code: 'TINFOIL_GATEWAY_INFLATE';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('TINFOIL_GATEWAY_INFLATE', message, options);
  }
}

/** Decompression context of one connection. After an error only `close` may be called. */
export interface Decompressor {
  /** All output that `bytes` yield, which may be a view that the next call on any decompressor overwrites. @throws {@link InflateError} */
  decompress(bytes: Buffer): Buffer;
  close(): void;
}

export function tooLarge(maxBytes: number): InflateError {
  return new InflateError(`a gateway message inflates to more than ${maxBytes} bytes`);
}

export function endedEarly(): InflateError {
  return new InflateError('the compressed gateway stream ended while the connection is open');
}
