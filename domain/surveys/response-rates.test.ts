import assert from 'node:assert/strict';
import { it } from 'vitest';
import { shippedSurvey } from '../../tests/kit/surveys.ts';
import { responseRates } from './response-rates.ts';

it('a response rate is of those whom the invitation reached, and of nobody where the number is held back', () => {
  const rates = responseRates(shippedSurvey('tsi-2021-22-feedback'), [
    { audience: 'system-leader', asked: 60, reached: 50, submitted: 40 },
    { audience: 'school-leader', asked: 30, reached: 28, submitted: null },
    { audience: 'trust-leader', asked: 20, reached: 0, submitted: 10 },
  ]);
  assert.deepEqual(
    rates.map(({ audienceTitle, submitted, percent }) => [audienceTitle, submitted, percent]),
    [
      ['System leaders', 40, 80],
      ['School leaders', null, null],
      ['Trust leaders', 10, null],
    ],
  );
});
