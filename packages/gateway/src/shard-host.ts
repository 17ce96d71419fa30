/** What a shard needs from the process it lives in, and what it tells of itself. */
import type { APIUser, Snowflake } from '@tinfoil/types';
import type { IdentifySettings } from './commands.ts';
import type { GatewayFatalError } from './errors.ts';
import type { FrameHeader } from './frame.ts';
import type { CompressionName } from './inflate.ts';
import type { ResolvedGatewayOptions } from './options.ts';
import type { ResumeTurns } from './resume-turns.ts';
import type { Shard } from './shard.ts';
import type { ShardStatus } from './state.ts';
import type { GatewayTransport } from './transport.ts';

/** Who the bot is: told by READY, kept with the session because RESUMED does not tell. */
export interface BotIdentity {
  readonly user: APIUser;
  readonly applicationId: Snowflake;
}

/** What a shard needs from the process it lives in. */
export interface ShardHost {
  readonly options: ResolvedGatewayOptions;
  readonly totalShards: number;
  readonly compression: CompressionName;
  readonly turns: ResumeTurns;
  readonly identifySettings: IdentifySettings;
  transport(): Promise<GatewayTransport>;
  /** @param attempts - Connections lost in a row: many make the cached URL doubtful. */
  mainUrl(attempts: number): Promise<string>;
  isWanted(op: number, type: string | null): boolean;
  dispatch(shard: Shard, header: FrameHeader, bytes: Buffer): void;
  moved(shard: Shard, previous: ShardStatus): void;
  ready(shard: Shard, resumed: boolean): void;
  fatal(shard: Shard, error: GatewayFatalError): void;
  sessionDropped(shard: Shard): void;
  failed(shard: Shard, cause: unknown): void;
}

/** Figures of one shard. */
export interface ShardCounters {
  resumes: number;
  identifies: number;
  lastCloseCode: number | undefined;
  /** Monotonic time of the last dispatch; undefined before the first. */
  lastEventAtMs: number | undefined;
}
