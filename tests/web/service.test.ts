import assert from 'node:assert/strict';
import { onTestFinished, test } from 'vitest';
import { openDatabase } from '../../postgres/database.ts';
import { withoutAddresses } from '../../desk/without-addresses.ts';
import type { User } from '../../web/shared/roles.ts';
import { postWarnings } from '../../web/today/post-warnings.ts';
import { registerServiceRoutes } from '../../web/service/routes.ts';
import { mustBeAccessible, openBrowser } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

test('no part is reported as not working while all is well', async () => {
  const world = await openWorld();
  onTestFinished(() => world.end());
  const { client } = world;
  const app = await staffApp(servicesOf(world.db, { client, taskQueue: world.temporal.taskQueue }), ADMINISTRATOR, registerServiceRoutes);
  await waitUntil('the worker is seen', async () => (await app.inject('/service')).body.includes('1 asked for work'));
  const { body } = await app.inject('/service');
  assert.match(body, /Answers, and is up to date/);
  assert.doesNotMatch(body, /Not working/);
  assert.match(body, /No letter has failed/);
});

test('a task queue without a worker is reported, with the remedy', async () => {
  const world = await openWorld({ worker: false });
  onTestFinished(() => world.end());
  const app = await staffApp(servicesOf(world.db, { client: world.client, taskQueue: 'nobody' }), ADMINISTRATOR, registerServiceRoutes);
  assert.match((await app.inject('/service')).body, /None asked for work within the last two minutes\.<br>Start a worker/);
});

test('a mail server that refuses us is reported with since when, its own words and no address; Today warns an administrator', async () => {
  const database = await freshDatabase();
  onTestFinished(() => database.end());
  const { pool: db } = database;
  await insertPeople(db);
  const app = await staffApp(servicesOf(db), ADMINISTRATOR, registerServiceRoutes);
  onTestFinished(() => app.close());
  assert.match((await app.inject('/service')).body, /Mail server<\/dt>[\s\S]*?Working[\s\S]*?Is accepting letters/);
  const say = (believed: boolean) =>
    db.query(
      `INSERT INTO mail_trouble (kind, said, since, recipients, believed_at)
       VALUES ('we-are-refused', '554 5.7.1 <head@hillside.example>: blocked using bl.list.example', '2026-11-23T08:05:00Z', '{a,b}',
               CASE WHEN $1 THEN now() END)
       ON CONFLICT (only_row) DO UPDATE SET believed_at = excluded.believed_at`,
      [believed],
    );
  const user = { person: 'ada', name: 'Ada', email: 'ada@delivery.example', csrf: '' };
  const administrator: User = { ...user, roles: [{ role: 'administrator', region: '', area: '' }] };
  const coordinator: User = { ...user, roles: [{ role: 'rdp', region: '', area: '' }] };
  await say(false);
  assert.match(
    (await app.inject('/service')).body,
    /Mail server<\/dt>[\s\S]*?Working[\s\S]*?Said this of one e-mail on 23 November 2026, 8:05am/,
  );
  assert.deepEqual(await postWarnings(db, administrator), []);
  await say(true);
  const { body } = await app.inject('/service');
  assert.match(
    body,
    /Mail server<\/dt>[\s\S]*?Not working[\s\S]*?refused our e-mails since 23 November 2026, 8:05am\. It says: “554 5\.7\.1 &lt;\(address\)&gt;/,
  );
  assert.doesNotMatch(body, /head@hillside/);
  assert.match(
    (await postWarnings(db, administrator)).join(),
    /^The mail server has refused our e-mails since .*nobody’s address is marked/,
  );
  assert.deepEqual(await postWarnings(db, coordinator), []);
});

test('the page works while Temporal is down, and shows what waits and what failed without any address', async () => {
  const database = await freshDatabase();
  onTestFinished(() => database.end());
  const { pool: db } = database;
  await insertPeople(db);
  await placeDeployment(db, 'D00001', {
    open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }],
    escalated: { step: 'confirm-participation', to: 'regional-team', daysAgo: 1 },
  });
  await db.query(
    `INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, state, written_at, closed_at, reason)
     VALUES ('k', 'D00001', 'confirm-participation', 1, 'request', 'request', 'school', 'head', 0, 'failed', now(), '2040-11-23T08:05:00Z',
             '550 5.1.1 <head@hillside.example>: recipient head@hillside.example unknown')`,
  );
  await db.query("INSERT INTO notes (kind, person, subject, queued_at) VALUES ('sign-in', 'head', 'Sign in', '2040-11-23T09:30:00Z')");
  await db.query(
    `INSERT INTO kept_answers (reference, step, round, answer, fields, person, via, given_at)
     VALUES ('D00001', 'confirm-participation', 1, 'accepts', '{}', 'head', 'link', '2040-11-23T10:00:00Z')`,
  );
  const app = await staffApp(servicesOf(db), ADMINISTRATOR, registerServiceRoutes);
  onTestFinished(() => app.close());
  const { statusCode, body } = await app.inject('/service');
  assert.equal(statusCode, 200);
  assert.match(body, /Temporal<\/dt>[\s\S]*Not working[\s\S]*Is not answering/);
  assert.match(body, /Letters to send now<\/dt>\s*<dd[^>]*>1, the oldest since/);
  assert.match(body, /copies of answers<\/dt>\s*<dd[^>]*>1, the oldest since 23 November 2040, 9:30am/);
  assert.match(body, /not recorded yet<\/dt>\s*<dd[^>]*>1, the oldest since 23 November 2040, 10am/);
  assert.match(
    body,
    /request of confirm-participation to head: failed on 23 November 2040, 8:05am<br>550 5\.1\.1 &lt;\(address\)&gt;: recipient \(address\) unknown/,
  );
  assert.doesNotMatch(body, /hillside\.example|Harry/);

  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const page = await (await browser.newContext({ viewport: { width: 360, height: 900 } })).newPage();
  await page.goto(`${await app.listen({ port: 0, host: '127.0.0.1' })}/service`);
  await mustBeAccessible(page);
  assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 360);
});

test('a missing migration is named', async () => {
  const database = await freshDatabase();
  onTestFinished(() => database.end());
  await database.pool.query("DELETE FROM migrations WHERE name = '0002_people'");
  const app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerServiceRoutes);
  assert.match((await app.inject('/service')).body, /Lacks 0002_people[\s\S]*docs\/operations\.md/);
});

test('a database that is down is reported on a page that still works', async () => {
  const nowhere = openDatabase('postgres://nobody@127.0.0.1:1/nothing');
  onTestFinished(() => nowhere.end());
  const app = await staffApp(servicesOf(nowhere), ADMINISTRATOR, registerServiceRoutes);
  const { statusCode, body } = await app.inject('/service');
  assert.equal(statusCode, 200);
  assert.match(body, /PostgreSQL<\/dt>[\s\S]*Not working[\s\S]*not known while PostgreSQL is not answering/);
});

for (const [said, shown] of [
  ['550 <head@school.example>: no', '550 <(address)>: no'],
  ['user=head+x@school.example; gone', '(address); gone'],
  ['550 no such user', '550 no such user'],
] as const) {
  test(`addresses are removed from what a mail server said: ${said}`, () => assert.equal(withoutAddresses(said), shown));
}
