/**
 * Pods and a manager that share a REST limit, on numbers: every process has a clock of its own that starts anywhere and runs
 * up to 1 % fast or slow, messages travel at random speeds and get lost, the manager hangs, dies and starts anew, and pods do
 * too. A hung manager answers what piled up when it wakes. The only witness is the list of sends as they reach Discord.
 */
import { RestBudget, staticAfterMs } from '../src/rest-budget.ts';
import { RestHolder } from '../src/rest-holder.ts';
import { restRules } from '../src/rest-lease.ts';
import type { RestAsk, RestGrant } from '../src/rest-wire.ts';

/** What happens in a run. */
export interface RestPlan {
  readonly seed: number;
  readonly pods: number;
  readonly durationMs: number;
  /** Requests per second that pod `ordinal` has use for at a time; Infinity for more than any limit. */
  readonly demand: (ordinal: number, atMs: number) => number;
  /** Greatest time of one trip between pod and manager. */
  readonly delayMs: number;
  /** Share of messages that get lost. */
  readonly loss: number;
  /** Spans in which the manager does not run; what reaches it waits. */
  readonly hangs: readonly (readonly [number, number])[];
  /** Spans in which there is none. After each, another begins. */
  readonly deaths: readonly (readonly [number, number])[];
  /** Kills of a pod, and when the next process of that place begins. */
  readonly kills: readonly { readonly ordinal: number; readonly atMs: number; readonly backAtMs: number }[];
}

