import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listEligibility, withDeployments } from '../../desk/list-eligible.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { openDatabase, tryOut } from '../../postgres/database.ts';
import type { Db } from '../../postgres/database.ts';
import { conditionOf } from '../../postgres/access/scope.ts';
import { keptWhileRegisterStands } from '../../postgres/views/register-state.ts';
import { importSample } from '../../register/import-sample.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await importSample(database.pool);
  await database.pool.query("INSERT INTO trusts (id, name) VALUES ('99888', 'A Trust of the Register')");
});
afterAll(() => database.end());

const WEST = conditionOf({ all: false, regions: ['North West'], areas: [] }, 1);
const ALL = conditionOf({ all: true, regions: [], areas: [] }, 1);

/** What is listed of an offer, to somebody of one region, somebody of all, and the command line. */
async function listed(db: Db) {
  const lists = [];
  for (const [programme, on] of [
    ['si-2019-20', '2020-02-03'],
    ['tsi-2021-22', '2022-02-18'],
    ['tsi-2022-23', '2023-08-31'],
  ] as const) {
    for (const scope of [WEST, ALL, null]) {
      const list = await listEligibility(db, programme, plainDate(on), scope);
      assert.ok(list.ok);
      const { places, grounds } = list.value;
      const lines = [...list.value.lines('eligible'), ...list.value.lines('not-eligible')];
      lists.push({
        places: places.map((place) => JSON.stringify(place)).toSorted(),
        grounds,
        lines: await withDeployments(db, programme, lines),
      });
    }
  }
  return lists;
}

/** The same as a process lists it that was started just now. */
async function listedAnew() {
  const pool = openDatabase(database.ownerUrl);
  try {
    return await listed(pool);
  } finally {
    await pool.end();
  }
}

describe('verdicts that are kept', () => {
  it('are those of the register as it is now, after each way of writing to it', async () => {
    const { application } = database;
    let before = await listed(application);
    for (const statement of [
      "UPDATE schools SET status = 'Closed', closed_on = '2019-10-01' WHERE urn = '990011'",
      "UPDATE schools SET name = 'Another Name', region = 'London' WHERE urn = '990002'",
      "UPDATE schools SET authority = (SELECT max(code) FROM local_authorities) WHERE urn = '990003'",
      "UPDATE local_authorities SET name = 'Another Authority' WHERE code IN (SELECT authority FROM schools WHERE urn = '990002')",
      "INSERT INTO schools (urn, name, authority, type_group, status, region, imported_at) SELECT '990777', 'New', authority, 'Academies', 'Open', region, now() FROM schools WHERE urn = '990012'",
      "INSERT INTO inspections (urn, inspected_on, published_on, grade, urn_at_time, as_previous, imported_at) VALUES ('990777', '2019-10-01', '2022-10-01', 3, '990777', false, now())",
      "UPDATE inspections SET grade = 3 WHERE urn = '990001'",
      "DELETE FROM inspections WHERE urn = '990002'",
      "UPDATE group_memberships SET joined_on = '2022-10-01' WHERE urn = '990012'",
      "UPDATE school_groups SET closed_on = '2020-01-01' WHERE id = '99001'",
      "UPDATE schools SET trust = '99888' WHERE urn IN ('990777', '990001')",
      "UPDATE trusts SET name = 'Another Trust' WHERE id = '99888'",
    ]) {
      const { rowCount } = await database.pool.query(statement);
      assert.ok(rowCount !== null && rowCount > 0, `${statement}: no row`);
      const now = await listed(application);
      assert.notDeepEqual(now, before, `${statement}: nothing changed`);
      assert.deepEqual(now, await listedAnew(), statement);
      before = now;
    }
  });
});

describe('a trust of two regions', () => {
  it('is listed where its first open school is, and to nobody else, whichever of its schools makes it eligible', async () => {
    await database.pool.query(`
      INSERT INTO trusts (id, name) VALUES ('99889', 'Two Regions Trust');
      INSERT INTO schools (urn, name, authority, type_group, status, region, trust, imported_at)
        SELECT urn, 'School ' || urn, authority, 'Academies', 'Open', given.region, '99889', now()
        FROM (VALUES ('990701', 'London'), ('990702', 'North West')) given (urn, region), (SELECT min(code) AS authority FROM local_authorities) one;
      INSERT INTO inspections (urn, inspected_on, published_on, grade, urn_at_time, as_previous, imported_at)
        VALUES ('990702', '2021-10-01', '2021-11-01', 3, '990702', false, now())`);
    const regionFor = async (scope: typeof ALL | null) => {
      const list = await listEligibility(database.application, 'tsi-2021-22', plainDate('2022-02-18'), scope);
      return list.ok ? list.value.lines('eligible').find(({ id }) => id === '99889')?.region : undefined;
    };
    assert.deepEqual([await regionFor(ALL), await regionFor(null), await regionFor(WEST)], ['London', 'London', undefined]);
  });
});

describe('what is kept while the register stands', () => {
  const touch = (db: Db) => db.query("UPDATE schools SET imported_at = now() WHERE urn = '990001'");

  it('is made once for all who ask, and anew when something was written, also by another process', async () => {
    let made = 0;
    const memory = keptWhileRegisterStands<{ readonly made: number }>(2);
    const ask = (name = 'one') => memory(database.application, name, () => Promise.resolve({ made: (made += 1) }));
    assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [{ made: 1 }, { made: 1 }, { made: 1 }]);
    await touch(database.pool);
    assert.deepEqual([await ask(), await ask()], [{ made: 2 }, { made: 2 }]);
    // An import that is only tried out writes nothing.
    await tryOut(database.pool, touch);
    assert.deepEqual(await ask(), { made: 2 });
    // No more than were asked for: the third drives out the first.
    assert.deepEqual(
      [await ask('two'), await ask('three'), await ask('two'), await ask()],
      [{ made: 3 }, { made: 4 }, { made: 3 }, { made: 5 }],
    );
  });

  it('is not kept when it was written to meanwhile, nor when it failed', async () => {
    let made = 0;
    const memory = keptWhileRegisterStands<{ readonly made: number }>(2);
    const ask = (first: () => Promise<unknown>) =>
      memory(database.application, 'one', async () => {
        await first();
        return { made: (made += 1) };
      });
    assert.deepEqual(await ask(() => touch(database.pool)), { made: 1 });
    assert.deepEqual(await ask(() => Promise.resolve()), { made: 2 });
    await touch(database.pool);
    await assert.rejects(
      ask(() => Promise.reject(new Error('no connection'))),
      /no connection/,
    );
    assert.deepEqual(await ask(() => Promise.resolve()), { made: 3 });
  });

  it('is made each time where the database does not say how the register stands', async () => {
    let made = 0;
    const memory = keptWhileRegisterStands<{ readonly made: number }>(2);
    const ask = () => memory(database.application, 'one', () => Promise.resolve({ made: (made += 1) }));
    await database.pool.query('DELETE FROM register_state');
    assert.deepEqual([await ask(), await ask()], [{ made: 1 }, { made: 2 }]);
    await database.pool.query('INSERT INTO register_state DEFAULT VALUES');
    assert.deepEqual([await ask(), await ask()], [{ made: 3 }, { made: 3 }]);
  });
});
