import assert from 'node:assert/strict';
import { afterAll, beforeEach, describe, it } from 'vitest';
import { authoritiesOf, loadCalendarBook } from '../../calendars/calendar-book.ts';
import { calendarToStartWith, readCalendarBook, readCurrentBook } from '../../desk/calendar-book.ts';
import { impactOfBook } from '../../desk/calendar-impact.ts';
import { keepProposal, proposeClosure, proposeImport, proposeReopening, proposeRetirement } from '../../desk/change-calendars.ts';
import type { Proposal } from '../../desk/change-calendars.ts';
import { planDeployment } from '../../desk/start-deployment.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { LARGEST_FILE_BYTES } from '../../calendars/read-text.ts';
import { bankHolidaysOf } from '../kit/bank-holidays.ts';
import type { TestDatabase } from '../support/database.ts';
import { tsiProgramme } from '../support/programme.ts';
import { beginAt, calendarWorld, cumbriaFeed } from './calendar-world.ts';

const EVERYTHING = { sql: 'true', values: [] } as const;
const IN_CUMBRIA = { subject: { kind: 'school', urn: '990007' }, authority: { code: '909', name: 'Cumbria' } } as const;
const SNOW = { subject: IN_CUMBRIA.subject, from: plainDate('2026-12-03'), to: plainDate('2026-12-04'), name: 'snow' };

let database: TestDatabase;
beforeEach(async () => void (database = await calendarWorld()));
const ends: (() => Promise<void>)[] = [];
beforeEach(() => void ends.push(database.end));
afterAll(async () => {
  for (const end of ends) await end();
});

const file = (fileName: string, text: string | Uint8Array, authority?: string) => ({
  fileName,
  bytes: Buffer.from(text),
  ...(authority === undefined ? {} : { authority }),
});
const feed = (text = cumbriaFeed()) => file('cumbria.ics', text, '909');

function worked<T>(result: Result<T, Reason>): T {
  assert.ok(result.ok, result.ok ? '' : `${result.reason.message}\n${result.reason.remedy}`);
  return result.value;
}
function reasonOf(result: Result<unknown, Reason>): Reason {
  assert.ok(!result.ok, 'it was not refused');
  assert.ok(result.reason.remedy.length > 10);
  return result.reason;
}
const keep = async (proposal: Promise<Result<Proposal, Reason>>) =>
  worked(await keepProposal(database.pool, worked(await proposal), { by: 'admin', because: null }));
const startCalendar = async () =>
  worked(await calendarToStartWith(database.pool, IN_CUMBRIA.subject, IN_CUMBRIA.authority, tsiProgramme()));

