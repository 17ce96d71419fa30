/**
 * Errors of the cluster package. A caller's mistake is a TypeError or RangeError; everything here is something that
 * happened: a pod that did not answer, a listener that could not start. No message holds keys, arguments or bodies.
 */
import { type RpcFailureCode, type RpcTopology, TinfoilError } from '@tinfoil/types';

/**
 * Why a call to another pod failed.
 *
 * `timeout`: no answer in time. `refused`: nothing listens there. `dns`: its name does not resolve. `reset`: the connection
 * broke after the call had left, so it may have run. `unauthorized`: the pod knows none of our keys. `skipped`: the total deadline of a
 * broadcast passed before its turn. `aborted`: the caller's signal. The others are the called pod's own words.
 */
export type RpcFailure =
  | RpcFailureCode
  | 'timeout'
  | 'refused'
  | 'dns'
  | 'reset'
  | 'unauthorized'
  | 'skipped'
  | 'aborted'
  | 'protocol';

/** What {@link RpcError} knows beyond its message. */
export interface RpcErrorDetails {
  readonly reason: RpcFailure;
  /** Name of the called handler. */
  readonly name: string;
  /** Pod that was called. */
  readonly pod: string;
  /** Topology of the called pod, when it said `misdirected`. */
  readonly topology?: RpcTopology | undefined;
  readonly cause?: unknown;
}

/** A call to a pod that brought no value; `reason` says why, `pod` who. */
export class RpcError extends TinfoilError {
  declare readonly code: 'TINFOIL_CLUSTER_RPC';
  readonly reason: RpcFailure;
  readonly handler: string;
  readonly pod: string;
  readonly topology: RpcTopology | undefined;

  constructor(message: string, details: RpcErrorDetails) {
    super('TINFOIL_CLUSTER_RPC', `cluster: call ${details.name} to ${details.pod}: ${message}`, {
      cause: details.cause,
    });
    this.reason = details.reason;
    this.handler = details.name;
    this.pod = details.pod;
    this.topology = details.topology;
  }
}

/** A broadcast whose values were demanded all or none, and that is not complete. */
export class BroadcastError extends TinfoilError {
  declare readonly code: 'TINFOIL_CLUSTER_BROADCAST';
  /** Pods that gave no value. */
  readonly pods: readonly string[];

  constructor(name: string, pods: readonly string[], total: number) {
    const named = pods.slice(0, 8).join(', ') + (pods.length > 8 ? ', …' : '');
    super('TINFOIL_CLUSTER_BROADCAST', `cluster: broadcast ${name}: ${pods.length} of ${total} pods failed: ${named}`);
    this.pods = pods;
  }
}

/** A listener could not be opened: its port is taken, or its address is not ours. */
export class ListenError extends TinfoilError {
  declare readonly code: 'TINFOIL_CLUSTER_LISTEN';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('TINFOIL_CLUSTER_LISTEN', `cluster: ${message}`, options);
  }
}

/** A peer (pod or manager) answered with a status that was not expected, or not at all. */
export class PeerError extends TinfoilError {
  declare readonly code: 'TINFOIL_CLUSTER_PEER';
  readonly reason: RpcFailure;
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;

  constructor(message: string, details: { reason: RpcFailure; status: number; cause?: unknown }) {
    super('TINFOIL_CLUSTER_PEER', `cluster: ${message}`, { cause: details.cause });
    this.reason = details.reason;
    this.status = details.status;
  }
}
