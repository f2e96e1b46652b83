import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { changeRulesOf } from '../domain/programme.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { followsFrom } from './match-deployment.ts';

/** The answers, by others than the leader who is asked, by which a leader counts as turned down. */
function turnsDown(id: string): readonly string[] {
  const programme = loadProgramme(id);
  assert.ok(programme.ok);
  const rule = changeRulesOf(programme.value).rematch;
  assert.ok(rule);
  const following = followsFrom(programme.value, rule.opens);
  return Object.values(programme.value.steps).flatMap(({ id: step, answers }) =>
    answers
      .filter(({ opens }) => opens.includes(rule.opens) && following.has(step) && step !== rule.whenNamed)
      .map((answer) => `${step} ${answer.id}`),
  );
}

describe('an answer that turns a leader down', () => {
  for (const [programme, answers] of [
    // Where nobody was found, the details are asked for again: whoever was named before is no longer wanted.
    ['tsi-2022-23', ['provide-details provided', 'tell-not-chosen told', 'tell-not-approved told']],
    ['tsi-2021-22', ['suggest-system-leader suggested', 'discuss-with-system-leader discussed']],
    ['si-2019-20', ['look-further suggested', 'tell-nle-not-chosen told']],
    // Neither a review that comes to a match nor another route is a refusal.
    ['rise-2026-27', ['carry-out-due-diligence unsuitable', 'record-appointment not-approved']],
  ] as const) {
    it(`is, in ${programme}, one to a step that follows from choosing, and no other`, () => {
      assert.deepEqual(turnsDown(programme), answers);
    });
  }
});
