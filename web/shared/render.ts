import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { LARGEST_FILE_BYTES } from '../../calendars/read-text.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { dateAndTime } from '../../domain/time/time-words.ts';
import { exampleDay } from './example-day.ts';

const GOVUK = dirname(dirname(fileURLToPath(import.meta.resolve('govuk-frontend'))));
const MOJ = dirname(dirname(fileURLToPath(import.meta.resolve('@ministryofjustice/frontend'))));

const views = new nunjucks.Environment(
  new nunjucks.FileSystemLoader([join(import.meta.dirname, '..'), GOVUK, MOJ], { noCache: false, watch: false }),
  { autoescape: true, throwOnUndefined: false, trimBlocks: true, lstripBlocks: true },
);
/** A working day so many days from today, as an example of one that is typed: "7 12 2026" */
views.addGlobal('exampleDay', (daysAhead: number) => exampleDay(londonDate(Date.now()), daysAhead));
/** The largest file that is taken, where a page says no other: "1 MB" */
views.addGlobal('largestFile', `${LARGEST_FILE_BYTES / 1_000_000} MB`);
/** "25 November 2022" */
views.addFilter('longDate', (date: PlainDate) => longDate(date));
/** "Friday 25 November 2022" */
views.addFilter('weekdayDate', (date: PlainDate) => longDateWithWeekday(date));
/** An instant as its day in London: "25 November 2022" */
views.addFilter('dayOf', (at: string) => longDate(londonDate(Date.parse(at))));
/** An instant in London: "25 November 2022, 8:05am" */
views.addFilter('timeOf', (at: string) => dateAndTime(at));

/** Renders a view, named by its folder and file ("today/index"), as a whole page. Everything in `data` is escaped. */
export function renderView(view: string, data: object): string {
  return views.render(`${view}.njk`, data);
}
