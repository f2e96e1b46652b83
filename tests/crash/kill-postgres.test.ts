import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort } from '../../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../../embedded/postgres-server.ts';
import type { PostgresServer } from '../../embedded/postgres-server.ts';
import { listMessages, listSteps } from '../../postgres/views/deployments.ts';
import { migrate } from '../../postgres/migrate.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/**
 * PostgreSQL with all its safety settings on. It is killed with SIGKILL in mid-work and started again on the same
 * folder.
 */
describe('PostgreSQL killed and started again', () => {
  let world: World;
  let server: PostgresServer;
  let start: () => Promise<PostgresServer>;
  /** What an e-mail waits for between the reply of the mail server and the mark. */
  let beforeMark: Promise<void> = Promise.resolve();
  const folder = mkdtempSync(join(tmpdir(), 'chaser-test-'));

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    const port = await freePort();
    start = () => startPostgres({ folder: join(folder, 'postgres'), port, logFile: join(folder, 'postgresql.log') });
    server = await start();
    const url = await ensureDatabase(server, 'chaser');
    await migrate(url);
    world = await openWorld({
      databaseUrl: url,
      engine: {
        observe: (ports) => ({
          ...ports,
          mail: {
            ...ports.mail,
            send: async (...given) => {
              const sent = await ports.mail.send(...given);
              await beforeMark;
              return sent;
            },
          },
        }),
      },
    });
  });
  afterAll(async () => {
    await world.end();
    await server.part.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('loses nothing, sends nothing twice, and catches up with everything that fell due meanwhile', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();

    process.kill(server.part.pid, 'SIGKILL');
    assert.equal((await server.part.exited).signal, 'SIGKILL');
    // The deployment reaches its first reminder while there is no database. Its clock cannot go past what cannot be
    // stored.
    const forwarded = world.forwardTo(reference, '2040-10-16 12:00');
    server = await start();
    await forwarded;
    await world.postIsDone();

    const messages = (await listMessages(world.db, reference)).filter(({ step }) => step === 'confirm-participation');
    assert.deepEqual(
      messages.map(({ rung, state }) => [rung, state]),
      ['request', 'reminder-3', 'reminder0', 'overdue+1'].map((rung) => [rung, 'accepted']),
    );
    const said = world.sink.arrived.map(({ messageId }) => messageId);
    assert.equal(new Set(said).size, said.length);
    const steps = await listSteps(world.db, reference);
    assert.deepEqual(
      steps.map(({ step, state }) => [step, state]),
      [
        ['contact-school', 'answered'],
        ['confirm-participation', 'open'],
      ],
    );
  });

  it('sends an e-mail once that the mail server had taken when it was killed', async () => {
    const { promise, resolve: mark } = Promise.withResolvers<void>();
    beforeMark = promise;
    const before = world.sink.arrived.length;
    const reference = await world.begin('2040-10-08 09:30');
    await waitUntil('the mail server has taken an e-mail', () => world.sink.arrived.length > before);

    process.kill(server.part.pid, 'SIGKILL');
    await server.part.exited;
    mark();
    server = await start();
    await waitUntil('its letter is marked', async () =>
      (await listMessages(world.db, reference)).every(({ state }) => state === 'accepted'),
    );
    await world.postIsDone();
    const said = world.sink.arrived.slice(before).map(({ messageId }) => messageId);
    assert.equal(new Set(said).size, said.length);
  });

  it('counts an answer that somebody gave while it was down', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    const stepsBefore = await listSteps(world.db, reference);
    assert.equal(stepsBefore[0]?.state, 'open');

    const { updateAnswer } = world;
    process.kill(server.part.pid, 'SIGKILL');
    await server.part.exited;
    const answered = updateAnswer(reference, 'contact-school', 'contacted', 'region');
    server = await start();
    const counted = await answered;
    assert.deepEqual(counted.opened, [{ step: 'confirm-participation', round: 1 }]);
    const steps = await listSteps(world.db, reference);
    assert.equal(steps.find(({ step }) => step === 'contact-school')?.state, 'answered');
  });
});
