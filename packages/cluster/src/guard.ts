/** Gate of the internal listeners: a request without a valid signature gets 401 and is counted, and nothing of it is used. */
import { type AuthFailure, createVerifier } from './auth.ts';
import type { KeyRing } from './keys.ts';
import { type Guard, sendStatus } from './listener.ts';

/** Options of {@link createGuard}. */
export interface GuardOptions {
  readonly keys: KeyRing;
  /** Own name as a receiver. */
  readonly to: string;
  readonly onRefused: (why: AuthFailure) => void;
}

/** Name of a pod as receiver of signed requests. */
export function podReceiver(generation: number, ordinal: number): string {
  return `g${generation}/${ordinal}`;
}

/** Name of the manager as receiver of signed requests. */
export const managerReceiver = 'manager';

/** Guard over the keys; without any key (loopback only) it lets everything in. */
export function createGuard(options: GuardOptions): Guard {
  const verifier = createVerifier(options.keys, options.to);
  return ({ request, response, body }) => {
    options.keys.refresh();
    if (options.keys.keys.length === 0) return true;
    const header = (name: string) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const target = { method: request.method ?? '', path: request.url ?? '', body };
    const why = verifier.verify(target, header, Date.now());
    if (why === undefined) return true;
    options.onRefused(why);
    // A genuine call that was meant for another pod: its address book is wrong, not its key.
    sendStatus(response, why === 'receiver' ? 421 : 401);
    return false;
  };
}