describe('importing dates', () => {
  it('uses the book that comes with Chaser while nothing has been imported', async () => {
    assert.equal(await readCalendarBook(database.pool), loadCalendarBook());
  });

  it('adds a feed to the dates that come with Chaser, and lists what would change before anything is kept', async () => {
    const proposal = worked(await proposeImport(database.pool, feed()));
    assert.match(proposal.changes.join('\n'), /New authority: Cumbria \(909\), North West\./);
    assert.match(
      proposal.changes.join('\n'),
      /Cumbria: new term Autumn 2026, 7 September 2026 to 16 December 2026, half term 26 October 2026 to 30 October 2026/,
    );
    assert.match(proposal.changes.join('\n'), /Cumbria: closed on 7 December 2026, INSET day\./);
    assert.equal((await readCurrentBook(database.pool)).version, 0, 'looking keeps nothing');

    assert.equal(worked(await keepProposal(database.pool, proposal, { by: 'admin', because: null })), 1);
    const { book, version, imports } = await readCurrentBook(database.pool);
    assert.equal(version, 1);
    assert.deepEqual(authoritiesOf(book).at(-1), { code: '909', name: 'Cumbria', id: 'cumbria' });
    assert.deepEqual([imports[0]?.fileName, imports[0]?.by, imports[0]?.changes], ['cumbria.ics', 'admin', proposal.changes]);
    assert.match(imports[0]?.contentHash ?? '', /^[0-9a-f]{64}$/);
    const { rows } = await database.pool.query('SELECT content FROM calendar_imports WHERE id = 1');
    assert.deepEqual(rows, [{ content: cumbriaFeed().replaceAll('\r\n', '\n') }]);
  });

  it('gives a newly started deployment the newest dates', async () => {
    const plan = async () =>
      worked(await planDeployment({ db: database.pool }, { subject: IN_CUMBRIA.subject, programme: tsiProgramme() }));
    const before = await plan();
    await keep(proposeImport(database.pool, feed()));
    const now = await plan();
    assert.notEqual(now.calendar.version, before.calendar.version);
    assert.deepEqual(
      now.calendar.terms.terms.find(({ season, year }) => season === 'autumn' && year === 2026),
      {
        season: 'autumn',
        year: 2026,
        startsOn: '2026-09-07',
        endsOn: '2026-12-16',
        halfTerm: { startsOn: '2026-10-26', endsOn: '2026-10-30' },
      },
    );
  });

  it('replaces the terms that the file holds again, and keeps the others', async () => {
    await keep(proposeImport(database.pool, feed()));
    const again = cumbriaFeed('20261218').replace(/BEGIN:VEVENT\r\nUID:20270105[\s\S]*(?=END:VCALENDAR)/, '');
    const proposal = worked(await proposeImport(database.pool, feed(again)));
    assert.deepEqual(proposal.changes, [
      'Cumbria: Autumn 2026 is now 7 September 2026 to 17 December 2026, half term 26 October 2026 to 30 October 2026.',
    ]);
    assert.equal(proposal.book.authorities.at(-1)?.calendar.terms.length, 3);
  });

  it('takes bank holidays of later years, and keeps the earlier years', async () => {
    const holidays = (...events: readonly unknown[]) => JSON.stringify({ 'england-and-wales': { division: 'england-and-wales', events } });
    const without28August = bankHolidaysOf(2028).map((day) => ({ ...day, date: day.date.replace('-08-31', '-08-30') }));
    const proposal = worked(
      await proposeImport(database.pool, file('bank-holidays.json', holidays(...without28August, ...bankHolidaysOf(2029)))),
    );
    assert.equal(proposal.changes[0], 'Bank holidays are known to 31 December 2029 instead of 31 December 2028.');
    assert.ok(proposal.changes.includes('No bank holiday any more: 28 August 2028, Summer bank holiday.'));
    assert.equal(proposal.book.bankHolidays.knownFrom, '2019-01-01');
    const gap = reasonOf(await proposeImport(database.pool, file('b.json', holidays(...bankHolidaysOf(2031)))));
    assert.match(gap.message, /known to 2028, and then from 2031: the years between are missing/);
  });

  it('refuses a file that brings nothing new', async () => {
    await keep(proposeImport(database.pool, feed()));
    assert.equal(reasonOf(await proposeImport(database.pool, feed())).kind, 'nothing-new');
  });

  it('refuses a feed that names no authority, and a code that no authority has', async () => {
    assert.match(
      reasonOf(await proposeImport(database.pool, file('x.ics', cumbriaFeed()))).message,
      /x\.ics does not say whose term dates it holds/,
    );
    assert.match(
      reasonOf(await proposeImport(database.pool, file('x.ics', cumbriaFeed(), '998'))).message,
      /Nobody knows a local authority 998/,
    );
    assert.match(
      reasonOf(await proposeImport(database.pool, file('x.ics', cumbriaFeed(), 'cumbra'))).message,
      /There is no local authority "cumbra"/,
    );
  });

  it('refuses a file that is too large, not text, empty or broken, and keeps nothing', async () => {
    for (const [bytes, said] of [
      [Buffer.alloc(50_000_000, 'A'), /^cumbria\.ics:1:1: The file has 50MB, and more than the 1MB that a file of dates may have$/],
      [Buffer.alloc(LARGEST_FILE_BYTES, 'A'), /is no line of iCalendar/],
      [Buffer.from([0xff, 0xfe, 0x42, 0x00]), /no text in UTF-8/],
      [Buffer.from('BEGIN:VCALENDAR\n\0'), /^cumbria\.ics:2:1: There is a character in it that no text has/],
      [Buffer.from(' \n'), /The file is empty/],
      [Buffer.from(cumbriaFeed().replace('20261217', '20261299')), /^cumbria\.ics:8:1: DTEND of “Autumn term” cannot be "20261299"$/],
    ] as const) {
      assert.match(reasonOf(await proposeImport(database.pool, { ...feed(), bytes })).message, said);
    }
    assert.equal((await readCurrentBook(database.pool)).version, 0);
  });

  it('refuses terms that contradict the terms that remain', async () => {
    await keep(proposeImport(database.pool, feed()));
    const yaml = `calendars: [{ id: cumbria, name: Cumbria, laCode: "909", region: North West, source: x, terms: [{ term: Spring 2027, starts: 2027-01-05, ends: 2027-04-20 }] }]`;
    assert.match(
      reasonOf(await proposeImport(database.pool, file('c.yaml', yaml))).message,
      /Summer 2027 starts on 2027-04-12, before Spring 2027 is over/,
    );
  });

  it('keeps nothing when somebody else imported first', async () => {
    const [one, other] = [worked(await proposeImport(database.pool, feed())), worked(await proposeClosure(database.pool, SNOW))];
    const kept = await Promise.all([one, other].map((proposal) => keepProposal(database.pool, proposal, { by: 'admin', because: null })));
    assert.equal(kept.filter(({ ok }) => ok).length, 1);
    assert.equal((await readCurrentBook(database.pool)).imports.length, 1);
  });
});

