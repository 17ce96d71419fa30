/**
 * Answers to the commands of an identified session: members, voice state, soundboard sounds, channel info, presence.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway-events#send-events | Discord Docs/Send Events}
 */
import { shardIdOf } from '@tinfoil/types';
import type { GatewayServer } from './gateway-server.ts';
import type { Fields } from './resources.ts';
import type { Session } from './session.ts';

/** Dispatches what a command brings. */
export function answerCommand(server: GatewayServer, session: Session, op: number, d: Fields): void {
  if (op === 8) requestMembers(server, session, d);
  else if (op === 4) updateVoiceState(server, session, d);
  else if (op === 31) requestSounds(server, session, d);
  else if (op === 43) requestChannelInfo(server, session, d);
}

function guildOf(server: GatewayServer, session: Session, id: unknown) {
  const guild = typeof id === 'string' ? server.context.world.guilds.get(id) : undefined;
  return guild !== undefined && shardIdOf(guild.id, session.identity.totalShards) === session.identity.shardId
    ? guild
    : undefined;
}

function requestMembers(server: GatewayServer, session: Session, d: Fields): void {
  const { options } = server.context;
  const guild = guildOf(server, session, Array.isArray(d.guild_id) ? d.guild_id[0] : d.guild_id);
  if (guild === undefined) return;
  // A nonce of more than 32 bytes is silently ignored.
  const nonce = typeof d.nonce === 'string' && Buffer.byteLength(d.nonce) <= 32 ? { nonce: d.nonce } : {};
  const ids =
    d.user_ids === undefined ? null : Array.isArray(d.user_ids) ? d.user_ids.map(String) : [String(d.user_ids)];
  const query = typeof d.query === 'string' ? d.query.toLowerCase() : '';
  const limit = typeof d.limit === 'number' ? d.limit : 0;
  const isFullList = ids === null && query === '' && limit === 0;
  if (isFullList) {
    const nowMs = performance.now();
    const allowedAtMs = server.memberRequests.get(guild.id) ?? 0;
    if (nowMs < allowedAtMs) {
      const retryAfter = Number(((allowedAtMs - nowMs) / 1000).toFixed(3));
      const limited = { opcode: 8, retry_after: retryAfter, meta: { guild_id: guild.id, ...nonce } };
      server.dispatchTo(session, 'RATE_LIMITED', JSON.stringify(limited), guild.id);
      return;
    }
    server.memberRequests.set(guild.id, nowMs + options.requestMembers.gapMs);
  }
  let members = guild.members;
  if (ids !== null) members = members.filter((member) => ids.includes(member.user.id));
  else if (query !== '') members = members.filter((member) => member.user.username.toLowerCase().startsWith(query));
  if (!isFullList) members = members.slice(0, limit === 0 ? 100 : Math.min(100, limit));
  const notFound = ids?.filter((id) => !members.some((member) => member.user.id === id)) ?? [];
  const size = options.requestMembers.chunkSize;
  const count = Math.max(1, Math.ceil(members.length / size));
  for (let index = 0; index < count; index++) {
    const chunk = {
      guild_id: guild.id,
      members: members.slice(index * size, (index + 1) * size),
      chunk_index: index,
      chunk_count: count,
      ...(notFound.length > 0 ? { not_found: notFound } : {}),
      ...(d.presences === true ? { presences: [] } : {}),
      ...nonce,
    };
    server.dispatchTo(session, 'GUILD_MEMBERS_CHUNK', JSON.stringify(chunk), guild.id);
  }
}

function updateVoiceState(server: GatewayServer, session: Session, d: Fields): void {
  const { world } = server.context;
  const guild = guildOf(server, session, d.guild_id);
  if (guild === undefined) return;
  const state = {
    guild_id: guild.id,
    channel_id: d.channel_id ?? null,
    user_id: world.user.id,
    session_id: session.identity.id,
    deaf: false,
    mute: false,
    self_deaf: d.self_deaf === true,
    self_mute: d.self_mute === true,
    self_video: false,
    suppress: false,
    request_to_speak_timestamp: null,
  };
  server.dispatch('VOICE_STATE_UPDATE', state, { guildId: guild.id });
  if (state.channel_id === null) return;
  const voiceServer = { token: world.ids.hex(16), guild_id: guild.id, endpoint: 'voice.simulator.invalid:443' };
  server.dispatchTo(session, 'VOICE_SERVER_UPDATE', JSON.stringify(voiceServer), guild.id);
}

function requestSounds(server: GatewayServer, session: Session, d: Fields): void {
  for (const id of Array.isArray(d.guild_ids) ? d.guild_ids : []) {
    const guild = guildOf(server, session, id);
    if (guild === undefined) continue;
    const sounds = { guild_id: guild.id, soundboard_sounds: guild.soundboard_sounds ?? [] };
    server.dispatchTo(session, 'SOUNDBOARD_SOUNDS', JSON.stringify(sounds), guild.id);
  }
}

function requestChannelInfo(server: GatewayServer, session: Session, d: Fields): void {
  const guild = guildOf(server, session, d.guild_id);
  if (guild === undefined) return;
  const fields = Array.isArray(d.fields) ? d.fields : [];
  const voice = guild.channels.filter((channel) => channel.type === 2);
  const info = {
    guild_id: guild.id,
    channels: voice.map(({ id }) => ({
      id,
      ...(fields.includes('status') ? { status: null } : {}),
      ...(fields.includes('voice_start_time') ? { voice_start_time: null } : {}),
    })),
  };
  server.dispatchTo(session, 'CHANNEL_INFO', JSON.stringify(info), guild.id);
}
