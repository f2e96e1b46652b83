import { addDays, daysBetween, parsePlainDate } from '../domain/time/plain-date.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates, Finding } from './finding.ts';
import { readIcsLines } from './ics-lines.ts';
import type { ContentLine } from './ics-lines.ts';
import { repeatedDays } from './ics-repeats.ts';
import { zonesOf } from './ics-zones.ts';
import type { InZone } from './ics-zones.ts';

/** What keeps an entry from being used, should it be needed: it is told only of entries about terms, holidays and closures. */
export type Problem = { readonly line: number; readonly what: string; readonly remedy: string };

/** One entry of a feed: its words and its days, both inclusive, as they are in London. */
export type IcsEvent = {
  /** Where the entry begins in the file, counted from 1. */
  readonly line: number;
  readonly summary: string;
  readonly from: PlainDate;
  readonly to: PlainDate;
  /** Whether the feed says when it ends. */
  readonly ends: boolean;
  /** How long it lasts: 24 for each day of an entry without times. */
  readonly hours: number;
  readonly problem: Problem | null;
};

/** Something that was read in one way and might be read in another: said to whoever imports it. */
export type Note = { readonly line: number; readonly text: string };

/** A feed as it stands, before anything is made of it. */
export type IcsFeed = { readonly events: readonly IcsEvent[]; readonly notes: readonly Note[] };

/**
 * The entries of an iCalendar feed (RFC 5545), each occurrence of a repeated one by itself. An entry that cannot be used (an
 * end before its start, a rule without end, a time zone that nobody knows) comes with its problem, and whoever reads the feed
 * decides whether it matters. An entry with times counts on the days in London that it touches. Of entries with one UID the one
 * with the highest SEQUENCE counts. A cancelled entry is left out, and that is noted. Refused with its line is what is no
 * calendar at all, or one that only takes entries back (METHOD:CANCEL).
 */
export function readIcs(text: string, file: string): Result<IcsFeed, FaultyDates> {
  const read = readIcsLines(text, file);
  if (!read.ok) return read;
  const findings: Finding[] = [];
  const report = (line: number, what: string, remedy: string) => void findings.push({ file, line, column: 1, what, remedy });

  const entries: Entry[] = [];
  const vtimezones: string[] = [];
  const open: { readonly name: string; readonly line: number; readonly lines: ContentLine[] }[] = [];
  let calendars = 0;
  for (const line of read.value) {
    const inZone = open.findIndex(({ name }) => name === 'VTIMEZONE') >= 0;
    if (line.name === 'BEGIN') {
      const name = line.value.trim().toUpperCase();
      if (open.length === 0 && name !== 'VCALENDAR') {
        report(line.number, `BEGIN:${line.value} stands outside BEGIN:VCALENDAR`, 'Take the feed as it is published.');
        return refused(faultyDates(findings));
      }
      if (open.length === 0) calendars += 1;
      if (name === 'VTIMEZONE') vtimezones.push('');
      open.push({ name, line: line.number, lines: [] });
    } else if (line.name === 'END') {
      const name = line.value.trim().toUpperCase();
      const ended = open.pop();
      if (ended === undefined || ended.name !== name) {
        report(
          line.number,
          `END:${line.value} ends what did not begin${ended ? `: ${ended.name} of line ${ended.line} is open` : ''}`,
          'Take the feed as it is published.',
        );
        return refused(faultyDates(findings));
      }
      if (name === 'VEVENT') entries.push({ line: ended.line, lines: ended.lines });
    } else {
      open.at(-1)?.lines.push(line);
      if (line.name === 'METHOD' && open.length === 1 && line.value.trim().toUpperCase() === 'CANCEL') {
        report(
          line.number,
          'This file takes entries back (METHOD:CANCEL); it is no calendar of terms',
          'Take the feed that holds the term dates.',
        );
        return refused(faultyDates(findings));
      }
    }
    if (inZone || vtimezones.at(-1) === '') vtimezones[vtimezones.length - 1] += `${line.raw}\r\n`;
  }
  const unended = open.at(-1);
  if (unended !== undefined) {
    report(unended.line, `BEGIN:${unended.name} has no END: the file breaks off`, 'Download it again; it did not come whole.');
  } else if (calendars === 0) {
    report(1, 'This is no iCalendar feed: BEGIN:VCALENDAR is missing', 'Take the .ics file that is published, not its page.');
  } else if (entries.length === 0) {
    report(1, 'There is no entry (VEVENT) in it', 'Take the feed that holds the term dates.');
  }
  if (findings.length > 0) return refused(faultyDates(findings));

  const notes: Note[] = [];
  const note = (line: number, said: string) => void notes.push({ line, text: said });
  const inZone = zonesOf(vtimezones);
  const events = newestOf(entries, note).flatMap((entry) => eventsOf(entry, inZone, note));
  return ok({ events, notes });
}

type Entry = { readonly line: number; readonly lines: readonly ContentLine[] };
type Noting = (line: number, said: string) => void;

