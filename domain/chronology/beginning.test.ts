import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begin } from './decide.ts';
import type { Subject } from './events.ts';
import { answer, CALENDAR, programmeOf, step } from '../../tests/kit/programmes.ts';

describe('a deployment whose first steps depend on its kind', () => {
  const programme = programmeOf(
    ['ask-school', 'ask-trust'],
    [
      step('ask-school', 'school', [answer('yes')], { when: { subject: ['school'] } }),
      step('ask-trust', 'rdp', [answer('yes')], { when: { subject: ['trust'] } }),
    ],
  );
  const beginAs = (subject: Subject) =>
    begin(programme, { reference: 'D1', subject, parties: { rdp: ['p-rdp'] } }, CALENDAR, '2022-11-25T12:00:00.000Z');

  it('needs no holder for a first step that does not apply to its kind', () => {
    const begun = beginAs({ kind: 'trust', trust: 'TR1' });
    assert.ok(begun.ok, begun.ok ? '' : begun.reason.message);
    assert.deepEqual(
      begun.value.flatMap((event) => (event.type === 'step-opened' ? [event.step] : [])),
      ['ask-trust'],
    );
  });

  it('does not begin when there is nobody to ask first', () => {
    const begun = beginAs({ kind: 'school', urn: '1' });
    assert.ok(!begun.ok);
    assert.equal(begun.reason.kind, 'role-not-held');
    assert.match(begun.reason.message, /Nobody is named as headteacher/);
  });
});
