import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { mustLoad } from '../tests/kit/chronology.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { deploymentsColumns, exampleDeploymentsFile, headingOf, readDeploymentsFile } from './read-deployments-file.ts';

const TSI = mustLoad('tsi-2022-23');

function rows(text: string) {
  const read = readDeploymentsFile(TSI, text);
  assert.ok(read.ok, read.ok ? '' : read.reason.message);
  return read.value;
}
const faultsOf = (text: string) =>
  rows(text).flatMap(({ line, faults }) => faults.map(({ heading, message }) => `${line} ${heading}: ${message}`));

describe('a file of deployments that are under way', () => {
  it.each(['tsi-2022-23', 'tsi-2021-22', 'si-2019-20', 'rise-2026-27'])('has a heading of its own for everything in %s', (id) => {
    const headings = deploymentsColumns(mustLoad(id)).map(({ heading }) => heading.toLowerCase());
    assert.equal(new Set(headings).size, headings.length);
    const example = readDeploymentsFile(mustLoad(id), exampleDeploymentsFile(mustLoad(id), plainDate('2026-11-25')));
    assert.ok(example.ok && example.value.length === 1, example.ok ? '' : example.reason.message);
    assert.deepEqual(example.value[0]?.faults, []);
  });

  it('is read by headings in any order and case, with days as a spreadsheet writes them', () => {
    const [row] = rows('confirm participation;began ON;urn;note to self\n"05/10/2022";3 October 2022;990001;mine');
    assert.deepEqual(row?.subject, { kind: 'school', urn: '990001' });
    assert.equal(row?.began, '2022-10-03');
    assert.deepEqual(row?.answers, [{ step: 'confirm-participation', on: '2022-10-05', answer: null, fields: {} }]);
  });

  it('has several days and answers in one cell for a step that was answered several times', () => {
    const [row] = rows(
      'URN,Began on,System leader,Confirm ability to support,Confirm ability to support: answer\n990001,3/10/2022,A; B,20/10/2022; 2/11/2022,"No, I cannot support them; "',
    );
    assert.deepEqual(
      row?.answers.map(({ on, answer }) => [on, answer]),
      [
        ['2022-10-20', 'no'],
        ['2022-11-02', null],
      ],
    );
    assert.deepEqual(row?.people['system-leader'], ['A', 'B']);
  });

  it('has the day of the answer where a form asks for a day, unless it says otherwise', () => {
    const visit = 'URN,Began on,Carry out the first visit,Carry out the first visit: Date of the visit\n990001,3/10/2022,20/12/2022,';
    assert.deepEqual(rows(visit)[0]?.answers[0]?.fields, { visitedOn: '2022-12-20' });
    assert.deepEqual(rows(`${visit}19/12/2022`)[0]?.answers[0]?.fields, { visitedOn: '2022-12-19' });
  });

  it('has a new due date of the one step that is open, or of the one it names', () => {
    assert.deepEqual(rows('URN,Began on,Contact the school or trust,New due date\n990001,3/10/2022,5/10/2022,1/11/2022')[0]?.extension, {
      step: 'confirm-participation',
      dueOn: '2022-11-01',
    });
    const named = 'URN,Began on,New due date,New due date for\n990001,3/10/2022,1/11/2022,Approve the match';
    assert.equal(rows(named)[0]?.extension?.step, 'approve-match');
  });

  it('says each mistake with its line and heading', () => {
    assert.deepEqual(
      faultsOf(
        [
          'URN,Trust,Began on,Confirm participation,Confirm participation: answer,Paused until,New due date',
          '990001,,31 February 2022,5/10/2022,Maybe,,',
          ',,3/10/2022,,"Yes, we will take part",,',
          '99,,,,,5/10/2022,',
          '990001,99001,3/10/2022,,,,1/11/2022',
        ].join('\n'),
      ),
      [
        '2 Began on: “31 February 2022” is not a date.',
        '2 Confirm participation: answer: “Maybe” is not an answer to “Confirm participation”.',
        '3 URN: Neither a URN nor a trust is given.',
        '3 Confirm participation: answer: “Confirm participation” has no date.',
        '4 Began on: There is no date.',
        '4 URN: “99” is not a URN.',
        '4 Paused until: Nothing says since when it is paused.',
        '5 URN: Both a URN and a trust are given.',
        '5 New due date: It does not say for which step the new due date is.',
      ],
    );
  });

  it.each([
    ['an unknown heading', 'URN,Began on,Confirm particpation\n990001,3/10/2022,', /no column “Confirm particpation”/],
    ['a heading that is there twice', 'URN,Began on,urn\n990001,3/10/2022,', /“URN” is there twice/],
    ['no day of beginning', 'URN\n990001', /no column “Began on”/],
    ['no row', 'URN,Began on\n,\n', /no deployment in the file/],
    ['what is no CSV', 'URN,Began on\n"990001,3', /cannot be read as CSV/],
  ])('is refused as a whole with %s', (_, text, message) => {
    const read = readDeploymentsFile(TSI, text);
    assert.ok(!read.ok && read.reason.remedy !== '');
    assert.match(read.reason.message, message);
  });

  it('says under which heading a refusal of the rules is put right', () => {
    const answers = [{ step: 'confirm-participation', on: plainDate('2022-10-05'), answer: null, fields: {} }];
    assert.equal(headingOf(TSI, answers, { kind: 'answer', index: 0 }), 'Confirm participation');
    assert.equal(headingOf(TSI, answers, { kind: 'pause' }), 'Paused since');
    assert.equal(headingOf(TSI, answers, { kind: 'all' }), null);
  });
});
