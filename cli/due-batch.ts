import { pipeline } from 'node:stream/promises';
import type { Readable, Writable } from 'node:stream';
import type { Reason, Result } from '../domain/result.ts';
import { shortened } from '../desk/due-question.ts';
import type { DueAnswer, DueQuestion } from '../desk/due-question.ts';
import { exactJson } from './exact-json.ts';
import { linesOf } from './lines.ts';
import type { Line } from './lines.ts';

/** 1 MB; a question takes about a hundred bytes. */
const LONGEST_LINE_BYTES = 1_000_000;

const FIELDS = ['id', 'from', 'allow', 'authority', 'owner'] as const;

/**
 * Answers questions, one JSON object a line, with one JSON object a line in the same order. It reads no faster than its
 * answers are taken, and ends quietly when nobody takes them any more (`chaser due --batch | head`).
 */
export async function answerBatch(
  answer: (question: DueQuestion) => Result<DueAnswer, Reason>,
  input: Readable,
  output: Writable,
): Promise<void> {
  try {
    await pipeline(
      input,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const lines of linesOf(chunks, LONGEST_LINE_BYTES)) {
          let answers = '';
          for (const line of lines) answers += answerLine(answer, line);
          if (answers !== '') yield answers;
        }
      },
      output,
      { end: false },
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** The answer to one line, with the id it came with; nothing for a blank one. */
function answerLine(answer: (question: DueQuestion) => Result<DueAnswer, Reason>, line: Line): string {
  const { text, number } = line;
  if (text === undefined) return faulty('null', TOO_LONG, number);
  if (text.trim() === '') return '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty('null', NOT_JSON, number);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return faulty('null', NOT_AN_OBJECT, number);
  const given = value as Readonly<Record<string, unknown>>;
  let id: string;
  try {
    id = exactJson(text, given['id']);
  } catch (error) {
    // Only a value nested too deeply for the stack cannot be written back.
    if (!(error instanceof RangeError)) throw error;
    return faulty('null', TOO_DEEP, number);
  }
  const fault = faultIn(given);
  if (fault) return faulty(id, fault, number);
  const { from, allow, authority, owner } = given as DueQuestion;
  const answered = answer({ from, allow, authority: authority ?? undefined, owner: owner ?? undefined });
  if (!answered.ok) return faulty(id, answered.reason, number);
  return `{"id":${id},${JSON.stringify(answered.value).slice(1)}\n`;
}

function faulty(id: string, { kind, message, remedy }: Reason, line: number): string {
  return `{"id":${id},"error":${JSON.stringify({ kind, message, remedy, line })}}\n`;
}

/** What is wrong with a question before it is asked. */
function faultIn(given: Readonly<Record<string, unknown>>): Reason | undefined {
  for (const name of Object.keys(given)) {
    if (!(FIELDS as readonly string[]).includes(name)) {
      return badQuestion(
        `"${shortened(name)}" is not known here.`,
        `Use ${FIELDS.join(', ')}; put whatever you want to have back into id.`,
      );
    }
  }
  for (const name of ['from', 'allow'] as const) {
    if (given[name] === undefined || given[name] === null) return badQuestion(`"${name}" is missing.`, EXAMPLE);
    if (typeof given[name] !== 'string') return badQuestion(`"${name}" is not text.`, EXAMPLE);
  }
  for (const name of ['authority', 'owner'] as const) {
    if (given[name] !== undefined && given[name] !== null && typeof given[name] !== 'string') {
      return badQuestion(`"${name}" is not text.`, `Put it in quotes: "authority": "888", "owner": "school".`);
    }
  }
  return undefined;
}

const EXAMPLE = 'Write for example {"id": 1, "from": "2022-11-25", "allow": "3 working days"}.';

function badQuestion(message: string, remedy: string): Reason {
  return { kind: 'bad-question', message, remedy };
}

const NOT_JSON: Reason = { kind: 'bad-json', message: 'This line is not JSON.', remedy: `One question a line. ${EXAMPLE}` };
const NOT_AN_OBJECT = badQuestion('This line is not a JSON object.', EXAMPLE);
const TOO_LONG: Reason = { kind: 'line-too-long', message: 'This line is longer than 1 MB.', remedy: 'Ask one question a line.' };
const TOO_DEEP = badQuestion('The id is nested too deeply.', 'Use a plain id: a number or text.');
