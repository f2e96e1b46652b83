import type { FastifyInstance } from 'fastify';
import { reportMonthlyReturn } from '../../desk/monthly-return.ts';
import { plainFigure } from '../../domain/measures/long-rows.ts';
import { monthOf, monthsAfter, monthWords, parseMonth, periodOf } from '../../domain/measures/monthly-return.ts';
import type { Month } from '../../domain/measures/monthly-return.ts';
import { stratumWords, TOGETHER } from '../../domain/measures/report.ts';
import type { Section } from '../../domain/measures/report.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { monthlyReturnReport } from '../../outputs/returns.ts';
import type { Db } from '../../postgres/database.ts';
import { latestDay } from '../../postgres/views/figures.ts';
import type { ReturnOf } from '../../postgres/views/monthly-return.ts';
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

/** How many months are offered: that of today and those before it. */
const MONTHS_OFFERED = 36;

type Asked = { Querystring: Readonly<Record<string, unknown>> };

/** The monthly return as a page, and its numbers as a file. */
export function registerMonthlyReturnRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<Asked>(urls.monthlyReturn(), { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const { of, month, filters, choices, typed, errors } = await readAsked(db, user, request.query);
    const report = of === null ? null : await reportMonthlyReturn(db, of);
    return send(errors.length > 0 ? reply.code(400) : reply, user, 'returns/monthly-return', {
      title: 'Monthly return',
      action: urls.monthlyReturn(),
      downloads: downloadsOf((format) => `${urls.monthlyReturnFile(format)}?${new URLSearchParams(filters).toString()}`),
      monthWords: monthWords(month),
      filters,
      choices,
      typed,
      errors,
      faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), text])),
      of,
      report,
      tables: (report?.sections ?? []).map(tableOf),
    });
  });

  for (const format of FORMAT_NAMES) {
    app.get<Asked>(urls.monthlyReturnFile(format), { config: { access: 'see-deployments' } }, async (request, reply) => {
      const user = signedIn(request);
      const { of, month, errors } = await readAsked(db, user, request.query);
      if (of === null) {
        return sendMessage(reply.code(400), user, { title: 'There is no such file', paragraphs: errors.map(({ text }) => `${text}.`) });
      }
      const report = monthlyReturnReport(month, of, await reportMonthlyReturn(db, of));
      return sendReport(reply, report, format, `return-${month}-known-${of.asOf}`);
    });
  }
}

/** What somebody chose. A month that is not offered is that of the day; a day that is none, or lies before the month, is an error and `of` is null. */
async function readAsked(db: Db, user: User, query: Readonly<Record<string, unknown>>) {
  const scope = scopeCondition(user, 1);
  const known = await listDeploymentChoices(db, scope);
  const programmes = await titlesOf(db, known.programmes);
  const region = known.regions.find((one) => one === query['region']) ?? '';
  const programme = [...programmes.keys()].find((one) => one === query['programme']) ?? '';
  const today = await latestDay(db, { scope, region, programme });
  const typed = dayTypedIn(query, 'asOf', today);
  const asOf = typed.day ?? today;
  const month = (typeof query['month'] === 'string' ? parseMonth(query['month']) : undefined) ?? monthOf(asOf);
  const period = periodOf(month, asOf);
  const errors =
    typed.day === undefined
      ? [{ text: 'The day at which it was known must be a real date', href: '#asOf-day' }]
      : period === null
        ? [{ text: `The day at which it was known must not be before ${monthWords(month)}`, href: '#asOf-day' }]
        : [];
  const of: ReturnOf | null = errors.length > 0 || period === null ? null : { scope, region, programme, ...period, asOf };
  return {
    of,
    month,
    typed,
    errors,
    filters: { region, programme, month, asOf },
    choices: {
      regions: known.regions.map((one) => [one, one]),
      programmes: [...programmes],
      months: monthsOffered(month, today).map((one) => [one, monthWords(one)]),
    },
  };
}

function monthsOffered(chosen: Month, today: PlainDate): readonly Month[] {
  const offered = Array.from({ length: MONTHS_OFFERED }, (_, at) => monthsAfter(monthOf(today), -at));
  return [...new Set([chosen, ...offered])].toSorted().toReversed();
}

function tableOf({ id, title, unit, figures, lines }: Section) {
  const rows = lines.map((line) => [
    stratumWords('region', line.stratum),
    ...figures.map((figure) => plainFigure(unit, line.figures[figure.id]?.value ?? 0)),
  ]);
  const together = lines.findIndex(({ stratum }) => stratum === TOGETHER);
  return { id, title, headings: ['', ...figures.map((figure) => figure.title)], rows: rows.toSpliced(together, 1), all: rows[together] };
}
