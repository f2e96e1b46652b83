import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answer, programmeOf, step } from '../tests/kit/programmes.ts';
import {
  askerOf,
  callerOf,
  changeRulesOf,
  coordinatorRole,
  daysOf,
  DEFAULT_CHANGE_RULES,
  factCountedFrom,
  fillPlaceholders,
  mayPassOn,
  ownersOf,
  placeholdersIn,
  promiseRuleOf,
} from './programme.ts';

const send = answer('sent');
const report = step('report', 'system-leader', [send], { with: ['school'] });
const alone = step('alone', 'system-leader', [send]);
const programme = programmeOf(['report'], [report, alone]);
/** The same with changes of its own. */
const changed = (over: Partial<typeof DEFAULT_CHANGE_RULES>) => ({ ...programme, changes: { ...DEFAULT_CHANGE_RULES, ...over } });

describe('a programme', () => {
  it('has the rules for changes that it sets, or else those of every programme', () => {
    assert.equal(changeRulesOf(programme), DEFAULT_CHANGE_RULES);
    assert.equal(changeRulesOf(changed({ askAgainAfter: 7 })).askAgainAfter, 7);
    assert.deepEqual(promiseRuleOf(programme), { most: 2, within: 5 });
    assert.equal(promiseRuleOf(changed({ promises: null })), null);
  });

  it('says who owns a step, who asks for it and who telephones', () => {
    assert.deepEqual(ownersOf(report), ['system-leader', 'school']);
    assert.equal(coordinatorRole(programme), 'rdp');
    assert.deepEqual([askerOf(programme, report), callerOf(programme, report)], ['rdp', 'rdp']);
    const asked = { ...report, askedBy: 'regional-team' };
    assert.deepEqual([askerOf(programme, asked), callerOf(programme, asked)], ['regional-team', 'regional-team']);
    assert.equal(callerOf(programme, { ...report, owner: 'nobody' }), null);
    const uncalled = {
      ...programme,
      roles: Object.fromEntries(Object.entries(programme.roles).filter(([, { calledBy }]) => calledBy === null)),
    };
    assert.equal(coordinatorRole(uncalled), null);
    assert.equal(coordinatorRole({ ...programme, roles: { ...uncalled.roles, ...programme.roles } }), 'rdp');
  });

  it('counts school days for a step as soon as a school is among its owners', () => {
    assert.deepEqual(
      [daysOf(programme, report), daysOf(programme, alone), daysOf(programme, { ...alone, owner: 'nobody' })],
      ['school', 'working', 'working'],
    );
  });

  it('counts a time from a fact only where the step names one', () => {
    assert.deepEqual(
      (['opening', 'round-before', 'matchedOn'] as const).map((countsFrom) => factCountedFrom({ countsFrom })),
      [null, null, 'matchedOn'],
    );
  });

  it('lets its owners pass a step on, but no staff, nobody else and not whoever is matched anew', () => {
    assert.ok(mayPassOn(programme, report, 'school'));
    assert.ok(mayPassOn(programme, report, 'system-leader'));
    assert.ok(!mayPassOn(programme, report, null));
    assert.ok(!mayPassOn(programme, alone, 'school'));
    assert.ok(!mayPassOn(programme, step('x', 'rdp', [send]), 'rdp'));
    assert.ok(!mayPassOn(programme, step('x', 'regional-team', [send]), 'regional-team'));
    assert.ok(!mayPassOn(programme, step('x', 'local-authority', [send], { askedBy: 'local-authority' }), 'local-authority'));
    const rematch = { role: 'system-leader' } as NonNullable<typeof DEFAULT_CHANGE_RULES.rematch>;
    assert.ok(!mayPassOn(changed({ rematch }), report, 'system-leader'));
    assert.ok(mayPassOn(changed({ rematch }), report, 'school'));
  });
});

describe('a text with gaps', () => {
  const text = '{subject} writes to {system-leader}, {school contact}.';

  it('names each of its gaps', () => {
    assert.deepEqual(placeholdersIn(text), [
      { kind: 'subject' },
      { kind: 'name', role: 'system-leader' },
      { kind: 'contact', role: 'school' },
    ]);
    assert.deepEqual(placeholdersIn('No gap {here'), []);
    assert.deepEqual(placeholdersIn('{}'), [{ kind: 'name', role: '' }]);
  });

  it('is filled gap by gap', () => {
    assert.equal(
      fillPlaceholders(text, (gap) => (gap.kind === 'subject' ? 'The school' : `<${gap.kind} ${gap.role}>`)),
      'The school writes to <name system-leader>, <contact school>.',
    );
  });
});
