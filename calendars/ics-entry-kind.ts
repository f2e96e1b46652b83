import type { Season } from '../domain/time/calendar.ts';
import { addDays, daysBetween } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { isForSomeOnly, namesATime, otherWords } from './ics-words.ts';
import type { IcsEvent } from './ics.ts';

/** What an entry of an authority's or a school's feed is about. A season is null when neither its words nor its days say which. */
export type EntryKind =
  /** A term, or the half of one that comes before or after half term. */
  | { readonly kind: 'term'; readonly season: Season | null }
  /** The first or the last day of a term, or of a half of one. */
  | { readonly kind: 'starts' | 'ends'; readonly season: Season }
  /** A day beside half term, of which it says no more: "School closes for half term". */
  | { readonly kind: 'half-term-edge' }
  | { readonly kind: 'half-term'; readonly season: Season | null }
  /** The holiday that follows a term. */
  | { readonly kind: 'holiday'; readonly after: Season }
  | { readonly kind: 'inset' }
  /** Another day on which the whole school is closed: an election, say. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'bank-holiday' }
  /** Nothing that a calendar of school days counts: a parents’ evening, a concert. `why` says what told us so. */
  | { readonly kind: 'other'; readonly why: string | null }
  /** It speaks of school days and does not say which: `why` goes on from "“Schools reopen”". */
  | { readonly kind: 'unclear'; readonly why: string; readonly remedy: string };

/** What somebody may say an entry is, where its words were read wrongly. */
export const DECISIONS = ['term', 'starts', 'ends', 'half-term', 'holiday', 'inset', 'closed', 'left-out'] as const;
export type Decision = (typeof DECISIONS)[number];

