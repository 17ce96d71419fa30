import { Intents, privilegedIntents, resolveIntents } from '@tinfoil/types';
import { GatewayIntentBits } from '@tinfoil/types/v10';
import { describe, expect, it } from 'vitest';

describe('Intents', () => {
  it('are those of Discord, by the same names and bits', () => {
    const known = Object.entries(GatewayIntentBits).filter(
      ([name, bits]) => typeof bits === 'number' && !['GuildBans', 'GuildEmojisAndStickers'].includes(name),
    );
    expect(Object.fromEntries(known)).toEqual({ ...Intents });
  });

  it('that are privileged are members, presences and message content', () => {
    expect(privilegedIntents).toBe(0x2 | 0x100 | 0x8000);
  });
});

describe('resolveIntents', () => {
  it.each([
    [[], 0],
    [['Guilds'], 1],
    [['Guilds', 'GuildMessages', 'MessageContent', 'Guilds'], 1 | 0x200 | 0x8000],
    [['DirectMessagePolls'], 0x2000000],
    [0, 0],
    [513, 513],
  ] as const)('%j is %d', (intents, bits) => expect(resolveIntents(intents)).toBe(bits));

  it.each([-1, 1.5, Number.NaN])('refuses the number %d', (bits) => {
    expect(() => resolveIntents(bits)).toThrow(RangeError);
  });

  it.each([['guilds'], ['toString'], ['__proto__']])('refuses the name %s', (name) => {
    expect(() => resolveIntents([name as 'Guilds'])).toThrow(
      new RegExp(`^unknown intent "${name}"; known are Guilds, `),
    );
  });

  it('refuses what is neither number nor array', () => {
    expect(() => resolveIntents('Guilds' as never)).toThrow(
      'intents must be a number or an array of names, got string',
    );
  });
});
