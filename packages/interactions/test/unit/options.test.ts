import { describe, expect, it } from 'vitest';
import { Interactions, OptionType } from '../../src/index.ts';

describe('options', () => {
  it.each<[object, string]>([
    [{ maxBodyBytes: 0 }, 'maxBodyBytes must be a positive whole number, got 0'],
    [{ maxAgeMs: 1.5 }, 'maxAgeMs must be a positive whole number, got 1.5'],
    [{ deferAfterMs: 3000 }, 'deferAfterMs must be false or a whole number of 1 to 2999 milliseconds, got 3000'],
    [{ deferAfterMs: null }, 'deferAfterMs must be false or a whole number of 1 to 2999 milliseconds, got null'],
    [{ applicationId: 'app' }, 'applicationId must be a snowflake, got 3 other characters'],
    [{ token: 'a b' }, 'token must be a string of visible ASCII characters, got 3 other characters'],
    [{ baseUrl: 'discord.com' }, 'baseUrl must be an http or https URL with the version, got 11 other characters'],
    [{ errorMessage: 'x'.repeat(2001) }, 'content must have 0 to 2000 characters, got 2001'],
    [{ publicKey: 'x' }, 'publicKey must be 64 hexadecimal digits, or several such keys, got 1 characters'],
  ])('%o is refused in words', (options, message) => {
    expect(() => new Interactions(options)).toThrow(`interactions: ${message}`);
  });

  it('an explicit undefined means the default', () => {
    const options = { publicKey: undefined, maxBodyBytes: undefined, deferAfterMs: undefined, clock: undefined };
    expect(new Interactions(options).maxBodyBytes).toBe(2 ** 20);
  });
});

describe('handlers', () => {
  it('are one per command, pattern and event', () => {
    const interactions = new Interactions()
      .command('ping', () => undefined)
      .component('a/:b', () => undefined)
      .webhookEvent('ENTITLEMENT_CREATE', () => undefined);
    expect(() => interactions.command('ping', () => undefined)).toThrow(
      'command ping must have one handler, got a second',
    );
    expect(() => interactions.component('a/:b', () => undefined)).toThrow(
      'component a/:b must have one handler, got a second',
    );
    expect(() => interactions.webhookEvent('ENTITLEMENT_CREATE', () => undefined)).toThrow('must have one handler');
    expect(() => interactions.modal('m', undefined as never)).toThrow(
      'handler of modal m must be a function, got undefined',
    );
    expect(() => interactions.command('x', 7 as never)).toThrow('handler of command x must be a function, got number');
  });

  it('are found by type, path and pattern', async () => {
    const seen: string[] = [];
    const note = (what: string) => (i: { reply(body: string): Promise<void> }) => {
      seen.push(what);
      return i.reply('x');
    };
    const options = [{ type: OptionType.Subcommand, name: 'get', description: 'x' }] as const;
    const interactions = new Interactions()
      .command({ type: 2, name: 'Report' }, note('user'))
      .command({ type: 3, name: 'Report' }, note('message'))
      .command({ name: 'settings', description: 'x', options }, { get: note('get') })
      .command('settings set', note('set'))
      .command('settings', note('rest'))
      .component('page/:number', note('page'))
      .component('page/last', note('last'))
      .modal('page/:number', note('modal'));
    const base = { id: '1', application_id: '1', token: 't', locale: 'en-US' };
    const sub = (name: string) => [{ type: 1, name }];
    for (const [type, data] of [
      [2, { type: 3, name: 'Report' }],
      [2, { type: 2, name: 'Report' }],
      [2, { name: 'settings', options: sub('get') }],
      [2, { name: 'settings', options: sub('set') }],
      [2, { name: 'settings', options: [{ type: 2, name: 'group', options: sub('add') }] }],
      [3, { custom_id: 'page/2' }],
      [3, { custom_id: 'page/last' }],
      [5, { custom_id: 'page/2', components: [] }],
    ] as const)
      await interactions.dispatch({ ...base, type, data }, () => undefined);
    expect(seen).toEqual(['message', 'user', 'get', 'set', 'rest', 'page', 'last', 'modal']);
  });

  it('see resolved users, roles, channels and attachments', async () => {
    const seen: unknown[] = [];
    const interactions = new Interactions().command('all', (i) => {
      seen.push({ ...i.options });
      return i.reply('x');
    });
    const resolved = {
      users: { 1: { id: '1' }, 5: { id: '5' } },
      members: { 1: { nick: 'one' } },
      roles: { 2: { id: '2' } },
      channels: { 3: { id: '3' } },
      attachments: { 4: { id: '4' } },
    };
    const values = [
      ['user', 6, '1'],
      ['role', 8, '2'],
      ['channel', 7, '3'],
      ['file', 11, '4'],
      ['who', 9, '5'],
      ['what', 9, '2'],
      ['gone', 6, '__proto__'],
      ['text', 3, '1'],
      ['yes', 5, true],
    ].map(([name, type, value]) => ({ name, type, value }));
    const data = { name: 'all', resolved, options: values };
    await interactions.dispatch({ type: 2, id: '1', application_id: '1', token: 't', data }, () => undefined);
    expect(seen).toEqual([
      {
        user: { id: '1', user: { id: '1' }, member: { nick: 'one' } },
        role: { id: '2' },
        channel: { id: '3' },
        file: { id: '4' },
        who: { id: '5', user: { id: '5' }, member: undefined },
        what: { id: '2', role: { id: '2' } },
        gone: '__proto__',
        text: '1',
        yes: true,
      },
    ]);
  });
});

