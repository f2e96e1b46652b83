/** What the coding of open answers came to, as reports that are handed out. Words that were not cleared are in none of them. */
import type { Agreement } from '../domain/surveys/agreement.ts';
import type { CodingResults, ThemeRow } from '../domain/surveys/coding.ts';
import { MARK_WORDS } from '../domain/surveys/survey.ts';
import type { Coding } from '../postgres/surveys/coding.ts';
import type { Cell, Report } from './report.ts';

type RoleOf = (audience: string | null) => string;
type Of = Pick<Coding, 'id' | 'wave' | 'survey' | 'question' | 'frame' | 'version' | 'sha256' | 'codes'>;

const FRAME = ['Code frame', 'Codes version', 'Codes hash'];
const THEMES = ['Theme', 'Code', 'Label', 'Mark', 'Role', 'Base', 'Count', 'Percent', 'Agreed', 'Kappa'];
const QUOTES = ['Role', 'Listed by', 'Codes', 'Words'];

/**
 * The themes, each with the agreement on its code. A count that is small, or would tell a small one, is empty. A theme that several codes have in common has
 * a row of its own, without a code.
 */
export function themesReport(
  of: Of,
  { themes, together, agreement, agreementTogether, agreedOnAll, answers, undecided }: CodingResults,
  roleOf: RoleOf,
): Report {
  const counted = ({ audience, base, count, percent }: ThemeRow) => [roleOf(audience), base, count, percent] as const;
  const rows: readonly (readonly Cell[])[] = [
    ...themes.map((row) => {
      const { agreed, kappa } = agreementBeside(row, themes, agreement);
      const framed = of.frame?.codes.find(({ id }) => id === row.code.id);
      return [framed?.theme ?? '', row.code.id, row.code.label, framed?.mark ?? '', ...counted(row), agreed, kappa];
    }),
    ...together.map((row) => {
      const mark = of.frame?.themes.find(({ id }) => id === row.code.id)?.mark ?? '';
      const { agreed, kappa } = agreementBeside(row, together, agreementTogether);
      return [row.code.id, '', row.code.label, mark, ...counted(row), agreed, kappa];
    }),
  ];
  return {
    ...headed(of, 'coding-themes', 'Themes of open answers'),
    notes: [
      ...aboutCodes(of),
      {
        term: 'Answers',
        words: `${answers}. ${undecided} are still to be decided; themes are counted once none is.`,
      },
      {
        term: 'Agreed',
        words: `The share of answers on which both coders said the same, from 0 to 1. On all codes of an answer: ${agreedOnAll}.`,
      },
      { term: 'Kappa', words: 'Cohen’s. Empty where chance alone would have both agree on everything.' },
      {
        term: 'Small numbers',
        words:
          'A count of 1 to 4 is empty, and so is another from which it could be worked out. Agreed and kappa are empty with it, since together they tell how many got a code.',
      },
      ...(together.length === 0
        ? []
        : [
            {
              term: 'Theme',
              words:
                'A row without a code counts answers with any code of the theme, each answer once. Agreed and kappa are on whether any of them fits.',
            },
          ]),
    ],
    columns: ['Wave', 'Coding', 'Question', ...FRAME, ...THEMES],
    rows: rows.map((row) => [of.wave, of.id, of.question, ...frameCells(of), ...row]),
    sheets: [{ name: 'Themes', title: `Themes of ${of.question}`, about: `Codes: ${codesName(of)}.`, headings: THEMES, rows }],
  };
}

/**
 * The agreement on the code of a row. None where one of the counts of that code is left out, of whatever role: share and kappa of so many answers leave
 * few ways in which the two coders can have given the code.
 */
function agreementBeside(
  { code }: ThemeRow,
  rows: readonly ThemeRow[],
  agreement: readonly Agreement[],
): { readonly agreed: number | null; readonly kappa: number | null } {
  const isHidden = rows.some((row) => row.code.id === code.id && row.count === null);
  return (isHidden ? undefined : agreement.find((one) => one.code === code.id)) ?? { agreed: null, kappa: null };
}

/** The cleared quotations, in a random order. */
export function quotesReport(of: Of, { quotes }: CodingResults, roleOf: RoleOf): Report {
  const rows = quotes.map(({ audience, listedBy, codes, words }) => [roleOf(audience), listedBy ?? '', codes.join(' '), words] as const);
  return {
    ...headed(of, 'coding-quotations', 'Cleared quotations'),
    notes: [
      ...aboutCodes(of),
      { term: 'Words', words: 'As somebody cleared them to be quoted, and never as they were written.' },
      { term: 'Order', words: 'By what they are listed by, and within it in a random order that was drawn once.' },
      {
        term: 'Listed by',
        words:
          'What the survey lists quotations of this question by, such as the kind of school. Empty where fewer than 10 share it, or it would tell of so few.',
      },
    ],
    columns: ['Question', ...FRAME, ...QUOTES],
    rows: rows.map((row) => [of.question, ...frameCells(of), ...row]),
    sheets: [{ name: 'Quotations', title: `Quotations of ${of.question}`, about: `Codes: ${codesName(of)}.`, headings: QUOTES, rows }],
  };
}

/** "tsi-2021-22-benefits, version 1"; "typed, version 2" where the codes are in no file. */
export function codesName({ frame, version }: Pick<Of, 'frame' | 'version'>): string {
  return `${frame?.id ?? 'typed'}, version ${version}`;
}

const frameCells = ({ frame, version, sha256 }: Of): readonly Cell[] => [frame?.id ?? '', version, sha256 ?? ''];

function aboutCodes(of: Of): Report['notes'] {
  const { frame, sha256 } = of;
  if (frame === null) return [{ term: 'Codes', words: `Typed for this question, version ${of.version}.` }];
  const marks = Object.entries(MARK_WORDS).map(([mark, words]) => `${mark}, ${words}`);
  return [
    { term: 'Codes', words: `${frame.title}: ${codesName(of)}. SHA-256 of what the code frame says: ${sha256}.` },
    { term: 'Source of the codes', words: frame.source },
    { term: 'Mark', words: `${marks.join('; ')}.` },
    ...frame.assumptions.map((words) => ({ term: 'Assumption', words })),
  ];
}

function headed(of: Of, report: string, title: string) {
  const { id, wave, survey, question, sha256 } = of;
  const parameters = { coding: String(id), wave: String(wave), survey, question, codes: codesName(of), codesHash: sha256 ?? '' };
  return { id: report, title, asOf: null, cutOff: null, parameters };
}
