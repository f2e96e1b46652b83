import { percentOf } from '../percent.ts';
import { inWords, lowerFirst } from '../words.ts';
import { audienceTitles, countResponses, EVERYBODY } from './count-responses.ts';
import type { CountedQuestion, CountedResponse } from './count-responses.ts';
import { intervalOf } from './interval.ts';
import type { Interval, IntervalRule } from './interval.ts';
import { hiddenOf, LEAST_BASE } from './suppress.ts';
import { leastMark, questionsOf } from './survey.ts';
import type { Mark, NetRule, Survey } from './survey.ts';
import { meanOf } from './tabulate-means.ts';
import { NET, tabulate } from './tabulate.ts';
import type { Cell, CountedTable, TabulatedRow, Titled } from './tabulate.ts';

/** A figure of a live survey; null: it is not said, because it is small or a small one would follow from it. */
export type ShownCell = Titled & {
  readonly count: number | null;
  readonly percent: number | null;
  readonly words: string;
  /** Where the answer comes from; of several together, the least of theirs. */
  readonly mark: Mark;
  readonly interval: Interval | null;
};

export type ShownRow = {
  readonly title: string;
  readonly audience: string;
  readonly audienceTitle: string;
  /** Where the row comes from: of a grid its item, else the question. */
  readonly mark: Mark;
  /** How many answered this row, and how many answered in this role at all. */
  readonly base: number;
  readonly sectionBase: number;
  readonly cells: readonly ShownCell[];
  /** "7.4": the mean of the numbers of its scale; null where it has none. */
  readonly mean: string | null;
};

export type ShownTable = Titled & {
  /** Where the question comes from. */
  readonly mark: Mark;
  readonly options: readonly (Titled & { readonly mark: Mark })[];
  readonly rows: readonly ShownRow[];
  /** Rows of which too few answered, in words: "The training: system leaders". */
  readonly tooFew: readonly string[];
  readonly hasMeans: boolean;
  readonly sentences: readonly string[];
};

export type WaveFigures = {
  readonly net: NetRule;
  readonly tables: readonly ShownTable[];
  /** Audiences of whom nothing is said: too few answered, or too few did not. */
  readonly notShown: readonly string[];
};

const NOT_SHOWN = 'not shown';

/**
 * The figures of a wave from its valid responses, with what could tell of one person left out. Nothing is said of an audience that is not
 * `told`, nor of one or a row with fewer than ten answers; small counts are hidden with whatever they would follow from (`hiddenOf`). An
 * item whose scale has numbers, and no net, is shown by its mean alone, since counts beside a mean could be solved for. Sentences stand on
 * what is shown. Pure: the same responses in any order give the same figures.
 */
export function waveFigures(survey: Survey, responses: readonly CountedResponse[], told: ReadonlySet<string>, net: NetRule): WaveFigures {
  const audiences = audienceTitles(survey);
  const sizes = new Map(survey.audiences.map(({ id }) => [id, responses.filter((one) => one.audiences.includes(id)).length] as const));
  const shown = new Set(survey.audiences.map(({ id }) => id).filter((id) => told.has(id) && (sizes.get(id) ?? 0) >= LEAST_BASE));
  if (shown.size === survey.audiences.length) shown.add(EVERYBODY);
  const tables = countResponses(survey, responses)
    .map((counted) => shownTable(counted, marksOf(survey, counted), audiences, shown, net))
    .filter(({ rows, tooFew }) => rows.length + tooFew.length > 0);
  return { net, tables, notShown: audiences.filter(({ id }) => id !== EVERYBODY && !shown.has(id)).map(({ title }) => title) };
}

/** Where a question and its answers come from; the answers that are shown together come from where the least of them does. */
type Marks = { readonly question: Mark; readonly answers: ReadonlyMap<string, Mark> };

function marksOf(survey: Survey, { question: id, table }: CountedQuestion): Marks {
  const question = questionsOf(survey).find((one) => one.question.id === id)?.question;
  const options = question !== undefined && 'scale' in question ? question.scale.options : [];
  const answers = new Map(options.map((option) => [option.id, option.mark]));
  if (table.net !== null) answers.set(NET, leastMark(table.net.of.flatMap((option) => answers.get(option) ?? [])));
  return { question: question?.mark ?? 'design', answers };
}

function shownTable(
  { table, means, given }: CountedQuestion,
  marks: Marks,
  audiences: readonly Titled[],
  shown: ReadonlySet<string>,
  net: NetRule,
): ShownTable {
  const marked = <T extends Titled>(one: T) => ({ ...one, mark: marks.answers.get(one.id) ?? marks.question });
  const titleOf = (audience: string) => audiences.find(({ id }) => id === audience)?.title ?? audience;
  const byMeanAlone = means.length > 0 && table.net === null;
  const rows: ShownRow[] = [];
  const tooFew: string[] = [];
  for (const row of tabulate(table, audiences, { net, small: false }).rows) {
    if (!shown.has(row.audience)) continue;
    const audienceTitle = titleOf(row.audience);
    const mean = byMeanAlone ? means.find(({ title, audience }) => title === row.title && audience === row.audience) : undefined;
    if ((mean?.base ?? row.base) < LEAST_BASE) {
      tooFew.push(table.rows.some(({ title }) => title !== row.title) ? `${row.title}: ${audienceTitle}` : audienceTitle);
      continue;
    }
    const { title, audience } = row;
    const mark = given[table.rows.findIndex((one) => one.title === title && one.audience === audience)]?.mark ?? marks.question;
    const of = { title, audience, audienceTitle, mark, sectionBase: row.sectionBase ?? row.base };
    rows.push(
      mean === undefined
        ? { ...of, base: row.base, cells: shownCells(table, row).map(marked), mean: null }
        : { ...of, base: mean.base, cells: [], mean: meanOf(mean.sum, mean.base) },
    );
  }
  const { id, title, options } = table;
  const netted = table.net === null ? [] : [{ id: NET, title: table.net.title }];
  return {
    id,
    title,
    mark: marks.question,
    options: byMeanAlone ? [] : [...options, ...netted].map(marked),
    rows,
    tooFew,
    hasMeans: byMeanAlone,
    sentences: sentencesOf(table, rows, audiences),
  };
}

