import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, noon, SMALL } from '../../tests/kit/changes.ts';
import { ofType } from '../../tests/kit/lives.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import type { Chronology, Escalation, Stop } from '../chronology/state.ts';
import { plainDate } from '../time/plain-date.ts';
import { escalationActions, escalationWakes, roleAbove, takeOnFrom } from './escalation-times.ts';
import { sendingStartMs } from './sending-time.ts';

/** Escalated to the regional team on Monday 17 October 2022, with the escalation as a test wants it. */
function escalated(over: Partial<Escalation> = {}, more: Partial<Chronology> = {}): Chronology {
  const life = begun();
  life.until(noon('2022-10-17'));
  const [escalation] = life.chronology.escalations;
  assert.ok(escalation);
  return { ...life.chronology, ...more, escalations: [{ ...escalation, ...over }] };
}
const only = (chronology: Chronology): Escalation => chronology.escalations[0] as Escalation;
const NOW = Date.parse(noon('2022-10-17'));

describe('the role above whoever has an escalation', () => {
  it('is the one to which the role of its first holder escalates', () => {
    const chronology = escalated();
    assert.equal(roleAbove(chronology, only(chronology)), SMALL.roles['regional-team']?.escalatesTo);
  });

  it('where nobody has it is the one above the role that the ladder would name', () => {
    const chronology = escalated({ holders: [] });
    const named = SMALL.roles['system-leader']?.escalatesTo ?? '';
    assert.equal(roleAbove(chronology, only(chronology)), SMALL.roles[named]?.escalatesTo);
  });

  it('is none at the top, for a role that nobody knows, and for a step that the programme does not have', () => {
    for (const over of [
      { holders: [{ role: 'regional-senior', person: 'p-senior' }] },
      { holders: [{ role: 'nobody-knows', person: 'p-senior' }] },
      { holders: [], step: 'nowhere' },
    ]) {
      const chronology = escalated(over);
      assert.equal(roleAbove(chronology, only(chronology)), null);
    }
  });

  it('is none where the owner’s role escalates to nobody', () => {
    const roles = { ...SMALL.roles, 'system-leader': { ...SMALL.roles['system-leader'], escalatesTo: null } } as typeof SMALL.roles;
    const chronology = escalated({ holders: [] }, { programme: { ...SMALL, roles } });
    assert.equal(roleAbove(chronology, only(chronology)), null);
  });
});

describe('an open escalation', () => {
  it('does not move by itself where the programme names no time for taking it on', () => {
    const { changes: _, ...ruleless } = SMALL;
    assert.deepEqual(escalationWakes(escalated({}, { programme: ruleless }), NOW), []);
  });

  it('does not move beyond the calendar, promised or not', () => {
    const short = { ...CALENDAR, bankHolidays: { ...CALENDAR.bankHolidays, knownTo: plainDate('2022-10-17') } };
    assert.deepEqual(escalationWakes(escalated({}, { calendar: short }), NOW), []);
    assert.deepEqual(escalationWakes(escalated({ promisedOn: plainDate('2022-10-18') }, { calendar: short }), NOW), []);
  });

  it('of a step that has closed, or that is not there, does nothing', () => {
    assert.deepEqual(escalationActions(escalated({ step: 'nowhere' }), Date.parse(noon('2023-01-31'))), []);
  });

  it('that nobody has, with nobody above, waits for somebody to be named', () => {
    const roles = { ...SMALL.roles, 'regional-team': { ...SMALL.roles['regional-team'], escalatesTo: null } } as typeof SMALL.roles;
    assert.deepEqual(escalationWakes(escalated({ holders: [] }, { programme: { ...SMALL, roles } }), NOW), []);
  });

  it('with a promise of somebody whom nobody knows comes back on the morning after all the same', () => {
    const chronology = escalated({ holders: [], promisedOn: plainDate('2022-10-18') });
    const [action] = escalationActions(chronology, Date.parse(noon('2022-10-19')));
    assert.equal(action?.kind, 'recall-promise');
  });

  it('raised to an office that nobody holds says which office', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    const senior = SMALL.roles['regional-team']?.escalatesTo ?? '';
    const parties = { ...life.chronology.parties, [senior]: [] };
    const [action] = escalationActions({ ...life.chronology, parties }, Date.parse(noon('2022-10-20')));
    assert.deepEqual(action?.kind === 'raise-escalation' ? action.unheld : null, [senior]);
    assert.equal(ofType(life.events, 'escalation-passed').length, 0);
  });

  it('that is raised goes to the office above on the morning after its time, at that person’s moment', () => {
    const [action] = escalationActions(escalated(), Date.parse('2022-10-20T10:00:00.000Z'));
    assert.deepEqual(action, {
      kind: 'raise-escalation',
      step: 'confirm',
      round: 1,
      to: [{ role: 'regional-senior', person: 'p-senior' }],
      unheld: [],
    });
    assert.deepEqual(escalationWakes(escalated(), NOW), [sendingStartMs(SMALL, plainDate('2022-10-20'), 'p-senior')]);
  });

  it('does nothing any more when the calendar has ended before anybody looked', () => {
    const late = Date.parse('2025-02-03T10:00:00.000Z');
    assert.deepEqual(escalationActions(escalated(), late), []);
    assert.deepEqual(escalationActions(escalated({ promisedOn: plainDate('2022-10-18') }), late), []);
  });

  it('is counted anew from the end of a stop of its own step, and of no other step or round', () => {
    const from = (scope: Stop['scope'], resumedOn: string | null) => {
      const stop: Stop = {
        stop: 1,
        scope,
        category: 'illness',
        because: 'Illness.',
        from: plainDate('2022-10-18'),
        expectedEnd: plainDate('2022-10-21'),
        resumed: resumedOn === null ? null : { on: plainDate(resumedOn), change: 2 },
        queried: null,
      };
      const chronology = escalated({}, { stops: [stop] });
      return takeOnFrom(chronology, only(chronology));
    };
    assert.equal(from(null, '2022-10-24'), '2022-10-24');
    assert.equal(from({ step: 'confirm', round: 1 }, '2022-10-24'), '2022-10-24');
    for (const scope of [
      { step: 'confirm', round: 2 },
      { step: 'visit', round: 1 },
    ]) {
      assert.equal(from(scope, '2022-10-24'), '2022-10-17', scope.step);
    }
    assert.equal(from(null, null), '2022-10-17');
  });
});
