import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { addDays, plainDate } from '../domain/time/plain-date.ts';
import { kindOf } from './ics-entry-kind.ts';
import type { EntryKind } from './ics-entry-kind.ts';
import { readIcsTerms } from './ics-terms.ts';

/** Entries as schools and authorities write them, each with its first day, how many days it lasts, and what it should do. */
const ENTRIES: Readonly<Record<EntryKind['kind'], readonly (readonly [summary: string, from: string, days: number])[]>> = {
  term: [
    ['Autumn term', '2026-09-02', 108],
    ['Autumn Term 2026', '2026-09-02', 108],
    ['AUTUMN TERM 2026/27', '2026-09-02', 108],
    ['Spring Term (11 weeks)', '2027-01-04', 81],
    ['Term 1', '2026-09-01', 53],
    ['Term 6', '2027-06-07', 44],
    ['Summer 1', '2027-04-12', 47],
    ['Autumn Term: first half', '2026-09-01', 53],
    ['Lent Term', '2027-01-05', 80],
    ['Trinity term', '2027-04-12', 95],
    ['Michaelmas Term', '2026-09-03', 100],
    ['School term', '2026-09-01', 109],
  ],
  starts: [
    ['Autumn term begins', '2026-09-01', 1],
    ['Start of Autumn Term', '2026-09-01', 1],
    ['First day of term', '2027-01-04', 1],
    ['First day of the summer term for pupils', '2027-04-12', 1],
    ['School reopens', '2027-01-04', 1],
    ['Pupils return', '2026-09-02', 1],
    ['All students return to school', '2026-09-02', 1],
    ['Back to school', '2026-09-02', 1],
    ['Term 3 starts', '2027-01-04', 1],
    ['Spring term starts at 8.45am', '2027-01-04', 1],
    ['Children back in school', '2026-09-02', 1],
    ['Lessons resume', '2027-01-05', 1],
  ],
  ends: [
    ['Autumn term ends', '2026-12-18', 1],
    ['End of term', '2026-12-18', 1],
    ['Last day of term', '2027-03-25', 1],
    ['Last day of the Summer Term', '2027-07-21', 1],
    ['School closes for Christmas', '2026-12-18', 1],
    ['School closes for Easter', '2027-03-25', 1],
    ['Schools break up for summer', '2027-07-21', 1],
    ['End of term: school closes at 1.30pm', '2026-12-18', 1],
    ['Term 2 ends', '2026-12-18', 1],
    ['Pupils break up for the summer holidays', '2027-07-21', 1],
    ['End of academic year: last day of school', '2027-07-21', 1],
  ],
  'half-term': [
    ['Half term', '2026-10-26', 5],
    ['Half-term', '2026-10-26', 5],
    ['October half term', '2026-10-24', 9],
    ['Autumn Half Term Holiday', '2026-10-24', 9],
    ['February half-term break', '2027-02-15', 5],
    ['School closed for half term', '2027-02-15', 5],
    ['Mid-term break', '2026-10-26', 5],
    ['May half term', '2027-05-31', 5],
    ['Whitsun holiday', '2027-05-31', 5],
    ['October break', '2026-10-26', 5],
    ['Half Term (1 week)', '2026-10-26', 5],
    ['Autumn break', '2026-10-26', 5],
  ],
  'half-term-edge': [
    ['School closes for half term', '2026-10-23', 1],
    ['Last day before half term', '2026-10-23', 1],
    ['Pupils return after half term', '2026-11-02', 1],
    ['End of first half term', '2026-10-23', 1],
  ],
  holiday: [
    ['Christmas holidays', '2026-12-19', 16],
    ['Christmas break', '2026-12-21', 12],
    ['Xmas hols', '2026-12-21', 12],
    ['Easter holiday', '2027-03-26', 17],
    ['Easter Vacation', '2027-03-26', 17],
    ['Summer holidays', '2027-07-22', 41],
    ['School closed for Christmas holidays', '2026-12-21', 12],
    ['School closed', '2026-12-21', 12],
    ['Holidays', '2027-03-29', 12],
    ['Winter break', '2026-12-21', 12],
  ],
  inset: [
    ['INSET', '2026-09-01', 1],
    ['INSET day', '2026-09-01', 1],
    ['Inset Day 1', '2026-09-01', 1],
    ['In-set day', '2026-09-01', 1],
    ['IN SET DAY', '2026-09-01', 1],
    ['INSET day - school closed to pupils', '2026-09-01', 1],
    ['INSET day (safeguarding)', '2026-11-02', 1],
    ['Inset days', '2026-09-01', 2],
    ['School closed: staff training', '2026-11-02', 1],
    ['School closed for INSET', '2026-11-02', 1],
    ['Staff training day', '2026-11-02', 1],
    ['Staff development day', '2026-11-02', 1],
    ['Teacher training day', '2026-11-02', 1],
    ['Training day', '2026-11-02', 1],
    ['CPD day', '2026-11-02', 1],
    ['PD day', '2026-11-02', 1],
    ['Professional development day', '2026-11-02', 1],
    ['In-service training day', '2026-11-02', 1],
    ['Non-pupil day', '2026-11-02', 1],
    ['Non pupil day', '2026-11-02', 1],
    ['Pupil free day', '2026-11-02', 1],
    ['No pupils in school', '2026-11-02', 1],
    ['Occasional day', '2026-11-02', 1],
    ['Disaggregated day', '2027-07-20', 1],
    ['Disaggregated INSET day', '2027-07-20', 1],
    ['Diwrnod HMS', '2026-11-02', 1],
    ['Baker Day', '2026-11-02', 1],
    ['Whole school INSET day', '2026-11-02', 1],
    ['Second INSET day', '2026-11-02', 1],
  ],
  closed: [
    ['School closed', '2026-11-19', 1],
    ['Schools closed', '2026-11-19', 1],
    ['School is closed', '2026-11-19', 1],
    ['All schools closed', '2026-11-19', 1],
    ['School closed to pupils', '2026-11-19', 1],
    ['School closed (elections)', '2027-05-06', 1],
    ['School closed due to snow', '2027-01-20', 2],
    ['School closed - polling station', '2027-05-06', 1],
    ['School closed for local elections', '2027-05-06', 1],
    ['No school', '2026-11-19', 1],
    ['No school today', '2026-11-19', 1],
    ['Closed day', '2026-11-19', 1],
    ['School closure', '2026-11-19', 1],
    ['School closure: boiler', '2026-11-19', 1],
    ['Academy closed', '2026-11-19', 1],
    ['School closed for funeral of a governor', '2026-11-19', 1],
  ],
  'bank-holiday': [
    ['Bank holiday', '2027-05-03', 1],
    ['May Day bank holiday: school closed', '2027-05-03', 1],
    ['Good Friday', '2027-03-26', 1],
    ['Easter Monday', '2027-03-29', 1],
    ['New Year’s Day', '2027-01-01', 1],
    ['Spring Bank Holiday', '2027-05-31', 1],
  ],
  unclear: [
    ['Autumn half term 1', '2026-09-01', 53],
    ['First day of term', '2026-09-01', 3],
    ['Academic year term', '2026-09-01', 320],
    ['School closed for building work', '2026-11-02', 8],
    ['Holidays', '2026-11-23', 8],
  ],
  other: [
    ['Autumn term reports home', '2026-12-07', 3],
    ['Autumn term parents’ evening', '2026-11-10', 1],
    ['Last day for school dinner orders', '2026-12-11', 1],
    ['Last day to return library books', '2027-07-16', 1],
    ['Last day of term assembly', '2026-12-18', 1],
    ['End of term concert', '2026-12-17', 1],
    ['End of term disco', '2026-12-17', 1],
    ['Reception pupils start school', '2026-09-09', 1],
    ['Nursery children start', '2026-09-14', 1],
    ['Year 7 start school', '2026-09-02', 1],
    ['Years 8 to 11 return to school', '2026-09-03', 1],
    ['Y12 first day of term', '2026-09-03', 1],
    ['Sixth form returns', '2026-09-04', 1],
    ['New starters: first day', '2026-09-04', 1],
    ['School closed to Year 7 only', '2026-11-19', 1],
    ['School closed for Year 10 and Year 11', '2027-06-28', 1],
    ['School closed to Reception', '2026-09-02', 1],
    ['Lunch break changes', '2026-11-09', 1],
    ['Swimming pool closure', '2026-11-09', 3],
    ['School office closed', '2026-12-21', 3],
    ['School kitchen closed', '2026-11-09', 1],
    ['Car park closed', '2026-11-09', 1],
    ['Road closure outside school', '2026-11-09', 3],
    ['School closes early', '2026-12-11', 1],
    ['School closes at 2pm', '2026-12-11', 1],
    ['School opens at 10am', '2026-11-09', 1],
    ['School closed from 1.15pm', '2026-11-20', 1],
    ['Open day', '2026-10-08', 1],
    ['School open day', '2026-10-08', 1],
    ['Open evening', '2026-10-08', 1],
    ['Twilight INSET', '2026-11-09', 1],
    ['INSET twilight session (school open)', '2026-11-09', 1],
    ['INSET day for Year 6 teachers only', '2026-11-09', 1],
    ['INSET booking deadline', '2026-11-09', 1],
    ['Staff return', '2026-09-01', 1],
    ['Staff meeting', '2026-11-09', 1],
    ['Half term reports', '2026-10-21', 1],
    ['Half term holiday club', '2026-10-26', 5],
    ['Holiday club', '2027-07-26', 20],
    ['Holiday homework handed in', '2027-01-05', 1],
    ['Christmas jumper day', '2026-12-11', 1],
    ['Christmas holiday craft fair', '2026-12-05', 1],
    ['Summer fair', '2027-06-26', 1],
    ['Spring term clubs start', '2027-01-11', 1],
    ['Spring term menu', '2027-01-04', 81],
    ['Term fees due', '2027-01-04', 1],
    ['Half-termly attendance letters', '2026-10-20', 1],
    ['Break time supervision rota begins', '2026-11-09', 1],
    ['Governors: end of year meeting', '2027-07-14', 1],
    ['Harvest assembly', '2026-10-02', 1],
    ['Sports day', '2027-06-18', 1],
    ['Nativity', '2026-12-09', 2],
    ['SATs week', '2027-05-10', 4],
    ['School photographs', '2026-10-06', 1],
    ['Back to school shop opens', '2026-08-24', 1],
    ['Applications for secondary school close', '2026-10-31', 1],
    ['School admissions open', '2026-09-01', 1],
    ['Breakfast club starts', '2026-09-07', 1],
    ['World Book Day', '2027-03-04', 1],
    ['Pupils’ residential trip', '2027-06-07', 5],
    ['Flu vaccination for all pupils', '2026-11-11', 1],
    ['Closing date for nominations', '2026-11-13', 1],
    ['Term dates', '2026-09-01', 1],
  ],
};

