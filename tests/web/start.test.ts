import { WorkflowNotFoundError } from '@temporalio/client';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, onTestFinished, test, vi } from 'vitest';
import { startDeployment } from '../../desk/start-deployment.ts';
import type { StartRequest } from '../../desk/start-deployment.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { importSample } from '../../register/import-sample.ts';
import { registerStartRoutes } from '../../web/start/routes.ts';
import type { User } from '../../web/shared/access.ts';
import type { Services } from '../../web/shared/services.ts';
import { mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { addMissingAttributes, missingAttributes } from '../../temporal/search-attributes.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { ADMINISTRATOR, ofArea, servicesOf, staffApp } from './staff-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await importSample(database.pool);
});
afterAll(() => database.end());
afterEach(() => vi.useRealTimers());

const app = (user: User = ADMINISTRATOR) => staffApp(servicesOf(database.pool), user, registerStartRoutes);
const HILLCREST = 'subject=school:990001&programme=tsi-2022-23';
/** A Wednesday for which term dates are known. */
const onAWednesday = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-25T10:00:00Z') });

test('a school is found by part of its name or by its URN, and a trust by its name', async () => {
  const pages = await app();
  assert.match((await pages.inject('/start?q=hillcr')).body, /value="school:990001"/);
  assert.match((await pages.inject('/start?q=990001')).body, /value="school:990001"/);
  assert.match((await pages.inject('/start?q=fernbank')).body, /value="trust:99001"/);
});

const TIERED = 'subject=school:990001&programme=si-2019-20';

test('a programme that asks something at the start asks it on the page, and shows no dates before that', async () => {
  onAWednesday();
  const { statusCode, body } = await (await app()).inject(`/start?${TIERED}`);
  assert.equal(statusCode, 200);
  for (const name of ['start-tier', 'start-judgedOn-day', 'start-offeredBy', 'start-tscRegion'])
    assert.match(body, new RegExp(`name="${name}"`));
  assert.doesNotMatch(body, /What comes first|It cannot start/);
  // The coordinators of the register's delivery partner, under the programme's own name for them.
  assert.match(body, /Teaching Schools Council coordinator<\/dt><dd[^>]*>\s*Carys Mills/);
});

test('an answer missing at the start leads to its input, and nothing that was typed is lost', async () => {
  onAWednesday();
  const form = { subject: 'school:990001', programme: 'si-2019-20', 'start-tier': 'tier-2', 'start-judgedOn-day': '<two>' };
  const { statusCode, body } = await (await app()).inject({ method: 'POST', url: '/start', payload: form });
  assert.equal(statusCode, 422);
  assert.match(body, /<title>Error: /);
  assert.match(body, /href="#start-judgedOn-day">“When the last of them/);
  assert.match(body, /href="#start-offeredBy">/);
  assert.match(body, /value="tier-2" checked/);
  assert.match(body, /value="&lt;two&gt;"/);
});

test('a search that finds nothing says what to do, and escapes what was typed', async () => {
  const { body } = await (await app()).inject('/start?q=%3Cb%3Enowhere%25');
  assert.match(body, /No school or trust in your area has that name/);
  assert.doesNotMatch(body, /<b>nowhere/);
});

test('choosing nothing is an error that leads to the field', async () => {
  const { body } = await (await app()).inject('/start?q=hill&chosen=yes');
  assert.match(body, /<title>Error: /);
  assert.match(body, /<a href="#subject">Choose the school or trust<\/a>/);
  assert.match(body, /id="subject"/);
  assert.doesNotMatch(body, /id="q-error"/);
});

test('continuing without a search, or with a form that was tampered with, leads back to the search', async () => {
  const pages = await app();
  assert.match((await pages.inject('/start?chosen=yes')).body, /<a href="#q">Enter the name or the URN[\s\S]*id="q-error"/);
  assert.equal((await pages.inject('/start?subject=school:%27&programme=..%2Fx&q=a&q=b')).statusCode, 200);
  assert.equal((await pages.inject({ method: 'POST', url: '/start' })).statusCode, 200);
});

