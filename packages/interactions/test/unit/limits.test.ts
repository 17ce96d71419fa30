import { describe, expect, it } from 'vitest';
import { assertChoices, assertFiles, assertMessage, assertModal } from '../../src/limits.ts';

const text = (length: number) => 'x'.repeat(length);
const list = <T>(length: number, item: T) => Array.from({ length }, () => item);
const button = { type: 2, style: 1, custom_id: 'a', label: 'a' };
const input = { type: 4, custom_id: 'a', style: 1 };

describe('limits', () => {
  it.each<[string, object, string]>([
    ['content', { content: text(2001) }, 'content must have 0 to 2000 characters, got 2001'],
    ['embeds', { embeds: list(11, {}) }, 'embeds must have 0 to 10 entries, got 11'],
    ['an embed', { embeds: [{}, { title: text(257) }] }, 'embeds[1].title must have 0 to 256 characters, got 257'],
    [
      'a field',
      { embeds: [{ fields: [{ name: text(257), value: 'x' }] }] },
      'embeds[0].fields[0].name must have 0 to 256',
    ],
    ['a footer', { embeds: [{ footer: { text: text(2049) } }] }, 'embeds[0].footer.text must have 0 to 2048'],
    ['rows', { components: list(6, { type: 1, components: [button] }) }, 'components must have 0 to 5 entries, got 6'],
    [
      'buttons',
      { components: [{ type: 1, components: list(6, button) }] },
      'components[0].components must have 0 to 5',
    ],
    [
      'a custom_id',
      { components: [{ type: 1, components: [{ ...button, custom_id: text(101) }] }] },
      'components[0].components[0].custom_id must have 1 to 100 characters, got 101',
    ],
    [
      'an empty custom_id',
      { components: [{ type: 1, components: [{ ...button, custom_id: '' }] }] },
      'components[0].components[0].custom_id must have 1 to 100 characters, got 0',
    ],
    [
      'select options',
      { components: [{ type: 1, components: [{ type: 3, custom_id: 'a', options: list(26, {}) }] }] },
      'components[0].components[0].options must have 0 to 25 entries, got 26',
    ],
    [
      'an accessory',
      { flags: 1 << 15, components: [{ type: 9, components: [], accessory: { ...button, label: text(81) } }] },
      'components[0].accessory.label must have 0 to 80 characters, got 81',
    ],
  ])('name what is too long: %s', (_what, body, message) => {
    expect(() => assertMessage(body)).toThrow(`interactions: ${message}`);
    expect(() => assertMessage(body)).toThrow(RangeError);
  });

  it('let pass what fits, what is unknown, and what an edit clears', () => {
    assertMessage({
      content: text(2000),
      embeds: list(10, {}),
      components: list(5, { type: 1, components: [] }) as never,
    });
    assertMessage({ flags: 1 << 15, components: list(6, { type: 10, content: 'x' }) as never });
    assertMessage({ content: null, embeds: null, components: null, later: { content: text(9999) } } as never);
  });

  it('hold for modals', () => {
    const components = [{ type: 18, label: 'x', component: input }] as never[];
    assertModal({ custom_id: 'a', title: text(45), components });
    expect(() => assertModal({ custom_id: 'a', title: text(46), components })).toThrow(
      'title must have 1 to 45 characters, got 46',
    );
    expect(() => assertModal({ custom_id: 'a', title: '', components })).toThrow('title must have 1 to 45');
    expect(() => assertModal({ custom_id: '', title: 'x', components })).toThrow('custom_id must have 1 to 100');
    expect(() => assertModal({ custom_id: 'a', title: 'x', components: [] })).toThrow(
      'components must have 1 to 5 entries, got 0',
    );
    const wrong = [{ type: 18, label: 'x', component: { ...input, custom_id: text(101) } }] as never[];
    expect(() => assertModal({ custom_id: 'a', title: 'x', components: wrong })).toThrow(
      'components[0].component.custom_id',
    );
  });

  it('hold for choices and files', () => {
    assertChoices(list(25, { name: text(100), value: 1 }));
    expect(() => assertChoices(list(26, { name: 'a', value: 1 }))).toThrow('choices must have 0 to 25 entries, got 26');
    expect(() => assertChoices([{ name: '', value: 1 }])).toThrow(
      'choices[0].name must have 1 to 100 characters, got 0',
    );
    expect(() => assertChoices([{ name: 'a', value: text(101) }])).toThrow('choices[0].value must have 0 to 100');
    expect(() => assertFiles(list(11, {}))).toThrow('files must have 0 to 10 entries, got 11');
  });
});
