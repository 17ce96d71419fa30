/**
 * The Simulator as a program. Settings come from the environment; it prints its address as one line and ends on SIGTERM or SIGINT.
 * The ledger is at `/ledger.json`.
 */
import type { SimulatorOptions } from './options.ts';
import { Simulator } from './simulator.ts';
import { startTraffic, type TrafficOptions } from './traffic.ts';

async function main(): Promise<void> {
  const traffic = trafficFrom(process.env);
  const discord = await Simulator.start(optionsFrom(process.env));
  console.log(discord.url);
  const stop = startTraffic(discord, traffic);
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // A second signal ends at once; the first lets open answers go out.
      if (ending) process.exit(1);
      ending = true;
      void stop()
        .then(() => discord.close())
        .then(() => process.exit(0));
    });
}

/** Options from environment variables. @throws {@link TypeError} or {@link RangeError} in one line for a bad one. */
function optionsFrom(env: NodeJS.ProcessEnv): SimulatorOptions {
  const { TINFOIL_HOST, TINFOIL_PORT, TINFOIL_PUBLIC_URL, BOT_TOKEN } = env;
  if (TINFOIL_PORT !== undefined && !/^\d{1,5}$/.test(TINFOIL_PORT))
    throw new TypeError(`TINFOIL_PORT must be a port from 0 to 65535, got ${JSON.stringify(TINFOIL_PORT)}`);
  if (TINFOIL_PUBLIC_URL !== undefined && !/^https?:\/\/[^/]/.test(TINFOIL_PUBLIC_URL))
    throw new TypeError(`TINFOIL_PUBLIC_URL must be an http or https URL, got ${JSON.stringify(TINFOIL_PUBLIC_URL)}`);
  const port = TINFOIL_PORT === undefined ? undefined : Number(TINFOIL_PORT);
  if (port !== undefined && port > 65_535)
    throw new RangeError(`TINFOIL_PORT must be a port from 0 to 65535, got ${port}`);
  return {
    host: present(TINFOIL_HOST),
    port,
    publicUrl: present(TINFOIL_PUBLIC_URL),
    token: present(BOT_TOKEN),
    // A program runs for days; the ledger keeps what happened last.
    ledgerLimit: 100_000,
    ...(present(env.TINFOIL_SIMULATED_SHARDS) !== undefined && { shards: whole(env, 'TINFOIL_SIMULATED_SHARDS', 1) }),
  };
}

/** Guilds and their members' doings. @throws {@link TypeError} in one line for a bad one. */
function trafficFrom(env: NodeJS.ProcessEnv): TrafficOptions {
  const interactionsUrl = present(env.TINFOIL_SIMULATED_INTERACTIONS_URL);
  if (interactionsUrl !== undefined && !/^https?:\/\/[^/]/.test(interactionsUrl))
    throw new TypeError(
      `TINFOIL_SIMULATED_INTERACTIONS_URL must be an http or https URL, got ${JSON.stringify(interactionsUrl)}`,
    );
  return {
    shards: whole(env, 'TINFOIL_SIMULATED_SHARDS', 1),
    guildsPerShard: whole(env, 'TINFOIL_SIMULATED_GUILDS', 0),
    messagesPerSecond: whole(env, 'TINFOIL_SIMULATED_MESSAGES', 0),
    interactionsUrl,
    interactionsPerSecond: whole(env, 'TINFOIL_SIMULATED_INTERACTIONS', 0),
    commands: (present(env.TINFOIL_SIMULATED_COMMANDS) ?? 'ping').split(',').map((name) => name.trim()),
  };
}

/** A whole number, `least` where there is none. */
function whole(env: NodeJS.ProcessEnv, name: string, least: number): number {
  const text = present(env[name]);
  if (text === undefined) return least;
  if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
  throw new TypeError(`${name} must be a whole number of at least ${least}, got ${JSON.stringify(text)}`);
}

/** Empty means absent. */
function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

main().catch((error: unknown) => {
  console.error(`tinfoil-simulator: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
