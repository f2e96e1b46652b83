import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Db } from '../../postgres/database.ts';
import { readLetterRows } from '../../postgres/ledger/letters.ts';
import { openContactTasks } from '../../postgres/desk/contact-tasks.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { listAway, listIncomingOf, someRepliesToRead } from '../../postgres/views/incoming.ts';
import { countRegion, dueThisWeek, lateByTurn, worstLate } from '../../postgres/views/overview.ts';
import { countStanding } from '../../postgres/views/clock-stops.ts';
import { countDeployments, listDeploymentsFound, NO_FILTERS, searchDeployments } from '../../postgres/views/search-deployments.ts';
import { answeredSinceYesterday, callsInFull, openCalls, openEscalations, stepsWaitingFor } from '../../postgres/views/worklist.ts';
import { scopeCondition } from '../../web/shared/scope.ts';
import type { User } from '../../web/shared/roles.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';

const DEPLOYMENTS = 5_000;
/** Tables that grow with every deployment for ever. No page may read one from end to end. */
const LARGE: ReadonlySet<string> = new Set([
  'steps',
  'events',
  'messages',
  'deployment_parties',
  'call_tasks',
  'escalations',
  'contact_tasks',
  'call_notes',
  'incoming',
  'incoming_letters',
]);

const CORA: User = {
  person: 'coordinator',
  name: 'Cora',
  email: 'cora@delivery.example',
  csrf: '',
  roles: [{ role: 'rdp', region: 'North West', area: 'west' }],
};
const ADA: User = {
  person: 'ada',
  name: 'Ada',
  email: 'ada@delivery.example',
  csrf: '',
  roles: [{ role: 'administrator', region: '', area: '' }],
};
const ANY = NO_FILTERS;
const PAGE = { order: 'due', limit: 25, offset: 0 } as const;

/** Each step of a plan, as EXPLAIN tells it. */
function nodesOf(plan: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof plan !== 'object' || plan === null) return [];
  const below = Object.values(plan).flatMap(nodesOf);
  return 'Node Type' in plan ? [{ ...plan }, ...below] : below;
}

/** The tables that PostgreSQL reads from end to end to answer the queries made through this database, and those of which it reads an index alone. */
function watched(db: Db): { readonly db: Db; readonly scanned: Set<string>; readonly indexOnly: Set<string> } {
  const [scanned, indexOnly] = [new Set<string>(), new Set<string>()];
  const query = async (text: string, values?: unknown[]) => {
    const { rows } = await db.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
    for (const node of nodesOf(rows)) {
      if (node['Node Type'] === 'Seq Scan') scanned.add(String(node['Relation Name']));
      if (node['Node Type'] === 'Index Only Scan') indexOnly.add(String(node['Relation Name']));
    }
    return db.query(text, values);
  };
  return { db: { query } as unknown as Db, scanned, indexOnly };
}

