/** The codes of open answers as a file says them, so that codings of several surveys and years can begin with the same. */
import type { Code, CodedTheme } from './coding.ts';
import type { Mark } from './survey.ts';

/** What several codes have in common. */
export type FrameTheme = { readonly id: string; readonly label: string; readonly mark: Mark };

export type FramedCode = Code & {
  /** When an answer gets this code. */
  readonly definition: string;
  /** Nobody said them. */
  readonly inventedExamples: readonly string[];
  /** The id of its theme; null: it stands alone. */
  readonly theme: string | null;
  readonly mark: Mark;
};

export type CodeFrame = {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** The id of the survey that it is for; null: any. */
  readonly survey: string | null;
  /** The ids of the questions that it is for; none: any open question. */
  readonly questions: readonly string[];
  readonly source: string;
  readonly assumptions: readonly string[];
  readonly themes: readonly FrameTheme[];
  /** In the order in which coders see them. */
  readonly codes: readonly FramedCode[];
};

/** Whether answers to this question of this survey may be coded with it. */
export function isFrameFor({ survey, questions }: Pick<CodeFrame, 'survey' | 'questions'>, of: string, question: string): boolean {
  return (survey === null || survey === of) && (questions.length === 0 || questions.includes(question));
}

/** The themes of a frame with their codes, in its order. */
export function codedThemes({ themes, codes }: Pick<CodeFrame, 'themes' | 'codes'>): readonly CodedTheme[] {
  return themes.map(({ id, label }) => ({ id, label, codes: codes.filter(({ theme }) => theme === id).map((code) => code.id) }));
}
