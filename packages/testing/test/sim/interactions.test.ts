import { createPublicKey, verify } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type InteractionOptions, Simulator } from '../../src/index.ts';
import { connectRaw } from '../raw-client.ts';

interface Incoming {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  readonly json: any;
}

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A bot's endpoint that answers as told. */
async function serve(answer: (incoming: Incoming, response: http.ServerResponse) => void): Promise<string> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      answer({ headers: request.headers, body, json: JSON.parse(body) }, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/interactions`;
}

function json(response: http.ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function isSigned(publicKey: string, { headers, body }: Incoming): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'hex')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const message = Buffer.from(String(headers['x-signature-timestamp']) + body);
  return verify(null, message, key, Buffer.from(String(headers['x-signature-ed25519']), 'hex'));
}

const command: InteractionOptions = { data: { name: 'ping' } };

describe('interactions over HTTP', () => {
  it('signs timestamp and body, and takes an inline response', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    let signed: boolean | undefined;
    const url = await serve((incoming, response) => {
      signed = isSigned(discord.publicKey, incoming);
      json(response, { type: 4, data: { content: `hello ${incoming.json.data.name}` } });
    });
    const result = await discord.interact(url, { ...command, guildId: guild.id });
    expect(signed).toBe(true);
    expect(result).toMatchObject({ status: 200, failure: null, callback: { type: 4 } });
    expect(result.interaction).toMatchObject({
      type: 2,
      guild_id: guild.id,
      application_id: discord.applicationId,
      member: { user: {} },
    });
    expect(result.messages()).toMatchObject([{ content: 'hello ping' }]);
    expect(discord.ledger.filter('interactionAnswered')).toMatchObject([{ via: 'inline', callbackType: 4 }]);
    expect(JSON.stringify(discord.ledger.toJSON())).not.toContain(result.interaction.token);
  });

  it('probes with a bad signature', async () => {
    await using discord = await Simulator.start();
    const url = await serve((incoming, response) =>
      response.writeHead(isSigned(discord.publicKey, incoming) ? 200 : 401).end(),
    );
    const result = await discord.interact(url, { type: 1, badSignature: true });
    expect(result).toMatchObject({ status: 401, failure: { reason: 'status' }, callback: null });
  });

  it('takes PING, and a multipart response with files', async () => {
    await using discord = await Simulator.start();
    const url = await serve(({ json: { type } }, response) => {
      if (type === 1) return json(response, { type: 1 });
      const form = new FormData();
      form.append('payload_json', '{"type":4,"data":{"content":"file"}}');
      form.append('files[0]', new Blob(['x']), 'x.txt');
      const multipart = new Response(form);
      void multipart.arrayBuffer().then((bytes) => {
        response.writeHead(200, { 'content-type': multipart.headers.get('content-type')! }).end(Buffer.from(bytes));
      });
    });
    expect(await discord.interact(url, { type: 1 })).toMatchObject({ callback: { type: 1 } });
    expect((await discord.interact(url, command)).messages()).toMatchObject([
      { content: 'file', attachments: [{ filename: 'x.txt' }] },
    ]);
  });

  it('takes 202 with a callback through REST, then refuses a second', async () => {
    await using discord = await Simulator.start();
    let second: Promise<number> | undefined;
    const url = await serve(({ json: { id, token } }, response) => {
      response.writeHead(202).end();
      const callback = () =>
        fetch(`${discord.restUrl}/interactions/${id}/${token}/callback`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"type":4,"data":{"content":"by callback"}}',
        });
      second = callback().then((first) => {
        expect(first.status).toBe(204);
        return callback().then(({ status }) => status);
      });
    });
    const result = await discord.interact(url, command);
    expect(result).toMatchObject({ status: 202, failure: null, callback: { type: 4 } });
    expect(result.original()?.content).toBe('by callback');
    expect(await second).toBe(400);
    expect(discord.ledger.filter('interactionAnswered')).toMatchObject([{ via: 'callback' }]);
  });

  it('takes a defer, then PATCH @original and follow-ups; before the first response they are 404 10015', async () => {
    await using discord = await Simulator.start();
    let early: Promise<{ code: number }> | undefined;
    let later: Promise<void> | undefined;
    const url = await serve(({ json: { application_id, token } }, response) => {
      const hook = `${discord.restUrl}/webhooks/${application_id}/${token}`;
      const send = (method: string, path: string, content: string) =>
        fetch(hook + path, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ content }),
        });
      early = send('POST', '', 'too early').then((refused) => refused.json() as Promise<{ code: number }>);
      later = early.then(async () => {
        json(response, { type: 5 });
        await discord.ledger.waitFor('interactionAnswered');
        await send('PATCH', '/messages/@original', 'edited');
        await send('POST', '', 'more');
      });
    });
    const result = await discord.interact(url, command);
    expect((await early)?.code).toBe(10_015);
    expect(result.callback).toEqual({ type: 5, data: undefined });
    await result.waitForMessage(({ content }) => content === 'more');
    await later;
    expect(result.messages().map(({ content }) => content)).toEqual(['edited', 'more']);
  });

  it.each<[string, (response: http.ServerResponse) => void, string]>([
    ['no answer in time', () => {}, 'timeout'],
    ['202 without a callback', (response) => response.writeHead(202).end(), 'timeout'],
    ['a closed connection', (response) => response.destroy(), 'refused'],
    ['another status', (response) => response.writeHead(500).end(), 'status'],
    ['no JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('no'), 'invalid'],
    ['a callback type that does not fit', (response) => json(response, { type: 8 }), 'invalid'],
    ['an empty message', (response) => json(response, { type: 4, data: {} }), 'invalid'],
    [
      'a modal without components',
      (response) => json(response, { type: 9, data: { title: 'x', custom_id: 'x' } }),
      'invalid',
    ],
  ])('fails with %s', async (_what, answer, reason) => {
    await using discord = await Simulator.start({ interactionDeadlineMs: reason === 'timeout' ? 150 : 10_000 });
    const url = await serve((_incoming, response) => answer(response));
    const result = await discord.interact(url, command);
    expect(result.failure?.reason).toBe(reason);
    expect(discord.ledger.filter('interactionFailed')).toMatchObject([
      { reason, interactionId: result.interaction.id },
    ]);
  });

  it('takes at most 25 choices of an autocomplete', async () => {
    await using discord = await Simulator.start();
    const choices = (count: number) => Array.from({ length: count }, (_, value) => ({ name: 'x', value }));
    let count = 25;
    const url = await serve((_incoming, response) => json(response, { type: 8, data: { choices: choices(count) } }));
    expect(await discord.interact(url, { type: 4, data: { name: 'x' } })).toMatchObject({
      failure: null,
      callback: { type: 8 },
    });
    count = 26;
    expect(await discord.interact(url, { type: 4, data: { name: 'x' } })).toMatchObject({
      failure: { reason: 'invalid' },
    });
  });

  it('posts webhook events: PING is type 0, an event type 1', async () => {
    await using discord = await Simulator.start();
    const seen: number[] = [];
    const url = await serve((incoming, response) => {
      if (isSigned(discord.publicKey, incoming)) seen.push(incoming.json.type);
      response.writeHead(204).end();
    });
    expect(await discord.postWebhookEvent(url, { type: 0 })).toMatchObject({ status: 204, accepted: true });
    expect(await discord.postWebhookEvent(url, { event: { type: 'ENTITLEMENT_CREATE', data: {} } })).toMatchObject({
      accepted: true,
    });
    expect(seen).toEqual([0, 1]);
    expect(discord.ledger.filter('webhookEvent').map(({ eventType }) => eventType)).toEqual([
      null,
      'ENTITLEMENT_CREATE',
    ]);
  });
});

describe('interactions through the gateway', () => {
  it("dispatches INTERACTION_CREATE to the guild's shard and takes the callback", async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const client = await connectRaw(discord);
    const pending = discord.interact(null, { ...command, guildId: guild.id });
    const { d } = await client.event('INTERACTION_CREATE');
    const response = await fetch(`${discord.restUrl}/interactions/${d.id}/${d.token}/callback?with_response=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"type":4,"data":{"content":"pong","flags":64}}',
    });
    expect(await response.json()).toMatchObject({
      interaction: { id: d.id },
      resource: { type: 4, message: { content: 'pong' } },
    });
    const result = await pending;
    expect(result).toMatchObject({ status: null, failure: null, callback: { type: 4 } });
    // Ephemeral: nobody else sees it.
    expect(discord.messages(guild.channels[0]!.id)).toEqual([]);
  });
});
