/**
 * Types that turn a command's definition, the object Discord registers, into the types its handler sees. No code runs here
 * but the table of option types.
 */
import type {
  APIAttachment,
  APIInteractionDataResolvedChannel,
  APIInteractionDataResolvedGuildMember,
  APIMessage,
  APIRole,
  APIUser,
  RESTPostAPIApplicationCommandsJSONBody,
  Snowflake,
} from '@tinfoil/types';

/** Types of command options by Discord's names. */
export const OptionType = {
  Subcommand: 1,
  SubcommandGroup: 2,
  String: 3,
  Integer: 4,
  Boolean: 5,
  User: 6,
  Channel: 7,
  Role: 8,
  Mentionable: 9,
  Number: 10,
  Attachment: 11,
} as const;

/** Type of a command option. */
export type OptionType = (typeof OptionType)[keyof typeof OptionType];

/** Types of commands by Discord's names. */
export const CommandType = { ChatInput: 1, User: 2, Message: 3, PrimaryEntryPoint: 4 } as const;

/** Type of a command. */
export type CommandType = (typeof CommandType)[keyof typeof CommandType];

/** The same value, with everything in it read-only. */
export type DeepReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
  : Value;

/** Definition of a command, as Discord's API takes it. */
export type CommandDefinition = DeepReadonly<RESTPostAPIApplicationCommandsJSONBody>;

/** User of an option or target, with the member when the interaction came from a guild the user is in. */
export interface ResolvedUser {
  readonly id: Snowflake;
  readonly user: APIUser;
  readonly member?: APIInteractionDataResolvedGuildMember | undefined;
}

/** User or role of a mentionable option. */
export interface ResolvedMentionable {
  readonly id: Snowflake;
  readonly user?: APIUser | undefined;
  readonly member?: APIInteractionDataResolvedGuildMember | undefined;
  readonly role?: APIRole | undefined;
}

/** Any value an option can have. Ids that Discord did not resolve stay ids. */
export type OptionValue =
  | string
  | number
  | boolean
  | ResolvedUser
  | ResolvedMentionable
  | APIInteractionDataResolvedChannel
  | APIRole
  | APIAttachment;

interface Shape {
  readonly type: number;
  readonly name: string;
  readonly required?: boolean | undefined;
  readonly choices?: readonly { readonly value: string | number }[] | undefined;
  readonly options?: readonly Shape[] | undefined;
}

// Through text, so that numbers and the members of Discord's enums count as the same.
interface ValueByType {
  readonly 3: string;
  readonly 4: number;
  readonly 5: boolean;
  readonly 6: ResolvedUser;
  readonly 7: APIInteractionDataResolvedChannel;
  readonly 8: APIRole;
  readonly 9: ResolvedMentionable;
  readonly 10: number;
  readonly 11: APIAttachment;
}

type ValueOf<Option extends Shape> = Option extends {
  readonly choices: readonly [infer First extends { readonly value: string | number }, ...infer Rest];
}
  ? First['value'] | (Rest[number] & { readonly value: string | number })['value']
  : `${Option['type']}` extends `${infer Type extends keyof ValueByType}`
    ? ValueByType[Type]
    : never;

type ValuesOf<Options extends readonly Shape[]> = {
  readonly [Option in Options[number] as Option['name']]:
    | ValueOf<Option>
    | (Option extends { readonly required: true } ? never : undefined);
};

type IsSubcommand<Option extends Shape> = `${Option['type']}` extends '1' ? true : false;
type IsGroup<Option extends Shape> = `${Option['type']}` extends '2' ? true : false;

type OptionsIn<Definition> = Definition extends { readonly options: infer Options extends readonly Shape[] }
  ? Options
  : readonly [];

/** Paths of a definition's subcommands: `set`, or `group set`; `never` when it has none. */
export type SubcommandPath<Definition> = SubcommandEntry<Definition>[0];

type SubcommandEntry<Definition> = EntryOf<OptionsIn<Definition>[number]>;

// Both distribute over the union of a definition's options.
type EntryOf<Option extends Shape> = Option extends Shape
  ? IsSubcommand<Option> extends true
    ? [Option['name'], ValuesOf<OptionsIn<Option>>]
    : IsGroup<Option> extends true
      ? EntryInGroup<Option['name'], OptionsIn<Option>[number]>
      : never
  : never;

type EntryInGroup<Group extends string, Option extends Shape> = Option extends Shape
  ? [`${Group} ${Option['name']}`, ValuesOf<OptionsIn<Option>>]
  : never;

/** Values of one subcommand's options by name. */
export type SubcommandOptions<Definition, Path> = Extract<SubcommandEntry<Definition>, [Path, unknown]>[1];

/** Values of a definition's options by name; of no known names when the definition is not known to the compiler. */
export type CommandOptions<Definition> =
  string extends NameOf<Definition>
    ? Readonly<Record<string, OptionValue | undefined>>
    : [SubcommandPath<Definition>] extends [never]
      ? ValuesOf<OptionsIn<Definition>>
      : SubcommandEntry<Definition>[1];

type NameOf<Definition> = Definition extends { readonly name: infer Name } ? Name : string;

/** Target of a user or message command. */
export type CommandTarget<Definition> =
  string extends NameOf<Definition>
    ? ResolvedUser | APIMessage | undefined
    : Definition extends { readonly type: infer Type extends number }
      ? `${Type}` extends '2'
        ? ResolvedUser
        : `${Type}` extends '3'
          ? APIMessage
          : undefined
      : undefined;
