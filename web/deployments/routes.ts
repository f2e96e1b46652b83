import type { FastifyInstance } from 'fastify';
import { londonDate } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import type { Db } from '../../postgres/database.ts';
import { readCalendar, readProgramme } from '../../postgres/pinned/pinned.ts';
import { countDeployments, listDeploymentChoices, searchDeployments } from '../../postgres/views/search-deployments.ts';
import type { DeploymentChoices, FoundDeployment } from '../../postgres/views/search-deployments.ts';
import type { User } from '../shared/access.ts';
import { csv } from './csv.ts';
import { deploymentsAddress, readDeploymentsQuery } from './deployments-query.ts';
import { latenessOf } from '../../domain/chronology/lateness.ts';
import type { Lateness } from '../../domain/chronology/lateness.ts';
import { navigationFor } from '../shared/navigation.ts';
import { pageWithin, pagingOf } from '../shared/paging.ts';
import { renderView } from '../shared/render.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';

const PER_PAGE = 25;
/** More rows than there will be deployments. A spreadsheet takes a million. */
const MOST_ROWS = 100_000;

/** The list of deployments, searched, filtered and sorted, as a page and as CSV. */
export function registerDeploymentsRoutes(app: FastifyInstance, { db }: Services): void {
  app.get('/deployments', { config: { access: 'see-deployments' } }, async (request, reply) => {
    const query = readDeploymentsQuery(request.query);
    const { court, stage, region, area, leader, programme } = query.filters;
    const scope = scopeOfList(request.user);
    const total = await countDeployments(db, scope, query.filters);
    const page = pageWithin(query.page, total, PER_PAGE);
    const found = await searchDeployments(db, scope, query.filters, {
      order: query.order,
      limit: PER_PAGE,
      offset: (page - 1) * PER_PAGE,
    });
    const choices = await listDeploymentChoices(db, scope);
    return reply.type('text/html').send(
      renderView('deployments/list', {
        title: page === 1 ? 'Deployments' : `Deployments, page ${page}`,
        user: request.user,
        navigation: navigationFor(request.user, 'deployments'),
        filters: query.filters,
        order: query.order,
        choices: await wordsOf(db, choices),
        clearHref: urls.deployments(),
        filtered: Object.values(query.filters).some((value) => value !== '' && value !== false),
        chosen: query.order !== 'due' || [court, stage, region, area, leader, programme].some((value) => value !== ''),
        total,
        rows: await Promise.all(found.map((deployment) => rowOf(db, deployment))),
        paging: pagingOf(page, total, PER_PAGE, (number) => deploymentsAddress(query, { page: number })),
        csvHref: deploymentsAddress(query, 'csv'),
      }),
    );
  });

  app.get('/deployments.csv', { config: { access: 'see-deployments' } }, async (request, reply) => {
    const { filters, order } = readDeploymentsQuery(request.query);
    const found = await searchDeployments(db, scopeOfList(request.user), filters, { order, limit: MOST_ROWS, offset: 0 });
    const rows = await Promise.all(found.map((deployment) => rowOf(db, deployment)));
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="deployments-${londonDate(Date.now())}.csv"`)
      .send(csv([COLUMNS.map(([heading]) => heading), ...rows.map((row) => COLUMNS.map(([, valueOf]) => valueOf(row)))]));
  });
}

type Row = Pick<FoundDeployment, 'reference' | 'subject' | 'urn' | 'region' | 'programme'> & {
  readonly href: string;
  readonly stage: string;
  /** The role in whose court the ball is, or how the deployment ended. '' when nothing must be done. */
  readonly court: string;
  readonly status: string;
  readonly dueOn: PlainDate | null;
  readonly stopped: boolean;
  readonly late: (Lateness & { readonly step: string; readonly dueOn: PlainDate; readonly another: boolean }) | null;
};

const STATUSES: Readonly<Record<FoundDeployment['status'], string>> = {
  running: 'Running',
  completed: 'Completed',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
};

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ['Reference', ({ reference }) => reference],
  ['School or trust', ({ subject }) => subject],
  ['URN', ({ urn }) => urn ?? ''],
  ['Region', ({ region }) => region],
  ['Programme', ({ programme }) => programme],
  ['Status', ({ status }) => status],
  ['Stage', ({ stage }) => stage],
  ['Whose court', ({ court }) => court],
  ['Clock', ({ stopped }) => (stopped ? 'stopped' : '')],
  ['Due', ({ dueOn }) => dueOn ?? ''],
  ['Late step', ({ late }) => late?.step ?? ''],
  ['Late step was due', ({ late }) => late?.dueOn ?? ''],
  ['Late by', ({ late }) => (late === null ? '' : `${late.days}`)],
  ['Counted in', ({ late }) => late?.unit ?? ''],
];

async function rowOf(db: Db, deployment: FoundDeployment): Promise<Row> {
  const programme = await readProgramme(db, deployment.programme, deployment.programmeVersion);
  const { court, late, status } = deployment;
  return {
    reference: deployment.reference,
    subject: deployment.subject,
    urn: deployment.urn,
    region: deployment.region,
    programme: deployment.programme,
    href: urls.deployment(deployment.reference),
    stage: court === null ? '' : stageTitle(programme, court.stage),
    court: court === null ? '' : capitalised(programme.roles[court.owner]?.title ?? court.owner),
    status: STATUSES[status],
    dueOn: court?.dueOn ?? null,
    stopped: deployment.stopped,
    late:
      late === null
        ? null
        : {
            ...latenessOf(programme, await readCalendar(db, deployment.calendarVersion), late.step, late.dueOn, deployment.today),
            step: programme.steps[late.step]?.title ?? late.step,
            dueOn: late.dueOn,
            another: late.step !== court?.step,
          },
  };
}

/**
 * The choices as pairs of value and text. Stages and roles come from the programmes that the deployments are pinned to.
 */
async function wordsOf(db: Db, { programmes, regions, areas, leaders }: DeploymentChoices) {
  const pinned = await Promise.all(programmes.map(({ id, version }) => readProgramme(db, id, version)));
  const stages = pinned.flatMap((programme) => programme.stages.map((stage) => [stage.id, `${stage.number} ${stage.title}`] as const));
  const roles = pinned.flatMap(({ steps, roles: known }) =>
    Object.values(steps).map(({ owner }) => [owner, capitalised(known[owner]?.title ?? owner)] as const),
  );
  return {
    regions: regions.map((region) => [region, region]),
    areas: areas.map(({ id, name }) => [id, name]),
    leaders: leaders.map(({ id, name }) => [id, name]),
    programmes: [...new Map(pinned.map(({ id, title }) => [id, title]))],
    stages: [...new Map(stages)],
    courts: [...new Map(roles)].toSorted(([, one], [, other]) => one.localeCompare(other)),
  };
}

function scopeOfList(user: User | null) {
  if (user === null) throw new Error('Nobody is signed in.');
  return scopeCondition(user, 1);
}

function stageTitle(programme: Programme, id: string): string {
  const stage = programme.stages.find((known) => known.id === id);
  return stage === undefined ? id : `${stage.number} ${stage.title}`;
}
