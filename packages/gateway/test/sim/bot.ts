/** A Simulator and a gateway for it, ten times faster than Discord, and the waits that tests need. */
import { Simulator, type SimulatorOptions } from '@tinfoil/testing';
import {
  createIdentifyLimiter,
  fetchGatewayBot,
  Gateway,
  type GatewayOptions,
  type GatewayTiming,
} from '../../src/index.ts';

/** Delays short enough for a test, long enough for a busy machine. */
export const quickTiming: Partial<GatewayTiming> = {
  handshakeTimeoutMs: 5_000,
  helloTimeoutMs: 5_000,
  readyTimeoutMs: 5_000,
  resumedTimeoutMs: 5_000,
  resumeJitterMs: 20,
  reconnectBaseMs: 20,
  reconnectMaxMs: 300,
  identifyBackoffBaseMs: 30,
  identifyBackoffMaxMs: 500,
  invalidSessionMinMs: 20,
  invalidSessionMaxMs: 50,
  stableMs: 500,
  saveIntervalMs: 20,
  closeTimeoutMs: 500,
  drainTimeoutMs: 2_000,
};

/** Simulator without the 5 s between IDENTIFYs. */
export function startDiscord(options: SimulatorOptions = {}): Promise<Simulator> {
  return Simulator.start({ identifyGapMs: 0, maxConcurrency: 16, ...options });
}

/** Gateway for a Simulator; not connected. */
export function createGateway(discord: Simulator, options: Partial<GatewayOptions> = {}): Gateway {
  const getGatewayBot = () => fetchGatewayBot({ token: discord.token, baseUrl: discord.restUrl });
  return new Gateway({
    token: discord.token,
    baseUrl: discord.restUrl,
    intents: ['Guilds', 'GuildMessages', 'MessageContent'],
    identifyLimiter: createIdentifyLimiter({ getGatewayBot, gapMs: 0, reserve: 0 }),
    ...options,
    timing: { ...quickTiming, ...options.timing },
  });
}

/** Resolves when the condition holds; asked again after every ledger entry and timer turn. Rejects at the deadline. */
export async function until(condition: () => boolean, what: string, timeoutMs: number = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
