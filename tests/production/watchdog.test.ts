import { Client, Connection } from '@temporalio/client';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { parse } from 'yaml';
import { plainDate } from '../../domain/time/plain-date.ts';
import { PROJECT } from '../../embedded/folders.ts';
import { openDatabase } from '../../postgres/database.ts';
import { keepCalendar } from '../../postgres/pinned/pinned.ts';
import { goAheadBy } from '../../postgres/sandbox/clock.ts';
import { listStandingFindings, readWatchdog } from '../../postgres/watchdog/findings.ts';
import { registerServiceRoutes } from '../../web/service/routes.ts';
import { createMetrics } from '../../worker/metrics.ts';
import { lookRound } from '../../worker/watchdog/look.ts';
import type { ClockReading } from '../../worker/watchdog/look.ts';
import { setUpWatchdogSchedule } from '../../worker/watchdog/schedule.ts';
import { deploymentWorkflowId, WATCHDOG_SCHEDULE } from '../../workflows/ids.ts';
import { chaserOf } from '../support/chaser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ALWAYS_OPEN, placeDeployment, workingDaysAgo } from '../web/place-deployment.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from '../web/staff-app.ts';

const MONITORING = join(PROJECT, 'docs/monitoring');
const TEN_YEARS_MS = 10 * 366 * 86_400_000;

