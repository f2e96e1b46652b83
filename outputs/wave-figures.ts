/** What a survey found, once it has ended, as a report that is handed out. */
import { INTERVAL_WORDS } from '../domain/surveys/interval.ts';
import type { Interval } from '../domain/surveys/interval.ts';
import type { ResponseRate } from '../domain/surveys/response-rates.ts';
import type { SplitTable } from '../domain/surveys/split-figures.ts';
import { MARK_WORDS, MARKS } from '../domain/surveys/survey.ts';
import type { Mark } from '../domain/surveys/survey.ts';
import { NET } from '../domain/surveys/tabulate.ts';
import type { ShownTable } from '../domain/surveys/wave-figures.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { inWords, lowerFirst } from '../domain/words.ts';
import type { FiguresOfWave } from '../postgres/surveys/figures.ts';
import type { Wave } from '../postgres/surveys/waves.ts';
import type { Cell, Report } from './report.ts';

const HEADINGS = [
  ...['Item', 'Role', 'Split by', 'Group', 'Answer', 'Count', 'Percent', 'Low', 'High', 'Mean', 'Item base', 'Section base', 'Rule'],
  ...['Question mark', 'Item mark', 'Answer mark'],
];

/** A line of the report, before it is put in the order of the columns. */
type Line = {
  readonly item: string;
  readonly role: string;
  readonly by?: string;
  readonly group?: string;
  readonly answer: string;
  readonly count: number | null;
  readonly percent: number | null;
  readonly interval?: Interval | null;
  readonly mean?: number;
  readonly base: number;
  readonly sectionBase: number | null;
  readonly rule: string;
  /** Of the question, the item and the answer. */
  readonly marks?: readonly [Mark, Mark, Mark | ''];
};

function cellsOf({ item, role, by, group, answer, count, percent, interval, mean, base, sectionBase, rule, marks }: Line): readonly Cell[] {
  const spread = [interval?.low ?? null, interval?.high ?? null, mean ?? null];
  return [item, role, by ?? '', group ?? '', answer, count, percent, ...spread, base, sectionBase, rule, ...(marks ?? ['', '', ''])];
}

/**
 * The report of one survey, and of no other: those of two are never added up. What its page does not show is in no format. Of two days and the
 * parameters it names the last day of valid responses and when the survey was open.
 */
