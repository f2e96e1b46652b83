/**
 * Months of history for `npm run bench -- scale`: lives of the offer of 2022 to 2023, chosen by a seed, played on the rules, and written by the code
 * that writes them in a running service. Their next wake-ups are known, so that a given share of them wakes in one morning.
 */
import type pg from 'pg';
import { blankChronology, evolve } from '../domain/chronology/chronology.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import type { ChronologyEvent, Parties } from '../domain/chronology/events.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import { sendingStartMs } from '../domain/chasing/sending-time.ts';
import type { PersonId, Programme } from '../domain/programme.ts';
import { londonInstant } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { createRecord } from '../postgres/record/record.ts';
import { play } from '../rehearsal/play.ts';
import type { Conduct } from '../rehearsal/scenario.ts';
import { tsiProgramme } from '../tests/support/programme.ts';
import { ALWAYS_OPEN } from '../tests/web/place-deployment.ts';
import type { DeploymentStart } from '../workflows/messages.ts';

const AUTHORITIES = 150;
export const REGIONS = 9;
const COORDINATORS = 200;
const LEADERS = 300;
/** So many different lives; deployments share them under their own references, schools and people. */
const SLEEPING_LIVES = 174;
const WAKING_LIVES = 26;
const OLDEST_DAYS = 250;
/** Of ten people six answer in time, three late, and one not at all. */
const CONDUCTS: readonly Conduct[] = ['on-time', 'late', 'on-time', 'on-time', 'late', 'on-time', 'silent', 'on-time', 'late', 'on-time'];
const HOUR_MS = 3_600_000;
/** History ends in the evening before the morning. */
const EVENING_BEFORE_MS = 12 * HOUR_MS;
const AT_ONCE = 10;

type Life = { readonly events: readonly ChronologyEvent[]; readonly text: string };
export type Loaded = { readonly starts: Iterable<DeploymentStart>; readonly waking: readonly string[]; readonly events: number };

/** The reference of the nth deployment. */
export const referenceOf = (n: number): string => `S${String(n).padStart(6, '0')}`;

/**
 * Writes N deployments into the record as their workflows would have stored them by the evening before `morning`, of which `share` (0 to 1)
 * wake when sending begins on it. Everybody in them is written to within the first `spreadMs` of the sending hours.
 */
export async function loadScaleWorld(
  db: pg.Pool,
  {
    deployments,
    morning,
    share,
    spreadMs,
    seed,
  }: {
    readonly deployments: number;
    readonly morning: PlainDate;
    readonly share: number;
    readonly spreadMs: number;
    readonly seed: number;
  },
): Promise<Loaded> {
  const programme = tsiProgramme();
  await keepProgramme(db, programme);
  await keepCalendar(db, ALWAYS_OPEN);
  const { sleeping, waking } = livesOf(programme, morning, seed);
  const earlyOf = (prefix: string, count: number) => earlyPeople(programme, morning, spreadMs, prefix, count);
  const people: Record<string, readonly PersonId[]> = {
    school: earlyOf('head', deployments),
    rdp: earlyOf('coordinator', COORDINATORS),
    'system-leader': earlyOf('leader', LEADERS),
  };
  for (const role of Object.keys(programme.roles)) people[role] ??= earlyOf(role, REGIONS);
  await addPlaces(db, deployments, people);
  const record = createRecord(db, { mailrooms: 1, gatheringMs: 0 });
  const wakes = (n: number): boolean => Math.floor((n + 1) * share) > Math.floor(n * share);
  const lifeOf = (n: number): Life => {
    const of = wakes(n) ? waking : sleeping;
    return rewritten(of[n % of.length] ?? { events: [], text: '[]' }, n, people);
  };
  let next = 0;
  let events = 0;
  const asOf = new Date(eveningBefore(programme, morning)).toISOString();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = next++; n < deployments; n = next++) {
        const life = lifeOf(n);
        events += life.events.length;
        await record.storeWakeUp({ reference: referenceOf(n), sequence: 0, events: life.events, asOf, plannedAt: null });
      }
    }),
  );
  await db.query(
    `UPDATE messages SET state = 'accepted', accepted_at = written_at, closed_at = written_at, subject = 'About a step', envelope = key,
            body_text = repeat('A line of the letter.' || chr(10), 40) WHERE state = 'queued'`,
  );
  await db.query('DELETE FROM mailroom_bells');
  await db.query('VACUUM ANALYZE');
  function* starts(): Generator<DeploymentStart> {
    for (let n = 0; n < deployments; n += 1) yield startOf(programme, lifeOf(n).events);
  }
  return {
    starts: starts(),
    waking: Array.from({ length: deployments }, (_, n) => n)
      .filter(wakes)
      .map(referenceOf),
    events,
  };
}

/** What the engine begins with when it goes on from the record, as after a restore (desk/reconcile.ts). */
function startOf(programme: Programme, events: readonly ChronologyEvent[]): DeploymentStart {
  const [began] = events;
  if (began?.type !== 'deployment-began') throw new Error('A life does not say how it began.');
  const { programme: _, calendar, ...rest } = folded(programme, events);
  const { reference, subject, parties, facts = {} } = began;
  return { programme, calendar, beginning: { reference, subject, parties, facts }, carried: { chronology: rest, sequence: events.length } };
}

