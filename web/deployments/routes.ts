import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { dateAndTime } from '../../domain/time/time-words.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import type { Db } from '../../postgres/database.ts';
import { readCalendar, readProgramme } from '../../postgres/pinned/pinned.ts';
import {
  countDeployments,
  listDeploymentChoices,
  listDeploymentsFound,
  searchDeployments,
} from '../../postgres/views/search-deployments.ts';
import type { DeploymentChoices, DeploymentFilters, FoundDeployment, ListedDeployment } from '../../postgres/views/search-deployments.ts';
import { listViews } from '../../postgres/desk/saved-views.ts';
import { watchedAmong } from '../../postgres/desk/watches.ts';
import { forecastWords, termPercent } from '../../letters/forecast-words.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { signedIn } from '../shared/signed-in.ts';
import { csvOf } from '../../outputs/csv.ts';
import type { Column } from '../../outputs/csv.ts';
import { deploymentsAddress, partsOf, readDeploymentsQuery, watchedAddress } from './deployments-query.ts';
import type { DeploymentsQuery } from './deployments-query.ts';
import { MANY_KINDS } from '../many/many-forms.ts';
import { latenessOf } from '../../domain/chronology/lateness.ts';
import type { Lateness } from '../../domain/chronology/lateness.ts';
import { pageWithin, pagingOf } from '../shared/paging.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('deployments');

const PER_PAGE = 25;
/** More rows than there will be deployments. A spreadsheet takes a million. */
const MOST_ROWS = 100_000;