const event = (summary: string, from: string, days: number) => ({
  line: 4,
  summary,
  from: plainDate(from),
  to: addDays(plainDate(from), days - 1),
  ends: true,
  hours: days * 24,
  problem: null,
});

describe('an entry of a feed', () => {
  const all = Object.entries(ENTRIES);
  it('is one of at least 150 that schools write', () => {
    assert.ok(all.flatMap(([, entries]) => entries).length >= 150, `${all.flatMap(([, entries]) => entries).length}`);
  });
  for (const [kind, entries] of all) {
    for (const [summary, from, days] of entries) {
      it(`is ${kind}: “${summary}”`, () => assert.equal(kindOf(event(summary, from, days)).kind, kind));
    }
  }
});

describe('entries that are not about terms, holidays or closures of the whole school', () => {
  const TERMS = [
    ['Autumn term', '20260901', '20261219'],
    ['Autumn half term', '20261024', '20261102'],
    ['Spring term', '20270104', '20270326'],
    ['INSET day', '20261102', '20261103'],
  ] as const;
  const feed = (entries: readonly (readonly [string, string, string])[]) =>
    [
      'BEGIN:VCALENDAR',
      ...entries.flatMap(([summary, from, to], at) => [
        'BEGIN:VEVENT',
        `UID:${at}`,
        `DTSTART;VALUE=DATE:${from}`,
        `DTEND;VALUE=DATE:${to}`,
        `SUMMARY:${summary}`,
        'END:VEVENT',
      ]),
      'END:VCALENDAR',
    ].join('\r\n');
  const datesOf = (text: string) => {
    const read = readIcsTerms(text, 'x.ics');
    assert.ok(read.ok, read.ok ? '' : read.reason.message);
    return { terms: read.value.terms, closures: read.value.closures };
  };

  it('never move a date, whatever they say and whenever they are', () => {
    const expected = datesOf(feed(TERMS));
    const of = (...words: readonly string[]) => fc.constantFrom(...words);
    // A thing that happens at a school, between words that terms and closures are told in.
    const summary = fc
      .tuple(
        of(
          'Autumn term',
          'End of term',
          'First day of',
          'Half term',
          'School closed',
          'Holiday',
          'INSET',
          'Last day for',
          'Pupils return from',
          'Christmas',
        ),
        of(
          'choir',
          'reports',
          'swimming',
          'dinner money',
          'disco',
          'menus',
          'trips',
          'library books',
          'club',
          'photographs',
          'uniform sale',
          'bake sale',
        ),
        of('', ' begins', ' ends', ' day', ' closes', ' returns', ' week', ' starts'),
      )
      .filter(([start]) => start !== 'School closed' && start !== 'INSET')
      .map((parts) => parts.join(' ').replaceAll(/\s+/g, ' '));
    const some = fc
      .tuple(
        of('Year 7', 'Y11', 'Reception', 'Nursery', 'Sixth form', 'Key stage 2'),
        of(' pupils', ' children', ''),
        of(' start school', ' return', ' closed', ' first day of term', ': school closed'),
      )
      .map((parts) => parts.join(''));
    const day = fc.integer({ min: 0, max: 320 }).map((n) => addDays(plainDate('2026-08-25'), n));
    const entry = fc.tuple(fc.oneof(summary, some), day, fc.integer({ min: 1, max: 40 })).map(([text, from, days]) => {
      const ics = (on: string) => on.replaceAll('-', '');
      return [text, ics(from), ics(addDays(from, days))] as const;
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), fc.boolean(), (noise, first) => {
        assert.deepEqual(datesOf(feed(first ? [...noise, ...TERMS] : [...TERMS, ...noise])), expected);
      }),
      { numRuns: 500 },
    );
  });
});
