/**
 * What a client tells of its work: events for programs, diagnostics channels for metrics and traces. Operations are named by
 * method and template, so labels stay few and no token can be among them.
 */
import { Emitter, type HttpMethod, type ListenerErrorHandler } from '@tinfoil/types';
import type { RateLimitScope } from './headers.ts';

/** Operation that an event speaks of. */
export interface RouteInfo {
  readonly method: HttpMethod;
  /** Template of the path, such as `/channels/{}/messages`. */
  readonly route: string;
}

/** An answer came, whatever its status. */
export interface ResponseInfo extends RouteInfo {
  readonly status: number;
  /** Milliseconds from sending to the whole answer, of this attempt. */
  readonly durationMs: number;
  /** 0 for the first attempt. */
  readonly attempt: number;
}

/** Discord answered 429. */
export interface RateLimitedInfo extends RouteInfo {
  readonly scope: RateLimitScope;
  readonly retryAfterMs: number;
  /** Discord's name of the bucket, when told. */
  readonly bucket: string | undefined;
  /** True when a limit beneath the bucket's own was exceeded: only requests of the same kind wait. */
  readonly sublimit: boolean;
}

/** Discord answered 401, 403 or an unshared 429, of which 10,000 in 10 minutes ban the IP address. */
export interface InvalidRequestInfo extends RouteInfo {
  readonly status: number;
  /** Invalid answers of the last 10 minutes. */
  readonly count: number;
  /** Count at which nothing more is sent. */
  readonly limit: number;
  /** True when half, three quarters or nine tenths of the limit have just been passed. */
  readonly warning: boolean;
}

/** A request failed and is sent again. */
export interface RetryInfo extends RouteInfo {
  /** 1 for the first retry. */
  readonly attempt: number;
  readonly delayMs: number;
  /** Status of the answer; `undefined` when there was none. */
  readonly status: number | undefined;
}

/** A bucket, or the global limit, makes requests wait. */
export interface WaitInfo {
  /** Method and template of the first that waits; `undefined` for the global limit. */
  readonly route: string | undefined;
  readonly scope: RateLimitScope;
  readonly waitMs: number;
}

/** A listener threw or rejected. */
export interface ListenerErrorInfo {
  readonly cause: unknown;
  readonly event: string;
}

/** Events of {@link Rest}. */
export type RestEvents = {
  readonly response: readonly [ResponseInfo];
  readonly rateLimited: readonly [RateLimitedInfo];
  readonly invalidRequest: readonly [InvalidRequestInfo];
  readonly retry: readonly [RetryInfo];
  readonly wait: readonly [WaitInfo];
  /** Discord answered 401 to the bot token: nothing is sent with it any more. */
  readonly tokenRejected: readonly [RouteInfo];
  readonly error: readonly [ListenerErrorInfo];
};

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Channels of `node:diagnostics_channel` that cost nothing while nobody listens. */
export interface Channels {
  readonly request: Channel;
  readonly response: Channel;
  readonly wait: Channel;
  readonly rateLimited: Channel;
  readonly error: Channel;
}

const deaf: Channel = { hasSubscribers: false, publish: () => undefined };

/** Opens `tinfoil:rest:*`; where the runtime has no such channels, nothing is published. */
export function openChannels(): Channels {
  const module = globalThis.process?.getBuiltinModule?.('node:diagnostics_channel');
  const open = (name: string): Channel => module?.channel(`tinfoil:rest:${name}`) ?? deaf;
  return {
    request: open('request'),
    response: open('response'),
    wait: open('wait'),
    rateLimited: open('rate-limited'),
    error: open('error'),
  };
}

/** Emitter whose listeners cannot break a request: what they throw becomes the event `error`, or goes to diagnostics. */
export function createEmitter(channels: Channels): Emitter<RestEvents> {
  const report: ListenerErrorHandler = (cause, event) => {
    if (event !== 'error' && emitter.has('error')) emitter.emit('error', { cause, event });
    else if (channels.error.hasSubscribers) channels.error.publish({ cause, event });
  };
  const emitter = new Emitter<RestEvents>(report);
  return emitter;
}