describe('the watchdog', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  const rightClocks = (): ClockReading => ({ workerMs: Date.now(), temporalMs: Date.now() });
  const look = (clocks = rightClocks(), over: Partial<Parameters<typeof lookRound>[0]> = {}) =>
    lookRound({ db: world.application, client: world.client, ...over }, clocks);
  /** What stands of some kinds: "mailroom 7". The dates that come with Chaser end by the calendar on the wall, so they are looked at apart. */
  const standing = async (kinds = /^(?!dates)/) =>
    (await listStandingFindings(world.db, 1_000)).filter(({ kind }) => kinds.test(kind)).map(({ kind, about }) => `${kind} ${about}`);
  const asReplica = (sql: string) => world.db.query(`BEGIN; SET LOCAL session_replication_role = 'replica'; ${sql}; COMMIT`);
  const letter = (key: string, mailroom: number, set: string) =>
    world.db.query(
      `INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, written_at)
       VALUES ('${key}', 'E1', 'confirm-participation', 1, '${key}', 'reminder', 'school', 'head', ${mailroom}, now());
       UPDATE messages SET ${set} WHERE key = '${key}'`,
    );
  let healthy = '';
  let terminated = '';
  let behind = '';
  let lost = '';

  it('is begun by its schedule, and finds nothing where nothing is wrong', async () => {
    [healthy, terminated, behind, lost] = [
      await world.begin('2040-10-08 09:30'),
      await world.begin('2040-10-08 09:30'),
      await world.begin('2040-10-08 09:30'),
      await world.begin('2040-10-08 09:30'),
    ];
    await world.postIsDone();
    for (const _ of [1, 2]) await setUpWatchdogSchedule(world.client, world.temporal.taskQueue);
    const schedule = world.client.schedule.getHandle(WATCHDOG_SCHEDULE);
    assert.deepEqual(
      (await schedule.describe()).spec.intervals?.map(({ every }) => every),
      [600_000],
    );
    await schedule.trigger();
    await waitUntil('a round is made', async () => (await readWatchdog(world.db)).sweptAt !== null);
    assert.deepEqual(await standing(), [], 'its clocks, too, are read from the servers and tell the same');
  });

  it('names each of twenty-two faults within one round, and each once', async () => {
    // The record and the engine differ (1 to 4): one that only the record has, one broken off, and one that either lacks in part or whole.
    await placeDeployment(world.db, 'P1', { open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }] });
    await world.client.workflow.getHandle(deploymentWorkflowId(terminated)).terminate('A fault of the test.');
    await asReplica(
      `DELETE FROM events WHERE reference = '${behind}' AND sequence = (SELECT sequence FROM deployments WHERE reference = '${behind}');
       UPDATE deployments SET sequence = sequence - 1 WHERE reference = '${behind}'`,
    );
    await asReplica(
      ['deployments', 'events', 'steps', 'messages'].map((table) => `DELETE FROM ${table} WHERE reference = '${lost}'`).join('; '),
    );
    // No wake-up (5 to 7): what was due for P1 is not carried out, and two steps of P2 are past the end of their calendar.
    const ended = { ...ALWAYS_OPEN, version: 'ended', bankHolidays: { ...ALWAYS_OPEN.bankHolidays, knownTo: plainDate('2026-01-02') } };
    await keepCalendar(world.db, ended);
    const steps = ['confirm-participation', 'contact-school'];
    await placeDeployment(world.db, 'P2', { open: steps.map((step) => ({ step, dueOn: workingDaysAgo(3) })) });
    await asReplica(
      `UPDATE deployments SET calendar_version = 'ended' WHERE reference = 'P2';
       UPDATE events SET body = jsonb_set(body, '{calendarVersion}', '"ended"') WHERE reference = 'P2'`,
    );
    // Escalations that nobody has (8 to 10).
    for (const reference of ['E1', 'E2', 'E3', 'E4']) {
      await placeDeployment(world.db, reference, {
        open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }],
        escalated: { step: 'confirm-participation', to: 'regional-team', daysAgo: 1 },
      });
    }
    await world.db.query("UPDATE escalations SET person = NULL WHERE reference = 'E1'");
    await world.db.query("UPDATE escalations SET person = 'gone' WHERE reference = 'E2'");
    await world.db.query(
      "INSERT INTO people (id, name, email, imported_at, address_refused_at) VALUES ('unreached', 'Una Unreached', 'una@regional-team.example', now(), now())",
    );
    await world.db.query("UPDATE escalations SET person = 'unreached' WHERE reference = 'E3'");
    await world.db.query(
      "INSERT INTO forecasts (reference, sequence, as_of, trouble) VALUES ('E4', 1, '2026-01-05T09:00Z', 'The calendar ends too soon.')",
    );
    // Mailrooms that stand still (11 to 13). Those of mailrooms 10 and 11 do not: one waits for its hour, one has just sent.
    await letter('m7', 7, "queued_at = now() - interval '20 minutes'");
    await letter('m8', 8, "queued_at = now() - interval '1 day', state = 'claimed', claimed_until = now() - interval '1 hour'");
    await letter('m9', 9, "queued_at = now() - interval '1 day', send_after = now() - interval '16 minutes'");
    await letter('m10', 10, "queued_at = now() - interval '1 day', send_after = now() + interval '1 hour'");
    await letter('m11', 11, "queued_at = now() - interval '20 minutes'");
    await letter('m11-sent', 11, "state = 'accepted', accepted_at = now()");

    // Dates run out (14 to 17): in ten years, the bank holidays, two authorities' terms, and the dates under a deployment.
    goAheadBy(TEN_YEARS_MS);
    try {
      await look();
    } finally {
      goAheadBy(0);
    }
    const found = await standing();
    const named = (one: string) => assert.ok(found.includes(one), `${one} is not named in: ${found.join(', ')}`);
    for (const reference of ['P1', terminated, behind, lost]) named(`parted ${reference}`);
    named('no-wake-up P1');
    named('forecast E4');
    for (const one of ['E1', 'E2', 'E3'])
      assert.ok(
        found.some((about) => about.startsWith(`escalation ${one}/confirm-participation/1/`)),
        one,
      );
    for (const mailroom of [7, 8, 9]) named(`mailroom ${mailroom}`);
    assert.ok(found.filter((one) => one.startsWith('no-wake-up P2')).length >= 1, found.join(', '));
    assert.ok(
      !found.some((one) => one.includes(healthy) || one.startsWith('escalation E4') || /^(mailroom 1|check|clock)/.test(one)),
      found.join(', '),
    );
    const dates = await standing(/^dates/);
    assert.ok(dates.includes('dates book/bank-holidays'), dates.join(', '));
    assert.ok(dates.filter((one) => /^dates book\/\d+$/.test(one)).length >= 2, dates.join(', '));
    assert.ok(
      dates.some((one) => one.startsWith('dates deployments/Always open/2026-01-02')),
      dates.join(', '),
    );

    // A wrong clock (18 to 21) of PostgreSQL or of Temporal, ahead or behind.
    for (const seconds of [60, -60]) {
      const db = await withWrongClock(world, seconds);
      await look({ workerMs: Date.now(), temporalMs: Date.now() + seconds * 1_000 }, { db });
      await db.end();
      const clocks = (await listStandingFindings(world.db, 1_000)).filter(({ kind }) => kind === 'clock');
      assert.deepEqual(
        clocks.map(({ about, says }) => `${about}: ${says}`).toSorted(),
        ['postgresql: The time of PostgreSQL', 'temporal: The time of Temporal'].map(
          (one) => `${one} is 60 seconds ${seconds > 0 ? 'ahead of' : 'behind'} that of the worker.`,
        ),
      );
    }
    // Temporal is away (22): the check that needs it could not be made, and what it found before stands.
    const connection = await Connection.connect({ address: world.temporal.address });
    await connection.close();
    const away = new Client({ connection, namespace: world.temporal.namespace });
    await look(rightClocks(), { client: away });
    const now = await standing();
    assert.deepEqual(now.toSorted(), [...found, 'check parted'].toSorted());

    const { rows } = await world.db.query<{ rows: number; findings: number }>(
      `SELECT count(*)::int AS rows, count(DISTINCT (kind, about))::int AS findings FROM watchdog_findings WHERE kind IN ('parted', 'mailroom', 'escalation')`,
    );
    assert.equal(rows[0]?.rows, rows[0]?.findings, 'each began once, however many rounds saw it');
  });

  it('shows on the service page, in chaser doctor and among the metrics', async () => {
    const app = await staffApp(servicesOf(world.db), ADMINISTRATOR, registerServiceRoutes);
    const { body } = await app.inject('/service');
    await app.close();
    assert.match(body, /It was last made on/);
    assert.match(body, /Record and engine differ<\/strong> since [^<]*, <a[^>]*>P1<\/a><br>It is running in the record only/);
    assert.match(body, /Letters that do not leave<\/strong>[^]*?Mailroom 7 has 1 letter to send since/);
    const doctor = await chaserOf(world)('doctor');
    // The first of its kind: later in the day more is due, and the doctor names twenty findings.
    assert.match(doctor.stdout, /^WARNING {2}Record and engine differ: E1: /m);
    const failed = /The forecast of E4 could not be worked out on 5 January 2026, 9am: The calendar ends too soon\./;
    assert.match(body, /Forecast that could not be worked out<\/strong>/);
    assert.match(body, failed);
    assert.match(doctor.stdout, failed);
    assert.match(doctor.stdout, /^well {5}Watchdog: It was last made on/m);
    const metrics = await createMetrics(world.application).scrape();
    assert.match(metrics.body, /^chaser_watchdog_findings\{check="mailroom"\} 3$/m);
    assert.match(metrics.body, /^chaser_watchdog_findings\{check="clock"\} 0$/m);
    assert.match(metrics.body, /^chaser_watchdog_last_round_seconds \d/m);

    const known = new Set([...metrics.body.matchAll(/^# TYPE (chaser_\w+)/gm)].map(([, name]) => name));
    const rules = (parse(readFileSync(join(MONITORING, 'chaser-alerts.yaml'), 'utf8')) as Alerts).groups.flatMap((group) => group.rules);
    assert.ok(rules.length > 0 && new Set(rules.map(({ alert }) => alert)).size === rules.length);
    for (const { alert, expr, for: lasts, labels, annotations } of rules) {
      assert.match(lasts, /^\d+[mhd]$/, alert);
      assert.match(labels.severity, /^(critical|warning|info)$/, alert);
      assert.ok(annotations.summary !== '' && annotations.description !== '', alert);
      mustBeKnown(expr, known);
    }
    const dashboard = JSON.parse(readFileSync(join(MONITORING, 'chaser-dashboard.json'), 'utf8')) as Dashboard;
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
    for (const { expr } of dashboard.panels.flatMap(({ targets }) => targets)) mustBeKnown(expr, known);
  });

  it('sees what is put right, and ends each finding once', async () => {
    await world.db.query("UPDATE messages SET state = 'accepted', accepted_at = now() WHERE key IN ('m7', 'm8', 'm9')");
    await world.db.query("UPDATE escalations SET person = 'region' WHERE reference IN ('E1', 'E2')");
    await world.db.query("UPDATE people SET address_refused_at = NULL WHERE id = 'unreached'");
    await world.db.query("DELETE FROM forecasts WHERE reference = 'E4'");
    await asReplica(
      `DELETE FROM events WHERE reference = 'P1'; DELETE FROM steps WHERE reference = 'P1'; DELETE FROM deployments WHERE reference = 'P1'`,
    );
    await look();
    await look();
    const left = await standing();
    assert.ok(!left.some((one) => /^(mailroom|escalation|forecast|check|clock)|P1/.test(one)), left.join(', '));
    assert.ok(left.includes(`parted ${terminated}`), 'what is still wrong stands');
    const { rows } = await world.db.query<{ about: string }>(
      "SELECT about FROM watchdog_findings WHERE kind = 'mailroom' AND ended_at IS NOT NULL",
    );
    assert.deepEqual(rows.map(({ about }) => about).toSorted(), ['7', '8', '9']);
  });
});

type Alerts = {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly for: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly summary: string; readonly description: string };
    }[];
  }[];
};
type Dashboard = { readonly panels: readonly { readonly id: number; readonly targets: readonly { readonly expr: string }[] }[] };

function mustBeKnown(expr: string, known: ReadonlySet<string | undefined>): void {
  const names = [...expr.matchAll(/chaser_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));
  assert.ok(names.length > 0, expr);
  for (const name of names) assert.ok(known.has(name), `${name} in ${expr} is no metric of a worker`);
}

/** A connection on which PostgreSQL's clock is so many seconds ahead: a function of that name is found before its own. */
async function withWrongClock({ db: owner, databaseUrl }: World, seconds: number) {
  await owner.query(
    `CREATE SCHEMA IF NOT EXISTS wrong;
     CREATE OR REPLACE FUNCTION wrong.clock_timestamp() RETURNS timestamptz LANGUAGE sql
     AS $$ SELECT pg_catalog.clock_timestamp() + make_interval(secs => ${seconds}) $$;
     GRANT USAGE ON SCHEMA wrong TO PUBLIC`,
  );
  const db = openDatabase(databaseUrl, { max: 1 });
  await db.query('SET search_path = wrong, pg_catalog, public');
  return db;
}
