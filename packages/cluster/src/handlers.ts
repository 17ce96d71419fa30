/**
 * Handlers that other pods may call: registered by name, arguments checked, no code ever sent. Types only, plus the one
 * function that runs a schema.
 *
 * @see {@link https://standardschema.dev | Standard Schema}, the interface that zod, valibot, arktype and others share
 */
import type { Snowflake } from '@tinfoil/types';

/** Part of Standard Schema 1 that is needed to check arguments. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** What a handler knows beyond its arguments. */
export interface RpcContext {
  /** Shard the call was for, if it was for one (also when it was for a guild). */
  readonly shardId?: number | undefined;
  /** Guild the call was for, if it was for one. */
  readonly guildId?: Snowflake | undefined;
  /** Milliseconds the caller will wait, from receipt. */
  readonly deadlineMs: number;
  /** Aborted when the caller has gone or its time is over. */
  readonly signal: AbortSignal;
}

/** Function form of a handler; its parameter is compared bivariantly so that it may be annotated with what the caller must send. */
export type RpcHandlerFunction = { call(args: unknown, context: RpcContext): unknown }['call'];

/** Object form of a handler, with a schema for its arguments. */
export interface RpcHandlerObject {
  /** Checks (and may transform) the arguments before `run` sees them. */
  readonly args?: StandardSchema | undefined;
  run(args: unknown, context: RpcContext): unknown;
}

/** Handler of one name. */
export type RpcHandler = RpcHandlerFunction | RpcHandlerObject;

/** Handlers by name. */
export type HandlerMap = Readonly<Record<string, RpcHandler>>;

type Runner<H> = H extends { run: infer R } ? R : H;
type SchemaInput<H> = H extends { args: { '~standard': { types?: infer T } } }
  ? NonNullable<T> extends { input: infer I }
    ? I
    : never
  : never;

/** Arguments that callers of a handler must give: its schema's input, else its first parameter. */
export type RpcArgs<H> = [SchemaInput<H>] extends [never]
  ? Runner<H> extends (args: infer A, ...rest: never[]) => unknown
    ? A
    : unknown
  : SchemaInput<H>;

/** Value that callers of a handler get. */
export type RpcResult<H> = Runner<H> extends (...args: never[]) => infer R ? Awaited<R> : unknown;

/**
 * Names a handler whose argument type comes from its schema.
 *
 * @example
 * ```ts
 * handlers: { ban: defineHandler({ args: z.object({ userId: z.string() }), run: async ({ userId }) => userId }) }
 * ```
 */
export function defineHandler<Input, Output, Result>(handler: {
  readonly args: StandardSchema<Input, Output>;
  run(args: Output, context: RpcContext): Result;
}): { readonly args: StandardSchema<Input, Output>; run(args: Output, context: RpcContext): Result } {
  return handler;
}

/** Arguments as the schema gives them back, or its complaints in one line. */
export async function checkArgs(
  schema: StandardSchema,
  args: unknown,
): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }> {
  const result = await schema['~standard'].validate(args);
  if (result.issues === undefined) return { ok: true, value: result.value };
  const issues = result.issues.slice(0, 3).map((issue) => issue.message);
  return { ok: false, message: issues.join('; ').slice(0, 300) };
}