/** The list of deployments, searched, filtered and sorted, as a page and as CSV. */
export function registerDeploymentsRoutes(app: FastifyInstance, { db }: Services): void {
  app.get('/deployments', { config: { access: 'see-deployments' } }, async (request, reply) => {
    const query = readDeploymentsQuery(request.query);
    const user = signedIn(request);
    const scope = scopeCondition(user, 1);
    const [{ total, page, found, watching, pinned }, choices, views] = await Promise.all([
      pageOfList(db, user, query),
      listDeploymentChoices(db, scope).then((some) => wordsOf(db, some)),
      listViews(db, user.person),
    ]);
    const parts = partsOf(query);
    const { saved } = request.query as { readonly saved?: unknown };
    const view = views.find(({ id }) => id === saved);
    const chips = chipsOf(query, choices);
    return send(reply, user, 'deployments/list', {
      title: `${query.watched ? 'Deployments that you watch' : 'Deployments'}${page === 1 ? '' : `, page ${page}`}`,
      told: toldOf(request.query),
      filters: query.filters,
      late: parts['late'] ?? '',
      watched: query.watched,
      order: query.order,
      choices,
      chips,
      clearHref: urls.deployments(),
      filtered: chips.length > 0,
      chosen: query.order !== 'due' || chips.length > 0,
      total,
      rows: found.map((deployment) => ({
        ...rowOf(pinned, deployment),
        href: urls.deployment(deployment.reference),
        forecastWords: deployment.status === 'running' ? forecastWords(deployment.forecast) : null,
        changedOn: query.order === 'changed' ? londonDate(Date.parse(deployment.changedAt)) : null,
        watching: watching.has(deployment.reference),
        watchHref: `${urls.deployment(deployment.reference)}/watch`,
      })),
      parts,
      query: new URLSearchParams(parts).toString(),
      views: views.map((one) => ({ ...one, href: urls.view(one.id), current: one.id === view?.id })),
      view: view ?? null,
      viewsHref: urls.views(),
      watchedHref: watchedAddress(),
      manyHref: urls.many(),
      many: may(user, 'change-deployments')
        ? MANY_KINDS.filter(({ listed }) => listed).map(({ kind, choice }) => ({ value: kind, text: choice }))
        : [],
      paging: pagingOf(page, total, PER_PAGE, (number) => deploymentsAddress(query, { page: number })),
      csvHref: deploymentsAddress(query, 'csv'),
    });
  });

  app.get('/deployments.csv', { config: { access: 'see-deployments' } }, async (request, reply) => {
    const query = readDeploymentsQuery(request.query);
    const user = signedIn(request);
    const { order } = query;
    const found = await listDeploymentsFound(db, scopeCondition(user, 1), filtersOf(query, user), { order, limit: MOST_ROWS });
    const pinned = await pinnedOf(db, found);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="deployments-${londonDate(nowMs())}.csv"`)
      .send(Readable.from(csvOf(COLUMNS, rowsOf(pinned, found))));
  });
}

/** One page of the list, how many there are in all, and which of those on it the reader watches. */
async function pageOfList(db: Db, user: User, query: DeploymentsQuery) {
  const [scope, filters] = [scopeCondition(user, 1), filtersOf(query, user)];
  const total = await countDeployments(db, scope, filters);
  const page = pageWithin(query.page, total, PER_PAGE);
  const found = await searchDeployments(db, scope, filters, { order: query.order, limit: PER_PAGE, offset: (page - 1) * PER_PAGE });
  const references = found.map(({ reference }) => reference);
  const [watched, pinned] = await Promise.all([watchedAmong(db, user.person, references), pinnedOf(db, found)]);
  return { total, page, found, watching: new Set(watched), pinned };
}

type Row = Pick<FoundDeployment, 'reference' | 'subject' | 'urn' | 'region' | 'programme'> & {
  readonly stage: string;
  /** The role in whose court the ball is, or how the deployment ended. '' when nothing must be done. */
  readonly court: string;
  readonly status: string;
  readonly dueOn: PlainDate | null;
  readonly stopped: boolean;
  readonly forecast: FoundDeployment['forecast'];
  readonly late: (Lateness & { readonly step: string; readonly dueOn: PlainDate; readonly another: boolean }) | null;
};

const STATUSES: Readonly<Record<FoundDeployment['status'], string>> = {
  running: 'Running',
  completed: 'Completed',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
};

const COLUMNS: readonly Column<Row>[] = [
  ['Reference', ({ reference }) => reference],
  ['School or trust', ({ subject }) => subject],
  ['URN', ({ urn }) => urn ?? ''],
  ['Region', ({ region }) => region],
  ['Programme', ({ programme }) => programme],
  ['Status', ({ status }) => status],
  ['Stage', ({ stage }) => stage],
  ['Waiting for', ({ court }) => court],
  ['Paused', ({ stopped }) => (stopped ? 'yes' : '')],
  ['Due', ({ dueOn }) => dueOn ?? ''],
  ['Late step', ({ late }) => late?.step ?? ''],
  ['Late step was due', ({ late }) => late?.dueOn ?? ''],
  ['Late by', ({ late }) => (late === null ? '' : `${late.days}`)],
  ['Counted in', ({ late }) => late?.unit ?? ''],
  ['Expected to finish', ({ forecast }) => forecast?.usualOn ?? ''],
  ['Chance of missing the end of term', ({ forecast }) => (forecast?.term ? termPercent(forecast.term) : '')],
  ['Forecast worked out', ({ forecast }) => (forecast === null ? '' : dateAndTime(forecast.asOf))],
  ['Steps by the times of the programme', ({ forecast }) => (forecast === null ? '' : `${forecast.assumed} of ${forecast.steps}`)],
  ['Something has happened since', ({ forecast }) => (forecast?.movedOn === true ? 'yes' : '')],
];

/** The programmes and calendars that deployments are pinned to: a few, each read once. */
type Pinned = {
  programmeOf(deployment: ListedDeployment): Programme;
  calendarOf(deployment: ListedDeployment): Calendar;
};

async function pinnedOf(db: Db, found: readonly ListedDeployment[]): Promise<Pinned> {
  // By id and version apart: making a text of the two for each of thousands of deployments took longer than looking it up.
  const [programmes, calendars] = [new Map<string, Map<number, Programme>>(), new Map<string, Calendar>()];
  for (const { programme, programmeVersion, late, calendarVersion } of found) {
    const versions = programmes.get(programme) ?? new Map<number, Programme>();
    programmes.set(programme, versions);
    if (!versions.has(programmeVersion)) versions.set(programmeVersion, await readProgramme(db, programme, programmeVersion));
    if (late !== null && !calendars.has(calendarVersion)) calendars.set(calendarVersion, await readCalendar(db, calendarVersion));
  }
  return {
    programmeOf: ({ programme, programmeVersion }) =>
      programmes.get(programme)?.get(programmeVersion) ?? notRead(`${programme}/${programmeVersion}`),
    calendarOf: ({ calendarVersion }) => calendars.get(calendarVersion) ?? notRead(calendarVersion),
  };
}

function notRead(what: string): never {
  throw new Error(`${what} was not read.`);
}

/** The rows of the list as a file, each made when its turn comes. */
function* rowsOf(pinned: Pinned, found: readonly ListedDeployment[]): Generator<Row> {
  for (const deployment of found) yield rowOf(pinned, deployment);
}

function rowOf({ programmeOf, calendarOf }: Pinned, deployment: ListedDeployment): Row {
  const programme = programmeOf(deployment);
  const { court, late, status } = deployment;
  return {
    reference: deployment.reference,
    subject: deployment.subject,
    urn: deployment.urn,
    region: deployment.region,
    programme: deployment.programme,
    stage: court === null ? '' : stageTitle(programme, court.stage),
    court: court === null ? '' : capitalised(programme.roles[court.owner]?.title ?? court.owner),
    status: STATUSES[status],
    dueOn: court?.dueOn ?? null,
    stopped: deployment.stopped,
    forecast: deployment.forecast,
    late:
      late === null
        ? null
        : {
            ...latenessOf(programme, calendarOf(deployment), late.step, late.dueOn, late.today),
            step: programme.steps[late.step]?.title ?? late.step,
            dueOn: late.dueOn,
            another: late.step !== court?.step,
          },
  };
}

/**
 * The choices as pairs of value and text. Stages and roles come from the programmes that the deployments are pinned to.
 */
async function wordsOf(db: Db, { programmes, regions, areas, leaders, authorities }: DeploymentChoices) {
  const pinned = await Promise.all(programmes.map(({ id, version }) => readProgramme(db, id, version)));
  const stages = pinned.flatMap((programme) => programme.stages.map((stage) => [stage.id, `${stage.number} ${stage.title}`] as const));
  const roles = pinned.flatMap(({ steps, roles: known }) =>
    Object.values(steps).map(({ owner }) => [owner, capitalised(known[owner]?.title ?? owner)] as const),
  );
  return {
    regions: regions.map((region) => [region, region]),
    areas: areas.map(({ id, name }) => [id, name]),
    leaders: leaders.map(({ id, name }) => [id, name]),
    authorities: authorities.map(({ id, name }) => [id, name]),
    statuses: Object.entries(STATUSES),
    lates: LATES,
    terms: TERMS,
    programmes: [...new Map(pinned.map(({ id, title }) => [id, title]))],
    stages: [...new Map(stages)],
    courts: [...new Map(roles)].toSorted(([, one], [, other]) => one.localeCompare(other)),
  };
}

const LATES: readonly (readonly [string, string])[] = [
  ['yes', 'Late'],
  ['long', 'Late by more than two weeks'],
  ['soon', 'Due within a week'],
  ['no', 'Not late'],
  ['paused', 'Paused'],
];

const TERMS: readonly (readonly [string, string])[] = [['likely', 'Likely to be missed']];

type Choices = Awaited<ReturnType<typeof wordsOf>>;

/** Each filter that narrows the list: its name, what it is set to, and the address of the list without it. */
function chipsOf(query: DeploymentsQuery, choices: Choices) {
  const parts = partsOf(query);
  const named: readonly (readonly [string, string, readonly (readonly string[])[] | null])[] = [
    ['q', 'Search', null],
    ['status', 'Status', choices.statuses],
    ['late', 'Lateness', choices.lates],
    ['court', 'Waiting for', choices.courts],
    ['stage', 'Stage', choices.stages],
    ['programme', 'Programme', choices.programmes],
    ['region', 'Region', null],
    ['area', 'Area', choices.areas],
    ['authority', 'Local authority', choices.authorities],
    ['leader', 'System leader', choices.leaders],
    ['term', 'End of term', choices.terms],
    ['watched', 'Watched', [['yes', 'by you']]],
  ];
  return named.flatMap(([name, label, known]) => {
    const value = parts[name];
    if (value === undefined) return [];
    const { [name]: _, ...others } = parts;
    const words = new URLSearchParams(others).toString();
    return [
      {
        label,
        text: known?.find(([id]) => id === value)?.[1] ?? value,
        href: `${urls.deployments()}${words === '' ? '' : `?${words}`}`,
      },
    ];
  });
}

function toldOf(query: unknown): string | null {
  const { told } = query as { readonly told?: unknown };
  return typeof told === 'string' && Object.hasOwn(TOLD, told) ? (TOLD[told] ?? null) : null;
}

const TOLD: Readonly<Record<string, string>> = {
  watched: 'You watch the deployment from now on.',
  unwatched: 'You no longer watch the deployment.',
  saved: 'The view is saved.',
  deleted: 'The view is deleted.',
};

/** The filters of a list as its reader sees it. */
function filtersOf({ filters, watched }: DeploymentsQuery, user: User): DeploymentFilters {
  return { ...filters, watchedBy: watched ? user.person : '' };
}

function stageTitle(programme: Programme, id: string): string {
  const stage = programme.stages.find((known) => known.id === id);
  return stage === undefined ? id : `${stage.number} ${stage.title}`;
}
