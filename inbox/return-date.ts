import { en } from 'chrono-node';
import { londonDate } from '../domain/time/london.ts';
import { addDays, daysBetween, parsePlainDate, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** Says that somebody is back on the day that follows. */
const BACK =
  /\b(?:return(?:ing)?(?: to (?:work|the office|school))?|back(?: (?:in|at)(?: the)? (?:office|work|school|desk))?|resume|reopens?|re-open(?:s|ing)?|available(?: again)? (?:from|on)|in the office (?:again )?on)\b/iu;
/** Says that somebody is away to the end of the day that follows, or between two days. */
const AWAY_UNTIL = /\b(?:until|till|til|through(?: to)?|up to|to|and including)\b/iu;
const AWAY = /\b(?:away|out of(?: the)? office|leave|holiday|vacation|absent|closed|unavailable|not in)\b/iu;

const LONGEST_SENTENCE = 240;
const MOST_SENTENCES = 20;
/** A day further ahead is more likely another year's, or none. */
const FURTHEST_DAYS = 400;
/** Without a year, a day this far ahead has passed. */
const FURTHEST_WITHOUT_YEAR_DAYS = 200;

/**
 * The day on which somebody is back, as an automatic reply in English says it, counted from the instant when it was written; null when it says
 * none, or one that has passed. "Until 3 October" is taken as back on 4 October, and until a Friday as back on Monday. It is a proposal for a
 * person to judge, never a date that counts.
 *
 * Written on 2 October 2040: "I am on leave and will return on Monday 15 October" → 2040-10-15; "I am away until 5/10/2040", a Friday → 2040-10-08.
 */
export function returnDate(words: string, writtenMs: number): PlainDate | null {
  const today = londonDate(writtenMs);
  const sentences = words
    .slice(0, 6_000)
    .split(/(?<=[.!?])\s+|\n{2,}|\n(?=[A-Z-])/u)
    .map((sentence) => sentence.replaceAll(/\s+/gu, ' ').trim().slice(0, LONGEST_SENTENCE))
    .filter((sentence) => BACK.test(sentence) || AWAY.test(sentence))
    .slice(0, MOST_SENTENCES);
  const ofBack = sentences.map((sentence) => dayAfter(sentence, BACK, writtenMs, today)).find((day) => day !== null);
  if (ofBack !== undefined && ofBack !== null) return ofBack;
  const ofAway = sentences
    .filter((sentence) => AWAY.test(sentence))
    .map((sentence) => dayAfter(sentence, AWAY_UNTIL, writtenMs, today, true))
    .find((day) => day !== null);
  return ofAway === undefined || ofAway === null ? null : afterWeekend(addDays(ofAway, 1));
}

/** Who is away until Friday is back on Monday. */
function afterWeekend(date: PlainDate): PlainDate {
  const day = weekday(date);
  return day > 5 ? addDays(date, 8 - day) : date;
}

/** The first day named after such a word; of a span its end. With `orSpan`, also the end of a span that stands alone ("4 to 8 December"). */
function dayAfter(sentence: string, cue: RegExp, writtenMs: number, today: PlainDate, orSpan = false): PlainDate | null {
  const found = cue.exec(sentence);
  const after = found === null ? '' : sentence.slice(found.index + found[0].length);
  return firstDay(after, writtenMs, today, false) ?? (orSpan ? firstDay(sentence, writtenMs, today, true) : null);
}

function firstDay(text: string, writtenMs: number, today: PlainDate, onlySpans: boolean): PlainDate | null {
  if (text === '') return null;
  for (const { start, end } of en.GB.parse(text, new Date(writtenMs), { forwardDate: true })) {
    if (onlySpans && end === null) continue;
    const named = end ?? start;
    if (!named.isCertain('day') && !named.isCertain('weekday')) continue;
    const [year, month, day] = [named.get('year'), named.get('month'), named.get('day')];
    if (year === null || month === null || day === null) continue;
    const date = parsePlainDate(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
    if (date === undefined) continue;
    const ahead = daysBetween(today, date);
    if (ahead > 0 && ahead <= (named.isCertain('year') ? FURTHEST_DAYS : FURTHEST_WITHOUT_YEAR_DAYS)) return date;
  }
  return null;
}
