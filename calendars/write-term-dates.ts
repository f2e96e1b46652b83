import { stringify } from 'yaml';
import { termName } from '../domain/time/days.ts';
import type { AuthorityTerms } from './term-dates.ts';

/** Term dates as the YAML that `readTermDates` reads back to the same: to look at, to mend, and to import again. */
export function writeTermDates(authorities: readonly AuthorityTerms[]): string {
  return stringify(
    {
      calendars: authorities.map(({ laCode, region, calendar: { id, name, source, terms, closures } }) => ({
        id,
        name,
        laCode,
        region,
        source,
        terms: terms.map((term) => ({
          term: termName(term),
          starts: term.startsOn,
          ends: term.endsOn,
          ...(term.halfTerm ? { halfTerm: { starts: term.halfTerm.startsOn, ends: term.halfTerm.endsOn } } : {}),
        })),
        ...(closures.length > 0 ? { closures } : {}),
      })),
    },
    { lineWidth: 0 },
  );
}
