import { findStep, stepOf, stopOf } from '../chronology/chronology.ts';
import type { Chronology, StepRecord } from '../chronology/state.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import { promiseOf } from '../chasing/promised.ts';
import { addressed, nextChase } from '../chasing/due-actions.ts';
import type { Instant, Pace, StepRef } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { longDate, longDateWithWeekday } from '../time/plain-date.ts';
import { ownersOf } from '../programme.ts';
import type { PersonId } from '../programme.ts';
import { notOpen, notRunning, unknownStep } from '../chronology/refusal.ts';
import type { Refusal } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { concerned, lacksReason, mainStep, noteIn, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type ChaseNow = StepRef & { readonly kind: 'chase-now'; readonly by: PersonId };

export type SkipRung = Said & StepRef & { readonly kind: 'skip-rung' };

export type SetPace = Said & { readonly kind: 'set-pace'; readonly pace: Pace };

/**
 * Reminds the owners now, or tells them now that the step is overdue. It counts as the next rung of that kind when one
 * is ahead. At most one letter about a step leaves in a day.
 */
export function decideChaseNow(chronology: Chronology, command: ChaseNow, now: Instant): Decision {
  const record = chasedStep(chronology, command);
  if ('kind' in record) return refused(record);
  const today = londonDate(Date.parse(now));
  const step = stepOf(chronology.programme, record.step);
  if (record.askedAt === null) {
    return refused({
      kind: 'nothing-ahead',
      message: `"${step.title}" has not been asked for yet.`,
      remedy: 'The first request goes out by itself in the next sending hours.',
    });
  }
  if (record.chasedOn === today) {
    return refused({
      kind: 'asked-already',
      message: `A letter about "${step.title}" was written today already.`,
      remedy: 'Telephone, or send another reminder tomorrow.',
    });
  }
  const promise = promiseOf(chronology, record);
  if (promise !== null && today <= promise.promisedOn) {
    return refused({
      kind: 'too-early',
      message: `They have said that they will answer by ${longDateWithWeekday(promise.promisedOn)}.`,
      remedy: 'No reminder goes before that day is over. Telephone, or wait until then.',
    });
  }
  const kind = today > record.dueOn ? 'overdue' : 'reminder';
  const next = nextChase(chronology, record, Date.parse(now), [kind]);
  const extra = record.past.filter((name) => name.startsWith('chase-now')).length + 1;
  const { to, unheld } = addressed(chronology, ownersOf(step), [], today);
  const draft = startDraft(chronology);
  draft.add({
    type: 'rung-reached',
    at: now,
    step: record.step,
    round: record.round,
    rung: next?.name ?? `chase-now-${extra}`,
    kind,
    to,
    tells: [],
    unheld,
    ...(next?.rung.also === undefined ? {} : { also: next.rung.also }),
    broughtForwardBy: command.by,
  });
  return finish(draft, now);
}

/** Leaves out the next rung of a step's ladder, whatever its kind. */
export function decideSkipRung(chronology: Chronology, command: SkipRung, now: Instant): Decision {
  const record = chasedStep(chronology, command);
  if ('kind' in record) return refused(record);
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const next = nextChase(chronology, record, Date.parse(now));
  if (next === undefined) {
    return refused({
      kind: 'nothing-ahead',
      message: 'There is no reminder or call ahead that could be skipped.',
      remedy: 'Nothing was changed.',
    });
  }
  const draft = startDraft(chronology);
  draft.add({
    type: 'rung-skipped',
    at: now,
    step: record.step,
    round: record.round,
    rung: next.name,
    kind: next.rung.kind,
    to: next.to,
    because: command.because.trim(),
    by: command.by,
    ...noteIn(command),
  });
  return finish(draft, now);
}

/**
 * Chases a deployment less or more than usual, as far as the programme's ladders provide for it. Calls and escalations
 * always come.
 */
export function decideSetPace(chronology: Chronology, command: SetPace, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { pace } = command;
  if (pace === chronology.pace) {
    return refused({ kind: 'nothing-changes', message: `It has that many reminders already: ${pace}.`, remedy: 'Nothing was changed.' });
  }
  const { programme } = chronology;
  const provided = Object.values(programme.steps).some(({ ladder }) =>
    ladder.some((rung) => (pace === 'more' && rung.pace === 'more') || (pace === 'less' && rung.pace === 'not-less')),
  );
  if (!provided && pace !== 'usual') {
    return refused({
      kind: 'not-in-programme',
      message: `The ladders of ${programme.title} do not provide for chasing ${pace}.`,
      remedy: 'Send or skip single reminders instead.',
    });
  }
  const draft = startDraft(chronology);
  const plan = { about: mainStep(chronology), tells: concerned(chronology, [], now) };
  return recordChange(draft, now, command, plan, (change) => ({ ...change, type: 'pace-changed', pace })) ?? finish(draft, now);
}

/** An open step whose clock is running. */
function chasedStep(chronology: Chronology, ref: StepRef): StepRecord | Refusal {
  if (chronology.status.kind !== 'running') return notRunning(chronology);
  const record = findStep(chronology, ref);
  if (record === undefined) return unknownStep(chronology, ref);
  if (record.state.kind !== 'open') return notOpen(chronology, record);
  const stop = stopOf(chronology, record);
  if (stop === undefined) return record;
  return {
    kind: 'clock-stopped',
    message: `This has been paused since ${longDate(stop.from)}, and nobody is chased during a pause.`,
    remedy: 'End the pause first.',
  };
}
