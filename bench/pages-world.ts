/**
 * A PostgreSQL with N deployments, as `npm run bench -- pages` asks for pages of it: fifty lives of the offer of 2022 to 2023, played on
 * the rules and copied in sets, each for a school of its own, with its own head and one of 300 system leaders. For reports there are fifty more,
 * of the offer of 2019 to 2020, whose forms go round.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { nextWakeMs } from '../domain/chasing/due-actions.ts';
import { blankChronology, evolve } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../domain/chronology/events.ts';
import type { Programme } from '../domain/programme.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { LeaderProfile } from '../domain/matching/profile.ts';
import { freePorts } from '../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../embedded/postgres-server.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { createRecord } from '../postgres/record/record.ts';
import { addProfiles } from '../postgres/views/leaders.ts';
import { peopleIn } from '../letters/event-words.ts';
import { play } from '../rehearsal/play.ts';
import type { Conduct } from '../rehearsal/scenario.ts';
import { mustLoad } from '../tests/kit/chronology.ts';
import { measuredLives } from '../tests/kit/measured-lives.ts';
import { tsiProgramme } from '../tests/support/programme.ts';
import { refreshForecasts } from '../worker/forecasts/refresh.ts';
import { withForecasting } from '../worker/forecasts/with-forecasting.ts';
import { ALWAYS_OPEN } from '../tests/web/place-deployment.ts';

/** Coprime to the number of lives, so that every region has all of them. */
const REGIONS = 9;
const LEADERS = 300;
const LINES_OF_A_LETTER = 40;
/** Schools of the register for each that has a deployment. */
const SCHOOLS_PER_DEPLOYMENT = 5;
const BEGAN_DAYS_AGO = [12, 30, 60, 120, 240];
/** Of ten deployments six answer in time, three late, and one not at all. */
const CONDUCTS: readonly Conduct[] = ['on-time', 'late', 'on-time', 'on-time', 'late', 'on-time', 'silent', 'on-time', 'late', 'on-time'];
/** What grows with each deployment. Deployments come first: the others refer to them. */
const TABLES = [
  'deployments',
  'events',
  'steps',
  'deployment_parties',
  'messages',
  'call_tasks',
  'escalations',
  'contact_tasks',
  'ended_rounds',
];

export type PagesWorld = { readonly db: pg.Pool; readonly url: string; readonly end: () => Promise<void> };

/** Lives of the offer of 2019 to 2020, for reports: as many as of the other. */
const WITH_FORMS = 50;
const SEED = 11;

/**
 * How the world is made. For pages: letters have their text, and of five schools of the register one has a deployment. For reports neither, because no
 * report reads them and they are most of the bytes; but deployments of two offers, and events in the order in which they happened, so that those of one
 * deployment are spread over the table as years spread them.
 */
type MadeFor = 'pages' | 'reports';

/** Makes that world on a PostgreSQL of its own. `end` stops it and deletes its files. */
export async function openPagesWorld(deployments: number, madeFor: MadeFor = 'pages'): Promise<PagesWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'chaser-bench-'));
  chmodSync(folder, 0o755);
  const [port = 0] = await freePorts(1);
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), port, logFile: join(folder, 'postgresql.log') });
  const url = await ensureDatabase(postgres, 'bench');
  await migrate(url);
  const db = openDatabase(url);
  const templates = await playTemplates(db, deployments, madeFor);
  await copyTemplates(db, templates, deployments, madeFor);
  await addLeaders(db);
  await addReplies(db);
  await addSurveys(db);
  if (madeFor === 'pages') await addForecasts(db, templates.length);
  await db.query('VACUUM ANALYZE');
  const end = async (): Promise<void> => {
    await db.end();
    await postgres.part.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { db, url, end };
}

