/**
 * Simulated guilds whose members write messages and use commands. Interactions are posted, signed, to one of the pods that are ready,
 * as a Service would do it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '@tinfoil/testing';

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
  /** An interaction got its answer, or none. */
  readonly onInteraction: (id: string, answered: boolean) => void;
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
  readonly #options: PopulationOptions;
  readonly #places: readonly Place[];
  readonly #work = new Set<Promise<void>>();
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
    this.#track(this.#every(this.#options.messageEveryMs, () => this.#write()));
    this.#track(this.#every(this.#options.interactionEveryMs, () => this.#track(this.#command())));
  }

  /** Resolves when every interaction under way has its answer, or its failure. */
  async stop(): Promise<void> {
    this.#stopped = true;
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #track(work: Promise<void>): void {
    const done: Promise<void> = work.finally(() => this.#work.delete(done));
    this.#work.add(done);
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
    this.#options.discord.createMessage(place.channelId, { content: words[turn % words.length] ?? '' });
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
    this.#options.onInteraction(result.interaction.id, result.callback !== null);
  }
}

/** Guilds with one channel each, the same number on every shard. */
function createPlaces({ discord, totalShards, guildsPerShard }: PopulationOptions): Place[] {
  return Array.from({ length: totalShards * guildsPerShard }, (_, index) => {
    const guild = discord.createGuild({
      name: `Guild ${index + 1}`,
      shardId: index % totalShards,
      totalShards,
      memberCount: 20 + 7 * index,
      channels: 1,
    });
    const [channel] = guild.channels;
    if (channel === undefined) throw new Error('a guild was made without its channel');
    return { guildId: guild.id, channelId: channel.id };
  });
}
