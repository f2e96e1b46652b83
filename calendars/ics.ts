import { addDays, daysBetween, parsePlainDate } from '../domain/time/plain-date.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates, Finding } from './finding.ts';
import { readIcsLines } from './ics-lines.ts';
import type { ContentLine } from './ics-lines.ts';

/** One entry of a feed: its words and its days, both inclusive, as they are in London. */
export type IcsEvent = {
  /** Where the entry begins in the file, counted from 1. */
  readonly line: number;
  readonly summary: string;
  readonly from: PlainDate;
  readonly to: PlainDate;
  /** Whether the feed says when it ends. */
  readonly ends: boolean;
};

/** Something that was read in one way and might be read in another: said to whoever imports it. */
export type Note = { readonly line: number; readonly text: string };

/** A feed as it stands, before anything is made of it. */
export type IcsFeed = { readonly events: readonly IcsEvent[]; readonly notes: readonly Note[] };

/**
 * The entries of an iCalendar feed (RFC 5545). What a calendar of school days has no use for is refused with its line:
 * an entry that repeats, a time zone other than London's, an end before its start. An entry with times counts on the days
 * in London that it touches, a cancelled one is left out, and both are noted.
 */
export function readIcs(text: string, file: string): Result<IcsFeed, FaultyDates> {
  const read = readIcsLines(text, file);
  if (!read.ok) return read;
  const findings: Finding[] = [];
  const notes: Note[] = [];
  const events: IcsEvent[] = [];
  const report = (line: number, what: string, remedy: string) => void findings.push({ file, line, column: 1, what, remedy });
  const note = (line: number, said: string) => void notes.push({ line, text: said });

  const open: { readonly name: string; readonly line: number; readonly lines: ContentLine[] }[] = [];
  let calendars = 0;
  for (const line of read.value) {
    if (line.name === 'BEGIN') {
      const name = line.value.trim().toUpperCase();
      if (open.length === 0 && name !== 'VCALENDAR') {
        report(line.number, `BEGIN:${line.value} stands outside BEGIN:VCALENDAR`, 'Take the feed as the authority publishes it.');
        return refused(faultyDates(findings));
      }
      if (open.length === 0) calendars += 1;
      open.push({ name, line: line.number, lines: [] });
    } else if (line.name === 'END') {
      const name = line.value.trim().toUpperCase();
      const ended = open.pop();
      if (ended === undefined || ended.name !== name) {
        report(
          line.number,
          `END:${line.value} ends what did not begin${ended ? `: ${ended.name} of line ${ended.line} is open` : ''}`,
          'Take the feed as the authority publishes it.',
        );
        return refused(faultyDates(findings));
      }
      if (name !== 'VEVENT') continue;
      const event = eventOf(ended.line, ended.lines, report, note);
      if (event !== null) events.push(event);
    } else {
      open.at(-1)?.lines.push(line);
    }
  }
  const unended = open.at(-1);
  if (unended !== undefined) {
    report(unended.line, `BEGIN:${unended.name} has no END: the file breaks off`, 'Download it again; it did not come whole.');
  } else if (calendars === 0) {
    report(1, 'This is no iCalendar feed: BEGIN:VCALENDAR is missing', 'Take the .ics file that the authority publishes, not its page.');
  } else if (events.length === 0 && findings.length === 0) {
    report(1, 'There is no entry (VEVENT) in it', 'Take the feed that holds the term dates.');
  }
  return findings.length > 0 ? refused(faultyDates(findings)) : ok({ events, notes });
}

type Report = (line: number, what: string, remedy: string) => void;
type Noting = (line: number, said: string) => void;

const REPEATS = ['RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'];

