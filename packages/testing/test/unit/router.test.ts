import { expect, it } from 'vitest';
import { Router } from '../../src/router.ts';

it('prefers literals to parameters, decodes parameters, tells methods apart', () => {
  const router = new Router();
  const handler = () => ({});
  router.add('GET', '/users/{user_id}', handler);
  router.add('GET', '/users/@me', handler);
  router.add('GET', '/users/:user_id/x/{emoji}', handler);
  router.add('DELETE', '/users/@me/guilds/{guild_id}', handler);
  expect(router.find('GET', '/users/@me')?.template).toBe('/users/@me');
  expect(router.find('GET', '/users/12')).toMatchObject({ template: '/users/{user_id}', params: { user_id: '12' } });
  expect(router.find('GET', '/users/@me/x/a%3Ab')?.params).toEqual({ user_id: '@me', emoji: 'a:b' });
  expect(router.find('POST', '/users/12')).toBeNull();
  expect(router.find('GET', '/users/')).toBeNull();
  expect(router.find('GET', '/users/12/guilds')).toBeNull();
});
