/** What only Node, Bun and Deno have. Picked by `#platform` of the package's `imports`. */
import { channel } from 'node:diagnostics_channel';

const errors = channel('tinfoil:interactions:error');

/** Publishes an error that no listener took on `tinfoil:interactions:error`: free when nobody subscribes. */
export function publishError(event: object): void {
  if (errors.hasSubscribers) errors.publish(event);
}

/** Contents of a `file:` URL. */
export async function readFileUrl(url: URL): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return readFile(url);
}
