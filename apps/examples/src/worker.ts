/**
 * Interactions over HTTP on a worker runtime (Cloudflare Workers, Deno, Bun): no gateway, no process that stays up.
 *
 * `wrangler deploy` takes this file as it is; `DISCORD_PUBLIC_KEY` is one of its variables.
 */
import { Interactions } from '@tinfoil/interactions';

interface Env {
  readonly DISCORD_PUBLIC_KEY: string;
}

let interactions: Interactions | undefined;

function create(env: Env): Interactions {
  return new Interactions({ publicKey: env.DISCORD_PUBLIC_KEY }).command('ping', (i) => i.reply({ content: 'pong' }));
}

const worker = {
  fetch(request: Request, env: Env, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
    interactions ??= create(env);
    return interactions.fetch(request, context);
  },
};

export default worker;
