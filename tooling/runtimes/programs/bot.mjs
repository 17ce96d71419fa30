/** The bot that runs everywhere: one handler for each way of answering. */
import { Interactions } from '@tinfoil/interactions';

/** Makes it. `baseUrl` is the Simulator's REST address. */
export function createBot({ publicKey, baseUrl, ...options }) {
  return new Interactions({ publicKey, baseUrl, maxBodyBytes: 65_536, deferAfterMs: 300, ...options })
    .command('ping', (i) => i.reply({ content: 'pong' }))
    .command('file', (i) => i.reply({ content: 'file' }, { files: [{ name: 'a.txt', data: 'hello' }] }))
    .command('more', async (i) => {
      await i.reply({ content: 'one' });
      await i.followUp({ content: 'two' });
    })
    .command('slow', async (i) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      await i.reply({ content: 'late' });
    })
    .command('back', async (i) => {
      const { id } = await i.reply({ content: 'mine' }, { withResponse: true });
      await i.editReply({ content: id });
    })
    .command('bad', () => {
      throw new Error('no luck');
    })
    .component('vote/:choice', (i) => i.update({ content: i.params.choice }))
    .webhookEvent('APPLICATION_AUTHORIZED', () => undefined);
}
