/**
 * The one object behind every context interface of `contexts.ts`: reads the payload on demand, checks limits, and hands
 * answers to the {@link Responder}. Which of its methods a handler sees is decided by types.
 */
import type {
  APIApplicationCommandOptionChoice,
  APIInteractionDataResolved,
  APIInteractionGuildMember,
  APIInteractionResponseCallbackData,
  APIMessage,
  APIModalInteractionResponseCallbackData,
  APIUser,
  Snowflake,
} from '@tinfoil/types';
import { type PayloadOption, type ReadOptions, readOptions, resolveOptions, resolveTarget } from './command-options.ts';
import type {
  DeferOptions,
  EditBody,
  EditOptions,
  MessageBody,
  MessageOptions,
  ModalValue,
  ReplyOptions,
} from './contexts.ts';
import type { OptionValue, ResolvedUser } from './definitions.ts';
import { assertChoices, assertFiles, assertMessage, assertModal } from './limits.ts';
import { type ReadFile, readFiles } from './multipart.ts';
import type { Responder } from './responder.ts';
import type { HandledInteraction } from './webhook-events.ts';

/** Input of a submitted modal; some kinds have one value, others several. */
interface ModalInput {
  readonly custom_id: string;
  readonly value?: string | boolean | null;
  readonly values?: readonly string[];
}

/** Fields of `data` that some kind of interaction has. */
interface AnyData {
  readonly name?: string;
  readonly type?: number;
  readonly custom_id?: string;
  readonly target_id?: string;
  readonly values?: readonly string[];
  readonly options?: readonly PayloadOption[];
  /** Rows of inputs, or labels with one input each. */
  readonly components?: readonly { readonly components?: readonly ModalInput[]; readonly component?: ModalInput }[];
  readonly resolved?: APIInteractionDataResolved;
}

/** Context of every kind of interaction. */
export class Context {
  readonly interaction: HandledInteraction;
  readonly params: Readonly<Record<string, string>>;
  readonly ownerReachable: boolean;
  readonly id: Snowflake;
  readonly applicationId: Snowflake;
  readonly guildId: Snowflake | undefined;
  readonly channelId: Snowflake | undefined;
  readonly user: APIUser;
  readonly member: APIInteractionGuildMember | undefined;
  readonly locale: string;
  readonly message: APIMessage | undefined;
  readonly name: string;
  readonly customId: string;
  readonly values: readonly string[];
  readonly resolved: APIInteractionDataResolved;
  readonly #responder: Responder;
  readonly #data: AnyData;
  #read: ReadOptions | undefined;
  #options: Record<string, OptionValue | undefined> | undefined;

  constructor(
    interaction: HandledInteraction,
    responder: Responder,
    params: Readonly<Record<string, string>>,
    ownerReachable: boolean,
  ) {
    // Every kind of data has a subset of these fields, with these types.
    const data = interaction.data as AnyData;
    this.interaction = interaction;
    this.params = params;
    this.ownerReachable = ownerReachable;
    this.id = interaction.id;
    this.applicationId = interaction.application_id;
    this.guildId = interaction.guild_id;
    this.channelId = interaction.channel?.id ?? interaction.channel_id;
    this.member = interaction.member;
    // Discord sends one of the two: the member in guilds, the user elsewhere.
    this.user = (interaction.member?.user ?? interaction.user) as APIUser;
    this.locale = interaction.locale;
    this.message = interaction.message;
    this.name = data.name ?? '';
    this.customId = data.custom_id ?? '';
    this.values = data.values ?? [];
    this.resolved = data.resolved ?? {};
    this.#responder = responder;
    this.#data = data;
  }

  get subcommand(): string | undefined {
    return this.#readOptions().subcommand;
  }

  get options(): Readonly<Record<string, OptionValue | undefined>> {
    this.#options ??= resolveOptions(this.#readOptions().leaves, this.resolved);
    return this.#options;
  }

  get focused(): { readonly name: string; readonly value: string } {
    const option = this.#readOptions().leaves.find(({ focused }) => focused);
    return { name: option?.name ?? '', value: String(option?.value ?? '') };
  }

