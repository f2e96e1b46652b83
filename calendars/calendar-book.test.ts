import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Calendar, Term, TermCalendar } from '../domain/time/calendar.ts';
import { termName } from '../domain/time/days.ts';
import { dueDate } from '../domain/time/due-date.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import type { DayKind } from '../domain/time/time-allowed.ts';
import { parseTimeAllowed } from '../domain/time/time-allowed.ts';
import { authoritiesOf, calendarFor, findAuthority, loadCalendarBook } from './calendar-book.ts';
import type { CalendarQuestion } from './calendar-book.ts';
import { termNumber } from './check-terms.ts';

const ASSUMED = ['lancashire', 'waltham-forest', 'solihull', 'leeds', 'sheffield'];
const BOOK = loadCalendarBook();

function calendarOf(question: Partial<CalendarQuestion> = {}): Calendar {
  const calendar = calendarFor(BOOK, { assumed: ASSUMED, ...question });
  assert.ok(calendar.ok);
  return calendar.value;
}

function ask(calendar: Calendar, from: string, allow: string, days: DayKind = 'working') {
  const allowed = parseTimeAllowed(allow);
  assert.ok(allowed.ok);
  return dueDate(calendar, { dayZero: plainDate(from), allowed: allowed.value, days });
}

function due(calendar: Calendar, from: string, allow: string, days?: DayKind) {
  const answer = ask(calendar, from, allow, days);
  assert.ok(answer.ok);
  return { on: answer.value.dueOn, texts: answer.value.explanation.map(({ text }) => text) };
}

const assumedLines = (texts: readonly string[]) => texts.filter((text) => /assumed/i.test(text));

const own = (over: Partial<TermCalendar> = {}): TermCalendar => ({
  id: 'riverside',
  name: 'Riverside Academy',
  source: 'invented',
  closures: [{ on: plainDate('2022-11-28'), name: 'INSET day' }],
  terms: [{ season: 'autumn', year: 2022, startsOn: plainDate('2022-09-05'), endsOn: plainDate('2022-12-20') }],
  ...over,
});

describe('the calendar book', () => {
  it('is read once, with the bank holidays of 2019 to 2028', () => {
    assert.equal(loadCalendarBook(), BOOK);
    assert.deepEqual([BOOK.bankHolidays.knownFrom, BOOK.bankHolidays.knownTo], ['2019-01-01', '2028-12-31']);
  });

  it('knows its authorities by code and by id', () => {
    assert.deepEqual(authoritiesOf(BOOK)[0], { code: '888', name: 'Lancashire County Council', id: 'lancashire' });
    const lancashire = { ok: true, value: { authority: '888', authorityName: 'Lancashire County Council' } };
    assert.deepEqual(findAuthority(BOOK, '888'), lancashire);
    assert.deepEqual(findAuthority(BOOK, 'lancashire'), lancashire);
    assert.deepEqual(findAuthority(BOOK, '210'), { ok: true, value: { authority: '210', authorityName: 'local authority 210' } });
    const unknown = findAuthority(BOOK, 'lancshire');
    assert.ok(!unknown.ok && unknown.reason.remedy.includes('lancashire (888)'));
  });
});

