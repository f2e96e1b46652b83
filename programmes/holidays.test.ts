import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { calendarFor, findAuthority, loadCalendarBook } from '../calendars/calendar-book.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { blankChronology } from '../domain/chronology/chronology.ts';
import { openingOf } from '../domain/chronology/opening.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { mustLoad } from '../tests/kit/chronology.ts';

/** Matches at the edges of terms, in the published terms of three authorities: when contact and completion are due. */
const EDGES = [
  ['lancashire', '2022-10-21', 'the last day before half term', '2022-11-11', '2023-03-31'],
  ['lancashire', '2022-12-14', 'the last week of term', '2023-01-12', '2023-03-31'],
  ['lancashire', '2022-12-20', 'the holidays', '2023-01-16', '2023-07-21'],
  ['waltham-forest', '2023-10-20', 'the last day before half term', '2023-11-10', '2024-03-28'],
  ['waltham-forest', '2023-12-19', 'the last week of term', '2024-01-17', '2024-03-28'],
  ['waltham-forest', '2023-12-27', 'the holidays', '2024-01-19', '2024-07-24'],
  ['leeds', '2024-10-25', 'the last day before half term', '2024-11-15', '2025-04-04'],
  ['leeds', '2025-07-21', 'the last week of term', '2025-09-11', '2025-12-19'],
  ['leeds', '2025-08-06', 'the holidays', '2025-09-12', '2026-04-02'],
] as const;

/** The same for the offer of 2021 to 2022: contact within 2 weeks without holidays, and the Department's own dates. */
const EDGES_2022 = [
  ['2022-02-11', 'the last day before half term', '2022-03-04', '2022-03-18', '2022-07-28'],
  ['2022-03-30', 'the last week of term', '2022-04-28', '2022-05-13', '2022-07-28'],
  ['2022-04-06', 'the holidays', '2022-05-03', '2022-05-17', '2022-12-21'],
] as const;

describe('a match at the edge of a term', () => {
  for (const [authority, matchedOn, edge, meetingBy, completeBy] of EDGES) {
    it(`in ${edge} of ${authority}: ${matchedOn}, first meeting arranged by ${meetingBy}, completed by ${completeBy}`, () => {
      const due = dueDates('tsi-2022-23', calendarOf(authority), matchedOn);
      assert.equal(due('arrange-first-meeting'), meetingBy);
      assert.equal(due('complete-deployment'), completeBy);
    });
  }

  for (const [matchedOn, edge, contactBy, agreedBy, completeBy] of EDGES_2022) {
    it(`in ${edge}, 2021 to 2022: ${matchedOn}, contact by ${contactBy}, a start agreed by ${agreedBy}, completed by ${completeBy}`, () => {
      const due = dueDates('tsi-2021-22', calendarOf('lancashire'), matchedOn);
      assert.equal(due('make-contact'), contactBy);
      assert.equal(due('agree-start'), agreedBy);
      assert.equal(due('complete-deployment'), completeBy);
      assert.equal(due('complete-form'), completeBy);
    });
  }
});

/** The due dates of steps that open on the day of the match. */
function dueDates(id: string, calendar: Calendar, matchedOn: string): (step: string) => string {
  const chronology = { ...blankChronology(mustLoad(id), calendar), facts: { matchedOn } };
  return (step) => {
    const opening = openingOf(chronology, step, plainDate(matchedOn));
    return opening.ok ? opening.value.dueOn : assert.fail(opening.reason.message);
  };
}

function calendarOf(authority: string): Calendar {
  const book = loadCalendarBook();
  const found = findAuthority(book, authority);
  assert.ok(found.ok);
  const calendar = calendarFor(book, { ...found.value, assumed: ['lancashire', 'waltham-forest', 'solihull', 'leeds', 'sheffield'] });
  return calendar.ok ? calendar.value : assert.fail(calendar.reason.message);
}
