import { capitalised } from '../words.ts';
import type { AnswerRow } from './submission.ts';
import { isAskedOf, questionsOf } from './survey.ts';
import type { ClosedQuestion, GridQuestion, Mark, Scale, Section, Survey } from './survey.ts';
import type { CountedRow, CountedTable, Titled } from './tabulate.ts';

/** What is counted of a response. */
export type CountedResponse = { readonly audiences: readonly string[]; readonly answers: readonly AnswerRow[] };

/** Respondents in whatever role: whom a section asks once. */
export const EVERYBODY = 'everybody';

/** The mean of an item whose answers have numbers, of those who gave one of them. */
export type CountedMean = { readonly title: string; readonly audience: string; readonly base: number; readonly sum: number };

/** A closed question or a grid, counted. `means` is empty for a scale without numbers. */
export type CountedQuestion = {
  readonly question: string;
  readonly table: CountedTable;
  readonly means: readonly CountedMean[];
  /** Who gave which answers of each row of the table, in its order. */
  readonly given: readonly GivenAnswers[];
};

/** The answers of each respondent who answered a row. */
export type GivenAnswers = {
  readonly item: string | null;
  readonly mark: Mark;
  readonly answers: ReadonlyMap<CountedResponse, readonly string[]>;
};

/** The audiences of a survey as tables name them, "System leaders", and everybody after them. */
export function audienceTitles(survey: Survey): readonly Titled[] {
  const named = survey.audiences.map(({ id, plural }) => ({ id, title: capitalised(plural) }));
  return [...named, { id: EVERYBODY, title: 'Everybody who answered' }];
}

/**
 * Counts valid responses: a table for each closed question and each grid, a row for each of its items and audiences that are asked it. The
 * base of a row is how many answered it, "not applicable" among them; whoever left it out is in the base of the section alone. Open
 * questions are coded and not counted, and what leads to nobody's answers (roles, contact) is left out.
 */
export function countResponses(survey: Survey, responses: readonly CountedResponse[]): readonly CountedQuestion[] {
  const byPlace = Map.groupBy(
    responses.flatMap((of) => of.answers.flatMap(({ option, ...answer }) => (option === null ? [] : [{ ...answer, option, of }]))),
    ({ audience, question, item }) => placeOf(audience, question, item),
  );
  const bases = new Map(
    survey.audiences.map(({ id }) => [id, responses.filter(({ audiences }) => audiences.includes(id)).length] as const),
  );
  return questionsOf(survey).flatMap(({ section, question }) => {
    if (question.kind !== 'choice' && question.kind !== 'choices' && question.kind !== 'grid') return [];
    const places = rowsOf(survey, section, question).map((row) => {
      const given = byPlace.get(placeOf(row.audience === EVERYBODY ? null : row.audience, question.id, row.item)) ?? [];
      return {
        ...row,
        given,
        answers: new Map([...Map.groupBy(given, ({ of }) => of)].map(([of, its]) => [of, its.map(({ option }) => option)])),
      };
    });
    const rows = places.map(({ title, audience, given, answers }) => {
      const counts = Object.fromEntries(
        question.scale.options.map(({ id }) => [id, given.filter(({ option }) => option === id).length] as const),
      );
      return { title, audience, base: answers.size, baseIsPrinted: true, counts, printed: {} };
    });
    const sectionBases = section.once ? { [EVERYBODY]: responses.length } : Object.fromEntries(bases);
    return [
      {
        question: question.id,
        table: tableOf(question, rows, sectionBases),
        means: rows.flatMap((row) => meanOf(question.scale, row)),
        given: places.map(({ item, mark, answers }) => ({ item, mark, answers })),
      },
    ];
  });
}

const placeOf = (audience: string | null, question: string, item: string | null) => JSON.stringify([audience, question, item]);

function rowsOf(survey: Survey, section: Section, question: ClosedQuestion | GridQuestion) {
  const asked = survey.audiences.map(({ id }) => id).filter((id) => isAskedOf(section, id) && isAskedOf(question, id));
  const audiencesOf = (of: { readonly askedOf: readonly string[] | null }) =>
    section.once ? [EVERYBODY] : asked.filter((audience) => isAskedOf(of, audience));
  return question.kind === 'grid'
    ? question.items.flatMap((item) =>
        audiencesOf(item).map((audience) => ({ title: item.label, audience, item: item.id, mark: item.mark })),
      )
    : audiencesOf(question).map((audience) => ({ title: question.text, audience, item: null, mark: question.mark }));
}

function tableOf(
  question: ClosedQuestion | GridQuestion,
  rows: readonly CountedRow[],
  sectionBases: Readonly<Record<string, number>>,
): CountedTable {
  const { options, nets } = question.scale;
  const [net] = nets;
  return {
    id: question.id,
    title: question.text,
    options: options.map(({ id, label }) => ({ id, title: label })),
    net: net === undefined || net.of.length === 0 ? null : { title: capitalised(net.label), of: net.of },
    multiple: question.kind === 'choices',
    rebuilt: [],
    sectionBases,
    rows,
    sentences: [],
    remarks: [],
  };
}

/** The sum and base of a mean; nothing where an answer that is no "unsure" has no number. */
function meanOf({ options }: Scale, { title, audience, counts }: CountedRow): readonly CountedMean[] {
  const numbers = options.filter(({ aside }) => !aside).map(({ id, value }) => ({ value, count: counts[id] ?? 0 }));
  if (numbers.length === 0 || numbers.some(({ value }) => value === null)) return [];
  const base = numbers.reduce((sum, { count }) => sum + count, 0);
  return [{ title, audience, base, sum: numbers.reduce((sum, { value, count }) => sum + (value ?? 0) * count, 0) }];
}
