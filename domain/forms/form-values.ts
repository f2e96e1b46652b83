import { isPence } from './money.ts';
import { parsePlainDate } from '../time/plain-date.ts';
import type { Field } from '../programme.ts';

/**
 * How the value of each kind of field is stored, always as a string:
 *
 * - text, long-text: the words; text has one line
 * - choice: the id of an option; choices: ids, one a line, in the order of the options
 * - date: 2022-12-05; yes-no: yes or no
 * - money: pence, 160050 for £1,600.50; number: 9.5, without redundant zeros
 * - files: the names of files, one a line
 * - declaration: the name of the person who signs. The day of signing is the day of the answer
 * - person: a contact id
 * - group: no value itself; its entries' fields are stored under `interventions.1.cost`
 */
export type Values = Readonly<Record<string, string>>;

const NUMBER = /^-?(0|[1-9]\d{0,8})(\.\d{0,2}[1-9])?$/;
/** No folders, no characters that file systems refuse, and an extension. */
const FILE_NAME = /^[^\\/:*?"<>|\p{Cc}]{1,200}\.[A-Za-z0-9]{1,8}$/u;
const LONGEST_NAME = 200;

/** The value given at a path, trimmed; empty when there was none. */
export function valueAt(given: Values, path: string): string {
  return Object.hasOwn(given, path) ? (given[path] ?? '').trim() : '';
}

/** The lines of a value that holds several: choices, names of files. */
export function linesIn(value: string): readonly string[] {
  return value === '' ? [] : value.split('\n');
}

/** Whether a value has the form in which its kind is stored. Its limits are checked elsewhere. */
export function isWellFormed(field: Field, value: string): boolean {
  switch (field.kind) {
    case 'date':
      return parsePlainDate(value) !== undefined;
    case 'yes-no':
      return value === 'yes' || value === 'no';
    case 'text':
      return !/[\r\n]/.test(value);
    case 'choice':
      return optionsOf(field).includes(value);
    case 'choices':
      return value === inOrder(field, linesIn(value)).join('\n');
    case 'money':
      return isPence(value);
    case 'number':
      return NUMBER.test(value) && value !== '-0' && (value.split('.')[1] ?? '').length <= (field.decimals ?? 0);
    case 'files':
      return linesIn(value).every((name) => FILE_NAME.test(name));
    case 'declaration':
      return /\p{L}/u.test(value) && !/\p{Cc}/u.test(value) && value.length <= LONGEST_NAME;
    case 'person':
    case 'long-text':
    case 'group':
      return true;
    default:
      return field.kind satisfies never;
  }
}

/** The options of a field that are among these ids, in the order of the options, each once. */
export function inOrder(field: Field, ids: readonly string[]): readonly string[] {
  return optionsOf(field).filter((id) => ids.includes(id));
}

/** Money or numbers as whole numbers that can be compared and added: pence, or thousandths. */
export function amountOf(kind: Field['kind'], value: string): number {
  if (kind !== 'number') return Number(value);
  const [whole = '', fraction = ''] = value.replace('-', '').split('.');
  const thousandths = Number(whole) * 1000 + Number(fraction.padEnd(3, '0'));
  return value.startsWith('-') ? -thousandths : thousandths;
}

/** The reverse: from whole numbers back to stored values. */
export function valueOfAmount(kind: Field['kind'], amount: number): string {
  if (kind !== 'number') return String(amount);
  const thousandths = Math.abs(amount);
  const fraction = String(thousandths % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return `${amount < 0 ? '-' : ''}${Math.floor(thousandths / 1000)}${fraction === '' ? '' : `.${fraction}`}`;
}

function optionsOf({ options = [] }: Field): readonly string[] {
  return options.map(({ id }) => id);
}
