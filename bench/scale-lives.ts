/**
 * Lives of deployments for `npm run bench -- scale`: chosen by a seed, played on the rules of the offer of 2022 to 2023, and written once each by
 * the code that writes them in a running service. Their rows are then read as texts with places for reference, school and people, so that they can be
 * written again and again for others.
 */
import type pg from 'pg';
import { blankChronology, evolve } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import type { Programme } from '../domain/programme.ts';
import { londonInstant } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { createRecord } from '../postgres/record/record.ts';
import { REFERENCE, play } from '../rehearsal/play.ts';
import type { Conduct } from '../rehearsal/scenario.ts';
import { ALWAYS_OPEN } from '../tests/web/place-deployment.ts';
import type { DeploymentStart } from '../workflows/messages.ts';

/** So many different lives; deployments share them under their own references, schools and people. */
const SLEEPING_LIVES = 174;
const WAKING_LIVES = 26;
const OLDEST_DAYS = 250;
/** Of ten people six answer in time, three late, and one not at all. */
const CONDUCTS: readonly Conduct[] = ['on-time', 'late', 'on-time', 'on-time', 'late', 'on-time', 'silent', 'on-time', 'late', 'on-time'];
const HOUR_MS = 3_600_000;
/** History ends in the evening before the morning. */
const EVENING_BEFORE_MS = 12 * HOUR_MS;
const AT_ONCE = 4;

/** Whose places a text holds: `school`, 1 is the first head of the life. */
type Place =
  { readonly kind: 'reference' } | { readonly kind: 'urn' } | { readonly kind: 'person'; readonly role: string; readonly nth: number };
/** A text and the place that follows it; the last has none. */
export type Text = readonly { readonly words: string; readonly place: Place | null }[];

/** A life as its deployments hold it: the rows of each table, as the members of a JSON array, and what the engine goes on from. */
export type Life = { readonly events: number; readonly rows: ReadonlyMap<string, Text>; readonly start: Text };
export type Lives = {
  readonly sleeping: readonly Life[];
  readonly waking: readonly Life[];
  /** The columns of each table that have rows. Deployments come first: the others refer to them. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
  readonly eventKinds: readonly string[];
};
type Played = { readonly events: readonly ChronologyEvent[]; readonly wakes: boolean; readonly nextWakeAt: string | null };

/**
 * Plays lives that are still running on the evening before `morning`, of which some wake in its first sending hour and the others on no
 * moment of it, and writes each into `scratch`, an empty database.
 */
export async function writeLives(
  scratch: pg.Pool,
  { programme, morning, seed }: { readonly programme: Programme; readonly morning: PlainDate; readonly seed: number },
): Promise<Lives> {
  const lives = livesOf(programme, morning, seed);
  await scratch.query(`INSERT INTO local_authorities (code, name, region) VALUES ('990', 'Testshire', 'North West')`);
  await scratch.query(
    `INSERT INTO schools (urn, name, authority, status, region, imported_at) VALUES ('‹urn›', 'A school', '990', 'Open', 'North West', now())`,
  );
  const record = createRecord(scratch, { mailrooms: 1, gatheringMs: 0 });
  const asOf = new Date(eveningBefore(programme, morning)).toISOString();
  const waiting = lives.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [nth, { events, nextWakeAt }] of waiting) {
        const own = events.map((event) => (event.type === 'deployment-began' ? { ...event, reference: nameOf(nth) } : event));
        await record.storeWakeUp({ reference: nameOf(nth), sequence: 0, events: own, asOf, plannedAt: null, nextWakeAt });
      }
    }),
  );
  await scratch.query(
    `UPDATE messages SET state = 'accepted', queued_at = written_at, accepted_at = written_at, closed_at = written_at, subject = 'About a step',
            envelope = key, body_text = repeat('A line of the letter.' || chr(10), 40) WHERE state = 'queued'`,
  );
  const { tables, rows } = await readRows(scratch);
  const { rows: kinds } = await scratch.query<{ type: string }>('SELECT type FROM event_kinds');
  const whole = lives.map(({ events, wakes }, nth) => ({
    wakes,
    life: {
      events: events.length,
      rows: new Map([...tables.keys()].map((table) => [table, textOf(rows.get(table)?.get(nameOf(nth)) ?? '', nameOf(nth))])),
      start: textOf(JSON.stringify(startOf(programme, events)), REFERENCE),
    },
  }));
  const those = (waking: boolean): readonly Life[] => whole.filter(({ wakes }) => wakes === waking).map(({ life }) => life);
  return { sleeping: those(false), waking: those(true), tables, eventKinds: kinds.map(({ type }) => type) };
}

/** History ends then: epoch milliseconds. */
function eveningBefore(programme: Programme, morning: PlainDate): number {
  return londonInstant(morning, programme.sendingHours.fromMinute) - EVENING_BEFORE_MS;
}

/** The text with each place filled. */
export function filled(text: Text, fill: (place: Place) => string): string {
  return text.map(({ words, place }) => (place === null ? words : words + fill(place))).join('');
}

const nameOf = (nth: number): string => `L${nth}`;

