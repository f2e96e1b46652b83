import { inOrder, linesIn } from './form-values.ts';
import { showsNothing, withoutUnseen } from '../unseen-characters.ts';
import type { Field } from '../programme.ts';

/**
 * Reads what people type, on the web page and on the command line alike: "1,600.50" is 160050 pence, "5 December 2022"
 * is 2022-12-05. What cannot be read stays as it was typed, and the form then says what is wrong with it.
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A typed value in the form in which the programme stores it. */
export function readTyped(field: Field, typed: string): string {
  if (showsNothing(typed)) return '';
  const text = isInWords(field) ? typed.trim() : withoutUnseen(typed).trim();
  switch (field.kind) {
    case 'text':
    case 'declaration':
      return text.replaceAll(/\s+/g, ' ');
    case 'date':
      return readDate(text);
    case 'money':
      return readPounds(text) ?? text;
    case 'number':
      return readNumber(text) ?? text;
    case 'yes-no':
      return text.toLowerCase();
    case 'choice':
      return optionCalled(field, text);
    case 'choices':
      return readChoices(field, text);
    case 'files':
      return eachLine(text).join('\n');
    case 'long-text':
    case 'person':
    case 'group':
      return text;
    default:
      return field.kind satisfies never;
  }
}

/** In words somebody may have meant every character; in a date or an amount one that shows nothing means nothing. */
function isInWords({ kind }: Field): boolean {
  return kind === 'text' || kind === 'long-text' || kind === 'declaration' || kind === 'person';
}

/** Pounds as pence: "£1,600.50" is "160050". Undefined when it is not an amount, or has a fraction of a penny. */
export function readPounds(text: string): string | undefined {
  const match = /^£?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?$/.exec(text);
  return match === null ? undefined : withoutZeros(`${match[1]?.replaceAll(',', '')}${match[2] ?? '00'}`);
}

/** A number in stored form: "1,200" is "1200", "09.50" is "9.5". Undefined when it is not a number. */
export function readNumber(text: string): string | undefined {
  const match = /^([-−]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = withoutZerosAtEnd(match[3] ?? '');
  const size = `${withoutZeros((match[2] ?? '').replaceAll(',', ''))}${fraction === '' ? '' : `.${fraction}`}`;
  return match[1] === '' || size === '0' ? size : `-${size}`;
}

/**
 * "5 December 2022", "5/12/2022" and "2022-12-05" are all 2022-12-05. Anything that is not a day is returned as it was
 * typed.
 */
export function readDate(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const [day = '', month = '', year = '', ...more] = text.split(/[\s/.-]+/);
  return year === '' || more.length > 0 ? text : dateOfParts(day, month, year);
}

/** A day typed into three inputs: "5", "12", "2022" is 2022-12-05; empty when all three are empty. */
export function dateOfParts(day: string, month: string, year: string): string {
  if (day === '' && month === '' && year === '') return '';
  return `${year}-${numberOfMonth(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** "dec" and "December" are 12. */
function numberOfMonth(month: string): string {
  const position = /^\p{L}{3,}$/u.test(month) ? MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1 : 0;
  return position === 0 ? month : String(position);
}

/** Ids or labels, one a line or separated by commas. */
function readChoices(field: Field, text: string): string {
  const lines = eachLine(text);
  const written = lines.length === 1 && !isOption(field, text) ? text.split(',').map((part) => part.trim()) : lines;
  const ids = written.map((one) => optionCalled(field, one));
  const known = inOrder(field, ids);
  return [...known, ...ids.filter((id) => !known.includes(id))].join('\n');
}

function isOption(field: Field, text: string): boolean {
  return (field.options ?? []).some(({ id }) => id === optionCalled(field, text));
}

function optionCalled({ options = [] }: Field, text: string): string {
  const same = (other: string) => other.toLowerCase() === text.toLowerCase();
  return options.find(({ id, label }) => same(id) || same(label))?.id ?? text;
}

function eachLine(text: string): readonly string[] {
  return linesIn(text)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

/** "500" is "5". One look at each digit: the pattern /0+$/ takes the square of a long text, which anybody may send. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
