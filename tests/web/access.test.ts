import { notifyRoutes } from '../../web/notify/routes.ts';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Parties } from '../../domain/chronology/events.ts';
import type { Action, StaffRole, User } from '../../web/shared/access.ts';
import { navigationFor } from '../../web/shared/navigation.ts';
import { scopeCondition, scopeOf } from '../../web/shared/scope.ts';
import { registerPersonWorkRoutes } from '../../web/person-work/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, PARTIES } from '../support/people.ts';
import { insertStaff } from './desk-world.ts';
import { everyRegister } from './every-register.ts';
import { guardedApp, signedInAs } from './guarded-app.ts';
import type { Registers } from './guarded-app.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

/** The agreed permissions of each role, written down a second time so that a slip in the code lets nobody in. */
const AGREED: Readonly<Record<StaffRole, readonly Action[]>> = {
  rdp: [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-own-call',
    'record-call',
    'hold-post',
    'change-deployments',
    'start-deployment',
    'see-programmes',
  ],
  'rdp-lead': [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-own-call',
    'record-call',
    'hold-post',
    'hold-region-post',
    'change-deployments',
    'start-deployment',
    'see-programmes',
    'see-region',
    'see-service',
    'see-calendars',
  ],
  'regional-team': [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-own-call',
    'change-deployments',
    'see-region',
    'start-deployment',
    'see-programmes',
  ],
  'regional-senior': [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-own-call',
    'change-deployments',
    'see-region',
    'start-deployment',
    'see-programmes',
  ],
  administrator: [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-own-call',
    'record-call',
    'hold-post',
    'hold-region-post',
    'hold-all-post',
    'change-deployments',
    'start-deployment',
    'see-region',
    'see-programmes',
    'see-service',
    'see-calendars',
    'import-calendars',
    'publish-programme',
    'end-sessions',
    'manage-people',
    'set-governance-places',
    'run-surveys',
    'read-payloads',
  ],
  policy: ['see-programmes', 'publish-programme', 'see-deployments', 'see-calendars', 'run-surveys'],
  'read-only': ['see-deployments', 'see-region', 'see-programmes'],
};
const ROLES = Object.keys(AGREED) as readonly StaffRole[];

/** Routes that anybody may use: signing in, answering by a link, and the pages about the service. */
const FOR_ANYBODY = /^\/(?:sign-in|a|feed|notify|profile|quieter|survey|help|dates|accessibility|privacy|cookies)(?:\/|$)/;

const NOTIFY = {
  callbackToken: 'a token',
  organizer: { domain: 'post.example', from: { name: 'Chaser', address: 'chaser@post.example' } },
};

type Route = { readonly method: string; readonly url: string; readonly access: string | undefined };

