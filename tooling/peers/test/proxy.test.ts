/**
 * Libraries nobody here wrote, through the gateway proxy: they see what they see directly, and after being cut off they resume
 * with nothing lost. 10 s of a real outage are 1.2 s here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayProxy } from '@tinfoil/gateway-proxy';
import { Simulator } from '@tinfoil/testing';
import { describe, expect, it } from 'vitest';
import { type Dispatch, type Peer, peers } from './proxy-clients.ts';
import { Relay } from './relay.ts';

// The first part is a user's id in base64, which discordeno reads.
const botToken = 'MTAwMDAwMDAwMDAwMDAwMDAx.Bot.Token';
const accessToken = 'MTAwMDAwMDAwMDAwMDAwMDAx.proxy.AccessTokenOfThePeers';
const cutMs = 1_200;

async function until(done: () => boolean, what: () => string, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!done()) {
    if (performance.now() > end) throw new Error(`not in time: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What a library was told, by type and id. */
const seen = (dispatches: readonly Dispatch[]) =>
  dispatches.flatMap(({ t, d }) =>
    t === null || t === 'RESUMED' ? [] : [`${t} ${d.id ?? d.user?.id ?? d.guild_id ?? ''}`],
  );
const messages = (dispatches: readonly Dispatch[]) =>
  dispatches.flatMap(({ t, d }) => (t === 'MESSAGE_CREATE' ? [String(d.id)] : []));

describe.each(Object.entries(peers))('%s', (_name, connect) => {
  it('sees through the proxy what it sees directly, and resumes after it was cut off', async () => {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'tinfoil-peers-'));
    await using discord = await Simulator.start({ token: botToken, identifyGapMs: 0 });
    const guild = discord.createGuild({ name: 'Kitchen', memberCount: 42, channels: 2, members: 3 });
    const relay = await Relay.start();
    const proxy = new GatewayProxy({
      token: botToken,
      apiUrl: discord.restUrl,
      intents: ['Guilds', 'GuildMessages', 'GuildMessageReactions', 'MessageContent', 'DirectMessages'],
      accessTokens: [{ name: 'peers', token: accessToken }],
      listen: { host: '127.0.0.1', port: 0 },
      ops: { host: '127.0.0.1', port: 0 },
      // eris with a plain agent leaves the port out of its Host header.
      publicUrl: relay.url.replace('http', 'ws'),
      stateDirectory,
      gatewayTiming: { resumeJitterMs: 0, drainTimeoutMs: 500 },
    });
    await proxy.start();
    relay.target = proxy.url;
    const open: Peer[] = [];
    try {
      const direct: Dispatch[] = [];
      const proxied: Dispatch[] = [];
      const collect = (into: Dispatch[]) => (dispatch: Dispatch) => {
        if (dispatch.t !== null && dispatch.t !== undefined) into.push(dispatch);
      };
      open.push(await connect(discord.restUrl.replace(/\/v10$/, ''), botToken, collect(direct)));
      const peer = await connect(`${relay.url}/api`, accessToken, collect(proxied));
      open.push(peer);

      // The same events in the same order, READY and guilds included.
      const [channel] = guild.channels;
      const ids: string[] = [];
      const talk = () => ids.push(discord.createMessage(channel!.id, { content: 'hello' }).id);
      for (let count = 0; count < 20; count++) talk();
      discord.createChannel(guild.id, { name: 'new' });
      discord.createGuild({ name: 'Cellar' });
      ids.push(await peer.say(channel!.id, 'from the peer'));
      await until(
        () => messages(proxied).length === ids.length && messages(direct).length === ids.length,
        () => `${messages(direct).length} direct, ${messages(proxied).length} proxied of ${ids.length}`,
      );
      expect(seen(proxied)).toEqual(seen(direct));
      expect(messages(proxied)).toEqual(ids);

      // Cut off, while things happen.
      relay.cut();
      const end = performance.now() + cutMs;
      while (performance.now() < end) {
        talk();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      relay.mend();
      await until(
        () => messages(proxied).length >= ids.length,
        () => `${messages(proxied).length} of ${ids.length} messages`,
        15_000,
      );
      talk();
      await until(
        () => messages(proxied).length >= ids.length,
        () => 'the message after',
      );
      expect(messages(proxied)).toEqual(ids);
      expect(proxied.filter(({ t }) => t === 'READY')).toHaveLength(1);
      expect(proxied.some(({ t }) => t === 'RESUMED')).toBe(true);
      const { text } = await proxy.metrics.render();
      expect(text).toContain('tinfoil_proxy_resumes_total{outcome="resumed"} 1');
      expect(text).toContain('tinfoil_proxy_identifies_total{outcome="ready"} 1');

      // Discord never saw the access token, and the proxy never showed the bot token.
      expect(JSON.stringify(discord.ledger.entries)).not.toContain(accessToken);
      expect(JSON.stringify(proxied)).not.toContain(botToken);
    } finally {
      for (const peer of open) await peer.close();
      relay.close();
      await proxy.close();
      rmSync(stateDirectory, { recursive: true, force: true });
    }
  }, 30_000);
});
