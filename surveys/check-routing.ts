import type { Path, Report } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { listOrNull } from './build-survey.ts';
import type { QuestionDocument, SectionDocument, SurveyDocument } from './schema.ts';

/** A question with where it stands and who may be asked it. */
type Placed = {
  readonly id: string;
  readonly question: QuestionDocument;
  readonly section: SectionDocument;
  readonly path: Path;
  readonly audiences: readonly string[];
};

/** Who can come to a question, and the answers to earlier ones that they must have given. */
type Reached = { readonly by: readonly string[]; readonly needs: ReadonlyMap<string, readonly string[]> };

/**
 * Walks the ways through a survey: conditions name earlier questions and answers that these have, and somebody can come to every question
 * and every row of a grid. Where nobody could, the file is wrong.
 */
export function checkRouting(document: SurveyDocument, report: Report): void {
  const all = Object.keys(document.audiences);
  const placed = document.sections.flatMap((section, index) =>
    Object.entries(section.questions).map(([id, question]): Placed => {
      const audiences = among(among(all, listOrNull(section.askedOf)), listOrNull(question.askedOf));
      return { id, question, section, path: ['sections', index, 'questions', id], audiences };
    }),
  );
  const reached = new Map<string, Reached>();
  placed.forEach((one, index) => {
    const earlier = placed.slice(0, index);
    const conditions = Object.entries(one.question.when ?? {});
    const sound = conditions.map(([other, options]) => checkCondition(document, one, { other, options, earlier, placed }, report));
    if (sound.includes(false)) return;
    reached.set(one.id, reach(one, earlier, reached, report));
    checkItems(one, report);
  });
}

/** Those of some audiences that a list names; null names all. */
function among(audiences: readonly string[], named: readonly string[] | null): readonly string[] {
  return named === null ? audiences : audiences.filter((audience) => named.includes(audience));
}

type Condition = {
  readonly other: string;
  readonly options: string | readonly string[];
  readonly earlier: readonly Placed[];
  readonly placed: readonly Placed[];
};

/** Whether the condition can be understood; what is wrong with it is reported. */
function checkCondition(document: SurveyDocument, one: Placed, { other, options, earlier, placed }: Condition, report: Report): boolean {
  const at = [...one.path, 'when', other];
  const asked = earlier.find(({ id }) => id === other);
  if (asked === undefined) {
    if (placed.some(({ id }) => id === other)) {
      report(at, `"${other}" is not asked before "${one.id}"`, 'Name a question that stands earlier.', 'key');
    } else {
      const known = earlier.map(({ id }) => id);
      report(at, `There is no question "${other}"`, suggestion(other, known), 'key');
    }
    return false;
  }
  const known = answersOf(document, asked.question);
  if (known === undefined) {
    report(at, `"${other}" has no answers to choose from`, 'Name a question of kind choice, choices or yes-no.', 'key');
    return false;
  }
  if (one.section.once && !asked.section.once) {
    report(at, `"${other}" is asked once for each role, and "${one.id}" once`, 'Put both into sections of one kind.', 'key');
    return false;
  }
  const unknown = (listOrNull(options) ?? []).map((option, index) => ({ option, index })).filter(({ option }) => !known.includes(option));
  for (const { option, index } of unknown) {
    report(typeof options === 'string' ? at : [...at, index], `"${other}" has no answer "${option}"`, suggestion(option, known));
  }
  return unknown.length === 0;
}

function answersOf(document: SurveyDocument, { kind, options, scale }: QuestionDocument): readonly string[] | undefined {
  if (kind === 'yes-no') return ['yes', 'no'];
  if (kind !== 'choice' && kind !== 'choices') return undefined;
  const shared = scale !== undefined && Object.hasOwn(document.scales, scale) ? document.scales[scale]?.options : undefined;
  return Object.keys(options ?? shared ?? {});
}

function reach(one: Placed, earlier: readonly Placed[], reached: ReadonlyMap<string, Reached>, report: Report): Reached {
  let by = one.audiences;
  const needs = new Map<string, readonly string[]>();
  const at = [...one.path, 'when'];
  let contradicted = false;
  for (const [other, options] of Object.entries(one.question.when ?? {})) {
    const asked = earlier.find(({ id }) => id === other);
    const before = reached.get(other);
    if (asked === undefined || before === undefined) continue;
    // Somebody in two roles may have answered what is asked once in the other of them.
    if (!asked.section.once) by = by.filter((audience) => before.by.includes(audience));
    for (const [question, answers] of [...before.needs, [other, listOrNull(options) ?? []] as const]) {
      const several = earlier.find(({ id }) => id === question)?.question.kind === 'choices';
      const together = several ? answers : answers.filter((answer) => needs.get(question)?.includes(answer) ?? true);
      needs.set(question, together);
      if (together.length === 0) contradicted = true;
    }
  }
  if (contradicted) report(at, `Nobody can be asked "${one.id}": its conditions cannot hold together`, 'Correct one of them.', 'key');
  else if (by.length === 0) {
    const remedy = 'Compare the audiences of its section, of the question and of the questions in its "when".';
    report(one.path, `Nobody can be asked "${one.id}"`, remedy, 'key');
  }
  return { by, needs };
}

function checkItems({ question, audiences, path }: Placed, report: Report): void {
  for (const [item, { askedOf }] of Object.entries(question.items ?? {})) {
    if (among(audiences, listOrNull(askedOf)).length > 0) continue;
    report(
      [...path, 'items', item],
      `Nobody can be asked "${item}"`,
      'Compare its audiences with those of the question and the section.',
      'key',
    );
  }
}
