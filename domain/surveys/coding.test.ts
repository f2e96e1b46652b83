import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { shippedSurvey } from '../../tests/kit/surveys.ts';
import { codingResults, finalCodes, listsOf, openQuestionsOf, readCleared } from './coding.ts';
import type { JudgedAnswer, ListCount } from './coding.ts';
import { LEAST_BASE } from './suppress.ts';

const CODES = [
  { id: 'time', label: 'Time to think' },
  { id: 'people', label: 'Somebody to talk to' },
];

const answer = (of: Partial<JudgedAnswer> = {}): JudgedAnswer => ({
  place: 1,
  audience: 'school-leader',
  words: 'The raw words of Harriet at Hillside.',
  one: ['time'],
  other: ['time'],
  decided: null,
  cleared: null,
  looked: false,
  listedBy: null,
  ...of,
});
const times = (count: number, of: Partial<JudgedAnswer>) => Array.from({ length: count }, () => answer(of));

describe('the coding of open answers', () => {
  it('keeps what both coders gave, and waits for a decision where they differ', () => {
    assert.deepEqual(finalCodes(answer()), ['time']);
    assert.equal(finalCodes(answer({ other: [] })), null);
    assert.deepEqual(finalCodes(answer({ other: [], decided: ['people'] })), ['people']);
    const results = codingResults(CODES, [...times(11, {}), answer({ other: ['people'] })]);
    assert.deepEqual([results.undecided, results.themes], [1, []]);
  });

  it('counts themes of each role where each has ten answers, and otherwise of everybody alone', () => {
    const leaders = times(12, { audience: 'system-leader', one: ['people'], other: ['people'] });
    const both = codingResults(CODES, [...times(10, {}), ...leaders]);
    assert.deepEqual(
      both.themes.map(({ code, audience, base, count }) => [code.id, audience, base, count]),
      [
        ['time', 'school-leader', 10, 10],
        ['people', 'school-leader', 10, 0],
        ['time', 'system-leader', 12, 0],
        ['people', 'system-leader', 12, 12],
      ],
    );
    const few = codingResults(CODES, [...times(9, {}), ...leaders]);
    assert.ok(few.themes.every(({ audience, base }) => audience === null && base === 21));
  });

  it('says no small count of a theme, nor one that leaves few', () => {
    const { themes } = codingResults(CODES, [...times(18, {}), ...times(3, { one: ['people'], other: ['people'] })]);
    assert.deepEqual(
      themes.map(({ count, percent }) => [count, percent]),
      [
        [null, null],
        [null, null],
      ],
    );
  });

  it('counts a theme once an answer, whatever codes of it the answer has, and gives no row to a theme of one code', () => {
    const both = times(12, { one: ['time', 'people'], other: ['time', 'people'] });
    const grouped = [
      { id: 'help', label: 'Help', codes: ['time', 'people'] },
      { id: 'alone', label: 'Alone', codes: ['time'] },
    ];
    const none = times(8, { one: [], other: [] });
    const { themes, together } = codingResults(CODES, [...both, ...times(6, {}), ...none], grouped);
    assert.deepEqual(
      themes.map(({ count }) => count),
      [18, 12],
    );
    assert.deepEqual(together, [{ code: { id: 'help', label: 'Help' }, audience: 'school-leader', base: 26, count: 18, percent: 69 }]);
    assert.deepEqual(codingResults(CODES, [...both, answer({ other: [] })], grouped).together, []);
  });

  it('tells of no theme from which it follows that one to four answers have a code and not another', () => {
    const given = fc.subarray(['time', 'people', 'other']);
    fc.assert(
      fc.property(fc.array(given, { minLength: 10, maxLength: 40 }), (all) => {
        const codes = [...CODES, { id: 'other', label: 'Other' }];
        const answers = all.map((one) => answer({ one, other: one }));
        const { themes, together } = codingResults(codes, answers, [{ id: 'all', label: 'All', codes: ['time', 'people', 'other'] }]);
        const few = (count: number) => count >= 1 && count <= 4;
        for (const { count, base } of together) {
          if (count === null) continue;
          assert.ok(!few(count) && !few(base - count));
          for (const row of themes) assert.ok(row.count === null || !few(count - row.count));
          assert.equal(count, all.filter((one) => one.length > 0).length);
        }
      }),
    );
  });

  it('says how far both agree on a theme, whichever of its codes each gave', () => {
    // Both gave a code of the theme to 20, the one alone to 5, the other alone to 10, and neither to 15: 70%, and kappa 0.4.
    const answers = [
      ...times(12, { one: ['time'], other: ['people'] }),
      ...times(8, { one: ['time', 'people'], other: ['people'] }),
      ...times(5, { one: ['people'], other: [] }),
      ...times(10, { one: [], other: ['time'] }),
      ...times(15, { one: [], other: [] }),
    ];
    const grouped = [
      { id: 'help', label: 'Help', codes: ['time', 'people'] },
      { id: 'alone', label: 'Alone', codes: ['time'] },
    ];
    assert.deepEqual(codingResults(CODES, answers, grouped).agreementTogether, [{ code: 'help', agreed: 0.7, kappa: 0.4 }]);
    assert.ok(codingResults(CODES, answers, grouped).agreement.every(({ agreed }) => agreed < 0.7));
  });

  it('lists quotations by what they are listed by, and within it in the order in which the answers are kept', () => {
    const said = (words: string, listedBy: string | null) => answer({ words: 'raw', cleared: words, listedBy });
    const { quotes } = codingResults(CODES, [
      ...[
        said('a', 'Trust'),
        said('b', null),
        said('c', 'Maintained'),
        said('d', 'Trust'),
        answer(),
        said('e', 'Maintained'),
        said('f', null),
      ],
    ]);
    assert.deepEqual(
      quotes.map(({ listedBy, words }) => `${listedBy} ${words}`),
      ['Maintained c', 'Maintained e', 'Trust a', 'Trust d', 'null b', 'null f'],
    );
  });

  it('lists by no answer that few share, nor by another that tells who they are', () => {
    const lists = (...counts: readonly (readonly [string | null, number])[]) => [
      ...listsOf(counts.map(([option, count]) => ({ option, count }))),
    ];
    assert.deepEqual(lists(['sat', 12], ['la', 46]), ['sat', 'la']);
    assert.deepEqual(lists(['sat', 8], ['la', 46]), []);
    assert.deepEqual(lists(['sat', 8], ['la', 46], ['other', 11]), ['la']);
    assert.deepEqual(lists(['sat', 8], ['la', 46], ['other', 3], [null, 2]), ['la']);
    const counts = fc.array(fc.record({ option: fc.option(fc.string({ minLength: 1 })), count: fc.nat(25) }), { maxLength: 6 });
    fc.assert(
      fc.property(counts, (given) => {
        const all: readonly ListCount[] = [...new Map(given.map((one) => [one.option, one])).values()];
        const found = listsOf(all);
        const inNone = all.filter(({ option, count }) => count > 0 && !(option !== null && found.has(option)));
        assert.ok(all.every(({ option, count }) => option === null || !found.has(option) || count >= LEAST_BASE));
        if (found.size === 0 || inNone.length === 0) return;
        assert.ok(inNone.length >= 2 && inNone.reduce((sum, { count }) => sum + count, 0) >= LEAST_BASE);
      }),
    );
  });

  it('lets out cleared words alone', () => {
    const results = codingResults(CODES, [answer({ cleared: 'The words.', looked: true }), ...times(11, { looked: true })]);
    assert.deepEqual(results.quotes, [{ audience: 'school-leader', listedBy: null, codes: ['time'], words: 'The words.' }]);
    assert.doesNotMatch(JSON.stringify(results), /raw|Harriet|Hillside/);
  });

  it('asks for the questions that people answer in their own words', () => {
    assert.deepEqual(
      openQuestionsOf(shippedSurvey('tsi-2021-22-feedback')).map(({ id }) => id),
      ['P6', 'O1', 'O2', 'O3', 'O4'],
    );
  });

  it.each([
    ['nothing that can be seen', ' \n\u200b', []],
    ['the name of somebody', 'Thanks to Harriet Head.', ['Harriet Head']],
    ['an e-mail address', 'Ask head@hillside.example', []],
    ['a web address', 'See www.hillside.example/plan', []],
    ['a telephone number', 'Call 020 7946 0999', []],
    ['the number of a school', 'We are 990001', []],
    ['more than fits', 'x'.repeat(4_001), []],
  ])('clears no words with %s', (_, words, named) => {
    assert.ok(!readCleared(words, named).ok);
  });

  it('clears words that name nobody, as they were entered', () => {
    assert.deepEqual(readCleared('  In 2021 we had 3 days.\r\nThey helped. ', []), {
      ok: true,
      value: 'In 2021 we had 3 days.\nThey helped.',
    });
  });
});
