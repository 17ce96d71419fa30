/**
 * Wire of calls between pods: `POST /v1/rpc` carries an array of {@link RpcCall}; answers stream back as NDJSON, one
 * {@link RpcAnswer} a line, in order of completion.
 */
import type { Snowflake } from 'discord-api-types/v10';

/** Whom a call is for: a shard, a guild, or (neither) the pod itself. */
export interface RpcTarget {
  readonly shardId?: number | undefined;
  readonly guildId?: Snowflake | undefined;
}

/** One call. */
export interface RpcCall {
  /** Chosen by the caller, unique within one POST. */
  readonly id: number;
  readonly name: string;
  readonly target?: RpcTarget | undefined;
  readonly args: unknown;
  /** Milliseconds that remain for the answer, counted from receipt. */
  readonly deadlineMs: number;
}

/** Why a call failed, as the called pod says it. */
export type RpcFailureCode =
  /** No handler of that name. */
  | 'unknown'
  /** The arguments do not fit the handler's schema. */
  | 'invalid'
  /** The pod does not hold the target; its topology comes along. */
  | 'misdirected'
  | 'draining'
  | 'deadline'
  /** Too many answers open at the pod. */
  | 'overloaded'
  /** The handler threw. */
  | 'error';

/** Layout of one generation of pods: enough to compute the owner of any guild. */
export interface RpcTopology {
  readonly generation: number;
  readonly totalShards: number;
  readonly shardsPerPod: number;
}

/** Answer to one call. */
export type RpcAnswer =
  | { readonly id: number; readonly ok: true; readonly value?: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly error: { readonly code: RpcFailureCode; readonly message: string; readonly topology?: RpcTopology };
    };
