import { percentOf } from '../percent.ts';
import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import { plainLines, showsNothing } from '../unseen-characters.ts';
import { inWords } from '../words.ts';
import { agreementOn, isAgreed } from './agreement.ts';
import type { Agreement } from './agreement.ts';
import { hiddenOf, isHiddenTogether, LEAST_BASE } from './suppress.ts';
import { LONGEST_TEXT } from './submission.ts';
import { questionsOf } from './survey.ts';
import type { Survey } from './survey.ts';

/** A theme of open answers. */
export type Code = { readonly id: string; readonly label: string };

/** What several codes have in common, with their ids. */
export type CodedTheme = Code & { readonly codes: readonly string[] };

/** An open answer as it is coded: its place in a random order, and the role where enough people share it. */
export type OpenAnswer = { readonly place: number; readonly audience: string | null; readonly words: string };

/** An open answer with everything that was done to it. `one` and `other` are the codes of the two coders, who have both finished. */
export type JudgedAnswer = OpenAnswer & {
  readonly one: readonly string[];
  readonly other: readonly string[];
  /** What was decided where they differ; null: nothing yet. */
  readonly decided: readonly string[] | null;
  /** What may be quoted of it; null: nothing. */
  readonly cleared: string | null;
  /** Whether somebody has looked at whether it may be quoted. */
  readonly looked: boolean;
  /** What its quotation is listed by, such as the kind of school; null: nothing, or too few share it. */
  readonly listedBy: string | null;
};

/** The questions of a survey that people answer in their own words: open ones, and closed ones with a box below. */
export function openQuestionsOf(survey: Survey): readonly { readonly id: string; readonly text: string }[] {
  return questionsOf(survey).flatMap(({ question }) => {
    if (question.kind === 'text') return [{ id: question.id, text: question.text }];
    const comment = question.kind === 'choice' || question.kind === 'choices' ? question.comment : null;
    return comment === null ? [] : [{ id: question.id, text: `${question.text} ${comment}` }];
  });
}

/** The codes of an answer: those that both gave, or what was decided; null while that is open. */
export function finalCodes(answer: Pick<JudgedAnswer, 'one' | 'other' | 'decided'>): readonly string[] | null {
  return isAgreed(answer) ? answer.one : answer.decided;
}

/** How many answers got a code, of all or of one role. Counts are null where they are small or would tell a small one. */
export type ThemeRow = {
  readonly code: Code;
  /** Null: of everybody. */
  readonly audience: string | null;
  readonly base: number;
  readonly count: number | null;
  readonly percent: number | null;
};

/** A cleared answer: its role, what it is listed by and its codes, and never the words that were not cleared. */
export type Quote = {
  readonly audience: string | null;
  readonly listedBy: string | null;
  readonly codes: readonly string[];
  readonly words: string;
};

export type CodingResults = {
  readonly answers: number;
  readonly agreement: readonly Agreement[];
  /** On whether any code of a theme that has several fits; `code` is the theme. */
  readonly agreementTogether: readonly Agreement[];
  /** The share of answers to which both gave the same codes. */
  readonly agreedOnAll: number;
  /** How many answers wait for a decision. */
  readonly undecided: number;
  /** Empty while some are undecided. */
  readonly themes: readonly ThemeRow[];
  /** How many answers got any code of a theme that has several; `code` is the theme. Empty while some are undecided. */
  readonly together: readonly ThemeRow[];
  /** By what they are listed by, and within it in the random order in which the answers are kept. */
  readonly quotes: readonly Quote[];
};

/**
 * What a coding came to, once both coders have finished. Themes are counted by role where every answer has one and each has at least ten
 * answers, else of all together: never both, since one could be taken from the other. `grouped` are the themes that some of the codes have in
 * common. Throws where nothing was coded.
 */
export function codingResults(
  codes: readonly Code[],
  answers: readonly JudgedAnswer[],
  grouped: readonly CodedTheme[] = [],
): CodingResults {
  const counted = splitByRole(answers).flatMap((part) => ({ ...part, rows: themesOf(codes, part) }));
  const undecided = answers.filter((answer) => finalCodes(answer) === null).length;
  return {
    answers: answers.length,
    agreement: codes.map(({ id }) => agreementOn(id, answers)),
    agreementTogether: ofSeveral(grouped).map((theme) => agreementOn(theme.id, answers, theme.codes)),
    agreedOnAll: answers.filter(isAgreed).length / answers.length,
    undecided,
    themes: undecided > 0 ? [] : counted.flatMap(({ rows }) => rows),
    together: undecided > 0 ? [] : counted.flatMap((part) => togetherOf(grouped, part)),
    quotes: answers
      .flatMap(({ audience, listedBy, cleared, ...answer }) =>
        cleared === null ? [] : [{ audience, listedBy, codes: finalCodes(answer) ?? [], words: cleared }],
      )
      .toSorted((one, other) => compareLists(one.listedBy, other.listedBy)),
  };
}

/** The answers of one role, or of everybody. */
type Part = { readonly audience: string | null; readonly of: readonly JudgedAnswer[] };

