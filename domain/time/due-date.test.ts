import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Calendar } from './calendar.ts';
import { closedBecause, countDays, isOpen, nthDay, termOf } from './days.ts';
import { dueDate, dueDay } from './due-date.ts';
import { addDays, daysBetween, epochDay, fromEpochDay, plainDate } from './plain-date.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { describeTimeAllowed, parseTimeAllowed } from './time-allowed.ts';
import type { DayKind, TimeAllowed } from './time-allowed.ts';

function due(from: string, allow: string, days: DayKind = 'working', calendar: Calendar = CALENDAR) {
  const allowed = parseTimeAllowed(allow);
  assert.ok(allowed.ok);
  const answer = dueDate(calendar, { dayZero: plainDate(from), allowed: allowed.value, days });
  assert.ok(answer.ok, answer.ok ? '' : answer.reason.message);
  return answer.value;
}

describe('n working days', () => {
  it('Friday 25 November 2022 + 3 working days is Wednesday 30 November', () => {
    assert.equal(due('2022-11-25', '3 working days').dueOn, '2022-11-30');
  });

  it('Friday + 1 working day is Monday', () => {
    assert.equal(due('2022-11-25', '1 working day').dueOn, '2022-11-28');
  });

  it('from a Sunday, the first working day is Monday: day zero is never counted', () => {
    assert.equal(due('2022-11-27', '1 working day').dueOn, '2022-11-28');
  });

  it('are explained with each skipped day by name: 5 working days across Christmas 2022', () => {
    const { dueOn, explanation } = due('2022-12-21', '5 working days');
    assert.equal(dueOn, '2022-12-30');
    assert.deepEqual(
      explanation.map(({ text }) => text),
      [
        'Day zero is Wednesday 21 December 2022. It is not counted.',
        'Allowed: 5 working days.',
        'Not counted: 24 December 2022, Saturday.',
        'Not counted: 25 December 2022, Sunday.',
        'Not counted: 26 December 2022, Boxing Day.',
        'Not counted: 27 December 2022, Christmas Day (substitute day).',
        'Due on Friday 30 December 2022.',
      ],
    );
    assert.deepEqual(
      explanation.map(({ kind }) => kind),
      ['day-zero', 'rule', 'skipped', 'skipped', 'skipped', 'skipped', 'due'],
    );
  });
});

describe('n school days', () => {
  it('leave out holidays, weekends and half terms, each by name', () => {
    const { dueOn, explanation } = due('2022-12-14', '5 school days', 'school');
    assert.equal(dueOn, '2023-01-05');
    assert.deepEqual(
      explanation.filter(({ kind }) => kind === 'skipped').map(({ on, to, text }) => [on, to, text.replace(/.*, /, '')]),
      [
        ['2022-12-17', '2022-12-25', 'Christmas holiday.'],
        ['2022-12-26', '2022-12-26', 'Boxing Day.'],
        ['2022-12-27', '2022-12-27', 'Christmas Day (substitute day).'],
        ['2022-12-28', '2023-01-01', 'Christmas holiday.'],
        ['2023-01-02', '2023-01-02', 'New Year’s Day (substitute day).'],
      ],
    );
  });

  it('name a run of days by its first and its last, and a single day once', () => {
    const { explanation } = due('2022-12-14', '5 school days', 'school');
    const [run, single] = explanation.filter(({ kind }) => kind === 'skipped');
    assert.equal(run?.text, 'Not counted: 17 December 2022 to 25 December 2022, Christmas holiday.');
    assert.equal(single?.text, 'Not counted: 26 December 2022, Boxing Day.');
  });

  it('leave out a day on which the school itself is closed', () => {
    const snowed = { ...CALENDAR, terms: { ...CALENDAR.terms, closures: [{ on: plainDate('2023-01-17'), name: 'snow' }] } };
    assert.equal(due('2023-01-16', '1 school day', 'school', snowed).dueOn, '2023-01-18');
    assert.equal(closedBecause(snowed, 'school', plainDate('2023-01-17')), 'snow');
  });
});