function shownCells(table: CountedTable, row: TabulatedRow): readonly Omit<ShownCell, 'mark'>[] {
  const counts = row.cells.filter(({ id }) => id !== NET).map(({ id, count }) => ({ id, count }));
  const hidden = hiddenOf({ counts, base: row.base, net: table.net?.of ?? [], multiple: table.multiple });
  const isHidden = ({ id }: Cell) => (id === NET ? hidden.net : hidden.options.has(id));
  return row.cells.map((cell) => {
    const { id, title, count } = cell;
    if (isHidden(cell)) return { id, title, count: null, percent: null, words: NOT_SHOWN, interval: null };
    // The sum of rounded parts would tell how hidden parts are split.
    const partsAreHidden = id === NET && (table.net?.of ?? []).some((part) => hidden.options.has(part));
    const percent = partsAreHidden ? percentOf(count, row.base) : cell.percent;
    return { id, title, count, percent, words: partsAreHidden ? `${count} of ${row.base} (${percent}%)` : cell.words, interval: null };
  });
}

/** The figures with an interval beside every percentage that is shown. `askedOf` are how many of an audience were asked. */
export function withIntervals<F extends Pick<WaveFigures, 'tables'>>(
  figures: F,
  rule: IntervalRule,
  askedOf: (audience: string) => number | null,
): F {
  const tables = figures.tables.map((table) => ({
    ...table,
    rows: table.rows.map((row) => ({
      ...row,
      cells: row.cells.map((cell) => {
        const interval = cell.count === null ? null : intervalOf(cell.count, row.base, askedOf(row.audience), rule);
        return { ...cell, interval };
      }),
    })),
  }));
  return { ...figures, tables };
}

/** A figure by which rows are compared: a share of a net, or a mean, as a fraction. */
type Compared = { readonly row: ShownRow; readonly part: number; readonly whole: number };

/** Sentences that the shown figures carry: what fewest and most of each audience did, who did it more, and where fewer than half did. */
function sentencesOf(table: CountedTable, rows: readonly ShownRow[], audiences: readonly Titled[]): readonly string[] {
  if (table.net === null) return [];
  const what = lowerFirst(table.net.title);
  const several = new Set(table.rows.map(({ title }) => title)).size > 1;
  const compared = rows.flatMap((row): readonly Compared[] => {
    const count = row.cells.find(({ id }) => id === NET)?.count;
    return typeof count === 'number' ? [{ row, part: count, whole: row.base }] : [];
  });
  return [
    ...audiences.flatMap(({ id, title }) =>
      extremes(
        compared.filter(({ row }) => row.audience === id),
        lowerFirst(title),
        what,
      ),
    ),
    ...comparisons(compared, what, several),
    ...minorities(compared, what, several),
  ];
}

function extremes(of: readonly Compared[], audience: string, what: string): readonly string[] {
  const [first] = of;
  if (first === undefined || of.every((one) => order(one, first) === 0)) return [];
  const say = (how: string, sign: number) => {
    const end = of.reduce((best, one) => (sign * order(one, best) > 0 ? one : best));
    return `Of ${audience}, ${how} ${what}: ${quotedTitles(of.filter((one) => order(one, end) === 0))}.`;
  };
  return [say('most', 1), say('fewest', -1)];
}

function comparisons(of: readonly Compared[], what: string, several: boolean): readonly string[] {
  const titles = [...new Map(of.map(({ row }) => [row.audience, row.audienceTitle] as const)).entries()];
  return titles.flatMap(([one, oneTitle], at) =>
    titles.slice(at + 1).flatMap(([other, otherTitle]) => {
      const pairs = of.flatMap((a) => {
        const b = of.find(({ row }) => row.title === a.row.title && row.audience === other);
        return a.row.audience === one && b !== undefined ? [{ a, sign: Math.sign(order(a, b)) }] : [];
      });
      const say = (sign: number, more: string, fewer: string) => {
        const found = pairs.filter((pair) => pair.sign === sign).map(({ a }) => a);
        const where = several ? `: ${quotedTitles(found)}` : '';
        return found.length === 0 ? [] : [`A larger share of ${lowerFirst(more)} than of ${lowerFirst(fewer)} ${what}${where}.`];
      };
      return [...say(1, oneTitle, otherTitle), ...say(-1, otherTitle, oneTitle)];
    }),
  );
}

function minorities(of: readonly Compared[], what: string, several: boolean): readonly string[] {
  const byTitle = [...Map.groupBy(of, ({ row }) => row.title).values()];
  const few = byTitle
    .filter((rows) => rows.length > 1 && rows.every(({ part, whole }) => 2 * part < whole))
    .flatMap((rows) => rows.slice(0, 1));
  if (few.length === 0) return [];
  return [`Fewer than half in every role shown ${what}${several ? `: ${quotedTitles(few)}` : ''}.`];
}

/** Shares are compared before they are rounded. */
const order = (one: Compared, other: Compared): number => one.part * other.whole - other.part * one.whole;

const quotedTitles = (of: readonly Compared[]): string => inWords(of.map(({ row }) => `“${row.title}”`));
