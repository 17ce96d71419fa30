/**
 * Faults on command. Three kinds: what happens now to living connections, what happens to the connections that come next,
 * and what happens to REST requests of a route. Holds the plans; the two servers carry them out.
 */
import type { GatewayHost } from './entries.ts';

/** Connections meant; without any field all of them. */
export interface ConnectionTarget {
  readonly shardId?: number | undefined;
  readonly connectionId?: number | undefined;
  readonly sessionId?: string | undefined;
}

/** Plan for a coming gateway connection; every field is optional and what is not named goes as usual. */
export interface ConnectionFault {
  /** Only connections to this host. */
  readonly host?: GatewayHost | undefined;
  /** Answer to the upgrade: an HTTP status, `reset` (TCP accepts, then resets) or `hang` (never answered). */
  readonly handshake?: number | 'reset' | 'hang' | undefined;
  /** `missing`: never sent; `op7`: op 7 in its place; a number: sent after so many milliseconds. */
  readonly hello?: 'missing' | 'op7' | number | undefined;
  /** Answer to IDENTIFY: none, a TCP reset, op 9, or a close code. */
  readonly identify?: 'missing' | 'reset' | 'invalidSession' | number | undefined;
  /** Answer to RESUME: none at all, a TCP reset, replay without RESUMED, op 9 with either `d`, or a close code. */
  readonly resume?:
    | 'missing'
    | 'reset'
    | 'missingResumed'
    | 'invalidSession'
    | 'invalidSessionResumable'
    | number
    | undefined;
  /** Op 7 right after READY or RESUMED. */
  readonly reconnect?: boolean | undefined;
  /** Heartbeats are not acknowledged. */
  readonly loseAcks?: boolean | undefined;
  /** Deaf from the start: heartbeats go on, dispatches after READY or RESUMED do not arrive. */
  readonly silent?: boolean | undefined;
  /** Milliseconds before each acknowledgement. */
  readonly ackDelayMs?: number | undefined;
}

/** What happens to a request of a route. `times` tells how often; after that the route is well again. */
export type RestFault = (
  | /** Answers this status. `processed`: whether the request took effect before. */ {
      readonly type: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly processed?: boolean | undefined;
    }
  | /** Answers an HTML page. */ { readonly type: 'html'; readonly status?: number | undefined }
  | /** TCP reset, before or after the request took effect. */ {
      readonly type: 'reset';
      readonly processed?: boolean | undefined;
    }
  | /** Never answers; the socket stays open. */ { readonly type: 'hang'; readonly processed?: boolean | undefined }
  | /** Processes, then cuts the answer's body off half-way. */ { readonly type: 'cut' }
  | /** Processes, then sends the answer's body a byte at a time over so many milliseconds. */ {
      readonly type: 'slow';
      readonly ms: number;
    }
  | /** Waits before the answer. */ { readonly type: 'latency'; readonly ms: number }
  | /** 429. `cloudflare` is HTML without rate-limit headers; `sublimit` says `Remaining` is not 0. */ {
      readonly type: 'rateLimit';
      readonly scope: 'user' | 'global' | 'shared' | 'cloudflare' | 'sublimit';
      readonly retryAfterMs: number;
    }
  | /** Leaves out the rate-limit headers. */ { readonly type: 'noHeaders' }
) & { /** @defaultValue 1; `Infinity` until cleared */ readonly times?: number | undefined };

/** What the gateway does for the faults. @internal */
export interface GatewayControl {
  reconnect(target: ConnectionTarget): number;
  invalidateSession(target: ConnectionTarget, resumable: boolean): number;
  close(target: ConnectionTarget, code: number, reason: string): number;
  reset(target: ConnectionTarget): number;
  setFrozen(target: ConnectionTarget, frozen: boolean): number;
  setSilent(target: ConnectionTarget, silent: boolean): number;
  setLoseAcks(target: ConnectionTarget, lose: boolean): number;
  requestHeartbeat(target: ConnectionTarget): number;
  sendRaw(target: ConnectionTarget, data: string | Uint8Array): number;
  dropSessions(target: ConnectionTarget): number;
  setResumeHost(mode: HostMode): Promise<void>;
}

/** How a host treats connections: `up`, refused at TCP, reset after accept, never answered, or an HTTP status. */
export type HostMode = 'up' | 'refuse' | 'reset' | 'hang' | number;

interface Plan {
  readonly fault: ConnectionFault;
  left: number;
}

interface RestPlan {
  readonly route: string;
  readonly fault: RestFault;
  left: number;
}

/** Faults of one Simulator. Methods on living connections return how many they hit. */
export class Faults {
  readonly #gateway: GatewayControl;
  #plans: Plan[] = [];
  #restPlans: RestPlan[] = [];

  constructor(gateway: GatewayControl) {
    this.#gateway = gateway;
  }

  /** Sends op 7. */
  reconnect(target: ConnectionTarget = {}): number {
    return this.#gateway.reconnect(target);
  }

  /** Sends op 9; with `resumable` false the session is gone. */
  invalidateSession(resumable: boolean, target: ConnectionTarget = {}): number {
    return this.#gateway.invalidateSession(target, resumable);
  }

