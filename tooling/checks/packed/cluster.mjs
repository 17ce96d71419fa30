import { Cluster, clusterEnv } from '@tinfoil/cluster';

const cluster = new Cluster({
  ...clusterEnv({
    TINFOIL_TOTAL_SHARDS: '4',
    TINFOIL_SHARDS_PER_POD: '2',
    POD_NAME: 'bot-1',
    TINFOIL_PEERS: 'http://127.0.0.1:1,http://127.0.0.1:2',
  }),
});
console.log('owns shards', cluster.gatewayOptions().shards.ids.join(' '));
