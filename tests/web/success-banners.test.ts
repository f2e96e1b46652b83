import { changeDeployment } from '../../desk/change-deployment.ts';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { readIncoming } from '../../inbox/read-incoming.ts';
import { keepIncoming } from '../../postgres/desk/keep-incoming.ts';
import { importSample } from '../../register/import-sample.ts';
import { PAGES } from '../../web/app.ts';
import { common, email, HEAD, PLAIN } from '../kit/incoming/build.ts';
import { cumbriaFeed } from '../calendars/calendar-world.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff, silentSchool } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';
import { codeEverything, insertCoders, placeResponses } from '../surveys/place-people.ts';
import { INTERVIEW, placeSurveyOffer, surveyWanted } from './states-of-surveys.ts';

const EVERYWHERE = { where: 'all', because: 'The guidance of May.' };
/** What is sent changes nothing that lasts: the page that comes back is what was asked for. */
const ONLY_ASKS = [
  '/rehearse',
  '/programmes/:id/edit/rehearse',
  // A draft: the page that comes back is the draft with what the checker finds, and a script reads the answer to a save.
  '/programmes/:id/edit',
  '/programmes/:id/edit/save',
  '/programmes/publish/check',
  '/calendars/check',
  '/a/:token/check',
  '/a/:token/change',
  '/sign-in',
  '/eligible/start',
  '/survey-waves/check',
  '/many/new',
  '/people/:id/work/:kind',
  '/many/start',
  '/many/under-way',
  '/post/pause',
  '/post/pauses/:job/end',
  '/people/import/check',
  '/schools/import/check',
];
/** The page that follows is itself the word that it was done: signed in, signed out, sent on to where it was meant for, deleted. */
const OF_A_SESSION = ['/sign-in/:token', '/sign-out', '/sign-out-everywhere', '/kept-forms/:id', '/kept-forms/:id/delete'];
/** Pages behind the link in a letter: a page of its own says what was done, without a banner. */
const BY_LINK = [
  '/a/:token/answer',
  '/a/:token/draft',
  '/a/:token/not-me',
  '/a/:token/closed-days',
  '/a/:token/problem',
  '/a/:token/promise',
  '/a/:token/more-time',
  '/a/:token/pass-on',
  '/a/:token/calendar',
  '/a/:token/take-on',
  '/a/:token/hand-over',
  '/a/:token/send-back',
  '/a/:token/mine/send',
  '/quieter/:token',
  '/profile/:token/confirm',
  '/profile/:token/change',
  '/survey/:token',
  '/survey/:token/:page',
  '/survey/:token/check',
  '/survey/:token/opt-out',
  '/survey/:token/not-me',
];

