/**
 * Options of the verbs of the route tree. Which of them an operation takes is said by its own signature.
 */
import type { FileUpload, RequestOptions } from '../request.ts';

/** Options of an operation that takes neither query nor files beside its body. */
export type CallOptions = RequestOptions;

/** Options with a query, for verbs whose first argument is the body. */
export interface QueryOptions<Query> extends RequestOptions {
  readonly query?: Query | undefined;
}

/** Options of an operation that takes files. */
export interface FileOptions extends RequestOptions {
  readonly files?: readonly FileUpload[] | undefined;
}

/** Options of a DELETE that takes a body. */
export interface BodyOptions<Body> extends RequestOptions {
  readonly body?: Body | undefined;
}
