import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import { plainLines, showsNothing } from '../unseen-characters.ts';
import { inWords } from '../words.ts';
import { addressField, askedOf, audiencesIn, chosenIn, commentField, whichField } from './routing.ts';
import type { AskedQuestion, Given } from './routing.ts';
import { rolesQuestionOf } from './survey.ts';
import type { Option, Survey } from './survey.ts';

/**
 * One thing that was answered, as it is kept. What was not answered has no row, which is not the same as "not applicable". There is one
 * row for each option that was chosen, and one without an option for a text of its own.
 */
export type AnswerRow = {
  /** The role in which it was answered; null in a section that is asked once. */
  readonly audience: string | null;
  readonly question: string;
  readonly item: string | null;
  readonly option: string | null;
  readonly text: string | null;
};

/** A response that counts. Nothing in it says whose it is. */
export type Submission = {
  readonly audiences: readonly string[];
  readonly answers: readonly AnswerRow[];
  /** Where somebody may be got in touch with: kept apart from the answers, with nothing that leads from one to the other. */
  readonly contact: string | null;
};

/** What is to be corrected in a field, in words for whoever filled it in. */
export type FieldError = { readonly field: string; readonly message: string };

export type SubmissionRefusal = Reason & {
  readonly kind: 'bad-answers' | 'nothing-answered';
  readonly errors: readonly FieldError[];
};

/** Far longer than what people write, far below what a server takes. */
export const LONGEST_TEXT = 4_000;
export const LONGEST_WHICH = 300;

/**
 * Reads what a respondent hands in. It counts when it names a role and answers one question besides; every other question may be left
 * out. Answers to questions that this respondent is not asked are left out, as are fields of no question. Refused with an error for each
 * field that cannot be read, or where nothing was answered. `contact` is not an answer, and does not make a response count.
 */
export function readSubmission(survey: Survey, given: Given): Result<Submission, SubmissionRefusal> {
  const roles = rolesQuestionOf(survey);
  const errors: FieldError[] = [];
  const answers: AnswerRow[] = [];
  let contact: string | null = null;
  const audiences = audiencesIn(survey, given);
  checkRoles(survey, given, errors);
  for (const asked of askedOf(survey, given).flatMap(({ questions }) => questions)) {
    const { question } = asked;
    if (question.kind === 'roles') continue;
    if (question.kind === 'contact') contact = readContact(asked, given, errors);
    else answers.push(...readAnswer(asked, given, errors));
  }
  if (errors.length > 0) {
    return refused({ kind: 'bad-answers', message: 'Some answers cannot be read.', remedy: 'Correct the answers that are named.', errors });
  }
  if (answers.length === 0) {
    const message = 'Answer at least one question besides your role, or close this page if you would rather not take part.';
    return refused({ kind: 'nothing-answered', message, remedy: 'Answer one question.', errors: [{ field: roles.id, message }] });
  }
  return ok({ audiences, answers, contact });
}

function checkRoles(survey: Survey, given: Given, errors: FieldError[]): void {
  const { id, several } = rolesQuestionOf(survey);
  const known = survey.audiences.map((audience) => audience.id);
  const chosen = chosenIn(given, id);
  if (chosen.length === 0) errors.push({ field: id, message: several ? 'Select every role that you had' : 'Select your role' });
  else if (chosen.some((role) => !known.includes(role))) {
    errors.push({ field: id, message: `Select from the roles shown: ${inWords(survey.audiences.map(({ label }) => label))}` });
  } else if (!several && chosen.length > 1) errors.push({ field: id, message: 'Select one role' });
}

function readAnswer({ question, audience, field, items }: AskedQuestion, given: Given, errors: FieldError[]): readonly AnswerRow[] {
  const row = (row: Partial<AnswerRow>): AnswerRow => ({ audience, question: question.id, item: null, option: null, text: null, ...row });
  switch (question.kind) {
    case 'grid':
      return items.flatMap((one) =>
        readOptions(one.field, { options: question.scale.options, most: 1, about: one.item.label }, given, errors).map((chosen) =>
          row({ item: one.item.id, ...chosen }),
        ),
      );
    case 'choice':
    case 'choices': {
      const of = { options: question.scale.options, most: question.kind === 'choice' ? 1 : Infinity, about: question.text };
      const comment = question.comment === null ? null : readText(commentField(field), LONGEST_TEXT, given, errors);
      return [...readOptions(field, of, given, errors).map((chosen) => row(chosen)), ...(comment === null ? [] : [row({ text: comment })])];
    }
    case 'text': {
      const text = readText(field, LONGEST_TEXT, given, errors);
      return text === null ? [] : [row({ text })];
    }
    case 'roles':
    case 'contact':
      return [];
    default:
      return question satisfies never;
  }
}

type Offered = { readonly options: readonly Option[]; readonly most: number; readonly about: string };

function readOptions(
  field: string,
  { options, most, about }: Offered,
  given: Given,
  errors: FieldError[],
): readonly { readonly option: string; readonly text: string | null }[] {
  const chosen = chosenIn(given, field);
  if (chosen.some((id) => !options.some((option) => option.id === id))) {
    errors.push({ field, message: `Select from the answers shown for “${about}”` });
    return [];
  }
  if (chosen.length > most) {
    errors.push({ field, message: `Select one answer for “${about}”` });
    return [];
  }
  return options
    .filter(({ id }) => chosen.includes(id))
    .map(({ id, which }) => ({ option: id, text: which === null ? null : readText(whichField(field, id), LONGEST_WHICH, given, errors) }));
}

/** Null where nothing was written that anybody could see. */
function readText(field: string, most: number, given: Given, errors: FieldError[]): string | null {
  const value = Object.hasOwn(given, field) ? given[field] : undefined;
  const text = plainLines(typeof value === 'string' ? value : (value?.[0] ?? ''));
  if (showsNothing(text)) return null;
  if (text.length > most) {
    const over = text.length - most;
    errors.push({
      field,
      message: `Shorten this by ${over.toLocaleString('en-GB')} character${over === 1 ? '' : 's'}: ${most.toLocaleString('en-GB')} is the most`,
    });
    return null;
  }
  return text;
}

const CONTACT_YES = 'yes';

function readContact({ field }: AskedQuestion, given: Given, errors: FieldError[]): string | null {
  const chosen = chosenIn(given, field);
  if (chosen.some((one) => one !== CONTACT_YES && one !== 'no') || chosen.length > 1) {
    errors.push({ field, message: 'Select yes or no' });
    return null;
  }
  if (!chosen.includes(CONTACT_YES)) return null;
  const address = readText(addressField(field), LONGEST_WHICH, given, errors);
  if (address === null && !errors.some((error) => error.field === addressField(field))) {
    errors.push({ field: addressField(field), message: 'Enter an e-mail address or a telephone number, or select no' });
  }
  return address;
}
