/** One interactions endpoint in a process of its own: `node interactions-server.mjs NAME PUBLIC_KEY`. Tells its port and CPU over IPC. */
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

const [name, publicKey] = process.argv.slice(2);
const reply = { type: 4, data: { content: 'pong' } };

const servers = {
  bare: () => bare((data, key, signature, done) => done(verify(null, data, key, signature))),
  'bare-pool': () => bare((data, key, signature, done) => verify(null, data, key, signature, (_, ok) => done(ok))),
  'bare-unverified': () => bare((_data, _key, _signature, done) => done(true)),

  async tinfoil() {
    const { Interactions } = await import('@tinfoil/interactions');
    const { toNodeHandler } = await import('@tinfoil/interactions/node');
    return createServer(toNodeHandler(new Interactions({ publicKey }).command('ping', (i) => i.reply(reply.data))));
  },

  async 'discord-interactions'() {
    const { default: express } = await import('express');
    const { verifyKeyMiddleware } = await import('discord-interactions');
    const app = express();
    app.post('/', verifyKeyMiddleware(publicKey), (request, response) => {
      response.send(request.body.type === 2 && request.body.data.name === 'ping' ? reply : { type: 1 });
    });
    return createServer(app);
  },

  async 'slash-create'() {
    const { ExpressServer, SlashCommand, SlashCreator } = await import('slash-create');
    const { default: express } = await import('express');
    const app = express();
    const creator = new SlashCreator({ applicationID: '1000000000000000001', publicKey, endpointPath: '/' });
    class Ping extends SlashCommand {
      constructor(owner) {
        super(owner, { name: 'ping', description: 'Answers pong' });
      }
      run() {
        return 'pong';
      }
    }
    creator.withServer(new ExpressServer(app, { alreadyListening: true })).registerCommand(Ping);
    await creator.startServer();
    return createServer(app);
  },
};

/** What the parts can do: Node's server, a cached key, nothing else. */
function bare(check) {
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'hex')]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const signature = Buffer.from(request.headers['x-signature-ed25519'] ?? '', 'hex');
      const data = Buffer.concat([Buffer.from(request.headers['x-signature-timestamp'] ?? ''), body]);
      check(data, key, signature, (ok) => {
        if (!ok) return response.writeHead(401).end();
        const interaction = JSON.parse(body.toString());
        const text = JSON.stringify(interaction.type === 2 && interaction.data.name === 'ping' ? reply : { type: 1 });
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
          .end(text);
      });
    });
  });
}

const server = await servers[name]();
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', async () => {
  await turn();
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system, rss: process.memoryUsage().rss });
});
process.on('disconnect', () => process.exit());
