import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { regionNamed } from './regions.ts';
import { readSchool } from './school-row.ts';
import { rowOf, schoolCells } from '../tests/kit/files.ts';

const read = (cells: Readonly<Record<string, string>>) => readSchool(rowOf(schoolCells(cells), 7));
const columnsAtFault = (cells: Readonly<Record<string, string>>) => read(cells).findings.map(({ column }) => column);

describe('a row of the register', () => {
  it('is a school with everything the register says of it', () => {
    const { school, findings } = read({
      'Trusts (code)': '99001',
      'Trusts (name)': 'Fernbank Learning Trust',
      'PhaseOfEducation (name)': 'Primary',
      'Diocese (name)': 'Diocese of Wharfemoor',
      'GOR (name)': 'Yorkshire and The Humber',
      TelephoneNum: '1632960001',
      'HeadTitle (name)': 'Mrs',
      HeadFirstName: 'Joan',
      HeadLastName: 'Tarleton',
      OfstedLastInsp: '08-03-2022',
      LastChangedDate: '29-02-2024',
      Street: ' 1  Teapot Lane ',
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(
      { ...school },
      {
        line: 7,
        urn: '990001',
        name: 'Hillcrest Primary School',
        authority: '888',
        authority_name: 'Lancashire',
        status: 'Open',
        trust: '99001',
        trust_name: 'Fernbank Learning Trust',
        phase: 'Primary',
        type: null,
        type_group: null,
        diocese: 'Diocese of Wharfemoor',
        region: 'Yorkshire and the Humber',
        street: '1 Teapot Lane',
        locality: null,
        town: null,
        county: null,
        postcode: null,
        telephone: '01632960001',
        website: null,
        head_name: 'Mrs Joan Tarleton',
        last_inspected_on: '2022-03-08',
        changed_on: '2024-02-29',
      },
    );
  });

  it('is empty where the register says "Not applicable"', () => {
    const { school } = read({ 'Diocese (name)': 'Not applicable', 'Trusts (code)': 'Not Applicable', OfstedLastInsp: 'Not applicable' });
    assert.deepEqual([school?.diocese, school?.trust, school?.last_inspected_on], [null, null, null]);
  });

  it('is left out without a URN, name, local authority or status', () => {
    for (const column of ['URN', 'EstablishmentName', 'LA (code)', 'LA (name)', 'EstablishmentStatus (name)']) {
      assert.equal(read({ [column]: '  ' }).school, null);
      assert.deepEqual(columnsAtFault({ [column]: '' }), [column]);
    }
  });

  it('is left out when its URN or authority is malformed', () => {
    for (const URN of ['99000x', '099001', '-99001', '1234', '99000100', '9.9E5']) assert.deepEqual(columnsAtFault({ URN }), ['URN']);
    for (const code of ['88', '8888', 'Lan']) assert.deepEqual(columnsAtFault({ 'LA (code)': code }), ['LA (code)']);
  });

  it('is left out with an invalid date, reported with line, column and remedy', () => {
    assert.deepEqual(read({ LastChangedDate: '31-02-2022' }), {
      school: null,
      findings: [
        {
          line: 7,
          column: 'LastChangedDate',
          message: '"31-02-2022" is not a date.',
          remedy: 'Write it as day, month, year: 25-11-2022. Did a spreadsheet change it?',
          taken: false,
        },
      ],
    });
    for (const wrong of ['2022-11-25', '11/25/2022', '1-2-2022', 'soon'])
      assert.deepEqual(columnsAtFault({ OfstedLastInsp: wrong }), ['OfstedLastInsp']);
  });

  it('is left out when its name would break a line of an e-mail', () => {
    for (const name of ['Hill\r\nBcc: all@school.example', 'Hill\u0000crest', 'Hill\u2028crest', 'Hill\u202ecrest', 'Hill\ufffdcrest']) {
      assert.equal(read({ EstablishmentName: name }).school, null);
    }
  });

  it('is accepted with a blank in place of a line break that does no harm', () => {
    const { school, findings } = read({ Street: '1 Teapot Lane\r\nUpper Marzipan' });
    assert.equal(school?.street, '1 Teapot Lane Upper Marzipan');
    assert.deepEqual(
      findings.map(({ column, taken }) => [column, taken]),
      [['Street', true]],
    );
  });

  it('is accepted without a region when it is in none of the nine, and the report says so', () => {
    const { school, findings } = read({ 'GOR (name)': 'Wales (pseudo)' });
    assert.equal(school?.region, null);
    assert.deepEqual(
      findings.map(({ column, taken }) => [column, taken]),
      [['GOR (name)', true]],
    );
  });

  it('reports everything that is wrong with it at once', () => {
    assert.deepEqual(columnsAtFault({ URN: 'x', EstablishmentName: '', LastChangedDate: 'y' }), [
      'URN',
      'EstablishmentName',
      'LastChangedDate',
    ]);
  });
});

describe('the name of a region', () => {
  it('is one of the nine, however it is written', () => {
    assert.equal(regionNamed('Yorkshire and The Humber'), 'Yorkshire and the Humber');
    assert.equal(regionNamed('YORKSHIRE & THE HUMBER'), 'Yorkshire and the Humber');
    assert.equal(regionNamed(' south-west '), 'South West');
    assert.equal(regionNamed('East of England'), 'East of England');
    assert.equal(regionNamed('The South East'), 'South East');
  });

  it('is none of them when it is not', () => {
    for (const other of ['', 'North', 'Wales', 'Not applicable']) assert.equal(regionNamed(other), undefined);
  });
});