describe('weeks and calendar days', () => {
  it('move on to the next working day when they end on a closed one', () => {
    // 4 weeks after Monday 28 November is Boxing Day; the substitute day follows.
    const { dueOn, explanation } = due('2022-11-28', '4 weeks');
    assert.equal(dueOn, '2022-12-28');
    assert.equal(
      explanation.some(({ kind, text }) => kind === 'moved' && text.includes('Monday 26 December 2022')),
      true,
    );
  });

  it('move on to the next school day for a step of the school', () => {
    assert.equal(due('2022-11-28', '4 weeks', 'school').dueOn, '2023-01-03');
  });

  it('stay where they are on an open day, and nothing is said of moving', () => {
    const { dueOn, explanation } = due('2022-11-01', '10 calendar days');
    assert.equal(dueOn, '2022-11-11');
    assert.deepEqual(
      explanation.map(({ kind }) => kind),
      ['day-zero', 'rule', 'due'],
    );
  });
});

describe('terms', () => {
  it('matched on 10 October 2022 in Lancashire, the following term ends on 31 March 2023', () => {
    assert.equal(due('2022-10-10', 'end of following term').dueOn, '2023-03-31');
  });

  it('count a day in a holiday to the term that follows', () => {
    assert.equal(due('2022-12-20', 'end of following term').dueOn, '2023-07-21');
    assert.equal(due('2022-08-20', 'end of term').dueOn, '2022-12-16');
  });

  it('take the next whole term to be the one after a holiday, or after the term that has begun', () => {
    assert.equal(due('2022-12-20', 'end of next whole term').dueOn, '2023-03-31');
    assert.equal(due('2023-01-02', 'end of next whole term').dueOn, '2023-03-31');
    // The spring term begins on 3 January: from that day on it is no longer whole.
    assert.equal(due('2023-01-03', 'end of next whole term').dueOn, '2023-07-21');
    assert.equal(due('2022-10-25', 'end of the next whole term').dueOn, '2023-03-31');
  });

  it('a half term does not end a term', () => {
    assert.equal(due('2022-10-26', 'end of term').dueOn, '2022-12-16');
  });

  it('count the last day of term to it, but not the weekend after', () => {
    assert.equal(due('2022-12-16', 'end of term').dueOn, '2022-12-16');
    assert.equal(due('2022-12-17', 'end of term').dueOn, '2023-03-31');
  });

  it('take their date from the Department’s table when there is one', () => {
    const table: TimeAllowed = { unit: 'fixed-table', table: [{ matchedIn: 'Autumn 2022', completeBy: plainDate('2023-04-01') }] };
    const answer = dueDate(CALENDAR, { dayZero: plainDate('2022-10-10'), allowed: table, days: 'working' });
    assert.ok(answer.ok && answer.value.dueOn === '2023-04-01');
    assert.deepEqual(answer.value.explanation.slice(1, -1), [
      { kind: 'rule', text: 'Allowed: a date the Department published.' },
      { kind: 'rule', on: '2022-10-10', text: '10 October 2022 lies in Autumn 2022.' },
      { kind: 'rule', on: '2023-04-01', text: 'The Department published 1 April 2023 for Autumn 2022.' },
    ]);
    const missing = dueDate(CALENDAR, { dayZero: plainDate('2023-01-10'), allowed: table, days: 'working' });
    assert.deepEqual(missing, {
      ok: false,
      reason: {
        kind: 'beyond-horizon',
        missingYear: 2023,
        message: 'The Department published no completion date for Spring 2023; its table holds Autumn 2022.',
        remedy: 'Add the row to the programme, or give the step another time.',
      },
    });
  });

  it('with a table say so when the term that holds day zero is that of a stand-in', () => {
    const rows = ['Spring 2023', 'Summer 2023'].map((matchedIn) => ({ matchedIn, completeBy: plainDate('2023-10-01') }));
    const told = (dayZero: string) => {
      const question = { dayZero: plainDate(dayZero), allowed: { unit: 'fixed-table', table: rows }, days: 'working' } as const;
      const answer = dueDate(PARTLY_ASSUMED, question);
      assert.ok(answer.ok);
      return answer.value.explanation.filter(({ kind }) => kind === 'assumed').map(({ text }) => text);
    };
    assert.deepEqual(told('2023-05-10'), [
      'Assumed: the term dates of Elsewhere for Summer 2023 are not known; those of Nextshire stand in.',
    ]);
    assert.deepEqual(told('2023-02-10'), []);
    const missing = dueDate(CALENDAR, { dayZero: plainDate('2023-10-10'), allowed: { unit: 'fixed-table', table: rows }, days: 'working' });
    assert.ok(!missing.ok);
    assert.match(missing.reason.message, /its table holds Spring 2023, Summer 2023\.$/);
  });

  it('are explained by the term that day zero lies in, or before which it lies, and by the last school day', () => {
    const lines = (from: string) => due(from, 'end of term').explanation.slice(2, -1);
    assert.deepEqual(lines('2023-01-03'), [
      { kind: 'rule', on: '2023-01-03', text: '3 January 2023 lies in Spring 2023.' },
      { kind: 'rule', on: '2023-03-31', text: 'The last school day of Spring 2023 in Testshire is Friday 31 March 2023.' },
    ]);
    assert.equal(lines('2023-02-01')[0]?.text, '1 February 2023 lies in Spring 2023.');
    assert.equal(lines('2022-12-20')[0]?.text, '20 December 2022 lies before Spring 2023 begins on 3 January 2023, and counts to it.');
  });

  it('say when another calendar stands in, and for which terms', () => {
    assert.deepEqual(assumptions('2023-04-20', 'end of term'), [
      'Assumed: the term dates of Elsewhere for Summer 2023 are not known; those of Nextshire stand in.',
    ]);
    // From 14 December 2023, 80 school days reach into the summer term; one calendar stands in for all three terms.
    const assumed = { ...CALENDAR.terms, terms: CALENDAR.terms.terms.map((term) => ({ ...term, assumed: 'Nextshire' })) };
    assert.deepEqual(
      due('2023-12-14', '80 school days', 'school', { ...CALENDAR, version: 'all-assumed', terms: assumed }).explanation[2]?.text,
      'Assumed: the term dates of Testshire for Autumn 2023, Spring 2024 and Summer 2024 are not known; those of Nextshire stand in.',
    );
    assert.deepEqual(assumptions('2023-10-10', 'end of following term'), [
      'Assumed: the term dates of Elsewhere for Autumn 2023 are not known; those of Nextshire stand in.',
      'Assumed: the term dates of Elsewhere for Spring 2024 are not known; those of Farshire stand in.',
    ]);
    const { explanation } = due('2023-04-20', 'end of term', 'working', PARTLY_ASSUMED);
    assert.match(explanation.at(-2)?.text ?? '', /^The last school day of Summer 2023 in Nextshire is/);
  });

  it('do not say so when only the authority’s own terms were used', () => {
    assert.deepEqual(assumptions('2022-10-10', 'end of following term'), []);
    const { explanation } = due('2022-10-10', 'end of following term', 'working', PARTLY_ASSUMED);
    assert.match(explanation.at(-2)?.text ?? '', /^The last school day of Spring 2023 in Elsewhere is/);
    assert.deepEqual(assumptions('2023-05-10', '3 working days'), []);
    assert.deepEqual(assumptions('2023-05-10', '4 weeks', 'working'), []);
  });

  it('rest on both terms around a holiday, when a day is counted in it', () => {
    assert.deepEqual(assumptions('2023-03-30', '1 school day', 'school'), []);
    // 31 March is the last day of its own Spring 2023: what follows is a holiday as far as Summer 2023 says.
    assert.equal(assumptions('2023-03-31', '1 school day', 'school').length, 1);
    assert.deepEqual(assumptions('2023-05-10', '1 week', 'school'), [
      'Assumed: the term dates of Elsewhere for Summer 2023 are not known; those of Nextshire stand in.',
    ]);
  });
});

