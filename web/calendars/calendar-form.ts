import { readText } from '../../calendars/read-text.ts';
import type { CalendarFile } from '../../desk/read-calendar-file.ts';
import { proposeClosure, proposeImport, proposeReopening } from '../../desk/change-calendars.ts';
import type { Proposal } from '../../desk/change-calendars.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import { refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import type { Db } from '../../postgres/database.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import type { UploadedFile } from '../shared/uploaded-file.ts';
import { decidedIn } from './entries-view.ts';

/** The values of a form of the calendars. */
export type CalendarAsk = 'file' | 'closure' | 'reopening';

/** The mistakes in a form: each line with the input where it is to be corrected. */
export type CalendarFault = { readonly text: string; readonly href: string };

/** The inputs of each form, as they are carried from the form to the check page and on to the import. */
const INPUTS = {
  file: ['name', 'authority', 'text'],
  closure: ['kind', 'id', 'from-day', 'from-month', 'from-year', 'to-day', 'to-month', 'to-year', 'reason'],
  reopening: ['number'],
} as const satisfies Readonly<Record<CalendarAsk, readonly string[]>>;

export function askOf(body: FormBody): CalendarAsk {
  const what = typed(body, 'what');
  return what === 'closure' || what === 'reopening' ? what : 'file';
}

/**
 * What was typed, by the names of the inputs. The text of a file is carried along as it is, whether the file was chosen
 * or pasted.
 */
export function typedInputs(body: FormBody, uploaded: UploadedFile | null = null): Readonly<Record<string, string>> {
  const ask = askOf(body);
  const inputs = Object.fromEntries(INPUTS[ask].map((name) => [name, name === 'text' ? textOf(body) : typed(body, name)]));
  if (ask !== 'file' || uploaded === null) return inputs;
  const read = readText(uploaded.bytes, uploaded.name);
  return { ...inputs, name: nameOf(body, uploaded), text: read.ok ? read.value.text : '' };
}

function nameOf(body: FormBody, uploaded: UploadedFile | null): string {
  const name = typed(body, 'name');
  return (name === '' ? (uploaded?.name ?? '') : name).replaceAll(/\p{C}/gu, '').slice(0, 120);
}

function textOf(body: FormBody): string {
  return typeof body['text'] === 'string' ? body['text'].toWellFormed() : '';
}

/**
 * What the form would change. A chosen file takes precedence over pasted text. Where a refusal belongs to one input,
 * the kind of its reason names that input.
 */
export async function proposeByForm(db: Db, body: FormBody, uploaded: UploadedFile | null): Promise<Result<Proposal, Reason>> {
  switch (askOf(body)) {
    case 'file': {
      const bytes = uploaded?.bytes ?? Buffer.from(textOf(body));
      const authority = typed(body, 'authority');
      const fileName = nameOf(body, uploaded);
      if (bytes.toString().trim() === '') return unfilled('file', 'Choose a file, or paste its text');
      if (fileName === '') return unfilled('name', 'Enter the name of the file, so that others know what was imported');
      const file: CalendarFile = { fileName, bytes, decided: decidedIn(body), ...(authority === '' ? {} : { authority }) };
      return proposeImport(db, file);
    }
    case 'closure': {
      const id = typed(body, 'id');
      const kind = typed(body, 'kind');
      if (kind !== 'school' && kind !== 'trust') return unfilled('kind', 'Choose whether it is a school or a trust');
      if (id === '') return unfilled('id', kind === 'school' ? 'Enter the URN of the school' : 'Enter the code of the trust');
      const from = parsePlainDate(typedDate(body, 'from'));
      if (from === undefined) return unfilled('from-day', 'Enter the first closed day as a real date, for example 3 12 2026');
      const toText = typedDate(body, 'to');
      const to = toText === '' ? from : parsePlainDate(toText);
      if (to === undefined) return unfilled('to-day', 'Enter the last closed day as a real date, or leave it empty');
      const name = typed(body, 'reason');
      if (name === '') return unfilled('reason', 'Enter why it is closed, for example snow');
      return proposeClosure(db, { subject: kind === 'school' ? { kind, urn: id } : { kind, trust: id }, from, to, name });
    }
    case 'reopening': {
      const number = typed(body, 'number');
      return /^\d{1,9}$/.test(number) ? proposeReopening(db, Number(number)) : unfilled('number', 'Choose the closure to take back');
    }
  }
}

function unfilled(input: string, message: string): Result<never, Reason> {
  return refused({ kind: `input:${input}`, message, remedy: '' });
}

const MOST_FAULTS = 20;

/** A refusal as lines of an error summary, each with a link to its input. */
export function faultsOf(ask: CalendarAsk, { kind, message, remedy }: Reason): readonly CalendarFault[] {
  if (kind.startsWith('input:')) return [{ text: message, href: `#${kind.slice('input:'.length)}` }];
  const input = inputOf(ask, kind);
  if (kind !== 'faulty-dates') return [{ text: `${message} ${remedy}`.trim(), href: `#${input}` }];
  const lines = message.split('\n');
  return [
    ...lines.slice(0, MOST_FAULTS).map((text) => ({ text, href: `#${input}` })),
    ...(lines.length > MOST_FAULTS ? [{ text: `And ${lines.length - MOST_FAULTS} more.`, href: `#${input}` }] : []),
    ...remedy
      .split('\n')
      .slice(0, MOST_FAULTS)
      .map((text) => ({ text: `To mend it: ${text}`, href: `#${input}` })),
  ];
}

function inputOf(ask: CalendarAsk, kind: string): string {
  if (ask === 'reopening') return 'number';
  if (ask === 'closure') return kind === 'unknown-subject' ? 'id' : 'from-day';
  return kind === 'whose-feed' || kind === 'unknown-authority' || kind === 'authority-not-needed' ? 'authority' : 'text';
}
