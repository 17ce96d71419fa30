/** A pod per gateway shard: direct calls between pods, global state, identify permits, sessions that survive, drain. */

// In a pod
export type { BroadcastOptions, BroadcastResult, BroadcastTarget, PodResult } from './broadcast.ts';
export { Cluster, type ClusterGatewayOptions, type ClusterParts } from './cluster.ts';
// Generations
export type { PodMode } from './cutover-order.ts';
// Options
export { type ClusterEnvOptions, clusterEnv, type Environment, managerEnv } from './env.ts';
// Errors
export { BroadcastError, ListenError, PeerError, RpcError, type RpcFailure } from './errors.ts';
// State
export type { GatewayPart, ShardView } from './gateway-part.ts';
export type { CoveredState, CoveredValue, GlobalState, SessionStart } from './global-state.ts';
export {
  defineHandler,
  type HandlerMap,
  type RpcArgs,
  type RpcContext,
  type RpcHandler,
  type RpcHandlerFunction,
  type RpcHandlerObject,
  type RpcResult,
  type StandardSchema,
} from './handlers.ts';
export type { ClusterKey } from './keys.ts';
export type { BoundAddress, ListenAddress } from './listener.ts';
// The manager
export { ClusterManager } from './manager.ts';
export type { CutoverProgress, CutoverResult } from './manager-cutover.ts';
export { ManagerOperator, type ManagerOperatorOptions } from './operator.ts';
export type {
  ClusterManagerOptions,
  ClusterOptions,
  ClusterTiming,
  CommonOptions,
  KeyOptions,
  ReadGatewayBot,
  StandbyFleetOptions,
} from './options.ts';
export type { PeerOptions } from './peers.ts';
// Calls
export type { CallOptions, Rpc, RpcCaller } from './rpc.ts';
export type { StateDefinition, StateMap, StateRule, StateValue } from './state.ts';
export type { PodStatus, ProcessReport, ShardReport, StateReport } from './status.ts';
// Certificates
export type { TlsFiles } from './tls.ts';
// Topology
export { podCount, podOfGuild, podOfShard, shardsOfPod, type Topology } from './topology.ts';
