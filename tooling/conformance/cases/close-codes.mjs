/** One case per close code, and for a connection that ends without any. */
import { expect } from '../lib/harness.mjs';

const resumes = {
  1000: 'normal closure by the server',
  1001: 'going away',
  1006: 'TCP reset, no close frame',
  4000: 'unknown error',
  4001: 'unknown opcode',
  4002: 'decode error',
  4005: 'already authenticated',
  4008: 'rate limited',
};
const identifies = { 4003: 'not authenticated', 4007: 'invalid seq', 4009: 'session timed out' };
const fatal = {
  4004: 'authentication failed',
  4010: 'invalid shard',
  4011: 'sharding required',
  4012: 'invalid API version',
  4013: 'invalid intents',
  4014: 'disallowed intents',
};

function end(connection, code) {
  if (code === 1006) connection.kill();
  else connection.close(code);
}

/** Where no session is lost by the server, a close code must not lose one either. */
const resuming = Object.entries(resumes).map(([code, meaning]) => ({
  item: `close ${code}`,
  name: `${meaning}: resumes the session`,
  async run(t) {
    const { discord, connection } = await t.up();
    end(connection, Number(code));
    await t.until(
      () => discord.all('resume').length + discord.all('identify').length > 1,
      20_000,
      'did not come back within 20 s',
    );
    expect(discord.all('identify').length === 1, 'identified again');
    await discord.wait('resumed');
  },
}));

const identifying = Object.entries(identifies).map(([code, meaning]) => ({
  item: `close ${code}`,
  name: `${meaning}: identifies anew, and is READY again`,
  async run(t) {
    const { discord, connection } = await t.up();
    discord.sessions.delete(connection.session.id);
    end(connection, Number(code));
    await discord.wait('ready', { count: 2, withinMs: 25_000 });
    expect(discord.all('resume').length === 0, 'tried to resume a session that is gone');
  },
}));

const ending = Object.entries(fatal).map(([code, meaning]) => ({
  item: `close ${code}`,
  ...(code === '4014' && { row: 'close 4014' }),
  name: `${meaning}: tells the user, does not come back, and the process lives`,
  async run(t) {
    const discord = await t.discord({
      on: {
        identify(connection) {
          connection.close(Number(code));
          return true;
        },
      },
    });
    const client = t.client(discord);
    await discord.wait('close', { withinMs: 15_000 });
    await t.until(() => client.errors.length > 0 || client.state === 'failed', 5000, 'the user was told nothing');
    await t.never(() => discord.all('connect').length > 1, 6000, 'connected again');
  },
}));

export default [
  ...resuming,
  ...identifying,
  ...ending,
  {
    item: 'close none',
    name: 'TCP ends without a close frame: resumes the session',
    async run(t) {
      const { discord, connection } = await t.up();
      connection.close();
      await discord.wait('resumed', { withinMs: 40_000 });
      expect(discord.all('identify').length === 1, 'identified again');
    },
  },
  {
    item: 'close 4014',
    row: 'close 4014',
    name: 'in the midst of a session and with no error listener: the process lives',
    async run(t) {
      const { discord, connection } = await t.up({}, { listenErrors: false });
      connection.close(4014);
      await t.never(() => discord.all('connect').length > 1, 6000, 'connected again');
    },
  },
];
