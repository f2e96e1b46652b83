import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { aheadMs, nowMs } from '../../postgres/sandbox/clock.ts';
import { LARGEST_FILE_BYTES } from '../../calendars/read-text.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { dateAndTime } from '../../domain/time/time-words.ts';
import { trainingWords } from '../../desk/moved-time-words.ts';
import { exampleDay } from './example-day.ts';
import { RememberingViews } from './remembering-views.ts';
import { urls } from './urls.ts';

const GOVUK = dirname(dirname(fileURLToPath(import.meta.resolve('govuk-frontend'))));
const MOJ = dirname(dirname(fileURLToPath(import.meta.resolve('@ministryofjustice/frontend'))));

const views = new RememberingViews([join(import.meta.dirname, '..')], [GOVUK, MOJ], {
  autoescape: true,
  throwOnUndefined: false,
  trimBlocks: true,
  lstripBlocks: true,
});
/**
 * As Nunjucks has it, but in time that grows with the text alone: its own expression looks at each run of spaces again and again. The
 * components of GOV.UK Frontend trim everything that they are given.
 */
views.addFilter('trim', (text: unknown) =>
  text instanceof nunjucks.runtime.SafeString ? new nunjucks.runtime.SafeString(String(text).trim()) : String(text).trim(),
);
/** A working day so many days from today, as an example of one that is typed: "7 12 2026" */
views.addGlobal('exampleDay', (daysAhead: number) => exampleDay(londonDate(nowMs()), daysAhead));
/** The largest file that is taken, where a page says no other: "1MB" */
views.addGlobal('largestFile', `${LARGEST_FILE_BYTES / 1_000_000}MB`);
/** In a training copy: the words of the banner on every page, and where time is moved. Null in a real service. */
views.addGlobal('trainingCopy', () => (training ? { words: trainingWords(nowMs(), aheadMs()), href: urls.sandbox() } : null));
/** "25 November 2022" */
views.addFilter('longDate', (date: PlainDate) => longDate(date));
/** "Friday 25 November 2022" */
views.addFilter('weekdayDate', (date: PlainDate) => longDateWithWeekday(date));
/** An instant as its day in London: "25 November 2022" */
views.addFilter('dayOf', (at: string) => longDate(londonDate(Date.parse(at))));
/** An instant in London: "25 November 2022, 8:05am" */
views.addFilter('timeOf', (at: string) => dateAndTime(at));

let training = false;

/** Says on every page of this process that it is a training copy, or no longer. */
export function sayTrainingCopy(is: boolean): void {
  training = is;
}

/** Renders a view, named by its folder and file ("today/index"), as a whole page. Everything in `data` is escaped. */
export function renderView(view: string, data: object): string {
  return views.render(`${view}.njk`, data);
}
