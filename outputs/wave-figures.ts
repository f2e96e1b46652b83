/** What a survey found, once it has ended, as a report that is handed out. */
import type { ResponseRate } from '../domain/surveys/response-rates.ts';
import type { RegionTable } from '../domain/surveys/region-figures.ts';
import { NET } from '../domain/surveys/tabulate.ts';
import type { ShownTable } from '../domain/surveys/wave-figures.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { lowerFirst } from '../domain/words.ts';
import type { FiguresOfWave } from '../postgres/surveys/figures.ts';
import type { Wave } from '../postgres/surveys/waves.ts';
import type { Cell, Report } from './report.ts';

const HEADINGS = ['Item', 'Role', 'Region', 'Answer', 'Count', 'Percent', 'Mean', 'Item base', 'Section base', 'Rule'];

/**
 * The report of one survey, and of no other: those of two are never added up. What its page does not show is in no format. Of two days and the
 * parameters it names the last day of valid responses and when the survey was open.
 */
export function waveFiguresReport(wave: Wave, figures: FiguresOfWave): Report {
  const { id, kind, survey, version, title, opensOn, closesOn, cutOffOn } = wave;
  const { tables, regions, rates, net, notShown } = figures;
  const about = `${whenAsked(wave)} Responses up to ${longDate(cutOffOn)}.`;
  return {
    id: 'survey',
    title: `What the survey found: ${title}`,
    asOf: cutOffOn,
    cutOff: cutOffOn,
    parameters: { wave: String(id), kind, survey, version: String(version), opens: opensOn, closes: closesOn, net },
    notes: [
      { term: 'Asked', words: whenAsked(wave) },
      { term: 'Counted', words: `Valid responses up to ${longDate(cutOffOn)}, and those of no other survey.` },
      ...rates.map(({ audienceTitle, ...rate }) => ({ term: `Response rate, ${lowerFirst(audienceTitle)}`, words: `${rateWords(rate)}.` })),
      { term: 'Percent', words: 'Whole, a half upwards, and never forced to add up to 100.' },
      {
        term: 'Small numbers',
        words:
          'Nothing is given of a role or a row that fewer than 10 answered, nor of a role in which fewer than 10 did not. A count of 1 to 4 is empty, and so is another from which it could be worked out. Regions are held back in the same way.',
      },
      {
        term: 'Region',
        words: 'Counts those whose region is told with their answers: at least ten who were asked in the same role share it.',
      },
      {
        term: 'Several answers together',
        words: net === 'of-counts' ? 'Added up as counts; by region always.' : 'Added up as rounded percentages; by region as counts.',
      },
      ...(notShown.length === 0 ? [] : [{ term: 'Not shown', words: notShown.join('; ') }]),
      ...tables.flatMap((table) => [
        ...table.sentences.map((words) => ({ term: table.title, words })),
        ...(table.tooFew.length === 0 ? [] : [{ term: table.title, words: `Fewer than 10 answered: ${table.tooFew.join('; ')}` }]),
      ]),
    ],
    columns: ['Wave', 'Question', ...HEADINGS],
    rows: [
      ...rateRows(rates).map((row) => [id, 'Who answered', ...row]),
      ...tables.flatMap((table) => rowsOf(table, net).map((row) => [id, table.title, ...row])),
      ...regions.flatMap((table) => regionRows(table).map((row) => [id, table.title, ...row])),
    ],
    sheets: [
      ...(rateRows(rates).length === 0
        ? []
        : [
            {
              name: 'Response rates',
              title: 'Who answered',
              about: `${about} Of those whom the invitation reached.`,
              headings: HEADINGS,
              rows: rateRows(rates),
            },
          ]),
      ...tables.map((table, at) => ({
        name: `Table ${at + 1}`,
        title: table.title,
        about,
        headings: HEADINGS,
        rows: rowsOf(table, net),
      })),
      ...regions.map((table, at) => ({
        name: `Regions ${at + 1}`,
        title: `${table.title}: by region`,
        about,
        headings: HEADINGS,
        rows: regionRows(table),
      })),
    ],
  };
}

/** "40 of 50 reached (80%)", where 50 is who was asked and could be reached. */
export function rateWords({ reached, submitted, percent }: Pick<ResponseRate, 'reached' | 'submitted' | 'percent'>): string {
  if (submitted === null) return `not shown, of ${reached} reached: fewer than 10 answered, or fewer than 10 did not`;
  return `${submitted} of ${reached} reached${percent === null ? '' : ` (${percent}%)`}`;
}

/** Of whom and when a survey was asked, in one sentence. */
export function whenAsked({ kind, opensOn, closesOn }: Pick<Wave, 'kind' | 'opensOn' | 'closesOn'>): string {
  const days = `from ${longDate(opensOn)} to ${longDate(closesOn)}`;
  return kind === 'at-end' ? `Asked at the end of deployments that were completed ${days}.` : `Asked ${days}.`;
}

/** A row for each role of which the number is not held back: the base of the item are those who were reached, that of the section those who were asked. */
function rateRows(rates: readonly ResponseRate[]): readonly (readonly Cell[])[] {
  return rates.flatMap(({ audienceTitle, asked, reached, submitted, percent }) =>
    submitted === null ? [] : [['', audienceTitle, '', 'Answered', submitted, percent, null, reached, asked, 'of-reached']],
  );
}

function rowsOf({ title, rows }: ShownTable, net: string): readonly (readonly Cell[])[] {
  return rows.flatMap((row) => {
    const item = row.title === title ? '' : row.title;
    const line = (answer: string, count: number | null, percent: number | null, mean: number | null, rule: string): readonly Cell[] => [
      ...[item, row.audienceTitle, '', answer, count, percent, mean, row.base, row.sectionBase, rule],
    ];
    return [
      ...row.cells.map(({ id, title: answer, count, percent }) => line(answer, count, percent, null, id === NET ? net : 'count')),
      ...(row.mean === null ? [] : [line('Mean', null, null, Number(row.mean), 'mean')]),
    ];
  });
}

function regionRows({ title, net, rows }: RegionTable): readonly (readonly Cell[])[] {
  return rows.map((row) => [
    ...[
      row.title === title ? '' : row.title,
      row.audienceTitle,
      row.region,
      net,
      row.count,
      row.percent,
      null,
      row.base,
      null,
      'of-counts',
    ],
  ]);
}
