import type { FastifyInstance } from 'fastify';
import { chartsReport } from '../../outputs/charts.ts';
import { addDays, longDate, weekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import type { Db } from '../../postgres/database.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import {
  answersGiven,
  callsAndAnswers,
  handOvers,
  lateByRegion,
  lateOnDays,
  latestDay,
  stagesReached,
} from '../../postgres/views/figures.ts';
import type { Begun, HandOvers, StageReached } from '../../postgres/views/figures.ts';
import { listFigureChoices } from '../../postgres/views/search-deployments.ts';
import { downloadsOf, FORMAT_NAMES, sendReport } from '../shared/downloads.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { barPicture, linePicture } from './chart-picture.ts';

const send = staffPages('charts');

/** Weeks from Monday to Sunday, the last of them being this one. */
const PERIODS = [8, 12, 26, 52];
const USUAL_PERIOD = 12;
const SUNDAY = 7;

type Asked = { Querystring: { readonly region?: unknown; readonly programme?: unknown; readonly weeks?: unknown } };

/** Figures of the deployments that somebody may see, as pictures made here, each with a table that says the same, and as files. */
export function registerChartsRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<Asked>(urls.charts(), { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const { filters, choices, from, today, weeks, regions, late, owners, funnel, work } = await readFigures(db, user, request.query);
    const query = new URLSearchParams({ ...filters, weeks: String(weeks) }).toString();
    return send(reply, user, 'charts/page', {
      title: 'Figures',
      action: urls.charts(),
      timelinessHref: urls.timeliness(),
      measuresHref: urls.measures(),
      downloads: downloadsOf((format) => `${urls.chartsFile(format)}?${query}`),
      returnHref: urls.monthlyReturn(),
      formsHref: urls.formsReturned(),
      filters: { ...filters, weeks },
      choices,
      from,
      today,
      weeks,
      regions: {
        lines: regions,
        running: regions.reduce((sum, { running }) => sum + running, 0),
        late: regions.reduce((sum, line) => sum + line.late, 0),
        picture: barPicture(
          regions.map((line) => ({
            label: line.region,
            value: line.late,
            of: line.running,
            words: `${line.late} of ${line.running}`,
            tick: null,
          })),
        ),
      },
      overTime: {
        lines: late,
        picture: linePicture(
          late.map(({ day }) => shortDate(day)),
          [{ name: 'Late', mark: 'circle', values: late.map((one) => one.late) }],
        ),
      },
      owners: ownersShown(owners),
      funnel: funnel === null ? null : funnelShown(funnel),
      work: {
        lines: work,
        calls: work.reduce((sum, { calls }) => sum + calls, 0),
        answers: work.reduce((sum, { answers }) => sum + answers, 0),
        picture: linePicture(
          work.map(({ monday }) => shortDate(monday)),
          [
            { name: 'Answers', mark: 'circle', values: work.map(({ answers }) => answers) },
            { name: 'Calls', mark: 'square', values: work.map(({ calls }) => calls) },
          ],
        ),
      },
    });
  });

  for (const format of FORMAT_NAMES) {
    app.get<Asked>(urls.chartsFile(format), { config: { access: 'see-deployments' } }, async (request, reply) => {
      const { filters, ...figures } = await readFigures(db, signedIn(request), request.query);
      return sendReport(reply, chartsReport({ ...filters, ...figures }), format, `figures-${figures.from}-to-${figures.today}`);
    });
  }
}

/** What the page and its files are of: the figures of the deployments that somebody may see, and what they chose. */
async function readFigures(db: Db, user: User, query: Asked['Querystring']) {
  const scope = scopeCondition(user, 1);
  // Whoever narrows to nothing waits for no list of what there is.
  const narrows = [query.region, query.programme].some((one) => one !== undefined && one !== '');
  const choices = narrows ? await choicesOf(db, scope) : null;
  const { region, programme } = choices === null ? { region: '', programme: '' } : chosenOf(choices, query);
  const weeks = PERIODS.find((one) => String(one) === query.weeks) ?? USUAL_PERIOD;
  const of = { scope, region, programme };
  const today = await latestDay(db, of);
  const mondays = mondaysTo(today, weeks);
  const period = { from: mondays[0] ?? today, to: today };
  const given = answersGiven(db, of, period);
  const [{ known, programmes }, regions, late, owners, stages, work] = await Promise.all([
    choices ?? choicesOf(db, scope),
    lateByRegion(db, of),
    lateOnDays(
      db,
      of,
      mondays.map((monday) => lastDayOf(monday, today)),
    ),
    given.then((answers) => handOvers(db, answers)),
    stagesReached(db, of, period),
    callsAndAnswers(db, of, mondays, given),
  ]);
  return {
    filters: { region, programme },
    choices: {
      regions: known.regions.map((one) => [one, one]),
      programmes: [...programmes],
      periods: PERIODS.map((one) => [one, `${one} weeks`]),
    },
    from: period.from,
    today,
    weeks,
    regions: regions.map((line) => ({ ...line, region: line.region === '' ? 'No region known' : line.region })),
    late,
    owners: await titledOwners(db, owners),
    funnel: await funnelOf(db, stages, programme, programmes),
    work,
  };
}

