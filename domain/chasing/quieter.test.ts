import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { inventedCalendar } from '../../tests/kit/programmes.ts';
import { plainDate } from '../time/plain-date.ts';
import { mayBeStopped, quietUntil } from './quieter.ts';
import type { LetterToStop } from './quieter.ts';

const CALENDAR = inventedCalendar({
  version: 'quieter',
  years: [2040, 2042],
  holidays: [['2040-12-25', 'Christmas Day']],
  terms: [
    ['autumn', 2040, '2040-09-03', '2040-12-20', '2040-10-22', '2040-10-26'],
    ['spring', 2041, '2041-01-07', '2041-04-05', '2041-02-18', '2041-02-22'],
  ],
});

const letter = (over: Partial<LetterToStop>): LetterToStop => ({
  kind: 'reminder',
  optional: false,
  asksThem: false,
  running: true,
  ...over,
});

describe('a letter that somebody may do without', () => {
  it('is a reminder of an optional step, never one of a step that must be answered', () => {
    for (const kind of ['reminder', 'overdue'] as const) {
      assert.equal(mayBeStopped(letter({ kind, optional: true, asksThem: true })), true, kind);
      assert.equal(mayBeStopped(letter({ kind, optional: false })), false, kind);
    }
  });

  it('is news only for whoever is asked nothing, while the deployment goes on', () => {
    assert.equal(mayBeStopped(letter({ kind: 'news' })), true);
    assert.equal(mayBeStopped(letter({ kind: 'news', asksThem: true })), false, 'it may move their date');
    assert.equal(mayBeStopped(letter({ kind: 'news', running: false })), false, 'it says that their work is over');
  });

  it('is no request, notice, call or escalation, whatever its step', () => {
    for (const kind of ['request', 'notice', 'call', 'escalation'] as const) {
      for (const optional of [true, false]) assert.equal(mayBeStopped(letter({ kind, optional })), false, kind);
    }
    assert.equal(mayBeStopped(letter({ kind: 'escalation-notice' })), true, 'word to somebody who need do nothing');
  });
});

describe('until the end of the term', () => {
  it.each([
    ['2040-10-09', '2040-12-20', 'in a term'],
    ['2040-10-24', '2040-12-20', 'in its half-term'],
    ['2040-12-20', '2040-12-20', 'on its last day'],
    ['2040-12-21', '2041-04-05', 'in the holiday after it: the term that follows'],
  ])('asked on %s it is %s: %s', (today, until) => {
    assert.deepEqual(quietUntil(CALENDAR, plainDate(today)), { ok: true, value: until });
  });

  it('nothing is stopped where the term dates run out', () => {
    assert.equal(quietUntil(CALENDAR, plainDate('2041-04-06')).ok, false);
  });
});
