import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cutoverExit, runCutover } from '../../src/cutover-command.ts';

type Answers = Partial<Record<'GET' | 'POST' | 'DELETE', (calls: number) => readonly [status: number, body: object]>>;

/** A manager that answers as told. What it decides is tested where it lives. */
async function serve(answers: Answers): Promise<AsyncDisposable & { url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const calls: Record<string, number> = {};
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    const method = request.method ?? '';
    calls[method] = (calls[method] ?? 0) + 1;
    const [status, answer] = answers[method as keyof Answers]?.(calls[method]) ?? [404, {}];
    response.writeHead(status).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens.
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
    },
  };
}

async function cutover(...args: string[]) {
  let notes = '';
  const code = await runCutover({
    args,
    env: {},
    note: (text) => {
      notes += text;
    },
  });
  return { code, notes };
}

const progress = (state: string, blockers: readonly string[] = []) =>
  [200, { state, from: 1, to: 2, shardsUp: 6, shards: 6, guildCoverage: 0.9996, blockers, atMs: null }] as const;

describe('tinfoil cutover', () => {
  it('cuts over and waits until every pod has followed', async () => {
    await using manager = await serve({
      GET: (calls) => progress(['ready', 'going', 'done'][calls - 1] ?? 'done'),
      POST: () => [200, { outcome: 'going', atMs: Date.now(), reasons: [] }],
    });
    const { code, notes } = await cutover('--manager', manager.url, '--lead-ms', '900');
    expect(code).toBe(cutoverExit.done);
    expect(notes).toMatch(
      /^generation 1 to 2: ready; 6 of 6 shards are up, 99\.9 % .*\nthe new fleet takes over at .*\ndone\n$/,
    );
    expect(manager.bodies).toContain('{"leadMs":900}');
  });

  it('says who refused, and that nothing changed', async () => {
    await using manager = await serve({
      GET: () => progress('ready'),
      POST: () => [409, { outcome: 'refused', reasons: ['bot-g2-1: draining'] }],
    });
    const { code, notes } = await cutover('--manager', manager.url);
    expect(code).toBe(cutoverExit.refused);
    expect(notes).toContain('refused: the running fleet serves on\nSTOP bot-g2-1: draining\n');
  });

  it('only looks with --check, and takes back with --abort', async () => {
    await using manager = await serve({
      GET: () => progress('waiting', ['5 of 6 shards in standby are up']),
      DELETE: () => [200, { outcome: 'aborted', reasons: [] }],
    });
    expect(await cutover('--manager', manager.url, '--check')).toMatchObject({
      code: cutoverExit.refused,
      notes: expect.stringContaining('STOP 5 of 6 shards in standby are up\n'),
    });
    expect(await cutover('--manager', manager.url, '--abort')).toEqual({
      code: cutoverExit.done,
      notes: 'taken back\n',
    });
  });

  it.each([
    [[], /^tinfoil cutover: --manager must be the internal address of the manager, got none\n$/],
    [['--manager', 'http://127.0.0.1:1', '--lead-ms', 'x'], /^tinfoil cutover: --lead-ms must be .*\n$/],
    [['--manager', 'http://127.0.0.1:1'], /^tinfoil cutover: .*connection refused\n$/],
    [['--what'], /^tinfoil cutover: Unknown option.*\n$/],
  ])('says in one line what is wrong with %j', async (args, line) => {
    const { code, notes } = await cutover(...args);
    expect(code).toBe(cutoverExit.failed);
    expect(notes).toMatch(line);
  });

  it('says when the manager knows no other fleet', async () => {
    await using manager = await serve({});
    expect((await cutover('--manager', manager.url)).notes).toMatch(/the manager knows no fleet in standby\n$/);
  });
});
