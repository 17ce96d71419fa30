/**
 * Who may use the proxy: access tokens with a name and what they are limited to. Compared by their digests, in constant time and all
 * of them each time, so that an answer's delay tells nothing about a token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

/** One access token. */
export interface AccessToken {
  /** Name in metrics and log lines. */
  readonly name: string;
  readonly token: string;
  /** Names of the only events it gets. */
  readonly events?: readonly string[] | undefined;
}

/** Who a credential belongs to. */
export interface Consumer {
  readonly name: string;
  readonly events?: ReadonlySet<string> | undefined;
}

interface Entry extends Consumer {
  readonly digest: Buffer;
  readonly token: string;
}

/** Access tokens of a proxy. */
export class Access {
  readonly #entries: readonly Entry[];
  readonly #secrets: readonly string[];

  /** @param botToken - Accepted too when given. */
  constructor(tokens: readonly AccessToken[], botToken: string | undefined) {
    const all = botToken === undefined ? tokens : [...tokens, { name: 'bot', token: botToken }];
    this.#entries = all.map(({ name, token, events }) => ({
      name,
      token,
      events: events && new Set(events),
      digest: digest(token),
    }));
    this.#secrets = tokens.map(({ token }) => token);
  }

  /** Consumer with that credential, with or without `Bot ` in front; `undefined` when it is nobody's. */
  consumerOf(credential: string): Consumer | undefined {
    const given = digest(credential.replace(/^(?:Bot|Bearer)\s+/i, ''));
    let found: Consumer | undefined;
    for (const entry of this.#entries) if (timingSafeEqual(entry.digest, given)) found = entry;
    return found;
  }

  /** True when an access token stands somewhere in the text. */
  isIn(text: string): boolean {
    return this.#secrets.some((secret) => text.includes(secret));
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
