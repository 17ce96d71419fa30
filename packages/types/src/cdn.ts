/**
 * URLs of images on Discord's CDN.
 *
 * @see {@link https://docs.discord.com/developers/reference#image-formatting | Discord Docs/Image Formatting}
 */
import type { Snowflake } from 'discord-api-types/v10';

/** Formats of CDN images; `gif` only for hashes that begin with `a_`. */
export type ImageFormat = 'png' | 'jpg' | 'webp' | 'gif';

/** Options of CDN images. */
export interface ImageOptions {
  /** @defaultValue `gif` for animated hashes, else `png` */
  readonly format?: ImageFormat | undefined;
  /** Edge in pixels: a power of two from 16 to 4096. */
  readonly size?: number | undefined;
}

const base = 'https://cdn.discordapp.com';

/** Functions that give the URL of one kind of image each. */
export const cdn = {
  avatar: (userId: Snowflake, hash: string, options?: ImageOptions): string =>
    image(`avatars/${userId}`, hash, options),
  banner: (userOrGuildId: Snowflake, hash: string, options?: ImageOptions): string =>
    image(`banners/${userOrGuildId}`, hash, options),
  /** Picture of a user without an avatar. */
  defaultAvatar: (userId: Snowflake): string => `${base}/embed/avatars/${(BigInt(userId) >> 22n) % 6n}.png`,
  emoji: (emojiId: Snowflake, options?: ImageOptions): string => image('emojis', emojiId, options),
  guildIcon: (guildId: Snowflake, hash: string, options?: ImageOptions): string =>
    image(`icons/${guildId}`, hash, options),
  guildMemberAvatar: (guildId: Snowflake, userId: Snowflake, hash: string, options?: ImageOptions): string =>
    image(`guilds/${guildId}/users/${userId}/avatars`, hash, options),
  guildSplash: (guildId: Snowflake, hash: string, options?: ImageOptions): string =>
    image(`splashes/${guildId}`, hash, options),
  roleIcon: (roleId: Snowflake, hash: string, options?: ImageOptions): string =>
    image(`role-icons/${roleId}`, hash, options),
} as const;

function image(path: string, name: string, options: ImageOptions = {}): string {
  const { size } = options;
  const format = options.format ?? (name.startsWith('a_') ? 'gif' : 'png');
  if (size !== undefined && !(size >= 16 && size <= 4096 && Number.isInteger(Math.log2(size))))
    throw new RangeError(`size must be a power of two from 16 to 4096, got ${size}`);
  return `${base}/${path}/${encodeURIComponent(name)}.${format}${size === undefined ? '' : `?size=${size}`}`;
}
