/**
 * The manager's reading of Discord's session start limit: its own when it has a token, else through any pod. At most once a
 * minute, and by the manager alone, because a fleet in which everyone asks earns itself a ban.
 */
import type { SessionStart } from './global-state.ts';
import type { ClusterTiming, ReadGatewayBot } from './options.ts';
import type { PeerClient } from './peer-client.ts';
import type { PermitDesk } from './permit-desk.ts';

/** Options of {@link BudgetReader}. */
export interface BudgetReaderOptions {
  readonly desk: PermitDesk;
  readonly own: ReadGatewayBot | undefined;
  readonly pods: number;
  readonly peerOf: (ordinal: number) => PeerClient;
  readonly timing: ClusterTiming;
  readonly onError: (cause: unknown) => void;
}

type Answer = Awaited<ReturnType<ReadGatewayBot>>;

/** Keeps the desk's budget fresh. */
export class BudgetReader {
  readonly #options: BudgetReaderOptions;
  #last: SessionStart | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: BudgetReaderOptions) {
    this.#options = options;
  }

  /** Last reading with what was granted since taken off, for the pods to remember. */
  limits(): { readonly maxConcurrency: number; readonly total: number; readonly remaining: number } | undefined {
    const budget = this.#options.desk.state.budget;
    if (budget === undefined || this.#last === undefined) return undefined;
    return {
      maxConcurrency: this.#last.maxConcurrency,
      total: budget.total,
      remaining: budget.remaining - budget.outstanding,
    };
  }

  /** Last reading; `null` before the first. */
  sessionStart(): SessionStart | null {
    return this.#last ?? null;
  }

  /** Reads now, and again every so often. Never rejects. */
  async run(): Promise<void> {
    const read = await this.#read();
    if (this.#closed) return;
    // While nothing was read there is no budget to keep: ask sooner, but not at Discord's cost.
    const everyMs = this.#options.timing.budgetEveryMs;
    this.#timer = setTimeout(() => void this.run(), read ? everyMs : everyMs / 4);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<boolean> {
    try {
      const answer = this.#options.own === undefined ? await this.#askPods() : await this.#options.own({});
      if (answer === undefined || this.#closed) return false;
      const { total, remaining, reset_after, max_concurrency } = answer.session_start_limit;
      this.#last = { total, remaining, resetAt: Date.now() + reset_after, maxConcurrency: max_concurrency };
      this.#options.desk.read({ total, remaining, resetAfterMs: reset_after, maxConcurrency: max_concurrency });
      return true;
    } catch (cause) {
      this.#options.onError(cause);
      return false;
    }
  }

  async #askPods(): Promise<Answer | undefined> {
    const { pods, peerOf, timing } = this.#options;
    for (let ordinal = 0; ordinal < Math.min(pods, 8); ordinal++)
      try {
        const path = '/v1/gateway-bot';
        return await peerOf(ordinal).json<Answer>({ method: 'GET', path, timeoutMs: 2 * timing.statusTimeoutMs });
      } catch {
        // That pod is away or has no token: the next may know.
      }
    return undefined;
  }
}
