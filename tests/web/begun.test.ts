import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openSession } from '../../postgres/access/sessions.ts';
import { forgetEndedSessions, newToken } from '../../postgres/access/sessions.ts';
import { withdrawUpdate } from '../../workflows/messages.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { createApp } from '../../web/app.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import { servicesOf } from './staff-app.ts';

const MORNING = '2040-10-08 09:30';
const STEP = 'confirm-participation';

describe('an answer that is begun and not sent', () => {
  let world: World;
  let app: FastifyInstance;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.application, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, links: LINKS }, { trustProxy: 1 });
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  const begin = async (head = 'head'): Promise<{ readonly reference: string; readonly token: string }> => {
    const reference = await world.begin(MORNING, { programme: tsiProgrammeFrom(STEP), parties: { ...PARTIES, school: [head] } });
    await world.postIsDone();
    return { reference, token: LINKS.tokenFor({ reference, step: STEP, round: 1, person: head }, 1) };
  };
  let place = 0;
  const send = (url: string, form: Readonly<Record<string, string>>, cookies: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      cookies,
      // An address of its own each time: nothing here is about limits.
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': `10.1.0.${(place = (place % 250) + 1)}` },
      payload: new URLSearchParams(form).toString(),
    });
  const get = async (url: string, cookies: Record<string, string> = {}) => {
    const { body, statusCode } = await app.inject({ method: 'GET', url, cookies });
    return { statusCode, text: body.replaceAll(/\s+/g, ' ') };
  };
  const draftsOf = async (reference: string) => {
    const { rows } = await world.db.query<{ person: string; answer: string | null }>(
      'SELECT person, answer FROM answer_drafts WHERE reference = $1 ORDER BY person',
      [reference],
    );
    return rows;
  };
  const lettersTo = (reference: string, address: string) =>
    world.sink.arrived.filter(({ recipient, text }) => recipient === address && text?.includes(reference));

  it('changes nothing of the deployment and is no answer, whatever is typed and wherever it is saved', async () => {
    const { reference, token } = await begin();
    const everything = async () => {
      const tables = ['events', 'steps', 'messages', 'kept_answers', 'call_tasks', 'escalations', 'deployment_parties', 'deployment_facts'];
      const found: unknown[] = [];
      for (const table of tables)
        found.push((await world.db.query(`SELECT * FROM ${table} WHERE reference = $1 ORDER BY 1`, [reference])).rows);
      found.push((await world.db.query('SELECT * FROM deployments WHERE reference = $1', [reference])).rows);
      return found;
    };
    const before = await everything();
    const form = fc.record(
      {
        answer: fc.constantFrom('accepts', 'declines', 'nothing of the kind', ''),
        'declines-reason': fc.string({ maxLength: 40 }),
        stray: fc.string(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(form, fc.constantFrom('draft', 'check', 'change'), async (typed, page) => {
        const { statusCode } = await send(`/a/${token}/${page}`, typed);
        assert.ok([200, 303, 422].includes(statusCode), `${page} is answered with ${statusCode}`);
        assert.deepEqual(await everything(), before);
      }),
      { numRuns: 25 },
    );
    await send(`/a/${token}/check`, { answer: 'declines', 'declines-reason': 'No time.' });
    assert.deepEqual(await draftsOf(reference), [{ person: 'head', answer: 'declines' }], 'the check page saves what was typed');
    await send(`/a/${token}/draft`, {});
    assert.deepEqual(await draftsOf(reference), [], 'a form with nothing in it is no draft');
  });

  it('is spoken of in reminders, calls and pages, and whoever is half-way is never told that they have not answered', async () => {
    const { reference, token } = await begin();
    // Of another head: reminders of one morning to one person would travel together.
    const silent = await begin('leader');
    await send(`/a/${token}/draft`, { answer: 'declines', 'declines-reason': 'No time.' });
    const cora = await deskOf(world.db, app, 'coordinator');
    const mine = (await get(`/a/${token}/mine`)).text;
    assert.match(mine, /Your answers so far are kept\. Go on where you stopped\./);
    assert.match((await cora.get(`/deployments/${reference}`)).text, /Begun on 8 October 2040 by Harry Head, not sent\./);
    assert.doesNotMatch((await cora.get(`/deployments/${silent.reference}`)).text, /Begun on/);

    for (const each of [reference, silent.reference]) await world.forwardTo(each, '2040-10-18 12:00');
    await world.postIsDone();
    const chases = (of: string, address: string) =>
      lettersTo(of, address).filter(({ subject }) => /^(?:Reminder|Overdue)/.test(subject ?? ''));
    assert.ok(chases(reference, 'head@hillside.example').length >= 2, 'a reminder and an overdue notice came');
    for (const { subject, text } of chases(reference, 'head@hillside.example')) {
      assert.match(subject ?? '', /please finish your answer to “Confirm participation”/);
      assert.match(
        text?.replaceAll(/\s+/g, ' ') ?? '',
        /You began your answer on Monday 8 October 2040\. Your answers so far are kept\. Go on where you stopped\./,
      );
      assert.doesNotMatch(text ?? '', /not had your answer/);
    }
    assert.ok(chases(silent.reference, 'lena@strong-trust.example').some(({ text }) => text?.includes('We have not had your answer yet.')));
    const asked = world.sink.arrived.find(({ subject, text }) => subject?.startsWith('Please telephone') && text?.includes(reference));
    assert.match(asked?.text?.replaceAll(/\s+/g, ' ') ?? '', /Harry Head began an answer on 8 October 2040 and has not sent it yet\./);
    const today = (await cora.get('/')).text;
    assert.match(today, /Begun on 8 October 2040 by Harry Head, not sent\./);
    assert.match(today, /You began your answer on Monday 8 October 2040, and what you wrote is kept\. What do you need to finish it\?/);
  });

  it('is kept for whoever records it too, apart from the owner’s own, and goes with the step, however it closes', async () => {
    const { reference, token } = await begin();
    const cora = await deskOf(world.db, app, 'coordinator');
    const page = `/deployments/${reference}/answer/${STEP}`;
    const saved = await cora.post(`${page}/draft`, { round: '1', answer: 'declines', 'declines-reason': 'They have no time.' });
    assert.equal(saved.location, `/deployments/${reference}?told=saved`);
    assert.match((await cora.get(saved.location)).text, /What you wrote is kept\. It has not been recorded\./);
    assert.match((await cora.get(page)).text, /They have no time\./);
    assert.doesNotMatch((await get(`/a/${token}`)).text, /They have no time/);
    assert.doesNotMatch((await cora.get(`/deployments/${reference}`)).text, /Begun on/, 'the head has begun nothing');
    await send(`/a/${token}/draft`, { answer: 'accepts' });
    assert.equal((await draftsOf(reference)).length, 2);

    await world.client.workflow
      .getHandle(deploymentWorkflowId(reference))
      .executeUpdate(withdrawUpdate, { args: [{ end: 'withdrawn', because: 'The school closes.', by: 'region' }] });
    assert.deepEqual(await draftsOf(reference), []);
    assert.equal((await send(`/a/${token}/draft`, { answer: 'accepts' })).statusCode, 409);
    assert.deepEqual(await draftsOf(reference), []);
  });

  it('takes a problem in free words to the coordinator, answers nothing, and is ticked off once with words', async () => {
    const { reference, token } = await begin();
    const [cora, rosa, otto, rita] = await Promise.all(
      ['coordinator', 'region', 'otto', 'rita'].map((person) => deskOf(world.db, app, person)),
    );
    assert.ok(cora && rosa && otto && rita);
    assert.match((await get(`/a/${token}`)).text, /I have a problem: tell Rosa Region/);
    const empty = await send(`/a/${token}/problem`, { words: ' \u200B' });
    assert.equal(empty.statusCode, 422);
    assert.match(empty.body, /href="#words">Tell us what the problem is/);
    const onceAs = crypto.randomUUID();
    const words = 'The <b>roof</b> is off.\nWe cannot meet before May.';
    for (let time = 0; time < 2; time++) {
      const told = await send(`/a/${token}/problem`, { words, onceAs });
      assert.match(told.body, /Thank you for telling us/);
    }
    const { rows: notes } = await world.db.query<{ person: string; reply_to: string; body_text: string }>(
      "SELECT person, reply_to, body_text FROM notes WHERE kind = 'problem-copy'",
    );
    assert.equal(notes.length, 1, 'sent twice, kept once');
    assert.deepEqual([notes[0]?.person, notes[0]?.reply_to], ['head', 'region']);
    assert.match(
      notes[0]?.body_text ?? '',
      /roof<\/b> is off\.\nWe cannot meet before May\.[\s\S]*The due date stays Monday 15 October 2040/,
    );
    assert.match((await get(`/a/${token}`)).text, /On 8 October 2040 you told us about a problem\. It is with Rosa Region\./);

    const today = (await cora.get('/')).text;
    const problem = /href="(\/problems\/\d+)"/.exec(today)?.[1] ?? '';
    assert.match(today, /Problems people told us about \(1\)/);
    assert.match(today, /“The &lt;b&gt;roof&lt;\/b&gt; is off\. We cannot meet before May\.”/);
    assert.match((await cora.get(`/deployments/${reference}`)).text, /Problem to deal with: Confirm participation/);
    assert.equal((await rosa.get(problem)).status, 200);
    assert.equal((await otto.get(problem)).status, 404, 'of another area');
    assert.equal((await rita.get(problem)).status, 403);
    assert.equal((await otto.post(problem, { words: 'Mine.' })).status, 404);

    await world.forwardTo(reference, '2040-10-15 12:00');
    await world.postIsDone();
    assert.ok(
      lettersTo(reference, 'head@hillside.example').some(({ subject }) => subject?.startsWith('Reminder')),
      'reminders go on',
    );

    assert.equal((await cora.post(problem, { words: '' })).status, 400);
    const done = await cora.post(problem, { words: 'We meet in the church hall.' });
    assert.equal(done.location, `${problem}?dealt=yes`);
    assert.match((await cora.get(done.location)).text, /It is recorded how this problem was dealt with\./);
    const late = await rosa.post(problem, { words: 'Done by me.' });
    assert.equal(late.status, 409);
    assert.match(late.text, /Somebody else has dealt with this problem meanwhile[\s\S]*We meet in the church hall/);
    assert.match((await cora.get('/')).text, /Problems people told us about \(0\)/);
    const story = (await cora.get(`/deployments/${reference}?show=notes&all=yes`)).text;
    assert.match(story, /Problem with “Confirm participation” dealt with by Cora Coordinator[\s\S]*We meet in the church hall/);
    await assert.rejects(world.db.query("UPDATE problems SET words = 'Nothing.'"), /append-only/);
    await world.db
      .query("SELECT FROM steps WHERE reference = $1 AND state = 'open'", [reference])
      .then(({ rowCount }) => assert.equal(rowCount, 1));
  });

  it('keeps a staff form that was sent after its session ended, for the same person and nobody else', async () => {
    const { reference } = await begin();
    const { token, csrf } = await openSession(world.db, 'coordinator');
    const known = { '__Host-chaser-known': newToken() };
    const form = { csrf, onceAs: crypto.randomUUID(), words: 'Spoke to the head, who is away until Monday.' };
    const notes = `/deployments/${reference}/notes`;
    const keptRows = async () => (await world.db.query<{ person: string }>('SELECT person FROM kept_forms')).rows;

    await world.db.query("UPDATE sessions SET seen_at = now() - interval '13 hours' WHERE csrf = $1", [csrf]);
    assert.equal((await send(notes, form, {})).statusCode, 401, 'a browser in which nobody ever signed in');
    assert.deepEqual(await keptRows(), []);
    assert.match((await send(notes, { ...form, csrf: newToken() }, known)).body, /You are not signed in/);
    assert.match((await send('/sign-out', { csrf }, known)).body, /You are not signed in/, 'nothing was written');
    assert.deepEqual(await keptRows(), []);

    const kept = await send(notes, form, { ...known, '__Host-chaser-session': token });
    assert.equal(kept.statusCode, 401);
    assert.match(kept.body, /Your session has ended[\s\S]*What you wrote is kept for 24 hours/);
    assert.deepEqual(await keptRows(), [{ person: 'coordinator' }]);
    const { rows } = await world.db.query<{ id: string; fields: unknown }>('SELECT id, fields FROM kept_forms');
    const page = `/kept-forms/${rows[0]?.id ?? ''}`;
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(csrf), 'the secret of the session is not kept');

    // The session is long gone when a second form is sent from the same page, and still it is known whose it was.
    await forgetEndedSessions(world.db);
    assert.match((await send(notes, form, known)).body, /Your session has ended/);
    assert.equal((await keptRows()).length, 2);

    const cora = await deskOf(world.db, app, 'coordinator');
    const otto = await deskOf(world.db, app, 'otto');
    assert.equal((await otto.get(page)).status, 404);
    assert.equal((await otto.post(page, {})).status, 404);
    const shown = (await cora.get(page)).text;
    assert.match(shown, /What you wrote is back in the form/);
    assert.match(
      shown,
      new RegExp(`<form method="post" action="${page}"[\\s\\S]*<textarea[^>]*>Spoke to the head, who is away until Monday\\.`),
    );
    assert.match(shown, new RegExp(`name="onceAs" value="${form.onceAs}"`));
    const on = await cora.post(page, { words: form.words, onceAs: form.onceAs });
    assert.deepEqual([on.status, on.location], [307, notes]);
    assert.equal((await cora.get(page)).status, 404, 'it went on, and is kept no longer');
    assert.equal(
      (await cora.post(on.location, { words: form.words, onceAs: form.onceAs })).location,
      `/deployments/${reference}?noted=yes`,
    );
    const [other] = (await world.db.query<{ id: string }>('SELECT id FROM kept_forms')).rows;
    await world.db.query("UPDATE kept_forms SET address = '/deployments/T-gone/notes'");
    assert.match(
      (await cora.get(`/kept-forms/${other?.id ?? ''}`)).text,
      /What you wrote is kept[\s\S]*Spoke to the head[\s\S]*Send it now/,
    );
    await cora.post(`/kept-forms/${other?.id ?? ''}/delete`, {});
    assert.deepEqual(await keptRows(), []);
  });
});
