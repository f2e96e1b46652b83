import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listMessages } from '../../postgres/views/deployments.ts';
import { createApp } from '../../web/app.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { servicesOf } from './staff-app.ts';

const STEP = 'confirm-participation';

/** The school is asked on Monday 8 October 2040 and is to answer by Monday 15 October. */
describe('what somebody who is asked asks for, on the real server', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, links: LINKS }, { trustProxy: false });
    cora = await deskOf(world.db, app, 'coordinator');
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  async function asked(): Promise<{ readonly reference: string; readonly link: string }> {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    return { reference, link: `/a/${LINKS.tokenFor({ reference, step: STEP, round: 1, person: 'head' }, 1)}` };
  }
  const post = async (url: string, form: Record<string, string>) => {
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
    await world.postIsDone();
    return { statusCode, body };
  };
  const get = async (url: string) => (await app.inject({ url })).body;
  const letters = async (reference: string, person: string) =>
    (await listMessages(world.db, reference))
      .filter((line) => line.step === STEP && line.person === person && line.state === 'accepted')
      .map(({ writtenAt, kind, rung }) => `${writtenAt.slice(0, 10)} ${kind === 'news' ? rung : kind}`);
  const dueOn = async (reference: string) =>
    (await world.db.query<{ due: string }>('SELECT due_on::text AS due FROM steps WHERE reference = $1 AND step = $2', [reference, STEP]))
      .rows[0]?.due;

  it('a promised day holds reminders until it is over, and the due date stays', async () => {
    const silent = await asked();
    const { reference, link } = await asked();
    const page = await get(`${link}/promise`);
    assert.match(page, /I will answer by Tuesday 9 October 2040/);
    assert.doesNotMatch(page, /Tuesday 16 October/, 'no further than 5 working days ahead');
    assert.equal((await post(`${link}/promise`, { on: '2040-10-30' })).statusCode, 422);
    for (const time of [1, 2]) {
      assert.equal((await post(`${link}/promise`, { on: '2040-10-15' })).statusCode, 303, `click ${time}`);
    }
    assert.match(await get(`${link}/promise`), /You have said when you will answer[\s\S]*Monday 15 October 2040/);
    assert.match((await cora.get('/')).text, /Jo Head will answer|will answer “Confirm participation” by Monday 15 October 2040/);
    const due = await dueOn(reference);
    for (const each of [silent.reference, reference]) {
      await world.forwardTo(each, '2040-10-17 18:00');
      await world.postIsDone();
    }
    assert.equal(await dueOn(reference), due, 'the due date stays');
    const early = (await letters(silent.reference, 'head')).filter((line) => line > '2040-10-09' && line < '2040-10-16');
    assert.notDeepEqual(early, [], 'the silent are reminded meanwhile');
    const chased = (await letters(reference, 'head')).slice(1);
    assert.ok(chased.length === 1 && chased.every((line) => line >= '2040-10-16'), chased.join(', '));
    const text = world.sink.arrived.findLast(({ text: said }) => said?.includes(reference) === true && said.includes('You told us'))?.text;
    assert.match((text ?? '').replaceAll(/\s+/g, ' '), /You told us that you would answer by Monday 15 October 2040\./);
  });

  it('more time goes to the coordinator, who gives or refuses it in one click', async () => {
    const { reference, link } = await asked();
    const until = { 'until-day': '19', 'until-month': '10', 'until-year': '2040' };
    assert.equal((await post(`${link}/more-time`, { ...until })).statusCode, 422, 'without a reason');
    assert.equal((await post(`${link}/more-time`, { ...until, because: 'A governor is away.' })).statusCode, 303);
    assert.match((await post(`${link}/more-time`, { ...until, because: 'Once more.' })).body, /asked for already/);
    assert.match((await letters(reference, 'coordinator')).join(), /time-asked/);
    const page = `/deployments/${reference}/more-time/${STEP}/1`;
    assert.match((await cora.get('/')).text, /asks for “Confirm participation” to be due on Friday 19 October 2040/);
    assert.match((await cora.get(page)).text, /asks for more time[\s\S]*Friday 19 October 2040/);
    assert.equal((await cora.post(page, { decision: 'refuse', because: '' })).status, 400);
    assert.equal((await cora.post(page, { decision: 'refuse', because: 'The visit is booked.' })).status, 303);
    await world.postIsDone();
    assert.match((await letters(reference, 'head')).join(), /time-refused/);
    assert.equal((await cora.post(page, { decision: 'give' })).status, 409, 'decided already');

    assert.equal((await post(`${link}/more-time`, { ...until, because: 'Please.' })).statusCode, 303);
    assert.equal((await cora.post(page, { decision: 'give', words: '' })).status, 303);
    await world.postIsDone();
    assert.equal(await dueOn(reference), '2040-10-19');
    assert.match((await letters(reference, 'head')).join(), /extension-agreed/);
    const { rows } = await world.db.query<{ outcome: string }>('SELECT outcome FROM time_requests WHERE reference = $1 ORDER BY change', [
      reference,
    ]);
    assert.deepEqual(
      rows.map(({ outcome }) => outcome),
      ['refused', 'given'],
    );
  });

  it('somebody else is named, the coordinator agrees, the old link dies and a new one goes', async () => {
    const { reference, link } = await asked();
    const { rows } = await world.db.query<{ email: string }>(
      "SELECT email FROM people WHERE id IN ('head', 'coordinator') ORDER BY id DESC",
    );
    const [own = '', staff = ''] = rows.map(({ email }) => email);
    const name = { name: 'Nora Newcome' };
    assert.match((await post(`${link}/pass-on`, { ...name, email: own })).body, /your own address/);
    assert.match((await post(`${link}/pass-on`, { ...name, email: staff })).body, /of the Department or of its delivery partner/);
    assert.match((await post(`${link}/pass-on`, { ...name, email: 'nora@' })).body, /in the correct format/);
    const typo = own.replace(/^[^@]+@(..)./, 'nora@$1');
    assert.match((await post(`${link}/pass-on`, { ...name, email: typo })).body, /Did you mean nora@/);
    const email = `nora@${own.split('@')[1]}`;
    assert.equal((await post(`${link}/pass-on`, { ...name, email, job: 'Deputy headteacher' })).statusCode, 303);
    assert.match(await get(`${link}/pass-on`), /You have named somebody else/);
    const href = /\/deployments\/\w+\/pass-on\/[0-9a-f-]+/.exec((await cora.get(`/deployments/${reference}`)).text)?.[0] ?? '';
    assert.match((await cora.get(href)).text, /Nora Newcome[\s\S]*they are added with this change/);
    assert.equal((await cora.post(href, { decision: 'give' })).status, 303);
    await world.postIsDone();
    assert.match(await get(link), /You are no longer asked|no longer valid/);
    assert.match((await letters(reference, 'nora-newcome')).join(), /request/);
    assert.match((await letters(reference, 'head')).join(), /party-changed/);
    assert.match(await get(`/a/${LINKS.tokenFor({ reference, step: STEP, round: 1, person: 'nora-newcome' }, 1)}`), /Please answer by/);
    assert.equal((await cora.post(href, { decision: 'give' })).status, 409);
  });
});
