import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openSteps } from '../chronology/chronology.ts';
import { beginTestLife, ofType, rungsIn } from '../../tests/kit/lives.ts';
import { answer, ladder, programmeOf, step } from '../../tests/kit/programmes.ts';
import { noon, WHO } from '../../tests/kit/changes.ts';
import type { Programme } from '../programme.ts';
import { raisableSteps } from './raise.ts';
import type { Raise } from './raise.ts';

/** A concern may be raised from the beginning, another route once "confirm" has been answered. */
const PROGRAMME: Programme = programmeOf(
  ['confirm'],
  [
    step('confirm', 'school', [answer('yes', { opens: ['visit'] })], { ladder: ladder('school') }),
    step('visit', 'school', [answer('made')]),
    step('review', 'school', [answer('held')]),
    step('concern', 'regional-team', [answer('settled'), answer('goes-on', { opens: ['concern'] })], { raised: { after: null } }),
    step('route', 'regional-team', [answer('changes', { opens: ['review'], closes: ['visit'] })], { raised: { after: 'confirm' } }),
    step('elsewhere', 'regional-team', [answer('settled')], { raised: { after: null }, when: { subject: ['trust'] } }),
  ],
);

const RAISE: Raise = { kind: 'raise', step: 'concern', ...WHO };

function begun() {
  const life = beginTestLife(PROGRAMME, '2022-09-30T09:00:00.000Z');
  life.until('2022-09-30T09:00:00.000Z');
  return life;
}

describe('a step that is raised', () => {
  it('opens beside what is open, tells its owner why, and asks them', () => {
    const life = begun();
    const events = life.does(RAISE, noon('2022-10-03'));
    assert.deepEqual(
      events.map(({ type }) => type),
      ['step-opened', 'step-raised'],
    );
    const [raised] = ofType(events, 'step-raised');
    assert.deepEqual([raised?.step, raised?.round, raised?.because], ['concern', 1, WHO.because]);
    // The coordinator raised it, and need not be told.
    assert.deepEqual(
      raised?.tells.map(({ person }) => person),
      ['p-region'],
    );
    assert.deepEqual(rungsIn(life.until(noon('2022-10-03'))), ['request 2022-10-03 → p-region']);
    assert.deepEqual(
      openSteps(life.chronology).map((record) => record.step),
      ['confirm', 'concern'],
    );
  });

  it('can be raised again once it is closed, in its next round', () => {
    const life = begun();
    life.does(RAISE, noon('2022-10-03'));
    assert.equal(life.refuses(RAISE, noon('2022-10-04')).kind, 'asked-already');
    life.answers('concern', 'settled', 'p-region', noon('2022-10-05'));
    const [raised] = ofType(life.does(RAISE, noon('2022-10-06')), 'step-raised');
    assert.equal(raised?.round, 2);
  });

  it('changes the route by its answer: what belongs to the other closes', () => {
    const life = begun();
    life.does(RAISE, noon('2022-10-03'));
    life.answers('concern', 'settled', 'p-region', noon('2022-10-03'));
    assert.equal(life.refuses({ ...RAISE, step: 'route' }, noon('2022-10-03')).kind, 'too-early');
    life.answers('confirm', 'yes', 'p-head', noon('2022-10-03'));
    life.does({ ...RAISE, step: 'route' }, noon('2022-10-04'));
    life.answers('route', 'changes', 'p-region', noon('2022-10-05'));
    assert.deepEqual(
      openSteps(life.chronology).map((record) => record.step),
      ['review'],
    );
  });

  it('keeps a deployment from its end until it is answered', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-head', noon('2022-10-03'));
    life.does(RAISE, noon('2022-10-03'));
    life.answers('visit', 'made', 'p-head', noon('2022-10-04'));
    assert.equal(life.chronology.status.kind, 'running');
    life.answers('concern', 'settled', 'p-region', noon('2022-10-05'));
    assert.equal(life.chronology.status.kind, 'ended');
    assert.equal(life.refuses(RAISE, noon('2022-10-06')).kind, 'not-running');
  });

  it('is refused without a reason, and for a step that nobody may raise here', () => {
    const life = begun();
    assert.equal(life.refuses({ ...RAISE, because: ' ' }, noon('2022-10-03')).kind, 'no-reason');
    for (const other of ['visit', 'nothing', 'elsewhere']) {
      const refusal = life.refuses({ ...RAISE, step: other }, noon('2022-10-03'));
      assert.equal(refusal.kind, 'not-in-programme', other);
      assert.equal(refusal.remedy, 'Can be raised now: concern.');
    }
  });

  it('is offered only while it can be raised', () => {
    const life = begun();
    const offered = () => raisableSteps(life.chronology).map(({ id }) => id);
    assert.deepEqual(offered(), ['concern']);
    life.answers('confirm', 'yes', 'p-head', noon('2022-10-03'));
    assert.deepEqual(offered(), ['concern', 'route']);
    assert.equal(life.refuses({ ...RAISE, step: 'visit' }, noon('2022-10-03')).remedy, 'Can be raised now: concern, route.');
    life.does(RAISE, noon('2022-10-03'));
    assert.deepEqual(offered(), ['route']);
    life.does({ ...RAISE, step: 'route' }, noon('2022-10-03'));
    assert.equal(life.refuses({ ...RAISE, step: 'visit' }, noon('2022-10-03')).remedy, 'Nothing can be raised now.');
    for (const open of ['visit', 'concern', 'route']) {
      const by = open === 'visit' ? 'p-head' : 'p-region';
      life.answers(open, { visit: 'made', concern: 'settled', route: 'changes' }[open] ?? '', by, noon('2022-10-04'));
    }
    life.answers('review', 'held', 'p-head', noon('2022-10-05'));
    assert.equal(life.chronology.status.kind, 'ended');
    assert.deepEqual(offered(), []);
  });
});