/** Elsewhere publishes its terms up to Spring 2023; then Nextshire stands in, and in 2024 Farshire. */
const PARTLY_ASSUMED: Calendar = {
  ...CALENDAR,
  terms: {
    ...CALENDAR.terms,
    name: 'Elsewhere; then Nextshire; then Farshire',
    assumedFor: 'Elsewhere',
    terms: CALENDAR.terms.terms.map((term) =>
      term.startsOn < '2023-04-01' ? term : { ...term, assumed: term.year === 2023 ? 'Nextshire' : 'Farshire' },
    ),
  },
};

function assumptions(from: string, allow: string, days: DayKind = 'working'): readonly string[] {
  return due(from, allow, days, PARTLY_ASSUMED)
    .explanation.filter(({ kind }) => kind === 'assumed')
    .map(({ text }) => text);
}

describe('the horizon', () => {
  const refusal = (from: string, allow: string) => {
    const allowed = parseTimeAllowed(allow);
    assert.ok(allowed.ok);
    const answer = dueDate(CALENDAR, { dayZero: plainDate(from), allowed: allowed.value, days: 'school' });
    assert.ok(!answer.ok);
    return answer.reason;
  };

  it('refuses a question past the bank holidays and names the missing year', () => {
    assert.equal(refusal('2024-12-30', '3 working days').missingYear, 2025);
    assert.match(refusal('2024-12-30', '3 working days').remedy, /2025/);
  });

  it('refuses a question past the terms and names the missing term', () => {
    assert.match(refusal('2024-05-01', 'end of following term').message, /Testshire.*Autumn 2024/);
    assert.match(refusal('2024-07-20', '10 school days').remedy, /2024 to 2025/);
    assert.equal(refusal('2024-09-02', 'end of term').missingYear, 2024);
  });

  it('refuses a question past the calendar in weeks, and the following term of a day before all terms', () => {
    assert.equal(refusal('2024-12-30', '1 week').missingYear, 2025);
    assert.match(refusal('2022-03-01', 'end of following term').message, /the date needs Spring 2022\.$/);
    const table: TimeAllowed = { unit: 'fixed-table', table: [] };
    const answer = dueDate(CALENDAR, { dayZero: plainDate('2022-03-01'), allowed: table, days: 'working' });
    assert.ok(!answer.ok);
    assert.match(answer.reason.message, /the date needs Spring 2022\.$/);
  });

  it('refuses a question before the terms begin', () => {
    assert.match(refusal('2022-03-01', 'end of term').message, /Spring 2022/);
    assert.equal(termOf(CALENDAR, plainDate('2022-08-15')).ok, true);
  });
});

