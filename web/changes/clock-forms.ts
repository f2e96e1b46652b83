import { runningStops, stepTitle } from '../../desk/standing-words.ts';
import type { Stop } from '../../domain/chronology/state.ts';
import type { StopCategory } from '../../domain/chronology/events.ts';
import { STOP_WORDS } from '../../letters/kind-words.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { capitalised } from '../../domain/words.ts';
import { exampleDay } from '../shared/example-day.ts';
import { because, isRunning, openStepsOf, readRef, refText } from './change-form.ts';
import type { ChangeField, ChangeForm, ChangeOption, Standing } from './change-form.ts';

const WHOLE = 'whole';

export const STOP_CLOCK: ChangeForm = {
  kind: 'stop-clock',
  title: 'Pause',
  lead: () => [
    'During a pause nobody is reminded, called or told that anything is late. Everybody can still answer.',
    'When the pause ends, its days are added to the due dates.',
  ],
  fieldsOf: (standing) => {
    const scopes = stoppable(standing);
    if (!isRunning(standing) || scopes.length === 0) return null;
    return [
      { kind: 'choice', id: 'scope', label: 'What do you want to pause?', missing: 'Select what you want to pause', options: scopes },
      ...pauseFields(standing.today),
      because(),
    ];
  },
  commandFrom: (said, by) => ({
    kind: 'stop-clock',
    scope: said('scope') === WHOLE ? null : readRef(said('scope')),
    // The value is one of the offered options, which are exactly these.
    category: said('category') as StopCategory,
    from: said('from'),
    expectedEnd: said('expectedEnd'),
    by,
    because: said('because'),
  }),
  faultAt: ({ kind, message }) =>
    kind === 'no-reason' ? 'because' : kind === 'not-open' ? 'scope' : message.startsWith('The expected end') ? 'expectedEnd' : 'from',
  button: 'Pause',
  done: 'The pause is recorded.',
};

export const PROLONG_STOP: ChangeForm = {
  kind: 'prolong-stop',
  title: 'Change when the pause should end',
  lead: () => ['The pause goes on. When the new day has passed, the coordinator is asked whether it should go on for longer.'],
  fieldsOf: (standing) => {
    const stops = runningStops(standing.chronology);
    if (!isRunning(standing) || stops.length === 0) return null;
    return [
      whichStop(standing, stops),
      {
        kind: 'date',
        id: 'expectedEnd',
        label: 'When should the pause end?',
        hint: `Today or later. For example, ${exampleDay(standing.today, 14)}.`,
        missing: 'Enter the day on which the pause should end',
      },
      because(),
    ];
  },
  commandFrom: (said, by) => ({
    kind: 'prolong-stop',
    stop: Number(said('stop')),
    expectedEnd: said('expectedEnd'),
    by,
    because: said('because'),
  }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : kind === 'clock-runs' ? 'stop' : 'expectedEnd'),
  button: 'Change the day',
  done: 'The day on which the pause should end is changed.',
};

export const RESUME_CLOCK: ChangeForm = {
  kind: 'resume-clock',
  title: 'End the pause',
  lead: () => ['The days of the pause are added to the due dates. Whatever was held back is sent at its new time.'],
  fieldsOf: (standing) => {
    const stops = runningStops(standing.chronology);
    if (!isRunning(standing) || stops.length === 0) return null;
    return [
      whichStop(standing, stops),
      {
        kind: 'date',
        id: 'on',
        label: 'From which day do days count again?',
        hint: 'Today or earlier. To undo the pause as if it had never been, give its first day.',
        missing: 'Enter the first day that counts again',
        initially: standing.today,
      },
      because(),
    ];
  },
  commandFrom: (said, by) => ({ kind: 'resume-clock', stop: Number(said('stop')), on: said('on'), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : kind === 'clock-runs' ? 'stop' : 'on'),
  button: 'End the pause',
  done: 'The pause has ended.',
};

/** What is asked about a pause, of one deployment or of many: the kind of reason, its first day, and the day on which it should end. */
export function pauseFields(today: PlainDate): readonly ChangeField[] {
  return [
    {
      kind: 'choice',
      id: 'category',
      label: 'What kind of reason is it?',
      hint: 'Only staff see this.',
      missing: 'Select what kind of reason it is',
      options: Object.entries(STOP_WORDS).map(([value, text]) => ({ value, text: capitalised(text) })),
    },
    {
      kind: 'date',
      id: 'from',
      label: 'From which day?',
      hint: `The first day of the pause: today or earlier. For example, ${exampleDay(today)}.`,
      missing: 'Enter the first day of the pause',
      initially: today,
    },
    {
      kind: 'date',
      id: 'expectedEnd',
      label: 'When should the pause end?',
      hint: 'It does not end by itself. When this day has passed, the coordinator is asked whether it should go on.',
      missing: 'Enter the day on which the pause should end',
    },
  ];
}

function stoppable(standing: Standing): readonly ChangeOption[] {
  const steps = openStepsOf(standing, { running: true }).map((record) => ({
    value: refText(record),
    text: `Only “${stepTitle(standing.chronology, record)}”`,
    hint: `Due on ${longDateWithWeekday(record.dueOn)}`,
  }));
  // When the clock of a step is stopped already, stopping everything would give its days back twice.
  return runningStops(standing.chronology).length > 0 ? steps : [{ value: WHOLE, text: 'The whole deployment' }, ...steps];
}

function whichStop({ chronology }: Standing, stops: readonly Stop[]): ChangeField {
  return {
    kind: 'choice',
    id: 'stop',
    label: 'Which pause?',
    missing: 'Select which pause you mean',
    options: stops.map(({ stop, scope, from, category, expectedEnd }) => ({
      value: String(stop),
      text: scope === null ? 'The whole deployment' : `“${stepTitle(chronology, scope)}”`,
      hint: `Since ${longDate(from)} (${STOP_WORDS[category]}), should end on ${longDate(expectedEnd)}`,
    })),
  };
}
