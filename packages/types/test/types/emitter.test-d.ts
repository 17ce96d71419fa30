/** Type tests of the emitter: names, arguments, and the names that the map does not have. */
import { Emitter, type EventArguments, type EventName } from '@tinfoil/types';
import type { Equal, Expect } from './assert.ts';

type Events = { ready: [shardId: number]; end: [] };

const closed = new Emitter<Events>(() => {});
const open = new Emitter<Events, [payload: unknown, shardId: number]>(() => {});

closed.on('ready', (shardId) => shardId.toFixed());
closed.once('end', () => 'what a listener returns is nobody’s business', { signal: AbortSignal.abort() });
closed.emit('ready', 1);
// @ts-expect-error -- no such event
closed.on('raedy', () => {});
// @ts-expect-error -- an argument is missing
closed.emit('ready');
// @ts-expect-error -- of the wrong type
closed.emit('ready', '1');
// @ts-expect-error -- this listener wants what the event does not carry
closed.on('ready', (shardId: string) => shardId);

open.on('ready', (shardId) => shardId.toFixed());
open.on('BRAND_NEW', (payload, shardId) => [payload, shardId.toFixed()]);
// @ts-expect-error -- what an unknown event carries is unknown
open.on('BRAND_NEW', (payload) => payload.id);

const names: [
  Expect<Equal<EventName<Events, never>, 'ready' | 'end'>>,
  Expect<Equal<EventArguments<Events, never, 'ready'>, [shardId: number]>>,
  Expect<Equal<EventArguments<Events, [unknown], 'other'>, [unknown]>>,
] = [true, true, true];
void names;
