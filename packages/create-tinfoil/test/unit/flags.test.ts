import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ask, withDefaults } from '../../src/ask.ts';
import { parseFlags } from '../../src/flags.ts';

describe('parseFlags', () => {
  it('takes a directory and flags', () => {
    expect(parseFlags(['bot', '--kind', 'http', '--deploy=kubernetes', '--packages', '/tmp/x'])).toEqual({
      directory: 'bot',
      kind: 'http',
      deploy: 'kubernetes',
      packages: '/tmp/x',
      help: false,
    });
  });

  it.each([
    [['a', 'b'], 'expected at most one directory, got "a" "b"'],
    [[''], 'directory must not be empty'],
    [['--kind', 'pigeon'], '--kind must be one of gateway, http, got "pigeon"'],
    [['--deploy', 'x'], '--deploy must be one of process, kubernetes, got "x"'],
    [['--colour'], "Unknown option '--colour'; known are --kind, --deploy, --packages, --help"],
    [['--kind'], "Option '--kind <value>' argument missing; known are --kind, --deploy, --packages, --help"],
  ])('names the mistake in %j in one line', (args, line) => {
    expect(() => parseFlags(args)).toThrow(expect.objectContaining({ name: 'ProjectError', message: line }));
  });
});

describe('ask', () => {
  it('asks for what is not given, and takes the default for an empty answer', async () => {
    const { answers, asked } = answer(['--deploy', 'kubernetes'], ['', 'http']);
    await expect(answers).resolves.toEqual({ directory: 'my-bot', kind: 'http', deploy: 'kubernetes' });
    expect(asked()).toBe('Directory (my-bot): Kind, gateway or http (gateway): ');
  });

  it('asks nothing when everything is given', async () => {
    const { answers, asked } = answer(['bot', '--kind', 'http', '--deploy', 'process'], []);
    await expect(answers).resolves.toEqual({ directory: 'bot', kind: 'http', deploy: 'process' });
    expect(asked()).toBe('');
  });

  it('refuses an answer that is none of the choices', async () => {
    await expect(answer(['bot'], ['pigeon']).answers).rejects.toThrow(
      'kind must be one of gateway, http, got "pigeon"',
    );
  });

  it('ends when the input does', async () => {
    const input = new PassThrough();
    const answers = ask(parseFlags([]), input, new PassThrough());
    input.end();
    await expect(answers).rejects.toThrow('nothing was written: the questions were not answered');
  });
});

it('needs a directory where nobody can be asked', () => {
  expect(() => withDefaults(parseFlags([]))).toThrow('directory must be given where there is no terminal to ask at');
  expect(withDefaults(parseFlags(['bot']))).toEqual({ directory: 'bot', kind: 'gateway', deploy: 'process' });
});

/** Answers each question when it is asked. */
function answer(args: string[], lines: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk) => {
    text += chunk;
    if (text.endsWith(': ') && lines.length > 0) input.write(`${lines.shift()}\n`);
  });
  return { answers: ask(parseFlags(args), input, output), asked: () => text };
}
