import { OWNERS } from '../../desk/due-question.ts';
import type { DueQuestion } from '../../desk/due-question.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';

/** What the calculator's form sends, as the address of the page carries it. */
export type DateQuery = Readonly<Record<string, unknown>>;

/** How a time is counted. Those that need no number name a day of the school year. */
export const UNITS = {
  'working days': { text: 'Working days', counted: true },
  'school days': { text: 'School days', counted: true },
  'calendar days': { text: 'Calendar days', counted: true },
  weeks: { text: 'Weeks', counted: true },
  'end of term': { text: 'To the end of the term', counted: false },
  'end of following term': { text: 'To the end of the following term', counted: false },
} as const;

type Unit = keyof typeof UNITS;

export const FORM_FIELDS = ['from-day', 'from-month', 'from-year', 'count', 'unit', 'owner', 'authority'] as const;
export type DateForm = Readonly<Record<(typeof FORM_FIELDS)[number], string>>;

/** What was typed, field by field; '' where nothing was. */
export function formOf(query: DateQuery): DateForm {
  const typed = (name: string) => {
    const value = query[name];
    return typeof value === 'string' ? value.trim().slice(0, 60) : '';
  };
  return Object.fromEntries(FORM_FIELDS.map((name) => [name, typed(name)])) as DateForm;
}

/** Whether the form was sent at all: the bare address shows it empty. */
export function wasAsked(query: DateQuery): boolean {
  return FORM_FIELDS.some((name) => query[name] !== undefined);
}

export type Fault = { readonly text: string; readonly href: string };
export type ReadQuestion =
  | { readonly question: DueQuestion; readonly faults: readonly never[] }
  | { readonly question: null; readonly faults: readonly [Fault, ...(readonly Fault[])] };

/**
 * The question that was typed, as `chaser due` would be asked it. Names every fault at once, each with the field to mend. `'2022',
 * '12', '5'`, `10` and `working days` ask for "10 working days" from 2022-12-05.
 */
export function readDateForm(form: DateForm): ReadQuestion {
  const faults: Fault[] = [];
  const from = `${form['from-year']}-${form['from-month'].padStart(2, '0')}-${form['from-day'].padStart(2, '0')}`;
  if (form['from-day'] === '' && form['from-month'] === '' && form['from-year'] === '') {
    faults.push({ text: 'Enter the day to count from', href: '#from-day' });
  } else if (parsePlainDate(from) === undefined) {
    faults.push({ text: 'The day to count from must be a real date, like 5 12 2026', href: '#from-day' });
  }
  const unit = Object.hasOwn(UNITS, form.unit) ? UNITS[form.unit as Unit] : undefined;
  if (unit === undefined) faults.push({ text: 'Select how the time is counted', href: '#unit' });
  if (unit?.counted === true && !/^[1-9]\d{0,2}$/.test(form.count)) {
    faults.push({
      text: form.count === '' ? 'Enter how many' : 'How many must be a whole number from 1 to 999',
      href: '#count',
    });
  }
  if (form.owner !== '' && !Object.hasOwn(OWNERS, form.owner)) faults.push({ text: 'Select who is to act from the list', href: '#owner' });
  const [first, ...others] = faults;
  if (first !== undefined) return { question: null, faults: [first, ...others] };
  return {
    question: {
      from,
      allow: unit?.counted === true ? `${form.count} ${form.unit}` : form.unit,
      owner: form.owner === '' ? undefined : form.owner,
      authority: form.authority === '' ? undefined : form.authority,
    },
    faults: [],
  };
}
