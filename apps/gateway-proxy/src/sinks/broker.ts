/** What a sink needs of a broker: a connection that takes batches, and that is thrown away when it fails. */
import { TinfoilError } from '@tinfoil/types';
import type { OutboxEntry } from './outbox.ts';

/** Connection to a broker. It does not repair itself: what became of a batch under way would be hidden. */
export interface BrokerLink {
  /** Resolves when the broker has all of them, in this order, with those that it will never take, because they are too large. */
  publish(entries: readonly OutboxEntry[]): Promise<readonly OutboxEntry[]>;
  /** Ends the connection at once; what is being published rejects. Never rejects itself. */
  close(): Promise<void>;
}

/** Kind of broker. */
export interface Broker {
  readonly name: string;
  /** Loads the client library. @throws {@link SinkClientError} when it is not installed. */
  load(): Promise<void>;
  /** One attempt to connect; it ends soon after `signal` is aborted. */
  open(signal: AbortSignal): Promise<BrokerLink>;
}

/** Failure of a broker or of its connection. */
export class SinkError extends TinfoilError {
  declare readonly code: 'TINFOIL_PROXY_SINK';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('TINFOIL_PROXY_SINK', message, options);
  }
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
