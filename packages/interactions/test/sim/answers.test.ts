import { describe, expect, it } from 'vitest';
import { createGate, createStage } from './stage.ts';

const ephemeral = 64;

describe('first responses', () => {
  it('answers inline, and follows up after that', async () => {
    const { interactions, discord, command, errors } = await createStage();
    interactions.command('ping', async (i) => {
      await i.reply('pong');
      const message = await i.followUp({ content: 'again' });
      await i.editReply('third', { messageId: message.id });
      await i.editReply({ content: 'pong!' });
      expect((await i.fetchReply()).content).toBe('pong!');
    });
    const result = await command('ping');
    expect([result.status, result.callback?.type, result.failure]).toEqual([200, 4, null]);
    await interactions.idle();
    expect(result.messages().map(({ content }) => content)).toEqual(['pong!', 'third']);
    expect(errors).toEqual([]);
    expect(discord.ledger.filter('interactionAnswered')).toMatchObject([{ via: 'inline', callbackType: 4 }]);
    // No follow-up left before the response had: the Simulator answers 404 to those.
    expect(discord.ledger.filter('response').map(({ status }) => status)).not.toContain(404);
  });

  it('sends files inline, and in follow-ups', async () => {
    const { interactions, command, errors, discord } = await createStage();
    interactions.command('file', async (i) => {
      await i.reply('one', { files: [{ name: 'a.txt', data: 'hello' }] });
      await i.followUp('two', { files: [{ name: 'b.bin', data: new Uint8Array([0, 13, 10, 255]) }] });
    });
    const result = await command('file');
    await interactions.idle();
    expect(errors).toEqual([]);
    expect(
      result.messages().map(({ attachments }) => attachments.map(({ filename, size }) => [filename, size])),
    ).toEqual([[['a.txt', 5]], [['b.bin', 4]]]);
    expect(discord.ledger.filter('request')[0]).toMatchObject({
      files: [{ field: 'files[0]', name: 'b.bin', bytes: 4 }],
    });
  });

  it('answers 202 and posts the callback when the message is wanted back', async () => {
    const { interactions, discord, command, errors } = await createStage();
    let id: string | undefined;
    interactions.command('ping', async (i) => {
      id = (await i.reply('pong', { withResponse: true })).id;
    });
    const result = await command('ping');
    await interactions.idle();
    expect([result.status, result.body, errors]).toEqual([202, null, []]);
    expect(result.original()?.id).toBe(id);
    expect(discord.ledger.filter('interactionAnswered')).toMatchObject([{ via: 'callback' }]);
    expect(discord.ledger.filter('request')[0]).toMatchObject({ query: { with_response: 'true' }, identity: 'none' });
  });

  it('posts every callback when asked to, and waits for it before a follow-up', async () => {
    const { interactions, discord, command } = await createStage({ respondWith: 'callback' });
    interactions.command('ping', async (i) => {
      void i.reply('one');
      await i.followUp('two');
    });
    discord.faults.rest('POST /interactions/{id}/{token}/callback', { type: 'latency', ms: 100 });
    const result = await command('ping');
    expect(result.status).toBe(202);
    await interactions.idle();
    expect(result.messages().map(({ content }) => content)).toEqual(['one', 'two']);
  });

  it('sends a follow-up again that came before Discord knew the webhook', async () => {
    const { interactions, discord, command, errors } = await createStage();
    const unknown = {
      type: 'status',
      status: 404,
      body: { message: 'Unknown Webhook', code: 10_015 },
      times: 3,
    } as const;
    discord.faults.rest('POST /webhooks/{id}/{token}', unknown);
    interactions.command('ping', async (i) => {
      await i.reply('one');
      await i.followUp('two');
    });
    const result = await command('ping');
    await interactions.idle();
    expect(errors).toEqual([]);
    expect(result.messages()).toHaveLength(2);
    expect(discord.ledger.filter('request')).toHaveLength(4);
  });

  it('gives up on it after three seconds, with an error that holds no token', async () => {
    let nowMs = 0;
    const clock = {
      nowMs: () => nowMs,
      after: (delayMs: number, run: () => void) => {
        nowMs += delayMs;
        const timer = setTimeout(run, 0);
        return () => clearTimeout(timer);
      },
    };
    const { interactions, discord, command, errors } = await createStage({ clock, deferAfterMs: false });
    const unknown = { message: 'Unknown Webhook', code: 10_015 };
    discord.faults.rest('POST /webhooks/{id}/{token}', { type: 'status', status: 404, body: unknown, times: Infinity });
    interactions.command('ping', async (i) => {
      await i.reply('one');
      await i.followUp('two');
    });
    const result = await command('ping');
    await interactions.idle();
    expect(errors[0]?.cause).toMatchObject({ code: 'TINFOIL_INTERACTIONS_API', discordCode: 10_015, status: 404 });
    expect(JSON.stringify(errors) + String(errors[0]?.cause)).not.toContain(result.interaction.token);
    expect(nowMs).toBeGreaterThanOrEqual(3000);
    expect(nowMs).toBeLessThan(5000);
  });

  it('honours Retry-After', async () => {
    const { interactions, discord, command, errors } = await createStage();
    discord.faults.rest('POST /webhooks/{id}/{token}', { type: 'rateLimit', scope: 'user', retryAfterMs: 300 });
    interactions.command('ping', async (i) => {
      await i.reply('one');
      await i.followUp('two');
    });
    const result = await command('ping');
    await interactions.idle();
    const [first, second] = discord.ledger.filter('request');
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(299);
    expect([result.messages().length, errors]).toEqual([2, []]);
  });

  it('shows modals, and takes what was submitted', async () => {
    const { interactions, discord, url, guildId, command } = await createStage();
    const title = 'Feedback';
    const components = [{ type: 18, label: 'Why', component: { type: 4, custom_id: 'why', style: 1 } }] as const;
    interactions.command('ask', (i) => i.showModal({ custom_id: 'feedback/7', title, components: [...components] }));
    interactions.modal('feedback/:id', (i) => i.reply(`${i.params.id}: ${i.text('why')}`));
    expect((await command('ask')).callback).toMatchObject({ type: 9, data: { title } });
    const data = {
      custom_id: 'feedback/7',
      components: [{ type: 18, component: { type: 4, custom_id: 'why', value: 'so' } }],
    };
    const result = await discord.interact(url, { type: 5, guildId, data });
    expect(result.original()?.content).toBe('7: so');
  });

  it('answers autocomplete with what the handler returns', async () => {
    const { interactions, discord, url, guildId } = await createStage();
    interactions.autocomplete('find', (i) => [{ name: `${i.focused.name}: ${i.focused.value}!`, value: 'x' }]);
    const options = [{ name: 'what', type: 3, value: 'do', focused: true }];
    const result = await discord.interact(url, { type: 4, guildId, data: { name: 'find', options } });
    expect(result.callback).toEqual({ type: 8, data: { choices: [{ name: 'what: do!', value: 'x' }] } });
  });

  it('updates the message of a component, with typed parameters', async () => {
    const { interactions, component } = await createStage();
    interactions.component('vote/:choice', (i) => i.update({ content: i.params.choice, components: [] }));
    expect((await component('vote/yes')).callback).toEqual({ type: 7, data: { content: 'yes', components: [] } });
  });

  it('acknowledges a component whose handler says nothing', async () => {
    const { interactions, component } = await createStage();
    interactions.component('quiet', () => undefined);
    expect((await component('quiet')).callback?.type).toBe(6);
  });
});

