import { answersFor, knownFacts } from '../domain/chronology/applies.ts';
import { blankChronology, evolve, holdersOf, openSteps, stepOf } from '../domain/chronology/chronology.ts';
import type { Chronology, StepRecord } from '../domain/chronology/chronology.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { begin, decide, startForm } from '../domain/chronology/decide.ts';
import type { Command, Refusal } from '../domain/chronology/decide.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import type { ChronologyEvent, StepRef, Subject } from '../domain/chronology/events.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ownersOf } from '../domain/programme.ts';
import type { AnswerId, FactId, Programme, RoleId, StepId } from '../domain/programme.ts';
import { ok } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { answerMsOf, isStopped, MORNING_MINUTE } from './answer-time.ts';
import { nthOf, partiesOf, playerWith } from './cast.ts';
import { changeCommand } from './change-command.ts';
import { filledFields } from './sample-fields.ts';
import type { Conduct, Scenario, ScenarioAnswer, ScenarioChange } from './scenario.ts';

/** What happened in one rehearsal, and why it came to rest. */
export type Play = {
  readonly events: readonly ChronologyEvent[];
  /** The chronology at the end of the play. */
  readonly chronology: Chronology;
  readonly rests: Rest;
  /** What was tried and refused, with the day of the play. */
  readonly refusals: readonly PlayRefusal[];
  /** Entries of the scenario for which there was no occasion. */
  readonly unused: readonly (ScenarioAnswer | ScenarioChange)[];
};

export type Rest =
  /** The deployment came to one of its ends. */
  | { readonly kind: 'ended' }
  /** Every chase has been sent, and nobody answers. */
  | { readonly kind: 'waiting' }
  /**
   * Something that Chaser does by itself was refused, so nothing more can happen. Names the step it was doing; null for
   * none.
   */
  | { readonly kind: 'stuck'; readonly step: StepRef | null }
  /** A step opened so often that the play was stopped. */
  | { readonly kind: 'going-round'; readonly step: StepId };

export type PlayRefusal = {
  readonly at: string;
  readonly step: StepRef | null;
  readonly reason: Reason;
  /** The place in the scenario that asked for it: "hard.yaml:12:5". */
  readonly place: string | null;
};

/**
 * What is played, where and when, and the values given at its start. Required values that are not given are made up.
 */
export type Stage = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly subject: Subject;
  readonly startsOn: PlainDate;
  readonly facts: Readonly<Record<FactId, string>>;
};

export const REFERENCE = 'D00000';

/** A loop that nobody leaves ends the play: no step of a real deployment opens this often. */
export const MOST_ROUNDS = 40;
/** How long the play goes on after the last due date when nobody answers any more. */
const QUIET_DAYS = 60;
/** Nothing in a real deployment happens this often either. */
const MOST_EVENTS = 5_000;

/**
 * Plays a programme through on the rules alone: letters leave when they are due, and people answer as the scenario
 * says, or else with the first answer of their step. It always ends. Refused when the deployment could not begin on
 * that day.
 */
export function play({ programme, calendar, subject, startsOn, facts: said }: Stage, scenario: Scenario): Result<Play, Refusal> {
  const startMs = londonInstant(startsOn, MORNING_MINUTE);
  const pen = { atMs: startMs, name: 'Priya Shah', newcomer: (role: RoleId) => nthOf(programme, role, 1).id };
  const facts = filledFields(startForm(programme, subject).fields, said, pen);
  const began = begin(programme, { reference: REFERENCE, subject, parties: partiesOf(programme), facts }, calendar, iso(startMs));
  if (!began.ok) return began;

  const chronology = began.value.reduce(evolve, blankChronology(programme, calendar));
  return ok(playOn({ chronology, events: began.value, nowMs: startMs }, scenario));
}

