import { describe, expect, it } from 'vitest';
import { checkAnswers } from '../src/answers.mjs';
import { checkTypes, listTree } from '../src/type-check.mjs';
import { all, names, operations, reasons } from './lists.ts';

describe('types of the route tree', () => {
  it('hold every operation of the OpenAPI file and of the documentation, and no other', () => {
    const { typed, missing, extra } = checkTypes(all, reasons);
    expect(missing).toEqual([]);
    expect(extra).toEqual([]);
    expect(typed).toHaveLength(all.length);
    expect(operations).toHaveLength(242);
  });

  it('list each operation once', () => {
    const listed = listTree();
    expect(listed).toHaveLength(all.length);
    expect(new Set(listed).size).toBe(listed.length);
  });
});

describe('the check', () => {
  it('does not pass with an untyped tree', () => {
    const { missing } = checkTypes(all, reasons, 'type RestApi = any;');
    expect(missing.length).toBeGreaterThan(all.length);
    expect(missing).toContainEqual(expect.objectContaining({ operation: 'tree' }));
  });

  it('does not pass with a tree that takes any arguments', () => {
    const tree = 'interface RestApi { users: { me: { get(...args: any[]): any } } }';
    const { missing } = checkTypes([get('/users/@me')], reasons, tree);
    expect(missing.map(({ problem }) => problem)).toContain('takes a query, but has none');
  });

  it('names what is missing', () => {
    const { typed, missing } = checkTypes([...all, get('/users/@me/shoes')], reasons);
    expect(missing.map(({ operation }) => operation)).toEqual(['GET /users/@me/shoes']);
    expect(typed).toHaveLength(all.length);
  });

  it('names a query parameter that is missing', () => {
    const changed = all.map((operation) =>
      operation.path === '/guilds/{guild_id}/bans' ? { ...operation, query: [{ name: 'colour' }] } : operation,
    );
    expect(checkTypes(changed, reasons).missing).toEqual([
      { operation: 'GET /guilds/{guild_id}/bans', problem: 'query colour is missing' },
    ]);
  });

  it('names a result that must be able to be undefined, and one that must not', () => {
    const changed = all.map((operation) =>
      operation.path === '/gateway'
        ? { ...operation, statuses: [200, 204] }
        : operation.path === '/guilds/{guild_id}/new-member-welcome'
          ? { ...operation, statuses: [200] }
          : operation,
    );
    expect(checkTypes(changed, reasons).missing).toEqual([
      { operation: 'GET /gateway', problem: 'must sometimes resolve to undefined' },
      { operation: 'GET /guilds/{guild_id}/new-member-welcome', problem: 'must never resolve to undefined' },
    ]);
  });

  it('names a field that a body lacks', () => {
    const changed = all.map((operation) =>
      operation.path === '/stage-instances' ? { ...operation, fields: ['topic', 'colour'] } : operation,
    );
    expect(checkTypes(changed, reasons).missing).toEqual([
      { operation: 'POST /stage-instances', problem: 'field colour is missing' },
    ]);
  });

  it('names what is too much', () => {
    const { extra, missing } = checkTypes(
      all.filter(({ path }) => path !== '/voice/regions'),
      reasons,
    );
    expect(extra).toEqual(['GET /voice/regions']);
    expect(missing).toEqual([]);
  });

  it('names a reason that Discord does not keep, and one it keeps', () => {
    const { missing } = checkTypes(all, new Set(names.filter((name) => !reasons.has(name))));
    const problems = missing.map(({ problem }) => problem);
    expect(problems.filter((problem) => problem === 'takes a reason, but Discord keeps none')).toHaveLength(
      reasons.size,
    );
    expect(problems).toContain('takes no reason, but Discord keeps one');
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

function get(path: string) {
  return { method: 'GET' as const, path, statuses: [200] };
}