describe('deferral', () => {
  it('comes by itself before the deadline, and the reply fills it', async () => {
    const { interactions, command, errors } = await createStage({ deferAfterMs: 30 });
    const gate = createGate();
    interactions.command('slow', async (i) => {
      await gate.opened;
      await i.reply('done');
    });
    const result = await command('slow');
    expect(result.callback).toEqual({ type: 5, data: undefined });
    gate.open();
    await interactions.idle();
    expect(result.messages().map(({ content }) => content)).toEqual(['done']);
    expect(errors).toEqual([]);
  });

  it('never makes an ephemeral reply public', async () => {
    const { interactions, command, discord } = await createStage({ deferAfterMs: 30 });
    const gate = createGate();
    interactions.command('secret', async (i) => {
      await gate.opened;
      await i.reply({ content: 'secret', flags: ephemeral });
    });
    const result = await command('secret');
    gate.open();
    await interactions.idle();
    const [message, ...others] = result.messages();
    expect([message?.content, others]).toEqual(['secret', []]);
    expect(Number(message?.flags) & ephemeral).toBe(ephemeral);
    expect(discord.ledger.filter('request').map(({ method }) => method)).toEqual(['DELETE', 'POST']);
  });

  it('is ephemeral from the start when the handler says so', async () => {
    const { interactions, command, discord } = await createStage({ deferAfterMs: 30 });
    const gate = createGate();
    const handler = async (i: { reply(body: object): Promise<void> }) => {
      await gate.opened;
      await i.reply({ content: 'secret', flags: ephemeral });
    };
    interactions.command('secret', handler, { defer: { ephemeral: true } });
    const result = await command('secret');
    expect(result.callback).toEqual({ type: 5, data: { flags: ephemeral } });
    gate.open();
    await interactions.idle();
    expect(result.original()?.content).toBe('secret');
    expect(discord.ledger.filter('request').map(({ method }) => method)).toEqual(['PATCH']);
  });

  it('leaves a component as it is until its handler speaks', async () => {
    const { interactions, component } = await createStage({ deferAfterMs: 30 });
    const gate = createGate();
    interactions.component('slow', async (i) => {
      await gate.opened;
      await i.reply('done');
    });
    const result = await component('slow');
    expect(result.callback?.type).toBe(6);
    gate.open();
    await interactions.idle();
    expect(result.messages().map(({ content }) => content)).toEqual(['done']);
  });

  it('answers a slow autocomplete with nothing, and takes no offence at the late choices', async () => {
    const { interactions, discord, url, errors } = await createStage({ deferAfterMs: 30 });
    const gate = createGate();
    interactions.autocomplete('find', async () => {
      await gate.opened;
      return [{ name: 'late', value: 'late' }];
    });
    const options = [{ name: 'what', type: 3, value: '', focused: true }];
    const result = await discord.interact(url, { type: 4, data: { name: 'find', options } });
    expect(result.callback).toEqual({ type: 8, data: { choices: [] } });
    gate.open();
    await interactions.idle();
    expect(errors).toEqual([]);
  });

  it('is not waited for when the handler forbids it', async () => {
    const { interactions, discord, url } = await createStage({ deferAfterMs: 10 });
    const gate = createGate();
    const handler = (i: { reply(body: string): Promise<void> }) => gate.opened.then(() => i.reply('late'));
    interactions.command('slow', handler, { defer: false });
    const result = await discord.interact(url, { data: { name: 'slow' }, deadlineMs: 100 });
    expect(result.failure?.reason).toBe('timeout');
    gate.open();
  });

  it('fills an explicit deferral later', async () => {
    const { interactions, command } = await createStage();
    interactions.command('slow', async (i) => {
      await i.defer({ ephemeral: true });
      await i.editReply('done');
      await i.followUp('more');
      await i.deleteReply();
    });
    const result = await command('slow');
    expect(result.callback).toEqual({ type: 5, data: { flags: ephemeral } });
    await interactions.idle();
    expect(result.messages().map(({ content }) => content)).toEqual(['more']);
  });
});

