import * as z from 'zod';
import type { Season, Term, TermCalendar } from '../domain/time/calendar.ts';
import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { checkTerms } from './check-terms.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates, Finding } from './finding.ts';
import { date, words } from './schema.ts';
import { readSource } from './source.ts';

/** The terms that a local authority publishes for its schools. */
export type AuthorityTerms = {
  /** The Department's three-digit code of the local authority: "888" is Lancashire. */
  readonly laCode: string;
  readonly region: string;
  readonly calendar: TermCalendar;
};

const TERM_NAME = /^(Autumn|Spring|Summer) (\d{4})$/;

const term = z
  .string('Write the name of the term, such as "Spring 2022".')
  .regex(TERM_NAME, 'Write Autumn, Spring or Summer and the year, such as "Spring 2022".')
  .transform((text) => {
    const [season = '', year = ''] = text.split(' ');
    return { season: season.toLowerCase() as Season, year: Number(year) };
  });

const termSchema = z.strictObject(
  {
    term,
    starts: date,
    ends: date,
    halfTerm: z.strictObject({ starts: date, ends: date }, 'Write { starts: …, ends: … } and nothing else.').optional(),
  },
  'Write { term: …, starts: …, ends: …, halfTerm: … } and nothing else.',
);

const termDatesSchema = z.strictObject(
  {
    calendars: z.array(
      z.strictObject(
        {
          id: z
            .string('Write an id, such as "waltham-forest".')
            .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'Write lower-case words joined by hyphens, such as "waltham-forest".'),
          name: words('the name of the local authority'),
          laCode: z
            .string('Write the three-digit code of the local authority in quotes, such as "888".')
            .regex(/^\d{3}$/, 'Write the three-digit code of the local authority in quotes, such as "888".'),
          region: words('the region'),
          source: words('who published these dates'),
          terms: z.array(termSchema, 'Write a list of terms.').min(1, 'Write at least one term.'),
          /** Days inside a term on which all its schools are closed: INSET days, mostly. */
          closures: z
            .array(
              z.strictObject({ on: date, name: words('why the schools are closed') }, 'Write { on: …, name: … } and nothing else.'),
              'Write a list of closed days.',
            )
            .optional(),
        },
        'Write id, name, laCode, region, source, terms and, where there are any, closures, and nothing else.',
      ),
      'Write a list of calendars.',
    ),
    /** The Department's own completion dates, kept beside the terms for whoever writes a programme of 2021 to 2022. */
    departmentCompletionDates: z
      .record(
        z.string(),
        z.array(
          z.strictObject({ matchedIn: term, completeBy: date }, 'Write { matchedIn: …, completeBy: … } and nothing else.'),
          'Write a list of dates.',
        ),
        'Write the dates under the id of their programme.',
      )
      .optional(),
  },
  'Write calendars, and nothing else but departmentCompletionDates.',
);

/**
 * The published terms of local authorities from YAML. Refused with every fault of the file, each with its line and
 * remedy: `file` is the name that the findings carry.
 */
export function readTermDates(text: string, file: string): Result<readonly AuthorityTerms[], FaultyDates> {
  const source = readSource(text, file);
  if (source.findings.length > 0) return refused(faultyDates(source.findings));
  const parsed = termDatesSchema.safeParse(source.value);
  if (!parsed.success) return refused(faultyDates(source.schemaFindings(parsed.error)));

  const published = parsed.data.calendars.map(({ id, name, laCode, region, source: publisher, terms, closures = [] }) => ({
    laCode,
    region,
    calendar: { id, name, source: publisher, closures, terms: terms.map(toTerm) },
  }));
  const findings: Finding[] = [];
  for (const [at, { laCode, calendar }] of published.entries()) {
    const { id } = calendar;
    if (published.findIndex((other) => other.calendar.id === id) < at) {
      findings.push(source.finding(['calendars', at, 'id'], `There are two calendars "${id}"`, 'Give each calendar an id of its own.'));
    }
    if (published.findIndex((other) => other.laCode === laCode) < at) {
      findings.push(
        source.finding(
          ['calendars', at, 'laCode'],
          `There are two calendars of local authority ${laCode}`,
          'Put the terms of one local authority into one calendar.',
        ),
      );
    }
    for (const [day, { on }] of calendar.closures.entries()) {
      const path = ['calendars', at, 'closures', day, 'on'];
      if (calendar.closures.findIndex((other) => other.on === on) < day) {
        findings.push(source.finding(path, `${id}: ${on} is closed twice`, 'Remove one of the two.'));
      } else if (!calendar.terms.some(({ startsOn, endsOn }) => startsOn <= on && on <= endsOn)) {
        findings.push(source.finding(path, `${id}: ${on} lies in no term, and is closed already`, 'Remove it, or correct the date.'));
      }
    }
    checkTerms(
      calendar.terms,
      (path, what, remedy) => void findings.push(source.finding(['calendars', at, 'terms', ...path], `${id}: ${what}`, remedy)),
    );
  }
  return findings.length > 0 ? refused(faultyDates(findings)) : ok(published);
}

function toTerm({ term: { season, year }, starts, ends, halfTerm }: z.infer<typeof termSchema>): Term {
  return {
    season,
    year,
    startsOn: starts,
    endsOn: ends,
    ...(halfTerm === undefined ? {} : { halfTerm: { startsOn: halfTerm.starts, endsOn: halfTerm.ends } }),
  };
}
