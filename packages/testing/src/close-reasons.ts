/**
 * Close codes of the gateway with the words Discord sends.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes | Discord Docs/Close Codes}
 */

const closeReasons: Readonly<Record<number, string>> = {
  4000: 'Unknown error.',
  4002: 'Error while decoding payload.',
  4003: 'Not authenticated.',
  4004: 'Authentication failed.',
  4005: 'Already authenticated.',
  4007: 'Invalid seq.',
  4008: 'You are being rate limited.',
  4009: 'Session timed out.',
  4010: 'Invalid shard.',
  4011: 'Sharding required.',
  4012: 'Invalid API version.',
  4013: 'Invalid intent(s).',
  4014: 'Disallowed intent(s).',
};

/** Words of a close code. */
export function closeReason(code: number): string {
  return closeReasons[code] ?? '';
}
