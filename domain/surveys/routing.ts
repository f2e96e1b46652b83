import { isAskedOf, questionsOf, rolesQuestionOf } from './survey.ts';
import type { Condition, Item, Question, Section, Survey } from './survey.ts';

/**
 * What a respondent has filled in so far, by the name of the field. A question with several answers has a list. A draft is kept in this
 * shape, and a page posts it.
 */
export type Given = Readonly<Record<string, string | readonly string[]>>;

/** A question as it is put to one respondent in one of their roles, or in all of them at once. */
export type AskedQuestion = {
  readonly question: Question;
  /** The role in which it is answered; null where the section is asked once. */
  readonly audience: string | null;
  /** The name of its field: "S1", or "school-leader.S1" in a section that is asked once for each role. */
  readonly field: string;
  /** The question in the words for this audience. */
  readonly text: string;
  /** The rows of a grid that this respondent sees, each with the name of its field; empty for every other kind. */
  readonly items: readonly { readonly item: Item; readonly field: string }[];
};

export type AskedSection = {
  readonly section: Section;
  readonly audience: string | null;
  readonly questions: readonly AskedQuestion[];
};

/** The name of the field with the text of "something else, which". */
export function whichField(field: string, option: string): string {
  return `${field}?${option}`;
}

/** The name of the field with the text below a closed question. */
export function commentField(field: string): string {
  return `${field}#comment`;
}

/** The name of the field with the address of somebody who may be got in touch with. */
export function addressField(field: string): string {
  return `${field}#address`;
}

/** What was chosen in a field: none, one or several. Empty values are none. */
export function chosenIn(given: Given, field: string): readonly string[] {
  const value = Object.hasOwn(given, field) ? given[field] : undefined;
  const values = typeof value === 'string' ? [value] : (value ?? []);
  return [...new Set(values.map((one) => one.trim()).filter((one) => one !== ''))];
}

/** The audiences that a respondent has named, in the order of the survey. What is no audience is left out. */
export function audiencesIn(survey: Survey, given: Given): readonly string[] {
  const { id, several } = rolesQuestionOf(survey);
  const chosen = chosenIn(given, id);
  const named = survey.audiences.map((audience) => audience.id).filter((audience) => chosen.includes(audience));
  return several ? named : named.slice(0, 1);
}

/**
 * What a respondent is asked, given their roles and what they have answered so far: section by section, one that is asked for each role
 * once for each of theirs. Sections without a question for them are left out. Before the roles are known only the question about them is asked.
 */
export function askedOf(survey: Survey, given: Given): readonly AskedSection[] {
  const audiences = audiencesIn(survey, given);
  const asked: AskedSection[] = [];
  const seen = new Set<string>();
  for (const section of survey.sections) {
    const roles = audiences.filter((audience) => isAskedOf(section, audience));
    for (const audience of section.once ? [null] : roles) {
      const questions: AskedQuestion[] = [];
      for (const question of section.questions) {
        const put = putTo(question, audience, audience === null ? roles : [audience]);
        if (put === undefined || !holds(survey, question.when, audience, given, seen)) continue;
        seen.add(put.field);
        questions.push(put);
      }
      if (questions.length > 0) asked.push({ section, audience, questions });
    }
  }
  return asked;
}

function putTo(question: Question, audience: string | null, roles: readonly string[]): AskedQuestion | undefined {
  const isFor = (of: { readonly askedOf: readonly string[] | null }) => roles.some((role) => isAskedOf(of, role));
  if (question.kind !== 'roles' && !isFor(question)) return undefined;
  const field = audience === null ? question.id : `${audience}.${question.id}`;
  const items = question.kind === 'grid' ? question.items.filter(isFor).map((item) => ({ item, field: `${field}.${item.id}` })) : [];
  if (question.kind === 'grid' && items.length === 0) return undefined;
  const [only] = roles;
  const text = roles.length === 1 && only !== undefined ? (question.textFor[only] ?? question.text) : question.text;
  return { question, audience, field, text, items };
}

/** An answer to a question that is not asked, left over from before somebody changed their mind, decides nothing. */
function holds(survey: Survey, when: Condition | null, audience: string | null, given: Given, seen: ReadonlySet<string>): boolean {
  return Object.entries(when ?? {}).every(([id, options]) => {
    const field = fieldFor(survey, id, audience);
    return field !== undefined && seen.has(field) && chosenIn(given, field).some((chosen) => options.includes(chosen));
  });
}

/** Where an audience's answer to a question stands: in its own section, or in one that is asked once. */
function fieldFor(survey: Survey, id: string, audience: string | null): string | undefined {
  const section = questionsOf(survey).find(({ question }) => question.id === id)?.section;
  if (section === undefined) return undefined;
  if (section.once) return id;
  return audience === null ? undefined : `${audience}.${id}`;
}
