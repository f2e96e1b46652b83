import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begin, startForm } from './decide.ts';
import type { Subject } from './events.ts';
import type { Programme } from '../programme.ts';
import { answer, CALENDAR, field, programmeOf, step } from '../../tests/kit/programmes.ts';

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

describe('what is asked when a deployment starts', () => {
  const programme: Programme = {
    ...programmeOf(
      ['ask'],
      [
        step('ask', 'rdp', [answer('yes', { opens: ['far'] })]),
        step('far', 'rdp', [answer('done')], { allowed: { unit: 'weeks', count: 200 }, when: { tier: ['tier-3'] } }),
        step('matched', 'rdp', [answer('done')], { countsFrom: 'matchedOn' }),
      ],
    ),
    starts: [field('tier', { required: false }), field('schools', { when: { subject: ['trust'] } })],
  };
  const SCHOOL: Subject = { kind: 'school', urn: '1' };
  const started = (facts: Readonly<Record<string, string>> | undefined, subject: Subject = SCHOOL) =>
    begin(
      programme,
      { reference: 'D1', subject, parties: { rdp: ['p-rdp'] }, ...(facts ? { facts } : {}) },
      CALENDAR,
      '2022-11-25T12:00:00.000Z',
    );

  it('depends on whether a school or a trust is supported', () => {
    const asked = (kind: Subject['kind']) => startForm(programme, { kind }).fields.map(({ id }) => id);
    assert.deepEqual(asked('school'), ['tier']);
    assert.deepEqual(asked('trust'), ['tier', 'schools']);
    const refused = started({}, { kind: 'trust', trust: 'TR1' });
    assert.equal(refused.ok ? '' : refused.reason.kind, 'missing-field');
  });

  it('is kept with the beginning, where something was said, beside the programme and its version', () => {
    const first = (facts: Readonly<Record<string, string>> | undefined) => {
      const decision = started(facts);
      assert.ok(decision.ok, decision.ok ? '' : decision.reason.message);
      return decision.value[0];
    };
    const began = {
      type: 'deployment-began',
      at: '2022-11-25T12:00:00.000Z',
      reference: 'D1',
      subject: SCHOOL,
      programme: { id: 'invented', version: 1 },
      calendarVersion: 'test',
      parties: { rdp: ['p-rdp'] },
    };
    assert.deepEqual(first(undefined), began);
    assert.deepEqual(first({ tier: 'tier-1' }), { ...began, facts: { tier: 'tier-1' } });
  });

  it('decides which deadlines must lie in the calendar: only those of steps that apply', () => {
    const far = started({ tier: 'tier-3' });
    assert.equal(far.ok ? '' : far.reason.kind, 'beyond-horizon');
    assert.ok(started({ tier: 'tier-1' }).ok);
  });
});
