/** Items 1-6 of the gateway's protocol: finding it, HELLO, heartbeats, ACKs, op 7. */
import { token } from '../lib/discord.mjs';
import { typing } from '../lib/events.mjs';
import { expect } from '../lib/harness.mjs';

export default [
  {
    item: '1',
    name: 'asks /gateway/bot with its token, and connects to the URL it names',
    async run(t) {
      const { discord } = await t.up();
      const [request] = discord.all('request', ({ path }) => path === '/gateway/bot');
      expect(request !== undefined, 'never asked /gateway/bot');
      expect(request.authorization === `Bot ${token}`, 'asked without the token');
    },
  },
  {
    item: '1',
    name: 'asks again when /gateway/bot answers 503 at first',
    async run(t) {
      let failures = 2;
      const rest = ({ path }) => (path === '/gateway/bot' && failures-- > 0 ? { status: 503, body: {} } : undefined);
      await t.up({ rest });
    },
  },
  {
    item: '2',
    name: 'connects with v=10 and encoding=json',
    async run(t) {
      const { discord } = await t.up();
      const { params } = discord.all('connect')[0];
      expect(params.v === '10', `v was ${params.v}`);
      expect(params.encoding === 'json', `encoding was ${params.encoding}`);
    },
  },
  {
    item: '2',
    name: 'resumes with the same v, encoding and compression',
    async run(t) {
      const { discord } = await t.up({}, { compression: 'zlib-stream' });
      const before = discord.connection.params;
      discord.connection.close(4000);
      await discord.wait('resumed');
      const after = discord.connection.params;
      for (const key of ['v', 'encoding', 'compress'])
        expect(before[key] === after[key], `${key} was ${before[key]}, then ${after[key]}`);
    },
  },
  {
    item: '3',
    name: 'sends the first heartbeat within one interval, then one every interval',
    async run(t) {
      const { discord } = await t.up({ heartbeatInterval: 1500 });
      const { atMs: helloAt } = discord.all('connect')[0];
      await discord.wait('heartbeat', { count: 4 });
      const times = discord.all('heartbeat').map(({ atMs }) => atMs);
      expect(times[0] - helloAt < 1500 + 400, `the first came after ${Math.round(times[0] - helloAt)} ms`);
      for (let turn = 1; turn < 4; turn++) {
        const gap = times[turn] - times[turn - 1];
        expect(gap > 1100 && gap < 1900, `a gap of ${Math.round(gap)} ms`);
      }
    },
  },
  {
    item: '3',
    name: 'delays the first heartbeat by a random part of the interval',
    limitMs: 60_000,
    async run(t) {
      const delays = [];
      for (let turn = 0; turn < 4; turn++) {
        const { discord, client } = await t.up({ heartbeatInterval: 2000 });
        const { atMs } = await discord.wait('heartbeat');
        delays.push(atMs - discord.all('connect')[0].atMs);
        await client.kill();
      }
      const spread = Math.max(...delays) - Math.min(...delays);
      expect(spread > 150, `four first heartbeats within ${Math.round(spread)} ms of one another`);
    },
  },
  {
    item: '3',
    name: 'heartbeats with d = null before the first event, and the last sequence after it',
    async run(t) {
      let isHeld = true;
      const discord = await t.discord({
        heartbeatInterval: 2000,
        on: {
          identify(connection, d) {
            if (!isHeld) return false;
            setTimeout(() => {
              isHeld = false;
              if (connection.isOpen) connection.ready(d);
            }, 5000);
            return true;
          },
        },
      });
      t.client(discord);
      await discord.wait('identify');
      const first = await discord.wait('heartbeat');
      expect(first.d === null, `d was ${JSON.stringify(first.d)}`);
      await discord.wait('ready');
      for (let turn = 0; turn < 3; turn++) discord.dispatch('TYPING_START', typing());
      await discord.wait('heartbeat', {
        where: ({ d }) => d === 4,
        withinMs: 4000,
        what: 'no heartbeat with the last sequence',
      });
    },
  },
  {
    item: '4',
    name: 'answers op 1 with a heartbeat at once',
    async run(t) {
      const { discord, connection } = await t.up();
      discord.dispatch('TYPING_START', typing());
      await t.pause(200);
      const asked = discord.nowMs();
      connection.send({ op: 1, d: null });
      const answer = await discord.wait('heartbeat', { where: ({ atMs }) => atMs >= asked, withinMs: 3000 });
      expect(answer.atMs - asked < 1000, `after ${Math.round(answer.atMs - asked)} ms`);
      expect(answer.d === 2, `with d = ${answer.d}, not the last sequence`);
    },
  },
  {
    item: '5',
    name: 'takes a lost ACK for a dead connection: closes with a code that keeps the session, and resumes',
    async run(t) {
      const { discord, connection } = await t.up({ heartbeatInterval: 1500 });
      connection.loseAcks = true;
      const close = await discord.wait('close', { where: ({ id }) => id === connection.id, withinMs: 8000 });
      expect(close.code !== 1000 && close.code !== 1001, `closed with ${close.code}, which ends the session`);
      await discord.wait('resumed', { withinMs: 10_000 });
    },
  },
  {
    item: '5',
    name: 'does not give up a connection whose ACKs arrive',
    async run(t) {
      const { discord } = await t.up({
        heartbeatInterval: 1500,
        on: {
          // Late, but within the interval.
          heartbeat(connection) {
            setTimeout(() => connection.send({ op: 11 }), 500);
            return true;
          },
        },
      });
      await t.never(() => discord.all('connect').length > 1, 6000, 'reconnected');
    },
  },
  {
    item: '5',
    row: 'zombie: peer frozen',
    name: 'replaces a frozen connection within three intervals, by one new connection and one RESUME',
    limitMs: 60_000,
    async run(t) {
      const { discord, connection } = await t.up({ heartbeatInterval: 2000 });
      connection.freeze();
      const frozenAt = discord.nowMs();
      const next = await discord.wait('connect', { count: 2, withinMs: 40_000, what: 'no new connection within 40 s' });
      const tookMs = next.atMs - frozenAt;
      expect(tookMs < 7000, `new connection after ${(tookMs / 1000).toFixed(1)} s`);
      await discord.wait('resumed');
      await t.pause(2500);
      expect(discord.all('connect').length === 2, `${discord.all('connect').length - 1} new connections`);
      expect(discord.all('resume').length === 1, `${discord.all('resume').length} RESUMEs`);
    },
  },
  {
    item: '6',
    name: 'op 7: reconnects and resumes',
    async run(t) {
      const { discord, connection } = await t.up();
      connection.send({ op: 7 });
      const { session } = await discord.wait('resumed');
      expect(session === discord.all('ready')[0].session, 'another session');
      expect(discord.all('identify').length === 1, 'identified again');
    },
  },
  {
    item: '6',
    name: 'op 7 in place of HELLO: connects again and identifies',
    async run(t) {
      let turns = 0;
      const discord = await t.discord({
        on: {
          hello(connection) {
            if (turns++ > 0) return false;
            connection.send({ op: 7 });
            return true;
          },
        },
      });
      t.client(discord);
      await discord.wait('ready', { withinMs: 20_000 });
    },
  },
  {
    item: '6',
    name: 'op 7 in place of HELLO while resuming: the session is kept',
    async run(t) {
      let refusals = 0;
      const { discord, connection } = await t.up({
        on: {
          hello(next) {
            if (next.id !== 1 || refusals++ > 0) return false;
            next.send({ op: 7 });
            return true;
          },
        },
      });
      connection.close(4000);
      await discord.wait('resumed', { withinMs: 20_000 });
      expect(discord.all('identify').length === 1, 'identified again');
    },
  },
];
