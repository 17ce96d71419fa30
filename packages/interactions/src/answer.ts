/**
 * What may still be said to one interaction: a pure step from state and intent to state and action.
 *
 * The subtle part is the automatic deferral, which may come before anything the handler does. What the handler then says
 * must mean the same as if it had come in time: a reply fills the deferred message, and where that has the wrong audience
 * (ephemeral is fixed by the first response) it is deleted and said anew, so that nothing private becomes public.
 *
 * @see {@link https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object | Discord Docs/Interaction Response}
 */

/** Who sees a message: 64, Discord's flag of an ephemeral one, for the user alone, else 0. */
export type Audience = 0 | 64;

/** How far the conversation got. `wanted`: the audience that the handler's own `defer` asked for. */
export type AnswerState =
  | { readonly status: 'open' }
  | { readonly status: 'deferred'; readonly flags: Audience; readonly wanted?: Audience | undefined }
  | { readonly status: 'deferredUpdate'; readonly isAutomatic: boolean; readonly wanted?: Audience | undefined }
  | { readonly status: 'answered'; readonly how: 'a message' | 'an update' | 'a modal' | 'choices' };

/** What a handler wants to do. */
export type Intent =
  | { readonly type: 'reply' | 'followUp'; readonly flags: Audience }
  | { readonly type: 'defer'; readonly flags: Audience; readonly isAutomatic?: boolean | undefined }
  | { readonly type: 'deferUpdate'; readonly isAutomatic?: boolean | undefined }
  | { readonly type: 'update' | 'modal' | 'choices' | 'edit' };

/** What to do about it. `respond` carries the callback type; `replace` deletes the first response and sends another. */
export type Action =
  | { readonly type: 'respond'; readonly callback: 4 | 5 | 6 | 7 | 8 | 9 }
  | { readonly type: 'edit' | 'nothing' }
  | { readonly type: 'replace' | 'create'; readonly flags: Audience }
  | { readonly type: 'refuse'; readonly how: string | undefined };

type Step = readonly [AnswerState, Action];

/** State before anything was said. */
export const unanswered: AnswerState = { status: 'open' };

const message: AnswerState = { status: 'answered', how: 'a message' };
const update: AnswerState = { status: 'answered', how: 'an update' };
const nothing: Action = { type: 'nothing' };
const edit: Action = { type: 'edit' };
const create = (flags: Audience): Action => ({ type: 'create', flags });
const respond = (state: AnswerState, callback: 4 | 5 | 6 | 7 | 8 | 9): Step => [state, { type: 'respond', callback }];

/** Decides what an intent leads to. `refuse` names the first response, or `undefined` when there was none. */
export function answer(state: AnswerState, intent: Intent): Step {
  const { status } = state;
  const how = status === 'answered' ? state.how : status === 'open' ? undefined : 'deferred';
  return next(state, intent) ?? [state, { type: 'refuse', how }];
}

/** Step of what may be said, `undefined` for the rest. */
function next(state: AnswerState, intent: Intent): Step | undefined {
  switch (state.status) {
    case 'open':
      return first(intent);
    case 'deferred':
      return afterDefer(state, intent);
    case 'deferredUpdate':
      return afterDeferUpdate(state, intent);
    case 'answered':
      if (intent.type === 'edit') return [state, edit];
      return intent.type === 'followUp' ? [state, create(intent.flags)] : undefined;
  }
}

function first(intent: Intent): Step | undefined {
  switch (intent.type) {
    case 'reply':
      return respond(message, 4);
    case 'defer': {
      const { flags, isAutomatic } = intent;
      return respond({ status: 'deferred', flags, wanted: isAutomatic ? undefined : flags }, 5);
    }
    case 'deferUpdate':
      return respond({ status: 'deferredUpdate', isAutomatic: intent.isAutomatic === true }, 6);
    case 'update':
      return respond(update, 7);
    case 'choices':
      return respond({ status: 'answered', how: 'choices' }, 8);
    case 'modal':
      return respond({ status: 'answered', how: 'a modal' }, 9);
    default:
      return undefined;
  }
}

function afterDefer(state: AnswerState & { readonly status: 'deferred' }, intent: Intent): Step | undefined {
  const { wanted } = state;
  // What fills the deferral must be seen by those it is for.
  const fill = (flags: Audience): Step => [message, flags === state.flags ? edit : { type: 'replace', flags }];
  switch (intent.type) {
    case 'defer':
      // The handler's own defer, overtaken by the automatic one: only the audience is noted.
      return wanted === undefined ? [{ ...state, wanted: intent.flags }, nothing] : undefined;
    case 'reply':
    case 'followUp':
      return fill(intent.flags || wanted || 0);
    case 'edit':
      return fill(wanted ?? state.flags);
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
      return [{ ...state, isAutomatic: false, wanted: intent.flags }, nothing];
    case 'reply':
    case 'followUp':
      return [message, create(intent.flags || wanted || 0)];
    case 'edit':
      return wanted === undefined ? [state, edit] : [message, create(wanted)];
    case 'update':
      return [update, edit];
    default:
      return undefined;
  }
}
