import { stepTitle } from '../../desk/standing-words.ts';
import { nextChase } from '../../domain/chasing/due-actions.ts';
import type { StepRecord } from '../../domain/chronology/state.ts';
import type { Pace } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { RUNG_NAMES } from '../../letters/kind-words.ts';
import { because, isRunning, openStepsOf, readRef, refText } from './change-form.ts';
import type { ChangeForm, ChangeOption, Standing } from './change-form.ts';

export const CHASE_NOW: ChangeForm = {
  kind: 'chase-now',
  title: 'Send a reminder now',
  lead: () => [
    'A reminder goes now, or an overdue notice once it is late. It counts as the next of its kind: that one does not come again. At most one letter a day goes about a step.',
  ],
  fieldsOf: (standing) => {
    const steps = openStepsOf(standing, { running: true }).filter(
      ({ askedAt, chasedOn }) => askedAt !== null && chasedOn !== standing.today,
    );
    if (!isRunning(standing) || steps.length === 0) return null;
    return [
      {
        kind: 'choice',
        id: 'step',
        label: 'About which step?',
        missing: 'Select the step',
        options: steps.map((record) => stepOption(standing, record, `Due on ${longDateWithWeekday(record.dueOn)}`)),
      },
    ];
  },
  commandFrom: (said, by) => ({ kind: 'chase-now', ...readRef(said('step')), by }),
  faultAt: () => 'step',
  button: 'Send it now',
  done: 'The reminder is on its way.',
};

export const SKIP_RUNG: ChangeForm = {
  kind: 'skip-rung',
  title: 'Leave out the next reminder',
  lead: () => [
    'Only the next one is left out, whatever it is: a reminder, an overdue notice, a call or an escalation. The one after it comes as planned.',
  ],
  fieldsOf: (standing) => {
    const steps = openStepsOf(standing, { running: true }).flatMap((record) => {
      const next = nextChase(standing.chronology, record, Date.parse(standing.now));
      if (next === undefined) return [];
      return [
        stepOption(standing, record, `Next: ${RUNG_NAMES[next.rung.kind].toLowerCase()} on ${longDateWithWeekday(londonDate(next.atMs))}`),
      ];
    });
    if (!isRunning(standing) || steps.length === 0) return null;
    return [{ kind: 'choice', id: 'step', label: 'Of which step?', missing: 'Select the step', options: steps }, because()];
  },
  commandFrom: (said, by) => ({ kind: 'skip-rung', ...readRef(said('step')), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'step'),
  button: 'Leave it out',
  done: 'The next reminder is left out.',
};

export const PACES: Readonly<Record<Pace, { readonly text: string; readonly hint: string }>> = {
  less: { text: 'Less than usual', hint: 'Fewer reminders. Calls and escalations come as always.' },
  usual: { text: 'As usual', hint: 'As the programme has it.' },
  more: { text: 'More than usual', hint: 'More reminders.' },
};

export const SET_PACE: ChangeForm = {
  kind: 'set-pace',
  title: 'Send fewer or more reminders',
  lead: () => ['For this deployment only, as far as the programme provides for it.'],
  fieldsOf: (standing) => {
    const paces = pacesToChoose(standing);
    if (!isRunning(standing) || paces.length === 0) return null;
    return [
      { kind: 'choice', id: 'pace', label: 'How closely is it chased?', missing: 'Select how closely it is chased', options: paces },
      because(),
    ];
  },
  // The value is one of the offered options, which are exactly these.
  commandFrom: (said, by) => ({ kind: 'set-pace', pace: said('pace') as Pace, by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'pace'),
  button: 'Change how closely it is chased',
  done: 'How closely it is chased is changed.',
};

function stepOption({ chronology }: Standing, record: StepRecord, hint: string): ChangeOption {
  return { value: refText(record), text: stepTitle(chronology, record), hint };
}

/** Paces other than the current one. None when the programme's ladders have no other. */
function pacesToChoose({ chronology: { programme, pace } }: Standing): readonly ChangeOption[] {
  const rungs = Object.values(programme.steps).flatMap(({ ladder }) => ladder);
  const provided: Readonly<Record<Pace, boolean>> = {
    less: rungs.some((rung) => rung.pace === 'not-less'),
    usual: true,
    more: rungs.some((rung) => rung.pace === 'more'),
  };
  return (['less', 'usual', 'more'] as const)
    .filter((each) => each !== pace && provided[each])
    .map((each) => ({ value: each, ...PACES[each] }));
}
