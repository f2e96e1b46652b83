import type { NamedDay, Season, Term } from '../domain/time/calendar.ts';
import { termName } from '../domain/time/days.ts';
import { addDays, daysBetween, longDate, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Result } from '../domain/result.ts';
import { checkTerms, termNumber } from './check-terms.ts';
import { faultyDates } from './finding.ts';
import type { FaultyDates, Finding } from './finding.ts';
import { decidedKind, HALF_TERM_WHOLE, kindOf, wouldBeMissed } from './ics-entry-kind.ts';
import type { Decision, EntryKind } from './ics-entry-kind.ts';
import { daysOfEvent, readIcs } from './ics.ts';
import type { IcsEvent, Note } from './ics.ts';

/** How a note begins that somebody should act on, and not only know of. */
export const TO_LOOK_AT = 'To look at:';

/** How one entry of a feed was read. */
export type ReadEntry = {
  readonly line: number;
  readonly summary: string;
  readonly from: PlainDate;
  readonly to: PlainDate;
  /** What it was taken for, as somebody would decide it; null for what is left out without being about school days. */
  readonly as: Decision | null;
  /** In words: "half term", "left out: it speaks of “reports home”". */
  readonly said: string;
  /** Whether somebody decided it, or the reader by its words. */
  readonly decided: boolean;
};

/** The terms that a feed tells, and every reading of it in words, in the order of its lines. */
export type IcsTerms = {
  readonly terms: readonly Term[];
  readonly closures: readonly NamedDay[];
  readonly entries: readonly ReadEntry[];
  readonly notes: readonly Note[];
};

/** A feed that cannot be used, with how its entries were read as far as they could be, so that somebody can decide about them. */
export type FaultyFeed = FaultyDates & { readonly entries?: readonly ReadEntry[] };

/**
 * The terms of one local authority or school from the iCalendar feed that it publishes. Terms may be told as terms, by their
 * first and last days, in halves, or by the holidays between them. A term that is stated, or that is stated by its halves, is
 * never moved by anything else; what does not fit it is noted. INSET days and other closed days become closures. Bank holidays
 * are left out, for they come from GOV.UK; so is what no school day depends on. How each entry was read is told. `decided` says
 * of entries, by their lines, what they are, where their words were read wrongly. Refused with every fault and its line, and when
 * no whole term can be made of it.
 */