describe('due dates from the calendars that come with Chaser', () => {
  it('Friday 25 November 2022 + 3 working days is Wednesday 30 November', () => {
    assert.equal(due(calendarOf(), '2022-11-25', '3 working days').on, '2022-11-30');
  });

  it('matched on 10 October 2022 in Lancashire, the following term ends on 31 March 2023, and nothing is assumed', () => {
    const { on, texts } = due(calendarOf({ authority: '888' }), '2022-10-10', 'end of following term');
    assert.equal(on, '2023-03-31');
    assert.deepEqual(assumedLines(texts), []);
    assert.match(texts.join(), /Spring 2023 in Lancashire County Council is Friday 31 March 2023/);
  });

  it('5 working days across Christmas 2022 explain each skipped day by name', () => {
    const { on, texts } = due(calendarOf(), '2022-12-21', '5 working days');
    assert.equal(on, '2022-12-30');
    assert.deepEqual(texts.slice(2, -1), [
      'Not counted: 24 December 2022, Saturday.',
      'Not counted: 25 December 2022, Sunday.',
      'Not counted: 26 December 2022, Boxing Day.',
      'Not counted: 27 December 2022, Christmas Day (substitute day).',
    ]);
  });

  it('say "assumed" for an authority whose terms are not known, and whose stand in', () => {
    const norfolk = calendarOf({ authority: '926', authorityName: 'Norfolk' });
    assert.deepEqual(assumedLines(due(norfolk, '2022-10-10', 'end of term').texts), [
      'Assumed: the term dates of Norfolk for Autumn 2022 are not known; those of Lancashire County Council stand in.',
    ]);
    assert.match(assumedLines(due(calendarOf({ authority: '926' }), '2022-10-10', 'end of term').texts).join(), /of this authority for/);
    assert.match(assumedLines(due(calendarOf(), '2022-10-10', 'end of term').texts).join(), /of an authority that was not named for/);
    assert.deepEqual(assumedLines(due(norfolk, '2022-10-10', '3 working days').texts), []);
  });

  it('do not say "assumed" in Sheffield in 2026, and do in 2023', () => {
    const sheffield = calendarOf({ authority: '373' });
    for (const allow of ['end of term', 'end of following term', '20 school days']) {
      assert.deepEqual(assumedLines(due(sheffield, '2026-10-10', allow, 'school').texts), []);
    }
    assert.equal(due(sheffield, '2026-02-10', 'end of term').on, '2026-03-27');
    assert.equal(assumedLines(due(sheffield, '2023-02-10', 'end of term').texts).length, 1);
  });

  it('use terms that stand in for Lancashire in 2026, and say so', () => {
    const lancashire = calendarOf({ authority: '888' });
    assert.deepEqual(assumedLines(due(lancashire, '2026-10-10', '5 school days').texts), [
      'Assumed: the term dates of Lancashire County Council for Autumn 2026 are not known; those of Sheffield City Council stand in.',
    ]);
    assert.match(lancashire.terms.name, /^Lancashire County Council; then Leeds City Council; then /);
    assert.equal(lancashire.terms.assumedFor, 'Lancashire County Council');
  });

  it('use the terms of 2018 to 2022 for the offers of those years, and say whose they are', () => {
    const lancashire = calendarOf({ authority: '888' });
    assert.deepEqual(
      [
        ['2019-10-07', '2019-12-20'],
        ['2020-02-10', '2020-04-03'],
        ['2021-06-07', '2021-07-27'],
        ['2021-09-06', '2021-12-17'],
      ].map(([from = '', on]) => [due(lancashire, from, 'end of term').on, on]),
      ['2019-12-20', '2020-04-03', '2021-07-27', '2021-12-17'].map((on) => [on, on]),
    );
    assert.deepEqual(assumedLines(due(lancashire, '2019-10-07', 'end of term').texts), [
      'Assumed: the term dates of Lancashire County Council for Autumn 2019 are not known; those of Solihull Metropolitan Borough Council stand in.',
    ]);
    assert.deepEqual(assumedLines(due(lancashire, '2020-02-10', 'end of term').texts), []);
  });

  it('know no working day before the first bank holiday that is known', () => {
    const early = ask(calendarOf({ authority: '383' }), '2018-12-20', '3 working days');
    assert.ok(!early.ok && early.reason.missingYear === 2018);
  });

  it('are refused beyond the horizon, naming the missing year', () => {
    const bankHolidays = ask(calendarOf(), '2028-12-20', '10 working days');
    assert.ok(!bankHolidays.ok && bankHolidays.reason.missingYear === 2029 && bankHolidays.reason.remedy.includes('2029'));
    const terms = ask(calendarOf({ authority: '373' }), '2028-05-10', 'end of following term');
    assert.ok(!terms.ok && terms.reason.missingYear === 2028);
    assert.match(terms.reason.message, /Sheffield City Council.*the date needs Autumn 2028/);
  });
});

