import type pg from 'pg';
import { calendarToStartWith } from '../../desk/calendar-book.ts';
import { begin } from '../../domain/chronology/decide.ts';
import type { Programme } from '../../domain/programme.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { importSample } from '../../register/import-sample.ts';
import { PARTIES } from '../support/people.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { tsiProgramme } from '../support/programme.ts';

/** A database with the sample register, and deployments that were recorded on its calendars without an engine. */
export async function calendarWorld(): Promise<TestDatabase> {
  const database = await freshDatabase();
  await importSample(database.pool);
  return database;
}

/**
 * Invented terms for Cumbria (909): no terms for it come with Chaser. Its autumn ends two days before the autumn of
 * Sheffield, which stands in for it.
 */
export function cumbriaFeed(autumnEnds = '20261217'): string {
  const event = (summary: string, from: string, to: string) =>
    `BEGIN:VEVENT\r\nUID:${from}@cumbria.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:${from}\r\nDTEND;VALUE=DATE:${to}\r\nSUMMARY:${summary}\r\nEND:VEVENT`;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Cumbria//EN',
    event('Autumn term', '20260907', autumnEnds),
    event('Half term', '20261026', '20261031'),
    event('INSET day', '20261207', '20261208'),
    event('Spring term', '20270105', '20270326'),
    event('Half term', '20270215', '20270220'),
    event('Summer term', '20270412', '20270722'),
    event('Half term', '20270531', '20270605'),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

/** Records that a school's deployment began at an instant, on the calendar that the book now has for the school. */
export async function beginAt(
  db: pg.Pool,
  reference: string,
  urn: string,
  at: string,
  programme: Programme = tsiProgramme(),
): Promise<void> {
  const { rows } = await db.query<{ code: string; name: string }>(
    'SELECT a.code, a.name FROM schools s JOIN local_authorities a ON a.code = s.authority WHERE s.urn = $1',
    [urn],
  );
  const calendar = await calendarToStartWith(db, { kind: 'school', urn }, rows[0] ?? null, programme);
  if (!calendar.ok) throw new Error(calendar.reason.message);
  await keepProgramme(db, programme);
  await keepCalendar(db, calendar.value);
  const beginning = { reference, subject: { kind: 'school', urn } as const, parties: PARTIES };
  const events = begin(programme, beginning, calendar.value, at);
  if (!events.ok) throw new Error(`${reference} cannot begin.`);
  await createRecord(db, { mailrooms: 1, gatheringMs: 0 }).storeWakeUp({
    reference,
    sequence: 0,
    events: events.value,
    asOf: at,
    plannedAt: null,
  });
}
