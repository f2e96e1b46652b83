import type { FastifyInstance } from 'fastify';
import { WAVE_STATES } from '../../desk/survey-waves.ts';
import type { ShownTable } from '../../domain/surveys/wave-figures.ts';
import { WAVE_COLUMNS, waveFigureRows } from '../../domain/surveys/wave-figures-rows.ts';
import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { hasEnded, readWaveFigures } from '../../postgres/surveys/figures.ts';
import { findWave } from '../../postgres/surveys/waves.ts';
import { csv } from '../../outputs/csv.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { sendMessage, staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { numberOf } from './wave-number.ts';

const send = staffPages('surveys');
const RUNS = { config: { access: 'run-surveys' } } as const;

type OfWave = { Params: { wave: string } };

/** What a survey found, once it has ended: a page of tables, and the same as a file. */
export function registerSurveyFiguresRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfWave>('/survey-waves/:wave/figures', RUNS, async (request, reply) => {
    const user = signedIn(request);
    const wave = await waveOf(request.params.wave);
    if (wave === undefined) return reply.callNotFound();
    if (!hasEnded(wave)) return sendMessage(reply.code(409), user, notYet(wave.closesOn));
    const figures = await readWaveFigures(db, wave, null);
    return send(reply, user, 'surveys/figures', {
      title: 'What the survey found',
      wave: { ...wave, stateWords: WAVE_STATES[wave.state] },
      tables: figures.tables.map(tableView),
      notShown: figures.notShown,
      hash: figures.hash,
      fileHref: urls.surveyFiguresFile(wave.id),
      backHref: urls.surveyWave(wave.id),
    });
  });

  app.get<OfWave>('/survey-waves/:wave/figures.csv', RUNS, async (request, reply) => {
    const wave = await waveOf(request.params.wave);
    if (wave === undefined) return reply.callNotFound();
    if (!hasEnded(wave)) return sendMessage(reply.code(409), signedIn(request), notYet(wave.closesOn));
    const figures = await readWaveFigures(db, wave, null);
    const of = { wave: wave.id, cutOffOn: wave.cutOffOn, hash: figures.hash };
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="survey-${wave.id}-figures.csv"`)
      .send(csv([WAVE_COLUMNS, ...waveFigureRows(figures, of)]));
  });

  async function waveOf(given: string) {
    const id = numberOf(given);
    return id === null ? undefined : findWave(db, id);
  }
}

function notYet(closesOn: PlainDate) {
  return {
    title: 'The survey has not ended',
    paragraphs: [
      `There are figures once it has closed, at the end of ${longDateWithWeekday(closesOn)}. Figures of two days before that would tell what was answered between them.`,
    ],
  };
}

function tableView({ id, title, options, rows, tooFew, hasMeans, sentences }: ShownTable) {
  const isGrid = rows.some((row) => row.title !== title);
  return {
    id,
    title,
    sentences,
    tooFew,
    headings: [isGrid ? 'Row' : 'Role', 'Answered', ...options.map((option) => option.title), ...(hasMeans ? ['Mean'] : [])],
    rows: rows.map((row) => [
      isGrid ? `${row.title}: ${row.audienceTitle}` : row.audienceTitle,
      row.base === row.sectionBase ? String(row.base) : `${row.base} (of ${row.sectionBase})`,
      ...row.cells.map(({ count, percent }) =>
        count === null ? 'not shown' : percent === null ? String(count) : `${count} (${percent}%)`,
      ),
      ...(row.mean === null ? [] : [row.mean]),
    ]),
  };
}