/** One deployment for each conduct and age, as its workflow would have stored it until now. Returns their references. */
async function playTemplates(pool: pg.Pool, deployments: number, madeFor: MadeFor): Promise<readonly string[]> {
  const programme = tsiProgramme();
  await keepProgramme(pool, programme);
  await keepCalendar(pool, ALWAYS_OPEN);
  await pool.query(
    `INSERT INTO local_authorities (code, name, region) SELECT 'B' || n, 'Authority ' || n, 'Region ' || n FROM generate_series(1, $1::int) n`,
    [REGIONS],
  );
  await pool.query(
    `INSERT INTO schools (urn, name, authority, status, region, imported_at)
     SELECT 'S' || n, 'School number ' || n, 'B' || (1 + n % $2::int), 'Open', 'Region ' || (1 + n % $2::int), now() FROM generate_series(0, $1::int) n`,
    [deployments * (madeFor === 'pages' ? SCHOOLS_PER_DEPLOYMENT : 1), REGIONS],
  );
  const now = new Date().toISOString();
  const references: string[] = [];
  for (const days of BEGAN_DAYS_AGO) {
    for (const everyone of CONDUCTS) {
      const reference = `T${references.length + 1}`;
      const played = play(
        {
          programme,
          calendar: ALWAYS_OPEN,
          subject: { kind: 'school', urn: 'S0' },
          startsOn: addDays(londonDate(Date.now()), -days),
          facts: {},
        },
        { title: everyone, everyone, roles: {}, answers: [], changes: [] },
      );
      if (!played.ok) throw new Error(played.reason.message);
      const events = played.value.events
        .filter(({ at }) => at <= now)
        .map((event) => (event.type === 'deployment-began' ? { ...event, reference } : event));
      const chronology = events.reduce(evolve, blankChronology(programme, ALWAYS_OPEN));
      const wakeMs = nextWakeMs(chronology, Date.parse(events.at(-1)?.at ?? now));
      const nextWakeAt = wakeMs === null ? null : new Date(wakeMs).toISOString();
      await storeTemplate(pool, { reference, events, nextWakeAt });
      references.push(reference);
    }
  }
  if (madeFor === 'reports') references.push(...(await liveWithForms(pool, mustLoad('si-2019-20'))));
  await pool.query(
    `UPDATE messages SET state = 'accepted', accepted_at = written_at, subject = 'About a step', body_text = repeat('A line of the letter.' || chr(10), $1)
     WHERE state = 'queued'`,
    [madeFor === 'pages' ? LINES_OF_A_LETTER : 1],
  );
  await pool.query(
    `INSERT INTO people (id, name, email, imported_at) VALUES
       ('bench-coordinator', 'Cora', 'cora@bench.example', now()), ('bench-admin', 'Alma', 'alma@bench.example', now())`,
  );
  await pool.query(
    `INSERT INTO person_roles (person, role, region, area) VALUES ('bench-coordinator', 'rdp-lead', 'Region 1', ''), ('bench-admin', 'administrator', '', '')`,
  );
  return references;
}

/** Deployments of an offer that were lived at random, with corrections, pauses and forms that were sent back. Returns their references. */
async function liveWithForms(pool: pg.Pool, programme: Programme): Promise<readonly string[]> {
  await keepProgramme(pool, programme);
  const { calendars, lives } = measuredLives(WITH_FORMS, SEED, { id: programme.id });
  for (const calendar of calendars.values()) await keepCalendar(pool, calendar);
  for (const [at, life] of lives.entries()) {
    const subject = { kind: 'school', urn: 'S0' } as const;
    const events = life.map((event) => (event.type === 'deployment-began' ? { ...event, subject } : event));
    await storeTemplate(pool, { reference: `L${at}`, events, nextWakeAt: null });
  }
  return lives.map((_, at) => `L${at}`);
}

type Template = { readonly reference: string; readonly events: readonly ChronologyEvent[]; readonly nextWakeAt: string | null };

/** Stores a life with the people in it. */
async function storeTemplate(pool: pg.Pool, { reference, events, nextWakeAt }: Template): Promise<void> {
  const people = new Set(
    events.flatMap((event) => [...peopleIn(event), ...(event.type === 'deployment-began' ? Object.values(event.parties).flat() : [])]),
  );
  await pool.query(
    `INSERT INTO people (id, name, email, telephone, imported_at)
     SELECT id, 'Person ' || id, id || '@bench.example', '01632 960000', now() FROM unnest($1::text[]) id
     WHERE id ~ '^[a-z0-9-]+$' ON CONFLICT DO NOTHING`,
    [[...people]],
  );
  const record = createRecord(pool, { mailrooms: 1, gatheringMs: 0 });
  const asOf = new Date().toISOString();
  await record.storeWakeUp({ reference, sequence: 0, events, asOf, plannedAt: null, nextWakeAt });
}

