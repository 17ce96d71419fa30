/**
 * End of a pod, in the order that loses nothing: say not ready, serve on while the word spreads, close the shards so that
 * their sessions stay, let handlers finish, hand the last sessions over, close the listeners.
 *
 * The order lives here, apart from what the steps do, so that it can be read and tested.
 */

/** Steps of a drain, each already bounded in time by its maker. */
export interface DrainSteps {
  /** Not ready, and no new calls. */
  readonly refuse: () => void;
  /** Endpoints propagate; what still arrives is served. */
  readonly settle: () => Promise<void>;
  /** Shards close with a code that keeps their sessions; handlers finish; final records reach the near store. */
  readonly closeGateway: () => Promise<void>;
  /** Handlers of calls finish. */
  readonly finishCalls: () => Promise<void>;
  /** Final records reach the manager. */
  readonly flushSessions: () => Promise<void>;
  readonly closeListeners: () => Promise<void>;
}

/** Runs the steps; one that fails is reported and never keeps the next from running. */
export async function drain(steps: DrainSteps, onError: (cause: unknown, what: string) => void): Promise<void> {
  steps.refuse();
  for (const [what, step] of [
    ['settle', steps.settle],
    ['closeGateway', steps.closeGateway],
    ['finishCalls', steps.finishCalls],
    ['flushSessions', steps.flushSessions],
    ['closeListeners', steps.closeListeners],
  ] as const)
    try {
      await step();
    } catch (cause) {
      onError(cause, `drain.${what}`);
    }
}

/** Resolves with `work`, or after `limitMs`. */
export async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
