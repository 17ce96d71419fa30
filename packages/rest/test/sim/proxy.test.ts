/** `baseUrl` at a REST proxy that keeps Discord's global limit for several processes, as nirn-proxy and twilight's http-proxy do. */
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Simulator } from '@tinfoil/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rest, type RestOptions } from '../../src/index.ts';

let discord: Simulator;
let proxy: Proxy;
const clients: Rest[] = [];

beforeEach(async () => {
  const buckets = { 'POST /channels/{channel_id}/messages': { limit: 5, windowMs: 300 } };
  discord = await Simulator.start({ unknownRoutes: 'echo', buckets });
  proxy = await startProxy(discord);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await proxy.close();
  await discord.close();
});

function client(options: RestOptions = {}): Rest {
  const rest = new Rest({ token: discord.token, baseUrl: proxy.url, globalLimit: false, ...options });
  clients.push(rest);
  return rest;
}

describe('through a proxy below a path of its own', () => {
  it('calls, uploads, names a reason and reads errors as directly', async () => {
    const rest = client();
    const guild = discord.createGuild();
    const channelId = guild.channels[0]?.id ?? '';
    expect(await rest.api.users.me.get()).toMatchObject({ id: discord.user.id });
    const file = { data: new Uint8Array([1, 2, 3]), name: 'a.bin' };
    const sent = await rest.api.channels(channelId).messages.post({ content: 'ä' }, { files: [file] });
    expect(sent).toMatchObject({ content: 'ä', attachments: [{ filename: 'a.bin', size: 3 }] });
    await rest.api.channels(channelId).messages(sent.id).delete({ reason: 'tidy' });
    await expect(rest.api.channels('1').get()).rejects.toMatchObject({ status: 404, discordCode: 10003 });
    const paths = proxy.paths();
    expect(paths[0]).toBe('/fleet/api/v10/users/@me');
    expect(discord.ledger.filter('request')[2]?.headers['x-audit-log-reason']).toBe('tidy');
  });

  it('keeps the limits of buckets by the headers that the proxy passes on', async () => {
    const rest = client();
    const channelId = discord.createGuild().channels[0]?.id ?? '';
    const posts = Array.from({ length: 12 }, (_, n) => rest.api.channels(channelId).messages.post({ content: `${n}` }));
    await Promise.all(posts);
    expect(discord.ledger.filter('response', ({ status }) => status === 429)).toEqual([]);
  });

  it('waits as a global 429 says, which the proxy passes on', async () => {
    const rest = client();
    discord.faults.rest('GET /users/@me', { type: 'rateLimit', scope: 'global', retryAfterMs: 300 });
    const from = performance.now();
    await rest.api.users.me.get();
    expect(performance.now() - from).toBeGreaterThanOrEqual(295);
  });

  it('leaves the global limit of two processes to the proxy', { timeout: 20_000 }, async () => {
    const both = [client(), client()];
    const calls = both.flatMap((rest, which) =>
      Array.from({ length: 30 }, (_, n) => rest.request({ method: 'GET', path: `/things/${which}-${n}` })),
    );
    await Promise.all(calls);
    // All but the first, which it let through, waited at the proxy; none in a client for a limit that is not its own.
    expect(proxy.mostOpen()).toBeGreaterThan(30);
    expect(discord.ledger.filter('response', ({ status }) => status === 429)).toEqual([]);
    expect(discord.ledger.worstSecond()).toBeLessThanOrEqual(50);
  });

  it('tries again what the proxy could not send, and gives up in words', async () => {
    const rest = client({ retries: 1, retryBackoff: { baseMs: 5, maxMs: 10 } });
    proxy.fail(1);
    expect(await rest.api.users.me.get()).toMatchObject({ id: discord.user.id });
    proxy.fail(2);
    await expect(rest.api.users.me.get()).rejects.toMatchObject({ status: 502 });
  });
});

interface Proxy {
  readonly url: string;
  paths(): readonly string[];
  /** Most requests that waited in it at once. */
  mostOpen(): number;
  /** Answers so many requests with 502 and a page of its own. */
  fail(count: number): void;
  close(): Promise<void>;
}

/** Forwards `/fleet/api/…` unchanged but for the path, 10 at a time and those 400 ms apart. */
async function startProxy(target: Simulator): Promise<Proxy> {
  const { origin } = new URL(target.restUrl);
  const paths: string[] = [];
  let open = 0;
  let mostOpen = 0;
  let failures = 0;
  const waiting: (() => void)[] = [];
  let slots = 10;
  const timer = setInterval(() => {
    slots = 10;
    while (slots > 0 && waiting.length > 0) {
      slots -= 1;
      waiting.shift()?.();
    }
  }, 400);
  const server = createServer((incoming, outgoing) => {
    paths.push(incoming.url ?? '');
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    outgoing.once('close', () => {
      open -= 1;
    });
    if (failures > 0) {
      failures -= 1;
      incoming.resume();
      outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
      return;
    }
    const send = () => {
      const { host: _, connection: __, ...headers } = incoming.headers;
      const path = `${origin}${(incoming.url ?? '').replace(/^\/fleet/, '')}`;
      const onward = forward(path, { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    };
    if (slots > 0) {
      slots -= 1;
      send();
    } else waiting.push(send);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fleet/api/v10`,
    paths: () => paths,
    mostOpen: () => mostOpen,
    fail(count) {
      failures = count;
    },
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