describe('errors', () => {
  it('answers a handler that throws, to the user alone, and reports it', async () => {
    const { interactions, command, errors } = await createStage();
    interactions.command('bad', () => {
      throw new Error('no luck');
    });
    interactions.command('worse', () => Promise.reject(new Error('no luck either')));
    for (const name of ['bad', 'worse']) {
      const { callback } = await command(name);
      expect(callback).toEqual({ type: 4, data: { content: 'Something went wrong.', flags: ephemeral } });
    }
    expect(errors.map(({ cause, source }) => [String(cause), source])).toEqual([
      ['Error: no luck', 'command bad'],
      ['Error: no luck either', 'command worse'],
    ]);
  });

  it('replaces a public deferral by the error', async () => {
    const { interactions, command } = await createStage({ deferAfterMs: 20, errorMessage: 'Sorry.' });
    const gate = createGate();
    interactions.command('bad', () => gate.opened.then(() => Promise.reject(new Error('no luck'))));
    const result = await command('bad');
    gate.open();
    await interactions.idle();
    expect(result.messages().map(({ content, flags }) => [content, Number(flags) & ephemeral])).toEqual([
      ['Sorry.', ephemeral],
    ]);
  });

  it('answers what nothing handles, and what a handler leaves unanswered', async () => {
    const { interactions, command, component, errors } = await createStage();
    interactions.command('mute', () => undefined);
    expect((await command('unknown')).callback?.type).toBe(4);
    expect((await command('mute')).callback?.type).toBe(4);
    expect((await component('unknown/1')).callback?.type).toBe(4);
    expect(errors.map(({ cause }) => (cause as { code: string }).code)).toEqual([
      'TINFOIL_INTERACTIONS_UNHANDLED',
      'TINFOIL_INTERACTIONS_UNANSWERED',
      'TINFOIL_INTERACTIONS_UNHANDLED',
    ]);
  });

  it('answers inline when the body cannot be JSON, or the callback fails', async () => {
    const { interactions, discord, command, errors } = await createStage();
    interactions.command('bigint', (i) => i.reply({ content: 'x', tts: 1n as never }));
    interactions.command('callback', async (i) => void (await i.reply('x', { withResponse: true })));
    discord.faults.rest('POST /interactions/{id}/{token}/callback', { type: 'status', status: 500 });
    expect((await command('bigint')).callback).toMatchObject({ data: { content: 'Something went wrong.' } });
    expect((await command('callback')).callback).toMatchObject({ data: { content: 'Something went wrong.' } });
    expect(errors).toHaveLength(2);
  });

  it('refuses a second reply, and a follow-up before the first, in words', async () => {
    const { interactions, command, errors } = await createStage();
    const caught: unknown[] = [];
    interactions.command('twice', async (i) => {
      caught.push(await i.followUp('early').catch(String));
      await i.reply('one');
      caught.push(await i.reply('two').catch(String));
      caught.push(
        await i.showModal({ custom_id: 'x', title: 'x', components: [{ type: 10, content: 'x' }] }).catch(String),
      );
    });
    await command('twice');
    await interactions.idle();
    expect(caught).toEqual([
      'InteractionsError: cannot follow up: the interaction has no first response yet',
      "InteractionsError: cannot reply: the interaction's first response was a message",
      "InteractionsError: cannot show a modal: the interaction's first response was a message",
    ]);
    expect(errors).toEqual([]);
  });

  it('knows when the token has expired, without asking', async () => {
    let nowMs = 0;
    const clock = { nowMs: () => nowMs, after: () => () => {} };
    const { interactions, discord, command, errors } = await createStage({ clock });
    interactions.command('old', async (i) => {
      await i.reply('one');
      nowMs = 15 * 60_000 + 1;
      await i.followUp('two');
    });
    await command('old');
    await interactions.idle();
    expect(errors[0]?.cause).toMatchObject({ code: 'TINFOIL_INTERACTIONS_TOKEN_EXPIRED' });
    expect(discord.ledger.filter('request')).toEqual([]);
  });
});
