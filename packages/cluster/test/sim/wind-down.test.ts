import { Agent, request } from 'node:http';
import { expect, it } from 'vitest';
import { openListener, sendStatus } from '../../src/listener.ts';

it('a listener that winds down answers, and ends each connection with its answer', async () => {
  const listener = await openListener({
    name: 'public',
    address: { host: '127.0.0.1', port: 0 },
    routes: [{ method: 'GET', path: '/', run: ({ response }) => sendStatus(response, 204) }],
    onError: (cause) => {
      throw cause;
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<{ connection: string | undefined; reused: boolean }>((resolve, reject) => {
      const asked = request(listener.address.url, { agent }, (response) => {
        response
          .resume()
          .once('end', () => resolve({ connection: response.headers.connection, reused: asked.reusedSocket }));
      });
      asked.once('error', reject).end();
    });
  expect(await ask()).toEqual({ connection: 'keep-alive', reused: false });
  listener.windDown();
  expect(await ask()).toEqual({ connection: 'close', reused: true });
  expect(await ask()).toEqual({ connection: 'close', reused: false });
  agent.destroy();
  await listener.close(0);
});
