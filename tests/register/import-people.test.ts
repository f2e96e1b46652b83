import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { importPeople } from '../../register/import-people.ts';
import { csvOf, schoolCells } from '../kit/files.ts';
import { counts, HEAD, MILLS, NONE, registerForTests } from './register.ts';

const register = registerForTests();
const { schools, people, rowsOf } = register;

describe('importing people', () => {
  it('imports people, roles and areas, and updates them when they are imported again', async () => {
    const rows = [MILLS, HEAD, { id: 'head', role: 'system-leader' }];
    assert.deepEqual(counts(await people(...rows)), { ...NONE, read: 3, inserted: 2 });
    assert.deepEqual(counts(await people(...rows)), { ...NONE, read: 3, unchanged: 2 });
    assert.deepEqual(counts(await people({ ...MILLS, authorities: '888' }, { ...HEAD, urn: '990002' })), {
      ...NONE,
      read: 2,
      updated: 1,
      unchanged: 1,
    });
    assert.deepEqual(await rowsOf('SELECT person, role, area, urn FROM person_roles ORDER BY person'), [
      { person: 'c-mills', role: 'rdp', area: 'fells', urn: '' },
      { person: 'head', role: 'school', area: '', urn: '990002' },
    ]);
    assert.deepEqual(await rowsOf('SELECT area, authority FROM area_authorities'), [{ area: 'fells', authority: '888' }]);
  });

  it('keeps a telephone number and a job title where a later file has no column for them, and empties them where it has', async () => {
    const known = () => rowsOf("SELECT telephone, job_title FROM people WHERE id = 'head'");
    const file = async (...rows: readonly Readonly<Record<string, string>>[]) => {
      const imported = await importPeople(register.pool, register.files.write(csvOf(rows)));
      assert.ok(imported.ok);
      return counts(imported.value);
    };
    await schools(schoolCells());
    await file({ ...HEAD, telephone: '01632 960101', job_title: 'Headteacher' });
    assert.deepEqual(await file(HEAD), { ...NONE, read: 1, unchanged: 1 });
    assert.deepEqual(await known(), [{ telephone: '01632 960101', job_title: 'Headteacher' }]);
    await file({ ...HEAD, telephone: '' });
    assert.deepEqual(await known(), [{ telephone: null, job_title: 'Headteacher' }]);
    await file({ ...HEAD, job_title: '' });
    assert.deepEqual(await known(), [{ telephone: null, job_title: null }]);
  });

  it('keeps the area of a coordinator and the trust of a system leader where a later file has no such column', async () => {
    const LEADER = { id: 'leader', name: 'Lena Leader', email: 'lena@leader.example', role: 'system-leader', region: 'North West' };
    await schools(schoolCells());
    await people(MILLS, { ...LEADER, trust: '99001' });
    const file = async (...rows: readonly Readonly<Record<string, string>>[]) => {
      const imported = await importPeople(register.pool, register.files.write(csvOf(rows)));
      assert.ok(imported.ok);
      return counts(imported.value);
    };
    const roles = () => rowsOf('SELECT person, role, region, area, trust FROM person_roles ORDER BY person');
    const before = await roles();
    const { area: _, area_name: __, authorities: ___, ...withoutArea } = MILLS;
    assert.deepEqual(await file(withoutArea, LEADER), { ...NONE, read: 2, unchanged: 2 });
    assert.deepEqual(await roles(), before);
    // Another region is another place: the area of the old one does not go with it.
    await file({ ...withoutArea, region: 'North East' });
    assert.deepEqual((await roles())[0], { person: 'c-mills', role: 'rdp', region: 'North East', area: '', trust: '' });
    // A column that is there and empty says that there is none.
    await people(MILLS);
    await people({ ...MILLS, area: '', area_name: '', authorities: '' });
    assert.deepEqual((await roles())[0]?.['area'], '');
  });

  it('keeps the role of a person whose row was left out', async () => {
    await people(HEAD, { id: 'head', role: 'system-leader' });
    const report = await people(HEAD, { id: 'head', role: 'system-leeder' });
    assert.deepEqual(counts(report), { ...NONE, read: 2, unchanged: 1, rejected: 1, findingCount: 1 });
    assert.deepEqual(await rowsOf('SELECT role FROM person_roles ORDER BY role'), [{ role: 'school' }, { role: 'system-leader' }]);
  });

  it('leaves alone everybody whom the file does not name', async () => {
    await people(HEAD);
    await people(MILLS);
    assert.deepEqual(await rowsOf('SELECT id FROM people ORDER BY id'), [{ id: 'c-mills' }, { id: 'head' }]);
  });

  it('leaves out all rows of a person whose address belongs to somebody else', async () => {
    await people(HEAD);
    const report = await people({ ...HEAD, id: 'other', email: 'HEAD@hillcrest.example' }, { id: 'other', role: 'system-leader' }, MILLS);
    assert.deepEqual(counts(report), { ...NONE, read: 3, inserted: 1, rejected: 2, findingCount: 1 });
    assert.equal(report.findings[0]?.message, 'The address HEAD@hillcrest.example is already that of "head", so "other" was left out.');
    assert.deepEqual(await rowsOf('SELECT id FROM people ORDER BY id'), [{ id: 'c-mills' }, { id: 'head' }]);
  });

  it('leaves out a person who needs the address of somebody who was left out', async () => {
    await people(HEAD, { ...HEAD, id: 'a', email: 'a@x.example' }, { ...HEAD, id: 'b', email: 'b@x.example' });
    // a cannot take the address of head, so b cannot take the address of a.
    const report = await people({ ...HEAD, id: 'a', email: 'head@hillcrest.example' }, { ...HEAD, id: 'b', email: 'a@x.example' });
    assert.deepEqual(counts(report), { ...NONE, read: 2, rejected: 2, findingCount: 2 });
    assert.deepEqual(await rowsOf('SELECT id, email FROM people ORDER BY id'), [
      { id: 'a', email: 'a@x.example' },
      { id: 'b', email: 'b@x.example' },
      { id: 'head', email: 'head@hillcrest.example' },
    ]);
  });

  it('lets two people exchange their addresses', async () => {
    await people({ ...HEAD, id: 'a', email: 'a@x.example' }, { ...HEAD, id: 'b', email: 'b@x.example' });
    assert.deepEqual(counts(await people({ ...HEAD, id: 'a', email: 'b@x.example' }, { ...HEAD, id: 'b', email: 'a@x.example' })), {
      ...NONE,
      read: 2,
      updated: 2,
    });
    assert.deepEqual(await rowsOf('SELECT id, email FROM people ORDER BY id'), [
      { id: 'a', email: 'b@x.example' },
      { id: 'b', email: 'a@x.example' },
    ]);
  });

  it('reports a school that the register does not have, once there is a register', async () => {
    assert.deepEqual((await people(HEAD)).findings, []);
    await schools(schoolCells({ URN: '990002' }));
    const report = await people(HEAD);
    assert.deepEqual(counts(report), { ...NONE, read: 1, unchanged: 1, findingCount: 1 });
    assert.equal(report.findings[0]?.message, 'The register has no school with the URN 990001.');
  });

  it('clears a refused address when it is changed, and closes the tasks to correct it', async () => {
    await schools(schoolCells());
    await people(HEAD, { ...HEAD, id: 'other', email: 'other@x.example' });
    await openTasks('head', 'other');
    await people(HEAD);
    assert.equal((await rowsOf('SELECT FROM contact_tasks WHERE closed_at IS NULL')).length, 4);

    await people({ ...HEAD, email: 'office@hillcrest.example' });
    assert.deepEqual(await rowsOf('SELECT person, problem, outcome FROM contact_tasks WHERE closed_at IS NOT NULL'), [
      { person: 'head', problem: 'address-refused', outcome: 'the address was changed' },
    ]);
    assert.deepEqual(await rowsOf('SELECT id, address_refused_with FROM people ORDER BY id'), [
      { id: 'head', address_refused_with: null },
      { id: 'other', address_refused_with: '550 no such user' },
    ]);
  });
});

/** A deployment in which the addresses of these people were refused, and in which a role is unfilled. */
async function openTasks(...persons: readonly string[]): Promise<void> {
  await register.pool.query(
    `WITH p AS (INSERT INTO programmes (id, version, document) VALUES ('p', 1, '{}')), c AS (INSERT INTO calendars (version, name, document) VALUES ('c', 'c', '{}'))
     INSERT INTO deployments (reference, subject_kind, urn, programme, programme_version, calendar_version, status, began_at, sequence)
     VALUES ('D1', 'school', '990001', 'p', 1, 'c', 'running', now(), 1)`,
  );
  for (const person of persons) {
    await register.pool.query(
      `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
       SELECT 'D1', 'school', $1, problem, '', now() FROM unnest('{address-refused,unknown-contact}'::text[]) AS problem`,
      [person],
    );
    await register.pool.query(`UPDATE people SET address_refused_at = now(), address_refused_with = '550 no such user' WHERE id = $1`, [
      person,
    ]);
  }
}