describe('closed days of a school or trust', () => {
  it('are in its calendar with their name until they are taken back', async () => {
    const without = await startCalendar();
    const number = await keep(proposeClosure(database.pool, SNOW));
    assert.deepEqual((await startCalendar()).terms.closures, [
      { on: '2026-12-03', name: 'snow' },
      { on: '2026-12-04', name: 'snow' },
    ]);
    assert.deepEqual(worked(await proposeReopening(database.pool, number)).changes, [
      'School 990007 is not closed from 3 December 2026 to 4 December 2026: snow.',
    ]);
    await keep(proposeReopening(database.pool, number));
    assert.deepEqual(await startCalendar(), without);
    assert.equal((await readCurrentBook(database.pool)).imports.length, 2, 'both stay in the record');
    assert.equal(reasonOf(await proposeReopening(database.pool, number)).kind, 'unknown-closure');
  });

  it('close every school of a trust when they are the trust’s', async () => {
    await keep(proposeClosure(database.pool, { ...SNOW, subject: { kind: 'trust', trust: '99001' }, name: 'INSET day' }));
    const of = async (urn: string) =>
      worked(await calendarToStartWith(database.pool, { kind: 'school', urn }, IN_CUMBRIA.authority, tsiProgramme())).terms.closures;
    assert.equal((await of('990009')).length, 2);
    assert.equal((await of('990007')).length, 0);
  });

  it('are refused when they end before they begin, never end, overlap, lie outside the known years or name no known school', async () => {
    await keep(proposeClosure(database.pool, SNOW));
    for (const [over, kind, said] of [
      [{ to: plainDate('2026-12-02') }, 'bad-closure', /ends on 2 December 2026, before it begins on 3 December 2026/],
      [{ to: plainDate('2027-12-02') }, 'bad-closure', /longer than 60 days/],
      [
        { from: plainDate('2040-12-03'), to: plainDate('2040-12-03') },
        'bad-closure',
        /Dates are known from 1 January 2019 to 31 December 2028/,
      ],
      [
        { from: plainDate('2026-12-04'), to: plainDate('2026-12-09') },
        'closed-already',
        /closed already from 3 December 2026 to 4 December 2026: snow \(closure 1\)/,
      ],
      [{ subject: { kind: 'school', urn: '123456' } as const }, 'unknown-subject', /no open school with the URN 123456/],
      [{ name: ' ' }, 'bad-closure', /Why it is closed is not said/],
      [{ name: 'x'.repeat(81) }, 'bad-closure', /more than 80 characters/],
    ] as const) {
      const reason = reasonOf(await proposeClosure(database.pool, { ...SNOW, ...over }));
      assert.equal(reason.kind, kind);
      assert.match(reason.message, said);
    }
  });
});

