import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { endAccess, listLeavers } from '../../postgres/access/end-access.ts';
import { inTransaction } from '../../postgres/database.ts';
import { listEscalations } from '../../postgres/views/escalations.ts';
import { registerAnswerRoutes } from '../../web/answer/routes.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerEscalationRoutes } from '../../web/escalation/routes.ts';
import { registerCallRoutes } from '../../web/today/call-routes.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import { PARTIES } from '../support/people.ts';
import { storedOf } from '../support/stored.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { BeginOptions, World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const STEP = 'confirm-participation';
const PROMISE = { words: 'I telephone the head.', 'by-day': '7', 'by-month': '11', 'by-year': '2040' };

/** Distributive, so that each kind of command keeps its own fields. */
type Given<C> = C extends ChangeCommand ? Omit<C, 'step' | 'round'> : never;
type Answered = { readonly status: number; readonly text: string; readonly location: string };

/** The school is asked on 8 October 2040 and stays silent. On 29 October Rosa is asked to take the escalation on. */
describe('the pages of an escalation', () => {
  let world: World;
  let app: FastifyInstance;
  /** The same pages, with an engine that is down. */
  let cutOff: FastifyInstance;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = { ...servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }), links: LINKS };
    const registers = [registerAnswerRoutes, registerDeploymentRoutes, registerEscalationRoutes, registerTodayRoutes, registerCallRoutes];
    app = await guardedApp(services, ...registers);
    cutOff = await guardedApp({ ...servicesOf(world.db), links: LINKS }, ...registers);
  });
  afterAll(async () => {
    await app.close();
    await cutOff.close();
    await world.end();
  });

  async function escalated(options: BeginOptions = {}): Promise<{ readonly reference: string; readonly link: string }> {
    const reference = await world.begin('2040-10-08 09:30', options);
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await world.forwardTo(reference, '2040-10-29 12:00');
    await world.postIsDone();
    return { reference, link: linkOf(reference, 'region') };
  }

  const linkOf = (reference: string, person: string) => `/a/${LINKS.tokenFor({ reference, step: STEP, round: 1, person }, 1)}`;

  async function change(reference: string, given: Given<ChangeCommand>): Promise<void> {
    const counted = await changeDeployment(world, reference, { step: STEP, round: 1, ...given } as ChangeCommand);
    assert.ok(counted.ok, counted.ok ? '' : counted.reason.message);
    await world.postIsDone();
  }

  const acknowledge = (reference: string, by: string) =>
    change(reference, {
      kind: 'acknowledge',
      by,
      onBehalfOf: null,
      via: 'link',
      because: 'I telephone the head.',
      promisedOn: '2040-11-07',
    });

  async function get(url: string): Promise<Answered> {
    return said(await app.inject({ method: 'GET', url }));
  }

  async function post(url: string, form: Record<string, string>, to: FastifyInstance = app): Promise<Answered> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return said(await to.inject({ method: 'POST', url, headers, payload: new URLSearchParams(form).toString() }));
  }

  function said({ statusCode, body, headers }: { statusCode: number; body: string; headers: { location?: string | undefined } }): Answered {
    const text = body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    return { status: statusCode, text: text.replaceAll('&#39;', '’'), location: headers.location ?? '' };
  }

  it('say what is late and why, what was tried, who has it and what happens next, and change nothing when they are opened', async () => {
    const { reference, link } = await escalated();
    const before_ = await storedOf(world.db, reference);
    const { status, text } = await get(link);
    assert.equal(status, 200);
    assert.match(text, /“Confirm participation” is 5 school days late It was due on Monday 15 October 2040 and has not been answered\./);
    assert.match(text, /Harry Head , school or trust Telephone 01632 960004/);
    assert.match(text, /Counting begins on the day after Monday 8 October 2040/);
    assert.match(text, /16 October 2040: Told by e-mail that it is overdue, Harry Head.*18 October 2040: Call asked for, Rosa Region/);
    assert.match(text, /within 2 working days of Monday 29 October 2040, it goes up to the senior lead of the regional team, Simon Senior/);
    for (const page of ['', '/hand-over', '/send-back', '/take-on'])
      for (const method of ['GET', 'HEAD'] as const) await app.inject({ method, url: `${link}${page}` });
    assert.deepEqual(await storedOf(world.db, reference), before_);
  });

  it('take it on once, however often the form is sent, and let the promise be changed', async () => {
    const { reference, link } = await escalated();
    const once = crypto.randomUUID();
    const sent = await Promise.all([1, 2].map(async () => post(`${link}/take-on`, { ...PROMISE, once })));
    assert.deepEqual(
      sent.map(({ status, location }) => [status, location]),
      [
        [303, link],
        [303, link],
      ],
    );
    const { events } = await storedOf(world.db, reference);
    assert.equal(events.filter((event) => JSON.stringify(event).includes('"escalation-acknowledged"')).length > 0, true);
    const { text } = await get(link);
    assert.match(text, /You have taken this on .*What will be done I telephone the head\. By Wednesday 7 November 2040/);
    assert.match(
      text,
      /Cora Coordinator was told by e-mail\. If the step is still open after Wednesday 7 November 2040, the escalation comes back to Rosa/,
    );
    await post(`${link}/take-on`, { ...PROMISE, 'by-day': '9' });
    const [line] = await listEscalations(world.db, reference);
    assert.deepEqual([line?.promisedOn, line?.acknowledgedBy, line?.turn], ['2040-11-09', 'Rosa Region', 1]);
    const { rows } = await world.db.query("SELECT FROM events WHERE reference = $1 AND type = 'escalation-acknowledged'", [reference]);
    assert.equal(rows.length, 2, 'the double click counted once, the change once');
  });

  for (const [what, form, problem] of [
    ['no words', { words: ' ' }, /Enter what will be done/],
    ['too many words', { words: 'x'.repeat(1_001) }, /What will be done must be 1,000 characters or fewer/],
    ['no day', { 'by-day': '', 'by-month': '', 'by-year': '' }, /Enter the day by which it will be done/],
    ['a day that there is not', { 'by-day': '31' }, /must be a real date/],
    ['a day in the past', { 'by-month': '10', 'by-day': '28' }, /must be today, Monday 29 October 2040, or later/],
    ['a day in another year', { 'by-year': '2062' }, /must be on or before Friday 28 December 2040/],
  ] as const) {
    it(`bring the form back with everything that was typed when it is given ${what}`, async () => {
      shared ??= await escalated();
      const { status, text } = await post(`${shared.link}/take-on`, { ...PROMISE, ...form });
      assert.equal(status, 422);
      assert.match(text, problem);
      assert.equal((await listEscalations(world.db, shared.reference))[0]?.acknowledgedAt, null);
    });
  }
  let shared: { readonly reference: string; readonly link: string } | undefined;

  it('count nothing while the engine is down, say so, and keep what was typed in the form', async () => {
    const { reference, link } = await escalated();
    const raw = await cutOff.inject({
      method: 'POST',
      url: `${link}/take-on`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ ...PROMISE, once: '11111111-2222-4333-8444-555555555555' }).toString(),
    });
    assert.equal(raw.statusCode, 503);
    assert.match(raw.body, /does not reply, so it has not been recorded/);
    assert.match(raw.body, />I telephone the head\.<\/textarea>/);
    assert.match(raw.body, /name="once" value="11111111-2222-4333-8444-555555555555"/);
    const handed = await post(`${link}/hand-over`, { to: 'simon@regional-team.example', because: 'His school.' }, cutOff);
    assert.equal(handed.status, 503);
    assert.match(handed.text, /has not been recorded.*His school\./);
    assert.equal((await listEscalations(world.db, reference))[0]?.acknowledgedAt, null);
  });

  it('hand it over to a known person, by address, name or contact id, and tell whoever had it', async () => {
    for (const [given, form] of [
      [/Enter who is to take it on.*Enter the reason/, { to: '', because: '' }],
      [/Chaser knows nobody as “Nobody Known”/, { to: 'Nobody Known', because: 'x' }],
      [/They have it already/, { to: 'rosa region', because: 'x' }],
    ] as const) {
      shared ??= await escalated();
      const { status, text } = await post(`${shared.link}/hand-over`, form);
      assert.equal(status, 422);
      assert.match(text, given);
    }
    for (const to of ['SIMON@regional-team.example', 'Simon Senior', 'senior']) {
      const { reference, link } = await escalated();
      assert.equal((await post(`${link}/hand-over`, { to, because: 'His <b>school</b>.' })).status, 303);
      await world.postIsDone();
      const page = await get(link);
      assert.match(
        page.text,
        /You have handed this over to Simon Senior On 29 October 2040 you handed it over to Simon Senior: His &lt;b&gt;school/,
      );
      assert.match(page.text, /Simon Senior , senior lead of the regional team Telephone 0161 496 0002/);
      const theirs = await get(linkOf(reference, 'senior'));
      assert.match(theirs.text, /is 5 school days late Rosa Region handed it over on 29 October 2040/);
      assert.doesNotMatch(page.text, /I take this on/);
    }
  });

  it('send it back to the coordinator, who can take it on from their own letter', async () => {
    const { reference, link } = await escalated();
    assert.equal((await post(`${link}/send-back`, { because: 'They have told you.' })).status, 303);
    await world.postIsDone();
    assert.match((await get(link)).text, /You have sent this back to Cora Coordinator/);
    const theirs = await get(linkOf(reference, 'coordinator'));
    assert.match(theirs.text, /Rosa Region sent it back on 29 October 2040: They have told you\./);
    assert.doesNotMatch(theirs.text, /Send it back to the coordinator/, 'there is nobody to send it back to');
  });

  it('say who has it once it has gone up, and that what was typed meanwhile did not count', async () => {
    const { reference, link } = await escalated();
    await world.forwardTo(reference, '2040-11-01 12:00');
    await world.postIsDone();
    assert.match(
      (await get(link)).text,
      /This has gone up to Simon Senior On 1 November 2040 it went up to Simon Senior\. Nobody has acknowledged it/,
    );
    const late = await post(`${link}/take-on`, PROMISE);
    assert.equal(late.status, 409);
    assert.match(late.text, /What you wrote was not recorded: I telephone the head\./);
  });

  it('say that the promise has passed when it comes back', async () => {
    const { reference, link } = await escalated();
    await acknowledge(reference, 'region');
    await world.forwardTo(reference, '2040-11-08 12:00');
    await world.postIsDone();
    assert.match((await get(link)).text, /It was promised for 7 November 2040, and the step is still open\..*I take this on/);
    const rosa = await deskOf(world.db, app, 'region');
    assert.match(plain((await rosa.get('/')).text), /Promise passed/);
  });

  it('say that the clock is stopped, and that nothing is needed until it runs', async () => {
    const { reference, link } = await escalated();
    await change(reference, {
      kind: 'stop-clock',
      by: 'coordinator',
      because: 'The head is ill.',
      scope: null,
      category: 'illness',
      from: '2040-10-29',
      expectedEnd: '2040-11-30',
    });
    const { text } = await get(link);
    assert.match(text, /This is paused since Monday 29 October 2040: .*The head is ill\. .*on or before Friday 30 November 2040/);
    assert.match(text, /this escalation goes to nobody else/);
    assert.match(text, /“Confirm participation” is paused/);
    assert.match(text, /was due on Monday 15 October 2040 and has not been answered\. It was 4 school days late when it was paused\./);
    assert.doesNotMatch(text, /is 5 school days late|Please take it on|working days of Monday 29 October/);
    assert.match(
      text,
      /During the pause nothing happens by itself\. If nobody takes it on within 2 working days of the day on which the pause ends, it goes up to/,
    );
    const asked = (await get(linkOf(reference, 'head'))).text;
    assert.match(asked, /This is paused since Monday 29 October 2040\. The pause should end on or before Friday 30 November 2040/);
    assert.match(asked, /You do not need to answer before then/);
    assert.doesNotMatch(asked, /as soon as you can/);
    for (const person of ['coordinator', 'region']) {
      const today = plain((await (await deskOf(world.db, app, person)).get('/')).text);
      assert.match(today, /Escalated to Rosa Region on Monday 29 October 2040\. Paused since 29 October 2040/);
    }
  });

  it('list the same chases as the letter of the escalation, the calls too', async () => {
    // The head has had the most e-mails of these days already, from the deployments of the tests before.
    await world.db.query("UPDATE messages SET written_at = written_at - interval '30 days'");
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await world.forwardTo(reference, '2040-10-19 12:00');
    await world.postIsDone();
    await world.db.query(
      `INSERT INTO call_notes (reference, step, round, rung, by_person, outcome, note, at)
       SELECT reference, step, round, rung, 'coordinator', 'left-message', 'The office says Friday.', '2040-10-19T10:00:00Z' FROM call_tasks WHERE reference = $1`,
      [reference],
    );
    await world.forwardTo(reference, '2040-10-29 12:00');
    await world.postIsDone();
    const { text } = await get(linkOf(reference, 'region'));
    const [, listed = ''] = /What was sent and tried (.*?) Where the escalation has been/.exec(text) ?? [];
    const lines = listed.split(/\s(?=\d{1,2} October 2040: )/).map((line) => line.trim());
    assert.ok(lines.length >= 4, listed);
    assert.ok(lines.includes('19 October 2040: Telephoned by Cora Coordinator, left a message: “The office says Friday.”'), listed);
    const { rows } = await world.db.query<{ kind: string; text: string }>(
      `SELECT kind, body_text AS text FROM messages WHERE reference = $1 AND kind IN ('escalation', 'overdue') ORDER BY written_at`,
      [reference],
    );
    const letter = rows.find(({ kind }) => kind === 'escalation')?.text.replaceAll(/\s+/g, ' ') ?? '';
    // The letter cannot list itself.
    for (const line of lines.filter((each) => !each.includes('Escalated')))
      assert.ok(letter.includes(line), `${line} is not in: ${letter}`);
    assert.ok(rows.filter(({ kind }) => kind === 'overdue').every(({ text: sent }) => !sent.includes('The office says')));
  });

  it('say who answered when the step is closed, and how it ended when the deployment is over', async () => {
    const { reference, link } = await escalated();
    await world.answer(reference, STEP, 'accepts', { by: 'head' });
    const answered = await get(link);
    assert.match(answered.text, /Harry Head answered on 29 October 2040: “Yes, we will take part”\. You do not need to do anything\./);
    const late = await post(`${link}/take-on`, PROMISE);
    assert.equal(late.status, 409);
    assert.match(late.text, /This has been answered What you wrote was not recorded/);

    const second = await escalated();
    await change(second.reference, { kind: 'withdraw', end: 'withdrawn', by: 'coordinator', because: 'The school closes.' });
    assert.match((await get(second.link)).text, /This deployment has ended .*Withdrawn/);
  });

  it('show nothing by the old link to somebody who was replaced or has left the staff, and take nothing on for them', async () => {
    const replaced = await escalated();
    await change(replaced.reference, {
      kind: 'change-person',
      role: 'regional-team',
      from: 'region',
      to: 'senior',
      by: 'coordinator',
      because: 'A new area.',
    });
    const left = await escalated();
    await world.db.query("DELETE FROM person_roles WHERE person = 'region'");
    const leavers = (await listLeavers(world.db, ['region', 'coordinator'])).map((person) => ({ person, because: 'left-staff' }) as const);
    assert.deepEqual(
      (await inTransaction(world.db, (db) => endAccess(db, leavers))).map(({ person, answerLinks }) => [person, answerLinks > 0]),
      [['region', true]],
    );
    await world.db.query("INSERT INTO person_roles (person, role, region) VALUES ('region', 'regional-team', 'North West')");
    for (const { reference, link } of [replaced, left]) {
      for (const page of ['', '/mine', '/mine/send', '/take-on', '/hand-over', '/send-back']) {
        const followed = await get(`${link}${page}`);
        const { status, text } = followed.status === 302 ? await get(followed.location) : followed;
        assert.equal(status, 410, `${reference} ${page}`);
        assert.doesNotMatch(text, /Hillside|Harry|Confirm participation/);
      }
      await post(`${link}/take-on`, PROMISE);
      const { rows } = await world.db.query("SELECT FROM events WHERE reference = $1 AND type = 'escalation-acknowledged'", [reference]);
      assert.deepEqual(rows, []);
    }
  });

  it('come below the question when the reader owns the step', async () => {
    const { reference } = await escalated({ parties: { ...PARTIES, school: ['head', 'region'] } });
    const { text } = await get(linkOf(reference, 'region'));
    assert.match(text, /Your answer .*This is also escalated to you .*I take this on/);
    assert.match((await get(linkOf(reference, 'head'))).text, /Your answer/);
    assert.doesNotMatch((await get(linkOf(reference, 'head'))).text, /escalated to you/);
  });

  describe('for those who are signed in', () => {
    const address = (reference: string) => `/deployments/${reference}/escalations/${STEP}/1`;
    let cora: Desk;
    let rosa: Desk;
    let otto: Desk;
    let rita: Desk;
    beforeAll(async () => {
      [cora, rosa, otto, rita] = [
        await deskOf(world.db, app, 'coordinator'),
        await deskOf(world.db, app, 'region'),
        await deskOf(world.db, app, 'otto'),
        await deskOf(world.db, app, 'rita'),
      ];
    });

    it('are for those who look after the deployment, and for nobody else', async () => {
      shared ??= await escalated();
      const { reference } = shared;
      assert.equal((await cora.get(address(reference))).status, 200);
      assert.equal((await rosa.get(address(reference))).status, 200);
      assert.equal((await otto.get(address(reference))).status, 404);
      assert.equal((await rita.get(address(reference))).status, 403);
      for (const nowhere of ['contact-school/1', `${STEP}/2`, `${STEP}/x`, '__proto__/1', `${STEP}/1e9`])
        assert.equal((await cora.get(`/deployments/${reference}/escalations/${nowhere}`)).status, 404, nowhere);
    });

    it('record for somebody who telephoned that they take it on', async () => {
      const { reference } = await escalated();
      assert.match(plain((await cora.get(address(reference))).text), /You are recording it for Rosa Region, regional team, who told you\./);
      const wrong = await cora.post(`${address(reference)}/take-on`, { ...PROMISE, onBehalfOf: 'head' });
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /Select who takes it on/);
      assert.equal((await cora.post(`${address(reference)}/take-on`, { ...PROMISE, onBehalfOf: 'region' })).status, 303);
      assert.match(
        plain((await cora.get(address(reference))).text),
        /Rosa Region has taken this on .*Rosa Region, recorded by Cora Coordinator/,
      );
      assert.match(plain((await rosa.get(`/deployments/${reference}`)).text), /Escalations \(1\).*Promised for 7 November 2040/);
      const { rows } = await world.db.query<{ body: { via: string; by: string; onBehalfOf: string } }>(
        "SELECT body FROM events WHERE reference = $1 AND type = 'escalation-acknowledged'",
        [reference],
      );
      assert.deepEqual(
        rows.map(({ body }) => [body.by, body.onBehalfOf, body.via]),
        [['coordinator', 'region', 'telephone']],
      );
    });

    it('record for somebody who telephoned that they hand it over, or send it back', async () => {
      const { reference } = await escalated();
      assert.match(plain((await cora.get(address(reference))).text), /If it is not for them .*Hand it over .*Send it back/);
      const handOver = `${address(reference)}/hand-over`;
      assert.match(plain((await cora.get(handOver)).text), /You are recording it for Rosa Region, regional team, who told you\./);
      const form = { to: 'Simon Senior', because: 'His school.' };
      const wrong = await cora.post(handOver, { ...form, onBehalfOf: 'head' });
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /Select who hands it over/);
      assert.equal((await cora.post(handOver, { ...form, onBehalfOf: 'region' })).status, 303);
      await world.postIsDone();
      const told = world.sink.arrived.findLast(({ recipient }) => recipient === 'simon@regional-team.example')?.text ?? '';
      assert.match(
        told.replaceAll(/\s+/g, ' '),
        /Rosa Region handed this escalation over to you: His school\. \(Recorded by Cora Coordinator\.\)/,
      );
      assert.match(
        plain((await rosa.get(address(reference))).text),
        /Rosa Region handed it over to Simon Senior: His school\. \(Recorded by/,
      );

      const sendBack = `${address(reference)}/send-back`;
      assert.match(plain((await rosa.get(sendBack)).text), /You are recording it for Simon Senior/);
      assert.equal((await rosa.post(sendBack, { because: 'They have told you.', onBehalfOf: 'senior' })).status, 303);
      assert.equal((await listEscalations(world.db, reference))[0]?.person, 'Cora Coordinator');
      // Cora has it now, and nobody can send it back to themselves.
      assert.doesNotMatch((await cora.get(address(reference))).text, /Send it back/);
      const { text } = await cora.get(`/deployments/${reference}`);
      assert.match(plain(text), /Simon Senior sent this escalation back: They have told you\. \(Recorded by Rosa Region\.\)/);
    });

    it('take it on, hand it over and send it back for those who have it', async () => {
      const { reference } = await escalated();
      assert.equal((await rosa.post(`${address(reference)}/take-on`, PROMISE)).status, 303);
      assert.match(plain((await rosa.get(address(reference))).text), /You have taken this on/);
      assert.equal((await rosa.post(`${address(reference)}/hand-over`, { to: 'Simon Senior', because: 'His.' })).status, 303);
      assert.equal((await listEscalations(world.db, reference))[0]?.person, 'Simon Senior');
      const late = await rosa.post(`${address(reference)}/send-back`, { because: 'Too late.', onBehalfOf: 'region' });
      assert.equal(late.status, 409);
      assert.match(plain(late.text), /What you wrote was not recorded: Too late\./);
    });
  });
});

function plain(html: string): string {
  return html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}
