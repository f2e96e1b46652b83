import { parse } from 'csv-parse/sync';
import { addDays, longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { changeRulesOf } from '../domain/programme.ts';
import type { Field, Programme, RoleId, Step } from '../domain/programme.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { PastAnswer, PastPause, PastPlace } from '../domain/chronology/under-way.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { capitalised } from '../domain/words.ts';
import { readRegisterDate } from './register-date.ts';

/** What a column of a file of deployments under way holds. */
type Meaning =
  | { readonly kind: 'urn' | 'trust' | 'began' | 'paused-since' | 'paused-until' | 'pause-ends' | 'pause-why' | 'new-due' | 'new-due-for' }
  | { readonly kind: 'role'; readonly role: RoleId }
  | { readonly kind: 'start'; readonly field: Field }
  | { readonly kind: 'step' | 'answer'; readonly step: Step }
  | { readonly kind: 'field'; readonly step: Step; readonly field: Field };

/** A column: its heading, what it means, and what is written in it. */
export type DeploymentsColumn = { readonly heading: string; readonly meaning: Meaning; readonly hint: string };

/** A mistake in a row, in words that say where. */
export type RowFault = { readonly heading: string; readonly message: string; readonly remedy: string };

/** One deployment of the file, as far as the file alone tells. People are as they were typed. */
export type DeploymentsRow = {
  readonly line: number;
  readonly subject: Subject | null;
  /** What was typed in the column URN or Trust. */
  readonly target: string;
  readonly began: PlainDate | null;
  /** Whoever is named in the column of a role; several for steps that were answered several times. */
  readonly people: Readonly<Record<RoleId, readonly string[]>>;
  readonly facts: Readonly<Record<string, string>>;
  readonly answers: readonly PastAnswer[];
  readonly pauses: readonly PastPause[];
  readonly extension: { readonly step: string; readonly dueOn: PlainDate } | null;
  readonly faults: readonly RowFault[];
};

/** As many as are looked at and imported in one go. */
export const MOST_DEPLOYMENTS_IN_FILE = 2_000;

const TOWARDS = 'Use the headings of the example file of this programme.';

/**
 * The columns of a file of deployments under way: one for each role, for what is asked at the start, and for each step that somebody answers.
 * Steps that Chaser answers by itself, and those that are opened by hand, have none.
 */
export function deploymentsColumns(programme: Programme): readonly DeploymentsColumn[] {
  const { extension } = changeRulesOf(programme);
  const steps = programme.stages
    .flatMap((stage) => stage.steps.flatMap((id) => programme.steps[id] ?? []))
    .filter(({ id, automatic, raised }) => automatic === null && raised === undefined && id !== extension?.approval);
  const named = (step: Step) =>
    steps.filter(({ title }) => same(title, step.title)).length > 1 ? `${step.title} (${step.id})` : step.title;
  const column = (heading: string, meaning: Meaning, hint: string): DeploymentsColumn => ({ heading, meaning, hint });
  return [
    column('URN', { kind: 'urn' }, 'of the school; empty for a trust'),
    column('Trust', { kind: 'trust' }, 'the number of the trust in the register; empty for a school'),
    column('Began on', { kind: 'began' }, 'the day on which the deployment began'),
    ...Object.entries(programme.roles).map(([role, { title, namedLater }]) =>
      column(
        capitalised(title),
        { kind: 'role', role },
        namedLater === true
          ? 'a name or an e-mail address, once somebody is chosen'
          : 'a name or an e-mail address; empty for whoever the register of people has',
      ),
    ),
    ...(programme.starts ?? []).map((field) =>
      column(field.label, { kind: 'start', field }, optionsIn(field) || 'what was said at the start'),
    ),
    ...steps.flatMap((step) => [
      column(named(step), { kind: 'step', step }, 'the day on which it was answered; empty while it was not'),
      ...(step.answers.length > 1
        ? [
            column(
              `${named(step)}: answer`,
              { kind: 'answer', step },
              `${step.answers.map(({ label }) => `“${label}”`).join(', ')}; empty for the first`,
            ),
          ]
        : []),
      ...recordedFields(step).map((field) =>
        column(`${named(step)}: ${field.label}`, { kind: 'field', step, field }, optionsIn(field) || wordsOfKind(field)),
      ),
    ]),
    column('Paused since', { kind: 'paused-since' }, 'the first day that does not count'),
    column('Paused until', { kind: 'paused-until' }, 'the first day that counted again; empty while it is paused'),
    column('Pause should end', { kind: 'pause-ends' }, 'for a pause that is not over'),
    column('Why paused', { kind: 'pause-why' }, 'in a few words'),
    column('New due date', { kind: 'new-due' }, 'where a later date was agreed for a step that is open'),
    column('New due date for', { kind: 'new-due-for' }, 'the step; empty where the file leaves only one that can be meant'),
  ];
}

/** Fields of a step's answers that record something on which later dates or steps may depend. Whom they name has a column of the role. */
function recordedFields({ answers }: Step): readonly Field[] {
  const fields = answers.flatMap((answer) => answer.fields.filter(({ records }) => records !== null));
  return [...new Map(fields.map((field) => [field.id, field])).values()];
}

function optionsIn({ kind, options = [] }: Field): string {
  return kind === 'yes-no' ? 'yes or no' : options.map(({ label }) => `“${label}”`).join(', ');
}

function wordsOfKind({ kind }: Field): string {
  return kind === 'date' ? 'a date; empty for the day of the answer' : kind;
}

/**
 * Reads a file of deployments that are under way, for a programme: one row each. Refused as a whole when it is no CSV, has no rows, too many, or a
 * heading that is unknown or there twice, because a step that was left out by a misspelling would be asked for again. Mistakes in rows
 * are told with the row. A column whose heading begins with “Note” is ignored.
 */
export function readDeploymentsFile(programme: Programme, text: string): Result<readonly DeploymentsRow[], Reason> {
  const table = tableIn(text.replace(/^\uFEFF/u, ''));
  if (!table.ok) return table;
  const [header, ...rows] = table.value;
  if (header === undefined) return refused({ kind: 'empty', message: 'There is nothing in the file.', remedy: TOWARDS });
  const known = deploymentsColumns(programme);
  const columns = header.cells.map((heading, place) => {
    // Spreadsheets write empty columns at the right.
    if (/^note/iu.test(heading) || (heading === '' && rows.every(({ cells }) => (cells[place] ?? '') === ''))) return null;
    return known.find((column) => same(column.heading, heading)) ?? byId(known, heading) ?? heading;
  });
  const unknown = columns.filter((column) => typeof column === 'string');
  if (unknown.length > 0) {
    return refused({
      kind: 'unknown-column',
      message: `Line ${header.line}: ${programme.title} has no column ${unknown.map((heading) => `“${heading}”`).join(', ')}.`,
      remedy: `${TOWARDS} To keep a column for yourself, begin its heading with “Note”.`,
    });
  }
  const found = columns.flatMap((column, at) => (column === null || typeof column === 'string' ? [] : [{ ...column, at }]));
  const twice = found.find(({ heading, at }) => found.some((other) => other.heading === heading && other.at < at));
  if (twice !== undefined) {
    return refused({
      kind: 'column-twice',
      message: `Line ${header.line}: the column “${twice.heading}” is there twice.`,
      remedy: 'Delete one of them.',
    });
  }
  const missing = ['began', ...(found.some(({ meaning }) => meaning.kind === 'trust') ? [] : ['urn'])].find(
    (kind) => !found.some(({ meaning }) => meaning.kind === kind),
  );
  if (missing !== undefined) {
    const heading = missing === 'began' ? 'Began on' : 'URN';
    return refused({ kind: 'missing-column', message: `Line ${header.line}: there is no column “${heading}”.`, remedy: TOWARDS });
  }
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (filled.length === 0)
    return refused({ kind: 'empty', message: 'There is no deployment in the file.', remedy: 'Give each a row of its own.' });
  if (filled.length > MOST_DEPLOYMENTS_IN_FILE) {
    return refused({
      kind: 'too-many',
      message: `There are ${filled.length.toLocaleString('en-GB')} rows, and ${MOST_DEPLOYMENTS_IN_FILE.toLocaleString('en-GB')} can be imported in one go.`,
      remedy: 'Import the rest with a second file.',
    });
  }
  return ok(filled.map((row) => readRow(programme, found, row)));
}

type Line = { readonly line: number; readonly cells: readonly string[] };
type Placed = DeploymentsColumn & { readonly at: number };

function tableIn(text: string): Result<readonly Line[], Reason> {
  const [heading = ''] = text.split(/\r?\n/u, 1);
  const delimiter = [',', ';', '\t'].toSorted((a, b) => heading.split(b).length - heading.split(a).length)[0] ?? ',';
  try {
    const rows = parse(text, { delimiter, info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return ok(rows.map(({ record, info }) => ({ line: info.lines, cells: record.map((cell) => cell.trim()) })));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused({ kind: 'no-csv', message: `It cannot be read as CSV: ${why}.`, remedy: 'Save it as CSV again.' });
  }
}

function readRow(programme: Programme, columns: readonly Placed[], { line, cells }: Line): DeploymentsRow {
  const faults: RowFault[] = [];
  const fault = ({ heading }: DeploymentsColumn, message: string, remedy: string): undefined => {
    faults.push({ heading, message, remedy });
    return undefined;
  };
  const cellOf = ({ at }: Placed) => cells[at] ?? '';
  const columnOf = (kind: Meaning['kind']) => columns.find(({ meaning }) => meaning.kind === kind);
  const textOf = (kind: Meaning['kind']) => {
    const column = columnOf(kind);
    return column === undefined ? '' : cellOf(column);
  };
  const dateIn = (column: Placed, text: string): PlainDate | undefined =>
    readRegisterDate(text)?.on ??
    fault(column, `“${text.slice(0, 40)}” is not a date.`, 'Write day, month and year, like 3 October 2022 or 03/10/2022.');
  const dateOf = (kind: Meaning['kind']): PlainDate | null => {
    const column = columnOf(kind);
    return column === undefined || cellOf(column) === '' ? null : (dateIn(column, cellOf(column)) ?? null);
  };
  const valueIn = (column: Placed, field: Field, text: string): string | undefined => {
    if (field.kind === 'date') return dateIn(column, text);
    const options =
      field.kind === 'yes-no'
        ? [
            { id: 'yes', label: 'Yes' },
            { id: 'no', label: 'No' },
          ]
        : (field.options ?? []);
    if (options.length === 0) return text;
    const option = options.find(({ id, label }) => same(id, text) || same(label, text));
    return (
      option?.id ??
      fault(
        column,
        `“${text.slice(0, 40)}” is not one of its values.`,
        `Give one of: ${options.map(({ label }) => `“${label}”`).join(', ')}.`,
      )
    );
  };

  const urn = textOf('urn');
  const trust = textOf('trust');
  const began = dateOf('began');
  if (textOf('began') === '') fault(columnOf('began') ?? NOWHERE, 'There is no date.', 'Give the day on which the deployment began.');
  if ((urn === '') === (trust === '')) {
    const which = urn === '' ? 'Neither a URN nor a trust is given.' : 'Both a URN and a trust are given.';
    fault(columnOf('urn') ?? columnOf('trust') ?? NOWHERE, which, 'A deployment supports one school or one trust.');
  } else if (urn !== '' && !/^\d{6}$/u.test(urn)) {
    fault(columnOf('urn') ?? NOWHERE, `“${urn.slice(0, 40)}” is not a URN.`, 'A URN has six digits.');
  }

  const facts: Record<string, string> = {};
  const people: Record<RoleId, readonly string[]> = {};
  const answers: PastAnswer[] = [];
  for (const column of columns) {
    const { meaning } = column;
    const cell = cellOf(column);
    if (cell === '') continue;
    if (meaning.kind === 'role') people[meaning.role] = partsOf(cell);
    if (meaning.kind === 'start') {
      const value = valueIn(column, meaning.field, cell);
      if (value !== undefined) facts[meaning.field.id] = value;
    }
    if (meaning.kind === 'step') answers.push(...answersIn(column, meaning.step, cell));
    if (meaning.kind === 'answer' || meaning.kind === 'field') {
      const date = columns.find((other) => other.meaning.kind === 'step' && other.meaning.step.id === meaning.step.id);
      if (date === undefined || cellOf(date) === '') {
        fault(column, `“${meaning.step.title}” has no date.`, `Give the day in the column “${date?.heading ?? meaning.step.title}”.`);
      }
    }
  }

  return {
    line,
    subject: faults.some(({ heading }) => heading === 'URN' || heading === 'Trust')
      ? null
      : urn !== ''
        ? { kind: 'school', urn }
        : { kind: 'trust', trust },
    target: urn === '' ? trust : urn,
    began,
    people,
    facts,
    answers,
    pauses: pausesIn(),
    extension: extensionIn(),
    faults,
  };

  function answersIn(column: Placed, step: Step, cell: string): readonly PastAnswer[] {
    const of = (kind: 'answer' | 'field', field?: Field) =>
      columns.find(
        ({ meaning }) =>
          meaning.kind === kind &&
          meaning.step.id === step.id &&
          (field === undefined || (meaning.kind === 'field' && meaning.field.id === field.id)),
      );
    const answerColumn = of('answer');
    const said = answerColumn === undefined ? [] : partsOf(cellOf(answerColumn), true);
    const dates = partsOf(cell);
    if (answerColumn !== undefined && said.length > dates.length) {
      fault(
        answerColumn,
        `There are ${said.length} answers for ${dates.length} ${dates.length === 1 ? 'date' : 'dates'}.`,
        'Give each answer a date.',
      );
    }
    return dates.flatMap((text, nth): readonly PastAnswer[] => {
      const on = dateIn(column, text);
      const label = said[nth] ?? '';
      const answer = label === '' ? undefined : step.answers.find((one) => same(one.label, label) || same(one.id, label));
      if (label !== '' && answer === undefined && answerColumn !== undefined) {
        fault(
          answerColumn,
          `“${label.slice(0, 80)}” is not an answer to “${step.title}”.`,
          `Give one of: ${step.answers.map((one) => `“${one.label}”`).join(', ')}.`,
        );
        return [];
      }
      if (on === undefined) return [];
      const given = answer ?? step.answers[0];
      const fields = (given?.fields ?? []).flatMap((field): readonly (readonly [string, string])[] => {
        if (field.records === null) return [];
        const fieldColumn = of('field', field);
        const value = fieldColumn === undefined ? '' : (partsOf(cellOf(fieldColumn), true)[nth] ?? '');
        if (fieldColumn !== undefined && value !== '') {
          const read = valueIn(fieldColumn, field, value);
          return read === undefined ? [] : [[field.id, read]];
        }
        // A visit is reported on the day of the visit unless the file says otherwise.
        return field.kind === 'date' ? [[field.id, on]] : [];
      });
      return [{ step: step.id, on, answer: answer?.id ?? null, fields: Object.fromEntries(fields) }];
    });
  }

  function pausesIn(): readonly PastPause[] {
    const from = dateOf('paused-since');
    const until = dateOf('paused-until');
    const expectedEnd = dateOf('pause-ends');
    const because = textOf('pause-why');
    if (from !== null)
      return [
        { category: 'other', because: because === '' ? 'Paused before it was imported into Chaser.' : because, from, until, expectedEnd },
      ];
    const stray = (['paused-until', 'pause-ends', 'pause-why'] as const)
      .map(columnOf)
      .find((column) => column !== undefined && cellOf(column) !== '');
    if (stray !== undefined && textOf('paused-since') === '') {
      fault(stray, 'Nothing says since when it is paused.', 'Give the first day of the pause in the column “Paused since”.');
    }
    return [];
  }

  function extensionIn(): DeploymentsRow['extension'] {
    const dueOn = dateOf('new-due');
    const column = columnOf('new-due-for');
    const named = textOf('new-due-for');
    if (dueOn === null) return null;
    const open = openByDates(programme, answers);
    const step =
      named === ''
        ? open.length === 1
          ? open[0]
          : undefined
        : (columns.flatMap(({ meaning, heading }) =>
            meaning.kind === 'step' && (same(heading, named) || same(meaning.step.id, named)) ? [meaning.step.id] : [],
          )[0] ?? Object.values(programme.steps).find(({ title, id }) => same(title, named) || same(id, named))?.id);
    if (step !== undefined) return { step, dueOn };
    fault(
      column ?? columnOf('new-due') ?? NOWHERE,
      named === '' ? 'It does not say for which step the new due date is.' : `“${named.slice(0, 80)}” is not a step of ${programme.title}.`,
      'Give the title of the step in the column “New due date for”.',
    );
    return null;
  }
}

/** Steps that the answers of a row open and that have no answer themselves: good enough to tell which one is meant when there is one. */
function openByDates(programme: Programme, answers: readonly PastAnswer[]): readonly string[] {
  const opened = answers.flatMap(({ step, answer }) => {
    const answers = programme.steps[step]?.answers ?? [];
    return (answer === null ? answers[0] : answers.find(({ id }) => id === answer))?.opens ?? [];
  });
  const all = opened.length === 0 ? programme.begins : opened;
  return [...new Set(all)].filter((step) => !answers.some((answer) => answer.step === step));
}

const NOWHERE = { heading: 'Began on', meaning: { kind: 'began' }, hint: '' } as const satisfies DeploymentsColumn;

/** The heading of the column where a refused part of a row is put right. */
export function headingOf(programme: Programme, answers: readonly PastAnswer[], where: PastPlace): string | null {
  const columns = deploymentsColumns(programme);
  const of = (kind: Meaning['kind']) => columns.find(({ meaning }) => meaning.kind === kind)?.heading ?? null;
  switch (where.kind) {
    case 'began':
      return of('began');
    case 'pause':
      return of('paused-since');
    case 'extension':
      return of('new-due');
    case 'answer': {
      const step = answers[where.index]?.step;
      return columns.find(({ meaning }) => meaning.kind === 'step' && meaning.step.id === step)?.heading ?? null;
    }
    case 'decide-by':
    case 'all':
      return null;
    default:
      return where satisfies never;
  }
}

/**
 * An example of a file, to be filled in: all the headings of the programme, and one row of a deployment that began four weeks before
 * today.
 */
export function exampleDeploymentsFile(programme: Programme, today: PlainDate): string {
  const columns = deploymentsColumns(programme);
  const [first] = programme.begins.map((id) => programme.steps[id]).filter((step) => step !== undefined);
  const example = ({ meaning }: DeploymentsColumn): string => {
    if (meaning.kind === 'urn') return '990001';
    if (meaning.kind === 'began') return longDate(addDays(today, -28));
    if (meaning.kind === 'step' && meaning.step.id === first?.id) return longDate(addDays(today, -21));
    return '';
  };
  const rows = [columns.map(({ heading }) => heading), columns.map(example)];
  return `\uFEFF${rows.map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;
}

function quoted(cell: string): string {
  return /[",\r\n;]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The values of a cell, separated by semicolons. With `keepsPlace`, empty ones are kept, so that each stays with its date. */
function partsOf(cell: string, keepsPlace = false): readonly string[] {
  const parts = cell.split(';').map((part) => part.trim());
  return keepsPlace ? (cell === '' ? [] : parts) : parts.filter((part) => part !== '');
}

function same(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[’‘`]/gu, "'").replace(/[“”]/gu, '"').replace(/\s+/gu, ' ').trim();
}

/** A heading that is the id of a step or role, as the programme language has it. */
function byId(columns: readonly DeploymentsColumn[], heading: string): DeploymentsColumn | undefined {
  return columns.find(
    ({ meaning }) =>
      (meaning.kind === 'step' && same(meaning.step.id, heading)) ||
      (meaning.kind === 'role' && same(meaning.role, heading)) ||
      (meaning.kind === 'start' && same(meaning.field.id, heading)),
  );
}
