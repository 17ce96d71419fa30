/**
 * An answer that refuses, in Discord's words and with its JSON codes.
 *
 * @see {@link https://docs.discord.com/developers/topics/opcodes-and-status-codes#json | Discord Docs/JSON Error Codes}
 */

/** Thrown by a route's handler; becomes the answer. */
export class DiscordError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, code: number, message: string, errors?: unknown) {
    super(message);
    this.name = 'DiscordError';
    this.status = status;
    this.body = { message, code, ...(errors === undefined ? {} : { errors }) };
  }
}

/** 404 of a resource that does not exist, such as `unknown('Webhook', 10015)`. */
export function unknown(resource: string, code: number): DiscordError {
  return new DiscordError(404, code, `Unknown ${resource}`);
}

/** 400 of a form that is wrong at one field. */
export function invalidForm(path: string, code: string, message: string): DiscordError {
  const leaf: unknown = { _errors: [{ code, message }] };
  const errors = path.split('.').reduceRight((inner, key) => ({ [key]: inner }), leaf);
  return new DiscordError(400, 50_035, 'Invalid Form Body', errors);
}