function livesOf(programme: Programme, morning: PlainDate, seed: number): readonly Played[] {
  const chance = seeded(seed);
  const lives: Played[] = [];
  const missing = { sleeping: SLEEPING_LIVES, waking: WAKING_LIVES };
  const untilMs = eveningBefore(programme, morning);
  const until = new Date(untilMs).toISOString();
  const beginsMs = londonInstant(morning, programme.sendingHours.fromMinute);
  const conduct = (): Conduct => CONDUCTS[Math.floor(chance() * CONDUCTS.length)] ?? 'on-time';
  for (let tries = 0; tries < 5_000 && missing.sleeping + missing.waking > 0; tries += 1) {
    const roles = Object.fromEntries(Object.keys(programme.roles).map((role) => [role, conduct()]));
    const startsOn = addDays(morning, -3 - Math.floor(chance() * OLDEST_DAYS));
    const stage = { programme, calendar: ALWAYS_OPEN, subject: { kind: 'school', urn: '‹urn›' } as const, startsOn, facts: {} };
    const played = play(stage, { title: 'A life', everyone: 'on-time', roles, answers: [], changes: [] });
    if (!played.ok) continue;
    const events = withPlaces(
      programme,
      played.value.events.filter(({ at }) => at <= until),
    );
    const chronology = events.reduce(evolve, blankChronology(programme, ALWAYS_OPEN));
    if (events.length === 0 || chronology.status.kind !== 'running') continue;
    const wakeMs = nextWakeMs(chronology, untilMs);
    const wakes = wakeMs !== null && wakeMs < beginsMs + HOUR_MS;
    const kind = wakes ? 'waking' : 'sleeping';
    if (missing[kind] === 0 || (wakeMs !== null && (wakeMs < beginsMs || (!wakes && wakeMs < beginsMs + 24 * HOUR_MS)))) continue;
    missing[kind] -= 1;
    lives.push({ events, wakes, nextWakeAt: wakeMs === null ? null : new Date(wakeMs).toISOString() });
  }
  if (missing.sleeping === SLEEPING_LIVES || missing.waking === WAKING_LIVES)
    throw new Error(`Seed ${seed} makes no life that sleeps, or none that wakes. Take another.`);
  return lives;
}

/** The events with places for people, who are called `role-1`, `role-2` and so on in a play. */
function withPlaces(programme: Programme, events: readonly ChronologyEvent[]): readonly ChronologyEvent[] {
  const text = JSON.stringify(events).replaceAll(/"([a-z-]+)-(\d+)"/g, (whole, role: string, nth: string) =>
    role in programme.roles ? `"‹${role}-${nth}›"` : whole,
  );
  return JSON.parse(text) as readonly ChronologyEvent[];
}

/** What the engine begins with when it goes on from the record, as after a restore (desk/reconcile.ts), without the documents. */
function startOf(programme: Programme, events: readonly ChronologyEvent[]): Omit<DeploymentStart, 'programme' | 'calendar'> {
  const [began] = events;
  if (began?.type !== 'deployment-began') throw new Error('A life does not say how it began.');
  const { programme: _, calendar: __, ...chronology } = events.reduce(evolve, blankChronology(programme, ALWAYS_OPEN));
  const { reference, subject, parties, facts = {} } = began;
  return { beginning: { reference, subject, parties, facts }, carried: { chronology, sequence: events.length } };
}

/**
 * What each table holds of each life, by its reference, as the members of a JSON array: of every table that names a deployment, but for the log of
 * its events as text and its ended rounds, which PostgreSQL keeps itself (migrations 0046 and 0052).
 */
async function readRows(scratch: pg.Pool) {
  const { rows: all } = await scratch.query<{ name: string; columns: readonly string[] }>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attidentity = '' AND a.attgenerated = '') AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('logged_lives', 'ended_rounds')
     GROUP BY c.relname HAVING bool_or(a.attname = 'reference') ORDER BY c.relname <> 'deployments', c.relname`,
  );
  const tables = new Map<string, readonly string[]>();
  const rows = new Map<string, ReadonlyMap<string, string>>();
  for (const { name, columns } of all) {
    const { rows: held } = await scratch.query<{ reference: string; members: string }>(
      `SELECT reference, string_agg(to_jsonb(t)::text, ',') AS members FROM ${name} t GROUP BY reference`,
    );
    if (held.length === 0) continue;
    tables.set(name, columns);
    rows.set(name, new Map(held.map(({ reference, members }) => [reference, members])));
  }
  const { rows: beside } = await scratch.query('SELECT letter FROM voices LIMIT 1');
  if (beside.length > 0) throw new Error('A life has a letter that goes by another voice as well. It would not be copied.');
  return { tables, rows };
}

/** A text with places where it names the reference, alone or at the beginning of a key, the school and people. */
function textOf(text: string, reference: string): Text {
  const parts: { words: string; place: Place | null }[] = [];
  let from = 0;
  for (const found of text.matchAll(new RegExp(`(?<=")${reference}(?=["/])|‹([a-z-]+?)(?:-(\\d+))?›`, 'g'))) {
    const [whole, named, nth] = found;
    const place: Place =
      named === undefined ? { kind: 'reference' } : nth === undefined ? { kind: 'urn' } : { kind: 'person', role: named, nth: Number(nth) };
    parts.push({ words: text.slice(from, found.index), place });
    from = found.index + whole.length;
  }
  return [...parts, { words: text.slice(from), place: null }];
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
