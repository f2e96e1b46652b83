import type { NamedDay, Season, Term } from '../domain/time/calendar.ts';
import { termName } from '../domain/time/days.ts';
import { addDays, longDate, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { checkTerms, termNumber } from './check-terms.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates, Finding } from './finding.ts';
import { kindOf } from './ics-entry-kind.ts';
import type { EntryKind } from './ics-entry-kind.ts';
import { daysOfEvent, readIcs } from './ics.ts';
import type { IcsEvent, Note } from './ics.ts';

/** The terms that a feed tells, and every reading of it in words, in the order of its lines. */
export type IcsTerms = { readonly terms: readonly Term[]; readonly closures: readonly NamedDay[]; readonly notes: readonly Note[] };

/**
 * The terms of one local authority from the iCalendar feed that it publishes. Terms may be told as terms, by their first
 * and last days, in halves, or by the holidays between them. INSET days and other closed days become closures. Bank
 * holidays are left out, for they come from GOV.UK; so is what no school day depends on. How each entry was read is noted.
 * Refused with every fault and its line, and when no whole term can be made of it.
 */
export function readIcsTerms(text: string, file: string): Result<IcsTerms, FaultyDates> {
  const feed = readIcs(text, file);
  if (!feed.ok) return feed;
  const findings: Finding[] = [];
  const notes: Note[] = [...feed.value.notes];
  const report = (line: number, what: string, remedy: string) => void findings.push({ file, line, column: 1, what, remedy });
  const note = (line: number, said: string) => void notes.push({ line, text: said });

  const told = new Map<number, ToldTerm>();
  const ofTerm = (season: Season, year: number) => {
    const number = termNumber({ season, year });
    const known = told.get(number) ?? { season, year, segments: [], starts: [], ends: [], halfTerms: [], before: [], after: [] };
    told.set(number, known);
    return known;
  };
  const closed: IcsEvent[] = [];
  const seen = new Set<string>();
  for (const event of feed.value.events) {
    const key = `${event.summary.toLowerCase()} ${event.from} ${event.to}`;
    if (seen.has(key)) {
      note(event.line, `“${event.summary}” on ${longDate(event.from)} is there again, and counts once.`);
      continue;
    }
    seen.add(key);
    const kind = kindOf(event);
    const year = Number(event.from.slice(0, 4));
    note(event.line, `“${event.summary}”, ${daysInWords(event)}: ${inWords(kind)}.`);
    switch (kind.kind) {
      case 'term':
      case 'starts':
      case 'ends':
      case 'half-term': {
        if (kind.season === null) {
          report(event.line, `“${event.summary}” does not say of which term`, 'Name the term in its words: “Autumn term starts”.');
          break;
        }
        const term = ofTerm(kind.season, year);
        ({ term: term.segments, starts: term.starts, ends: term.ends, 'half-term': term.halfTerms })[kind.kind].push(event);
        break;
      }
      case 'holiday': {
        const ended = kind.after === 'autumn' && event.from.slice(5) < '03' ? year - 1 : year;
        ofTerm(kind.after, ended).after.push(event);
        const next = ({ autumn: 'spring', spring: 'summer', summer: 'autumn' } as const)[kind.after];
        ofTerm(next, kind.after === 'autumn' ? ended + 1 : ended).before.push(event);
        break;
      }
      case 'inset':
      case 'closed':
        closed.push(event);
        break;
      case 'unclear':
        report(event.line, `“${event.summary}” ${kind.why}`, kind.remedy);
        break;
      case 'bank-holiday':
      case 'other':
        break;
      default:
        kind satisfies never;
    }
  }

  const placed: PlacedTerm[] = [];
  for (const [, term] of [...told].toSorted(([a], [b]) => a - b)) {
    const found = placeTerm(term, report);
    if (found === null) continue;
    if ('missing' in found) {
      // A holiday at the end of the feed tells of the term after it only that it begins.
      if (term.segments.length + term.starts.length + term.ends.length + term.halfTerms.length > 0) {
        note(found.line, `${termName(term)} is left out, half term and all: the feed does not tell its ${found.missing} day.`);
      }
    } else placed.push(found);
  }
  const terms = placed.map(({ term }) => term);
  checkTerms(terms, ([at, key], what, remedy) => {
    const lines = placed[Number(at)]?.lines;
    report((key === 'ends' ? lines?.ends : key === 'halfTerm' ? lines?.halfTerm : lines?.starts) ?? 1, what, remedy);
  });
  if (terms.length === 0 && findings.length === 0) {
    const [half] = [...told.values()].flatMap(({ halfTerms }) => halfTerms);
    if (half) {
      report(
        half.line,
        'There are half terms in it, and no whole term: when the terms begin and end is not told',
        'Ask the authority for the feed with the terms or holidays, or write the terms as YAML.',
      );
    } else {
      report(1, 'There is no whole term in it', 'Take the feed that holds the term dates, or write the terms as YAML.');
    }
  }
  if (findings.length > 0) return refused(faultyDates(findings));
  return ok({ terms, closures: closuresOf(closed, terms, note), notes: notes.toSorted((a, b) => a.line - b.line) });
}

/** All that a feed says of one term. */
type ToldTerm = {
  readonly season: Season;
  readonly year: number;
  /** Entries that last as long as the term, or half of it. */
  readonly segments: IcsEvent[];
  readonly starts: IcsEvent[];
  readonly ends: IcsEvent[];
  readonly halfTerms: IcsEvent[];
  /** The holidays before and after it. */
  readonly before: IcsEvent[];
  readonly after: IcsEvent[];
};

type Day = { readonly on: PlainDate; readonly line: number };
type PlacedTerm = { readonly term: Term; readonly lines: { readonly starts: number; readonly ends: number; readonly halfTerm: number } };
type Report = (line: number, what: string, remedy: string) => void;

/** A term with its days; null when what is said of it contradicts itself, which is reported. */
function placeTerm(told: ToldTerm, report: Report): PlacedTerm | { readonly missing: 'first' | 'last'; readonly line: number } | null {
  const name = termName(told);
  const parts = partsOf(told);
  if (parts === null || parts.length > 2) {
    const { line } = told.segments[2] ?? told.starts[1] ?? told.ends[1] ?? { line: 1 };
    report(line, `${name} is told in parts that do not follow each other`, 'Tell each term once, or in two halves with half term between.');
    return null;
  }
  const before = only(told.before, `the holiday before ${name}`, report);
  const after = only(told.after, `the holiday after ${name}`, report);
  const half = only(told.halfTerms, `the half term of ${name}`, report);
  if (before === 'several' || after === 'several' || half === 'several') return null;

  const starts = parts[0]?.starts ?? (before && { on: weekdayFrom(addDays(before.to, 1), 1), line: before.line });
  const ends = parts.at(-1)?.ends ?? (after && { on: weekdayFrom(addDays(after.from, -1), -1), line: after.line });
  const line = Math.min(
    ...[...told.segments, ...told.starts, ...told.ends, ...told.halfTerms, ...told.before, ...told.after].map((event) => event.line),
  );
  if (!starts) return { missing: 'first', line };
  if (!ends) return { missing: 'last', line };
  for (const holiday of [before, after]) {
    if (holiday && holiday.from <= ends.on && starts.on <= holiday.to) {
      report(
        holiday.line,
        `“${holiday.summary}” lies in ${name}, which lasts from ${starts.on} to ${ends.on}`,
        `Mend the holiday, or the term in line ${holiday === before ? starts.line : ends.line}.`,
      );
      return null;
    }
  }
  const [first, second] = parts;
  const gap =
    first?.ends && second?.starts ? { from: addDays(first.ends.on, 1), to: addDays(second.starts.on, -1), line: second.starts.line } : null;
  const broken = half ?? (gap && gap.from <= gap.to ? gap : null);
  return {
    term: {
      season: told.season,
      year: told.year,
      startsOn: starts.on,
      endsOn: ends.on,
      ...(broken ? { halfTerm: { startsOn: broken.from, endsOn: broken.to } } : {}),
    },
    lines: { starts: starts.line, ends: ends.line, halfTerm: broken?.line ?? 1 },
  };
}

type Part = { readonly starts?: Day; readonly ends?: Day };

/** A term whole or in its halves, as far as it is told by itself; null when first and last days do not alternate. */
function partsOf({ segments, starts, ends }: ToldTerm): readonly Part[] | null {
  const byDay = (a: IcsEvent, b: IcsEvent) => (a.from < b.from ? -1 : 1);
  if (segments.length > 0) {
    return segments
      .toSorted(byDay)
      .map(({ from, to, line }) => ({ starts: { on: weekdayFrom(from, 1), line }, ends: { on: weekdayFrom(to, -1), line } }));
  }
  const edges = [...starts.map((event) => ({ event, begins: true })), ...ends.map((event) => ({ event, begins: false }))].toSorted((a, b) =>
    byDay(a.event, b.event),
  );
  const parts: { starts?: Day; ends?: Day }[] = [];
  for (const { event, begins } of edges) {
    const day = { on: event.from, line: event.line };
    const last = parts.at(-1);
    if (begins) {
      if (last && !last.ends) return null;
      parts.push({ starts: day });
    } else if (last && !last.ends) last.ends = day;
    else if (last) return null;
    else parts.push({ ends: day });
  }
  return parts;
}

function only(events: readonly IcsEvent[], what: string, report: Report): IcsEvent | undefined | 'several' {
  const [first, second] = events.toSorted((a, b) => a.line - b.line);
  if (first === undefined || second === undefined) return first;
  report(
    second.line,
    `${what} is told twice: ${daysInWords(first)} in line ${first.line}, and ${daysInWords(second)} here`,
    'Remove the wrong one, or write both as one entry.',
  );
  return 'several';
}

/** The day itself, or the nearest weekday in a direction: feeds let holidays begin on Saturdays. */
function weekdayFrom(day: PlainDate, step: 1 | -1): PlainDate {
  return weekday(day) > 5 ? weekdayFrom(addDays(day, step), step) : day;
}

function closuresOf(closed: readonly IcsEvent[], terms: readonly Term[], note: (line: number, said: string) => void): readonly NamedDay[] {
  const days = new Map<PlainDate, string>();
  for (const event of closed) {
    const weekdays = daysOfEvent(event).filter((day) => weekday(day) <= 5);
    const inTerm = weekdays.filter((day) => terms.some(({ startsOn, endsOn }) => startsOn <= day && day <= endsOn));
    if (inTerm.length < weekdays.length)
      note(event.line, `“${event.summary}” lies outside the terms in part or whole; those days are closed already.`);
    for (const day of inTerm) if (!days.has(day)) days.set(day, kindOf(event).kind === 'inset' ? 'INSET day' : event.summary.slice(0, 80));
  }
  return [...days].map(([on, name]) => ({ on, name })).toSorted((a, b) => (a.on < b.on ? -1 : 1));
}

function daysInWords({ from, to }: Pick<IcsEvent, 'from' | 'to'>): string {
  return from === to ? longDate(from) : `${longDate(from)} to ${longDate(to)}`;
}

function inWords(kind: EntryKind): string {
  switch (kind.kind) {
    case 'term':
      return 'a term or half of one';
    case 'starts':
      return 'the first day of a term';
    case 'ends':
      return 'the last day of a term';
    case 'half-term':
      return 'half term';
    case 'holiday':
      return `the holiday after the ${kind.after} term`;
    case 'inset':
      return 'INSET, closed to pupils';
    case 'closed':
      return 'closed';
    case 'bank-holiday':
      return 'a bank holiday, left out: those come from GOV.UK';
    case 'other':
      return 'not about school days, left out';
    case 'unclear':
      return 'not clear';
    default:
      return kind satisfies never;
  }
}