/** A deployment at some moment: what has happened to it, and the time on its clock in epoch milliseconds. */
export type Moment = { readonly chronology: Chronology; readonly events: readonly ChronologyEvent[]; readonly nowMs: number };

/** Plays a deployment on from a moment, in the same manner. The events of the play begin with those that had happened. */
export function playOn({ chronology: from, events: before, nowMs: fromMs }: Moment, scenario: Scenario): Play {
  const { programme } = from;
  const startsOn = londonDate(fromMs);
  const events = [...before];
  const refusals: PlayRefusal[] = [];
  const used = new Set<ScenarioAnswer | ScenarioChange>();
  const silenced = new Set<string>();
  const changes = scenario.changes.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  let chronology = from;
  let nowMs = fromMs;
  let rests: Rest = { kind: 'waiting' };

  const carryOut = (command: Command, step: StepRef | null, place: string | null): boolean => {
    const decision = decide(chronology, command, iso(nowMs));
    if (!decision.ok) {
      refusals.push({ at: iso(nowMs), step, reason: decision.reason, place });
      return false;
    }
    events.push(...decision.value);
    chronology = decision.value.reduce(evolve, chronology);
    return true;
  };

  while (carryOutDue()) {
    if (chronology.status.kind !== 'running' && !isToBeReopened()) {
      rests = { kind: 'ended' };
      break;
    }
    const round = openSteps(chronology).find((record) => record.round > MOST_ROUNDS);
    if (round !== undefined || events.length > MOST_EVENTS) {
      rests = { kind: 'going-round', step: round?.step ?? openSteps(chronology)[0]?.step ?? '' };
      break;
    }
    const next = nextOf();
    if (next === null || (next.act === null && isQuiet(next.atMs))) break;
    nowMs = Math.max(nowMs, next.atMs);
    next.act?.();
  }
  return {
    events,
    chronology,
    rests,
    refusals,
    unused: [...scenario.answers, ...scenario.changes].filter((entry) => !used.has(entry)),
  };

  function carryOutDue(): boolean {
    const step = openSteps(chronology).find((record) => stepOf(programme, record.step).automatic !== null) ?? null;
    const done = carryOut({ kind: 'carry-out-due' }, step, null);
    if (!done) rests = { kind: 'stuck', step };
    return done;
  }

  function isToBeReopened(): boolean {
    return changes.some((candidate) => candidate.change.kind === 'reopen' && !used.has(candidate));
  }

  /** Nobody will answer any more and every due date is long past, so whatever still comes only repeats. */
  function isQuiet(nextMs: number): boolean {
    const last = openSteps(chronology).reduce((latest, { dueOn }) => (dueOn > latest ? dueOn : latest), startsOn);
    const expects = changes.some((change) => !used.has(change)) || openSteps(chronology).some((record) => willAnswer(record));
    return !expects && londonDate(nextMs) > addDays(last, QUIET_DAYS);
  }

  function willAnswer(record: StepRecord): boolean {
    const entry = entryFor(scenario, record);
    const when = entry?.when ?? { kind: 'conduct', conduct: answererOf(record, entry).conduct };
    return !silenced.has(keyOf(record)) && !(when.kind === 'conduct' && (when.conduct === 'silent' || isStopped(chronology, record)));
  }

  /**
   * What happens next: a letter, a decision or an answer. At the same moment letters come before decisions, and
   * decisions before answers.
   */
  function nextOf(): { readonly atMs: number; readonly act: (() => void) | null } | null {
    const wakeMs = nextWakeMs(chronology, nowMs);
    let next: { readonly atMs: number; readonly act: (() => void) | null } | null = wakeMs === null ? null : { atMs: wakeMs, act: null };
    const consider = (atMs: number, act: () => void) => {
      if (next === null || atMs < next.atMs) next = { atMs, act };
    };
    const change = changes.find((candidate) => !used.has(candidate));
    if (change !== undefined) {
      consider(londonInstant(change.on, MORNING_MINUTE + 90), () => {
        used.add(change);
        carryOut(changeCommand(chronology, change, newcomer), null, change.place ?? null);
      });
    }
    for (const record of openSteps(chronology)) {
      if (silenced.has(keyOf(record))) continue;
      const entry = entryFor(scenario, record);
      const { conduct } = answererOf(record, entry);
      const atMs = answerMsOf(chronology, record, entry?.when ?? { kind: 'conduct', conduct }, () => lastChaseOf(record));
      if (atMs === null) {
        // The entry asked for silence, so it has been fulfilled.
        if (entry?.when.kind === 'conduct' && entry.when.conduct === 'silent') used.add(entry);
        continue;
      }
      consider(atMs, () => {
        if (entry !== undefined) used.add(entry);
        if (!carryOut(answerOf(record, entry), record, entry?.place ?? null)) silenced.add(keyOf(record));
      });
    }
    return next;
  }

  function answerOf(record: StepRecord, entry: ScenarioAnswer | undefined): Command {
    const step = stepOf(programme, record.step);
    const answers = answersFor(step, knownFacts(chronology));
    const answer: AnswerId = entry?.answer ?? answers[0]?.id ?? '';
    // On the days of a deputy the deputy answers.
    const owner = holdersOf(chronology, [answererOf(record, entry).role], londonDate(nowMs))[0]?.person ?? '';
    const scribe = entry?.toldTo == null ? undefined : holdersOf(chronology, [entry.toldTo])[0]?.person;
    return {
      kind: 'answer',
      step: record.step,
      round: record.round,
      answer,
      by: scribe ?? owner,
      onBehalfOf: scribe === undefined ? null : owner,
      via: scribe === undefined ? 'link' : 'telephone',
      fields: filledFields(answers.find(({ id }) => id === answer)?.fields ?? [], entry?.fields ?? {}, {
        atMs: nowMs,
        name: playerWith(programme, owner)?.name ?? owner,
        newcomer,
      }),
    };
  }

  /** The owner, or else a joint owner who answers when the owner is silent. */
  function answererOf(record: StepRecord, entry: ScenarioAnswer | undefined): { readonly role: RoleId; readonly conduct: Conduct } {
    const owners = ownersOf(stepOf(programme, record.step)).map((role) => ({ role, conduct: scenario.roles[role] ?? scenario.everyone }));
    const [owner = { role: '', conduct: 'silent' }] = owners;
    if (entry !== undefined) return { ...owner, role: entry.by ?? owner.role };
    return owner.conduct === 'silent' ? (owners.find(({ conduct }) => conduct !== 'silent') ?? owner) : owner;
  }

  function lastChaseOf({ step, round }: StepRef): string | null {
    const chase = events.findLast(
      (event) => (event.type === 'rung-reached' || event.type === 'rung-skipped') && event.step === step && event.round === round,
    );
    return chase?.at ?? null;
  }

  /** Somebody who has not yet held the role or stood in for its holder. */
  function newcomer(role: string): string {
    const named = events.filter((event) => isNewIn(programme, event, role)).length;
    return nthOf(programme, role, named + (programme.roles[role]?.namedLater === true ? 1 : 2)).id;
  }
}

/** Whether an event brings in a new person for a role. */
function isNewIn(programme: Programme, event: ChronologyEvent, role: RoleId): boolean {
  if (event.type === 'deputy-named') return playerWith(programme, event.deputy)?.role === role;
  return (event.type === 'party-named' || event.type === 'party-changed') && event.role === role;
}

/** The entry for this particular round, or else the one for every round. */
function entryFor({ answers }: Scenario, { step, round }: StepRef): ScenarioAnswer | undefined {
  const own = answers.filter((entry) => entry.step === step);
  return own.find((entry) => entry.round === round) ?? own.find((entry) => entry.round === null);
}

function keyOf({ step, round }: StepRef): string {
  return `${step}/${round}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
