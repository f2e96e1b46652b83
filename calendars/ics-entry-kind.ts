import type { Season } from '../domain/time/calendar.ts';
import { addDays, daysBetween } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { IcsEvent } from './ics.ts';

/** What an entry of an authority's feed speaks of. A season is null when neither its words nor its days say which. */
export type EntryKind =
  /** A term, or the half of one that comes before or after half term. */
  | { readonly kind: 'term'; readonly season: Season | null }
  /** The first or the last day of a term, or of a half of one. */
  | { readonly kind: 'starts' | 'ends'; readonly season: Season | null }
  | { readonly kind: 'half-term'; readonly season: Season | null }
  /** The holiday that follows a term. */
  | { readonly kind: 'holiday'; readonly after: Season }
  | { readonly kind: 'inset' }
  /** Another day on which the schools are closed: an election, say. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'bank-holiday' }
  /** Nothing that a calendar of school days counts: a parents’ evening, a concert. */
  | { readonly kind: 'other' }
  /** It speaks of school days and does not say which: `why` goes on from "“Schools reopen”". */
  | { readonly kind: 'unclear'; readonly why: string; readonly remedy: string };

const INSET =
  /\binset\b|\bin-?service\b|\b(?:staff|teachers?’?'?) (?:training|development)\b|\btraining day|\bnon[- ]?pupil\b|\bprofessional development\b|\boccasional day/i;
const BANK_HOLIDAY =
  /\b(?:bank|public) holiday|\bgood friday\b|\beaster monday\b|\bboxing day\b|\bchristmas day\b|\bnew year[’']?s day\b|\bmay day\b/i;
const HALF_TERM = /\bhalf[\s-]*terms?\b|\bmid[\s-]*term\b/i;
const STARTS = /\b(?:begins?|beginning|starts?|opens?|re-?opens?|returns?|first day|back to school)\b/i;
const ENDS = /\b(?:ends?|end of|closes?|finish(?:es)?|breaks? up|last day)\b/i;
const OF_SCHOOL = /\b(?:terms?|schools?|pupils|children|students|break(?:s)? up|back to school)\b/i;
const HOLIDAY = /\b(?:holidays?|break|vacation|recess|closed|closure)\b/i;
/** Longer than any half term, weekends on both sides included. */
const LONGEST_HALF_TERM_DAYS = 17;
/** A closed day or two are not a holiday. */
const LONGEST_CLOSURE_DAYS = 3;

/** Tells what an entry speaks of by its words, and where they leave it open, by its days. */
export function kindOf(event: IcsEvent): EntryKind {
  const { summary, from, to } = event;
  const days = daysBetween(from, to) + 1;
  if (INSET.test(summary)) return { kind: 'inset' };
  if (BANK_HOLIDAY.test(summary)) return { kind: 'bank-holiday' };
  const starts = STARTS.test(summary);
  const ends = ENDS.test(summary);
  if (HALF_TERM.test(summary)) {
    if (starts || ends) return { kind: 'unclear', why: 'tells an end of half term, and not which days it lasts', remedy: HALF_TERM_WHOLE };
    if (!event.ends) return noEnd(HALF_TERM_WHOLE);
    if (days > LONGEST_HALF_TERM_DAYS)
      return {
        kind: 'unclear',
        why: `lasts ${days} days, which no half term does`,
        remedy: 'Name a half of a term “Autumn term 1”, and the holiday in it “Autumn half term”.',
      };
    return { kind: 'half-term', season: seasonOfHalfTerm(from) };
  }
  if (OF_SCHOOL.test(summary) && starts !== ends) {
    if (days > 1)
      return {
        kind: 'unclear',
        why: `tells ${starts ? 'a first' : 'a last'} day, and lasts ${days} days`,
        remedy: 'Name the day alone, or the whole term.',
      };
    const season = seasonNamed(summary) ?? (starts ? seasonStarting(from) : seasonEnding(from));
    return { kind: starts ? 'starts' : 'ends', season };
  }
  if (/\bterms?\b/i.test(summary) && !/\bholidays?\b/i.test(summary)) {
    if (!event.ends) return noEnd('Add its end: DTEND is the day after the last day of the term.');
    if (days < LONGEST_CLOSURE_DAYS) return { kind: 'other' };
    return { kind: 'term', season: seasonNamed(summary) ?? seasonNumbered(summary) ?? seasonOfDay(middleOf(from, to)) };
  }
  if (HOLIDAY.test(summary)) return holidayOf(event, days);
  return { kind: 'other' };
}

const HALF_TERM_WHOLE = 'Write half term as one entry, from its first closed day (DTSTART) to the day after its last (DTEND).';

function noEnd(remedy: string): EntryKind {
  return { kind: 'unclear', why: 'has no end (DTEND)', remedy };
}

function holidayOf({ summary, from, to, ends }: IcsEvent, days: number): EntryKind {
  const named = /christmas|winter|new year/i.test(summary)
    ? 'autumn'
    : /easter/i.test(summary)
      ? 'spring'
      : /summer/i.test(summary)
        ? 'summer'
        : null;
  const half = /\b(?:october|february|whit(?:sun)?)\b/i.test(summary);
  if (!ends && (named !== null || half || /\b(?:holidays|break)\b/i.test(summary))) {
    return noEnd('Add its end: DTEND is the day after the last day of the holiday.');
  }
  if (named !== null) return { kind: 'holiday', after: named };
  if (half) return { kind: 'half-term', season: seasonOfHalfTerm(from) };
  if (days <= LONGEST_CLOSURE_DAYS) return { kind: 'closed' };
  const middle = middleOf(from, to).slice(5);
  if (middle >= '12-10' || middle <= '01-12') return { kind: 'holiday', after: 'autumn' };
  if (middle >= '03-20' && middle <= '05-05') return { kind: 'holiday', after: 'spring' };
  if (middle >= '07-10' && middle <= '09-10') return { kind: 'holiday', after: 'summer' };
  const season = seasonOfHalfTerm(from);
  if (season !== null && days <= LONGEST_HALF_TERM_DAYS) return { kind: 'half-term', season };
  return {
    kind: 'unclear',
    why: 'lies where neither a holiday nor a half term is looked for',
    remedy: 'Say in its words which it is: “Easter holiday”, “Autumn half term”.',
  };
}

/** The term that a half term lies in, by the month; null when no term has its half term then. */
function seasonOfHalfTerm(day: PlainDate): Season | null {
  const date = day.slice(5);
  if (date >= '10-01' && date <= '11-20') return 'autumn';
  if (date >= '01-31' && date <= '03-10') return 'spring';
  return date >= '05-10' && date <= '06-20' ? 'summer' : null;
}

function seasonNamed(summary: string): Season | null {
  if (/\b(?:autumn|michaelmas)\b/i.test(summary)) return 'autumn';
  if (/\b(?:spring|lent)\b/i.test(summary)) return 'spring';
  return /\b(?:summer|trinity)\b/i.test(summary) ? 'summer' : null;
}

/** Where the halves of terms are counted through the year: Term 1 and Term 2 are autumn’s. */
function seasonNumbered(summary: string): Season | null {
  const number = Number(/\bterm ([1-6])\b/i.exec(summary)?.[1] ?? 0);
  return number === 0 ? null : number <= 2 ? 'autumn' : number <= 4 ? 'spring' : 'summer';
}

function seasonOfDay(day: PlainDate): Season {
  const date = day.slice(5);
  return date < '04-08' ? 'spring' : date < '08-10' ? 'summer' : 'autumn';
}

function seasonStarting(day: PlainDate): Season | null {
  const date = day.slice(5);
  if (date >= '08-15' && date <= '09-30') return 'autumn';
  if (date <= '01-31') return 'spring';
  return date >= '03-25' && date <= '05-10' ? 'summer' : null;
}

function seasonEnding(day: PlainDate): Season | null {
  const date = day.slice(5);
  if (date >= '12-05') return 'autumn';
  if (date >= '03-15' && date <= '04-25') return 'spring';
  return date >= '07-05' && date <= '08-10' ? 'summer' : null;
}

function middleOf(from: PlainDate, to: PlainDate): PlainDate {
  return addDays(from, Math.floor(daysBetween(from, to) / 2));
}
