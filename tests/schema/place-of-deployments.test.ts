import assert from 'node:assert/strict';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { tsiProgramme } from '../support/programme.ts';
import { untilLockIsWaitedFor } from '../support/wait-until.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await keepProgramme(database.pool, tsiProgramme());
  await keepCalendar(database.pool, CALENDAR_2040);
  await database.pool.query(`
    INSERT INTO local_authorities (code, name, region) VALUES ('991', 'Westshire', 'North West');
    INSERT INTO trusts (id, name) SELECT 'T' || n, 'Trust ' || n FROM generate_series(0, 9) n;`);
});
afterAll(() => database.end());

const addSchool = (db: pg.Pool | pg.PoolClient, urn: string, trust: string | null, status: string) =>
  db.query(
    `INSERT INTO schools (urn, name, authority, trust, status, region, imported_at) VALUES ($1, 'A school', '991', $2, $3, 'North West', now())
     ON CONFLICT (urn) DO UPDATE SET trust = excluded.trust, status = excluded.status`,
    [urn, trust, status],
  );
const addDeployment = (db: pg.Pool | pg.PoolClient, reference: string, trust: string) =>
  db.query(
    `INSERT INTO deployments (reference, subject_kind, trust, programme, programme_version, calendar_version, status, began_at, sequence)
     VALUES ($1, 'trust', $2, 'tsi-2022-23', ${tsiProgramme().version}, 'test-2040', 'running', now(), 1) ON CONFLICT DO NOTHING`,
    [reference, trust],
  );

/** Which school gives each deployment its place, as kept, and as it would be worked out now. */
async function places() {
  const { rows } = await database.pool.query<{ reference: string; kept: string | null; now: string | null }>(`
    SELECT d.reference, d.place_urn AS kept, coalesce(d.urn, (
      SELECT first.urn FROM schools first WHERE first.trust = d.trust
      ORDER BY first.status NOT LIKE 'Open%', length(first.urn), first.urn LIMIT 1)) AS now
    FROM deployments d ORDER BY d.reference`);
  return rows;
}

describe('the place that is kept of a deployment', () => {
  it('is its school, or the first open school of its trust, whatever becomes of schools and trusts', async () => {
    const trust = fc.constantFrom('T1', 'T2', 'T3');
    const urn = fc.constantFrom('8', '9', '10', '11');
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('school' as const),
        urn,
        trust: fc.option(trust),
        status: fc.constantFrom('Open', 'Closed', 'Open, but proposed to close'),
      }),
      fc.record({ kind: fc.constant('all' as const), status: fc.constantFrom('Open', 'Closed') }),
      fc.record({ kind: fc.constant('merger' as const), trust, other: trust }),
      fc.record({ kind: fc.constant('gone' as const), urn }),
      fc.record({ kind: fc.constant('deployment' as const), trust }),
      fc.record({ kind: fc.constant('moved' as const), trust, other: trust }),
      fc.record({ kind: fc.constant('own school' as const), trust, urn }),
    );
    let placed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 10, maxLength: 25 }), async (changes) => {
        await database.pool.query('DELETE FROM deployments; DELETE FROM schools');
        for (const each of ['T1', 'T2', 'T3']) await addDeployment(database.pool, `of-${each}`, each);
        for (const one of changes) {
          if (one.kind === 'school') await addSchool(database.pool, one.urn, one.trust, one.status);
          if (one.kind === 'all') await database.pool.query('UPDATE schools SET status = $1', [one.status]);
          if (one.kind === 'merger') await database.pool.query('UPDATE schools SET trust = $2 WHERE trust = $1', [one.trust, one.other]);
          if (one.kind === 'gone') {
            await database.pool.query('DELETE FROM schools WHERE urn = $1 AND NOT EXISTS (SELECT FROM deployments d WHERE d.urn = $1)', [
              one.urn,
            ]);
          }
          if (one.kind === 'deployment') await addDeployment(database.pool, `of-${one.trust}`, one.trust);
          if (one.kind === 'moved') await database.pool.query('UPDATE deployments SET trust = $2 WHERE trust = $1', [one.trust, one.other]);
          if (one.kind === 'own school') {
            await database.pool.query(
              `UPDATE deployments SET subject_kind = 'school', urn = $2, trust = NULL WHERE trust = $1 AND EXISTS (SELECT FROM schools WHERE urn = $2)`,
              [one.trust, one.urn],
            );
          }
          for (const { reference, kept, now } of await places()) {
            assert.equal(kept, now, reference);
            if (kept !== null) placed += 1;
          }
        }
      }),
      { numRuns: 40 },
    );
    assert.ok(placed > 0, `${placed} deployments with a place were compared`);
  });

  it('is right when a deployment of a trust begins while an import changes its schools, whichever is stored first', async () => {
    await addSchool(database.pool, '81', 'T8', 'Open');
    await addSchool(database.pool, '91', 'T9', 'Open');
    const [importing, beginning] = [await database.pool.connect(), await database.pool.connect()];
    try {
      await importing.query('BEGIN');
      await importing.query("UPDATE schools SET status = 'Closed' WHERE urn = '81'");
      await addSchool(importing, '82', 'T8', 'Open');
      const begun = addDeployment(beginning, 'meanwhile', 'T8');
      await untilLockIsWaitedFor(database.pool);
      await importing.query('COMMIT');
      await begun;

      await beginning.query('BEGIN');
      await addDeployment(beginning, 'before', 'T9');
      const closed = importing.query("UPDATE schools SET trust = NULL WHERE urn = '91'");
      await untilLockIsWaitedFor(database.pool);
      await beginning.query('COMMIT');
      await closed;
    } finally {
      // Closed, so that a test that fails leaves no lock behind.
      importing.release(true);
      beginning.release(true);
    }
    const kept = (await places()).filter(({ reference }) => reference === 'meanwhile' || reference === 'before');
    assert.deepEqual(kept, [
      { reference: 'before', kept: null, now: null },
      { reference: 'meanwhile', kept: '82', now: '82' },
    ]);
  });

  it('cannot be written by anything else', async () => {
    await addSchool(database.pool, '71', 'T7', 'Open');
    await addDeployment(database.pool, 'kept', 'T7');
    await database.pool.query("UPDATE deployments SET place_urn = '81' WHERE reference = 'kept'");
    assert.deepEqual((await places()).find(({ reference }) => reference === 'kept')?.kept, '71');
  });
});
