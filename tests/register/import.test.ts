import assert from 'node:assert/strict';
import iconv from 'iconv-lite';
import { describe, it } from 'vitest';
import { importSchools } from '../../register/import-schools.ts';
import { csvOf, schoolCells } from '../kit/files.ts';
import { counts, NONE, registerForTests } from './register.ts';

const register = registerForTests();
const { files, schools, rowsOf } = register;

describe('importing the schools register', () => {
  it('imports schools, authorities and trusts', async () => {
    const report = await schools(
      schoolCells({ 'Trusts (code)': '99001', 'Trusts (name)': 'Fernbank Learning Trust', LastChangedDate: '01-09-2022' }),
      schoolCells({
        URN: '990002',
        EstablishmentName: 'École “Élysée”',
        'LA (code)': '320',
        'LA (name)': 'Waltham Forest',
        'GOR (name)': 'London',
      }),
    );
    assert.deepEqual(counts(report), { ...NONE, read: 2, inserted: 2 });
    assert.deepEqual(await rowsOf('SELECT urn, name, authority, trust, region, changed_on FROM schools ORDER BY urn'), [
      { urn: '990001', name: 'Hillcrest Primary School', authority: '888', trust: '99001', region: 'North West', changed_on: '2022-09-01' },
      { urn: '990002', name: 'École “Élysée”', authority: '320', trust: null, region: 'London', changed_on: null },
    ]);
    assert.deepEqual(await rowsOf('SELECT code, name, region FROM local_authorities ORDER BY code'), [
      { code: '320', name: 'Waltham Forest', region: 'London' },
      { code: '888', name: 'Lancashire', region: 'North West' },
    ]);
    assert.deepEqual(await rowsOf('SELECT id, name FROM trusts'), [{ id: '99001', name: 'Fernbank Learning Trust' }]);
  });

  it('reads the encoding in which the register is published', async () => {
    const file = files.write(iconv.encode(csvOf([schoolCells({ EstablishmentName: 'St Ethelbun’s – École' })]), 'windows-1252'));
    const imported = await importSchools(register.pool, file);
    assert.equal(imported.ok && imported.value.encoding, 'windows-1252');
    assert.deepEqual(await rowsOf('SELECT name FROM schools'), [{ name: 'St Ethelbun’s – École' }]);
  });

  it('updates what changed when a file is imported again, and never duplicates a row', async () => {
    const rows = [schoolCells(), schoolCells({ URN: '990002' })];
    await schools(...rows);
    assert.deepEqual(counts(await schools(...rows)), { ...NONE, read: 2, unchanged: 2 });
    assert.deepEqual(counts(await schools(schoolCells(), schoolCells({ URN: '990002', EstablishmentName: 'New Name' }))), {
      ...NONE,
      read: 2,
      updated: 1,
      unchanged: 1,
    });
    assert.deepEqual(await rowsOf('SELECT urn, name FROM schools ORDER BY urn'), [
      { urn: '990001', name: 'Hillcrest Primary School' },
      { urn: '990002', name: 'New Name' },
    ]);
  });

  it('leaves bad rows out, reports them in the order of the file, and imports the rest', async () => {
    const file = files.write(
      `${csvOf([schoolCells({ URN: 'x' }), schoolCells(), schoolCells({ URN: '990003', EstablishmentName: '' })], '\n')}990004,"888\n990005,888\n`,
    );
    const imported = await importSchools(register.pool, file);
    assert.ok(imported.ok);
    assert.deepEqual(counts(imported.value), { ...NONE, read: 5, inserted: 1, rejected: 4, findingCount: 4 });
    assert.deepEqual(
      imported.value.findings.map(({ line, column }) => [line, column]),
      [
        [2, 'URN'],
        [4, 'EstablishmentName'],
        [5, 'LA (code)'],
        [6, null],
      ],
    );
  });

  it('keeps the last row of a URN that is in the file more than once, and reports the others', async () => {
    await schools(schoolCells({ EstablishmentName: 'Before' }));
    const report = await schools(
      schoolCells({ EstablishmentName: 'One' }),
      schoolCells({ EstablishmentName: 'Two' }),
      schoolCells({ EstablishmentName: 'Three' }),
    );
    assert.deepEqual(counts(report), { ...NONE, read: 3, updated: 1, rejected: 2, findingCount: 2 });
    assert.deepEqual(
      report.findings.map(({ line, message }) => [line, message]),
      [
        [2, 'URN 990001 is also on line 4, and that later row was used.'],
        [3, 'URN 990001 is also on line 4, and that later row was used.'],
      ],
    );
    assert.deepEqual(await rowsOf('SELECT name FROM schools'), [{ name: 'Three' }]);
  });

  it('keeps what is known where a later file lacks the column', async () => {
    await schools(schoolCells({ OfstedLastInsp: '08-03-2022', 'Trusts (code)': '99001', 'Trusts (name)': 'Fernbank' }));
    const { 'GOR (name)': _, ...without } = schoolCells({ EstablishmentName: 'New Name' });
    assert.deepEqual(counts(await schools(without)), { ...NONE, read: 1, updated: 1 });
    assert.deepEqual(await rowsOf('SELECT name, last_inspected_on, trust, region FROM schools'), [
      { name: 'New Name', last_inspected_on: '2022-03-08', trust: '99001', region: 'North West' },
    ]);
  });

  it('keeps a name or date put together of several columns where a later file lacks one of them', async () => {
    const head = { 'HeadTitle (name)': 'Ms', HeadFirstName: 'Sarah', HeadLastName: 'Bouette' };
    await schools(schoolCells({ ...head, OfstedLastInsp: '08-03-2022', DateOfLastInspectionVisit: '' }));
    for (const missing of Object.keys(head)) {
      const { [missing]: _, ...rest } = head as Readonly<Record<string, string>>;
      assert.deepEqual(counts(await schools(schoolCells(rest))), { ...NONE, read: 1, unchanged: 1 }, missing);
    }
    await schools(schoolCells({ DateOfLastInspectionVisit: '01-02-2019' }));
    assert.deepEqual(await rowsOf('SELECT head_name, last_inspected_on FROM schools'), [
      { head_name: 'Ms Sarah Bouette', last_inspected_on: '2022-03-08' },
    ]);
    await schools(
      schoolCells({ DateOfLastInspectionVisit: '01-02-2024', 'HeadTitle (name)': '', HeadFirstName: 'Jo', HeadLastName: 'Ng' }),
    );
    assert.deepEqual(await rowsOf('SELECT head_name, last_inspected_on FROM schools'), [
      { head_name: 'Jo Ng', last_inspected_on: '2024-02-01' },
    ]);
  });

  it('gives a new school no shortened name where the file lacks a column of it', async () => {
    await schools(schoolCells({ 'HeadTitle (name)': 'Ms', HeadFirstName: 'Sarah' }));
    assert.deepEqual(await rowsOf('SELECT head_name FROM schools'), [{ head_name: null }]);
  });

  it('takes a school out of its trust when the register does', async () => {
    await schools(schoolCells({ 'Trusts (code)': '99001', 'Trusts (name)': 'Fernbank' }));
    await schools(schoolCells({ 'Trusts (code)': 'Not applicable', 'Trusts (name)': '' }));
    assert.deepEqual(await rowsOf('SELECT trust FROM schools'), [{ trust: null }]);
  });

  it('gives a school without a region the region of its authority, and reports when there is none', async () => {
    const report = await schools(
      schoolCells(),
      schoolCells({ URN: '990002', 'GOR (name)': '' }),
      schoolCells({ URN: '990003', 'GOR (name)': 'Wales (pseudo)', 'LA (code)': '660', 'LA (name)': 'Somewhere' }),
    );
    assert.deepEqual(counts(report), { ...NONE, read: 3, inserted: 3, findingCount: 2 });
    assert.deepEqual(await rowsOf('SELECT urn, region FROM schools ORDER BY urn'), [
      { urn: '990001', region: 'North West' },
      { urn: '990002', region: 'North West' },
      { urn: '990003', region: '' },
    ]);
  });

  it('lists a limited number of findings, and counts them all', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => schoolCells({ URN: index === 0 ? '990001' : 'x' }));
    const imported = await importSchools(register.pool, files.write(csvOf(rows)), { maxFindings: 5 });
    assert.ok(imported.ok);
    assert.deepEqual(counts(imported.value), { ...NONE, read: 300, inserted: 1, rejected: 299, findingCount: 299 });
    assert.deepEqual(
      imported.value.findings.map(({ line }) => line),
      [3, 4, 5, 6, 7],
    );
  });

  it('changes nothing when the file is refused', async () => {
    await schools(schoolCells());
    for (const content of ['', 'URN,EstablishmentName\n990001,Other\n', 'PK\u0003\u0004', csvOf([schoolCells()]).split('\r\n')[0] ?? '']) {
      assert.equal((await importSchools(register.pool, files.write(content))).ok, false);
    }
    assert.deepEqual(await rowsOf('SELECT name FROM schools'), [{ name: 'Hillcrest Primary School' }]);
  });

  it('imports 20,000 rows, and reports its progress', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) =>
      schoolCells({ URN: String(100_000 + index), 'LA (code)': String(200 + (index % 150)), Street: `${index}, Teapot Lane` }),
    );
    const done: number[] = [];
    const file = files.write(csvOf(rows));
    const imported = await importSchools(register.pool, file, { onProgress: (bytesRead, bytesTotal) => done.push(bytesRead / bytesTotal) });
    assert.deepEqual(imported.ok && counts(imported.value), { ...NONE, read: 20_000, inserted: 20_000 });
    assert.ok(done.length > 2);
    assert.deepEqual(
      done,
      done.toSorted((a, b) => a - b),
    );
    assert.equal(done.at(-1), 1);
  });

  it('makes a second import wait for the first', async () => {
    const file = files.write(csvOf(Array.from({ length: 500 }, (_, index) => schoolCells({ URN: String(100_000 + index) }))));
    const both = await Promise.all([importSchools(register.pool, file), importSchools(register.pool, file)]);
    assert.deepEqual(
      both.map((one) => (one.ok ? one.value.inserted : NaN)).toSorted((a, b) => a - b),
      [0, 500],
    );
  });
});
