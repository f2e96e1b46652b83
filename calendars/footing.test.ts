import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { calendarFor, loadCalendarBook } from './calendar-book.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { footingOf } from './footing.ts';

const book = loadCalendarBook();

/** The calendar of an authority, with all others standing in, those that are known for longest after the rest. */
function calendarOf(authority: string, authorityName: string) {
  const calendar = calendarFor(book, {
    authority,
    authorityName,
    assumed: ['lancashire', 'waltham-forest', 'solihull', 'leeds', 'sheffield'],
  });
  assert.ok(calendar.ok);
  return calendar.value;
}

describe('what the dates of a deployment rest on', () => {
  it('is its own terms where its authority is known', () => {
    const footing = footingOf(calendarOf('373', 'Sheffield City Council'), plainDate('2026-11-24'), plainDate('2027-01-20'));
    assert.deepEqual([footing.own, footing.standIns], ['sheffield', []]);
  });

  it('is the terms of another authority where nothing is known of its own', () => {
    const footing = footingOf(calendarOf('909', 'Cumbria'), plainDate('2026-11-24'), null);
    assert.deepEqual([footing.whose, footing.own, footing.standIns.map(({ id }) => id)], ['Cumbria', null, ['sheffield']]);
  });

  it('is both while an open due date lies beyond the last term of its own', () => {
    const calendar = calendarOf('888', 'Lancashire');
    const lastOwn = calendar.terms.terms.findLast(({ assumed }) => assumed === undefined);
    const next = calendar.terms.terms.find(({ startsOn }) => startsOn > (lastOwn?.endsOn ?? ''));
    assert.ok(lastOwn && next);
    const rest = (dueBy: PlainDate | null) => {
      const { own, standIns } = footingOf(calendar, lastOwn.startsOn, dueBy);
      return [own, standIns.map(({ name }) => name)];
    };
    assert.deepEqual(rest(lastOwn.endsOn), ['lancashire', []]);
    assert.deepEqual(rest(next.startsOn), ['lancashire', [next.assumed]]);
    assert.deepEqual(rest(null), ['lancashire', []], 'nobody waits for a later date yet');
    // The summer holiday counts to the autumn that follows it.
    const inHoliday = footingOf(calendar, next.startsOn, null);
    assert.deepEqual([inHoliday.own, inHoliday.standIns.length], [null, 1]);
  });

  it('has ended, ends within a year, or is well', () => {
    const calendar = calendarOf('373', 'Sheffield City Council');
    const { knownTo } = footingOf(calendar, plainDate('2026-11-24'), null);
    const state = (today: string) => footingOf(calendar, plainDate(today), null).state;
    const [year, rest] = [Number(knownTo.slice(0, 4)), knownTo.slice(4)];
    assert.deepEqual([state(knownTo), state(`${year - 1}${rest}`), state(`${year - 2}${rest}`)], ['ending', 'well', 'well']);
    assert.equal(state(`${year}-12-31`), 'ended');
    assert.deepEqual(footingOf(calendar, plainDate(`${year}-12-31`), null).standIns, [], 'dates that have ended rest on nothing');
  });
});
