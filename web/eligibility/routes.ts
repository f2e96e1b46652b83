import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withDeployments } from '../../desk/list-eligible.ts';
import type { EligibilityLine, JudgedLine } from '../../desk/list-eligible.ts';
import { programmesOnOffer } from '../../desk/programmes-on-offer.ts';
import { evidenceWords, GROUNDS } from '../../domain/eligibility/verdict.ts';
import type { Reason, Result } from '../../domain/result.ts';
import type { Db } from '../../postgres/database.ts';
import { csvOf } from '../../outputs/csv.ts';
import type { Column } from '../../outputs/csv.ts';
import { pageWithin, pagingOf } from '../shared/paging.ts';
import { may } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { eligibilityAddress, readEligibilityQuery } from './eligibility-query.ts';
import type { EligibilityQuery } from './eligibility-query.ts';
import { findEligible, listedBy } from './find-eligible.ts';
import type { FoundEligible } from './find-eligible.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('eligible');

const PER_PAGE = 25;

/** Who is eligible for a programme on a day: a page with filters, and the same as CSV. */
export function registerEligibilityRoutes(app: FastifyInstance, { db }: Services): void {
  app.get('/eligible', { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const query = readEligibilityQuery(request.query);
    const found = await findEligible(db, user, query, 'see-deployments');
    return listPage(request, reply, db, query, found);
  });

  app.get('/eligible.csv', { config: { access: 'see-deployments' } }, async (request, reply) => {
    const user = signedIn(request);
    const query = readEligibilityQuery(request.query);
    const found = await findEligible(db, user, query, 'see-deployments');
    if (!found.ok) return listPage(request, reply, db, query, found);
    const { on } = found.value;
    const rows = await withDeployments(db, query.programme, await listedBy(db, query, found.value));
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="eligible-${query.programme}-${on}.csv"`)
      .send(Readable.from(csvOf(COLUMNS, rows)));
  });
}

const COLUMNS: readonly Column<EligibilityLine>[] = [
  ['Kind', ({ subject }) => subject.kind],
  ['URN or code', ({ id }) => id],
  ['School or trust', ({ name }) => name],
  ['Local authority', ({ authority }) => authority],
  ['Region', ({ region }) => region],
  ['Eligible', ({ grounds }) => (grounds.length > 0 ? 'yes' : 'no')],
  ['Because', ({ grounds }) => grounds.map((ground) => GROUNDS[ground]).join('; ')],
  ['Why', ({ why }) => why],
  ['Schools and inspections', ({ evidence }) => evidence.map(evidenceWords).join(' | ')],
  ['Deployment', ({ deployment }) => deployment?.reference ?? ''],
  ['Its status', ({ deployment }) => deployment?.status ?? ''],
];

async function listPage(
  request: FastifyRequest,
  reply: FastifyReply,
  db: Db,
  query: EligibilityQuery,
  found: Result<FoundEligible, Reason>,
) {
  const user = signedIn(request);
  const [programmes, listed] = await Promise.all([programmesOnOffer(db), found.ok ? listedBy(db, query, found.value) : []]);
  const { on, rule } = found.ok ? found.value : { on: null, rule: null };
  const { places, grounds } = found.ok ? found.value.list : { places: [], grounds: [] };
  const page = pageWithin(query.page, listed.length, PER_PAGE);
  const rows = await withDeployments(db, query.programme, listed.slice((page - 1) * PER_PAGE, page * PER_PAGE));
  const isDay = !found.ok && found.reason.kind !== 'no-rule';
  const [year, month, day] = (on ?? query.on).split('-');
  return send(reply.status(isDay ? 400 : 200), user, 'eligibility/list', {
    title: page === 1 ? 'Eligible schools and trusts' : `Eligible schools and trusts, page ${page}`,
    query,
    refusal: found.ok ? null : found.reason,
    errors: isDay ? [{ text: `${found.reason.message} ${found.reason.remedy}`, href: '#on-day' }] : [],
    on,
    typedDay:
      on === null && !isDay
        ? {}
        : {
            day: day === undefined ? '' : String(Number(day) || day),
            month: month === undefined ? '' : String(Number(month) || month),
            year,
          },
    rule,
    programmes: programmes.map(({ id, title }) => [id, title]),
    regions: choices(places.map(({ region }) => region)),
    authorities: choices(places.filter(({ region }) => query.region === '' || region === query.region).map(({ authority }) => authority)),
    grounds: [...grounds.map((ground) => [ground, GROUNDS[ground]]), ['not', 'Not eligible, and why not']],
    counts: countsOf(listed),
    rows: rows.map(rowOf),
    paging: pagingOf(page, listed.length, PER_PAGE, (number) => eligibilityAddress(query, { page: number })),
    total: listed.length,
    csvHref: eligibilityAddress(query, 'csv'),
    startHref: query.because !== 'not' && may(user, 'start-deployment') && listed.length > 0 ? eligibilityAddress(query, 'start') : null,
    clearHref: `${urls.eligible()}?programme=${encodeURIComponent(query.programme)}`,
    filtered: [query.q, query.region, query.authority, query.kind, query.because, query.running].some((value) => value !== ''),
  });
}

const STATUSES = { running: 'Running', completed: 'Completed', declined: 'Declined', withdrawn: 'Withdrawn' } as const;

function rowOf({ subject, id, name, authority, region, grounds, why, evidence, deployment }: EligibilityLine) {
  return {
    name,
    place: [subject.kind === 'school' ? `School, URN ${id}` : `Trust, code ${id}`, authority, region]
      .filter((part) => part !== '')
      .join(', '),
    grounds: grounds.map((ground) => GROUNDS[ground]),
    why,
    // Of a school, the sentence says it all.
    evidence: subject.kind === 'trust' ? evidence.map(evidenceWords) : [],
    deployment:
      deployment === null ? null : { ...deployment, href: urls.deployment(deployment.reference), words: STATUSES[deployment.status] },
  };
}

/** "12 schools and 3 trusts" */
function countsOf(lines: readonly JudgedLine[]): string {
  const count = (kind: string) => lines.filter(({ subject }) => subject.kind === kind).length;
  const words = (kind: string) => `${count(kind)} ${kind}${count(kind) === 1 ? '' : 's'}`;
  return `${words('school')} and ${words('trust')}`;
}

function choices(values: readonly string[]): readonly (readonly [string, string])[] {
  return [...new Set(values)]
    .filter((value) => value !== '')
    .toSorted()
    .map((value) => [value, value]);
}
