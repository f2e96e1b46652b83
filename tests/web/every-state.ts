import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type pg from 'pg';
import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { RESERVED_DOMAINS } from '../../config/variables.ts';
import { makeJob } from '../../postgres/desk/many.ts';
import { importSample } from '../../register/import-sample.ts';
import { keepSignInLink, newToken } from '../../postgres/access/sessions.ts';
import { keepImportFile } from '../../postgres/desk/import-files.ts';
import { goAheadBy } from '../../postgres/sandbox/clock.ts';
import { enterSandbox } from '../../postgres/sandbox/sandbox.ts';
import { askForMove } from '../../postgres/sandbox/time-moves.ts';
import { createApp } from '../../web/app.ts';
import type { Services } from '../../web/shared/services.ts';
import { mergePeople } from '../../desk/merge-people.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff, silentSchool } from './desk-world.ts';
import type { Add, Asking } from './asking.ts';
import { signedInAs } from './guarded-app.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';
import { escalationStates } from './states-of-escalations.ts';
import { postStates } from './states-of-post.ts';
import { programmeStates } from './states-of-programmes.ts';
import { proposalStates } from './states-of-proposals.ts';
import { repliesStates } from './states-of-replies.ts';
import { surveyStates } from './states-of-surveys.ts';

/** A page as the service answers it, in one of the states that it can be in. */
export type State = {
  readonly name: string;
  readonly url: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type States = { readonly all: readonly State[]; readonly app: FastifyInstance; end(): Promise<void> };

/** Brings every page of the service into every state that people can meet, and keeps the responses. */
export async function everyState(world: World): Promise<States> {
  const { db } = world;
  const services = { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), links: LINKS };
  const open = (over: Partial<Services> = {}) => createApp({ ...services, ...over }, { trustProxy: false });
  const app = await open();
  const away = await open({ temporal: servicesOf(db).temporal });
  const workerless = await open({ taskQueue: 'nobody-works-here' });
  const broken = await open({
    db: { query: () => Promise.reject(new Error('The database is broken, as this test wants it.')) } as unknown as pg.Pool,
  });
  const all: State[] = [];
  /** Requests that wait some seconds for an engine that does not answer. They all wait at the same time. */
  const slow: Promise<void>[] = [];
  let place = 0;

  /** Asks for a page from an address of its own, so that no request meets a limit on requests by chance. */
  const ask = async (url: string, { as, form, cookies = {}, app: asked = app, from, forged = false }: Asking = {}) => {
    place += 1;
    const session = as === undefined ? null : await signedInAs(db, as);
    return asked.inject({
      method: form === undefined ? 'GET' : 'POST',
      url,
      remoteAddress: from ?? `10.0.${Math.floor(place / 250)}.${(place % 250) + 1}`,
      cookies: { ...cookies, ...session?.cookies },
      ...(form === undefined
        ? {}
        : {
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            payload: new URLSearchParams({ ...(session === null || forged ? {} : { csrf: session.csrf }), ...form }).toString(),
          }),
    });
  };
  const add: Add = async (name, status, url, asking = {}) => {
    const response = await ask(url, asking);
    assert.equal(
      response.statusCode,
      status,
      `${name} is answered with ${response.statusCode}: ${/<main[\s\S]*<\/main>/.exec(response.body)?.[0]}`,
    );
    if (asking.unseen !== true)
      all.push({
        name,
        url,
        html: response.body,
        headers: { 'content-security-policy': String(response.headers['content-security-policy']) },
      });
  };
  const linkTo = async (reference: string, step: string, person: string, round = 1): Promise<string> => {
    const token = services.links.tokenFor({ reference, step, round, person }, 1);
    await db.query(
      'INSERT INTO answer_links (hash, reference, step, round, role, person) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      [services.links.hashOf(token), reference, step, round, 'any', person],
    );
    return `/a/${token}`;
  };
  /** The link with which the head of a deployment stops the e-mails that they may do without. */
  const quieterLinkOf = async (reference: string): Promise<string> => {
    const { rows } = await db.query<{ email: string }>("SELECT email FROM people WHERE id = 'head'");
    const of = { reference, person: 'head', email: rows[0]?.email ?? '' };
    const token = services.links.quieterTokenFor(of);
    await db.query('INSERT INTO quieter_links (hash, reference, person, email) VALUES ($1, $2, $3, $4)', [
      services.links.hashOf(token),
      ...Object.values(of),
    ]);
    return `/quieter/${token}`;
  };
  /** A deployment in which one step of the school's is open, and the link to it. */
  const asked = async (reference: string, step = 'confirm-participation', person = 'head', parties = PARTIES): Promise<string> => {
    await placeDeployment(db, reference, { parties, open: [{ step, dueOn: workingDaysAgo(3) }] });
    return linkTo(reference, step, person);
  };

  await insertStaff(db);
  await importSample(db);
  await db.query(
    `INSERT INTO people (id, name, email, imported_at) VALUES
       ('alma', 'Alma Admin', 'alma@service.example', now()), ('pola', 'Pola Policy', 'pola@department.example', now()),
       ('lola', 'Lola London', 'lola@delivery.example', now())`,
  );
  await db.query(
    `INSERT INTO person_roles (person, role, region, area) VALUES
       ('alma', 'administrator', '', ''), ('pola', 'policy', '', ''), ('lola', 'rdp-lead', 'London', '')`,
  );
  await insertSchool(
    db,
    '990801',
    'Saint Somebody-with-a-Remarkably-Long-Name’s Church of England Voluntary Aided Infant and Junior School',
    {
      authority: '801',
      region: 'London',
    },
  );

  const end = async (): Promise<void> => {
    for (const each of [app, away, workerless, broken]) await each.close();
  };
  try {
    await signingIn();
    await refusing();
    await answering();
    await answeringTooLate();
    await atTheDesk();
    await changing();
    slow.push(...(await escalationStates(world, add, linkTo, away)));
    await starting();
    await looking();
    await programmeStates(add);
    await proposalStates(db, add);
    await Promise.all(slow);
    await repliesStates(db, add);
    await postStates(db, add);
    await surveyStates(db, services.links, add, 'alma');
    await trainingCopy();
  } catch (error) {
    vi.useRealTimers();
    await end();
    throw error;
  }
  return { all, app, end };

  async function signingIn(): Promise<void> {
    const browser = newToken();
    const links: string[] = [];
    for (const change of ['', 'used_at = clock_timestamp()', 'expires_at = clock_timestamp()']) {
      const token = newToken();
      links.push(`/sign-in/${token}`);
      await keepSignInLink(db, { token, browser, person: 'coordinator' });
      if (change !== '') await db.query(`UPDATE sign_in_links SET ${change} WHERE made_at = (SELECT max(made_at) FROM sign_in_links)`);
    }
    const [usable = '', used = '', expired = ''] = links;
    const cookies = { '__Host-chaser-browser': browser };
    await add('sign in', 200, '/sign-in');
    await add('sign in, without an address', 400, '/sign-in', { form: { email: '' } });
    await add('sign in, asked', 200, '/sign-in', { form: { email: 'nobody@x.example' } });
    await Promise.all(Array.from({ length: 5 }, () => ask('/sign-in', { form: { email: 'many@x.example' }, from: '192.0.2.7' })));
    await add('sign in, asked too often', 429, '/sign-in', { form: { email: 'many@x.example' }, from: '192.0.2.7' });
    await add('a link to sign in', 200, usable, { cookies });
    await add('a link to sign in, used', 410, used, { cookies });
    await add('a link to sign in, run out', 410, expired, { cookies });
    await add('a link to sign in, of another browser', 403, usable);
    await add('a link to sign in, unknown', 404, `/sign-in/${newToken()}`);
    await ask('/sessions', { as: 'alma' });
    await add('sessions, of oneself', 200, '/sessions', { as: 'coordinator' });
    await add('sessions, of oneself and of everybody, one of them ended', 200, '/sessions?ended=one', { as: 'alma' });
    await add('sessions, of somebody', 200, '/people/coordinator/sessions', { as: 'alma' });
    await add('sessions, of somebody, without a reason', 400, '/people/coordinator/sessions/end', { as: 'alma', form: {} });
    await ask('/people/coordinator/sessions/end', { as: 'alma', form: { because: 'A lost laptop, left on the train to Testshire.' } });
    await add('sessions, of somebody, ended', 200, '/people/coordinator/sessions?ended=all', { as: 'alma' });
    await add('calendar address, none', 200, '/your-calendar', { as: 'coordinator' });
    await add('calendar address, made', 200, '/your-calendar', { as: 'coordinator', form: { do: 'make' } });
    await add('calendar address, had already', 409, '/your-calendar', { as: 'coordinator', form: { do: 'make' } });
    await add('calendar address, ended', 200, '/your-calendar', { as: 'coordinator', form: { do: 'end' } });
    await add('signed out', 200, '/sign-out', { as: 'otto', form: {} });
    await add('signed out everywhere', 200, '/sign-out-everywhere', { as: 'otto', form: {} });
  }

  async function refusing(): Promise<void> {
    await add('not found', 404, '/nowhere');
    await add('not signed in', 401, '/start', { form: {} });
    await add('not allowed', 403, '/service', { as: 'coordinator' });
    await add('a form of another site', 403, '/start', { as: 'coordinator', form: {}, forged: true });
    for (let times = 0; times < 300; times += 1) await app.inject({ url: '/healthz', remoteAddress: '192.0.2.9' });
    await add('too many requests', 429, '/sign-in', { from: '192.0.2.9' });
    const quiet = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    await add('a problem with the service', 500, '/', { cookies: { '__Host-chaser-session': newToken() }, app: broken });
    quiet.mockRestore();
    const { statusCode, body, headers } = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'text/csv' },
      payload: 'x',
    });
    assert.equal(statusCode, 415);
    all.push({
      name: 'this cannot be done',
      url: '/sign-in',
      html: body,
      headers: { 'content-security-policy': String(headers['content-security-policy']) },
    });
  }

  async function answering(): Promise<void> {
    const link = await asked('A0001');
    await add('answer', 200, link);
    await add('answer, by a button whose address is damaged', 200, `${link}?answer=nothing`);
    await add('answer, nothing chosen', 422, `${link}/check`, { form: {} });
    await add('answer, check', 200, `${link}/check`, { form: { answer: 'declines', 'declines-reason': 'No time.\nSorry.' } });
    await add('answer, change', 200, `${link}/change`, { form: { answer: 'declines', 'declines-reason': 'No time.' } });
    await ask(`${link}/draft`, { form: { answer: 'declines', 'declines-reason': 'No time.' } });
    await add('answer, draft', 200, link);
    await add('closed days', 200, `${link}/closed-days`);
    await add('closed days, with faults', 422, `${link}/closed-days`, { form: { 'on1-day': '31', 'on1-month': '12', 'on1-year': '2020' } });
    await db.query(
      `INSERT INTO closed_days (reference, urn, days, name, person) VALUES
         ('A0001', '990901', ARRAY[current_date + 40, current_date + 41, current_date + 70], 'INSET day', 'head'),
         ('A0001', '990901', ARRAY[current_date + 90], 'INSET day', 'head')`,
    );
    await add('closed days, told', 200, `${link}/closed-days`);
    await add('not the right person', 200, `${link}/not-me`);
    await add('not the right person, too long', 422, `${link}/not-me`, { form: { rightPerson: 'x'.repeat(1_001) } });
    await add('not the right person, told', 200, `${link}/not-me`, { form: { rightPerson: 'Somebody else' } });
    await add('all that is asked of me, one of it begun', 200, `${link}/mine`);
    await add('by when they will answer', 200, `${link}/promise`);
    await add('by when they will answer, too far away', 422, `${link}/promise`, { form: { on: '2099-01-01' } });
    await add('calendar address of a link, none', 200, `${link}/calendar`);
    await add('calendar address of a link, made', 200, `${link}/calendar`, { form: { do: 'make' } });
    await add('more time', 200, `${link}/more-time`);
    await add('more time, with faults', 422, `${link}/more-time`, {
      form: { 'until-day': '31', 'until-month': '2', 'until-year': '2041' },
    });
    await add('somebody else to ask', 200, `${link}/pass-on`);
    await add('somebody else to ask, with faults', 422, `${link}/pass-on`, { form: { name: '', email: 'x' } });
    await db.query(
      `INSERT INTO time_requests (reference, change, step, round, person, due_on, due_before, because, asked_at)
       SELECT reference, 90, step, round, 'head', due_on + 7, due_on, 'A governor is away.', now() FROM steps
       WHERE reference = 'A0001' AND step = 'confirm-participation' AND round = 1`,
    );
    const time = '/deployments/A0001/more-time/confirm-participation/1';
    await add('more time, to be decided', 200, time, { as: 'coordinator' });
    await add('more time, refused without words', 400, time, { as: 'coordinator', form: { decision: 'refuse' } });
    await db.query(
      "UPDATE time_requests SET decided_at = now(), decided_by = 'coordinator', outcome = 'refused' WHERE reference = 'A0001'",
    );
    await add('more time, decided', 200, time, { as: 'coordinator' });
    const passOn = await db.query<{ id: string }>(
      `INSERT INTO pass_ons (reference, step, round, role, person, name, email, job, asked_at)
       VALUES ('A0001', 'confirm-participation', 1, 'school', 'head', 'Nora Newcome', 'nora@school.example', 'Deputy head', now()) RETURNING id`,
    );
    const decide = `/deployments/A0001/pass-on/${passOn.rows[0]?.id ?? ''}`;
    await add('somebody else to ask, told', 200, `${link}/pass-on`);
    await add('somebody else to ask, to be decided', 200, decide, { as: 'coordinator' });
    await add('somebody else to ask, refused without words', 400, decide, { as: 'coordinator', form: { decision: 'refuse' } });
    await ask(decide, { as: 'coordinator', form: { decision: 'refuse', because: 'We ask the head.' } });
    await add('somebody else to ask, decided', 200, decide, { as: 'coordinator' });
    await add('a problem', 200, `${link}/problem`);
    await add('a problem, without words', 422, `${link}/problem`, { form: { words: '' } });
    await add('a problem, told', 200, `${link}/problem`, { form: { words: 'The roof is off.\nWe cannot meet before May.' } });
    await add('answer, draft, and a problem told', 200, link);
    const told = await db.query<{ id: string }>("SELECT id FROM problems WHERE reference = 'A0001'");
    const problem = `/problems/${told.rows[0]?.id ?? ''}`;
    await add('a deployment with a problem, and a form begun', 200, '/deployments/A0001', { as: 'coordinator' });
    await add('today, with a problem', 200, '/', { as: 'coordinator' });
    await add('a problem to deal with', 200, problem, { as: 'coordinator' });
    await add('a problem, nothing said of what was done', 400, problem, { as: 'coordinator', form: { words: '' } });
    await ask(problem, { as: 'coordinator', form: { words: 'We meet in the church hall.' } });
    await add('a problem, dealt with', 200, `${problem}?dealt=yes`, { as: 'coordinator' });
    await add('a problem, dealt with by somebody else', 409, problem, { as: 'region', form: { words: 'Done.' } });
    await ask('/deployments/A0001/answer/confirm-participation/draft', { as: 'coordinator', form: { round: '1', answer: 'declines' } });
    await add('record an answer, saved', 200, '/deployments/A0001/answer/confirm-participation', { as: 'coordinator' });
    const unsent = await db.query<{ id: string }>(
      `INSERT INTO kept_forms (person, address, fields)
       VALUES ('coordinator', '/deployments/A0001/notes', '[{"name": "words", "value": "Away until Monday."}]') RETURNING id`,
    );
    const keptForm = `/kept-forms/${unsent.rows[0]?.id ?? ''}`;
    await add('a form that was sent too late', 200, keptForm, { as: 'coordinator' });
    await add('a form that was sent too late, deleted', 200, `${keptForm}/delete`, { as: 'coordinator', form: {} });
    const leaders = { ...PARTIES, 'system-leader': ['leader'] };
    const long = await asked('A0002', 'complete-form', 'leader', leaders);
    await add('answer, a long form', 200, long);
    await add('answer, a long form with everything wrong', 422, `${long}/check`, { form: { answer: 'sent-to-school' } });
    const meeting = await asked('A0003', 'arrange-first-meeting', 'head', leaders);
    await add('answer, a date that there is not', 422, `${meeting}/check`, {
      form: { answer: 'arranged', 'arranged-meetingOn-day': '31', 'arranged-meetingOn-month': '2', 'arranged-meetingOn-year': '2026' },
    });
    const naming = await asked('A0004', 'engage-system-leader', 'coordinator');
    await add('answer, a person whom nobody knows', 422, `${naming}/check`, {
      form: { answer: 'contacted', 'contacted-systemLeader': 'Nobody', 'contacted-capacity': 'ten-days', 'contacted-conflict': 'none' },
    });
    await db.query("UPDATE steps SET optional = true WHERE reference = 'A0003'");
    await add('answer, optional', 200, meeting);
    const kept = await asked('A0005');
    assert.equal((await ask(`${kept}/answer`, { form: { answer: 'declines', 'declines-reason': 'No time.' }, app: away })).statusCode, 303);
    await add('answer, kept', 200, kept);
    for (let times = 0; times < 30; times += 1) await ask(`${link}/change`, { form: {}, from: '192.0.2.11' });
    await add('answer, sent too often', 429, `${link}/change`, { form: {}, from: '192.0.2.11' });
  }

  async function answeringTooLate(): Promise<void> {
    const answered = `state = 'answered', closed_at = now(), answer = 'declines', answered_via = 'link', answer_fields = '{"reason": "No time."}'`;
    const late = async (reference: string, change: string): Promise<string> => {
      const link = await asked(reference);
      await db.query(change.replace('$step', `UPDATE steps SET`).replace('$where', `WHERE reference = '${reference}'`));
      return link;
    };
    await add('answered by me', 200, await late('B0001', `$step ${answered}, answered_by = 'head' $where`));
    const byAnother = await late('B0002', `$step ${answered}, answered_by = 'leader' $where`);
    await add('answered by somebody else', 200, byAnother);
    await add('answered by somebody else meanwhile', 409, `${byAnother}/answer`, { form: { answer: 'accepts' } });
    await add(
      'answered by telephone',
      200,
      await late('B0003', `$step ${answered}, answered_by = 'coordinator', on_behalf_of = 'head' $where`),
    );
    await add(
      'overtaken',
      200,
      await late('B0004', "$step state = 'overtaken', closed_at = now(), closed_because = 'Another school was found.' $where"),
    );
    await add('lapsed', 200, await late('B0005', "$step state = 'lapsed', closed_at = now() $where"));
    await add(
      'ended',
      200,
      await late('B0006', "UPDATE deployments SET status = 'declined', ended_as = 'declined', ended_at = now() $where"),
    );
    const spent = await late('B0010', `$step ${answered}, answered_by = 'head' $where`);
    await add('all that is asked of me, by a spent link', 200, `${spent}/mine`);
    await add('fresh links, asked for', 200, `${spent}/mine/send`, { form: {} });
    await Promise.all(Array.from({ length: 4 }, () => ask(`${spent}/mine/send`, { form: {} })));
    await add('fresh links, asked for too often', 429, `${spent}/mine/send`, { form: {} });
    await add('a link that has ended', 410, await late('B0011', "$step state = 'lapsed', closed_at = now() - interval '2 days' $where"));
    await add('revoked', 410, await late('B0007', 'SELECT').then(revoke));
    await add('asked again', 200, await late('B0008', `$step ${answered}, answered_by = 'head' $where`).then(askAgain));
    await add('held by somebody else', 200, await late('B0009', "UPDATE deployment_parties SET until = now() $where AND role = 'school'"));

    // The step is open in the record, but no longer in the engine: somebody answers a moment too late.
    const reference = await world.begin('2040-10-08 09:30', { programme: tsiProgrammeFrom('confirm-participation') });
    await world.postIsDone();
    await world.answer(reference, 'confirm-participation', 'accepts');
    await db.query("UPDATE steps SET state = 'open' WHERE reference = $1 AND step = 'confirm-participation'", [reference]);
    await add('could not be counted', 409, `${await linkTo(reference, 'confirm-participation', 'head')}/answer`, {
      form: { answer: 'declines', 'declines-reason': 'No.' },
    });
    await add('could not be recorded', 400, `/deployments/${reference}/answer/confirm-participation`, {
      as: 'coordinator',
      form: { round: '1', owner: 'head', answer: 'declines', 'declines-reason': 'No.' },
    });

    async function revoke(link: string): Promise<string> {
      await db.query("UPDATE answer_links SET revoked_at = now() WHERE reference = 'B0007'");
      return link;
    }
    async function askAgain(link: string): Promise<string> {
      await db.query(
        `INSERT INTO steps SELECT (jsonb_populate_record(s, '{"round": 2, "state": "open"}')).* FROM steps s WHERE reference = 'B0008'`,
      );
      await linkTo('B0008', 'confirm-participation', 'head', 2);
      return link;
    }
  }

  async function atTheDesk(): Promise<void> {
    await add('today, nothing', 200, '/', { as: 'otto' });
    const reference = await silentSchool(world, '2040-10-30 12:00');
    const call = await db.query<{ rung: string }>('SELECT rung FROM call_tasks WHERE reference = $1 AND closed_at IS NULL', [reference]);
    const action = `/calls/${reference}/confirm-participation/1/${call.rows[0]?.rung}`;
    await db.query(
      `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
       VALUES ($1, 'school', 'head', 'address-refused', '550 No such mailbox here', now())`,
      [reference],
    );
    await add('today', 200, '/', { as: 'coordinator' });
    await add('today, of the regional team', 200, '/', { as: 'region' });
    const printed = await db.query<{ id: string }>(
      "INSERT INTO voices (letter, voice) SELECT key, 'print' FROM messages WHERE reference = $1 AND kind = 'request' LIMIT 1 RETURNING id",
      [reference],
    );
    const print = `/letters-to-print/${printed.rows[0]?.id ?? ''}`;
    await add('today, with a letter to post', 200, '/', { as: 'coordinator' });
    await add('a letter to print', 200, print, { as: 'coordinator' });
    await add('a deployment with a letter to post', 200, `/deployments/${reference}`, { as: 'coordinator' });
    await ask(print, { as: 'coordinator', form: {} });
    await add('a letter to print, posted', 200, `${print}?posted=yes`, { as: 'coordinator' });
    await add('a letter to print, posted by somebody else', 409, print, { as: 'region', form: {} });
    await add('today, no outcome', 400, action, { as: 'coordinator', form: {} });
    await add('today, call again without a day', 400, action, { as: 'coordinator', form: { outcome: 'call-again' } });
    await add('today, too long a note', 400, action, { as: 'coordinator', form: { outcome: 'no-answer', note: 'x'.repeat(501) } });
    await ask(action, { as: 'coordinator', form: { outcome: 'left-message', note: 'With the school office.' } });
    await add('today, recorded', 200, '/?recorded=left-message', { as: 'coordinator' });

    const page = `/deployments/${reference}`;
    await add('a deployment', 200, page, { as: 'coordinator' });
    await add('a deployment, recorded', 200, `${page}?recorded=contact-school`, { as: 'coordinator' });
    await add('a deployment, a note that says nothing', 400, `${page}/notes`, { as: 'coordinator', form: { words: '' } });
    await ask(`${page}/notes`, { as: 'coordinator', form: { words: 'The office telephones before noon only.\nAsk for Ms Hart.' } });
    await add('a deployment, a note kept', 200, `${page}?noted=yes`, { as: 'coordinator' });
    await add('a deployment, all that happened', 200, `${page}?all=yes`, { as: 'coordinator' });
    await add('a deployment, a filter that shows nothing', 200, `${page}?show=changes`, { as: 'coordinator' });
    await add('a call', 200, action, { as: 'coordinator' });
    await add('a deployment, to read only', 200, page, { as: 'rita' });
    await add('a deployment that has ended', 200, '/deployments/B0006', { as: 'coordinator' });
    const form = `${page}/answer/confirm-participation`;
    await add('record an answer', 200, form, { as: 'coordinator' });
    await add('record an answer, nothing chosen', 400, form, { as: 'coordinator', form: { round: '1' } });
    slow.push(
      add('record an answer, the engine is away', 503, form, {
        as: 'coordinator',
        app: away,
        form: { round: '1', owner: 'head', answer: 'declines', 'declines-reason': 'No time.' },
      }),
    );
    await add('record an answer, not open', 409, `${page}/answer/contact-school`, { as: 'coordinator' });
    await add('record an answer, of two owners', 400, '/deployments/A0003/answer/arrange-first-meeting', {
      as: 'coordinator',
      form: { round: '1' },
    });
    await db.query("UPDATE deployment_parties SET until = now() WHERE reference = 'A0002' AND role = 'system-leader'");
    await add('record an answer, nobody holds the role', 200, '/deployments/A0002/answer/complete-form', { as: 'coordinator' });
    await add('my own answer', 200, '/deployments/A0004/answer/engage-system-leader', { as: 'coordinator' });
    await add('a shortlist', 200, '/deployments/A0004/shortlist', { as: 'coordinator' });
    await add('a shortlist, nobody in place 1', 400, '/deployments/A0004/shortlist/choose', { as: 'coordinator', form: { round: '1' } });
    await add('a shortlist, out of date', 409, '/deployments/A0004/shortlist/choose', { as: 'coordinator', form: { round: '9' } });
    await add('a shortlist, nobody ticked', 400, '/deployments/A0004/shortlist/consider', { as: 'coordinator', form: {} });
    await add('a shortlist, while nobody is looked for', 200, `${page}/shortlist`, { as: 'region' });
    await add('proposed leaders', 200, '/matching', { as: 'coordinator' });
    await add('proposed leaders, nobody waits', 200, '/matching', { as: 'otto' });
    await add('proposed leaders, no number of days', 400, '/matching?days=many', { as: 'coordinator' });
    await add('proposed leaders, nothing selected', 400, '/matching', { as: 'coordinator', form: { days: '10' } });
    await add('proposed leaders, out of date', 200, '/matching', { as: 'coordinator', form: { days: '10', accept: 'B0006' } });
    await add('places for governance, none known', 200, '/governance-places', { as: 'region' });
    await add('places for governance, with mistakes', 400, '/governance-places', { as: 'alma', form: { places: '-1' } });
    await ask('/governance-places', {
      as: 'alma',
      form: { programme: 'tsi-2022-23', region: 'North West', places: '0', because: 'The letter of October.' },
    });
    await add('places for governance, none left', 200, '/governance-places?done=yes', { as: 'alma' });
    await add('region, no place for governance left', 200, '/region', { as: 'alma' });
    await add('system leaders', 200, '/leaders', { as: 'coordinator' });
    await add('a system leader', 200, '/leaders/gwendolyn-starling', { as: 'coordinator' });
    await add('a system leader, without a profile', 200, '/leaders/zainab-riverton', { as: 'coordinator' });
    await add('a system leader, with mistakes', 400, '/leaders/gwendolyn-starling/profile', {
      as: 'coordinator',
      form: { days_a_term: 'many', 'away_from-day': '31' },
    });
    await add('your e-mails', 200, '/your-e-mails', { as: 'coordinator' });
    await add('your e-mails, with nothing chosen', 400, '/your-e-mails', { as: 'coordinator', form: { digest: 'perhaps' } });
    await add('your e-mails, of somebody who gets no summary', 200, '/your-e-mails', { as: 'alma' });
    await placeDeployment(db, 'D00016', { open: [{ step: 'further-support', dueOn: workingDaysAgo(-15) }] });
    const quieterLink = await quieterLinkOf('D00016');
    await add('fewer e-mails', 200, quieterLink);
    await add('fewer e-mails, without a choice', 422, quieterLink, { form: {} });
    await add('fewer e-mails, stopped', 303, quieterLink, { form: { do: 'stop' }, unseen: true });
    await add('fewer e-mails, until the end of the term', 200, quieterLink);
    await placeDeployment(db, 'D00017', { open: [{ step: 'further-support', dueOn: workingDaysAgo(-15) }], declined: true });
    await add('fewer e-mails of a deployment that has ended', 200, await quieterLinkOf('D00017'));
    const profileToken = services.links.profileTokenFor({ leader: 'gwendolyn-starling', term: 'Spring 2027', email: '' });
    await db.query(
      `INSERT INTO profile_asks (leader, term, kind, email, link_hash, until)
       SELECT id, 'Spring 2027', 'ask', email, $1, current_date + 30 FROM people WHERE id = 'gwendolyn-starling'`,
      [services.links.hashOf(profileToken)],
    );
    const profileLink = `/profile/${profileToken}`;
    await add('a profile to confirm', 200, profileLink);
    await add('a profile to confirm, with mistakes', 400, `${profileLink}/change`, { form: { days_a_term: 'many' } });
    await add('a system leader, nothing declared', 400, '/leaders/gwendolyn-starling/relationships', { as: 'coordinator', form: {} });
    await db.query('UPDATE call_tasks SET closed_at = now() WHERE reference = $1', [reference]);
    await add('today, a call that is no longer needed', 409, action, { as: 'coordinator', form: { outcome: 'no-answer' } });
  }

  async function changing(): Promise<void> {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const as = 'coordinator';
    const of = (kind: string) => `/deployments/${reference}/change/${kind}`;
    const day = (name: string, date: string) => ({ [`${name}-day`]: date, [`${name}-month`]: '10', [`${name}-year`]: '2040' });
    const because = 'The head is ill.';
    for (const kind of ['stop-clock', 'set-pace', 'change-person', 'take-back-answer', 'withdraw']) {
      await add(`change: ${kind}`, 200, of(kind), { as });
    }
    await add('change, everything missing', 400, of('name-deputy'), { as, form: {} });
    await add('correct how to reach somebody', 200, '/contacts/head?back=%2F', { as });
    await add('correct how to reach somebody who signs in', 200, '/contacts/region', { as });
    await add('correct how to reach somebody, with mistakes', 400, '/contacts/head', { as, form: { email: 'x', telephone: 'y' } });
    await add('correct how to reach somebody, check', 200, '/contacts/head', {
      as,
      form: { email: 'head.now@hillside.example', telephone: '' },
    });
    await add('change, not possible now', 409, of('resume-clock'), { as });
    const extension = { step: 'confirm-participation/1', ...day('dueOn', '19'), because };
    await add('change, check, with dates before and after', 200, of('extend'), { as, form: extension });
    const confirmed = { stage: 'confirm', onceAs: crypto.randomUUID() };
    // This change stays possible whatever happens to the clock meanwhile.
    const withdrawal = { end: 'withdrawn', withdrawnBy: 'school', because, ...confirmed };
    slow.push(add('change, the engine is away', 503, of('withdraw'), { as, app: away, form: withdrawal }));
    const stop = { scope: 'whole', category: 'illness', ...day('from', '8'), ...day('expectedEnd', '15'), because };
    await add('change, check, of a clock to stop', 200, of('stop-clock'), { as, form: stop });
    await ask(of('stop-clock'), { as, form: { ...stop, ...confirmed } });
    await add('a deployment whose clock stands', 200, `/deployments/${reference}?changed=stop-clock`, { as });

    const chosen = `of=ticked&deployment=${reference}`;
    for (const kind of ['stop-clock', 'withdraw']) {
      await add(`many, form: ${kind}`, 200, `/many/new?kind=${kind}&${chosen}`, { as });
    }
    await add('many, none chosen', 400, '/many/new?kind=extend&of=ticked', { as });
    const many = { kind: 'withdraw', of: 'ticked', deployment: reference, end: 'withdrawn', withdrawnBy: 'school', because };
    await add('many, everything missing', 400, '/many/new', { as, form: { kind: 'withdraw', of: 'ticked', deployment: reference } });
    const job = String((await ask('/many/new', { as, form: many })).headers.location);
    await add('many, check', 200, job, { as });
    await add('many, check, nothing selected', 400, `${job}/confirm`, { as, form: {} });
    await add('many, of somebody else', 404, job, { as: 'alma' });
    await ask(`${job}/cancel`, { as, form: {} });
    await add('many, cancelled', 200, `${job}?told=cancelled`, { as });
    const impossible = String((await ask('/many/new', { as, form: { ...many, kind: 'reopen' } })).headers.location);
    await add('many, possible nowhere', 200, impossible, { as });
    await add('many, all jobs', 200, '/many', { as });
    await add('many, no job yet', 200, '/many', { as: 'alma' });
    await add('deployments, filtered', 200, '/deployments?late=soon&status=running&authority=990&q=hill', { as });
    await add('deployments, watched', 200, '/deployments?watched=yes&sort=changed&told=unwatched', { as });
    await ask('/views/new', { as, form: { name: 'Late', query: 'late=yes', shared: 'yes' } });
    await add('saved views', 200, '/views?told=deleted', { as });
    await add('saved views, shared by somebody', 200, '/views', { as: 'alma' });
    await add('save a view', 200, '/views/new?query=late%3Dyes', { as });
    await add('save a view, no name', 400, '/views/new', { as, form: { query: 'late=yes' } });

    const work = '/people/coordinator/work';
    const move = { to: 'Otto Other', because };
    await add('all of one person’s work', 200, work, { as });
    await add('all of one person’s work, of other places', 404, work, { as: 'otto' });
    await add('all of one person’s work, everything missing', 400, `${work}/deputy`, { as, form: {} });
    const handOver = await ask(`${work}/move`, { as, form: move });
    await add('all of one person’s work, check', 200, String(handOver.headers.location), { as });
  }

  /** A file of which one row was looked at and another has a mistake. */
  async function underWayJob(): Promise<string> {
    const id = crypto.randomUUID();
    const given = { kind: 'school' as const };
    const words = [{ label: 'File', value: 'deployments.csv' }];
    await makeJob(db, { id, kind: 'take-in', by: 'alma', said: {}, words, programme: 'tsi-2022-23', programmeVersion: 3 }, [
      { target: '990007', name: 'Fellwhistle Primary School', given, state: 'to-check', outcome: null },
      { target: '990002', name: '', given, state: 'not-possible', outcome: 'Line 3, column “Began on”: “soon” is not a date.' },
    ]);
    const letters = [
      { on: '2026-11-25', person: 'alma' },
      { on: '2026-11-26', person: 'alma' },
    ];
    const preview = ['Open: “Provide details to the RDP”, since Monday 2 November 2026, due on Thursday 5 November 2026.'];
    await db.query("UPDATE many_lines SET state = 'possible', commands = $2, preview = $3 WHERE job = $1 AND number = 1", [
      id,
      JSON.stringify(letters),
      JSON.stringify(preview),
    ]);
    return id;
  }

  /** Last, because every page of the process is one of a training copy meanwhile. */
  async function trainingCopy(): Promise<void> {
    const entered = await enterSandbox(db, true, RESERVED_DOMAINS);
    assert.ok(entered.ok, entered.ok ? '' : entered.reason.message);
    const copy = await open({ sandbox: { mailboxUrl: 'http://127.0.0.1:1080' } });
    try {
      await add('training copy, its time not moved', 200, '/sandbox', { as: 'coordinator', app: copy });
      await db.query("UPDATE sandbox SET moved_by = interval '30 days'");
      goAheadBy(30 * 86_400_000);
      await add('training copy, nothing entered', 400, '/sandbox', { as: 'coordinator', app: copy, form: { wish: 'to' } });
      const past = { wish: 'to', 'on-day': '1', 'on-month': '9', 'on-year': '2022', time: '08:00' };
      await add('training copy, a day that is over', 409, '/sandbox', { as: 'coordinator', app: copy, form: past });
      await ask('/sandbox/tour', { as: 'coordinator', app: copy, form: {} });
      await add('training copy, the tour begun', 200, '/sandbox?told=tour', { as: 'coordinator', app: copy });
      await askForMove(db, { id: randomUUID(), kind: 'until-something', by: 'coordinator', toMs: null });
      await db.query(
        "UPDATE time_moves SET waits_for = 'Two letters have not left. Does the mail server reply? Time goes on when it does.', wake_ups = 3",
      );
      await add('training copy, time being moved', 200, '/sandbox', { as: 'coordinator', app: copy });
      await add('training copy, a change while time is moved', 409, '/start', { as: 'coordinator', app: copy, form: {} });
      await db.query(
        "UPDATE time_moves SET asked_at = clock_timestamp() - interval '10 minutes', settled_at = clock_timestamp(), outcome = 'It is Monday.', waits_for = NULL",
      );
      await db.query(
        "UPDATE messages SET accepted_at = clock_timestamp() - interval '1 minute' WHERE key IN (SELECT key FROM messages WHERE state = 'accepted' LIMIT 9)",
      );
      await add('training copy, time moved', 200, '/sandbox?told=moved', { as: 'coordinator', app: copy });
      await add('service, of a training copy', 200, '/service', { as: 'alma', app: copy });
      await add('help, of a training copy', 200, '/help', { app: copy });
    } finally {
      goAheadBy(0);
      await copy.close();
    }
  }

  async function starting(): Promise<void> {
    await add('start', 200, '/start', { as: 'alma' });
    await add('start, found', 200, '/start?q=school', { as: 'alma' });
    await add('start, nothing found', 200, '/start?q=zzz', { as: 'alma' });
    await add('start, nothing entered', 200, '/start?chosen=yes', { as: 'alma' });
    await add('start, nothing chosen', 200, '/start?q=hill&chosen=yes', { as: 'alma' });
    await add('start, running already', 200, '/start?subject=school:990901&programme=tsi-2022-23', { as: 'alma' });
    await add('start, a school without people', 200, '/start?subject=school:990801&programme=tsi-2022-23', { as: 'alma' });
    await add('start, refused', 409, '/start', { as: 'alma', form: { subject: 'school:990801', programme: 'tsi-2022-23' } });
    await add('start from a list', 200, '/many/start', { as: 'alma' });
    await add('start from a list, nothing entered', 400, '/many/start', { as: 'alma', form: {} });
    await add('start from a list, with questions', 200, '/many/start', { as: 'alma', form: { programme: 'tsi-2022-23', urns: '990004' } });
    await add('import what is under way', 200, '/many/under-way', { as: 'alma' });
    await add('import what is under way, with its columns', 200, '/many/under-way?programme=tsi-2022-23', { as: 'alma' });
    await add('import what is under way, nothing entered', 400, '/many/under-way', { as: 'alma', form: {} });
    await add('import what is under way, check', 200, `/many/${await underWayJob()}`, { as: 'alma' });
    await add('eligible', 200, '/eligible', { as: 'alma' });
    await add('eligible, none there', 200, '/eligible?on=2022-09-02&region=London&q=zzz', { as: 'alma' });
    await add('eligible, those who are not and why', 200, '/eligible?on=2022-11-28&because=not', { as: 'alma' });
    await add('eligible, outside the offer', 400, '/eligible?on=2030-01-01', { as: 'alma' });
    await add('eligible, no rule', 200, '/eligible?programme=nowhere', { as: 'pola' });
    await add('eligible, to start', 200, '/eligible/start?on=2022-11-28', { as: 'alma' });
    await add('eligible, to start, with questions', 200, '/eligible/start?programme=si-2019-20&on=2019-10-07', { as: 'alma' });
    await add('eligible, to start, none chosen', 422, '/eligible/start?on=2022-11-28', { as: 'alma', form: {} });
    // A day for which term dates are known, whenever the test runs.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-25T10:00:00Z') });
    await add('start, the plan', 200, '/start?subject=school:990001&programme=tsi-2022-23', { as: 'alma' });
    vi.useRealTimers();
    const form = { subject: 'school:990001', programme: 'tsi-2022-23' };
    slow.push(
      add('start, no worker', 202, '/start', { as: 'alma', form, app: workerless }),
      add('start, the engine is away', 503, '/start', { as: 'alma', form: { ...form, subject: 'school:990002' }, app: away }),
    );
  }

  async function looking(): Promise<void> {
    for (let number = 1; number <= 55; number += 1) {
      await placeDeployment(db, `L${String(number).padStart(4, '0')}`, {
        urn: '990801',
        open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(8) }],
        called: { step: 'confirm-participation', to: 'rdp', daysAgo: 3 },
      });
    }
    await placeDeployment(db, 'L0056', {
      urn: '990801',
      open: [{ step: 'approve-match', dueOn: workingDaysAgo(2) }],
      escalated: { step: 'approve-match', to: 'regional-senior', daysAgo: 2 },
    });
    await add('today, more than a page', 200, '/', { as: 'lola' });
    await add('deployments', 200, '/deployments', { as: 'alma' });
    await add('deployments, the second page', 200, '/deployments?page=2', { as: 'alma' });
    await add('deployments, filtered', 200, '/deployments?late=yes&sort=late&region=London&court=school', { as: 'alma' });
    await add('deployments, nothing found', 200, '/deployments?q=zzz', { as: 'alma' });
    await add('deployments, none', 200, '/deployments', { as: 'otto' });
    await add('region', 200, '/region', { as: 'region' });
    await add('region, all of them', 200, '/region', { as: 'alma' });
    await add('figures', 200, '/charts?weeks=8', { as: 'alma' });
    await add('a forecast', 200, '/deployments/A0001/forecast', { as: 'alma' });
    await add('timeliness', 200, '/timeliness?by=role', { as: 'alma' });
    await add('measures', 200, '/measures', { as: 'alma' });
    await add('a measure', 200, '/measures/M2?by=region', { as: 'alma' });
    await add('a measure that nobody keeps', 200, '/measures/M24', { as: 'alma' });
    await add('a measure on a day that is none', 400, '/measures/M2?asOf=soon', { as: 'alma' });
    await add('the monthly return', 200, '/returns', { as: 'alma' });
    await add('the monthly return, of a day that is none', 400, '/returns?asOf=soon', { as: 'alma' });
    await add('forms', 200, '/returns/forms?programme=tsi-2022-23', { as: 'alma' });
    await add('forms, of a day that is none', 400, '/returns/forms?asOf=soon', { as: 'alma' });
    await add('no such measure', 404, '/measures/M99', { as: 'alma' });
    await add('the wallboard', 200, '/region/wallboard', { as: 'region' });
    await add('the wallboard, of one region, that stands still', 200, '/region/wallboard?region=London&refresh=no', { as: 'alma' });
    await db.query("UPDATE person_roles SET region = 'South West' WHERE person = 'region'");
    await add('the wallboard, nothing', 200, '/region/wallboard', { as: 'region' });
    await add('figures, nothing', 200, '/charts', { as: 'region' });
    await add('the monthly return, nothing', 200, '/returns', { as: 'region' });
    await add('forms, nothing', 200, '/returns/forms', { as: 'region' });
    await add('timeliness, nothing', 200, '/timeliness', { as: 'region' });
    await add('region, nothing', 200, '/region', { as: 'region' });
    await add('programmes', 200, '/programmes', { as: 'pola' });
    await add('a programme', 200, '/programmes/tsi-2022-23', { as: 'pola' });
    for (const [step, kind] of [
      ['confirm-participation', 'request'],
      ['confirm-participation', 'call'],
      ['complete-form', 'request'],
    ] as const) {
      await add(`the preview of a letter: ${step}, ${kind}`, 200, `/programmes/tsi-2022-23/preview/${step}/${kind}`, { as: 'pola' });
    }
    await add('help', 200, '/help');
    await add('accessibility', 200, '/accessibility', { as: 'alma' });
    await add('privacy', 200, '/privacy');
    await add('cookies', 200, '/cookies');
    await add('dates', 200, '/dates');
    await add('dates, with faults', 400, '/dates?from-day=&unit=weeks&count=');
    await add('dates, worked out', 200, '/dates?from-day=12&from-month=12&from-year=2022&unit=school+days&count=10&authority=373');
    await add('schools', 200, '/schools', { as: 'alma' });
    await add('schools, found', 200, '/schools?q=school', { as: 'alma' });
    await add('schools, nothing found', 200, '/schools?q=zzz', { as: 'alma' });
    await add('a school, with much to show', 200, '/schools/990801', { as: 'alma' });
    await add('a school of the sample', 200, '/schools/990001', { as: 'alma' });
    await add('a trust', 200, '/trusts/99003', { as: 'alma' });
    await add('import people', 200, '/people/import', { as: 'alma' });
    await add('import the register', 200, '/schools/import', { as: 'alma' });
    await add('import people, a file that is gone', 409, '/people/import/carry-out', { as: 'alma', form: { file: '1', hash: 'x' } });
    const looked = {
      read: 3,
      inserted: 1,
      updated: 1,
      unchanged: 0,
      rejected: 1,
      encoding: 'utf-8',
      ended: [],
      findings: [],
      findingCount: 0,
    };
    const kept = await keepImportFile(
      db,
      {
        kind: 'people',
        name: 'people-of-the-delivery-partner-of-the-north-west-in-november.csv',
        hash: 'f'.repeat(64),
        content: Buffer.from('id,name,email,role\nnils,Nils New,nils@delivery.example,read-only\nbad,Bad,no address,read-only\n'),
        by: 'alma',
      },
      looked,
    );
    const file = { file: kept, hash: 'f'.repeat(64) };
    await add('import people, check, of what changed since', 409, '/people/import/carry-out', { as: 'alma', form: file });
    await add('import people, done', 200, '/people/import/carry-out', { as: 'alma', form: file });
    await add('people', 200, '/people', { as: 'alma' });
    await add('people, nobody found', 200, '/people?q=zzz', { as: 'alma' });
    await add('people, add', 200, '/people/add', { as: 'alma' });
    await add('people, add, with faults', 400, '/people/add', {
      as: 'alma',
      form: { name: '', email: 'x', telephone: 'y', role: 'school' },
    });
    const sarah = { name: 'Sarah Bouette', email: 'sarah@delivery.example', role: 'rdp', region: 'North West' };
    await add('people, add, check', 200, '/people/add', { as: 'alma', form: sarah });
    await ask('/people/add', { as: 'alma', form: { ...sarah, stage: 'confirm', seen: '' } });
    await add('a person, added', 200, '/people/sarah-bouette?saved=added', { as: 'alma' });
    await add('a person', 200, '/people/coordinator', { as: 'alma' });
    await add('closed days of a school', 200, '/closed-days/1', { as: 'alma' });
    await add('closed days of a school, refused without a reason', 400, '/closed-days/1/refuse', { as: 'alma', form: {} });
    await ask('/closed-days/2/refuse', { as: 'alma', form: { because: 'That is a day of the trust, which tells us its own.' } });
    await add('closed days of a school, refused', 200, '/closed-days/2?done=refused', { as: 'alma' });
    await add('today, with closed days', 200, '/', { as: 'alma' });
    await add('a school, with closed days', 200, '/schools/990901', { as: 'alma' });
    await add('a person, merge', 200, '/people/coordinator/merge', { as: 'alma' });
    await add('a person, merge, everything missing', 400, '/people/coordinator/merge', { as: 'alma', form: {} });
    const twice = { other: 'Otto Other', because: 'She married in the summer, and her school gave her a new address.' };
    await add('a person, merge, which details', 200, '/people/coordinator/merge', { as: 'alma', form: twice });
    await add('a person, merge, no details chosen', 400, '/people/coordinator/merge', { as: 'alma', form: { ...twice, stage: 'details' } });
    await add('a person, merge, check', 200, '/people/coordinator/merge', {
      as: 'alma',
      form: { ...twice, name: 'kept', email: 'merged' },
    });
    await ask('/people/add', {
      as: 'alma',
      form: { name: 'Sarah Bouette-Hill', email: 'sarah@trust.example', stage: 'confirm', seen: '' },
    });
    const stays = { name: 'merged', email: 'merged', telephone: 'kept', jobTitle: 'kept' } as const;
    const because = 'She married in the summer, and her school gave her a new address.';
    await mergePeople(db, { kept: 'sarah-bouette', merged: 'sarah-bouette-hill', stays, because, by: 'alma' }, false);
    await add('a person, merged', 200, '/people/sarah-bouette?saved=merged', { as: 'alma' });
    await add('a person, whose entry is gone', 200, '/people/sarah-bouette-hill', { as: 'alma' });
    await add('a person, end', 200, '/people/coordinator/end', { as: 'alma' });
    await add('a person, end, with work', 409, '/people/coordinator/end', { as: 'alma', form: {} });
    await add('a person, end, check', 200, '/people/pola/end', { as: 'alma', form: {} });
    await add('a person, change', 200, '/people/coordinator/edit', { as: 'alma' });
    await add('a person, change, check', 200, '/people/coordinator/edit', {
      as: 'alma',
      form: { name: 'Cora Coordinator', email: 'cora.the.first@delivery-partner-of-the-north-west.example' },
    });
    await add('service', 200, '/service', { as: 'alma' });
    slow.push(add('service, the engine is away', 200, '/service', { as: 'alma', app: away }));
  }
}
