import type pg from 'pg';
import type { Calendar, Term } from '../../domain/time/calendar.ts';
import type { ChronologyEvent, Parties } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, plainDate, weekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { PARTIES, URN } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';

const YEARS = Array.from({ length: 80 }, (_, at) => 2020 + at);

/** Dates for tests of what is late today, whenever that is: no bank holidays, and school all year round. */
export const ALWAYS_OPEN: Calendar = {
  version: 'always-open',
  bankHolidays: { knownFrom: plainDate('2020-01-01'), knownTo: plainDate('2099-12-31'), days: [] },
  terms: {
    id: 'always',
    name: 'Always open',
    source: 'invented',
    closures: [],
    terms: YEARS.flatMap((year): readonly Term[] => [
      { season: 'spring', year, startsOn: plainDate(`${year}-01-01`), endsOn: plainDate(`${year}-04-10`) },
      { season: 'summer', year, startsOn: plainDate(`${year}-04-11`), endsOn: plainDate(`${year}-08-31`) },
      { season: 'autumn', year, startsOn: plainDate(`${year}-09-01`), endsOn: plainDate(`${year}-12-31`) },
    ]),
  },
};

/** The working day this many working days before today, or after today when negative. */
export function workingDaysAgo(n: number): PlainDate {
  let day = londonDate(Date.now());
  // At a weekend, counting starts from the Friday before.
  while (weekday(day) > 5) day = addDays(day, -1);
  for (let left = Math.abs(n); left > 0;) {
    day = addDays(day, n > 0 ? -1 : 1);
    if (weekday(day) <= 5) left -= 1;
  }
  return day;
}

export type Placed = {
  readonly urn?: string;
  readonly parties?: Parties;
  readonly open: readonly { readonly step: string; readonly dueOn: PlainDate; readonly openedDaysAgo?: number }[];
  /** The escalated step, and the role that it was escalated to. */
  readonly escalated?: { readonly step: string; readonly to: string; readonly daysAgo: number };
  /** The step that needs a telephone call, and the role that is to call. */
  readonly called?: { readonly step: string; readonly to: string; readonly daysAgo: number };
  readonly declined?: boolean;
};

/** Writes a deployment into the record as its workflow would, with these steps open on these due dates. */
export async function placeDeployment(
  db: pg.Pool,
  reference: string,
  { urn = URN, parties = PARTIES, open, escalated, called, declined }: Placed,
): Promise<void> {
  const programme = tsiProgramme();
  await keepProgramme(db, programme);
  await keepCalendar(db, ALWAYS_OPEN);
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const events: ChronologyEvent[] = [
    {
      type: 'deployment-began',
      at: daysAgo(60),
      reference,
      subject: { kind: 'school', urn },
      programme: { id: programme.id, version: programme.version },
      calendarVersion: ALWAYS_OPEN.version,
      parties,
    },
    ...open.map(({ step, dueOn, openedDaysAgo = 20 }): ChronologyEvent => {
      const on = londonDate(Date.now() - openedDaysAgo * 86_400_000);
      return {
        type: 'step-opened',
        at: daysAgo(openedDaysAgo),
        step,
        round: 1,
        on,
        dayZero: on,
        dueOn,
        explanation: [],
        calendarVersion: ALWAYS_OPEN.version,
        openedBy: null,
      };
    }),
  ];
  const reach = ({ step, to, daysAgo: days }: NonNullable<Placed['escalated']>, kind: 'call' | 'escalation'): void => {
    const people = (parties[to] ?? []).map((person) => ({ role: to, person }));
    events.push({ type: 'rung-reached', at: daysAgo(days), step, round: 1, rung: `${kind}+3`, kind, to: people, tells: [], unheld: [] });
  };
  if (called) reach(called, 'call');
  if (escalated) reach(escalated, 'escalation');
  if (declined) events.push({ type: 'deployment-ended', at: daysAgo(0), end: 'declined', because: null });
  await createRecord(db, { mailrooms: 1, gatheringMs: 0 }).storeWakeUp({
    reference,
    sequence: 0,
    events,
    asOf: daysAgo(0),
    plannedAt: null,
  });
}

/** A school in another region, out of sight of those who look after the first. */
export async function insertSchool(
  db: pg.Pool,
  urn: string,
  name: string,
  place: { readonly authority: string; readonly region: string },
): Promise<void> {
  await db.query('INSERT INTO local_authorities (code, name, region) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    place.authority,
    `Authority ${place.authority}`,
    place.region,
  ]);
  await db.query("INSERT INTO schools (urn, name, authority, status, region, imported_at) VALUES ($1, $2, $3, 'Open', $4, now())", [
    urn,
    name,
    place.authority,
    place.region,
  ]);
}
