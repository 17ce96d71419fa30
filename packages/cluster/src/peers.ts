/**
 * Addresses of the pods, computed from their ordinals: by a template (a StatefulSet's stable names), by a static list, or
 * from DNS SRV records. Callers never give addresses, so no call can be pointed elsewhere.
 */
import { ordinalOfName } from './topology.ts';

/** Where the pods are; exactly one of the three. */
export interface PeerOptions {
  /** URL with `{pod}` for the ordinal: `http://bot-g1-{pod}.bot-g1.default.svc:8081`. */
  readonly template?: string | undefined;
  /** Base URLs, one per pod, by ordinal. */
  readonly urls?: readonly string[] | undefined;
  /** SRV name, such as `_internal._tcp.bot`; targets are matched to ordinals by the number at the end of their first label. */
  readonly srv?: string | undefined;
}

/** Resolves ordinals to base URLs. */
export interface PeerStrategy {
  /** Base URL of a pod without a trailing slash; `undefined` while it is not known. */
  urlOf(ordinal: number): string | undefined;
  /** Stops looking names up. */
  close(): void;
}

/** Strategy for the options; one pod needs none. @throws {@link TypeError} on a bad URL or on more than one strategy. */
export function createPeers(options: PeerOptions, pods: number, srvEveryMs = 5_000): PeerStrategy {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.length > 1)
    throw new TypeError(
      `cluster: peers must be one of template, urls, srv, got ${given.map(([name]) => name).join(', ')}`,
    );
  if (options.template !== undefined) return templatePeers(options.template);
  if (options.urls !== undefined) return staticPeers(options.urls, pods);
  if (options.srv !== undefined) return srvPeers(options.srv, srvEveryMs);
  if (pods > 1) throw new TypeError(`cluster: peers must be given for ${pods} pods (template, urls or srv), got none`);
  return { urlOf: () => undefined, close: () => undefined };
}

function templatePeers(template: string): PeerStrategy {
  if (!template.includes('{pod}'))
    throw new TypeError(`cluster: peers.template must contain {pod}, got ${JSON.stringify(template)}`);
  baseUrl(template.replaceAll('{pod}', '0'), 'peers.template');
  return {
    urlOf: (ordinal) => baseUrl(template.replaceAll('{pod}', String(ordinal)), 'peers.template'),
    close: () => undefined,
  };
}

function staticPeers(urls: readonly string[], pods: number): PeerStrategy {
  if (urls.length < pods)
    throw new TypeError(`cluster: peers.urls must hold one URL for each of the ${pods} pods, got ${urls.length}`);
  const bases = urls.map((url, index) => baseUrl(url, `peers.urls[${index}]`));
  return { urlOf: (ordinal) => bases[ordinal], close: () => undefined };
}

function srvPeers(name: string, everyMs: number): PeerStrategy {
  let known = new Map<number, string>();
  let closed = false;
  const look = async () => {
    const { resolveSrv } = await import('node:dns/promises');
    const records = await resolveSrv(name);
    const next = new Map<number, string>();
    for (const record of records) {
      const ordinal = ordinalOfName(record.name.split('.')[0] ?? '');
      if (ordinal !== undefined) next.set(ordinal, `http://${record.name}:${record.port}`);
    }
    // Last addresses outlive an answer that forgets them: a pod that starts anew comes back under its name.
    if (!closed) known = new Map([...known, ...next]);
  };
  // DNS away: the last answer holds.
  const attempt = () => look().catch(() => undefined);
  void attempt();
  const timer = setInterval(attempt, everyMs);
  timer.unref();
  return {
    urlOf: (ordinal) => known.get(ordinal),
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}

/** Normal form of a base URL: scheme, host and port. @throws {@link TypeError} when it is none. */
export function baseUrl(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    (url.protocol !== 'http:' && url.protocol !== 'https:') ||
    url.pathname !== '/' ||
    url.search !== ''
  )
    throw new TypeError(`cluster: ${option} must be an http or https URL without a path, got ${JSON.stringify(text)}`);
  return url.origin;
}
