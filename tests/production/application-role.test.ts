import assert from 'node:assert/strict';
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { letApplicationIn, mayAlterGuards, namesAnotherRole } from '../../postgres/application-role.ts';
import { keepCalendar } from '../../postgres/pinned/pinned.ts';
import { openRecordWorld } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { APPLICATION } from '../support/servers.ts';

/** What nobody may change once it is written. Each table is tried with every statement below. */
const KEPT = [
  'events',
  'call_notes',
  'calendar_imports',
  'calendars',
  'proposals',
  'proposal_decisions',
  'session_endings',
  'person_changes',
  'leader_profiles',
  'leader_relationships',
  'match_choices',
  'leaders_considered',
  'profile_asks',
  'profile_confirmations',
  'deployment_notes',
  'governance_places',
  'person_merges',
  'problems',
  'problem_endings',
  'programme_reach',
  'pins',
  'quieter',
  'staff_preferences',
  'post_caps',
  'reconciliations',
  'survey_versions',
  'survey_code_frames',
  'code_frames',
  'interview_schedules',
  'interview_answers',
];

const NOT_ALLOWED = '42501';

describe('the application', () => {
  let world: RecordWorld;
  beforeAll(async () => {
    world = await openRecordWorld();
    await world.begin('T1');
    await world.owner.query(
      `INSERT INTO call_tasks (reference, step, round, rung, opened_at) VALUES ('T1', 'contact-school', 1, 'call+3', now());
       INSERT INTO call_notes (reference, step, round, rung, by_person, outcome) VALUES ('T1', 'contact-school', 1, 'call+3', 'coordinator', 'no-answer');
       INSERT INTO calendar_imports (id, kind, content, content_hash, document, changes, by_person)
       VALUES (1, 'closure', 'x', repeat('0', 64), '{}', '[]', 'admin');
       INSERT INTO proposals (kind, about, title, document, content, by_person) VALUES ('programme', 'small 1', 'Small', '{}', '', 'coordinator');
       INSERT INTO proposal_decisions (proposal, decision, by_person) VALUES (1, 'approved', 'region');
       INSERT INTO session_endings (person, by_person, because, sessions, sign_in_links) VALUES ('head', 'admin', 'Lost a laptop.', 1, 0);
       INSERT INTO person_changes (person, by_person, after) VALUES ('head', 'admin', '{}');
       INSERT INTO leader_profiles (leader, profile, because) VALUES ('head', '{}', 'x');
       INSERT INTO leader_relationships (leader, urn, effect, what, by_person) VALUES ('head', '990001', 'bars', 'x', 'admin');
       INSERT INTO match_choices (reference, step, round, leader, then_leaders, days, because, shortlist, by_person)
       VALUES ('T1', 'engage-system-leader', 1, 'head', '{}', 10, 'x', '{}', 'coordinator');
       INSERT INTO leaders_considered (reference, step, round, leader, by_person) VALUES ('T1', 'engage-system-leader', 1, 'head', 'coordinator');
       INSERT INTO profile_asks (leader, term, kind, email, link_hash, until) VALUES ('head', 'Spring 2027', 'ask', 'head@hillside.example', 'x', '2027-03-26');
       INSERT INTO profile_confirmations (leader, term, changed) VALUES ('head', 'Spring 2027', false);
       INSERT INTO deployment_notes (once_as, reference, by_person, words, at) VALUES (gen_random_uuid(), 'T1', 'coordinator', 'x', now());
       INSERT INTO governance_places (programme, region, places, because, by_person) VALUES ('tsi-2022-23', 'North West', 5, 'x', 'admin');
       INSERT INTO person_merges (merged, kept, because, by_person, before_merged, before_kept, after)
       VALUES ('head', 'coordinator', 'x', 'admin', '{}', '{}', '{}');
       WITH told AS (INSERT INTO problems (once_as, reference, step, round, role, person, words, at)
                     VALUES (gen_random_uuid(), 'T1', 'contact-school', 1, 'school', 'head', 'x', now()) RETURNING id)
       INSERT INTO problem_endings (problem, by_person, words, at) SELECT id, 'coordinator', 'x', now() FROM told;
       INSERT INTO pins (hash, content) VALUES (encode(sha256('{}'), 'hex'), '{}');
       INSERT INTO programme_reach (programme, version, by_person, because) SELECT id, version, 'admin', 'x' FROM programmes LIMIT 1;
       INSERT INTO quieter (reference, person, by_person, via, at) VALUES ('T1', 'head', 'head', 'link', now());
       INSERT INTO staff_preferences (person, digest, timing, by_person) VALUES ('coordinator', false, 'daily', 'coordinator');
       INSERT INTO post_caps (most, because, by_person) VALUES (4, 'x', 'admin');
       INSERT INTO reconciliations (reference, found, did, because, by_person) VALUES ('T1', 'x', 'x', 'x', 'admin');
       INSERT INTO survey_versions (survey, version, document, hash) VALUES ('s', 1, '{}', 'x');
       INSERT INTO survey_code_frames (survey, question, version, codes, made_by) VALUES ('s', 'O1', 1, '[]', 'admin');
       INSERT INTO code_frames (frame, version, document, sha256) VALUES ('s', 1, '{}', 'x');
       INSERT INTO interview_schedules (schedule, version, document) VALUES ('s', 1, '{}');
       INSERT INTO interviews (schedule, version, held_on, facts, begun_by) VALUES ('s', 1, '2020-02-03', '{}', 'admin');
       INSERT INTO interview_answers (interview, question, options, note, quote, kept_by) VALUES (1, 1, '{}', 'x', '', 'admin')`,
    );
  });
  afterAll(() => world.end());

  /** Everything that is kept, as text. */
  const kept = async () =>
    Object.fromEntries(
      await Promise.all(KEPT.map(async (table) => [table, (await world.owner.query(`SELECT t::text FROM ${table} t ORDER BY 1`)).rows])),
    ) as Readonly<Record<string, readonly object[]>>;
  const isRefused = async (statement: string): Promise<void> => {
    const before = await kept();
    await assert.rejects(world.db.query(statement), { code: NOT_ALLOWED }, statement);
    assert.deepEqual(await kept(), before, statement);
  };

  it('has rows of every kind before it, so that there is something to lose', async () => {
    for (const [table, rows] of Object.entries(await kept())) assert.ok(rows.length > 0, table);
    assert.equal((await world.db.query<{ who: string }>('SELECT current_user AS who')).rows[0]?.who, APPLICATION.username);
  });

  for (const table of KEPT) {
    it(`cannot change, empty, drop or unguard ${table}`, async () => {
      for (const statement of [
        `UPDATE ${table} SET ${await aColumnOf(table)} = ${await aColumnOf(table)}`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
        `DROP TABLE ${table} CASCADE`,
        `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
        `ALTER TABLE ${table} DISABLE TRIGGER USER`,
        `ALTER TABLE ${table} RENAME TO elsewhere`,
        `ALTER TABLE ${table} ADD COLUMN more text`,
        `ALTER TABLE ${table} OWNER TO CURRENT_USER`,
        `CREATE TRIGGER first BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
        `CREATE RULE nothing AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
        `SELECT FROM ${table} FOR UPDATE`,
        `GRANT UPDATE ON ${table} TO CURRENT_USER`,
      ]) {
        // PostgreSQL warns that nothing was granted, and goes on: what counts is that it may not afterwards.
        if (statement.startsWith('GRANT')) await world.db.query(statement).catch(() => undefined);
        else await isRefused(statement);
      }
      await isRefused(`UPDATE ${table} SET ${await aColumnOf(table)} = ${await aColumnOf(table)}`);
    });

    it(`is told of by a trigger on ${table} that guards it from its owner too`, async () => {
      const before = await kept();
      for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
        await assert.rejects(world.owner.query(statement), /append-only|never changed or deleted/, statement);
      }
      assert.deepEqual(await kept(), before);
    });
  }

  it('cannot switch off triggers for its session, become the owner, or take away what the triggers call', async () => {
    for (const statement of [
      'SET session_replication_role = replica',
      `SET ROLE ${await ownerName()}`,
      `SET SESSION AUTHORIZATION ${await ownerName()}`,
      'DROP TRIGGER events_are_append_only ON events',
      'DROP TRIGGER call_notes_are_append_only ON call_notes',
      'DROP FUNCTION refuse_change CASCADE',
      "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      'CREATE TABLE public.events_again (reference text)',
      'CREATE SCHEMA another',
      'DROP SCHEMA public CASCADE',
      'TRUNCATE deployments CASCADE',
      'INSERT INTO migrations (name, run_on) VALUES (1, now())',
      'DELETE FROM migrations',
      "COPY (SELECT 1) TO PROGRAM 'true'",
      'ALTER SYSTEM SET session_replication_role = replica',
      'CREATE ROLE another SUPERUSER',
      `GRANT ${await ownerName()} TO CURRENT_USER`,
    ]) {
      await isRefused(statement);
    }
  });

  it('writes events, and a further note where one was wrong', async () => {
    await world.db.query(
      `INSERT INTO call_notes (reference, step, round, rung, by_person, outcome) VALUES ('T1', 'contact-school', 1, 'call+3', 'coordinator', 'left-message')`,
    );
    assert.equal((await kept())['call_notes']?.length, 2);
    await keepCalendar(world.db, CALENDAR_2040);
  });

  const ownerName = async () => (await world.owner.query<{ who: string }>('SELECT quote_ident(current_user) AS who')).rows[0]?.who ?? '';
  const aColumnOf = async (table: string) =>
    (
      await world.owner.query<{ name: string }>(
        `SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND attgenerated = '' AND attidentity = ''
         ORDER BY attnum LIMIT 1`,
        [table],
      )
    ).rows[0]?.name ?? '';
});

describe('the rights of the application', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await freshDatabase()));
  afterAll(() => database.end());

  it('cover every table, and no more than it needs where a trigger guards one', async () => {
    const { rows } = await database.pool.query<{ table: string; rights: string }>(
      `SELECT c.relname AS table, string_agg(r, ' ' ORDER BY r) AS rights FROM pg_class c,
         unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,MAINTAIN}'::text[]) r
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND has_table_privilege($1, c.oid, r) GROUP BY 1`,
      [APPLICATION.username],
    );
    const rights = Object.fromEntries(rows.map((row) => [row.table, row.rights]));
    for (const table of KEPT) assert.equal(rights[table], 'INSERT SELECT', table);
    assert.equal(rights['migrations'], 'SELECT');
    const others = Object.entries(rights).filter(([table]) => !KEPT.includes(table) && table !== 'migrations');
    assert.ok(others.length > 20);
    for (const [table, has] of others) assert.equal(has, 'DELETE INSERT SELECT UPDATE', table);
    const { rowCount } = await database.pool.query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'");
    assert.equal(rows.length, rowCount, 'a table has no rights at all');
  });

  it('cover what a later migration makes, and are not given back to what was made append-only since', async () => {
    await database.pool.query('CREATE TABLE made_later (id integer); GRANT ALL ON events TO chaser_app');
    assert.equal(await mayAlterGuards(database.application), true);
    await assert.rejects(database.application.query('SELECT FROM made_later'), { code: NOT_ALLOWED });
    // Two that migrate at the same time, as two machines do that start together.
    const both = await Promise.all([1, 2].map(() => letApplicationIn(database.ownerUrl, database.url)));
    assert.deepEqual(
      both.map(({ ok }) => ok),
      [true, true],
    );
    await database.application.query('INSERT INTO made_later VALUES (1); DELETE FROM made_later');
    await assert.rejects(database.application.query('DELETE FROM events'), { code: NOT_ALLOWED });
    assert.equal(await mayAlterGuards(database.application), false);
  });

  it('are too many where one role does everything, or where the application is a member of the owner', async () => {
    assert.equal(await mayAlterGuards(database.pool), true);
    assert.equal(await mayAlterGuards(database.application), false);
  });

  it('make the role where there is none, and give it the password that DATABASE_URL has since', async () => {
    const url = Object.assign(new URL(database.ownerUrl), { username: "made o'here", password: 'it’s “new”' }).href;
    try {
      assert.deepEqual(await letApplicationIn(database.ownerUrl, url), { ok: true, value: null });
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      assert.equal((await client.query<{ who: string }>('SELECT current_user AS who')).rows[0]?.who, "made o'here");
      await client.end();
      const other = Object.assign(new URL(url), { password: 'another' }).href;
      assert.equal((await letApplicationIn(database.ownerUrl, other)).ok, true);
      await assert.rejects(new pg.Client({ connectionString: url }).connect(), /password authentication failed/);
      const again = new pg.Client({ connectionString: other });
      await again.connect();
      await again.end();
    } finally {
      await database.pool.query(`DROP OWNED BY "made o'here"; DROP ROLE "made o'here"`);
    }
  });

  it('are refused in words where the role is missing and cannot be made', async () => {
    const url = Object.assign(new URL(database.ownerUrl), { username: 'nobody_yet', password: '' }).href;
    const made = await letApplicationIn(database.ownerUrl, url);
    assert.equal(made.ok, false);
    if (made.ok) return;
    assert.match(made.reason.message, /no role nobody_yet/);
    assert.match(made.reason.remedy, /CREATE ROLE nobody_yet LOGIN PASSWORD/);
    const byApplication = await letApplicationIn(database.url, Object.assign(new URL(url), { password: 'x' }).href);
    assert.equal(byApplication.ok, false);
  });

  it('are two roles’ only when the addresses name two', () => {
    assert.equal(namesAnotherRole('postgres://a:1@h/d', 'postgres://b:1@h/d'), true);
    assert.equal(namesAnotherRole('postgres://a:1@h/d', 'postgres://a:2@other/d'), false);
    assert.equal(namesAnotherRole('postgres://a%20b@h/d', 'postgres://a%20b@h/d'), false);
  });
});
