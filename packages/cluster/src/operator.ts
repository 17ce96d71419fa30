/** An operator's way to the manager: looks at a cut-over, starts it, takes it back. Signed like every internal call. */
import { PeerError } from './errors.ts';
import { managerReceiver } from './guard.ts';
import type { CutoverProgress, CutoverResult } from './manager-cutover.ts';
import { type KeyOptions, resolveKeys } from './options.ts';
import { PeerClient } from './peer-client.ts';
import { baseUrl } from './peers.ts';
import { createTlsRing, type TlsFiles } from './tls.ts';

/** Options of {@link ManagerOperator}. */
export interface ManagerOperatorOptions {
  /** Base URL of the manager's internal listener. */
  readonly managerUrl: string;
  readonly keys?: KeyOptions | undefined;
  readonly tls?: TlsFiles | undefined;
  /** Milliseconds for each answer; a cut-over asks every pod before it answers. @defaultValue 30,000 */
  readonly timeoutMs?: number | undefined;
}

/** Commands of an operator to the manager. */
export class ManagerOperator {
  readonly #client: PeerClient;
  readonly #timeoutMs: number;

  /** @throws {@link TypeError} naming the option, what is allowed, and what came. */
  constructor(options: ManagerOperatorOptions) {
    const url = baseUrl(options.managerUrl, 'managerUrl');
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#client = new PeerClient({
      url: () => url,
      to: managerReceiver,
      keys: resolveKeys(options.keys),
      tls: options.tls && createTlsRing(options.tls),
      connectTimeoutMs: Math.min(this.#timeoutMs, 5_000),
    });
  }

  /** How far the fleet in standby is, as of the manager's last poll. @throws {@link PeerError} */
  progress(): Promise<CutoverProgress> {
    return this.#send('GET', undefined, [200]);
  }

  /** Cuts over. A refusal is a result, and means that nothing was changed. @throws {@link PeerError} */
  cutOver({ leadMs }: { readonly leadMs?: number | undefined } = {}): Promise<CutoverResult> {
    return this.#send('POST', JSON.stringify({ leadMs }), [200, 409]);
  }

  /** Takes a cut-over back, until its time. @throws {@link PeerError} */
  abort(): Promise<CutoverResult> {
    return this.#send('DELETE', undefined, [200, 409]);
  }

  /** Breaks the connection. */
  close(): Promise<void> {
    return this.#client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #send<Result>(method: 'GET' | 'POST' | 'DELETE', body: string | undefined, known: number[]): Promise<Result> {
    const request = { method, path: '/v1/cutover', timeoutMs: this.#timeoutMs };
    const { status, body: said } = await this.#client.request(body === undefined ? request : { ...request, body });
    if (known.includes(status)) return JSON.parse(said.toString('utf8')) as Result; // Both ends are of one version line.
    const why =
      status === 401 ? 'accepts none of the keys' : status === 404 ? 'knows no fleet in standby' : `answered ${status}`;
    throw new PeerError(`the manager ${why}`, { reason: status === 401 ? 'unauthorized' : 'error', status });
  }
}
