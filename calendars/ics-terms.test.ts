import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readIcsTerms } from './ics-terms.ts';

type Entry = readonly [summary: string, from: string, to: string | null, ...more: string[]];

/** A feed in the way of local authorities; `to` is DTEND, the day after the last one, and null when there is none. */
function feed(...entries: readonly Entry[]): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Testshire County Council//Term dates//EN',
    ...entries.flatMap(([summary, from, to, ...more], at) => [
      'BEGIN:VEVENT',
      `UID:${at}@testshire.example`,
      'DTSTAMP:20260101T000000Z',
      `DTSTART;VALUE=DATE:${from}`,
      ...(to === null ? [] : [`DTEND;VALUE=DATE:${to}`]),
      `SUMMARY:${summary}`,
      ...more,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

const TERMS: readonly Entry[] = [
  ['Autumn term', '20260901', '20261219'],
  ['Autumn half term', '20261024', '20261102'],
  ['Spring term', '20270104', '20270326'],
  ['Spring half term', '20270213', '20270222'],
];

function terms(text: string) {
  const read = readIcsTerms(text, 'testshire.ics');
  assert.ok(read.ok, read.ok ? '' : `${read.reason.message}\n${read.reason.remedy}`);
  return read.value;
}

function faults(text: string): readonly string[] {
  const read = readIcsTerms(text, 'testshire.ics');
  assert.ok(!read.ok, 'it was read');
  for (const { remedy, what } of read.reason.findings) assert.ok(remedy.length > 10, what);
  return read.reason.message.split('\n').map((line) => line.replace(/^testshire\.ics:/, ''));
}

const shown = (text: string) =>
  terms(text).terms.map(({ season, year, startsOn, endsOn, halfTerm }) =>
    [`${season} ${year}`, startsOn, endsOn, halfTerm?.startsOn ?? '-', halfTerm?.endsOn ?? '-'].join(' '),
  );

const AUTUMN = 'autumn 2026 2026-09-01 2026-12-18 2026-10-24 2026-11-01';

describe('the feed of a local authority', () => {
  it('may tell terms as terms, with their half terms', () => {
    assert.deepEqual(shown(feed(...TERMS)), [AUTUMN, 'spring 2027 2027-01-04 2027-03-25 2027-02-13 2027-02-21']);
  });

  it('may tell the holidays alone: the terms lie between them, on weekdays', () => {
    const text = feed(
      ['Summer holidays', '20260722', '20260901'],
      ['October half term', '20261026', '20261031'],
      ['Christmas holidays', '20261219', '20270104'],
      ['School closed: half-term break', '20270215', '20270220'],
      ['Easter holidays', '20270327', '20270412'],
    );
    assert.deepEqual(shown(text), [
      'autumn 2026 2026-09-01 2026-12-18 2026-10-26 2026-10-30',
      'spring 2027 2027-01-04 2027-03-26 2027-02-15 2027-02-19',
    ]);
  });

  it('may tell first and last days, with or without an end', () => {
    const text = feed(
      ['Autumn term begins', '20260901', null],
      ['Half Term Holiday', '20261024', '20261102'],
      ['Last day of autumn term', '20261218', '20261219'],
    );
    assert.deepEqual(shown(text), [AUTUMN]);
  });

  it('may tell terms in two halves: half term lies between', () => {
    assert.deepEqual(shown(feed(['Term 1', '20260901', '20261024'], ['Term 2', '20261102', '20261219'])), [AUTUMN]);
    const edges = feed(
      ['Schools open: autumn term', '20260901', null],
      ['Autumn term ends', '20261023', null],
      ['Autumn term starts', '20261102', null],
      ['Schools close for Christmas: end of autumn term', '20261218', null],
    );
    assert.deepEqual(shown(edges), [AUTUMN]);
  });

  it('has its half terms, INSET days, closed days and bank holidays told apart', () => {
    const { closures, notes } = terms(
      feed(
        ...TERMS,
        ['INSET day\\, all schools', '20260901', '20260902'],
        ['Staff training', '20261102', null],
        ['School closed (elections)', '20261119', '20261120'],
        ['Good Friday (bank holiday)', '20270326', '20270327'],
        ['Concert of the County Youth Orchestra', '20261203', '20261204'],
      ),
    );
    assert.deepEqual(closures, [
      { on: '2026-09-01', name: 'INSET day' },
      { on: '2026-11-02', name: 'INSET day' },
      { on: '2026-11-19', name: 'School closed (elections)' },
    ]);
    const said = notes.map(({ text }) => text).join('\n');
    assert.match(said, /“INSET day, all schools”, 1 September 2026: INSET/);
    assert.match(said, /“Good Friday \(bank holiday\)”.*a bank holiday, left out: those come from GOV\.UK/);
    assert.match(said, /“Concert of the County Youth Orchestra”.*not about school days, left out/);
    assert.match(said, /“Autumn half term”, 24 October 2026 to 1 November 2026: half term/);
  });

  it('is read over folded lines, escapes, quoted parameters and any end of line', () => {
    const text = feed(...TERMS)
      .replace('SUMMARY:Autumn half term', 'SUMMARY;LANGUAGE="en:GB";X="a;b,c":Autumn\r\n  half\r\n\t-term\\, schools closed')
      .replaceAll('\r\n', '\n');
    assert.equal(shown(text)[0], AUTUMN);
  });

  it('notes an INSET day outside the terms, and a cancelled or repeated entry, and does not count them', () => {
    const { closures, notes } = terms(
      feed(...TERMS, ['INSET day', '20260831', '20260901'], ['INSET day', '20261123', null, 'STATUS:CANCELLED'], TERMS[1] as Entry),
    );
    assert.deepEqual(closures, []);
    const said = notes.map(({ text }) => text).join('\n');
    assert.match(said, /“INSET day” lies outside the terms/);
    assert.match(said, /“INSET day” is cancelled and left out/);
    assert.match(said, /“Autumn half term” on 24 October 2026 is there again, and counts once/);
  });

  it('leaves a term out, and says so, when it tells only half of it', () => {
    const { terms: read, notes } = terms(feed(...TERMS, ['Summer half term', '20270529', '20270607']));
    assert.deepEqual(
      read.map(({ season }) => season),
      ['autumn', 'spring'],
    );
    assert.match(
      notes.map(({ text }) => text).join('\n'),
      /Summer 2027 is left out, half term and all: the feed does not tell its first day/,
    );
  });

  it('with times counts on the days in London that they touch, and says so', () => {
    const timed = (from: string, to: string) =>
      feed(...TERMS, ['INSET day', '20261123', null]).replace('DTSTART;VALUE=DATE:20261123', `DTSTART${from}\r\nDTEND${to}`);
    for (const [from, to] of [
      [';TZID=Europe/London:20261123T090000', ';TZID=Europe/London:20261123T153000'],
      [';TZID="GMT Standard Time":20261123T000000', ';TZID="GMT Standard Time":20261124T000000'],
      [':20261123T000000Z', ':20261124T000000Z'],
      [':20261123T000000', ':20261124T000000'],
    ] as const) {
      const { closures, notes } = terms(timed(from, to));
      assert.deepEqual(closures, [{ on: '2026-11-23', name: 'INSET day' }], from);
      assert.match(notes.map(({ text }) => text).join('\n'), /“INSET day” has times; it counts on the days in London/);
    }
    // 23:30 UTC in summer is half past midnight in London.
    const summer = feed(['Summer term', '20260413', '20260722'], ['INSET day', '20260601', null]).replace(
      'DTSTART;VALUE=DATE:20260601',
      'DTSTART:20260531T233000Z\r\nDTEND:20260601T120000Z',
    );
    assert.deepEqual(terms(summer).closures, [{ on: '2026-06-01', name: 'INSET day' }]);
  });
});

describe('a stated term', () => {
  const said = (text: string) =>
    terms(text)
      .notes.map((note) => note.text)
      .join('\n');

  for (const [what, ...entry] of [
    ['an entry that only mentions it', 'Autumn term reports home', '20261207', '20261210'],
    ['a part of it that is about something else', 'Autumn term clubs', '20260914', '20261205'],
    ['the last day for something else', 'Last day for school dinner orders', '20261211', null],
    ['the first day of some', 'Reception pupils start school', '20260909', null],
    ['the last day of a week', 'School closes at 1.30pm', '20261211', null],
    ['the last day before half term', 'Last day of term', '20261023', null],
    ['the first day after half term', 'School starts', '20261102', null],
  ] as const) {
    it(`is not moved by ${what}`, () => assert.equal(shown(feed(...TERMS, entry))[0], AUTUMN));
  }

  it('stays as it is stated when a last day contradicts it, and somebody is asked to look', () => {
    const text = feed(...TERMS, ['End of autumn term', '20261216', null]);
    assert.equal(shown(text)[0], AUTUMN);
    assert.match(
      said(text),
      /To look at: “End of autumn term” on 16 December 2026 does not fit\. Autumn 2026 stays as it is stated in line 4/,
    );
  });

  it('may be stated as a whole and in halves that fill it', () => {
    const halves: readonly Entry[] = [
      ['Autumn 1', '20260901', '20261024'],
      ['Autumn 2', '20261102', '20261219'],
    ];
    assert.equal(shown(feed(['Autumn term', '20260901', '20261219'], ...halves))[0], AUTUMN);
  });
});

describe('one odd entry', () => {
  it('that repeats and is about something else does not lose the feed', () => {
    assert.equal(shown(feed(...TERMS, ['Chess club', '20260910', null, 'RRULE:FREQ=WEEKLY']))[0], AUTUMN);
  });

  it('that repeats with an end is read as each of its days, without those that were taken out or moved', () => {
    const text = feed(...TERMS, ['INSET day', '20261005', null, 'RRULE:FREQ=MONTHLY;COUNT=3', 'EXDATE;VALUE=DATE:20261105']).replace(
      'END:VCALENDAR',
      [
        'BEGIN:VEVENT',
        'UID:4@testshire.example',
        'RECURRENCE-ID;VALUE=DATE:20261205',
        'DTSTART;VALUE=DATE:20261207',
        'SUMMARY:INSET day',
        'END:VEVENT',
        'END:VCALENDAR',
      ].join('\r\n'),
    );
    assert.deepEqual(
      terms(text).closures.map(({ on }) => on),
      ['2026-10-05', '2026-12-07'],
    );
  });

  it('in another time zone is left out when it is about something else, and read in London when it matters', () => {
    const berlin = (summary: string) =>
      feed(...TERMS, [summary, '20261123', null]).replace(
        'DTSTART;VALUE=DATE:20261123',
        'DTSTART;TZID=Europe/Berlin:20261124T003000\r\nDTEND;TZID=Europe/Berlin:20261124T070000',
      );
    assert.deepEqual(terms(berlin('Call with our partner school')).closures, []);
    // Half past midnight in Berlin is half past eleven the evening before in London.
    assert.deepEqual(
      terms(berlin('INSET day')).closures.map(({ on }) => on),
      ['2026-11-23', '2026-11-24'],
    );
  });

  it('in a zone that the file explains itself is read by it', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Head office',
      'BEGIN:STANDARD',
      'DTSTART:16010101T000000',
      'TZOFFSETFROM:+1100',
      'TZOFFSETTO:+1100',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
    ].join('\r\n');
    const text = feed(...TERMS, ['INSET day', '20261123', null])
      .replace('BEGIN:VEVENT', zone)
      .replace('DTSTART;VALUE=DATE:20261123', 'DTSTART;TZID=Head office:20261123T080000\r\nDTEND;TZID=Head office:20261123T180000');
    assert.deepEqual(
      terms(text).closures.map(({ on }) => on),
      ['2026-11-23'],
    );
  });

  it('tells a holiday in pieces that touch or overlap: they are read as one', () => {
    const pieces: readonly Entry[] = [
      ['Summer holidays', '20260722', '20260901'],
      ['Christmas holidays', '20261219', '20261226'],
      ['Christmas holidays', '20261224', '20270101'],
      ['Christmas holiday', '20270101', '20270104'],
      ['Easter holidays', '20270326', '20270412'],
    ];
    assert.deepEqual(shown(feed(...pieces)), ['autumn 2026 2026-09-01 2026-12-18 - -', 'spring 2027 2027-01-04 2027-03-25 - -']);
  });

  it('with the UID of another is the version that counts when its SEQUENCE is higher, wherever it stands', () => {
    const older = feed(['Autumn term', '20260907', '20261212', 'SEQUENCE:1'], ...TERMS.slice(1)).replace(
      'BEGIN:VEVENT',
      'BEGIN:VEVENT\r\nUID:0@testshire.example\r\nSEQUENCE:2\r\nDTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20261219\r\nSUMMARY:Autumn term\r\nEND:VEVENT\r\nBEGIN:VEVENT',
    );
    assert.equal(shown(older)[0], AUTUMN);
  });

  it('that was read wrongly is what somebody decides it to be', () => {
    const text = feed(...TERMS, ['Festival of light', '20261109', null]);
    const line = text.slice(0, text.indexOf('Festival')).split('\r\n').lastIndexOf('BEGIN:VEVENT') + 1;
    const read = readIcsTerms(text, 'x.ics', new Map([[line, 'closed']]));
    assert.ok(read.ok);
    assert.deepEqual(read.value.closures, [{ on: '2026-11-09', name: 'Festival of light' }]);
    assert.deepEqual(
      read.value.entries.filter(({ decided }) => decided).map(({ as, said }) => [as, said]),
      [['closed', 'closed']],
    );
  });
});