test('the plan names its people, the gaps that do not matter, and the first due date with its reason', async () => {
  onAWednesday();
  const { body } = await (await app()).inject(`/start?${HILLCREST}`);
  assert.match(body, /Hester Applegarth/);
  assert.match(body, /Carys Mills/);
  assert.match(body, /System leader<\/dt><dd[^>]*>\s*<span class="chaser-quiet">Named later/);
  assert.match(body, /Contact the school or trust: Regional team, due <strong>Friday 18 December 2026<\/strong>/);
  assert.match(body, /Assumed: the term dates of Lancashire for Autumn 2026 are not known/);
  assert.match(body, /The first letters leave from 25 November 2026/);
  assert.match(body, /<form method="post" action="\/start">\s*<input type="hidden" name="csrf" value="a-csrf-token">/);
});

test('looking at a plan changes nothing', async () => {
  onAWednesday();
  await (await app()).inject(`/start?${HILLCREST}`);
  const { rows } = await database.pool.query(
    `SELECT (SELECT count(*)::int FROM programmes) + (SELECT count(*)::int FROM calendars) + (SELECT count(*)::int FROM deployments) AS kept,
            (SELECT is_called FROM deployment_numbers) AS numbered`,
  );
  assert.deepEqual(rows, [{ kept: 0, numbered: false }]);
});

for (const [what, break_, mend, said] of [
  [
    'nobody is the head',
    "UPDATE person_roles SET urn = 'x' WHERE urn = '990001'",
    "UPDATE person_roles SET urn = '990001' WHERE urn = 'x'",
    /Nobody holds the role “school or trust” for the school Hillcrest Primary School/,
  ],
  [
    'the head has no address',
    "UPDATE people SET job_title = email, email = '' WHERE id = (SELECT person FROM person_roles WHERE urn = '990001')",
    "UPDATE people SET email = job_title WHERE email = ''",
    /, school or trust, has no e-mail address\./,
  ],
  [
    'the address of the coordinator was refused for good',
    "UPDATE people SET address_refused_at = now() WHERE id = 'c-mills'",
    'UPDATE people SET address_refused_at = NULL',
    /refused the address of Carys Mills, RDP coordinator, for good/,
  ],
] as const) {
  test(`a deployment cannot start when ${what}, and the page says how to put it right`, async () => {
    onAWednesday();
    await database.pool.query(break_);
    onTestFinished(async () => void (await database.pool.query(mend)));
    const { body } = await (await app()).inject(`/start?${HILLCREST}`);
    assert.match(body, /It cannot start yet/);
    assert.match(body, said);
    assert.match(body, /Ask an administrator to (?:add somebody|give them another address)/);
    assert.doesNotMatch(body, /chaser import/);
    assert.doesNotMatch(body, /method="post" action="\/start"/);
  });
}

for (const [what, broken, said, starts] of [
  [
    'has closed',
    "status = 'Closed', closed_on = '2026-08-31', closed_because = 'Academy Converter'",
    /closed on 31 August 2026 \(Academy Converter\)\./,
    false,
  ],
  ['is to close', "status = 'Open, but proposed to close', closed_on = '2027-08-31'", /is proposed to close on 31 August 2027\./, true],
  [
    'is not open yet',
    "status = 'Proposed to open', opened_on = '2027-09-01'",
    /is not open yet: it is proposed to open on 1 September 2027\./,
    true,
  ],
  ['has a status that nobody knows', "status = 'Opne'", /has the status “Opne” in the register, which is not known\./, true],
] as const) {
  test(`a school that ${what} says so where it is found and on its plan`, async () => {
    onAWednesday();
    const { rows } = await database.pool.query<{ postcode: string }>("SELECT postcode FROM schools WHERE urn = '990001'");
    await database.pool.query(`UPDATE schools SET ${broken} WHERE urn = '990001'`);
    await database.pool.query("UPDATE schools SET postcode = $1 WHERE urn = '990002'", [rows[0]?.postcode]);
    onTestFinished(async () => {
      await database.pool.query("UPDATE schools SET status = 'Open', closed_on = NULL, closed_because = NULL, opened_on = NULL");
      await database.pool.query("UPDATE schools SET postcode = 'ZZ99 1DR' WHERE urn = '990002'");
    });
    const pages = await app();
    const search = (await pages.inject('/start?q=hillcr')).body;
    assert.match(search, said.source.endsWith('\\.') ? new RegExp(said.source.slice(0, -2)) : said);
    const { body } = await pages.inject(`/start?${HILLCREST}`);
    assert.match(body, said);
    assert.equal(/method="post" action="\/start"/.test(body), starts);
    assert.equal(/It cannot start yet/.test(body), !starts);
    if (what !== 'is not open yet') assert.match(body, /the register has Bobbinthorpe Brook Primary School \(URN 990002\) now\./);
  });
}

