import type { FastifyInstance } from 'fastify';
import { stratumWords, TOGETHER } from '../../domain/measures/report.ts';
import type { Section } from '../../domain/measures/report.ts';
import { APPROACHES } from '../../domain/measures/timeliness.ts';
import type { Timeliness } from '../../domain/measures/timeliness.ts';
import { addDays, longDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { reportTimeliness } from '../../desk/timeliness.ts';
import { timelinessReport } from '../../outputs/timeliness.ts';
import type { Db } from '../../postgres/database.ts';
import { latestDay } from '../../postgres/views/figures.ts';
import { listFigureChoices } from '../../postgres/views/search-deployments.ts';
import type { AskedOf } from '../../postgres/views/timeliness.ts';
import { downloadsOf, FORMAT_NAMES, sendReport } from '../shared/downloads.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { barPicture } from './chart-picture.ts';
import { titlesOf } from './routes.ts';

const send = staffPages('charts');

const BY = { step: 'Step', role: 'Role', region: 'Region', programme: 'Programme' } as const;
const DAYS = { working: 'Working days', school: 'School days', calendar: 'Calendar days' } as const;
/** How far back requests are counted, in months up to the day of the report. */
const MONTHS = [3, 6, 12, 24];
const USUAL_MONTHS = 12;
/** How many ends of months are offered besides today. */
const EARLIER_MONTHS = 12;

type Asked = { Querystring: Readonly<Record<string, unknown>> };

/** The report on timeliness, as a page and as a file: what was asked for, answered in time and late, and after what. */
export function registerTimelinessRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<Asked>(urls.timeliness(), { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const { of, months, offered } = await readAsked(db, user, request.query);
    const [{ lines, all, unreachable }, choices] = await Promise.all([reportTimeliness(db, of), offered()]);
    const filters = { by: of.by, region: of.region, programme: of.programme, asOf: of.asOf, months, days: of.days };
    return send(reply, user, 'charts/timeliness', {
      title: 'Timeliness',
      action: urls.timeliness(),
      downloads: downloadsOf(
        (format) => `${urls.timelinessFile(format)}?${new URLSearchParams({ ...filters, months: String(months) }).toString()}`,
      ),
      filters,
      choices,
      from: of.from,
      to: of.to,
      daysWords: DAYS[of.days],
      lines,
      all,
      rows: {
        timely: lines.map((line) => [line.title, ...timelyCells(line)]),
        timelyAll: ['All', ...timelyCells(all)],
        days: lines.map((line) => [line.title, ...daysCells(line)]),
        daysAll: ['All', ...daysCells(all)],
        followed: lines.map((line) => [line.title, ...followedCells(line)]),
        followedAll: ['All', ...followedCells(all)],
      },
      unreachable: unreachableTable(unreachable),
      picture: barPicture(
        lines.map(({ title, halfWithin, nineOfTenWithin }) => ({
          label: title,
          value: halfWithin ?? 0,
          of: null,
          words: `${known(halfWithin)} and ${known(nineOfTenWithin, 'not known')}`,
          tick: nineOfTenWithin,
        })),
      ),
    });
  });

  for (const format of FORMAT_NAMES) {
    app.get<Asked>(urls.timelinessFile(format), { config: { access: 'see-deployments' } }, async (request, reply) => {
      const { of } = await readAsked(db, signedIn(request), request.query);
      return sendReport(reply, timelinessReport(of, await reportTimeliness(db, of)), format, `timeliness-by-${of.by}-${of.asOf}`);
    });
  }
}

/** Who could not be reached. Only what keeps anybody from it has a column; null where that is nothing. */
function unreachableTable({ figures, lines }: Section) {
  const all = lines.find(({ stratum }) => stratum === TOGETHER);
  const there = figures.filter(({ id }) => (all?.figures[id]?.value ?? 0) > 0);
  if (all === undefined || there.length === 0) return null;
  const row = (line: Section['lines'][number]) => [
    line === all ? 'All' : stratumWords('all', line.stratum),
    ...there.map(({ id }) => line.figures[id]?.value ?? 0),
  ];
  return { headings: ['', ...there.map(({ title }) => title)], rows: lines.filter((line) => line !== all).map(row), all: row(all) };
}

