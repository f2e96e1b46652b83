import type { Calendar } from '../domain/time/calendar.ts';
import { addDays, daysBetween, longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { closedRuns } from '../domain/time/days.ts';
import { linesWithin } from './label-lines.ts';
import type { Entry } from './timeline.ts';
import { stepWords } from '../letters/teller.ts';

/** A picture as shapes, each in units of the picture, to be drawn in this order. */
export type Picture = { readonly width: number; readonly height: number; readonly shapes: readonly Shape[] };

export type Shape =
  | { readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill: string }
  | { readonly kind: 'path'; readonly path: string; readonly fill: string; readonly stroke: string; readonly says: string | null }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly anchor: 'start' | 'end';
    };

const LABEL = 290;
const LABEL_SIZE = 13;
/**
 * How much of the room left of the timeline a line of a label may take: fonts other than Arial may be an eighth wider.
 */
const LABEL_ROOM = 240;
const ROW = 24;
const LINE = 15;
const TOP = 70;
const SHOWN_WIDTH = 950;
const DAY_AT_MOST = 8;

const COLOURS = {
  holiday: '#f3f2f1',
  grid: '#b1b4b6',
  bar: '#5694ca',
  words: '#0b0c0c',
  quiet: '#505a5f',
  late: '#d4351c',
  call: '#f47738',
  letter: '#003078',
};

/**
 * The timeline as a picture: a row for each opening of a step, a bar from its opening to its close, a diamond at its due
 * date, and a mark for everything that is sent; the weeks in which the school is closed are grey.
 */
export function pictureOf(programme: Programme, calendar: Calendar, timeline: readonly Entry[]): Picture {
  const first = timeline[0]?.on;
  const last = timeline.reduce<PlainDate | undefined>((latest, { on, dueOn }) => max(max(latest, on), dueOn ?? on), first);
  if (first === undefined || last === undefined) return { width: SHOWN_WIDTH, height: TOP, shapes: [] };
  const days = daysBetween(first, last) + 1;
  const perDay = Math.min(DAY_AT_MOST, (SHOWN_WIDTH - LABEL - 20) / days);
  const x = (date: PlainDate) => round(LABEL + daysBetween(first, date) * perDay);
  const rows = rowsOf(programme, timeline, last);
  const height = TOP + rows.reduce((sum, row) => sum + heightOf(row), 0) + 16;

  const shapes: Shape[] = [];
  for (const { on, to } of holidays(calendar, first, last)) {
    shapes.push({
      kind: 'box',
      x: x(on),
      y: TOP - 14,
      width: round((daysBetween(on, to) + 1) * perDay),
      height: height - TOP + 6,
      fill: COLOURS.holiday,
    });
  }
  for (const month of monthsBetween(first, last)) {
    shapes.push({ kind: 'path', path: `M ${x(month)} ${TOP - 14} V ${height - 8}`, fill: 'none', stroke: COLOURS.grid, says: null });
    shapes.push({ kind: 'text', x: x(month) + 3, y: TOP - 20, text: monthName(month, perDay), size: 12, anchor: 'start' });
  }
  let top = TOP;
  for (const row of rows) {
    shapes.push(...drawRow(row, top, x));
    top += heightOf(row);
  }
  shapes.push(...legend());
  return { width: SHOWN_WIDTH, height, shapes };
}

type Row = {
  readonly label: string;
  /** The label as it stands in the picture: in as many lines as it needs. */
  readonly lines: readonly string[];
  readonly from: PlainDate;
  readonly to: PlainDate;
  readonly dueOn: PlainDate;
  readonly entries: readonly Entry[];
};

function rowsOf(programme: Programme, timeline: readonly Entry[], last: PlainDate): readonly Row[] {
  return timeline.flatMap(({ kind, step, round: nth, on, dueOn }) => {
    if (kind !== 'opens' || step === null || nth === null || dueOn === null) return [];
    const entries = timeline.filter((entry) => entry.step === step && entry.round === nth);
    const closed = entries.find((entry) => entry.kind === 'answer' || entry.kind === 'closed');
    const moved = entries.findLast((entry) => entry.dueOn !== null)?.dueOn ?? dueOn;
    const label = stepWords(programme, { step, round: nth });
    const lines = linesWithin(label.replace(/ (\d+\))$/, '\u00a0$1'), LABEL_SIZE, LABEL_ROOM);
    return [{ label, lines, from: on, to: closed?.on ?? last, dueOn: moved, entries }];
  });
}

function heightOf({ lines }: Row): number {
  return ROW + (lines.length - 1) * LINE;
}

