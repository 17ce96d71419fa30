/**
 * OAuth2 tokens and OpenID claims, as far as `discord-api-types` leaves them out.
 *
 * @see {@link https://docs.discord.com/developers/topics/oauth2 | Discord Docs/OAuth2}
 */
import type {
  RESTPostOAuth2AccessTokenResult,
  RESTPostOAuth2AccessTokenURLEncodedData,
  RESTPostOAuth2ClientCredentialsResult,
  RESTPostOAuth2ClientCredentialsURLEncodedData,
  RESTPostOAuth2RefreshTokenURLEncodedData,
  RESTPostOAuth2TokenRevocationQuery,
} from 'discord-api-types/v10';

/** Public keys in the JWK set format. */
export interface OAuth2Keys {
  keys: OAuth2Key[];
}

/** Public key (RSA) that signs OpenID tokens. */
export interface OAuth2Key {
  kty: string;
  use: string;
  kid: string;
  n: string;
  e: string;
  alg: string;
}

/** OpenID claims of a user; which are there depends on the scopes. */
export interface OAuth2UserInfo {
  /** User id. */
  sub: string;
  email?: string | null;
  email_verified?: boolean;
  preferred_username?: string;
  nickname?: string | null;
  picture?: string;
  locale?: string;
}

/** Body of `POST /oauth2/token`: an authorization code, a refresh token, or the client's own credentials. */
export type OAuth2TokenBody =
  | RESTPostOAuth2AccessTokenURLEncodedData
  | RESTPostOAuth2RefreshTokenURLEncodedData
  | RESTPostOAuth2ClientCredentialsURLEncodedData;

/** Answer of `POST /oauth2/token`; client credentials bring no refresh token. */
export type OAuth2TokenResult = RESTPostOAuth2ClientCredentialsResult & Partial<RESTPostOAuth2AccessTokenResult>;

/** Body of `POST /oauth2/token/revoke`. */
export type OAuth2RevokeBody = RESTPostOAuth2TokenRevocationQuery;
