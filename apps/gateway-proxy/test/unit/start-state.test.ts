/** Start state on disk: what is read back is what the events say, whenever it was written, folded, tidied or torn. */
import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShardState } from '../../src/start/shard-state.ts';
import { temporaryDirectory } from '../support.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const ready = { user: { id: '1' }, application: { id: '1' }, v: 10 };
const guildIds = ['11', '12', '13'];

/** A plain model of what a client must see: channel names and member counts of the guilds that are available. */
type Model = Map<string, { channels: Map<string, string>; members: number }>;

const change = fc.tuple(
  fc.constantFrom('create', 'delete', 'outage', 'put', 'remove', 'join', 'leave', 'flush', 'reopen'),
  fc.constantFrom(...guildIds),
  fc.constantFrom('21', '22', '23'),
  fc.string({ maxLength: 8 }),
);

function toEvent(
  [what, guild, channel, text]: [string, string, string, string],
  model: Model,
): [string, unknown] | undefined {
  const known = model.get(guild);
  switch (what) {
    case 'create':
      model.set(guild, { channels: new Map([['20', text]]), members: 5 });
      return [
        'GUILD_CREATE',
        {
          id: guild,
          member_count: 5,
          channels: [{ id: '20', name: text }],
          members: [{ user: { id: '1' } }, { user: { id: '2' } }],
        },
      ];
    case 'delete':
    case 'outage':
      model.delete(guild);
      return ['GUILD_DELETE', { id: guild, ...(what === 'outage' && { unavailable: true }) }];
    case 'put':
      known?.channels.set(channel, text);
      return ['CHANNEL_UPDATE', { id: channel, guild_id: guild, name: text }];
    case 'remove':
      known?.channels.delete(channel);
      return ['CHANNEL_DELETE', { id: channel, guild_id: guild }];
    case 'join':
    case 'leave':
      if (known !== undefined) known.members += what === 'join' ? 1 : -1;
      return [what === 'join' ? 'GUILD_MEMBER_ADD' : 'GUILD_MEMBER_REMOVE', { guild_id: guild, user: { id: '3' } }];
    default:
      return undefined;
  }
}

async function seen(state: ShardState): Promise<Model> {
  const ids = state.guilds().flatMap(({ id, available }) => (available ? [id] : []));
  const texts = await state.read(ids);
  return new Map(
    texts.map((text) => {
      const guild = JSON.parse(text) as {
        id: string;
        member_count: number;
        channels: { id: string; name: string }[];
        members: unknown[];
      };
      expect(guild.members).toEqual([{ user: { id: '1' } }]);
      return [
        guild.id,
        { channels: new Map(guild.channels.map(({ id, name }) => [id, name])), members: guild.member_count },
      ];
    }),
  );
}

describe('ShardState', () => {
  it('gives back what the events say', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 120 }), async (changes) => {
        const path = join(directory.path, `${run++}.log`);
        let state = new ShardState(path);
        await state.open();
        state.reset('session', ready, guildIds, 1);
        const model: Model = new Map();
        const events: { type: string; sequence: number; bytes: Buffer; start: number; end: number }[] = [];
        let sequence = 1;
        for (const step of changes) {
          if (step[0] === 'flush') await state.flush(sequence);
          if (step[0] === 'reopen') {
            await state.flush(sequence);
            await state.close();
            state = new ShardState(path);
            await state.open();
            expect(state.covers('session', sequence)).toBe(true);
            expect(state.covers('another', sequence)).toBe(false);
            // Discord's replay changes nothing that is in it already.
            for (const event of events.slice(-5)) state.apply(event);
          }
          const made = toEvent(step, model);
          if (made === undefined) continue;
          sequence += 1;
          const bytes = Buffer.from(JSON.stringify(made[1]));
          const event = { type: made[0], sequence, bytes, start: 0, end: bytes.length };
          events.push(event);
          state.apply(event);
        }
        await state.flush(sequence);
        expect(await seen(state)).toEqual(model);
        await state.close();
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the file small whatever is written', async () => {
    const path = join(directory.path, 'state.log');
    const state = new ShardState(path);
    await state.open();
    state.reset('session', ready, ['11'], 1);
    // Random, so that it does not compress.
    const name = () =>
      Array.from({ length: 2_000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
    for (let sequence = 2; sequence < 4_000; sequence++) {
      const bytes = Buffer.from(
        JSON.stringify(sequence === 2 ? { id: '11', channels: [] } : { id: '21', guild_id: '11', name: name() }),
      );
      state.apply({
        type: sequence === 2 ? 'GUILD_CREATE' : 'CHANNEL_UPDATE',
        sequence,
        bytes,
        start: 0,
        end: bytes.length,
      });
      if (sequence % 100 === 0) await state.flush(sequence);
    }
    await state.flush(4_000);
    expect(state.size).toBeLessThan(6 * 1024 * 1024);
    const [text] = await state.read(['11']);
    expect(JSON.parse(text!).channels).toHaveLength(1);
    await state.close();
    const again = new ShardState(path);
    await again.open();
    expect(await again.read(['11'])).toEqual([text]);
    await again.close();
  });

  it('cuts off what a crash tore, and then covers only what came before', async () => {
    const path = join(directory.path, 'state.log');
    const state = new ShardState(path);
    await state.open();
    state.reset('session', ready, ['11'], 1);
    await state.flush(5);
    const sound = statSync(path).size;
    await state.flush(9);
    await state.close();
    truncateSync(path, sound + 10);
    const torn = new ShardState(path);
    await torn.open();
    expect([torn.covers('session', 5), torn.covers('session', 6)]).toEqual([true, false]);
    expect(torn.size).toBe(sound);
    await torn.close();
    appendFileSync(path, Buffer.alloc(200, 7));
    const again = new ShardState(path);
    await again.open();
    expect(again.size).toBe(sound);
    await again.close();
  });
});
