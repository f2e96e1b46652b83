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

/**
 * The bank holidays of England and Wales from GOV.UK's JSON. They are known from 1 January of the first year in it to
 * 31 December of the last. Refused with every fault of the file: `file` is the name that the findings carry.
 */
export function readBankHolidays(text: string, file: string): Result<BankHolidays, FaultyDates> {
  const source = readSource(text, file);
  if (source.findings.length > 0) return refused(faultyDates(source.findings));
  const parsed = bankHolidaysSchema.safeParse(source.value);
  if (!parsed.success) return refused(faultyDates(source.schemaFindings(parsed.error)));

  const { events } = parsed.data[DIVISION];
  const findings: Finding[] = [];
  const report = (at: number, what: string, remedy: string) =>
    void findings.push(source.finding([DIVISION, 'events', at, 'date'], what, remedy));
  for (const [at, event] of events.entries()) {
    const before = events[at - 1];
    if (before === undefined) continue;
    if (event.date === before.date) report(at, `${event.date} is there twice`, 'Remove one of the two.');
    else if (event.date < before.date)
      report(at, `${event.date} stands after ${before.date}`, 'Put the bank holidays in the order of their dates.');
    else if (yearOf(event.date) > yearOf(before.date) + 1) {
      report(
        at,
        `There is no bank holiday of ${yearOf(before.date) + 1}`,
        'Add the bank holidays of the years between, or remove the years before.',
      );
    }
  }
  if (findings.length > 0) return refused(faultyDates(findings));

  const years = events.map((event) => yearOf(event.date));
  return ok({
    knownFrom: plainDate(`${years[0]}-01-01`),
    knownTo: plainDate(`${years.at(-1)}-12-31`),
    days: events.map((event) => ({ on: event.date, name: nameOf(event) })),
  });
}

/** "Christmas Day (substitute day)" when it is kept on another day than its own. */
function nameOf({ title, notes }: { readonly title: string; readonly notes: string }): string {
  return notes.trim() === '' ? title : `${title} (${notes.trim().toLowerCase()})`;
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}
