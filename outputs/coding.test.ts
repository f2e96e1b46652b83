import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { codingResults } from '../domain/surveys/coding.ts';
import { themesReport } from './coding.ts';

const CODES = [
  { id: 'time', label: 'Time to think' },
  { id: 'people', label: 'Somebody to talk to' },
  { id: 'plans', label: 'A better plan' },
];

/** So many answers with these codes by both coders. */
const answers = (count: number, ...codes: readonly string[]) =>
  Array.from({ length: count }, (_, at) => ({
    place: at,
    audience: 'school-leader',
    words: 'What somebody wrote.',
    one: codes,
    other: codes,
    decided: null,
    cleared: null,
    looked: false,
    listedBy: null,
  }));

describe('the report on themes of open answers', () => {
  it('gives no agreement on a code whose count is left out, from which the count would follow', () => {
    const results = codingResults(CODES, [...answers(20, 'time'), ...answers(17, 'plans'), ...answers(2, 'people')]);
    const of = { id: 7, wave: 3, survey: 'feedback', question: 'O1', frame: null, version: 1, sha256: null, codes: CODES };
    const { columns, rows } = themesReport(of, results, (audience) => audience ?? 'Everybody');
    const told = ['Code', 'Count', 'Agreed', 'Kappa'].map((heading) => columns.indexOf(heading));
    assert.deepEqual(
      rows.map((row) => told.map((at) => row[at])),
      [
        ['time', 20, 1, 1],
        ['people', null, null, null],
        ['plans', 17, 1, 1],
      ],
    );
  });
});