describe('what is kept', () => {
  it('cannot be changed or deleted, not even with SQL', async () => {
    await keep(proposeImport(database.pool, feed()));
    await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
    for (const statement of [
      'DELETE FROM calendar_imports',
      "UPDATE calendar_imports SET file_name = 'other.ics'",
      'TRUNCATE calendar_imports',
      'DELETE FROM calendars',
      "UPDATE calendars SET name = 'other'",
      'TRUNCATE calendars CASCADE',
    ]) {
      await assert.rejects(database.pool.query(statement), /are never changed or deleted: due dates rest on them/, statement);
    }
  });

  it('refuses to retire an authority whose dates running deployments count on, and says how many there are', async () => {
    await keep(proposeImport(database.pool, feed()));
    await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
    await beginAt(database.pool, 'D2', '990008', '2026-11-24T10:00:00.000Z');
    const inUse = reasonOf(await proposeRetirement(database.pool, '909', []));
    assert.equal(inUse.message, '2 running deployments are counted on the term dates of Cumbria. A calendar in use cannot be deleted.');
    await database.pool.query("UPDATE deployments SET status = 'completed'");
    await keep(proposeRetirement(database.pool, '909', []));
    assert.equal(
      authoritiesOf(await readCalendarBook(database.pool)).some(({ code }) => code === '909'),
      false,
    );
    await keep(proposeImport(database.pool, feed()));
    assert.equal(authoritiesOf(await readCalendarBook(database.pool)).at(-1)?.code, '909');
  });

  it('refuses to retire an authority whose dates stand in for others, or one that does not exist', async () => {
    assert.match(
      reasonOf(await proposeRetirement(database.pool, 'sheffield', [tsiProgramme()])).message,
      /stand in where a programme does not know others: tsi-2022-23/,
    );
    assert.equal(reasonOf(await proposeRetirement(database.pool, '909', [])).kind, 'unknown-authority');
  });
});

describe('the impact of new dates', () => {
  it('names the deployments whose open steps would move, and by how many working days', async () => {
    await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
    await beginAt(database.pool, 'D2', '990001', '2026-11-24T10:00:00.000Z');
    const { book } = worked(await proposeImport(database.pool, feed()));
    const impact = await impactOfBook(database.pool, book, EVERYTHING);
    assert.equal(impact.unchanged, 1);
    assert.deepEqual(impact.impossible, []);
    assert.deepEqual(
      impact.changed.map(({ deployment, moves }) => [deployment.reference, deployment.subjectName.length > 0, moves]),
      [['D1', true, [{ step: 'contact-school', round: 1, from: '2026-12-18', to: '2026-12-16', workingDays: -2 }]]],
    );
  });

  it('is empty for the book on which the deployments began', async () => {
    await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
    const impact = await impactOfBook(database.pool, await readCalendarBook(database.pool), EVERYTHING);
    assert.deepEqual([impact.changed, impact.unchanged], [[], 1]);
  });

  it('on 600 running deployments takes seconds and a handful of queries', async () => {
    await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
    await database.pool.query(`
      INSERT INTO deployments (reference, subject_kind, urn, programme, programme_version, calendar_version, status, began_at, sequence)
        SELECT 'E' || n, subject_kind, urn, programme, programme_version, calendar_version, status, began_at, sequence
        FROM deployments, generate_series(1, 599) AS n;
      INSERT INTO events (reference, sequence, type, at, body)
        SELECT 'E' || n, sequence, type, at, body FROM events, generate_series(1, 599) AS n WHERE reference = 'D1'`);
    const { book } = worked(await proposeImport(database.pool, feed()));
    let queries = 0;
    const counting = { query: ((...args: [never]) => ((queries += 1), database.pool.query(...args))) as typeof database.pool.query };
    const impact = await impactOfBook(counting, book, EVERYTHING);
    assert.equal(impact.changed.filter(({ moves }) => moves.length === 1).length, 600);
    assert.ok(queries <= 5, `${queries} queries`);
  });
});
