import { percentOf, percentOfShare } from '../percent.ts';
import type { Stratum } from './evaluation.ts';
import type { Reading } from './known-life.ts';
import { stratumWords } from './report.ts';
import type { Section } from './report.ts';

/** The columns of the file of measures: a row for each number, with what it is a part of. */
export const LONG_COLUMNS = [
  'As of',
  'Known at',
  'Measure',
  'Measure title',
  'Mark',
  'By',
  'Stratum',
  'Stratum title',
  'Table',
  'Table title',
  'Figure',
  'Figure title',
  'Unit',
  'Value',
  'Base',
  'Base counts',
] as const;

/** A value as reports hand it out: a share to six places, so that no binary fraction shows, and everything else as it is. Null: not known yet. */
export function valueOf(unit: Section['unit'], value: number | null): number | null {
  return value !== null && unit === 'share' ? Math.round(value * 1e6) / 1e6 : value;
}

/** What the rows of a file are of: a measure, or another report in the same columns. */
export type Headed = { readonly id: string; readonly title: string; readonly mark: string };

/** The tables of a report as rows of one number each. A number that is not known is null. Money in pence, shares from 0 to 1, days that were given in tenths. */
export function longRows(
  { measure, by, asOf, knownAt }: Reading & { readonly measure: Headed; readonly by: Stratum },
  sections: readonly Section[],
): readonly (readonly (string | number | null)[])[] {
  const { id, title, mark } = measure;
  return sections.flatMap((section) =>
    section.lines.flatMap(({ stratum, figures }) =>
      section.figures.map((figure) => {
        const { value = null, base = 0 } = figures[figure.id] ?? {};
        return [
          asOf,
          knownAt,
          id,
          title,
          mark,
          by,
          stratum,
          stratumWords(by, stratum),
          section.id,
          section.title,
          figure.id,
          figure.title,
          section.unit,
          valueOf(section.unit, value),
          base,
          section.base,
        ];
      }),
    ),
  );
}

/** A number as a report shows it: "7 of 10 (70%)", "12", "£1,600 of £4,000 (40%)"; "–" of none, "Not known yet" where it is. */
export function figureWords(unit: Section['unit'], { value, base }: { readonly value: number | null; readonly base: number }): string {
  if (base === 0) return '–';
  if (value === null) return 'Not known yet';
  switch (unit) {
    case 'within-days':
      return String(value);
    case 'share':
      return `${percentOfShare(value)}%`;
    case 'count':
    case 'days':
      return `${value} of ${base} (${percentOf(value, base)}%)`;
    case 'pence':
      return `${pounds(value)} of ${pounds(base)} (${percentOf(value, base)}%)`;
    case 'tenths-of-days':
      return `${value / 10} of ${base / 10} (${percentOf(value, base)}%)`;
    default:
      return unit satisfies never;
  }
}

/** The number alone: "1,204", "£1,600.50", and days from tenths, "9.5". For counts and sums that are not read as parts of a base. */
export function plainFigure(unit: Section['unit'], value: number): string {
  if (unit === 'pence') return pounds(value);
  return (unit === 'tenths-of-days' ? value / 10 : value).toLocaleString('en-GB');
}

const pounds = (pence: number): string =>
  `£${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: pence % 100 === 0 ? 0 : 2, maximumFractionDigits: 2 })}`;
