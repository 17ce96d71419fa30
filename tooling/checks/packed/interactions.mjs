import { createServer } from 'node:http';
import { Interactions } from '@tinfoil/interactions';
import { toNodeHandler } from '@tinfoil/interactions/node';

const interactions = new Interactions({ publicKey: process.env.PUBLIC_KEY }).command('ping', (i) =>
  i.reply({ content: 'pong' }),
);
const server = createServer(toNodeHandler(interactions));
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
process.once('message', ({ status, body }) => {
  console.log(status, JSON.stringify(body));
  process.exitCode = status === 200 && JSON.stringify(body).includes('pong') ? 0 : 1;
  server.close();
  process.disconnect();
});
