import type { Term, TermCalendar } from '../domain/time/calendar.ts';
import { termNumber } from './check-terms.ts';

/** One term of a run, with the calendar it comes from. */
export type SourcedTerm = { readonly term: Term; readonly from: TermCalendar };

/**
 * The terms of a calendar, and where it knows none, those of the first stand-in that does: a run of terms that follow
 * each other, autumn, spring, summer, without a gap. Where there is a gap that no stand-in closes, the last run that
 * holds a term of its own counts, or without any, the last run. Empty when nobody knows a term.
 */
export function standInTerms(own: TermCalendar | undefined, standIns: readonly TermCalendar[]): readonly SourcedTerm[] {
  const ownTerms = byNumber(own);
  const others = standIns.map((from) => ({ from, terms: byNumber(from) }));
  const numbers = [...new Set([...ownTerms.keys(), ...others.flatMap(({ terms }) => [...terms.keys()])])];

  const runs: SourcedTerm[][] = [];
  let previous: Term | undefined;
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const ownTerm = ownTerms.get(number);
    const next = ownTerms.get(number + 1);
    // Two calendars can disagree about a holiday: a term that runs into one already there cannot stand in.
    const fits = (term: Term) =>
      (previous === undefined || previous.endsOn < term.startsOn) && (next === undefined || term.endsOn < next.startsOn);
    const found: SourcedTerm | undefined =
      own && ownTerm
        ? { term: ownTerm, from: own }
        : others
            .flatMap(({ from, terms }) => ({ from, term: terms.get(number) }))
            .find((candidate): candidate is SourcedTerm => candidate.term !== undefined && fits(candidate.term));
    if (found === undefined) continue;
    const run = runs.at(-1);
    if (run && previous && termNumber(previous) === number - 1) run.push(found);
    else runs.push([found]);
    previous = found.term;
  }
  return runs.findLast((run) => run.some(({ from }) => from === own)) ?? runs.at(-1) ?? [];
}

function byNumber(calendar: TermCalendar | undefined): ReadonlyMap<number, Term> {
  return new Map(calendar?.terms.map((term) => [termNumber(term), term]));
}
