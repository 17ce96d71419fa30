/** What must and must not compile. Checked by `tsc`, never run. */
import type { APIUser, DiscordRequest, GlobalLimiter } from '@tinfoil/types';
import { listMembers, type PageSource, Rest, type RestOptions } from '../../src/index.ts';

declare const rest: Rest;
declare const limiter: GlobalLimiter;

export const request: DiscordRequest = rest.request;
export const source: PageSource = rest;
export const me: Promise<APIUser> = rest.api.users.me.get();
export const options: RestOptions = { token: undefined, globalLimit: limiter, timeoutMs: undefined };
export const custom: Promise<{ readonly id: string }> = rest.request<{ readonly id: string }>({
  method: 'GET',
  path: '/x',
});

rest.on('rateLimited', (info) => info.retryAfterMs.toFixed());
// @ts-expect-error There is no such event.
rest.on('rateLimitted', () => undefined);
// @ts-expect-error There is no such route.
rest.api.userz;
// @ts-expect-error Create Message has a body.
rest.api.channels('1').messages.post();
// @ts-expect-error Get Channel takes no reason.
rest.api.channels('1').get(undefined, { reason: 'x' });
// @ts-expect-error Discord has no such method.
rest.request({ method: 'HEAD', path: '/x' });
// @ts-expect-error A timeout is a number.
export const wrong: Rest = new Rest({ timeoutMs: '5' });

export async function disposes(): Promise<void> {
  await using client = new Rest();
  for await (const member of listMembers(client, '1', { max: 10 })) member.user.id.length;
}
