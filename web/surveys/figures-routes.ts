import type { FastifyInstance } from 'fastify';
import { WAVE_STATES } from '../../desk/survey-waves.ts';
import { rowNumber } from '../../domain/row-number.ts';
import { INTERVAL_RULES, INTERVAL_WORDS } from '../../domain/surveys/interval.ts';
import type { Interval, IntervalRule } from '../../domain/surveys/interval.ts';
import type { SplitTable } from '../../domain/surveys/split-figures.ts';
import { NET } from '../../domain/surveys/tabulate.ts';
import type { ShownTable } from '../../domain/surveys/wave-figures.ts';
import { snapshotOf } from '../../outputs/report.ts';
import { intervalWords, marksWords, rateWords, waveFiguresReport, whenAsked } from '../../outputs/wave-figures.ts';
import { readWaveFigures } from '../../postgres/surveys/figures.ts';
import { findWave } from '../../postgres/surveys/waves.ts';
import { barPicture } from '../charts/chart-picture.ts';
import { downloadsOf, FORMAT_NAMES, sendReport } from '../shared/downloads.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { isTooEarly } from './too-early.ts';

const send = staffPages('surveys');
const RUNS = { config: { access: 'run-surveys' } } as const;

type OfWave = { Params: { wave: string }; Querystring: { intervals?: unknown } };

/** What a survey found, once it has ended: a page of tables and pictures, and the same as files. */
export function registerSurveyFiguresRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfWave>('/survey-waves/:wave/figures', RUNS, async (request, reply) => {
    const user = signedIn(request);
    const wave = await waveOf(request.params.wave);
    const intervals = rule(request.query.intervals);
    if (wave === undefined || intervals === undefined) return reply.callNotFound();
    if (isTooEarly(reply, user, wave)) return reply;
    const figures = await readWaveFigures(db, wave, { net: null, intervals });
    return send(reply, user, 'surveys/figures', {
      title: 'What the survey found',
      wave: { ...wave, stateWords: WAVE_STATES[wave.state], asked: whenAsked(wave) },
      tables: figures.tables.map((table) => ({
        ...tableView(table),
        picture: pictureOf(table),
        from: marksWords(table),
        splits: figures.splits.filter(({ id }) => id === table.id).map(splitView),
      })),
      rates: figures.rates.map(({ audienceTitle, ...rate }) => ({ name: audienceTitle, words: rateWords(rate) })),
      notShown: figures.notShown,
      hash: snapshotOf(waveFiguresReport(wave, figures)).sha256,
      downloads: downloadsOf((format) => urls.surveyFiguresFile(wave.id, format, intervals)),
      action: urls.surveyFigures(wave.id),
      intervals: INTERVAL_RULES.map((value) => ({ value, text: INTERVAL_CHOICES[value], checked: value === intervals })),
      about: intervals === 'none' ? null : INTERVAL_WORDS[intervals],
      splitBy: figures.splits[0]?.byTitle ?? null,
      backHref: urls.surveyWave(wave.id),
    });
  });

  for (const format of FORMAT_NAMES) {
    app.get<OfWave>(`/survey-waves/:wave/figures.${format}`, RUNS, async (request, reply) => {
      const wave = await waveOf(request.params.wave);
      const intervals = rule(request.query.intervals);
      if (wave === undefined || intervals === undefined) return reply.callNotFound();
      if (isTooEarly(reply, signedIn(request), wave)) return reply;
      return sendReport(
        reply,
        waveFiguresReport(wave, await readWaveFigures(db, wave, { net: null, intervals })),
        format,
        `survey-${wave.id}-figures`,
      );
    });
  }

  async function waveOf(given: string) {
    const id = rowNumber(given);
    return id === null ? undefined : findWave(db, id);
  }
}

const INTERVAL_CHOICES = {
  none: 'None',
  wilson: 'With 95% confidence',
  'wilson-finite': 'With 95% confidence, corrected for how many were asked',
} as const satisfies Record<IntervalRule, string>;

/** The intervals of an address: none unless it says which. Undefined for those that there are not. */
function rule(given: unknown): IntervalRule | undefined {
  return given === undefined ? 'none' : INTERVAL_RULES.find((one) => one === given);
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
      rowTitle(row, isGrid),
      row.base === row.sectionBase ? String(row.base) : `${row.base} (of ${row.sectionBase})`,
      ...row.cells.map(({ count, percent, interval }) =>
        count === null ? 'not shown' : percent === null ? String(count) : `${count} (${shareWords(percent, interval)})`,
      ),
      ...(row.mean === null ? [] : [row.mean]),
    ]),
  };
}

/** The answers that are shown together, a bar for each row; null where none is shown. */
function pictureOf({ title, rows, options }: ShownTable) {
  const isGrid = rows.some((row) => row.title !== title);
  const bars = rows.flatMap((row) => {
    const net = row.cells.find(({ id }) => id === NET);
    if (net === undefined || net.percent === null) return [];
    return [{ label: rowTitle(row, isGrid), value: net.percent, of: 100, words: `${net.percent}% of ${row.base}`, tick: null }];
  });
  if (bars.length === 0) return null;
  const what = options.find(({ id }) => id === NET)?.title ?? '';
  return { ...barPicture(bars), what, text: `${bars.map(({ label, words }) => `${label}: ${words}`).join('. ')}.` };
}

/** "57%", or "57%, 36.5% to 75.5%". */
function shareWords(percent: number, interval: Interval | null): string {
  return [`${percent}%`, intervalWords(interval)].filter((part) => part !== null).join(', ');
}

function splitView({ title, by, byTitle, net, rows }: SplitTable) {
  const isGrid = rows.some((row) => row.title !== title);
  return {
    by,
    byTitle,
    headings: [`${isGrid ? 'Row' : 'Role'} and ${byTitle}`, 'Answered', net],
    rows: rows.map(({ base, count, percent, interval, groupTitle, ...row }) => [
      `${rowTitle(row, isGrid)}: ${groupTitle}`,
      String(base),
      `${count} (${shareWords(percent, interval)})`,
    ]),
  };
}

function rowTitle({ title, audienceTitle }: { readonly title: string; readonly audienceTitle: string }, isGrid: boolean): string {
  return isGrid ? `${title}: ${audienceTitle}` : audienceTitle;
}
