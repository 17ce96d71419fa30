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

const autoDefer: Intent = { type: 'defer', flags: 0, isAutomatic: true };
const autoUpdate: Intent = { type: 'deferUpdate', isAutomatic: true };
const reply: Intent = { type: 'reply', flags: 0 };
const secret: Intent = { type: 'reply', flags: 64 };
const edit: Intent = { type: 'edit' };
const respond = (callback: number) => ({ type: 'respond', callback });
const refused = (how?: string) => ({ type: 'refuse', how });

describe('answer', () => {
  it.each<[string, readonly Intent[], readonly unknown[]]>([
    [
      'responds once, then creates follow-ups',
      [reply, { type: 'followUp', flags: 64 }],
      [respond(4), { type: 'create', flags: 64 }],
    ],
    ['refuses a second reply', [reply, reply], [respond(4), refused('a message')]],
    ['refuses to edit or follow up before any answer', [edit, { type: 'followUp', flags: 0 }], [refused(), refused()]],
    ['fills a deferral with the reply', [{ type: 'defer', flags: 0 }, reply], [respond(5), { type: 'edit' }]],
    [
      'keeps the audience of an explicit deferral',
      [{ type: 'defer', flags: 64 }, reply],
      [respond(5), { type: 'edit' }],
    ],
    ['fills an automatic deferral with a reply that came late', [autoDefer, reply], [respond(5), { type: 'edit' }]],
    [
      'replaces a public automatic deferral when the reply is ephemeral',
      [autoDefer, secret],
      [respond(5), { type: 'replace', flags: 64 }],
    ],
    [
      'replaces it too when the handler had deferred ephemerally, too late',
      [autoDefer, { type: 'defer', flags: 64 }, edit],
      [respond(5), { type: 'nothing' }, { type: 'replace', flags: 64 }],
    ],
    [
      'replaces an ephemeral automatic deferral when the reply is public',
      [{ ...autoDefer, flags: 64 }, reply],
      [respond(5), { type: 'replace', flags: 0 }],
    ],
    [
      'lets one late defer pass, not two',
      [autoDefer, { type: 'defer', flags: 0 }, { type: 'defer', flags: 0 }],
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
      [respond(6), { type: 'create', flags: 64 }],
    ],
    [
      'does not overwrite the component message after a late defer',
      [autoUpdate, { type: 'defer', flags: 64 }, edit, edit],
      [respond(6), { type: 'nothing' }, { type: 'create', flags: 64 }, { type: 'edit' }],
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
