/** The bot: its commands. Each request's signature is verified before anything here runs. */
import { Interactions, type InteractionsOptions } from '@tinfoil/interactions';

export function createBot(options: InteractionsOptions): Interactions {
  return new Interactions(options)
    .command({ name: 'ping', description: 'Answers pong' }, (i) => i.reply({ content: 'pong' }))
    .on('error', ({ source, cause }) => console.error(source, cause));
}
