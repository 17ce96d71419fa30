/**
 * The manager's side of a cut-over between two generations.
 *
 * All pods are asked; one refusal, and nothing was changed. Then the pods in standby are told to take over, all of them, and only when
 * all have said yes are the running ones told to yield: whatever breaks in between, events are delivered twice rather than not at all.
 * From there on it only goes forward; pods that did not hear are told again at each poll.
 */
import { randomUUID } from 'node:crypto';
import { type CutoverCheck, checkCutover, modesOf, reconcile } from './cutover-check.ts';
import type { CutoverOrder, PodMode } from './cutover-order.ts';
import type { FleetLink } from './fleet-link.ts';
import { parseObject } from './listener.ts';

/** Options of {@link ManagerCutover}. */
export interface ManagerCutoverOptions {
  readonly running: FleetLink;
  readonly standby: FleetLink;
  readonly leadMs: number;
  readonly timeoutMs: number;
  readonly onError: (cause: unknown) => void;
}

/** What became of a cut-over. */
export interface CutoverResult {
  /** `refused`: nothing was changed. `abandoned`: taken back before a running pod was told. `too-late`: it could not be taken back. */
  readonly outcome: 'going' | 'refused' | 'abandoned' | 'aborted' | 'too-late';
  /** Common time, milliseconds since the Unix epoch. */
  readonly atMs?: number | undefined;
  /** Who said no, and why; with `going`, who is still to be told. */
  readonly reasons: readonly string[];
}

/** Progress for operators. */
export interface CutoverProgress extends CutoverCheck {
  /** `waiting` and `ready` before, `going` until each pod of both fleets is where it belongs, then `done`. */
  readonly state: 'waiting' | 'ready' | 'going' | 'done';
  readonly atMs: number | null;
  readonly from: number;
  readonly to: number;
}

type Step = CutoverOrder['step'];
type Decision = Pick<CutoverOrder, 'id' | 'atMs'>;

const concurrency = 64;
const settled: Record<'running' | 'standby', readonly PodMode[]> = { running: ['retired'], standby: ['active'] };

/** Coordinates one cut-over. */
export class ManagerCutover {
  readonly #options: ManagerCutoverOptions;
  /** Set once every pod in standby has said yes: from then on it only goes forward. */
  #decided: Decision | undefined;
  #work: Promise<CutoverResult> | undefined;
  #aborted = false;
  /** Changes with everything that is done here. */
  #turn = 0;
  #busy = 0;
  #reconciling: Promise<void> | undefined;

  constructor(options: ManagerCutoverOptions) {
    this.#options = options;
  }

  /** Fleet that serves now. */
  get serving(): FleetLink {
    const { running, standby } = this.#options;
    return this.#decided !== undefined && Date.now() >= this.#decided.atMs ? standby : running;
  }

