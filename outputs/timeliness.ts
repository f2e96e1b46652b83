/** The report on timeliness as it is handed out. */
import type { TimelinessLine, TimelinessReport } from '../desk/timeliness.ts';
import { stratumWords, TOGETHER } from '../domain/measures/report.ts';
import type { Section } from '../domain/measures/report.ts';
import { APPROACHES } from '../domain/measures/timeliness.ts';
import type { AskedOf } from '../postgres/views/timeliness.ts';
import type { Cell, Report } from './report.ts';

const COLUMNS = ['As of', 'Asked from', 'Asked to', 'Line', 'Id', 'Programme', 'Title', 'Measure', 'Value', 'Base'];

/** What its columns say; docs/product.md, "Timeliness", tells how each is counted. */
const NOTES = [
  { term: 'What is counted', words: 'Requests: rounds of steps that must be done, by the day on which they were opened.' },
  { term: 'Late', words: 'After the due date that stood on the day of the report; by the first due date where it says so.' },
  {
    term: 'Half within, nine of ten within',
    words:
      'Days to an answer by Kaplan and Meier: requests without one count as far as they were followed. An empty value is not known yet. Their base leaves out ' +
      'requests whose calendar does not reach to the day of the report.',
  },
  { term: 'Answered after', words: 'The furthest thing that had gone out before the answer.' },
  {
    term: 'Taken back',
    words: 'Answers that were taken back count as never given, also where they were taken back after the day of the report.',
  },
];

/** The report, a row for each number and one table with a line for each step, role, region or programme and one for all. */
export function timelinessReport(of: AskedOf, { lines, all, unreachable }: TimelinessReport): Report {
  const { asOf, from, to, by, days, region, programme } = of;
  const every: readonly TimelinessLine[] = [...lines, { ...all, id: '', title: 'All', programme: '' }];
  return {
    id: 'timeliness',
    title: 'Timeliness',
    asOf,
    cutOff: asOf,
    parameters: { by, from, to, days, region, programme },
    notes: NOTES,
    columns: [...COLUMNS, 'Only region', 'Only programme'],
    rows: [
      ...every.flatMap((line) =>
        numbersOf(of, line).map(([measure, value, base]) => [by, line.id, line.programme, line.title, measure, value, base]),
      ),
      ...unreachableRows(by === 'step' ? 'role' : by, unreachable),
    ].map((row) => [asOf, from, to, ...row, region, programme]),
    sheets: [
      {
        name: 'Timeliness',
        title: `Timeliness by ${by}`,
        about: `Asked from ${from} to ${to}, as it stood at the end of ${asOf}. Days are ${days} days.`,
        headings: ['Title', 'Programme', ...numbersOf(of, all).map(([measure]) => measure), 'days-can-be-counted'],
        rows: every.map((line): readonly Cell[] => [
          line.title,
          line.programme,
          ...numbersOf(of, line).map(([, value]) => value),
          line.asked - line.notCounted,
        ]),
      },
      {
        name: 'Could not be reached',
        title: 'Who could not be reached',
        about: `At the end of ${asOf}, by what is in the way. Counted of: ${unreachable.base}.`,
        headings: ['Line', ...unreachable.figures.map(({ title }) => title)],
        rows: unreachable.lines.map(({ stratum, figures }) => [
          lineWords(stratum),
          ...unreachable.figures.map(({ id }) => figures[id]?.value ?? 0),
        ]),
      },
    ],
  };
}

const lineWords = (stratum: string) => (stratum === TOGETHER ? 'All' : stratumWords('all', stratum));

/** Who could not be reached, as rows of one number each. */
function unreachableRows(line: string, { figures, lines }: Section): readonly (readonly Cell[])[] {
  return lines.flatMap(({ stratum, figures: of }) =>
    figures.map(({ id }) => [line, '', '', lineWords(stratum), `unreachable-${id}`, of[id]?.value ?? 0, of[id]?.base ?? 0]),
  );
}

/** The numbers of a line, each with what it is a part of. Null: not known yet. */
function numbersOf({ days }: AskedOf, line: TimelinessReport['all']): readonly (readonly [string, number | null, number])[] {
  const { asked, answered, open, notCounted } = line;
  return [
    ['asked', asked, asked],
    ['answered', answered, asked],
    ['answered-late', line.answeredLate, answered],
    ['answered-late-by-first-due-date', line.answeredLateByOriginal, answered],
    ['closed-without-an-answer', line.closed, asked],
    ['open', open, asked],
    ['open-late', line.openLate, open],
    ['paused', line.paused, asked],
    ['more-time', line.moreTime, asked],
    [`half-within-${days}-days`, line.halfWithin, asked - notCounted],
    [`nine-of-ten-within-${days}-days`, line.nineOfTenWithin, asked - notCounted],
    ...APPROACHES.map((approach) => [`answered-after-${approach}`, line.followed[approach], answered] as const),
  ];
}
