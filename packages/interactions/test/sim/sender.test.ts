import { describe, expect, it } from 'vitest';
import { createStage } from './stage.ts';

const callback = 'POST /interactions/{id}/{token}/callback';

describe('built-in sender', () => {
  it('sends again what was not processed, and nothing else', async () => {
    const { interactions, discord, command, errors } = await createStage({ respondWith: 'callback' });
    interactions.command('ping', (i) => i.reply('pong'));
    discord.faults.rest(callback, { type: 'status', status: 503 });
    expect((await command('ping')).callback?.type).toBe(4);
    discord.faults.rest(callback, { type: 'status', status: 500 });
    expect((await command('ping')).callback).toMatchObject({ data: { content: 'Something went wrong.' } });
    const isCallback = ({ route }: { readonly route: string }) => route.endsWith('/callback');
    await discord.ledger.waitFor('response', isCallback, { count: 4, timeoutMs: 5000 });
    const callbacks = discord.ledger.filter('response').filter(isCallback);
    expect(callbacks.map(({ status }) => status)).toEqual([503, 204, 500, 204]);
    expect(errors.map(({ cause }) => (cause as { status: number }).status)).toEqual([500]);
  });

  it('gives up on a wait of over a minute', async () => {
    const { interactions, discord, command, errors } = await createStage();
    discord.faults.rest('POST /webhooks/{id}/{token}', { type: 'rateLimit', scope: 'shared', retryAfterMs: 61_000 });
    interactions.command('ping', async (i) => {
      await i.reply('one');
      await i.followUp('two');
    });
    await command('ping');
    await interactions.idle();
    expect(errors[0]?.cause).toMatchObject({ code: 'TINFOIL_INTERACTIONS_API', status: 429 });
  });

  it('names the route and never the token when the connection breaks or HTML comes', async () => {
    const { interactions, discord, command, errors } = await createStage();
    const seen: unknown[] = [];
    interactions.command('ping', async (i) => {
      await i.reply('one');
      seen.push(await i.followUp('two').catch(String), await i.followUp('three').catch(String));
    });
    discord.faults.rest('POST /webhooks/{id}/{token}', { type: 'reset' });
    discord.faults.rest('POST /webhooks/{id}/{token}', { type: 'html', status: 403 });
    const { interaction } = await command('ping');
    await interactions.idle();
    const path = `POST /webhooks/${discord.applicationId}/{token}`;
    expect(seen[0]).toBe(`InteractionsError: ${path} got no answer`);
    expect(seen[1]).toContain(`InteractionsApiError: ${path} was answered 403`);
    expect(JSON.stringify([seen, errors])).not.toContain(interaction.token);
  });

  it('identifies itself, and keeps the bot token out of what needs none', async () => {
    const { interactions, discord, command } = await createStage();
    interactions.command({ name: 'ping', description: 'x' }, async (i) => {
      await i.reply('one');
      await i.followUp('two');
    });
    await interactions.register();
    await command('ping');
    await interactions.idle();
    const requests = discord.ledger.filter('request');
    expect(new Set(requests.map(({ headers }) => headers['user-agent']))).toEqual(
      new Set(['DiscordBot (https://example.com/tinfoil, 0)']),
    );
    expect(requests.map(({ identity }) => identity)).toEqual(['bot', 'bot', 'bot', 'none']);
  });
});
