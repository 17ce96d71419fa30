/** JSON bodies. Discord takes 64-bit numbers as decimal strings, which is what bigints become. */

/** Content type of JSON bodies. */
export const jsonType = 'application/json';

/** JSON of a body, with bigints as the decimal strings that Discord takes. */
export function stringify(body: unknown): string {
  try {
    const json = JSON.stringify(body);
    if (json === undefined) throw new TypeError(`rest: body must be something JSON can hold, got ${typeof body}`);
    return json;
  } catch (error) {
    // A replacer is called for every value, so it is used only where a bigint was met.
    if (!(error instanceof TypeError) || !/BigInt/i.test(error.message)) throw error;
    return JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
}
