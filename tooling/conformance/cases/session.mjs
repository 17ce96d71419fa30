/** Items 7-12: op 9, READY, sequences, RESUME, dead resume hosts, bricked sessions, endings. */
import { message, typing } from '../lib/events.mjs';
import { expect } from '../lib/harness.mjs';

const typesOf = (client) => client.dispatches.map(({ type }) => type);

export default [
  {
    item: '7',
    row: 'op 9 d:true',
    name: 'op 9 true: keeps the session and resumes it',
    async run(t) {
      const { discord, connection } = await t.up();
      connection.invalid(true);
      await discord.wait('resumed', { withinMs: 15_000 });
      expect(discord.all('identify').length === 1, 'identified again');
    },
  },
  {
    item: '7',
    name: 'op 9 true: resumes on a new connection at the resume URL, as the docs say',
    async run(t) {
      const { discord, connection } = await t.up();
      connection.invalid(true);
      const { id, host } = await discord.wait('resume', { withinMs: 15_000 });
      expect(id !== connection.id, 'resumed on the same connection');
      expect(host === 'resume', 'resumed at the main URL');
    },
  },
  {
    item: '7',
    name: 'op 9 false: drops the session and identifies at the main URL',
    async run(t) {
      const { discord, connection } = await t.up();
      connection.invalid(false);
      const identify = await discord.wait('identify', { count: 2, withinMs: 25_000 });
      expect(identify.id !== connection.id, 'identified on the connection of the old session');
      expect(identify.host === 'main', 'identified at the resume URL');
      expect(discord.all('resume').length === 0, 'tried to resume');
    },
  },
  {
    item: '7',
    name: 'op 9 false in answer to RESUME: identifies',
    async run(t) {
      const { discord, connection } = await t.up();
      discord.sessions.clear();
      connection.close(4000);
      await discord.wait('invalid');
      await discord.wait('ready', { count: 2, withinMs: 25_000 });
      expect(discord.all('resume').length === 1, `${discord.all('resume').length} RESUMEs of a session that is gone`);
    },
  },
  {
    item: '7',
    name: 'op 9 false in answer to IDENTIFY: identifies again, not at once',
    async run(t) {
      let refusals = 1;
      const discord = await t.discord({
        on: {
          identify(connection) {
            if (refusals-- <= 0) return false;
            connection.invalid(false);
            return true;
          },
        },
      });
      t.client(discord);
      await discord.wait('ready', { withinMs: 25_000 });
      const [first, second] = discord.all('identify');
      expect(second.atMs - first.atMs > 900, `again after ${Math.round(second.atMs - first.atMs)} ms`);
    },
  },
  {
    item: '8',
    name: 'keeps session_id and resume_gateway_url of READY for the RESUME',
    async run(t) {
      const { discord, connection } = await t.up();
      connection.close(4000);
      const resume = await discord.wait('resume');
      expect(resume.host === 'resume', 'resumed at the main URL');
      expect(resume.d.session_id === discord.all('ready')[0].session, 'another session id');
    },
  },
  {
    item: '8',
    name: 'keeps the highest sequence, whatever payloads without one come after it',
    async run(t) {
      const { discord, connection } = await t.up();
      for (let turn = 0; turn < 5; turn++) discord.dispatch('TYPING_START', typing());
      connection.send({ op: 11 });
      connection.send({ op: 1, d: null });
      await discord.wait('heartbeat');
      connection.close(4000);
      const resume = await discord.wait('resume');
      expect(resume.d.seq === 6, `resumed from ${resume.d.seq}, not 6`);
    },
  },
  {
    item: '8',
    name: 'takes the sequence of an event before its listeners run, which may throw',
    async run(t) {
      const { discord, client, connection } = await t.up({}, { throwsOn: 'TYPING_START' });
      for (let turn = 0; turn < 3; turn++) discord.dispatch('TYPING_START', typing());
      discord.dispatch('MESSAGE_CREATE', message(9));
      await t.until(
        () => typesOf(client).includes('MESSAGE_CREATE'),
        4000,
        'no event after the one whose listener threw',
      );
      connection.close(4000);
      const { d } = await discord.wait('resume');
      expect(d.seq === 5, `resumed from ${d.seq}, not 5`);
    },
  },
  {
    item: '9',
    name: 'RESUME carries token, session_id and seq, and what was missed arrives once and in order',
    async run(t) {
      const { discord, client, connection } = await t.up();
      discord.dispatch('MESSAGE_CREATE', message(1));
      await t.until(() => typesOf(client).includes('MESSAGE_CREATE'), 3000, 'the first event did not arrive');
      connection.close(4000);
      for (let id = 2; id <= 6; id++) discord.dispatch('MESSAGE_CREATE', message(id));
      const { d } = await discord.wait('resume');
      expect(
        typeof d.token === 'string' && typeof d.session_id === 'string' && d.seq === 2,
        `RESUME said ${JSON.stringify({ ...d, token: typeof d.token })}`,
      );
      await discord.wait('resumed');
      const ids = () =>
        client.dispatches
          .filter(({ type }) => type === 'MESSAGE_CREATE')
          .map(({ id }) => id)
          .join();
      await t.until(() => ids() === '1,2,3,4,5,6', 4000, `the user got ${ids()}`);
    },
  },
  {
    item: '9',
    name: 'a RESUME waits for no IDENTIFY limit',
    async run(t) {
      const { discord, connection } = await t.up();
      const at = discord.nowMs();
      connection.close(4000);
      const { atMs } = await discord.wait('resume', { withinMs: 15_000 });
      expect(atMs - at < 4000, `after ${((atMs - at) / 1000).toFixed(1)} s`);
    },
  },
  {
    item: '9',
    name: 'sends the RESUME after HELLO, never before',
    async run(t) {
      let helloAt;
      const { discord, connection } = await t.up({
        on: {
          hello(next) {
            if (next.id === 0) return false;
            setTimeout(() => {
              helloAt ??= next.discord.nowMs();
              next.hello();
            }, 1500);
            return true;
          },
        },
      });
      connection.close(4000);
      const { atMs } = await discord.wait('resume');
      expect(helloAt !== undefined && atMs >= helloAt, 'RESUME before HELLO');
    },
  },
  {
    item: '9',
    row: 'send() while the session is resuming',
    name: 'a command sent while resuming is delivered after RESUMED',
    limitMs: 60_000,
    async run(t) {
      const { discord, client, connection } = await t.up({
        on: {
          resume(next, d) {
            setTimeout(() => next.isOpen && next.resumed(d), 2500);
            return true;
          },
        },
      });
      connection.close(4000);
      await discord.wait('resume');
      client.call('send', 0, { op: 3, d: { since: null, activities: [], status: 'idle', afk: false } }).catch(() => {});
      const command = await discord.wait('command', { withinMs: 12_000, what: 'never delivered' });
      const resumed = discord.all('resumed')[0];
      expect(resumed !== undefined && command.atMs >= resumed.atMs, 'delivered before RESUMED');
    },
  },
  {
    item: '10',
    row: 'resume_gateway_url answers 503',
    name: 'a resume host that answers 503: the session is resumed at the main URL',
    limitMs: 75_000,
    async run(t) {
      const { discord, connection } = await t.up();
      discord.setHost('resume', 503);
      connection.close(4000);
      await discord.wait('connect', { count: 2, withinMs: 60_000, what: 'no connection at the main URL within 60 s' });
      await t.until(
        () => discord.all('resume').length + discord.all('identify').length > 1,
        15_000,
        'neither RESUME nor IDENTIFY',
      );
      expect(discord.all('identify').length === 1, 'session lost: new IDENTIFY');
      await discord.wait('resumed');
      const tries = discord.all('refused').length;
      expect(tries <= 20, `${tries} handshakes with the dead host`);
    },
  },
  {
    item: '10',
    name: 'a resume host that resets every connection: the session is resumed at the main URL',
    limitMs: 75_000,
    async run(t) {
      const { discord, connection } = await t.up();
      discord.setHost('resume', 'reset');
      connection.close(4000);
      await discord.wait('connect', { count: 2, withinMs: 60_000, what: 'no connection at the main URL within 60 s' });
      await t.until(
        () => discord.all('resume').length + discord.all('identify').length > 1,
        15_000,
        'neither RESUME nor IDENTIFY',
      );
      expect(discord.all('identify').length === 1, 'session lost: new IDENTIFY');
      await discord.wait('resumed');
    },
  },
  {
    item: '10',
    name: 'a main URL that is down while the session is lost: comes back by itself',
    limitMs: 75_000,
    async run(t) {
      const { discord, connection } = await t.up();
      discord.setHost('resume', 'reset');
      discord.setHost('main', 'reset');
      connection.close(4000);
      await t.pause(6000);
      discord.setHost('main', 'up');
      discord.setHost('resume', 'up');
      await t.until(
        () => discord.all('resumed').length > 0 || discord.all('ready').length > 1,
        45_000,
        'not back 45 s after the hosts were',
      );
    },
  },
  {
    item: '11',
    name: 'a bricked session: gives RESUME up after a few tries, and identifies',
    limitMs: 130_000,
    async run(t) {
      const { discord, connection } = await t.up({
        on: {
          resume(next) {
            next.kill();
            return true;
          },
        },
      });
      connection.close(4000);
      await discord.wait('ready', { count: 2, withinMs: 110_000, what: 'no IDENTIFY within 110 s' });
      const tries = discord.all('resume').length;
      expect(tries >= 1 && tries <= 15, `${tries} RESUMEs before the IDENTIFY`);
    },
  },
  {
    item: '12',
    name: 'an ending for good closes with 1000 or 1001',
    async run(t) {
      const { discord, client } = await t.up();
      client.call('close').catch(() => {});
      const { code } = await discord.wait('close', { withinMs: 6000 });
      expect(code === 1000 || code === 1001, `closed with ${code}`);
    },
  },
  {
    item: '12',
    name: 'an ending to be resumed closes with another code',
    async run(t) {
      const { discord, client } = await t.up({}, { sessionFolder: t.folder() });
      await client.call('closeResumable');
      const { code } = await discord.wait('close', { withinMs: 6000 });
      expect(code !== 1000 && code !== 1001, `closed with ${code}`);
    },
  },
  {
    item: '12',
    name: 'a new process resumes the session of one that was killed, and misses no event',
    async run(t) {
      const sessionFolder = t.folder();
      const { discord, client } = await t.up({}, { sessionFolder });
      discord.dispatch('MESSAGE_CREATE', message(1));
      await t.until(() => typesOf(client).includes('MESSAGE_CREATE'), 3000, 'the first event did not arrive');
      await t.pause(1500);
      await client.kill();
      discord.dispatch('MESSAGE_CREATE', message(2));
      const next = t.client(discord, { sessionFolder });
      await t.until(() => next.dispatches.some(({ id }) => id === '2'), 15_000, 'the missed event did not arrive');
      expect(discord.all('identify').length === 1, 'identified again');
    },
  },
];
