/** Clients of Redis or Valkey that are brought along: `ioredis` or `redis`, by the one method of each that sends any command. */

/** Client: `ioredis`' `call`, or `redis`' `sendCommand`. */
export type RedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { sendCommand(args: readonly string[]): Promise<unknown> };

/** Sends any command. @throws {@link TypeError} when the client is neither. */
export function sender(client: RedisClient): (command: string, ...args: string[]) => Promise<unknown> {
  if ('call' in client && typeof client.call === 'function') return (command, ...args) => client.call(command, ...args);
  if ('sendCommand' in client && typeof client.sendCommand === 'function')
    return (command, ...args) => client.sendCommand([command, ...args]);
  throw new TypeError('cluster: client must have call (ioredis) or sendCommand (redis), got neither');
}
