/**
 * Class Simulator: wires world, REST, gateway and interactions to one HTTP server and a second one for the resume host.
 */
import type { Server, ServerResponse } from 'node:http';
import type { APIMessage, APIUser, HttpMethod, Snowflake } from '@tinfoil/types';
import { Faults } from './faults.ts';
import { GatewayServer } from './gateway-server.ts';
import { listenOnHosts } from './hosts.ts';
import { type InteractionResult, interact } from './interact.ts';
import type { InteractionOptions } from './interaction-payload.ts';
import { createSigningKeys, type SigningKeys, signatureHeaders } from './interactions.ts';
import { Ledger } from './ledger.ts';
import { stop } from './listen.ts';
import { LiveFaults } from './live-faults.ts';
import { type ResolvedOptions, resolveSimulatorOptions, type SimulatorOptions } from './options.ts';
import {
  addMember,
  type CreateChannelOptions,
  type CreateGuildOptions,
  type CreateMessageOptions,
  createChannel,
  createGuild,
  createUser,
  deleteGuild,
  removeMember,
  type SimulatedGuild,
  setGuildUnavailable,
  writeMessage,
} from './population.ts';
import { channelOf } from './resources.ts';
import { RestServer } from './rest-server.ts';
import { type RouteHandler, type RouteRules, Router } from './router.ts';
import { addRoutes } from './routes.ts';
import { directChannel } from './routes-users.ts';
import { createWebhook } from './routes-webhooks.ts';
import { postWebhookEvent, type WebhookEventOptions, type WebhookEventResult } from './webhook-events.ts';
import { type DispatchTarget, type StoredCommand, type WebhookRecord, World } from './world.ts';

/** Discord on localhost. */
export class Simulator {
  /** All that was seen. */
  readonly ledger: Ledger;
  /** Faults on command. */
  readonly faults: Faults;
  /** Bot token. */
  readonly token: string;
  /** Bare origin, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Base of REST, such as `http://127.0.0.1:4000/api/v10`. */
  readonly restUrl: string;
  /** Address of the gateway, such as `ws://127.0.0.1:4000`. */
  readonly gatewayUrl: string;
  /** What READY tells as `resume_gateway_url`. */
  readonly resumeUrl: string;
  readonly #options: ResolvedOptions;
  readonly #world: World;
  readonly #gateway: GatewayServer;
  readonly #rest: RestServer;
  readonly #router: Router;
  readonly #keys: SigningKeys;
  readonly #servers: readonly Server[];
  #closed: Promise<void> | null = null;

  private constructor(parts: SimulatorParts) {
    const { options, world, gateway, router, ledger, faults, servers } = parts;
    this.#options = options;
    this.#world = world;
    this.#gateway = gateway;
    this.#router = router;
    this.#rest = parts.rest;
    this.#servers = servers;
    this.#keys = createSigningKeys(Buffer.from(world.ids.hex(64), 'hex'));
    this.ledger = ledger;
    this.faults = faults;
    this.token = options.token;
    this.url = parts.url;
    this.restUrl = `${parts.url}/api/v10`;
    this.gatewayUrl = parts.url.replace(/^http/, 'ws');
    this.resumeUrl = gateway.resumeUrl;
  }

  /** Starts listening. @throws {@link TypeError} or {@link RangeError} for a bad option; rejects when the port is taken. */
  static async start(given: SimulatorOptions = {}): Promise<Simulator> {
    const options = resolveSimulatorOptions(given);
    const ledger = new Ledger({ limit: options.ledgerLimit, ignore: options.ledgerIgnore });
    const world = new World(options, ledger);
    const gateway = new GatewayServer({ options, ledger, world });
    const faults = new Faults(new LiveFaults(gateway));
    const router = new Router();
    const rest = new RestServer({ options, ledger, router, faults, isTokenRevoked: () => gateway.tokenRevoked });
    let url = '';
    addRoutes(router, world, {
      url: () => url.replace(/^http/, 'ws'),
      shards: () => options.shards,
      sessionStartLimit: () => gateway.budget.status(performance.now()),
    });
    world.emit = (event, data, target) => gateway.dispatch(event, data, target);
    world.onAnswered = (record, via) =>
      ledger.write('interactionAnswered', {
        interactionId: record.id,
        via,
        callbackType: record.callback?.type ?? 0,
        latencyMs: performance.now() - record.createdAtMs,
      });
    const hosts = await listenOnHosts(options, gateway, faults, (request, response) => {
      if (request.url === '/ledger.json') answerJson(response, ledger.toJSON());
      else rest.handle(request, response);
    });
    url = hosts.url;
    const { servers } = hosts;
    return new Simulator({ options, world, gateway, router, rest, ledger, faults, servers, url });
  }

  /** Application id; the bot's user id too. */
  get applicationId(): Snowflake {
    return this.#world.applicationId;
  }

  /** Ed25519 public key of the application, hex. */
  get publicKey(): string {
    return this.#keys.publicKey;
  }

  /** The bot's user. */
  get user(): APIUser {
    return this.#world.user;
  }

