import type { FastifyInstance } from 'fastify';
import { measureCalled, reportMeasure } from '../../desk/measures.ts';
import type { MeasureOf } from '../../desk/measures.ts';
import { MARKS, MEASURES, STRATA_NOT_KEPT } from '../../domain/measures/evaluation.ts';
import type { Measure } from '../../domain/measures/evaluation.ts';
import { figureWords } from '../../domain/measures/long-rows.ts';
import { QUANTIFIERS } from '../../domain/measures/quantifiers.ts';
import { strataOf, stratumWords } from '../../domain/measures/report.ts';
import type { Section } from '../../domain/measures/report.ts';
import { measuresReport } from '../../outputs/measures.ts';
import type { Db } from '../../postgres/database.ts';
import { latestDay } from '../../postgres/views/figures.ts';
import { listDeploymentChoices } from '../../postgres/views/search-deployments.ts';
import { titlesOf } from '../charts/routes.ts';
import { dayTypedIn } from '../shared/day-typed-in.ts';
import { downloadsOf, FORMAT_NAMES, sendReport } from '../shared/downloads.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { sendMessage, staffPages } from '../shared/staff-pages.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('charts');

const DAYS = { calendar: 'Calendar days', working: 'Working days', school: 'School days' } as const;
const STOPS = { all: 'Pauses counted', net: 'Pauses left out' } as const;

type Asked = { Params: { readonly measure: string }; Querystring: Readonly<Record<string, unknown>> };

/** The measures of the evaluation: what each one counts, a page a measure, and its numbers as a file. */
export function registerMeasuresRoutes(app: FastifyInstance, { db }: Services): void {
  app.get(urls.measures(), { config: { access: 'see-deployments' } }, (request, reply) =>
    send(reply, signedIn(request), 'measures/index', {
      title: 'Measures of the evaluation',
      rows: MEASURES.map(({ id, title, definition, mark, parts }) => ({
        id,
        title,
        definition,
        href: urls.measure(id),
        mark: MARKS[mark],
        kept: parts.length > 0,
      })),
      quantifiers: QUANTIFIERS,
      chartsHref: urls.charts(),
    }),
  );

  app.get<Asked>(urls.measure(':measure'), { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const measure = measureCalled(request.params.measure);
    if (measure === undefined) return notThere(reply, user);
    const { of, filters, choices, typed, errors } = await readAsked(db, user, measure, request.query);
    const report = errors.length > 0 ? null : await reportMeasure(db, of, { signal: request.signal });
    const query = new URLSearchParams(filters).toString();
    return send(errors.length > 0 ? reply.code(400) : reply, user, 'measures/measure', {
      title: `${measure.id}: ${measure.title}`,
      measure,
      mark: MARKS[measure.mark],
      action: urls.measure(measure.id),
      measuresHref: urls.measures(),
      downloads: downloadsOf((format) => `${urls.measureFile(measure.id, format)}?${query}`),
      filters,
      choices,
      typed,
      errors,
      faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), text])),
      hasTimes: measure.parts.some(({ kind }) => kind === 'time'),
      strataNotKept: STRATA_NOT_KEPT.join(', '),
      report,
      asOf: of.asOf,
      knownAt: of.knownAt,
      tables: (report?.sections ?? []).filter((section) => isShown(section, filters)).map((section) => tableOf(section, of)),
    });
  });

  for (const format of FORMAT_NAMES) {
    app.get<Asked>(urls.measureFile(':measure', format), { config: { access: 'see-deployments' } }, async (request, reply) => {
      const user = signedIn(request);
      const measure = measureCalled(request.params.measure);
      if (measure === undefined) return notThere(reply, user);
      const { of, errors } = await readAsked(db, user, measure, request.query);
      if (errors.length > 0) {
        return sendMessage(reply.code(400), user, { title: 'There is no such file', paragraphs: errors.map(({ text }) => `${text}.`) });
      }
      const report = measuresReport({ ...of, measure: measure.id }, [
        { of, report: await reportMeasure(db, of, { signal: request.signal }) },
      ]);
      return sendReport(reply, report, format, `${measure.id}-by-${of.by}-${of.asOf}-known-${of.knownAt}`);
    });
  }
}

