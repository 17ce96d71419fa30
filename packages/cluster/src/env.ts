/**
 * The environment as options: `TINFOIL_*`, `POD_NAME` and `BOT_TOKEN`. The caller hands the variables in; nothing here reads
 * the process. An empty value counts as absent, because Kubernetes sets it so where a label does not exist.
 */
import { fetchGatewayBot } from '@tinfoil/gateway';
import type { ListenAddress } from './listener.ts';
import type { ClusterManagerOptions, ClusterOptions, ClusterTiming, CommonOptions } from './options.ts';
import type { PeerOptions } from './peers.ts';

/** Variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What {@link clusterEnv} gives: options of {@link Cluster} but those that are code. */
export type ClusterEnvOptions = Omit<ClusterOptions, 'handlers' | 'state'>;

/** Options of a pod. @throws {@link TypeError} naming the variable, what is allowed, and what came. */
export function clusterEnv(env: Environment): ClusterEnvOptions {
  const read = new Reader(env);
  return {
    ...common(read),
    pod: read.text('POD_NAME'),
    ordinal: read.whole('TINFOIL_POD_INDEX', 0, 1_000_000),
    managerUrl: read.url('TINFOIL_MANAGER_URL'),
    listen: {
      public: listen(read, 'PUBLIC'),
      internal: listen(read, 'INTERNAL'),
      ops: listen(read, 'OPS'),
    },
    stateDirectory: read.text('TINFOIL_STATE_DIR'),
    egressGroup: read.text('TINFOIL_EGRESS_GROUP'),
    mode: mode(read),
  };
}

/** Options of the manager. @throws {@link TypeError} naming the variable, what is allowed, and what came. */
export function managerEnv(env: Environment): ClusterManagerOptions {
  const read = new Reader(env);
  return {
    ...common(read),
    listen: { internal: listen(read, 'INTERNAL'), ops: listen(read, 'OPS') },
    identifyReserve: read.whole('TINFOIL_IDENTIFY_RESERVE', 0, 1_000_000),
    standby: standby(read),
  };
}

function common(read: Reader): CommonOptions {
  const totalShards = read.whole('TINFOIL_TOTAL_SHARDS', 1, 1_000_000);
  if (totalShards === undefined) throw read.mistake('TINFOIL_TOTAL_SHARDS', 'a whole number from 1 to 1000000');
  const file = read.text('TINFOIL_KEYS_FILE');
  return {
    totalShards,
    shardsPerPod: read.whole('TINFOIL_SHARDS_PER_POD', 1, 1_000_000),
    generation: read.whole('TINFOIL_GENERATION', 0, 1_000_000),
    peers: peers(read),
    keys: file === undefined ? undefined : { file },
    tls: tls(read),
    version: read.text('TINFOIL_VERSION'),
    getGatewayBot: gatewayBot(read),
    restLimit: read.whole('TINFOIL_REST_LIMIT', 1, 100_000),
    timing: timing(read),
  };
}

function mode(read: Reader): ClusterOptions['mode'] {
  const text = read.text('TINFOIL_MODE');
  if (text === undefined || text === 'active' || text === 'standby') return text;
  throw read.mistake('TINFOIL_MODE', 'active or standby');
}

function standby(read: Reader): ClusterManagerOptions['standby'] {
  const generation = read.whole('TINFOIL_STANDBY_GENERATION', 0, 1_000_000);
  const totalShards = read.whole('TINFOIL_STANDBY_TOTAL_SHARDS', 1, 1_000_000);
  const shardsPerPod = read.whole('TINFOIL_STANDBY_SHARDS_PER_POD', 1, 1_000_000);
  const template = read.text('TINFOIL_STANDBY_PEER_TEMPLATE');
  const urls = read
    .text('TINFOIL_STANDBY_PEERS')
    ?.split(',')
    .map((url) => url.trim());
  if (generation !== undefined && totalShards !== undefined)
    return { generation, totalShards, shardsPerPod, peers: { template, urls } };
  if (generation === undefined && totalShards === undefined) return undefined;
  throw new TypeError('TINFOIL_STANDBY_GENERATION and TINFOIL_STANDBY_TOTAL_SHARDS must come together');
}

function tls(read: Reader): CommonOptions['tls'] {
  const certFile = read.text('TINFOIL_TLS_CERT_FILE');
  const keyFile = read.text('TINFOIL_TLS_KEY_FILE');
  const caFile = read.text('TINFOIL_TLS_CA_FILE');
  if (certFile !== undefined && keyFile !== undefined && caFile !== undefined) return { certFile, keyFile, caFile };
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return undefined;
  throw new TypeError('TINFOIL_TLS_CERT_FILE, TINFOIL_TLS_KEY_FILE and TINFOIL_TLS_CA_FILE must come together');
}

function peers(read: Reader): PeerOptions | undefined {
  const template = read.text('TINFOIL_PEER_TEMPLATE');
  const list = read.text('TINFOIL_PEERS');
  const srv = read.text('TINFOIL_PEER_SRV');
  const given = [template, list, srv].filter((value) => value !== undefined).length;
  if (given > 1)
    throw new TypeError('only one of TINFOIL_PEER_TEMPLATE, TINFOIL_PEERS, TINFOIL_PEER_SRV may be set, got more');
  if (template !== undefined && !template.includes('{pod}'))
    throw read.mistake('TINFOIL_PEER_TEMPLATE', 'a URL with {pod} in it, such as http://bot-{pod}.bot:8081');
  if (template !== undefined) return { template };
  if (srv !== undefined) return { srv };
  return list === undefined ? undefined : { urls: list.split(',').map((url) => url.trim()) };
}

function listen(read: Reader, name: 'PUBLIC' | 'INTERNAL' | 'OPS'): Partial<ListenAddress> {
  const host = read.text(`TINFOIL_${name}_HOST`) ?? read.text('TINFOIL_HOST');
  const port = read.whole(`TINFOIL_${name}_PORT`, 0, 65_535);
  return { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
}

function gatewayBot(read: Reader): CommonOptions['getGatewayBot'] {
  const token = read.text('BOT_TOKEN');
  const baseUrl = read.url('TINFOIL_API_URL');
  return token === undefined ? undefined : ({ signal }) => fetchGatewayBot({ token, baseUrl, signal });
}

/** Intervals for simulations, as JSON; which of them exist, and their ranges, the options check. */
function timing(read: Reader): Partial<ClusterTiming> | undefined {
  const text = read.text('TINFOIL_TIMING');
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Worded below, like any other shape that does not fit.
  }
  throw read.mistake('TINFOIL_TIMING', 'a JSON object of milliseconds by name, such as {"pollEveryMs":1000}');
}

/** Reads variables one by one and words what is wrong with them. */
class Reader {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  text(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  whole(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw this.mistake(name, `a whole number from ${least} to ${most}`);
  }

  url(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) return text;
    throw this.mistake(name, 'an http or https URL');
  }

  mistake(name: string, allowed: string): TypeError {
    const got = this.text(name);
    return new TypeError(
      `${name} must be ${allowed}, got ${got === undefined ? 'nothing' : JSON.stringify(got.slice(0, 100))}`,
    );
  }
}
