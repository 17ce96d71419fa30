/**
 * What handlers are called with: one interface per kind of interaction, each with only the answers that Discord takes for it.
 */
import type {
  APIApplicationCommandAutocompleteInteraction,
  APIApplicationCommandInteraction,
  APIApplicationCommandOptionChoice,
  APIInteractionDataResolved,
  APIInteractionGuildMember,
  APIInteractionResponseCallbackData,
  APIMessage,
  APIMessageComponentInteraction,
  APIModalInteractionResponseCallbackData,
  APIModalSubmitInteraction,
  APIUser,
  FileUpload,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
  Snowflake,
} from '@tinfoil/types';
import type { CommandOptions, CommandTarget, OptionValue, SubcommandPath } from './definitions.ts';

/** Message as Discord takes it, or its text alone. */
export type MessageBody = string | APIInteractionResponseCallbackData;

/** Changes to a message, or its new text alone. */
export type EditBody = string | RESTPatchAPIInteractionOriginalResponseJSONBody;

/** Options of a message. */
export interface MessageOptions {
  /** At most 10; read into memory before anything is sent. */
  readonly files?: readonly FileUpload[] | undefined;
}

/** Options of a first response. */
export interface ReplyOptions extends MessageOptions {
  /** Resolve to the message; costs a request of its own, whatever `respondWith` says. */
  readonly withResponse?: boolean | undefined;
}

/** Options of an edit. */
export interface EditOptions extends MessageOptions {
  /** A follow-up's id. @defaultValue the first response */
  readonly messageId?: Snowflake | undefined;
}

/** Options of a deferral. */
export interface DeferOptions {
  /** Only the user sees the answer; fixed from here on. @defaultValue false */
  readonly ephemeral?: boolean | undefined;
}

/** Common to all interactions. */
export interface BaseContext<Interaction> {
  /** Payload as Discord sent it. It holds the interaction's token. */
  readonly interaction: Interaction;
  readonly id: Snowflake;
  readonly applicationId: Snowflake;
  readonly guildId: Snowflake | undefined;
  readonly channelId: Snowflake | undefined;
  readonly user: APIUser;
  /** Present in guilds. */
  readonly member: APIInteractionGuildMember | undefined;
  /** Language of the user. */
  readonly locale: string;
  /** False when `routing: 'owner'` was asked for and the guild's owner did not answer, so that this process stands in. */
  readonly ownerReachable: boolean;
}

/** Answers with messages. All of them check Discord's limits first, and reject with a RangeError naming the field. */
export interface Replies {
  /** First response; after a deferral it fills the deferred message. Rejects with `ALREADY_ANSWERED` on a second. */
  reply(body: MessageBody, options: ReplyOptions & { readonly withResponse: true }): Promise<APIMessage>;
  reply(body: MessageBody, options?: ReplyOptions): Promise<void>;
  /** Shows that the bot is thinking, and gives it 15 minutes to {@link editReply}. */
  defer(options?: DeferOptions): Promise<void>;
  /** Another message. Waits until the first response has left. Rejects with `NOT_ANSWERED` before any answer. */
  followUp(body: MessageBody, options?: MessageOptions): Promise<APIMessage>;
  /** Changes the first response, or a follow-up. Rejects with `NOT_ANSWERED` before any answer. */
  editReply(body: EditBody, options?: EditOptions): Promise<APIMessage>;
  deleteReply(options?: { readonly messageId?: Snowflake | undefined }): Promise<void>;
  fetchReply(options?: { readonly messageId?: Snowflake | undefined }): Promise<APIMessage>;
}

/** Answers that change the message a component sits on. */
export interface Updates {
  update(body: MessageBody, options?: MessageOptions): Promise<void>;
  /** Acknowledges without a visible change; {@link Replies.editReply} then changes the message. */
  deferUpdate(): Promise<void>;
}

/** Answers with a modal. */
export interface Modals {
  /** Opens a modal. Only as a first response: a handler that shows one must do so before the automatic deferral. */
  showModal(modal: APIModalInteractionResponseCallbackData): Promise<void>;
}

/** Command. */
export interface CommandContext<Definition = unknown>
  extends BaseContext<APIApplicationCommandInteraction>,
    Replies,
    Modals {
  readonly name: string;
  /** `set` or `group set`; `undefined` for a command without subcommands. */
  readonly subcommand: [SubcommandPath<Definition>] extends [never] ? string | undefined : SubcommandPath<Definition>;
  /** Values by option name, resolved. */
  readonly options: CommandOptions<Definition>;
  /** Of a user or message command. */
  readonly target: CommandTarget<Definition>;
}

/** Subcommand, with its own options. */
export interface SubcommandContext<Options> extends Omit<CommandContext, 'options' | 'subcommand'> {
  readonly subcommand: string;
  readonly options: Options;
}

/** Button or select. */
export interface ComponentContext<Params = Readonly<Record<string, string>>>
  extends BaseContext<APIMessageComponentInteraction>,
    Replies,
    Updates,
    Modals {
  readonly customId: string;
  /** Parameters of the pattern. */
  readonly params: Params;
  /** Chosen values of a select, ids for those of users, roles and channels; empty for a button. */
  readonly values: readonly string[];
  /** Users, members, roles and channels that the values name. */
  readonly resolved: APIInteractionDataResolved;
  /** Message that the component sits on. */
  readonly message: APIMessage;
}

/** Submitted modal. */
export interface ModalContext<Params = Readonly<Record<string, string>>>
  extends BaseContext<APIModalSubmitInteraction>,
    Replies,
    Updates {
  readonly customId: string;
  /** Parameters of the pattern. */
  readonly params: Params;
  /** Values by the `custom_id` of each input: text, chosen values, a checkbox's state, `null` where nothing was chosen. */
  readonly fields: Readonly<Record<string, ModalValue | undefined>>;
  /** Text of an input, empty when it is none or has none. */
  text(customId: string): string;
  /** Chosen values of a select, group or upload, empty when there are none. */
  selected(customId: string): readonly string[];
  /** Users, members, roles, channels and attachments that the values name. */
  readonly resolved: APIInteractionDataResolved;
  /** Message whose component opened the modal, if one did. */
  readonly message: APIMessage | undefined;
}

/** Value of a modal's input. */
export type ModalValue = string | boolean | readonly string[] | null;

/** Someone types an option. */
export interface AutocompleteContext extends BaseContext<APIApplicationCommandAutocompleteInteraction> {
  readonly name: string;
  readonly subcommand: string | undefined;
  /** Option being typed, and its text or number so far. */
  readonly focused: { readonly name: string; readonly value: string };
  /** What is filled in so far; ids are not resolved by Discord here. */
  readonly options: Readonly<Record<string, OptionValue | undefined>>;
  /** At most 25; a handler may return them instead. */
  respond(choices: readonly APIApplicationCommandOptionChoice[]): Promise<void>;
}
