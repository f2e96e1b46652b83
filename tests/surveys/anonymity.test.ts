import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { planWave } from '../../desk/plan-wave.ts';
import { beginCoding, clearAnswer, codeAnswer, decideCodes, finishOwnCoding, readResults } from '../../desk/survey-coding.ts';
import { readSubmission } from '../../domain/surveys/submission.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { writeWaveLetter } from '../../mail/survey-note.ts';
import { optOut, submitSurvey } from '../../postgres/surveys/answering.ts';
import { readJudged } from '../../postgres/surveys/coding.ts';
import { createWaves } from '../../postgres/surveys/wake.ts';
import { makeWave, readKeptSurvey, readProgress } from '../../postgres/surveys/waves.ts';
import { createSecurityLog } from '../../web/shared/security-log.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from '../web/desk-world.ts';
import type { Desk } from '../web/desk-world.ts';
import { everyRegister } from '../web/every-register.ts';
import { guardedApp } from '../web/guarded-app.ts';
import type { Registers } from '../web/guarded-app.ts';
import { servicesOf } from '../web/staff-app.ts';
import { codeEverything, insertCoders, insertRespondents, placeParts } from './place-people.ts';

const PEOPLE = Array.from({ length: 24 }, (_, at) => `head-${String(at).padStart(2, '0')}`);
const ANSWERED = PEOPLE.slice(0, 12);

