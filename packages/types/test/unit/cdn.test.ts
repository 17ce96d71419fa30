import { cdn } from '@tinfoil/types';
import { describe, expect, it } from 'vitest';

describe('cdn', () => {
  it.each([
    [cdn.avatar('1', 'abc'), 'https://cdn.discordapp.com/avatars/1/abc.png'],
    [cdn.avatar('1', 'a_abc'), 'https://cdn.discordapp.com/avatars/1/a_abc.gif'],
    [cdn.avatar('1', 'a_abc', { format: 'webp', size: 64 }), 'https://cdn.discordapp.com/avatars/1/a_abc.webp?size=64'],
    [cdn.applicationAsset('1', '2'), 'https://cdn.discordapp.com/app-assets/1/2.png'],
    [cdn.applicationIcon('1', 'abc'), 'https://cdn.discordapp.com/app-icons/1/abc.png'],
    [cdn.avatarDecoration('a_abc'), 'https://cdn.discordapp.com/avatar-decoration-presets/a_abc.png'],
    [cdn.banner('1', 'a_abc'), 'https://cdn.discordapp.com/banners/1/a_abc.gif'],
    [cdn.discoverySplash('1', 'abc'), 'https://cdn.discordapp.com/discovery-splashes/1/abc.png'],
    [cdn.emoji('1', { format: 'gif' }), 'https://cdn.discordapp.com/emojis/1.gif'],
    [cdn.guildIcon('1', 'abc', { size: 4096 }), 'https://cdn.discordapp.com/icons/1/abc.png?size=4096'],
    [cdn.guildMemberAvatar('1', '2', 'abc'), 'https://cdn.discordapp.com/guilds/1/users/2/avatars/abc.png'],
    [cdn.guildMemberBanner('1', '2', 'abc'), 'https://cdn.discordapp.com/guilds/1/users/2/banners/abc.png'],
    [cdn.guildSplash('1', 'abc'), 'https://cdn.discordapp.com/splashes/1/abc.png'],
    [cdn.guildTagBadge('1', 'abc'), 'https://cdn.discordapp.com/guild-tag-badges/1/abc.png'],
    [cdn.roleIcon('1', 'abc'), 'https://cdn.discordapp.com/role-icons/1/abc.png'],
    [cdn.scheduledEventCover('1', 'abc'), 'https://cdn.discordapp.com/guild-events/1/abc.png'],
    [cdn.sticker('1'), 'https://cdn.discordapp.com/stickers/1.png'],
    [cdn.sticker('1', { format: 'gif' }), 'https://media.discordapp.net/stickers/1.gif'],
    [cdn.stickerPackBanner('1'), 'https://cdn.discordapp.com/app-assets/710982414301790216/store/1.png'],
    [cdn.teamIcon('1', 'abc'), 'https://cdn.discordapp.com/team-icons/1/abc.png'],
  ])('%s', (url, expected) => expect(url).toBe(expected));

  it('default avatars depend on the age of the account', () => {
    expect(cdn.defaultAvatar('0')).toBe('https://cdn.discordapp.com/embed/avatars/0.png');
    expect(cdn.defaultAvatar(String(7n << 22n))).toBe('https://cdn.discordapp.com/embed/avatars/1.png');
  });

  it('an id cannot lead to another file', () => {
    expect(cdn.avatar('../emojis', '..?x#')).toBe('https://cdn.discordapp.com/avatars/..%2Femojis/..%3Fx%23.png');
  });

  it.each([0, 15, 17, 100, 8192, 32.5, Number.NaN])('refuses the size %d', (size) => {
    expect(() => cdn.emoji('1', { size })).toThrow(
      new RangeError(`size must be a power of two from 16 to 4096, got ${size}`),
    );
  });
});
