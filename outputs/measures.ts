/** The measures of the evaluation as a report that is handed out. */
import type { MeasureOf, MeasureReport } from '../desk/measures.ts';
import { MARKS } from '../domain/measures/evaluation.ts';
import type { Stratum } from '../domain/measures/evaluation.ts';
import type { Reading } from '../domain/measures/known-life.ts';
import { LONG_COLUMNS, longRows, valueOf } from '../domain/measures/long-rows.ts';
import { stratumWords } from '../domain/measures/report.ts';
import type { Report, Sheet } from './report.ts';

/** What was asked of all of the measures. `measure`: only this one, by its id; '' is all of them. */
export type MeasuresAsked = Reading & {
  readonly by: Stratum;
  readonly measure: string;
  readonly region: string;
  readonly programme: string;
};

export type CountedMeasure = { readonly of: MeasureOf; readonly report: MeasureReport };

/** Measures that were counted, one or many. A measure that cannot be broken down as asked is given for all together, as `of.by` says. */
export function measuresReport(
  { asOf, knownAt, by, measure, region, programme }: MeasuresAsked,
  counted: readonly CountedMeasure[],
): Report {
  return {
    id: 'measures',
    title: 'Measures of the evaluation of 2019 to 2020',
    asOf,
    cutOff: knownAt,
    parameters: { measure, by, region, programme },
    notes: [...UNITS, ...counted.flatMap(notesOf)],
    columns: [...LONG_COLUMNS, 'Only region', 'Only programme'],
    rows: counted.flatMap(({ of, report }) => longRows(of, report.sections).map((row) => [...row, of.region, of.programme])),
    sheets: counted.flatMap(sheetsOf),
  };
}

const UNITS = [
  {
    term: 'Value and base',
    words:
      'The base is what the value is a part of, or how many it was worked out from. Both are whole, and nothing is rounded but shares.',
  },
  { term: 'Empty value', words: 'Not known yet: too little of what was counted has been followed for so long.' },
  { term: 'Unit count', words: 'So many of the base.' },
  { term: 'Unit share', words: 'From 0 to 1, estimated by Kaplan and Meier from the waits of the base, to six places.' },
  { term: 'Unit within-days', words: 'Days within which that part of the base was reached, by Kaplan and Meier.' },
  { term: 'Unit days', words: 'Calendar days.' },
  { term: 'Unit tenths-of-days', words: 'Tenths of days of a leader.' },
  { term: 'Unit pence', words: 'Pence.' },
];

function notesOf({ of: { measure }, report: { notKept, sentence, deployments } }: CountedMeasure): Report['notes'] {
  const { id, title, definition, unit, start, end, censoring, source, mark, parts } = measure;
  const note = (term: string, words: string) => ({ term: `${id}, ${term}`, words });
  return [
    note('title', title),
    note('definition', definition),
    note('unit', unit),
    note('begins', start),
    note('ends', end),
    note('what has not come yet', censoring),
    note('source', `${source} (${MARKS[mark]}.)`),
    ...(deployments === null ? [] : [note('deployments counted', String(deployments))]),
    ...(parts.length === 0 ? [note('not kept', 'No programme keeps what this measure needs.')] : []),
    ...notKept.map(({ programme, deployments: out }) => note('left out', `${programme} does not keep it: ${out} deployments`)),
    ...(sentence === null ? [] : [note('in a sentence', sentence)]),
  ];
}

function sheetsOf({ of: { measure, by }, report: { sections } }: CountedMeasure): readonly Sheet[] {
  return sections.map(({ title, base, unit, figures, lines }, at) => ({
    name: `${measure.id} table ${at + 1}`,
    title: `${measure.id}. ${measure.title}: ${title}`,
    about: `Counted of: ${base}. Unit: ${unit}.`,
    headings: ['Line', 'Figure', 'Value', 'Base'],
    rows: lines.flatMap((line) =>
      figures.map((figure) => {
        const { value, base: of } = line.figures[figure.id] ?? { value: 0, base: 0 };
        return [stratumWords(by, line.stratum), figure.title, valueOf(unit, value), of];
      }),
    ),
  }));
}
