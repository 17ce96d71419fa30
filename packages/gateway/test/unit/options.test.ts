import { describe, expect, it } from 'vitest';
import { defaultTiming, resolveGatewayOptions } from '../../src/options.ts';

const base = { token: 'secret-token', intents: 0 };

describe('options', () => {
  it.each([
    [{ token: '' }, 'gateway: token must be a non-empty string, got an empty string'],
    [{ token: undefined }, 'gateway: token must be a non-empty string, got undefined'],
    [{ intents: ['Nope'] }, /unknown intent "Nope"; known are Guilds/],
    [
      { compression: 'gzip' },
      'gateway: compression must be one of auto, payload, none, zlib-stream, zstd-stream, got "gzip"',
    ],
    [{ shards: { ids: [4], total: 4 } }, 'gateway: shards.ids must be whole numbers from 0 to 3, got 4'],
    [{ shards: { ids: [1, 1], total: 4 } }, 'gateway: shards.ids must not name a shard twice'],
    [{ shards: { ids: [0], total: 0 } }, 'gateway: shards.total must be a positive whole number, got 0'],
    [{ shards: 3 }, "gateway: shards must be 'auto' or { ids, total }, got 3"],
    [{ largeThreshold: 49 }, 'gateway: largeThreshold must be a whole number from 50 to 250, got 49'],
    [{ maxQueuedCommands: 0 }, 'gateway: maxQueuedCommands must be a positive whole number, got 0'],
    [{ timing: { helloTimeoutMs: -1 } }, 'gateway: timing.helloTimeoutMs must be a number of at least 0, got -1'],
    [{ timing: { helloTimeout: 1 } }, 'gateway: unknown timing option "helloTimeout"'],
    [{ timing: { invalidSessionMinMs: 9_000 } }, /invalidSessionMaxMs must be at least invalidSessionMinMs/],
  ])('says in one line what is wrong with %o', (wrong, message) => {
    const attempt = () => resolveGatewayOptions({ ...base, ...wrong } as never);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/secret-token|\n/);
  });

  it('fills in defaults field by field, also where undefined is given', () => {
    const options = resolveGatewayOptions({
      ...base,
      compression: undefined,
      timing: { stableMs: undefined as never, saveIntervalMs: 5 },
    });
    expect(options.compression).toBe('auto');
    expect(options.timing).toEqual({ ...defaultTiming, saveIntervalMs: 5 });
  });
});
