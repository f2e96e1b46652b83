import fc from 'fast-check';
import icalGenerator from 'ical-generator';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { NamedDay, Term } from '../domain/time/calendar.ts';
import { termName } from '../domain/time/days.ts';
import { addDays, plainDate, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { readIcsTerms } from './ics-terms.ts';
import { readTermDates } from './term-dates.ts';
import { writeTermDates } from './write-term-dates.ts';

const onWeekday = (day: PlainDate): PlainDate => (weekday(day) > 5 ? onWeekday(addDays(day, 1)) : day);

/** A school year of invented terms, each with or without a half term and INSET days, as the seasons lie. */
const schoolYear = fc
  .record({
    year: fc.integer({ min: 2020, max: 2060 }),
    shift: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 9, maxLength: 9 }),
    halves: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    inset: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
  })
  .map(({ year, shift, halves, inset }) => {
    const day = (text: string, by: number) => onWeekday(addDays(plainDate(text), shift[by] ?? 0));
    const rows = [
      ['autumn', year, `${year}-09-01`, `${year}-12-12`, `${year}-10-19`],
      ['spring', year + 1, `${year + 1}-01-03`, `${year + 1}-03-25`, `${year + 1}-02-12`],
      ['summer', year + 1, `${year + 1}-04-12`, `${year + 1}-07-15`, `${year + 1}-05-24`],
    ] as const;
    const terms: readonly Term[] = rows.map(([season, termYear, starts, ends, half], at) => {
      const halfTerm = day(half, at * 3 + 2);
      return {
        season,
        year: termYear,
        startsOn: day(starts, at * 3),
        endsOn: day(ends, at * 3 + 1),
        ...(halves[at] ? { halfTerm: { startsOn: halfTerm, endsOn: addDays(halfTerm, 4) } } : {}),
      };
    });
    const days = new Set(inset.map((n) => onWeekday(addDays(terms[n % 3]?.startsOn ?? plainDate('2020-01-01'), n))));
    const closures: readonly NamedDay[] = [...days].toSorted().map((on) => ({ on, name: 'INSET day' }));
    return { terms, closures };
  });

describe('term dates', () => {
  it('written as YAML read back to the same', () => {
    fc.assert(
      fc.property(schoolYear, fc.string({ minLength: 1, unit: 'grapheme' }), ({ terms, closures }, name) => {
        fc.pre(name.trim() === name && name !== '');
        const published = [{ laCode: '001', region: name, calendar: { id: 'testshire', name, source: name, closures, terms } }];
        const read = readTermDates(writeTermDates(published), 'x.yaml');
        assert.deepEqual(read, { ok: true, value: published });
      }),
    );
  });

  it('made into a feed by another library read back to the same terms, half terms and INSET days', () => {
    fc.assert(
      fc.property(schoolYear, fc.boolean(), ({ terms, closures }, shuffled) => {
        const calendar = icalGenerator({ name: 'Testshire term dates' });
        const event = (summary: string, from: PlainDate, to: PlainDate) =>
          calendar.createEvent({ allDay: true, summary, start: `${from}T00:00:00Z`, end: `${addDays(to, 1)}T00:00:00Z`, timezone: null });
        const entries = [
          ...terms.map(
            (term) => () => event(`${termName(term)} term`.replace(/(\w+) (\d+) term/, '$1 term $2'), term.startsOn, term.endsOn),
          ),
          ...terms.flatMap(({ halfTerm }) =>
            halfTerm
              ? [() => event('Half term; schools closed, every one of them from the first to the last', halfTerm.startsOn, halfTerm.endsOn)]
              : [],
          ),
          ...closures.map(
            ({ on }) =>
              () =>
                event('INSET day, all schools', on, on),
          ),
        ];
        for (const add of shuffled ? entries.toReversed() : entries) add();
        const read = readIcsTerms(calendar.toString(), 'x.ics');
        assert.ok(read.ok, read.ok ? '' : `${read.reason.message}\n${calendar.toString()}`);
        assert.deepEqual({ terms: read.value.terms, closures: read.value.closures }, { terms, closures });
      }),
    );
  });

  it('never make the reader throw, whatever a feed holds', () => {
    const word = fc.constantFrom(
      'BEGIN',
      'END',
      'VEVENT',
      'VCALENDAR',
      'DTSTART',
      'DTEND',
      'SUMMARY',
      ';VALUE=DATE',
      ':',
      '\r\n',
      ' ',
      '20261026',
      'T090000Z',
      'Autumn term',
      'Half term',
      'RRULE',
      '"',
      ';',
      '=',
      '\\n',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 60 }), (pieces) => {
        const text = `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n${pieces.join('')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
        const read = readIcsTerms(text, 'x.ics');
        assert.ok(read.ok || read.reason.findings.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});