describe('the calendar of a deployment', () => {
  it('follows from autumn to spring to summer without a gap, whoever it is for', () => {
    for (const authority of [...authoritiesOf(BOOK).map(({ code }) => code), '926']) {
      const { terms } = calendarOf({ authority }).terms;
      for (const [at, term] of terms.slice(1).entries()) {
        const before = terms[at] as Term;
        assert.equal(termNumber(term), termNumber(before) + 1);
        assert.ok(before.endsOn < term.startsOn);
      }
      assert.deepEqual([termName(terms[0] as Term), termName(terms.at(-1) as Term)], ['Autumn 2018', 'Summer 2028']);
    }
  });

  it('has exactly its own dates where they are known', () => {
    for (const { laCode, calendar } of BOOK.authorities) {
      const { terms } = calendarOf({ authority: laCode }).terms;
      assert.deepEqual(
        terms.filter(({ assumed }) => assumed === undefined),
        calendar.terms,
      );
    }
  });

  it('is its own alone when nothing may stand in', () => {
    const { terms } = calendarOf({ authority: '373', assumed: [] });
    assert.equal(terms.name, 'Sheffield City Council');
    assert.equal(terms.assumedFor, undefined);
    assert.deepEqual(terms.terms.map(termName).slice(0, 2), ['Autumn 2025', 'Spring 2026']);
    assert.equal(terms.terms.length, 9);
  });

  it('takes a school’s own first, then its authority’s, then others', () => {
    const calendar = calendarOf({ authority: '320', own: own() });
    const names = new Map(calendar.terms.terms.map((term) => [termName(term), term.assumed]));
    assert.equal(names.get('Autumn 2022'), undefined);
    assert.equal(names.get('Spring 2023'), 'London Borough of Waltham Forest');
    assert.equal(names.get('Summer 2022'), 'Lancashire County Council');
    assert.equal(calendar.terms.assumedFor, 'Riverside Academy');
    assert.equal(due(calendar, '2022-11-25', '1 school day', 'school').on, '2022-11-29');
  });

  it('leaves out a stand-in that overlaps a term of its own', () => {
    const long = own({ terms: [{ season: 'autumn', year: 2022, startsOn: plainDate('2022-09-05'), endsOn: plainDate('2023-01-03') }] });
    const { terms } = calendarOf({ own: long }).terms;
    assert.equal(termName(terms.at(-1) as Term), 'Autumn 2022');
  });

  it('is the run that holds its own terms, when there is a gap that nothing closes', () => {
    const early = own({ terms: [{ season: 'autumn', year: 2017, startsOn: plainDate('2017-09-04'), endsOn: plainDate('2017-12-15') }] });
    assert.deepEqual(calendarOf({ own: early }).terms.terms, early.terms);
  });

  it('is refused when nothing is known, or when a calendar that should stand in does not exist', () => {
    const nothing = calendarFor(BOOK, { authority: '926', authorityName: 'Norfolk', assumed: [] });
    assert.ok(!nothing.ok && nothing.reason.kind === 'no-calendar' && nothing.reason.message.includes('Norfolk'));
    const typo = calendarFor(BOOK, { authority: '888', assumed: ['leedz'] });
    assert.ok(!typo.ok && typo.reason.kind === 'unknown-calendar' && typo.reason.remedy.includes('leeds'));
  });

  it('has a version that changes with its content and with nothing else', () => {
    const { version } = calendarOf({ authority: '888' });
    assert.match(version, /^[0-9a-f]{16}$/);
    assert.equal(calendarOf({ authority: '888' }).version, version);
    const { bankHolidays, authorities, closures } = BOOK;
    const reordered = {
      bankHolidays: { days: bankHolidays.days, knownTo: bankHolidays.knownTo, knownFrom: bankHolidays.knownFrom },
      authorities,
      closures,
    };
    const same = calendarFor(reordered, { authority: '888', assumed: ASSUMED });
    assert.ok(same.ok && same.value.version === version);
    const fewer = calendarFor(
      { bankHolidays: { ...bankHolidays, days: bankHolidays.days.slice(1) }, authorities, closures },
      { authority: '888', assumed: ASSUMED },
    );
    assert.ok(fewer.ok && fewer.value.version !== version);
    assert.notEqual(calendarOf({ authority: '373' }).version, version);
  });
});
