/** The four libraries as one kind of thing: connect somewhere, say what came, go away. Each with its one setting for the proxy. */
import http from 'node:http';
import { createBot } from '@discordeno/bot';
import { Client as DiscordJs, GatewayIntentBits } from 'discord.js';
import { Client as Eris } from 'eris';
import { Client as Oceanic } from 'oceanic.js';

export interface Dispatch {
  readonly t: string | null;
  readonly s: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: Discord's payloads, as the libraries show them
  readonly d: any;
}

export interface Peer {
  /** Sends a message over REST and resolves with its id. */
  say(channelId: string, content: string): Promise<string>;
  close(): unknown;
}

/** Connects a library whose REST base is `http://…/api`; resolves when it calls itself ready. */
export type Connect = (api: string, token: string, onDispatch: (dispatch: Dispatch) => void) => Promise<Peer>;

const intents = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent;

export const peers: Readonly<Record<string, Connect>> = {
  async 'discord.js'(api, token, onDispatch) {
    const client = new DiscordJs({ intents, rest: { api } });
    // 'raw' is not in the library's types.
    (client as unknown as { on(event: 'raw', run: (dispatch: Dispatch) => void): void }).on('raw', onDispatch);
    client.on('error', () => undefined);
    const ready = new Promise((resolve) => client.once('clientReady', resolve));
    await client.login(token);
    await ready;
    return {
      async say(channelId, content) {
        const channel = await client.channels.fetch(channelId);
        if (!channel?.isSendable()) throw new Error('the channel takes no messages');
        return (await channel.send(content)).id;
      },
      close: () => client.destroy(),
    };
  },

  async eris(api, token, onDispatch) {
    const { hostname, port } = new URL(api);
    // It speaks https alone; this agent makes it plain TCP, as a proxy without TLS needs it.
    const agent = Object.assign(new http.Agent(), { protocol: 'https:', defaultPort: Number(port) });
    const client = new Eris(`Bot ${token}`, {
      intents,
      maxShards: 'auto',
      rest: { domain: hostname, baseURL: '/api/v10', agent: agent as never },
    });
    client.on('rawWS', (packet) => onDispatch(packet as Dispatch));
    client.on('error', () => undefined);
    const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
    await client.connect();
    await ready;
    return {
      say: async (channelId, content) => (await client.createMessage(channelId, content)).id,
      close: () => client.disconnect({ reconnect: false }),
    };
  },

  async 'oceanic.js'(api, token, onDispatch) {
    const client = new Oceanic({
      auth: `Bot ${token}`,
      rest: { baseURL: `${api}/v10` },
      gateway: { intents, compress: 'zlib-stream' },
    });
    client.on('packet', (packet) => onDispatch(packet as Dispatch));
    client.on('error', () => undefined);
    const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
    await client.connect();
    await ready;
    return {
      say: async (channelId, content) => (await client.rest.channels.createMessage(channelId, { content })).id,
      close: () => client.disconnect(false),
    };
  },

  async discordeno(api, token, onDispatch) {
    let resolveReady = () => {};
    const ready = new Promise<void>((resolve) => {
      resolveReady = resolve;
    });
    const bot = createBot({
      token,
      intents,
      rest: { proxy: { baseUrl: api } },
      loggerFactory: () => ({ debug() {}, info() {}, warn() {}, error() {}, fatal() {} }),
      events: {
        raw(packet) {
          onDispatch(packet as Dispatch);
          if (packet.t === 'READY') resolveReady();
        },
      },
    });
    await bot.start();
    await ready;
    return {
      say: async (channelId, content) => String((await bot.rest.sendMessage(channelId, { content })).id),
      close: () => bot.shutdown(),
    };
  },
};