/**
 * Copies the templates in turn under references of their own, each for a school of its own, until there are as many as asked for. Each copy refers to
 * what its template refers to, so PostgreSQL checks no reference; indexes are made once at the end, and the logs and ended rounds of copies are those of their templates.
 */
async function copyTemplates(db: pg.Pool, templates: readonly string[], deployments: number, madeFor: MadeFor): Promise<void> {
  const pool = await db.connect();
  await pool.query(
    `SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '128MB'; SET maintenance_work_mem = '256MB'`,
  );
  await pool.query(
    `CREATE TABLE copies AS SELECT 'C' || lpad(n::text, 7, '0') AS reference, 'S' || n AS urn, 'head-' || n AS head,
       'leader-' || (n % $3::int) AS leader, templates[1 + n % cardinality(templates)] AS template
     FROM (SELECT $1::text[] AS templates) t, generate_series(1, $2::int) n`,
    [templates, deployments, LEADERS],
  );
  const { rows: indexes } = await pool.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid::regclass::text = ANY ($1::text[]) AND indexrelid NOT IN (SELECT conindid FROM pg_constraint) ORDER BY 1`,
    [TABLES],
  );
  // Templates are found by the keys, which stay.
  for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`);
  for (const table of TABLES) {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = ''`,
      [table],
    );
    const columns = rows.map(({ name }) => name);
    const own: Readonly<Record<string, string>> = {
      reference: 'copies.reference',
      ...(table === 'deployments' ? { urn: 'copies.urn' } : {}),
      ...(table === 'events' ? { body: BODY_OF_COPY } : {}),
      // Roles of the offer with forms change hands: its people stay as they were lived.
      ...(table === 'deployment_parties'
        ? {
            person: `CASE WHEN t.reference NOT LIKE 'T%' THEN t.person WHEN t.role = 'school' THEN copies.head
                          WHEN t.role = 'system-leader' THEN copies.leader ELSE t.person END`,
          }
        : {}),
      ...(table === 'messages' ? { key: 'copies.reference || substr(t.key, length(copies.template) + 1)' } : {}),
      ...(table === 'messages' && columns.includes('envelope') ? { envelope: 'NULL' } : {}),
      ...(table === 'messages' && columns.includes('message_id') ? { message_id: 'NULL' } : {}),
    };
    await pool.query(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((name) => own[name] ?? `t.${name}`).join(', ')}
       FROM copies JOIN ${table} t ON t.reference = copies.template ${madeFor === 'reports' && table === 'events' ? 'ORDER BY t.at' : ''}`,
    );
  }
  await pool.query(
    `INSERT INTO logged_lives (reference, log)
     SELECT copies.reference, logged_event(t.type, ${BODY_OF_COPY}) || coalesce(substr(log, nullif(strpos(log, chr(30)), 0)), '')
     FROM copies JOIN events t ON t.reference = copies.template AND t.type = 'deployment-began' JOIN logged_lives l ON l.reference = copies.template`,
  );
  for (const { definition } of indexes) await pool.query(definition);
  await pool.query('RESET ALL');
  pool.release();
}

/** Forecasts as a worker works them out, of one copy of each template, and the same for its other copies. */
async function addForecasts(pool: pg.Pool, templates: number): Promise<void> {
  let left = templates;
  await withForecasting((forecasting) => refreshForecasts(pool, forecasting, () => (left -= 1) >= -Math.ceil(templates / 20)));
  await pool.query(
    `INSERT INTO forecasts SELECT (jsonb_populate_record(f, jsonb_build_object('reference', c.reference))).*
     FROM copies first JOIN forecasts f ON f.reference = first.reference JOIN copies c ON c.template = first.template
     ON CONFLICT DO NOTHING`,
  );
}

/** It began for a school of its own. */
const BODY_OF_COPY = `CASE t.type WHEN 'deployment-began'
  THEN t.body || jsonb_build_object('reference', copies.reference, 'subject', jsonb_build_object('kind', 'school', 'urn', copies.urn)) ELSE t.body END`;

