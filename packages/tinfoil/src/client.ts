/**
 * Client: the parts of Tinfoil wired together. It owns no logic of its own: REST roots hang on it as getters, events are the
 * gateway's, and what one part needs of another is handed over here.
 */
import { Cluster, type HandlerMap } from '@tinfoil/cluster';
import { Gateway } from '@tinfoil/gateway';
import { Interactions } from '@tinfoil/interactions';
import { Rest } from '@tinfoil/rest';
import type { RestApi } from '@tinfoil/types';
import { type ClientOptions, toRestOptions } from './options.ts';

/**
 * A bot. Making one opens no socket, and neither does any part before it is used.
 *
 * @example
 * ```ts
 * const bot = new Client(process.env.BOT_TOKEN as string);
 * const me = await bot.users.me.get();
 * ```
 */
export class Client<Handlers extends HandlerMap = HandlerMap> {
  readonly rest: Rest;
  readonly gateway: Gateway;
  readonly interactions: Interactions;
  /** Present when `options.cluster` was given. */
  readonly cluster: Cluster<Handlers> | undefined;
  /** Without a public key nothing can be verified: interactions come by the gateway, and a pod opens no public listener. */
  readonly #overHttp: Interactions | undefined;
  readonly on: Gateway['on'];
  readonly once: Gateway['once'];
  readonly off: Gateway['off'];
  readonly waitFor: Gateway['waitFor'];

  /** @throws {@link TypeError} when the token is missing; {@link TypeError} or {@link RangeError} for bad options of a part. */
  constructor(token: string | undefined, options: ClientOptions<Handlers> = {}) {
    if (typeof token !== 'string' || token.trim() === '')
      throw new TypeError('token must be the bot token, usually in the environment variable BOT_TOKEN; got none');
    this.cluster = options.cluster && new Cluster(options.cluster);
    this.rest = new Rest(toRestOptions(token, options.rest, this.cluster));
    const { getGatewayBot = () => this.rest.api.gateway.bot.get() } = options.gateway ?? {};
    this.gateway = new Gateway({
      ...this.cluster?.gatewayOptions(),
      ...options.gateway,
      getGatewayBot,
      token,
      intents: options.intents ?? 0,
    });
    this.interactions = new Interactions({ request: (spec) => this.rest.request(spec), ...options.interactions });
    this.#overHttp = options.interactions?.publicKey === undefined ? undefined : this.interactions;
    // Interactions without a handler here are left to whoever listens for INTERACTION_CREATE.
    this.gateway.on('INTERACTION_CREATE', (payload) =>
      this.interactions.handles(payload) ? this.interactions.dispatch(payload) : undefined,
    );
    this.on = this.gateway.on.bind(this.gateway);
    this.once = this.gateway.once.bind(this.gateway);
    this.off = this.gateway.off.bind(this.gateway);
    this.waitFor = this.gateway.waitFor.bind(this.gateway);
  }

  /** Opens the gateway, and in a cluster the pod's listeners first. Resolves when every own shard is ready. */
  async connect(options?: { readonly signal?: AbortSignal | undefined }): Promise<void> {
    await this.cluster?.start({ gateway: this.gateway, interactions: this.#overHttp });
    await this.gateway.connect(options);
  }

  /** Ends everything; in a cluster by a drain that keeps the sessions for the next process. */
  async close(): Promise<void> {
    await (this.cluster?.drain() ?? this.gateway.close());
    await this.rest.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
  get applications(): RestApi['applications'] {
    return this.rest.api.applications;
  }
  get channels(): RestApi['channels'] {
    return this.rest.api.channels;
  }
  get guilds(): RestApi['guilds'] {
    return this.rest.api.guilds;
  }
  get invites(): RestApi['invites'] {
    return this.rest.api.invites;
  }
  get lobbies(): RestApi['lobbies'] {
    return this.rest.api.lobbies;
  }
  get oauth2(): RestApi['oauth2'] {
    return this.rest.api.oauth2;
  }
  get partnerSdk(): RestApi['partnerSdk'] {
    return this.rest.api.partnerSdk;
  }
  get skus(): RestApi['skus'] {
    return this.rest.api.skus;
  }
  get soundboardDefaultSounds(): RestApi['soundboardDefaultSounds'] {
    return this.rest.api.soundboardDefaultSounds;
  }
  get stageInstances(): RestApi['stageInstances'] {
    return this.rest.api.stageInstances;
  }
  get stickerPacks(): RestApi['stickerPacks'] {
    return this.rest.api.stickerPacks;
  }
  get stickers(): RestApi['stickers'] {
    return this.rest.api.stickers;
  }
  get users(): RestApi['users'] {
    return this.rest.api.users;
  }
  get voice(): RestApi['voice'] {
    return this.rest.api.voice;
  }
  get webhooks(): RestApi['webhooks'] {
    return this.rest.api.webhooks;
  }
}
