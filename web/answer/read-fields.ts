import { parsePlainDate } from '../../domain/plain-date.ts';
import type { Answer, Field } from '../../domain/programme.ts';

/** A form as it was sent. */
export type FormBody = Readonly<Record<string, unknown>>;

/** What is wrong with a form: the id of the input to mend, and the words beside it. */
export type FormProblem = { readonly id: string; readonly text: string };

/** Longer than any answer by hand, and far below what the server takes. */
const LONGEST = { text: 500, person: 500, 'long-text': 10_000 } as const;

/** Control characters but tabs and line ends: nobody types them, and PostgreSQL keeps no NUL. */
const UNSEEN = /[^\P{Cc}\n\t]/gu;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What was typed into one input, without blanks around it; empty when there is none of the name, or several. */
export function typed(body: FormBody, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') return '';
  return value.toWellFormed().replaceAll('\r\n', '\n').replaceAll(UNSEEN, '').trim();
}

/** The name and id of a field's input. Two answers of one step may have a field of the same id. */
export function inputName(answer: Answer, field: Field): string {
  return `${answer.id}-${field.id}`;
}

/** What a form says besides the answer itself: the fields that were filled in, and everything that is to be mended. */
export function readFields(
  answer: Answer,
  body: FormBody,
): { readonly fields: Readonly<Record<string, string>>; readonly problems: readonly FormProblem[] } {
  const fields: Record<string, string> = {};
  const problems: FormProblem[] = [];
  for (const field of answer.fields) {
    const name = inputName(answer, field);
    const value =
      field.kind === 'date' ? typedDate(body, name) : field.kind === 'text' ? typed(body, name).replaceAll(/\s+/g, ' ') : typed(body, name);
    const problem = problemWith(field, value);
    if (problem !== null) problems.push({ id: field.kind === 'date' ? `${name}-day` : name, text: problem });
    else if (value !== '') fields[field.id] = value;
  }
  return { fields, problems };
}

/** One answer of a step as the form shows it; what was typed before stands in it again. */
export type AnswerChoice = {
  readonly id: string;
  readonly label: string;
  readonly checked: boolean;
  readonly fields: readonly FieldInput[];
};

export type FieldInput = {
  readonly kind: Field['kind'];
  readonly name: string;
  readonly label: string;
  readonly hint: string | null;
  readonly value: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly error: string | null;
};

/** Every answer of a step for the form (views/answer-fields.njk). */
export function answerChoices(
  answers: readonly Answer[],
  chosen: string,
  body: FormBody,
  problems: readonly FormProblem[],
): readonly AnswerChoice[] {
  return answers.map((answer) => ({
    id: answer.id,
    label: answer.label,
    checked: answer.id === chosen,
    fields: answer.fields.map((field) => {
      const name = inputName(answer, field);
      return {
        kind: field.kind,
        name,
        label: field.required ? field.label : `${field.label} (optional)`,
        hint: field.hint,
        value: typed(body, name),
        day: typed(body, `${name}-day`),
        month: typed(body, `${name}-month`),
        year: typed(body, `${name}-year`),
        error: problems.find(({ id }) => id === name || id === `${name}-day`)?.text ?? null,
      };
    }),
  }));
}

/** A day of three inputs as an ISO date: "5", "12", "2022" is 2022-12-05. Whatever is not a day comes back as it was typed. */
export function typedDate(body: FormBody, name: string): string {
  const [day, month, year] = ['day', 'month', 'year'].map((part) => typed(body, `${name}-${part}`)) as [string, string, string];
  if (day === '' && month === '' && year === '') return '';
  return `${year}-${numberOfMonth(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** "dec" and "December" are 12. */
function numberOfMonth(month: string): string {
  const named = /^\p{L}{3,}$/u.test(month) ? MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1 : 0;
  return named === 0 ? month : String(named);
}

function problemWith(field: Field, value: string): string | null {
  const { label } = field;
  if (value === '') {
    if (!field.required) return null;
    return field.kind === 'yes-no' ? `Select yes or no for “${label}”` : `Enter “${label}”`;
  }
  switch (field.kind) {
    case 'date':
      return parsePlainDate(value) === undefined ? problemWithDate(label, value) : null;
    case 'yes-no':
      return value === 'yes' || value === 'no' ? null : `Select yes or no for “${label}”`;
    case 'text':
    case 'person':
    case 'long-text':
      return value.length > LONGEST[field.kind]
        ? `“${label}” must be ${LONGEST[field.kind].toLocaleString('en-GB')} characters or fewer`
        : null;
    default:
      return field.kind satisfies never;
  }
}

function problemWithDate(label: string, value: string): string {
  const [, year = '', month = '', day = ''] = /^(.*)-(.*)-(.*)$/s.exec(value) ?? [];
  const missing = [...(day === '00' ? ['a day'] : []), ...(month === '00' ? ['a month'] : []), ...(year === '' ? ['a year'] : [])];
  if (missing.length > 0) return `“${label}” must include ${missing.join(' and ')}`;
  if (!/^\d{4}$/.test(year)) return `“${label}” must have a year of 4 numbers, for example 2022`;
  return `“${label}” must be a real date, for example 5 12 2022`;
}
