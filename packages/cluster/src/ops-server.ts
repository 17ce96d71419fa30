/**
 * Ops listener of pods and manager: probes and metrics, no secrets, no writes.
 *
 * `/livez` says only that the event loop answers. It knows neither Discord nor the manager: an outage of theirs must not
 * restart pods, because that is how tokens get reset.
 */
import { type Route, sendText } from './listener.ts';
import type { Metrics } from './metrics.ts';

/** What the probes ask. */
export interface OpsRouteOptions {
  readonly metrics: Metrics;
  /** One word why the pod is not ready; `undefined` when it is. */
  readonly notReady: () => string | undefined;
}

/** Table of an ops listener. */
export function opsRoutes(options: OpsRouteOptions): readonly Route[] {
  return [
    { method: 'GET', path: '/livez', run: ({ response }) => sendText(response, 200, 'ok\n') },
    // Reached only when options were good and every port is bound.
    { method: 'GET', path: '/startupz', run: ({ response }) => sendText(response, 200, 'ok\n') },
    {
      method: 'GET',
      path: '/readyz',
      run({ response }) {
        const why = options.notReady();
        sendText(response, why === undefined ? 200 : 503, `${why ?? 'ok'}\n`);
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      async run({ response }) {
        const { text, type } = await options.metrics.render();
        sendText(response, 200, text, type.replace(/; charset=utf-8/, ''));
      },
    },
  ];
}