describe('a time allowed', () => {
  it('is read as people write it, and written the same way', () => {
    for (const text of ['3 working days', '1 working day', '5 school days', '10 calendar days', '4 weeks', '1 week']) {
      const parsed = parseTimeAllowed(` ${text.toUpperCase()} `);
      assert.ok(parsed.ok);
      assert.equal(describeTimeAllowed(parsed.value), text);
    }
  });

  it('is read whatever spaces stand between its words, and with or without “the” in the name of a term', () => {
    for (const [text, read] of [
      ['3  working\n days', { unit: 'working-days', count: 3 }],
      ['end of term', { unit: 'end-of-term' }],
      ['end of following term', { unit: 'end-of-following-term' }],
      ['end of the following term', { unit: 'end-of-following-term' }],
      ['end of next whole term', { unit: 'end-of-next-whole-term' }],
      ['end of the next whole term', { unit: 'end-of-next-whole-term' }],
    ] as const) {
      assert.deepEqual(parseTimeAllowed(text), { ok: true, value: read }, text);
    }
  });

  it('is told in words, the end of each kind of term too', () => {
    for (const [allowed, words] of [
      [{ unit: 'end-of-term' }, 'the end of the term'],
      [{ unit: 'end-of-following-term' }, 'the end of the following term'],
      [{ unit: 'end-of-next-whole-term' }, 'the end of the next whole term'],
      [{ unit: 'fixed-table', table: [] }, 'a date the Department published'],
    ] as const) {
      assert.equal(describeTimeAllowed(allowed), words);
    }
  });

  it('is refused with an example when it cannot be read', () => {
    for (const text of ['', '3', '3 days', 'soon', '0 weeks', '-1 week', '1.5 weeks', '3 working days or so']) {
      const parsed = parseTimeAllowed(text);
      assert.ok(!parsed.ok && parsed.reason.remedy.includes('"3 working days"'), text);
      assert.deepEqual([parsed.reason.kind, parsed.reason.message], ['bad-time-allowed', `"${text}" is not a time that can be allowed.`]);
    }
  });
});