/** Somebody who may look at everything tries to find out who answered, and what. */
describe('who answered a survey, and what', () => {
  let world: World;
  let app: FastifyInstance;
  let alma: Desk;
  let wave = 0;
  const routes: string[] = [];
  const logged: string[] = [];
  beforeAll(async () => {
    world = await openWorld({ worker: false });
    await insertStaff(world.db);
    await insertRespondents(world.db, [...PEOPLE, 'lead', 'admin']);
    await world.db.query("INSERT INTO person_roles (person, role) VALUES ('admin', 'administrator')");
    await placeParts(
      world.db,
      PEOPLE.map((head) => ({ head, leader: 'lead' })),
    );
    const noteRoutes: Registers = (guarded) =>
      guarded.addHook('onRoute', ({ method, url }) => {
        if ([method].flat().includes('GET')) routes.push(url);
      });
    const security = createSecurityLog({ secret: 'x', write: (line) => void logged.push(line) });
    app = await guardedApp({ ...servicesOf(world.db), links: LINKS, security }, noteRoutes, ...(await everyRegister()));
    alma = await deskOf(world.db, app, 'admin');
    const made = await makeWave(world.application, async (db) => {
      const wanted = {
        survey: 'tsi-2021-22-feedback',
        programmes: ['tsi-2022-23'],
        opensOn: plainDate('2041-04-01'),
        closesOn: null,
        cutOffOn: null,
      };
      const plan = await planWave(db, wanted, plainDate('2041-03-20'));
      return plan.ok ? { ...plan.value, madeBy: 'admin' } : assert.fail(plan.reason.message);
    });
    wave = typeof made === 'number' ? made : assert.fail('no wave');
    await wake('2041-04-01T10:30:00Z');
    await world.db.query('UPDATE notes SET sent_at = clock_timestamp(), body_text = NULL, body_html = NULL');
    await world.db.query("UPDATE survey_invitations SET state = 'sent'");
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  const wake = (at: string) => createWaves(world.application, writeWaveLetter(LINKS)).wake({ wave, at }, () => undefined);
  const submit = async (person: string, words: string) => {
    const survey = await readKeptSurvey(world.db, 'tsi-2021-22-feedback', 2);
    const read = readSubmission(survey, { R1: 'school-leader', O1: words, 'school-leader.O1': words });
    assert.ok(read.ok);
    assert.ok(await submitSurvey(world.application, { wave, person }, read.value));
  };
  /** Every page of the staff about everything, with what differs from one request to the next taken out. */
  const everyPage = async (person: string, reference: string): Promise<ReadonlyMap<string, string>> => {
    const pages = new Map<string, string>();
    for (const route of new Set(routes)) {
      const url = route
        .replace(/:reference\b/, reference)
        .replace(/:wave\b/, String(wave))
        .replace(/:(?:id|person)\b/, person);
      if (/:|\/assets|\*|^\/(?:survey|a|sign-in|feed|profile|quieter)\//.test(url)) continue;
      const { status, text } = await alma.get(url);
      pages.set(
        route,
        `${status} ${text
          .replaceAll(/name="csrf" value="[^"]*"/g, '')
          .replaceAll(/\d{1,2}[:.]\d{2}(?:[ap]m)?/g, '')
          .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '')}`,
      );
    }
    return pages;
  };

  it('is on no page, in no file, in no log and in no word to the staff: all read the same before an answer and after it', async () => {
    const before = await everyPage('head-00', 'W0');
    assert.ok(before.size > 40, `only ${before.size} pages`);
    assert.match(before.get('/survey-waves/:wave') ?? '', /^200 [\s\S]*not shown/);
    const [progress, said] = [await readProgress(world.db, wave), process.stdout.write];
    const printed: string[] = [];
    process.stdout.write = (line: string) => (printed.push(line), true);
    try {
      const token = LINKS.surveyTokenFor({ wave, person: 'head-00', email: 'head-00@mail.example' });
      const post = (page: string, fields: Record<string, string>) =>
        app.inject({
          method: 'POST',
          url: `/survey/${token}${page}`,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams(fields).toString(),
        });
      await post('', {});
      await post('/1', { R1: 'school-leader' });
      await world.db.query('UPDATE survey_drafts SET body = body || $1::jsonb', [
        JSON.stringify({ O1: 'words 00', 'school-leader.O1': 'words 00' }),
      ]);
      assert.equal((await post('/check', {})).statusCode, 303);
    } finally {
      process.stdout.write = said;
    }
    const { rows } = await world.db.query('SELECT FROM survey_responses');
    assert.equal(rows.length, 1, 'the answer was taken');
    assert.deepEqual([printed, logged], [[], []]);
    assert.deepEqual(await readProgress(world.db, wave), progress);
    const after = await everyPage('head-00', 'W0');
    for (const [route, text] of before) assert.equal(after.get(route), text, route);
  });

  it('is told by no table: no person, no time and no transaction leads from an invitation to a response', async () => {
    for (const [at, person] of ANSWERED.entries()) if (at > 0) await submit(person, `words ${String(at).padStart(2, '0')}`);
    await optOut(world.application, { wave, person: 'head-20' });
    const { rows: columns } = await world.db.query<{ name: string; type: string }>(
      "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'survey_responses' ORDER BY 1",
    );
    assert.deepEqual(
      columns.map(({ name, type }) => `${name} ${type}`),
      ['answers jsonb', 'audiences ARRAY', 'excluded_because text', 'id uuid', 'strata jsonb', 'submitted_on date', 'wave integer'],
    );
    const { rows: responses } = await world.db.query<{ id: string; xmin: string; text: string }>(
      'SELECT id, xmin::text, to_jsonb(r)::text AS text FROM survey_responses r ORDER BY ctid',
    );
    assert.equal(responses.length, ANSWERED.length);
    const { rows: tables } = await world.db.query<{ name: string }>(
      "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'survey_responses'",
    );
    const written = new Set(responses.map(({ xmin }) => xmin));
    assert.equal(written.size, 1, 'responses that different transactions wrote');
    for (const { name } of tables) {
      const { rows } = await world.db.query<{ xmin: string; text: string }>(`SELECT xmin::text, to_jsonb(t)::text AS text FROM ${name} t`);
      for (const { id } of responses) assert.ok(!rows.some(({ text }) => text.includes(id)), `${name} names a response`);
      const together = rows.filter(({ xmin }) => written.has(xmin));
      const named = new Set(together.flatMap(({ text }) => PEOPLE.filter((person) => text.includes(`"${person}"`))));
      assert.ok(
        named.size === 0 || ANSWERED.every((person) => named.has(person)),
        `${name} was written with the responses, for ${[...named].join()} alone`,
      );
    }
    for (const person of PEOPLE) assert.ok(!responses.some(({ text }) => text.includes(person) || text.includes('W0')), person);
    const { rows: kept } = await world.db.query<{ row: string }>(
      "SELECT to_jsonb(i)::text AS row FROM survey_invitations i WHERE state = 'submitted'",
    );
    assert.ok(
      kept.every(({ row }) => !/\d{4}-\d{2}-\d{2}/.test(row)),
      'a day beside a name',
    );
  });

  it('does not show in the order of the rows', async () => {
    const order = async (sql: string) => (await world.db.query<{ at: string }>(sql)).rows.map(({ at }) => at);
    const responses = await order("SELECT (regexp_match(answers::text, 'words (\\d\\d)'))[1] AS at FROM survey_responses ORDER BY ctid");
    const invitations = await order("SELECT right(person, 2) AS at FROM survey_invitations WHERE state = 'submitted' ORDER BY ctid");
    assert.equal(new Set(responses).size, ANSWERED.length);
    // One in twelve factorial by chance.
    assert.notDeepEqual(responses, responses.toSorted());
    assert.notDeepEqual(invitations, invitations.toSorted());
    assert.notDeepEqual(responses, invitations);
  });

  it('counts on the pages of the staff once ten have answered and ten have not', async () => {
    assert.deepEqual(
      (await readProgress(world.db, wave)).map(({ audience, asked, submitted }) => [audience, asked, submitted]),
      [
        ['system-leader', 1, null],
        ['school-leader', 24, 12],
      ],
    );
    for (const person of PEOPLE.slice(12, 16)) await submit(person, 'words');
    assert.equal(
      (await readProgress(world.db, wave)).at(-1)?.submitted,
      null,
      'only eight have not, and one of them is known to have opted out',
    );
  });

  it('cannot be told from who was reminded, once a day has passed', async () => {
    await wake('2041-04-23T10:30:00Z');
    const reminded = async () =>
      (await world.db.query<{ person: string }>("SELECT person FROM notes WHERE kind = 'survey' AND subject LIKE 'Reminder%' ORDER BY 1"))
        .rows;
    const first = await reminded();
    assert.ok(first.length > 0 && !first.some(({ person }) => ANSWERED.includes(person) || person === 'head-20'));
    await world.db.query("UPDATE notes SET sent_at = clock_timestamp() - interval '25 hours' WHERE kind = 'survey'");
    await wake('2041-04-24T10:30:00Z');
    assert.deepEqual(await reminded(), []);
    const { rows } = await world.db.query("SELECT FROM survey_letters WHERE kind = 'reminder-1'");
    assert.equal(rows.length, 0);
  });

  it('makes no difference between the page of somebody who answered and that of somebody who did not', async () => {
    const [one, other] = [await everyPage('head-00', 'W0'), await everyPage('head-23', 'W23')];
    for (const route of ['/people/:id', '/deployments/:reference']) {
      const plain = (text: string, person: string, number: string) =>
        text
          .replaceAll(person, 'X')
          .replaceAll(new RegExp(`W${number}\\b`, 'g'), 'R')
          .replaceAll(String(980_000 + Number(number)), 'U');
      assert.ok(one.has(route), route);
      assert.equal(plain(one.get(route) ?? '', 'head-00', '0'), plain(other.get(route) ?? '', 'head-23', '23'), route);
    }
  });

  it('is not told by the coding of what people wrote: no person, no response, no order, and no codes before both have finished', async () => {
    const { db } = world;
    await db.query("UPDATE survey_waves SET state = 'closed' WHERE id = $1", [wave]);
    await insertCoders(db);
    const codes = 'time: Time to think\npeople: Somebody to talk to';
    const asked = { wave, question: 'O1', codes: { text: codes, file: 'codes' }, coders: ['codes-one', 'codes-two'], by: 'admin' };
    const refused = await beginCoding(world.application, { ...asked, coders: ['codes-one', 'codes-not'] });
    assert.ok(!refused.ok && refused.reason.kind === 'may-not-code');
    const begun = await beginCoding(world.application, asked);
    const coding = begun.ok ? begun.value : assert.fail(begun.reason.message);
    const { rows: columns } = await db.query<{ name: string }>(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'survey_open_answers' ORDER BY 1",
    );
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['audience', 'coding', 'listed_by', 'place', 'words'],
    );
    const { rows: answers } = await db.query<{ words: string; audience: string | null; xmin: string }>(
      'SELECT words, audience, xmin::text FROM survey_open_answers WHERE coding = $1 ORDER BY place',
      [coding],
    );
    assert.equal(answers.length, 16);
    assert.ok(
      answers.every(({ audience }) => audience === null),
      'a role that only eight have not answered in',
    );
    assert.equal(new Set(answers.map(({ xmin }) => xmin)).size, 1);
    const listed = answers.flatMap(({ words }) => /words (\d\d)/.exec(words)?.[1] ?? []);
    const { rows: kept } = await db.query<{ id: string; at: string | null }>(
      "SELECT id, (regexp_match(answers::text, 'words (\\d\\d)'))[1] AS at FROM survey_responses ORDER BY ctid",
    );
    assert.equal(new Set(listed).size, 12);
    assert.notDeepEqual(listed, listed.toSorted());
    assert.notDeepEqual(
      listed,
      kept.flatMap(({ at }) => at ?? []),
    );

    for (const place of answers.keys()) {
      assert.ok((await codeAnswer(world.application, { coding, place: place + 1, by: 'codes-two', codes: ['people'] })).ok);
    }
    assert.ok(!(await codeAnswer(world.application, { coding, place: 1, by: 'codes-not', codes: [] })).ok);
    assert.ok((await finishOwnCoding(world.application, coding, 'codes-two')).ok);
    assert.ok(!(await codeAnswer(world.application, { coding, place: 1, by: 'codes-two', codes: [] })).ok, 'codes changed after finishing');
    assert.ok(!(await finishOwnCoding(world.application, coding, 'codes-one')).ok, 'finished with nothing coded');
    const one = await deskOf(db, app, 'codes-one');
    const early = await Promise.all(['', '/mine', '/differences', '/quotes'].map((page) => one.get(`/survey-coding/${coding}${page}`)));
    assert.deepEqual(
      early.map(({ status }) => status),
      [200, 200, 409, 409],
    );
    assert.ok(early.every(({ text }) => !/checked|Kappa/.test(text)));
    assert.equal(await readJudged(db, coding), undefined);
    assert.ok(!(await decideCodes(world.application, { coding, place: 1, by: 'codes-one', codes: [] })).ok);
    assert.ok(!(await clearAnswer(world.application, { coding, place: 1, by: 'codes-one', words: 'Words.' })).ok);
    for (const page of ['', '/mine', '/differences', '/quotes']) {
      const { status, text } = await (await deskOf(db, app, 'codes-not')).get(`/survey-coding/${coding}${page}`);
      assert.ok(status === 403 && !text.includes('words '), page);
    }

    await codeEverything(db, coding, 'codes-one', 2);
    assert.ok((await finishOwnCoding(world.application, coding, 'codes-one')).ok);
    const named = await clearAnswer(world.application, { coding, place: 1, by: 'admin', words: 'Person head-00 helped at School 980000.' });
    assert.ok(!named.ok && /Person head-00.*School 980000/.test(named.reason.message));
    const otherwise = await clearAnswer(world.application, { coding, place: 1, by: 'admin', words: 'Pérson HEAD-00 helped.' });
    assert.ok(!otherwise.ok && /Person head-00/.test(otherwise.reason.message), 'a name with other letters');
    assert.ok((await clearAnswer(world.application, { coding, place: 1, by: 'admin', words: 'Cleared: da iawn, ŵyr.' })).ok);
    const { text } = await alma.get(`/survey-coding/${coding}`);
    assert.match(text, /Cleared: da iawn, ŵyr\./);
    assert.doesNotMatch(text, /words \d\d/);
    assert.doesNotMatch(JSON.stringify((await readResults(db, coding))?.results), /words \d\d/);
    for (const table of [
      'survey_codings',
      'survey_coders',
      'survey_open_answers',
      'survey_codes',
      'survey_code_decisions',
      'survey_quotes',
    ]) {
      const { rows } = await db.query<{ text: string }>(`SELECT to_jsonb(t)::text AS text FROM ${table} t`);
      for (const { text: row } of rows) {
        assert.ok(!kept.some(({ id }) => row.includes(id)) && !PEOPLE.some((person) => row.includes(person)), `${table}: ${row}`);
      }
    }
  });
});
