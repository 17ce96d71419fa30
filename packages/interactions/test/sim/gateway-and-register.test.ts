import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CommandType, OptionType } from '../../src/index.ts';
import { command } from '../payloads.ts';
import { createStage } from './stage.ts';

describe('dispatch', () => {
  it('runs the same handlers, and posts the first response', async () => {
    const { interactions, discord, guildId, errors } = await createStage();
    interactions.command('ping', async (i) => {
      await i.reply('pong');
      await i.followUp('again');
    });
    // Stands for the gateway: takes the payload and leaves it to dispatch to answer.
    let work: Promise<void> | undefined;
    const gateway = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.writeHead(202).end();
      work = interactions.dispatch(JSON.parse(String(Buffer.concat(chunks))));
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`;
    const result = await discord.interact(url, { guildId, data: { name: 'ping' } });
    await work;
    gateway.close();
    expect(result.messages().map(({ content }) => content)).toEqual(['pong', 'again']);
    expect(discord.ledger.filter('interactionAnswered')).toMatchObject([{ via: 'callback', callbackType: 4 }]);
    expect(errors).toEqual([]);
  });

  it('hands the first response to a function of the caller', async () => {
    const { interactions } = await createStage();
    interactions.command('ping', (i) => i.reply('pong'));
    const seen: unknown[] = [];
    await interactions.dispatch(command('ping'), (response, files) => seen.push([response, files]));
    expect(seen).toEqual([[{ type: 4, data: { content: 'pong' } }, []]]);
  });

  it('never rejects, whatever comes', async () => {
    const { interactions, errors } = await createStage();
    for (const payload of [undefined, null, 7, 'x', [], {}, { type: 2 }, command('unknown', {}, { token: 'x' })])
      await interactions.dispatch(payload, () => Promise.reject(new Error('gone')));
    expect(errors.length).toBeGreaterThanOrEqual(8);
  });
});

describe('register', () => {
  it('registers what is new, then asks and sends nothing', async () => {
    const { interactions, discord } = await createStage();
    interactions
      .command(
        {
          name: 'set',
          description: 'Sets',
          options: [
            {
              type: OptionType.String,
              name: 'key',
              description: 'Key',
              required: true,
              choices: [{ name: 'A', value: 'a' }],
            },
            { type: OptionType.Integer, name: 'count', description: 'Count', min_value: 1 },
          ],
        },
        (i) => i.reply(i.options.key),
      )
      .command({ type: CommandType.User, name: 'Greet' }, (i) => i.reply(i.target.user.username));
    expect(await interactions.register()).toEqual({
      created: ['set', 'Greet'],
      updated: [],
      deleted: [],
      unchanged: [],
    });
    expect(discord.commands().map(({ name }) => name)).toEqual(['set', 'Greet']);
    expect(await interactions.register()).toMatchObject({ created: [], unchanged: ['set', 'Greet'] });
    expect(discord.ledger.filter('request').filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('overwrites what differs, deletes what is gone, keeps what is handled by name', async () => {
    const { interactions, discord, guildId } = await createStage();
    const request = (name: string, description: string) =>
      fetch(`${discord.restUrl}/applications/${discord.applicationId}/guilds/${guildId}/commands`, {
        method: 'POST',
        headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name, description }),
      });
    for (const name of ['old', 'kept', 'changed']) expect((await request(name, 'before')).status).toBe(201);
    interactions
      .command('kept', (i) => i.reply('x'))
      .command({ name: 'changed', description: 'after' }, (i) => i.reply('x'));
    expect(await interactions.register({ guildId })).toEqual({
      created: [],
      updated: ['changed'],
      deleted: ['old'],
      unchanged: [],
    });
    expect(discord.commands(guildId).map(({ name, description }) => [name, description])).toEqual([
      ['changed', 'after'],
      ['kept', 'before'],
    ]);
  });

  it('says that it needs a token', async () => {
    const { interactions } = await createStage({ token: undefined });
    await expect(interactions.register()).rejects.toThrow(
      'token (or request) is needed for GET /applications/@me, got neither',
    );
  });
});

describe('webhook events', () => {
  it('answers Discord with 204 before a slow handler is done', async () => {
    const { interactions, discord, url } = await createStage({ deferAfterMs: 30 });
    let finish = () => {};
    interactions.webhookEvent('APPLICATION_DEAUTHORIZED', () => new Promise<void>((resolve) => (finish = resolve)));
    const event = { type: 'APPLICATION_DEAUTHORIZED', data: { user: discord.user } };
    expect(await discord.postWebhookEvent(url, { event })).toMatchObject({ accepted: true, status: 204 });
    expect(interactions.pending).toBe(1);
    finish();
    await interactions.idle();
  });

  it('answers the PING, unknown events and failing handlers with 204, and a bad signature with 401', async () => {
    const { interactions, discord, url, errors } = await createStage();
    interactions.webhookEvent('ENTITLEMENT_CREATE', () => Promise.reject(new Error('no luck')));
    expect((await discord.postWebhookEvent(url, { type: 0 })).accepted).toBe(true);
    expect((await discord.postWebhookEvent(url, { event: { type: 'NEW_EVENT' } })).accepted).toBe(true);
    expect((await discord.postWebhookEvent(url, { event: { type: 'ENTITLEMENT_CREATE' } })).accepted).toBe(true);
    expect((await discord.postWebhookEvent(url, { type: 0, badSignature: true })).status).toBe(401);
    expect(errors.map(({ source }) => source)).toEqual(['webhook event NEW_EVENT', 'webhook event ENTITLEMENT_CREATE']);
  });
});
