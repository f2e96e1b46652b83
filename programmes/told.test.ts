import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { mustLoad } from '../tests/kit/chronology.ts';
import { listProgrammes } from './load-programmes.ts';

/** About three lines of a telephone, above what is asked. */
const LONGEST = 130;

describe('the reason why somebody is asked', () => {
  for (const id of listProgrammes()) {
    it(`${id} says it in words of its own wherever an answer asks somebody next, and not as the label of a step`, () => {
      const { steps } = mustLoad(id);
      const without = Object.values(steps).flatMap(({ id: step, answers }) =>
        answers
          .filter(({ opens }) => opens.some((next) => steps[next]?.automatic === null))
          .filter(({ told, label }) => told === undefined || told === label || told.length > LONGEST || !told.endsWith('.'))
          .map((answer) => `${step}/${answer.id}`),
      );
      assert.deepEqual(without, []);
    });
  }
});