describe('who may use which route', () => {
  const routes: Route[] = [];
  let database: TestDatabase;
  let app: FastifyInstance;

  beforeAll(async () => {
    database = await freshDatabase();
    for (const role of ROLES) {
      await database.pool.query("INSERT INTO people (id, name, email, imported_at) VALUES ($1::text, $1, $1 || '@staff.example', now())", [
        role,
      ]);
      await database.pool.query("INSERT INTO person_roles (person, role, region) VALUES ($1, $1, 'North West')", [role]);
    }
    // A request that passes the access check is stopped here. What each page then does is for the tests of that page.
    const stopThem: Registers = (guarded) => {
      guarded.addHook('onRoute', ({ method, url, config }) => {
        for (const one of [method].flat()) routes.push({ method: one, url, access: config?.access });
      });
      guarded.addHook('preHandler', async (_, reply) => reply.status(204).send());
    };
    app = await guardedApp(servicesOf(database.pool), stopThem, ...(await everyRegister()), notifyRoutes(NOTIFY));
    await app.ready();
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  it('finds all the routes there are', () => {
    const found = new Set(routes.map(({ method, url }) => `${method} ${url}`));
    for (const known of ['GET /sign-in', 'POST /sign-in/:token', 'POST /sign-out', 'POST /sign-out-everywhere'])
      assert.ok(found.has(known), known);
    assert.ok(routes.length > 8, `${routes.length} routes`);
  });

  it('lets nobody in without signing in, except to sign in and to answer', async () => {
    for (const route of routes) {
      const { statusCode, headers } = await app.inject({ method: methodOf(route), url: addressOf(route) });
      const outcome = statusCode === 303 ? `to ${headers.location}` : String(statusCode);
      const reads = route.method === 'GET' || route.method === 'HEAD';
      assert.equal(outcome, FOR_ANYBODY.test(route.url) ? '204' : reads ? 'to /sign-in' : '401', `${route.method} ${route.url}`);
    }
  });

  for (const role of ROLES) {
    it(`lets ${role} do what was agreed, and nothing else`, async () => {
      const { cookies, csrf } = await signedInAs(database.pool, role);
      for (const route of routes) {
        const agreed =
          route.access === 'public' ||
          route.access === 'signed-in' ||
          (AGREED[role] as readonly (string | undefined)[]).includes(route.access);
        const reads = route.method === 'GET' || route.method === 'HEAD';
        const { statusCode } = await app.inject({
          method: methodOf(route),
          url: addressOf(route),
          cookies,
          ...(reads ? {} : { payload: { csrf } }),
        });
        assert.equal(statusCode, agreed ? 204 : 403, `${route.method} ${route.url} needs ${route.access}`);
      }
    });
  }

  it('refuses a form of a signed-in person that does not come from a page of their session', async () => {
    const { cookies } = await signedInAs(database.pool, 'administrator');
    const { csrf: ofAnother } = await signedInAs(database.pool, 'administrator');
    for (const route of routes.filter(({ method, url }) => method !== 'GET' && method !== 'HEAD' && !FOR_ANYBODY.test(url))) {
      for (const payload of [{}, { csrf: '' }, { csrf: ofAnother }, { csrf: ['x', 'y'] }]) {
        const { statusCode, body } = await app.inject({ method: methodOf(route), url: addressOf(route), cookies, payload });
        assert.equal(statusCode, 403, `${route.method} ${route.url}`);
        assert.match(body, /did not come from a page of your present session/);
      }
    }
  });

  it('refuses to add a route that does not say who may use it', async () => {
    await assert.rejects(
      guardedApp(servicesOf(database.pool), (guarded) => void guarded.get('/open', () => 'open')),
      /GET \/open does not say who may use it/,
    );
  });
});

describe('the deployments that somebody sees', () => {
  const user = (...roles: User['roles']): User => ({ person: 'p', name: 'P', email: 'p@x.example', csrf: '', roles });
  const held = (role: StaffRole, region = '', area = '') => ({ role, region, area });

  it('are, for a coordinator, those of their area, or of their region when they have no area', () => {
    assert.deepEqual(scopeOf(user(held('rdp', 'North West', 'fells'))), { all: false, regions: [], areas: ['fells'] });
    assert.deepEqual(scopeOf(user(held('rdp', 'North West'))), { all: false, regions: ['North West'], areas: [] });
  });

  it('are, for a regional role, those of its region, and for somebody with two roles those of both', () => {
    const both = user(held('regional-team', 'London'), held('rdp-lead', 'North West'));
    assert.deepEqual(scopeOf(both), { all: false, regions: ['London', 'North West'], areas: [] });
  });

  it('are all of them for an administrator, policy, a reader and a lead without a region', () => {
    for (const role of ['administrator', 'policy', 'read-only', 'rdp-lead'] as const)
      assert.equal(scopeOf(user(held(role))).all, true, role);
  });

  it('can be more than they may change, when another role only lets them see', () => {
    const both = user(held('rdp', 'North West', 'fells'), held('read-only'));
    assert.equal(scopeOf(both).all, true);
    assert.deepEqual(scopeOf(both, 'record-answer'), { all: false, regions: [], areas: ['fells'] });
  });

  it('are found in the database by area and by region', async () => {
    const database = await freshDatabase();
    try {
      await database.pool.query(
        `WITH a AS (INSERT INTO local_authorities (code, name, region) VALUES ('888', 'A', 'North West'), ('352', 'B', 'North West'), ('301', 'C', 'London')),
              b AS (INSERT INTO areas (id, name, region) VALUES ('fells', 'Fells', 'North West')),
              c AS (INSERT INTO area_authorities (area, authority) VALUES ('fells', '888'))
         INSERT INTO schools (urn, name, authority, status, region, imported_at)
         SELECT urn, urn, authority, 'Open', region, now()
         FROM (VALUES ('1', '888', 'North West'), ('2', '352', 'North West'), ('3', '301', 'London')) AS s (urn, authority, region)`,
      );
      const seen = async (who: User): Promise<string> => {
        const { sql, values } = scopeCondition(who, 2);
        const { rows } = await database.pool.query<{ urn: string }>(
          `SELECT urn FROM schools school WHERE status = $1 AND ${sql} ORDER BY urn`,
          ['Open', ...values],
        );
        return rows.map(({ urn }) => urn).join();
      };
      assert.equal(await seen(user(held('rdp', 'North West', 'fells'))), '1');
      assert.equal(await seen(user(held('regional-team', 'North West'))), '1,2');
      assert.equal(await seen(user(held('rdp', 'North West', 'fells'), held('regional-senior', 'London'))), '1,3');
      assert.equal(await seen(user(held('policy'))), '1,2,3');
      assert.equal(await seen(user(held('regional-team'))), '');
      assert.equal(await seen(user()), '');
    } finally {
      await database.end();
    }
  });

  it('are one of the places in the navigation, which shows each role the places where it may go', () => {
    const places = (role: StaffRole) =>
      navigationFor(user(held(role)), 'deployments').map(({ text, active }) => (active ? `[${text}]` : text));
    assert.deepEqual(places('administrator'), [
      'Today',
      '[Deployments]',
      'Schools',
      'Region',
      'Figures',
      'Surveys',
      'System leaders',
      'Eligible',
      'Programmes',
      'Calendars',
      'People',
      'E-mails',
      'Service',
      'Start a deployment',
    ]);
    assert.deepEqual(places('policy'), ['[Deployments]', 'Schools', 'Figures', 'Surveys', 'Eligible', 'Programmes', 'Calendars']);
    assert.deepEqual(navigationFor(null, 'today'), []);
  });
});

describe('the people whose work somebody sees', () => {
  const LONDONERS: Parties = { ...PARTIES, rdp: ['leader'], school: ['leader-busy'] };
  let database: TestDatabase;
  let app: FastifyInstance;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    await database.pool.query("INSERT INTO local_authorities (code, name, region) VALUES ('301', 'Londonshire', 'London')");
    await database.pool.query(
      "INSERT INTO schools (urn, name, authority, status, region, imported_at) VALUES ('990301', 'Thames Primary', '301', 'Open', 'London', now())",
    );
    const open = [{ step: 'confirm-participation', dueOn: workingDaysAgo(1) }];
    await placeDeployment(database.pool, 'T0001', { open });
    await placeDeployment(database.pool, 'T0002', { urn: '990301', parties: LONDONERS, open });
    app = await guardedApp(servicesOf(database.pool), registerPersonWorkRoutes);
    app.setNotFoundHandler((_, reply) => reply.status(404).send('Page not found'));
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  type Held = readonly [role: StaffRole, region: string, area: string];
  /** For each: may they see the head of Testshire in the North West, and the one of Londonshire? */
  const SEEN: readonly (readonly [held: readonly Held[], northWest: number, london: number])[] = [
    [[['rdp', 'North West', 'testshire']], 200, 404],
    [[['rdp', 'North West', 'elsewhere']], 404, 404],
    [[['rdp', 'North West', '']], 200, 404],
    [[['rdp-lead', 'London', '']], 404, 200],
    [[['rdp-lead', '', '']], 200, 200],
    [[['regional-team', 'North West', '']], 200, 404],
    [[['regional-team', '', '']], 404, 404],
    [[['regional-senior', 'London', '']], 404, 200],
    [[['administrator', '', '']], 200, 200],
    [[['policy', '', '']], 403, 403],
    [[['read-only', '', '']], 403, 403],
    [
      [
        ['rdp', 'North West', 'testshire'],
        ['read-only', '', ''],
      ],
      200,
      404,
    ],
    [
      [
        ['rdp', 'North West', 'elsewhere'],
        ['regional-team', 'London', ''],
      ],
      404,
      200,
    ],
  ];

  for (const [held, northWest, london] of SEEN) {
    const name = held.map((one) => one.filter((part) => part !== '').join(' of ')).join(' and ');
    it(`are those of their own places, for ${name}`, async () => {
      await database.pool.query("DELETE FROM person_roles WHERE person = 'otto'");
      for (const role of held)
        await database.pool.query("INSERT INTO person_roles (person, role, region, area) VALUES ('otto', $1, $2, $3)", [...role]);
      const { cookies, csrf } = await signedInAs(database.pool, 'otto');
      const unknown = await app.inject({ url: '/people/nobody-at-all/work', cookies });
      for (const [person, expected] of [
        ['head', northWest],
        ['leader-busy', london],
        // Nobody takes part in anything by this id.
        ['rita', held.every(([role]) => role === 'policy' || role === 'read-only') ? 403 : 404],
      ] as const) {
        const url = `/people/${person}/work`;
        for (const response of [
          await app.inject({ url, cookies }),
          await app.inject({ url: `${url}/move`, cookies }),
          await app.inject({ method: 'POST', url: `${url}/move`, cookies, payload: { csrf, to: 'Otto Other', because: 'A new area.' } }),
        ]) {
          // The form makes a job, whose page is next.
          const there = response.raw.req.method === 'POST' ? 303 : 200;
          assert.equal(response.statusCode, expected === 200 ? there : expected, `${person} at ${response.raw.req.url}`);
          if (expected === 200) continue;
          assert.doesNotMatch(response.body, /Harry|Bea|Rita|head@|bea@|rita@/);
          if (expected === 404) assert.equal(response.body, unknown.body);
        }
      }
    });
  }
});

/** A route's address with a value in place of each parameter. */
function addressOf({ url }: Route): string {
  return url.replaceAll(/:\w+(?:\([^)]*\))?/g, '1').replaceAll('*', 'x');
}

function methodOf({ method }: Route): 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      return method;
    default:
      throw new Error(`No route of ours is ${method}.`);
  }
}
