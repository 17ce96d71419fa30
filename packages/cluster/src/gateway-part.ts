/**
 * What the cluster needs of a gateway: the narrow face of `Gateway` that it reads and commands. Structural, so that any
 * holder of shards may stand here.
 */

/** One shard as the gateway lists it. */
export interface ShardView {
  readonly id: number;
  readonly status: string;
  readonly guilds: number;
  readonly unavailable: number;
  readonly users: number;
  readonly latencyMs?: number | null | undefined;
  readonly lastEventAgeMs?: number | null | undefined;
  readonly resumes: number;
  readonly identifies: number;
  readonly lastCloseCode?: number | null | undefined;
}

/** Events that the cluster counts. */
export interface GatewayPartEvents {
  (name: 'raw', listener: (event: { readonly type: string; readonly shardId: number }) => void): unknown;
  (
    name: 'shardStatus',
    listener: (event: { readonly shardId: number; readonly status: string; readonly previous: string }) => void,
  ): unknown;
}

/** Times of a cut-over, in milliseconds since the Unix epoch and milliseconds. */
export interface CutoverTimesPart {
  readonly atMs: number;
  readonly overlapMs?: number | undefined;
}

/** Gateway as the cluster sees it. */
export interface GatewayPart {
  readonly shards: readonly ShardView[];
  /** Absent where there are no events to count. */
  readonly on?: GatewayPartEvents | undefined;
  /** Reconnects one shard, keeping its session (`resume`) or not (`identify`). */
  restartShard(shardId: number, options: { readonly mode: 'resume' | 'identify' }): unknown;
  close(options?: { readonly resumable?: boolean | undefined }): Promise<void>;
  /** Where it stands between two fleets; absent, with the methods below, where it cannot take part in a cut-over. */
  readonly cutover?:
    | { readonly phase: 'active' | 'standby' | 'taking' | 'yielding' | 'retired'; readonly doubted: number }
    | undefined;
  takeOver?(times: CutoverTimesPart): boolean;
  handOver?(times: CutoverTimesPart): boolean;
  cancelTakeOver?(): boolean;
  cancelHandOver?(): boolean;
  /** Resolves when no listener is at work. */
  idle(): Promise<void>;
}
