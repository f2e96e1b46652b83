import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import iconv from 'iconv-lite';
import { findParties } from '../../register/find-parties.ts';
import { importPeople } from '../../register/import-people.ts';
import type { ImportReport } from '../../register/import-report.ts';
import { importSample } from '../../register/import-sample.ts';
import { importSchools } from '../../register/import-schools.ts';
import { csvOf, schoolCells, testFiles } from '../../register/test-files.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

type Cells = Readonly<Record<string, string>>;

const files = testFiles();
let database: TestDatabase;
before(async () => {
  database = await freshDatabase();
});
after(async () => {
  await database.end();
  files.remove();
});
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE schools, trusts, local_authorities, people, person_roles, areas, area_authorities, deployments, calendars, programmes CASCADE',
  );
});

async function schools(...rows: readonly Cells[]): Promise<ImportReport> {
  const imported = await importSchools(database.pool, files.write(csvOf(rows)));
  assert.ok(imported.ok, imported.ok ? '' : imported.reason.message);
  return imported.value;
}

const COLUMNS = {
  id: '',
  name: '',
  email: '',
  telephone: '',
  role: '',
  region: '',
  area: '',
  area_name: '',
  authorities: '',
  urn: '',
  trust: '',
  authority: '',
  diocese: '',
};

async function people(...rows: readonly Cells[]): Promise<ImportReport> {
  const imported = await importPeople(database.pool, files.write(csvOf(rows.map((row) => ({ ...COLUMNS, ...row })))));
  assert.ok(imported.ok, imported.ok ? '' : imported.reason.message);
  return imported.value;
}

async function rowsOf(statement: string, ...values: readonly unknown[]): Promise<readonly Cells[]> {
  return (await database.pool.query<Cells>(statement, [...values])).rows;
}

const counts = ({ read, inserted, updated, unchanged, rejected, findingCount }: ImportReport) => ({
  read,
  inserted,
  updated,
  unchanged,
  rejected,
  findingCount,
});
const NONE = { read: 0, inserted: 0, updated: 0, unchanged: 0, rejected: 0, findingCount: 0 };

