/**
 * How long pages take with N deployments in PostgreSQL, as a coordinator of one region and as an administrator of all see them: p50 and
 * p95 of M requests each, one at a time, from the request to the last byte of the page, without the network. The deployments are
 * fifty lives of the offer of 2022 to 2023, played on the rules and copied in sets.
 *
 *   npm run bench -- pages [N] [M]
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { londonDate } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import { freePorts } from '../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../embedded/postgres-server.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { createRecord } from '../postgres/record/record.ts';
import { peopleIn } from '../letters/event-words.ts';
import { play } from '../rehearsal/play.ts';
import type { Conduct } from '../rehearsal/scenario.ts';
import { tsiProgramme } from '../tests/support/programme.ts';
import { signedInAs } from '../tests/web/guarded-app.ts';
import { ALWAYS_OPEN } from '../tests/web/place-deployment.ts';
import { servicesOf } from '../tests/web/staff-app.ts';
import { createApp } from '../web/app.ts';

const N = Number(process.argv[2] ?? 5_000);
const M = Number(process.argv[3] ?? 60);
/** Coprime to the number of lives, so that every region has all of them. */
const REGIONS = 9;
const BEGAN_DAYS_AGO = [12, 30, 60, 120, 240];
/** Of ten deployments six answer in time, three late, and one not at all. */
const CONDUCTS: readonly Conduct[] = ['on-time', 'late', 'on-time', 'on-time', 'late', 'on-time', 'silent', 'on-time', 'late', 'on-time'];
/** What grows with each deployment. Deployments come first: the others refer to them. */
const TABLES = ['deployments', 'events', 'steps', 'deployment_parties', 'messages', 'call_tasks', 'escalations', 'contact_tasks'];

const folder = mkdtempSync(join(tmpdir(), 'chaser-bench-'));
chmodSync(folder, 0o755);
const [port = 0] = await freePorts(1);
const postgres = await startPostgres({ folder: join(folder, 'postgres'), port, logFile: join(folder, 'postgresql.log') });
const url = await ensureDatabase(postgres, 'bench');
await migrate(url);
const db = openDatabase(url);
const app = await createApp(servicesOf(db), { trustProxy: false });
try {
  const began = performance.now();
  const templates = await playTemplates(db);
  await copyTemplates(db, templates);
  await db.query('ANALYZE');
  const { rows } = await db.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM deployments) AS deployments, (SELECT count(*)::int FROM deployments WHERE status = 'running') AS running,
            (SELECT count(*)::int FROM events) AS events, (SELECT count(*)::int FROM messages) AS messages`,
  );
  say(`${JSON.stringify(rows[0])}, made in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  for (const [who, person] of [
    ['coordinator of one region', 'bench-coordinator'],
    ['administrator of all', 'bench-admin'],
  ] as const) {
    say(`\n${who}`);
    const { cookies } = await signedInAs(db, person);
    for (const [name, path] of [
      ['Today', '/'],
      ['Deployments', '/deployments'],
      ['Deployments, late ones', '/deployments?late=yes&sort=late'],
      ['A deployment, silent', '/deployments/C0000126'],
      ['A deployment, half way', '/deployments/C0000180'],
      ['Region', '/region'],
      ['Wallboard', '/region/wallboard'],
    ] as const) {
      const took: number[] = [];
      let bytes = 0;
      for (let nth = -3; nth < M; nth += 1) {
        const from = performance.now();
        const response = await app.inject({ url: path, cookies, remoteAddress: `10.${took.length % 200}.${Math.max(0, nth) % 200}.7` });
        if (nth >= 0) took.push(performance.now() - from);
        bytes = response.rawPayload.length;
        if (response.statusCode !== 200 && response.statusCode !== 403) throw new Error(`${path}: ${response.statusCode} ${response.body}`);
        if (response.statusCode === 403) break;
      }
      if (took.length === 0) continue;
      const sorted = took.toSorted((one, other) => one - other);
      const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0).padStart(5);
      say(`  ${name.padEnd(24)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   ${(bytes / 1024).toFixed(0).padStart(4)} KiB`);
    }
  }
} finally {
  await app.close();
  await db.end();
  await postgres.part.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One deployment for each conduct and age, as its workflow would have stored it until now. Returns their references. */
async function playTemplates(pool: pg.Pool): Promise<readonly string[]> {
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
    [N, REGIONS],
  );
  const now = new Date().toISOString();
  const record = createRecord(pool, { mailrooms: 1, gatheringMs: 0 });
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
      const people = [
        ...new Set(
          events.flatMap((event) => [
            ...peopleIn(event),
            ...(event.type === 'deployment-began' ? Object.values(event.parties).flat() : []),
          ]),
        ),
      ];
      await pool.query(
        `INSERT INTO people (id, name, email, telephone, imported_at)
         SELECT id, 'Person ' || id, id || '@bench.example', '01632 960000', now() FROM unnest($1::text[]) id
         WHERE id ~ '^[a-z0-9-]+$' ON CONFLICT DO NOTHING`,
        [people],
      );
      await record.storeWakeUp({ reference, sequence: 0, events, asOf: now, plannedAt: null });
      references.push(reference);
    }
  }
  await pool.query(
    `UPDATE messages SET state = 'accepted', accepted_at = written_at, subject = 'About a step', body_text = repeat('A line of the letter.' || chr(10), 40)
     WHERE state = 'queued'`,
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

/** Copies the templates in turn under references of their own, each for a school of its own, until there are N; then drops them. */
async function copyTemplates(pool: pg.Pool, templates: readonly string[]): Promise<void> {
  await pool.query(
    `CREATE TABLE copies AS SELECT 'C' || lpad(n::text, 7, '0') AS reference, 'S' || n AS urn, templates[1 + n % cardinality(templates)] AS template
                    FROM (SELECT $1::text[] AS templates) t, generate_series(1, ${N}) n`,
    [templates],
  );
  for (const table of TABLES) {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = ''`,
      [table],
    );
    const columns = rows.map(({ name }) => name);
    const own: Readonly<Record<string, string>> = {
      reference: 'copies.reference',
      ...(table === 'deployments' ? { urn: 'copies.urn' } : {}),
      ...(table === 'messages' ? { key: 'copies.reference || substr(t.key, length(copies.template) + 1)' } : {}),
      ...(table === 'messages' && columns.includes('envelope') ? { envelope: 'NULL' } : {}),
      ...(table === 'messages' && columns.includes('message_id') ? { message_id: 'NULL' } : {}),
    };
    await pool.query(
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((name) => own[name] ?? `t.${name}`).join(', ')}
       FROM copies JOIN ${table} t ON t.reference = copies.template`,
    );
  }
}