  /** Makes a user. */
  createUser(fields: Partial<APIUser> = {}): APIUser {
    return createUser(this.#world, fields);
  }

  /** Makes a guild and dispatches GUILD_CREATE to its shard. */
  createGuild(options: CreateGuildOptions = {}): SimulatedGuild {
    return createGuild(this.#world, options);
  }

  /** The bot leaves the guild: GUILD_DELETE without `unavailable`. */
  deleteGuild(guildId: Snowflake): void {
    deleteGuild(this.#world, guildId);
  }

  /** The guild has an outage: GUILD_DELETE with `unavailable`; `false` ends it with GUILD_CREATE. */
  setGuildUnavailable(guildId: Snowflake, unavailable: boolean = true): void {
    setGuildUnavailable(this.#world, guildId, unavailable);
  }

  /** Adds a channel to a guild, with CHANNEL_CREATE. */
  createChannel(guildId: Snowflake, fields: CreateChannelOptions = {}): SimulatedGuild['channels'][number] {
    return createChannel(this.#world, guildId, fields);
  }

  /** Channel for direct messages with a user. */
  createDirectChannel(user: APIUser = this.createUser()): { readonly id: Snowflake } {
    return { id: directChannel(this.#world, user).id };
  }

  /** A user joins: GUILD_MEMBER_ADD. */
  addMember(guildId: Snowflake, user: APIUser = this.createUser()): APIUser {
    return addMember(this.#world, guildId, user);
  }

  /** A user leaves: GUILD_MEMBER_REMOVE. */
  removeMember(guildId: Snowflake, userId: Snowflake): void {
    removeMember(this.#world, guildId, userId);
  }

  /** A member writes: MESSAGE_CREATE. Without `author` it is the guild's first member, or the recipient. */
  createMessage(channelId: Snowflake, message: CreateMessageOptions = {}): APIMessage {
    return writeMessage(this.#world, channelId, message);
  }

  /** Makes a webhook with a token. */
  createWebhook(channelId: Snowflake, name: string = 'Webhook'): WebhookRecord {
    return createWebhook(this.#world, channelOf(this.#world, channelId).id, name);
  }

  /** Sends any event: to the shard of a guild, to one shard, or to all. Intents apply. */
  dispatch(event: string, data: unknown, target: DispatchTarget = {}): void {
    this.#gateway.dispatch(event, data, {
      ...target,
      all: target.guildId === undefined && target.shardId === undefined,
    });
  }

  /** Sends an interaction: signed to `url`, or with `null` as INTERACTION_CREATE through the gateway. Never rejects for what the bot does. */
  interact(url: string | null, options: InteractionOptions = {}): Promise<InteractionResult> {
    return interact(
      { world: this.#world, ledger: this.ledger, keys: this.#keys, deadlineMs: this.#options.interactionDeadlineMs },
      url,
      options,
    );
  }

  /** Posts a signed webhook event. */
  postWebhookEvent(url: string, options: WebhookEventOptions = {}): Promise<WebhookEventResult> {
    return postWebhookEvent(
      { world: this.#world, ledger: this.ledger, keys: this.#keys, deadlineMs: this.#options.interactionDeadlineMs },
      url,
      options,
    );
  }

  /** Signature headers of a body, for requests that a test makes itself. */
  sign(body: string | Uint8Array, timestamp: string = String(Math.floor(Date.now() / 1000))): Record<string, string> {
    return signatureHeaders(this.#keys, body, timestamp);
  }

  /** Scripts a route. `template` has parameters in braces; a known route of the same shape is replaced. `rules` say whether it needs the bot's token and counts globally. */
  route(method: HttpMethod, template: string, handler: RouteHandler, rules: RouteRules = {}): void {
    this.#router.add(method, template, handler, rules);
  }

  /** Answers unscripted routes with the request as JSON, instead of an error. */
  echo(on: boolean = true): void {
    this.#rest.echo = on;
  }

  /** Registered commands: of a guild, or global. */
  commands(guildId?: Snowflake): readonly StoredCommand[] {
    return [...(this.#world.commands.get(guildId ?? 'global')?.values() ?? [])];
  }

  /** Messages of a channel, oldest first. */
  messages(channelId: Snowflake): readonly APIMessage[] {
    return [...channelOf(this.#world, channelId).messages.values()];
  }

  /** Guild by id. */
  guild(guildId: Snowflake): SimulatedGuild | undefined {
    return this.#world.guilds.get(guildId);
  }

  /** Living gateway connections. */
  connections(): readonly {
    readonly connectionId: number;
    readonly shardId: number | null;
    readonly sessionId: string | null;
  }[] {
    return [...this.#gateway.connections]
      .filter((connection) => connection.isOpen)
      .map((connection) => connection.fields);
  }

  /** Sessions that can be resumed or are connected. */
  sessions(): readonly {
    readonly id: string;
    readonly shardId: number;
    readonly totalShards: number;
    readonly sequence: number;
    readonly connected: boolean;
  }[] {
    return [...this.#gateway.sessions.values()].map(({ identity, sequence, connection }) => ({
      id: identity.id,
      shardId: identity.shardId,
      totalShards: identity.totalShards,
      sequence,
      connected: connection !== null,
    }));
  }

  /** Sets the IDENTIFY left today, and forgets the gaps between them. */
  resetIdentifyBudget(remaining?: number): void {
    this.#gateway.budget.reset(remaining);
  }

  /** Makes a revoked token valid again. */
  restoreToken(): void {
    this.#gateway.tokenRevoked = false;
    this.#gateway.budget.reset();
  }

  /** Ends every connection and listener. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#gateway.shutdown();
    await Promise.all(this.#servers.map(stop));
  }
}

interface SimulatorParts {
  readonly options: ResolvedOptions;
  readonly world: World;
  readonly gateway: GatewayServer;
  readonly router: Router;
  readonly rest: RestServer;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly servers: readonly Server[];
  readonly url: string;
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