describe('importing the schools register', () => {
  it('takes schools, authorities and trusts in', async () => {
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
    const imported = await importSchools(database.pool, file);
    assert.equal(imported.ok && imported.value.encoding, 'windows-1252');
    assert.deepEqual(await rowsOf('SELECT name FROM schools'), [{ name: 'St Ethelbun’s – École' }]);
  });

  it('updates what changed when a file is imported again, and never duplicates', async () => {
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

  it('leaves bad rows out, tells of them in the order of the file, and takes the rest', async () => {
    const file = files.write(
      `${csvOf([schoolCells({ URN: 'x' }), schoolCells(), schoolCells({ URN: '990003', EstablishmentName: '' })], '\n')}990004,"888\n990005,888\n`,
    );
    const imported = await importSchools(database.pool, file);
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

  it('takes the last row of a URN that stands in the file more than once, and tells of the others', async () => {
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
        [2, 'URN 990001 stands again on line 4, and that later row was taken.'],
        [3, 'URN 990001 stands again on line 4, and that later row was taken.'],
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

  it('takes a school out of its trust when the register does', async () => {
    await schools(schoolCells({ 'Trusts (code)': '99001', 'Trusts (name)': 'Fernbank' }));
    await schools(schoolCells({ 'Trusts (code)': 'Not applicable', 'Trusts (name)': '' }));
    assert.deepEqual(await rowsOf('SELECT trust FROM schools'), [{ trust: null }]);
  });

  it('gives a school without a region that of its authority, and tells when there is none', async () => {
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

  it('lists so many findings and no more, and counts them all', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => schoolCells({ URN: index === 0 ? '990001' : 'x' }));
    const imported = await importSchools(database.pool, files.write(csvOf(rows)), { maxFindings: 5 });
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
      assert.equal((await importSchools(database.pool, files.write(content))).ok, false);
    }
    assert.deepEqual(await rowsOf('SELECT name FROM schools'), [{ name: 'Hillcrest Primary School' }]);
  });

  it('takes 20,000 rows in, and says how far it is', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) =>
      schoolCells({ URN: String(100_000 + index), 'LA (code)': String(200 + (index % 150)), Street: `${index}, Teapot Lane` }),
    );
    const done: number[] = [];
    const file = files.write(csvOf(rows));
    const imported = await importSchools(database.pool, file, { onProgress: (bytesRead, bytesTotal) => done.push(bytesRead / bytesTotal) });
    assert.deepEqual(imported.ok && counts(imported.value), { ...NONE, read: 20_000, inserted: 20_000 });
    assert.ok(done.length > 2);
    assert.deepEqual(
      done,
      done.toSorted((a, b) => a - b),
    );
    assert.equal(done.at(-1), 1);
  });

  it('lets two imports at once wait for each other', async () => {
    const file = files.write(csvOf(Array.from({ length: 500 }, (_, index) => schoolCells({ URN: String(100_000 + index) }))));
    const both = await Promise.all([importSchools(database.pool, file), importSchools(database.pool, file)]);
    assert.deepEqual(both.map((one) => one.ok && one.value.inserted).toSorted(), [0, 500]);
  });
});

const MILLS = {
  id: 'c-mills',
  name: 'Carys Mills',
  email: 'c.mills@delivery.example',
  role: 'rdp',
  region: 'North West',
  area: 'fells',
  area_name: 'The Fells',
  authorities: '888;909',
} as const;
const HEAD = { id: 'head', name: 'Joan Tarleton', email: 'head@hillcrest.example', role: 'school', urn: '990001' } as const;

describe('importing people', () => {
  it('takes people, roles and areas in, and updates them when imported again', async () => {
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

  it('takes no role away from somebody of whom a row was left out', async () => {
    await people(HEAD, { id: 'head', role: 'system-leader' });
    const report = await people(HEAD, { id: 'head', role: 'system-leeder' });
    assert.deepEqual(counts(report), { ...NONE, read: 2, unchanged: 1, rejected: 1, findingCount: 1 });
    assert.deepEqual(await rowsOf('SELECT role FROM person_roles ORDER BY role'), [{ role: 'school' }, { role: 'system-leader' }]);
  });

  it('leaves alone whom the file does not name', async () => {
    await people(HEAD);
    await people(MILLS);
    assert.deepEqual(await rowsOf('SELECT id FROM people ORDER BY id'), [{ id: 'c-mills' }, { id: 'head' }]);
  });

  it('leaves out somebody whose address is that of somebody else, with all their rows', async () => {
    await people(HEAD);
    const report = await people({ ...HEAD, id: 'other', email: 'HEAD@hillcrest.example' }, { id: 'other', role: 'system-leader' }, MILLS);
    assert.deepEqual(counts(report), { ...NONE, read: 3, inserted: 1, rejected: 2, findingCount: 1 });
    assert.equal(report.findings[0]?.message, 'The address HEAD@hillcrest.example is already that of "head", so "other" was left out.');
    assert.deepEqual(await rowsOf('SELECT id FROM people ORDER BY id'), [{ id: 'c-mills' }, { id: 'head' }]);
  });

  it('leaves out whoever is in the way because somebody else is left out', async () => {
    await people(HEAD, { ...HEAD, id: 'a', email: 'a@x.example' }, { ...HEAD, id: 'b', email: 'b@x.example' });
    // a cannot take the address of head, so b cannot have that of a.
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

  it('tells of a school that the register does not have, once there is a register', async () => {
    assert.deepEqual((await people(HEAD)).findings, []);
    await schools(schoolCells({ URN: '990002' }));
    const report = await people(HEAD);
    assert.deepEqual(counts(report), { ...NONE, read: 1, unchanged: 1, findingCount: 1 });
    assert.equal(report.findings[0]?.message, 'The register has no school with the URN 990001.');
  });

  it('clears a refused address when it is changed, and closes the tasks to mend it', async () => {
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

/** A deployment in which the addresses of these people were refused, and which misses them besides. */
async function openTasks(...persons: readonly string[]): Promise<void> {
  await database.pool.query(
    `WITH p AS (INSERT INTO programmes (id, version, document) VALUES ('p', 1, '{}')), c AS (INSERT INTO calendars (version, name, document) VALUES ('c', 'c', '{}'))
     INSERT INTO deployments (reference, subject_kind, urn, programme, programme_version, calendar_version, status, began_at, sequence)
     VALUES ('D1', 'school', '990001', 'p', 1, 'c', 'running', now(), 1)`,
  );
  for (const person of persons) {
    await database.pool.query(
      `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
       SELECT 'D1', 'school', $1, problem, '', now() FROM unnest('{address-refused,unknown-contact}'::text[]) AS problem`,
      [person],
    );
    await database.pool.query(`UPDATE people SET address_refused_at = now(), address_refused_with = '550 no such user' WHERE id = $1`, [
      person,
    ]);
  }
}

describe('finding the people of a deployment', () => {
  const NORTH_WEST = [
    { id: 'team', name: 'Team', email: 'team@x.example', role: 'regional-team', region: 'North West' },
    { id: 'senior', name: 'Senior', email: 'senior@x.example', role: 'regional-senior', region: 'North West' },
  ];
  const INFORMED = [
    { id: 'authority', name: 'Authority', email: 'authority@x.example', role: 'local-authority', authority: '888' },
    { id: 'diocese', name: 'Diocese', email: 'diocese@x.example', role: 'diocese', diocese: 'diocese of Wharfemoor' },
  ];
  const held = { school: ['head'], 'regional-team': ['team'], 'regional-senior': ['senior'], rdp: ['c-mills'] };
  const maintained = { 'EstablishmentTypeGroup (name)': 'Local authority maintained schools', 'Diocese (name)': 'Diocese of Wharfemoor' };

  it('finds the head, the regional team and the coordinator of a school', async () => {
    await schools(schoolCells({ 'EstablishmentTypeGroup (name)': 'Academies', 'Diocese (name)': 'Not applicable' }));
    await people(MILLS, HEAD, ...NORTH_WEST, ...INFORMED);
    assert.deepEqual(await findParties(database.pool, { kind: 'school', urn: '990001' }), {
      parties: held,
      gaps: [],
      authority: { code: '888', name: 'Lancashire' },
    });
  });

  it('finds the authority of a maintained school and the diocese of a diocesan one', async () => {
    await schools(schoolCells(maintained));
    await people(MILLS, HEAD, ...NORTH_WEST, ...INFORMED);
    const { parties, gaps } = await findParties(database.pool, { kind: 'school', urn: '990001' });
    assert.deepEqual(parties, { ...held, 'local-authority': ['authority'], diocese: ['diocese'] });
    assert.deepEqual(gaps, []);
  });

  it('tells of every role that nobody holds, and how to mend it', async () => {
    await schools(schoolCells(maintained));
    const { parties, gaps } = await findParties(database.pool, { kind: 'school', urn: '990001' });
    assert.deepEqual(parties, {});
    assert.deepEqual(
      gaps.map(({ role }) => role),
      ['school', 'regional-team', 'regional-senior', 'rdp', 'local-authority', 'diocese'],
    );
    assert.deepEqual(gaps[0], {
      role: 'school',
      message: 'Nobody holds the role school for the school Hillcrest Primary School (URN 990001).',
      remedy: 'Name somebody in a people file: chaser import people FILE',
    });
  });

  it('prefers the coordinator of the area to one of the whole region', async () => {
    await schools(schoolCells(), schoolCells({ URN: '990002', 'LA (code)': '352', 'LA (name)': 'Manchester' }));
    await people(MILLS, { id: 'whole', name: 'Whole Region', email: 'whole@x.example', role: 'rdp', region: 'North West' });
    const rdp = async (urn: string) => (await findParties(database.pool, { kind: 'school', urn })).parties['rdp'];
    assert.deepEqual(await rdp('990001'), ['c-mills']);
    assert.deepEqual(await rdp('990002'), ['whole']);
  });

  it('writes to the chief executive of a trust, in the region of its first open school', async () => {
    const trust = { 'Trusts (code)': '99001', 'Trusts (name)': 'Fernbank Learning Trust' };
    await schools(
      schoolCells({
        ...trust,
        'EstablishmentStatus (name)': 'Closed',
        'GOR (name)': 'London',
        'LA (code)': '320',
        'LA (name)': 'Waltham Forest',
      }),
      schoolCells({ ...trust, URN: '990003', 'GOR (name)': 'London', 'LA (code)': '320', 'LA (name)': 'Waltham Forest' }),
      schoolCells({ ...trust, URN: '990002' }),
    );
    await people(MILLS, HEAD, { id: 'ceo', name: 'Chief', email: 'ceo@x.example', role: 'school', trust: '99001' }, ...NORTH_WEST);
    assert.deepEqual(await findParties(database.pool, { kind: 'trust', trust: '99001' }), {
      parties: { ...held, school: ['ceo'] },
      gaps: [],
      authority: { code: '888', name: 'Lancashire' },
    });
  });

  it('says that the register does not have a school or trust', async () => {
    const school = await findParties(database.pool, { kind: 'school', urn: '111111' });
    assert.deepEqual(school, {
      parties: {},
      gaps: [
        {
          role: 'school',
          message: 'The register has no school with the URN 111111.',
          remedy: 'Bring the register up to date: chaser import schools FILE',
        },
      ],
      authority: null,
    });
    const trust = await findParties(database.pool, { kind: 'trust', trust: '1' });
    assert.deepEqual(
      trust.gaps.map(({ role }) => role),
      ['school'],
    );
  });
});

describe('the sample', () => {
  it('lets a deployment of every school and trust be started, and can be loaded twice', async () => {
    await importSample(database.pool);
    await importSample(database.pool);
    const subjects = await rowsOf('SELECT urn FROM schools ORDER BY urn');
    assert.equal(subjects.length, 30);
    for (const { urn = '' } of subjects) assert.deepEqual((await findParties(database.pool, { kind: 'school', urn })).gaps, []);
    for (const { id: trust = '' } of await rowsOf('SELECT id FROM trusts'))
      assert.deepEqual((await findParties(database.pool, { kind: 'trust', trust })).gaps, []);
  });
});
