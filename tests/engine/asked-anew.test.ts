import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { deliverAsksAnew } from '../../desk/deliver-asks-anew.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';
import { importPeople } from '../../register/import-people.ts';
import { createApp } from '../../web/app.ts';
import { csvOf, testFiles } from '../kit/files.ts';
import { PEOPLE } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { servicesOf } from '../web/staff-app.ts';

const MORNING = '2040-10-08 09:30';

describe('after a change of address or person', () => {
  const files = testFiles();
  let world: World;
  let app: FastifyInstance;
  beforeAll(async () => {
    world = await openWorld();
    const temporal = { client: world.client, taskQueue: world.temporal.taskQueue };
    app = await createApp({ ...servicesOf(world.db, temporal), links: LINKS }, { trustProxy: false });
  });
  afterAll(async () => {
    await app.close();
    await world.end();
    files.remove();
  });

  /** Begins at the school's confirmation, with the head's usual name and address. */
  const begin = async (): Promise<string> => {
    await importOne({ id: 'head', name: PEOPLE.head.name, email: PEOPLE.head.email });
    await deliver();
    const reference = await world.begin(MORNING, { programme: tsiProgrammeFrom('confirm-participation') });
    await world.postIsDone();
    return reference;
  };
  const importOne = async (cells: Readonly<Record<string, string>>): Promise<void> => {
    const imported = await importPeople(world.db, files.write(csvOf([{ role: 'school', urn: '990901', region: '', ...cells }])));
    assert.ok(imported.ok && imported.value.rejected === 0, JSON.stringify(imported));
  };
  const deliver = () => deliverAsksAnew({ db: world.db, client: world.client });
  const lettersTo = (address: string) => world.sink.arrived.filter(({ recipient }) => recipient === address);
  const linkIn = (text: string | undefined) => /https:\/\/chaser\.example(\/a\/[\w-]{43})/.exec(text ?? '')?.[1] ?? '';

  it('the successor gets the request once, with a link of their own, and the link of their predecessor opens nothing', async () => {
    const reference = await begin();
    const before = linkIn(lettersTo(PEOPLE.head.email).at(-1)?.text);
    assert.equal((await app.inject(before)).statusCode, 200);

    await importOne({ id: 'head', name: 'Petra Newton', email: 'petra@hillside.example' });
    for (const page of ['', '/mine', '/not-me']) {
      const { statusCode, body } = await app.inject(before + page);
      assert.equal(statusCode, 410, page);
      assert.doesNotMatch(body, /Petra|Hillside|href="\/a\//);
    }
    assert.equal(await deliver(), 1);
    assert.equal(await deliver(), 0);
    await world.postIsDone();
    const letters = lettersTo('petra@hillside.example');
    assert.equal(letters.length, 1);
    const link = linkIn(letters[0]?.text);
    assert.notEqual(link, before);
    const { statusCode, body } = await app.inject(link);
    assert.equal(statusCode, 200);
    assert.match(body, /Petra Newton/);
    const { rows } = await world.db.query(
      "SELECT body->>'anewBecause' AS because FROM events WHERE reference = $1 AND body ? 'anewBecause'",
      [reference],
    );
    assert.deepEqual(rows, [{ because: 'person-changed' }]);
  });

  it('a step that was answered meanwhile is not asked about again', async () => {
    const reference = await begin();
    await importOne({ id: 'head', name: PEOPLE.head.name, email: 'harry@hillside.example' });
    await world.answer(reference, 'confirm-participation', 'declines', {
      by: 'coordinator',
      onBehalfOf: 'head',
      fields: { reason: 'No time.' },
    });
    await deliver();
    const { rows } = await world.db.query<{ outcome: string | null }>('SELECT outcome FROM asks_anew WHERE reference = $1', [reference]);
    assert.equal(rows.length, 1);
    assert.ok(rows[0]?.outcome);
    const asked = await world.db.query("SELECT FROM messages WHERE reference = $1 AND rung LIKE 'request-again%'", [reference]);
    assert.equal(asked.rowCount, 0);
  });

  it('the holder of an escalation is asked again at the new address, with a new link', async () => {
    const reference = await begin();
    await world.forwardTo(reference, '2040-10-31 12:00');
    await world.postIsDone();
    const { rows } = await world.db.query<{ person: string }>('SELECT person FROM escalations WHERE reference = $1 AND closed_at IS NULL', [
      reference,
    ]);
    const person = rows[0]?.person ?? '';
    const staff = { role: 'regional-team', urn: '', region: 'North West' };
    await importOne({ id: person, name: 'Nia Newcomer', email: 'nia@regional-team.example', ...staff });
    await deliver();
    await world.postIsDone();
    const letter = lettersTo('nia@regional-team.example').find(({ text }) => text?.includes('Somebody else has taken over'));
    assert.ok(
      letter,
      lettersTo('nia@regional-team.example')
        .map(({ text }) => text)
        .join('\n'),
    );
    const { statusCode, body } = await app.inject(linkIn(letter.text));
    assert.equal(statusCode, 200);
    assert.match(body, /Nia Newcomer/);
  });

  it('a letter read before the address changed gets no link for the old address', async () => {
    const reference = await begin();
    await world.db.query(
      `UPDATE messages SET state = 'queued', mailroom = 7, claim = NULL, accepted_at = NULL, closed_at = NULL, envelope = NULL, queued_at = clock_timestamp()
       WHERE reference = $1 AND kind = 'request'`,
      [reference],
    );
    await world.db.query('DELETE FROM answer_links WHERE reference = $1', [reference]);
    // The address changes after the letter is read and before it is given its link: in the transaction that follows the
    // claim.
    let waiting = true;
    const connect = async (): Promise<pg.PoolClient> => {
      const { rows } = await world.db.query("SELECT FROM messages WHERE reference = $1 AND state = 'claimed'", [reference]);
      if (waiting && rows.length > 0) {
        waiting = false;
        await importOne({ id: 'head', name: 'Petra Newton', email: 'petra@hillside.example' });
      }
      return world.db.connect();
    };
    const query = world.db.query.bind(world.db);
    const pool = { connect, query } as unknown as pg.Pool;
    const ledger = createLedger(pool, { leaseSeconds: 30, retrySeconds: 1, links: LINKS });
    const claimed = await ledger.claim(7, '00000000-0000-4000-8000-000000000001', 5);
    assert.equal(waiting, false);
    assert.deepEqual([claimed.rows, claimed.envelopes], [1, []]);
    const again = await ledger.claim(7, '00000000-0000-4000-8000-000000000002', 5);
    assert.equal(again.envelopes[0]?.letters[0]?.to.email, 'petra@hillside.example');
  });
});
