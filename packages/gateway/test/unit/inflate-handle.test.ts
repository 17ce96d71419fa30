import { createInflate } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { passesSelfTest } from '../../src/inflate-handle.ts';

interface Stream {
  _handle: { writeSync: unknown };
  _writeState: Uint32Array;
}

/** A new stream of this runtime, with one thing changed. */
function streamWhere(change: (stream: Stream) => void): unknown {
  const stream = createInflate({ chunkSize: 64 });
  change(stream as unknown as Stream);
  return stream;
}

const set = (object: object, key: string, value: unknown) => Object.defineProperty(object, key, { value });

describe('self-test of the handle', () => {
  it('passes on this runtime', () => {
    expect(passesSelfTest('zlib', createInflate({ chunkSize: 64 }))).toBe(true);
  });

  it('fails where there is no such stream', () => {
    expect(passesSelfTest('zstd', undefined)).toBe(false);
    expect(passesSelfTest('zlib', {})).toBe(false);
  });

  it.each<[string, (stream: Stream) => void]>([
    ['no handle', (stream) => set(stream, '_handle', undefined)],
    ['no writeSync', (stream) => set(stream._handle, 'writeSync', undefined)],
    ['no state', (stream) => set(stream, '_writeState', undefined)],
    ['its state in a longer array', (stream) => set(stream, '_writeState', new Uint32Array(3))],
    ['its state elsewhere', (stream) => set(stream, '_writeState', new Uint32Array(2))],
    ['a writeSync that does nothing', (stream) => set(stream._handle, 'writeSync', () => {})],
    [
      'a writeSync that throws',
      (stream) =>
        set(stream._handle, 'writeSync', () => {
          throw new Error('changed');
        }),
    ],
    [
      'errors that are told elsewhere',
      (stream) => Object.defineProperty(stream._handle, 'onerror', { get: () => () => {}, set: () => {} }),
    ],
  ])('fails on a stream with %s', (_name, change) => {
    expect(passesSelfTest('zlib', streamWhere(change))).toBe(false);
  });
});