test('a deployment cannot start when the calendar ends too early, and the page names the missing year', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2028-07-03T10:00:00Z') });
  const { body } = await (await app()).inject(`/start?${HILLCREST}`);
  assert.match(body, /It cannot start yet[\s\S]*2028/);
  assert.doesNotMatch(body, /method="post" action="\/start"/);
});

test('nobody can find, look at or start what lies outside their area', async () => {
  const pages = await app(ofArea('greater-manchester'));
  assert.doesNotMatch((await pages.inject('/start?q=990001')).body, /value="school:990001"/);
  assert.doesNotMatch((await pages.inject(`/start?${HILLCREST}`)).body, /Hester Applegarth/);
  const { statusCode } = await pages.inject({ method: 'POST', url: '/start', payload: HILLCREST, headers: FORM });
  assert.equal(statusCode, 200);
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

test('a deployment that cannot start is refused even when the form is sent', async () => {
  await database.pool.query("UPDATE people SET address_refused_at = now() WHERE id = 'c-mills'");
  onTestFinished(async () => void (await database.pool.query('UPDATE people SET address_refused_at = NULL')));
  const { statusCode, body } = await (await app()).inject({ method: 'POST', url: '/start', payload: HILLCREST, headers: FORM });
  assert.equal(statusCode, 409);
  assert.match(body, /<title>Error: [\s\S]*<a href="#refused">/);
});

test('nothing is started while the engine is down, and the page soon says so', async () => {
  const { statusCode, body } = await (await app()).inject({ method: 'POST', url: '/start', payload: HILLCREST, headers: FORM });
  assert.equal(statusCode, 503);
  assert.match(body, /The deployment may not have started[\s\S]*Try again in a few minutes/);
});

test('starting leads to the page of the deployment, and pressing twice starts one', async () => {
  const world = await openWorld();
  onTestFinished(() => world.end());
  await importSample(world.db);
  const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
  const pages = await staffApp(services, ADMINISTRATOR, registerStartRoutes);
  const press = () => pages.inject({ method: 'POST', url: '/start', payload: HILLCREST, headers: FORM });
  const [one, other] = await Promise.all([press(), press()]);
  assert.equal(one.statusCode, 303, one.body);
  assert.equal(one.headers.location, '/deployments/D00001?started=yes');
  assert.deepEqual([other.statusCode, other.headers.location], [303, '/deployments/D00001?started=yes']);
  const { rows } = await world.db.query('SELECT reference, urn FROM deployments');
  assert.deepEqual(rows, [{ reference: 'D00001', urn: '990001' }]);
  assert.match((await pages.inject(`/start?${HILLCREST}`)).body, /<a class="govuk-link" href="\/deployments\/D00001">See the deployment/);
});

test('of two starts at once the second reaches the engine first, and still one deployment is started', async () => {
  // Without a worker neither is in the record yet.
  const world = await openWorld({ worker: false });
  onTestFinished(() => world.end());
  await importSample(world.db);
  const programme = loadProgramme('tsi-2022-23');
  assert.ok(programme.ok);
  for (const [urn, reference, waits] of [
    ['990001', 'D00001', false],
    ['990002', 'D00002', true],
  ] as const) {
    const request: StartRequest = { subject: { kind: 'school', urn }, programme: programme.value };
    const press = (client: Services['temporal'], withinMs: number) =>
      startDeployment({ db: world.db, client, taskQueue: world.temporal.taskQueue }, request, { storedWithinMs: waits ? withinMs : null });
    let other: Awaited<ReturnType<typeof startDeployment>> | undefined;
    // It has claimed the reference, and is about to ask the engine, when somebody else presses.
    const one = await press(
      beforeStarting(world.client, async () => {
        other ??= await press(world.client, 300);
      }),
      30_000,
    );
    assert.ok(other?.ok, JSON.stringify(other));
    assert.deepEqual([other.value.reference, other.value.stored], [reference, false]);
    assert.ok(!one.ok && one.reason.kind === 'being-started', JSON.stringify(one));
    assert.equal(one.reason.reference, reference);
  }
  assert.deepEqual(await workflowsOf(world), ['deployment/D00001', 'deployment/D00002']);
});

test('a start that waits returns when the deployment is in the record, and the engine is asked once', async () => {
  const world = await openWorld();
  onTestFinished(() => world.end());
  await importSample(world.db);
  const programme = loadProgramme('tsi-2022-23');
  assert.ok(programme.ok);
  const desk = { db: world.db, client: world.client, taskQueue: world.temporal.taskQueue };
  const found = async (query: string) => {
    const ids: string[] = [];
    for await (const { workflowId } of world.client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  };
  // Until it has, a deployment starts without the attributes by which it is to be found here.
  await waitUntil('the server has heard of the attributes of a new namespace', () =>
    found("ChaserRegion = 'London'").then(
      () => true,
      () => false,
    ),
  );
  const started = await startDeployment(
    desk,
    { subject: { kind: 'school', urn: '990001' }, programme: programme.value },
    { storedWithinMs: 30_000 },
  );
  const { rows } = await world.db.query('SELECT reference FROM deployments');
  assert.deepEqual([started.ok && started.value.stored, rows], [true, [{ reference: 'D00001' }]]);
  const handle = world.client.workflow.getHandle('deployment/D00001');
  assert.match((await (await handle.describe()).staticSummary()) ?? '', /, version \S+, for a school$/);
  const { events } = await handle.fetchHistory();
  assert.equal(events?.filter(({ workflowExecutionUpdateCompletedEventAttributes: told }) => told).length, 1);

  const query = "ChaserRegion = 'North West' AND ChaserProgramme = 'tsi-2022-23' AND ChaserSubject = 'school/990001'";
  await waitUntil('Temporal lists the deployment by its region, programme and school', async () =>
    (await found(query)).includes('deployment/D00001'),
  );
  assert.deepEqual(await found("ChaserRegion = 'London'"), []);
});

test('a namespace that does not know the attributes takes the deployment without them', async () => {
  const world = await openWorld();
  onTestFinished(() => world.end());
  await importSample(world.db);
  const { operatorService } = world.client.connection;
  const { namespace } = world.temporal;
  await operatorService.removeSearchAttributes({ namespace, searchAttributes: ['ChaserRegion'] });
  assert.deepEqual(await missingAttributes(operatorService, namespace), ['ChaserRegion']);
  // Until the server has heard of it itself.
  await sleep(2_000);
  const programme = loadProgramme('tsi-2022-23');
  assert.ok(programme.ok);
  const desk = { db: world.db, client: world.client, taskQueue: world.temporal.taskQueue };
  for (const [urn, storedWithinMs] of [
    ['990001', 30_000],
    ['990002', null],
  ] as const) {
    const started = await startDeployment(desk, { subject: { kind: 'school', urn }, programme: programme.value }, { storedWithinMs });
    assert.ok(started.ok, JSON.stringify(started));
    const { typedSearchAttributes } = await world.client.workflow.getHandle(`deployment/${started.value.reference}`).describe();
    assert.ok(!typedSearchAttributes.getAll().some(({ key }) => key.name === 'ChaserProgramme'));
  }
  await addMissingAttributes(operatorService, namespace);
  assert.deepEqual(await missingAttributes(operatorService, namespace), []);
});

test('of two starts at once that a namespace refuses for their attributes, the one that is late is told of the other', async () => {
  const world = await openWorld({ worker: false });
  onTestFinished(() => world.end());
  await importSample(world.db);
  const { operatorService } = world.client.connection;
  await operatorService.removeSearchAttributes({ namespace: world.temporal.namespace, searchAttributes: ['ChaserRegion'] });
  // Until the server has heard of it itself.
  await sleep(2_000);
  const programme = loadProgramme('tsi-2022-23');
  assert.ok(programme.ok);
  const request: StartRequest = { subject: { kind: 'school', urn: '990001' }, programme: programme.value };
  const press = (client: Services['temporal'], storedWithinMs: number) =>
    startDeployment({ db: world.db, client, taskQueue: world.temporal.taskQueue }, request, { storedWithinMs });
  let other: Awaited<ReturnType<typeof startDeployment>> | undefined;
  const refusedFirst = askingToStart(world.client, async (ask) => {
    try {
      return await ask();
    } finally {
      other ??= await press(world.client, 300);
    }
  });
  const one = await press(refusedFirst, 30_000);
  assert.ok(other?.ok, JSON.stringify(other));
  assert.ok(!one.ok && one.reason.kind === 'being-started', JSON.stringify(one));
  assert.equal(one.reason.reference, other.value.reference);
});

test('while no worker runs, a second start is refused with the reference of the first, however late it comes', async () => {
  const world = await openWorld({ worker: false });
  onTestFinished(() => world.end());
  await importSample(world.db);
  const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
  const pages = await staffApp(services, ADMINISTRATOR, registerStartRoutes);
  const press = () => pages.inject({ method: 'POST', url: '/start', payload: HILLCREST, headers: FORM });
  const first = await press();
  assert.equal(first.statusCode, 202, first.body);
  assert.match(first.body, /D00001 of Hillcrest Primary School is being started/);
  const second = await press();
  assert.equal(second.statusCode, 409, second.body);
  assert.match(second.body, /D00001 of Hillcrest Primary School is being started/);
  assert.deepEqual(await workflowsOf(world), ['deployment/D00001']);
});

test('a start that may not have reached the engine goes on under the same reference', async () => {
  const world = await openWorld();
  onTestFinished(() => world.end());
  await importSample(world.db);
  const press = async (services: Services) =>
    (await staffApp(services, ADMINISTRATOR, registerStartRoutes)).inject({
      method: 'POST',
      url: '/start',
      payload: HILLCREST,
      headers: FORM,
    });
  assert.equal((await press(servicesOf(world.db))).statusCode, 503);
  const { statusCode, headers } = await press(servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }));
  assert.deepEqual([statusCode, headers.location], [303, '/deployments/D00001?started=yes']);
  assert.deepEqual(await workflowsOf(world), ['deployment/D00001']);
});

test('a school that declined can be started again', async () => {
  const world = await openWorld();
  onTestFinished(() => world.end());
  await importSample(world.db);
  const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
  const pages = await staffApp(services, ADMINISTRATOR, registerStartRoutes);
  const press = () => pages.inject({ method: 'POST', url: '/start', payload: HILLCREST, headers: FORM });
  assert.equal((await press()).headers.location, '/deployments/D00001?started=yes');
  await world.db.query("UPDATE deployments SET status = 'declined', ended_as = 'declined', ended_at = now()");
  assert.equal((await press()).headers.location, '/deployments/D00002?started=yes');
});

/** A client that does something each time before it asks the engine to start a workflow. */
const beforeStarting = (client: Services['temporal'], act: () => Promise<void>) =>
  askingToStart(client, async (ask) => {
    await act();
    return ask();
  });

/** A client that asks the engine to start a workflow in this way. */
function askingToStart(client: Services['temporal'], how: (ask: () => Promise<unknown>) => Promise<unknown>): Services['temporal'] {
  const workflow = new Proxy(client.workflow, {
    get: (target, name) => {
      const member = bound(target, Reflect.get(target, name));
      if (name !== 'start' && name !== 'executeUpdateWithStart') return member;
      return (...asked: unknown[]) => how(() => (member as (...given: unknown[]) => Promise<unknown>)(...asked));
    },
  });
  return new Proxy(client, { get: (target, name) => (name === 'workflow' ? workflow : bound(target, Reflect.get(target, name))) });
}

function bound(target: object, member: unknown): unknown {
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
}

/** The deployments that the engine knows, by the ids of their workflows. */
async function workflowsOf(world: World): Promise<readonly string[]> {
  const found: string[] = [];
  for (let number = 1; number <= 5; number += 1) {
    const id = `deployment/D0000${number}`;
    await world.client.workflow
      .getHandle(id)
      .describe()
      .then(() => found.push(id))
      .catch((error: unknown) => assert.ok(error instanceof WorkflowNotFoundError, String(error)));
  }
  return found;
}

test('the pages are accessible and fit a telephone', async () => {
  const pages = await app();
  onTestFinished(() => pages.close());
  const address = await pages.listen({ port: 0, host: '127.0.0.1' });
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  for (const width of [1280, 360]) {
    const page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
    for (const [name, path] of [
      ['search', '/start?q=primary&chosen=yes'],
      ['plan', `/start?${HILLCREST}`],
    ] as const) {
      await page.goto(`${address}${path}`);
      await picture(page, `chaser-start-${name}-${width}`);
      await mustBeAccessible(page);
      assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width, `${name} is wider than ${width} px`);
    }
  }
});
