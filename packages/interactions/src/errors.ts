/**
 * Errors that are not a caller's mistake, each with a literal `code`. None carries an interaction token.
 */
import { TinfoilError } from '@tinfoil/types';

/** What went wrong, after `TINFOIL_INTERACTIONS_` in the code. */
export type InteractionsFailure =
  /** The first response was given, or its kind is no longer possible: `followUp` or `editReply` instead. */
  | 'ALREADY_ANSWERED'
  /** A follow-up or an edit came before the first response. */
  | 'NOT_ANSWERED'
  /** A handler returned without an answer. */
  | 'UNANSWERED'
  /** Nothing is registered for what came. */
  | 'UNHANDLED'
  /** The interaction is older than the 15 minutes its token lives. */
  | 'TOKEN_EXPIRED'
  /** Something read the body before the node handler, so that its signature cannot be verified. */
  | 'BODY_CONSUMED'
  /** Discord answered the built-in sender with an error. */
  | 'API'
  /** The built-in sender got no answer. */
  | 'NETWORK';

/** Failure in handling interactions; `code` says which. */
export class InteractionsError extends TinfoilError {
  declare readonly code: `TINFOIL_INTERACTIONS_${InteractionsFailure}`;

  constructor(failure: InteractionsFailure, message: string, options?: { readonly cause?: unknown }) {
    super(`TINFOIL_INTERACTIONS_${failure}`, message, options);
  }
}

/** Discord answered a request of the built-in sender with an error. */
export class InteractionsApiError extends InteractionsError {
  declare readonly code: 'TINFOIL_INTERACTIONS_API';
  /** HTTP status. */
  readonly status: number;
  /** Discord's error code, 0 when the answer had none. */
  readonly discordCode: number;

  constructor(what: string, status: number, discordCode: number, message: string) {
    super('API', `${what} was answered ${status}: ${message} (${discordCode})`);
    this.status = status;
    this.discordCode = discordCode;
  }
}
