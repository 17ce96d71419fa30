/** A proxy between a Simulator and clients, with intervals that tests can wait for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayTiming } from '@tinfoil/gateway';
import type { Simulator } from '@tinfoil/testing';
import { type RawData, WebSocket } from 'ws';
import { GatewayProxy } from '../src/gateway-proxy.ts';
import type { ProxyOptions } from '../src/options.ts';

export const accessToken = 'MTAwMDAwMDAwMDAwMDAwMDAx.proxy.AccessTokenOfTheTests';

/** Intents of everything that needs no switch, and those that do. */
export const allIntents: number = 0x3317fff | 0x8000;

export const gatewayTiming: Partial<GatewayTiming> = {
  resumeJitterMs: 0,
  reconnectBaseMs: 20,
  reconnectMaxMs: 100,
  identifyBackoffBaseMs: 50,
  invalidSessionMinMs: 10,
  invalidSessionMaxMs: 20,
  saveIntervalMs: 50,
  stableMs: 200,
  drainTimeoutMs: 500,
};

export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tinfoil-proxy-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface TestProxy extends AsyncDisposable {
  readonly proxy: GatewayProxy;
  readonly lines: string[];
}

/** A running proxy in front of the Simulator; every shard is up. */
export async function startProxy(
  discord: Simulator,
  stateDirectory: string,
  options: Partial<ProxyOptions> = {},
): Promise<TestProxy> {
  const lines: string[] = [];
  const proxy = new GatewayProxy({
    token: discord.token,
    intents: allIntents,
    apiUrl: discord.restUrl,
    accessTokens: [{ name: 'tests', token: accessToken }],
    listen: { host: '127.0.0.1', port: 0 },
    ops: { host: '127.0.0.1', port: 0 },
    stateDirectory,
    log: (line) => lines.push(line),
    gatewayTiming,
    ...options,
    timing: { tickMs: 50, ...options.timing },
  });
  await proxy.start();
  return { proxy, lines, [Symbol.asyncDispose]: () => proxy.close() };
}

export interface Payload {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: Discord's payloads, whose fields the tests check
  readonly d: any;
}

/** A client that shows everything: each payload as it came, each close code. */
export class RawClient {
  readonly socket: WebSocket;
  readonly payloads: Payload[] = [];
  closeCode: number | undefined;
  #changed: (() => void)[] = [];

  constructor(url: string, decode: (data: Buffer, isBinary: boolean) => Payload = (data) => JSON.parse(String(data))) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: RawData, isBinary) => {
      this.payloads.push(decode(data as Buffer, isBinary));
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
  }

  get dispatches(): readonly Payload[] {
    return this.payloads.filter(({ op }) => op === 0);
  }

  get sequence(): number {
    return this.dispatches.at(-1)?.s ?? 0;
  }

  send(op: number, d: unknown): void {
    this.socket.send(JSON.stringify({ op, d }));
  }

  async identify(extra: Readonly<Record<string, unknown>> = {}): Promise<Payload> {
    await this.next((payload) => payload.op === 10);
    this.send(2, {
      token: accessToken,
      intents: allIntents,
      properties: { os: '', browser: '', device: '' },
      ...extra,
    });
    return this.next((payload) => payload.t === 'READY');
  }

  async resume(sessionId: string, sequence: number, token: string = accessToken): Promise<void> {
    await this.next((payload) => payload.op === 10);
    this.send(6, { token, session_id: sessionId, seq: sequence });
  }

  /** First payload that fits, also one that came before. */
  async next(fits: (payload: Payload) => boolean, timeoutMs = 5_000): Promise<Payload> {
    await this.until(() => this.payloads.some(fits) || this.closeCode !== undefined, timeoutMs);
    const found = this.payloads.find(fits);
    if (found === undefined) throw new Error(`closed with ${this.closeCode} instead`);
    return found;
  }

  async closed(timeoutMs = 5_000): Promise<number> {
    await this.until(() => this.closeCode !== undefined, timeoutMs);
    return this.closeCode!;
  }

  async until(done: () => boolean, timeoutMs = 5_000): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (!done()) {
      const leftMs = end - performance.now();
      if (leftMs <= 0)
        throw new Error(
          `not in time; the last were ${this.payloads.slice(-5).map(({ op, t, s }) => t ?? `op${op}:${s}`)}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #wake(): void {
    for (const run of this.#changed.splice(0)) run();
  }
}

/** Waits for state with a deadline. */
export async function eventually(done: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await done())) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
