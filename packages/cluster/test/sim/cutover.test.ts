/** The manager cuts over between pods whose gateways are stand-ins: who is told what, and in which order, when some do not follow. */
import { describe, expect, it } from 'vitest';
import { Cluster, ClusterManager, type GatewayPart, ManagerOperator, type PodMode } from '../../src/index.ts';
import { free, freePorts, podOptions, secret, standInGateway } from './pod.ts';

const keys = { keys: [{ id: 'one', secret }] };
const timing = {
  statusTimeoutMs: 500,
  pollEveryMs: 100_000,
  quietMs: 0,
  cutoverOverlapMs: 1_000,
  retireAfterMs: 60_000,
};

/** A gateway that can cut over; `deaf` refuses to take over. */
function gateway(ids: readonly number[], phase: PodMode) {
  const log: string[] = [];
  const part = standInGateway(ids);
  const move = (name: string, next: PodMode) => () => {
    log.push(name);
    if (name === 'take' && stand.deaf) return false;
    stand.phase = next;
    return true;
  };
  const stand = {
    phase,
    deaf: false,
    log,
    part: Object.defineProperties(part, {
      cutover: { get: () => ({ phase: stand.phase, doubted: 0 }) },
    }) as GatewayPart,
  };
  Object.assign(part, {
    takeOver: move('take', 'taking'),
    handOver: move('hand', 'yielding'),
    cancelTakeOver: move('cancel take', 'standby'),
    cancelHandOver: move('cancel hand', 'active'),
  });
  return stand;
}

/** One old pod with one shard, two new pods with one shard each, and a manager. */
async function fleets() {
  const [oldPort = 0, firstPort = 0, secondPort = 0, managerPort = 0] = await freePorts(4);
  const url = (port: number) => `http://127.0.0.1:${port}`;
  const managerUrl = url(managerPort);
  const urls = [url(firstPort), url(secondPort)];
  const at = (port: number) => ({ listen: { public: free, ops: free, internal: { host: '127.0.0.1', port } } });
  const old = gateway([0], 'active');
  const young = [gateway([0], 'standby'), gateway([1], 'standby')] as const;
  const oldPod = new Cluster({ ...podOptions({ totalShards: 1, managerUrl, timing }), ...at(oldPort) });
  const pods = [firstPort, secondPort].map(
    (port, ordinal) =>
      new Cluster({
        ...podOptions({ totalShards: 2, managerUrl, timing }),
        ...at(port),
        ...{ ordinal, generation: 2, mode: 'standby' as const, peers: { urls } },
      }),
  );
  const manager = new ClusterManager({
    ...{ totalShards: 1, peers: { urls: [url(oldPort)] }, keys, timing },
    listen: { internal: { host: '127.0.0.1', port: managerPort }, ops: free },
    standby: { generation: 2, totalShards: 2, peers: { urls } },
  });
  await oldPod.start({ gateway: old.part });
  await Promise.all(pods.map((pod, ordinal) => pod.start({ gateway: young[ordinal as 0 | 1].part })));
  await manager.start();
  const operator = new ManagerOperator({ managerUrl, keys });
  return {
    ...{ old, young, manager, operator },
    async [Symbol.asyncDispose]() {
      await Promise.all([operator.close(), manager.close(), oldPod.drain(), ...pods.map((pod) => pod.drain())]);
    },
  };
}

describe('cut-over', () => {
  it('is given up, with the running fleet never told, when one pod of the new one fails to follow', async () => {
    await using all = await fleets();
    all.young[1].deaf = true;
    const result = await all.operator.cutOver({ leadMs: 2_000 });
    expect(result).toMatchObject({ outcome: 'abandoned', reasons: [expect.stringContaining('it is standby')] });
    expect(all.old.log).toEqual([]);
    expect(all.young[0].log).toEqual(['take', 'cancel take']);
    expect([all.old.phase, all.young[0].phase, all.young[1].phase]).toEqual(['active', 'standby', 'standby']);
    expect(all.manager.topology.generation).toBe(1);
  });

  it('tells the new fleet before the old, and again whoever forgot', async () => {
    await using all = await fleets();
    const result = await all.operator.cutOver({ leadMs: 600 });
    expect(result).toMatchObject({ outcome: 'going', reasons: [] });
    expect([all.young[0].log, all.young[1].log, all.old.log]).toEqual([['take'], ['take'], ['hand']]);
    expect(await all.operator.cutOver()).toMatchObject({ outcome: 'refused' });
    expect((await all.operator.progress()).state).toBe('going');
    // Each started anew in the meantime.
    all.young[0].phase = 'standby';
    all.old.phase = 'active';
    await all.manager.poll();
    await all.manager.poll();
    expect([all.young[0].phase, all.old.phase]).toEqual(['taking', 'yielding']);
    [all.old.phase, all.young[0].phase, all.young[1].phase] = ['retired', 'active', 'active'];
    await all.manager.poll();
    await expect.poll(async () => (await all.operator.progress()).state).toBe('done');
    expect(all.manager.topology).toMatchObject({ generation: 2, totalShards: 2 });
    expect(await all.operator.abort()).toMatchObject({ outcome: 'too-late' });
  });

  it('is taken back from the old fleet first', async () => {
    await using all = await fleets();
    await all.operator.cutOver({ leadMs: 5_000 });
    expect(await all.operator.abort()).toEqual({ outcome: 'aborted', reasons: [] });
    expect([all.old.log, all.young[0].log]).toEqual([
      ['hand', 'cancel hand'],
      ['take', 'cancel take'],
    ]);
    await all.manager.poll();
    expect((await all.operator.progress()).state).toBe('ready');
  });
});

describe('standby', () => {
  it('ends when the manager runs this very fleet', async () => {
    const [port = 0, managerPort = 0] = await freePorts(2);
    const stand = gateway([0], 'standby');
    const managerUrl = `http://127.0.0.1:${managerPort}`;
    const pod = new Cluster({
      ...podOptions({ totalShards: 1, managerUrl, mode: 'standby', timing }),
      listen: { public: free, ops: free, internal: { host: '127.0.0.1', port } },
    });
    await pod.start({ gateway: stand.part });
    const manager = new ClusterManager({
      ...{ totalShards: 1, peers: { urls: [`http://127.0.0.1:${port}`] }, keys, timing },
      listen: { internal: { host: '127.0.0.1', port: managerPort }, ops: free },
    });
    await manager.start();
    await manager.poll();
    expect(stand.phase).toBe('taking');
    await Promise.all([manager.close(), pod.drain()]);
  });

  it.each([
    [{ generation: 1, totalShards: 2 }, /standby.generation must be more than 1/],
    [{ generation: 2, totalShards: 1 }, /standby.totalShards must differ from 1/],
  ])('%j is no fleet that could follow', (standby, line) => {
    expect(() => new ClusterManager({ totalShards: 1, keys, standby })).toThrow(line);
  });

  it('needs a manager, and a gateway that knows of it', async () => {
    expect(() => new Cluster(podOptions({ totalShards: 1, mode: 'standby' }))).toThrow(/mode standby needs managerUrl/);
    const pod = new Cluster(podOptions({ totalShards: 1, mode: 'standby', managerUrl: 'http://127.0.0.1:1' }));
    await expect(pod.start({ gateway: standInGateway([0]) })).rejects.toThrow(/gatewayOptions\(\)/);
    await pod.drain();
  });
});
