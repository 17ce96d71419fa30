/**
 * URLs of gateway connections.
 *
 * @see {@link https://docs.discord.com/developers/events/gateway#connecting | Discord Docs/Connecting}
 */
import type { CompressionName } from './inflate.ts';

/** API version of every connection. */
export const gatewayVersion = 10;

/** URL to connect to, with the version, the encoding and the compression, which a RESUME needs just as an IDENTIFY does. */
export function connectionUrl(base: string, compression: CompressionName): string {
  const url = new URL(base);
  url.searchParams.set('v', String(gatewayVersion));
  url.searchParams.set('encoding', 'json');
  if (compression === 'none') url.searchParams.delete('compress');
  else url.searchParams.set('compress', compression);
  return url.href;
}
