/** Types of handlers; checked by `tsc`, never run. */
import type { APIMessage } from '@tinfoil/types';
import { ApplicationCommandOptionType, ApplicationCommandType } from '@tinfoil/types/v10';
import { CommandType, customId, Interactions, OptionType, type ResolvedUser } from '../../src/index.ts';

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
function expectType<Expected>() {
  return <Actual>(_value: Actual, ..._same: Equal<Expected, Actual> extends true ? [] : [never]): void => {};
}

const interactions = new Interactions();

// Options take their types from the definition: required ones are there, others may be missing, choices are a union.
interactions.command(
  {
    name: 'order',
    description: 'Orders',
    options: [
      { type: OptionType.String, name: 'item', description: 'Item', required: true },
      {
        type: OptionType.String,
        name: 'size',
        description: 'Size',
        choices: [
          { name: 'Small', value: 's' },
          { name: 'Large', value: 'l' },
        ],
      },
      { type: OptionType.Integer, name: 'count', description: 'Count' },
      { type: OptionType.Boolean, name: 'gift', description: 'Gift', required: true },
      { type: OptionType.User, name: 'for', description: 'For whom' },
    ],
  },
  (i) => {
    expectType<string>()(i.options.item);
    expectType<'s' | 'l' | undefined>()(i.options.size);
    expectType<number | undefined>()(i.options.count);
    expectType<boolean>()(i.options.gift);
    expectType<ResolvedUser | undefined>()(i.options.for);
    expectType<undefined>()(i.target);
    // @ts-expect-error no such option
    i.options.other;
    // @ts-expect-error only components update
    i.update;
  },
);

// Discord's enums do as well as numbers.
interactions.command(
  {
    type: ApplicationCommandType.ChatInput,
    name: 'enums',
    description: 'Enums',
    options: [{ type: ApplicationCommandOptionType.Number, name: 'ratio', description: 'Ratio', required: true }],
  },
  (i) => expectType<number>()(i.options.ratio),
);

// User and message commands have a target.
interactions
  .command({ type: CommandType.User, name: 'Greet' }, (i) => expectType<ResolvedUser>()(i.target))
  .command({ type: CommandType.Message, name: 'Quote' }, (i) => expectType<APIMessage>()(i.target));

// Subcommands: a function each, with its own options.
const settings = {
  name: 'settings',
  description: 'Settings',
  options: [
    {
      type: OptionType.Subcommand,
      name: 'set',
      description: 'Sets',
      options: [{ type: OptionType.String, name: 'key', description: 'Key', required: true }],
    },
    {
      type: OptionType.SubcommandGroup,
      name: 'role',
      description: 'Roles',
      options: [{ type: OptionType.Subcommand, name: 'add', description: 'Adds' }],
    },
  ],
} as const;
interactions.command(settings, {
  set: (i) => expectType<string>()(i.options.key),
  'role add': (i) => i.reply('added'),
});
interactions.command(settings, (i) => expectType<'set' | 'role add'>()(i.subcommand));
// @ts-expect-error one subcommand has no handler
interactions.command(settings, { set: () => undefined });

// A command known by name alone has options of any type.
interactions.command('other', (i) => i.options.anything);

// Patterns name their parameters.
interactions.component('vote/:choice/:page', (i) => {
  expectType<{ readonly choice: string; readonly page: string }>()(i.params);
  // @ts-expect-error no such parameter
  i.params.other;
});
interactions.modal('feedback/:id', (i) => expectType<string>()(i.params.id));
customId('vote/:choice', { choice: 'yes' });
// @ts-expect-error the parameter is missing
customId('vote/:choice', {});

// A message comes back only when it was asked for.
interactions.command('reply', async (i) => {
  expectType<void>()(await i.reply('x'));
  expectType<APIMessage>()(await i.reply('x', { withResponse: true }));
  expectType<APIMessage>()(await i.followUp({ content: 'x' }));
});

// Webhook events have their data; unknown ones may be handled.
interactions
  .webhookEvent('APPLICATION_AUTHORIZED', (event) => event.data.scopes.length)
  .webhookEvent('LOBBY_MESSAGE_CREATE', (event) => event.data.lobby_id)
  .webhookEvent('SOMETHING_NEW', (event) => expectType<unknown>()(event.data));

// @ts-expect-error a slash command needs a description
interactions.command({ name: 'x' }, () => undefined);
