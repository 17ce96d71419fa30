import { expect, it } from 'vitest';
import { resolveSimulatorOptions, type SimulatorOptions } from '../../src/options.ts';

it('fills in what Discord does', () => {
  expect(resolveSimulatorOptions({ shards: undefined })).toMatchObject({
    host: '127.0.0.1',
    shards: 1,
    maxConcurrency: 1,
    identifyGapMs: 5000,
    heartbeatIntervalMs: 41_250,
    sessionStart: { total: 1000, remaining: 1000, resetAfterMs: 86_400_000 },
    globalLimit: { limit: 50, windowMs: 1000 },
    keyOrder: ['t', 's', 'op', 'd'],
  });
});

it.each<[SimulatorOptions, string]>([
  [{ port: -1 }, 'simulator: port must be a whole number from 0 to 65535, got -1'],
  [{ shards: 0 }, 'simulator: shards must be a whole number of at least 1, got 0'],
  [{ heartbeatIntervalMs: 1.5 }, 'simulator: heartbeatIntervalMs must be a whole number of at least 1, got 1.5'],
  [{ token: '' }, 'simulator: token must be a string that is not empty'],
  [{ publicUrl: 'ftp://x' }, 'simulator: publicUrl must be an http or https URL, got "ftp://x"'],
])('refuses %j in one line', (options, message) => {
  expect(() => resolveSimulatorOptions(options)).toThrow(message);
});
