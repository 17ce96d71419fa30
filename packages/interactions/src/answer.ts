/**
 * What may still be said to one interaction: a pure step from state and intent to state and action.
 *
 * The subtle part is the automatic deferral, which may come before anything the handler does. What the handler then says
 * must mean the same as if it had come in time: a reply fills the deferred message, and where that has the wrong audience
 * (ephemeral is fixed by the first response) it is deleted and said anew, so that nothing private becomes public.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object | Discord Docs/Interaction Response}
 */

/** How far the conversation got. `wanted`: what the handler asked for after an automatic deferral had gone out. */
export type AnswerState =
  | { readonly status: 'open' }
  | { readonly status: 'deferred'; readonly isEphemeral: boolean; readonly wanted?: Audience | undefined }
  | { readonly status: 'deferredUpdate'; readonly isAutomatic: boolean; readonly wanted?: Audience | undefined }
  | { readonly status: 'answered'; readonly how: 'a message' | 'an update' | 'a modal' | 'choices' };

/** Who sees a message: `explicit` where a `defer` said so, otherwise each reply says it. */
export interface Audience {
  readonly isEphemeral: boolean;
}

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
  | { readonly type: 'refuse'; readonly why: 'notAnswered' | 'alreadyAnswered'; readonly how: string };

/** State before anything was said. */
export const unanswered: AnswerState = { status: 'open' };

const message: AnswerState = { status: 'answered', how: 'a message' };
const nothing: Action = { type: 'nothing' };

/** Decides what an intent leads to. */
export function answer(state: AnswerState, intent: Intent): readonly [AnswerState, Action] {
  switch (state.status) {
    case 'open':
      return first(intent);
    case 'deferred':
      return afterDefer(state, intent);
    case 'deferredUpdate':
      return afterDeferUpdate(state, intent);
    case 'answered':
      if (intent.type === 'edit') return [state, { type: 'edit' }];
      if (intent.type === 'followUp') return [state, { type: 'create', isEphemeral: intent.isEphemeral }];
      return [state, refuse(state.how)];
  }
}

function first(intent: Intent): readonly [AnswerState, Action] {
  switch (intent.type) {
    case 'reply':
      return [message, { type: 'respond', callback: 4 }];
    case 'defer': {
      const { isEphemeral } = intent;
      const wanted = intent.isAutomatic === true ? undefined : { isEphemeral };
      return [
        { status: 'deferred', isEphemeral, wanted },
        { type: 'respond', callback: 5 },
      ];
    }
    case 'deferUpdate':
      return [
        { status: 'deferredUpdate', isAutomatic: intent.isAutomatic === true },
        { type: 'respond', callback: 6 },
      ];
    case 'update':
      return [
        { status: 'answered', how: 'an update' },
        { type: 'respond', callback: 7 },
      ];
    case 'choices':
      return [
        { status: 'answered', how: 'choices' },
        { type: 'respond', callback: 8 },
      ];
    case 'modal':
      return [
        { status: 'answered', how: 'a modal' },
        { type: 'respond', callback: 9 },
      ];
    case 'edit':
    case 'followUp':
      return [unanswered, { type: 'refuse', why: 'notAnswered', how: '' }];
  }
}

function afterDefer(
  state: AnswerState & { readonly status: 'deferred' },
  intent: Intent,
): readonly [AnswerState, Action] {
  switch (intent.type) {
    case 'defer':
      // The handler's own defer, overtaken by the automatic one: only the audience is noted.
      if (state.wanted !== undefined) return [state, refuse('deferred')];
      return [{ ...state, wanted: { isEphemeral: intent.isEphemeral } }, nothing];
    case 'reply':
    case 'followUp':
      return fill(state, intent.isEphemeral || state.wanted?.isEphemeral === true);
    case 'edit':
      return fill(state, state.wanted?.isEphemeral ?? state.isEphemeral);
    default:
      return [state, refuse('deferred')];
  }
}

function fill(
  state: AnswerState & { readonly status: 'deferred' },
  isEphemeral: boolean,
): readonly [AnswerState, Action] {
  return [message, state.isEphemeral === isEphemeral ? { type: 'edit' } : { type: 'replace', isEphemeral }];
}

function afterDeferUpdate(
  state: AnswerState & { readonly status: 'deferredUpdate' },
  intent: Intent,
): readonly [AnswerState, Action] {
  switch (intent.type) {
    case 'deferUpdate':
      if (!state.isAutomatic) return [state, refuse('deferred')];
      return [{ ...state, isAutomatic: false }, nothing];
    case 'defer':
      // A new message was meant: what fills it later must not overwrite the message the component sits on.
      if (!state.isAutomatic) return [state, refuse('deferred')];
      return [{ ...state, isAutomatic: false, wanted: { isEphemeral: intent.isEphemeral } }, nothing];
    case 'reply':
    case 'followUp':
      return [message, { type: 'create', isEphemeral: intent.isEphemeral || state.wanted?.isEphemeral === true }];
    case 'edit':
      if (state.wanted !== undefined) return [message, { type: 'create', isEphemeral: state.wanted.isEphemeral }];
      return [state, { type: 'edit' }];
    case 'update':
      return [{ status: 'answered', how: 'an update' }, { type: 'edit' }];
    default:
      return [state, refuse('deferred')];
  }
}

function refuse(how: string): Action {
  return { type: 'refuse', why: 'alreadyAnswered', how };
}
