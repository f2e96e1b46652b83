import type pg from 'pg';
import { isAnswered, matrixOf, quotesOf } from '../domain/fieldwork/interviews.ts';
import type { Interview, InterviewAnswer, InterviewQuote, Matrix, QuotesWanted } from '../domain/fieldwork/interviews.ts';
import { FACTS, FACT_NAMES, sectionsAsked } from '../domain/fieldwork/schedule.ts';
import type { Schedule } from '../domain/fieldwork/schedule.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { readCleared } from '../domain/surveys/coding.ts';
import { LONGEST_TEXT } from '../domain/surveys/submission.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { plainLines } from '../domain/unseen-characters.ts';
import type { Db } from '../postgres/database.ts';
import { closeInterview, findInterview, keepInterviewAnswers, listFinished, makeInterview } from '../postgres/surveys/interviews.ts';

export type InterviewAsked = {
  readonly schedule: Schedule;
  readonly heldOn: PlainDate;
  readonly facts: Readonly<Record<string, string>>;
  readonly by: string;
  /** Now, in milliseconds. */
  readonly nowMs: number;
};

/** A fault in what was entered: `at` names the fact, or the question and the part of it. */
export type InterviewFault = Reason & { readonly at: string };

/**
 * Begins an interview. Refused where a fact is missing or is none of its values, the day has not come, or the version of the schedule was used
 * with other questions before.
 */
export async function beginInterview(
  db: pg.Pool,
  { schedule, heldOn, facts: given, by, nowMs }: InterviewAsked,
): Promise<Result<number, InterviewFault>> {
  const today = londonDate(nowMs);
  if (heldOn > today) {
    const message = `The interview must have been held by ${longDateWithWeekday(today)}`;
    return refused({ kind: 'not-yet-held', at: 'held', message, remedy: 'Enter the day on which it was held.' });
  }
  const facts: Record<string, string> = {};
  for (const fact of FACT_NAMES) {
    const values = schedule.facts[fact];
    if (values === undefined) continue;
    const value = given[fact] ?? '';
    if (!values.some(({ id }) => id === value)) {
      const remedy = `It is one of: ${values.map(({ id }) => id).join(', ')}`;
      return refused({ kind: 'unknown-fact', at: fact, message: `Select the ${FACTS[fact].toLowerCase()}`, remedy });
    }
    facts[fact] = value;
  }
  const made = await makeInterview(db, { schedule, heldOn, facts, by });
  if (made !== null) return ok(made);
  const message = `Version ${schedule.version} of the schedule ${schedule.id} was used with other questions before`;
  return refused({ kind: 'other-schedule', at: 'held', message, remedy: 'Give the changed schedule a new version.' });
}

/** What was entered for one question; `consent` '' where nothing was chosen. */
export type AnswerGiven = Omit<InterviewAnswer, 'consent'> & { readonly consent: string };

/**
 * Keeps the answers of one section, before or after the interview has finished. Refused, with every fault and nothing kept, for options that the
 * question does not have, more than one where one is asked, words without a choice whether they may be quoted, words that may be quoted
 * and name somebody (see `readCleared`), and texts that are too long.
 */
export async function keepSection(
  db: Db,
  interview: Interview,
  section: string,
  given: readonly AnswerGiven[],
  by: string,
): Promise<Result<null, Reason & { readonly faults: readonly InterviewFault[] }>> {
  const asked = sectionsAsked(interview.schedule, interview.facts).find(({ id }) => id === section)?.questions ?? [];
  const faults: InterviewFault[] = [];
  const answers: InterviewAnswer[] = [];
  for (const question of asked) {
    const one = given.find(({ question: number }) => number === question.number);
    if (one === undefined) continue;
    const fault = (part: string, message: string) =>
      void faults.push({
        kind: 'faulty-answer',
        at: `q${question.number}-${part}`,
        message: `Question ${question.number}: ${message}`,
        remedy: 'Correct it.',
      });
    const options = question.options.map(({ id }) => id).filter((id) => one.options.includes(id));
    if (options.length < new Set(one.options).size) fault('options', 'select from the answers shown');
    if (!question.several && options.length > 1) fault('options', 'select one answer');
    const quote = plainLines(one.quote);
    const note = plainLines(one.note);
    for (const [part, text] of [
      ['note', note],
      ['quote', quote],
    ] as const) {
      if (text.length > LONGEST_TEXT) fault(part, `the words must be ${LONGEST_TEXT.toLocaleString('en-GB')} characters or fewer`);
    }
    if (quote !== '' && one.consent !== 'yes' && one.consent !== 'no') fault('consent', 'select yes if they agreed to be quoted');
    if (quote !== '' && one.consent === 'yes') {
      const cleared = readCleared(quote, []);
      if (!cleared.ok && cleared.reason.kind !== 'too-long') fault('quote', cleared.reason.message);
    }
    answers.push({ question: question.number, options, note, quote, consent: quote === '' ? null : one.consent === 'yes' });
  }
  const [first] = faults;
  if (first !== undefined) return refused({ kind: 'faulty-answers', message: first.message, remedy: first.remedy, faults });
  await keepInterviewAnswers(db, interview.id, answers, by);
  return ok(null);
}

/** Finishes an interview, so that it counts. Refused where nothing was answered. */
export async function finishInterview(db: Db, id: number, by: string): Promise<Result<null, Reason>> {
  const interview = await findInterview(db, id);
  if (interview === undefined)
    return refused({ kind: 'unknown-interview', message: `There is no interview ${id}`, remedy: 'See the list.' });
  if (!interview.answers.some(isAnswered)) {
    return refused({ kind: 'nothing-answered', message: 'Enter an answer to at least one question first', remedy: 'Enter an answer.' });
  }
  await closeInterview(db, id, by);
  return ok(null);
}

/** The coded matrix of a schedule. */
export async function readMatrix(db: Db, schedule: Schedule): Promise<Matrix> {
  return matrixOf(schedule, await listFinished(db, { schedule: schedule.id, fieldwork: '', group: '', quotable: false }));
}

/** The quote bank: words whose consent was given, and no others. */
export async function readQuotes(db: Db, wanted: QuotesWanted): Promise<readonly InterviewQuote[]> {
  const { fieldwork, group } = wanted;
  return quotesOf(await listFinished(db, { schedule: '', fieldwork, group, quotable: true }), wanted);
}
