/**
 * Bodies of the webhooks that speak another service's format.
 *
 * @see {@link https://docs.discord.com/developers/resources/webhook | Discord Docs/Webhook}
 */

/** Event as GitHub sends it; Discord reads what it knows and ignores the rest. */
export interface GitHubWebhookBody {
  readonly sender: {
    readonly id: number;
    readonly login: string;
    readonly html_url: string;
    readonly avatar_url: string;
  };
  readonly [field: string]: unknown;
}

/** Message in Slack's format. */
export interface SlackWebhookBody {
  /** At most 2,000 characters. */
  readonly text?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly icon_url?: string | null | undefined;
  readonly attachments?: readonly SlackWebhookAttachment[] | null | undefined;
}

/** Attachment of Slack's format, which becomes an embed. */
export interface SlackWebhookAttachment {
  readonly title?: string | null | undefined;
  readonly title_link?: string | null | undefined;
  readonly text?: string | null | undefined;
  /** Such as `#5865f2`. */
  readonly color?: string | null | undefined;
  /** Seconds since the Unix epoch. */
  readonly ts?: number | null | undefined;
  readonly pretext?: string | null | undefined;
  readonly footer?: string | null | undefined;
  readonly footer_icon?: string | null | undefined;
  readonly author_name?: string | null | undefined;
  readonly author_link?: string | null | undefined;
  readonly author_icon?: string | null | undefined;
  readonly image_url?: string | null | undefined;
  readonly thumb_url?: string | null | undefined;
  readonly fields?:
    | readonly {
        readonly name?: string | null | undefined;
        readonly value?: string | null | undefined;
        readonly inline?: boolean | null | undefined;
      }[]
    | null
    | undefined;
}
