import { describe, expect, it } from 'vitest';
import { PlanFlagError, parsePlanFlags } from '../../src/plan-flags.ts';

describe('parsePlanFlags', () => {
  it('fills what is not given', () => {
    expect(parsePlanFlags([])).toMatchObject({
      shardsPerPod: 1,
      image: 'tinfoil-bot:dev',
      part: 'fleet',
      force: false,
    });
  });

  it.each([
    [['--shards', 'many'], '--shards must be a whole number of at least 1, got "many"'],
    [['--shards=0'], '--shards must be a whole number of at least 1, got "0"'],
    [['--shards-per-pod', '-1'], /^Option '--shards-per-pod' argument is ambiguous.* \(tinfoil plan --help\)$/],
    [['--generation=1e3'], '--generation must be a whole number of at least 0, got "1e3"'],
    [['--part', 'all'], '--part must be one of fleet, manager, public, got "all"'],
    [['--image', 'a b'], '--image must be the name of an image, got "a b"'],
    [['--namespace', 'Upper'], '--namespace must be the name of a namespace, got "Upper"'],
    [['--manager', 'localhost'], '--manager must be a URL such as http://127.0.0.1:9090, got "localhost"'],
    [['--running-shards', '3'], '--running-generation and --running-shards must come together'],
    [
      ['--manager', 'http://x', '--running-shards', '3', '--running-generation', '1'],
      '--manager says what runs: leave out --running-generation and --running-shards',
    ],
    [['--unknown'], /^Unknown option '--unknown'.* \(tinfoil plan --help\)$/],
    [['extra'], /^Unexpected argument 'extra'.* \(tinfoil plan --help\)$/],
  ] as const)('refuses %j in one line', (args, line) => {
    let message = '';
    try {
      parsePlanFlags(args);
    } catch (error) {
      expect(error).toBeInstanceOf(PlanFlagError);
      message = (error as Error).message;
    }
    expect(message).toMatch(line);
    expect(message).not.toContain('\n');
  });
});
