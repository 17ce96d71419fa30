/** Items 13-18: opcodes, IDENTIFY, send limits, guild members, intents. */
import { message } from '../lib/events.mjs';
import { expect } from '../lib/harness.mjs';

const guildId = '81384788765712384';
const guild = {
  id: guildId,
  name: 'Kitchen',
  icon: null,
  owner_id: '7',
  member_count: 2500,
  large: true,
  joined_at: '2026-01-01T00:00:00.000000+00:00',
  unavailable: false,
  roles: [
    {
      id: guildId,
      name: '@everyone',
      color: 0,
      colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
      hoist: false,
      position: 0,
      permissions: '0',
      managed: false,
      mentionable: false,
      flags: 0,
    },
  ],
  emojis: [],
  stickers: [],
  features: [],
  channels: [],
  threads: [],
  members: [],
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
  max_members: 500000,
  max_presences: null,
  region: 'x',
  lazy: true,
  incidents_data: null,
  hub_type: null,
};
const member = (number) => ({
  user: {
    id: String(1000 + number),
    username: `member${number}`,
    discriminator: '0',
    global_name: null,
    avatar: null,
    bot: false,
    public_flags: 0,
  },
  roles: [],
  nick: null,
  avatar: null,
  joined_at: '2026-01-01T00:00:00.000000+00:00',
  premium_since: null,
  deaf: false,
  mute: false,
  flags: 0,
  pending: false,
  communication_disabled_until: null,
});
const presence = { since: null, activities: [], status: 'idle', afk: false };

