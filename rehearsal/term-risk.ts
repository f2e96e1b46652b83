/**
 * How likely it is that a deployment misses the end of a term: it is played on some times, each with its own draw of how long every answer takes, out of
 * the same record as the forecast. The draws are the same each time, so the same moment gives the same answer.
 */
import { stepOf } from '../domain/chronology/chronology.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import type { TermRisk } from '../domain/chasing/forecast.ts';
import { hash } from '../domain/chasing/sending-time.ts';
import type { Programme, Step, StepId } from '../domain/programme.ts';
import { londonDate } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { keyOf, playShares } from './forecast.ts';
import type { RecordOf } from './forecast.ts';
import type { Moment } from './play.ts';
import type { ScenarioAnswer } from './scenario.ts';

/** How often a deployment is played on. Each play is one twentieth of the likelihood; more would keep the reader of a page waiting. */
export const PLAYS = 20;

const TERMS: ReadonlySet<Step['allowed']['unit']> = new Set([
  'end-of-term',
  'end-of-following-term',
  'end-of-next-whole-term',
  'fixed-table',
]);

/**
 * How often the steps that are due at the end of a term are answered after it, of those that are open or still to come. What the forecast
 * assumes is assumed here too (docs/product.md, "Forecast"); a step of which too little is known takes the time of the programme in
 * each play. Null where no such step lies ahead. One answer may be given at another time `instead`.
 */
export function termRiskOf(moment: Moment, record: RecordOf, instead?: ScenarioAnswer): TermRisk | null {
  const before = new Set(moment.chronology.steps.filter(({ state }) => state.kind !== 'open').map(keyOf));
  const seen = new Map<StepId, { plays: number; missed: number; dueOn: PlainDate }>();
  let missed = 0;
  for (let play = 0; play < PLAYS; play += 1) {
    const { chronology } = playShares(moment, record, (step) => (placeOf(step, play) + 0.5) / PLAYS, instead);
    const late = missesOf(chronology, before);
    for (const [step, { dueOn, isMissed }] of late) {
      const known = seen.get(step);
      seen.set(step, {
        plays: (known?.plays ?? 0) + 1,
        missed: (known?.missed ?? 0) + (isMissed ? 1 : 0),
        dueOn: known === undefined || dueOn < known.dueOn ? dueOn : known.dueOn,
      });
    }
    if ([...late.values()].some(({ isMissed }) => isMissed)) missed += 1;
  }
  if (seen.size === 0) return null;
  const steps = [...seen].map(([step, one]) => ({ step, title: stepOf(moment.chronology.programme, step).title, ...one }));
  return { plays: PLAYS, missed, steps: steps.toSorted((one, other) => (one.dueOn < other.dueOn ? -1 : one.dueOn > other.dueOn ? 1 : 0)) };
}

/** For each step that is due at the end of a term and was not closed before: its earliest due date, and whether any round of it came after its own. */
function missesOf(
  { programme, steps }: Chronology,
  before: ReadonlySet<string>,
): ReadonlyMap<StepId, { readonly dueOn: PlainDate; readonly isMissed: boolean }> {
  const found = new Map<StepId, { readonly dueOn: PlainDate; readonly isMissed: boolean }>();
  for (const record of steps) {
    const { step, dueOn, state } = record;
    if (before.has(keyOf(record)) || !endsWithTerm(programme, step)) continue;
    if (state.kind !== 'open' && state.kind !== 'answered') continue;
    const known = found.get(step);
    found.set(step, {
      dueOn: known?.dueOn ?? dueOn,
      isMissed: known?.isMissed === true || state.kind === 'open' || londonDate(Date.parse(state.at)) > dueOn,
    });
  }
  return found;
}

function endsWithTerm(programme: Programme, step: StepId): boolean {
  const { allowed, optional, automatic } = stepOf(programme, step);
  return !optional && automatic === null && TERMS.has(allowed.unit);
}

/**
 * The place of a play among all plays of a step, from the quickest to the slowest: each place is taken once, in an order of the step's own, so that
 * twenty plays show a step in all its lengths and a slow answer of one says nothing of another.
 */
function placeOf(step: StepId, play: number): number {
  const own = hash(`${play}/${step}`);
  let place = 0;
  for (let other = 0; other < PLAYS; other += 1) {
    const its = hash(`${other}/${step}`);
    if (its < own || (its === own && other < play)) place += 1;
  }
  return place;
}
