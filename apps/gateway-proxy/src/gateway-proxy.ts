/**
 * The proxy: a gateway upstream, a feed per shard, clients downstream, REST beside them. Wiring and its order alone.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Cluster } from '@tinfoil/cluster';
import { createFileSessionStore, Gateway } from '@tinfoil/gateway';
import { resolveIntents, type SessionKey } from '@tinfoil/types';
import { Agent } from 'undici';
import { Access } from './clients/access.ts';
import { ClientServer } from './clients/client-server.ts';
import { ClientsFile } from './clients/clients-file.ts';
import { Feed } from './feed.ts';
import { createForwarder } from './http/forward.ts';
import { gatewayBotAnswer, gatewayRoute, ownUrl } from './http/gateway-answer.ts';
import { createOpsServer } from './http/ops-server.ts';
import { createMetrics, type ProxyMetrics } from './metrics.ts';
import { defaultProxyTiming, type ListenAddress, type ProxyOptions, type ProxyTiming } from './options.ts';
import type { EventSink, SinkEvent } from './sinks/sink.ts';
import { ShardState } from './start/shard-state.ts';
import { createKeptSessions } from './upstream/kept-sessions.ts';

const discordApi = 'https://discord.com/api/v10';
const farewellMs = 500;
/** A broker may be away for long; what it has not acknowledged holds back the saved sequence all the while. */
const slowSinkMs = 86_400_000;

/** One proxy process. */
export class GatewayProxy {
  readonly metrics: ProxyMetrics;
  readonly feeds: Map<number, Feed> = new Map();
  /** Resolves when the ports are bound. */
  listening: Promise<void> = Promise.resolve();
  readonly #options: ProxyOptions;
  readonly #timing: ProxyTiming;
  readonly #gateway: Gateway;
  readonly #cluster: Cluster | undefined;
  readonly #clients: ClientServer;
  readonly #access: Access;
  readonly #clientsFile: ClientsFile;
  readonly #agent = new Agent({ keepAliveTimeout: 30_000, headersTimeout: 60_000, bodyTimeout: 120_000 });
  readonly #server: Server;
  readonly #ops: Server;
  readonly #opening = new Map<number, Promise<Feed>>();
  readonly #sinks: readonly EventSink[];
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #fatal: string | undefined;
  #isClosing = false;
  #isLoaded = false;
  #closed: Promise<void> | undefined;

