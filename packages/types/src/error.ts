/**
 * Root of every error that Tinfoil creates and that is not a caller's mistake (those are `TypeError` and `RangeError`).
 * Owns the `code` convention: `TINFOIL_<PACKAGE>_<WHAT>`, a literal type in each subclass.
 */

/** Error of Tinfoil with a stable, documented `code`; the failure beneath it, if any, is `cause`. */
export class TinfoilError extends Error {
  /** Stable name of the failure, such as `TINFOIL_REST_TIMEOUT`. */
  readonly code: string;

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}
