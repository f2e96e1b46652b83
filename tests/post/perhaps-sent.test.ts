import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { ComposedEmail, Envelope, LedgerPort } from '../../activities/ports.ts';
import { createComposer } from '../../mail/compose.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';
import { answered, AT, CONFIRM, CONTACT, LATER, opened, openRecordWorld, reached, resumed, stopped } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { PEOPLE } from '../support/people.ts';
import { freshName } from '../support/servers.ts';

const compose = createComposer({ messageIdDomain: 'post.example', from: { name: 'Chaser', address: 'chaser@post.example' } });
let world: RecordWorld;
let ledger: LedgerPort;
let reference: string;
beforeAll(async () => {
  world = await openRecordWorld();
  ledger = createLedger(world.db, { leaseSeconds: 60, retrySeconds: 60, links: null });
});
afterAll(() => world.end());
beforeEach(async () => {
  await world.db.query('DELETE FROM messages');
  reference = freshName('T');
  await world.begin(reference, opened(CONFIRM), opened(CONTACT));
});

/** A worker dies, or a connection breaks, between the mail server's "accepted" and the mark: was the letter sent or not? */
describe('a letter that was handed to a mail server whose answer is not known', () => {
  const claim = async () => (await ledger.claim(0, randomUUID(), 10)).envelopes;
  const handOver = async (envelopes: readonly Envelope[]): Promise<readonly ComposedEmail[]> => {
    const emails = envelopes.map((envelope) => ({ envelope, email: compose(envelope) }));
    await ledger.handOver(emails[0]?.envelope.claim ?? '', emails);
    return emails.map(({ email }) => email);
  };
  /** Claims what waits and hands it over; then the worker dies, and its lease runs out. */
  const dieWhileSending = async () => {
    const emails = await handOver(await claim());
    await world.db.query("UPDATE messages SET claimed_until = clock_timestamp() - interval '1 second' WHERE state = 'claimed'");
    return emails;
  };
  const rows = async () => {
    const found = await world.db.query<{
      rung: string;
      state: string;
      reason: string | null;
      message_id: string | null;
      perhaps: boolean;
      wait: number;
    }>(
      `SELECT rung, state, reason, message_id, perhaps_sent_at IS NOT NULL AS perhaps,
              coalesce(extract(epoch FROM send_after - clock_timestamp())::float8, 0) AS wait FROM messages ORDER BY rung`,
    );
    return found.rows;
  };

  it('says that it was perhaps sent, and under which Message-ID, until the answer is known', async () => {
    await world.happens(reference, reached('request', ['head']));
    const envelopes = await claim();
    const [email] = await handOver(envelopes);
    assert.deepEqual(await rows().then((all) => all.map(({ perhaps, message_id }) => [perhaps, message_id])), [[true, email?.messageId]]);
    await ledger.markAccepted(envelopes[0] ?? assert.fail(), '250 OK');
    assert.deepEqual(await rows().then((all) => all.map(({ state, perhaps }) => [state, perhaps])), [['accepted', false]]);
  });

  it('goes again as the same e-mail, also after it waited for its hour', async () => {
    await world.happens(reference, reached('reminder', ['head']), reached('overdue', ['head'], { step: CONTACT }));
    const [first] = await dieWhileSending();
    // Ten in the evening for one deployment and nine for the other, London time: nothing leaves now.
    await world.db.query(
      "UPDATE messages SET written_at = CASE kind WHEN 'reminder' THEN '2040-10-09T21:00:00Z' ELSE '2040-10-09T20:00:00Z' END::timestamptz",
    );
    assert.deepEqual(await claim(), []);
    const waiting = await rows();
    assert.ok(waiting.every(({ state, wait }) => state === 'queued' && wait > 3600));
    assert.equal(new Set(waiting.map(({ wait }) => Math.round(wait / 10))).size, 1, 'its letters wait for different hours');
    await world.db.query("UPDATE messages SET send_after = NULL, written_at = '2040-10-10T09:00:00Z'");
    const [again, ...more] = await claim();
    assert.deepEqual(more, []);
    assert.equal(compose(again ?? assert.fail()).messageId, first?.messageId);
    assert.equal(again?.letters.length, 2);
  });

  it('is not said to have been stopped in time when its step was answered meanwhile', async () => {
    await world.happens(reference, reached('request', ['head']));
    const [email] = await dieWhileSending();
    await world.happens(reference, answered(CONFIRM));
    assert.deepEqual(await claim(), []);
    const [row] = await rows();
    assert.deepEqual([row?.state, row?.message_id], ['perhaps-sent', email?.messageId]);
    assert.match(row?.reason ?? '', /connection was lost before the mail server said .* It was not sent again\. The step was answered\.$/);
  });

  it('does not go again after the clock was stopped meanwhile', async () => {
    await world.happens(reference, reached('request', ['head']));
    await dieWhileSending();
    await world.happens(reference, stopped(1));
    assert.deepEqual(await claim(), []);
    assert.equal((await rows())[0]?.state, 'perhaps-sent');
    await world.happens(reference, resumed(1));
    assert.deepEqual(await claim(), []);
  });

  it('is known not to have been sent when the server refuses the repeat, but only if nothing went before', async () => {
    await world.happens(reference, reached('request', ['head']));
    const [first] = await claim();
    assert.ok(first);
    await handOver([first]);
    await ledger.putOff(first, '451 later');
    assert.equal((await rows())[0]?.perhaps, false);
    await world.db.query('UPDATE messages SET send_after = NULL');
    await dieWhileSending();
    const [again] = await claim();
    assert.ok(again?.perhapsSent);
    await handOver([again]);
    await ledger.putOff(again, '451 later');
    assert.equal((await rows())[0]?.perhaps, true, 'the attempt before may have got through');
  });

  it('stands in the way of no later letter of its step, which goes in its place', async () => {
    await world.happens(reference, reached('request', ['head']));
    const [email] = await dieWhileSending();
    await world.happens(reference, reached('reminder', ['head'], { at: LATER }));
    await world.db.query("UPDATE messages SET queued_at = queued_at - interval '2 days' WHERE rung = 'request'");
    const [later, ...more] = await claim();
    assert.deepEqual(more, []);
    assert.equal(later?.letters[0]?.kind, 'reminder');
    const states = (await rows()).map(({ rung, state, message_id }) => [rung, state, message_id]);
    assert.deepEqual(states, [
      ['reminder', 'claimed', null],
      ['request', 'perhaps-sent', email?.messageId],
    ]);
  });
});