/** Null when it is left out or cannot be used; which of the two is told. */
function eventOf(line: number, lines: readonly ContentLine[], report: Report, note: Noting): IcsEvent | null {
  const one = (name: string) => lines.find((candidate) => candidate.name === name);
  const summary = unescaped(one('SUMMARY')?.value ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const called = summary === '' ? 'The entry' : `“${summary.slice(0, 80)}”`;
  if (one('STATUS')?.value.trim().toUpperCase() === 'CANCELLED') {
    note(line, `${called} is cancelled and left out.`);
    return null;
  }
  const twice = ['DTSTART', 'DTEND', 'SUMMARY', 'DURATION'].find((name) => lines.filter((candidate) => candidate.name === name).length > 1);
  if (twice !== undefined) {
    report(line, `${called} has ${twice} twice`, 'Remove one of the two.');
    return null;
  }
  const repeats = lines.find(({ name }) => REPEATS.includes(name));
  if (repeats !== undefined) {
    report(
      repeats.number,
      `${called} repeats (${repeats.name})`,
      'Write each of its days as an entry of its own: term dates of one year are not those of the next.',
    );
    return null;
  }
  const startLine = one('DTSTART');
  if (startLine === undefined) {
    report(line, `${called} has no beginning (DTSTART)`, 'Add the day on which it begins: DTSTART;VALUE=DATE:20261026.');
    return null;
  }
  const start = momentOf(startLine, called, report);
  if (start === null) return null;
  const endLine = one('DTEND');
  const durationLine = one('DURATION');
  if (endLine !== undefined && durationLine !== undefined) {
    report(durationLine.number, `${called} has an end and a duration`, 'Remove one of the two.');
    return null;
  }
  if (summary === '') note(line, `An entry without words (SUMMARY) on ${start.on} is left out.`);
  if (start.timed) note(startLine.number, `${called} has times; it counts on the days in London that it touches.`);
  if (endLine !== undefined) {
    const end = momentOf(endLine, called, report);
    if (end === null) return null;
    const to = end.timed ? londonDate(Math.max(start.atMs, end.atMs - 1)) : addDays(end.on, -1);
    if (end.timed !== start.timed) {
      report(
        endLine.number,
        `${called} begins ${start.timed ? 'at a time' : 'on a day'} and ends ${end.timed ? 'at a time' : 'on a day'}`,
        'Write both as days: ;VALUE=DATE.',
      );
      return null;
    }
    if (end.atMs < start.atMs) {
      report(endLine.number, `${called} ends before it begins`, 'Mend DTSTART or DTEND; DTEND is the day after the last one.');
      return null;
    }
    if (end.atMs === start.atMs) {
      note(endLine.number, `${called} ends on the day on which it begins; it is read as that one day.`);
      return summary === '' ? null : { line, summary, from: start.on, to: start.on, ends: true };
    }
    return summary === '' ? null : { line, summary, from: start.on, to, ends: true };
  }
  if (durationLine !== undefined) {
    const days = durationDays(durationLine.value);
    if (days === null) {
      report(
        durationLine.number,
        `${called} lasts "${durationLine.value.slice(0, 40)}", which is not a number of days`,
        'Write DTEND, the day after the last one.',
      );
      return null;
    }
    return summary === '' ? null : { line, summary, from: start.on, to: addDays(start.on, days - 1), ends: true };
  }
  return summary === '' ? null : { line, summary, from: start.on, to: start.on, ends: false };
}

type Moment = { readonly on: PlainDate; readonly atMs: number; readonly timed: boolean };

/** How calendars of different makers call London's time. */
const LONDON = /(?:^|\/)Europe\/(?:London|Belfast)$|^GMT Standard Time$|^GB$/i;
const LATEST_YEAR = 2200;

function momentOf(line: ContentLine, called: string, report: Report): Moment | null {
  const value = line.value.trim();
  const zone = line.parameters['TZID'];
  const [, year = '', month = '', day = '', time] = /^(\d{4})(\d{2})(\d{2})(?:T(\d{6}Z?))?$/.exec(value) ?? [];
  const on = parsePlainDate(`${year}-${month}-${day}`);
  if (on === undefined || Number(year) > LATEST_YEAR || Number(year) < 1970) {
    report(line.number, `${line.name} of ${called} cannot be "${value.slice(0, 40)}"`, 'Write a day of the calendar as 20261026.');
    return null;
  }
  if (time === undefined) {
    if (zone !== undefined && !LONDON.test(zone)) return foreign(line, called, zone, report);
    return { on, atMs: londonInstant(on, 0), timed: false };
  }
  if (zone !== undefined && !LONDON.test(zone)) return foreign(line, called, zone, report);
  const [hour, minute, second] = [time.slice(0, 2), time.slice(2, 4), time.slice(4, 6)].map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 60 || (zone !== undefined && time.endsWith('Z'))) {
    report(line.number, `${line.name} of ${called} cannot be "${value}"`, 'Write a day of the calendar as 20261026.');
    return null;
  }
  const atMs = time.endsWith('Z')
    ? Date.UTC(Number(year), Number(month) - 1, Number(day), hour, minute, second)
    : londonInstant(on, hour * 60 + minute) + second * 1_000;
  return { on: londonDate(atMs), atMs, timed: true };
}

function foreign(line: ContentLine, called: string, zone: string, report: Report): null {
  report(
    line.number,
    `${called} is in the time zone ${zone.slice(0, 60)}; school days are days in London`,
    'Write it as days (;VALUE=DATE), or in Europe/London.',
  );
  return null;
}

/** Days of "P3D" or "P2W"; null for anything else. */
function durationDays(value: string): number | null {
  const [, weeks, days] = /^\+?P(?:(\d{1,3})W|(\d{1,3})D)$/.exec(value.trim()) ?? [];
  const n = weeks === undefined ? Number(days ?? 0) : Number(weeks) * 7;
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
