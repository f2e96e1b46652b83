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
        opened_on: null,
        closed_on: null,
        closed_because: null,
        easting: null,
        northing: null,
        urban_rural: null,
      },
    );
  });

  it('has a place on the National Grid, or none: half a place and the corner of the grid are unknown', () => {
    const placeIn = (Easting: string, Northing: string) => {
      const { school, findings } = read({ Easting, Northing, 'UrbanRural (name)': 'Rural village' });
      return [school?.easting, school?.northing, school?.urban_rural, findings.map(({ column, taken }) => `${column} ${taken}`).join()];
    };
    assert.deepEqual(placeIn('351000', '528000'), [351_000, 528_000, 'Rural village', '']);
    assert.deepEqual(placeIn('', ''), [null, null, 'Rural village', '']);
    assert.deepEqual(placeIn('0', '0'), [null, null, 'Rural village', '']);
    assert.deepEqual(placeIn('351000', ''), [null, null, 'Rural village', 'Northing true']);
    assert.deepEqual(placeIn('51.5', '528000'), [null, null, 'Rural village', 'Easting true']);
    assert.deepEqual(placeIn('351000', '9528000'), [null, null, 'Rural village', 'Northing true']);
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
    for (const URN of ['99000x', '099001', '-99001', '1234', '99000100', '9.9E5', '12345', '9900010'])
      assert.deepEqual(columnsAtFault({ URN }), ['URN']);
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
    for (const wrong of ['25-11-22', '44890', 'soon']) assert.deepEqual(columnsAtFault({ OfstedLastInsp: wrong }), ['OfstedLastInsp']);
  });

  it('is taken with a date in another form, and told of one that might be another day', () => {
    assert.deepEqual(read({ OfstedLastInsp: '2022-11-25', LastChangedDate: '25 November 2022' }).findings, []);
    const { school, findings } = read({ LastChangedDate: '02/03/2022' });
    assert.equal(school?.changed_on, '2022-03-02');
    assert.deepEqual(
      findings.map(({ message, taken }) => [message, taken]),
      [['"02/03/2022" was read as 2 March 2022, the day first.', true]],
    );
  });

  it('is taken with a status that nobody knows, which is told', () => {
    for (const status of ['Opne', 'Open ish', 'Academy']) {
      const { school, findings } = read({ 'EstablishmentStatus (name)': status });
      assert.equal(school?.status, status);
      assert.deepEqual(
        findings.map(({ column, taken }) => [column, taken]),
        [['EstablishmentStatus (name)', true]],
      );
    }
    assert.equal(read({ 'EstablishmentStatus (name)': 'OPEN' }).school?.status, 'Open');
    for (const status of ['Open', 'Open, but proposed to close', 'Closed', 'Proposed to open']) {
      assert.deepEqual(columnsAtFault({ 'EstablishmentStatus (name)': status }), []);
    }
  });

  it('is left out when its name has 5,000 characters, and taken without another value that has', () => {
    const long = 'Ab '.repeat(1_700);
    const { school, findings } = read({ EstablishmentName: long });
    assert.equal(school, null);
    assert.match(findings[0]?.message ?? '', /^The value has 5,099 letters, and 300 at most are taken\.$/);
    assert.equal(read({ 'LA (name)': long }).school, null);
    const street = read({ Street: long, HeadLastName: long, HeadFirstName: 'Jo' });
    assert.deepEqual([street.school?.street, street.school?.head_name], [null, 'Jo']);
    assert.deepEqual(
      street.findings.map(({ column, taken }) => [column, taken]),
      [
        ['Street', true],
        ['HeadLastName', true],
      ],
    );
  });

  it('says when it closes and what becomes of it', () => {
    const { school } = read({
      'EstablishmentStatus (name)': 'Closed',
      OpenDate: '01-09-1970',
      CloseDate: '31-08-2026',
      'ReasonEstablishmentClosed (name)': 'Academy Converter',
    });
    assert.deepEqual([school?.opened_on, school?.closed_on, school?.closed_because], ['1970-09-01', '2026-08-31', 'Academy Converter']);
  });

  it('is left out when its name would break a line of an e-mail', () => {
    for (const name of ['Hill\r\nBcc: all@school.example', 'Hill\u0000crest', 'Hill\u2028crest', 'Hill\u202ecrest', 'Hill\ufffdcrest']) {
      assert.equal(read({ EstablishmentName: name }).school, null);
    }
  });

  it('is left out when its name or URN holds something that cannot be seen, which the finding names', () => {
    assert.deepEqual(
      read({ EstablishmentName: 'Hill\u200bcrest', URN: '\ufeff990001' }).findings.map(({ column, message }) => [column, message]),
      [
        ['URN', 'The value holds a byte order mark (U+FEFF) at its beginning.'],
        ['EstablishmentName', 'The value holds a zero-width space (U+200B) after “Hill”.'],
      ],
    );
    assert.equal(read({ EstablishmentName: '\u00ad' }).findings[0]?.message, 'There is no name.');
  });

  it('is accepted without what cannot be seen where that does no harm', () => {
    const { school, findings } = read({ Town: 'Wharfe\u00admoor', TelephoneNum: '1632960001\u200e', Street: '\u2060' });
    assert.deepEqual([school?.town, school?.telephone, school?.street], ['Wharfemoor', '01632960001', null]);
    assert.deepEqual(
      findings.map(({ column, taken }) => [column, taken]),
      [
        ['Town', true],
        ['TelephoneNum', true],
      ],
    );
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
