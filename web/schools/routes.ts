import type { FastifyInstance } from 'fastify';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import type { Subject } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { withoutUnseen } from '../../domain/unseen-characters.ts';
import type { Db } from '../../postgres/database.ts';
import { daysInWords } from '../../desk/closed-days.ts';
import { listClosedDaysOf } from '../../postgres/desk/closed-days.ts';
import {
  findSchool,
  findTrust,
  listDeploymentsOfPlace,
  listInspections,
  listMemberships,
  listPeopleOfPlace,
  listSchoolsOfTrust,
} from '../../postgres/views/schools.ts';
import { subjectsMeant } from '../../postgres/views/search-subjects.ts';
import { findStanding, standingWords } from '../../register/school-standing.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { calendarUrls } from '../calendars/calendar-urls.ts';
import { roleName } from '../people/person-form.ts';
import { mayChoose } from '../shared/choosing.ts';
import { canExist } from '../shared/desk-urls.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { DEPLOYMENT_TAGS } from '../shared/status-tags.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('schools');

const SEES = { config: { access: 'see-deployments' } } as const;
const MOST_FOUND = 50;
/** Ofsted's grades of overall effectiveness. */
const GRADES: Readonly<Record<number, string>> = { 1: 'Outstanding', 2: 'Good', 3: 'Requires improvement', 4: 'Inadequate' };

type OfSearch = { Querystring: FormBody };
type OfSchool = { Params: { urn: string } };
type OfTrust = { Params: { id: string } };

/** Schools and trusts: looked up, and each with what is known of it, its people, its deployments and its own calendar. */
export function registerSchoolsRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfSearch>('/schools', SEES, async (request, reply) => {
    const user = signedIn(request);
    const q = withoutUnseen(typed(request.query, 'q').replaceAll('\0', '')).trim().slice(0, 200);
    const found = q === '' ? [] : await subjectsMeant(db, scopeCondition(user, 1), q, MOST_FOUND + 1);
    return send(mayChoose(reply), signedIn(request), 'schools/list', {
      title: 'Schools and trusts',
      q,
      importHref: may(user, 'manage-people') ? `${urls.schools()}/import` : null,
      more: found.length > MOST_FOUND,
      found: found.slice(0, MOST_FOUND).map(({ kind, id, name, place, region, open }) => ({
        name,
        href: kind === 'school' ? urls.school(id) : urls.trust(id),
        details: [kind === 'school' ? `School, URN ${id}` : `Trust, code ${id}`, place, region, open ? '' : 'not open']
          .filter((part) => part !== '')
          .join(', '),
      })),
    });
  });

  app.get<OfSchool>('/schools/:urn', SEES, async (request, reply) => {
    const user = signedIn(request);
    const { urn } = request.params;
    const school = canExist({ urn }) ? await findSchool(db, urn, scopeCondition(user, 2)) : undefined;
    if (school === undefined) return reply.callNotFound();
    const [standing, inspections, memberships, shared] = await Promise.all([
      findStanding(db, urn),
      listInspections(db, urn),
      listMemberships(db, urn),
      sharedParts(db, user, { kind: 'school', urn }, school.trust),
    ]);
    return send(reply, signedIn(request), 'schools/school', {
      ...shared,
      title: school.name,
      caption: `School, URN ${urn}`,
      standing: standing === undefined ? null : standingWords(standing, londonDate(nowMs())),
      facts: rowsOf([
        ['Status', school.status],
        ['Type', school.type],
        ['Phase', school.phase],
        ['Local authority', `${school.authority} (${school.authorityCode})`],
        ['Region', school.region],
        ['Diocese', school.diocese],
        ['Address', school.address],
        ['Telephone', school.telephone],
        ['Website', school.website],
        ['Head in the register', school.headName],
      ]),
      trust: school.trust === null ? null : { name: school.trustName ?? school.trust, href: urls.trust(school.trust) },
      asOf: `From the schools register as imported on ${longDate(londonDate(Date.parse(school.importedAt)))}${school.changedOn === null ? '' : `; the register changed it on ${longDate(school.changedOn)}`}.`,
      inspections: inspections.map(({ inspectedOn, publishedOn, grade }) => ({
        when: longDate(inspectedOn),
        grade: GRADES[grade] ?? String(grade),
        published: publishedOn === null ? '' : `, published on ${longDate(publishedOn)}`,
      })),
      memberships: memberships.map(({ name, joinedOn, leftOn }) => ({ name, when: since(joinedOn, leftOn) })),
    });
  });

  app.get<OfTrust>('/trusts/:id', SEES, async (request, reply) => {
    const user = signedIn(request);
    const { id } = request.params;
    const trust = canExist({ id }) ? await findTrust(db, id, scopeCondition(user, 2)) : undefined;
    if (trust === undefined) return reply.callNotFound();
    const [schools, shared] = await Promise.all([
      listSchoolsOfTrust(db, id, scopeCondition(user, 2)),
      sharedParts(db, user, { kind: 'trust', trust: id }, null),
    ]);
    return send(reply, signedIn(request), 'schools/school', {
      ...shared,
      title: trust.name,
      caption: `Trust, code ${id}`,
      standing: null,
      facts: rowsOf([
        ['Region', trust.region],
        ['Local authority of its first school', trust.authority],
      ]),
      trust: null,
      asOf: 'From the schools register.',
      schools: schools.map(({ urn, name, status, authority, inPlace }) => ({
        name,
        href: inPlace ? urls.school(urn) : null,
        details: `URN ${urn}, ${authority}, ${status}`,
      })),
    });
  });
}

