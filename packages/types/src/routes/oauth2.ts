/**
 * Routes below `/oauth2`: tokens, keys, and whom a token stands for.
 */
import type {
  RESTGetAPIOAuth2CurrentApplicationResult,
  RESTGetAPIOAuth2CurrentAuthorizationResult,
} from 'discord-api-types/v10';
import type {
  OAuth2Keys,
  OAuth2RevokeBody,
  OAuth2TokenBody,
  OAuth2TokenResult,
  OAuth2UserInfo,
} from '../payloads/oauth2.ts';
import type { CallOptions } from './options.ts';

/** Routes at `/oauth2`. */
export interface Oauth2Route {
  readonly me: Oauth2MeRoute;
  readonly applications: Oauth2ApplicationsRoute;
  readonly keys: Oauth2KeysRoute;
  readonly userinfo: Oauth2UserinfoRoute;
  readonly token: Oauth2TokenRoute;
}

/** Routes at `/oauth2/@me`. */
export interface Oauth2MeRoute {
  /**
   * Gets what the Bearer token is good for.
   *
   * @see {@link https://docs.discord.com/developers/topics/oauth2#get-current-authorization-information | Discord Docs/Get Current Authorization Information}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIOAuth2CurrentAuthorizationResult>;
}

/** Routes at `/oauth2/applications`. */
export interface Oauth2ApplicationsRoute {
  readonly me: Oauth2ApplicationMeRoute;
}

/** Routes at `/oauth2/applications/@me`. */
export interface Oauth2ApplicationMeRoute {
  /**
   * Gets the application that the bot token belongs to.
   *
   * @see {@link https://docs.discord.com/developers/topics/oauth2#get-current-bot-application-information | Discord Docs/Get Current Bot Application Information}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<RESTGetAPIOAuth2CurrentApplicationResult>;
}

/** Routes at `/oauth2/keys`. */
export interface Oauth2KeysRoute {
  /**
   * Gets the keys that sign Discord's OpenID tokens.
   *
   * @see {@link https://docs.discord.com/developers/topics/oauth2 | Discord Docs/OAuth2}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<OAuth2Keys>;
}

/** Routes at `/oauth2/userinfo`. */
export interface Oauth2UserinfoRoute {
  /**
   * Gets the OpenID claims of the user; needs the scope `openid`.
   *
   * @see {@link https://docs.discord.com/developers/topics/oauth2 | Discord Docs/OAuth2}
   */
  get(query?: undefined, options?: CallOptions | undefined): Promise<OAuth2UserInfo>;
}

/** Routes at `/oauth2/token`. */
export interface Oauth2TokenRoute {
  readonly revoke: Oauth2TokenRevokeRoute;
  /**
   * Exchanges a code, a refresh token or the client's own credentials for an access token; sent form-encoded, with `auth: { basic }`.
   *
   * @see {@link https://docs.discord.com/developers/topics/oauth2#authorization-code-grant | Discord Docs/Authorization Code Grant}
   */
  post(body: OAuth2TokenBody, options?: CallOptions | undefined): Promise<OAuth2TokenResult>;
}

/** Routes at `/oauth2/token/revoke`. */
export interface Oauth2TokenRevokeRoute {
  /**
   * Revokes an access or refresh token; sent form-encoded, with `auth: { basic }`.
   *
   * @see {@link https://docs.discord.com/developers/topics/oauth2 | Discord Docs/OAuth2}
   */
  post(body: OAuth2RevokeBody, options?: CallOptions | undefined): Promise<object>;
}
