import assert from 'node:assert/strict';
import { nextWakeMs } from '../../domain/chasing/due-actions.ts';
import { blankChronology, evolve } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, weekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { play } from '../../rehearsal/play.ts';
import type { Scenario } from '../../rehearsal/scenario.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, URN } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';
import { ALWAYS_OPEN, insertSchool } from './place-deployment.ts';

export const TODAY = londonDate(Date.now());
export const MONDAY = addDays(TODAY, 1 - weekday(TODAY));
export const PROGRAMME = tsiProgramme();
const said = { because: 'She said so.', by: 'rdp' } as const;

type Life = { readonly weeksAgo: number; readonly urn: string; readonly of: (on: (day: number) => PlainDate) => Partial<Scenario> };
/** Lives that began on a Monday some weeks ago, in the North West and in London: in time, late, silent, with more time and a pause, and paused still. */
const LIVES: readonly Life[] = [
  { weeksAgo: 13, urn: URN, of: () => ({ everyone: 'on-time' }) },
  { weeksAgo: 10, urn: '990902', of: () => ({ everyone: 'late' }) },
  { weeksAgo: 6, urn: URN, of: () => ({ everyone: 'silent' }) },
  {
    weeksAgo: 9,
    urn: '990902',
    of: (on) => ({
      changes: [
        { on: on(14), change: { kind: 'extend', step: 'confirm-participation', to: on(37), ...said } },
        { on: on(45), change: { kind: 'pause', step: null, category: 'illness', until: on(52), ...said } },
        { on: on(52), change: { kind: 'resume', ...said } },
      ],
      everyone: 'silent',
    }),
  },
  {
    weeksAgo: 5,
    urn: URN,
    of: (on) => ({
      everyone: 'silent',
      changes: [{ on: on(21), change: { kind: 'pause', step: null, category: 'illness', until: on(79), ...said } }],
    }),
  },
];

function lifeOf(at: number): readonly ChronologyEvent[] {
  const life = LIVES[at];
  assert.ok(life);
  const { weeksAgo, urn } = life;
  const began = addDays(MONDAY, -7 * weeksAgo);
  const scenario = life.of((day) => addDays(began, day));
  const played = play(
    { programme: PROGRAMME, calendar: ALWAYS_OPEN, subject: { kind: 'school', urn }, startsOn: began, facts: {} },
    { title: 'A life', everyone: 'on-time', roles: { 'regional-team': 'at-once' }, answers: [], changes: [], ...scenario },
  );
  assert.ok(played.ok);
  assert.deepEqual(played.value.refusals, []);
  const now = new Date().toISOString();
  return played.value.events
    .filter((event) => event.at <= now)
    .map((event) => (event.type === 'deployment-began' ? { ...event, reference: `F000${at}` } : event));
}

/** A life in the record: where, and what happened. */
export type FiguresLife = { readonly region: string; readonly events: readonly ChronologyEvent[] };

/** Stores these lives up to now, as deployments F0000 and so on. */
export async function storeFiguresLives({ pool }: Pick<TestDatabase, 'pool'>): Promise<readonly FiguresLife[]> {
  await insertPeople(pool);
  await insertSchool(pool, '990902', 'Riverside Academy', { authority: '991', region: 'London' });
  await keepProgramme(pool, PROGRAMME);
  await keepCalendar(pool, ALWAYS_OPEN);
  const record = createRecord(pool, { mailrooms: 1, gatheringMs: 0 });
  const lives = LIVES.map(({ urn }, at) => ({ region: urn === URN ? 'North West' : 'London', events: lifeOf(at) }));
  for (const [at, { events }] of lives.entries()) {
    const asOf = new Date().toISOString();
    const wakeMs = nextWakeMs(events.reduce(evolve, blankChronology(PROGRAMME, ALWAYS_OPEN)), Date.parse(events.at(-1)?.at ?? asOf));
    const nextWakeAt = wakeMs === null ? null : new Date(wakeMs).toISOString();
    await record.storeWakeUp({ reference: `F000${at}`, sequence: 0, events, asOf, plannedAt: null, nextWakeAt });
  }
  return lives;
}