/** What figures can be narrowed to, with the titles of the programmes. */
async function choicesOf(db: Db, scope: ReturnType<typeof scopeCondition>) {
  const known = await listFigureChoices(db, scope);
  return { known, programmes: await titlesOf(db, known.programmes) };
}

/** What was chosen of that; '' narrows nothing. */
function chosenOf({ known, programmes }: Awaited<ReturnType<typeof choicesOf>>, query: Asked['Querystring']) {
  return {
    region: known.regions.find((one) => one === query.region) ?? '',
    programme: [...programmes.keys()].find((one) => one === query.programme) ?? '',
  };
}

/** The Mondays of so many weeks, the last being that of the week of a day. */
function mondaysTo(today: PlainDate, weeks: number): readonly PlainDate[] {
  const monday = addDays(today, 1 - weekday(today));
  return Array.from({ length: weeks }, (_, at) => addDays(monday, (at - weeks + 1) * 7));
}

/** The last day of a week; today while it lies ahead. */
function lastDayOf(monday: PlainDate, today: PlainDate): PlainDate {
  const sunday = addDays(monday, SUNDAY - 1);
  return sunday > today ? today : sunday;
}

/** "5 Oct" */
function shortDate(date: PlainDate): string {
  const [day = '', month = ''] = longDate(date).split(' ');
  return `${day} ${month.slice(0, 3)}`;
}

/** The titles of programmes by id, each as its newest version has it. */
export async function titlesOf(
  db: Db,
  programmes: readonly { readonly id: string; readonly version: number }[],
): Promise<ReadonlyMap<string, string>> {
  const read = await Promise.all(programmes.map(({ id, version }) => readProgramme(db, id, version)));
  return new Map(read.map(({ id, title }) => [id, title]));
}

async function titledOwners(db: Db, owners: readonly HandOvers[]) {
  return Promise.all(
    owners.map(async (line) => ({
      ...line,
      title: capitalised((await readProgramme(db, line.programme, line.version)).roles[line.owner]?.title ?? line.owner),
    })),
  );
}

function ownersShown(lines: Awaited<ReturnType<typeof titledOwners>>) {
  return {
    lines,
    all: lines.reduce((sum, { count }) => sum + count, 0),
    picture: barPicture(
      lines.map(({ title, half, nineOfTen }) => ({
        label: title,
        value: half,
        of: null,
        words: `${half} and ${nineOfTen} days`,
        tick: nineOfTen,
      })),
    ),
  };
}

/** How far the deployments of one programme came: of the one that is chosen, or of the one of which most began. Null when none began. */
async function funnelOf(
  db: Db,
  { began, stages }: { readonly began: readonly Begun[]; readonly stages: readonly StageReached[] },
  chosen: string,
  titles: ReadonlyMap<string, string>,
) {
  const sums = new Map<string, number>();
  for (const line of began) sums.set(line.programme, (sums.get(line.programme) ?? 0) + line.began);
  const [most] = [...sums].toSorted(([, one], [, other]) => other - one);
  if (most === undefined) return null;
  const [programme, all] = most;
  const versions = await Promise.all(
    began.filter((line) => line.programme === programme).map(({ version }) => readProgramme(db, programme, version)),
  );
  return {
    programme: titles.get(programme) ?? programme,
    others: chosen === '' && sums.size > 1,
    began: all,
    lines: stagesOf(versions).map(({ id, title }) => ({
      title,
      reached: stages.filter((line) => line.programme === programme && line.stage === id).reduce((sum, line) => sum + line.reached, 0),
    })),
  };
}

function funnelShown({ lines, began, ...funnel }: NonNullable<Awaited<ReturnType<typeof funnelOf>>>) {
  return {
    ...funnel,
    began,
    lines: lines.map((line) => ({ ...line, part: `${Math.round((line.reached / began) * 100)}%` })),
    picture: barPicture(
      lines.map(({ title, reached }) => ({ label: title, value: reached, of: began, words: `${reached} of ${began}`, tick: null })),
    ),
  };
}

/** The stages of a programme in the order of its newest version; those that only older versions have come last. */
function stagesOf(versions: readonly Programme[]): readonly { readonly id: string; readonly title: string }[] {
  const stages = new Map<string, string>();
  for (const programme of versions.toReversed()) {
    for (const { id, number, title } of programme.stages) if (!stages.has(id)) stages.set(id, `${number} ${title}`);
  }
  return [...stages].map(([id, title]) => ({ id, title }));
}
