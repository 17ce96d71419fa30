/**
 * Routes below `/lobbies`: lobbies of the Social SDK.
 */
import type { Snowflake } from 'discord-api-types/v10';
import type {
  Lobby,
  LobbyChannelLink,
  LobbyCreate,
  LobbyCreateOrJoin,
  LobbyEdit,
  LobbyGuildInvite,
  LobbyMember,
  LobbyMemberBulkUpdate,
  LobbyMemberPut,
  LobbyMessage,
  LobbyMessageCreate,
  LobbyMessagesQuery,
  ModerationMetadata,
} from '../payloads/lobby.ts';
import type { CallOptions, FileOptions, Plain } from './options.ts';

/** Routes at `/lobbies`. */
export interface LobbiesRoute {
  (lobbyId: Snowflake): LobbyRoute;
  /**
   * Creates a lobby.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#create-lobby | Discord Docs/Create Lobby}
   */
  post(body: LobbyCreate, options?: CallOptions | undefined): Promise<Lobby>;
  /**
   * Joins the lobby of a secret, or creates it; needs a user's Bearer token.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#create-or-join-lobby | Discord Docs/Create or Join Lobby}
   */
  put(body: LobbyCreateOrJoin, options?: CallOptions | undefined): Promise<Lobby>;
}

/** Routes at `/lobbies/{lobby_id}`. */
export interface LobbyRoute {
  readonly channelLinking: LobbyChannelLinkingRoute;
  readonly members: LobbyMembersRoute;
  readonly messages: LobbyMessagesRoute;
  /**
   * Gets a lobby.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#get-lobby | Discord Docs/Get Lobby}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<Lobby>;
  /**
   * Changes a lobby.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#modify-lobby | Discord Docs/Modify Lobby}
   */
  patch(body: LobbyEdit, options?: CallOptions | undefined): Promise<Lobby>;
  /**
   * Deletes a lobby.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#delete-lobby | Discord Docs/Delete Lobby}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/lobbies/{lobby_id}/channel-linking`. */
export interface LobbyChannelLinkingRoute {
  /**
   * Links a channel to a lobby, or unlinks it with an empty body; needs a user's Bearer token.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#link-channel-to-lobby | Discord Docs/Link Channel to Lobby}
   */
  patch(body: LobbyChannelLink, options?: CallOptions | undefined): Promise<Lobby>;
}

/** Routes at `/lobbies/{lobby_id}/members`. */
export interface LobbyMembersRoute {
  readonly me: LobbyMemberMeRoute;
  readonly bulk: LobbyMemberBulkRoute;
  (userId: Snowflake): LobbyMemberRoute;
}

/** Routes at `/lobbies/{lobby_id}/members/@me`. */
export interface LobbyMemberMeRoute {
  readonly invites: LobbyMemberMeInvitesRoute;
  /**
   * Leaves a lobby; needs a user's Bearer token.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#leave-lobby | Discord Docs/Leave Lobby}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/lobbies/{lobby_id}/members/@me/invites`. */
export interface LobbyMemberMeInvitesRoute {
  /**
   * Creates an invite to the guild of the linked channel for the current user; needs a user's Bearer token.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#create-lobby-channel-invite-for-self | Discord Docs/Create Lobby Channel Invite for Self}
   */
  post(body?: undefined, options?: CallOptions | undefined): Promise<LobbyGuildInvite>;
}

/** Routes at `/lobbies/{lobby_id}/members/bulk`. */
export interface LobbyMemberBulkRoute {
  /**
   * Adds, changes and removes up to 25 members.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#bulk-update-lobby-members | Discord Docs/Bulk Update Lobby Members}
   */
  post(body: LobbyMemberBulkUpdate, options?: CallOptions | undefined): Promise<LobbyMember[]>;
}

/** Routes at `/lobbies/{lobby_id}/members/{user_id}`. */
export interface LobbyMemberRoute {
  readonly invites: LobbyMemberInvitesRoute;
  /**
   * Adds a member, or changes one.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#add-a-member-to-a-lobby | Discord Docs/Add a Member to a Lobby}
   */
  put(body: LobbyMemberPut, options?: CallOptions | undefined): Promise<LobbyMember>;
  /**
   * Removes a member.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#remove-a-member-from-a-lobby | Discord Docs/Remove a Member from a Lobby}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/lobbies/{lobby_id}/members/{user_id}/invites`. */
export interface LobbyMemberInvitesRoute {
  /**
   * Creates an invite to the guild of the linked channel for a member.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#create-lobby-channel-invite-for-user | Discord Docs/Create Lobby Channel Invite for User}
   */
  post(body?: undefined, options?: CallOptions | undefined): Promise<LobbyGuildInvite>;
}

/** Routes at `/lobbies/{lobby_id}/messages`. */
export interface LobbyMessagesRoute {
  (messageId: Snowflake): LobbyMessageRoute;
  /**
   * Lists the latest messages of a lobby.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#get-lobby-messages | Discord Docs/Get Lobby Messages}
   */
  get(query?: LobbyMessagesQuery | undefined, options?: CallOptions | undefined): Promise<LobbyMessage[]>;
  /**
   * Posts a message to a lobby; needs a user's Bearer token.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#send-lobby-message | Discord Docs/Send Lobby Message}
   */
  post(body: Plain<LobbyMessageCreate>, options?: FileOptions | undefined): Promise<LobbyMessage>;
}

/** Routes at `/lobbies/{lobby_id}/messages/{message_id}`. */
export interface LobbyMessageRoute {
  readonly moderationMetadata: LobbyMessageModerationMetadataRoute;
}

/** Routes at `/lobbies/{lobby_id}/messages/{message_id}/moderation-metadata`. */
export interface LobbyMessageModerationMetadataRoute {
  /**
   * Sets what the game's own moderation says of a message.
   *
   * @see {@link https://docs.discord.com/developers/resources/lobby#update-lobby-message-moderation-metadata | Discord Docs/Update Lobby Message Moderation Metadata}
   */
  put(body: ModerationMetadata, options?: CallOptions | undefined): Promise<undefined>;
}
