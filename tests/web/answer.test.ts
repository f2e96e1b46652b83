import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { giveAnswer } from '../../desk/answer-step.ts';
import { deliverKeptAnswers } from '../../desk/deliver-answers.ts';
import { inTransaction } from '../../postgres/database.ts';
import { claimWaitingAnswer, keepOnce } from '../../postgres/desk/kept-answers.ts';
import type { AnswerGiven } from '../../postgres/desk/kept-answers.ts';
import { createApp } from '../../web/app.ts';
import { registerAnswerRoutes } from '../../web/answer/routes.ts';
import type { Services } from '../../web/shared/services.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { withdrawUpdate } from '../../workflows/messages.ts';
import { clientOfNoEngine } from '../support/no-engine.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { servicesOf } from './staff-app.ts';

/** The one script of a form of which a part is asked only sometimes. */
const REVEALING = '<script src="/assets/revealing.js" defer blocking="render"></script>';
const MORNING = '2040-10-08 09:30';

describe('the link of a letter', () => {
  let world: World;
  let app: FastifyInstance;
  /** The same pages, while Temporal is down. */
  let cutOff: FastifyInstance;
  let nowhere: Client;
  beforeAll(async () => {
    world = await openWorld();
    app = await openApp(world.client);
    nowhere = clientOfNoEngine();
    cutOff = await openApp(nowhere);
  });
  afterAll(async () => {
    await app.close();
    await cutOff.close();
    await nowhere.connection.close();
    await world.end();
  });

  async function openApp(temporal: Client): Promise<FastifyInstance> {
    const services: Services = {
      ...servicesOf(world.db, { client: temporal, taskQueue: world.temporal.taskQueue }),
      links: LINKS,
      publicUrl: 'https://chaser.example',
      secure: true,
    };
    const made = await createApp(services, { trustProxy: 1 });
    if (!made.hasRoute({ method: 'GET', url: '/a/:token' })) registerAnswerRoutes(made, services);
    return made;
  }
  const tokenOf = (reference: string, step: string, person: string, round = 1, generation = 1) =>
    LINKS.tokenFor({ reference, step, round, person }, generation);
  const get = (token: string, page = '', pages = app) => pages.inject({ method: 'GET', url: `/a/${token}${page}` });
  const post = (token: string, page: string, form: Readonly<Record<string, string>>, pages = app) =>
    pages.inject({
      method: 'POST',
      url: `/a/${token}${page}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
  /** Begins a deployment. Returns the token of the regional team's link. */
  const begin = async (options?: Parameters<World['begin']>[1]): Promise<string> => {
    const reference = await world.begin(MORNING, options);
    await world.postIsDone();
    return reference;
  };
  const beginAtConfirmation = async (): Promise<{ readonly reference: string; readonly token: string }> => {
    const reference = await begin({ programme: tsiProgrammeFrom('confirm-participation') });
    return { reference, token: tokenOf(reference, 'confirm-participation', 'head') };
  };
  const beginAtMeeting = () =>
    begin({ programme: tsiProgrammeFrom('arrange-first-meeting'), parties: { ...PARTIES, 'system-leader': ['leader'] } });
  const notesOf = async (reference: string) => {
    const { rows } = await world.db.query<{ kind: string; person: string; subject: string; text: string; html: string }>(
      `SELECT kind, person, subject, body_text AS text, body_html AS html FROM notes WHERE body_text LIKE $1 ORDER BY id`,
      [`%${reference}%`],
    );
    return rows;
  };
  const keptOf = async (reference: string) => {
    const { rows } = await world.db.query<{ answer: string; counted: boolean | null; outcome: string | null }>(
      'SELECT answer, counted, outcome FROM kept_answers WHERE reference = $1 ORDER BY id',
      [reference],
    );
    return rows;
  };
  const everything = async (): Promise<unknown> => {
    const counts: Record<string, unknown> = {};
    for (const table of ['answer_links', 'answer_drafts', 'kept_answers', 'notes', 'contact_tasks', 'events', 'steps', 'messages']) {
      const { rows } = await world.db.query<{ rows: string }>(
        `SELECT md5(coalesce(jsonb_agg(t ORDER BY t::text)::text, '')) AS rows FROM ${table} t`,
      );
      counts[table] = rows[0]?.rows;
    }
    return counts;
  };

  it('shows what is asked of whom, by when and why then, and what can be answered', async () => {
    const reference = await begin();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const { statusCode, body, headers } = await get(tokenOf(reference, 'confirm-participation', 'head'));
    assert.equal(statusCode, 200);
    assert.match(body, /<h1[^>]*>Confirm participation<\/h1>/);
    assert.match(body, /asking Harry Head, as the school or trust for Hillside Church of England Primary School/);
    assert.match(body, /Please tell Rosa Region, of its regional team, whether you would like to take part/);
    assert.match(body, /Please answer by <strong>Monday 15 October 2040<\/strong>/);
    assert.match(body, /Why this date[\s\S]*Counting begins on the day after Monday 8 October 2040/);
    assert.match(body, /8 October 2040: Contact the school or trust, answered by Rosa Region/);
    assert.match(body, /type="radio" value="accepts"[\s\S]*type="radio" value="declines"/);
    assert.match(body, /name="declines-reason"/);
    assert.match(body, /Rosa Region \(regional team\) and Cora Coordinator \(RDP coordinator\) can see your answer/);
    assert.doesNotMatch(body.replace(REVEALING, ''), /<script|\sstyle=/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  });

  it('changes nothing on GET or HEAD, whatever page is opened', async () => {
    const { reference, token } = await beginAtConfirmation();
    const before = await everything();
    for (const page of ['', '/not-me', '/mine', '/check', '/answer', '/draft', '/change', '?answer=accepts']) {
      for (const method of ['GET', 'HEAD'] as const) {
        const { statusCode } = await app.inject({ method, url: `/a/${token}${page}` });
        assert.ok(statusCode === 200 || statusCode === 302, `${method} ${page}: ${statusCode}`);
      }
    }
    assert.deepEqual(await everything(), before);
    assert.deepEqual(await keptOf(reference), []);
  });

  it('takes an answer: checked first, counted at once, with a copy by e-mail', async () => {
    const { reference, token } = await beginAtConfirmation();
    const checked = await post(token, '/check', { answer: 'accepts', 'declines-reason': 'typed and then not meant' });
    assert.equal(checked.statusCode, 200);
    assert.match(checked.body, /Check your answer before you send it[\s\S]*Yes, we will take part/);
    assert.deepEqual(await keptOf(reference), []);

    const sent = await post(token, '/answer', { answer: 'accepts', 'declines-reason': 'typed and then not meant' });
    assert.equal(sent.statusCode, 303);
    assert.equal(sent.headers.location, `/a/${token}`);
    assert.deepEqual(await keptOf(reference), [{ answer: 'accepts', counted: true, outcome: null }]);

    const { body } = await get(token);
    assert.match(body, /govuk-panel__title[^>]*>\s*We have your answer/);
    assert.match(body, /You answered on 8 October 2040: “Yes, we will take part”/);
    assert.match(body, /If you accept, Cora Coordinator looks for a system leader/);
    assert.match(body, /Rosa Region \(regional team\): asked “Provide details to the RDP”, due on Thursday 11 October 2040/);
    const [copy, ...more] = await notesOf(reference);
    assert.deepEqual(more, []);
    assert.equal(copy?.kind, 'answer-copy');
    assert.equal(copy.person, 'head');
    assert.match(copy.text, /Answer: Yes, we will take part/);
    assert.doesNotMatch(copy.text, /typed and then not meant/);
    assert.ok(!copy.text.includes(token) && !copy.html.includes(token));
  });

  it('counts an answer once when it is given twice at the same moment and once more, and says each time that it counted', async () => {
    const { reference, token } = await beginAtConfirmation();
    const sent = await Promise.all([1, 2].map(() => post(token, '/answer', { answer: 'accepts' })));
    sent.push(await post(token, '/answer', { answer: 'accepts' }));
    assert.deepEqual(
      sent.map(({ statusCode }) => statusCode),
      [303, 303, 303],
    );
    assert.match((await get(token)).body, /We have your answer/);
    const { rowCount } = await world.db.query("SELECT FROM events WHERE reference = $1 AND type = 'step-answered'", [reference]);
    assert.equal(rowCount, 1);
    assert.equal((await notesOf(reference)).filter(({ kind }) => kind === 'answer-outcome').length, 0);
    assert.ok((await keptOf(reference)).every(({ counted }) => counted));

    const other = await post(token, '/answer', { answer: 'declines' });
    assert.equal(other.statusCode, 409);
    assert.match((await get(token)).body, /“Yes, we will take part”/);
  });

  it('tells a second joint owner who answered, when and what, and takes no other answer', async () => {
    const reference = await beginAtMeeting();
    const first = await post(tokenOf(reference, 'arrange-first-meeting', 'leader'), '/answer', {
      answer: 'arranged',
      'arranged-meetingOn-day': '15',
      'arranged-meetingOn-month': 'October',
      'arranged-meetingOn-year': '2040',
    });
    assert.equal(first.statusCode, 303);
    const second = tokenOf(reference, 'arrange-first-meeting', 'head');
    const { body } = await get(second);
    assert.match(body, /This has been answered[\s\S]*Lena Leader answered on 8 October 2040: “The first meeting is arranged”/);
    assert.equal((await post(second, '/check', { answer: 'arranged' })).statusCode, 409);
    assert.equal((await post(second, '/answer', { answer: 'arranged' })).statusCode, 409);
    assert.equal((await keptOf(reference)).length, 1);
    const { rows } = await world.db.query("SELECT value FROM deployment_facts WHERE reference = $1 AND value LIKE '2040-%'", [reference]);
    assert.deepEqual(rows, [{ value: '2040-10-15' }]);
  });

  it('says who recorded an answer that was given by telephone', async () => {
    const { reference, token } = await beginAtConfirmation();
    await world.answer(reference, 'confirm-participation', 'accepts', { by: 'coordinator', onBehalfOf: 'head' });
    assert.match((await get(token)).body, /Cora Coordinator recorded on 8 October 2040 what you answered: “Yes, we will take part”/);
  });

  it('of an earlier round says that the question was asked again, and does not reveal the link of the new round', async () => {
    const reference = await begin({ programme: tsiProgrammeFrom('engage-system-leader') });
    const round1 = tokenOf(reference, 'engage-system-leader', 'coordinator');
    await world.answer(reference, 'engage-system-leader', 'no-system-leader-found', {
      fields: { constraints: 'availability', reason: 'All are busy.' },
    });
    await world.answer(reference, 'provide-details', 'provided');
    await world.postIsDone();
    const { body } = await get(round1);
    const round2 = tokenOf(reference, 'engage-system-leader', 'coordinator', 2);
    assert.match(body, /This has been asked again since[\s\S]*You answered on 8 October 2040/);
    assert.match(body, /use the link in the newest e-mail/);
    for (const page of ['', '/mine']) assert.ok(!(await get(round1, page)).body.includes(round2), page);
    assert.equal((await get(round2)).statusCode, 200);
    assert.equal((await post(round1, '/answer', { answer: 'contacted' })).statusCode, 409);
  });

  it('shows what came back and why, when a step is asked again', async () => {
    const reference = await begin({ programme: tsiProgrammeFrom('engage-system-leader') });
    await world.answer(reference, 'engage-system-leader', 'no-system-leader-found', {
      fields: { constraints: 'availability', reason: 'All are busy.' },
    });
    await world.postIsDone();
    assert.match(
      (await get(tokenOf(reference, 'provide-details', 'region'))).body,
      /Cora Coordinator cannot find a suitable system leader for Hillside[\s\S]*All are busy\./,
    );
  });

  describe('that is no longer needed', () => {
    it('says that the deployment was declined or withdrawn', async () => {
      const { reference, token } = await beginAtConfirmation();
      await world.client.workflow
        .getHandle(deploymentWorkflowId(reference))
        .executeUpdate(withdrawUpdate, { args: [{ end: 'withdrawn', because: 'The school closes.', by: 'region' }] });
      const { statusCode, body } = await get(token);
      assert.equal(statusCode, 200);
      assert.match(
        body,
        /This deployment has ended[\s\S]*The deployment ended on 8 October 2040: Withdrawn\.[\s\S]*do not need to do anything/,
      );
      assert.equal((await post(token, '/answer', { answer: 'accepts' })).statusCode, 409);
    });

    it('says that an optional question has closed', async () => {
      const reference = await begin({
        programme: tsiProgrammeFrom('support-case-study'),
        parties: { ...PARTIES, 'system-leader': ['leader'] },
      });
      const token = tokenOf(reference, 'support-case-study', 'leader');
      assert.match((await get(token)).body, /This is optional\. You can answer until/);
      await world.forwardTo(reference, '2040-11-20 12:00');
      assert.match((await get(token)).body, /This question has closed[\s\S]*It was optional, and closed by itself on/);
    });

    it('reveals nothing once it was revoked, or once somebody else holds the role', async () => {
      const { reference, token } = await beginAtConfirmation();
      await world.db.query("UPDATE deployment_parties SET until = now() WHERE reference = $1 AND person = 'head'", [reference]);
      const replaced = await get(token);
      assert.match(replaced.body, /You are no longer asked/);
      assert.equal((await post(token, '/answer', { answer: 'accepts' })).statusCode, 409);
      assert.doesNotMatch((await get(token, '/mine')).body, /Confirm participation/);
      await world.db.query('UPDATE answer_links SET revoked_at = now() WHERE reference = $1', [reference]);
      const revoked = await get(token);
      assert.equal(revoked.statusCode, 410);
      assert.match(revoked.body, /This link is no longer valid/);
      assert.doesNotMatch(revoked.body, /Hillside|Harry/);
      assert.equal((await post(token, '/answer', { answer: 'accepts' })).statusCode, 410);
    });
  });

  it('that nobody was given leads to the page for addresses that do not exist, whatever it looks like', async () => {
    const unknown = await get(tokenOf('T0', 'no-step', 'nobody'));
    assert.equal(unknown.statusCode, 404);
    for (const malformed of ['x', 'a%20b', `${'y'.repeat(90)}`, "'%3B--", '%00']) {
      const page = await get(malformed);
      assert.equal(page.statusCode, 404, malformed);
      assert.equal(page.body, unknown.body);
    }
    for (const page of ['/check', '/draft', '/answer', '/change', '/not-me']) {
      assert.equal((await post('x', page, { answer: 'accepts' })).statusCode, 404);
    }
  });

  it('names every mistake at once, beside its field, and loses nothing that was typed', async () => {
    const reference = await begin({ programme: tsiProgrammeFrom('first-visit'), parties: { ...PARTIES, 'system-leader': ['leader'] } });
    const token = tokenOf(reference, 'first-visit', 'leader');
    const form = { answer: 'visited', 'visited-visitedOn-day': '31', 'visited-visitedOn-month': '2', 'visited-visitedOn-year': '2041' };
    const { statusCode, body } = await post(token, '/check', form);
    assert.equal(statusCode, 422);
    assert.match(body, /<title>Error: /);
    assert.match(body, /href="#visited-visitedOn-day">“Date of the visit” must be a real date/);
    assert.match(body, /href="#visited-needs">Enter “Context, strengths and needs”/);
    assert.match(body, /id="visited-visitedOn-day"[^>]*value="31"/);
    const nothing = await post(token, '/check', {});
    assert.match(nothing.body, /href="#answer">Select your answer/);
    const incomplete = await post(token, '/check', { ...form, 'visited-visitedOn-month': '', 'visited-visitedOn-year': '41' });
    assert.match(incomplete.body, /must include a month/);
    assert.equal((await post(token, '/answer', form)).statusCode, 422);
    assert.deepEqual(await keptOf(reference), []);
  });

  it('lets the coordinator name a person by name or e-mail address, and refuses a person who is not known', async () => {
    const reference = await begin({ programme: tsiProgrammeFrom('engage-system-leader') });
    const token = tokenOf(reference, 'engage-system-leader', 'coordinator');
    const unknown = await post(token, '/check', {
      answer: 'contacted',
      'contacted-systemLeader': 'Nobody At All',
      'contacted-capacity': 'ten-days',
      'contacted-conflict': 'none',
    });
    assert.equal(unknown.statusCode, 422);
    assert.match(unknown.body, /Chaser knows nobody as “Nobody At All”/);
    assert.match(
      (
        await post(token, '/check', {
          answer: 'contacted',
          'contacted-systemLeader': 'lena leader',
          'contacted-capacity': 'ten-days',
          'contacted-conflict': 'none',
        })
      ).body,
      /Lena Leader \(lena@strong-trust\.example\)/,
    );
    assert.equal(
      (
        await post(token, '/answer', {
          answer: 'contacted',
          'contacted-systemLeader': 'lena@strong-trust.example',
          'contacted-capacity': 'ten-days',
          'contacted-conflict': 'none',
        })
      ).statusCode,
      303,
    );
    const { rows } = await world.db.query("SELECT person FROM deployment_parties WHERE reference = $1 AND role = 'system-leader'", [
      reference,
    ]);
    assert.deepEqual(rows, [{ person: 'leader' }]);
    assert.match((await get(token)).body, /Lena Leader/);
  });

  it('keeps a draft that only its writer sees, until the answer is sent', async () => {
    const reference = await beginAtMeeting();
    const token = tokenOf(reference, 'arrange-first-meeting', 'leader');
    assert.equal((await post(token, '/draft', { answer: 'arranged', 'arranged-meetingOn-day': '99' })).statusCode, 303);
    const { body } = await get(token);
    assert.match(body, /Your answers so far are kept, as you left them on/);
    assert.match(body, /value="arranged" checked/);
    assert.match(body, /id="arranged-meetingOn-day"[^>]*value="99"/);
    assert.doesNotMatch((await get(tokenOf(reference, 'arrange-first-meeting', 'head'))).body, /value="99"/);
    const form = {
      answer: 'arranged',
      'arranged-meetingOn-day': '15',
      'arranged-meetingOn-month': '10',
      'arranged-meetingOn-year': '2040',
    };
    assert.match((await post(token, '/change', form)).body, /value="15"/);
    await post(token, '/answer', form);
    assert.equal((await world.db.query('SELECT FROM answer_drafts WHERE reference = $1', [reference])).rowCount, 0);
  });

  it('keeps an answer while Temporal is down, says so, and delivers it later with word by e-mail', async () => {
    const { reference, token } = await beginAtConfirmation();
    const sent = await post(token, '/answer', { answer: 'declines', 'declines-reason': 'No time.\r\nSorry.' }, cutOff);
    assert.equal(sent.statusCode, 303);
    const { body } = await get(token, '', cutOff);
    assert.match(body, /We have saved your answer[\s\S]*No, we do not want to take part[\s\S]*No time\.<br>\s*Sorry\./);
    assert.deepEqual(await keptOf(reference), [{ answer: 'declines', counted: null, outcome: null }]);
    assert.equal((await post(token, '/answer', { answer: 'accepts' }, cutOff)).statusCode, 303, 'the first stands');
    assert.equal((await keptOf(reference)).length, 1);

    assert.equal(await deliverKeptAnswers({ db: world.db, client: world.client }), 1);
    assert.equal(await deliverKeptAnswers({ db: world.db, client: world.client }), 0);
    assert.deepEqual(await keptOf(reference), [{ answer: 'declines', counted: true, outcome: null }]);
    assert.match((await get(token)).body, /We have your answer[\s\S]*The deployment has ended: The school or trust declined the offer/);
    const [copy] = await notesOf(reference);
    assert.equal(copy?.kind, 'answer-copy');
    assert.match(copy.text, /In your own words: No time\.\nSorry\./);
  });

  it('keeps an answer, and soon says so, while Temporal is up and only the worker is down', async () => {
    const { reference, token } = await beginAtConfirmation();
    // Terminated and started again without a worker: nobody handles what is sent to its workflow.
    const handle = world.client.workflow.getHandle(deploymentWorkflowId(reference));
    await handle.terminate('this test wants a workflow without a worker');
    await world.client.workflow.start('deployment', {
      workflowId: deploymentWorkflowId(reference),
      taskQueue: 'nobody-works-here',
      args: [],
    });
    assert.equal((await post(token, '/answer', { answer: 'accepts' })).statusCode, 303);
    const { body } = await get(token);
    assert.match(body, /We have saved your answer/);
    assert.deepEqual(await keptOf(reference), [{ answer: 'accepts', counted: null, outcome: null }]);
    await world.client.workflow.getHandle(deploymentWorkflowId(reference)).terminate();
    await world.db.query('DELETE FROM kept_answers WHERE reference = $1', [reference]);
  });

  it('has no lock on its kept answer while the engine is asked, and nobody else delivers that answer meanwhile', async () => {
    const { reference, token } = await beginAtConfirmation();
    await post(token, '/answer', { answer: 'accepts' }, cutOff);
    const handle = world.client.workflow.getHandle(deploymentWorkflowId(reference));
    await handle.terminate('this test wants a workflow without a worker');
    await world.client.workflow.start('deployment', {
      workflowId: deploymentWorkflowId(reference),
      taskQueue: 'nobody-works-here',
      args: [],
    });
    let asking = true;
    const hanging = deliverKeptAnswers({ db: world.db, client: world.client, tell: () => {} }).finally(() => (asking = false));
    await setTimeout(1_000);
    await inTransaction(world.db, async (db) => {
      await db.query("SET LOCAL lock_timeout = '500ms'");
      const { rowCount } = await db.query('UPDATE kept_answers SET given_at = given_at WHERE reference = $1', [reference]);
      assert.equal(rowCount, 1);
    });
    const told: string[] = [];
    assert.equal(await deliverKeptAnswers({ db: world.db, client: world.client, tell: (problem) => told.push(problem) }), 0);
    assert.deepEqual(told, [], 'the second found nothing to deliver');
    assert.equal(asking, true, 'all of that while the engine was asked');
    assert.equal(await hanging, 0);
    assert.deepEqual(await keptOf(reference), [{ answer: 'accepts', counted: null, outcome: null }]);
    await world.client.workflow.getHandle(deploymentWorkflowId(reference)).terminate();
    await world.db.query('DELETE FROM kept_answers WHERE reference = $1', [reference]);
  });

  it('delivers a kept answer from another service once the lease of a service that died has run out, and counts it once', async () => {
    const { reference, token } = await beginAtConfirmation();
    await post(token, '/answer', { answer: 'accepts' }, cutOff);
    const desk = { db: world.db, client: world.client };
    // The service that died had claimed the answer and asked the engine, and did not record the outcome.
    const claimed = await claimWaitingAnswer(world.db, [], 3_600);
    assert.equal(claimed?.reference, reference);
    const { step, round, answer, fields, person, onBehalfOf, via } = claimed;
    await giveAnswer(world.client, reference, { step, round, answer, fields, by: person, onBehalfOf, via });
    assert.equal(await deliverKeptAnswers(desk), 0, 'as long as the lease runs');
    await world.db.query('UPDATE kept_answers SET claimed_until = clock_timestamp() WHERE reference = $1', [reference]);
    assert.equal(await deliverKeptAnswers(desk), 1);
    assert.deepEqual(await keptOf(reference), [{ answer: 'accepts', counted: true, outcome: null }]);
    assert.equal((await notesOf(reference)).length, 1);
    const { rows } = await world.db.query("SELECT FROM events WHERE reference = $1 AND type = 'step-answered'", [reference]);
    assert.equal(rows.length, 1);
  });

  it('says why a kept answer cannot be delivered yet, without revealing what it says', async () => {
    const { reference, token } = await beginAtConfirmation();
    await post(token, '/answer', { answer: 'declines', 'declines-reason': 'A secret reason.' }, cutOff);
    const told: string[] = [];
    assert.equal(await deliverKeptAnswers({ db: world.db, client: nowhere, tell: (problem) => told.push(problem) }), 0);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', new RegExp(`${reference}/confirm-participation is kept and could not be delivered yet: .+`));
    assert.doesNotMatch(told[0] ?? '', /secret|head/);
    assert.equal(await deliverKeptAnswers({ db: world.db, client: world.client, tell: (problem) => told.push(problem) }), 1);
    assert.equal(told.length, 1);
  });

  it('records when a kept answer was given and when it counted; replies to its copy go to whoever asked', async () => {
    const { reference, token } = await beginAtConfirmation();
    await post(token, '/answer', { answer: 'accepts' }, cutOff);
    await world.db.query("UPDATE kept_answers SET given_at = '2022-10-03T15:10:00Z' WHERE reference = $1", [reference]);
    assert.equal(await deliverKeptAnswers({ db: world.db, client: world.client }), 1);
    const words = /Given on 3 October 2022 at 4:10pm, counted on \d+ \w+ \d{4} at \d+:\d\d[ap]m\./;
    assert.match((await get(token)).body, words);
    const [copy] = await notesOf(reference);
    assert.match(copy?.text ?? '', words);
    const { rows } = await world.db.query('SELECT reply_to FROM notes WHERE body_text LIKE $1', [`%${reference}%`]);
    assert.deepEqual(rows, [{ reply_to: 'region' }]);
  });

  it('sends an e-mail when a kept answer came too late, and says why', async () => {
    const reference = await beginAtMeeting();
    const form = {
      answer: 'arranged',
      'arranged-meetingOn-day': '15',
      'arranged-meetingOn-month': '10',
      'arranged-meetingOn-year': '2040',
    };
    await post(tokenOf(reference, 'arrange-first-meeting', 'head'), '/answer', form, cutOff);
    await world.answer(reference, 'arrange-first-meeting', 'arranged', { by: 'leader', fields: { meetingOn: '2040-10-16' } });
    assert.equal(await deliverKeptAnswers({ db: world.db, client: world.client }), 1);
    const [note] = await notesOf(reference);
    assert.equal(note?.kind, 'answer-outcome');
    assert.equal(note.person, 'head');
    assert.match(note.text, /could not record[\s\S]*Lena Leader answered on 8 October 2040/);
    assert.equal((await keptOf(reference))[0]?.counted, false);
  });

  it('delivers a kept answer once, though two web services deliver at the same time', async () => {
    const { reference, token } = await beginAtConfirmation();
    await post(token, '/answer', { answer: 'accepts' }, cutOff);
    const desk = { db: world.db, client: world.client };
    const settled = await Promise.all([deliverKeptAnswers(desk), deliverKeptAnswers(desk), post(token, '/answer', { answer: 'accepts' })]);
    assert.ok(settled[0] + settled[1] <= 2);
    assert.equal((await notesOf(reference)).length, 1);
    assert.equal((await keptOf(reference)).filter(({ counted }) => counted).length, 1);
  });

  it('sends no second copy when the same answer is kept again just after it counted, and says so when it says something else', async () => {
    const reference = await beginAtMeeting();
    const desk = { db: world.db, client: world.client };
    const given = (meetingOn: string): AnswerGiven => ({
      ...{ reference, step: 'arrange-first-meeting', round: 1, answer: 'arranged', fields: { meetingOn } },
      ...{ person: 'head', onBehalfOf: null, via: 'link' },
    });
    // Pages that had been checked before the first answer counted keep theirs after it.
    for (const meetingOn of ['2040-10-15', '2040-10-15', '2040-10-16']) {
      await keepOnce(world.db, given(meetingOn));
      assert.equal(await deliverKeptAnswers(desk), 1);
    }
    assert.deepEqual(
      (await notesOf(reference)).map(({ kind }) => kind),
      ['answer-copy', 'answer-outcome'],
    );
    assert.deepEqual(
      (await keptOf(reference)).map(({ counted }) => counted),
      [true, false, false],
    );
    assert.match((await get(tokenOf(reference, 'arrange-first-meeting', 'head'))).body, /15 October 2040/);
  });

  it('turns “I am not the right person” into one task of whoever asked', async () => {
    const { reference, token } = await beginAtConfirmation();
    assert.match((await get(token, '/not-me')).body, /I am not the right person/);
    for (const rightPerson of ['', 'Amira Khan, amira@hillside.example', '']) {
      const { statusCode, body } = await post(token, '/not-me', { rightPerson });
      assert.equal(statusCode, 200);
      assert.match(body, /We have told Rosa Region, regional team/);
    }
    const { rows } = await world.db.query('SELECT role, person, problem, detail FROM contact_tasks WHERE reference = $1', [reference]);
    assert.deepEqual(rows, [
      { role: 'school', person: 'head', problem: 'not-the-right-person', detail: 'Amira Khan, amira@hillside.example' },
    ]);
    assert.equal((await post(token, '/not-me', { rightPerson: 'x'.repeat(1_001) })).statusCode, 422);
  });

  it('leads to all that is asked of its holder, and of nobody else', async () => {
    const one = await beginAtConfirmation();
    const { body } = await get(one.token, '/mine');
    assert.ok(body.includes(`href="/a/${one.token}"`));
    assert.match(body, /Confirm participation: Hillside[\s\S]*Due on Monday 15 October 2040/);
    assert.match(body, new RegExp(`\\(${one.reference}\\): Running[\\s\\S]*With Harry Head \\(school or trust\\) since 8 October 2040`));
    const other = await begin();
    assert.doesNotMatch((await get(one.token, '/mine')).body, new RegExp(tokenOf(other, 'contact-school', 'region')));
  });

  it('that is spent lists what is asked of its holder, and reveals no other link', async () => {
    const { reference, token } = await beginAtConfirmation();
    const other = await beginAtConfirmation();
    assert.ok((await get(token, '/mine')).body.includes(other.token));
    await world.answer(reference, 'confirm-participation', 'declines', { by: 'head', fields: { reason: 'No time.' } });
    for (const page of ['', '/mine']) assert.ok(!(await get(token, page)).body.includes(other.token), page);
    const { statusCode, body } = await get(token, '/mine');
    assert.equal(statusCode, 200);
    assert.match(body, /Confirm participation: Hillside[\s\S]*The link to answer is in the newest e-mail about it\./);
    assert.ok((await get(other.token, '/mine')).body.includes(other.token), 'a live link still opens what is live');
  });

  it('ends a day after its step has closed, whichever way it closed, and then reveals nothing', async () => {
    for (const state of ['answered', 'overtaken', 'lapsed']) {
      const { reference, token } = await beginAtConfirmation();
      const closed = async (ago: string) => {
        const { rowCount } = await world.db.query(
          `UPDATE steps SET state = $2, closed_at = (SELECT max(at) FROM events WHERE reference = $1) - $3::interval,
                  answer = 'declines', answered_by = 'head', answered_via = 'link' WHERE reference = $1 AND step = 'confirm-participation'`,
          [reference, state, ago],
        );
        assert.equal(rowCount, 1);
      };
      await closed('23 hours');
      assert.equal((await get(token)).statusCode, 200, state);
      await closed('25 hours');
      for (const page of ['', '/mine', '/not-me', '/check', '/hand-over']) {
        const followed = await get(token, page);
        const { statusCode, body } = followed.statusCode === 302 ? await get(token) : followed;
        assert.equal(statusCode, 410, `${state} ${page}`);
        assert.match(body, /This link has expired/);
        assert.doesNotMatch(body, /Hillside|Harry|href="\/a\//);
      }
      assert.equal((await post(token, '/answer', { answer: 'accepts' })).statusCode, 410);
    }
  });

  it('escapes what people type, wherever it is shown', async () => {
    const { reference, token } = await beginAtConfirmation();
    const form = { answer: 'declines', 'declines-reason': `</textarea><script>alert(1)</script>"'\u0000{{ 7 * 7 }}` };
    await post(token, '/draft', form);
    const pages = [await get(token), await post(token, '/check', form), await post(token, '/change', form)];
    assert.equal((await post(token, '/answer', form)).statusCode, 303);
    pages.push(await get(token));
    for (const { statusCode, body } of pages) {
      assert.equal(statusCode, 200);
      assert.doesNotMatch(body.replace(REVEALING, ''), /<script/i);
      assert.ok(body.includes('&lt;script&gt;alert(1)'));
      assert.ok(body.includes('{{ 7 * 7 }}'));
    }
    const [copy] = await notesOf(reference);
    assert.ok(copy && !/<script/i.test(copy.html));
  });

  it('takes thirty forms a minute from one address, and no more', async () => {
    const { token } = await beginAtConfirmation();
    const send = (remoteAddress: string) =>
      app.inject({ method: 'POST', url: `/a/${token}/change`, remoteAddress, payload: {} }).then(({ statusCode }) => statusCode);
    for (let n = 0; n < 30; n++) assert.equal(await send('192.0.2.1'), 200);
    assert.equal(await send('192.0.2.1'), 429);
    assert.equal(await send('192.0.2.2'), 200);
  });
});
