/**
 * URLs of images on Discord's CDN. Every part of a path is encoded, so that an id from elsewhere cannot lead to another file.
 *
 * @see {@link https://docs.discord.com/developers/reference#image-formatting | Discord Docs/Image Formatting}
 */
import type { Snowflake } from 'discord-api-types/v10';

/** Formats of CDN images; `gif` only for hashes that begin with `a_` and for animated emojis and stickers. */
export type CdnFormat = 'png' | 'jpg' | 'webp' | 'gif';

/** Options of CDN images. */
export interface CdnOptions {
  /** @defaultValue `gif` for animated hashes, else `png` */
  readonly format?: CdnFormat | undefined;
  /** Edge in pixels: a power of two from 16 to 4096. */
  readonly size?: number | undefined;
}

const base = 'https://cdn.discordapp.com';
/** GIF stickers alone live here. */
const media = 'https://media.discordapp.net';
/** Application under which Discord keeps the banners of its own sticker packs. */
const stickerPacks = '710982414301790216';

/** Functions that give the URL of one kind of image each. All throw a `RangeError` for a size that Discord does not serve. */
export const cdn = {
  applicationAsset: (applicationId: Snowflake, assetId: string, options?: CdnOptions): string =>
    image(['app-assets', applicationId, assetId], options),
  /** Icon or cover of an application, by its hash. */
  applicationIcon: (applicationId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['app-icons', applicationId, hash], options),
  avatar: (userId: Snowflake, hash: string, options?: CdnOptions): string => image(['avatars', userId, hash], options),
  /** Decoration around an avatar; the hash is the `asset` of its data. */
  avatarDecoration: (hash: string): string => image(['avatar-decoration-presets', hash], { format: 'png' }),
  banner: (userOrGuildId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['banners', userOrGuildId, hash], options),
  /** Picture of a user without an avatar. */
  defaultAvatar: (userId: Snowflake): string => `${base}/embed/avatars/${(BigInt(userId) >> 22n) % 6n}.png`,
  discoverySplash: (guildId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['discovery-splashes', guildId, hash], options),
  emoji: (emojiId: Snowflake, options?: CdnOptions): string => image(['emojis', emojiId], options),
  guildIcon: (guildId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['icons', guildId, hash], options),
  guildMemberAvatar: (guildId: Snowflake, userId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['guilds', guildId, 'users', userId, 'avatars', hash], options),
  guildMemberBanner: (guildId: Snowflake, userId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['guilds', guildId, 'users', userId, 'banners', hash], options),
  guildSplash: (guildId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['splashes', guildId, hash], options),
  guildTagBadge: (guildId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['guild-tag-badges', guildId, hash], options),
  roleIcon: (roleId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['role-icons', roleId, hash], options),
  scheduledEventCover: (eventId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['guild-events', eventId, hash], options),
  /** Sticker as `png`, or as `gif` where its format says so; Discord does not resize stickers. */
  sticker: (stickerId: Snowflake, options?: { readonly format?: 'png' | 'gif' | undefined }): string =>
    image(['stickers', stickerId], options, options?.format === 'gif' ? media : base),
  stickerPackBanner: (assetId: Snowflake, options?: CdnOptions): string =>
    image(['app-assets', stickerPacks, 'store', assetId], options),
  teamIcon: (teamId: Snowflake, hash: string, options?: CdnOptions): string =>
    image(['team-icons', teamId, hash], options),
} as const;

function image(path: readonly string[], options: CdnOptions = {}, host: string = base): string {
  const { size } = options;
  const format = options.format ?? (path.at(-1)?.startsWith('a_') ? 'gif' : 'png');
  if (size !== undefined && !(size >= 16 && size <= 4096 && Number.isInteger(Math.log2(size))))
    throw new RangeError(`size must be a power of two from 16 to 4096, got ${size}`);
  return `${host}/${path.map(encodeURIComponent).join('/')}.${format}${size === undefined ? '' : `?size=${size}`}`;
}
