/**
 * Root of the route tree. Holds the roots alone; each has its file. Types only: nothing here exists at run time.
 */
import type { ApplicationsRoute } from './applications.ts';
import type { ChannelsRoute } from './channels.ts';
import type { GatewayRoute } from './gateway.ts';
import type { GuildsRoute } from './guilds.ts';
import type { InteractionsRoute } from './interactions.ts';
import type { InvitesRoute } from './invites.ts';
import type { LobbiesRoute } from './lobbies.ts';
import type { Oauth2Route } from './oauth2.ts';
import type { PartnerSdkRoute } from './partner-sdk.ts';
import type { SkusRoute } from './skus.ts';
import type { SoundboardDefaultSoundsRoute } from './soundboard-default-sounds.ts';
import type { StageInstancesRoute } from './stage-instances.ts';
import type { StickerPacksRoute } from './sticker-packs.ts';
import type { StickersRoute } from './stickers.ts';
import type { UsersRoute } from './users.ts';
import type { VoiceRoute } from './voice.ts';
import type { WebhooksRoute } from './webhooks.ts';

/**
 * Every route of Discord's REST API: static segments are properties, parameters are calls, verbs are methods.
 *
 * @see {@link https://docs.discord.com/developers/reference | Discord Docs/API Reference}
 */
export interface RestApi {
  readonly applications: ApplicationsRoute;
  readonly channels: ChannelsRoute;
  readonly gateway: GatewayRoute;
  readonly guilds: GuildsRoute;
  readonly interactions: InteractionsRoute;
  readonly invites: InvitesRoute;
  readonly lobbies: LobbiesRoute;
  readonly oauth2: Oauth2Route;
  readonly partnerSdk: PartnerSdkRoute;
  readonly skus: SkusRoute;
  readonly soundboardDefaultSounds: SoundboardDefaultSoundsRoute;
  readonly stageInstances: StageInstancesRoute;
  readonly stickerPacks: StickerPacksRoute;
  readonly stickers: StickersRoute;
  readonly users: UsersRoute;
  readonly voice: VoiceRoute;
  readonly webhooks: WebhooksRoute;
}
