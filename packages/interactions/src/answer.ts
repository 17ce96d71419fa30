/**
 * What may still be said to one interaction: a pure step from state and intent to state and action.
 *
 * The subtle part is the automatic deferral, which may come before anything the handler does. What the handler then says
 * must mean the same as if it had come in time: a reply fills the deferred message, and where that has the wrong audience
 * (ephemeral is fixed by the first response) it is deleted and said anew, so that nothing private becomes public.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object | Discord Docs/Interaction Response}
 */

/** Who sees a message. */
export interface Audience {
  readonly isEphemeral: boolean;
}

/** How far the conversation got. `wanted`: the audience that the handler's own `defer` asked for. */
export type AnswerState =
  | { readonly status: 'open' }
  | { readonly status: 'deferred'; readonly isEphemeral: boolean; readonly wanted?: Audience | undefined }
  | { readonly status: 'deferredUpdate'; readonly isAutomatic: boolean; readonly wanted?: Audience | undefined }
  | { readonly status: 'answered'; readonly how: 'a message' | 'an update' | 'a modal' | 'choices' };

/** What a handler wants to do. */
export type Intent =
  | { readonly type: 'reply' | 'followUp'; readonly isEphemeral: boolean }
  | { readonly type: 'defer'; readonly isEphemeral: boolean; readonly isAutomatic?: boolean | undefined }
  | { readonly type: 'deferUpdate'; readonly isAutomatic?: boolean | undefined }
  | { readonly type: 'update' | 'modal' | 'choices' | 'edit' };

/** What to do about it. `respond` carries the callback type; `replace` deletes the first response and sends another. */
export type Action =
  | { readonly type: 'respond'; readonly callback: 4 | 5 | 6 | 7 | 8 | 9 }
  | { readonly type: 'edit' | 'nothing' }
  | { readonly type: 'replace' | 'create'; readonly isEphemeral: boolean }
  | { readonly type: 'refuse'; readonly how: string | undefined };

type Step = readonly [AnswerState, Action];

/** State before anything was said. */
export const unanswered: AnswerState = { status: 'open' };

const message: AnswerState = { status: 'answered', how: 'a message' };
const update: AnswerState = { status: 'answered', how: 'an update' };
const nothing: Action = { type: 'nothing' };
const edit: Action = { type: 'edit' };
const create = (isEphemeral: boolean): Action => ({ type: 'create', isEphemeral });
const respond = (state: AnswerState, callback: 4 | 5 | 6 | 7 | 8 | 9): Step => [state, { type: 'respond', callback }];

/** Decides what an intent leads to. `refuse` names the first response, or `undefined` when there was none. */
export function answer(state: AnswerState, intent: Intent): Step {
  switch (state.status) {
    case 'open':
      return first(intent);
    case 'deferred':
      return afterDefer(state, intent) ?? [state, { type: 'refuse', how: 'deferred' }];
    case 'deferredUpdate':
      return afterDeferUpdate(state, intent) ?? [state, { type: 'refuse', how: 'deferred' }];
    case 'answered':
      if (intent.type === 'edit') return [state, edit];
      if (intent.type === 'followUp') return [state, create(intent.isEphemeral)];
      return [state, { type: 'refuse', how: state.how }];
  }
}

function first(intent: Intent): Step {
  switch (intent.type) {
    case 'reply':
      return respond(message, 4);
    case 'defer': {
      const { isEphemeral, isAutomatic } = intent;
      return respond({ status: 'deferred', isEphemeral, wanted: isAutomatic ? undefined : { isEphemeral } }, 5);
    }
    case 'deferUpdate':
      return respond({ status: 'deferredUpdate', isAutomatic: intent.isAutomatic === true }, 6);
    case 'update':
      return respond(update, 7);
    case 'choices':
      return respond({ status: 'answered', how: 'choices' }, 8);
    case 'modal':
      return respond({ status: 'answered', how: 'a modal' }, 9);
    case 'edit':
    case 'followUp':
      return [unanswered, { type: 'refuse', how: undefined }];
  }
}

function afterDefer(state: AnswerState & { readonly status: 'deferred' }, intent: Intent): Step | undefined {
  const { wanted } = state;
  // What fills the deferral must be seen by those it is for.
  const fill = (isEphemeral: boolean): Step => [
    message,
    isEphemeral === state.isEphemeral ? edit : { type: 'replace', isEphemeral },
  ];
  switch (intent.type) {
    case 'defer':
      // The handler's own defer, overtaken by the automatic one: only the audience is noted.
      return wanted === undefined ? [{ ...state, wanted: { isEphemeral: intent.isEphemeral } }, nothing] : undefined;
    case 'reply':
    case 'followUp':
      return fill(intent.isEphemeral || wanted?.isEphemeral === true);
    case 'edit':
      return fill(wanted?.isEphemeral ?? state.isEphemeral);
    default:
      return undefined;
  }
}

function afterDeferUpdate(
  state: AnswerState & { readonly status: 'deferredUpdate' },
  intent: Intent,
): Step | undefined {
  const { wanted, isAutomatic } = state;
  switch (intent.type) {
    case 'deferUpdate':
      return isAutomatic ? [{ ...state, isAutomatic: false }, nothing] : undefined;
    case 'defer':
      // A new message was meant: what fills it later must not overwrite the message the component sits on.
      if (!isAutomatic) return undefined;
      return [{ ...state, isAutomatic: false, wanted: { isEphemeral: intent.isEphemeral } }, nothing];
    case 'reply':
    case 'followUp':
      return [message, create(intent.isEphemeral || wanted?.isEphemeral === true)];
    case 'edit':
      return wanted === undefined ? [state, edit] : [message, create(wanted.isEphemeral)];
    case 'update':
      return [update, edit];
    default:
      return undefined;
  }
}