function splitByRole(answers: readonly JudgedAnswer[]): readonly Part[] {
  const byRole = [...Map.groupBy(answers, ({ audience }) => audience).entries()].map(([audience, of]) => ({ audience, of }));
  return byRole.every(({ audience, of }) => audience !== null && of.length >= LEAST_BASE) ? byRole : [{ audience: null, of: answers }];
}

function themesOf(codes: readonly Code[], { audience, of }: Part): readonly ThemeRow[] {
  const counts = codes.map(({ id }) => ({ id, count: countWith(of, [id]) }));
  const base = of.length;
  const hidden = base < LEAST_BASE ? new Set(codes.map(({ id }) => id)) : hiddenOf({ counts, base, net: [], multiple: true }).options;
  return codes.map((code) => {
    const count = hidden.has(code.id) ? null : (counts.find(({ id }) => id === code.id)?.count ?? 0);
    return { code, audience, base, count, percent: count === null ? null : percentOf(count, base) };
  });
}

/** A theme of one code says what that code says, and has no row. */
function ofSeveral(grouped: readonly CodedTheme[]): readonly CodedTheme[] {
  return grouped.filter(({ codes }) => codes.length > 1);
}

/** By the alphabet, and what is in no list last. */
function compareLists(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other ? -1 : 1;
}

/** How many answers to an open question were given by those who gave one answer to a closed one; null: by those who gave none, or of whom no role is told. */
export type ListCount = { readonly option: string | null; readonly count: number };

/**
 * The answers by which quotations are listed: those that at least ten people share who wrote something. The others are in no list, as long as that tells nothing of
 * one of them: two at least, with ten people together, and where they are fewer the next smallest goes with them. None where that cannot be.
 *
 * Of 46 who lead maintained schools and 8 who lead single-academy trusts, nothing is said of either: whoever is not the one is the other.
 */
export function listsOf(counts: readonly ListCount[]): ReadonlySet<string> {
  const some = counts.filter(({ count }) => count > 0);
  const isListed = ({ option, count }: ListCount) => option !== null && count >= LEAST_BASE;
  const unlisted = some.filter((one) => !isListed(one));
  const listed = some.filter(isListed).toSorted((one, other) => one.count - other.count);
  const enough = () => unlisted.length >= 2 && unlisted.reduce((sum, { count }) => sum + count, 0) >= LEAST_BASE;
  while (unlisted.length > 0 && !enough()) {
    const next = listed.shift();
    if (next === undefined) return new Set();
    unlisted.push(next);
  }
  return new Set(listed.flatMap(({ option }) => option ?? []));
}

function togetherOf(
  grouped: readonly CodedTheme[],
  { audience, of, rows }: Part & { readonly rows: readonly ThemeRow[] },
): readonly ThemeRow[] {
  const base = of.length;
  return ofSeveral(grouped).map(({ codes, ...code }) => {
    const together = countWith(of, codes);
    const shown = rows.flatMap((row) => (row.count !== null && codes.includes(row.code.id) ? [row.count] : []));
    const count = base < LEAST_BASE || isHiddenTogether(together, base, shown) ? null : together;
    return { code, audience, base, count, percent: count === null ? null : percentOf(count, base) };
  });
}

/** How many answers have one of these codes. */
function countWith(answers: readonly JudgedAnswer[], codes: readonly string[]): number {
  return answers.filter((answer) => finalCodes(answer)?.some((given) => codes.includes(given)) ?? false).length;
}

export type ClearingRefusal = Reason & { readonly kind: 'nothing-left' | 'too-long' | 'names-somebody' };

const E_MAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/u;
const LINK = /\b(?:https?:\/\/|www\.)\S+/iu;
/** Six figures or more: telephone numbers, and the numbers of schools. */
const NUMBER = /\d(?:[\s()-]*\d){5,}/u;

/**
 * Checks what is to be quoted. `named` are the names of people, schools and trusts of the survey that stand in it. Refused where nothing
 * is left, or where it names any of them, an e-mail address, a web address or a long number. Whether somebody can be recognised by
 * anything else, a person has to say.
 */
export function readCleared(given: string, named: readonly string[]): Result<string, ClearingRefusal> {
  const words = plainLines(given);
  const refuse = (kind: ClearingRefusal['kind'], message: string, remedy: string) => refused({ kind, message, remedy });
  if (showsNothing(words))
    return refuse('nothing-left', 'Enter the words that may be quoted, or say that it may not be quoted', 'Enter words.');
  if (words.length > LONGEST_TEXT) {
    return refuse('too-long', `The words must be ${LONGEST_TEXT.toLocaleString('en-GB')} characters or fewer`, 'Shorten them.');
  }
  const found = [...named, ...[E_MAIL, LINK, NUMBER].flatMap((pattern) => pattern.exec(words)?.[0] ?? [])];
  return found.length === 0
    ? ok(words)
    : refuse('names-somebody', `Take out ${inWords(found.map((one) => `“${one}”`))}: somebody could be recognised by it`, 'Take it out.');
}
