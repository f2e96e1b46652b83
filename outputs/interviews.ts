/** What interviews came to, as reports: the coded matrix and the quote bank. Neither has a name, a region, a day or the number of an interview. */
import type { InterviewQuote, Label, Matrix, QuotesWanted } from '../domain/fieldwork/interviews.ts';
import { SCALE_WORDS } from '../domain/fieldwork/quantifiers.ts';
import { THEMES } from '../domain/fieldwork/schedule.ts';
import type { Report } from './report.ts';

const LABEL = ['Role', 'Tier', 'Phase', 'Type'] as const;
const ofLabel = ({ role, tier, phase, type }: Label) => [role, tier, phase, type];

/** The coded matrix: a row for each option with its count and base, and a sheet with a row for each interview. */
export function matrixReport({ schedule, interviews, otherVersions, questions, rows, lines }: Matrix): Report {
  const counts = lines.map(({ question, option, count, base, words }) => [
    question.number,
    question.text,
    option.label,
    count,
    base,
    words,
  ]);
  const columns = ['Question', 'Asked', 'Answer', 'Count', 'Answered', 'In words'];
  const held = rows.map(({ label, codes }) => [
    ...ofLabel(label),
    ...codes.map((of) => (of === null ? null : of.length === 0 ? 'none of these' : of.map(({ label: words }) => words).join('; '))),
  ]);
  return {
    id: 'interview-matrix',
    title: `Coded matrix: ${schedule.title}`,
    asOf: null,
    cutOff: null,
    parameters: { schedule: schedule.id, version: String(schedule.version) },
    notes: [
      { term: 'Interviews', words: `${interviews} finished interviews by version ${schedule.version} of the schedule.` },
      { term: 'Other versions', words: `${otherVersions} finished interviews by other versions are not in it.` },
      {
        term: 'Answered',
        words: 'The base of a count: finished interviews in which the question was answered. One answer may have several codes.',
      },
      { term: 'In words', words: SCALE_WORDS },
      { term: 'Source of the questions', words: schedule.source },
    ],
    columns,
    rows: counts,
    sheets: [
      {
        name: 'Counts',
        title: 'How many gave each answer',
        about: 'Counted of those who answered the question.',
        headings: columns,
        rows: counts,
      },
      {
        name: 'Interviews',
        title: 'What each was coded as',
        about: 'A row for each finished interview. An empty cell: the question was not answered.',
        headings: [...LABEL, ...questions.map(({ number, text }) => `${number}. ${text}`)],
        rows: held,
      },
    ],
  };
}

/** The quote bank: words whose consent was given, each with its label. */
export function quotesReport(quotes: readonly InterviewQuote[], { fieldwork, theme, group }: QuotesWanted): Report {
  const rows = quotes.map((quote) => [THEMES[quote.theme], quote.question, quote.asked, ...ofLabel(quote), quote.words]);
  const columns = ['Theme', 'Question', 'Asked', ...LABEL, 'Words'];
  return {
    id: 'interview-quotes',
    title: 'Quote bank',
    asOf: null,
    cutOff: null,
    parameters: { fieldwork, theme, role: group },
    notes: [{ term: 'What is in it', words: 'Words of finished interviews of people who agreed to be quoted. Nothing says who they are.' }],
    columns,
    rows,
    sheets: [{ name: 'Quotations', title: 'Quotations', about: 'In the order of the questions.', headings: columns, rows }],
  };
}
