import assert from 'node:assert/strict';
import type pg from 'pg';
import { meansTheSame } from '../../domain/chronology/same-meaning.ts';
import { evolve, blankChronology } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { findParted } from '../../desk/find-parted.ts';
import type { Parted } from '../../desk/find-parted.ts';
import { findGoneLetters, keepGoneLetters, mend, tellMailrooms } from '../../desk/reconcile.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import { listSteps } from '../../postgres/views/deployments.ts';
import { readRecordStory } from '../../postgres/views/reconcile.ts';
import { advanceTo } from '../../temporal/time-skipping.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import type { DeploymentStart } from '../../workflows/messages.ts';
import { waitUntil } from './wait-until.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
export const WHY = { because: 'PostgreSQL was restored.', by: 'region', recordWins: false };

export const deskOf = (world: World) => ({ db: world.application, client: world.client, taskQueue: world.temporal.taskQueue });

/**
 * Copies every row of a database, as a backup does. What it answers brings the database back to that moment: every row of every table
 * and where the numbers stood.
 */
export async function backUp(db: pg.Pool): Promise<() => Promise<void>> {
  const { rows: tables } = await db.query<{ name: string; columns: string }>(
    `SELECT quote_ident(c.table_name) AS name, string_agg(quote_ident(c.column_name), ', ') AS columns
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER' GROUP BY 1`,
  );
  const copies = await Promise.all(
    tables.map(async ({ name, columns }) => {
      const { rows } = await db.query<{ all: string }>(`SELECT coalesce(jsonb_agg(t), '[]')::text AS all FROM ${name} t`);
      return { name, columns, all: rows[0]?.all ?? '[]' };
    }),
  );
  const { rows: numbers } = await db.query<{ last: string }>('SELECT last_value::text AS last FROM deployment_numbers');
  return async () => {
    const client = await db.connect();
    try {
      await client.query("BEGIN; SET LOCAL session_replication_role = 'replica'");
      for (const { name } of copies) await client.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
      for (const { name, columns, all } of copies) {
        await client.query(`DELETE FROM ${name}`);
        await client.query(
          `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM jsonb_populate_recordset(null::${name}, $1::jsonb)`,
          [all],
        );
      }
      await client.query("SELECT setval('deployment_numbers', $1)", [numbers[0]?.last ?? '1']);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  };
}

/** Brings the engine back to the moment at which a deployment had so many events, as a restored backup of Temporal's store does. */
export async function engineBackTo(world: World, reference: string, sequence: number): Promise<void> {
  const stored = await readChronology(world.db, reference);
  const events = (await eventsOf(world, reference)).slice(0, sequence);
  const [began] = events;
  const last = events.at(-1);
  assert.ok(stored !== undefined && began?.type === 'deployment-began' && last !== undefined);
  const { programme, calendar } = stored.chronology;
  const { programme: _, calendar: __, ...chronology } = events.reduce(evolve, blankChronology(programme, calendar));
  const { subject, parties, facts = {} } = began;
  const start: DeploymentStart = {
    programme,
    calendar,
    beginning: { reference, subject, parties, facts },
    carried: { chronology, sequence },
  };
  await world.client.workflow.start(WORKFLOW_TYPES.deployment, {
    workflowId: deploymentWorkflowId(reference),
    taskQueue: world.temporal.taskQueue,
    args: [start],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    startDelay: Date.parse(last.at) - Date.now(),
  });
}

export async function eventsOf(world: World, reference: string): Promise<readonly ChronologyEvent[]> {
  return (await readRecordStory(world.db, reference))?.events ?? [];
}

/** Where the moments of a deployment's events lie between wake-ups: a restored engine is at one of these. */
async function wakeUpsOf(world: World, reference: string): Promise<readonly number[]> {
  const events = await eventsOf(world, reference);
  return events.flatMap(({ at }, index) => (events[index + 1]?.at === at ? [] : [index + 1]));
}

/** Lets so many days pass for a deployment, counted from its last event at 11:00, and waits until its post is done. */
export async function daysPass(world: World, reference: string, days: number): Promise<void> {
  const last = (await eventsOf(world, reference)).at(-1);
  const from = Math.max(Date.parse(last?.at ?? ''), clocks.get(reference) ?? 0);
  const to = Math.floor(from / DAY_MS) * DAY_MS + days * DAY_MS + 11 * 3_600_000;
  await advanceTo(world.client, deploymentWorkflowId(reference), to);
  clocks.set(reference, to);
  await world.postIsDone();
}
const clocks = new Map<string, number>();

/** The first answers of the offer 2022 to 2023, with what its forms ask. */
const ANSWERS: readonly (readonly [step: string, answer: string, fields?: Readonly<Record<string, string>>])[] = [
  ['contact-school', 'contacted'],
  ['confirm-participation', 'accepts'],
  ['provide-details', 'provided'],
  ['engage-system-leader', 'contacted', { systemLeader: 'leader', capacity: 'ten-days', conflict: 'none' }],
  ['confirm-ability', 'yes', { capacity: 'ten-days', conflict: 'no' }],
  ['contact-school-about-match', 'contacted'],
  ['confirm-system-leader', 'agrees'],
  ['report-agreement', 'reported'],
  ['approve-match', 'approves'],
];

/** Gives the next answer of these. Answers whether there was one to give. */
export async function answerOne(world: World, reference: string): Promise<boolean> {
  const open = (await listSteps(world.db, reference)).filter(({ state }) => state === 'open').map(({ step }) => step);
  const next = ANSWERS.find(([step]) => open.includes(step));
  if (next === undefined) return false;
  const [step, answer, fields = {}] = next;
  await world.answer(reference, step, answer, { fields });
  return true;
}

/** Compares and mends everything, as `chaser reconcile --yes --restored` does. Answers what differed. */
export async function reconcileAll(world: World): Promise<readonly Parted[]> {
  const desk = deskOf(world);
  const parted = await findParted(desk);
  await keepGoneLetters(desk, await findGoneLetters(desk), WHY);
  for (const one of parted) assert.notEqual(await mend(desk, one, WHY), null, `${one.reference}: ${one.says}`);
  await tellMailrooms(desk);
  await waitUntil('the record and the engine tell the same', async () => (await findParted(desk)).length === 0);
  return parted;
}

/** Everything that had been told to be so is in the record, in the same order. */
export function nothingIsLost(before: readonly ChronologyEvent[], after: readonly ChronologyEvent[]): void {
  assert.ok(after.length >= before.length, `${before.length - after.length} events are lost`);
  for (const [index, event] of before.entries()) {
    const now = after[index];
    assert.ok(now !== undefined && meansTheSame(event, now), `event ${index + 1}: ${JSON.stringify(event)} became ${JSON.stringify(now)}`);
  }
}

/** No letter has arrived twice. */
export function nothingIsSentTwice({ sink }: World): void {
  const ids = sink.arrived.map(({ messageId }) => messageId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  assert.deepEqual(twice, []);
}

export type Restores = {
  readonly restores: number;
  readonly record: number;
  readonly engine: number;
  readonly events: number;
  readonly letters: number;
};

/**
 * Brings the record or the engine of a deployment back to a moment chosen by chance, while it goes on with answers and days, and
 * reconciles the two each time. Fails when anything is lost or sent twice. The same seed gives the same moments.
 */
export async function restoreAgainAndAgain(world: World, restores: number, seed: number): Promise<Restores> {
  const chance = chanceOf(seed);
  const done = { record: 0, engine: 0, events: 0 };
  let reference = await world.begin('2040-10-08 09:30');
  for (let round = 0; round < restores; round += 1) {
    const putBack = await backUp(world.db);
    for (let moves = 1 + chance(3); moves > 0; moves -= 1) {
      await daysPass(world, reference, 1 + chance(2));
      // A deployment that has no more of these answers to give makes way for the next.
      if (chance(4) > 0 && !(await answerOne(world, reference))) reference = await world.begin('2040-10-08 09:30');
      await world.postIsDone();
    }
    const before = await eventsOf(world, reference);
    const moments = await wakeUpsOf(world, reference);
    const older = chance(2) === 0 ? 'record' : 'engine';
    done[older] += 1;
    // As docs/operations.md has it: workers are stopped before a restore, and start once the two are reconciled.
    await world.withoutWorker(async () => {
      await (older === 'record' ? putBack() : engineBackTo(world, reference, moments[chance(moments.length)] ?? 1));
      await reconcileAll(world);
    });
    nothingIsLost(before, await eventsOf(world, reference));
    await daysPass(world, reference, 1);
    nothingIsSentTwice(world);
    done.events += before.length;
  }
  return { restores, ...done, letters: world.sink.arrived.length };
}

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
function chanceOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
