import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { openSteps, stepOf } from './chronology.ts';
import { decide } from './decide.ts';
import { ownersOf } from '../programme.ts';
import { EVERYTHING } from '../../tests/kit/everything.ts';
import { live, randomActs } from '../../tests/kit/random-acts.ts';
import { attempt, beginLife, carryOut, iso, mustReplay, passUntil } from '../../tests/kit/random-lives.ts';
import type { Life } from '../../tests/kit/random-lives.ts';

/** Set CHASER_LIVES=50000 for a longer run. */
const LIVES = Number(process.env['CHASER_LIVES'] ?? 2_000);

/** Somebody answers a step that is not theirs, or that was answered before. */
class Nonsense implements fc.Command<object, Life> {
  readonly #which: number;
  constructor(which: number) {
    this.#which = which;
  }
  check = () => true;
  run(_: object, life: Life): void {
    const record = life.chronology.steps[this.#which % life.chronology.steps.length];
    assert.ok(record);
    const decision = decide(
      life.chronology,
      {
        kind: 'answer',
        step: record.step,
        round: record.round,
        answer: 'nonsense',
        by: 'p-stranger',
        onBehalfOf: null,
        via: 'link',
        fields: {},
      },
      iso(life.nowMs),
    );
    assert.ok(!decision.ok && decision.reason.remedy !== '');
  }
  toString = () => `nonsense ${this.#which}`;
}

describe('random lives of whole deployments', () => {
  it('keep every promise of the core, and replaying their events gives the same chronology', () => {
    const acts = randomActs({ mostActs: 60, mostHours: 24 * 40, besides: [fc.nat(30).map((which) => new Nonsense(which))] });
    const ends = new Set<string>();
    let steps = 0;
    fc.assert(
      fc.property(acts, (run) => {
        const life = live(() => beginLife(EVERYTHING), run);
        steps += life.events.length;
        if (life.chronology.status.kind === 'ended') ends.add(life.chronology.status.end);
        mustReplay(life);
      }),
      { numRuns: LIVES },
    );
    // The run proves something only if lives end in different ways.
    assert.ok(ends.has('declined'), 'some decline');
    assert.ok(steps > 5 * LIVES, `only ${steps} events`);
  });

  it('complete when everybody always says yes', () => {
    const life = beginLife(EVERYTHING);
    for (let i = 0; i < 200 && life.chronology.status.kind === 'running' && life.nowMs < life.lastMs; i++) {
      sayYes(life);
      passUntil(life, life.nowMs + 30 * 3_600_000);
    }
    // Check-ins open again without end; only completing the delivery closes them.
    assert.ok(life.chronology.steps.some(({ step }) => step === 'complete'));
  });
});

/** The first answer to the oldest open step, by its owner. */
function sayYes(life: Life): void {
  const [record] = openSteps(life.chronology);
  assert.ok(record);
  const step = stepOf(EVERYTHING, record.step);
  const [chosen] = step.answers;
  const [by] = ownersOf(step).flatMap((role) => life.chronology.parties[role] ?? []);
  assert.ok(chosen && by);
  const fields = Object.fromEntries(chosen.fields.map(({ id, kind }) => [id, kind === 'date' ? '2022-12-05' : 'p-another']));
  const { round } = record;
  const events = attempt(life, { kind: 'answer', step: step.id, round, answer: chosen.id, by, onBehalfOf: null, via: 'link', fields });
  assert.ok(!('kind' in events), 'kind' in events ? events.message : '');
  carryOut(life);
}