/** What somebody chose; whatever is not offered is what the page shows first. */
async function readAsked(db: Db, user: User, query: Readonly<Record<string, unknown>>) {
  const scope = scopeCondition(user, 1);
  // Whoever narrows to nothing waits for no list of what there is.
  const narrows = [query['region'], query['programme']].some((one) => one !== undefined && one !== '');
  const places = narrows ? await placesOf(db, scope) : null;
  const region = places?.regions.find((one) => one === query['region']) ?? '';
  const programme = [...(places?.programmes.keys() ?? [])].find((one) => one === query['programme']) ?? '';
  const today = await latestDay(db, { scope, region, programme });
  const ends = [today, ...monthEndsBefore(today, EARLIER_MONTHS)];
  const asOf = ends.find((one) => one === query['asOf']) ?? today;
  const months = MONTHS.find((one) => String(one) === query['months']) ?? USUAL_MONTHS;
  const of: AskedOf = {
    scope,
    region,
    programme,
    asOf,
    from: addDays(monthsBefore(asOf, months), 1),
    to: asOf,
    by: chosen(BY, query['by']) ?? 'step',
    days: chosen(DAYS, query['days']) ?? 'working',
  };
  return {
    of,
    months,
    offered: async () => {
      const { regions, programmes } = places ?? (await placesOf(db, scope));
      return {
        by: Object.entries(BY),
        days: Object.entries(DAYS),
        regions: regions.map((one) => [one, one]),
        programmes: [...programmes],
        asOf: ends.map((one, at) => [one, at === 0 ? `${longDate(one)} (today)` : longDate(one)]),
        months: MONTHS.map((one) => [one, `${one} months before that`]),
      };
    },
  };
}

/** The regions and programmes that the report can be narrowed to. */
async function placesOf(db: Db, scope: AskedOf['scope']) {
  const { regions, programmes } = await listFigureChoices(db, scope);
  return { regions, programmes: await titlesOf(db, programmes) };
}

function chosen<T extends string>(offered: Readonly<Record<T, string>>, given: unknown): T | undefined {
  return (Object.keys(offered) as T[]).find((one) => one === given);
}

/** The last days of so many months before the month of a day, the latest first. */
function monthEndsBefore(day: PlainDate, many: number): readonly PlainDate[] {
  const ends: PlainDate[] = [];
  for (let end = lastOfMonthBefore(day); ends.length < many; end = lastOfMonthBefore(end)) ends.push(end);
  return ends;
}

function lastOfMonthBefore(day: PlainDate): PlainDate {
  return addDays(day, -Number(day.slice(8)));
}

/** The day so many months before, or the last of that month where it is shorter: three months before 31 May is 28 February. */
function monthsBefore(day: PlainDate, months: number): PlainDate {
  let last = day;
  for (let left = months; left > 0; left -= 1) last = lastOfMonthBefore(last);
  return addDays(last, Math.min(0, Number(day.slice(8)) - Number(last.slice(8))));
}

const known = (days: number | null, unknown = 'Not known') => (days === null ? unknown : String(days));

function timelyCells(line: Timeliness): readonly number[] {
  const { asked, answered, answeredLate, answeredLateByOriginal, closed, open, openLate, paused, moreTime } = line;
  return [asked, answered - answeredLate, answeredLate, answeredLateByOriginal, closed, open - openLate, openLate, paused, moreTime];
}

function daysCells({ asked, halfWithin, nineOfTenWithin }: Timeliness): readonly (string | number)[] {
  return [asked, known(halfWithin), known(nineOfTenWithin)];
}

function followedCells({ answered, followed }: Timeliness): readonly number[] {
  return [answered, ...APPROACHES.map((approach) => followed[approach])];
}