const TRAINING_DAY = [
  String.raw`in-?\s?set(?: training)?(?: days?)?`,
  String.raw`in-?service(?: training)?(?: days?)?`,
  String.raw`(?:staff|teachers?|teachers?['’]) (?:training|development)(?: days?)?`,
  String.raw`(?:training|cpd|pd|professional development|baker|occasional|disaggregated(?: inset)?|non[- ]?pupil|pupil[- ]free) days?`,
  String.raw`no pupils(?: in school)?|no children(?: in school)?`,
  // Welsh for an INSET day: "hyfforddiant mewn swydd" is in-service training.
  String.raw`diwrnod (?:hms|hyfforddiant(?: mewn swydd)?)`,
].join('|');
/** "INSET day", "INSET 2", "School closed: staff training", "INSET day (safeguarding)". What stands behind a dash, colon or bracket is the reason. */
const INSET = new RegExp(
  String.raw`^(?:(?:whole|all) schools?[\s:–-]+|(?:whole[- ]school|school|staff)(?: (?:is )?closed)?(?: for)?[\s:–(-]+)?(?:first |second |third )?(?:${TRAINING_DAY})(?:\s+\d+)?(?:\s+(?:for|to)\s+(?:all )?(?:staff|schools|pupils))?\s*\)?(?:[,;:.(–/-].*)?$`,
  'i',
);
/** Training after lessons closes nothing. */
const AFTER_SCHOOL = /\btwilights?\b|\bafter school\b|\bschool (?:is )?open\b/i;
/** "School closed", "All schools are closed to pupils", "School closed (elections)", "No school". Whatever follows is the reason. */
const CLOSED =
  /^(?:(?:the |all )?(?:whole )?(?:schools?|academy|college)(?: (?:is|are|will be))? (?:closed|shut)(?: to (?:all )?(?:pupils|students|children))?|school closures?|no school|closed|closures?|closed days?|closure days?)(?: today)?(?:\s*$|\s*[,;:.(–/-].*$|\s+(?:for|due to|because of|owing to|on)\s.*$)/i;
const BANK_HOLIDAY =
  /\b(?:bank|public) holiday|\bgood friday\b|\beaster monday\b|\bboxing day\b|\bchristmas day\b|\bnew year[’']?s day\b|\bmay day\b/i;
const HALF_TERM = /\bhalf[\s-]*terms?\b|\bmid[\s-]*term\b/i;
const STARTS = /\b(?:begins?|beginning|starts?|opens?|re-?opens?|returns?|resumes?|first day|back to school|back)\b/i;
const ENDS = /\b(?:ends?|end of|closes?|finish(?:es)?|breaks? up|last day|final day)\b/i;
const OPEN_DAY = /\bopen (?:day|morning|evening|week)s?\b/i;
const OF_SCHOOL = /\b(?:terms?|schools?|academy|college|pupils|children|students|lessons|break(?:s)? up|back to school)\b/i;
/** Words that say that a term or a holiday is meant, and not the end of one day. */
const OF_TERM = /\b(?:terms?|break(?:s)? up|christmas|easter|summer|spring|autumn|holidays?|year)\b/i;
const HOLIDAY = /\b(?:holidays?|hols|break|vacations?|recess|closed|closure)\b/i;
/** Longer than any half term, weekends on both sides included. */
const LONGEST_HALF_TERM_DAYS = 17;
/** A closed day or two are not a holiday. */
const LONGEST_CLOSURE_DAYS = 3;
/** The longest autumn term has 16 weeks. */
const LONGEST_TERM_DAYS = 130;

/**
 * What an entry is about, by its words, and where they leave it open, by its days. An entry that also speaks of something
 * else ("Autumn term reports home"), or of some of the school only, is left out: it never moves a date.
 */
export function kindOf(event: IcsEvent): EntryKind {
  const summary = event.summary.trim();
  const { from, to } = event;
  const days = daysBetween(from, to) + 1;
  if (isForSomeOnly(summary)) return other('it is for a part of the school only');
  if (BANK_HOLIDAY.test(summary)) return { kind: 'bank-holiday' };
  if (INSET.test(summary)) {
    return AFTER_SCHOOL.test(summary) || event.hours < HALF_A_DAY_HOURS
      ? other('training for part of a day closes no school')
      : { kind: 'inset' };
  }
  const unknown = otherWords(summary);
  if (CLOSED.test(summary) && (unknown.length > 0 || days <= LONGEST_CLOSURE_DAYS) && !HALF_TERM.test(summary)) {
    if (namesATime(summary) || event.hours < HALF_A_DAY_HOURS) return other('it closes the school for part of a day');
    if (days <= LONGEST_CLOSURE_DAYS) return { kind: 'closed' };
    if (unknown.length > 0) {
      return {
        kind: 'unclear',
        why: `closes the school for ${days} days`,
        remedy: 'Name the holiday, or write each closed day as an entry.',
      };
    }
  }
  if (unknown.length > 0) return other(`it speaks of “${unknown.slice(0, 3).join(' ')}”`);
  if (OPEN_DAY.test(summary)) return other('an open day is no first day');
  const starts = STARTS.test(summary);
  const ends = ENDS.test(summary);
  if (HALF_TERM.test(summary)) {
    if (starts || ends) return { kind: 'half-term-edge' };
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
    if (namesATime(summary) && !OF_TERM.test(summary)) return other('it says when a day begins or ends');
    if (days > 1)
      return {
        kind: 'unclear',
        why: `tells ${starts ? 'a first' : 'a last'} day, and lasts ${days} days`,
        remedy: 'Name the day alone, or the whole term.',
      };
    const season =
      seasonNamed(summary) ?? seasonNumbered(summary) ?? (starts ? seasonStarting(from) : seasonEnding(from)) ?? seasonOfDay(from);
    return { kind: starts ? 'starts' : 'ends', season };
  }
  if ((/\bterms?\b/i.test(summary) || seasonNumbered(summary) !== null) && !/\bholidays?\b/i.test(summary)) {
    if (!event.ends)
      return days === 1 && starts === ends ? noEnd('Add its end: DTEND is the day after the last day of the term.') : other(null);
    if (days < LONGEST_CLOSURE_DAYS) return other('a term lasts longer');
    if (days > LONGEST_TERM_DAYS)
      return { kind: 'unclear', why: `lasts ${days} days, which no term does`, remedy: 'Write each term as an entry of its own.' };
    return { kind: 'term', season: seasonNamed(summary) ?? seasonNumbered(summary) ?? seasonOfDay(middleOf(from, to)) };
  }
  if (namesATime(summary)) return other('it says when a day begins or ends');
  if (HOLIDAY.test(summary)) return holidayOf(event, days);
  return other(null);
}

/** Whether an entry without days that can be read would be missed: its words speak of terms, holidays or closures of the whole school. */
export function wouldBeMissed(summary: string): boolean {
  if (isForSomeOnly(summary) || BANK_HOLIDAY.test(summary)) return false;
  if (INSET.test(summary) || CLOSED.test(summary)) return true;
  if (otherWords(summary).length > 0) return false;
  return (
    HOLIDAY.test(summary) ||
    /\bterms?\b/i.test(summary) ||
    seasonNumbered(summary) !== null ||
    (OF_SCHOOL.test(summary) && STARTS.test(summary) !== ENDS.test(summary))
  );
}

/** What somebody decided that an entry is, with the season that its words or days tell. */
export function decidedKind(decision: Decision, event: IcsEvent): EntryKind {
  const { summary, from, to } = event;
  const named = seasonNamed(summary) ?? seasonNumbered(summary);
  switch (decision) {
    case 'left-out':
      return other('somebody decided so');
    case 'inset':
    case 'closed':
      return { kind: decision };
    case 'term':
      return { kind: 'term', season: named ?? seasonOfDay(middleOf(from, to)) };
    case 'starts':
      return { kind: 'starts', season: named ?? seasonStarting(from) ?? seasonOfDay(from) };
    case 'ends':
      return { kind: 'ends', season: named ?? seasonEnding(from) ?? seasonOfDay(from) };
    case 'half-term':
      return { kind: 'half-term', season: seasonOfHalfTerm(from) };
    case 'holiday': {
      const read = holidayOf(event, LONGEST_CLOSURE_DAYS + 1);
      return read.kind === 'holiday' ? read : { kind: 'holiday', after: seasonBefore(from) };
    }
  }
}

/** An entry with times that lasts less leaves the school open: twilight training, an early end. */
const HALF_A_DAY_HOURS = 4;
export const HALF_TERM_WHOLE = 'Write half term as one entry, from its first closed day (DTSTART) to the day after its last (DTEND).';

function other(why: string | null): EntryKind {
  return { kind: 'other', why };
}

function noEnd(remedy: string): EntryKind {
  return { kind: 'unclear', why: 'has no end (DTEND)', remedy };
}

function holidayOf({ summary, from, to, ends }: IcsEvent, days: number): EntryKind {
  const named = /christmas|xmas|winter|new year/i.test(summary)
    ? 'autumn'
    : /easter/i.test(summary)
      ? 'spring'
      : /summer/i.test(summary)
        ? 'summer'
        : null;
  const half = /\b(?:october|february|whit(?:sun|suntide)?)\b/i.test(summary);
  if (!ends && (named !== null || half || /\b(?:holidays|hols|break)\b/i.test(summary))) {
    return noEnd('Add its end: DTEND is the day after the last day of the holiday.');
  }
  if (named !== null && !(named === 'summer' && seasonOfHalfTerm(from) === 'summer' && days <= LONGEST_HALF_TERM_DAYS)) {
    return { kind: 'holiday', after: named };
  }
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
    why: 'lies where neither a holiday nor a half term can be',
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

/** Where the halves of terms are counted: "Term 1" and "Term 2" are autumn’s, and so are "Autumn 1" and "Autumn 2". */
function seasonNumbered(summary: string): Season | null {
  const ofSeason = /\b(autumn|spring|summer) [12]\b/i.exec(summary)?.[1];
  if (ofSeason !== undefined) return ofSeason.toLowerCase() as Season;
  const number = Number(/\bterm ([1-6])\b/i.exec(summary)?.[1] ?? 0);
  return number === 0 ? null : number <= 2 ? 'autumn' : number <= 4 ? 'spring' : 'summer';
}

function seasonOfDay(day: PlainDate): Season {
  const date = day.slice(5);
  return date < '04-08' ? 'spring' : date < '08-10' ? 'summer' : 'autumn';
}

function seasonBefore(day: PlainDate): Season {
  const date = day.slice(5);
  return date >= '11-15' || date < '02-01' ? 'autumn' : date < '06-15' ? 'spring' : 'summer';
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
