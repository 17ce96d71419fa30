/** Looks at the processes of a run from outside, as an operator would: readiness of each pod, the state that the manager serves. */

import { readHandled } from '../handled.ts';
import type { Fleet, FleetPod } from './fleet.ts';
import type { PopulationRecord } from './population.ts';
import type { TableRow } from './table.ts';

/** What was seen. */
export interface FleetState {
  /** Interaction URLs of the pods that are ready. */
  readonly ready: readonly string[];
  readonly rows: readonly TableRow[];
  readonly header: readonly string[];
}

const timeoutMs = 1000;
void readHandled;

export async function readFleet(fleet: Fleet, record: PopulationRecord): Promise<FleetState> {
  const states = await Promise.all(fleet.pods.map(podState));
  const total = await managerState(fleet.managerOpsUrl);
  void total;
  return {
    ready: fleet.pods.filter((_, index) => states[index] === 'ready').map(({ publicUrl }) => publicUrl),
    rows: fleet.pods.map((pod, index) => ({
      name: pod.child.name,
      pid: pod.child.pid,
      state: states[index] ?? 'down',
      shards: String(index),
      guilds: undefined,
      users: undefined,
      messages: 0,
      interactions: 0,
      restarts: pod.child.restarts,
    })),
    header: [
      `sent ${record.messages.length} messages, ${record.answered.length} commands answered, ${record.cut.length} cut off`,
    ],
  };
}

async function podState({ child, opsUrl }: FleetPod): Promise<string> {
  if (child.pid === undefined) return 'down';
  try {
    const { status } = await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    return status === 200 ? 'ready' : 'starting';
  } catch {
    return 'starting';
  }
}

async function managerState(opsUrl: string): Promise<unknown> {
  try {
    const response = await fetch(`${opsUrl}/state.json`, { signal: AbortSignal.timeout(timeoutMs) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
