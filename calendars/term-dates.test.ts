import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readTermDates } from './term-dates.ts';

const CLEAN = `calendars:
  - id: testshire
    name: Testshire
    laCode: "001"
    region: Nowhere
    source: invented
    terms:
      - { term: Autumn 2022, starts: 2022-09-01, ends: 2022-12-16, halfTerm: { starts: 2022-10-24, ends: 2022-10-28 } }
      - { term: Spring 2023, starts: 2023-01-03, ends: 2023-03-31 }
  - id: elsewhere
    name: Elsewhere
    laCode: "002"
    region: Nowhere
    source: invented
    terms:
      - { term: Spring 2023, starts: 2023-01-04, ends: 2023-03-30 }
`;

function findings(text: string) {
  const read = readTermDates(text, 'term-dates.yaml');
  assert.ok(!read.ok);
  assert.ok(read.reason.findings.every(({ remedy }) => remedy.length > 0 && read.reason.remedy.includes(remedy)));
  return read.reason.message.split('\n');
}

describe('term dates', () => {
  it('are read with their half terms', () => {
    const read = readTermDates(CLEAN, 'term-dates.yaml');
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.map(({ laCode, calendar }) => [laCode, calendar.id, calendar.terms.length]),
      [
        ['001', 'testshire', 2],
        ['002', 'elsewhere', 1],
      ],
    );
    assert.deepEqual(read.value[0]?.calendar.terms[0], {
      season: 'autumn',
      year: 2022,
      startsOn: '2022-09-01',
      endsOn: '2022-12-16',
      halfTerm: { startsOn: '2022-10-24', endsOn: '2022-10-28' },
    });
  });

  for (const [fault, from, to, expected] of [
    [
      'that overlap',
      'starts: 2023-01-03',
      'starts: 2022-12-16',
      [
        '9:38: testshire: Spring 2023 starts on 2022-12-16, in another year',
        '9:38: testshire: Spring 2023 starts on 2022-12-16, before Autumn 2022 is over on 2022-12-16',
      ],
    ],
    [
      'that end before they start',
      'ends: 2023-03-31',
      'ends: 2023-01-02',
      ['9:56: testshire: Spring 2023 ends on 2023-01-02, before it starts on 2023-01-03'],
    ],
    [
      'with a half term outside',
      'ends: 2022-10-28',
      'ends: 2022-12-17',
      ['8:78: testshire: the half term of Autumn 2022 lies outside the term'],
    ],
    [
      'with a half term the wrong way round',
      'ends: 2022-10-28',
      'ends: 2022-10-21',
      ['8:106: testshire: the half term of Autumn 2022 ends before it starts'],
    ],
    [
      'out of order',
      'Spring 2023, starts: 2023-01-03, ends: 2023-03-31',
      'Summer 2022, starts: 2022-04-19, ends: 2022-07-22',
      ['9:17: testshire: Summer 2022 stands after Autumn 2022'],
    ],
    [
      'twice',
      'Spring 2023, starts: 2023-01-03',
      'Autumn 2022, starts: 2022-01-03',
      ['9:17: testshire: Autumn 2022 is there twice', '9:56: testshire: Autumn 2022 ends on 2023-03-31, in another year'],
    ],
    ['of an unknown season', 'Autumn 2022', 'Winter 2022', ['8:17: "calendars.0.terms.0.term" cannot be "Winter 2022"']],
    ['with a date that is none', '2022-12-16', '2022-12-36', ['8:56: "calendars.0.terms.0.ends" cannot be "2022-12-36"']],
    ['with an id twice', 'id: elsewhere', 'id: testshire', ['10:9: There are two calendars "testshire"']],
    ['with a local authority twice', '"002"', '"001"', ['12:13: There are two calendars of local authority 001']],
    ['with a code that is a number', '"002"', '200', ['12:13: "calendars.1.laCode" cannot be 200']],
    ['without a name', '    name: Elsewhere\n', '', ['10:5: "calendars.1.name" is missing']],
    [
      'with a word that is not known',
      'region: Nowhere\n    source: invented\n    terms:\n      - { term: Autumn',
      'regoin: Nowhere\n    source: invented\n    terms:\n      - { term: Autumn',
      ['2:5: "calendars.0.region" is missing', '5:13: "calendars.0.regoin" is not known here'],
    ],
    ['that repeat another part', 'name: Elsewhere', 'name: *there', ['11:11: "*there" repeats another part of the file']],
  ] as const) {
    it(`${fault} are refused with file, line and remedy`, () => {
      const broken = CLEAN.replace(from, to);
      assert.notEqual(broken, CLEAN);
      assert.deepEqual(
        findings(broken),
        expected.map((line) => `term-dates.yaml:${line}`),
      );
    });
  }

  it('that are no YAML are refused where it breaks', () => {
    assert.match(
      findings(CLEAN.replace('{ term: Spring 2023', '{ term: [Spring 2023'))[0] ?? '',
      /^term-dates\.yaml:\d+:\d+: This cannot be read/,
    );
    assert.match(findings('')[0] ?? '', /^term-dates\.yaml:1:1: The file is not as it should be$/);
  });

  it('report every fault at once', () => {
    const broken = CLEAN.replace('ends: 2023-03-31', 'ends: 2023-01-02').replace('"002"', '"001"');
    assert.equal(findings(broken).length, 2);
  });
});
