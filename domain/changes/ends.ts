import { findStep, openerOf, stepOf } from '../chronology/chronology.ts';
import type { Chronology, Status, StepRecord } from '../chronology/state.ts';
import { nthDay } from '../time/days.ts';
import { endDeployment, endWords, finish, openAll, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant, WithdrawnBy } from '../chronology/events.ts';
import { londonDate, londonInstant } from '../time/london.ts';
import { addDays, longDate } from '../time/plain-date.ts';
import { changeRulesOf } from '../programme.ts';
import type { EndId } from '../programme.ts';
import { notRunning } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { concerned, lacksReason, mainStep, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type Withdraw = Said & {
  readonly kind: 'withdraw';
  readonly end: EndId;
  /** On whose account it was withdrawn; left out when nobody said. */
  readonly withdrawnBy?: WithdrawnBy;
};

export type Reopen = Said & { readonly kind: 'reopen' };

type Ended = Extract<Status, { kind: 'ended' }>;

/**
 * Ends the deployment before its time. Every open step closes, and everyone who has been asked for anything is told. Of a deployment
 * that was taken in, nobody is told to whom Chaser has not written about it.
 */
export function decideWithdraw(chronology: Chronology, command: Withdraw, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const end = chronology.programme.ends[command.end];
  if (end === undefined || end.outcome === 'completed') {
    const ends = Object.entries(chronology.programme.ends).flatMap(([id, { outcome }]) => (outcome === 'completed' ? [] : [id]));
    return refused({
      kind: 'unknown-end',
      message: `A deployment cannot be ended as "${command.end}".`,
      remedy: `Choose one of: ${ends.join(', ')}.`,
    });
  }
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const draft = startDraft(chronology);
  const asked = askedSoFar(chronology);
  const unknown = chronology.takenIn && asked.length === 0;
  const plan = { about: mainStep(chronology), tells: unknown ? [] : concerned(chronology, asked, now) };
  const stopped = recordChange(draft, now, command, plan, (change) => ({
    ...change,
    type: 'deployment-withdrawn',
    end: command.end,
    withdrawnBy: command.withdrawnBy ?? null,
  }));
  if (stopped) return stopped;
  endDeployment(draft, command.end, command.because.trim(), now);
  return finish(draft, now);
}

/**
 * Reopens a deployment that was withdrawn or declined, within the programme's time. What was open when it ended, or the
 * step whose answer ended it, opens again in a new round.
 */
export function decideReopen(chronology: Chronology, command: Reopen, now: Instant): Decision {
  const { status, programme, calendar } = chronology;
  if (status.kind !== 'ended') {
    return refused({ kind: 'not-ended', message: 'This deployment has not ended.', remedy: 'Nothing was changed.' });
  }
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const end = programme.ends[status.end];
  if (end === undefined || end.outcome === 'completed') {
    return refused({
      kind: 'not-ended',
      message: 'This deployment was completed, and a completed deployment cannot be reopened.',
      remedy: 'Start a new deployment for further support.',
    });
  }
  const endedOn = londonDate(Date.parse(status.at));
  const until = nthDay(calendar, 'working', endedOn, changeRulesOf(programme).reopenWithin);
  if (!until.ok) return until;
  if (londonDate(Date.parse(now)) > until.value) {
    return refused({
      kind: 'too-late',
      message: `It ended on ${longDate(endedOn)} and could be reopened until ${longDate(until.value)}.`,
      remedy: 'Start a new deployment instead.',
    });
  }
  const draft = startDraft(chronology);
  const steps = openWhenItEnded(chronology, status);
  const plan = { about: mainStep(chronology), tells: concerned(chronology, steps, now) };
  const stopped = recordChange(draft, now, command, plan, (change) => ({ ...change, type: 'deployment-reopened' }));
  if (stopped) return stopped;
  for (const record of steps) {
    const refusal = openAll(draft, [record.step], openerOf(chronology, record), now);
    if (refusal) return refusal;
  }
  return finish(draft, now);
}

/**
 * The instant (epoch milliseconds) up to which a deployment that was withdrawn or declined can be reopened: the end of the last
 * day that the programme allows. Null for one that runs or was completed, and where the programme says nothing of changes.
 */
export function reopenableUntilMs({ status, programme, calendar }: Chronology): number | null {
  if (status.kind !== 'ended' || programme.changes === undefined || programme.ends[status.end]?.outcome === 'completed') return null;
  const until = nthDay(calendar, 'working', londonDate(Date.parse(status.at)), programme.changes.reopenWithin);
  return until.ok ? londonInstant(addDays(until.value, 1), 0) : null;
}

/** Steps whose owners have been asked, so that they know of the deployment. */
function askedSoFar(chronology: Chronology): readonly StepRecord[] {
  // Whoever was asked elsewhere has had no letter of ours.
  if (chronology.takenIn) return chronology.steps.filter(({ chasedOn }) => chasedOn !== null);
  return chronology.steps.filter(({ state, askedAt }) => state.kind === 'open' || askedAt !== null);
}

/**
 * The steps that the end closed, and the step whose answer ended it. Steps that had closed at the same instant for
 * another reason stay closed.
 */
function openWhenItEnded(chronology: Chronology, { end, at }: Ended): readonly StepRecord[] {
  const { steps: all, programme } = chronology;
  // A step to decide on an extension is over: the extension is asked for anew if it is still wanted.
  const steps = all.filter(({ decides, state }) => decides === null && state.kind !== 'open' && state.at === at);
  const ending = steps.flatMap((record) => {
    const { state } = record;
    const answer = stepOf(programme, record.step).answers.find(({ id }) => state.kind === 'answered' && id === state.answer);
    return answer?.ends === end ? [{ record, closes: answer.closes }] : [];
  });
  const overtaken = steps.filter(
    ({ step, state }) =>
      state.kind === 'overtaken' && (state.because === endWords(programme, end) || ending.some(({ closes }) => closes.includes(step))),
  );
  const last = all.findLast(({ decides }) => decides === null);
  if (overtaken.length + ending.length > 0) return [...ending.map(({ record }) => answeredBySomebody(chronology, record)), ...overtaken];
  return last === undefined ? [] : [last];
}

/**
 * The step that somebody answered: this one, or where Chaser answered it by itself, the one that led to it. Reopened, an
 * automatic step would only tell the same once more and end the deployment again.
 */
function answeredBySomebody(chronology: Chronology, record: StepRecord): StepRecord {
  if (stepOf(chronology.programme, record.step).automatic === null || record.openedBy === null) return record;
  const opener = findStep(chronology, record.openedBy);
  return opener === undefined ? record : answeredBySomebody(chronology, opener);
}