function drawRow(row: Row, top: number, x: (date: PlainDate) => number): readonly Shape[] {
  const { label, lines, from, to, dueOn, entries } = row;
  const middle = top + heightOf(row) / 2;
  const firstLine = middle + 4 - ((lines.length - 1) * LINE) / 2;
  const due = x(dueOn);
  return [
    ...lines.map((text, at): Shape => ({ kind: 'text', x: LABEL - 10, y: firstLine + at * LINE, text, size: LABEL_SIZE, anchor: 'end' })),
    { kind: 'box', x: x(from), y: middle - 5, width: Math.max(3, round(x(to) - x(from))), height: 10, fill: COLOURS.bar },
    ...entries.flatMap(({ on, kind, title }): readonly Shape[] => {
      const at = x(on);
      switch (kind) {
        case 'letter':
          return [mark(`M ${at} ${middle - 8} V ${middle + 8}`, COLOURS.letter, `${longDate(on)}: ${title}`)];
        case 'call':
          return [mark(`M ${at} ${middle - 7} l 6 12 h -12 z`, COLOURS.call, `${longDate(on)}: ${title}`)];
        case 'escalation':
          return [mark(`M ${at - 6} ${middle - 6} h 12 v 12 h -12 z`, COLOURS.late, `${longDate(on)}: ${title}`)];
        default:
          return [];
      }
    }),
    {
      kind: 'path',
      path: `M ${due} ${middle - 7} l 6 7 l -6 7 l -6 -7 z`,
      fill: '#ffffff',
      stroke: COLOURS.words,
      says: `Due on ${longDate(dueOn)}: ${label}`,
    },
  ];
}

function mark(path: string, colour: string, says: string): Shape {
  return { kind: 'path', path, fill: colour, stroke: colour, says };
}

function legend(): readonly Shape[] {
  const y = 22;
  const words = (x: number, text: string): Shape => ({ kind: 'text', x, y: y + 4, text, size: 13, anchor: 'start' });
  return [
    { kind: 'box', x: 10, y: y - 5, width: 30, height: 10, fill: COLOURS.bar },
    words(48, 'open'),
    { kind: 'path', path: `M 110 ${y - 7} l 6 7 l -6 7 l -6 -7 z`, fill: '#ffffff', stroke: COLOURS.words, says: null },
    words(122, 'due'),
    { kind: 'path', path: `M 175 ${y - 8} V ${y + 8}`, fill: COLOURS.letter, stroke: COLOURS.letter, says: null },
    words(183, 'letter'),
    { kind: 'path', path: `M 250 ${y - 7} l 6 12 h -12 z`, fill: COLOURS.call, stroke: COLOURS.call, says: null },
    words(262, 'call task'),
    { kind: 'path', path: `M 342 ${y - 6} h 12 v 12 h -12 z`, fill: COLOURS.late, stroke: COLOURS.late, says: null },
    words(362, 'escalation'),
    { kind: 'box', x: 448, y: y - 8, width: 30, height: 16, fill: COLOURS.holiday },
    words(486, 'the school is closed'),
  ];
}

/** Closed days in a row, whatever closes them, weekends by themselves left out. */
function holidays(calendar: Calendar, first: PlainDate, last: PlainDate): readonly { readonly on: PlainDate; readonly to: PlainDate }[] {
  const joined: { on: PlainDate; to: PlainDate }[] = [];
  for (const { on, to } of closedRuns(calendar, 'school', first, addDays(last, 1))) {
    const before = joined.at(-1);
    if (before !== undefined && addDays(before.to, 1) >= on) before.to = to;
    else joined.push({ on, to });
  }
  return joined.filter(({ on, to }) => daysBetween(on, to) >= 4);
}

function monthsBetween(first: PlainDate, last: PlainDate): readonly PlainDate[] {
  const months: PlainDate[] = [];
  let month = `${first.slice(0, 7)}-01` as PlainDate;
  for (; month <= last; month = `${addDays(month, 31).slice(0, 7)}-01` as PlainDate) if (month >= first) months.push(month);
  return months;
}

/** "November 2022", or "Nov" where there is little room. */
function monthName(month: PlainDate, perDay: number): string {
  const [, name = '', year = ''] = longDate(month).split(' ');
  if (perDay * 30 > 110) return `${name} ${year}`;
  return name === 'January' && perDay * 30 > 60 ? `Jan ${year}` : perDay * 30 > 24 ? name.slice(0, 3) : name.slice(0, 1);
}

function max(one: PlainDate | undefined, other: PlainDate): PlainDate {
  return one !== undefined && one > other ? one : other;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
