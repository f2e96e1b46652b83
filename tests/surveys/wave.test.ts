import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { planWave } from '../../desk/plan-wave.ts';
import type { WaveAsked } from '../../desk/plan-wave.ts';
import { startWave } from '../../desk/survey-waves.ts';
import { londonInstant } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { readIncoming } from '../../inbox/read-incoming.ts';
import { keepIncoming } from '../../postgres/desk/keep-incoming.ts';
import { makeWave, readKeptSurvey } from '../../postgres/surveys/waves.ts';
import { advanceTo } from '../../temporal/time-skipping.ts';
import { createApp } from '../../web/app.ts';
import { waveWorkflowId } from '../../workflows/ids.ts';
import { common, email, PLAIN } from '../kit/incoming/build.ts';
import { shippedSurvey } from '../kit/surveys.ts';
import { historiesOf } from '../support/runs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from '../web/desk-world.ts';
import { servicesOf } from '../web/staff-app.ts';
import { insertRespondents, placeParts } from './place-people.ts';
import { openPostOfWaves } from './post-of-waves.ts';
import type { PostOfWaves } from './post-of-waves.ts';

/** Opens on the last Monday of term but one. Easter lies between, in which schools are closed and system leaders work. */
const ASKED: WaveAsked = {
  survey: 'tsi-2021-22-feedback',
  programmes: ['tsi-2022-23'],
  opensOn: plainDate('2041-04-01'),
  closesOn: null,
  cutOffOn: plainDate('2041-05-03'),
};
const TODAY = plainDate('2041-03-20');

