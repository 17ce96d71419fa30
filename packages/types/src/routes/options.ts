/**
 * Options of the verbs of the route tree. Which of them an operation takes is said by its own signature, so that a reason
 * where Discord keeps none, or a file where it takes none, does not compile.
 */
import type { CallOptions, FileUpload } from '../request.ts';

export type { CallOptions } from '../request.ts';

/** Options of an operation that writes to the audit log. */
export interface ReasonOptions extends CallOptions {
  /** Audit-log reason, 1 to 512 characters; encoded for you. */
  readonly reason?: string | undefined;
}

/** Options with a query, for verbs whose first argument is the body. */
export interface QueryOptions<Query> extends CallOptions {
  readonly query?: Query | undefined;
}

/** Options whose query says what the answer is. */
export interface AskedOptions<Query> extends CallOptions {
  readonly query: Query;
}

/** Options of an operation that may take files. */
export interface FileOptions extends CallOptions {
  readonly files?: readonly FileUpload[] | undefined;
}

/** Options of an operation that is nothing without its file. */
export interface UploadOptions extends CallOptions {
  readonly files: readonly [FileUpload, ...FileUpload[]];
}

/** Options of a DELETE that takes a body. */
export interface BodyOptions<Body> extends CallOptions {
  readonly body?: Body | undefined;
}

/**
 * Body or query as a caller may write it: string enums also as their plain strings, arrays also readonly. Deferred by
 * property, so that only what a call names is ever looked at.
 */
export type Plain<T> = T extends string
  ? T | `${T}`
  : T extends object
    ? { readonly [Key in keyof T]: Plain<T[Key]> }
    : T;
