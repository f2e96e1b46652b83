import type { FastifyInstance } from 'fastify';
import ICAL from 'ical.js';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { endAccess } from '../../postgres/access/end-access.ts';
import { inTransaction } from '../../postgres/database.ts';
import { createApp } from '../../web/app.ts';
import { chaserOf } from '../support/chaser.ts';
import { PEOPLE } from '../support/people.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { servicesOf } from './staff-app.ts';

const STEP = 'confirm-participation';
const WHO = { by: 'coordinator', because: 'The governors meet later.' } as const;

/** An event as a calendar program reads it. */
type Read = { readonly uid: string; readonly sequence: number; readonly status: string; readonly on: string };

describe('the address from which a calendar reads due dates, on the real server', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.application, { client: world.client, taskQueue: world.temporal.taskQueue });
    // The domain of the letters of this world: an entry goes by one UID wherever it is read.
    const organizer = { ...services.organizer, domain: 'post.example' };
    app = await createApp({ ...services, links: LINKS, organizer }, { trustProxy: false });
    cora = await deskOf(world.db, app, 'coordinator');
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  /** The school is asked on Monday 8 October 2040 and is to answer by Monday 15 October. */
  async function asked() {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    return { reference, link: `/a/${LINKS.tokenFor({ reference, step: STEP, round: 1, person: 'head' }, 1)}` };
  }
  const post = (url: string, form: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
  const addressIn = (body: string) => /https:\/\/chaser\.example(\/feed\/[\w-]+\/dates\.ics)/.exec(body)?.[1] ?? assert.fail(body);
  const read = (body: string): readonly Read[] =>
    ICAL.Component.fromString(body)
      .getAllSubcomponents('vevent')
      .map((event) => ({
        uid: String(event.getFirstPropertyValue('uid')),
        sequence: Number(event.getFirstPropertyValue('sequence')),
        status: String(event.getFirstPropertyValue('status')),
        on: String(event.getFirstPropertyValue('dtstart')),
      }));
  const ofReference = async (url: string, reference: string): Promise<Read> => {
    const { body } = await app.inject({ url });
    const found = ICAL.Component.fromString(body)
      .getAllSubcomponents('vevent')
      .findIndex((event) => String(event.getFirstPropertyValue('description')).includes(reference));
    return read(body)[found] ?? assert.fail(`${reference} is not in ${body}`);
  };
  const change = async (reference: string, command: ChangeCommand) => {
    const counted = await changeDeployment({ db: world.application, client: world.client }, reference, command);
    assert.ok(counted.ok, JSON.stringify(counted));
    await world.postIsDone();
  };

  it('is made from the link of a letter, shown once, and follows its dates until they are over', async () => {
    const { reference, link } = await asked();
    const before = await app.inject({ url: `${link}/calendar` });
    assert.match(before.body, /Make my calendar address/);
    assert.doesNotMatch(before.body, /\/feed\//, 'looking makes nothing');
    const made = await post(`${link}/calendar`, { do: 'make' });
    const url = addressIn(made.body);
    assert.match(made.body, /webcal:\/\/chaser\.example/);
    assert.doesNotMatch((await app.inject({ url: `${link}/calendar` })).body, /\/feed\//, 'it is shown once');
    const { rows } = await world.db.query<{ row: string }>('SELECT f::text AS row FROM calendar_feeds f');
    assert.ok(
      rows.every(({ row }) => !row.includes(url.split('/')[2] ?? '')),
      'the secret is not stored',
    );

    const first = await ofReference(url, reference);
    assert.deepEqual([first.status, first.on], ['CONFIRMED', '2040-10-15']);
    const attached = world.sink.arrived.find(
      ({ recipient, text }) => recipient === PEOPLE.head.email && text?.includes(reference) === true,
    );
    const inLetter = read(attached?.attachments[0]?.content.toString() ?? '');
    assert.equal(inLetter[0]?.uid, first.uid, 'the entry of the letter is the same event');
    assert.ok(first.sequence <= (inLetter[0]?.sequence ?? 0));

    const answer = await app.inject({ url });
    assert.equal(answer.headers['content-type'], 'text/calendar; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'private, no-cache');
    const etag = String(answer.headers.etag);
    for (const tag of [etag, `W/${etag}`, `"another", ${etag}`]) {
      const again = await app.inject({ url, headers: { 'if-none-match': tag } });
      assert.deepEqual([again.statusCode, again.body], [304, ''], tag);
    }

    await change(reference, { kind: 'extend', step: STEP, round: 1, dueOn: '2040-10-19', agreedWith: null, ...WHO });
    const moved = await ofReference(url, reference);
    assert.deepEqual([moved.uid, moved.on, moved.status], [first.uid, '2040-10-19', 'CONFIRMED']);
    assert.ok(moved.sequence > first.sequence);
    assert.equal((await app.inject({ url, headers: { 'if-none-match': etag } })).statusCode, 200, 'what moved is read anew');

    await change(reference, { kind: 'stop-clock', scope: null, category: 'illness', from: null, expectedEnd: '2040-10-12', ...WHO });
    const paused = await ofReference(url, reference);
    assert.equal(paused.status, 'CANCELLED');
    assert.ok(paused.sequence > moved.sequence);
    await change(reference, { kind: 'resume-clock', stop: 2, on: null, ...WHO });
    const back = await ofReference(url, reference);
    assert.equal(back.status, 'CONFIRMED');
    assert.ok(back.sequence > paused.sequence);

    await world.answer(reference, STEP, 'accepts', { by: 'head' });
    const over = await ofReference(url, reference);
    assert.deepEqual([over.uid, over.status], [first.uid, 'CANCELLED']);
    assert.ok(over.sequence > back.sequence);
  });

  it('shows its reader what is theirs and nothing else, and is renewed and ended by them alone', async () => {
    const { reference, link } = await asked();
    const own = addressIn((await cora.post('/your-calendar', { do: 'make' })).text);
    assert.equal((await cora.post('/your-calendar', { do: 'make' })).status, 409, 'one address for one person');
    const { body } = await app.inject({ url: own });
    assert.doesNotMatch(body, /Confirm participation/, 'what the head is asked is not in the calendar of the coordinator');
    const renewed = addressIn((await cora.post('/your-calendar', { do: 'renew' })).text);
    const ended = await app.inject({ url: own });
    assert.equal(ended.statusCode, 410);
    assert.match(ended.body, /This calendar address has ended/);
    assert.equal((await app.inject({ url: renewed })).statusCode, 200);
    const unknown = await app.inject({ url: `/feed/${'x'.repeat(43)}/dates.ics` });
    assert.deepEqual([unknown.statusCode, unknown.headers['content-type']], [404, 'text/plain; charset=utf-8']);

    const heads = addressIn((await post(`${link}/calendar`, { do: 'renew' })).body);
    const shown = (await app.inject({ url: heads })).body;
    for (const secret of ['Harry', 'Rosa', '@', '/a/']) {
      assert.ok(!shown.replaceAll(/\r\n |ORGANIZER[^\r]*\r\n|UID[^\r]*\r\n/g, '').includes(secret), `${secret} in ${shown}`);
    }
    await change(reference, { kind: 'change-person', role: 'school', from: 'head', to: 'leader-busy', ...WHO });
    assert.equal((await ofReference(heads, reference)).status, 'CANCELLED', 'what somebody else is asked now');
    assert.ok((await app.inject({ url: `${link}/calendar` })).statusCode >= 400, 'a dead link makes no address');
    assert.ok((await post(`${link}/calendar`, { do: 'renew' })).statusCode >= 400);
    assert.equal((await app.inject({ url: heads })).statusCode, 200);

    await inTransaction(world.db, (db) => endAccess(db, [{ person: 'head', because: 'address-changed' }]));
    assert.equal((await app.inject({ url: heads })).statusCode, 410, 'whoever has the old mailbox has no calendar');
    assert.match((await cora.post('/your-calendar', { do: 'end' })).text, /Your calendar address has ended/);
    assert.equal((await app.inject({ url: renewed })).statusCode, 410);
  });

  it('is ended on the command line, with a reason', async () => {
    const url = addressIn((await cora.post('/your-calendar', { do: 'renew' })).text);
    const chaser = async (...words: readonly string[]): Promise<string> => {
      const said = await chaserOf({ databaseUrl: world.databaseUrl })('people', 'calendar', 'coordinator', ...words);
      return said.status === 0 ? said.stdout : said.stderr;
    };
    assert.match(await chaser(), /has had a calendar address since/);
    assert.match(await chaser('--revoke', '--by', 'coordinator'), /Why the address is ended is missing/);
    assert.equal((await app.inject({ url })).statusCode, 200);
    const revoke = ['--revoke', '--by', 'coordinator', '--because', 'Shared by mistake.'] as const;
    assert.match(await chaser(...revoke), /The calendar address of coordinator is ended/);
    assert.equal((await app.inject({ url })).statusCode, 410);
    assert.match(await chaser(...revoke), /has no calendar address/);
  });

  it('may be read so often a minute, and no more', async () => {
    const reads = await Promise.all(
      Array.from({ length: 31 }, () => app.inject({ url: `/feed/${'y'.repeat(43)}/dates.ics`, remoteAddress: '192.0.2.9' })),
    );
    assert.deepEqual(new Set(reads.map(({ statusCode }) => statusCode)), new Set([404, 429]));
  });
});
