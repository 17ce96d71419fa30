import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Simulator } from '@tinfoil/testing';
import { describe, expect, it } from 'vitest';
import { planExit, runPlan } from '../../src/plan-command.ts';

/** Runs the command; what it printed and what it said. */
async function plan(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let notes = '';
  const code = await runPlan({
    args,
    env,
    write: (text) => {
      out += text;
    },
    note: (text) => {
      notes += text;
    },
  });
  return { code, out, notes };
}

const names = (yaml: string) =>
  [...yaml.matchAll(/^kind: (\w+)\n(?:.*\n)*? {2}name: ([\w-]+)/gm)].map(([, kind, name]) => `${kind} ${name}`);

describe('tinfoil plan', () => {
  it('prints the fleet of a shard count without asking anyone', async () => {
    const { code, out } = await plan(['--shards', '1008', '--shards-per-pod', '16']);
    expect(code).toBe(planExit.done);
    expect(names(out)).toEqual(['Service bot-g1', 'StatefulSet bot-g1']);
    expect(out).toContain('replicas: 63\n');
  });

  it('takes the total from Discord and checks the identifies that are left', async () => {
    await using discord = await Simulator.start({ shards: 12, sessionStart: { total: 1000, remaining: 24 } });
    const env = { BOT_TOKEN: discord.token, TINFOIL_API_URL: discord.restUrl };
    const enough = await plan([], env);
    expect(enough).toMatchObject({ code: planExit.done, out: expect.stringContaining('replicas: 12\n') });
    const short = await plan(['--shards', '13'], env);
    expect(short).toMatchObject({ code: planExit.blocked, out: '' });
    expect(short.notes).toMatch(/STOP 24 of 1,000 identifies are left, 13 and a reserve of 13 are needed/);
    expect(await plan(['--shards', '13', '--force'], env)).toMatchObject({ code: planExit.done });
    expect(discord.ledger.filter('request').map(({ method }) => method)).not.toContain('POST');
  });

  it('takes what runs from the manager', async () => {
    const state = { generation: 3, totalShards: 4, coverage: 1, guilds: { value: 9000 } };
    await using manager = await serve(state);
    const { code, out, notes } = await plan(['--shards', '8', '--manager', manager.url]);
    expect(code).toBe(planExit.done);
    expect(names(out)).toEqual(['Service bot-g4', 'StatefulSet bot-g4']);
    expect(notes).toMatch(/WARNING 9,000 guilds are 90 % of what 4 shards may hold/);
    expect(out).toMatch(/name: TINFOIL_MODE\n +value: standby\n/);
    expect(notes).toMatch(/tinfoil cutover.*(.|\n)*kubectl delete statefulset,service bot-g3/);
  });

  it('lets one manager serve both generations until the cut-over, and one after it', async () => {
    await using manager = await serve({ generation: 3, totalShards: 4, coverage: 1, guilds: { value: 90 } });
    const asked = ['--shards', '8', '--manager', manager.url, '--part', 'manager'];
    const both = (await plan([...asked, '--shards-per-pod', '4', '--running-shards-per-pod', '2'])).out;
    const value = (name: string, yaml: string) => new RegExp(`name: ${name}\\n +value: "?([^"\\n]+)`).exec(yaml)?.[1];
    expect([value('TINFOIL_GENERATION', both), value('TINFOIL_SHARDS_PER_POD', both)]).toEqual(['3', '2']);
    expect([value('TINFOIL_STANDBY_GENERATION', both), value('TINFOIL_STANDBY_TOTAL_SHARDS', both)]).toEqual([
      '4',
      '8',
    ]);
    expect(value('TINFOIL_STANDBY_PEER_TEMPLATE', both)).toContain('http://bot-g4-{pod}.bot-g4.');
    const after = (await plan(['--shards', '8', '--generation', '4', '--after', '--part', 'manager'])).out;
    expect(value('TINFOIL_GENERATION', after)).toBe('4');
    expect(after).not.toContain('STANDBY');
    const fleet = (await plan(['--shards', '8', '--generation', '4', '--after'])).out;
    expect(fleet).not.toContain('TINFOIL_MODE');
  });

  it("does not put beside each other two fleets of one total, which would take each other's sessions", async () => {
    await using manager = await serve({ generation: 3, totalShards: 4, coverage: 1, guilds: { value: 90 } });
    const { out, notes } = await plan(['--shards', '4', '--shards-per-pod', '2', '--manager', manager.url]);
    expect(out).not.toContain('TINFOIL_MODE');
    expect(notes).toContain('kubectl scale statefulset bot-g3 --replicas=0');
  });

  it('trusts no guild count that does not cover the cluster', async () => {
    await using manager = await serve({ generation: 3, totalShards: 4, coverage: 0.5, guilds: { value: 9000 } });
    expect((await plan(['--shards', '8', '--manager', manager.url])).notes).not.toContain('guilds');
  });

  it.each([
    ['a bad flag', ['--shards', 'x'], {}, /^tinfoil plan: --shards must be .*\n$/],
    ['no total', [], {}, /^tinfoil plan: --shards must be given, or BOT_TOKEN .*\n$/],
    [
      'a manager that is away',
      ['--shards', '1', '--manager', 'http://127.0.0.1:1'],
      {},
      /^tinfoil plan: the manager at http:\/\/127\.0\.0\.1:1 does not answer\n$/,
    ],
    ['a wrong token', [], { BOT_TOKEN: 'a.wrong.token' }, /^tinfoil plan: .*401.*\n$/],
  ])('says in one line what %s is', async (_, args, env, line) => {
    await using discord = await Simulator.start();
    const { code, out, notes } = await plan(args, { TINFOIL_API_URL: discord.restUrl, ...env });
    expect({ code, out }).toEqual({ code: planExit.failed, out: '' });
    expect(notes).toMatch(line);
    expect(notes).not.toContain('a.wrong.token');
  });

  it('is a program', async () => {
    const bin = fileURLToPath(new URL('../../bin/tinfoil.js', import.meta.url));
    const run = (...args: string[]) => promisify(execFile)(process.execPath, [bin, ...args], { env: {} });
    expect((await run('plan', '--shards', '3')).stdout).toContain('name: bot-g1');
    await expect(run('plan', '--shards', 'x')).rejects.toMatchObject({
      code: 1,
      stderr: 'tinfoil plan: --shards must be a whole number of at least 1, got "x"\n',
    });
    await expect(run('deploy')).rejects.toMatchObject({
      code: 1,
      stderr: 'tinfoil: unknown command "deploy"; there are plan and cutover\n',
    });
  });
});

async function serve(state: object): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_, response) => response.end(JSON.stringify(state)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens.
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
    },
  };
}
