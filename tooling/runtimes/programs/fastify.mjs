/** Fastify: a content-type parser that leaves the stream alone, and a reply taken over by the handler. */
import { toNodeHandler } from '@tinfoil/interactions/node';
import fastify from 'fastify';
import { createBot } from './bot.mjs';

const bot = createBot({ publicKey: process.env.PUBLIC_KEY, baseUrl: process.env.API_URL });
const handler = toNodeHandler(bot);
const app = fastify();
app.register(async (scope) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  scope.all('/', (request, reply) => {
    reply.hijack();
    handler(request.raw, reply.raw);
  });
});
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`port ${app.server.address().port}`);
