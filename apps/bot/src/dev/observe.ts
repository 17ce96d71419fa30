/** Looks at the processes of a run from outside, as an operator would: readiness of each pod, the state that the manager serves. */
import type { GlobalState } from 'tinfoil';
import type { Accounts } from './accounts.ts';
import type { Fleet, FleetPod } from './fleet.ts';
import type { TableRow } from './table.ts';

/** What was seen. */
export interface FleetView {
  /** Interaction URLs of the pods that are ready. */
  readonly readyUrls: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
}

const timeoutMs = 1000;

/** Looks once. A process that does not answer is a state, not an error. */
export async function readFleet(fleet: Fleet, accounts: Accounts): Promise<FleetView> {
  const [state, ...pods] = await Promise.all([globalState(fleet.managerOpsUrl), ...fleet.pods.map(podState)]);
  const { messages, interactions, cut } = accounts.counts;
  const row = (name: string, child: FleetPod['child'], rowState: string): TableRow => ({
    name,
    pid: child.pid,
    state: rowState,
    restarts: child.restarts,
  });
  return {
    readyUrls: fleet.pods.filter((_, index) => pods[index] === 'ready').map(({ publicUrl }) => publicUrl),
    header: [
      state === undefined
        ? 'manager: no answer'
        : `manager: ${state.guilds.value} guilds, ${state.users.value} users, coverage ${Math.round(state.coverage * 100)} %`,
      `sent ${messages.expected} messages, ${interactions.expected} commands answered, ${cut} cut off`,
    ],
    rows: [
      row('manager', fleet.manager, state === undefined ? 'down' : 'ready'),
      ...fleet.pods.map((pod, index) => ({
        ...row(pod.child.name, pod.child, pods[index] ?? 'down'),
        ...accounts.pods[index],
      })),
    ],
  };
}

async function podState({ child, opsUrl }: FleetPod): Promise<string> {
  if (child.pid === undefined) return 'down';
  const response = await get(`${opsUrl}/readyz`);
  return response === undefined ? 'starting' : response.ok ? 'ready' : 'not ready';
}

async function globalState(opsUrl: string): Promise<GlobalState | undefined> {
  const response = await get(`${opsUrl}/state.json`);
  // The manager's own wire form, from the same version of the package.
  return response?.ok === true ? (response.body as GlobalState) : undefined;
}

async function get(url: string): Promise<{ readonly ok: boolean; readonly body: unknown } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    return { ok: response.ok, body: text.startsWith('{') ? JSON.parse(text) : text };
  } catch {
    return undefined;
  }
}
