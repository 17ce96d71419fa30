/**
 * What holds for a shard whatever happens in whatever order: a model carries the effects out, fast-check chooses the inputs.
 * Half of them are what could come next, half are anything at all.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isConnected } from '../../src/effects.ts';
import { initialState, step } from '../../src/machine.ts';
import { defaultTiming } from '../../src/options.ts';
import type { ShardInput, ShardState } from '../../src/state.ts';

const session = { sessionId: 'session', resumeUrl: 'wss://resume' };
const closeCodes = [1000, 1001, 1006, 4000, 4003, 4004, 4007, 4008, 4009, 4010, 4014];

/** What the effects have brought about. */
interface World {
  socket: number | undefined;
  asked: boolean;
  permit: 'none' | 'held' | 'sent';
  phaseTimer: boolean;
  heartbeatTimer: boolean;
  granted: number;
  ended: number;
}

const inputs = fc.oneof(
  fc.record({ type: fc.constant('start' as const), session: fc.option(fc.constant(session), { nil: undefined }) }),
  fc.record({ type: fc.constant('stop' as const), code: fc.constantFrom(1000, 4900) }),
  fc.record({ type: fc.constant('restart' as const), mode: fc.constantFrom('identify' as const, 'resume' as const) }),
  fc.constantFrom<ShardInput>({ type: 'halt' }, { type: 'heartbeatDue' }),
  fc.record({ type: fc.constant('phase' as const), quietMs: fc.constantFrom(0, 1e9) }),
);

/** Inputs of a connection, by a distance from the newest: 0 is that, more are older ones. */
const connectionInputs = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('opened', 'hello', 'readied', 'resumed') },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          'acknowledged',
          'heartbeatWanted',
          'reconnectWanted',
          'invalidated',
          'garbled',
          'closed',
        ),
      },
    ),
    fc.constantFrom(0, 0, 0, 0, 1, 2),
    fc.constantFrom(...closeCodes),
    fc.boolean(),
  )
  .map(([type, age, code, resumable]) => ({ type, age, code, resumable }));

const happenings = fc.oneof(
  { weight: 10, arbitrary: fc.constant({ natural: true as const }) },
  { weight: 1, arbitrary: inputs.map((input) => ({ input })) },
  { weight: 5, arbitrary: connectionInputs.map((connectionInput) => ({ connectionInput })) },
  { weight: 1, arbitrary: fc.constantFrom({ answer: 'refused' as const }, { answer: 'refusedForGood' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ answer: 'granted' as const }, { timer: true as const }) },
);
type Happening = typeof happenings extends fc.Arbitrary<infer Value> ? Value : never;

/** What leads on from each status when nothing goes wrong. */
const naturalNext = {
  idle: { input: { type: 'start', session: undefined } },
  fatal: { input: { type: 'start', session } },
  waiting: { timer: true },
  queued: { answer: 'granted' },
  connecting: { connectionInput: { type: 'opened', age: 0, code: 0, resumable: false } },
  greeting: { connectionInput: { type: 'hello', age: 0, code: 0, resumable: false } },
  identifying: { connectionInput: { type: 'readied', age: 0, code: 0, resumable: false } },
  resuming: { connectionInput: { type: 'resumed', age: 0, code: 0, resumable: false } },
  ready: { input: { type: 'heartbeatDue' } },
} as const;

/** Input that a happening stands for here and now; undefined when it cannot happen. */
function inputOf(happening: Happening, state: ShardState, world: World): ShardInput | undefined {
  if ('natural' in happening) return inputOf(naturalNext[state.status] as Happening, state, world);
  if ('input' in happening) {
    if (happening.input.type === 'phase' && !world.phaseTimer) return undefined;
    return happening.input;
  }
  if ('timer' in happening) return world.phaseTimer ? { type: 'phase', quietMs: 1e9 } : undefined;
  if ('answer' in happening) {
    if (!world.asked) return undefined;
    world.asked = false;
    if (happening.answer.startsWith('refused'))
      return { type: 'refused', cause: new Error('no'), final: happening.answer === 'refusedForGood' };
    world.permit = 'held';
    world.granted += 1;
    return { type: 'granted' };
  }
  const { type, age, code, resumable } = happening.connectionInput;
  const connection = state.connection - age;
  if (type === 'closed' && connection === world.socket) world.socket = undefined;
  // Each name stands for the input of that type; the fields of the others are ignored.
  return { type, connection, code, resumable, session, intervalMs: 41_250 } as unknown as ShardInput;
}

it('holds at most one socket and one permit, loses none, and always has a next step', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(happenings, fc.nat(120_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), {
        maxLength: 120,
      }),
      (script) => {
        let state: ShardState = initialState;
        let nowMs = 0;
        const world: World = {
          socket: undefined,
          asked: false,
          permit: 'none',
          phaseTimer: false,
          heartbeatTimer: false,
          granted: 0,
          ended: 0,
        };
        for (const [happening, afterMs, random] of script) {
          nowMs += afterMs;
          const before = state;
          const input = inputOf(happening, state, world);
          if (input === undefined) continue;
          if (input.type === 'phase') world.phaseTimer = false;
          const [next, effects] = step(state, input, { nowMs, random, timing: defaultTiming });
          state = next;
          for (const effect of effects) {
            switch (effect.type) {
              case 'ask':
                expect(world.asked).toBe(false);
                expect(world.permit).toBe('none');
                world.asked = true;
                break;
              case 'withdraw':
                world.asked = false;
                break;
              case 'report':
                expect(world.permit).not.toBe('none');
                if (effect.outcome === 'sent') {
                  expect(world.permit).toBe('held');
                  world.permit = 'sent';
                } else {
                  world.permit = 'none';
                  world.ended += 1;
                }
                break;
              case 'connect':
                expect(world.socket).toBeUndefined();
                expect(world.permit).toBe('held');
                world.socket = effect.connection;
                break;
              case 'disconnect':
                world.socket = undefined;
                break;
              case 'send':
                expect(world.socket).toBe(state.connection);
                break;
              case 'setTimer':
                expect(effect.afterMs).toBeGreaterThanOrEqual(0);
                expect(effect.afterMs).toBeLessThanOrEqual(1_000_000);
                world[effect.timer === 'phase' ? 'phaseTimer' : 'heartbeatTimer'] = true;
                break;
              case 'clearTimer':
                world[effect.timer === 'phase' ? 'phaseTimer' : 'heartbeatTimer'] = false;
                break;
              default:
            }
          }
          // A socket exists exactly in the states that have one.
          expect(world.socket !== undefined).toBe(isConnected(state));
          // A permit is held exactly while it may be needed.
          expect(world.permit !== 'none').toBe(
            ['connecting', 'greeting', 'identifying', 'resuming'].includes(state.status),
          );
          expect(world.granted - world.ended).toBe(world.permit === 'none' ? 0 : 1);
          expect(world.asked).toBe(state.status === 'queued');
          // Something comes next, or the end is settled.
          const ended = state.status === 'idle' || state.status === 'fatal';
          expect(world.phaseTimer || world.asked || (state.status === 'ready' && world.heartbeatTimer)).toBe(!ended);
          expect(world.heartbeatTimer).toBe('heartbeat' in state);
          // A fatal end keeps no session and is left only on request.
          if (input.type === 'closed' && state.status === 'fatal') expect(state.session).toBeUndefined();
          if (before.status === 'fatal' && state.status !== 'fatal') expect(['start', 'restart']).toContain(input.type);
        }
      },
    ),
    { numRuns: 1_500 },
  );
});
