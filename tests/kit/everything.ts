import { ROUND_BEFORE } from '../../domain/programme.ts';
import type { Programme } from '../../domain/programme.ts';
import { answer, field, ladder, programmeOf, REQUEST, rung, step } from './programmes.ts';

/**
 * Loops, branches, joint owners, an automatic step, check-ins and an optional step: everything that a programme can
 * express.
 */
export const EVERYTHING = programmeOf(
  ['ask'],
  [
    step('ask', 'school', [answer('accepts', { opens: ['find'] }), answer('declines', { ends: 'declined' })], {
      allowed: { unit: 'school-days', count: 5 },
    }),
    step('find', 'rdp', [answer('contacted', { fields: [field('who', { kind: 'person', names: 'system-leader' })], opens: ['confirm'] })]),
    step('confirm', 'system-leader', [answer('yes', { opens: ['match'] }), answer('no', { opens: ['find'] })]),
    step(
      'match',
      'regional-team',
      [answer('approves', { records: ['matchedOn'], opens: ['issue'] }), answer('refuses', { opens: ['find'] })],
      {
        allowed: { unit: 'weeks', count: 1 },
      },
    ),
    step('issue', 'rdp', [answer('issued', { opens: ['visit'] })], {
      automatic: 'issued',
      ladder: [{ id: 'notice-school', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'All is set.' }],
    }),
    step(
      'visit',
      'system-leader',
      [answer('made', { fields: [field('on', { kind: 'date', records: 'visitedOn' })], opens: ['complete', 'check-in'] })],
      {
        with: ['school'],
        allowed: { unit: 'weeks', count: 4 },
        ladder: [
          { ...REQUEST, days: 'school' },
          ...[-10, -5, -1].map((n) => rung('reminder', n, 'school')),
          rung('overdue', 1, 'school'),
          rung('call', 3, 'school'),
          rung('escalation', 5, 'school'),
        ],
      },
    ),
    step('check-in', 'rdp', [answer('held', { opens: ['check-in'] })], { allowed: { unit: 'calendar-days', count: 28 } }),
    step('complete', 'system-leader', [answer('completed', { opens: ['report', 'call'], closes: ['check-in'] })], {
      with: ['school'],
      countsFrom: 'matchedOn',
      allowed: { unit: 'end-of-following-term' },
      ladder: ladder('school'),
    }),
    step('report', 'system-leader', [answer('sent', { opens: ['sign'] })]),
    step('sign', 'school', [answer('signs', { opens: ['thank'] }), answer('returns', { fields: [field('missing')], opens: ['report'] })], {
      allowed: { unit: 'school-days', count: 3 },
    }),
    step('call', 'rdp', [answer('held', {})], { allowed: { unit: 'working-days', count: 10 } }),
    step('thank', 'school', [answer('written', {})], { optional: true, ladder: [{ ...REQUEST, days: 'school' }] }),
  ],
);

/**
 * The same with everything that a programme can say of changes: limits, an approval, a rematch, and rungs for those who
 * are chased more or less.
 */
export const CHANGEABLE: Programme = changeable({
  ...EVERYTHING,
  steps: {
    ...EVERYTHING.steps,
    approve: step('approve', 'regional-team', [answer('agrees', { extension: 'agrees' }), answer('refuses', { extension: 'refuses' })]),
    concern: step('concern', 'regional-team', [answer('settled'), answer('goes-on', { opens: ['concern'] })], {
      raised: { after: null },
      countsFrom: ROUND_BEFORE,
      allowed: { unit: 'weeks', count: 2 },
    }),
  },
});

function changeable(programme: Programme): Programme {
  const paced = Object.values(programme.steps).map((each) => ({
    ...each,
    ladder: each.ladder.flatMap((one) =>
      one.kind === 'overdue' ? [one, { ...rung('overdue', 2, one.days), pace: 'more' as const }] : [one],
    ),
  }));
  const eased = paced.map((each) => ({
    ...each,
    ladder: each.ladder.map((one) => (one.kind === 'reminder' ? { ...one, pace: 'not-less' as const } : one)),
  }));
  return {
    ...programme,
    steps: Object.fromEntries(eased.map((each) => [each.id, each])),
    changes: {
      acknowledgeWithin: 2,
      askAgainAfter: 5,
      extension: { upTo: 10, approval: 'approve' },
      rematch: { role: 'system-leader', opens: 'find', whenNamed: 'confirm', until: 'complete' },
      reopenWithin: 20,
    },
  };
}