const dates = fc.integer({ min: epochDay(plainDate('2022-09-01')), max: epochDay(plainDate('2023-12-21')) }).map(fromEpochDay);
const dayKinds = fc.constantFrom<DayKind>('working', 'school');
const times = fc.oneof(
  fc.record({
    unit: fc.constantFrom('working-days' as const, 'school-days' as const, 'calendar-days' as const),
    count: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ unit: fc.constant('weeks' as const), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ unit: fc.constantFrom('end-of-term' as const, 'end-of-following-term' as const, 'end-of-next-whole-term' as const) }),
);

function kindOf(allowed: TimeAllowed, days: DayKind): DayKind {
  if (allowed.unit === 'working-days') return 'working';
  return allowed.unit === 'calendar-days' || allowed.unit === 'weeks' ? days : 'school';
}

describe('every due date', () => {
  it('is a permitted day, and not before day zero', () => {
    fc.assert(
      fc.property(dates, times, dayKinds, (dayZero, allowed, days) => {
        const answer = dueDate(CALENDAR, { dayZero, allowed, days });
        assert.ok(answer.ok);
        assert.deepEqual(isOpen(CALENDAR, kindOf(allowed, days), answer.value.dueOn), { ok: true, value: true });
        assert.ok(answer.value.dueOn >= dayZero);
        assert.deepEqual(
          dueDay(CALENDAR, { dayZero, allowed, days }),
          { ok: true, value: answer.value.dueOn },
          'with and without its explanation',
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never earlier for a later day zero', () => {
    fc.assert(
      fc.property(dates, fc.nat(60), times, dayKinds, (dayZero, later, allowed, days) => {
        const first = dueDate(CALENDAR, { dayZero, allowed, days });
        const second = dueDate(CALENDAR, { dayZero: addDays(dayZero, later), allowed, days });
        assert.ok(first.ok);
        if (second.ok) assert.ok(second.value.dueOn >= first.value.dueOn);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has an explanation that adds up when counted in days: every day is counted or skipped', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 40 }), dayKinds, (dayZero, count, kind) => {
        const answer = dueDate(CALENDAR, { dayZero, allowed: { unit: `${kind}-days`, count }, days: kind });
        assert.ok(answer.ok);
        const { dueOn, explanation } = answer.value;
        const closed = explanation.reduce(
          (sum, line) => (line.kind === 'skipped' && line.on && line.to ? sum + daysBetween(line.on, line.to) + 1 : sum),
          0,
        );
        assert.equal(count + closed, daysBetween(dayZero, dueOn));
        assert.deepEqual(countDays(CALENDAR, kind, dayZero, dueOn), { ok: true, value: count });
        assert.deepEqual(nthDay(CALENDAR, kind, dueOn, -count).ok, true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says "assumed" whenever other dates of an assumed term would change it', () => {
    const assumedTerms = PARTLY_ASSUMED.terms.terms.filter(({ assumed }) => assumed !== undefined);
    const first = assumedTerms[0]?.startsOn ?? plainDate('2023-04-17');
    // Here the assumed term begins a school week later. An answer that did not say "assumed" must not change.
    const later: Calendar = {
      ...PARTLY_ASSUMED,
      terms: {
        ...PARTLY_ASSUMED.terms,
        terms: PARTLY_ASSUMED.terms.terms.map((term) => (term.startsOn === first ? { ...term, startsOn: addDays(first, 7) } : term)),
      },
    };
    fc.assert(
      fc.property(dates, times, dayKinds, (dayZero, allowed, days) => {
        const answer = dueDate(PARTLY_ASSUMED, { dayZero, allowed, days });
        assert.ok(answer.ok);
        if (answer.value.explanation.some(({ kind }) => kind === 'assumed')) return;
        assert.deepEqual(dueDate(later, { dayZero, allowed, days }), answer);
      }),
      { numRuns: 2_000 },
    );
  });
});
