/**
 * Errors that are not a caller's mistake, each with its literal `code`. None carries an interaction token.
 */
import { TinfoilError } from '@tinfoil/types';

/** Interaction was answered already, or its kind of answer is no longer possible: `followUp` or `editReply` instead. */
export class AlreadyAnsweredError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_ALREADY_ANSWERED';

  constructor(action: string, state: string) {
    super('TINFOIL_INTERACTIONS_ALREADY_ANSWERED', `cannot ${action}: the interaction's first response was ${state}`);
  }
}

/** A follow-up or an edit came before the first response. */
export class NotAnsweredError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_NOT_ANSWERED';

  constructor(action: string) {
    super('TINFOIL_INTERACTIONS_NOT_ANSWERED', `cannot ${action}: the interaction has no first response yet`);
  }
}

/** Handler returned without answering a command. */
export class UnansweredError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_UNANSWERED';

  constructor(what: string) {
    super('TINFOIL_INTERACTIONS_UNANSWERED', `handler of ${what} returned without an answer`);
  }
}

/** No handler is registered for what came. */
export class UnhandledError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_UNHANDLED';

  constructor(what: string) {
    super('TINFOIL_INTERACTIONS_UNHANDLED', `no handler for ${what}`);
  }
}

/** Interaction tokens live 15 minutes; this one is older. */
export class TokenExpiredError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_TOKEN_EXPIRED';

  constructor(action: string) {
    super('TINFOIL_INTERACTIONS_TOKEN_EXPIRED', `cannot ${action}: the interaction is older than 15 minutes`);
  }
}

/** Something before the node handler read the body, so that its signature cannot be verified. */
export class BodyConsumedError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_BODY_CONSUMED';

  constructor() {
    super(
      'TINFOIL_INTERACTIONS_BODY_CONSUMED',
      'cannot verify the request: the raw body was read before; mount the handler ahead of body parsers, or keep the bytes in rawBody',
    );
  }
}

/** Discord answered a request of the built-in sender with an error. */
export class InteractionsApiError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_API';
  /** HTTP status. */
  readonly status: number;
  /** Discord's error code, 0 when the answer had none. */
  readonly discordCode: number;

  constructor(what: string, status: number, discordCode: number, message: string) {
    super('TINFOIL_INTERACTIONS_API', `${what} was answered ${status}: ${message} (${discordCode})`);
    this.status = status;
    this.discordCode = discordCode;
  }
}

/** Built-in sender got no answer. */
export class InteractionsNetworkError extends TinfoilError {
  declare readonly code: 'TINFOIL_INTERACTIONS_NETWORK';

  constructor(what: string, cause: unknown) {
    super('TINFOIL_INTERACTIONS_NETWORK', `${what} got no answer`, { cause });
  }
}