/** One wave lives through its whole time, and each test looks at a later day of it. */
describe('a wave of a survey across a holiday', () => {
  let world: World;
  let app: FastifyInstance;
  let wave = 0;
  let mailbox: PostOfWaves;
  const HEADS = Array.from({ length: 14 }, (_, at) => `head-${at}`);

  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    await insertRespondents(world.db, [
      ...HEADS,
      'both',
      'lead-1',
      'lead-2',
      'newcomer',
      'ill',
      'unmatched',
      'declined',
      'mute',
      'refused',
      'deputy',
    ]);
    await world.db.query("UPDATE people SET email = '' WHERE id = 'mute'");
    await world.db.query("UPDATE people SET address_refused_at = now() WHERE id = 'refused'");
    await placeParts(world.db, [
      ...HEADS.map((head) => ({ head, leader: 'lead-1' })),
      // Head of one school, and a system leader of another.
      { head: 'both', leader: 'lead-2' },
      { head: 'head-0', leader: 'both' },
      { head: 'ill', leader: 'lead-1', ill: true },
      { head: 'unmatched' },
      { head: 'declined', leader: 'lead-1', status: 'declined' },
      { head: 'mute', leader: 'lead-1' },
      { head: 'refused', leader: 'lead-1' },
      { head: 'coordinator', leader: 'lead-1' },
    ]);
    await world.db.query(
      "INSERT INTO deputies (reference, change, person, deputy, from_on, to_on) VALUES ('W0', 1, 'head-0', 'deputy', '2041-03-01', '2041-06-30')",
    );
    app = await createApp({ ...servicesOf(world.db), links: LINKS }, { trustProxy: false });
    mailbox = openPostOfWaves(world);
  });
  afterAll(async () => {
    mailbox.close();
    await app.close();
    await world.end();
  });

  /** Moves the wave on to a time in London, a stretch at a time as days pass, and sends what it queued on the way. */
  const goOnTo = async (on: string, minute = 720) => {
    await advanceTo(world.client, waveWorkflowId(wave), londonInstant(plainDate(on), minute));
    await mailbox.send();
  };
  const lettersTo = (person: string) => mailbox.arrivedFor(`${person}@mail.example`);
  const linkOf = (person: string) => mailbox.linkOf(`${person}@mail.example`);
  const stateOf = async (person: string) =>
    (await world.db.query<{ state: string }>('SELECT state FROM survey_invitations WHERE wave = $1 AND person = $2', [wave, person]))
      .rows[0]?.state;
  const send = (url: string, fields: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    });
  /** Answers as somebody does who says what they are, and one thing of the first page after it. */
  const answer = async (person: string, role = 'school-leader') => {
    const link = linkOf(person);
    assert.equal((await send(link)).headers.location, `${link}/1`);
    await send(`${link}/1`, { R1: role });
    await world.db.query('UPDATE survey_drafts SET body = body || $3::jsonb WHERE wave = $1 AND person = $2', [
      wave,
      person,
      JSON.stringify({ [`${role}.D1`]: 'about-right', D1: 'about-right' }),
    ]);
    return send(`${link}/check`);
  };

  it('freezes its population, each person once, with the reason for everybody who is left out', async () => {
    const made = await startWave({ db: world.application, client: world.client, taskQueue: world.temporal.taskQueue }, ASKED, {
      by: 'coordinator',
      today: TODAY,
    });
    assert.ok(made.ok, made.ok ? '' : made.reason.message);
    wave = made.value.id;
    const { plan } = made.value;
    assert.equal(plan.closesOn, '2041-05-08');
    assert.deepEqual(plan.leftOut, {
      'no-address': 1,
      'address-refused': 1,
      staff: 1,
      'clock-stopped': 1,
      'not-matched-yet': 1,
      'declined-or-withdrawn': 1,
    });
    assert.equal(plan.asked, HEADS.length + 3);
    assert.equal(plan.twoRoles, 1);
    const { rows } = await world.db.query<{ audiences: string[] }>(
      "SELECT audiences FROM survey_members WHERE wave = $1 AND person = 'both'",
      [wave],
    );
    assert.deepEqual(rows, [{ audiences: ['system-leader', 'school-leader'] }]);
    const again = await planWave(world.application, ASKED, TODAY);
    assert.ok(!again.ok && again.reason.kind === 'nobody', 'the same people within 60 days');
  });

  it('sends nothing before it opens', async () => {
    await goOnTo('2041-03-31');
    assert.equal(world.sink.arrived.length, 0);
  });

  it('invites everybody once on the morning on which it opens, and notes whose letter comes back', async () => {
    world.sink.refuses.add('head-1@mail.example');
    await goOnTo('2041-04-01');
    for (const person of [...HEADS, 'both', 'lead-1', 'lead-2']) {
      assert.equal(lettersTo(person).length, person === 'head-1' ? 0 : 1, person);
      assert.equal(await stateOf(person), person === 'head-1' ? 'bounced' : 'sent', person);
    }
    const [invitation] = lettersTo('both');
    assert.match(invitation?.subject ?? '', /^Survey: Trust and school improvement offer/);
    assert.doesNotMatch(`${invitation?.text}${String(invitation?.html)}`, /School 98|W\d+\b|Testshire|overdue|deadline/);
    for (const person of ['ill', 'unmatched', 'declined', 'refused', 'newcomer', 'deputy']) {
      assert.equal(lettersTo(person).length, 0, person);
    }
  });

  it('keeps no link that could be followed, once its e-mail has left', async () => {
    const token = linkOf('head-2').split('/').at(-1) ?? '';
    const inHexadecimal = Buffer.from(token).toString('hex');
    const { rows: tables } = await world.db.query<{ name: string }>(
      "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
    );
    for (const { name } of tables) {
      const { rows } = await world.db.query<{ text: string }>(`SELECT to_jsonb(t)::text AS text FROM ${name} t`);
      assert.ok(!rows.some(({ text }) => text.includes(token) || text.includes(inHexadecimal)), name);
    }
  });

  it('opens nothing by a link that was sent to an address that is no longer theirs', async () => {
    const link = linkOf('head-2');
    await world.db.query("UPDATE people SET email = 'elsewhere@mail.example' WHERE id = 'head-2'");
    assert.equal((await app.inject({ url: link })).statusCode, 404);
    assert.equal((await send(`${link}/opt-out`)).statusCode, 404);
    await world.db.query("UPDATE people SET email = 'head-2@mail.example' WHERE id = 'head-2'");
    assert.equal((await app.inject({ url: link })).statusCode, 200);
  });

  it('takes nothing from a mail server that follows every link', async () => {
    const link = linkOf('head-2');
    for (const page of ['', '/1', '/check', '/opt-out', '/not-me']) {
      const { statusCode } = await app.inject({ url: `${link}${page}` });
      assert.equal(statusCode, 200, page);
    }
    assert.equal(await stateOf('head-2'), 'sent');
    assert.equal((await app.inject({ url: `${link}x` })).statusCode, 404);
  });

  it('keeps nothing of a reply by e-mail, which is no answer and which staff would read, and keeps that it was away', async () => {
    const messageId = lettersTo('head-2').at(-1)?.messageId ?? assert.fail('no Message-ID');
    const reply = (id: string, more: Readonly<Record<string, string>>) =>
      readIncoming(
        email({ ...common('Head <head-2@mail.example>', 'Re: Survey', id), 'In-Reply-To': messageId, ...more, ...PLAIN }, 'Too few days.'),
        Date.now(),
      );
    const kept = await keepIncoming(world.application, await reply('one', {}), { via: 'pipe' });
    assert.deepEqual([kept.isNew, kept.ofSurvey], [false, true]);
    const rows = async () => (await world.db.query<{ text: string }>('SELECT to_jsonb(i)::text AS text FROM incoming i')).rows;
    assert.deepEqual(await rows(), []);
    assert.equal(await stateOf('head-2'), 'sent');
    const away = await keepIncoming(world.application, await reply('two', { 'Auto-Submitted': 'auto-replied' }), { via: 'pipe' });
    assert.ok(away.isNew && !away.ofSurvey);
    assert.equal((await rows()).length, 1);
  });

  it('keeps what was filled in until it is sent, and then nothing of whose it is', async () => {
    const link = linkOf('head-3');
    await send(link);
    assert.equal(await stateOf('head-3'), 'opened');
    assert.equal((await send(`${link}/1`, { R1: 'nobody' })).statusCode, 400);
    await send(`${link}/1`, { R1: 'school-leader' });
    assert.equal(await stateOf('head-3'), 'started');
    assert.match((await app.inject({ url: `${link}/check` })).payload, /Leader of a supported school/);
    assert.equal((await send(`${link}/check`)).statusCode, 400, 'nothing but the role was answered');
    for (const person of ['head-3', 'head-4', 'lead-2']) {
      const sent = await answer(person, person === 'lead-2' ? 'system-leader' : 'school-leader');
      assert.equal(sent.statusCode, 303, sent.payload);
      assert.equal(await stateOf(person), 'submitted');
    }
    assert.match((await app.inject({ url: link })).payload, /your answers were sent/);
    await send(`${link}/check`);
    const { rows } = await world.db.query<{ count: number }>('SELECT count(*)::int AS count FROM survey_responses');
    assert.equal(rows[0]?.count, 3, 'a second time from another device');
    const { rows: drafts } = await world.db.query('SELECT FROM survey_drafts');
    assert.equal(drafts.length, 0);
  });

  it('says before it is sent that an answer cannot be taken back, and keeps it when its sender wants no surveys afterwards', async () => {
    assert.match((await app.inject({ url: linkOf('head-2') })).payload, /cannot be found and taken out once you have sent them/);
    const link = linkOf('head-4');
    assert.match((await app.inject({ url: `${link}/opt-out` })).payload, /The answers you have sent will be kept/);
    await send(`${link}/opt-out`);
    assert.match((await app.inject({ url: `${link}/opt-out` })).payload, /You will not get any more surveys/);
    assert.equal(await stateOf('head-4'), 'submitted');
    const { rows } = await world.db.query<{ count: number }>('SELECT count(*)::int AS count FROM survey_responses');
    assert.equal(rows[0]?.count, 3);
    await world.db.query("DELETE FROM survey_opt_outs WHERE person = 'head-4'");
  });

  it('takes no other content under a version that is in use, while it is open or after', async () => {
    const kept = await readKeptSurvey(world.db, ASKED.survey, shippedSurvey(ASKED.survey).version);
    const plan = (title: string) =>
      makeWave(world.application, async () => ({
        ...ASKED,
        survey: { ...kept, title },
        closesOn: plainDate('2041-05-08'),
        cutOffOn: plainDate('2041-05-03'),
        madeBy: 'coordinator',
        members: [],
        letters: [],
      }));
    assert.equal(await plan('Another title'), 'other-content');
    const { rows } = await world.db.query('SELECT FROM survey_waves');
    assert.equal(rows.length, 1);
    assert.deepEqual(await readKeptSurvey(world.db, kept.id, kept.version), kept);
  });

  it('lets somebody out for good, and says that to nobody else', async () => {
    await send(`${linkOf('head-5')}/opt-out`);
    assert.equal(await stateOf('head-5'), 'opted-out');
    assert.match((await app.inject({ url: `${linkOf('head-5')}/opt-out` })).payload, /You will not get any more surveys/);
    await send(`${linkOf('head-6')}/not-me`);
    assert.equal(await stateOf('head-6'), 'opted-out');
    const { rows } = await world.db.query<{ person: string }>('SELECT person FROM survey_opt_outs');
    assert.deepEqual(rows, [{ person: 'head-5' }]);
  });

  it('reminds system leaders in the Easter holiday and no head, and nobody who has answered, opted out or bounced', async () => {
    for (const day of ['2041-04-08', '2041-04-12', '2041-04-18']) await goOnTo(day);
    assert.equal(lettersTo('lead-1').length, 3, 'the invitation and two reminders');
    assert.match(lettersTo('lead-1').at(-1)?.subject ?? '', /^Reminder of a survey: /);
    for (const person of [...HEADS, 'both', 'lead-2']) assert.ok(lettersTo(person).length <= 1, person);
    await goOnTo('2041-04-23');
    for (const person of ['head-0', 'both', 'head-2']) assert.equal(lettersTo(person).length, 2, person);
    for (const person of ['head-3', 'head-4', 'head-5', 'head-6', 'lead-2']) assert.equal(lettersTo(person).length, 1, person);
    assert.equal(lettersTo('head-1').length, 0);
  });

  it('writes no more to a leader who was replaced, and not to the one who came', async () => {
    await world.db.query("UPDATE deployment_parties SET until = '2041-04-24T09:00:00Z' WHERE person = 'lead-1'");
    await world.db.query(
      "INSERT INTO deployment_parties (reference, role, person, since) SELECT reference, 'system-leader', 'newcomer', '2041-04-24T09:00:00Z' FROM deployments WHERE reference = 'W1'",
    );
    await goOnTo('2041-04-29');
    await goOnTo('2041-05-07');
    assert.equal(lettersTo('lead-1').length, 3);
    assert.equal(lettersTo('newcomer').length, 0);
    assert.equal(lettersTo('head-0').length, 4);
    assert.match(lettersTo('head-0').at(-1)?.subject ?? '', /^Last reminder of a survey: /);
  });

  it('keeps a response after the cut-off apart from the valid ones', async () => {
    assert.equal((await answer('head-7')).statusCode, 303);
    const { rows } = await world.db.query<{ on: string; because: string | null }>(
      'SELECT submitted_on::text AS "on", excluded_because AS because FROM survey_responses ORDER BY submitted_on',
    );
    assert.deepEqual(
      rows.map(({ on, because }) => `${on} ${because}`),
      ['2041-04-01 null', '2041-04-01 null', '2041-04-01 null', '2041-05-07 after-cut-off'],
    );
  });

  it('closes, takes nothing more, and keeps nothing of what was begun', async () => {
    const link = linkOf('head-8');
    await send(link);
    await send(`${link}/1`, { R1: 'school-leader' });
    // The last day has passed, and the workflow has not woken yet.
    await world.db.query("UPDATE survey_waves SET as_of = '2041-05-08T23:01:00Z', woken_at = clock_timestamp() WHERE id = $1", [wave]);
    assert.equal((await app.inject({ url: link })).statusCode, 410);
    assert.equal((await send(`${link}/1`, { R1: 'school-leader' })).statusCode, 410);
    await advanceTo(world.client, waveWorkflowId(wave), londonInstant(plainDate('2041-05-09'), 60));
    await waitUntil('the wave has closed', async () => {
      const { rows } = await world.db.query<{ state: string }>('SELECT state FROM survey_waves WHERE id = $1', [wave]);
      return rows[0]?.state === 'closed';
    });
    assert.equal(await stateOf('head-8'), 'lapsed');
    assert.equal((await app.inject({ url: link })).statusCode, 410);
    assert.equal((await send(`${link}/check`)).statusCode, 410);
    const { rows } = await world.db.query('SELECT FROM survey_drafts');
    assert.equal(rows.length, 0);
    const before = world.sink.arrived.length;
    await mailbox.send();
    assert.equal(world.sink.arrived.length, before);
  });

  it('leaves its people in peace for 60 days, unless it was called off, and asks whoever holds the roles by then', async () => {
    const opening = (on: string) => planWave(world.application, { ...ASKED, opensOn: plainDate(on), cutOffOn: null }, TODAY);
    const membersOf = async (on: string) => {
      const plan = await opening(on);
      assert.ok(plan.ok, plan.ok ? '' : plan.reason.message);
      return new Map(plan.value.members.map(({ person, leftOut }) => [person, leftOut]));
    };
    const soon = await membersOf('2041-05-30');
    assert.equal(soon.get('head-0'), 'surveyed-lately');
    assert.equal(soon.get('newcomer'), null);
    assert.equal((await membersOf('2041-05-31')).get('head-0'), null);
    await world.db.query("UPDATE survey_waves SET state = 'called-off' WHERE id = $1", [wave]);
    const found = await membersOf('2041-05-30');
    assert.equal(found.get('head-0'), null);
    assert.equal(found.get('head-5'), 'opted-out');
    assert.equal(found.get('coordinator'), 'staff');
    assert.equal(found.get('refused'), 'address-refused');
    assert.ok(!found.has('lead-1') && !found.has('deputy'));
  });

  it('leaves no word of anybody in the history of its workflow, whatever they did', async () => {
    const histories = await historiesOf(world.client, waveWorkflowId(wave));
    const text = JSON.stringify(histories.map((history) => JSON.parse(historyToJSON(history)) as unknown));
    const plain = `${text}${[...text.matchAll(/"data":"([^"]*)"/g)].map(([, data]) => Buffer.from(data ?? '', 'base64').toString()).join('')}`;
    assert.match(plain, /"wave":\d+/);
    assert.match(plain, /Asks and reminds the people of one wave of a survey/);
    assert.match(plain, /Waits until \w+day \d+ \w+ \d+ for the next requests and reminders, or the end/);
    assert.doesNotMatch(plain, /head-|both|lead-|newcomer|mail\.example|submitted|response/);
  });
});
