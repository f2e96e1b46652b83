import { percentOf } from '../percent.ts';
import { capitalised } from '../words.ts';
import { countResponses, EVERYBODY } from './count-responses.ts';
import type { CountedQuestion, CountedResponse } from './count-responses.ts';
import { intervalOf } from './interval.ts';
import type { Interval, IntervalRule } from './interval.ts';
import type { Strata, Stratum } from './population.ts';
import type { Split } from './splits.ts';
import { shownGroups } from './suppress.ts';
import { questionsOf } from './survey.ts';
import type { AnswerSplit, Survey } from './survey.ts';
import { NET } from './tabulate.ts';
import type { ShownTable, WaveFigures } from './wave-figures.ts';

/** A valid response with what is told of its deployment. */
export type SplitResponse = CountedResponse & { readonly strata: Strata };

/** How many of one group gave the answers that are shown together, of those who answered. */
export type SplitRow = {
  readonly title: string;
  readonly audience: string;
  readonly audienceTitle: string;
  /** "North West"; "sat": what the record or the survey calls the group. */
  readonly group: string;
  readonly groupTitle: string;
  readonly base: number;
  readonly count: number;
  readonly percent: number;
  /** How many of the role and group were asked; null: nobody knows, since it is told by answers alone. */
  readonly asked: number | null;
  readonly interval: Interval | null;
};

/** One question by one split. `net` are the answers that are shown together: "Were satisfied or very satisfied". */
export type SplitTable = {
  /** The question. */
  readonly id: string;
  readonly title: string;
  /** The split, and what it is called: "region". */
  readonly by: string;
  readonly byTitle: string;
  readonly net: string;
  readonly rows: readonly SplitRow[];
};

/** How many of an audience and a group of the record were asked, and how many answered at all. */
export type AskedGroup = {
  readonly audience: string;
  readonly stratum: Stratum;
  readonly value: string;
  readonly asked: number;
  /** Whether at least ten answered, and at least ten did not. */
  readonly told: boolean;
};

/** The group of whoever answered a row by which figures are split, and gave none of the answers that are shown together. */
const OTHERS = 'others';

/**
 * The answers that are shown together, by each split in its order: of each row whose sum `figures` shows, and of no other. Single answers are never split. What is
 * shown of a row by one split is shown beside those before it only as far as nothing follows from all of them together (`shownGroups`). Empty
 * where responses tell nothing by which they could be split, as in a survey at the end of deployments that asks for nothing of the kind.
 */
export function splitFigures(
  survey: Survey,
  responses: readonly SplitResponse[],
  figures: Pick<WaveFigures, 'tables'>,
  splits: readonly Split[],
  asked: readonly AskedGroup[],
  intervals: IntervalRule = 'none',
): readonly SplitTable[] {
  const counted = countResponses(survey, responses);
  return figures.tables.flatMap((table) => {
    const question = counted.find((one) => one.question === table.id);
    const net = question?.table.net ?? null;
    if (question === undefined || net === null) return [];
    const rows = table.rows.flatMap((row) => {
      const at = question.table.rows.findIndex((one) => one.title === row.title && one.audience === row.audience);
      const given = question.given[at];
      if (given === undefined || typeof row.cells.find(({ id }) => id === NET)?.count !== 'number') return [];
      const answered = [...given.answers].map(([response, answers]) => ({
        response: response as SplitResponse,
        gave: answers.some((answer) => net.of.includes(answer)),
      }));
      const of = { row, question: table.id, item: given.item, answered };
      return splitRow(of, splits, groupsOf(survey, counted, figures.tables, asked), intervals);
    });
    return splits.flatMap(({ id: by, title: byTitle }) => {
      const shown = rows.flatMap((row) => (row.by === by ? [row.row] : []));
      return shown.length === 0 ? [] : [{ id: table.id, title: table.title, by, byTitle, net: net.title, rows: shown }];
    });
  });
}

type RowToSplit = {
  readonly row: ShownTable['rows'][number];
  readonly question: string;
  readonly item: string | null;
  readonly answered: readonly { readonly response: SplitResponse; readonly gave: boolean }[];
};

/** What a split makes of a row: the group of each response, which groups are told, what they are called, and how many of each were asked. */
type Groups = {
  readonly groupOf: (response: SplitResponse) => string | null;
  readonly isTold: (group: string) => boolean;
  readonly titleOf: (group: string) => string;
  readonly askedOf: (group: string) => number | null;
};

