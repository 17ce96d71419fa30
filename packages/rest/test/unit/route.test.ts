import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Place, parsePath, RouteNode, toParameter, toSegment } from '../../src/route.ts';
import { createTree } from '../../src/tree.ts';

interface Walked {
  readonly method: string;
  readonly place: Place;
  readonly body: unknown;
  readonly query: unknown;
}

/** A tree that tells what it would request. Its nodes are as loose as the runtime is. */
interface LooseNode {
  (parameter: unknown): LooseNode;
  readonly [segment: string]: LooseNode & ((...args: unknown[]) => Promise<Walked>);
}

function tree(): LooseNode {
  return createTree(new RouteNode(), async (method, place, args) => ({
    method,
    place,
    body: args.body,
    query: args.query,
  })) as LooseNode;
}

describe('the route tree', () => {
  it.each([
    ['/users/@me', (api: LooseNode) => api.users!.me!],
    ['/webhooks/1/t/messages/@original', (api: LooseNode) => api.webhooks!('1')('t').messages!.original!],
    ['/guilds/1/auto-moderation/rules/2', (api: LooseNode) => api.guilds!('1').autoModeration!.rules!('2')],
    ['/guilds/1/widget.json', (api: LooseNode) => api.guilds!('1').widgetJson!],
    ['/guilds/1/widget.png', (api: LooseNode) => api.guilds!('1').widgetPng!],
    ['/soundboard-default-sounds', (api: LooseNode) => api.soundboardDefaultSounds!],
    ['/a/delete', (api: LooseNode) => api.a!.delete_!],
  ])('writes %s', async (path, walk) => {
    expect((await walk(tree()).get!()).place.path).toBe(path);
  });

  it('passes body and query by the signature of each verb', async () => {
    const node = tree().x!;
    expect(await node.get!({ a: 1 })).toMatchObject({ method: 'GET', query: { a: 1 }, body: undefined });
    expect(await node.post!({ b: 1 }, { query: { c: 1 } })).toMatchObject({
      method: 'POST',
      query: { c: 1 },
      body: { b: 1 },
    });
    expect(await node.put!({ b: 2 })).toMatchObject({ method: 'PUT', body: { b: 2 } });
    expect(await node.patch!({ b: 3 })).toMatchObject({ method: 'PATCH', body: { b: 3 } });
    expect(await node.delete!({ body: { d: 1 } })).toMatchObject({ method: 'DELETE', body: { d: 1 } });
  });

  it('can be kept at any hop and used again', async () => {
    const channel = tree().channels!('1');
    const first = channel.messages!;
    const second = channel.messages!('2');
    expect((await first.post!()).place.path).toBe('/channels/1/messages');
    expect((await second.get!()).place.path).toBe('/channels/1/messages/2');
    expect((await first.post!()).place.path).toBe('/channels/1/messages');
  });

  it('is no promise, and gives undefined for symbols', async () => {
    const node = tree().users!;
    expect(node.then).toBeUndefined();
    expect((node as never as Record<symbol, unknown>)[Symbol.iterator]).toBeUndefined();
    expect(await Promise.resolve(node)).toBe(node);
    expect(JSON.stringify({ node })).toBe('{}');
  });

  it('cannot be written to', () => {
    const node = tree().users!;
    expect(() => Object.assign(node, { me: 1 })).toThrow(TypeError);
    expect(() => Object.defineProperty(node, 'me', { value: 1 })).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(node, {})).toThrow(TypeError);
    expect(() => Object.freeze(node)).toThrow(TypeError);
  });

  it.each(['', '.', '..', undefined, null, {}, Number.NaN, 2 ** 60, true, '\ud800'])(
    'refuses the parameter %j',
    (value) => {
      expect(() => tree().users!(value)).toThrow(TypeError);
    },
  );

  it('takes bigints and whole numbers as parameters', async () => {
    expect((await tree().users!(2n ** 63n).get!()).place.path).toBe('/users/9223372036854775808');
    expect((await tree().answers!(3).get!()).place.path).toBe('/answers/3');
  });

  it('lets no parameter change the route', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (a, b) => {
        fc.pre(![a, b].some((text) => ['', '.', '..'].includes(text)));
        const root = new RouteNode();
        let place: Place = toSegment({ node: root, path: '', major: '' }, 'channels');
        place = toParameter(place, a);
        place = toSegment(place, 'reactions');
        place = toParameter(place, b);
        expect(place.node.template).toBe('/channels/{}/reactions/{}');
        const url = new URL(`https://discord.com/api/v10${place.path}`);
        expect(url.pathname.split('/')).toHaveLength(7);
        expect(url.search + url.hash).toBe('');
        expect(decodeURIComponent(url.pathname.split('/')[4]!)).toBe(a);
      }),
    );
  });
});

describe('the major parameter', () => {
  it.each([
    ['/channels/1/messages/2', '1'],
    ['/guilds/1/members/2', '1'],
    ['/webhooks/1', '1'],
    ['/webhooks/1/token/messages/2', '1/token'],
    ['/interactions/1/token/callback', '1/token'],
    ['/users/1', ''],
    ['/guilds/templates/abc', ''],
    ['/invites/abc', ''],
    ['/applications/1/guilds/2/commands', ''],
  ])('of %s is %j', (path, major) => {
    expect(parsePath(new RouteNode(), path)).toMatchObject({ major, path });
  });
});

describe('parsePath', () => {
  it.each([
    ['/channels/1/messages/2/reactions/%F0%9F%94%A5/@me', '/channels/{}/messages/{}/reactions/{}/@me'],
    ['/channels/1/messages/2/reactions/name%3A1/3', '/channels/{}/messages/{}/reactions/{}/{}'],
    ['/webhooks/1/tOk-en_/messages/@original', '/webhooks/{}/{}/messages/@original'],
    ['/invites/discord-api', '/invites/{}'],
    ['/guilds/templates/abc', '/guilds/templates/{}'],
    ['/guilds/1/templates/abc', '/guilds/{}/templates/{}'],
    ['/oauth2/applications/@me', '/oauth2/applications/@me'],
  ])('finds the template of %s', (path, template) => {
    expect(parsePath(new RouteNode(), path).node.template).toBe(template);
  });

  it('gives the same node as the tree', () => {
    const root = new RouteNode();
    const walked = toSegment(toParameter(toSegment({ node: root, path: '', major: '' }, 'channels'), '1'), 'messages');
    expect(parsePath(root, '/channels/1/messages').node).toBe(walked.node);
  });

  it('keeps a query apart', () => {
    expect(parsePath(new RouteNode(), '/users/@me?a=1')).toMatchObject({ path: '/users/@me', query: '?a=1' });
  });

  it.each(['users', '', '/a//b', '/a/', '/a/../b', '/a/%2e%2E/b', '/a#b', '/a b', '/a\nb', '/ä'])(
    'refuses %j',
    (path) => {
      expect(() => parsePath(new RouteNode(), path)).toThrow(TypeError);
    },
  );
});

it('bounds the nodes it keeps', () => {
  const root = new RouteNode();
  for (let id = 0; id < 10_000; id += 1) root.segment(`made-up-${id}`);
  expect(root.segment('made-up-1')).toBe(root.segment('made-up-1'));
  expect(root.segment('made-up-9999')).not.toBe(root.segment('made-up-9999'));
});
