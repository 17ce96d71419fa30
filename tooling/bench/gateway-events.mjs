/**
 * A realistic mix of dispatch events, from a seed: shares and sizes as a bot with all intents on a few thousand guilds sees them.
 * INTERACTION_CREATE is 1 % of them; one with the id `end` closes a slice.
 */

/** Linear congruential generator: the same events on every machine. */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const random = createRandom(20_261_123);
const whole = (below) => Math.floor(random() * below);
const pick = (list) => list[whole(list.length)];
const snowflake = () =>
  String(100_000_000_000_000_000n + BigInt(Math.floor(random() * 9e15)) * 100n + BigInt(whole(100)));
const words =
  'the of and to in is you that it he was for on are as with his they at be this have from größe naïve 漢字 💬 https://example.com/a/b?c=d "quoted" back\\slash'.split(
    ' ',
  );
const text = (count) => Array.from({ length: count }, () => pick(words)).join(' ');
const ids = Array.from({ length: 3000 }, snowflake);
const id = () => pick(ids);

const guildCount = 100;
const channelsPerGuild = 50;
/** The first channels of each guild are voice channels. */
const voiceChannels = 5;
/** Id of a guild, by its number. */
export const guildIdAt = (number) => String(900_000_000_000_000_000n + (BigInt(number) << 22n));
const channelIdAt = (number, position) =>
  String(910_000_000_000_000_000n + (BigInt(number * channelsPerGuild + position) << 22n));
// Of the event that is being made.
let current = 0;
const guild = () => guildIdAt(current);
const channel = () => channelIdAt(current, voiceChannels + whole(channelsPerGuild - voiceChannels));

const user = () => ({
  id: id(),
  username: `user_${whole(90_000)}`,
  discriminator: '0',
  global_name: random() < 0.7 ? text(2) : null,
  avatar: random() < 0.8 ? 'a_9f86d081884c7d659a2feaa0c55ad015' : null,
  avatar_decoration_data: null,
  collectibles: null,
  primary_guild: null,
  clan: null,
  bot: false,
  public_flags: whole(1 << 16),
});
const member = () => ({
  roles: Array.from({ length: whole(8) }, id),
  nick: random() < 0.3 ? text(1) : null,
  avatar: null,
  banner: null,
  joined_at: '2024-03-01T12:34:56.789000+00:00',
  premium_since: null,
  deaf: false,
  mute: false,
  flags: 0,
  pending: false,
  communication_disabled_until: null,
});
const activity = () => ({
  id: 'ec0b28a579ecb4bd',
  name: text(2),
  type: 0,
  created_at: 1_763_856_000_000 + whole(1e9),
  timestamps: { start: 1_763_856_000_000 },
  application_id: id(),
  details: text(4),
  state: text(3),
  assets: { large_image: id(), large_text: text(3), small_image: id() },
  party: { id: snowflake() },
  session_id: 'b94d27b9934d3e08a52e52d7da7dabfa',
  flags: 1,
});

const kinds = [
  [
    0.42,
    'PRESENCE_UPDATE',
    () => ({
      user: { id: id() },
      guild_id: guild(),
      status: pick(['online', 'idle', 'dnd', 'offline']),
      client_status: { desktop: 'online' },
      activities: Array.from({ length: whole(3) }, activity),
      processed_at_timestamp: whole(1e9),
    }),
  ],
  [0.2, 'MESSAGE_CREATE', () => message()],
  [
    0.12,
    'TYPING_START',
    () => ({
      channel_id: channel(),
      guild_id: guild(),
      user_id: id(),
      timestamp: 1_763_856_000 + whole(1e6),
      member: { user: user(), ...member() },
    }),
  ],
  [0.05, 'GUILD_MEMBER_UPDATE', () => ({ user: user(), guild_id: guild(), ...member() })],
  [
    0.05,
    'VOICE_STATE_UPDATE',
    () => ({
      guild_id: guild(),
      channel_id: channelIdAt(current, whole(voiceChannels)),
      user_id: id(),
      session_id: '90326bd25d71d39b9ef95b299e3872ff',
      deaf: false,
      mute: false,
      self_deaf: false,
      self_mute: random() < 0.5,
      self_video: false,
      suppress: false,
      request_to_speak_timestamp: null,
      member: { user: user(), ...member() },
    }),
  ],
  [0.04, 'MESSAGE_UPDATE', () => ({ ...message(), edited_timestamp: '2026-11-23T01:00:00.000000+00:00' })],
  [
    0.04,
    'MESSAGE_REACTION_ADD',
    () => ({
      user_id: id(),
      channel_id: channel(),
      message_id: id(),
      guild_id: guild(),
      message_author_id: id(),
      emoji: { id: null, name: '🔥' },
      burst: false,
      type: 0,
      member: { user: user(), ...member() },
    }),
  ],
  [0.02, 'MESSAGE_DELETE', () => ({ id: id(), channel_id: channel(), guild_id: guild() })],
  [0.015, 'GUILD_MEMBER_ADD', () => ({ user: user(), guild_id: guild(), ...member() })],
  [0.015, 'GUILD_MEMBER_REMOVE', () => ({ user: user(), guild_id: guild() })],
  [
    0.01,
    'CHANNEL_UPDATE',
    () => ({
      id: id(),
      guild_id: guild(),
      type: 0,
      name: text(1),
      topic: text(12),
      position: whole(50),
      nsfw: false,
      parent_id: id(),
      last_message_id: id(),
      rate_limit_per_user: 0,
      version: whole(1e9),
      flags: 0,
      permission_overwrites: Array.from({ length: 4 }, () => ({ id: id(), type: 0, allow: '1024', deny: '0' })),
    }),
  ],
  [
    0.01,
    'THREAD_UPDATE',
    () => ({
      id: id(),
      guild_id: guild(),
      parent_id: id(),
      owner_id: id(),
      type: 11,
      name: text(4),
      last_message_id: id(),
      message_count: whole(50),
      member_count: whole(50),
      rate_limit_per_user: 0,
      flags: 0,
      thread_metadata: {
        archived: false,
        auto_archive_duration: 1440,
        archive_timestamp: '2026-11-23T01:00:00.000000+00:00',
        locked: false,
      },
    }),
  ],
  [0.01, 'INTERACTION_CREATE', () => interaction(snowflake())],
];

