import { Client } from '@temporalio/client';
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { findMissingPins } from '../../cli/doctor-pins.ts';
import { londonInstant } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { openDatabase } from '../../postgres/database.ts';
import { createPinStore, listMissingPins } from '../../postgres/pinned/pins.ts';
import { createDataConverter } from '../../temporal/payload-codec.ts';
import { fastForward } from '../../temporal/time-skipping.ts';
import { registerServiceRoutes } from '../../web/service/routes.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import type { DeploymentStart } from '../../workflows/messages.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { PARTIES, URN } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from '../web/staff-app.ts';

/** The worker reaches PostgreSQL by a way that can be cut off. */
describe('a programme and a calendar that the history names by hash', () => {
  let world: World;
  let way: Way;
  let database: TestDatabase;
  let pool: ReturnType<typeof openDatabase>;

  beforeAll(async () => {
    database = await freshDatabase();
    way = await openWay(new URL(database.url));
    pool = openDatabase(Object.assign(new URL(database.url), { hostname: '127.0.0.1', port: String(way.port) }).href);
    world = await openWorld({
      databaseUrl: database.ownerUrl,
      engine: { database: pool, dataConverter: createDataConverter(null, createPinStore(pool)) },
    });
  });
  afterAll(async () => {
    await world.end();
    await pool.end();
    way.close();
    await database.end();
  });

  const statusOf = async (reference: string) =>
    (await world.client.workflow.getHandle(deploymentWorkflowId(reference)).describe()).status.name;
  const service = async () => {
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    const app = await staffApp(services, ADMINISTRATOR, registerServiceRoutes);
    const { body } = await app.inject('/service');
    await app.close();
    return /Programmes in use<\/dt>([\s\S]*?)<\/dd>/.exec(body)?.[1] ?? '';
  };

  it('waits while PostgreSQL is away and goes on when it is back', async () => {
    way.cut();
    const begun = world.begin('2040-10-08 09:30');
    await waitUntil('the worker asked for the pins in vain', async () => way.refused() > 0);
    way.mend();
    const reference = await begun;
    assert.equal(await statusOf(reference), 'RUNNING');
    assert.equal((await world.db.query('SELECT FROM steps WHERE reference = $1', [reference])).rowCount, 1);
  });

  it('is kept once for all deployments, out of their histories, and cannot be changed or deleted', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    const { events } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).fetchHistory();
    const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    assert.ok(input?.data && input.data.length < 1_024, `${input?.data?.length} bytes`);
    const { rows } = await world.db.query<{ programme: boolean }>('SELECT starts_with(content, $1) AS programme FROM pins ORDER BY 1', [
      '{"id":"tsi-2022-23"',
    ]);
    assert.deepEqual(rows, [{ programme: false }, { programme: true }]);
    for (const statement of ["UPDATE pins SET content = '{}'", 'DELETE FROM pins', 'TRUNCATE pins']) {
      await assert.rejects(database.application.query(statement), { code: '42501' }, statement);
      await assert.rejects(world.db.query(statement), /pins are never changed or deleted/, statement);
    }
    await assert.rejects(world.db.query("INSERT INTO pins (hash, content) VALUES (repeat('0', 64), '{}')"), /pins_hash_is_of_content/);
  });

  it('stops nothing for good when it is missing: it is told on the service page and by the doctor, and the deployment goes on when it is there', async () => {
    assert.match(await service(), />\s*Working\s*<\/strong>[\s\S]*No deployment waits/);
    assert.match(
      (await findMissingPins(world.db, world.client)).says,
      /the 2 newest running deployments were looked at; nothing of theirs is missing/,
    );
    const lost = new Map<string, string>();
    const dataConverter = createDataConverter(null, { keep: async (hash, text) => void lost.set(hash, text), read: async () => undefined });
    const forgetful = new Client({ connection: world.client.connection, namespace: world.temporal.namespace, dataConverter });
    const reference = 'T-LOST';
    const start: DeploymentStart = {
      programme: tsiProgramme(),
      calendar: { ...CALENDAR_2040, terms: { ...CALENDAR_2040.terms, source: 'a backup that was lost' } },
      beginning: { reference, subject: { kind: 'school', urn: URN }, parties: PARTIES, facts: {} },
      carried: null,
    };
    const delayMs = londonInstant(plainDate('2040-10-08'), 570) - Date.now();
    const workflowId = deploymentWorkflowId(reference);
    await forgetful.workflow.start(WORKFLOW_TYPES.deployment, {
      workflowId,
      taskQueue: world.temporal.taskQueue,
      args: [start],
      startDelay: delayMs,
    });
    await waitUntil('the list of deployments knows it', async () => /waits/.test((await findMissingPins(world.db, world.client)).says));
    const before = await findMissingPins(world.db, world.client);
    assert.deepEqual([before.state, before.says], ['fault', 'T-LOST waits: the calendar is not in the database.']);
    assert.match(before.remedy ?? '', /Restore the database and Temporal from backups of the same moment/);
    assert.match(await service(), /No deployment waits/);

    const forwarded = fastForward(world.client, workflowId, delayMs / 1_000 + 60);
    await waitUntil('the worker told what it misses', async () => (await listMissingPins(world.db)).length > 0);
    assert.match(await service(), />\s*Not working\s*<\/strong>[\s\S]*T-LOST waits: the calendar is not in the database\.<br>Restore/);
    assert.equal((await findMissingPins(world.db, world.client)).says, 'T-LOST waits: the calendar is not in the database.');
    assert.equal(await statusOf(reference), 'RUNNING');

    for (const [hash, text] of lost) await createPinStore(world.db).keep(hash, text);
    await forwarded;
    await waitUntil('the deployment is stored', async () => {
      const { rowCount } = await world.db.query('SELECT FROM deployments WHERE reference = $1', [reference]);
      return rowCount === 1;
    });
    assert.match(await service(), /No deployment waits/);
  });
});

type Way = { readonly port: number; cut(): void; mend(): void; refused(): number; close(): void };

/** A way to PostgreSQL. While it is cut, connections break and new ones are refused. */
async function openWay(to: URL): Promise<Way> {
  const open = new Set<Socket>();
  let isCut = false;
  let refused = 0;
  const server = createServer((near) => {
    if (isCut) {
      refused += 1;
      near.destroy();
      return;
    }
    const far = connect(Number(to.port), to.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          near.destroy();
          far.destroy();
        });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    refused: () => refused,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
