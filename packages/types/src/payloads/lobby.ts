/**
 * Lobbies of the Social SDK, which `discord-api-types` leaves out.
 *
 * @see {@link https://docs.discord.com/developers/resources/lobby | Discord Docs/Lobby}
 */
import type {
  APIChannel,
  APIUser,
  MessageFlags,
  MessageType,
  RESTPostAPIChannelMessageJSONBody,
  Snowflake,
} from 'discord-api-types/v10';

/** Strings by name, at most 1,000 characters in all. */
export type LobbyMetadata = Readonly<Record<string, string>>;

/** Bits of a lobby member's flags: 1 lets the member link a channel. */
export type LobbyMemberFlags = number;

/** Member of a lobby. */
export interface LobbyMember {
  id: Snowflake;
  metadata?: LobbyMetadata | null;
  flags: LobbyMemberFlags;
  /** Name of the member in the game. */
  additional_name?: string;
}

/** Group of players who may write and talk to each other. */
export interface Lobby {
  id: Snowflake;
  application_id: Snowflake;
  metadata: LobbyMetadata | null;
  members: LobbyMember[];
  linked_channel?: APIChannel;
  flags: number;
  override_event_webhooks_url?: string | null;
}

/** Message of a lobby. */
export interface LobbyMessage {
  id: Snowflake;
  type: MessageType;
  content: string;
  lobby_id: Snowflake;
  channel_id: Snowflake;
  author: APIUser;
  lobby_member?: { additional_name: string };
  metadata?: LobbyMetadata;
  moderation_metadata?: LobbyMetadata;
  flags: MessageFlags;
  application_id?: Snowflake;
}

/** Member to be in a new or changed lobby. */
export interface LobbyMemberInput {
  readonly id: Snowflake;
  readonly metadata?: LobbyMetadata | null | undefined;
  readonly flags?: LobbyMemberFlags | null | undefined;
}

/** Body of `POST /lobbies`. */
export interface LobbyCreate {
  /** Seconds without members after which the lobby is shut down: 5 to 604,800. */
  readonly idle_timeout_seconds?: number | null | undefined;
  /** At most 25. */
  readonly members?: readonly LobbyMemberInput[] | null | undefined;
  readonly metadata?: LobbyMetadata | null | undefined;
  readonly flags?: number | null | undefined;
  readonly override_event_webhooks_url?: string | null | undefined;
}

/** Body of `PATCH /lobbies/{lobby_id}`: members given replace all there were. */
export type LobbyEdit = LobbyCreate;

/** Body of `PUT /lobbies`. */
export interface LobbyCreateOrJoin {
  /** What the players share to meet: at most 250 characters. */
  readonly secret: string;
  readonly idle_timeout_seconds?: number | null | undefined;
  readonly lobby_metadata?: LobbyMetadata | null | undefined;
  readonly member_metadata?: LobbyMetadata | null | undefined;
  readonly flags?: number | null | undefined;
}

/** Body of `PATCH /lobbies/{lobby_id}/channel-linking`; without a channel the link is cut. */
export interface LobbyChannelLink {
  readonly channel_id?: Snowflake | null | undefined;
}

/** Body of `PUT /lobbies/{lobby_id}/members/{user_id}`. */
export interface LobbyMemberPut {
  readonly metadata?: LobbyMetadata | null | undefined;
  readonly flags?: LobbyMemberFlags | null | undefined;
  readonly additional_name?: string | null | undefined;
}

/** Body of `POST /lobbies/{lobby_id}/members/bulk`: 1 to 25 changes. */
export type LobbyMemberBulkUpdate = readonly (LobbyMemberInput &
  LobbyMemberPut & { readonly remove_member?: boolean | null | undefined })[];

/** Invite to the guild of a lobby's linked channel. */
export interface LobbyGuildInvite {
  code: string;
}

/** Query of `GET /lobbies/{lobby_id}/messages`. */
export interface LobbyMessagesQuery {
  /** 1 to 200. @defaultValue 50 */
  readonly limit?: number | undefined;
}

/** Body of `POST /lobbies/{lobby_id}/messages`. */
export type LobbyMessageCreate = RESTPostAPIChannelMessageJSONBody;

/** What a game's own moderation says of a message: at most 5 strings. */
export type ModerationMetadata = Readonly<Record<string, string>>;