export default [
  {
    item: '13',
    name: 'passes over opcodes it does not know',
    async run(t) {
      const { discord, client, connection } = await t.up();
      connection.send({ op: 99, d: { anything: [1] } });
      connection.send({ op: 42, d: null });
      discord.dispatch('MESSAGE_CREATE', message(5));
      await t.until(() => client.dispatches.some(({ id }) => id === '5'), 4000, 'no event after them');
      expect(discord.all('connect').length === 1, 'reconnected');
    },
  },
  {
    item: '13',
    name: 'hands on events it does not know',
    async run(t) {
      const { discord, client } = await t.up();
      discord.dispatch('SOMETHING_NEW_CREATE', { id: '77' });
      await t.until(
        () => client.dispatches.some(({ type }) => type === 'SOMETHING_NEW_CREATE'),
        4000,
        'never handed on',
      );
    },
  },
  ...[
    [31, { guild_ids: [guildId] }, 'Request Soundboard Sounds'],
    [43, { guild_id: guildId, fields: ['status'] }, 'Request Channel Info'],
    [4, { guild_id: guildId, channel_id: null, self_mute: false, self_deaf: false }, 'Update Voice State'],
  ].map(([op, d, name]) => ({
    item: '13',
    name: `sends op ${op}, ${name}`,
    async run(t) {
      const { discord, client } = await t.up();
      client.call('send', 0, { op, d }).catch(() => {});
      const command = await discord.wait('command', { withinMs: 4000 });
      expect(command.op === op && JSON.stringify(command.d) === JSON.stringify(d), `sent ${JSON.stringify(command)}`);
    },
  })),
  {
    item: '14',
    name: 'IDENTIFY has token, unprefixed properties, intents and shard',
    async run(t) {
      const { discord } = await t.up({}, { shards: { ids: [0], total: 1 } });
      const { d } = discord.all('identify')[0];
      const { properties = {} } = d;
      for (const key of ['os', 'browser', 'device'])
        expect(typeof properties[key] === 'string' && properties[key] !== '', `no properties.${key}`);
      expect(Number.isInteger(d.intents), 'no intents');
      expect(d.shard === undefined || JSON.stringify(d.shard) === '[0,1]', `shard was ${JSON.stringify(d.shard)}`);
    },
  },
  {
    item: '14',
    name: 'IDENTIFY carries presence and large_threshold when asked to',
    async run(t) {
      const { discord } = await t.up({}, { presence, largeThreshold: 100 });
      const { d } = discord.all('identify')[0];
      expect(d.large_threshold === 100, `large_threshold was ${d.large_threshold}`);
      expect(d.presence?.status === 'idle', `presence was ${JSON.stringify(d.presence)}`);
    },
  },
  {
    item: '15',
    name: 'never sends more than 120 payloads in 60 s, and heartbeats go on',
    limitMs: 60_000,
    async run(t) {
      const { discord, client } = await t.up({ heartbeatInterval: 5000 });
      for (let turn = 0; turn < 200; turn++)
        client
          .call('send', 0, {
            op: 4,
            d: { guild_id: guildId, channel_id: String(turn), self_mute: false, self_deaf: false },
          })
          .catch(() => {});
      await t.pause(18_000);
      const sent = discord.all('command').length + discord.all('heartbeat').length + discord.all('identify').length;
      expect(discord.all('command').length >= 60, `only ${discord.all('command').length} of 200 were sent`);
      expect(sent <= 120, `${sent} payloads in 18 s`);
      expect(discord.all('heartbeat').length >= 3, `${discord.all('heartbeat').length} heartbeats in 18 s`);
    },
  },
  {
    item: '15',
    row: 'payload of 5,093 bytes',
    name: 'never sends a payload over 4,096 bytes',
    async run(t) {
      const { discord, client } = await t.up();
      const d = { ...presence, activities: [{ name: 'x'.repeat(4990), type: 0 }] };
      client.call('send', 0, { op: 3, d }).catch(() => {});
      await t.never(() => discord.all('tooLong').length > 0, 3000, 'sent it');
    },
  },
  {
    item: '15',
    name: 'counts bytes, not characters: 2,000 characters of three bytes are too many',
    async run(t) {
      const { discord, client } = await t.up();
      const d = { ...presence, activities: [{ name: '漢'.repeat(2000), type: 0 }] };
      client.call('send', 0, { op: 3, d }).catch(() => {});
      await t.never(() => discord.all('tooLong').length > 0, 3000, 'sent it');
    },
  },
  {
    item: '16',
    name: 'collects all members of a guild from their chunks, by nonce',
    async run(t) {
      const { discord, client } = await t.up(
        {
          guilds: [guild],
          on: { command: (connection, payload) => payload.op === 8 && answerMembers(connection, payload.d) },
        },
        { intents: 1 | 2 | 512 },
      );
      await t.until(() => client.dispatches.some(({ type }) => type === 'GUILD_CREATE'), 4000, 'no GUILD_CREATE');
      const count = await client.call('members', guildId);
      expect(count === 2500, `${count} of 2500 members`);
      const { d } = discord.all('command', ({ op }) => op === 8)[0];
      expect(typeof d.nonce === 'string' && Buffer.byteLength(d.nonce) <= 32, `nonce was ${JSON.stringify(d.nonce)}`);
      expect(
        d.guild_id === guildId || JSON.stringify(d.guild_id) === `["${guildId}"]`,
        `guild_id was ${JSON.stringify(d.guild_id)}`,
      );
    },
  },
  {
    item: '17',
    name: 'a member request answered by RATE_LIMITED ends: by another try, or by an error',
    limitMs: 60_000,
    async run(t) {
      let refusals = 1;
      const { client } = await t.up(
        {
          guilds: [guild],
          on: {
            command(connection, { op, d }) {
              if (op !== 8) return;
              if (refusals-- > 0)
                connection.session.dispatch('RATE_LIMITED', {
                  opcode: 8,
                  retry_after: 2.5,
                  meta: { guild_id: guildId, nonce: d.nonce },
                });
              else answerMembers(connection, d);
            },
          },
        },
        { intents: 1 | 2 | 512 },
      );
      await t.until(() => client.dispatches.some(({ type }) => type === 'GUILD_CREATE'), 4000, 'no GUILD_CREATE');
      let end;
      client.call('members', guildId).then(
        (count) => {
          end = count;
        },
        (error) => {
          end = error;
        },
      );
      await t.until(() => end !== undefined, 45_000, 'pending after 45 s');
      if (end instanceof Error && end.constructor.name === 'NotOffered') throw end;
    },
  },
  {
    item: '18',
    name: 'IDENTIFY carries the intents asked for, the highest bits too',
    async run(t) {
      const intents = (1 << 0) | (1 << 9) | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);
      const { discord } = await t.up({}, { intents });
      const { d } = discord.all('identify')[0];
      expect(d.intents === intents, `intents were ${d.intents}, not ${intents}`);
    },
  },
];

function answerMembers(connection, d) {
  for (let chunk = 0; chunk < 3; chunk++) {
    const size = chunk === 2 ? 500 : 1000;
    connection.session.dispatch('GUILD_MEMBERS_CHUNK', {
      guild_id: guildId,
      members: Array.from({ length: size }, (_, index) => member(chunk * 1000 + index)),
      chunk_index: chunk,
      chunk_count: 3,
      nonce: d.nonce,
      not_found: [],
    });
  }
}
