import type { Step } from '../../domain/programme.ts';

/** What the address of a form asks to have chosen when it opens. */
export type ChosenInAddress = {
  /** The answer to begin with; null when the address names none that may be given. */
  readonly answer: string | null;
  /** The address names something that is no answer of this step, such as a button of a damaged e-mail: the page says so. */
  readonly strange: boolean;
};

/**
 * The answer that a button of a letter, or a link of Today, has chosen: `?answer=accepts`. It is a choice to begin with, like a
 * radio button that was clicked: nothing is answered by it, and nothing is saved. What is not one of the step's answers, or is
 * named more than once, chooses nothing.
 */
export function chosenInAddress({ answers }: Pick<Step, 'answers'>, query: unknown): ChosenInAddress {
  const given = typeof query === 'object' && query !== null && 'answer' in query ? query.answer : undefined;
  if (given === undefined || given === '') return { answer: null, strange: false };
  const answer = answers.find(({ id }) => id === given)?.id ?? null;
  return { answer, strange: answer === null };
}
