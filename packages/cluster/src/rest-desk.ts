/** The manager's REST budget at work: its route, its clock, its metrics. */
import type { Clock } from '@tinfoil/types';
import { type Route, sendJson, sendStatus } from './listener.ts';
import type { Metrics } from './metrics.ts';
import { RestBudget } from './rest-budget.ts';
import type { RestRules } from './rest-lease.ts';
import { parseRestAsk } from './rest-wire.ts';

/** Options of {@link RestDesk}. */
export interface RestDeskOptions {
  readonly rules: RestRules;
  readonly generation: number;
  /** Run of the manager. */
  readonly epoch: string;
  readonly clock: Clock;
}

/** Desk at which pods lease their part of the REST limit. */
export class RestDesk {
  readonly #options: RestDeskOptions;
  readonly #budget: RestBudget;

  constructor(options: RestDeskOptions) {
    this.#options = options;
    this.#budget = new RestBudget(options.rules, options.epoch, options.clock.nowMs());
  }

  /** 200 with a lease; 503 while leases of a manager before this one may be alive; 409 for pods of another layout. */
  routes(): readonly Route[] {
    const { generation, rules, clock } = this.#options;
    return [
      {
        method: 'POST',
        path: '/v1/rest/lease',
        run: ({ body, response }) => {
          const ask = parseRestAsk(body, { generation, pods: rules.pods });
          if (ask === undefined) return sendStatus(response, 409);
          const answer = this.#budget.ask(ask, clock.nowMs());
          sendJson(response, 'lease' in answer ? 200 : 503, answer);
        },
      },
    ];
  }

  /** Registers what it can tell. */
  measure(metrics: Metrics): void {
    const { clock } = this.#options;
    metrics.gauge('tinfoil_rest_granted_tokens', 'Requests per 1.1 s that leases of all pods stand for.', [], (gauge) =>
      gauge.set(this.#budget.granted(clock.nowMs())),
    );
    metrics.gauge(
      'tinfoil_rest_invalid_requests',
      'Invalid answers of the last 10 minutes by egress group; all pods of it pause at 8,000.',
      ['egress'],
      (gauge) => {
        gauge.reset();
        for (const [egress, count] of this.#budget.invalid(clock.nowMs())) gauge.set({ egress }, count);
      },
    );
  }
}

/** Registers a pod's part. */
export function measureRestLease(metrics: Metrics, allowance: () => { tokens: number; source: string }): void {
  metrics.gauge('tinfoil_rest_lease_tokens', 'Requests per 1.1 s that this pod may send.', [], (gauge) =>
    gauge.set(allowance().tokens),
  );
  metrics.gauge('tinfoil_rest_lease_held', '1 while this pod holds a REST lease of the manager.', [], (gauge) =>
    gauge.set(allowance().source === 'lease' ? 1 : 0),
  );
}