/** An e-mail from the head for every fourth deployment, half of them dealt with. */
async function addReplies(pool: pg.Pool): Promise<void> {
  await pool.query(
    `WITH kept AS (
       INSERT INTO incoming (once_as, via, kind, at, from_name, from_address, person, subject, words, quoted, attachments, cut, facts, done_at, done_by)
       SELECT decode(md5(reference), 'hex'), 'pipe', 'person', now(), 'Person', head || '@bench.example', head, 'Re: About a step',
              repeat('A line of the reply. ', 20), '', '[]', false, jsonb_build_object('reference', reference),
              CASE WHEN n % 8 = 0 THEN now() END, CASE WHEN n % 8 = 0 THEN 'bench-coordinator' END
       FROM (SELECT *, substr(reference, 2)::int AS n FROM copies) c WHERE n % 4 = 0 RETURNING id, facts)
     INSERT INTO incoming_letters (incoming, letter)
     SELECT kept.id, first.key FROM kept
     JOIN (SELECT reference, min(key) AS key FROM messages GROUP BY reference) first ON first.reference = kept.facts ->> 'reference'`,
  );
}

/** Six surveys that asked the leaders and 1,500 heads, of whom two in three answered. */
async function addSurveys(pool: pg.Pool): Promise<void> {
  await pool.query(
    `INSERT INTO survey_versions (survey, version, document, hash) SELECT 'bench', 1, '{"title": "How it went"}'::jsonb, 'none'`,
  );
  await pool.query(
    `INSERT INTO survey_waves (survey, version, programmes, opens_on, closes_on, cut_off_on, state, letter_kinds, letter_days, made_by, begun_at)
     SELECT 'bench', 1, '{tsi-2022-23}', current_date - 60 * n, current_date - 60 * n + 30, current_date - 60 * n + 30,
            CASE n WHEN 0 THEN 'open' ELSE 'closed' END, '{invitation}', ARRAY[current_date - 60 * n], 'bench-admin', now()
     FROM generate_series(0, 5) n ORDER BY n`,
  );
  await pool.query(
    `INSERT INTO survey_members (wave, person, audiences, strata, open_days)
     SELECT w.id, p.id, '{school-leader}', '{"region": ["Region 1"]}'::jsonb, ARRAY[w.opens_on] FROM survey_waves w
     CROSS JOIN LATERAL (SELECT id FROM people WHERE id ~ '^(head|leader)-' ORDER BY md5(id || w.id) LIMIT 1800) p`,
  );
  await pool.query(
    `INSERT INTO survey_invitations (wave, person, state)
     SELECT wave, person, CASE WHEN hashtext(person) % 3 = 0 THEN 'sent' ELSE 'submitted' END FROM survey_members`,
  );
}

/** The heads and leaders of the copies, and what is known of the leaders. */
async function addLeaders(pool: pg.Pool): Promise<void> {
  await pool.query(
    `INSERT INTO people (id, name, email, telephone, imported_at)
     SELECT id, 'Person ' || id, id || '@bench.example', '01632 960000', now() FROM (SELECT DISTINCT head AS id FROM copies UNION SELECT leader FROM copies) p`,
  );
  await pool.query(`INSERT INTO person_roles (person, role, urn) SELECT head, 'school', urn FROM copies`);
  await pool.query(`INSERT INTO person_roles (person, role) SELECT DISTINCT leader, 'system-leader' FROM copies`);
  const profileOf = (n: number): LeaderProfile => ({
    homeSchools: [`S${n + 1}`],
    homeTrust: null,
    phases: n % 3 === 0 ? ['secondary'] : ['primary'],
    specialisms: ['curriculum'],
    contexts: ['urban'],
    designations: ['nle'],
    trainedOn: addDays(londonDate(Date.now()), -400),
    daysATerm: 10,
    furthestMiles: null,
    regions: [],
    away: null,
  });
  await addProfiles(
    pool,
    Array.from({ length: LEADERS }, (_, n) => ({ leader: `leader-${n}`, profile: profileOf(n) })),
    { by: null, because: 'From a file' },
  );
}
