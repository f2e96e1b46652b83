import assert from 'node:assert/strict';
import { afterAll, describe, it } from 'vitest';
import { collectFindings, formatFinding } from './import-report.ts';
import { openSchools, readSchools } from './import-schools.ts';
import { SAMPLE_SCHOOLS } from './import-sample.ts';
import type { School } from './school-row.ts';
import { csvOf, schoolCells, testFiles } from '../tests/kit/files.ts';

const files = testFiles();
afterAll(() => files.remove());

async function read(file: string) {
  const table = await openSchools(file);
  assert.ok(table.ok, table.ok ? '' : table.reason.message);
  const findings = collectFindings(10);
  const schools: School[] = [];
  let rejected = 0;
  for await (const { rows } of table.value.batches()) {
    const batch = readSchools(rows, findings);
    schools.push(...batch.schools);
    rejected += batch.rejected;
  }
  return { schools, rejected, findings: findings.list() };
}

describe('the schools register', () => {
  it('is refused without its required columns', async () => {
    const table = await openSchools(
      files.write('URN,LA (code),LA (name),EstablishmentName\n990001,888,Lancashire,Hillcrest\n', 'schools.csv'),
    );
    assert.equal(!table.ok && table.reason.message, 'schools.csv, line 1: the header has no column "EstablishmentStatus (name)".');
  });

  it('loses its bad rows and no others', async () => {
    const file = files.write(
      csvOf([schoolCells({ URN: 'x' }), schoolCells(), schoolCells({ LastChangedDate: 'x' }), schoolCells({ URN: '990004' })]),
    );
    const { schools, rejected, findings } = await read(file);
    assert.deepEqual(
      schools.map(({ urn }) => urn),
      ['990001', '990001', '990004'],
    );
    assert.equal(rejected, 1);
    assert.deepEqual(
      findings.map((finding) => formatFinding('schools.csv', finding)),
      ['schools.csv:2: URN: "x" is not a URN. — A URN is a number of six digits, for example 990001.'],
    );
  });

  it('that comes with Chaser has no faults, and only telephone numbers and websites that nobody can have', async () => {
    const { schools, findings } = await read(SAMPLE_SCHOOLS);
    assert.deepEqual(findings, []);
    assert.equal(schools.length, 34);
    assert.deepEqual(
      schools.filter(({ website }) => !website?.endsWith('.example')),
      [],
    );
    // Ofcom keeps these numbers for drama.
    const DRAMA = /^(?:01632 960\d{3}|01(?:13|14|21|61) 496 0\d{3}|020 7946 0\d{3})$/;
    assert.deepEqual(
      schools.filter(({ telephone }) => !DRAMA.test(telephone ?? '')),
      [],
    );
    assert.equal(schools.find(({ urn }) => urn === '990001')?.name, 'Hillcrest Primary School');
  });
});