describe('after every change on a page of the staff', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  let alma: Desk;
  /** A deployment of a school in Cumbria, whose dates are not known at first. */
  let started = '';
  const posts: string[] = [];
  const driven: string[] = [];
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    await importSample(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    const collect = (pages: FastifyInstance) =>
      void pages.addHook('onRoute', ({ method, url }) => {
        if ([method].flat().includes('POST')) posts.push(url);
      });
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await guardedApp(services, collect, ...PAGES);
    [cora, alma] = [await deskOf(world.db, app, 'coordinator'), await deskOf(world.db, app, 'alma')];
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  /** Sends a form of a route, and insists on a banner on the page to which it leads. Returns that page. */
  async function told(desk: Desk, route: string, url: string, form: Record<string, string>, words: RegExp): Promise<string> {
    driven.push(route);
    const { status, text, location } = await desk.post(url, form);
    assert.ok(status === 303 || status === 200, `${url}: ${status} ${text}`);
    const page = status === 303 ? (await desk.get(location)).text : text;
    const banner = /govuk-notification-banner--success[\s\S]*?<\/div> <\/div>/.exec(page)?.[0] ?? '';
    assert.match(banner.replaceAll(/<[^>]+>/g, ' '), words, `after ${url}`);
    return page;
  }
  const hiddenIn = (text: string): Record<string, string> =>
    Object.fromEntries(
      [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
        name,
        value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
      ]),
    );
  const confirmed = async (desk: Desk, url: string, form: Record<string, string>) => {
    const { text } = await desk.post(url, form);
    const { csrf, ...carried } = hiddenIn(text);
    assert.ok(csrf);
    return { ...carried, stage: 'confirm' };
  };

  it('a banner says that a deployment is started', async () => {
    const page = await told(
      alma,
      '/start',
      '/start',
      { subject: 'school:990007', programme: 'tsi-2022-23' },
      /The deployment is started\./,
    );
    started = /\bD\d{5}\b/.exec(page)?.[0] ?? '';
  });

  it('a banner says how many deployments of those who are eligible are started', async () => {
    const job = (await alma.post('/eligible/start?programme=tsi-2022-23&on=2022-11-28', { subject: 'school:990002' })).location;
    await told(alma, '/many/:id/confirm', `${job}/confirm`, { line: '1' }, /1 of 1 deployment is started\./);
  });

  it('a banner says that a call, an answer, a change and a change of all work are recorded', async () => {
    const reference = await silentSchool(world, '2040-10-18 12:00');
    const { rows } = await world.db.query<{ rung: string }>('SELECT rung FROM call_tasks WHERE reference = $1 AND closed_at IS NULL', [
      reference,
    ]);
    const call = `/calls/${reference}/confirm-participation/1/${rows[0]?.rung}`;
    await told(cora, '/calls/:reference/:step/:round/:rung', call, { outcome: 'no-answer' }, /Recorded: no answer/);
    const page = `/deployments/${reference}`;
    await told(cora, '/deployments/:reference/notes', `${page}/notes`, { words: 'Before noon only.' }, /The note is kept\./);
    const draft = { round: '1', answer: 'declines', 'declines-reason': 'No time.' };
    const begun = `${page}/answer/confirm-participation/draft`;
    await told(cora, '/deployments/:reference/answer/:step/draft', begun, draft, /What you wrote is kept\. It has not been recorded\./);
    const { rows: problems } = await world.db.query<{ id: string }>(
      `INSERT INTO problems (once_as, reference, step, round, role, person, words, at)
       VALUES (gen_random_uuid(), $1, 'confirm-participation', 1, 'school', 'head', 'The roof is off.', now()) RETURNING id`,
      [reference],
    );
    const dealt = { words: 'We meet in the church hall.' };
    await told(cora, '/problems/:id', `/problems/${problems[0]?.id ?? ''}`, dealt, /It is recorded how this problem was dealt with\./);
    const raw = email({ ...common(`Harry Head <${HEAD}>`, 'Our plan', 'banner-1'), ...PLAIN }, 'Here is what we think.');
    await keepIncoming(world.application, await readIncoming(raw, Date.now()), { via: 'pipe' });
    const { rows: replies } = await world.db.query<{ id: string }>('SELECT id FROM incoming');
    await told(cora, '/replies/:id', `/replies/${replies[0]?.id ?? ''}`, {}, /This reply is no longer on Today\./);
    const { rows: prints } = await world.db.query<{ id: string }>(
      "INSERT INTO voices (letter, voice) SELECT key, 'print' FROM messages WHERE reference = $1 AND kind = 'request' LIMIT 1 RETURNING id",
      [reference],
    );
    await told(
      cora,
      '/letters-to-print/:id',
      `/letters-to-print/${prints[0]?.id ?? ''}`,
      {},
      /It is recorded that you have posted this letter\./,
    );
    const pace = await confirmed(cora, `${page}/change/chase-now`, { step: 'confirm-participation/1' });
    const moved = await told(cora, '/deployments/:reference/change/:kind', `${page}/change/chase-now`, pace, /\S/);
    assert.match(moved, /Time was moved on for this deployment, to try things out\. Its date is Thursday 18 October 2040/);
    await told(
      cora,
      '/deployments/:reference/answer/:step',
      `${page}/answer/confirm-participation`,
      { owner: 'head', round: '1', answer: 'accepts' },
      /The answer to “Confirm participation” is recorded/,
    );
  });

  it('a banner says that what somebody asked for is decided', async () => {
    const reference = await silentSchool(world, '2040-10-10 12:00');
    const request = { step: 'confirm-participation', round: 1, by: 'head', onBehalfOf: null, via: 'link', dueOn: '2040-10-19' } as const;
    const desk = { db: world.db, client: world.client };
    const asked = await changeDeployment(desk, reference, { kind: 'ask-for-time', ...request, because: 'A governor is away.' });
    assert.ok(asked.ok, asked.ok ? '' : asked.reason.message);
    const no = { decision: 'refuse', because: 'The visit is booked.' };
    const time = `/deployments/${reference}/more-time/confirm-participation/1`;
    await told(cora, '/deployments/:reference/more-time/:step/:round', time, no, /You have refused more time\./);
    const { rows } = await world.db.query<{ id: string }>(
      `INSERT INTO pass_ons (reference, step, round, role, person, name, email, job, asked_at)
       VALUES ($1, 'confirm-participation', 1, 'school', 'head', 'Nora Newcome', 'nora@hillside.example', '', now()) RETURNING id`,
      [reference],
    );
    const passOn = `/deployments/${reference}/pass-on/${rows[0]?.id ?? ''}`;
    await told(cora, '/deployments/:reference/pass-on/:id', passOn, no, /The same person is asked as before/);
  });

  it('a banner says how many of many are done, that the rest is cancelled, that a view is saved or deleted, and what is watched', async () => {
    const reference = await silentSchool(world, '2040-10-18 12:00');
    const form = { kind: 'change-person', of: 'ticked', deployment: reference, to: 'otto@delivery.example', because: 'A new area.' };
    const job = (await cora.post('/many/new', form)).location;
    await told(cora, '/many/:id/confirm', `${job}/confirm`, { line: '1' }, /1 of 1 deployment is handed over\./);
    const other = (await cora.post('/many/new', { ...form, to: 'Rosa Region' })).location;
    await told(cora, '/many/:id/cancel', `${other}/cancel`, {}, /It is cancelled\. Nothing was changed\./);
    const page = `/deployments/${reference}`;
    await told(cora, '/deployments/:reference/watch', `${page}/watch`, {}, /You watch this deployment from now on\./);
    await told(cora, '/deployments/:reference/unwatch', `${page}/unwatch`, { from: 'list' }, /You no longer watch the deployment\./);
    await told(cora, '/views/new', '/views/new', { name: 'Late', query: 'late=yes' }, /The view is saved\./);
    const { rows } = await world.db.query<{ id: string }>('SELECT id FROM saved_views');
    await told(cora, '/views/:id/delete', `/views/${rows[0]?.id}/delete`, {}, /The view is deleted\./);
  });

  it('a banner says that leaders are considered and chosen, and that what is known of one is changed', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    for (const [step, answer] of [
      ['contact-school', 'contacted'],
      ['confirm-participation', 'accepts'],
      ['provide-details', 'provided'],
    ] as const) {
      await world.answer(reference, step, answer);
      await world.postIsDone();
    }
    const leader = '/leaders/gwendolyn-starling';
    const declared = { subject: '990001', what: 'worked with them', effect: 'favours' };
    await told(cora, '/leaders/:id/relationships', `${leader}/relationships`, declared, /The relationship is declared\./);
    const profile = {
      'trained_on-day': '14',
      'trained_on-month': '9',
      'trained_on-year': '2022',
      days_a_term: '9',
      because: 'She told me.',
    };
    await told(cora, '/leaders/:id/profile', `${leader}/profile`, profile, /The profile is changed\./);
    const [route, url] = ['/deployments/:reference/shortlist', `/deployments/${reference}/shortlist`];
    await told(cora, `${route}/consider`, `${url}/consider`, { consider: 'gwendolyn-starling' }, /One system leader is told/);
    const answered = { 'contacted-capacity': 'ten-days', 'contacted-conflict': 'none' };
    const choice = { round: '1', 'place-gwendolyn-starling': '1', days: '10', because: 'Nearest.', ...answered };
    await told(cora, `${route}/choose`, `${url}/choose`, choice, /The answer to “Contact a system leader” is recorded/);
    // The system leader declines, so that somebody else is looked for.
    await world.postIsDone();
    await world.answer(reference, 'confirm-ability', 'no', { fields: { reasons: 'time-or-capacity', reason: 'No capacity.' } });
    await world.postIsDone();
    const { text } = await cora.get('/matching?days=1');
    const kind = /name="(tsi-2022-23-\d+-)contacted-capacity"/.exec(text)?.[1] ?? assert.fail(text);
    const accepted = {
      ...hiddenIn(text),
      accept: reference,
      [`${kind}contacted-capacity`]: 'to-say',
      [`${kind}contacted-conflict`]: 'to-say',
    };
    await told(cora, '/matching', '/matching', accepted, /1 system leader is asked by e-mail\./);
  });

  it('a banner says that the places for National Leaders of Governance are changed', async () => {
    const form = { programme: 'tsi-2022-23', region: 'North West', places: '5', because: 'The letter of October.' };
    await told(alma, '/governance-places', '/governance-places', form, /The number of places is changed\./);
  });

  it('a banner says that an escalation is handed over, sent back and taken on', async () => {
    const reference = await silentSchool(world, '2040-10-29 12:00');
    const address = `/deployments/${reference}/escalations/confirm-participation/1`;
    const route = '/deployments/:reference/escalations/:step/:round';
    const by = { 'by-day': '7', 'by-month': '11', 'by-year': '2040', words: 'I telephone.' };
    const rosa = await deskOf(world.db, app, 'region');
    await told(rosa, `${route}/take-on`, `${address}/take-on`, { ...by, onBehalfOf: 'region' }, /The escalation is taken on\./);
    await told(
      rosa,
      `${route}/hand-over`,
      `${address}/hand-over`,
      { to: 'senior', because: 'Her school.', onBehalfOf: 'region' },
      /The escalation is handed over\./,
    );
    await told(
      rosa,
      `${route}/send-back`,
      `${address}/send-back`,
      { because: 'The head answered.', onBehalfOf: 'senior' },
      /The escalation is sent back to the coordinator\./,
    );
  });

  it('a banner says that dates are kept, that deployments are counted on them, and that a programme is published', async () => {
    const feed = { what: 'file', name: 'cumbria.ics', authority: '909', text: cumbriaFeed() };
    const { csrf, ...kept } = hiddenIn((await alma.post('/calendars/check', feed)).text);
    assert.ok(csrf);
    // The page was read with its line ends as blanks.
    await told(alma, '/calendars/keep', '/calendars/keep', { ...kept, text: feed.text }, /Kept as version 1 of the calendars\./);
    assert.doesNotMatch((await alma.get('/calendars/impact')).text, /notification-banner--success/);
    const adoption = { version: '1', reference: started, because: 'Cumbria published its dates.' };
    await told(alma, '/calendars/adopt', '/calendars/adopt', adoption, /1 deployment is counted on the newest dates\./);
    const look = await alma.post('/programmes/publish/check', { text: SMALL_PROGRAMME });
    const { csrf: _, ...publish } = hiddenIn(look.text);
    await told(
      alma,
      '/programmes/publish',
      '/programmes/publish',
      { ...publish, ...EVERYWHERE, text: SMALL_PROGRAMME },
      /Version 1 is published\./,
    );
  });

  it('a banner says that a pilot is widened, a version withdrawn, and a draft begun and discarded', async () => {
    const second = SMALL_PROGRAMME.replace('version: 1', 'version: 2');
    const pilot = { text: second, after: '1', where: 'some', region: 'London', because: 'Tried first.' };
    await told(alma, '/programmes/publish', '/programmes/publish', pilot, /New deployments in London begin with it/);
    const version = '/programmes/small/versions/2';
    await told(alma, '/programmes/:id/versions/:version/widen', `${version}/widen`, EVERYWHERE, /The pilot is widened\./);
    await told(alma, '/programmes/:id/versions/:version/withdraw', `${version}/withdraw`, { because: 'It is wrong.' }, /is withdrawn\./);
    await told(alma, '/programmes/:id/edit/start', '/programmes/small/edit/start', { version: '2' }, /Your draft begins with the text/);
    await told(alma, '/programmes/:id/edit/discard', '/programmes/small/edit/discard', {}, /Your draft is discarded\./);
  });

  it('a banner says that sessions are ended, one’s own and somebody else’s', async () => {
    const elsewhere = await deskOf(world.db, app, 'alma');
    const { rows } = await world.db.query<{ id: string }>("SELECT id FROM sessions WHERE person = 'alma' ORDER BY made_at DESC LIMIT 1");
    await told(alma, '/sessions/:id/end', `/sessions/${rows[0]?.id}/end`, {}, /\S/);
    assert.notEqual((await elsewhere.get('/')).status, 200);
    await deskOf(world.db, app, 'alma');
    await told(alma, '/sessions/end-others', '/sessions/end-others', {}, /\S/);
    await told(
      alma,
      '/people/:id/sessions/end',
      '/people/region/sessions/end',
      { because: 'Lost a laptop.' },
      /is signed out in every browser/,
    );
  });

  it('a banner says that a person is added, and that one is changed', async () => {
    const added = await confirmed(alma, '/people/add', { name: 'Nora New', email: 'nora@delivery.example' });
    await told(alma, '/people/add', '/people/add', added, /Nora New is added\./);
    const changed = await confirmed(alma, '/people/nora-new/edit', { name: 'Nora New', email: 'nora@delivery.example', jobTitle: 'Lead' });
    await told(alma, '/people/:id/edit', '/people/nora-new/edit', changed, /The change is saved\./);
    await confirmed(alma, '/people/add', { name: 'Nora Newer', email: 'nora@trust.example' }).then((twice) =>
      alma.post('/people/add', twice),
    );
    const both = { other: 'nora@trust.example', because: 'She says so.', name: 'kept', email: 'kept' };
    const merged = await confirmed(alma, '/people/nora-new/merge', both);
    await told(alma, '/people/:id/merge', '/people/nora-new/merge', merged, /The two entries are one now\./);
    const ended = await confirmed(alma, '/people/nora-new/end', {});
    await told(alma, '/people/:id/end', '/people/nora-new/end', ended, /The roles of Nora New have ended\./);
  });

  it('a banner says that closed days of a school are accepted, or refused', async () => {
    await world.db.query(
      `INSERT INTO closed_days (reference, urn, days, name, person)
       SELECT $1, urn, ARRAY[day]::date[], 'INSET day', 'head' FROM deployments, unnest(ARRAY['2027-01-18', '2027-01-19']) day WHERE reference = $1`,
      [started],
    );
    const { csrf: _, ...accept } = hiddenIn((await alma.get('/closed-days/1')).text);
    await told(alma, '/closed-days/:id/accept', '/closed-days/1/accept', accept, /The days are noted, and whoever entered them is told\./);
    await told(
      alma,
      '/closed-days/:id/refuse',
      '/closed-days/2/refuse',
      { because: 'x' },
      /The days are refused, and whoever entered them is told\./,
    );
  });

  it('a banner says that an address is corrected', async () => {
    const url = '/contacts/head?back=%2F';
    const corrected = await confirmed(cora, url, { email: 'head.now@hillside.example', telephone: '01632 960123' });
    await told(cora, '/contacts/:id', url, corrected, /The change is saved\./);
  });

  it('a banner says that a calendar address is made, renewed and ended', async () => {
    await told(cora, '/your-calendar', '/your-calendar', { do: 'make' }, /You have a calendar address\./);
    await told(cora, '/your-calendar', '/your-calendar', { do: 'renew' }, /You have a new calendar address\. The old one has ended\./);
    await told(cora, '/your-calendar', '/your-calendar', { do: 'end' }, /Your calendar address has ended\./);
  });

  it('a banner says that what somebody wants of their e-mails is saved', async () => {
    await told(cora, '/your-e-mails', '/your-e-mails', { digest: 'no', timing: 'daily' }, /Your choice is saved\./);
  });

  it('a banner says that the e-mails of a day are limited', async () => {
    await told(alma, '/post/limit', '/post/limit', { most: '10', because: 'A test.' }, /The limit is saved\./);
  });

  it('a banner says that a survey is made, and that it is called off', async () => {
    await placeSurveyOffer(world.db);
    await told(alma, '/survey-waves', '/survey-waves', { ...surveyWanted().wanted }, /The survey is made\./);
    const { rows } = await world.db.query<{ id: number }>('SELECT max(id)::int AS id FROM survey_waves');
    const callOff = `/survey-waves/${rows[0]?.id}/call-off`;
    await told(alma, '/survey-waves/:wave/call-off', callOff, { because: 'The date was wrong.' }, /The survey is called off\./);
  });

  it('a banner says that a coding has begun, what is saved of each answer, and that one has finished', async () => {
    const { db } = world;
    const { rows: waves } = await db.query<{ id: number }>('SELECT max(id)::int AS id FROM survey_waves');
    const wave = waves[0]?.id ?? 0;
    await placeResponses(db, wave, 10);
    await insertCoders(db);
    const coder = await deskOf(db, app, 'codes-one');
    const wanted = { question: 'O1', frame: 'own', codes: 'time: Time to think', first: 'codes-one', second: 'codes-two' };
    await told(coder, '/survey-waves/:wave/coding', `/survey-waves/${wave}/coding`, wanted, /The coding has begun\./);
    const { rows } = await db.query<{ id: number }>('SELECT max(id)::int AS id FROM survey_codings');
    const id = rows[0]?.id ?? 0;
    const coding = `/survey-coding/${id}`;
    await told(coder, '/survey-coding/:coding/mine', `${coding}/mine`, { answer: '1', codes: 'time' }, /Answer 1 is saved\./);
    await codeEverything(db, id, 'codes-one', 2);
    await codeEverything(db, id, 'codes-two', 3);
    await told(coder, '/survey-coding/:coding/finish', `${coding}/finish`, {}, /You have finished coding\./);
    await db.query('UPDATE survey_coders SET finished_at = clock_timestamp() WHERE coding = $1', [id]);
    await told(coder, '/survey-coding/:coding/differences', `${coding}/differences`, { answer: '2', codes: 'none' }, /Answer 2 is saved\./);
    await told(coder, '/survey-coding/:coding/quotes', `${coding}/quotes`, { answer: '1', may: 'no' }, /Answer 1 is saved\./);
  });

  it('a banner says that an interview has begun, that its answers are saved, and that it is finished', async () => {
    const policy = await deskOf(world.db, app, 'codes-one');
    await told(policy, '/interviews/new/:schedule', '/interviews/new/si-2019-20-engaged', INTERVIEW, /The interview has begun\./);
    const section = '/interviews/1/sections/background';
    await told(policy, '/interviews/:interview/sections/:section', section, { 'q3-options': 'obliged' }, /The answers are saved\./);
    await told(policy, '/interviews/:interview/finish', '/interviews/1/finish', {}, /The interview is finished\./);
  });

  it('a banner says that e-mails are held, and that they are released', async () => {
    await told(alma, '/post/hold', '/post/hold', { what: 'service:', because: 'A test.' }, /The e-mails are on hold\./);
    const { rows } = await world.db.query<{ id: number }>('SELECT max(id)::int AS id FROM post_holds');
    const release = `/post/holds/${rows[0]?.id}/release`;
    await told(alma, '/post/holds/:id/release', release, { because: 'It is over.' }, /The e-mails are released\./);
  });

  it('a banner says that a file of people is imported', async () => {
    const form = new FormData();
    form.set('csrf', /name="csrf" value="([^"]+)"/.exec((await alma.get('/people/import')).text)?.[1] ?? '');
    form.set('file', new Blob(['id,name,email,role\nnils,Nils New,nils@delivery.example,read-only\n']), 'people.csv');
    const request = new Request('http://x.example', { method: 'POST', body: form });
    const payload = Buffer.from(await request.arrayBuffer());
    const headers = { 'content-type': String(request.headers.get('content-type')), 'content-length': String(payload.length) };
    const looked = await app.inject({ method: 'POST', url: '/people/import/check', cookies: alma.cookies, headers, payload });
    const { csrf: _, ...kept } = hiddenIn(looked.body.replaceAll(/\s+/g, ' '));
    await told(alma, '/people/import/carry-out', '/people/import/carry-out', kept, /people\.csv is imported\./);
    // That of the register shares the page and its route: driven in tests/web/imports.test.ts.
    driven.push('/schools/import/carry-out');
  });

  it('a banner says that something is proposed, declined, and approved by a second person', async () => {
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    const careful = await guardedApp({ ...services, secondPerson: { programmes: true, calendars: true } }, ...PAGES);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('abe', 'Abe Admin', 'abe@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('abe', 'administrator', '', '')");
    const [one, other] = [await deskOf(world.db, careful, 'alma'), await deskOf(world.db, careful, 'abe')];
    const text = (version: number) => SMALL_PROGRAMME.replace('version: 1', `version: ${version}`);
    const propose = async (version: number) => {
      const { csrf: _, ...publish } = hiddenIn((await one.post('/programmes/publish/check', { text: text(version) })).text);
      const form = { ...publish, ...EVERYWHERE, text: text(version) };
      await told(one, '/programmes/publish', '/programmes/publish', form, /It is proposed\. Somebody else has to approve it\./);
      const { rows } = await world.db.query<{ number: string }>('SELECT max(id) AS number FROM proposals');
      return `/programmes/proposals/${rows[0]?.number}`;
    };
    const first = await propose(3);
    await told(other, '/programmes/proposals/:number/decline', `${first}/decline`, { because: 'A step lacks.' }, /It is declined\./);
    const second = await propose(4);
    await told(other, '/programmes/proposals/:number/approve', `${second}/approve`, {}, /Version 4 is published\./);
    // Those of calendars share the page and its route: driven in tests/calendars/second-person.test.ts.
    driven.push('/calendars/proposals/:number/approve', '/calendars/proposals/:number/decline');
    await careful.close();
  });

  it('and no form of the staff is left out here', () => {
    const known = [...ONLY_ASKS, ...OF_A_SESSION, ...BY_LINK, ...driven];
    assert.deepEqual([...new Set(posts)].filter((url) => !known.includes(url)).toSorted(), []);
    assert.deepEqual(
      [...ONLY_ASKS, ...OF_A_SESSION, ...BY_LINK].filter((url) => !posts.includes(url)),
      [],
    );
  });
});
