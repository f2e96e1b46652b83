import { longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { unseenSentence } from '../../domain/unseen-characters.ts';
import { findPersonId } from '../../postgres/views/deployments.ts';
import type { Db } from '../../postgres/database.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { peopleMeant } from '../shared/find-person.ts';

const LONGEST_WORDS = 1_000;

/** A form as it was typed, to be shown again. */
export type Typed = {
  readonly words: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly to: string;
  readonly because: string;
  readonly onBehalfOf: string;
  /** Identifies the sending: however often the same form is sent, it counts once. */
  readonly once: string;
};

export function typedForm(body: FormBody): Typed {
  const once = typed(body, 'once');
  return {
    words: typed(body, 'words'),
    day: typed(body, 'by-day'),
    month: typed(body, 'by-month'),
    year: typed(body, 'by-year'),
    to: typed(body, 'to'),
    because: typed(body, 'because'),
    onBehalfOf: typed(body, 'onBehalfOf'),
    once: /^[0-9a-f-]{36}$/.test(once) ? once : crypto.randomUUID(),
  };
}

/** A promise: what will be done, and by which day. The day is counted from today on the deployment's clock. */
export function readPromise(
  body: FormBody,
  today: PlainDate,
): { readonly words: string; readonly promisedOn: PlainDate; readonly problems: readonly FormProblem[] } {
  const words = typed(body, 'words');
  const given = typedDate(body, 'by');
  const on = parsePlainDate(given);
  const problems = [
    ...wordsProblem('words', words, 'Enter what will be done', 'What will be done'),
    ...(given === ''
      ? [{ id: 'by-day', text: 'Enter the day by which it will be done' }]
      : on === undefined
        ? [{ id: 'by-day', text: 'The day by which it will be done must be a real date' }]
        : on < today
          ? [{ id: 'by-day', text: `The day by which it will be done must be today, ${longDateWithWeekday(today)}, or later` }]
          : []),
  ];
  return { words, promisedOn: on ?? today, problems };
}

/** Why it is handed over or sent back. */
export function readReason(body: FormBody): { readonly because: string; readonly problems: readonly FormProblem[] } {
  const because = typed(body, 'because');
  return { because, problems: wordsProblem('because', because, 'Enter the reason', 'The reason') };
}

/**
 * The person it is handed over to, by e-mail address, exact name or contact id. Upper and lower case make no
 * difference.
 */
export async function readNewHolder(
  db: Db,
  body: FormBody,
): Promise<{ readonly to: string | null; readonly problems: readonly FormProblem[] }> {
  const given = typed(body, 'to');
  const problem = (text: string) => ({ to: null, problems: [{ id: 'to', text }] });
  if (given === '') return problem('Enter who is to take it on');
  const [one, other] = await peopleMeant(db, given);
  if (other !== undefined) return problem(`Several people are called “${given}”. Enter the e-mail address of the one you mean`);
  const to = one?.id ?? (await findPersonId(db, given));
  return to === undefined
    ? problem(`Chaser knows nobody as “${given}”. ${unseenSentence(given) || 'Check the spelling, or enter their e-mail address'}`)
    : { to, problems: [] };
}

function wordsProblem(id: string, words: string, missing: string, name: string): readonly FormProblem[] {
  if (words === '') return [{ id, text: missing }];
  return words.length > LONGEST_WORDS ? [{ id, text: `${name} must be ${LONGEST_WORDS.toLocaleString('en-GB')} characters or fewer` }] : [];
}