/** Numbers from 0 to 1 from a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Most times in any span of `windowMs`. */
export function worst(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  sorted.forEach((time, last) => {
    while (time - (sorted[first] ?? 0) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/** One send: which pod, and when it reached Discord. */
export interface Send {
  readonly ordinal: number;
  readonly atMs: number;
}

const limit = 45;
const ttlMs = 1_000;
// What a request may take longer than another to Discord: less than the window has over a second.
const tripMs = 80;

/** Runs the plan and gives the sends. */
export function runRestFleet(plan: RestPlan): readonly Send[] {
  const random = randomOf(plan.seed);
  const rules = restRules({ limit, ttlMs, pods: plan.pods });
  const sends: Send[] = [];
  const queue = new EventQueue();
  const inSpan = (spans: RestPlan['hangs'], atMs: number) => spans.find(([from, to]) => atMs >= from && atMs < to);
  const clock = () => {
    const offset = random() * 1e6;
    const rate = 0.99 + random() * 0.02;
    return (atMs: number) => offset + atMs * rate;
  };

  let run = 0;
  let manager: { readonly budget: RestBudget; readonly clock: (atMs: number) => number } | undefined;
  const begin = (atMs: number) => {
    const own = clock();
    run += 1;
    manager = { budget: new RestBudget(rules, `run${run}`, own(atMs)), clock: own };
  };
  if (inSpan(plan.deaths, 0) === undefined) begin(0);
  for (const [from, to] of plan.deaths) {
    queue.add(from, () => {
      manager = undefined;
    });
    queue.add(to, begin);
  }
  /** Lets the manager answer; `undefined` reaches nobody. */
  const serve = (ask: RestAsk, atMs: number, reply: (grant: RestGrant | undefined, atMs: number) => void) => {
    const serving = manager;
    const hang = inSpan(plan.hangs, atMs);
    if (serving === undefined) return;
    if (hang !== undefined) {
      // It wakes and takes what piled up, if it is still the same one.
      queue.add(hang[1], (wakesAtMs) => serving === manager && serve(ask, wakesAtMs, reply));
      return;
    }
    const answer = serving.budget.ask(ask, serving.clock(atMs));
    const grant = 'lease' in answer ? answer : undefined;
    if (random() >= plan.loss) queue.add(atMs + random() * plan.delayMs, (thenMs) => reply(grant, thenMs));
  };

  const startPod = (ordinal: number, bornAtMs: number, diesAtMs: number) => {
    const own = clock();
    const skewMs = (random() - 0.5) * 80;
    const startedAtMs = own(bornAtMs);
    const holder = new RestHolder({ rules, ordinal, startedAtMs, staticAtMs: startedAtMs + staticAfterMs(rules) });
    const epoch = `${ordinal}-${bornAtMs}`;
    const isAlive = (atMs: number) => atMs < diesAtMs;
    let open: object | undefined;
    let lastAskMs = Number.NEGATIVE_INFINITY;
    const ask = (atMs: number) => {
      if (!isAlive(atMs)) return;
      const sent = {};
      open = sent;
      lastAskMs = atMs;
      const told = holder.ask(own(atMs));
      const asked = { atMs: own(atMs), invalid: told.invalid };
      const message: RestAsk = { pod: `bot-${ordinal}`, ordinal, generation: 1, epoch, egress: 'default', ...told };
      const next = (thenMs: number) => queue.add(Math.max(thenMs, atMs + ttlMs / 2), ask);
      queue.add(atMs + ttlMs, (thenMs) => {
        if (open !== sent) return;
        open = undefined;
        next(thenMs);
      });
      if (random() < plan.loss) return;
      queue.add(atMs + random() * plan.delayMs, (thenMs) =>
        serve(message, thenMs, (grant, gotMs) => {
          if (open !== sent || !isAlive(gotMs)) return;
          open = undefined;
          if (grant !== undefined) holder.answered(grant, asked, own(gotMs));
          next(gotMs);
        }),
      );
    };
    /** Sends whenever it may and has use for it. */
    let due = bornAtMs + random() * 1_000;
    const work = (atMs: number) => {
      if (!isAlive(atMs)) return;
      const rate = plan.demand(ordinal, atMs);
      if (rate === 0) {
        due = atMs;
        queue.add(atMs + 50, work);
        return;
      }
      if (atMs < due) {
        queue.add(due, work);
        return;
      }
      const waitMs = holder.take(own(atMs), 1_790_000_000_000 + atMs + skewMs);
      if (waitMs === 0) {
        holder.sent(own(atMs));
        sends.push({ ordinal, atMs: atMs + random() * tripMs });
        due = rate === Number.POSITIVE_INFINITY ? atMs : Math.max(due, atMs - 2_000) + 1_000 / rate;
        queue.add(Math.max(atMs, due), work);
        return;
      }
      if (holder.short(own(atMs)) && open === undefined && atMs - lastAskMs > 100) ask(atMs);
      queue.add(atMs + waitMs, work);
    };
    queue.add(bornAtMs + random() * 300, ask);
    queue.add(bornAtMs, work);
  };

  for (let ordinal = 0; ordinal < plan.pods; ordinal += 1) {
    const kills = plan.kills.filter((kill) => kill.ordinal === ordinal).sort((a, b) => a.atMs - b.atMs);
    let bornAtMs: number | undefined = random() * 500;
    for (const { atMs, backAtMs } of kills) {
      if (bornAtMs === undefined || atMs <= bornAtMs) continue;
      startPodAt(queue, bornAtMs, (born) => startPod(ordinal, born, atMs));
      bornAtMs = Math.max(atMs, backAtMs);
    }
    startPodAt(queue, bornAtMs, (born) => startPod(ordinal, born, Number.POSITIVE_INFINITY));
  }
  queue.runUntil(plan.durationMs);
  return sends;
}

function startPodAt(queue: EventQueue, atMs: number, start: (atMs: number) => void): void {
  queue.add(atMs, start);
}

/** Events in order of time (binary heap). */
class EventQueue {
  readonly #heap: { readonly atMs: number; readonly run: (atMs: number) => void }[] = [];

  add(atMs: number, run: (atMs: number) => void): void {
    const heap = this.#heap;
    heap.push({ atMs, run });
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.atMs <= heap[at]!.atMs) break;
      [heap[parent], heap[at]] = [heap[at]!, heap[parent]!];
      at = parent;
    }
  }

  runUntil(endMs: number): void {
    for (let next = this.#take(); next !== undefined && next.atMs < endMs; next = this.#take()) next.run(next.atMs);
  }

  #take() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && heap[child]!.atMs < heap[least]!.atMs) least = child;
      if (least === at) return first;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}
