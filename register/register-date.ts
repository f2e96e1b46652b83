import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FULL_MONTHS = /^(?:january|february|march|april|may|june|july|august|september|october|november|december|[a-z]{3}|sept)$/;

/**
 * A date as the register or a spreadsheet writes it: "25-11-2022" as it is published, "25/11/2022", "2022-11-25", "25 November
 * 2022", "25-Nov-2022", "November 25, 2022", each with a time of day or without. "11/25/2022" can be no day first, so the month
 * stands first. `assumed` says that it might be another day: "02/03/2022" is read as 2 March, the day first, as in the register.
 * Undefined for what is no date, and for a year of two digits.
 */
export function readRegisterDate(text: string): { readonly on: PlainDate; readonly assumed: boolean } | undefined {
  const said = text
    .trim()
    .toLowerCase()
    .replace(/[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z| ?[ap]m)?$/, '');
  const sure = (year = '', month = '', day = '') => dateOf(year, month, day, false);
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(said);
  if (iso) return sure(iso[1], iso[2], iso[3]);
  const numbers = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})$/.exec(said);
  if (numbers) {
    const [, first = '', mark, second = '', year = ''] = numbers;
    if (mark === '-') return sure(year, second, first);
    if (Number(second) > 12) return sure(year, first, second);
    return dateOf(year, second, first, Number(first) <= 12 && Number(first) !== Number(second));
  }
  const dayFirst = /^(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([a-z]{3,9})[-/., ]+(\d{4})$/.exec(said);
  if (dayFirst) return sure(dayFirst[3], monthNamed(dayFirst[2]), dayFirst[1]);
  const monthFirst = /^([a-z]{3,9})[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4})$/.exec(said);
  return monthFirst ? sure(monthFirst[3], monthNamed(monthFirst[1]), monthFirst[2]) : undefined;
}

function monthNamed(name = ''): string {
  return FULL_MONTHS.test(name) ? String(MONTHS.indexOf(name.slice(0, 3)) + 1) : '';
}

function dateOf(
  year: string,
  month: string,
  day: string,
  assumed: boolean,
): { readonly on: PlainDate; readonly assumed: boolean } | undefined {
  const on = parsePlainDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  return on === undefined ? undefined : { on, assumed };
}
