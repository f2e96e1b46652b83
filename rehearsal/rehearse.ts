import type { Calendar } from '../domain/time/calendar.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { EndId, Programme, StepId } from '../domain/programme.ts';
import { ok } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { calendarEndOf } from './calendar-end.ts';
import { rehearsedSubject } from './cast.ts';
import { playsTowardsTheRest, variantsOf } from './coverage.ts';
import { neverReachedFindings, outsideTermFindings, playFindings, unmetFindings } from './findings.ts';
import type { RehearsalFinding } from './findings.ts';
import { letterWords } from './letter-words.ts';
import { play } from './play.ts';
import type { Play, Stage } from './play.ts';
import { EVERYONE } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { timelineOf } from './timeline.ts';
import type { Entry } from './timeline.ts';
import { busiestWeeks } from './weeks.ts';
import type { BusiestWeek } from './weeks.ts';

export type RehearsalRequest = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly subject: Subject['kind'];
  readonly startsOn: PlainDate;
  readonly scenario: Scenario;
  /** The values given at the start, by field. Required values that are not given are made up. */
  readonly facts: Stage['facts'];
  /** Whether to include the words of every letter. */
  readonly letters: boolean;
  /** The dates it is counted on, in words; left out when nobody needs to know. */
  readonly dates?: string;
};

/** A programme played through once, and what that showed. */
export type Rehearsal = {
  readonly programme: { readonly id: string; readonly version: number; readonly title: string };
  readonly scenario: string;
  readonly subject: string;
  readonly startsOn: PlainDate;
  /** Whose term dates apply, in words. */
  readonly terms: string;
  /** The dates it was counted on, if that was given. */
  readonly dates: string | null;
  /** How it came to rest. */
  readonly outcome: string;
  readonly end: EndId | null;
  readonly lastsUntil: PlainDate;
  readonly timeline: readonly Entry[];
  readonly findings: readonly RehearsalFinding[];
  readonly busiestWeeks: readonly BusiestWeek[];
};

const AT_ONCE: Scenario = { title: 'Everyone answers within the hour', everyone: 'at-once', roles: {}, answers: [], changes: [] };

/**
 * Plays a programme through as the scenario says, and compares it with the standard plays: everyone on time, late,
 * silent and at once, and one for every answer that none of them gives. Refused when it could not begin on that day.
 */
export function rehearse(request: RehearsalRequest): Result<Rehearsal, Reason> {
  const { programme, calendar, scenario, startsOn } = request;
  const { subject, name } = rehearsedSubject(request.subject);
  const stage: Stage = { programme, calendar, subject, startsOn, facts: request.facts };
  const played = play(stage, scenario);
  if (!played.ok) return played;
  const standard = playAll(stage, [EVERYONE['on-time'], EVERYONE.late, EVERYONE.silent, AT_ONCE]);
  if (!standard.ok) return standard;
  const [onTime = played.value, , , atOnce = played.value] = standard.value;

  const words = request.letters ? letterWords(programme, calendar, name, played.value.events) : null;
  const timeline = timelineOf(programme, name, played.value, words);
  return ok({
    programme: { id: programme.id, version: programme.version, title: programme.title },
    scenario: scenario.title,
    subject: name,
    startsOn,
    terms:
      calendar.terms.assumedFor === undefined
        ? calendar.terms.name
        : `${calendar.terms.assumedFor}; others stand in where they are not known, and each such date says so`,
    dates: request.dates ?? null,
    outcome: outcomeOf(programme, played.value),
    end: played.value.chronology.status.kind === 'ended' ? played.value.chronology.status.end : null,
    lastsUntil: timeline.at(-1)?.on ?? startsOn,
    timeline,
    findings: [
      ...playFindings(programme, played.value),
      ...unmetFindings(programme, atOnce, onTime).filter(({ step }) => opensIn(played.value, step)),
      ...neverReachedFindings(programme, everyWay(stage, standard.value, played.value)),
      ...outsideTermFindings(programme, calendar, played.value),
    ],
    busiestWeeks: busiestWeeks(programme, timeline),
  });
}

/**
 * Plays that together reach everything that can be reached: the standard ones, for every kind of deployment, and those
 * made for the rest.
 */
function everyWay(stage: Stage, first: readonly Play[], played: Play): readonly Play[] {
  // The scenario that was asked for comes last: where it gives an answer, the chases before that have not all been sent.
  let plays = first;
  for (const variant of variantsOf(stage)) {
    const standard = variant === stage ? ok([]) : playAll(variant, [EVERYONE['on-time'], EVERYONE.late]);
    if (standard.ok) plays = [...plays, ...standard.value];
    plays = [...plays, ...playsTowardsTheRest(variant, plays)];
  }
  return [...plays, played];
}

/** Whether a step opened in a play. Findings of the standard plays are reported only for steps that did. */
function opensIn({ events }: Play, step: StepId | null): boolean {
  return events.some((event) => event.type === 'step-opened' && event.step === step);
}

function playAll(stage: Stage, scenarios: readonly Scenario[]): Result<readonly Play[], Reason> {
  const plays: Play[] = [];
  for (const scenario of scenarios) {
    const result = play(stage, scenario);
    if (!result.ok) return result;
    plays.push(result.value);
  }
  return ok(plays);
}

function outcomeOf(programme: Programme, played: Play): string {
  const { chronology, rests } = played;
  if (chronology.status.kind === 'ended') return programme.ends[chronology.status.end]?.title ?? chronology.status.end;
  if (rests.kind === 'going-round') return 'It goes round in a loop, and was stopped';
  const end = calendarEndOf(played);
  if (rests.kind === 'stuck') {
    const doing = rests.step === null ? '' : `: ${programme.steps[rests.step.step]?.title ?? rests.step.step}`;
    if (end !== null) return `The calendar ends while Chaser does what it does by itself${doing}. ${end.message}`;
    return `Chaser itself can go no further${doing}. ${played.refusals.at(-1)?.reason.message ?? ''}`.trim();
  }
  const open = chronology.steps.filter(({ state }) => state.kind === 'open');
  const waits = open.map(({ step }) => programme.steps[step]?.title ?? step).join(', ');
  return end === null ? `It waits for ever for: ${waits}` : `The calendar ends while it waits for: ${waits}. ${end.message}`;
}
