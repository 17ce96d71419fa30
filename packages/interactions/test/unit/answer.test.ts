import { describe, expect, it } from 'vitest';
import { type Action, type AnswerState, answer, type Intent, unanswered } from '../../src/answer.ts';

/** Actions of intents said one after the other. */
function conversation(...intents: readonly Intent[]): readonly Action[] {
  let state: AnswerState = unanswered;
  return intents.map((intent) => {
    const [next, action] = answer(state, intent);
    state = next;
    return action;
  });
}

const autoDefer: Intent = { type: 'defer', isEphemeral: false, isAutomatic: true };
const autoUpdate: Intent = { type: 'deferUpdate', isAutomatic: true };
const reply: Intent = { type: 'reply', isEphemeral: false };
const secret: Intent = { type: 'reply', isEphemeral: true };
const edit: Intent = { type: 'edit' };
const respond = (callback: number) => ({ type: 'respond', callback });
const refused = (how?: string) => ({ type: 'refuse', how });

describe('answer', () => {
  it.each<[string, readonly Intent[], readonly unknown[]]>([
    [
      'responds once, then creates follow-ups',
      [reply, { type: 'followUp', isEphemeral: true }],
      [respond(4), { type: 'create', isEphemeral: true }],
    ],
    ['refuses a second reply', [reply, reply], [respond(4), refused('a message')]],
    [
      'refuses to edit or follow up before any answer',
      [edit, { type: 'followUp', isEphemeral: false }],
      [refused(), refused()],
    ],
    ['fills a deferral with the reply', [{ type: 'defer', isEphemeral: false }, reply], [respond(5), { type: 'edit' }]],
    [
      'keeps the audience of an explicit deferral',
      [{ type: 'defer', isEphemeral: true }, reply],
      [respond(5), { type: 'edit' }],
    ],
    ['fills an automatic deferral with a reply that came late', [autoDefer, reply], [respond(5), { type: 'edit' }]],
    [
      'replaces a public automatic deferral when the reply is ephemeral',
      [autoDefer, secret],
      [respond(5), { type: 'replace', isEphemeral: true }],
    ],
    [
      'replaces it too when the handler had deferred ephemerally, too late',
      [autoDefer, { type: 'defer', isEphemeral: true }, edit],
      [respond(5), { type: 'nothing' }, { type: 'replace', isEphemeral: true }],
    ],
    [
      'replaces an ephemeral automatic deferral when the reply is public',
      [{ ...autoDefer, isEphemeral: true }, reply],
      [respond(5), { type: 'replace', isEphemeral: false }],
    ],
    [
      'lets one late defer pass, not two',
      [autoDefer, { type: 'defer', isEphemeral: false }, { type: 'defer', isEphemeral: false }],
      [respond(5), { type: 'nothing' }, refused('deferred')],
    ],
    ['refuses a modal after a deferral', [autoDefer, { type: 'modal' }], [respond(5), refused('deferred')]],
    [
      'updates the message after an automatic acknowledgement',
      [autoUpdate, { type: 'update' }],
      [respond(6), { type: 'edit' }],
    ],
    [
      'answers a component anew when it replies late',
      [autoUpdate, secret],
      [respond(6), { type: 'create', isEphemeral: true }],
    ],
    [
      'does not overwrite the component message after a late defer',
      [autoUpdate, { type: 'defer', isEphemeral: true }, edit, edit],
      [respond(6), { type: 'nothing' }, { type: 'create', isEphemeral: true }, { type: 'edit' }],
    ],
    [
      'edits the message after an explicit acknowledgement',
      [{ type: 'deferUpdate' }, edit, edit],
      [respond(6), { type: 'edit' }, { type: 'edit' }],
    ],
    ['responds with choices and modals', [{ type: 'choices' }], [respond(8)]],
    ['shows a modal first', [{ type: 'modal' }, reply], [respond(9), refused('a modal')]],
  ])('%s', (_name, intents, actions) => {
    expect(conversation(...intents)).toEqual(actions);
  });
});
