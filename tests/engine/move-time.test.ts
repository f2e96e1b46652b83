import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RESERVED_DOMAINS } from '../../config/variables.ts';
import { askToMove, workTimeMove } from '../../desk/move-time.ts';
import type { MoveWish } from '../../desk/move-time.ts';
import { londonDate, londonInstant, londonMinute } from '../../domain/time/london.ts';
import { plainDate, weekday } from '../../domain/time/plain-date.ts';
import { openDatabase } from '../../postgres/database.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import { goAheadBy, nowMs } from '../../postgres/sandbox/clock.ts';
import { enterSandbox, readSandbox } from '../../postgres/sandbox/sandbox.ts';
import { claimMove, readMove, readOpenMove } from '../../postgres/sandbox/time-moves.ts';
import { listDeployments } from '../../postgres/views/deployments.ts';
import { createApp } from '../../web/app.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from '../web/desk-world.ts';
import type { Desk } from '../web/desk-world.ts';
import { servicesOf } from '../web/staff-app.ts';

const at = (date: string, hour = 0, minute = 0) => londonInstant(plainDate(date), hour * 60 + minute);

describe('the moved time of a training copy', () => {
  let world: World;
  /** As the web service of a training copy connects. */
  let db: pg.Pool;
  let app: FastifyInstance;
  let cora: Desk;
  const references: string[] = [];

  const timeDesk = () => ({ db, client: world.client, taskQueue: world.temporal.taskQueue, postWithinMs: 3_000 });
  const ask = async (wish: MoveWish) => {
    const id = randomUUID();
    const asked = await askToMove(timeDesk(), { id, by: null, wish });
    return { id, asked };
  };
  async function move(wish: MoveWish): Promise<string> {
    const { id, asked } = await ask(wish);
    assert.ok(asked.ok, asked.ok ? '' : asked.reason.message);
    await workTimeMove(timeDesk(), { forMs: 60_000 });
    const done = await readMove(db, id);
    assert.ok(done?.settledAt, `it does not go on: ${done?.waitsFor}`);
    return done.outcome ?? '';
  }
  const clock = async () => Date.parse((await readSandbox(db))?.now ?? '');

  beforeAll(async () => {
    world = await openWorld();
    db = openDatabase(world.databaseUrl, { movedTime: true });
    await insertStaff(world.db);
    const services = servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, sandbox: { mailboxUrl: 'http://mailbox.example/' } }, { trustProxy: false });
    cora = await deskOf(world.db, app, 'coordinator');
  });
  afterAll(async () => {
    await app.close();
    await db.end();
    goAheadBy(0);
    await world.end();
  });

  it('is not to be had in a real service, nor in a database that has written to real people', async () => {
    const { asked } = await ask({ kind: 'monday' });
    assert.ok(!asked.ok);
    assert.match(asked.reason.message, /This is not a training copy/);
    assert.ok((await enterSandbox(db, false, RESERVED_DOMAINS)).ok);

    references.push(await world.begin('2040-10-08 09:30'));
    await world.postIsDone();
    await world.db.query("UPDATE messages SET address = 'head@hillside.sch.uk'");
    const wrote = await enterSandbox(db, true, RESERVED_DOMAINS);
    assert.ok(!wrote.ok);
    assert.match(wrote.reason.message, /has written to real people/);
    assert.equal(await readSandbox(db), null);

    await world.db.query("UPDATE messages SET address = 'rosa@regional-team.example'");
    assert.ok((await enterSandbox(db, true, RESERVED_DOMAINS)).ok);
    const real = await enterSandbox(db, false, RESERVED_DOMAINS);
    assert.ok(!real.ok);
    assert.match(real.reason.message, /is a training copy/);
  });

  it('goes forward only', async () => {
    await assert.rejects(db.query("UPDATE sandbox SET moved_by = moved_by - interval '1 second'"), /goes forward only/);
    await assert.rejects(db.query('DELETE FROM sandbox'), /stays one/);
  });

  it('is refused to a second person while time is moved, and everything else waits meanwhile', async () => {
    references.push(await world.begin('2040-10-08 09:40'), await world.begin('2040-10-09 11:00'));
    await world.postIsDone();
    // The copy catches up with the deployments, which began in the 2040s.
    await world.db.query('UPDATE sandbox SET moved_by = make_interval(secs => $1::float8 / 1000)', [at('2040-10-09', 12) - Date.now()]);
    const { asked } = await ask({ kind: 'to', date: plainDate('2040-10-10'), minute: 6 * 60 });
    assert.ok(asked.ok);
    const second = await ask({ kind: 'monday' });
    assert.ok(!second.asked.ok);
    assert.equal(second.asked.reason.message, 'Somebody on the command line is moving time already to Wednesday 10 October 2040, 6am.');
    const { status, text } = await cora.post(`/deployments/${references[0]}/notes`, { words: 'Meanwhile.' });
    assert.equal(status, 409);
    assert.match(text, /Time is being moved on/);
    await workTimeMove(timeDesk(), { forMs: 60_000 });
    assert.ok(Math.abs((await clock()) - at('2040-10-10', 6)) < 10_000);
    const back = await ask({ kind: 'to', date: plainDate('2040-10-09'), minute: 480 });
    assert.ok(!back.asked.ok && back.asked.reason.kind === 'not-later', 'time can go back');
  });

  it('stops "until something happens" at the first letter, and the page says so', async () => {
    await world.answer(references[0] ?? '', 'contact-school', 'contacted');
    const before = await world.db.query("SELECT key FROM messages WHERE state = 'accepted'");
    const { status, location } = await cora.post('/sandbox', { wish: 'until-something', onceAs: randomUUID() });
    assert.equal(status, 303);
    const after = await world.db.query<{ step: string; at: string }>(
      "SELECT step, written_at AS at FROM messages WHERE state = 'accepted' AND NOT key = ANY ($1)",
      [before.rows.map(({ key }: { key: string }) => key)],
    );
    assert.ok(after.rows.length > 0);
    assert.deepEqual(new Set(after.rows.map(({ at }) => londonDate(Date.parse(at)))), new Set(['2040-10-10']));
    const { text } = await cora.get(location);
    assert.match(text, /It is Wednesday 10 October 2040, 8(?::\d\d)?am\./);
    assert.match(text, /Time is moved: it is Wednesday 10 October 2040, 8(?::\d\d)?am in this training copy\./);
    assert.match(text, /to Harry Head: /);
  });

  it('goes on from where a process died, and stops where somebody stops it', async () => {
    const { id } = await ask({ kind: 'two-terms' });
    await workTimeMove(timeDesk(), { forMs: 1 });
    const half = await readMove(db, id);
    assert.equal(half?.settledAt, null);
    assert.ok(await claimMove(db, 60), 'the move was not given back');
    const reached = half?.reachedAt ?? '';
    await workTimeMove(timeDesk(), { forMs: 1_000 });
    assert.equal((await readMove(db, id))?.reachedAt, reached, 'two processes moved time at once');
    await world.db.query('UPDATE time_moves SET claimed_until = clock_timestamp() WHERE settled_at IS NULL');
    const { text } = await cora.get('/sandbox');
    assert.match(text, /Time is being moved/);
    assert.match(text, /asked to go to Tuesday 23 April 2041, 8am/);
    await cora.post('/sandbox/stop', {});
    assert.match((await readMove(db, id))?.outcome ?? '', /^Stopped\. It is \w+ \d+ October 2040/);
    assert.equal(await readOpenMove(db), null);
  });

  it('waits while letters cannot leave, so that later ones do not overtake them', async () => {
    await world.sink.goAway();
    await world.db.query('UPDATE messages SET send_after = NULL');
    const { id } = await ask({ kind: 'two-terms' });
    await workTimeMove(timeDesk(), { forMs: 30_000 });
    const waiting = await readMove(db, id);
    assert.match(waiting?.waitsFor ?? '', /letters? ha(?:s|ve) not left\. Does the mail server reply\?/);
    await world.sink.comeBack();
    for (let round = 0; round < 20 && (await readOpenMove(db)) !== null; round += 1) await workTimeMove(timeDesk(), { forMs: 60_000 });
    assert.equal((await readMove(db, id))?.outcome, 'It is Tuesday 23 April 2041, 8am.');
  });

  it('sent each letter of those two terms once, in order, in sending hours', async () => {
    const { rows } = await world.db.query<{ key: string; kind: string; at: string; state: string; reason: string | null }>(
      "SELECT key, kind, written_at AS at, state, reason FROM messages WHERE state <> 'suppressed' ORDER BY accepted_at, written_at, key",
    );
    // A letter may wait for the first school day, which begins now.
    assert.deepEqual(
      rows.filter(({ state, reason }) => state !== 'accepted' && reason !== 'Waits for sending hours.'),
      [],
    );
    const left = rows.filter(({ state }) => state === 'accepted');
    assert.ok(left.length > 20, `only ${left.length} letters`);
    for (const kind of ['request', 'reminder', 'overdue', 'escalation'])
      assert.ok(
        left.some((letter) => letter.kind === kind),
        kind,
      );
    let before = 0;
    for (const { key, at: written } of left) {
      const ms = Date.parse(written);
      // Wake-ups within a minute happen as one.
      assert.ok(ms >= before - 60_000, `${key} overtook a letter of another deployment: ${written}`);
      before = Math.max(before, ms);
      assert.ok(londonMinute(ms) >= 480 && londonMinute(ms) < 1_080 && weekday(londonDate(ms)) <= 5, `${key} at ${written}`);
    }
    const sent = world.sink.arrived.map(({ messageId }) => messageId);
    assert.equal(new Set(sent).size, sent.length, 'an e-mail was sent twice');
  });

  it('is the time of every deployment, of what is late and of the process, and sessions go on', async () => {
    const copy = await clock();
    assert.ok(Math.abs(nowMs() - copy) < 10_000);
    for (const reference of references) {
      const stored = await readChronology(db, reference);
      assert.ok(Math.abs(Date.parse(stored?.now ?? '') - copy) < 60_000, `${reference} is at ${stored?.now}`);
    }
    assert.equal((await listDeployments(db, { lateOnly: true, region: null, status: null, limit: 9 })).length, references.length);
    await world.answer(references[1] ?? '', 'contact-school', 'contacted');
    const { rows } = await world.db.query<{ closed: string }>(
      "SELECT closed_at AS closed FROM steps WHERE reference = $1 AND step = 'contact-school'",
      [references[1]],
    );
    assert.equal(londonDate(Date.parse(rows[0]?.closed ?? '')), '2041-04-23');
    assert.equal((await cora.get('/')).status, 200, 'the session ended with the jump');
    assert.match(await move({ kind: 'monday' }), /^It is Monday 29 April 2041, 8am\.$/);
    const { rows: waiting } = await world.db.query("SELECT key FROM messages WHERE state IN ('queued', 'claimed')");
    assert.deepEqual(waiting, [], 'a letter that waited for sending hours was left behind');
  });
});
