import type { Season, Term } from '../domain/time/calendar.ts';
import { termName } from '../domain/time/days.ts';
import type { Path } from './source.ts';

/** Notes a fault at a path inside the list of terms: `[2, 'ends']`. */
type Report = (path: Path, what: string, remedy: string) => void;

const PLACE_IN_YEAR = { spring: 0, summer: 1, autumn: 2 } as const satisfies Record<Season, number>;

/** Terms counted one by one: the term after a term has the next number. Autumn 2022 is followed by Spring 2023. */
export function termNumber({ season, year }: Pick<Term, 'season' | 'year'>): number {
  return year * 3 + PLACE_IN_YEAR[season];
}

/** Checks that the terms of one calendar follow each other, that each ends after it starts and holds its half term. */
export function checkTerms(terms: readonly Term[], report: Report): void {
  for (const [at, term] of terms.entries()) {
    const { startsOn, endsOn, halfTerm, year } = term;
    const name = termName(term);
    if (endsOn < startsOn) {
      report([at, 'ends'], `${name} ends on ${endsOn}, before it starts on ${startsOn}`, 'Correct one of the two dates.');
      continue;
    }
    for (const [key, day] of [
      ['starts', startsOn],
      ['ends', endsOn],
    ] as const) {
      if (Number(day.slice(0, 4)) !== year)
        report([at, key], `${name} ${key} on ${day}, in another year`, 'Correct the year of the term, or the date.');
    }
    if (halfTerm) {
      if (halfTerm.endsOn < halfTerm.startsOn) {
        report([at, 'halfTerm', 'ends'], `the half term of ${name} ends before it starts`, 'Correct one of the two dates.');
      } else if (halfTerm.startsOn < startsOn || endsOn < halfTerm.endsOn) {
        report([at, 'halfTerm'], `the half term of ${name} lies outside the term`, 'Correct its dates, or those of the term.');
      }
    }
    const before = terms[at - 1];
    if (before === undefined) continue;
    if (termNumber(term) === termNumber(before)) {
      report([at, 'term'], `${name} is there twice`, 'Remove one of the two.');
    } else if (termNumber(term) < termNumber(before)) {
      report([at, 'term'], `${name} stands after ${termName(before)}`, 'Put the terms in their order.');
    } else if (startsOn <= before.endsOn) {
      report(
        [at, 'starts'],
        `${name} starts on ${startsOn}, before ${termName(before)} is over on ${before.endsOn}`,
        'Correct one of the two dates.',
      );
    }
  }
}
