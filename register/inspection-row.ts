import type { Grade, Inspection } from '../domain/eligibility/judgements.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Finding } from './import-report.ts';
import type { Row } from './open-table.ts';
import { date, shortened, text } from './school-row.ts';
import type { ReportCell } from './school-row.ts';

/** A judgement as one row of the inspections file gives it. */
export type InspectionInFile = Inspection & {
  readonly line: number;
  /** Read from the columns on the inspection before. */
  readonly asPrevious: boolean;
};

export const NEEDED_INSPECTION_COLUMNS = ['URN', 'Inspection start date', 'Publication date', 'Overall effectiveness'] as const;

/** Ofsted writes the day first. */
const DATES = { needed: NEEDED_INSPECTION_COLUMNS, dayFirst: true } as const;

/** The inspection before, under the names that Ofsted's files have given it. */
const PREVIOUS = {
  inspectedOn: ['Previous inspection start date'],
  publishedOn: ['Previous publication date'],
  grade: ['Previous full inspection overall effectiveness', 'Previous overall effectiveness'],
  urnAtTime: ['URN at time of previous full inspection', 'URN at time of previous inspection'],
} as const;
const URN_AT_TIME = 'URN at time of latest full inspection';

export const OPTIONAL_INSPECTION_COLUMNS: readonly string[] = [...Object.values(PREVIOUS).flat(), URN_AT_TIME];

/** What Ofsted writes where there is no value, or no judgement of overall effectiveness. */
const NO_VALUE = new Set(['null', 'not judged', '9', '-', 'n/a']);

type ReadInspections = {
  readonly inspections: readonly InspectionInFile[];
  readonly rejected: boolean;
  readonly findings: readonly Finding[];
};

/**
 * Reads one row of Ofsted's management information: the latest judgement of a school and, where the columns are there, the one
 * before. A row of a school without a judgement gives none, and that is no fault. `today` is the last day that an inspection
 * can have begun.
 */
export function readInspections(given: Row, today: PlainDate): ReadInspections {
  const findings: Finding[] = [];
  const row: Row = {
    line: given.line,
    value: (column) => (NO_VALUE.has(given.value(column).trim().toLowerCase()) ? '' : given.value(column)),
  };
  const report: ReportCell = (column, message, remedy, taken = false) =>
    void findings.push({ line: row.line, column, message, remedy, taken });

  const urn = urnIn(row, 'URN', report);
  if (urn === null && row.value('URN').trim() === '')
    report('URN', 'There is no URN.', 'Give the number that the register has for the school.');
  const latest = readOne(row, report, today, false, {
    inspectedOn: 'Inspection start date',
    publishedOn: 'Publication date',
    grade: 'Overall effectiveness',
    urnAtTime: URN_AT_TIME,
  });
  if (urn === null || findings.some(({ taken }) => !taken)) return { inspections: [], rejected: true, findings };

  // What is wrong with the inspection before costs that one only.
  const reportPrevious: ReportCell = (column, message, remedy) =>
    report(column, `${message} The inspection before was left out.`, remedy, true);
  const before = findings.length;
  const previous = readOne(row, reportPrevious, today, true, {
    inspectedOn: firstFilled(row, PREVIOUS.inspectedOn),
    publishedOn: firstFilled(row, PREVIOUS.publishedOn),
    grade: firstFilled(row, PREVIOUS.grade),
    urnAtTime: firstFilled(row, PREVIOUS.urnAtTime),
  });
  const isSound = findings.slice(before).every(({ message }) => !message.endsWith('was left out.'));
  if (latest !== null && previous !== null && previous.inspectedOn >= latest.inspectedOn) {
    report(
      PREVIOUS.inspectedOn[0],
      `The inspection before, of ${longDate(previous.inspectedOn)}, is not before the latest, of ${longDate(latest.inspectedOn)}: it was left out.`,
      'Correct the dates in the file.',
      true,
    );
    return { inspections: [of(latest, urn)], rejected: false, findings };
  }
  return {
    inspections: [...(previous === null || !isSound ? [] : [of(previous, urn)]), ...(latest === null ? [] : [of(latest, urn)])],
    rejected: false,
    findings,
  };
}

type Judgement = Omit<InspectionInFile, 'urn' | 'urnAtTime'> & { readonly urnAtTime: string | null };

function of(judgement: Judgement, urn: string): InspectionInFile {
  return { ...judgement, urn, urnAtTime: judgement.urnAtTime ?? urn };
}

type Columns = Readonly<Record<'inspectedOn' | 'publishedOn' | 'grade' | 'urnAtTime', string>>;

/** One judgement of a row; null where there is none, or where something is wrong with it. */
function readOne(row: Row, report: ReportCell, today: PlainDate, asPrevious: boolean, columns: Columns): Judgement | null {
  const said = text(row, columns.grade, report, NEEDED_INSPECTION_COLUMNS);
  if (said === null) return null;
  const grade = gradeIn(said);
  if (grade === undefined) {
    report(
      columns.grade,
      `"${shortened(said)}" is not a judgement of overall effectiveness.`,
      'Write 1, 2, 3 or 4; leave it empty where there is none.',
    );
  }
  const inspectedOn = date(row, columns.inspectedOn, report, DATES);
  if (inspectedOn === null && row.value(columns.inspectedOn).trim() === '') {
    report(columns.inspectedOn, 'There is a judgement, and no day on which the inspection began.', 'Give the day: 25/11/2022.');
  } else if (inspectedOn !== null && inspectedOn > today) {
    report(columns.inspectedOn, `The inspection of ${longDate(inspectedOn)} has not begun yet.`, 'Correct the date.');
  }
  const publishedOn = date(row, columns.publishedOn, report, DATES);
  if (grade === undefined || inspectedOn === null || inspectedOn > today) return null;
  const isBefore = publishedOn !== null && publishedOn < inspectedOn;
  if (isBefore) {
    report(
      columns.publishedOn,
      `The judgement was published on ${longDate(publishedOn)}, before the inspection of ${longDate(inspectedOn)}.`,
      'Correct one of the dates.',
    );
  }
  return {
    line: row.line,
    asPrevious,
    inspectedOn,
    publishedOn: isBefore ? null : publishedOn,
    grade,
    urnAtTime: urnIn(row, columns.urnAtTime, report),
  };
}

/** "3" and "Requires improvement" → 3; files of the years to 2012 call it satisfactory. */
function gradeIn(said: string): Grade | undefined {
  const words: Readonly<Record<string, Grade>> = {
    outstanding: 1,
    good: 2,
    'requires improvement': 3,
    satisfactory: 3,
    inadequate: 4,
    '1': 1,
    '2': 2,
    '3': 3,
    '4': 4,
  };
  return Object.hasOwn(words, said.toLowerCase()) ? words[said.toLowerCase()] : undefined;
}

function urnIn(row: Row, column: string, report: ReportCell): string | null {
  const said = text(row, column, report, NEEDED_INSPECTION_COLUMNS);
  if (said === null || /^[1-9]\d{5}$/.test(said)) return said;
  report(column, `"${shortened(said)}" is not a URN.`, 'A URN is a number of six digits, for example 990001.');
  return null;
}

/** The column of these that the row says something in, or the first of them. */
function firstFilled(row: Row, columns: readonly [string, ...string[]]): string {
  return columns.find((column) => row.value(column).trim() !== '') ?? columns[0];
}
