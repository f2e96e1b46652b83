import { scaleBand, scaleLinear, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';

/** Every picture is as wide as a telephone’s page, in units that are its pixels there; on a wider page it grows. */
const WIDTH = 300;
const ROW = 42;
const BAR = 14;
/** Room for the numbers of the scale on the left of lines, and beneath them. */
const LEFT = 34;
const BOTTOM = 24;
const TOP = 10;
const LINES_HEIGHT = 190;
/** A letter of the labels is about so wide. */
const LETTER = 6.6;
/** With more weeks than this the lines have no marks, which would run into each other. */
const MOST_MARKS = 27;

/** One bar: its name, how long it is, what stands beside the name, and two things that may be drawn with it. */
export type BarRow = {
  readonly label: string;
  readonly value: number;
  readonly words: string;
  /** What the value is a part of: an outline behind the bar. Null for none. */
  readonly of: number | null;
  /** A second number on the same scale: a tick across the bar. Null for none. */
  readonly tick: number | null;
};

export type BarPicture = {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly {
    readonly label: string;
    readonly words: string;
    readonly top: number;
    readonly textAt: number;
    readonly barAt: number;
    readonly barHeight: number;
    readonly long: number;
    readonly outline: number | null;
    readonly tick: number | null;
  }[];
};

/** Bars beneath each other, each below its name, all on one scale that begins at 0. A name that would run into its words is shortened. */
export function barPicture(rows: readonly BarRow[]): BarPicture {
  const most = Math.max(1, ...rows.flatMap(({ value, of, tick }) => [value, of ?? 0, tick ?? 0]));
  const x = scaleLinear([0, most], [0, WIDTH - 2]);
  const y = scaleBand(
    rows.map((_, at) => at),
    [0, rows.length * ROW],
  );
  return {
    width: WIDTH,
    height: rows.length * ROW,
    rows: rows.map(({ label, words, value, of, tick }, at) => {
      const top = y(at) ?? 0;
      return {
        label: shortened(label, Math.floor((WIDTH - words.length * LETTER - 12) / LETTER)),
        words,
        top,
        textAt: top + 14,
        barAt: top + 20,
        barHeight: BAR,
        long: round(x(value)),
        outline: of === null ? null : round(x(of)),
        tick: tick === null ? null : round(x(tick)),
      };
    }),
  };
}

export type Mark = 'circle' | 'square';
export type Series = { readonly name: string; readonly mark: Mark; readonly values: readonly number[] };

export type LinePicture = {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly grid: readonly { readonly y: number; readonly text: string }[];
  readonly names: readonly { readonly x: number; readonly text: string; readonly anchor: 'start' | 'middle' | 'end' }[];
  readonly namesAt: number;
  readonly series: readonly {
    readonly mark: Mark;
    readonly path: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
};

/** Lines over weeks, on one scale that begins at 0. Of the names of the weeks the first, the middle one and the last are written. */
export function linePicture(names: readonly string[], series: readonly Series[]): LinePicture {
  const bottom = LINES_HEIGHT - BOTTOM;
  const y = scaleLinear([0, Math.max(4, ...series.flatMap(({ values }) => values))], [bottom, TOP]).nice(4);
  const x = scalePoint(
    names.map((_, at) => at),
    [LEFT + 6, WIDTH - 6],
  );
  const path = line<readonly [number, number]>();
  const last = names.length - 1;
  const written = [...new Set([0, Math.floor(last / 2), last])].filter((at) => at >= 0);
  return {
    width: WIDTH,
    height: LINES_HEIGHT,
    left: LEFT,
    right: WIDTH,
    grid: y.ticks(4).map((tick) => ({ y: round(y(tick)), text: String(tick) })),
    names: written.map((at) => ({
      x: round(x(at) ?? 0),
      text: names[at] ?? '',
      anchor: at === last && last > 0 ? 'end' : at === 0 ? 'start' : 'middle',
    })),
    namesAt: LINES_HEIGHT - 6,
    series: series.map(({ mark, values }) => {
      const points = values.map((value, at): readonly [number, number] => [round(x(at) ?? 0), round(y(value))]);
      return {
        mark,
        path: path(points) ?? '',
        points: points.length > MOST_MARKS ? [] : points.map(([left, top]) => ({ x: left, y: top })),
      };
    }),
  };
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
