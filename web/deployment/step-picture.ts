import type { Chronology, StepRecord } from '../../domain/chronology/state.ts';
import { stepTitle } from '../../desk/standing-words.ts';
import { sameStep } from '../../domain/chronology/step-refs.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, daysBetween, longDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';

/** One opening of a step with its dates, for the table beside the picture. */
export type StepDates = {
  readonly title: string;
  readonly openedOn: PlainDate;
  readonly dueOn: PlainDate;
  /** Null where the due date never moved. */
  readonly originalDueOn: PlainDate | null;
  /** First paused day, and the first day that counts again; null while it is paused. */
  readonly pauses: readonly { readonly from: PlainDate; readonly to: PlainDate | null }[];
  readonly closedOn: PlainDate | null;
  /** How it closed. Null while it is open. */
  readonly closedAs: 'answered' | 'closed' | null;
};

/**
 * Every opening of every step in the order of opening. A step opened on 8 October, due on 15 October, paused from 9 to 11 October
 * and due on 18 October since: `dueOn` 18, `originalDueOn` 15, one pause from 9 to 12 October, the first day that counts again.
 */
export function stepDates(chronology: Chronology, originals: ReadonlyMap<string, PlainDate>): readonly StepDates[] {
  return chronology.steps.map((record) => {
    const { state } = record;
    const original = originals.get(`${record.step}/${record.round}`) ?? record.dueOn;
    const closedOn = state.kind === 'open' ? null : londonDate(Date.parse(state.at));
    return {
      title: stepTitle(chronology, record),
      openedOn: record.openedOn,
      dueOn: record.dueOn,
      originalDueOn: original === record.dueOn ? null : original,
      pauses: pausesOf(chronology, record, closedOn),
      closedOn,
      closedAs: state.kind === 'open' ? null : state.kind === 'answered' ? 'answered' : 'closed',
    };
  });
}

function pausesOf({ stops }: Chronology, record: StepRecord, closedOn: PlainDate | null): StepDates['pauses'] {
  return stops.flatMap(({ scope, from, resumed }) => {
    if (scope !== null && !sameStep(scope, record)) return [];
    const begins = from > record.openedOn ? from : record.openedOn;
    const ends = resumed?.on ?? closedOn;
    return ends !== null && ends <= begins ? [] : [{ from: begins, to: ends }];
  });
}

/** A shape in units of the picture. Its class gives its colours; each kind of mark has a shape of its own besides. */
export type Shape =
  | { readonly kind: 'box'; readonly look: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  | { readonly kind: 'path'; readonly look: string; readonly path: string; readonly says: string }
  | { readonly kind: 'text'; readonly look: string; readonly x: number; readonly y: number; readonly text: string };

export type StepPicture = { readonly width: number; readonly height: number; readonly today: string; readonly shapes: readonly Shape[] };

const WIDTH = 640;
const MARGIN = 12;
const TOP = 28;
const ROW = 42;
/** A picture of more would be no picture. The table has all. */
export const MOST_ROWS = 12;

/**
 * The dates as a picture: beneath each step's name a bar from its opening to its close or today, hatched where it was paused, a
 * hollow diamond at its original due date, a full one at its due date, and a tick where it was answered. Of more than `MOST_ROWS` steps
 * only the newest are drawn.
 */
export function stepPicture(all: readonly StepDates[], today: PlainDate): StepPicture {
  const rows = all.slice(-MOST_ROWS);
  const dates = rows.flatMap(({ openedOn, dueOn, originalDueOn, closedOn }) => [openedOn, dueOn, originalDueOn, closedOn]);
  const known = [...dates.filter((date) => date !== null), today].toSorted();
  const [first = today] = known;
  const last = known.at(-1) ?? today;
  const days = Math.max(1, daysBetween(first, last));
  const x = (date: PlainDate) => round(MARGIN + (daysBetween(first, date) / days) * (WIDTH - 2 * MARGIN));
  const height = TOP + rows.length * ROW + 8;
  const shapes: Shape[] = [];
  for (const [at, month] of monthsWithin(first, last).entries()) {
    shapes.push({ kind: 'box', look: 'grid', x: x(month), y: TOP - 8, width: 1, height: height - TOP });
    // With many months only some are named.
    const every = Math.ceil((monthsWithin(first, last).length * 60) / WIDTH);
    if (at % every === 0 && x(month) < WIDTH - 60) {
      const [, name = '', year = ''] = longDate(month).split(' ');
      shapes.push({ kind: 'text', look: 'month', x: x(month) + 3, y: TOP - 12, text: `${name.slice(0, 3)} ${year.slice(2)}` });
    }
  }
  for (const [at, row] of rows.entries()) shapes.push(...drawn(row, TOP + at * ROW, x, today));
  shapes.push({ kind: 'path', look: 'today', path: `M ${x(today)} ${TOP - 8} V ${height - 8}`, says: `Today: ${longDate(today)}` });
  return { width: WIDTH, height, today: longDate(today), shapes };
}

function drawn(row: StepDates, top: number, x: (date: PlainDate) => number, today: PlainDate): readonly Shape[] {
  const { title, openedOn, dueOn, originalDueOn, pauses, closedOn, closedAs } = row;
  const middle = top + 28;
  const end = closedOn ?? (today > openedOn ? today : openedOn);
  const box = (look: string, from: PlainDate, to: PlainDate): Shape => ({
    kind: 'box',
    look,
    x: x(from),
    y: middle - 6,
    width: Math.max(3, round(x(to) - x(from))),
    height: 12,
  });
  const diamond = (on: PlainDate) => `M ${x(on)} ${middle - 9} l 8 9 l -8 9 l -8 -9 z`;
  return [
    { kind: 'text', look: 'name', x: MARGIN, y: top + 14, text: title },
    box('open', openedOn, end),
    ...pauses.map(({ from, to }) => box('paused', from, to ?? end)),
    ...(originalDueOn === null
      ? []
      : [
          {
            kind: 'path',
            look: 'original',
            path: diamond(originalDueOn),
            says: `${title}: first due on ${longDate(originalDueOn)}`,
          } as const,
        ]),
    { kind: 'path', look: 'due', path: diamond(dueOn), says: `${title}: due on ${longDate(dueOn)}` },
    ...(closedOn !== null && closedAs === 'answered'
      ? [
          {
            kind: 'path',
            look: 'answered',
            path: `M ${x(closedOn) - 6} ${middle} l 5 6 l 8 -12`,
            says: `${title}: answered on ${longDate(closedOn)}`,
          } as const,
        ]
      : []),
  ];
}

function monthsWithin(first: PlainDate, last: PlainDate): readonly PlainDate[] {
  const months: PlainDate[] = [];
  let month = `${addDays(`${first.slice(0, 7)}-01` as PlainDate, 31).slice(0, 7)}-01` as PlainDate;
  for (; month <= last; month = `${addDays(month, 31).slice(0, 7)}-01` as PlainDate) months.push(month);
  return months;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
