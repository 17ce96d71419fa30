/** What only Node has, where there is no Node. Picked by `#platform` of the package's `imports`. */

/** Does nothing: without `node:diagnostics_channel` nobody can listen. */
export function publishError(_event: object): void {}

/** @throws {@link TypeError} always: there is no disk to read from. */
export async function readFileUrl(_url: URL): Promise<Uint8Array> {
  throw new TypeError('interactions: files[].data must be no URL on this runtime, got one');
}
