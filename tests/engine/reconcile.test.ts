import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, onTestFinished, test, vi } from 'vitest';
import { answerStep } from '../../desk/answer-step.ts';
import { changeDeployment } from '../../desk/change-deployment.ts';
import { findParted } from '../../desk/find-parted.ts';
import { findGoneLetters, mend } from '../../desk/reconcile.ts';
import { startDeployment } from '../../desk/start-deployment.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { importSample } from '../../register/import-sample.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import { freshNamespace } from '../support/namespace.ts';
import {
  answerOne,
  backUp,
  daysPass,
  deskOf,
  engineBackTo,
  eventsOf,
  nothingIsLost,
  nothingIsSentTwice,
  reconcileAll,
  restoreAgainAndAgain,
  WHY,
} from '../support/two-stores.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/** npm run bench -- restores has twenty. */
const RESTORES = 4;

describe('a record and an engine from different moments', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  const kindsNow = async () => (await findParted(deskOf(world))).map(({ reference, difference }) => `${reference} ${difference.kind}`);
  /** The answer is known to the engine, which replies that it counted. The person must not be told so. */
  const tellsOnlyWhatTheEngineCounted = async (reference: string) => {
    const given = { reference, step: 'contact-school', answer: 'contacted', via: 'command-line', fields: {} } as const;
    const again = await answerStep(deskOf(world), given);
    assert.deepEqual([again.ok, !again.ok && again.reason.kind], [false, 'not-in-record']);
  };
  /** The command as an operator gives it, as the application and against this world. */
  const chaser = async (...words: string[]) => {
    const { status, stdout, stderr } = await chaserOf(world)(...words);
    return { code: status, said: `${stdout}${stderr}` };
  };
  const endOf = async (reference: string) => {
    const ended = await changeDeployment(deskOf(world), reference, {
      kind: 'withdraw',
      by: 'coordinator',
      because: 'The test is over.',
    } as Parameters<typeof changeDeployment>[2]);
    return ended;
  };

  it('lets an older engine tell again what time alone brought about, some milliseconds later', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await daysPass(world, reference, 1);
    await answerOne(world, reference);
    const [atAnswer] = [(await eventsOf(world, reference)).length];
    await daysPass(world, reference, 4);
    const before = await eventsOf(world, reference);
    assert.ok(before.length > atAnswer, 'time alone brought something about');
    await engineBackTo(world, reference, atAnswer);
    await daysPass(world, reference, 1);
    assert.deepEqual(await kindsNow(), [], 'it has told everything again, and nobody was needed');
    nothingIsLost(before, await eventsOf(world, reference));
    nothingIsSentTwice(world);
    await endOf(reference);
  });

  it('starts an engine again that lacks an answer, and the deployment goes on from what was counted', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await daysPass(world, reference, 1);
    const older = (await eventsOf(world, reference)).length;
    await answerOne(world, reference);
    await daysPass(world, reference, 1);
    const before = await eventsOf(world, reference);
    await engineBackTo(world, reference, older);
    const [parted] = await findParted(deskOf(world), { references: [reference] });
    assert.equal(parted?.difference.kind, 'engine-behind');
    assert.match(
      parted?.says ?? '',
      /^The engine lacks \d+ events of .* with the answer “contacted” to contact-school that the record has\.$/,
    );
    assert.deepEqual(await eventsOf(world, reference), before, 'looking changes nothing');

    const [doctor, shown, ...refused] = await Promise.all([
      chaser('doctor'),
      chaser('reconcile', reference),
      chaser('reconcile', '--yes', '--by', 'region'),
      chaser('reconcile', '--record-wins'),
      chaser('reconcile', '--yes', '--because', WHY.because, '--by', 'nobody'),
    ]);
    assert.match(doctor.said, /^FAULT {4}Record and engine: T\w+: The engine lacks \d+ events/m);
    assert.equal(shown.code, 3, shown.said);
    assert.match(shown.said, /To be done: The engine is started again[^]*Nothing was changed\. Put it right with: chaser reconcile --yes/);
    assert.deepEqual(
      refused.map(({ code, said }) => `${code} ${said.split('\n')[0]}`),
      [
        '2 It is not said why, or who decided it.',
        '2 --record-wins needs the deployments that were read.',
        '1 Nobody is known as "nobody".',
      ],
    );
    assert.equal((await findParted(deskOf(world), { references: [reference] })).length, 1, 'none of these changed anything');

    const done = await chaser('reconcile', '--yes', '--because', WHY.because, '--by', WHY.by, '--json');
    assert.equal(done.code, 0, done.said);
    assert.match(done.said, /"did": "The engine is started again/);
    const again = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).describe();
    assert.match((await again.staticSummary()) ?? '', /, version \S+, for a school$/);
    assert.match((await again.staticDetails()) ?? '', /^Started again from the record/);
    assert.deepEqual(await chaser('reconcile'), { code: 0, said: 'The record and the engine tell the same of every deployment.\n' });
    assert.deepEqual(await eventsOf(world, reference), before);
    await daysPass(world, reference, 1);
    assert.equal(await answerOne(world, reference), true, 'it takes the next answer');
    nothingIsSentTwice(world);
    const { rows } = await world.db.query<{ found: string; because: string; by_person: string }>(
      'SELECT found, because, by_person FROM reconciliations WHERE reference = $1',
      [reference],
    );
    assert.deepEqual(rows, [{ found: parted?.says, because: WHY.because, by_person: WHY.by }]);
    await endOf(reference);
  });

  it('tells an older record again what the engine has counted, and says meanwhile that it is not in the record', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    const putBack = await backUp(world.db);
    await daysPass(world, reference, 1);
    await answerOne(world, reference);
    await daysPass(world, reference, 3);
    const before = await eventsOf(world, reference);
    await world.withoutWorker(async () => {
      await putBack();
      assert.deepEqual(await kindsNow(), [`${reference} record-behind`]);
      await tellsOnlyWhatTheEngineCounted(reference);
      await reconcileAll(world);
    });
    nothingIsLost(before, await eventsOf(world, reference));
    await daysPass(world, reference, 1);
    nothingIsSentTwice(world);
    const { rows } = await world.db.query<{ state: string }>('SELECT DISTINCT state FROM messages WHERE reference = $1 ORDER BY 1', [
      reference,
    ]);
    assert.ok(
      rows.some(({ state }) => state === 'perhaps-sent'),
      JSON.stringify(rows),
    );
    await endOf(reference);
  });

  it('brings back what exists on one side only, and does not say of it that it has ended', async () => {
    const putBack = await backUp(world.db);
    const reference = await world.begin('2040-10-08 09:30');
    await daysPass(world, reference, 1);
    const before = await eventsOf(world, reference);
    await world.withoutWorker(async () => {
      await putBack();
      assert.deepEqual(await kindsNow(), [`${reference} record-unknown`]);
      await reconcileAll(world);
    });
    nothingIsLost(before, await eventsOf(world, reference));

    await world.client.workflow.getHandle(deploymentWorkflowId(reference)).terminate('The store of Temporal was lost.');
    const answered = await answerStep(deskOf(world), {
      reference,
      step: 'contact-school',
      answer: 'contacted',
      via: 'command-line',
      fields: {},
    });
    assert.match(answered.ok ? '' : answered.reason.message, /is running in the record, but the engine does not know it/);
    const changed = await endOf(reference);
    assert.match(changed.ok ? '' : changed.reason.message, /is running in the record, but the engine does not know it/);
    assert.deepEqual(await kindsNow(), [`${reference} engine-gone`]);
    await reconcileAll(world);
    await daysPass(world, reference, 1);
    assert.equal(await answerOne(world, reference), true);
    nothingIsSentTwice(world);
    await endOf(reference);
  });

  it('does not send what waited when the record was copied and has left since', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.withoutWorker(async () => {
      await world.db.query(
        `UPDATE messages SET state = 'queued', accepted_at = NULL, closed_at = NULL, send_after = NULL,
              queued_at = queued_at - interval '1 minute', claim = NULL WHERE reference = $1 AND state = 'accepted'`,
        [reference],
      );
      const { rowCount } = await world.db.query("SELECT FROM messages WHERE reference = $1 AND state = 'queued'", [reference]);
      assert.ok((rowCount ?? 0) > 0);
      assert.equal((await findGoneLetters(deskOf(world))).flatMap(({ keys }) => keys).length, rowCount);
      await reconcileAll(world);
    });
    await world.postIsDone();
    nothingIsSentTwice(world);
    await endOf(reference);
  });

  it('leaves alone what has been put right meanwhile', async () => {
    const desk = deskOf(world);
    const gone = { reference: 'D77777', difference: { kind: 'engine-gone' }, says: '', plan: 'x', byHand: null } as const;
    assert.equal(await mend(desk, gone, WHY), null, 'there is no such deployment');
  });

  it(`loses nothing and sends nothing twice when either is restored to ${RESTORES} random moments`, async () => {
    const done = await restoreAgainAndAgain(world, RESTORES, 17);
    assert.equal(done.record + done.engine, RESTORES);
    assert.ok(done.record > 0 && done.engine > 0, JSON.stringify(done));
  });
});

test('a start without a reference passes by the numbers that the engine has given out before the record was restored', async () => {
  const database = await freshDatabase();
  const { client, connection } = await freshNamespace();
  onTestFinished(async () => {
    vi.useRealTimers();
    await connection.close();
    await database.end();
  });
  await importSample(database.pool);
  for (const number of [1, 2, 3, 4])
    await client.workflow.start(WORKFLOW_TYPES.deployment, { workflowId: deploymentWorkflowId(`D0000${number}`), taskQueue: 'none' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-25T10:00:00Z') });
  const programme = loadProgramme('tsi-2022-23');
  assert.ok(programme.ok);
  const subject = { kind: 'school', urn: '990001' } as const;
  const started = await startDeployment({ db: database.pool, client, taskQueue: 'none' }, { subject, programme: programme.value });
  assert.equal(started.ok ? started.value.reference : started.reason.message, 'D00005');
});
