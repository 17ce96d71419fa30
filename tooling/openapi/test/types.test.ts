import { describe, expect, it } from 'vitest';
import { checkAnswers } from '../src/answers.mjs';
import type { Operation } from '../src/operations.mjs';
import { checkTypes } from '../src/type-check.mjs';
import { all, operations, reasons } from './lists.ts';

describe('types of the route tree', () => {
  it('hold every operation of the OpenAPI file and of the documentation, and no other', () => {
    const { typed, missing, inTree, extra } = checkTypes(all, reasons);
    expect(missing).toEqual([]);
    expect(extra).toEqual([]);
    expect(typed).toHaveLength(all.length);
    expect(inTree).toHaveLength(all.length);
    expect(operations).toHaveLength(242);
  });
});

describe('the check', () => {
  // A tree small enough to compile in no time.
  const tree = `type Options = { signal?: AbortSignal | undefined };
interface RestApi { users: UsersRoute; guilds(id: string): { bans(id: string): BanRoute } }
interface UsersRoute { me: { get(query?: { limit?: number }, options?: Options): Promise<{ id: string }> } }
interface BanRoute {
  get(query?: undefined, options?: Options): Promise<{ user: string }>;
  put(body: { seconds?: number }, options?: Options & { reason?: string }): Promise<undefined>;
}`;
  const me: Operation = { method: 'GET', path: '/users/@me', query: [{ name: 'limit' }], statuses: [200] };
  const ban: Operation = { method: 'GET', path: '/guilds/{guild_id}/bans/{user_id}', statuses: [200] };
  const put: Operation = { ...ban, method: 'PUT', body: ['json'], fields: ['seconds'], statuses: [204] };
  const [nameOfMe, nameOfBan, nameOfPut] = [me, ban, put].map(({ method, path }) => `${method} ${path}`);
  const check = (list: readonly Operation[], kept = new Set([String(nameOfPut)])) => checkTypes(list, kept, tree);
  const problem = (operation: string | undefined, text: string) => [{ operation, problem: text }];

  it('passes with the tree it was given', () => {
    expect(check([me, ban, put])).toMatchObject({ typed: [nameOfMe, nameOfBan, nameOfPut], missing: [], extra: [] });
  });

  it('does not pass with an untyped tree', () => {
    const { missing } = checkTypes(all, reasons, 'type RestApi = any;');
    expect(missing.length).toBeGreaterThan(all.length);
    expect(missing).toContainEqual(expect.objectContaining({ operation: 'tree' }));
  });

  it('does not pass with a tree that takes any arguments', () => {
    const open = 'interface RestApi { users: { me: { get(...args: any[]): Promise<any> } } }';
    const { missing } = checkTypes([{ method: 'GET', path: '/users/@me', statuses: [200] }], reasons, open);
    expect(missing.map((finding) => finding.problem)).toContain('takes a query, but has none');
  });

  it('says what is missing, once', () => {
    const { typed, missing } = check([me, ban, put, { ...me, path: '/users/@me/shoes' }]);
    expect(missing).toEqual(problem('GET /users/@me/shoes', 'is not in the tree'));
    expect(typed).toHaveLength(3);
  });

  it('says what is too much', () => {
    const { extra, missing } = check([ban, put]);
    expect(extra).toEqual(['GET /users/me']);
    expect(missing).toEqual([]);
    expect(check([me, put]).missing).toContainEqual({
      operation: 'tree',
      problem: expect.stringMatching(/\.get compiles, but Discord has no such thing$/),
    });
  });

  it.each([
    ['a query parameter', { ...me, query: [{ name: 'limit' }, { name: 'after' }] }, 'query after is missing'],
    [
      'a query parameter that takes a list',
      { ...me, query: [{ name: 'limit', array: true as const }] },
      'query limit is missing, or takes no list',
    ],
    ['a result that may be nothing', { ...me, statuses: [200, 204] }, 'must sometimes resolve to undefined'],
  ])('says that %s is missing', (_what, changed, text) => {
    expect(check([changed, ban, put]).missing).toEqual(problem(nameOfMe, text));
  });

  it.each([
    ['a field of the body', { ...put, fields: ['seconds', 'colour'] }, 'field colour is missing'],
    ['a result', { ...put, statuses: [200] }, 'must never resolve to undefined'],
    ['a query', { ...put, query: [{ name: 'limit' }] }, 'query limit is missing'],
    ['files', { ...put, files: 'optional' as const }, 'takes no files'],
  ])('says that %s is missing from a verb with a body', (_what, changed, text) => {
    expect(check([me, ban, changed]).missing).toEqual(problem(nameOfPut, text));
  });

  it('says that a body is not Discord’s', () => {
    const { body: _body, fields: _fields, ...bare } = put;
    expect(check([me, ban, bare]).missing).toEqual(problem(nameOfPut, 'takes a body, but has none'));
  });

  it('says that a body is not required', () => {
    const optional = tree.replace('put(body: {', 'put(body?: {');
    expect(checkTypes([me, ban, put], new Set([String(nameOfPut)]), optional).missing).toEqual(
      problem(nameOfPut, 'does not require its body'),
    );
    expect(check([me, ban, { ...put, bodyOptional: true }]).missing).toEqual([]);
  });

  it('says that a reason is not kept, and that one is not taken', () => {
    expect(check([me, ban, put], new Set()).missing).toEqual(
      problem(nameOfPut, 'takes a reason, but Discord keeps none'),
    );
    const without = tree.replace(' & { reason?: string }', '');
    expect(checkTypes([me, ban, put], new Set([String(nameOfPut)]), without).missing).toEqual(
      problem(nameOfPut, 'takes no reason, but Discord keeps one'),
    );
  });
});

it('lists fields of answers that the types do not know', () => {
  const answer = (properties: object) => ({ content: { 'application/json': { schema: { properties } } } });
  const list = {
    content: { 'application/json': { schema: { type: 'array', items: { properties: { id: {}, odd: {} } } } } },
  };
  const document = {
    paths: {
      '/users/@me': { get: { responses: { 200: answer({ username: {}, mood: {} }) } } },
      '/voice/regions': { get: { responses: { 200: list } } },
    },
  };
  expect(checkAnswers(document)).toEqual({
    fields: 4,
    unknown: [
      { operation: 'GET /users/@me', field: 'mood' },
      { operation: 'GET /voice/regions', field: 'odd' },
    ],
  });
});