function message() {
  return {
    id: snowflake(),
    type: 0,
    content: text(4 + whole(60)),
    channel_id: channel(),
    guild_id: guild(),
    author: user(),
    member: member(),
    timestamp: '2026-11-23T01:00:00.000000+00:00',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: random() < 0.2 ? [user()] : [],
    mention_roles: [],
    attachments: [],
    components: [],
    flags: 0,
    pinned: false,
    nonce: snowflake(),
    channel_type: 0,
    embeds:
      random() < 0.15
        ? [
            {
              type: 'rich',
              title: text(5),
              description: text(40),
              color: whole(1 << 24),
              fields: Array.from({ length: 3 }, () => ({ name: text(2), value: text(6), inline: true })),
            },
          ]
        : [],
  };
}

function interaction(interactionId) {
  return {
    id: interactionId,
    application_id: '1143277617234231327',
    type: 2,
    token: 'aW50ZXJhY3Rpb246'.repeat(12),
    version: 1,
    guild_id: guild(),
    channel_id: channel(),
    locale: 'en-US',
    guild_locale: 'en-US',
    channel: {
      id: id(),
      type: 0,
      name: text(1),
      guild_id: guild(),
      position: 1,
      permissions: '2248473465835073',
      flags: 0,
      nsfw: false,
      parent_id: id(),
      topic: null,
      last_message_id: id(),
      rate_limit_per_user: 0,
    },
    guild: { id: id(), locale: 'en-US', features: [] },
    member: { user: user(), permissions: '2248473465835073', ...member() },
    entitlements: [],
    authorizing_integration_owners: { 0: id() },
    context: 0,
    attachment_size_limit: 10_485_760,
    app_permissions: '2248473465835073',
    data: { id: id(), name: 'ban', type: 1, options: [{ name: 'reason', type: 3, value: text(4) }] },
  };
}

/** The next event: its type and `d` as JSON. */
export function nextEvent() {
  current = whole(guildCount);
  let share = random();
  for (const [weight, type, make] of kinds) {
    share -= weight;
    if (share <= 0) return { type, data: JSON.stringify(make()) };
  }
  return { type: 'INTERACTION_CREATE', data: JSON.stringify(interaction(snowflake())) };
}

export const endEvent = () => ({ type: 'INTERACTION_CREATE', data: JSON.stringify(interaction('1')) });

/** GUILD_CREATE of about 60 KB: 50 channels, 20 roles, 50 members. */
export function createGuild(number) {
  const guildId = guildIdAt(number);
  const roles = Array.from({ length: 20 }, (_, position) => ({
    id: position === 0 ? guildId : id(),
    name: text(1),
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: '2248473465835073',
    managed: false,
    mentionable: false,
    flags: 0,
  }));
  const channels = Array.from({ length: channelsPerGuild }, (_, position) => ({
    id: channelIdAt(number, position),
    type: position < voiceChannels ? 2 : 0,
    bitrate: 64_000,
    user_limit: 0,
    name: text(1),
    topic: text(10),
    position,
    nsfw: false,
    parent_id: null,
    last_message_id: id(),
    rate_limit_per_user: 0,
    version: 1,
    flags: 0,
    permission_overwrites: Array.from({ length: 4 }, () => ({ id: id(), type: 0, allow: '1024', deny: '0' })),
  }));
  return {
    id: guildId,
    name: text(3),
    icon: null,
    owner_id: id(),
    member_count: 50,
    large: false,
    joined_at: '2026-01-01T00:00:00.000000+00:00',
    unavailable: false,
    roles,
    channels,
    members: Array.from({ length: 50 }, () => ({ user: user(), ...member() })),
    emojis: [],
    stickers: [],
    features: [],
    threads: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    nsfw: false,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: 'en-US',
    afk_timeout: 300,
    afk_channel_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    application_id: null,
    description: null,
    banner: null,
    splash: null,
    discovery_splash: null,
    vanity_url_code: null,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    widget_enabled: false,
    widget_channel_id: null,
    max_members: 500_000,
    max_presences: null,
    region: 'x',
    lazy: true,
    incidents_data: null,
    hub_type: null,
    max_video_channel_users: 25,
    max_stage_video_channel_users: 50,
    version: 1,
    embedded_activities: [],
    activity_instances: [],
  };
}
