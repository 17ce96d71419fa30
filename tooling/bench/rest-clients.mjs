/**
 * REST clients of the benchmark, each with its own defaults but for what would keep it from the task: addresses, and limits
 * that it would impose by itself where the server has none. Loaded one per process.
 *
 * Each gives `me()` (GET /users/@me), `send(channelId, content)` (Create Message), `list(channelId)` (GET messages, one bucket per
 * channel) and `webhook(id, token)` (Execute Webhook).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const silent = () => {};

/** Version of an installed package; its exports may hide `package.json`, so the file is looked for. */
function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}

/** Creates a client. @param unlimited - The server keeps no global limit, so the client need not either. */
export async function createClient(name, { origin, token, unlimited }) {
  const { hostname, port, host } = new URL(origin);
  switch (name) {
    case 'raw-undici': {
      const { Pool } = await import('undici');
      const pool = new Pool(origin, { connections: 128 });
      const request = async (method, path, content) => {
        const headers = { authorization: `Bot ${token}`, 'user-agent': 'raw' };
        let body;
        if (content !== undefined) {
          headers['content-type'] = 'application/json';
          body = JSON.stringify({ content });
        }
        const answer = await pool.request({ method, path: `/api/v10${path}`, headers, body });
        return answer.body.json();
      };
      return {
        version: versionOf('undici'),
        me: () => request('GET', '/users/@me'),
        send: (channelId, content) => request('POST', `/channels/${channelId}/messages`, content),
        list: (channelId) => request('GET', `/channels/${channelId}/messages`),
        webhook: (id, secret) => request('POST', `/webhooks/${id}/${secret}`, 'x'),
        close: () => pool.destroy(),
      };
    }
    case 'tinfoil':
    case 'tinfoil-unordered': {
      const { Rest } = await import('@tinfoil/rest');
      const rest = new Rest({
        token,
        baseUrl: `${origin}/api/v10`,
        orderedMessages: name === 'tinfoil',
        ...(unlimited ? { globalLimit: false, maxQueued: 1e6 } : {}),
      });
      return {
        version: versionOf('@tinfoil/rest'),
        me: () => rest.api.users.me.get(),
        send: (channelId, content) => rest.api.channels(channelId).messages.post({ content }),
        list: (channelId) => rest.api.channels(channelId).messages.get(),
        webhook: (id, secret) => rest.api.webhooks(id)(secret).post({ content: 'x' }),
        close: () => rest.close(),
      };
    }
    case 'discordjs': {
      const { REST } = await import('@discordjs/rest');
      const rest = new REST({
        version: '10',
        api: `${origin}/api`,
        ...(unlimited ? { globalRequestsPerSecond: Number.MAX_SAFE_INTEGER } : {}),
      }).setToken(token);
      return {
        version: versionOf('@discordjs/rest'),
        me: () => rest.get('/users/@me'),
        send: (channelId, content) => rest.post(`/channels/${channelId}/messages`, { body: { content } }),
        list: (channelId) => rest.get(`/channels/${channelId}/messages`),
        webhook: (id, secret) => rest.post(`/webhooks/${id}/${secret}`, { body: { content: 'x' } }),
        close: silent,
      };
    }
    case 'discordeno': {
      const { createRestManager } = await import('@discordeno/rest');
      const rest = createRestManager({
        token,
        applicationId: 1n,
        proxy: { baseUrl: `${origin}/api` },
        logger: { debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
      });
      // It takes every other address for a proxy that keeps the limits, and would send without waiting.
      rest.isProxied = false;
      return {
        version: versionOf('@discordeno/rest'),
        me: () => rest.get('/users/@me'),
        send: (channelId, content) => rest.post(`/channels/${channelId}/messages`, { body: { content } }),
        list: (channelId) => rest.get(`/channels/${channelId}/messages`),
        webhook: (id, secret) => rest.post(`/webhooks/${id}/${secret}`, { body: { content: 'x' } }),
        close: silent,
      };
    }
    case 'oceanic': {
      const { Client } = require('oceanic.js');
      const client = new Client({ auth: `Bot ${token}`, rest: { baseURL: `${origin}/api/v10`, host } });
      client.on('error', silent).on('warn', silent);
      const request = (method, path, json) => client.rest.handler.authRequest({ method, path, json });
      return {
        version: versionOf('oceanic.js'),
        me: () => request('GET', '/users/@me'),
        send: (channelId, content) => request('POST', `/channels/${channelId}/messages`, { content }),
        list: (channelId) => request('GET', `/channels/${channelId}/messages`),
        webhook: (id, secret) => request('POST', `/webhooks/${id}/${secret}`, { content: 'x' }),
        close: silent,
      };
    }
    case 'eris': {
      const { Client } = require('eris');
      const { Agent } = require('node:http');
      // It speaks https alone: an agent for http that says otherwise, with connections kept, as eris' own.
      const agent = Object.assign(new Agent({ keepAlive: true }), { protocol: 'https:', defaultPort: Number(port) });
      const client = new Client(`Bot ${token}`, { rest: { domain: hostname, baseURL: '/api/v10', agent } });
      client.on('error', silent).on('warn', silent);
      return {
        version: versionOf('eris'),
        me: () => client.requestHandler.request('GET', '/users/@me', true),
        send: (channelId, content) =>
          client.requestHandler.request('POST', `/channels/${channelId}/messages`, true, { content }),
        list: (channelId) => client.requestHandler.request('GET', `/channels/${channelId}/messages`, true),
        webhook: (id, secret) =>
          client.requestHandler.request('POST', `/webhooks/${id}/${secret}`, false, { content: 'x' }),
        close: silent,
      };
    }
    case 'seyfert': {
      const { ApiHandler } = require('seyfert');
      const api = new ApiHandler({ token, domain: origin, baseUrl: 'api/v10' });
      return {
        version: versionOf('seyfert'),
        me: () => api.request('GET', '/users/@me'),
        send: (channelId, content) => api.request('POST', `/channels/${channelId}/messages`, { body: { content } }),
        list: (channelId) => api.request('GET', `/channels/${channelId}/messages`),
        webhook: (id, secret) => api.request('POST', `/webhooks/${id}/${secret}`, { body: { content: 'x' } }),
        close: silent,
      };
    }
    default:
      throw new TypeError(`no client is named ${name}`);
  }
}
