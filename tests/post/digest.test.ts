import { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createNoteMail } from '../../mail/send-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import { watch } from '../../postgres/desk/watches.ts';
import { createApp } from '../../web/app.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import { postDigestsByMovedTime } from '../../web/own-post/post-digests.ts';
import { createDigests, setUpDigestSchedule } from '../../worker/digests.ts';
import { DIGEST_SCHEDULE } from '../../workflows/ids.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { waitUntil } from '../support/wait-until.ts';
import { deskOf, insertStaff } from '../web/desk-world.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from '../web/place-deployment.ts';
import { servicesOf } from '../web/staff-app.ts';

const URL_OF_PAGES = 'https://chaser.example';

describe('the summary of the week', () => {
  let world: World;
  let app: FastifyInstance;
  beforeAll(async () => {
    world = await openWorld({ worker: false });
    await insertStaff(world.db);
    app = await createApp(servicesOf(world.db), { trustProxy: false });
    await insertSchool(world.db, '990811', 'Far Away School', { authority: '811', region: 'London' });
    await placeDeployment(world.db, 'D1', { open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }] });
    await placeDeployment(world.db, 'D2', { urn: '990811', open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(4) }] });
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });
  const digests = async () =>
    (
      await world.db.query<{ row: string }>("SELECT concat_ws(' ', person, week::text, queued) AS row FROM digests ORDER BY week, person")
    ).rows.map(({ row }) => row);
  const queued = async () =>
    (
      await world.db.query<{ person: string; subject: string; text: string; html: string }>(
        "SELECT person, subject, body_text AS text, body_html AS html FROM notes WHERE kind = 'digest' ORDER BY id",
      )
    ).rows;
  const clear = () => world.db.query('DELETE FROM notes; DELETE FROM digests; DELETE FROM watches');
  /** As a worker does it, person by person. */
  const postAt = async (at: string, from = createDigests(world.application, URL_OF_PAGES)) => {
    for (const due of await from.due(at)) await from.queue(due);
  };

  it('goes once to everybody whose role has something to see, and tells only what that role may see', async () => {
    await clear();
    await watch(world.db, 'coordinator', 'D1');
    await watch(world.db, 'coordinator', 'D2');
    await postAt('2026-11-23T07:30:00Z');
    const letters = await queued();
    const cora = letters.find(({ person }) => person === 'coordinator') ?? assert.fail('Cora gets none');
    assert.equal(cora.subject, 'Your week: 1 late');
    for (const words of ['Late (1)', 'Confirm participation', 'Deployments that you watch (1)', `${URL_OF_PAGES}/deployments/D1`]) {
      assert.ok(cora.text.includes(words) && cora.html.includes(words), `${words} in ${cora.text}`);
    }
    assert.doesNotMatch(cora.text + cora.html, /Far Away|D2/, 'a deployment that she may not see, though she watches it');
    assert.equal(letters.filter(({ person }) => person === 'other').length, 0);
    assert.ok(
      (await digests()).some((row) => row.endsWith(' 2026-11-23 f')),
      'nobody is left out, though there is nothing to say to some',
    );

    const before = await digests();
    await postAt('2026-11-23T07:30:00Z');
    await postAt('2026-11-24T07:30:00Z');
    assert.deepEqual(await digests(), before);
    assert.equal((await queued()).length, letters.length, 'a second time in the week');
    await postAt('2026-11-30T07:30:00Z');
    assert.equal((await queued()).length, letters.length * 2, 'not again in the next week');
  });

  it('goes once, though two workers queue it together and one dies between any two people', async () => {
    await clear();
    const people = await createDigests(world.application, URL_OF_PAGES).due('2026-11-23T07:30:00Z');
    assert.ok(people.length > 1);
    const dies = createDigests(world.application, URL_OF_PAGES);
    await dies.queue(people[0] ?? assert.fail());
    await Promise.all([postAt('2026-11-23T07:30:00Z'), postAt('2026-11-23T07:30:00Z'), ...people.map((due) => dies.queue(due))]);
    const letters = await queued();
    assert.equal(new Set(letters.map(({ person }) => person)).size, letters.length);
    assert.equal((await digests()).length, people.length);
  });

  it('is written by the moved time of a training copy, from 7:30am on the first working day of the week', async () => {
    await clear();
    const at = (time: string) => postDigestsByMovedTime({ db: world.application, publicUrl: URL_OF_PAGES }, Date.parse(time));
    assert.equal(await at('2026-05-25T10:00:00Z'), 0, 'on a bank holiday');
    assert.equal(await at('2026-05-26T06:29:00Z'), 0, 'before 7:30am');
    const written = await at('2026-05-26T06:30:00Z');
    assert.ok(written > 0);
    assert.equal(await at('2026-05-28T10:00:00Z'), 0, 'twice in a week');
    assert.equal(await at('2026-06-01T10:00:00Z'), written);
    assert.equal((await queued()).length, written * 2);
  });

  it('does not come to whoever has said no on the page, which shows what it would say', async () => {
    await clear();
    const cora = await deskOf(world.db, app, 'coordinator');
    assert.match(
      (await cora.get('/your-e-mails')).text,
      /What it would say now[\s\S]*Your week: 1 late[\s\S]*Confirm participation, due on/,
    );
    assert.equal((await cora.post('/your-e-mails', { digest: 'no', timing: 'at-once' })).location, '/your-e-mails?saved=yes');
    assert.match((await cora.get('/your-e-mails?saved=yes')).text, /Your choice is saved/);
    await postAt('2026-11-23T07:30:00Z');
    assert.ok(!(await digests()).some((row) => row.startsWith('coordinator')));
    await cora.post('/your-e-mails', { digest: 'yes', timing: 'at-once' });
    await postAt('2026-11-24T07:30:00Z');
    assert.ok(
      (await digests()).some((row) => row.startsWith('coordinator 2026-11-23 t')),
      'the next working day, once she wants it',
    );
  });

  it('arrives as an e-mail, and waits while all e-mails are on hold', async () => {
    await clear();
    await postAt('2026-11-23T07:30:00Z');
    const from = { name: 'Chaser', address: 'chaser@post.example' };
    const smtp = createSmtpMail({
      url: world.sink.url,
      from,
      messageIdDomain: 'post.example',
      maxConnections: 1,
      ratePerSecond: null,
      allowedDomains: ['example'],
    });
    const mail = createNoteMail({ mail: smtp, messageIdDomain: 'post.example', from });
    const { rows } = await world.db.query<{ id: string }>(
      "INSERT INTO post_holds (scope, place, because, held_by) VALUES ('service', '', 'x', 'coordinator') RETURNING id",
    );
    assert.equal(await postNotes(world.db, mail), 0);
    await world.db.query("UPDATE post_holds SET released_at = now(), released_by = 'coordinator' WHERE id = $1", [rows[0]?.id]);
    assert.equal(await postNotes(world.db, mail), (await digests()).filter((row) => row.endsWith(' t')).length);
    assert.ok(world.sink.arrived.some(({ subject }) => subject === 'Your week: 1 late'));
    smtp.close();
  });

  it('is begun by a schedule at 7:30am in London on Mondays to Fridays, and goes on Tuesday where Monday is a bank holiday', async () => {
    await clear();
    const working = await openWorld({ engine: { digests: createDigests(world.application, URL_OF_PAGES) } });
    try {
      const client = new Client({ connection: working.client.connection, namespace: working.temporal.namespace });
      for (const _ of [1, 2]) await setUpDigestSchedule(client, working.temporal.taskQueue);
      const schedule = client.schedule.getHandle(DIGEST_SCHEDULE);
      // Monday 25 May 2026 is a bank holiday, and so is no other day from Saturday 16 May to Sunday 31 May.
      await schedule.backfill({ start: new Date('2026-05-16T00:00:00Z'), end: new Date('2026-05-31T23:00:00Z'), overlap: 'BUFFER_ALL' });
      const done: { readonly at: string; readonly queued: number }[] = [];
      await waitUntil('ten mornings are over', async () => {
        done.length = 0;
        for await (const { workflowId, status } of client.workflow.list({ query: "WorkflowType = 'digest'" })) {
          if (status.name !== 'COMPLETED') continue;
          const queuedThen = (await client.workflow.getHandle(workflowId).result()) as number;
          done.push({ at: workflowId.replace(`${DIGEST_SCHEDULE}-`, ''), queued: queuedThen });
        }
        return done.length === 10;
      });
      const mornings = done.toSorted((one, other) => (one.at < other.at ? -1 : 1));
      assert.deepEqual(
        mornings.map(({ at }) => at),
        ['18', '19', '20', '21', '22', '25', '26', '27', '28', '29'].map((day) => `2026-05-${day}T06:30:00Z`),
      );
      assert.deepEqual(
        mornings.filter(({ queued: count }) => count > 0).map(({ at }) => at.slice(0, 10)),
        ['2026-05-18', '2026-05-26'],
      );
    } finally {
      await working.end();
    }
  });
});
