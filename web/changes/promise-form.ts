import { stepTitle } from '../../desk/standing-words.ts';
import { mayPromise } from '../../domain/changes/promise.ts';
import { stepOf } from '../../domain/chronology/chronology.ts';
import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { ownersOf, promiseRuleOf } from '../../domain/programme.ts';
import { times } from '../../domain/words.ts';
import { exampleDay } from '../shared/example-day.ts';
import { isRunning, openStepsOf, readRef, refText } from './change-form.ts';
import type { ChangeForm, ChangeOption, Standing } from './change-form.ts';

/** A promise by telephone: the same that somebody who is asked makes from the page behind their link. */
export const PROMISE: ChangeForm = {
  kind: 'promise',
  title: 'Record by when they will answer',
  lead: ({ chronology }) => {
    const rule = promiseRuleOf(chronology.programme);
    return [
      'Use this when somebody who is asked tells you by when they will answer. Until that day is over nobody is reminded, called or told that it is late. The due date stays, and so does how late it is.',
      ...(rule === null
        ? []
        : [
            `It can be recorded ${times(rule.most)} for one step, up to ${rule.within} working days ahead. The guidance does not cover this: it is an assumption of ours.`,
          ]),
    ];
  },
  fieldsOf: (standing) => {
    const owners = ownersToPromise(standing);
    if (!isRunning(standing) || owners.length === 0) return null;
    return [
      { kind: 'choice', id: 'step', label: 'Who will answer what?', missing: 'Select who will answer what', options: owners },
      {
        kind: 'date',
        id: 'promisedOn',
        label: 'By which day?',
        hint: `For example, ${exampleDay(standing.today, 1)}`,
        missing: 'Enter the day by which they will answer',
      },
      { kind: 'words', id: 'words', label: 'What else they said (optional)', missing: '', optional: true },
    ];
  },
  commandFrom: (said, by) => {
    const [step = '', round = '', ...rest] = said('step').split('/');
    const who = rest.join('/');
    return {
      kind: 'promise',
      ...readRef(`${step}/${round}`),
      by,
      onBehalfOf: who === by ? null : who,
      via: who === by ? 'web' : 'telephone',
      promisedOn: said('promisedOn'),
      words: said('words'),
    };
  },
  faultAt: ({ kind }) => (kind === 'bad-date' || kind === 'too-late' || kind === 'nothing-changes' ? 'promisedOn' : 'step'),
  button: 'Record it',
  done: 'The day by which they will answer is recorded.',
};

/** Everybody who is asked for a step that may be promised. */
function ownersToPromise(standing: Standing): readonly ChangeOption[] {
  const { chronology, now, nameOf } = standing;
  return openStepsOf(standing, { running: true }).flatMap((record) => {
    const may = mayPromise(chronology, record, now);
    if (!may.ok) return [];
    const people = ownersOf(stepOf(chronology.programme, record.step)).flatMap((role) => chronology.parties[role] ?? []);
    return [...new Set(people)].map((person) => ({
      value: `${refText(record)}/${person}`,
      text: `${nameOf(person)}: ${stepTitle(chronology, record)}`,
      hint: `Due on ${longDateWithWeekday(record.dueOn)}. The last day to promise is ${longDateWithWeekday(may.value.last)}`,
    }));
  });
}
