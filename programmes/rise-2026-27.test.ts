import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answersFor, stepApplies } from '../domain/chronology/applies.ts';
import { formProblems } from '../domain/forms/form.ts';
import { describeTimeAllowed } from '../domain/time/time-allowed.ts';
import type { Step, StepId } from '../domain/programme.ts';
import { mustHaveStep, mustLoad } from '../tests/kit/chronology.ts';

const programme = mustLoad('rise-2026-27');
const step = (id: StepId): Step => mustHaveStep(programme, id);
const answer = (id: StepId, given: string) => step(id).answers.find((each) => each.id === given) ?? assert.fail(`${id} ${given}`);

/** The steps of the task list of the source, in its order, with what each answer of the usual way opens. */
const WAY: readonly (readonly [StepId, string, readonly StepId[]])[] = [
  ['confirm-eligibility', 'eligible', ['enter-funding-history', 'make-initial-contact']],
  ['make-initial-contact', 'contacted', ['check-conflicts']],
  ['check-conflicts', 'no-conflict', ['send-notification']],
  ['send-notification', 'sent', ['answer-notification']],
  ['answer-notification', 'no-conflict', ['allocate-adviser']],
  ['allocate-adviser', 'allocated', ['send-introduction']],
  ['send-introduction', 'sent', ['arrange-visit']],
  ['arrange-visit', 'arranged', ['make-visit']],
  ['make-visit', 'visited', ['complete-diagnosis']],
  ['complete-diagnosis', 'completed', ['record-diagnosis-decision']],
  ['record-diagnosis-decision', 'match', ['choose-supporting-organisation']],
  ['choose-supporting-organisation', 'chosen', ['carry-out-due-diligence']],
  ['carry-out-due-diligence', 'completed', ['record-appointment']],
  ['record-appointment', 'appointed', ['confirm-contact-details']],
  ['confirm-contact-details', 'confirmed', ['request-planning-grant', 'share-funding-band']],
  ['request-planning-grant', 'requested', ['confirm-planning-grant']],
  ['share-funding-band', 'shared', ['write-plan']],
  ['write-plan', 'sent', ['review-plan']],
  ['review-plan', 'cleared', ['send-plan']],
  ['send-plan', 'sent', ['record-plan-decision']],
  ['record-plan-decision', 'approved', ['enter-objectives', 'request-improvement-grant']],
  ['request-improvement-grant', 'requested', ['confirm-improvement-grant']],
  ['enter-objectives', 'entered', ['termly-review']],
  ['termly-review', 'another-review', ['termly-review']],
  ['termly-review', 'last-review', ['close-support']],
];

describe('RISE 2026 to 2027', () => {
  it('goes through the tasks of the source in its order', () => {
    for (const [id, given, opens] of WAY) assert.deepEqual(answer(id, given).opens, opens, `${id} ${given}`);
  });

  it('says of every time but the one that the source states that it is assumed', () => {
    for (const { id, assumption } of Object.values(programme.steps)) {
      if (id === 'answer-notification') continue;
      assert.match(assumption ?? '', /assumed|Ours|Its date is to be recorded|does not say when/, id);
    }
    assert.equal(describeTimeAllowed(step('answer-notification').allowed), '3 working days');
    assert.equal(step('answer-notification').countsFrom, 'notifiedOn');
  });

  it('tells a Catholic diocese before the responsible body, and no other diocese by a step of its own', () => {
    const given = (faith: string) => answersFor(step('confirm-eligibility'), { faith }).map(({ id }) => id);
    assert.deepEqual(given('catholic'), ['eligible-catholic', 'not-eligible']);
    assert.deepEqual(given('other'), ['eligible', 'not-eligible']);
    assert.ok(answer('confirm-eligibility', 'eligible-catholic').opens.includes('inform-diocese'));
    assert.ok(!answer('confirm-eligibility', 'eligible-catholic').opens.includes('make-initial-contact'));
    assert.ok(!stepApplies(programme, 'inform-diocese', { faith: 'other' }));
  });

  it('asks for £3,000 to plan, neither more nor less', () => {
    const form = answer('request-planning-grant', 'requested');
    const faults = (amount: string) => formProblems(form, { requestedOn: '2026-12-01', amount }).length;
    assert.deepEqual([faults('300000'), faults('299900'), faults('300100')], [0, 1, 1]);
  });

  it('reviews progress each term on both routes, without drifting', () => {
    for (const id of ['termly-review', 'progress-review']) {
      assert.deepEqual([step(id).allowed.unit, step(id).countsFrom], ['end-of-next-whole-term', 'round-before'], id);
    }
  });

  it('closes everything of the route that is left when the route changes', () => {
    const later = programme.stages.filter(({ number }) => number >= 2 && number <= 4).flatMap(({ steps }) => steps);
    // The introduction is over before the route can change, and these are where the new route begins.
    const besides = ['send-introduction', 'change-route'];
    for (const [given, begins] of [
      ['to-matching', 'choose-supporting-organisation'],
      ['to-progress-reviews', 'progress-review'],
    ] as const) {
      const { opens, closes } = answer('change-route', given);
      assert.deepEqual(opens, [begins]);
      assert.deepEqual(later.filter((id) => id !== begins && !besides.includes(id)).toSorted(), closes.toSorted(), given);
    }
    assert.deepEqual(step('change-route').raised, { after: 'record-diagnosis-decision' });
  });

  it('lets an engagement concern be raised once the responsible body has been contacted, and a board be created in a maintained school only', () => {
    assert.deepEqual(step('engagement-concern').raised, { after: 'make-initial-contact' });
    const powers = (responsibleBody: string) => answersFor(step('follow-mandation'), { responsibleBody }).map(({ id }) => id);
    assert.ok(powers('local-authority').includes('interim-board'));
    assert.ok(!powers('trust').includes('interim-board'));
  });
});
