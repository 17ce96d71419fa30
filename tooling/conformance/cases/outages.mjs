/** What is left of the experiments in which clients failed: a Discord that is away for a while. */
import { expect } from '../lib/harness.mjs';

export default [
  {
    item: '10',
    row: '15 s outage (TCP accepts then resets)',
    name: 'an outage of 15 s: at most 30 connections, and back within 35 s of its end',
    limitMs: 90_000,
    async run(t) {
      const { discord, connection } = await t.up();
      discord.setHost('main', 'reset');
      discord.setHost('resume', 'reset');
      connection.kill();
      await t.pause(15_000);
      const tries = discord.all('refused').length;
      discord.setHost('main', 'up');
      discord.setHost('resume', 'up');
      expect(tries >= 1, 'never tried');
      expect(tries <= 30, `${tries} connections in 15 s`);
      await t.until(
        () => discord.all('resumed').length > 0 || discord.all('ready').length > 1,
        35_000,
        'not back 35 s after its end',
      );
    },
  },
  {
    item: '10',
    name: 'a host that never answers the handshake is given up',
    limitMs: 80_000,
    async run(t) {
      const { discord, connection } = await t.up();
      discord.setHost('resume', 'hang');
      connection.close(4000);
      await t.until(
        () => discord.all('resume').length + discord.all('identify').length > 1,
        75_000,
        'neither RESUME nor IDENTIFY within 75 s',
      );
    },
  },
];
