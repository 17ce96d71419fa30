/** Partitions between real hosts: network namespaces, cut by iptables. Needs root on Linux with `ip` and `iptables`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Fleet, type FleetNetwork, identifyGapMs, smallestGap, startFleet } from '../process/fleet.ts';

const why = obstacle();
if (why !== undefined) console.log(`skipped: network partitions (${why})`);

const tag = `tf${process.pid % 10_000}`;
const net = `10.${(process.pid % 200) + 20}.7`;
const places = ['m', '0', '1', '2'];
const nameOf = (ordinal: number | undefined) => (ordinal === undefined ? 'm' : String(ordinal));
const hostOf = (ordinal: number | undefined) => `${net}.${ordinal === undefined ? 9 : 10 + ordinal}`;
const run = (command: string) => execFileSync('sh', ['-ec', command], { stdio: 'pipe' });

const network: FleetNetwork = {
  discordHost: `${net}.1`,
  host: hostOf,
  command: (ordinal) => ['ip', 'netns', 'exec', `${tag}${nameOf(ordinal)}`, process.execPath],
};

/** Drops what one place sends to another; `both` ways unless told otherwise. */
function cut(from: number | undefined, to: number | undefined, both = true): void {
  run(`ip netns exec ${tag}${nameOf(from)} iptables -A OUTPUT -d ${hostOf(to)} -j DROP`);
  if (both) cut(to, from, false);
}

function heal(): void {
  for (const place of places) run(`ip netns exec ${tag}${place} iptables -F OUTPUT`);
}

describe.skipIf(why !== undefined)('partitions', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    run(`ip link add ${tag}br type bridge; ip addr add ${net}.1/24 dev ${tag}br; ip link set ${tag}br up`);
    for (const [index, place] of places.entries())
      run(`ip netns add ${tag}${place}; ip link add ${tag}v${place} type veth peer name eth0 netns ${tag}${place}
        ip link set ${tag}v${place} master ${tag}br; ip link set ${tag}v${place} up
        ip netns exec ${tag}${place} ip addr add ${net}.${9 + index}/24 dev eth0
        ip netns exec ${tag}${place} ip link set eth0 up; ip netns exec ${tag}${place} ip link set lo up`);
    fleet = await startFleet({ totalShards: 3, network, discord: { maxConcurrency: 3 } });
    await fleet.up();
  });
  afterAll(async () => {
    await fleet?.[Symbol.asyncDispose]();
    for (const place of places) spawnSync('ip', ['netns', 'del', `${tag}${place}`]);
    spawnSync('ip', ['link', 'del', `${tag}br`]);
  });

  interface Answer {
    readonly results: { readonly pod: string; readonly ok: boolean; readonly error?: string }[];
    readonly tookMs: number;
  }
  const broadcast = (ordinal: number) =>
    fleet
      .pod(ordinal)
      .ask<Answer>('broadcast', { name: 'echo', args: 1, options: { timeoutMs: 500, deadlineMs: 1_000 } });
  const failures = async (ordinal: number) =>
    (await broadcast(ordinal)).results.flatMap(({ pod, ok, error }) => (ok ? [] : [`${pod} ${error}`]));

  it('between two pods: calls name the one that is cut off, the manager still sees all', async () => {
    cut(0, 1);
    expect(await failures(0)).toEqual(['bot-1 timeout']);
    expect(await failures(2)).toEqual([]);
    await eventually(async () => (await fleet.state(2)).coverage === 1, 'a whole poll');
    heal();
    await eventually(async () => (await failures(0)).length === 0, 'calls arrive again');
  });

  it('one way only: calls fail by timeout in both directions, and come back', async () => {
    cut(1, 0, false);
    expect(await failures(0)).toEqual(['bot-1 timeout']);
    heal();
    await eventually(async () => (await failures(0)).length === 0, 'calls arrive again');
  });

  it('between the manager and all pods: everything goes on, new sessions by the calendar', async () => {
    const identifies = fleet.discord.ledger.count('identify');
    for (const ordinal of [0, 1, 2]) cut(undefined, ordinal);
    expect(await failures(0)).toEqual([]);
    await eventually(async () => (await fleet.state(0)).source === 'sweep', 'a sweep');
    expect((await fleet.state(0)).coverage).toBe(1);
    // A crash resumes from the file, asking nobody.
    await fleet.pod(1).end('SIGKILL');
    fleet.pod(1).restart();
    await fleet.pod(1).told('up', 30_000);
    expect(fleet.discord.ledger.count('identify')).toBe(identifies);
    // A pod without its files identifies by the calendar.
    await fleet.pod(2).end('SIGKILL');
    fleet.loseFiles(2);
    fleet.pod(2).restart();
    await fleet.pod(2).told('up', 30_000);
    expect(fleet.discord.ledger.count('identify')).toBe(identifies + 1);
    expect(smallestGap(fleet, 3)).toBeGreaterThanOrEqual(identifyGapMs);
    heal();
    await eventually(async () => (await fleet.state(0)).source === 'manager', 'the manager answers again', 30_000);
    await eventually(async () => (await fleet.state(0)).coverage === 1, 'and sees all', 30_000);
  });
});

function obstacle(): string | undefined {
  if (process.platform !== 'linux') return `network namespaces need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root';
  for (const tool of ['ip', 'iptables'])
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) return `${tool} is not installed`;
  const trial = spawnSync('ip', ['netns', 'add', `tftry${process.pid}`]);
  if (trial.status !== 0) return 'this machine forbids network namespaces';
  spawnSync('ip', ['netns', 'del', `tftry${process.pid}`]);
  return undefined;
}