describe('with 5,000 deployments', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await keepProgramme(database.pool, tsiProgramme());
    await keepCalendar(database.pool, CALENDAR_2040);
    await fill(database);
  });
  afterAll(() => database.end());

  const reads = async (ask: (db: Db) => Promise<unknown>): Promise<readonly string[]> => {
    const { db, scanned } = watched(database.pool);
    await ask(db);
    return [...scanned].filter((table) => LARGE.has(table));
  };

  it('the worklist reads no large table from end to end', async () => {
    const inScope = scopeCondition(CORA, 1);
    const inScopeOfCalls = scopeCondition(CORA, 2);
    const SOME = { promised: false, limit: 50, offset: 0 };
    const calls = await openCalls(database.pool, inScopeOfCalls);
    assert.deepEqual(await reads((db) => openCalls(db, inScopeOfCalls)), []);
    assert.deepEqual(await reads((db) => callsInFull(db, calls.slice(0, 20))), []);
    assert.deepEqual(await reads((db) => stepsWaitingFor(db, 'coordinator')), []);
    assert.deepEqual(await reads((db) => openEscalations(db, { person: 'region', regions: ['North West'], coordinates: null }, SOME)), []);
    const coordinates = (first: number) => scopeCondition(CORA, first);
    assert.deepEqual(await reads((db) => openEscalations(db, { person: 'coordinator', regions: [], coordinates }, SOME)), []);
    assert.deepEqual(await reads((db) => someRepliesToRead(db, false, scopeCondition(CORA, 1), { limit: 50, offset: 0 })), []);
    assert.deepEqual(await reads((db) => listAway(db, ['D20', 'D40', 'D60'])), []);
    assert.deepEqual(await reads((db) => listIncomingOf(db, 'D20')), []);
    assert.deepEqual(await reads((db) => countStanding(db, inScope)), []);
    assert.deepEqual(await reads((db) => openContactTasks(db, inScope)), []);
    assert.deepEqual(await reads((db) => answeredSinceYesterday(db, inScope, { page: 1, perPage: 50 })), []);
    assert.deepEqual(await reads((db) => dueThisWeek(db, inScope, { limit: 50, offset: 0 })), []);
    assert.deepEqual(await reads((db) => lateByTurn(db, inScope)), []);
    assert.ok(calls.length > 0, 'there is nothing to find');
  });

  it('the e-mails before a call are counted without reading one of them', async () => {
    await database.pool.query('VACUUM messages');
    const { db, indexOnly } = watched(database.pool);
    await openCalls(db, scopeCondition(ADA, 2));
    assert.ok(indexOnly.has('messages'), [...indexOnly].join());
  });

  it('a letter reads what its recipient had that day, and not what everybody ever had', async () => {
    await database.pool.query(`
      INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, written_at, queued_at, state, accepted_at, envelope)
        SELECT 'reminder/' || n, 'D' || n % 5000 + 1, 'contact-school', 1, 'reminder-' || n, 'reminder', 'school', 'reader-' || n % 200, 0, moment, moment, 'accepted', moment, 'e' || n
        FROM generate_series(1, 20000) n, LATERAL (SELECT now() - interval '1 day' * (n / 200) AS moment) at;
      INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, written_at, queued_at, state)
        SELECT 'waits/' || n, 'D' || n, 'contact-school', 2, 'overdue-' || n, 'reminder', 'school', 'reader-' || n, 0, now(), now(), 'queued' FROM generate_series(1, 10) n`);
    await database.pool.query('VACUUM ANALYZE messages');
    const read: Readonly<Record<string, unknown>>[] = [];
    const query = async ({ text, values }: { readonly text: string; readonly values: unknown[] }) => {
      const { rows } = await database.pool.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
      read.push(...nodesOf(rows).filter((node) => node['Relation Name'] === 'messages'));
      return database.pool.query(text, values);
    };
    const keys = Array.from({ length: 10 }, (_, at) => `waits/${at + 1}`);
    const letters = await readLetterRows({ query } as unknown as Db, keys);
    assert.deepEqual(
      letters.map(({ sentThatDay }) => sentThatDay),
      keys.map(() => 1),
    );
    const pagesOf = (node: Readonly<Record<string, unknown>>) =>
      (Number(node['Shared Hit Blocks']) + Number(node['Shared Read Blocks'])) / keys.length;
    assert.ok(read.length > 3);
    assert.deepEqual(
      read
        .filter((node) => pagesOf(node) > 50)
        .map((node) => `${String(node['Index Name'] ?? node['Node Type'])}: ${pagesOf(node)} pages a letter`),
      [],
    );
  });

  it('the wallboard reads no large table from end to end, of one region or of all', async () => {
    for (const user of [CORA, ADA]) {
      const scope = scopeCondition(user, 1);
      assert.deepEqual(await reads((db) => countRegion(db, scope)), []);
      assert.deepEqual(await reads((db) => worstLate(db, scope, 5)), []);
    }
  });

  it('the list of deployments reads no large table from end to end, of one area or of all, filtered or not', async () => {
    for (const user of [CORA, ADA]) {
      const scope = scopeCondition(user, 1);
      for (const filters of [ANY, { ...ANY, lateness: 'late' } as const, { ...ANY, court: 'school' }, { ...ANY, leader: 'leader' }]) {
        assert.deepEqual(await reads((db) => searchDeployments(db, scope, filters, PAGE)), []);
        assert.deepEqual(await reads((db) => countDeployments(db, scope, filters)), []);
        assert.deepEqual(await reads((db) => listDeploymentsFound(db, scope, filters, PAGE)), []);
      }
    }
    assert.equal(await countDeployments(database.pool, scopeCondition(ADA, 1), ANY), DEPLOYMENTS);
  });
});

/**
 * Schools of two authorities, with a deployment each, and for each deployment the steps, letters and calls of a year.
 */
