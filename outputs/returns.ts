/** The monthly return, and how forms came back, as reports that are handed out. */
import type { FormsReturned, FormsReturnedOf } from '../desk/forms-returned.ts';
import type { MonthlyReturn } from '../desk/monthly-return.ts';
import { LONG_COLUMNS, longRows, valueOf } from '../domain/measures/long-rows.ts';
import { monthWords } from '../domain/measures/monthly-return.ts';
import type { Month } from '../domain/measures/monthly-return.ts';
import { stratumWords } from '../domain/measures/report.ts';
import type { Section } from '../domain/measures/report.ts';
import type { ReturnOf } from '../postgres/views/monthly-return.ts';
import type { Report, Sheet } from './report.ts';

const COLUMNS = [...LONG_COLUMNS, 'Only region', 'Only programme'];

/** The return of a month: what had happened by the end of its period, as far as it was recorded by the end of `asOf`. */
export function monthlyReturnReport(month: Month, of: ReturnOf, { sections, money }: MonthlyReturn): Report {
  const { from, to, asOf, region, programme } = of;
  const headed = { id: `return-${month}`, title: `Monthly return of ${monthWords(month)}`, mark: '' };
  return {
    id: 'return',
    title: headed.title,
    asOf: to,
    cutOff: asOf,
    parameters: { month, from, region, programme },
    notes: [
      { term: 'What each column counts', words: 'docs/product.md, “Monthly return”, says it. Money is in pence.' },
      ...money.flatMap(({ title, from: kept, notKept }) => [
        ...kept.map((one) => ({ term: `${title}, ${one.programme}`, words: `${one.terms.join('; ')}.` })),
        ...notKept.map((one) => ({
          term: `${title}, ${one.programme}`,
          words: `It is not recorded. Deployments left out: ${one.deployments}.`,
        })),
      ]),
    ],
    columns: COLUMNS,
    rows: longRows({ measure: headed, by: 'region', asOf: to, knownAt: asOf }, sections).map((row) => [...row, region, programme]),
    sheets: sections.map(sheetOf),
  };
}

/** How the forms of a programme came back by the end of a day, as it is known now. */
export function formsReport({ asOf, region, programme: id }: FormsReturnedOf, { programme, forms }: FormsReturned): Report {
  const headed = { id: `forms-${id}`, title: `Forms of ${programme}`, mark: '' };
  const sections = forms.flatMap(({ form, questions }) => [
    form,
    ...questions.map((one) => ({ ...one, title: `${form.title}: ${one.title}` })),
  ]);
  return {
    id: 'forms',
    title: headed.title,
    asOf,
    cutOff: asOf,
    parameters: { region, programme: id },
    notes: [
      { term: 'What is a form', words: 'An answer that asks at least three things.' },
      { term: 'What each column counts', words: 'docs/product.md, “Forms”, says it.' },
    ],
    columns: COLUMNS,
    rows: longRows({ measure: headed, by: 'region', asOf, knownAt: asOf }, sections).map((row) => [...row, region, id]),
    sheets: sections.map(sheetOf),
  };
}

/** A table with a line for each region and one for all. */
function sheetOf({ title, base, unit, figures, lines }: Section, at: number): Sheet {
  return {
    name: `Table ${at + 1}`,
    title,
    about: `Counted of: ${base}. Unit: ${unit}.`,
    headings: ['Region', ...figures.map((figure) => figure.title)],
    rows: lines.map((line) => [
      stratumWords('region', line.stratum),
      ...figures.map(({ id }) => valueOf(unit, line.figures[id]?.value ?? 0)),
    ]),
  };
}