describe('after an outage', () => {
  const claim = async () => (await ledger.claim(0, randomUUID(), 10)).envelopes.flatMap(({ letters }) => letters);
  const outageOf = (days: number) => world.db.query('UPDATE messages SET queued_at = queued_at - make_interval(days => $1)', [days]);

  it('each step says one thing to each person: the newest', async () => {
    await world.happens(
      reference,
      reached('request', ['head']),
      reached('request', ['region'], { role: 'regional-team', rung: 'request-region' }),
      reached('request', ['head'], { step: CONTACT }),
    );
    await world.happens(reference, reached('reminder', ['head'], { at: LATER }));
    await world.happens(
      reference,
      reached('overdue', ['head'], { at: '2040-10-16T10:00:00.000Z' }),
      reached('call', ['coordinator'], { role: 'rdp' }),
    );
    await outageOf(1);
    const left = (await claim()).map(({ key }) => key.slice(key.indexOf('/') + 1)).toSorted();
    assert.deepEqual(left, [
      `${CONFIRM}/1/call/coordinator`,
      `${CONFIRM}/1/overdue/head`,
      `${CONFIRM}/1/request-region/region`,
      `${CONTACT}/1/request/head`,
    ]);
    const { rows } = await world.db.query<{ rung: string; reason: string }>(
      "SELECT rung, reason FROM messages WHERE state = 'suppressed' ORDER BY rung",
    );
    assert.deepEqual(rows, [
      { rung: 'reminder', reason: 'A later letter about this step goes in its place.' },
      { rung: 'request', reason: 'A later letter about this step goes in its place.' },
    ]);
  });

  it('a clock that was moved by hand lets every letter leave', async () => {
    await world.happens(reference, reached('request', ['head']));
    await world.happens(reference, reached('reminder', ['head'], { at: LATER }));
    assert.deepEqual((await claim()).map(({ kind }) => kind).toSorted(), ['reminder', 'request']);
  });

  it('a letter says what is true on the day it leaves, and not what was true when it was written', async () => {
    const words = async (kind: 'request' | 'reminder', days: number) => {
      await world.db.query('DELETE FROM messages');
      await world.happens(reference, reached(kind, ['head']));
      await outageOf(days);
      const [letter] = await claim();
      assert.ok(letter, `no ${kind}`);
      return compose({ id: 'one', claim: 'one', perhapsSent: false, sequences: {}, letters: [letter] });
    };
    const inTime = await words('request', 0);
    assert.match(inTime.subject, /by 15 October/);
    assert.equal(inTime.date, AT);
    reference = freshName('T');
    await world.begin(reference, opened(CONFIRM), opened(CONTACT));
    // Written on Tuesday 9 October, due on the 15th, and away until Wednesday the 17th.
    const late = await words('request', 8);
    assert.doesNotMatch(`${late.subject}\n${late.text}`, /by (?:Monday )?15 October/);
    assert.match(late.text.replaceAll(/\s+/g, ' '), /asks you to answer as soon as you can\. It was due on Monday 15 October 2040\./);
    assert.match(late.date, /^2040-10-17T/);
    reference = freshName('T');
    await world.begin(reference, opened(CONFIRM), opened(CONTACT));
    const reminder = await words('reminder', 8);
    assert.doesNotMatch(`${reminder.subject}\n${reminder.text}`, /by (?:Monday )?15 October/);
    assert.deepEqual(reminder.attachments, [], 'a date that has passed was put into a calendar');
    assert.equal(PEOPLE.head.email, reminder.to.address);
  });
});