const valueOf = ({ lines }: Entry, name: string): string | undefined => lines.find((line) => line.name === name)?.value.trim();

/** Of entries with one UID, the one with the highest SEQUENCE, and of equal ones the last; a moved occurrence is an entry of its own. */
function newestOf(entries: readonly Entry[], note: Noting): readonly Entry[] {
  const keyOf = (entry: Entry) => {
    const uid = valueOf(entry, 'UID');
    return uid === undefined || uid === '' ? `line ${entry.line}` : `${uid} ${valueOf(entry, 'RECURRENCE-ID') ?? ''}`;
  };
  const sequenceOf = (entry: Entry) => Number(valueOf(entry, 'SEQUENCE') ?? 0) || 0;
  const newest = new Map<string, Entry>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const known = newest.get(key);
    if (known === undefined) newest.set(key, entry);
    else {
      const [kept, dropped] = sequenceOf(entry) >= sequenceOf(known) ? [entry, known] : [known, entry];
      newest.set(key, kept);
      note(dropped.line, `“${summaryOf(dropped)}” is an older version of the entry in line ${kept.line}, and left out.`);
    }
  }
  // An occurrence that was moved no longer stands where its rule puts it.
  const moved = new Map<string, string[]>();
  for (const entry of newest.values()) {
    const at = valueOf(entry, 'RECURRENCE-ID');
    const uid = valueOf(entry, 'UID');
    if (at !== undefined && uid !== undefined) moved.set(uid, [...(moved.get(uid) ?? []), at.slice(0, 8)]);
  }
  return [...newest.values()].map((entry) => {
    const away = valueOf(entry, 'RECURRENCE-ID') === undefined ? moved.get(valueOf(entry, 'UID') ?? '') : undefined;
    return away === undefined ? entry : Object.assign({ ...entry }, { movedAway: away });
  });
}

