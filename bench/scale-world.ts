/**
 * Months of history for `npm run bench -- scale`: lives that were written by the code of a running service, copied in sets under references,
 * schools and people of their own. Their next wake-ups are known, so that a given share of them wakes in one morning.
 */
import type pg from 'pg';
import type { Parties } from '../domain/chronology/events.ts';
import { hash, sendingStartMs } from '../domain/chasing/sending-time.ts';
import type { PersonId, Programme } from '../domain/programme.ts';
import { londonInstant } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { inTransaction } from '../postgres/database.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { tsiProgramme } from '../tests/support/programme.ts';
import { ALWAYS_OPEN } from '../tests/web/place-deployment.ts';
import type { DeploymentStart } from '../workflows/messages.ts';
import { filled, writeLives } from './scale-lives.ts';
import type { Life, Lives, Text } from './scale-lives.ts';

const AUTHORITIES = 150;
const REGIONS = 9;
const COORDINATORS = 200;
const LEADERS = 300;
/** Who asks for pages: a coordinator with one authority of 150, and whoever leads a region of nine. */
export const COORDINATOR = 'bench-coordinator';
export const LEAD = 'bench-lead';
/** Deployments whose rows go to the database at once. */
const BATCH = 100;
const BATCHES_AT_ONCE = 2;
const SPREAD_OF_RULES_MS = 3_600_000;

export type Loaded = {
  /** What the engine starts with, for the deployments that sleep in the morning or for those that wake. */
  readonly starts: (wakes: boolean) => Iterable<DeploymentStart>;
  readonly waking: readonly string[];
  readonly events: number;
  /** How long it took to write the lives, and then to copy them. */
  readonly livesMs: number;
  readonly copiesMs: number;
};

/** The reference of the nth deployment. */
export const referenceOf = (n: number): string => `S${String(n).padStart(6, '0')}`;

/**
 * Writes N deployments into the record as their workflows would have stored them by the evening before `morning`, of which `share` (0 to 1)
 * wake when sending begins on it. Everybody in those is written to within the first `spreadMs` of the sending hours. `scratch` is an empty
 * database, in which each life is written once.
 */
export async function loadScaleWorld(
  db: pg.Pool,
  scratch: pg.Pool,
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
  const began = performance.now();
  const programme = tsiProgramme();
  for (const store of [db, scratch]) {
    await keepProgramme(store, programme);
    await keepCalendar(store, ALWAYS_OPEN);
  }
  const lives = await writeLives(scratch, { programme, morning, seed });
  const livesMs = performance.now() - began;

  const wakes = (n: number): boolean => Math.floor((n + 1) * share) > Math.floor(n * share);
  const all = Array.from({ length: deployments }, (_, n) => n);
  const earlyOf = (prefix: string, count: number) => earlyPeople(programme, morning, spreadMs, prefix, count);
  const early = earlyOf('head', all.filter(wakes).length).values();
  const people: Record<string, readonly PersonId[]> = {
    school: all.map((n) => (wakes(n) ? (early.next().value ?? '') : `head-s${n}`)),
    rdp: earlyOf('coordinator', COORDINATORS),
    'system-leader': earlyOf('leader', LEADERS),
  };
  for (const role of Object.keys(programme.roles)) people[role] ??= earlyOf(role, REGIONS);
  await addPlaces(db, deployments, people);

  const lifeOf = (n: number): Life => {
    const of = wakes(n) ? lives.waking : lives.sleeping;
    const life = of[n % of.length];
    if (life === undefined) throw new Error('There is no life to copy.');
    return life;
  };
  const ownOf = (n: number, text: Text): string =>
    filled(text, (place) => {
      if (place.kind === 'reference') return referenceOf(n);
      if (place.kind === 'urn') return `U${n}`;
      const holders = people[place.role] ?? [];
      return holders[(placeAmong(place.role, n) + place.nth - 1) % holders.length] ?? '';
    });
  const copying = performance.now();
  await copyLives(db, lives, deployments, (n, table) => ownOf(n, lifeOf(n).rows.get(table) ?? []));
  await db.query('VACUUM ANALYZE');
  function* starts(waking: boolean): Generator<DeploymentStart> {
    for (const n of all) {
      if (wakes(n) !== waking) continue;
      const own = JSON.parse(ownOf(n, lifeOf(n).start)) as Omit<DeploymentStart, 'programme' | 'calendar'>;
      yield { programme, calendar: ALWAYS_OPEN, ...own };
    }
  }
  return {
    starts,
    waking: all.filter(wakes).map(referenceOf),
    events: all.reduce((sum, n) => sum + lifeOf(n).events, 0),
    livesMs,
    copiesMs: performance.now() - copying,
  };
}

