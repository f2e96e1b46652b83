import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { createRecord } from '../../postgres/record/record.ts';
import { workOfPerson } from '../../postgres/views/person-work.ts';
import { listLateByCourt } from '../../postgres/views/region.ts';
import { countDeployments, NO_FILTERS, searchDeployments } from '../../postgres/views/search-deployments.ts';
import type { DeploymentFilters } from '../../postgres/views/search-deployments.ts';
import { readWaiting } from '../../postgres/views/waiting.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';

const EVERYWHERE = { sql: 'true', values: [] };
const ANY = NO_FILTERS;

/**
 * Three deployments, each three working days late. The clock of the first runs, the second is stopped, and so is one
 * step of the third.
 */
describe('a deployment past its due date whose clock is stopped', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await freshDatabase();
    const { pool: db } = database;
    await insertPeople(db);
    for (const reference of ['RUNS', 'STANDS', 'STEP-STANDS']) {
      await placeDeployment(db, reference, { open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }] });
    }
    await stop('STANDS', null);
    await stop('STEP-STANDS', { step: 'confirm-participation', round: 1 });
    // The clock of another step makes no difference.
    await stop('RUNS', { step: 'confirm-participation', round: 2 });
  });
  afterAll(() => database.end());

  async function stop(reference: string, scope: { readonly step: string; readonly round: number } | null): Promise<void> {
    const event: ChronologyEvent = {
      type: 'clock-stopped',
      at: new Date().toISOString(),
      change: 1,
      by: 'coordinator',
      because: 'Illness.',
      about: { step: 'confirm-participation', round: 1 },
      tells: [],
      moves: [],
      stop: 1,
      scope,
      category: 'illness',
      from: workingDaysAgo(5),
      expectedEnd: workingDaysAgo(-5),
    };
    await createRecord(database.pool, { mailrooms: 1, gatheringMs: 0 }).storeWakeUp({
      reference,
      sequence: 2,
      events: [event],
      asOf: event.at,
      plannedAt: null,
    });
  }

  const found = async (filters: Partial<DeploymentFilters>) =>
    (await searchDeployments(database.pool, EVERYWHERE, { ...ANY, ...filters }, { order: 'late', limit: 10, offset: 0 })).map(
      ({ reference }) => reference,
    );

  it('is neither listed nor counted when only late deployments are wanted', async () => {
    assert.deepEqual(await found({ lateness: 'late' }), ['RUNS']);
    assert.equal(await countDeployments(database.pool, EVERYWHERE, { ...ANY, lateness: 'late' }), 1);
    assert.deepEqual((await found({})).toSorted(), ['RUNS', 'STANDS', 'STEP-STANDS']);
  });

  it('is not late on the page of the region', async () => {
    const late = await listLateByCourt(database.pool, EVERYWHERE, 10);
    assert.deepEqual(
      late.map(({ owner, count, steps }) => [owner, count, steps.map(({ reference }) => reference)]),
      [['school', 1, ['RUNS']]],
    );
  });

  it('is not counted as late in what waits', async () => {
    assert.equal((await readWaiting(database.pool)).lateSteps, 1);
  });

  it('is not counted as late for the owner of the step', async () => {
    const work = await workOfPerson(database.pool, 'head', EVERYWHERE);
    assert.deepEqual(
      work.map(({ reference, lateSteps, stoppedSteps }) => [reference, lateSteps, stoppedSteps]),
      [
        ['RUNS', 1, 0],
        ['STANDS', 0, 1],
        ['STEP-STANDS', 0, 1],
      ],
    );
  });

  it('is told apart by chaser list, which says how late each of the others is', async () => {
    const list = async (...words: string[]) => {
      const { status, stdout, stderr } = await chaserOf({ databaseUrl: database.url })('list', ...words);
      assert.deepEqual([status, stderr], [0, '']);
      return stdout;
    };
    const all = await list();
    assert.match(all, /^Reference .* Due +Late  /m);
    assert.match(all, /^RUNS .* \d{4}-\d\d-\d\d {2}3 (?:school|working) days late$/m);
    assert.match(all, /^STANDS .* \d{4}-\d\d-\d\d$/m);
    const references = async (...words: string[]) =>
      (JSON.parse(await list(...words, '--json')) as { reference: string; lateBy: { days: number } | null }[]).map(
        ({ reference, lateBy }) => [reference, lateBy?.days ?? null],
      );
    assert.deepEqual(await references('--late'), [['RUNS', 3]]);
    assert.equal((await references('--region', 'north west', '--status', 'running')).length, 3);
    assert.deepEqual(await references('--region', 'London'), []);
    assert.match(await list('--status', 'completed'), /^No deployment is like that\.$/m);
  });
});
