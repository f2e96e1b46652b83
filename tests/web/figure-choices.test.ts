import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { conditionOf } from '../../postgres/access/scope.ts';
import { listFigureChoices } from '../../postgres/views/search-deployments.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { tsiProgramme } from '../support/programme.ts';

const PROGRAMMES = [1, 2, 3].map((version) => ({ ...tsiProgramme(), version }));

describe('what figures can be narrowed to', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    for (const programme of PROGRAMMES) await keepProgramme(database.pool, programme);
    await keepCalendar(database.pool, CALENDAR_2040);
    await database.pool.query(`
      INSERT INTO local_authorities (code, name, region) VALUES
        ('991', 'A', 'Bordering'), ('992', 'B', 'Closed alone'), ('993', 'C', 'Nobody yet'), ('994', 'D', 'Trusts'), ('995', 'E', 'Yonder'), ('996', 'F', '');
      INSERT INTO trusts (id, name) VALUES ('99901', 'Two Shires Trust'), ('99902', 'Lost Trust');
      INSERT INTO schools (urn, name, authority, trust, status, region, imported_at)
      SELECT '99' || lpad(n::text, 4, '0'), 'School ' || n, authority, trust, status, region, now() FROM (VALUES
        (1, '991', NULL, 'Open', 'Bordering'), (2, '991', NULL, 'Open', 'Bordering'), (3, '993', NULL, 'Open', 'Nobody yet'),
        (4, '992', '99901', 'Closed', 'Closed alone'), (5, '994', '99901', 'Open', 'Trusts'), (6, '996', NULL, 'Open', ''),
        (7, '995', NULL, 'Open', 'Yonder')) AS given (n, authority, trust, status, region);`);
  });
  afterAll(() => database.end());

  async function place(reference: string, subject: string, version: number, status = 'running'): Promise<void> {
    const kind = subject.length === 5 ? 'trust' : 'school';
    await database.pool.query(
      `INSERT INTO deployments (reference, subject_kind, urn, trust, programme, programme_version, calendar_version, status, began_at, sequence)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now(), 1)`,
      [
        ...[reference, kind, kind === 'school' ? subject : null, kind === 'trust' ? subject : null],
        ...[tsiProgramme().id, version, CALENDAR_2040.version, status],
      ],
    );
  }

  const of = async (scope: Parameters<typeof conditionOf>[0]) => {
    const { regions, programmes } = await listFigureChoices(database.pool, conditionOf(scope, 1));
    return [regions, programmes.map(({ version }) => version)];
  };
  const ALL = { all: true, regions: [], areas: [] };
  const EACH = ['', 'Bordering', 'Closed alone', 'Nobody yet', 'Trusts', 'Yonder'];

  it('is the places and the versions of whatever deployments there are, and the same for whoever sees each place as for whoever sees all', async () => {
    const both = async () => {
      const [all, each] = [await of(ALL), await of({ all: false, regions: EACH, areas: [] })];
      assert.deepEqual(all, each);
      return all;
    };
    assert.deepEqual(await both(), [[], []]);
    await place('F1', '990002', 1, 'completed');
    assert.deepEqual(await both(), [['Bordering'], [1]]);
    await place('F2', '99901', 1);
    assert.deepEqual(await both(), [['Bordering', 'Trusts'], [1]]);
    await place('F3', '990006', 2);
    assert.deepEqual(await both(), [
      ['Bordering', 'Trusts'],
      [1, 2],
    ]);
    await place('F4', '990007', 3);
    assert.deepEqual(await both(), [
      ['Bordering', 'Trusts', 'Yonder'],
      [1, 2, 3],
    ]);
    assert.deepEqual(await of({ all: false, regions: ['Trusts', 'Yonder'], areas: [] }), [
      ['Trusts', 'Yonder'],
      [1, 3],
    ]);
    assert.deepEqual(await of({ all: false, regions: [], areas: [] }), [[], []], 'somebody without a place');
  });

  it('has all versions also where no school is known of a deployment', async () => {
    await database.pool.query('DELETE FROM deployments');
    await place('F5', '99902', 2);
    assert.deepEqual(await of(ALL), [[], [2]]);
  });
});