export function waveFiguresReport(wave: Wave, figures: FiguresOfWave): Report {
  const { id, kind, survey, version, title, opensOn, closesOn, cutOffOn, firstSplit } = wave;
  const { tables, splits, rates, net, intervals, notShown } = figures;
  const about = `${whenAsked(wave)} Responses up to ${longDate(cutOffOn)}.`;
  const rateLines = ratesOf(rates).map(cellsOf);
  const tableLines = tables.map((table) => ({ table, lines: linesOf(table, net).map(cellsOf) }));
  const splitLines = splits.map((table) => ({ table, lines: splitLinesOf(table, tables).map(cellsOf) }));
  const counted = { wave: String(id), kind, survey, version: String(version), opens: opensOn, closes: closesOn, net };
  return {
    id: 'survey',
    title: `What the survey found: ${title}`,
    asOf: cutOffOn,
    cutOff: cutOffOn,
    parameters: { ...counted, 'split-by': firstSplit, intervals },
    notes: [
      { term: 'Asked', words: whenAsked(wave) },
      { term: 'Counted', words: `Valid responses up to ${longDate(cutOffOn)}, and those of no other survey.` },
      ...rates.map(({ audienceTitle, ...rate }) => ({ term: `Response rate, ${lowerFirst(audienceTitle)}`, words: `${rateWords(rate)}.` })),
      { term: 'Percent', words: 'Whole, a half upwards, and never forced to add up to 100.' },
      { term: 'Interval', words: INTERVAL_WORDS[intervals] },
      {
        term: 'Small numbers',
        words:
          'Nothing is given of a role or a row that fewer than 10 answered, nor of a role in which fewer than 10 did not. A count of 1 to 4 is empty, and so is another from which it could be worked out. Groups of a split are held back in the same way.',
      },
      {
        term: 'Split by',
        words:
          'Counts those of whom it is told with their answers: at least ten who were asked in the same role share it. Of several splits, the later ones are shown only as far as every part that all of them together make of a row has at least ten answers and no 1 to 4 of either kind.',
      },
      {
        term: 'Several answers together',
        words: net === 'of-counts' ? 'Added up as counts.' : 'Added up as rounded percentages; in splits as counts.',
      },
      { term: 'Mark', words: `${MARKS.map((mark) => `${mark}, ${MARK_WORDS[mark]}`).join('; ')}.` },
      ...(notShown.length === 0 ? [] : [{ term: 'Not shown', words: notShown.join('; ') }]),
      ...tables.flatMap((table) => [
        { term: table.title, words: marksWords(table) },
        ...table.sentences.map((words) => ({ term: table.title, words })),
        ...(table.tooFew.length === 0 ? [] : [{ term: table.title, words: `Fewer than 10 answered: ${table.tooFew.join('; ')}` }]),
      ]),
    ],
    columns: ['Wave', 'Question', ...HEADINGS],
    rows: [
      ...rateLines.map((line) => [id, 'Who answered', ...line]),
      ...[...tableLines, ...splitLines].flatMap(({ table, lines }) => lines.map((line) => [id, table.title, ...line])),
    ],
    sheets: [
      ...(rateLines.length === 0
        ? []
        : [
            {
              name: 'Response rates',
              title: 'Who answered',
              about: `${about} Of those whom the invitation reached.`,
              headings: HEADINGS,
              rows: rateLines,
            },
          ]),
      ...tableLines.map(({ table, lines }, at) => ({
        name: `Table ${at + 1}`,
        title: table.title,
        about,
        headings: HEADINGS,
        rows: lines,
      })),
      ...splitLines.map(({ table, lines }, at) => ({
        name: `Split ${at + 1}`,
        title: `${table.title}: by ${table.byTitle}`,
        about,
        headings: HEADINGS,
        rows: lines,
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

/** "36.6% to 75.5%"; null where there is none. */
export function intervalWords(interval: Interval | null): string | null {
  return interval === null ? null : `${interval.low}% to ${interval.high}%`;
}

/**
 * Where a question, its rows and its answers come from: "The question is rebuilt from the source. Its rows are printed in the source. Its answers: “Very satisfied” is
 * printed in the source; the others are rebuilt from the source."
 */
export function marksWords({ title, mark, rows, options }: Pick<ShownTable, 'title' | 'mark' | 'rows' | 'options'>): string {
  const items = [...new Map(rows.flatMap((row) => (row.title === title ? [] : [[row.title, row.mark] as const])))];
  const answers = options.filter(({ id }) => id !== NET).map((option) => [option.title, option.mark] as const);
  return [`The question is ${MARK_WORDS[mark]}.`, ...marksOf('rows', items), ...marksOf('answers', answers)].join(' ');
}

function marksOf(what: string, marked: readonly (readonly [string, Mark])[]): readonly string[] {
  const groups = [...Map.groupBy(marked, ([, mark]) => mark)].toSorted(([, one], [, other]) => one.length - other.length);
  const [first, ...more] = groups;
  if (first === undefined) return [];
  if (more.length === 0) return [`Its ${what} are ${MARK_WORDS[first[0]]}.`];
  const parts = groups.map(([mark, of], at) => {
    const isLast = at === groups.length - 1;
    const names = isLast ? (of.length === 1 ? 'the other' : 'the others') : inWords(of.map(([title]) => `“${title}”`));
    return `${names} ${of.length === 1 ? 'is' : 'are'} ${MARK_WORDS[mark]}`;
  });
  return [`Its ${what}: ${parts.join('; ')}.`];
}

/** A line for each role of which the number is not held back: the base of the item are those who were reached, that of the section those who were asked. */
function ratesOf(rates: readonly ResponseRate[]): readonly Line[] {
  return rates.flatMap(({ audienceTitle, asked, reached, submitted, percent }) =>
    submitted === null
      ? []
      : [
          {
            ...{ item: '', role: audienceTitle, answer: 'Answered', count: submitted, percent },
            ...{ base: reached, sectionBase: asked, rule: 'of-reached' },
          },
        ],
  );
}

function linesOf({ title, mark, rows }: ShownTable, net: string): readonly Line[] {
  return rows.flatMap((row): readonly Line[] => {
    const of = { item: row.title === title ? '' : row.title, role: row.audienceTitle, base: row.base, sectionBase: row.sectionBase };
    return [
      ...row.cells.map(({ id, title: answer, count, percent, interval, mark: its }) => ({
        ...{ ...of, answer, count, percent, interval, rule: id === NET ? net : 'count' },
        marks: [mark, row.mark, its] as const,
      })),
      ...(row.mean === null
        ? []
        : [
            {
              ...{ ...of, answer: 'Mean', count: null, percent: null, mean: Number(row.mean), rule: 'mean' },
              marks: [mark, row.mark, ''] as const,
            },
          ]),
    ];
  });
}

function splitLinesOf({ id, title, by, net, rows }: SplitTable, tables: readonly ShownTable[]): readonly Line[] {
  const table = tables.find((one) => one.id === id);
  return rows.map((row) => {
    const of = table?.rows.find((one) => one.title === row.title && one.audience === row.audience);
    const answer = of?.cells.find((cell) => cell.id === NET);
    const { base, count, percent, interval } = row;
    return {
      ...{ item: row.title === title ? '' : row.title, role: row.audienceTitle, by, group: row.groupTitle, answer: net },
      ...{ count, percent, interval, base, sectionBase: null, rule: 'of-counts' },
      ...(table === undefined || of === undefined ? {} : { marks: [table.mark, of.mark, answer?.mark ?? ''] as const }),
    };
  });
}
