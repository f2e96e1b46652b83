/**
 * Plain dates: ISO `YYYY-MM-DD` without time or zone (docs/decisions/0003). They are passed everywhere as strings and
 * counted as whole days since 1970-01-01.
 */
export type PlainDate = string & { readonly __plainDate: true };

const DAY_MS = 86_400_000;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Reads an ISO date; undefined when it is not one, or not a real day (2023-02-29). */
export function parsePlainDate(text: string): PlainDate | undefined {
  const match = ISO_DATE.exec(text);
  if (!match) return undefined;
  const days = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / DAY_MS;
  return toIso(days) === text ? (text as PlainDate) : undefined;
}

/** A date written in the source. Throws on anything else; use `parsePlainDate` for what people type. */
export function plainDate(text: string): PlainDate {
  const date = parsePlainDate(text);
  if (date === undefined) throw new RangeError(`"${text}" is not a date: write it as YYYY-MM-DD, for example 2022-11-25.`);
  return date;
}

/** Whole days since 1 January 1970: 1970-01-01 is 0. */
export function epochDay(date: PlainDate): number {
  // By arithmetic alone, since a forecast asks this a hundred thousand times. The year of the count begins in March, so that a leap day is its last.
  const month = digits(date, 5, 7);
  const year = digits(date, 0, 4) - (month > 2 ? 0 : 1);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + digits(date, 8, 10) - 1;
  return year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + dayOfYear - DAYS_BEFORE_1970;
}

/** The days from 1 March of the year 0 to 1 January 1970. */
const DAYS_BEFORE_1970 = 719_468;

/** The number that some characters of a date spell. */
function digits(date: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + date.charCodeAt(at) - 48;
  return number;
}

/** The plain date of a number of days since 1 January 1970. */
export function fromEpochDay(day: number): PlainDate {
  return toIso(day) as PlainDate;
}

/** The date n calendar days later (earlier, when n is negative). 2022-02-28 + 1 = 2022-03-01. */
export function addDays(date: PlainDate, n: number): PlainDate {
  return fromEpochDay(epochDay(date) + n);
}

/** Calendar days from the first date to the second; negative when the second is earlier. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return epochDay(to) - epochDay(from);
}

/** 1 = Monday … 7 = Sunday (ISO 8601). */
export function weekday(date: PlainDate): number {
  return weekdayOfEpochDay(epochDay(date));
}

/** 1 = Monday … 7 = Sunday. Day 0, 1 January 1970, was a Thursday. */
export function weekdayOfEpochDay(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** As a person writes it: "25 November 2022". */
export function longDate(date: PlainDate): string {
  return `${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`;
}

/** With its weekday: "Friday 25 November 2022". */
export function longDateWithWeekday(date: PlainDate): string {
  return `${WEEKDAYS[weekday(date) - 1]} ${longDate(date)}`;
}

/** Days as they were written before: a forecast writes the same few hundred a hundred thousand times. */
const written = new Map<number, string>();
const MOST_DAYS = 2_000;

function toIso(day: number): string {
  const known = written.get(day);
  if (known !== undefined) return known;
  const text = spelt(day);
  if (written.size >= MOST_DAYS) written.clear();
  written.set(day, text);
  return text;
}

/** Written from its parts: `toISOString` takes five times as long. */
function spelt(day: number): string {
  const date = new Date(day * DAY_MS);
  const year = date.getUTCFullYear();
  // Other years are not four digits long.
  if (!(year >= 1000 && year <= 9999)) return date.toISOString().slice(0, 10);
  return `${year}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}
