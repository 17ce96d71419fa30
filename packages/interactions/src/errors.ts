/**
 * Errors that are not a caller's mistake, each with its literal `code`. None carries an interaction token.
 */
import { TinfoilError } from '@tinfoil/types';

/** Failure in handling interactions. */
export abstract class InteractionsError extends TinfoilError {
  constructor(what: string, message: string, options?: { readonly cause?: unknown }) {
    super(`TINFOIL_INTERACTIONS_${what}`, message, options);
  }
}

/** Interaction was answered already, or its kind of answer is no longer possible: `followUp` or `editReply` instead. */
export class AlreadyAnsweredError extends InteractionsError {
  declare readonly code: 'TINFOIL_INTERACTIONS_ALREADY_ANSWERED';

  constructor(action: string, how: string) {
    super('ALREADY_ANSWERED', `cannot ${action}: the interaction's first response was ${how}`);
  }
}

/** A follow-up or an edit came before the first response. */
export class NotAnsweredError extends InteractionsError {
  declare readonly code: 'TINFOIL_INTERACTIONS_NOT_ANSWERED';

  constructor(action: string) {
    super('NOT_ANSWERED', `cannot ${action}: the interaction has no first response yet`);
  }
}

/** Handler returned without answering a command. */
export class UnansweredError extends InteractionsError {
  declare readonly code: 'TINFOIL_INTERACTIONS_UNANSWERED';

  constructor(source: string) {
    super('UNANSWERED', `handler of ${source} returned without an answer`);
  }
}

/** No handler is registered for what came. */
export class UnhandledError extends InteractionsError {
  declare readonly code: 'TINFOIL_INTERACTIONS_UNHANDLED';

  constructor(source: string) {
    super('UNHANDLED', `no handler for ${source}`);
  }
}

/** Interaction tokens live 15 minutes; this one is older. */
export class TokenExpiredError extends InteractionsError {
  declare readonly code: 'TINFOIL_INTERACTIONS_TOKEN_EXPIRED';

  constructor(action: string) {
    super('TOKEN_EXPIRED', `cannot ${action}: the interaction is older than 15 minutes`);
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

/** Built-in sender got no answer. */
export class InteractionsNetworkError extends InteractionsError {
  declare readonly code: 'TINFOIL_INTERACTIONS_NETWORK';

  constructor(what: string, cause: unknown) {
    super('NETWORK', `${what} got no answer`, { cause });
  }
}
