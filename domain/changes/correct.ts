import { findStep, latestRound, openerOf, openSteps, stepOf } from '../chronology/chronology.ts';
import type { Chronology, StepRecord } from '../chronology/state.ts';
import { finish, openNext, overtake, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant, Parties, StepRef } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { allowedUntil, countedFacts, notBeforeOf, wordsOf } from '../chronology/opening.ts';
import { longDate, parsePlainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { FactId, Programme } from '../programme.ts';
import { notRunning, unknownStep } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { sameStep } from '../chronology/step-refs.ts';
import { concerned, givenDate, lacksReason, mainStep, recordChange } from './common.ts';
import type { Said } from './common.ts';
import { rematchWords } from './rematch.ts';

export type CorrectFact = Said & {
  readonly kind: 'correct-fact';
  readonly fact: FactId;
  /** A date, YYYY-MM-DD. */
  readonly value: string;
};

export type TakeBackAnswer = Said & StepRef & { readonly kind: 'take-back-answer' };

/**
 * Corrects a recorded date. Every due date that was counted from it is worked out again, those of closed steps too.
 * Matched on 16 December, not on 9 January: completion is due at the end of the spring term, not of the summer term.
 */
export function decideCorrectFact(chronology: Chronology, command: CorrectFact, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { fact } = command;
  const before = chronology.facts[fact];
  if (before === undefined) {
    const known = Object.keys(chronology.facts);
    return refused({
      kind: 'nothing-changes',
      message: `Nothing is recorded as "${fact}" yet.`,
      remedy: known.length === 0 ? 'No date is recorded yet.' : `Recorded are: ${known.join(', ')}.`,
    });
  }
  if (parsePlainDate(before) === undefined) {
    return refused({
      kind: 'bad-date',
      message: `What is recorded as "${fact}" is "${before}", which is no date.`,
      remedy: 'Only dates are corrected. Take back the answer that recorded it, or withdraw the deployment and start again.',
    });
  }
  const given = givenDate(command.value, `The date for ${wordsOf(fact)}`);
  if (!given.ok) return given;
  const value = given.value;
  if (value === before) {
    return refused({ kind: 'nothing-changes', message: `It is recorded as ${longDate(value)} already.`, remedy: 'Nothing was changed.' });
  }
  if (value > londonDate(Date.parse(now)) && countedFacts(chronology.programme).includes(fact)) {
    return refused({
      kind: 'bad-date',
      message: `${longDate(value)} is in the future, and due dates are counted from ${wordsOf(fact)}.`,
      remedy: 'Give today or a day that has been.',
    });
  }
  // Steps that have not opened yet will count from it too.
  for (const step of Object.values(chronology.programme.steps).filter(({ countsFrom }) => countsFrom === fact)) {
    const possible = allowedUntil(chronology, { step: step.id, dayZero: notBeforeOf(step, value) });
    if (!possible.ok) return possible;
  }
  const zeroFrom = (record: StepRecord, date: PlainDate) => notBeforeOf(stepOf(chronology.programme, record.step), date);
  // Another round may have been counted from the fact as it was recorded before.
  const counted = (record: StepRecord) =>
    stepOf(chronology.programme, record.step).countsFrom === fact && record.dayZero === zeroFrom(record, before as PlainDate);
  const draft = startDraft(chronology);
  const touched = openSteps(chronology).filter(counted);
  const plan = {
    about: touched[0] ?? mainStep(chronology),
    tells: concerned(chronology, touched, now),
    dayZeroOf: (record: StepRecord): PlainDate => (counted(record) ? zeroFrom(record, value) : record.dayZero),
    closedToo: true,
  };
  const stopped = recordChange(draft, now, command, plan, (change) => ({
    ...change,
    type: 'fact-corrected',
    fact,
    from: before,
    to: value,
  }));
  return stopped ?? finish(draft, now);
}

/**
 * Takes back an answer that should not have been recorded. The steps it opened close, what it recorded and whom it
 * named are as before, and the step is asked again with the due date it had. Refused once a step that it opened has
 * been answered in turn.
 */
export function decideTakeBack(chronology: Chronology, command: TakeBackAnswer, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const record = findStep(chronology, command);
  if (record === undefined) return refused(unknownStep(chronology, command));
  const { state } = record;
  const { programme } = chronology;
  if (state.kind !== 'answered') {
    return refused({
      kind: 'nothing-changes',
      message: `"${stepOf(programme, record.step).title}" has no answer to take back.`,
      remedy: 'Nothing was changed.',
    });
  }
  if (state.by === 'chaser') {
    return refused({
      kind: 'nothing-changes',
      message: `"${stepOf(programme, record.step).title}" was done by Chaser itself.`,
      remedy: 'Take back the answer that opened it.',
    });
  }
  const followed = whatFollowed(chronology, record);
  const answeredSince = followed.find((each) => each.state.kind === 'answered' && each.state.by !== 'chaser');
  const again = chronology.steps.some(({ step, round }) => step === record.step && round > record.round);
  if (answeredSince || again) {
    const since = answeredSince ?? record;
    return refused({
      kind: 'answered-since',
      message: `"${stepOf(programme, since.step).title}", which followed from it, ${answeredSince ? 'has been answered' : 'has opened again'} since.`,
      remedy: 'Take back the newest answer first, and then this one.',
    });
  }

  if (isBeforeRematch(chronology, record)) {
    return refused({
      kind: 'answered-since',
      message: `There has been a change of system leader since "${stepOf(programme, record.step).title}" was answered.`,
      remedy: 'It stays as it is: answer what is open now.',
    });
  }

  const draft = startDraft(chronology);
  const open = followed.filter((each) => each.state.kind === 'open');
  const undone = [record, ...followed].filter((each) => each.state.kind === 'answered');
  const closedByIt = chronology.steps.filter((each) => undone.some((answered) => closed(programme, answered, each)));
  // When something was set more than once, the oldest record holds what was there before.
  const before = chronology.before.filter(({ of }) => of !== null && undone.some((each) => sameStep(each, of))).toReversed();
  const facts = Object.fromEntries(before.flatMap((each) => ('fact' in each ? [[each.fact, each.value]] : [])));
  const parties: Parties = Object.fromEntries(before.flatMap((each) => ('role' in each ? [[each.role, each.people]] : [])));
  const plan = { about: record, tells: concerned(chronology, [record, ...open], now) };
  const stopped = recordChange(draft, now, command, plan, (change) => ({
    ...change,
    type: 'answer-taken-back',
    step: record.step,
    round: record.round,
    answer: state.answer,
    facts,
    parties,
  }));
  if (stopped) return stopped;
  for (const each of open) overtake(draft, each, 'The answer that opened it was taken back.', now);
  for (const each of [record, ...closedByIt]) {
    if (latestRound(draft.state(), each.step)?.state.kind === 'open') continue;
    const refusal = openNext(draft, each.step, now, { continues: each, openedBy: openerOf(chronology, each) });
    if (refusal) return refusal;
  }
  return finish(draft, now);
}

/** Whether a rematch has come since: it closed the steps that were open then, and the person who was named has left. */
function isBeforeRematch({ steps, programme }: Chronology, { state }: StepRecord): boolean {
  return steps.some(
    (other) =>
      state.kind === 'answered' &&
      other.state.kind === 'overtaken' &&
      other.state.at >= state.at &&
      other.state.because === rematchWords(programme, other.state.at),
  );
}

/**
 * Whether an answer closed another step as needless. A step to decide on an extension does not count: it is asked for
 * anew if it is still wanted.
 */
function closed(programme: Programme, { step, state }: StepRecord, other: StepRecord): boolean {
  if (state.kind !== 'answered' || other.state.kind !== 'overtaken' || other.decides !== null) return false;
  const answer = stepOf(programme, step).answers.find(({ id }) => id === state.answer);
  return answer !== undefined && answer.closes.includes(other.step) && other.state.at === state.at;
}

/** The steps that an answer opened, and those opened in turn by the answers Chaser gave to them itself. */
function whatFollowed(chronology: Chronology, record: StepRecord): readonly StepRecord[] {
  const opened = chronology.steps.filter(({ openedBy }) => openedBy !== null && sameStep(openedBy, record));
  return opened.flatMap((each) =>
    each.state.kind === 'answered' && each.state.by === 'chaser' ? [each, ...whatFollowed(chronology, each)] : [each],
  );
}
