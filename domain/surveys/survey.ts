/**
 * A survey as data: whom it asks, in which role, what, and on which scale. `surveys/` reads it from YAML. Every part says where it comes
 * from, since the published reports print figures and topics but seldom the questionnaire itself.
 */
import { orderedJson } from '../ordered-json.ts';

/** "source": stated in the published source. "rebuilt": the source gives the topic, the wording or scale is ours. "design": ours. */
export const MARKS = ['source', 'rebuilt', 'design'] as const;
export type Mark = (typeof MARKS)[number];

/** What a mark says of something, for pages, commands and files. */
export const MARK_WORDS: Readonly<Record<Mark, string>> = {
  source: 'printed in the source',
  rebuilt: 'rebuilt from the source',
  design: 'ours',
};

/** What of several parts is the least of the source: what is ours in part is ours. */
export function leastMark(marks: readonly Mark[]): Mark {
  return MARKS.findLast((mark) => marks.includes(mark)) ?? 'design';
}

/** A role in which people are asked. One respondent may answer in several. */
export type Audience = {
  readonly id: string;
  /** "system leader", and several of them: "system leaders". */
  readonly title: string;
  readonly plural: string;
  /** As the question about roles offers it: "A system leader who gave support". */
  readonly label: string;
  readonly mark: Mark;
};

/** One answer of a scale or of a closed question. */
export type Option = {
  readonly id: string;
  readonly label: string;
  /** "Not applicable", "unsure": an answer, and so in the base, but no place on the scale. Not the same as no answer. */
  readonly aside: boolean;
  /** What it counts as in a mean: 1 to 10. Null where the scale has no numbers. */
  readonly value: number | null;
  /** Asks for a text besides when chosen: "Something else, which". The label of that text; null where it asks for none. */
  readonly which: string | null;
  readonly mark: Mark;
};

/** Answers that a report counts together: "satisfied or very satisfied". */
export type Net = {
  readonly id: string;
  /** To follow a share of people: "were satisfied or very satisfied". */
  readonly label: string;
  readonly of: readonly string[];
};

export type Scale = {
  readonly id: string;
  readonly options: readonly Option[];
  /** The first one is what tables of several items show. */
  readonly nets: readonly Net[];
};

/** By earlier question, the options of which one must have been chosen. All of the questions must hold. */
export type Condition = Readonly<Record<string, readonly string[]>>;

type Asked = {
  readonly id: string;
  readonly text: string;
  /** The text for an audience for whom it reads otherwise, by audience. */
  readonly textFor: Readonly<Record<string, string>>;
  readonly hint: string | null;
  /** The audiences that are asked; null for all of its section. */
  readonly askedOf: readonly string[] | null;
  readonly when: Condition | null;
  readonly mark: Mark;
  /** Where in the source it stands, or what was added and why. */
  readonly note: string | null;
};

/** A row of a grid. */
export type Item = {
  readonly id: string;
  readonly label: string;
  readonly askedOf: readonly string[] | null;
  readonly mark: Mark;
  readonly note: string | null;
};

/** The first question of every survey: in which roles somebody answers. Its options are the audiences. */
export type RolesQuestion = Asked & { readonly kind: 'roles'; readonly several: boolean };
/** One answer, or as many as apply. `comment` is the label of a text box below it, null for none. */
export type ClosedQuestion = Asked & {
  readonly kind: 'choice' | 'choices';
  readonly scale: Scale;
  readonly comment: string | null;
};
/** The same scale for each item, one answer a row. */
export type GridQuestion = Asked & { readonly kind: 'grid'; readonly scale: Scale; readonly items: readonly Item[] };
export type TextQuestion = Asked & {
  readonly kind: 'text';
  /** The closed question by whose answers what is quoted is listed. Left out: by none. */
  readonly quotedBy?: string;
};
/** Whether somebody may be got in touch with, and how. What is given here is kept apart and is no part of a response. */
export type ContactQuestion = Asked & { readonly kind: 'contact'; readonly address: string };

export type Question = RolesQuestion | ClosedQuestion | GridQuestion | TextQuestion | ContactQuestion;

export type Section = {
  readonly id: string;
  readonly title: string;
  readonly intro: string | null;
  readonly askedOf: readonly string[] | null;
  /** True: asked once of a respondent, whatever their roles. False: once for each of their audiences that it is asked of. */
  readonly once: boolean;
  readonly questions: readonly Question[];
};

/** How a net is worked out: from the counts together, or as the sum of the rounded shares of its parts. */
export const NET_RULES = ['of-counts', 'of-rounded'] as const;
export type NetRule = (typeof NET_RULES)[number];

/** A question by whose answers the figures of others are split: the kind of school, or the satisfaction with the match. */
export type AnswerSplit = {
  readonly id: string;
  /** To follow "by": "kind of school". */
  readonly title: string;
  readonly question: string;
  /** A row of a grid; null: a question of its own. */
  readonly item: string | null;
  /** The questions and rows of grids that it splits; null: all. */
  readonly rows: readonly string[] | null;
};

export type Survey = {
  readonly id: string;
  /** Counts up with every change. A version that was used never has other content. */
  readonly version: number;
  readonly title: string;
  readonly source: string;
  /** What it is about, for the invitation and the first page. */
  readonly about: string;
  /** How long it takes, in minutes. */
  readonly minutes: number;
  /** What becomes of the answers, who sees them, for how long: shown before the first question. */
  readonly statementOfUse: string;
  readonly net: NetRule;
  readonly audiences: readonly Audience[];
  readonly sections: readonly Section[];
  /** Left out: the figures are split by no answers. */
  readonly splits?: readonly AnswerSplit[];
};

/** Every question with its section, in the order in which they are asked. */
export function questionsOf(survey: Survey): readonly { readonly section: Section; readonly question: Question }[] {
  return survey.sections.flatMap((section) => section.questions.map((question) => ({ section, question })));
}

/** The question about roles. Throws where there is none: the checker lets no such survey pass. */
export function rolesQuestionOf(survey: Survey): RolesQuestion {
  const found = questionsOf(survey).find(({ question }) => question.kind === 'roles')?.question;
  if (found?.kind === 'roles') return found;
  throw new Error(`The survey ${survey.id} asks nobody for a role.`);
}

/** An audience by its id. Throws where the survey has none of that name. */
export function audienceOf(survey: Survey, id: string): Audience {
  const found = survey.audiences.find((audience) => audience.id === id);
  if (found !== undefined) return found;
  throw new Error(`The survey ${survey.id} has no audience ${id}.`);
}

/** Whether a question, an item or a section is put to an audience. */
export function isAskedOf(of: { readonly askedOf: readonly string[] | null }, audience: string): boolean {
  return of.askedOf === null || of.askedOf.includes(audience);
}

/**
 * Whether two surveys say the same, whatever the order of the keys they were kept in. Whoever keeps surveys refuses one whose id and
 * version are known with other content.
 */
export function isSameSurvey(one: Survey, other: Survey): boolean {
  return orderedJson(one) === orderedJson(other);
}