function notThere(reply: Parameters<typeof sendMessage>[0], user: User) {
  return sendMessage(reply.code(404), user, {
    title: 'There is no such measure',
    paragraphs: ['The measures are M1 to M24. Choose one from the list of measures under Figures.'],
  });
}

/** What somebody chose, with what is wrong with the days. A choice that is not offered is the one that the page shows first. */
async function readAsked(db: Db, user: User, measure: Measure, query: Readonly<Record<string, unknown>>) {
  const scope = scopeCondition(user, 1);
  const known = await listDeploymentChoices(db, scope);
  const programmes = await titlesOf(db, known.programmes);
  const region = known.regions.find((one) => one === query['region']) ?? '';
  const programme = [...programmes.keys()].find((one) => one === query['programme']) ?? '';
  const today = await latestDay(db, { scope, region, programme });
  const typed = { asOf: dayTypedIn(query, 'asOf', today), knownAt: dayTypedIn(query, 'knownAt', today) };
  const errors = Object.entries(typed).flatMap(([name, { day }]) =>
    day === undefined ? [{ text: `${DAYS_ASKED[name as keyof typeof DAYS_ASKED]} must be a real date`, href: `#${name}-day` }] : [],
  );
  const asOf = typed.asOf.day ?? today;
  const knownAt = typed.knownAt.day ?? today;
  if (errors.length === 0 && knownAt < asOf) {
    errors.push({ text: `${DAYS_ASKED.knownAt} must be the same as the day that is counted to, or after it`, href: '#knownAt-day' });
  }
  const strata = strataOf(measure);
  const by = strata.find(([id]) => id === query['by'])?.[0] ?? 'all';
  const days = Object.keys(DAYS).find((one) => one === query['days']) ?? 'working';
  const stops = Object.keys(STOPS).find((one) => one === query['stops']) ?? 'net';
  const of: MeasureOf = { scope, region, programme, asOf, knownAt, measure, by };
  return {
    of,
    typed,
    errors,
    filters: { by, region, programme, asOf, knownAt, days, stops },
    choices: {
      by: strata,
      regions: known.regions.map((one) => [one, one]),
      programmes: [...programmes],
      days: Object.entries(DAYS),
      stops: Object.entries(STOPS),
    },
  };
}

/** How the days are called in what is wrong with them. */
const DAYS_ASKED = { asOf: 'The day that is counted to', knownAt: 'The day at which it was known' } as const;

/** Tables of days are shown in the chosen kind of days alone; the file has them all. */
function isShown({ id }: Section, { days, stops }: { readonly days: string; readonly stops: string }): boolean {
  if (/-days-\w+-\w+$/.test(id)) return id.endsWith(`-days-${days}-${stops}`);
  return !/-within-\w+$/.test(id) || id.endsWith(`-within-${stops}`);
}

/** Many figures of one line are shown down the page instead of across. */
const MOST_COLUMNS = 5;

function tableOf({ id, title, base, unit, figures, lines }: Section, { by }: MeasureOf) {
  const cell = (line: Section['lines'][number], figure: string) => figureWords(unit, line.figures[figure] ?? { value: 0, base: 0 });
  const down = figures.length > MOST_COLUMNS;
  const bases = (line: Section['lines'][number]) => String(figures[0] === undefined ? 0 : (line.figures[figures[0].id]?.base ?? 0));
  const ofDays = unit === 'within-days' || unit === 'share';
  const across = lines.map((line) => [
    stratumWords(by, line.stratum),
    ...(ofDays ? [bases(line)] : []),
    ...figures.map((figure) => cell(line, figure.id)),
  ]);
  return {
    id,
    title,
    base,
    headings: down
      ? ['', ...lines.map(({ stratum }) => stratumWords(by, stratum))]
      : ['', ...(ofDays ? ['Counted'] : []), ...figures.map((one) => one.title)],
    rows: down ? figures.map((figure) => [figure.title, ...lines.map((line) => cell(line, figure.id))]) : across,
    empty: figures.length === 0,
  };
}
