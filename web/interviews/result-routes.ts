import type { FastifyInstance } from 'fastify';
import { readMatrix, readQuotes } from '../../desk/interviews.ts';
import type { Matrix, QuotesWanted } from '../../domain/fieldwork/interviews.ts';
import { SCALE_WORDS } from '../../domain/fieldwork/quantifiers.ts';
import { THEME_NAMES, THEMES } from '../../domain/fieldwork/schedule.ts';
import { matrixReport, quotesReport } from '../../outputs/interviews.ts';
import { downloadsOf, FORMAT_NAMES, sendReport } from '../shared/downloads.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { knownSchedules, seesNoInterviews } from './interview-access.ts';

const send = staffPages('surveys');
const RUNS = { config: { access: 'run-surveys' } } as const;

type OfSchedule = { Params: { schedule: string } };
type Narrowed = { Querystring: Readonly<Record<string, unknown>> };

/** What the finished interviews came to: the coded matrix of each schedule and the quote bank, as pages and as files. */
export function registerInterviewResultRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfSchedule>('/interviews/matrix/:schedule', RUNS, async (request, reply) => {
    const [user, schedule] = [signedIn(request), knownSchedules().find(({ id }) => id === request.params.schedule)];
    if (schedule === undefined) return reply.callNotFound();
    if (seesNoInterviews(reply, user)) return reply;
    const matrix = await readMatrix(db, schedule);
    return send(reply, user, 'interviews/matrix', {
      title: 'Coded matrix',
      caption: schedule.title,
      matrix,
      scale: SCALE_WORDS,
      questions: countsView(matrix),
      ...rowsView(matrix),
      downloads: downloadsOf((format) => urls.interviewMatrixFile(schedule.id, format)),
      backHref: urls.interviews(),
    });
  });

  for (const format of FORMAT_NAMES) {
    app.get<OfSchedule>(`/interviews/matrix/:schedule/file.${format}`, RUNS, async (request, reply) => {
      const [user, schedule] = [signedIn(request), knownSchedules().find(({ id }) => id === request.params.schedule)];
      if (schedule === undefined) return reply.callNotFound();
      if (seesNoInterviews(reply, user)) return reply;
      return sendReport(reply, matrixReport(await readMatrix(db, schedule)), format, `matrix-${schedule.id}`);
    });

    app.get<Narrowed>(urls.interviewQuotesFile(format), RUNS, async (request, reply) => {
      if (seesNoInterviews(reply, signedIn(request))) return reply;
      const wanted = wantedIn(request.query);
      return sendReport(reply, quotesReport(await readQuotes(db, wanted), wanted), format, 'quotations');
    });
  }

  app.get<Narrowed>('/interviews/quotes', RUNS, async (request, reply) => {
    const user = signedIn(request);
    if (seesNoInterviews(reply, user)) return reply;
    const wanted = wantedIn(request.query);
    const quotes = await readQuotes(db, wanted);
    const asked = new URLSearchParams({ theme: wanted.theme, role: wanted.group }).toString();
    return send(reply, user, 'interviews/quotes', {
      title: 'Quote bank',
      wanted,
      themes: [{ value: '', text: 'All themes' }, ...THEME_NAMES.map((theme) => ({ value: theme, text: THEMES[theme] }))],
      roles: [{ value: '', text: 'Everybody' }, ...knownSchedules().map(({ group, title }) => ({ value: group, text: title }))],
      quotes: quotes.map(({ words, asked: question, theme, role, tier, phase, type }) => ({
        words,
        asked: question,
        theme: THEMES[theme],
        label: [role, tier, phase, type].filter((part) => part !== '').join(', '),
      })),
      action: urls.interviewQuotes(),
      downloads: downloadsOf((format) => `${urls.interviewQuotesFile(format)}?${asked}`),
      backHref: urls.interviews(),
    });
  });
}

/** What somebody chose; '' for what they did not, or for what is not known. */
function wantedIn(query: Readonly<Record<string, unknown>>): QuotesWanted {
  return {
    fieldwork: '',
    theme: THEME_NAMES.find((theme) => theme === query['theme']) ?? '',
    group: knownSchedules().find(({ group }) => group === query['role'])?.group ?? '',
  };
}

function countsView({ questions, lines }: Matrix) {
  return questions.map((question) => ({
    title: `${question.number}. ${question.text}`,
    rows: lines
      .filter((line) => line.question.number === question.number)
      .map(({ option, count, base, words }) => [option.label, `${count} of ${base}`, words ?? '–']),
  }));
}

function rowsView({ questions, rows }: Matrix) {
  return {
    headings: ['Who', ...questions.map(({ number }) => `Question ${number}`)],
    rows: rows.map(({ label: { role, tier, phase, type }, codes }) => {
      const facts = [tier, phase, type].filter((part) => part !== '').join(', ');
      return [facts === '' ? role : facts, ...codes.map(codeWords)];
    }),
  };
}

function codeWords(codes: Matrix['rows'][number]['codes'][number]): string {
  if (codes === null) return '–';
  return codes.length === 0 ? 'None of these' : codes.map(({ label }) => label).join('; ');
}
