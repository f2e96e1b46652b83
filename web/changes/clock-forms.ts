import { runningStops, stepTitle } from '../../desk/standing-words.ts';
import type { Stop } from '../../domain/chronology/state.ts';
import type { StopCategory } from '../../domain/chronology/events.ts';
import { STOP_WORDS } from '../../letters/kind-words.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { capitalised } from '../../domain/words.ts';
import { exampleDay } from '../shared/example-day.ts';
import { because, isRunning, openStepsOf, readRef, refText } from './change-form.ts';
import type { ChangeField, ChangeForm, ChangeOption, Standing } from './change-form.ts';

const WHOLE = 'whole';

export const STOP_CLOCK: ChangeForm = {
  kind: 'stop-clock',
  title: 'Pause',
  lead: () => [
    'During a pause nobody is reminded, called or told that anything is late. What was sent stays sent, and everybody can still answer.',
    'After the restart, the paused days are given back.',
  ],
  fieldsOf: (standing) => {
    const scopes = stoppable(standing);
    if (!isRunning(standing) || scopes.length === 0) return null;
    return [
      { kind: 'choice', id: 'scope', label: 'What is paused?', missing: 'Select what is paused', options: scopes },
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
        hint: `The first day that does not count: today, or a day that has been. For example, ${exampleDay(standing.today)}.`,
        missing: 'Enter the first day that does not count',
        initially: standing.today,
      },
      {
        kind: 'date',
        id: 'expectedEnd',
        label: 'When should the pause end?',
        hint: 'It does not restart by itself. When this day has passed, the coordinator is asked whether the pause goes on.',
        missing: 'Enter the day on which the pause should end',
      },
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
  done: 'It is paused.',
};

export const PROLONG_STOP: ChangeForm = {
  kind: 'prolong-stop',
  title: 'The pause lasts longer',
  lead: () => ['It stays paused. When the new day has passed, the coordinator is asked whether the pause goes on.'],
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
  done: 'The pause lasts longer.',
};

export const RESUME_CLOCK: ChangeForm = {
  kind: 'resume-clock',
  title: 'Restart',
  lead: () => ['The paused days are given back: due dates move by as many. What was held back meanwhile comes at its new time.'],
  fieldsOf: (standing) => {
    const stops = runningStops(standing.chronology);
    if (!isRunning(standing) || stops.length === 0) return null;
    return [
      whichStop(standing, stops),
      {
        kind: 'date',
        id: 'on',
        label: 'From which day is it restarted?',
        hint: 'The first day that counts again: today, or a day that has been. The day on which the pause began undoes the pause.',
        missing: 'Enter the first day that counts again',
        initially: standing.today,
      },
      because(),
    ];
  },
  commandFrom: (said, by) => ({ kind: 'resume-clock', stop: Number(said('stop')), on: said('on'), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : kind === 'clock-runs' ? 'stop' : 'on'),
  button: 'Restart',
  done: 'It is restarted.',
};

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
    missing: 'Select which pause is meant',
    options: stops.map(({ stop, scope, from, category, expectedEnd }) => ({
      value: String(stop),
      text: scope === null ? 'That of the whole deployment' : `That of “${stepTitle(chronology, scope)}”`,
      hint: `Since ${longDate(from)} (${STOP_WORDS[category]}), should end on ${longDate(expectedEnd)}`,
    })),
  };
}