export function readIcsTerms(text: string, file: string, decided: ReadonlyMap<number, Decision> = new Map()): Result<IcsTerms, FaultyFeed> {
  const feed = readIcs(text, file);
  if (!feed.ok) return feed;
  const findings: Finding[] = [];
  const notes: Note[] = [...feed.value.notes];
  const entries: ReadEntry[] = [];
  const report = (line: number, what: string, remedy: string) => void findings.push({ file, line, column: 1, what, remedy });
  const note = (line: number, said: string) => void notes.push({ line, text: said });

  const told = new Map<number, ToldTerm>();
  const ofTerm = (season: Season, year: number) => {
    const number = termNumber({ season, year });
    const known = told.get(number) ?? { season, year, segments: [], starts: [], ends: [], halfTerms: [], before: [], after: [] };
    told.set(number, known);
    return known;
  };
  const closed: ClosedDays[] = [];
  const edgesOfHalfTerms: IcsEvent[] = [];
  const seen = new Set<string>();
  for (const event of feed.value.events) {
    const key = `${event.summary.toLowerCase()} ${event.from} ${event.to}`;
    if (event.problem === null && seen.has(key)) {
      note(event.line, `“${event.summary}” on ${longDate(event.from)} is there again, and counts once.`);
      continue;
    }
    seen.add(key);
    const decision = decided.get(event.line);
    if (event.problem !== null) {
      const { line, what, remedy } = event.problem;
      if (decision === undefined ? wouldBeMissed(event.summary) : decision !== 'left-out') report(line, what, remedy);
      else note(event.line, `“${event.summary}” is not about school days, and left out.`);
      continue;
    }
    const kind = decision === undefined ? kindOf(event) : decidedKind(decision, event);
    const year = Number(event.from.slice(0, 4));
    entries.push({
      ...{ line: event.line, summary: event.summary, from: event.from, to: event.to },
      as: decisionOf(kind),
      said: inWords(kind),
      decided: decision !== undefined,
    });
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
        closed.push({ event, name: 'INSET day' });
        break;
      case 'closed':
        closed.push({ event, name: event.summary.slice(0, 80) });
        break;
      case 'unclear':
        report(event.line, `“${event.summary}” ${kind.why}`, kind.remedy);
        break;
      case 'half-term-edge':
        edgesOfHalfTerms.push(event);
        break;
      case 'bank-holiday':
      case 'other':
        break;
      default:
        kind satisfies never;
    }
  }

  const halfTerms = [...told.values()].flatMap((term) => term.halfTerms);
  for (const edge of edgesOfHalfTerms) {
    if (isBesideHalfTerm(edge, true, halfTerms) || isBesideHalfTerm(edge, false, halfTerms)) continue;
    report(edge.line, `“${edge.summary}” tells an end of half term, and not which days it lasts`, HALF_TERM_WHOLE);
  }

  const placed: PlacedTerm[] = [];
  for (const [, term] of [...told].toSorted(([a], [b]) => a - b)) {
    const found = placeTerm(term, report, note);
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
  if (findings.length > 0) return refused({ ...faultyDates(findings), entries });
  return ok({ terms, closures: closuresOf(closed, terms, note), entries, notes: notes.toSorted((a, b) => a.line - b.line) });
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
type Noting = (line: number, said: string) => void;
/** Days on which the schools are closed inside a term, and why. */
type ClosedDays = { readonly event: IcsEvent; readonly name: string };

/** A term with its days; null when what is said of it contradicts itself, which is reported. */
function placeTerm(
  told: ToldTerm,
  report: Report,
  note: Noting,
): PlacedTerm | { readonly missing: 'first' | 'last'; readonly line: number } | null {
  const name = termName(told);
  const parts = partsOf(told, name, report);
  if (parts === null) return null;
  const before = only(told.before, `the holiday before ${name}`, report, note);
  const after = only(told.after, `the holiday after ${name}`, report, note);
  const half = only(told.halfTerms, `the half term of ${name}`, report, note);
  if (before === 'several' || after === 'several' || half === 'several') return null;

  const starts = parts[0]?.starts ?? (before && { on: weekdayFrom(addDays(before.to, 1), 1), line: before.line });
  const ends = parts.at(-1)?.ends ?? (after && { on: weekdayFrom(addDays(after.from, -1), -1), line: after.line });
  const line = Math.min(
    ...[...told.segments, ...told.starts, ...told.ends, ...told.halfTerms, ...told.before, ...told.after].map((event) => event.line),
  );
  if (!starts) return { missing: 'first', line };
  if (!ends) return { missing: 'last', line };
  if (told.segments.length > 0) noteWhatDoesNotFit(told, name, parts, note);
  for (const holiday of [before, after]) {
    if (holiday && holiday.from <= ends.on && starts.on <= holiday.to) {
      report(
        holiday.line,
        `“${holiday.summary}” lies in ${name}, which lasts from ${starts.on} to ${ends.on}`,
        `Correct the holiday, or the term in line ${holiday === before ? starts.line : ends.line}.`,
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

/** A term whole or in its halves, as far as it is told by itself; null when what is said of it contradicts itself, which is reported. */
function partsOf(told: ToldTerm, name: string, report: Report): readonly Part[] | null {
  if (told.segments.length > 0) return statedParts(told.segments, name, report);
  const parts = partsBetween(told);
  if (parts !== null && parts.length <= 2) return parts;
  const { line } = told.starts[1] ?? told.ends[1] ?? { line: 1 };
  report(line, `${name} is told in parts that do not follow each other`, 'Tell each term once, or in two halves with half term between.');
  return null;
}

/** The parts of a term that is stated: once, in two halves, or as a whole and in halves that fill it. */
function statedParts(segments: readonly IcsEvent[], name: string, report: Report): readonly Part[] | null {
  const [whole, ...inside] = segments.toSorted((a, b) => daysBetween(b.from, b.to) - daysBetween(a.from, a.to) || a.line - b.line);
  const inOrder = (of: readonly IcsEvent[]) => of.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const partOf = ({ from, to, line }: IcsEvent): Part => ({
    starts: { on: weekdayFrom(from, 1), line },
    ends: { on: weekdayFrom(to, -1), line },
  });
  if (whole === undefined) return [];
  const [first, second] = inOrder(inside);
  if (first === undefined) return [partOf(whole)];
  if (second === undefined) {
    const [earlier, later] = inOrder(segments) as [IcsEvent, IcsEvent];
    if (earlier.to < later.from) return [partOf(earlier), partOf(later)];
  } else if (inside.length === 2 && first.to < second.from) {
    const fills = weekdayFrom(first.from, 1) === weekdayFrom(whole.from, 1) && weekdayFrom(second.to, -1) === weekdayFrom(whole.to, -1);
    if (fills) return [partOf(first), partOf(second)];
  }
  const odd = inside.toSorted((a, b) => a.line - b.line).find(({ line }) => line !== whole.line) ?? whole;
  report(
    Math.max(odd.line, whole.line),
    `${name} is stated twice: ${daysInWords(whole)} in line ${whole.line}, and “${odd.summary}”, ${daysInWords(odd)}, in line ${odd.line}`,
    'Say which of the two counts: leave the other one out.',
  );
  return null;
}

/** Parts from first and last days; null when these do not alternate. The days around half term are parts of their own. */
function partsBetween({ starts, ends, halfTerms }: ToldTerm): readonly Part[] | null {
  const edges = [...starts.map((event) => ({ event, begins: true })), ...ends.map((event) => ({ event, begins: false }))].toSorted(
    (a, b) => (a.event.from < b.event.from ? -1 : a.event.from > b.event.from ? 1 : a.begins ? -1 : 1),
  );
  const parts: { starts?: Day; ends?: Day }[] = [];
  for (const { event, begins } of edges) {
    if (halfTerms.length > 0 && isBesideHalfTerm(event, begins, halfTerms)) continue;
    const day = { on: event.from, line: event.line };
    const last = parts.at(-1);
    if (begins) {
      if (last?.starts?.on === day.on) continue;
      if (last && !last.ends) return null;
      parts.push({ starts: day });
    } else if (last && !last.ends) last.ends = day;
    else if (last?.ends?.on === day.on) continue;
    else if (last) return null;
    else parts.push({ ends: day });
  }
  return parts;
}

/** The weekend before half term lies between the last day of lessons and its first closed day, and another one after it. */
const AROUND_HALF_TERM_DAYS = 4;

/** "Last day of term" on the Friday before half term ends no term, nor does "School starts" on the Monday after begin one. */
function isBesideHalfTerm({ from }: IcsEvent, begins: boolean, halfTerms: readonly IcsEvent[]): boolean {
  return halfTerms.some((half) => {
    const apart = begins ? daysBetween(half.to, from) : daysBetween(from, half.from);
    return apart > 0 && apart <= AROUND_HALF_TERM_DAYS;
  });
}

/** What is said of a stated term besides and does not fit it: the term stays as it is stated, and somebody should look. */
function noteWhatDoesNotFit({ starts, ends, halfTerms }: ToldTerm, name: string, parts: readonly Part[], note: Noting): void {
  const stated = `${name} stays as it is stated in line ${parts[0]?.starts?.line ?? 1}`;
  const firsts = parts.flatMap((part) => part.starts?.on ?? []);
  const lasts = parts.flatMap((part) => part.ends?.on ?? []);
  for (const [events, days, begins] of [
    [starts, firsts, true],
    [ends, lasts, false],
  ] as const) {
    for (const event of events) {
      if (days.includes(event.from) || isBesideHalfTerm(event, begins, halfTerms)) continue;
      note(event.line, `${TO_LOOK_AT} “${event.summary}” on ${longDate(event.from)} does not fit. ${stated}.`);
    }
  }
}

/** One holiday from its pieces, where these touch or overlap; "several" when they do not, which is reported. */
function only(events: readonly IcsEvent[], what: string, report: Report, note: Noting): IcsEvent | undefined | 'several' {
  const [first, ...more] = events.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.line - b.line));
  let joined = first;
  for (const piece of more) {
    if (joined === undefined) break;
    if (weekdayFrom(addDays(joined.to, 1), 1) < piece.from) {
      const [earlier, later] = [joined, piece].toSorted((a, b) => a.line - b.line) as [IcsEvent, IcsEvent];
      report(
        later.line,
        `${what} is told twice: ${daysInWords(earlier)} in line ${earlier.line}, and ${daysInWords(later)} here`,
        'Say which of the two counts, or write both as one entry.',
      );
      return 'several';
    }
    const to = piece.to > joined.to ? piece.to : joined.to;
    note(piece.line, `${capital(what)} is told in pieces, which are read as one: ${daysInWords({ from: joined.from, to })}.`);
    joined = { ...joined, to };
  }
  return joined;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** The day itself, or the nearest weekday in a direction: feeds let holidays begin on Saturdays. */
function weekdayFrom(day: PlainDate, step: 1 | -1): PlainDate {
  return weekday(day) > 5 ? weekdayFrom(addDays(day, step), step) : day;
}

function closuresOf(closed: readonly ClosedDays[], terms: readonly Term[], note: Noting): readonly NamedDay[] {
  const days = new Map<PlainDate, string>();
  for (const { event, name } of closed) {
    const weekdays = daysOfEvent(event).filter((day) => weekday(day) <= 5);
    const inTerm = weekdays.filter((day) => terms.some(({ startsOn, endsOn }) => startsOn <= day && day <= endsOn));
    if (inTerm.length < weekdays.length)
      note(event.line, `“${event.summary}” lies outside the terms in part or whole; those days are closed already.`);
    for (const day of inTerm) if (!days.has(day)) days.set(day, name);
  }
  return [...days].map(([on, name]) => ({ on, name })).toSorted((a, b) => (a.on < b.on ? -1 : 1));
}

/** What somebody would have to decide for an entry to be read as it was; null for what is not about school days. */
function decisionOf(kind: EntryKind): Decision | null {
  switch (kind.kind) {
    case 'bank-holiday':
    case 'other':
      return null;
    case 'unclear':
    case 'half-term-edge':
      return 'left-out';
    default:
      return kind.kind;
  }
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
      return kind.why === null ? 'not about school days, left out' : `not about school days, left out: ${kind.why}`;
    case 'half-term-edge':
      return 'a day beside half term, left out';
    case 'unclear':
      return 'not clear';
    default:
      return kind satisfies never;
  }
}
