/** What a sink needs of a broker: a connection that takes batches, and that is thrown away when it fails. */
import { TinfoilError } from '@tinfoil/types';
import type { OutboxEntry } from './outbox.ts';

/** Connection to a broker. */
export interface BrokerLink {
  /** Resolves when the broker has all of them, in this order; those that it will never take, by their size, are returned. */
  publish(entries: readonly OutboxEntry[]): Promise<readonly OutboxEntry[]>;
  /** Ends the connection at once. Never rejects. */
  close(): Promise<void>;
}

/** Kind of broker. */
export interface Broker {
  readonly name: string;
  /** Loads the client library. @throws {@link SinkClientError} when it is not installed. */
  load(): Promise<void>;
  /** One attempt to connect. */
  open(): Promise<BrokerLink>;
}

/** Client library of a broker that is not installed. */
export class SinkClientError extends TinfoilError {
  declare readonly code: 'TINFOIL_PROXY_SINK_CLIENT';

  constructor(sink: string, packages: string, cause: unknown) {
    super('TINFOIL_PROXY_SINK_CLIENT', `${sink} needs ${packages}: run \`npm install ${packages}\``, { cause });
  }
}

/** Loads an optional peer. @throws {@link SinkClientError} in one line when it is not there. */
export async function loadClient<Module>(sink: string, packages: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new SinkClientError(sink, packages, cause);
  }
}
