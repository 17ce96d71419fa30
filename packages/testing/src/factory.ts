/**
 * Discord's objects, complete enough for clients that check them: users, guilds, channels, members, messages.
 */
import type {
  APIGuildMember,
  APIMessage,
  APIRole,
  APITextChannel,
  APIUser,
  GatewayGuildCreateDispatchData,
  Snowflake,
} from '@tinfoil/types';

/** A user; what is not given is plain. */
export function createUserObject(
  fields: Partial<APIUser> & { readonly id: Snowflake; readonly username: string },
): APIUser {
  return {
    discriminator: '0',
    global_name: null,
    avatar: null,
    bot: false,
    system: false,
    public_flags: 0,
    flags: 0,
    banner: null,
    accent_color: null,
    ...fields,
  } as APIUser;
}

/** A member without roles. */
export function createMemberObject(user: APIUser, joinedAt: string): APIGuildMember {
  return {
    user,
    nick: null,
    avatar: null,
    banner: null,
    roles: [],
    joined_at: joinedAt,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  } as unknown as APIGuildMember;
}

/** A role; `@everyone` has the guild's id. */
export function createRoleObject(
  fields: Partial<APIRole> & { readonly id: Snowflake; readonly name: string },
): APIRole {
  return {
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: 0,
    permissions: '2248473465835073',
    managed: false,
    mentionable: false,
    flags: 0,
    ...fields,
  } as APIRole;
}

/** A text channel of a guild. */
export function createChannelObject(
  fields: Partial<APITextChannel> & { readonly id: Snowflake; readonly guild_id: Snowflake; readonly name: string },
): APITextChannel {
  return {
    type: 0,
    position: 0,
    permission_overwrites: [],
    parent_id: null,
    topic: null,
    nsfw: false,
    last_message_id: null,
    rate_limit_per_user: 0,
    flags: 0,
    ...fields,
  } as APITextChannel;
}

/** A guild as GUILD_CREATE brings it. */
export function createGuildObject(fields: {
  readonly id: Snowflake;
  readonly name: string;
  readonly ownerId: Snowflake;
  readonly memberCount: number;
  readonly joinedAt: string;
  readonly channels: APITextChannel[];
  readonly members: APIGuildMember[];
}): GatewayGuildCreateDispatchData {
  const guild = {
    id: fields.id,
    name: fields.name,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: fields.ownerId,
    application_id: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: [createRoleObject({ id: fields.id, name: '@everyone' })],
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    hub_type: null,
    premium_progress_bar_enabled: false,
    latest_onboarding_question_id: null,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
    inventory_settings: null,
    joined_at: fields.joinedAt,
    large: fields.memberCount > 250,
    unavailable: false,
    member_count: fields.memberCount,
    voice_states: [],
    members: fields.members,
    channels: fields.channels,
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
  // The object has every field that the type requires and a few undocumented ones that real guilds carry.
  return guild as unknown as GatewayGuildCreateDispatchData;
}

/** A message; `fields` come from a request's body or from a test. */
export function createMessageObject(fields: {
  readonly id: Snowflake;
  readonly channelId: Snowflake;
  readonly author: APIUser;
  readonly timestamp: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly webhookId?: Snowflake | undefined;
}): APIMessage {
  const { body } = fields;
  const message = {
    type: body.message_reference === undefined ? 0 : 19,
    id: fields.id,
    channel_id: fields.channelId,
    author: fields.author,
    content: body.content ?? '',
    timestamp: fields.timestamp,
    edited_timestamp: null,
    tts: body.tts ?? false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: body.attachments ?? [],
    embeds: body.embeds ?? [],
    pinned: false,
    flags: body.flags ?? 0,
    components: body.components ?? [],
    ...(body.nonce === undefined ? {} : { nonce: body.nonce }),
    ...(body.message_reference === undefined ? {} : { message_reference: body.message_reference }),
    ...(fields.webhookId === undefined ? {} : { webhook_id: fields.webhookId }),
  };
  // Enum fields hold plain numbers here; their values are among the enum's.
  return message as unknown as APIMessage;
}
