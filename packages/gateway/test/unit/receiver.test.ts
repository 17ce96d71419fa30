import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BadPayloadError } from '../../src/errors.ts';
import type { FrameHeader } from '../../src/frame.ts';
import type { CompressionName } from '../../src/inflate.ts';
import { Receiver } from '../../src/receiver.ts';
import type { ShardInput } from '../../src/state.ts';

function createReceiver(compression: CompressionName, maxBytes = 1_000) {
  const inputs: ShardInput[] = [];
  const dispatched: (readonly [string | null, number | null, string])[] = [];
  const errors: BadPayloadError[] = [];
  const shard = {
    id: 3,
    input: (input: ShardInput) => inputs.push(input),
    dispatch: ({ type, sequence }: FrameHeader, bytes: Buffer) => dispatched.push([type, sequence, bytes.toString()]),
  };
  const garbled = (cause: BadPayloadError) => errors.push(cause);
  const receiver = new Receiver(shard, 7, { compression, maxBytes, isWanted: () => true, garbled });
  return { inputs, dispatched, errors, receiver };
}

const text = (payload: unknown) => Buffer.from(JSON.stringify(payload));

describe('Receiver', () => {
  it.each([
    [{ op: 1, d: null }, { type: 'heartbeatWanted' }],
    [{ op: 7, d: null }, { type: 'reconnectWanted' }],
    [
      { op: 9, d: true },
      { type: 'invalidated', resumable: true },
    ],
    [
      { op: 9, d: false },
      { type: 'invalidated', resumable: false },
    ],
    [
      { op: 9, d: null },
      { type: 'invalidated', resumable: false },
    ],
    [
      { op: 10, d: { heartbeat_interval: 41_250 } },
      { type: 'hello', intervalMs: 41_250 },
    ],
    [
      { op: 10, d: null },
      { type: 'hello', intervalMs: 0 },
    ],
    [{ op: 11 }, { type: 'acknowledged' }],
  ])('turns %j into an input', (payload, input) => {
    const { receiver, inputs } = createReceiver('none');
    receiver.message(text(payload), true);
    expect(inputs).toEqual([{ ...input, connection: 7 }]);
  });

  it('hands dispatches over with their bytes, and ignores opcodes it does not know', () => {
    const { receiver, inputs, dispatched, errors } = createReceiver('none');
    receiver.message(text({ t: 'A', s: 1, op: 0, d: {} }), true);
    receiver.message(text({ op: 12, d: {} }), true);
    expect(dispatched).toEqual([['A', 1, '{"t":"A","s":1,"op":0,"d":{}}']]);
    expect([inputs, errors]).toEqual([[], []]);
  });

  it('takes single compressed payloads on an uncompressed connection, and binary plain ones', () => {
    const { receiver, dispatched } = createReceiver('none');
    receiver.message(deflateSync(text({ t: 'ZIPPED', s: 1, op: 0, d: {} })), false);
    receiver.message(text({ t: 'PLAIN', s: 2, op: 0, d: {} }), false);
    expect(dispatched.map(([type]) => type)).toEqual(['ZIPPED', 'PLAIN']);
  });

  it('takes text for plain JSON on a compressed connection', () => {
    const { receiver, dispatched } = createReceiver('zlib-stream');
    receiver.message(text({ t: 'PLAIN', s: 2, op: 0, d: {} }), true);
    expect(dispatched).toHaveLength(1);
  });

  it.each([
    ['broken JSON', text({}).subarray(0, 1), true],
    ['no payload', Buffer.from('[]'), true],
    ['a bad zlib packet', Buffer.of(0x78, 0x9c, 1, 2, 3), false],
    ['a payload that inflates to too much', deflateSync(Buffer.alloc(2_000, 32)), false],
  ])('gives the connection up for %s, and says so without the content', (_, bytes, isText) => {
    const { receiver, inputs, errors } = createReceiver('none');
    receiver.message(bytes, isText);
    expect(inputs).toEqual([{ type: 'garbled', connection: 7 }]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: 'TINFOIL_GATEWAY_BAD_PAYLOAD', shardId: 3 });
  });
});
