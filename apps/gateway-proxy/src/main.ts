/** The program `tinfoil-gateway-proxy`. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseConfig } from './config.ts';
import { GatewayProxy } from './gateway-proxy.ts';
import { describeError, fail, onStop } from './process.ts';
import { createSinks } from './sinks/create-sinks.ts';

const usage = `tinfoil-gateway-proxy        runs the proxy; its settings are environment variables, BOT_TOKEN and TINFOIL_PROXY_TOKENS first
tinfoil-gateway-proxy token  prints a new access token for BOT_TOKEN's application`;

async function run(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'token' && rest.length === 0) return printToken();
  if (command === '--help' || command === '-h') {
    console.log(usage);
    return;
  }
  if (command !== undefined) return fail(new TypeError(`unknown argument ${command}; try --help`));
  const proxy = new GatewayProxy({
    ...parseConfig(process.env, (path) => readFileSync(path, 'utf8')),
    sinks: createSinks(process.env),
    log: (line) => console.log(line),
  });
  onStop(() => proxy.close());
  const started = proxy.start();
  // A fatal close leaves the process up, not ready and loud: one that exits is started again and burns identifies.
  started.catch((cause: unknown) => {
    if (proxy.isListening) console.error(`tinfoil-gateway-proxy: ${describeError(cause)}`);
    else fail(cause);
  });
  await proxy.listening;
  console.log(`clients: ${proxy.url}   probes and metrics: ${proxy.opsUrl}`);
}

/** The first part of a bot token is its user's id, which some libraries read: an access token has the same one. */
function printToken(): void {
  const [id] = (process.env.BOT_TOKEN ?? '').replace(/^Bot\s+/i, '').split('.');
  if (id === undefined || id === '') fail(new TypeError('BOT_TOKEN must be the bot token, got none'));
  console.log(`${id}.proxy.${randomBytes(32).toString('base64url')}`);
}

run().catch(fail);
