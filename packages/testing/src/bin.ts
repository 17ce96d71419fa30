/**
 * The Simulator as a program. Settings come from the environment; it prints its address as one line and ends on SIGTERM or SIGINT.
 * The ledger is at `/ledger.json`.
 */
import type { SimulatorOptions } from './options.ts';
import { Simulator } from './simulator.ts';

async function main(): Promise<void> {
  const discord = await Simulator.start(optionsFrom(process.env));
  console.log(discord.url);
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // A second signal ends at once; the first lets open answers go out.
      if (ending) process.exit(1);
      ending = true;
      void discord.close().then(() => process.exit(0));
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
  };
}

/** Empty means absent. */
function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

main().catch((error: unknown) => {
  console.error(`tinfoil-simulator: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
