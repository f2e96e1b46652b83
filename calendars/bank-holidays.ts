import * as z from 'zod';
import type { BankHolidays } from '../domain/time/calendar.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates, Finding } from './finding.ts';
import { date, words } from './schema.ts';
import { readSource } from './source.ts';

/** What GOV.UK publishes at https://www.gov.uk/bank-holidays.json, as far as it is used; it may hold more. */
const bankHolidaysSchema = z.object(
  {
    'england-and-wales': z.object(
      {
        events: z
          .array(
            z.object({ title: words('the name of the bank holiday'), date, notes: z.string('Write text, or "".').default('') }),
            'Write a list of bank holidays.',
          )
          .min(1, 'Write at least one bank holiday.'),
      },
      'Write { "events": […] }.',
    ),
  },
  'Take the file as GOV.UK publishes it: https://www.gov.uk/bank-holidays.json',
);

const DIVISION = 'england-and-wales';

/** The bank holidays that every year has in England and Wales, as GOV.UK calls them; a year with fewer is not complete. */
const OF_EVERY_YEAR: readonly (readonly [name: string, called: RegExp])[] = [
  ['New Year’s Day', /new year/i],
  ['Good Friday', /good friday/i],
  ['Easter Monday', /easter monday/i],
  ['the early May bank holiday', /early may|may day/i],
  ['the spring bank holiday', /spring/i],
  ['the summer bank holiday', /summer|august/i],
  ['Christmas Day', /christmas/i],
  ['Boxing Day', /boxing|st\.? stephen/i],
];

/**
 * The bank holidays of England and Wales from GOV.UK's JSON, in whatever order they stand there. A year is known when it is
 * complete: a file that ends with one day of 2029 knows the days up to 31 December 2028. Refused with every fault of the file:
 * a day that is there twice, and a year before the last that lacks one of its eight. `file` is the name that the findings carry.
 */
export function readBankHolidays(text: string, file: string): Result<BankHolidays, FaultyDates> {
  const source = readSource(text, file);
  if (source.findings.length > 0) return refused(faultyDates(source.findings));
  const parsed = bankHolidaysSchema.safeParse(source.value);
  if (!parsed.success) return refused(faultyDates(source.schemaFindings(parsed.error)));

  const findings: Finding[] = [];
  const report = (at: number, what: string, remedy: string) =>
    void findings.push(source.finding([DIVISION, 'events', at, 'date'], what, remedy));
  const events = parsed.data[DIVISION].events
    .map((event, at) => ({ ...event, at }))
    .toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.at - b.at));
  for (const [index, event] of events.entries()) {
    if (event.date === events[index - 1]?.date) report(event.at, `${event.date} is there twice`, 'Remove one of the two.');
  }
  const firstYear = yearOf(events[0]?.date ?? '');
  let lastYear = yearOf(events.at(-1)?.date ?? '');
  for (let year = lastYear; year >= firstYear; year -= 1) {
    const ofYear = events.filter(({ date }) => yearOf(date) === year);
    const missing = OF_EVERY_YEAR.flatMap(([name, called]) => (ofYear.some(({ title }) => called.test(title)) ? [] : [name]));
    if (missing.length === 0) continue;
    // GOV.UK adds a year when it is settled; a few days of the next one tell nothing of the rest of it.
    if (year === lastYear && year > firstYear) lastYear = year - 1;
    else if (ofYear.length === 0) {
      const next = events.find(({ date }) => yearOf(date) > year);
      report(
        next?.at ?? 0,
        `There is no bank holiday of ${year}`,
        'Add the bank holidays of the years between, or remove the years before.',
      );
    } else {
      report(ofYear[0]?.at ?? 0, `${year} lacks ${missing.join(', ')}`, 'Add what is missing, or take the whole file from GOV.UK.');
    }
  }
  if (findings.length > 0) return refused(faultyDates(findings));

  return ok({
    knownFrom: plainDate(`${firstYear}-01-01`),
    knownTo: plainDate(`${lastYear}-12-31`),
    days: events.filter(({ date }) => yearOf(date) <= lastYear).map((event) => ({ on: event.date, name: nameOf(event) })),
  });
}

/** "Christmas Day (substitute day)" when it is kept on another day than its own. */
function nameOf({ title, notes }: { readonly title: string; readonly notes: string }): string {
  return notes.trim() === '' ? title : `${title} (${notes.trim().toLowerCase()})`;
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}
