import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { formatFinding } from './finding.ts';
import { readProgramme } from './read-programme.ts';
import { SMALL_PROGRAMME, itFindsEach } from '../tests/kit/small-programme.ts';
import type { Broken } from '../tests/kit/small-programme.ts';

const REMATCH = (role: string): readonly [string, string] => [
  'begins: find-helper',
  `changes:\n  rematch: { role: ${role}, opens: find-helper, until: help }\nbegins: find-helper`,
];

const ROLES: readonly Broken[] = [
  {
    because: 'nobody could ever hold a role: the register does not know it, and no answer names its holder',
    replace: ['heldBy: rdp, ', ''],
    line: 'desk: { title: desk',
    column: 'desk: { title',
    what: /Nobody can hold "desk"/,
    remedy: /"heldBy": school, .*rdp.*namedLater: true/,
  },
  {
    because: 'a role is held by system leaders, for whom no start looks',
    replace: ['heldBy: rdp', 'heldBy: system-leader'],
    line: 'desk: { title: desk',
    column: 'system-leader',
    what: /Nobody can hold "desk": no start looks for a system-leader/,
    remedy: /namedLater: true/,
  },
  {
    because: 'a role that is told only is to take an escalation on',
    replace: ['namedLater: true, calledBy: desk, escalatesTo: desk', 'namedLater: true, calledBy: desk, escalatesTo: diocese'],
    line: 'helper: { title: helper',
    column: 'diocese }',
    what: /"diocese" is informed only and cannot take an escalation on/,
    remedy: /escalationTells/,
  },
  {
    because: 'a role that is told only is to telephone',
    replace: ['namedLater: true, calledBy: desk', 'namedLater: true, calledBy: diocese'],
    line: 'helper: { title: helper',
    column: 'diocese,',
    what: /"diocese" is informed only and cannot be asked to telephone/,
    remedy: /another role/,
  },
  {
    because: 'a role is rematched that is not named later',
    replace: REMATCH('school'),
    line: 'rematch:',
    column: 'school',
    what: /"school" is not named later/,
    remedy: /namedLater: true/,
  },
  {
    because: 'a role is rematched that no answer names',
    replace: REMATCH('guest'),
    andReplace: ['ladders:\n', '  guest: { title: guest, days: working, namedLater: true }\nladders:\n'],
    line: 'rematch:',
    column: 'guest',
    what: /No answer names "guest"/,
    remedy: /names: guest/,
  },
];

describe('the checker of roles', () => {
  itFindsEach(ROLES);

  it('accepts a rematch of a role whose holder an answer names', () => {
    const [from, to] = REMATCH('helper');
    assert.deepEqual(readProgramme(SMALL_PROGRAMME.replace(from, to), 'small.yaml').findings, []);
  });
});

describe('the checker of calendars that stand in', () => {
  const assuming = SMALL_PROGRAMME.replace('dailyCap: 5', 'dailyCap: 5\nassumedTermCalendars: [lancashire, lancashir]');

  it('reports an unknown calendar with its line and a remedy', () => {
    assert.deepEqual(readProgramme(assuming, 'small.yaml', ['lancashire', 'leeds']).findings.map(formatFinding), [
      'small.yaml:8:36: There is no term calendar "lancashir" to stand in — Did you mean "lancashire"? Others are imported first: chaser calendar import FILE.',
    ]);
  });

  it('reports nothing when the known calendars are not given', () => {
    assert.deepEqual(readProgramme(assuming, 'small.yaml').findings, []);
  });
});