describe('route', () => {
  it('sends to the owner only what asks for it and has a guild', () => {
    const interactions = new Interactions()
      .command('here', () => undefined)
      .command('there', () => undefined, { routing: 'owner' });
    const route = (payload: unknown) => interactions.route(new TextEncoder().encode(JSON.stringify(payload)));
    const command = (name: string, guild_id?: string) => ({
      type: 2,
      id: '1',
      application_id: '1',
      token: 't',
      guild_id,
      data: { name },
    });
    expect(route(command('there', '7'))).toEqual({ guildId: '7', routing: 'owner' });
    expect(route(command('here', '7'))).toEqual({ guildId: '7', routing: 'local' });
    expect(route(command('there'))).toEqual({ guildId: undefined, routing: 'local' });
    for (const payload of [
      null,
      7,
      {},
      { type: 1 },
      { type: 0 },
      { ...command('there'), data: { name: 'there', options: [null] } },
    ])
      expect(route(payload).routing).toBe('local');
    expect(interactions.route(new Uint8Array([123])).routing).toBe('local');
  });

  it('tells the handler when it stands in for the owner', async () => {
    const seen: boolean[] = [];
    const interactions = new Interactions().command('there', (i) => {
      seen.push(i.ownerReachable);
      return i.reply('x');
    });
    const body = new TextEncoder().encode(
      JSON.stringify({ type: 2, id: '1', application_id: '1', token: 't', data: { name: 'there' } }),
    );
    await interactions.handleVerified(body);
    await interactions.handleVerified(body, { ownerReachable: false });
    expect(seen).toEqual([true, false]);
  });
});

describe('follow-ups', () => {
  it('leave when the listener says that the first response has left, and not before', async () => {
    const calls: string[] = [];
    const request = async <Result>({ method, path }: { method: string; path: string }): Promise<Result> => {
      calls.push(`${method} ${path}`);
      return { id: '1' } as Result;
    };
    const interactions = new Interactions({ request }).command('ping', async (i) => {
      await i.reply('one');
      await i.followUp('two');
    });
    const payload = { type: 2, id: '1', application_id: '7', token: 't', data: { name: 'ping' } };
    const { sent } = await interactions.handleVerified(new TextEncoder().encode(JSON.stringify(payload)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual([]);
    sent?.();
    await interactions.idle();
    expect(calls).toEqual(['POST /webhooks/7/t']);
  });
});

describe('error listeners', () => {
  it('cannot break the code that reports', async () => {
    const interactions = new Interactions().on('error', () => {
      throw new Error('listener');
    });
    interactions.on('error', () => Promise.reject(new Error('listener')));
    interactions.reportError(new Error('cause'), 'test');
    await new Promise((resolve) => setImmediate(resolve));
  });
});
