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
 * What the form would change. A chosen file takes precedence over pasted text. A refusal names every
 * input that is to be filled in, and shows them all at once.
 */
export async function proposeByForm(db: Db, body: FormBody, uploaded: UploadedFile | null): Promise<Result<Proposal, FormRefusal>> {
  switch (askOf(body)) {
    case 'file': {
      const bytes = uploaded?.bytes ?? Buffer.from(textOf(body));
      const authority = typed(body, 'authority');
      const fileName = nameOf(body, uploaded);
      const faults = faultsIn([
        [bytes.toString().trim() === '', 'file', 'Choose a file, or paste its text'],
        // A file that was chosen brings its name.
        [fileName === '' && textOf(body).trim() !== '', 'name', 'Enter the name of the file, so that others know what was imported'],
      ]);
      if (faults.length > 0) return unfilled(faults);
      const file: CalendarFile = { fileName, bytes, decided: decidedIn(body), ...(authority === '' ? {} : { authority }) };
      return proposeImport(db, file);
    }
    case 'closure': {
      const id = typed(body, 'id');
      const kind = typed(body, 'kind');
      const from = parsePlainDate(typedDate(body, 'from'));
      const toText = typedDate(body, 'to');
      const to = toText === '' ? from : parsePlainDate(toText);
      const name = typed(body, 'reason');
      const faults = faultsIn([
        [kind !== 'school' && kind !== 'trust', 'kind', 'Choose whether it is a school or a trust'],
        [id === '', 'id', kind === 'trust' ? 'Enter the code of the trust' : 'Enter the URN of the school, or the code of the trust'],
        [from === undefined, 'from-day', 'Enter the first closed day as a real date'],
        [toText !== '' && to === undefined, 'to-day', 'Enter the last closed day as a real date, or leave it empty'],
        [name === '', 'reason', 'Enter why it is closed, for example snow'],
      ]);
      if (faults.length > 0 || from === undefined || to === undefined || (kind !== 'school' && kind !== 'trust')) return unfilled(faults);
      return proposeClosure(db, { subject: kind === 'school' ? { kind, urn: id } : { kind, trust: id }, from, to, name });
    }
    case 'reopening': {
      const number = typed(body, 'number');
      return /^\d{1,9}$/.test(number)
        ? proposeReopening(db, Number(number))
        : unfilled(faultsIn([[true, 'number', 'Choose the closure to remove']]));
    }
  }
}

/** A refusal, with every input that is to be filled in or mended. */
export type FormRefusal = Reason & { readonly faults?: readonly CalendarFault[] };

function faultsIn(checks: readonly (readonly [wrong: boolean, input: string, text: string])[]): readonly CalendarFault[] {
  return checks.flatMap(([wrong, input, text]) => (wrong ? [{ text, href: `#${input}` }] : []));
}

function unfilled(faults: readonly CalendarFault[]): Result<never, FormRefusal> {
  return refused({ kind: 'unfilled', message: faults.map(({ text }) => text).join('. '), remedy: '', faults });
}

const MOST_FAULTS = 20;

/** A refusal as lines of an error summary, each with a link to its input. */
export function faultsOf(ask: CalendarAsk, { kind, message, remedy, faults }: FormRefusal): readonly CalendarFault[] {
  if (faults !== undefined) return faults;
  const input = inputOf(ask, kind);
  if (kind !== 'faulty-dates') return [{ text: `${message} ${remedy}`.trim(), href: `#${input}` }];
  const lines = message.split('\n');
  return [
    ...lines.slice(0, MOST_FAULTS).map((text) => ({ text, href: `#${input}` })),
    ...(lines.length > MOST_FAULTS ? [{ text: `And ${lines.length - MOST_FAULTS} more.`, href: `#${input}` }] : []),
    ...remedy
      .split('\n')
      .slice(0, MOST_FAULTS)
      .map((text) => ({ text: `To correct it: ${text}`, href: `#${input}` })),
  ];
}

function inputOf(ask: CalendarAsk, kind: string): string {
  if (ask === 'reopening') return 'number';
  if (ask === 'closure') return kind === 'unknown-subject' ? 'id' : 'from-day';
  return kind === 'whose-feed' || kind === 'unknown-authority' || kind === 'authority-not-needed' ? 'authority' : 'text';
}
