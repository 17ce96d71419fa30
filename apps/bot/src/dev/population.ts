/**
 * Simulated guilds whose members write messages and use commands. Interactions are posted, signed, to one of the pods that are ready,
 * as a Service would do it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '@tinfoil/testing';
import { shardIdOf } from 'tinfoil';

/** What the members do. */
export interface PopulationOptions {
  readonly discord: Simulator;
  readonly totalShards: number;
  readonly guildsPerShard: number;
  readonly commands: readonly string[];
  /** Interaction URLs of the pods that are ready now. */
  readonly readyUrls: () => readonly string[];
  readonly messageEveryMs: number;
  readonly interactionEveryMs: number;
}

/** Ids of what was done so far. */
export interface PopulationRecord {
  readonly messages: string[];
  /** Interactions that got an answer. */
  readonly answered: string[];
  /** Interactions that got none. */
  readonly cut: string[];
}

interface Place {
  readonly guildId: string;
  readonly channelId: string;
}

const words = [
  'hello',
  'is anyone here',
  'good morning',
  'look at this',
  'brb',
  'that worked',
  'who broke it',
  'thanks',
];

/** Members that act until they are told to stop. */
export class Population {
  readonly record: PopulationRecord = { messages: [], answered: [], cut: [] };
  readonly #options: PopulationOptions;
  readonly #places: readonly Place[];
  readonly #work: Promise<void>[] = [];
  #stopped = false;
  #turn = 0;

  constructor(options: PopulationOptions) {
    this.#options = options;
    this.#places = createPlaces(options);
  }

  get guilds(): number {
    return this.#places.length;
  }

  start(): void {
    this.#work.push(this.#every(this.#options.messageEveryMs, () => this.#write()));
    this.#work.push(this.#every(this.#options.interactionEveryMs, () => void this.#work.push(this.#command())));
  }

  /** Resolves when every interaction under way has its answer, or its failure. */
  async stop(): Promise<void> {
    this.#stopped = true;
    // Interactions join the list while it is awaited.
    for (let done = 0; done < this.#work.length; done += 1) await this.#work[done];
  }

  async #every(delayMs: number, act: () => void): Promise<void> {
    while (!this.#stopped) {
      act();
      await sleep(delayMs);
    }
  }

  #next(): { readonly turn: number; readonly place: Place } {
    const turn = this.#turn++;
    const place = this.#places[turn % this.#places.length];
    if (place === undefined) throw new Error('a population needs at least one guild');
    return { turn, place };
  }

  #write(): void {
    const { turn, place } = this.#next();
    const message = this.#options.discord.createMessage(place.channelId, { content: words[turn % words.length] ?? '' });
    this.record.messages.push(message.id);
  }

  async #command(): Promise<void> {
    const urls = this.#options.readyUrls();
    const { turn, place } = this.#next();
    const url = urls[turn % urls.length];
    const name = this.#options.commands[turn % this.#options.commands.length];
    if (url === undefined || name === undefined) return;
    const result = await this.#options.discord.interact(url, {
      guildId: place.guildId,
      channelId: place.channelId,
      data: { name },
    });
    const list = result.status >= 200 && result.status < 300 ? this.record.answered : this.record.cut;
    list.push(result.interaction.id);
  }
}

/** Guilds with one channel each, spread evenly over the shards. */
function createPlaces({ discord, totalShards, guildsPerShard }: PopulationOptions): Place[] {
  const places: Place[] = [];
  const held = new Map<number, number>();
  while (places.length < totalShards * guildsPerShard) {
    const id = discord.nextId();
    const shard = shardIdOf(id, totalShards);
    if ((held.get(shard) ?? 0) >= guildsPerShard) continue;
    held.set(shard, (held.get(shard) ?? 0) + 1);
    const guild = discord.createGuild({
      id,
      name: `Guild ${places.length + 1}`,
      memberCount: 20 + 7 * places.length,
      channels: 1,
    });
    const [channel] = guild.channels;
    if (channel !== undefined) places.push({ guildId: guild.id, channelId: channel.id });
  }
  return places;
}
