/** Simulator and a bot's endpoint on loopback, put away at the end of each test. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type InteractionResult, Simulator, type SimulatorOptions } from '@tinfoil/testing';
import { onTestFinished } from 'vitest';
import { type InteractionErrorEvent, Interactions, type InteractionsOptions } from '../../src/index.ts';
import { toNodeHandler } from '../../src/node.ts';

export interface Stage {
  readonly discord: Simulator;
  readonly interactions: Interactions;
  readonly url: string;
  readonly errors: InteractionErrorEvent[];
  readonly guildId: string;
  command(name: string, data?: object): Promise<InteractionResult>;
  component(customId: string): Promise<InteractionResult>;
}

export async function createStage(
  options: InteractionsOptions = {},
  simulatorOptions: SimulatorOptions = {},
): Promise<Stage> {
  const discord = await Simulator.start(simulatorOptions);
  const errors: InteractionErrorEvent[] = [];
  const interactions = new Interactions({
    publicKey: discord.publicKey,
    baseUrl: discord.restUrl,
    token: discord.token,
    ...options,
  }).on('error', (event) => errors.push(event));
  const server = createServer(toNodeHandler(interactions));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await interactions.idle();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await discord.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const guild = discord.createGuild({ channels: 1 });
  const message = discord.createMessage(guild.channels[0]!.id, { content: 'with buttons' });
  return {
    discord,
    interactions,
    url,
    errors,
    guildId: guild.id,
    command: (name, data) => discord.interact(url, { guildId: guild.id, data: { name, ...data } }),
    component: (customId) =>
      discord.interact(url, { type: 3, guildId: guild.id, message, data: { custom_id: customId, component_type: 2 } }),
  };
}

/** Promise and its key, for handlers that wait until the test lets them go. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