function folded(programme: Programme, events: readonly ChronologyEvent[]): Chronology {
  return events.reduce(evolve, blankChronology(programme, ALWAYS_OPEN));
}

function eveningBefore(programme: Programme, morning: PlainDate): number {
  return londonInstant(morning, programme.sendingHours.fromMinute) - EVENING_BEFORE_MS;
}

/** Lives that are still running, by whether their next wake-up lies in the first sending hour of that morning. */
function livesOf(
  programme: Programme,
  morning: PlainDate,
  seed: number,
): { readonly sleeping: readonly Life[]; readonly waking: readonly Life[] } {
  const chance = seeded(seed);
  const [sleeping, waking]: [Life[], Life[]] = [[], []];
  const untilMs = eveningBefore(programme, morning);
  const until = new Date(untilMs).toISOString();
  const beginsMs = londonInstant(morning, programme.sendingHours.fromMinute);
  const conduct = (): Conduct => CONDUCTS[Math.floor(chance() * CONDUCTS.length)] ?? 'on-time';
  for (let tries = 0; tries < 5_000 && (sleeping.length < SLEEPING_LIVES || waking.length < WAKING_LIVES); tries += 1) {
    const roles = Object.fromEntries(Object.keys(programme.roles).map((role) => [role, conduct()]));
    const startsOn = addDays(morning, -3 - Math.floor(chance() * OLDEST_DAYS));
    const stage = { programme, calendar: ALWAYS_OPEN, subject: { kind: 'school', urn: 'URN' } as const, startsOn, facts: {} };
    const played = play(stage, { title: 'A life', everyone: 'on-time', roles, answers: [], changes: [] });
    if (!played.ok) continue;
    const events = played.value.events.filter(({ at }) => at <= until);
    const chronology = folded(programme, events);
    if (events.length === 0 || chronology.status.kind !== 'running') continue;
    const wakeMs = nextWakeMs(chronology, untilMs);
    const life: Life = { events, text: JSON.stringify(events) };
    if (wakeMs !== null && wakeMs < beginsMs) continue;
    if (wakeMs !== null && wakeMs < beginsMs + HOUR_MS) {
      if (waking.length < WAKING_LIVES) waking.push(life);
    } else if (sleeping.length < SLEEPING_LIVES && (wakeMs === null || wakeMs >= beginsMs + 24 * HOUR_MS)) sleeping.push(life);
  }
  if (sleeping.length === 0 || waking.length === 0)
    throw new Error(`Seed ${seed} makes no life that sleeps, or none that wakes. Take another.`);
  return { sleeping, waking };
}

/** A life under the reference, school and people of the nth deployment. Those of a play are called `role-1`, `role-2` and so on. */
function rewritten(life: Life, n: number, people: Readonly<Record<string, readonly PersonId[]>>): Life {
  const text = life.text
    .replaceAll('"URN"', `"U${n}"`)
    .replaceAll('"D00000"', `"${referenceOf(n)}"`)
    .replaceAll(/"([a-z-]+)-(\d+)"/g, (whole, role: string, nth: string) => {
      const all = people[role];
      return all === undefined ? whole : `"${all[(n + Number(nth) - 1) % all.length]}"`;
    });
  return { text, events: JSON.parse(text) as readonly ChronologyEvent[] };
}

/** The first so many people of a name whose sending time of that morning lies within its first milliseconds. */
function earlyPeople(programme: Programme, on: PlainDate, spreadMs: number, prefix: string, count: number): readonly PersonId[] {
  const beginsMs = londonInstant(on, programme.sendingHours.fromMinute);
  const found: PersonId[] = [];
  for (let n = 0; found.length < count; n += 1) {
    if (sendingStartMs(programme, on, `${prefix}-p${n}`) - beginsMs < spreadMs) found.push(`${prefix}-p${n}`);
  }
  return found;
}

async function addPlaces(db: pg.Pool, deployments: number, people: Parties): Promise<void> {
  await db.query(
    `INSERT INTO local_authorities (code, name, region)
     SELECT 'B' || n, 'Authority ' || n, 'Region ' || (1 + n % $2::int) FROM generate_series(0, $1::int - 1) n`,
    [AUTHORITIES, REGIONS],
  );
  await db.query(
    `INSERT INTO schools (urn, name, authority, status, region, imported_at)
     SELECT 'U' || n, 'School number ' || n, 'B' || (n % $2::int), 'Open', 'Region ' || (1 + (n % $2::int) % $3::int), now()
     FROM generate_series(0, $1::int - 1) n`,
    [deployments, AUTHORITIES, REGIONS],
  );
  await db.query(
    `INSERT INTO people (id, name, email, telephone, imported_at)
     SELECT id, 'Person ' || id, id || '@bench.example', '01632 960000', now() FROM unnest($1::text[]) id`,
    [[...Object.values(people).flat(), 'bench-coordinator']],
  );
  await db.query(`INSERT INTO person_roles (person, role, region, area) VALUES ('bench-coordinator', 'rdp-lead', 'Region 1', '')`);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
