import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, test } from 'vitest';
import { findDeployment } from '../../postgres/views/deployments.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { PLACE } from '../../postgres/views/place.ts';
import { searchSubjects } from '../../postgres/views/search-subjects.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { tsiProgramme } from '../support/programme.ts';

describe('a trust', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await keepProgramme(database.pool, tsiProgramme());
    await keepCalendar(database.pool, CALENDAR_2040);
    await database.pool.query(`
      INSERT INTO local_authorities (code, name, region) VALUES ('991', 'Westshire', 'North West'), ('992', 'Eastshire', 'East of England');
      INSERT INTO trusts (id, name) VALUES ('99901', 'Two Shires Trust');
      INSERT INTO schools (urn, name, authority, trust, status, region, imported_at) VALUES
        ('990001', 'Closed School', '992', '99901', 'Closed', 'East of England', now()),
        ('990002', 'Open School', '991', '99901', 'Open', 'North West', now());
      INSERT INTO deployments (reference, subject_kind, trust, programme, programme_version, calendar_version, status, began_at, sequence)
        VALUES ('D1', 'trust', '99901', 'tsi-2022-23', ${tsiProgramme().version}, 'test-2040', 'running', now(), 1);`);
  });
  afterAll(() => database.end());

  it('is placed by its first open school on every page, never by a closed one', async () => {
    const { rows } = await database.pool.query<{ urn: string }>(`SELECT school.urn FROM deployments d ${PLACE}`);
    assert.deepEqual(rows, [{ urn: '990002' }]);
    const found = await findDeployment(database.pool, 'D1');
    assert.deepEqual([found?.subject, found?.region], ['Two Shires Trust', 'North West']);
  });
});

test('a school is not placed twice when its town is named like its authority or its region', async () => {
  const database = await freshDatabase();
  await database.pool.query(`
    INSERT INTO local_authorities (code, name, region) VALUES ('991', 'Westshire', 'Middle Counties');
    INSERT INTO schools (urn, name, authority, town, status, region, imported_at)
      SELECT '99000' || n, 'School ' || n, '991', town, 'Open', 'Middle Counties', now()
      FROM unnest(ARRAY['Bobbinthorpe', 'Westshire', 'Middle Counties', '']) WITH ORDINALITY towns (town, n);`);
  const found = await searchSubjects(database.pool, { sql: 'true', values: [] }, 'School', 10);
  await database.end();
  assert.deepEqual(
    found.map(({ place }) => place),
    ['Bobbinthorpe, Westshire', 'Westshire', 'Westshire', 'Westshire'],
  );
});
