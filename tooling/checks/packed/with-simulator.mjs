/** Runs a program against a Simulator: its addresses and keys go into the environment, its exit code comes back. */
import { spawn } from 'node:child_process';
import { Simulator } from '../../../packages/testing/dist/index.js';

const discord = await Simulator.start({ shards: 1 });
discord.createGuild({ name: 'Packed' });
const env = {
  ...process.env,
  BOT_TOKEN: discord.token,
  REST_URL: discord.restUrl,
  GATEWAY_URL: discord.gatewayUrl,
  PUBLIC_KEY: discord.publicKey,
};
const child = spawn(process.execPath, [process.argv[2]], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
// A program that serves interactions tells its URL; it is sent a signed ping command.
child.on('message', async ({ url }) => {
  const { status, body } = await discord.interact(url, { data: { name: 'ping' } });
  child.send({ status, body });
});
const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
const code = await new Promise((resolve) => child.once('exit', (exitCode) => resolve(exitCode ?? 1)));
clearTimeout(timer);
await discord.close();
process.exitCode = code;
