/**
 * What follows from the code a gateway connection was closed with. Pure.
 *
 * Only what the documentation rules out is fatal, only what it declares dead costs the session; every other code, known or
 * not, keeps the session, and the server's answer to RESUME decides.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes | Discord Docs/Gateway Close Event Codes}
 */

/** Code of a close without a close frame: a cut connection, a failed handshake. */
export const abnormalClosure = 1006;

/** Code Tinfoil closes with to keep the session: Discord ends a session at 1000 and 1001 only. */
export const resumableClosure = 4900;

/** Code Tinfoil closes with to end the session. */
export const finalClosure = 1000;

/** `resume`: keep the session. `identify`: the session is gone. `fatal`: connecting again cannot help. */
export type CloseAction = 'resume' | 'identify' | 'fatal';

const fatalReasons: Readonly<Record<number, string>> = {
  4004: 'the token is not valid',
  4010: 'the shard id or total is not valid',
  4011: 'the bot is in too many guilds for so few shards',
  4012: 'the API version is not valid',
  4013: 'the intents are not valid',
  4014: 'an intent is privileged and not switched on for the application',
};

const sessionEnding: ReadonlySet<number> = new Set([4003, 4007, 4009]);

/** What to do after the connection was closed with `code`. */
export function closeAction(code: number): CloseAction {
  if (Object.hasOwn(fatalReasons, code)) return 'fatal';
  return sessionEnding.has(code) ? 'identify' : 'resume';
}

/** Words for a fatal close code. */
export function fatalReason(code: number): string {
  return fatalReasons[code] ?? 'connecting again cannot help';
}