async function fill({ pool }: TestDatabase): Promise<void> {
  await pool.query(`
    INSERT INTO local_authorities (code, name, region) VALUES ('991', 'Westshire', 'North West'), ('992', 'Eastshire', 'East of England');
    INSERT INTO areas (id, name, region) VALUES ('west', 'West', 'North West');
    INSERT INTO area_authorities (area, authority) VALUES ('west', '991');
    INSERT INTO schools (urn, name, authority, status, region, imported_at)
      SELECT 'S' || n, 'School ' || n, CASE WHEN n % 20 = 0 THEN '991' ELSE '992' END, 'Open',
             CASE WHEN n % 20 = 0 THEN 'North West' ELSE 'East of England' END, now() FROM generate_series(1, ${DEPLOYMENTS}) n;
    INSERT INTO deployments (reference, subject_kind, urn, programme, programme_version, calendar_version, status, began_at, sequence)
      SELECT 'D' || n, 'school', 'S' || n, 'tsi-2022-23', ${tsiProgramme().version}, 'test-2040', 'running', now() - interval '200 days', 1 FROM generate_series(1, ${DEPLOYMENTS}) n;
    INSERT INTO events (reference, sequence, type, at, body)
      SELECT 'D' || n, k, 'rung-reached', now() - interval '1 day' * k, '{}' FROM generate_series(1, ${DEPLOYMENTS}) n, generate_series(1, 10) k;
    INSERT INTO deployment_parties (reference, role, person, since)
      SELECT 'D' || n, role, person, now() FROM generate_series(1, ${DEPLOYMENTS}) n,
        LATERAL (VALUES ('school', 'head'), ('regional-team', 'region'),
                        ('rdp', CASE WHEN n % 20 = 0 THEN 'coordinator' ELSE 'other-coordinator' END),
                        ('system-leader', CASE WHEN n % 50 = 0 THEN 'leader' ELSE 'leader-busy' END)) held (role, person);
    INSERT INTO steps (reference, step, round, stage, owner, joint_owners, optional, state, opened_at, opened_on, day_zero, due_on, original_due_on,
                       explanation, calendar_version, closed_at, answer, answered_by)
      SELECT 'D' || n, CASE WHEN k = 8 THEN 'confirm-participation' ELSE 'contact-school' END, k, 'identified-as-eligible', 'school', '{}', false,
             CASE WHEN k = 8 THEN 'open' ELSE 'answered' END, now() - interval '20 days' * (9 - k), '2040-10-08', '2040-10-08', '2040-10-15', '2040-10-15',
             '[]', 'test-2040', CASE WHEN k < 8 THEN now() - interval '20 days' * (8 - k) END, CASE WHEN k < 8 THEN 'contacted' END, 'head'
      FROM generate_series(1, ${DEPLOYMENTS}) n, generate_series(1, 8) k;
    INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, written_at, state, accepted_at)
      SELECT 'D' || n || '/' || k, 'D' || n, 'contact-school', k, 'request', 'request', 'school', 'head', 0, now(), 'accepted', now()
      FROM generate_series(1, ${DEPLOYMENTS}) n, generate_series(1, 10) k;
    INSERT INTO call_tasks (reference, step, round, rung, person, opened_at, closed_at)
      SELECT 'D' || n, 'confirm-participation', 8, 'call+' || k, 'coordinator', now() - interval '9 days', CASE WHEN k < 4 THEN now() END
      FROM generate_series(20, ${DEPLOYMENTS}, 20) n, generate_series(1, 4) k;
    INSERT INTO call_tasks (reference, step, round, rung, person, opened_at, closed_at)
      SELECT 'D' || n, 'contact-school', k, 'call+3', 'other-coordinator', now() - interval '9 days', now()
      FROM generate_series(1, ${DEPLOYMENTS}) n, generate_series(1, 3) k;
    INSERT INTO call_notes (reference, step, round, rung, by_person, outcome)
      SELECT reference, step, round, rung, 'coordinator', 'no-answer' FROM call_tasks;
    INSERT INTO escalations (reference, step, round, rung, role, person, opened_at, closed_at)
      SELECT 'D' || n, 'contact-school', k, 'escalation+5', 'regional-team', 'region', now(), CASE WHEN n % 500 = 0 THEN NULL ELSE now() END
      FROM generate_series(1, ${DEPLOYMENTS}) n, generate_series(1, 3) k;
    INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at, closed_at)
      SELECT 'D' || n, 'school', 'head', 'letter-refused', 'no', now(), CASE WHEN n % 500 = 0 THEN NULL ELSE now() END
      FROM generate_series(1, ${DEPLOYMENTS}) n, generate_series(1, 2) k ON CONFLICT DO NOTHING;
    INSERT INTO incoming (once_as, via, kind, at, from_name, from_address, person, subject, words, quoted, attachments, cut, facts, done_at)
      SELECT decode(md5(n::text), 'hex'), 'pipe', CASE WHEN n % 3 = 0 THEN 'automatic' ELSE 'person' END, now(), 'Head', 'head@hillside.example',
             CASE WHEN n % 3 = 0 THEN 'head-' || n ELSE 'head' END, 'Re: ' || n, 'Yes', '', '[]', false, '{}', CASE WHEN n % 100 = 1 THEN NULL ELSE now() END
      FROM generate_series(1, ${DEPLOYMENTS}) n;
    INSERT INTO incoming_letters (incoming, letter)
      SELECT id, 'D' || row_number() OVER (ORDER BY id) || '/1' FROM incoming WHERE subject NOT LIKE '%7';
    ANALYZE;`);
}
