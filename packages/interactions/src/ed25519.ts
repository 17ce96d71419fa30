/**
 * Seam between the verifier and whatever does Ed25519: `#ed25519` of the package's `imports` picks `ed25519-node` on Node,
 * Bun and Deno, `ed25519-web` elsewhere, and both fall back to `ed25519-nacl`.
 */

/** Judges a strict 64-byte signature over a message, for the key it was made for. */
export type Backend = (
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
) => boolean | Promise<boolean>;
