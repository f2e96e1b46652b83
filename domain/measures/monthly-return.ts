/**
 * The monthly management return: how many deployments there were at the start of a month, how many came in and went out, how many there were
 * at its end and how those stood, and money by financial year. What is counted is written down in docs/product.md, "Monthly return".
 */
import { longDate, parsePlainDate, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { MoneyKind } from './money.ts';
import { linesByStratum } from './report.ts';
import type { Section } from './report.ts';

/** A month, "2026-10". */
export type Month = string & { readonly __month: true };

/** "2026-10" as a month; undefined where it is none. */
export function parseMonth(text: string): Month | undefined {
  return parsePlainDate(`${text}-01`) === undefined ? undefined : (text as Month);
}

/** The month of a day. */
export function monthOf(day: PlainDate): Month {
  return day.slice(0, 7) as Month;
}

/** The month before or after, so many months on: one before January 2026 is December 2025. */
export function monthsAfter(month: Month, many: number): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const months = year * 12 + number - 1 + many;
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}` as Month;
}

/** "October 2026" */
export function monthWords(month: Month): string {
  return longDate(plainDate(`${month}-01`)).replace(/^1 /, '');
}

/**
 * From the first day of a month to its last, or to the day of the return where that comes before. Null where the month begins after that day.
 * October 2026 as of 10 December 2026 is 1 to 31 October; as of 13 October it is 1 to 13 October.
 */
export function periodOf(month: Month, asOf: PlainDate): { readonly from: PlainDate; readonly to: PlainDate } | null {
  const from = plainDate(`${month}-01`);
  const [last = from] = ['31', '30', '29', '28'].flatMap((day) => parsePlainDate(`${month}-${day}`) ?? []);
  return from > asOf ? null : { from, to: last < asOf ? last : asOf };
}

/** The year in which the financial year of a day began, on 1 April: 2025 of 31 March 2026, and 2026 of 1 April 2026. */
export function financialYearOf(day: PlainDate): number {
  return Number(day.slice(0, 4)) - (day.slice(5) < '04-01' ? 1 : 0);
}

/** "2025 to 2026" */
const yearWords = (year: number): string => `${year} to ${year + 1}`;

export const OUTCOMES = ['completed', 'declined', 'withdrawn'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const WAYS_IN = ['began', 'taken-in', 'reopened'] as const;
export type WayIn = (typeof WAYS_IN)[number];

/** So many deployments of a region that are alike in one thing. */
export type StockCount = {
  readonly region: string;
  readonly count: number;
} & (
  | { readonly what: 'start' | 'end' | WayIn | Outcome }
  /** Of those at the end: the clock of the whole deployment stands, or only that of a step that is open. */
  | { readonly what: 'paused' | 'step-paused' }
  /** Of those at the end: a step that must be done is late, and this role has the ball. */
  | { readonly what: 'late'; readonly turn: string }
);

/** An amount of a region in a financial year, in pence; of days that are claimed, in tenths of days. */
export type MoneyCount = { readonly region: string; readonly kind: MoneyKind; readonly year: number; readonly amount: number };

const sum = (counts: readonly { readonly count: number }[]): number => counts.reduce((total, { count }) => total + count, 0);

/** The tables of deployments. The base of stock and flow is the stock at the start and all that came in: what went out and the stock at the end are as many. */
export function stockSections(counts: readonly StockCount[], roles: ReadonlyMap<string, string>): readonly Section[] {
  const number = (some: readonly StockCount[], ...what: readonly StockCount['what'][]) =>
    sum(some.filter((one) => what.includes(one.what)));
  const lines = (figuresOf: (some: readonly StockCount[]) => Readonly<Record<string, number>>, ...base: readonly StockCount['what'][]) =>
    linesByStratum(
      counts,
      ({ region }) => region,
      (some) =>
        Object.fromEntries(Object.entries(figuresOf(some)).map(([id, value]) => [id, { value, base: number(some, ...base) }] as const)),
    );
  return [
    {
      id: 'stock',
      title: 'Deployments in and out',
      base: 'deployments at the start and those that came in',
      unit: 'count',
      figures: [
        { id: 'start', title: 'At the start' },
        { id: 'began', title: 'Began' },
        { id: 'taken-in', title: 'Imported' },
        { id: 'reopened', title: 'Reopened' },
        { id: 'completed', title: 'Completed' },
        { id: 'declined', title: 'Declined' },
        { id: 'withdrawn', title: 'Withdrawn' },
        { id: 'end', title: 'At the end' },
      ],
      lines: lines(
        (some) => Object.fromEntries(['start', ...WAYS_IN, ...OUTCOMES, 'end'].map((what) => [what, number(some, what as 'start')])),
        'start',
        ...WAYS_IN,
      ),
    },
    {
      id: 'standing',
      title: 'How those at the end stand',
      base: 'deployments at the end',
      unit: 'count',
      figures: [
        { id: 'end', title: 'At the end' },
        { id: 'paused', title: 'Paused' },
        { id: 'step-paused', title: 'Only a step paused' },
        { id: 'late', title: 'Late' },
      ],
      lines: lines(
        (some) => Object.fromEntries((['end', 'paused', 'step-paused', 'late'] as const).map((what) => [what, number(some, what)])),
        'end',
      ),
    },
    {
      id: 'late-turns',
      title: 'Late, by whose turn it is',
      base: 'late deployments',
      unit: 'count',
      figures: [...roles].map(([id, title]) => ({ id, title })),
      lines: lines(
        (some) =>
          Object.fromEntries([...roles.keys()].map((role) => [role, sum(some.filter((one) => one.what === 'late' && one.turn === role))])),
        'late',
      ),
    },
  ];
}

const MONEY_TITLES: Readonly<Record<MoneyKind, string>> = {
  committed: 'Money committed',
  claimed: 'Money claimed',
  paid: 'Money paid or spent',
  'days-claimed': 'Days claimed',
};

/** What a kind of money is called: "Money committed". */
export const moneyTitle = (kind: MoneyKind): string => MONEY_TITLES[kind];

/**
 * The table of a kind of money: a line for each region and a column for each financial year up to that of a day, and for all of them. The base is the
 * amount of all the years.
 */
export function moneySection(kind: MoneyKind, amounts: readonly MoneyCount[], regions: readonly string[], until: PlainDate): Section {
  const ofKind = amounts.filter((one) => one.kind === kind);
  const last = financialYearOf(until);
  const first = ofKind.reduce((year, one) => Math.min(year, one.year), last);
  const years = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const total = (some: readonly MoneyCount[]) => some.reduce((all, { amount }) => all + amount, 0);
  const figuresOf = (some: readonly MoneyCount[]) => {
    const base = total(some);
    const inYear = (year: number) => [String(year), { value: total(some.filter((one) => one.year === year)), base }] as const;
    return Object.fromEntries([...years.map(inYear), ['all', { value: base, base }] as const]);
  };
  return {
    id: `money-${kind}`,
    title: MONEY_TITLES[kind],
    base: 'all financial years',
    unit: kind === 'days-claimed' ? 'tenths-of-days' : 'pence',
    figures: [...years.map((year) => ({ id: String(year), title: yearWords(year) })), { id: 'all', title: 'All years' }],
    lines: linesByStratum(ofKind, ({ region }) => region, figuresOf, regions),
  };
}
