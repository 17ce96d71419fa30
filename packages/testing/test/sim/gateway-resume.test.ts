import { describe, expect, it } from 'vitest';
import { Simulator } from '../../src/index.ts';
import { connectRaw, RawClient } from '../raw-client.ts';

async function resume(
  discord: Simulator,
  sessionId: string,
  seq: unknown,
  url = discord.resumeUrl,
  query?: string,
): Promise<RawClient> {
  const client = new RawClient(url, query === undefined ? {} : { query });
  await client.op(10);
  client.send(6, { token: discord.token, session_id: sessionId, seq });
  return client;
}

describe('resume', () => {
  it('replays what was missed, in order, then RESUMED; not the RESUMED of an earlier resume', async () => {
    await using discord = await Simulator.start();
    const guild = discord.createGuild();
    const first = await connectRaw(discord);
    const sessionId = (await first.event('READY')).d.session_id;
    await first.event('GUILD_CREATE');
    first.socket.close(4200);
    await discord.ledger.waitFor('close', (entry) => entry.sessionKept && entry.code === 4200 && entry.by === 'client');
    const one = discord.createMessage(guild.channels[0]!.id, { content: 'one' });
    const second = await resume(discord, sessionId, 2);
    await second.event('RESUMED');
    expect(second.payloads.slice(1).map(({ t, s }) => [t, s])).toEqual([
      ['MESSAGE_CREATE', 3],
      ['RESUMED', 4],
    ]);
    expect(second.payloads[1]!.d.id).toBe(one.id);
    second.socket.terminate();
    await discord.ledger.waitFor('close', (entry) => entry.by === 'network');
    discord.createMessage(guild.channels[0]!.id, { content: 'two' });
    const third = await resume(discord, sessionId, 3, discord.gatewayUrl);
    await third.event('RESUMED');
    expect(third.payloads.slice(1).map(({ t, s }) => [t, s])).toEqual([
      ['MESSAGE_CREATE', 5],
      ['RESUMED', 6],
    ]);
    expect(discord.ledger.filter('resume').map(({ host, outcome, replayed }) => [host, outcome, replayed])).toEqual([
      ['resume', 'resumed', 1],
      ['main', 'resumed', 1],
    ]);
    expect(discord.ledger.count('identify')).toBe(1);
  });

  it.each([1000, 1001])('kills the session when the client closes with %i', async (code) => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    const sessionId = client.payloads[1]!.d.session_id;
    client.socket.close(code);
    await discord.ledger.waitFor('close', (entry) => !entry.sessionKept);
    const again = await resume(discord, sessionId, 1);
    expect((await again.op(9)).d).toBe(false);
  });

  it('forgets a session after its window', async () => {
    await using discord = await Simulator.start({ resumeWindowMs: 20 });
    const client = await connectRaw(discord);
    const sessionId = client.payloads[1]!.d.session_id;
    client.socket.terminate();
    await expect.poll(() => discord.sessions()).toEqual([]);
    expect((await (await resume(discord, sessionId, 1)).op(9)).d).toBe(false);
  });

  it('closes with 4007 for a sequence that was never sent, and drops the session', async () => {
    await using discord = await Simulator.start();
    const client = await connectRaw(discord);
    const sessionId = client.payloads[1]!.d.session_id;
    client.socket.terminate();
    await discord.ledger.waitFor('close');
    expect(await (await resume(discord, sessionId, 99)).close()).toBe(4007);
    expect(discord.sessions()).toEqual([]);
  });

  it('answers op 9 when the replay buffer no longer reaches back, and for another version', async () => {
    await using discord = await Simulator.start({ replayLimit: 2 });
    const guild = discord.createGuild();
    const client = await connectRaw(discord);
    const sessionId = client.payloads[1]!.d.session_id;
    client.socket.terminate();
    await discord.ledger.waitFor('close');
    for (let count = 0; count < 10; count++) discord.createMessage(guild.channels[0]!.id);
    const other = await resume(discord, sessionId, 12, discord.gatewayUrl, 'v=9&encoding=json');
    expect((await other.op(9)).d).toBe(false);
    expect(discord.sessions()).toEqual([]);
    const second = await connectRaw(discord, { shard: [0, 1], token: discord.token }).catch(() => null);
    expect(second).toBeNull();
  });

  it('lets a resume take over a living session, and records it', async () => {
    await using discord = await Simulator.start();
    const first = await connectRaw(discord);
    const second = await resume(discord, first.payloads[1]!.d.session_id, 1);
    await second.event('RESUMED');
    expect(await first.close()).toBe(4000);
    expect(discord.ledger.filter('duplicate')).toMatchObject([{ by: 'resume', connectionId: 2, otherConnectionId: 1 }]);
    expect(discord.sessions()).toMatchObject([{ connected: true }]);
  });

  it('closes with 4004 for a wrong token and 4005 for a second RESUME', async () => {
    await using discord = await Simulator.start();
    const first = await connectRaw(discord);
    first.send(6, { token: discord.token, session_id: first.payloads[1]!.d.session_id, seq: 1 });
    expect(await first.close()).toBe(4005);
    const other = new RawClient(discord.resumeUrl);
    await other.op(10);
    other.send(6, { token: 'wrong', session_id: 'x', seq: 1 });
    expect(await other.close()).toBe(4004);
  });
});
