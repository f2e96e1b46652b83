import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { findParted } from '../../desk/find-parted.ts';
import { blankChronology, evolve } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { listMessages } from '../../postgres/views/deployments.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { chronologyQuery } from '../../workflows/messages.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { tsiProgramme } from '../support/programme.ts';
import { startWorkerProcess, WAKE_UP_POINTS } from '../support/worker-process.ts';
import { openWorld } from '../support/world.ts';

/**
 * What time brings about is stored within the workflow's own task (docs/decisions/0066). A worker is killed after the commit and before that
 * task ends, so the engine knows nothing of it; somebody answers, and another worker does the task again.
 */
describe.concurrent('a worker killed after it stored a reminder, and before the engine was told', () => {
  for (const crashAt of WAKE_UP_POINTS) {
    const otherwise = crashAt === 'after-wake-up-the-day-before';
    it(`leaves one reminder in both stores, the one that was stored first, and the answer counts${otherwise ? ', though it is another day by then' : ''}`, async () => {
      const world = await openWorld({ worker: false });
      const [doomed, heir, last] = await Promise.all([
        startWorkerProcess(world, { crashAt }),
        startWorkerProcess(world),
        startWorkerProcess(world),
      ]);
      doomed.begin();
      const reference = await world.begin('2040-10-08 09:30');
      await world.answer(reference, 'contact-school', 'contacted');
      await world.postIsDone();
      const forwarded = world.forwardTo(reference, '2040-10-12 11:00');
      assert.equal(await doomed.exited, 'SIGKILL', 'the worker never came to that point');
      const stored = await eventsOf(world.db, reference);
      assert.equal(stored.at(-1)?.type, 'rung-reached');

      const counted = world.updateAnswer(reference, 'confirm-participation', 'accepts', 'head');
      heir.begin();
      const { opened } = await counted;
      await forwarded;
      await world.postIsDone();
      const events = await eventsOf(world.db, reference);
      assert.deepEqual(events.slice(0, stored.length), stored);
      assert.deepEqual(
        events.slice(stored.length).flatMap((event) => (event.type === 'step-answered' ? [event.step] : [])),
        ['confirm-participation'],
      );
      assert.ok(opened.length > 0, 'the answer opened nothing');
      await heir.stop();

      // Another worker plays all of it again.
      last.begin();
      const { sequence, chronology } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).query(chronologyQuery);
      assert.equal(sequence, events.length);
      const { programme: _, calendar: __, ...told } = events.reduce(evolve, blankChronology(tsiProgramme(), CALENDAR_2040));
      assert.deepEqual(chronology, JSON.parse(JSON.stringify(told)), 'the engine goes on from other events than the record has');
      assert.deepEqual(await findParted({ db: world.db, client: world.client }), []);
      const messages = await listMessages(world.db, reference);
      assert.equal(new Set(messages.map(({ key }) => key)).size, messages.length);
      const said = world.sink.arrived.map(({ messageId }) => messageId);
      assert.equal(new Set(said).size, said.length, 'a letter was sent twice');
      await last.stop();
      await world.end();
    });
  }
});

async function eventsOf(db: Awaited<ReturnType<typeof openWorld>>['db'], reference: string): Promise<readonly ChronologyEvent[]> {
  const { rows } = await db.query<{ body: ChronologyEvent }>('SELECT body FROM events WHERE reference = $1 ORDER BY sequence', [reference]);
  return rows.map(({ body }) => body);
}
