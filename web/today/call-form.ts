import type { Reason, Result } from '../../domain/result.ts';
import { ok, refused } from '../../domain/result.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { CallNote, CallOutcome, FoundCall } from '../../postgres/desk/call-notes.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';

/** A date further ahead is more likely a slip than a promise. */
const LONGEST_PROMISE_DAYS = 60;
const LONGEST_NOTE = 500;

type CallProblem = { readonly field: 'outcome' | 'again-day' | 'note'; readonly text: string };
export type Attempt = {
  readonly key: string;
  readonly body: FormBody;
  readonly problems: readonly CallProblem[];
};

type Said = Pick<CallNote, 'outcome' | 'callAgainOn' | 'note' | 'wrongPerson'>;
type NotSaid = Reason & { readonly problems: readonly CallProblem[] };

/**
 * The outcome of a call as a coordinator gives it, or everything that is wrong with the form. A wrong person is one of the owners:
 * `wrong-person/head`.
 */
export function readCallForm(body: FormBody, call: FoundCall): Result<Said, NotSaid> {
  const outcome = typed(body, 'outcome');
  const note = typed(body, 'note');
  const wrongPerson = call.owners.find(({ person }) => outcome === `wrong-person/${person}`) ?? null;
  const again = outcome === 'call-again' ? readAgain(body, londonDate(Date.parse(call.itsNow))) : { on: null, problems: [] };
  const known = wrongPerson !== null || outcome === 'no-answer' || outcome === 'left-message' || outcome === 'call-again';
  const problems: readonly CallProblem[] = [
    ...(known ? [] : [{ field: 'outcome' as const, text: 'Select the outcome of the call' }]),
    ...again.problems.map((text) => ({ field: 'again-day' as const, text })),
    ...(note.length > LONGEST_NOTE ? [{ field: 'note' as const, text: `The note must be ${LONGEST_NOTE} characters or fewer` }] : []),
  ];
  if (problems.length > 0) {
    const message = problems.map(({ text }) => text).join('. ');
    return refused({ kind: 'form', message, remedy: message, problems });
  }
  const said = { callAgainOn: again.on, note: note === '' ? null : note, wrongPerson };
  return ok({ ...said, outcome: wrongPerson === null ? (outcome as CallOutcome) : 'wrong-person' });
}

/** The day on which to call again, after today and not too far ahead. */
function readAgain(body: FormBody, today: PlainDate): { readonly on: PlainDate | null; readonly problems: readonly string[] } {
  const day = typedDate(body, 'again');
  const on = parsePlainDate(day);
  const not = (text: string) => ({ on: null, problems: [text] });
  if (day === '') return not('Enter the day on which to call again');
  if (on === undefined) return not('The day on which to call again must be a real date');
  if (on <= today) return not(`The day on which to call again must be after today, ${longDateWithWeekday(today)}`);
  if (on > lastPromise(today)) return not(`The day on which to call again must be by ${longDateWithWeekday(lastPromise(today))}`);
  return { on, problems: [] };
}

function lastPromise(today: PlainDate): PlainDate {
  return addDays(today, LONGEST_PROMISE_DAYS);
}

export function formOf({ body, problems }: Attempt) {
  return {
    outcome: typed(body, 'outcome'),
    note: typed(body, 'note'),
    day: typed(body, 'again-day'),
    month: typed(body, 'again-month'),
    year: typed(body, 'again-year'),
    errors: Object.fromEntries(problems.map(({ field, text }) => [field, { text }])),
  };
}