/** Copies the rows of lives, table by table and a batch of deployments at a time. `membersOf` answers those of one as members of a JSON array. */
async function copyLives(
  db: pg.Pool,
  { tables, eventKinds }: Lives,
  deployments: number,
  membersOf: (n: number, table: string) => string,
): Promise<void> {
  await db.query('INSERT INTO event_kinds (type) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [eventKinds]);
  let next = 0;
  await Promise.all(
    Array.from({ length: BATCHES_AT_ONCE }, async () => {
      while (next < deployments) {
        const from = next;
        next = Math.min(deployments, from + BATCH);
        const batch = Array.from({ length: next - from }, (_, at) => from + at);
        await inTransaction(db, async (inside) => {
          for (const [table, columns] of tables) {
            const members = batch.map((n) => membersOf(n, table)).filter((one) => one !== '');
            await inside.query(
              `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${table}, $1)`,
              [`[${members.join(',')}]`],
            );
          }
        });
      }
    }),
  );
}

/** The first so many people of a name whose sending time of that morning lies within its first milliseconds. */
function earlyPeople(programme: Programme, on: PlainDate, spreadMs: number, prefix: string, count: number): readonly PersonId[] {
  const beginsMs = londonInstant(on, programme.sendingHours.fromMinute);
  const found: PersonId[] = [];
  for (let n = 0; found.length < count; n += 1) {
    const person = `${prefix}-p${n}`;
    // One in thousands is early. The hash alone tells most of the others, a hundred times as fast.
    if (hash(person) % SPREAD_OF_RULES_MS < spreadMs && sendingStartMs(programme, on, person) - beginsMs < spreadMs) found.push(person);
  }
  return found;
}

/**
 * Of which authority the nth school is. Moved by one with each round: those that wake come again after each hundred, and would all be of the same
 * authorities.
 */
const authorityOf = (n: number): number => (n + Math.floor(n / AUTHORITIES)) % AUTHORITIES;

/**
 * Where the first holder of a role in the nth deployment stands among those who may hold it: people work for their school, their authorities or their
 * region, and leaders anywhere.
 */
function placeAmong(role: string, n: number): number {
  switch (role) {
    case 'school':
    case 'system-leader':
      return n;
    case 'rdp':
      return Math.floor((authorityOf(n) * COORDINATORS) / AUTHORITIES) + (n % 2);
    default:
      return authorityOf(n) % REGIONS;
  }
}

async function addPlaces(db: pg.Pool, deployments: number, people: Parties): Promise<void> {
  await db.query(
    `INSERT INTO local_authorities (code, name, region)
     SELECT 'B' || n, 'Authority ' || n, 'Region ' || (1 + n % $2::int) FROM generate_series(0, $1::int - 1) n`,
    [AUTHORITIES, REGIONS],
  );
  await db.query(
    `INSERT INTO schools (urn, name, authority, status, region, imported_at)
     SELECT 'U' || n - 1, 'School number ' || n - 1, 'B' || authority, 'Open', 'Region ' || (1 + authority % $2::int), now()
     FROM unnest($1::int[]) WITH ORDINALITY AS school (authority, n)`,
    [Array.from({ length: deployments }, (_, n) => authorityOf(n)), REGIONS],
  );
  await db.query(
    `INSERT INTO people (id, name, email, telephone, imported_at)
     SELECT id, 'Person ' || id, id || '@bench.example', '01632 960000', now() FROM unnest($1::text[]) id`,
    [[...Object.values(people).flat(), COORDINATOR, LEAD]],
  );
  await db.query(`INSERT INTO areas (id, name, region) VALUES ('bench-area', 'Area of one authority', 'Region 1')`);
  await db.query(`INSERT INTO area_authorities (area, authority) VALUES ('bench-area', 'B0')`);
  await db.query(
    `INSERT INTO person_roles (person, role, region, area) VALUES ($1, 'rdp', 'Region 1', 'bench-area'), ($2, 'rdp-lead', 'Region 1', '')`,
    [COORDINATOR, LEAD],
  );
}
