/** Cloudflare Workers: the execution context goes along, so that work after the response is finished. */
import { createBot } from './bot.mjs';

let bot;

export default {
  fetch(request, env, context) {
    bot ??= createBot({ publicKey: env.PUBLIC_KEY, baseUrl: env.API_URL });
    return bot.fetch(request, context);
  },
};