/** What the pages of a school and of a trust have in common: people, deployments, and the days on which it is closed. */
async function sharedParts(db: Db, user: User, subject: Subject, trustOfSchool: string | null) {
  const [urn, trust] = subject.kind === 'school' ? [subject.urn, ''] : ['', subject.trust];
  const [people, deployments, book, entered] = await Promise.all([
    listPeopleOfPlace(db, urn, trust),
    listDeploymentsOfPlace(db, urn, trust),
    readCalendarBook(db),
    listClosedDaysOf(db, subject),
  ]);
  const manages = may(user, 'manage-people');
  const closures = book.closures.filter(({ subject: whose }) =>
    whose.kind === 'school' ? whose.urn === urn : whose.trust === trust || whose.trust === trustOfSchool,
  );
  return {
    kind: subject.kind,
    people: people.map(({ id, role, ...person }) => ({ ...person, role: roleName(role), href: manages ? urls.person(id) : null })),
    deployments: deployments.map(({ reference, programme, status, beganAt, endedAt }) => ({
      reference,
      programme,
      href: urls.deployment(reference),
      tag: DEPLOYMENT_TAGS[status],
      when: `${longDate(londonDate(Date.parse(beganAt)))}${endedAt === null ? '' : ` to ${longDate(londonDate(Date.parse(endedAt)))}`}`,
    })),
    closures: closures
      .toSorted((one, other) => (one.from < other.from ? -1 : 1))
      .map(({ from, to, name, subject: whose }) => ({
        days: from === to ? longDate(from) : `${longDate(from)} to ${longDate(to)}`,
        name,
        ofTrust: subject.kind === 'school' && whose.kind === 'trust',
      })),
    entered: entered
      .filter(({ decision }) => decision === null)
      .map(({ id, name, days, personName }) => ({ href: urls.closedDays(id), text: `${name}: ${daysInWords(days)}`, by: personName })),
    closeHref: may(user, 'import-calendars') ? calendarUrls.close() : null,
    startHref: may(user, 'start-deployment')
      ? `${urls.startDeployment()}?${new URLSearchParams({ q: subject.kind === 'school' ? urn : trust }).toString()}`
      : null,
  };
}

function rowsOf(facts: readonly (readonly [string, string | null])[]) {
  return facts.map(([key, value]) => ({ key, value: value === null || value === '' ? 'Not known' : value }));
}

/** "since 1 September 2021", "1 September 2019 to 31 August 2021" */
function since(joinedOn: PlainDate | null, leftOn: PlainDate | null): string {
  const from = joinedOn === null ? 'since when is not known' : `since ${longDate(joinedOn)}`;
  return leftOn === null ? from : `${from}, no longer from ${longDate(leftOn)}`;
}
