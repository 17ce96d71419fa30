/** Discord's side of the memory runs, a process of its own: guilds of a realistic size, and a steady flow of events on request. */
import { Simulator } from '@tinfoil/testing';

const [shards, guilds] = process.argv.slice(2).map(Number);
const discord = await Simulator.start({
  shards,
  maxConcurrency: 1_000,
  identifyGapMs: 0,
  sessionStart: { total: 100_000, remaining: 100_000 },
  replayLimit: 10,
  ledgerLimit: 100,
});
for (let made = 0; made < guilds; made++) discord.createGuild({ channels: 50, members: 50 });

process.on('message', ({ type, count }) => {
  if (type === 'events') {
    for (let sent = 0; sent < count; sent++)
      for (let shardId = 0; shardId < shards; shardId++)
        discord.dispatch('FLOW', { sent, text: 'x'.repeat(400) }, { shardId });
    process.send({ type: 'sent' });
  }
  if (type === 'end') void discord.close().then(() => process.disconnect());
});
process.on('disconnect', () => process.exit());
process.send({ type: 'up', restUrl: discord.restUrl, token: discord.token });
