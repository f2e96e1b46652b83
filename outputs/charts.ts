/** The figures of the page of charts as a report that is handed out. */
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { LateInRegion, LateOnDay, WeekOfWork } from '../postgres/views/figures.ts';
import type { Cell, Report, Sheet } from './report.ts';

/** What the page shows; titles are in words for people. */
export type ChartsCounted = {
  readonly region: string;
  readonly programme: string;
  readonly weeks: number;
  readonly from: PlainDate;
  readonly today: PlainDate;
  readonly regions: readonly LateInRegion[];
  readonly late: readonly LateOnDay[];
  readonly owners: readonly { readonly title: string; readonly count: number; readonly half: number; readonly nineOfTen: number }[];
  /** Null where no deployment began in the period. */
  readonly funnel: {
    readonly programme: string;
    readonly began: number;
    readonly lines: readonly { readonly title: string; readonly reached: number }[];
  } | null;
  readonly work: readonly WeekOfWork[];
};

/** The figures, a table for each picture. Late now is of the moment; all others are of the weeks up to its day. */
export function chartsReport(counted: ChartsCounted): Report {
  const { region, programme, weeks, from, today } = counted;
  const sheets = tablesOf(counted);
  return {
    id: 'charts',
    title: 'Figures',
    asOf: today,
    cutOff: today,
    parameters: { region, programme, weeks: String(weeks), from },
    notes: [
      { term: 'Late', words: 'The due date of a step that must be done has passed, the step is still open, and it is not paused.' },
      { term: 'Taken back', words: 'Answers that were taken back count as never given.' },
    ],
    columns: ['As of', 'From', 'Table', 'Line', 'Measure', 'Value', 'Only region', 'Only programme'],
    rows: sheets.flatMap(({ title, headings, rows }) =>
      rows.flatMap(([line = '', ...values]) =>
        values.map((value, at): readonly Cell[] => [today, from, title, line, headings[at + 1] ?? '', value, region, programme]),
      ),
    ),
    sheets,
  };
}

function tablesOf({ regions, late, owners, funnel, work, from, today }: ChartsCounted): readonly Sheet[] {
  const period = `From ${from} to ${today}.`;
  return [
    {
      name: 'Late now by region',
      title: 'Running and late deployments by region',
      about: `On ${today}.`,
      headings: ['Region', 'Running', 'Late'],
      rows: regions.map((line) => [line.region, line.running, line.late]),
    },
    {
      name: 'Late over time',
      title: 'Late deployments at the end of each week',
      about: period,
      headings: ['Day', 'Late'],
      rows: late.map((line) => [line.day, line.late]),
    },
    {
      name: 'Time to an answer',
      title: 'Working days to an answer by role',
      about: period,
      headings: ['Role', 'Answers', 'Half within', 'Nine of ten within'],
      rows: owners.map(({ title, count, half, nineOfTen }) => [title, count, half, nineOfTen]),
    },
    {
      name: 'Stages reached',
      title: funnel === null ? 'Stages reached' : `Stages reached: ${funnel.programme}`,
      about: funnel === null ? 'No deployment began in this time.' : `Of ${funnel.began} deployments that began. ${period}`,
      headings: ['Stage', 'Reached'],
      rows:
        funnel === null ? [] : [['Began', funnel.began], ...funnel.lines.map(({ title, reached }): readonly Cell[] => [title, reached])],
    },
    {
      name: 'Calls and answers',
      title: 'Calls and answers in each week',
      about: period,
      headings: ['Week from', 'Calls', 'Answers'],
      rows: work.map(({ monday, calls, answers }) => [monday, calls, answers]),
    },
  ];
}
