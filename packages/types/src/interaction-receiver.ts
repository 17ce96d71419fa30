/**
 * Seam between whatever listens for HTTP and whatever understands interactions. Bytes and header values in, a plain answer out:
 * `fetch`, `node:http` and the cluster's public listener are shells of equal rank over it.
 */
import type { Snowflake } from 'discord-api-types/v10';

/** Value of a request header by its lower-case name. */
export type HeaderReader = (name: string) => string | null | undefined;

/** Where a verified interaction is to be handled. */
export interface InteractionRoute {
  /** Guild the interaction came from, if any. */
  readonly guildId?: Snowflake | undefined;
  /** `local`: whichever process got it. `owner`: the process that holds the guild's shard. */
  readonly routing: 'local' | 'owner';
}

/** Answer to send. */
export interface ReceiverResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | null;
  /** To be called once the answer has left: follow-ups that Discord would refuse earlier wait for it. */
  readonly sent?: (() => void) | undefined;
}

/** What the listener knows beyond the bytes. */
export interface HandleContext {
  /** False when routing was `owner` and the owner did not answer, so that this process stands in. */
  readonly ownerReachable?: boolean | undefined;
  /** When the request arrived, on the clock of `systemClock`; the deadline counts from there. Now, when absent. */
  readonly receivedAtMs?: number | undefined;
  /** Keeps a runtime alive that would end with the response. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** Verifies, routes and handles interactions and webhook events. None of the three rejects on what a stranger sent. */
export interface InteractionReceiver {
  /** True when the raw body was signed by Discord. */
  verify(headers: HeaderReader, body: Uint8Array): boolean | Promise<boolean>;
  /** Reads, from a verified body, who should handle it. */
  route(body: Uint8Array): InteractionRoute;
  /** Runs the handlers for a verified body. */
  handleVerified(body: Uint8Array, context?: HandleContext): Promise<ReceiverResponse>;
}