function summaryOf(entry: Entry): string {
  return unescaped(valueOf(entry, 'SUMMARY') ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}

const RULES = ['RRULE', 'RDATE', 'EXDATE'];

/** The occurrences of an entry; none when it is left out, which is noted. */
function eventsOf(entry: Entry & { readonly movedAway?: readonly string[] }, inZone: InZone, note: Noting): readonly IcsEvent[] {
  const summary = summaryOf(entry);
  const event = eventOf(entry, summary, inZone, note);
  if (event === null) return [];
  const rule = entry.lines.find(({ name }) => RULES.includes(name));
  if (rule === undefined || event.problem !== null) return [event];
  const days = repeatedDays(
    entry.lines.filter(({ name }) => [...RULES, 'DTSTART', 'DTEND', 'DURATION'].includes(name)).map(({ raw }) => raw),
  );
  if (days === null) {
    const problem = {
      line: rule.number,
      what: `“${summary}” repeats without an end (${rule.name})`,
      remedy: 'Write each of its days as an entry of its own: term dates of one year are not those of the next.',
    };
    return [{ ...event, problem }];
  }
  const left = days.filter((day) => !entry.movedAway?.includes(day.replaceAll('-', '')));
  note(rule.number, `“${summary}” repeats, and is read as ${left.length} ${left.length === 1 ? 'entry' : 'entries'}.`);
  const lasts = daysBetween(event.from, event.to);
  // A time that is another day in London is so each time.
  const first = days[0] ?? event.from;
  const shift = daysBetween(first, event.from);
  return left.map((day) => ({ ...event, from: addDays(day, shift), to: addDays(day, shift + lasts) }));
}

/** Null when it is left out, which is noted. */
function eventOf({ line, lines }: Entry, summary: string, inZone: InZone, note: Noting): IcsEvent | null {
  const one = (name: string) => lines.find((candidate) => candidate.name === name);
  const called = summary === '' ? 'The entry' : `“${summary.slice(0, 80)}”`;
  if (one('STATUS')?.value.trim().toUpperCase() === 'CANCELLED') {
    note(line, `${called} is cancelled and left out.`);
    return null;
  }
  if (summary === '') {
    note(line, 'An entry without words (SUMMARY) is left out.');
    return null;
  }
  const unusable = (at: number, what: string, remedy: string): IcsEvent => ({
    line,
    summary,
    from: SOME_DAY,
    to: SOME_DAY,
    ends: true,
    hours: 24,
    problem: { line: at, what, remedy },
  });
  const twice = ['DTSTART', 'DTEND', 'SUMMARY', 'DURATION'].find((name) => lines.filter((candidate) => candidate.name === name).length > 1);
  if (twice !== undefined) return unusable(line, `${called} has ${twice} twice`, 'Remove one of the two.');
  const startLine = one('DTSTART');
  if (startLine === undefined) {
    return unusable(line, `${called} has no beginning (DTSTART)`, 'Add the day on which it begins: DTSTART;VALUE=DATE:20261026.');
  }
  const start = momentOf(startLine, called, inZone);
  if ('what' in start) return unusable(start.line, start.what, start.remedy);
  const endLine = one('DTEND');
  const durationLine = one('DURATION');
  if (endLine !== undefined && durationLine !== undefined) {
    return unusable(durationLine.number, `${called} has an end and a duration`, 'Remove one of the two.');
  }
  const event = { line, summary, from: start.on, problem: null };
  const noteTimes = () => {
    if (start.timed) note(startLine.number, `${called} has times; it counts on the days in London that it touches.`);
  };
  if (endLine !== undefined) {
    const end = momentOf(endLine, called, inZone);
    if ('what' in end) return unusable(end.line, end.what, end.remedy);
    if (end.timed !== start.timed) {
      return unusable(
        endLine.number,
        `${called} begins ${start.timed ? 'at a time' : 'on a day'} and ends ${end.timed ? 'at a time' : 'on a day'}`,
        'Write both as days: ;VALUE=DATE.',
      );
    }
    if (end.atMs < start.atMs) {
      return unusable(endLine.number, `${called} ends before it begins`, 'Correct DTSTART or DTEND; DTEND is the day after the last one.');
    }
    noteTimes();
    if (end.atMs === start.atMs) {
      note(endLine.number, `${called} ends on the day on which it begins; it is read as that one day.`);
      return { ...event, to: start.on, ends: true, hours: 24 };
    }
    const to = end.timed ? londonDate(Math.max(start.atMs, end.atMs - 1)) : addDays(end.on, -1);
    return { ...event, to, ends: true, hours: (end.atMs - start.atMs) / 3_600_000 };
  }
  noteTimes();
  if (durationLine !== undefined) {
    const hours = durationHours(durationLine.value);
    if (hours === null || (!start.timed && hours % 24 !== 0)) {
      return unusable(
        durationLine.number,
        `${called} lasts "${durationLine.value.slice(0, 40)}", which is not a number of days`,
        'Write DTEND, the day after the last one.',
      );
    }
    const to = start.timed ? londonDate(start.atMs + hours * 3_600_000 - 1) : addDays(start.on, hours / 24 - 1);
    return { ...event, to, ends: true, hours };
  }
  return { ...event, to: start.on, ends: false, hours: 24 };
}

/** Stands for the days of an entry that has none which can be read. */
const SOME_DAY = '1970-01-01' as PlainDate;

type Moment = { readonly on: PlainDate; readonly atMs: number; readonly timed: boolean };

const LATEST_YEAR = 2200;

function momentOf(line: ContentLine, called: string, inZone: InZone): Moment | Problem {
  const value = line.value.trim();
  const zone = line.parameters['TZID'];
  const noDay = {
    line: line.number,
    what: `${line.name} of ${called} cannot be "${value.slice(0, 40)}"`,
    remedy: 'Write a day of the calendar as 20261026.',
  };
  const [, year = '', month = '', day = '', time] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6}Z?))?$/.exec(value) ?? [];
  const on = parsePlainDate(`${year}-${month}-${day}`);
  if (on === undefined || Number(year) > LATEST_YEAR || Number(year) < 1970) return noDay;
  // A day is a day, whatever zone stands beside it.
  if (time === undefined) return { on, atMs: londonInstant(on, 0), timed: false };
  const [hour, minute, second] = [time.slice(0, 2), time.slice(2, 4), time.slice(4, 6)].map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 60 || (zone !== undefined && time.endsWith('Z'))) return noDay;
  const atMs = time.endsWith('Z')
    ? Date.UTC(Number(year), Number(month) - 1, Number(day), hour, minute, second)
    : inZone(zone, { on, minute: hour * 60 + minute, second });
  if (atMs === undefined) {
    return {
      line: line.number,
      what: `${called} is in the time zone ${zone?.slice(0, 60)}, which the file does not explain`,
      remedy: 'Write it as days (;VALUE=DATE), or in Europe/London.',
    };
  }
  return { on: londonDate(atMs), atMs, timed: true };
}

/** Hours of "P3D", "P2W", "PT90M" or "P1DT12H"; null for anything else. */
function durationHours(value: string): number | null {
  const [whole, weeks, days, hours, minutes] =
    /^\+?P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?$/.exec(value.trim()) ?? [];
  if (whole === undefined) return null;
  const n = (Number(weeks ?? 0) * 7 + Number(days ?? 0)) * 24 + Number(hours ?? 0) + Number(minutes ?? 0) / 60;
  return n > 0 ? n : null;
}

/** Text with its escapes taken back: `\,` `\;` `\\` and `\n`. */
function unescaped(value: string): string {
  return value.replaceAll(/\\([\\;,nN])/g, (_, escaped: string) => (escaped === 'n' || escaped === 'N' ? '\n' : escaped));
}

/** Each day from the first to the last, both inclusive. */
export function daysOfEvent({ from, to }: Pick<IcsEvent, 'from' | 'to'>): readonly PlainDate[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, n) => addDays(from, n));
}
