/**
 * A slash command, a button and a modal over the gateway: the command shows the button, the button opens the modal, the modal
 * answers. Everything typed by its definition or its pattern.
 *
 *   BOT_TOKEN=… node dist/slash-bot.js
 */
import { Client, customId, OptionType } from 'tinfoil';

const bot = new Client(process.env.BOT_TOKEN, {
  intents: ['Guilds'],
  rest: { baseUrl: process.env.TINFOIL_API_URL },
});

bot.interactions
  .command(
    {
      name: 'survey',
      description: 'Asks a question',
      options: [{ type: OptionType.String, name: 'topic', description: 'What it is about', required: true }],
    },
    (i) =>
      i.reply({
        content: `Tell us about ${i.options.topic}`,
        components: [
          {
            type: 1,
            components: [
              { type: 2, style: 1, label: 'Answer', custom_id: customId('answer/:topic', { topic: i.options.topic }) },
            ],
          },
        ],
      }),
  )
  .component('answer/:topic', (i) =>
    i.showModal({
      custom_id: customId('survey/:topic', { topic: i.params.topic }),
      title: 'Survey',
      components: [{ type: 1, components: [{ type: 4, custom_id: 'text', label: 'Your answer', style: 2 }] }],
    }),
  )
  .modal('survey/:topic', (i) => i.reply({ content: `On ${i.params.topic}: ${i.text('text')}`, flags: 64 }));

bot.on('error', ({ cause }) => console.error(cause));
process.once('SIGTERM', () => bot.close());
await bot.interactions.register();
await bot.connect();
console.log('ready');
