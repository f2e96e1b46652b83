import { stepTitle } from '../../desk/standing-words.ts';
import { longDate, longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import { changeRulesOf } from '../../domain/programme.ts';
import type { Programme } from '../../domain/programme.ts';
import { previewOf } from '../../domain/chronology/preview.ts';
import { londonDate } from '../../domain/time/london.ts';
import { capitalised } from '../../domain/words.ts';
import { factTitle } from '../../letters/event-words.ts';
import { exampleDay } from '../shared/example-day.ts';
import { because, isRunning, openStepsOf, readRef, refText } from './change-form.ts';
import type { ChangeForm, ChangeOption, Standing } from './change-form.ts';

export const EXTEND: ChangeForm = {
  kind: 'extend',
  title: 'Give more time',
  lead: ({ chronology }) => [
    'Use this for a later date that has been agreed with the Department. The original date stays in the record and in the reports.',
    ...limitWords(chronology.programme),
  ],
  fieldsOf: (standing) => {
    const steps = openStepsOf(standing, { running: true });
    if (!isRunning(standing) || steps.length === 0) return null;
    return [
      {
        kind: 'choice',
        id: 'step',
        label: 'Which step?',
        missing: 'Select the step',
        options: steps.map((record) => ({
          value: refText(record),
          text: stepTitle(standing.chronology, record),
          hint: `Due on ${longDateWithWeekday(record.dueOn)}`,
        })),
      },
      {
        kind: 'date',
        id: 'dueOn',
        label: 'What is the new due date?',
        hint: `For example, ${exampleDay(standing.today, 14)}`,
        missing: 'Enter the new due date',
      },
      {
        kind: 'person',
        id: 'agreedWith',
        label: 'Who at the Department agreed to it? (optional)',
        missing: '',
        optional: true,
      },
      because(),
    ];
  },
  commandFrom: (said, by) => ({
    kind: 'extend',
    ...readRef(said('step')),
    dueOn: said('dueOn'),
    agreedWith: said('agreedWith') === '' ? null : said('agreedWith'),
    by,
    because: said('because'),
  }),
  faultAt: ({ kind }) =>
    kind === 'no-reason' ? 'because' : ['not-open', 'unknown-step', 'clock-stopped', 'asked-already'].includes(kind) ? 'step' : 'dueOn',
  button: 'Give more time',
  done: 'The new due date is recorded.',
};

export const CORRECT_FACT: ChangeForm = {
  kind: 'correct-fact',
  title: 'Correct a date that was recorded',
  lead: () => [
    'Chaser works out again every due date that was counted from it, including those of closed steps. The record shows both dates.',
  ],
  fieldsOf: (standing) => {
    const facts = datesRecorded(standing);
    if (!isRunning(standing) || facts.length === 0) return null;
    return [
      { kind: 'choice', id: 'fact', label: 'Which date?', missing: 'Select the date to correct', options: facts },
      {
        kind: 'date',
        id: 'value',
        label: 'What is the right date?',
        hint: `For example, ${exampleDay(standing.today, -7)}`,
        missing: 'Enter the right date',
      },
      because('What was wrong?'),
    ];
  },
  commandFrom: (said, by) => ({ kind: 'correct-fact', fact: said('fact'), value: said('value'), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'value'),
  button: 'Correct the date',
  done: 'The date is corrected.',
};

export const TAKE_BACK_ANSWER: ChangeForm = {
  kind: 'take-back-answer',
  title: 'Take back an answer',
  lead: () => [
    'Use this for an answer that was recorded by mistake. The steps that it opened close, and we ask for the answer again with the due date it had.',
    'If a step that followed from it has been answered too, take back that answer first.',
  ],
  fieldsOf: (standing) => {
    const answers = answersToTakeBack(standing);
    if (!isRunning(standing) || answers.length === 0) return null;
    return [
      { kind: 'choice', id: 'step', label: 'Which answer?', missing: 'Select the answer to take back', options: answers },
      because('What was wrong?'),
    ];
  },
  commandFrom: (said, by) => ({ kind: 'take-back-answer', ...readRef(said('step')), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'step'),
  button: 'Take back the answer',
  done: 'The answer is taken back.',
};

/**
 * Says how much later a date may be before somebody else must agree to it. Nothing where the programme has no limit.
 */
function limitWords(programme: Programme): readonly string[] {
  const { extension } = changeRulesOf(programme);
  if (extension === null) return [];
  const approver = programme.steps[extension.approval]?.owner ?? '';
  return [
    `More than ${extension.upTo} working days beyond the original date is for the ${programme.roles[approver]?.title ?? approver} to agree. They are asked, and the due date stays as it is until they answer.`,
  ];
}

function datesRecorded({ chronology }: Standing): readonly ChangeOption[] {
  return Object.entries(chronology.facts).flatMap(([fact, value]) => {
    const date = parsePlainDate(value);
    if (date === undefined) return [];
    return [{ value: fact, text: capitalised(factTitle(chronology.programme, fact)), hint: `Recorded as ${longDate(date)}` }];
  });
}

function answersToTakeBack({ chronology, now, nameOf }: Standing): readonly ChangeOption[] {
  return chronology.steps.toReversed().flatMap((record) => {
    const { state, step, round } = record;
    if (state.kind !== 'answered' || state.by === 'chaser') return [];
    // Tried out here, so that only answers that can be taken back are offered.
    const possible = previewOf(chronology, { kind: 'take-back-answer', step, round, by: state.by, because: 'tried out' }, now).ok;
    if (!possible) return [];
    const label = chronology.programme.steps[step]?.answers.find(({ id }) => id === state.answer)?.label ?? state.answer;
    return [
      {
        value: refText(record),
        text: stepTitle(chronology, record),
        hint: `“${label}”, ${nameOf(state.onBehalfOf ?? state.by)}, ${longDate(londonDate(Date.parse(state.at)))}`,
      },
    ];
  });
}
