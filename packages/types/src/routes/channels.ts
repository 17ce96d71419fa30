/**
 * Routes below `/channels`: the channel itself, overwrites, invites, webhooks. Messages and threads have their own files.
 */
import type {
  APIChannel,
  RESTDeleteAPIChannelResult,
  RESTGetAPIChannelInvitesResult,
  RESTGetAPIChannelResult,
  RESTGetAPIChannelWebhooksResult,
  RESTPatchAPIChannelResult,
  RESTPostAPIChannelFollowersJSONBody,
  RESTPostAPIChannelFollowersResult,
  RESTPostAPIChannelInviteJSONBody,
  RESTPostAPIChannelInviteResult,
  RESTPostAPIChannelWebhookJSONBody,
  RESTPostAPIChannelWebhookResult,
  RESTPostAPISoundboardSendSoundJSONBody,
  RESTPutAPIChannelPermissionJSONBody,
  RESTPutAPIChannelRecipientJSONBody,
  RESTPutAPIChannelVoiceStatusJSONBody,
  Snowflake,
} from 'discord-api-types/v10';
import type { ChannelEdit } from '../payloads/bodies.ts';
import type { ChannelMessagesRoute, ChannelPinsRoute, ChannelPollsRoute } from './messages.ts';
import type { CallOptions, FileOptions, Plain, ReasonOptions } from './options.ts';
import type { ChannelThreadMembersRoute, ChannelThreadsRoute, ChannelUsersRoute } from './threads.ts';

/** Routes at `/channels`. */
export type ChannelsRoute = (channelId: Snowflake) => ChannelRoute;

/** Routes at `/channels/{channel_id}`. */
export interface ChannelRoute {
  readonly voiceStatus: ChannelVoiceStatusRoute;
  readonly permissions: ChannelPermissionsRoute;
  readonly invites: ChannelInvitesRoute;
  readonly followers: ChannelFollowersRoute;
  readonly typing: ChannelTypingRoute;
  readonly webhooks: ChannelWebhooksRoute;
  readonly recipients: ChannelRecipientsRoute;
  readonly sendSoundboardSound: ChannelSendSoundboardSoundRoute;
  readonly messages: ChannelMessagesRoute;
  readonly pins: ChannelPinsRoute;
  readonly polls: ChannelPollsRoute;
  readonly threads: ChannelThreadsRoute;
  readonly users: ChannelUsersRoute;
  readonly threadMembers: ChannelThreadMembersRoute;
  /**
   * Gets a channel or thread.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#get-channel | Discord Docs/Get Channel}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIChannelResult>;
  /**
   * Changes the settings of a channel or thread.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#modify-channel | Discord Docs/Modify Channel}
   */
  patch(body: Plain<ChannelEdit>, options?: ReasonOptions | undefined): Promise<RESTPatchAPIChannelResult>;
  /**
   * Deletes a guild channel for good, or closes a DM.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#deleteclose-channel | Discord Docs/Delete/Close Channel}
   */
  delete(options?: ReasonOptions | undefined): Promise<RESTDeleteAPIChannelResult>;
}

/** Routes at `/channels/{channel_id}/voice-status`. */
export interface ChannelVoiceStatusRoute {
  /**
   * Sets the status line of a voice channel; null clears it.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#set-voice-channel-status | Discord Docs/Set Voice Channel Status}
   */
  put(body: Plain<RESTPutAPIChannelVoiceStatusJSONBody>, options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/permissions`. */
export type ChannelPermissionsRoute = (overwriteId: Snowflake) => ChannelPermissionRoute;

/** Routes at `/channels/{channel_id}/permissions/{overwrite_id}`. */
export interface ChannelPermissionRoute {
  /**
   * Sets the overwrite of one role or member.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#edit-channel-permissions | Discord Docs/Edit Channel Permissions}
   */
  put(body: Plain<RESTPutAPIChannelPermissionJSONBody>, options?: ReasonOptions | undefined): Promise<undefined>;
  /**
   * Removes the overwrite of one role or member.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#delete-channel-permission | Discord Docs/Delete Channel Permission}
   */
  delete(options?: ReasonOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/invites`. */
export interface ChannelInvitesRoute {
  /**
   * Lists the invites of a guild channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#get-channel-invites | Discord Docs/Get Channel Invites}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIChannelInvitesResult>;
  /**
   * Creates an invite; pass `{}` for Discord's defaults.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#create-channel-invite | Discord Docs/Create Channel Invite}
   */
  post(
    body: Plain<RESTPostAPIChannelInviteJSONBody>,
    options?: (FileOptions & ReasonOptions) | undefined,
  ): Promise<RESTPostAPIChannelInviteResult | undefined>;
}

/** Routes at `/channels/{channel_id}/followers`. */
export interface ChannelFollowersRoute {
  /**
   * Lets a channel of another guild follow this announcement channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#follow-announcement-channel | Discord Docs/Follow Announcement Channel}
   */
  post(
    body: Plain<RESTPostAPIChannelFollowersJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIChannelFollowersResult>;
}

/** Routes at `/channels/{channel_id}/typing`. */
export interface ChannelTypingRoute {
  /**
   * Shows the bot as typing for 10 seconds or until it posts.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#trigger-typing-indicator | Discord Docs/Trigger Typing Indicator}
   */
  post(body?: undefined, options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/webhooks`. */
export interface ChannelWebhooksRoute {
  /**
   * Lists the webhooks of a channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#get-channel-webhooks | Discord Docs/Get Channel Webhooks}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIChannelWebhooksResult>;
  /**
   * Creates a webhook in a channel.
   *
   * @see {@link https://docs.discord.com/developers/resources/webhook#create-webhook | Discord Docs/Create Webhook}
   */
  post(
    body: Plain<RESTPostAPIChannelWebhookJSONBody>,
    options?: ReasonOptions | undefined,
  ): Promise<RESTPostAPIChannelWebhookResult>;
}

/** Routes at `/channels/{channel_id}/recipients`. */
export type ChannelRecipientsRoute = (userId: Snowflake) => ChannelRecipientRoute;

/** Routes at `/channels/{channel_id}/recipients/{user_id}`. */
export interface ChannelRecipientRoute {
  /**
   * Adds a user to a group DM.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#group-dm-add-recipient | Discord Docs/Group DM Add Recipient}
   */
  put(
    body: Plain<RESTPutAPIChannelRecipientJSONBody>,
    options?: CallOptions | undefined,
  ): Promise<APIChannel | undefined>;
  /**
   * Removes a user from a group DM.
   *
   * @see {@link https://docs.discord.com/developers/resources/channel#group-dm-remove-recipient | Discord Docs/Group DM Remove Recipient}
   */
  delete(options?: CallOptions | undefined): Promise<undefined>;
}

/** Routes at `/channels/{channel_id}/send-soundboard-sound`. */
export interface ChannelSendSoundboardSoundRoute {
  /**
   * Plays a soundboard sound in the voice channel the bot is in.
   *
   * @see {@link https://docs.discord.com/developers/resources/soundboard#send-soundboard-sound | Discord Docs/Send Soundboard Sound}
   */
  post(body: Plain<RESTPostAPISoundboardSendSoundJSONBody>, options?: CallOptions | undefined): Promise<undefined>;
}