describe('a feed that cannot be used is refused with its line and a remedy:', () => {
  const changed = (from: string | RegExp, to: string) => {
    const text = feed(...TERMS);
    const other = text.replace(from, to);
    assert.notEqual(other, text);
    return other;
  };
  for (const [what, text, expected] of [
    ['a holiday or term with no end', changed('DTEND;VALUE=DATE:20261219\r\n', ''), ['4:1: “Autumn term” has no end (DTEND)']],
    ['a half term with no end', changed('DTEND;VALUE=DATE:20261102\r\n', ''), ['11:1: “Autumn half term” has no end (DTEND)']],
    ['an entry with no beginning', changed('DTSTART;VALUE=DATE:20261024\r\n', ''), ['11:1: “Autumn half term” has no beginning (DTSTART)']],
    [
      'a time zone that nobody knows',
      changed('DTSTART;VALUE=DATE:20261024', 'DTSTART;TZID=Mars/Olympus:20261024T000000'),
      ['14:1: “Autumn half term” is in the time zone Mars/Olympus, which the file does not explain'],
    ],
    [
      'a time at one end, a day at the other',
      changed('DTSTART;VALUE=DATE:20261024', 'DTSTART:20261024T000000Z'),
      ['15:1: “Autumn half term” begins at a time and ends on a day'],
    ],
    [
      'a recurrence',
      changed('SUMMARY:Spring term', 'SUMMARY:Spring term\r\nRRULE:FREQ=YEARLY'),
      ['24:1: “Spring term” repeats without an end (RRULE)'],
    ],
    [
      'a half term and nothing else',
      feed(['Half term', '20261024', '20261102']),
      ['4:1: There are half terms in it, and no whole term: when the terms begin and end is not told'],
    ],
    [
      'half term told by its ends alone',
      feed(...TERMS, ['School closes for half term', '20270528', null]),
      ['32:1: “School closes for half term” tells an end of half term, and not which days it lasts'],
    ],
    [
      'an end before its beginning',
      changed('DTEND;VALUE=DATE:20261219', 'DTEND;VALUE=DATE:20260801'),
      ['8:1: “Autumn term” ends before it begins'],
    ],
    ['a date that is none', changed('20261219', '20261232'), ['8:1: DTEND of “Autumn term” cannot be "20261232"']],
    [
      'two ends',
      changed('DTEND;VALUE=DATE:20261219', 'DTEND;VALUE=DATE:20261219\r\nDTEND;VALUE=DATE:20261220'),
      ['4:1: “Autumn term” has DTEND twice'],
    ],
    [
      'a duration that is no number of days',
      changed('DTEND;VALUE=DATE:20261219', 'DURATION:PT5H'),
      ['8:1: “Autumn term” lasts "PT5H", which is not a number of days'],
    ],
    [
      'a half term outside its term',
      changed('20261024', '20261219').replace('20261102', '20261223'),
      ['11:1: “Autumn half term” does not say of which term'],
    ],
    [
      'terms that overlap',
      changed('20270104', '20261216'),
      [
        '4:1: Autumn 2026 starts on 2026-09-01, before Spring 2026 is over on 2027-03-25',
        '18:1: Spring 2026 ends on 2027-03-25, in another year',
      ],
    ],
    [
      'a holiday inside a term',
      feed(...TERMS, ['Christmas holidays', '20261217', '20270104']),
      ['32:1: “Christmas holidays” lies in Autumn 2026, which lasts from 2026-09-01 to 2026-12-18'],
    ],
    [
      'the same holiday on other days',
      feed(['Easter holidays', '20270327', '20270403'], ['Easter break', '20270412', '20270419']),
      [
        '11:1: the holiday after Spring 2027 is told twice: 27 March 2027 to 2 April 2027 in line 4, and 12 April 2027 to 18 April 2027 here',
        '11:1: the holiday before Summer 2027 is told twice: 27 March 2027 to 2 April 2027 in line 4, and 12 April 2027 to 18 April 2027 here',
      ],
    ],
    [
      'a term that is stated twice, otherwise',
      feed(...TERMS, ['Autumn term', '20260907', '20261212']),
      [
        '32:1: Autumn 2026 is stated twice: 1 September 2026 to 18 December 2026 in line 4, and “Autumn term”, 7 September 2026 to 11 December 2026, in line 32',
      ],
    ],
    [
      'a file that takes entries back',
      changed('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:CANCEL'),
      ['3:1: This file takes entries back (METHOD:CANCEL); it is no calendar of terms'],
    ],
    ['a file that breaks off', feed(...TERMS).slice(0, 300), ['11:1: BEGIN:VEVENT has no END: the file breaks off']],
    ['a web page', '<!DOCTYPE html>\n<html></html>', ['1:1: "<!DOCTYPE html>" is no line of iCalendar']],
    ['an empty calendar', feed(), ['1:1: There is no entry (VEVENT) in it']],
    ['a calendar of something else', feed(['Bin collection', '20261203', null]), ['1:1: There is no whole term in it']],
    ['components that cross', changed('END:VEVENT', 'END:VTODO'), ['10:1: END:VTODO ends what did not begin: VEVENT of line 4 is open']],
    ['a line that is none', changed('UID:0@testshire.example', 'what is this'), ['5:1: "what is this" is no line of iCalendar']],
  ] as const) {
    it(what, () => assert.deepEqual(faults(text), expected));
  }

  it('every fault at once', () => {
    assert.equal(faults(feed(['Autumn term', '20269901', null], ['INSET', '20269999', null], ['Half term', '', null])).length, 3);
    assert.equal(faults(feed(['Autumn term', '20260901', null], ['Half term', '20261024', null])).length, 2);
  });
});
