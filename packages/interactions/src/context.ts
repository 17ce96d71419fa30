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
  APIModalSubmission,
  APIUser,
  FileUpload,
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

/** Fields of `data` that some kind of interaction has. */
interface AnyData {
  readonly name?: string;
  readonly type?: number;
  readonly custom_id?: string;
  readonly target_id?: string;
  readonly values?: readonly string[];
  readonly options?: readonly PayloadOption[];
  readonly components?: APIModalSubmission['components'];
  readonly resolved?: APIInteractionDataResolved;
}

const ephemeral = 64;
const noFiles: readonly ReadFile[] = [];

/** Context of every kind of interaction. */
export class Context {
  readonly interaction: HandledInteraction;
  readonly params: Readonly<Record<string, string>>;
  readonly ownerReachable: boolean;
  readonly #responder: Responder;
  #read: ReadOptions | undefined;
  #options: Record<string, OptionValue | undefined> | undefined;

  constructor(
    interaction: HandledInteraction,
    responder: Responder,
    params: Readonly<Record<string, string>>,
    ownerReachable: boolean,
  ) {
    this.interaction = interaction;
    this.params = params;
    this.ownerReachable = ownerReachable;
    this.#responder = responder;
  }

  get id(): Snowflake {
    return this.interaction.id;
  }

  get applicationId(): Snowflake {
    return this.interaction.application_id;
  }

  get guildId(): Snowflake | undefined {
    return this.interaction.guild_id;
  }

  get channelId(): Snowflake | undefined {
    return this.interaction.channel?.id ?? this.interaction.channel_id;
  }

  get user(): APIUser {
    // Discord sends one of the two: the member in guilds, the user elsewhere.
    return (this.interaction.member?.user ?? this.interaction.user) as APIUser;
  }

  get member(): APIInteractionGuildMember | undefined {
    return this.interaction.member;
  }

  get locale(): string {
    return this.interaction.locale;
  }

  get name(): string {
    return this.#data.name ?? '';
  }

  get customId(): string {
    return this.#data.custom_id ?? '';
  }

  get subcommand(): string | undefined {
    return this.#readOptions.subcommand;
  }

  get options(): Readonly<Record<string, OptionValue | undefined>> {
    this.#options ??= resolveOptions(this.#readOptions.leaves, this.#data.resolved);
    return this.#options;
  }

  get focused(): { readonly name: string; readonly value: string } {
    const option = this.#readOptions.leaves.find(({ focused }) => focused === true);
    return { name: option?.name ?? '', value: String(option?.value ?? '') };
  }

  get target(): ResolvedUser | APIMessage | undefined {
    return resolveTarget(this.#data);
  }

  get values(): readonly string[] {
    return this.#data.values ?? [];
  }

  get resolved(): APIInteractionDataResolved {
    return this.#data.resolved ?? {};
  }

  get message(): APIMessage | undefined {
    return this.interaction.message;
  }

  get fields(): Readonly<Record<string, ModalValue | undefined>> {
    const fields: Record<string, ModalValue | undefined> = Object.create(null);
    for (const row of this.#data.components ?? []) {
      const inputs = 'components' in row ? row.components : 'component' in row ? [row.component] : [];
      for (const input of inputs) fields[input.custom_id] = 'values' in input ? input.values : input.value;
    }
    return fields;
  }

  text(customId: string): string {
    const value = this.fields[customId];
    return typeof value === 'string' ? value : '';
  }

  selected(customId: string): readonly string[] {
    const value = this.fields[customId];
    return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
  }

  async reply(body: MessageBody, options?: ReplyOptions): Promise<APIMessage | undefined> {
    const message = toMessage(body);
    const files = options?.files === undefined ? noFiles : await read(options.files);
    const withMessage = options?.withResponse === true;
    const said = await this.#responder.say(
      'reply',
      { type: 'reply', isEphemeral: isEphemeral(message) },
      message,
      files,
      withMessage,
    );
    return withMessage ? (said ?? (await this.fetchReply())) : undefined;
  }

  async defer(options?: DeferOptions): Promise<void> {
    const intent = { type: 'defer', isEphemeral: options?.ephemeral === true } as const;
    await this.#responder.say('defer', intent, intent.isEphemeral ? { flags: ephemeral } : undefined);
  }

  async deferUpdate(): Promise<void> {
    await this.#responder.say('defer the update', { type: 'deferUpdate' });
  }

  async update(body: MessageBody, options?: MessageOptions): Promise<void> {
    const message = toMessage(body);
    const files = options?.files === undefined ? noFiles : await read(options.files);
    await this.#responder.say('update', { type: 'update' }, message, files);
  }

  async followUp(body: MessageBody, options?: MessageOptions): Promise<APIMessage> {
    const message = toMessage(body);
    const files = await read(options?.files);
    const intent = { type: 'followUp', isEphemeral: isEphemeral(message) } as const;
    // Whatever a follow-up turns into is answered with the message.
    return (await this.#responder.say('follow up', intent, message, files)) as APIMessage;
  }

  async editReply(body: EditBody, options?: EditOptions): Promise<APIMessage> {
    const message = typeof body === 'string' ? { content: body } : body;
    // An edit's fields are those of a message, where `null` clears one.
    assertMessage(message as APIInteractionResponseCallbackData);
    const files = await read(options?.files);
    const edited =
      options?.messageId === undefined
        ? this.#responder.say('edit the reply', { type: 'edit' }, message, files)
        : this.#responder.message('edit a follow-up', 'PATCH', options.messageId, message, files);
    // PATCH and POST of a message are answered with it.
    return (await edited) as APIMessage;
  }

  async deleteReply(options?: { readonly messageId?: Snowflake | undefined }): Promise<void> {
    await this.#responder.message('delete the reply', 'DELETE', options?.messageId);
  }

  async fetchReply(options?: { readonly messageId?: Snowflake | undefined }): Promise<APIMessage> {
    // GET of a message is answered with it.
    return (await this.#responder.message('fetch the reply', 'GET', options?.messageId)) as APIMessage;
  }

  async showModal(modal: APIModalInteractionResponseCallbackData): Promise<void> {
    assertModal(modal);
    await this.#responder.say('show a modal', { type: 'modal' }, modal);
  }

  async respond(choices: readonly APIApplicationCommandOptionChoice[]): Promise<void> {
    assertChoices(choices);
    await this.#responder.say('respond with choices', { type: 'choices' }, { choices });
  }

  get #data(): AnyData {
    // Every kind of data has a subset of these fields, with these types.
    return this.interaction.data as AnyData;
  }

  get #readOptions(): ReadOptions {
    this.#read ??= readOptions(this.#data.options);
    return this.#read;
  }
}

function toMessage(body: MessageBody): APIInteractionResponseCallbackData {
  const message = typeof body === 'string' ? { content: body } : body;
  if (typeof message !== 'object' || message === null)
    throw new TypeError(`interactions: a message must be a string or an object, got ${typeof message}`);
  assertMessage(message);
  return message;
}

function isEphemeral(message: APIInteractionResponseCallbackData): boolean {
  return ((message.flags ?? 0) & ephemeral) !== 0;
}

async function read(files: readonly FileUpload[] | undefined): Promise<readonly ReadFile[]> {
  if (files === undefined || files.length === 0) return noFiles;
  assertFiles(files);
  return readFiles(files);
}
