/** What callers see of a cluster's handlers. Checked by `tsc`, never run. */
import { Cluster, defineHandler, type StandardSchema } from '../../src/index.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const check = <T extends true>(): T | undefined => undefined;

declare const schema: StandardSchema<{ userId: string; days?: number }, { userId: string; days: number }>;

const cluster = new Cluster({
  totalShards: 2,
  ordinal: 0,
  peers: { template: 'http://bot-{pod}:8081' },
  handlers: {
    plain: async (args: { text: string }, context) => `${args.text} ${context.shardId}`,
    nothing: () => 3,
    object: { run: async (args: number) => args > 3 },
    ban: defineHandler({ args: schema, run: async ({ userId, days }) => ({ userId, days }) }),
  },
});

const plain = cluster.rpc.shard(0).call('plain', { text: 'a' });
check<Same<typeof plain, Promise<string>>>();
const nothing = cluster.rpc.guild('1').call('nothing', undefined);
check<Same<typeof nothing, Promise<number>>>();
const object = cluster.rpc.shard(0).call('object', 1);
check<Same<typeof object, Promise<boolean>>>();
// The schema's input is what callers give; its output is what the handler gets.
const ban = cluster.rpc.shard(0).call('ban', { userId: '1' });
check<Same<typeof ban, Promise<{ userId: string; days: number }>>>();
const all = cluster.rpc.broadcast('plain', { text: 'a' }).then(({ values }) => values);
check<Same<typeof all, Promise<readonly string[]>>>();

// @ts-expect-error no handler of that name
cluster.rpc.shard(0).call('missing', {});
// @ts-expect-error other arguments
cluster.rpc.shard(0).call('plain', { text: 3 });
// @ts-expect-error the schema wants a user
cluster.rpc.shard(0).call('ban', {});
