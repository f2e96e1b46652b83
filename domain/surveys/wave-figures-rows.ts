import type { ShownRow, ShownTable, WaveFigures } from './wave-figures.ts';

/** The columns of the figures of a wave as a long table: a line for each count and each mean. */
export const WAVE_COLUMNS = [
  'wave',
  'question',
  'item',
  'audience',
  'answer',
  'count',
  'percent',
  'mean',
  'item_base',
  'section_base',
  'rule',
  'cut_off',
  'snapshot',
] as const;

/** Of which wave the figures are, until which day responses were valid, and the hash of the figures. */
export type OfWave = { readonly wave: number; readonly cutOffOn: string; readonly hash: string };

/** The lines of the long table. An empty count is one that is not said. */
export function waveFigureRows({ tables, net }: WaveFigures, { wave, cutOffOn, hash }: OfWave): readonly (readonly string[])[] {
  const line = (table: ShownTable, row: ShownRow, of: { answer: string; count: string; percent: string; mean: string; rule: string }) => [
    String(wave),
    table.title,
    row.title === table.title ? '' : row.title,
    row.audienceTitle,
    of.answer,
    of.count,
    of.percent,
    of.mean,
    String(row.base),
    String(row.sectionBase),
    of.rule,
    cutOffOn,
    hash,
  ];
  return tables.flatMap((table) =>
    table.rows.flatMap((row) => [
      ...row.cells.map(({ id, title, count, percent }) =>
        line(table, row, {
          answer: title,
          count: String(count ?? ''),
          percent: String(percent ?? ''),
          mean: '',
          rule: id === 'net' ? net : 'count',
        }),
      ),
      ...(row.mean === null ? [] : [line(table, row, { answer: 'Mean', count: '', percent: '', mean: row.mean, rule: 'mean' })]),
    ]),
  );
}
