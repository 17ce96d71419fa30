import { expect, it } from 'vitest';
import { ClusterManager } from '../../src/index.ts';

it.each([
  [{ template: 'http://bot-g1-{pod}.bot-g1.invalid:8081' }, ['bot-g1-0', 'bot-g1-1']],
  [{ urls: ['http://127.0.0.1:1', 'http://127.0.0.1:1'] }, ['pod-0', 'pod-1']],
])('the manager names pods it never heard of, with %j', async (peers, names) => {
  const free = { host: '127.0.0.1', port: 0 };
  await using manager = new ClusterManager({ totalShards: 2, peers, listen: { internal: free, ops: free } });
  await manager.start();
  await manager.poll();
  expect(manager.globalState().missing).toEqual(names);
});
