import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { calendarFor, loadCalendarBook } from '../../calendars/calendar-book.ts';
import { addDays, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { confirmationDue } from './confirmation.ts';
import type { AskedThisTerm } from './confirmation.ts';

const found = calendarFor(loadCalendarBook(), { authority: '888', assumed: [] });
assert.ok(found.ok);
const calendar = found.value;
const NOTHING: AskedThisTerm = { askedOn: null, remindedOn: null, confirmed: false };

function sends(on: string, asked: Partial<AskedThisTerm> = {}) {
  const due = confirmationDue(calendar, plainDate(on), () => ({ ...NOTHING, ...asked }));
  assert.ok(due.ok);
  return due.value;
}

describe('a leader is asked to confirm their profile', () => {
  it('from the first school day of the term on, and on no day without school', () => {
    assert.equal(sends('2022-08-20'), null, 'in the summer holidays');
    const first = calendar.terms.terms.find(({ season, year }) => season === 'autumn' && year === 2022)?.startsOn ?? '';
    assert.equal(sends(first)?.sends, 'ask');
    assert.equal(sends(first)?.term, 'Autumn 2022');
    assert.equal(sends('2022-10-08')?.sends, null, 'a Saturday');
    assert.equal(sends('2022-10-12')?.sends, 'ask', 'a leader who was added later');
  });

  it('to the last school day of the term, and is refused where the calendar does not reach', () => {
    const { until } = sends('2022-10-03') ?? assert.fail();
    assert.equal(sends(until)?.sends, 'ask');
    assert.equal(sends(addDays(until, 1)), null);
    const beyond = confirmationDue(calendar, plainDate('2060-10-03'), () => NOTHING);
    assert.equal(beyond.ok ? '' : beyond.reason.kind, 'beyond-horizon');
  });

  it('once more ten school days after they were asked, and never again', () => {
    // Asked on Monday 3 October 2022: the tenth school day after it is Monday 17 October.
    const askedOn = plainDate('2022-10-03');
    assert.equal(sends('2022-10-14', { askedOn })?.sends, null);
    assert.equal(sends('2022-10-17', { askedOn })?.sends, 'reminder');
    assert.equal(sends('2022-10-18', { askedOn, remindedOn: plainDate('2022-10-17') })?.sends, null);
  });

  it('not at all once they have confirmed', () => {
    assert.equal(sends('2022-10-03', { confirmed: true })?.sends, null);
    assert.equal(sends('2022-10-17', { askedOn: plainDate('2022-10-03'), confirmed: true })?.sends, null);
  });

  it('at most twice in a term, whatever the day of their answer, and every day looked at', () => {
    fc.assert(
      fc.property(fc.nat(120), fc.nat(60), (from, confirmsAfter) => {
        const sent: string[] = [];
        let asked: AskedThisTerm = NOTHING;
        let term = '';
        for (let on: PlainDate = addDays(plainDate('2022-09-01'), from); on < '2023-02-10'; on = addDays(on, 1)) {
          const due = confirmationDue(calendar, on, (of) => (of === term ? asked : NOTHING));
          assert.ok(due.ok);
          if (due.value === null) continue;
          if (due.value.term !== term) [term, asked] = [due.value.term, NOTHING];
          if (due.value.sends !== null) sent.push(`${term} ${due.value.sends}`);
          if (due.value.sends === 'ask') asked = { ...asked, askedOn: on };
          if (due.value.sends === 'reminder') asked = { ...asked, remindedOn: on };
          if (asked.askedOn !== null && on >= addDays(asked.askedOn, confirmsAfter)) asked = { ...asked, confirmed: true };
        }
        assert.deepEqual(sent, [...new Set(sent)]);
        if (confirmsAfter === 0)
          assert.ok(
            sent.every((one) => one.endsWith('ask')),
            'who confirms on the same day is reminded of nothing',
          );
      }),
    );
  });
});
