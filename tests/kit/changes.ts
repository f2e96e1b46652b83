import type { Programme } from '../../domain/programme.ts';
import { beginTestLife } from './lives.ts';
import type { TestLife } from './lives.ts';
import { answer, field, ladder, programmeOf, rung, step } from './programmes.ts';

/** The programme `SMALL`, without rules on changes. */
export const RULELESS: Programme = programmeOf(
  ['confirm'],
  [
    step(
      'confirm',
      'system-leader',
      [answer('yes', { records: ['matchedOn'], opens: ['visit', 'note'] }), answer('no', { ends: 'declined' })],
      { allowed: { unit: 'working-days', count: 8 } },
    ),
    step('find', 'rdp', [
      answer('found', { fields: [field('who', { kind: 'person', names: 'system-leader' })], opens: ['confirm'], closes: ['note'] }),
    ]),
    step('visit', 'school', [answer('made', { opens: ['complete'], closes: ['note'] }), answer('refused', { opens: ['find'] })], {
      allowed: { unit: 'school-days', count: 10 },
      ladder: [
        ...ladder('school'),
        { ...rung('reminder', -2, 'school'), pace: 'more' },
        { ...rung('reminder', -1, 'school'), pace: 'not-less' },
      ],
    }),
    step('note', 'rdp', [answer('written')], { allowed: { unit: 'weeks', count: 4 } }),
    step('complete', 'system-leader', [answer('done'), answer('more', { opens: ['note'] })], {
      countsFrom: 'matchedOn',
      allowed: { unit: 'end-of-term' },
    }),
    step('approve', 'regional-team', [
      answer('agrees', { extension: 'agrees' }),
      answer('refuses', { extension: 'refuses', fields: [field('why', { required: false })] }),
    ]),
  ],
);

/**
 * A programme for the tests of changes. Begun on Friday 30 September 2022, "confirm" is due on Wednesday 12 October, overdue
 * on Thursday 13, called on Friday 14 and escalated on Monday 17.
 */
export const SMALL: Programme = {
  ...RULELESS,
  changes: {
    acknowledgeWithin: 2,
    askAgainAfter: 5,
    extension: { upTo: 10, approval: 'approve' },
    rematch: { role: 'system-leader', opens: 'find', whenNamed: 'confirm', until: 'complete' },
    reopenWithin: 20,
  },
};

export const BEGAN = '2022-09-30T09:00:00.000Z';
export const WHO = { by: 'p-coordinator', because: 'The headteacher is ill.' } as const;
export const CONFIRM = { step: 'confirm', round: 1 } as const;
/** Its owner says on 5 October that they will answer by the 6th. */
export const PROMISE = {
  kind: 'promise',
  ...CONFIRM,
  by: 'p-leader',
  onBehalfOf: null,
  via: 'link',
  promisedOn: '2022-10-06',
  words: '',
} as const;

export function begun(programme: Programme = SMALL): TestLife {
  const life = beginTestLife(programme, BEGAN);
  life.until(BEGAN);
  return life;
}

/** Noon of a day, in UTC. */
export function noon(on: string): string {
  return `${on}T12:00:00.000Z`;
}