  /** @throws {@link TypeError} or {@link RangeError} for bad options. */
  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#timing = { ...defaultProxyTiming, ...options.timing };
    this.#sinks = options.sinks ?? [];
    this.#access = new Access(options.accessTokens, options.acceptBotToken === true ? options.token : undefined);
    this.#clientsFile = new ClientsFile(options.stateDirectory);
    this.#cluster = options.cluster && new Cluster(options.cluster);
    const cluster = this.#cluster?.gatewayOptions();
    this.#gateway = new Gateway({
      token: options.token,
      intents: options.intents,
      baseUrl: options.apiUrl,
      shards: options.shards,
      timing: {
        drainTimeoutMs: 2_000,
        ...(this.#sinks.length > 0 && { slowListenerMs: slowSinkMs }),
        ...options.gatewayTiming,
      },
      ...cluster,
      sessionStore: createKeptSessions({
        inner: cluster?.sessionStore ?? createFileSessionStore({ directory: options.stateDirectory }),
        feed: (key) => this.#feed(key),
        saveClients: () => this.#saveClients(),
        loaded: () => {
          this.#isLoaded = true;
        },
        withoutState: (shardId) =>
          this.#log(`shard ${shardId} identifies: there is no start state on disk for the session it could resume`),
        report: (cause) => this.#report(cause),
      }),
    });
    this.metrics = createMetrics({
      feeds: () => this.feeds.values(),
      clients: () => this.#clients.clients.size,
      upstream: () => {
        const sums = { identifies: 0, resumes: 0 };
        for (const shard of this.#gateway.shards) {
          sums.identifies += shard.identifies;
          sums.resumes += shard.resumes;
        }
        return sums;
      },
    });
    this.#clients = new ClientServer({
      access: this.#access,
      intents: resolveIntents(options.intents),
      feeds: this.feeds,
      isLoaded: () => this.#isLoaded,
      gateway: () => this.#gateway,
      metrics: this.metrics,
      timing: this.#timing,
      maxBacklogBytes: options.clientQueueBytes ?? 8 * 1024 * 1024,
      maxClients: options.maxClients ?? 10_000,
      publicUrl: options.publicUrl,
      report: (cause) => this.#report(cause),
    });
    const forward = createForwarder({
      origin: new URL(options.apiUrl ?? discordApi).origin,
      botToken: options.token,
      access: this.#access,
      dispatcher: this.#agent,
      onResponse: (status) => this.metrics.requests.inc({ status: String(status) }),
    });
    this.#server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
      response.on('error', () => undefined);
      const route = request.method === 'GET' ? gatewayRoute((request.url ?? '').split('?')[0]!) : undefined;
      if (route === undefined) void forward(request, response);
      else this.#answerGateway(route, request, response);
    });
    this.#server.on('upgrade', (request, socket, head) => this.#clients.upgrade(request, socket, head));
    this.#ops = createOpsServer({ notReady: () => this.notReady(), metrics: () => this.metrics.render() });
    this.#listen();
  }

  /** Why the proxy is not ready; `undefined` when every shard is up. */
  notReady(): string | undefined {
    if (this.#isClosing) return 'closing';
    if (this.#fatal !== undefined) return this.#fatal;
    const { shards } = this.#gateway;
    const down = shards.filter(({ status }) => status !== 'ready').length;
    if (shards.length === 0) return 'starting';
    return down === 0 ? undefined : `${down} of ${shards.length} shards down`;
  }

  /** True when both ports are bound. */
  get isListening(): boolean {
    return this.#server.listening && this.#ops.listening;
  }

  /** Base URL of clients, such as `http://127.0.0.1:7878`. */
  get url(): string {
    return urlOf(this.#server, this.#options.listen);
  }

  /** Base URL of probes and metrics. */
  get opsUrl(): string {
    return urlOf(this.#ops, this.#options.ops);
  }

  /** Binds, and connects to Discord. Resolves when every shard is up; failures that may pass are retried for ever. */
  async start(): Promise<void> {
    this.listening = this.#bind();
    await this.listening;
    await this.#cluster?.start({ gateway: this.#gateway });
    this.#timer = setInterval(() => this.#tick(), this.#timing.tickMs);
    await this.#gateway.connect();
  }

  /** Ends so that the next process resumes, and clients with it. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    // Events go on to the clients until the shards are muted; then nothing is given out that is not saved.
    if (this.#cluster === undefined) await this.#gateway.close({ resumable: true });
    else await this.#cluster.drain();
    clearInterval(this.#timer);
    await Promise.all(this.#sinks.map((sink) => sink.close().catch((cause: unknown) => this.#report(cause))));
    await this.#saveClients();
    this.#clients.close();
    this.#server.close();
    this.#server.closeIdleConnections();
    await until(() => this.#clients.clients.size === 0, farewellMs);
    this.#clients.terminate();
    this.#server.closeAllConnections();
    this.#ops.close();
    this.#ops.closeAllConnections();
    await this.#agent.destroy();
    await Promise.all(
      [...this.feeds.values()].map((feed) => feed.state.close().catch((cause: unknown) => this.#report(cause))),
    );
  }

  async #bind(): Promise<void> {
    // First, for what they reject with is the operator's to mend, and no port should be open meanwhile.
    for (const sink of this.#sinks) await sink.start(this.#sinkHost(sink));
    await listen(this.#server, this.#options.listen);
    await listen(this.#ops, this.#options.ops);
  }

  #listen(): void {
    const gateway = this.#gateway;
    gateway.on('raw', ({ type, sequence, shardId, bytes }) => {
      const feed = this.feeds.get(shardId);
      if (feed === undefined) return undefined;
      const pending = this.#sinks.length === 0 ? undefined : this.#toSinks(feed, type, sequence, bytes);
      feed.take(type, sequence, bytes, performance.now());
      return pending;
    });
    gateway.on('shardStatus', ({ shardId, status }) => {
      if (status !== 'ready') this.feeds.get(shardId)?.setUp(false);
    });
    gateway.on('ready', ({ shardId, resumed }) => {
      this.#log(`shard ${shardId} ${resumed ? 'resumed' : 'identified'}`);
      this.feeds.get(shardId)?.setUp(true);
    });
    gateway.on('fatal', ({ error }) => {
      this.#fatal ??= error.message;
      this.#log(error.message);
    });
    gateway.on('error', ({ cause }) => this.#report(cause));
  }

  #toSinks(feed: Feed, type: string, sequence: number, bytes: Buffer): Promise<unknown> | undefined {
    const { shardId, totalShards, sessionId } = feed;
    const event: SinkEvent = { shardId, totalShards, sessionId, sequence, type, bytes };
    let pending: Promise<void>[] | undefined;
    for (const sink of this.#sinks) {
      const work = sink.write(event);
      if (work === undefined) continue;
      if (pending === undefined) pending = [work];
      else pending.push(work);
    }
    return pending && Promise.all(pending);
  }

  #sinkHost(sink: EventSink) {
    const { name } = sink;
    return {
      stopShard: (shardId: number) => this.#gateway.stopShard(shardId, { resumable: true }),
      startShard: (shardId: number) => this.#gateway.startShard(shardId),
      report: (cause: unknown) => this.#report(cause),
      dropped: (events: number) => this.metrics.sinkDropped.inc({ sink: name }, events),
      pending: (bytes: number) => this.metrics.sinkPending.set({ sink: name }, bytes),
    };
  }

  #answerGateway(route: 'gateway' | 'bot', request: IncomingMessage, response: ServerResponse): void {
    const own = ownUrl(request.headers.host ?? 'localhost', String(request.headers['x-forwarded-proto'] ?? ''));
    const url = this.#options.publicUrl ?? own;
    const total = this.#gateway.totalShards;
    if (route === 'bot' && this.#access.consumerOf(request.headers.authorization ?? '') === undefined)
      sendJson(response, 401, { message: '401: Unauthorized', code: 0 });
    else if (route === 'gateway') sendJson(response, 200, { url });
    else if (total === 0)
      sendJson(response, 503, { message: 'Discord has not said yet how many shards there are.', code: 0 });
    else sendJson(response, 200, gatewayBotAnswer(url, total));
  }

  #feed({ shardId, totalShards }: SessionKey): Promise<Feed> {
    let opening = this.#opening.get(shardId);
    if (opening === undefined) {
      opening = this.#openFeed(shardId, totalShards);
      this.#opening.set(shardId, opening);
      opening.catch(() => this.#opening.delete(shardId));
    }
    return opening;
  }

  async #openFeed(shardId: number, totalShards: number): Promise<Feed> {
    const { stateDirectory, bufferMs, bufferBytes } = this.#options;
    const { trailMs, sessionMaxMs } = this.#timing;
    const state = new ShardState(join(stateDirectory, `start-${totalShards}-${shardId}.log`));
    await state.open();
    const options = { maxAgeMs: bufferMs ?? 60_000, maxBytes: bufferBytes ?? 16 * 1024 * 1024, trailMs, sessionMaxMs };
    const feed = new Feed(shardId, totalShards, state, options, (cause) => this.#report(cause));
    const stored = await this.#clientsFile.load(totalShards);
    feed.load(
      stored.filter((client) => client.shardId === shardId),
      performance.now(),
    );
    this.feeds.set(shardId, feed);
    return feed;
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const feed of this.feeds.values()) feed.tick(nowMs);
    this.#clients.tick();
  }

  #saveClients(): Promise<void> {
    const { totalShards } = this.#gateway;
    this.#saving = this.#saving
      .then(() =>
        this.#clientsFile.save(
          totalShards,
          [...this.feeds.values()].flatMap((feed) => feed.store()),
        ),
      )
      .catch((cause: unknown) => this.#report(cause));
    return this.#saving;
  }

  #report(cause: unknown): void {
    this.metrics.errors.inc();
    this.#log(`error: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : String(cause)}`);
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(server: Server, { host }: ListenAddress): string {
  const address = server.address() as AddressInfo | null; // A TCP server has no other kind of address.
  return `http://${host.includes(':') ? `[${host}]` : host}:${address?.port ?? 0}`;
}

async function until(done: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!done() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
}
