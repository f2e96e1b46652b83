import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { RULELESS } from '../../tests/kit/changes.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { stepOf } from '../chronology/chronology.ts';
import { daysToLeave, msToWait } from './letter-hours.ts';
import type { WaitingLetter } from './letter-hours.ts';
import type { LetterKind } from './wanted.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long a letter waits that was written at that time of Monday 28 November 2022. Letters leave from 08:00 to 18:00. */
function waits(time: string, over: Partial<WaitingLetter> = {}): number {
  return msToWait(RULELESS, CALENDAR, {
    kind: 'reminder',
    person: 'p-head',
    days: 'working',
    writtenMs: Date.parse(`2022-11-28T${time}:00.000Z`),
    waitedMs: 0,
    sentThatDay: 0,
    ...over,
  });
}

describe('a letter', () => {
  it('that was written in sending hours may leave up to a quarter of an hour after they end', () => {
    assert.equal(waits('17:50', { waitedMs: 15 * MINUTE }), 0);
    const late = waits('17:50', { waitedMs: 15 * MINUTE + 1 });
    assert.ok(late > 13 * HOUR && late < 15 * HOUR, `${late}`);
  });

  it('that was held up leaves at once where it is sending hours again', () => {
    assert.equal(waits('09:00', { waitedMs: 5 * HOUR }), 0);
  });

  it('that was written at night waits for the morning', () => {
    const night = waits('03:00');
    assert.ok(night >= 5 * HOUR && night < 6 * HOUR, `${night}`);
  });

  it('of a kind that is counted waits for the next morning once its recipient has had the limit, and not before', () => {
    assert.equal(waits('10:00', { sentThatDay: RULELESS.dailyCap - 1 }), 0);
    const over = waits('10:00', { sentThatDay: RULELESS.dailyCap });
    assert.ok(over >= 22 * HOUR && over < 23 * HOUR, `${over}`);
  });

  it('of any other kind leaves however many its recipient has had', () => {
    assert.equal(waits('10:00', { kind: 'request', sentThatDay: RULELESS.dailyCap + 1 }), 0);
  });

  it('that outlives its calendar leaves: better at a bad hour than never', () => {
    assert.equal(waits('10:00', { writtenMs: Date.parse('2025-02-03T22:00:00.000Z') }), 0);
  });
});

/** Wednesday 2 August 2023 is a working day in the school's summer holidays. */
describe('a letter about a school’s step in the school holidays', () => {
  const visit = stepOf(RULELESS, 'visit');
  const escalation = visit.ladder.find(({ kind }) => kind === 'escalation') ?? assert.fail();
  const reminder = visit.ladder.find(({ kind }) => kind === 'reminder') ?? assert.fail();
  const daysHeld = (kind: LetterKind, rung: string, role: string) => {
    const writtenMs = Date.parse('2023-08-02T09:00:00.000Z');
    return waits('09:00', { kind, writtenMs, days: daysToLeave(RULELESS, visit, { kind, rung, role }) }) / (24 * HOUR);
  };

  it('passes an escalation on at once, whose rung counts school days', () => {
    assert.equal(escalation.days, 'school');
    for (const name of [escalation.id, `${escalation.id}@2`]) assert.equal(daysHeld('escalation', name, 'regional-team'), 0, name);
  });

  it('tells staff at once that an escalation was passed on, and the school when it is back', () => {
    assert.equal(daysHeld('escalation-notice', `${escalation.id}@2`, 'rdp'), 0);
    assert.ok(daysHeld('escalation-notice', `${escalation.id}@2`, 'school') > 28);
  });

  it('keeps what the ladder itself sends by school days until the school is back', () => {
    assert.ok(daysHeld('reminder', reminder.id, 'school') > 28);
    assert.ok(daysHeld('call', reminder.id, 'rdp') > 28);
  });

  it('tells news by the days of its reader', () => {
    assert.equal(daysHeld('news', 'extension-agreed', 'rdp'), 0);
    assert.ok(daysHeld('news', 'extension-agreed', 'school') > 28);
  });
});