  /** As of the last poll. */
  progress(): CutoverProgress {
    const { running, standby } = this.#options;
    const check = checkCutover(running, standby);
    const ends = { from: running.topology.generation, to: standby.topology.generation };
    if (this.#decided === undefined)
      return { ...check, ...ends, state: check.blockers.length === 0 ? 'ready' : 'waiting', atMs: null };
    const isTaken = modesOf(standby).every((mode) => mode === 'active');
    const isDone = isTaken && this.#unsettled('running').length === 0 && Date.now() >= this.#decided.atMs;
    const state = isDone ? 'done' : 'going';
    return { ...check, ...ends, blockers: [], state, atMs: this.#decided.atMs };
  }

  /** Cuts over, or says why not. One at a time: a call while one is under way gets its result. Never rejects. */
  run(leadMs: number = this.#options.leadMs): Promise<CutoverResult> {
    this.#work ??= this.#alone(() => this.#run(leadMs)).finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  /** Takes a cut-over back, until its time. Never rejects. */
  abort(): Promise<CutoverResult> {
    this.#aborted = true;
    return this.#alone(() => this.#abort());
  }

  /** Before a poll: what {@link reconcile} wants to know. */
  get turn(): number {
    return this.#turn;
  }

  async #abort(): Promise<CutoverResult> {
    const under = await this.#work;
    const decision = this.#decided;
    if (decision === undefined) return { outcome: 'aborted', reasons: under?.reasons ?? [] };
    if (Date.now() >= decision.atMs) return { outcome: 'too-late', atMs: decision.atMs, reasons: [] };
    // The other way round: the running fleet must be sure to stay before the other may let go.
    const stays = await this.#tell('running', 'stop', decision);
    if (stays.length > 0) {
      const reasons = [...stays, ...(await this.#tell('running', 'go', decision))];
      return { outcome: 'too-late', atMs: decision.atMs, reasons };
    }
    this.#decided = undefined;
    return { outcome: 'aborted', reasons: await this.#tell('standby', 'stop', decision) };
  }

  /**
   * After each poll: finishes or takes back what is half done. Never rejects.
   *
   * @param turn - Of before the poll: what pods said while something was done here is old.
   */
  async reconcile(turn: number): Promise<void> {
    if (this.#busy > 0 || this.#turn !== turn) return;
    this.#reconciling = this.#reconcile();
    await this.#reconciling;
  }

  async #reconcile(): Promise<void> {
    const { running, standby, onError } = this.#options;
    const known = this.#decided ?? this.#heard();
    const what = this.#decided === undefined ? reconcile(running, standby) : 'forward';
    if (what === 'nothing' || known === undefined) return;
    if (what === 'back') {
      await this.#tell('standby', 'stop', known);
      onError(new Error('a cut-over that no manager finished was taken back'));
      return;
    }
    this.#decided = known;
    const late = [
      ...(await this.#tell('standby', 'go', known, this.#unsettled('standby', ['taking']))),
      ...(await this.#tell('running', 'go', known, this.#unsettled('running', ['yielding']))),
    ];
    if (late.length > 0) onError(new Error(`cut-over goes on without ${late.slice(0, 5).join('; ')}`));
  }

  /** Nothing is reconciled meanwhile. */
  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#busy += 1;
    this.#turn += 1;
    try {
      await this.#reconciling;
      return await work();
    } finally {
      this.#busy -= 1;
      this.#turn += 1;
    }
  }

  async #run(leadMs: number): Promise<CutoverResult> {
    this.#aborted = false;
    const { running, standby } = this.#options;
    if (this.#decided !== undefined)
      return { outcome: 'refused', atMs: this.#decided.atMs, reasons: ['it has been decided already'] };
    await Promise.all([running.poll(), standby.poll()]);
    const { blockers } = checkCutover(running, standby);
    if (blockers.length > 0) return { outcome: 'refused', reasons: blockers };
    const decision = { id: randomUUID(), atMs: Date.now() + leadMs };
    const { atMs } = decision;
    const refusals = (
      await Promise.all([this.#tell('running', 'ask', decision), this.#tell('standby', 'ask', decision)])
    ).flat();
    if (refusals.length > 0) return { outcome: 'refused', reasons: refusals };
    const failed = this.#aborted ? ['aborted'] : await this.#tell('standby', 'go', decision);
    // Too late, and the first of them would let go of what it kept before the last is told.
    if (this.#aborted || Date.now() > atMs) failed.push(this.#aborted ? 'aborted' : 'the time passed');
    if (failed.length > 0) return { outcome: 'abandoned', reasons: [...failed, ...(await this.#takeBack(decision))] };
    this.#decided = decision;
    return { outcome: 'going', atMs, reasons: await this.#tell('running', 'go', decision) };
  }

  async #takeBack(decision: Decision): Promise<readonly string[]> {
    const deaf = await this.#tell('standby', 'stop', decision);
    // Those may deliver twice until they hear.
    return deaf.map((reason) => `not taken back: ${reason}`);
  }

  /** Tells pods of a fleet; who said no or nothing, and why. */
  async #tell(
    side: 'running' | 'standby',
    step: Step,
    { id, atMs }: Decision,
    ordinals: readonly number[] = this.#ordinals(side),
  ): Promise<string[]> {
    const fleet = this.#options[side];
    const { running, standby, timeoutMs } = this.#options;
    const failures: string[] = [];
    const left = [...ordinals];
    const work = async () => {
      for (let ordinal = left.shift(); ordinal !== undefined; ordinal = left.shift()) {
        const ends = { from: running.topology, to: standby.topology };
        const order = { step, id, atMs, sentAtMs: Date.now(), ...ends };
        const why = await giveOrder(fleet, ordinal, order, timeoutMs);
        if (why !== undefined) failures.push(`${fleet.podName(ordinal)}: ${why}`);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, left.length) }, work));
    return failures;
  }

  #ordinals(side: 'running' | 'standby'): readonly number[] {
    return modesOf(this.#options[side]).map((_, ordinal) => ordinal);
  }

  /** Pods that answer and are not where they belong. */
  #unsettled(side: 'running' | 'standby', also: readonly PodMode[] = []): readonly number[] {
    return modesOf(this.#options[side]).flatMap((mode, ordinal) =>
      mode === undefined || settled[side].includes(mode) || also.includes(mode) ? [] : [ordinal],
    );
  }

  /** A cut-over that pods tell of, for a manager that was not there. */
  #heard(): Decision | undefined {
    const { running, standby } = this.#options;
    // Of an earlier change of generations they tell too.
    for (const { samples } of [running, standby])
      for (const { status } of samples.values())
        if (status.cutover?.to === standby.topology.generation)
          return { id: status.cutover.id, atMs: status.cutover.atMs };
    return undefined;
  }
}

/**
 * Ends the standby of pods that are of the fleet that runs: one that took over long ago and started anew with nothing to remember
 * it by, or one that never had another before it. Never rejects.
 */
export async function wake(fleet: FleetLink, timeoutMs: number): Promise<void> {
  const { topology } = fleet;
  const asleep = modesOf(fleet).flatMap((mode, ordinal) => (mode === 'standby' ? [ordinal] : []));
  await Promise.all(
    asleep.map((ordinal) => {
      const sentAtMs = Date.now();
      // So long past that nothing of what the pod keeps is left out.
      const atMs = sentAtMs - 60_000;
      return giveOrder(
        fleet,
        ordinal,
        { step: 'go', id: 'wake', atMs, sentAtMs, from: topology, to: topology },
        timeoutMs,
      );
    }),
  );
}

/** Why a pod does not follow; `undefined` when it does. */
async function giveOrder(
  fleet: FleetLink,
  ordinal: number,
  order: CutoverOrder,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    const body = JSON.stringify(order);
    const answer = await fleet.peer(ordinal).request({ method: 'POST', path: '/v1/cutover', body, timeoutMs });
    return answer.status === 204 ? undefined : reasonOf(answer.status, answer.body);
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function reasonOf(status: number, body: Buffer): string {
  const { reason } = parseObject(body);
  return typeof reason === 'string' ? reason.slice(0, 200) : `answered ${status}`;
}