/** Takes the splits one after the other; the parts into which those that are shown have divided the row are what the next one is looked at within. */
function splitRow(
  of: RowToSplit,
  splits: readonly Split[],
  groupsOf: (split: Split, audience: string) => Groups,
  intervals: IntervalRule,
): readonly { readonly by: string; readonly row: SplitRow }[] {
  const { title, audience, audienceTitle } = of.row;
  let parts = of.answered.map(() => '');
  return splits.flatMap((split) => {
    if (!isSplitBy(of, split)) return [];
    const { groupOf, isTold, titleOf, askedOf } = groupsOf(split, audience);
    const answers = of.answered.map(({ response, gave }, at) => ({ part: parts[at] ?? '', group: groupOf(response), gave }));
    const shown = shownGroups(answers, isTold);
    if (shown.size === 0) return [];
    parts = answers.map(({ part, group }) => JSON.stringify([part, group !== null && shown.has(group) ? group : null]));
    return [...shown]
      .toSorted((one, other) => (one < other ? -1 : 1))
      .map((group) => {
        const members = answers.filter((one) => one.group === group);
        const [base, count] = [members.length, members.filter(({ gave }) => gave).length];
        const of = { title, audience, audienceTitle, group, groupTitle: titleOf(group), asked: askedOf(group) };
        const interval = intervalOf(count, base, of.asked, intervals);
        return { by: split.id, row: { ...of, base, count, percent: percentOf(count, base), interval } };
      });
  });
}

/** Whether a row is split by this at all: not by its own answers, and by those of another only where the survey says so. */
function isSplitBy({ question, item }: RowToSplit, split: Split): boolean {
  if (split.kind === 'stratum') return true;
  const { of } = split;
  if (of.question === question && of.item === item) return false;
  return of.rows === null || of.rows.includes(question) || (item !== null && of.rows.includes(item));
}

function groupsOf(
  survey: Survey,
  counted: readonly CountedQuestion[],
  tables: readonly ShownTable[],
  asked: readonly AskedGroup[],
): (split: Split, audience: string) => Groups {
  return (split, audience) =>
    split.kind === 'stratum' ? byRecord(split.stratum, audience, survey, asked) : byAnswers(split.of, audience, survey, counted, tables);
}

function byRecord(stratum: Stratum, audience: string, survey: Survey, asked: readonly AskedGroup[]): Groups {
  const find = (of: string, group: string) => asked.find((one) => one.audience === of && one.stratum === stratum && one.value === group);
  const audiences = audience === EVERYBODY ? survey.audiences.map(({ id }) => id) : [audience];
  return {
    groupOf: ({ strata }) => strata[stratum] ?? null,
    isTold: (group) => audiences.every((of) => find(of, group)?.told ?? false),
    titleOf: (group) => capitalised(group),
    askedOf: (group) => find(audience, group)?.asked ?? null,
  };
}

/** By what the same people answered: the answers that are shown together against the others, or each answer. A group is told where its own count is. */
function byAnswers(
  { question: id, item }: AnswerSplit,
  audience: string,
  survey: Survey,
  counted: readonly CountedQuestion[],
  tables: readonly ShownTable[],
): Groups {
  const question = questionsOf(survey).find((one) => one.question.id === id)?.question;
  const of = counted.find((one) => one.question === id);
  const at = of?.given.findIndex((one, index) => one.item === item && of.table.rows[index]?.audience === audience) ?? -1;
  const [given, row] = [of?.given[at], of?.table.rows[at]];
  const net = of?.table.net ?? null;
  const titles = new Map(of?.table.options.map((option) => [option.id, option.title]));
  if (net !== null) titles.set(NET, net.title).set(OTHERS, 'Gave another answer');
  const cells = tables.find((one) => one.id === id)?.rows.find((one) => one.title === row?.title && one.audience === audience)?.cells ?? [];
  return {
    groupOf: (response) => {
      const [answer] = given?.answers.get(response) ?? [];
      if (answer === undefined || question?.kind === 'choices') return null;
      if (net === null) return answer;
      return net.of.includes(answer) ? NET : OTHERS;
    },
    isTold: (group) => typeof cells.find((cell) => cell.id === (group === OTHERS ? NET : group))?.count === 'number',
    titleOf: (group) => titles.get(group) ?? group,
    askedOf: () => null,
  };
}