  get target(): ResolvedUser | APIMessage | undefined {
    return resolveTarget(this.#data);
  }

  get fields(): Readonly<Record<string, ModalValue | undefined>> {
    const fields: Record<string, ModalValue | undefined> = Object.create(null);
    for (const { components = [], component } of this.#data.components ?? [])
      for (const { custom_id, value, values } of component ? [component] : components)
        fields[custom_id] = values ?? value;
    return fields;
  }

  text(customId: string): string {
    const value = this.fields[customId];
    return typeof value === 'string' ? value : '';
  }

  selected(customId: string): readonly string[] {
    return [this.fields[customId] || []].flat().map(String);
  }

  async reply(body: MessageBody, options?: ReplyOptions): Promise<APIMessage | undefined> {
    const withMessage = options?.withResponse;
    const message = await this.#send('reply', 'reply', body, options, withMessage);
    return withMessage ? (message ?? this.fetchReply()) : undefined;
  }

  async defer(options?: DeferOptions): Promise<void> {
    const flags = options?.ephemeral ? 64 : 0;
    await this.#responder.say('defer', { type: 'defer', flags }, flags ? { flags } : undefined);
  }

  async deferUpdate(): Promise<void> {
    await this.#responder.say('defer the update', { type: 'deferUpdate' });
  }

  async update(body: MessageBody, options?: MessageOptions): Promise<void> {
    await this.#send('update', 'update', body, options);
  }

  async followUp(body: MessageBody, options?: MessageOptions): Promise<APIMessage> {
    // Whatever a follow-up turns into is answered with the message.
    return (await this.#send('follow up', 'followUp', body, options)) as APIMessage;
  }

  async editReply(body: EditBody, options?: EditOptions): Promise<APIMessage> {
    // An edit's fields are those of a message, where `null` clears one; it is answered with the message.
    const message = body as MessageBody;
    if (options?.messageId === undefined)
      return (await this.#send('edit the reply', 'edit', message, options)) as APIMessage;
    const files = await read(options);
    return this.#responder.message('edit a follow-up', 'PATCH', options.messageId, toMessage(message), files);
  }

  async deleteReply(options?: { readonly messageId?: Snowflake | undefined }): Promise<void> {
    await this.#responder.message('delete the reply', 'DELETE', options?.messageId);
  }

  async fetchReply(options?: { readonly messageId?: Snowflake | undefined }): Promise<APIMessage> {
    return this.#responder.message('fetch the reply', 'GET', options?.messageId);
  }

  async showModal(modal: APIModalInteractionResponseCallbackData): Promise<void> {
    assertModal(modal);
    await this.#responder.say('show a modal', { type: 'modal' }, modal);
  }

  async respond(choices: readonly APIApplicationCommandOptionChoice[]): Promise<void> {
    assertChoices(choices);
    await this.#responder.say('respond with choices', { type: 'choices' }, { choices });
  }

  async #send(
    action: string,
    type: 'reply' | 'followUp' | 'update' | 'edit',
    body: MessageBody,
    options: MessageOptions | undefined,
    withMessage?: boolean | undefined,
  ): Promise<APIMessage | undefined> {
    const message = toMessage(body);
    // Without files nothing is waited for: a reply is said before its promise is looked at.
    const files = options?.files === undefined ? [] : await read(options);
    const flags = (message.flags ?? 0) & 64 ? 64 : 0;
    return this.#responder.say(action, { type, flags }, message, files, withMessage);
  }

  #readOptions(): ReadOptions {
    this.#read ??= readOptions(this.#data.options);
    return this.#read;
  }
}

function toMessage(body: MessageBody): APIInteractionResponseCallbackData {
  const message = typeof body === 'string' ? { content: body } : body;
  assertMessage(message);
  return message;
}

async function read({ files = [] }: MessageOptions): Promise<readonly ReadFile[]> {
  assertFiles(files);
  return readFiles(files);
}