  /** Sends a close frame; the session is kept except for 4003, 4004, 4007 and 4009 to 4014. */
  close(code: number, target: ConnectionTarget = {}, reason: string = ''): number {
    return this.#gateway.close(target, code, reason);
  }

  /** Resets the TCP connection. The session is kept. */
  reset(target: ConnectionTarget = {}): number {
    return this.#gateway.reset(target);
  }

  /** Stops reading and writing without closing: no dispatch, no ACK, no answer to a close frame. */
  freeze(target: ConnectionTarget = {}): number {
    return this.#gateway.setFrozen(target, true);
  }

  /** Ends `freeze`; what was to be sent meanwhile is lost except to a resume. */
  thaw(target: ConnectionTarget = {}): number {
    return this.#gateway.setFrozen(target, false);
  }

  /** Heartbeats go on, dispatches do not arrive; a resume replays them. */
  silence(target: ConnectionTarget = {}): number {
    return this.#gateway.setSilent(target, true);
  }

  /** Ends `silence`. */
  unsilence(target: ConnectionTarget = {}): number {
    return this.#gateway.setSilent(target, false);
  }

  /** Stops acknowledging heartbeats. */
  loseAcks(target: ConnectionTarget = {}): number {
    return this.#gateway.setLoseAcks(target, true);
  }

  /** Acknowledges heartbeats again. */
  restoreAcks(target: ConnectionTarget = {}): number {
    return this.#gateway.setLoseAcks(target, false);
  }

  /** Sends op 1: the client must send a heartbeat at once. */
  requestHeartbeat(target: ConnectionTarget = {}): number {
    return this.#gateway.requestHeartbeat(target);
  }

  /** Sends a WebSocket message as it is, past all compression: broken JSON, unknown opcodes. */
  sendRaw(data: string | Uint8Array, target: ConnectionTarget = {}): number {
    return this.#gateway.sendRaw(target, data);
  }

  /** Sends bytes that look like the end of a compressed message and are none. */
  badZlib(target: ConnectionTarget = {}): number {
    return this.#gateway.sendRaw(target, Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0x00, 0x00, 0xff, 0xff));
  }

  /** Forgets sessions, so that their next RESUME is answered by op 9. */
  dropSessions(target: ConnectionTarget = {}): number {
    return this.#gateway.dropSessions(target);
  }

  /** Plans the coming connections: the next one, or `times` of them; `Infinity` until `clear`. Plans are used up in order. */
  next(fault: ConnectionFault, times: number = 1): void {
    this.#plans.push({ fault, left: times });
  }

  /** Every connection from now on meets this handshake fault; the function returned ends it. */
  outage(how: number | 'reset' | 'hang' = 'reset'): () => void {
    const plan: Plan = { fault: { handshake: how }, left: Number.POSITIVE_INFINITY };
    this.#plans.unshift(plan);
    return () => {
      this.#plans = this.#plans.filter((other) => other !== plan);
    };
  }

  /** Every connection gets op 7 right after READY or RESUMED, `times` times. */
  reconnectStorm(times: number): void {
    this.next({ reconnect: true }, times);
  }

  /** Makes the host of `resume_gateway_url` die: refusing at TCP, resetting, hanging, or answering an HTTP status. */
  killResumeHost(how: Exclude<HostMode, 'up'> = 'refuse'): Promise<void> {
    return this.#gateway.setResumeHost(how);
  }

  /** Ends `killResumeHost`. */
  reviveResumeHost(): Promise<void> {
    return this.#gateway.setResumeHost('up');
  }

  /**
   * Plans requests of a route: `'POST /channels/{channel_id}/messages'` (names in braces do not matter), `'GET *'`, or `'*'`.
   * Faults of one route are used up in order.
   */
  rest(route: string, fault: RestFault): void {
    this.#restPlans.push({ route: normalRoute(route), fault, left: fault.times ?? 1 });
  }

  /** Forgets all plans and outages of connections to come and of REST. Living connections stay as they are. */
  clear(): void {
    this.#plans = [];
    this.#restPlans = [];
  }

  /** @internal */
  takeConnection(host: GatewayHost): ConnectionFault | undefined {
    return take(this.#plans, ({ fault }) => fault.host === undefined || fault.host === host)?.fault;
  }

  /** @internal */
  takeRest(method: string, route: string): RestFault | undefined {
    if (this.#restPlans.length === 0) return undefined;
    const full = normalRoute(`${method} ${route}`);
    return take(this.#restPlans, (plan) => plan.route === '*' || plan.route === full || plan.route === `${method} *`)
      ?.fault;
  }
}

/** Route without the names of its parameters: `GET /guilds/{}`. */
export function normalRoute(route: string): string {
  return route.replace(/\{[^}]*\}|:[A-Za-z_]+/g, '{}');
}

/** First plan that fits and is not used up; counts it down. */
function take<Item extends { left: number }>(plans: Item[], fits: (plan: Item) => boolean): Item | undefined {
  const index = plans.findIndex((plan) => plan.left > 0 && fits(plan));
  const plan = plans[index];
  if (plan !== undefined && --plan.left <= 0) plans.splice(index, 1);
  return plan;
}
