import { Rest } from '@tinfoil/rest';
import type { RestApi } from '@tinfoil/types';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { checkRequests } from '../src/run-check.mjs';
import { all, reasons } from './lists.ts';

describe('requests through the route tree', () => {
  it('leave with the method, path, query, body and reason of their operation', async () => {
    const { sent, findings } = await checkRequests(all, reasons, Rest);
    expect(findings).toEqual([]);
    expect(sent).toHaveLength(all.length);
  });

  it('are typed by the tree that the check compiles', () => {
    expectTypeOf<Rest['api']>().toEqualTypeOf<RestApi>();
  });

  it('are found wrong when they differ', async () => {
    const { findings } = await checkRequests(
      [
        { method: 'GET', path: '/users/@me', query: [{ name: 'limit' }], statuses: [200] },
        { method: 'POST', path: '/oauth2/token', body: ['json'], statuses: [200] },
      ],
      new Set(['POST /oauth2/token']),
      class extends Rest {
        constructor(options: ConstructorParameters<typeof Rest>[0]) {
          super({ ...options, baseUrl: options?.baseUrl?.replace('/v10', '/v9') });
        }
      },
    );
    expect(findings).toEqual([
      { operation: 'GET /users/@me', problem: 'goes to /api/v9/users/@me, not to /api/v10/users/@me' },
      { operation: 'POST /oauth2/token', problem: 'goes to /api/v9/oauth2/token, not to /api/v10/oauth2/token' },
      {
        operation: 'POST /oauth2/token',
        problem: 'sends application/x-www-form-urlencoded, not application/json',
      },
    ]);
  });
});
