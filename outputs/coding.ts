/** What the coding of open answers came to, as reports that are handed out. Words that were not cleared are in none of them. */
import type { CodingResults } from '../domain/surveys/coding.ts';
import type { Coding } from '../postgres/surveys/coding.ts';
import type { Report } from './report.ts';

type RoleOf = (audience: string | null) => string;
type Of = Pick<Coding, 'id' | 'wave' | 'survey' | 'question' | 'frame' | 'codes'>;

const THEMES = ['Code', 'Label', 'Role', 'Base', 'Count', 'Percent', 'Agreed', 'Kappa'];
const QUOTES = ['Role', 'Codes', 'Words'];

/** The themes, each with the agreement on its code. A count that is small, or would tell a small one, is empty. */
export function themesReport(of: Of, { themes, agreement, agreedOnAll, answers, undecided }: CodingResults, roleOf: RoleOf): Report {
  const rows = themes.map(({ code, audience, base, count, percent }) => {
    const { agreed, kappa } = agreement.find((one) => one.code === code.id) ?? { agreed: null, kappa: null };
    return [code.id, code.label, roleOf(audience), base, count, percent, agreed, kappa] as const;
  });
  return {
    ...headed(of, 'coding-themes', 'Themes of open answers'),
    notes: [
      { term: 'Answers', words: `${answers}. ${undecided} are still to be decided; themes are counted once none is.` },
      {
        term: 'Agreed',
        words: `The share of answers on which both coders said the same, from 0 to 1. On all codes of an answer: ${agreedOnAll}.`,
      },
      { term: 'Kappa', words: 'Cohen’s. Empty where chance alone would have both agree on everything.' },
      { term: 'Small numbers', words: 'A count of 1 to 4 is empty, and so is another from which it could be worked out.' },
    ],
    columns: ['Wave', 'Coding', 'Question', 'Codes version', ...THEMES],
    rows: rows.map((row) => [of.wave, of.id, of.question, of.frame, ...row]),
    sheets: [{ name: 'Themes', title: `Themes of ${of.question}`, about: `Codes of version ${of.frame}.`, headings: THEMES, rows }],
  };
}

/** The cleared quotations, in a random order. */
export function quotesReport(of: Of, { quotes }: CodingResults, roleOf: RoleOf): Report {
  const rows = quotes.map(({ audience, codes, words }) => [roleOf(audience), codes.join(' '), words] as const);
  return {
    ...headed(of, 'coding-quotations', 'Cleared quotations'),
    notes: [{ term: 'Words', words: 'As somebody cleared them to be quoted, and never as they were written.' }],
    columns: QUOTES,
    rows,
    sheets: [{ name: 'Quotations', title: `Quotations of ${of.question}`, about: `Codes of version ${of.frame}.`, headings: QUOTES, rows }],
  };
}

function headed({ id, wave, survey, question, frame }: Of, report: string, title: string) {
  const parameters = { coding: String(id), wave: String(wave), survey, question, codes: `version ${frame}` };
  return { id: report, title, asOf: null, cutOff: null, parameters };
}
