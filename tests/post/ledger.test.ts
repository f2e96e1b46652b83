import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { ComposedEmail, Envelope, LedgerPort, Trouble } from '../../activities/ports.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';
import { freshName } from '../support/servers.ts';
import { untilLockIsWaitedFor } from '../support/wait-until.ts';
import { answered, AT, CONFIRM, CONTACT, LATER, opened, openRecordWorld, reached, resumed, stopped } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { PEOPLE } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';

/**
 * What the ledger promises, against PostgreSQL and nothing else. Other promises about sending are tested elsewhere:
 *
 * | promise | test |
 * |---|---|
 * | one row a key: what is written twice is stored once, or not at all | tests/record/record.test.ts, tests/engine/append-only.test.ts |
 * | the Message-ID follows from the key | mail/compose.test.ts |
 * | a worker that is killed loses nothing, and repeats at most the letters that it was sending | tests/crash/kill-worker.test.ts |
 * | no deployment's clock waits for the mail server | tests/post/mail-server.test.ts |
 * | which letters are still wanted | the truth of each condition: domain/chasing/wanted.ts through domain/chronology/lives.property.test.ts |
 * | which hour a letter may leave at | domain/chasing/letter-hours.property.test.ts |
 * | a ladder has an end: after its last rung nothing more is sent | domain/chronology/chronology.test.ts |
 * | headers, escaping, the .ics, text and HTML alike | mail/injection.property.test.ts, mail/golden.test.ts |
 */
const MAILROOM = 0;
const RETRY_SECONDS = 60;
const MOST_TRIES = 12;
const REFUSED: Trouble = { kind: 'we-are-refused', said: '554 5.7.1 blocked', recipient: PEOPLE.head.email, perhapsSent: false };

describe('the ledger', () => {
  let world: RecordWorld;
  let ledger: LedgerPort;
  let reference: string;
  /** The claim of the attempt under test, and that of another attempt. */
  let mine: string;
  let theirs: string;

  beforeAll(async () => {
    world = await openRecordWorld();
    ledger = createLedger(world.db, { leaseSeconds: 60, retrySeconds: RETRY_SECONDS, links: null });
  });
  afterAll(() => world.end());
  beforeEach(async () => {
    await world.db.query('DELETE FROM messages');
    await world.db.query('DELETE FROM mail_trouble');
    await world.db.query('DELETE FROM contact_tasks');
    await world.db.query('UPDATE people SET address_refused_at = NULL');
    [mine, theirs] = [randomUUID(), randomUUID()];
    reference = await beginning();
  });

  async function beginning(): Promise<string> {
    const begun = freshName('T');
    await world.begin(begun, opened(CONFIRM), opened(CONTACT));
    return begun;
  }
  const claim = (by = mine, limit = 10) => ledger.claim(MAILROOM, by, limit);
  /** Claims one e-mail. Fails when there is none. */
  const claimOne = async (by = mine): Promise<Envelope> => {
    const [envelope] = (await claim(by)).envelopes;
    assert.ok(envelope, 'nothing was claimed');
    return envelope;
  };
  const handOver = (envelope: Envelope) => ledger.handOver(envelope.claim, [{ envelope, email: emailTo(PEOPLE.head.email) }]);
  const accept = async (envelope: Envelope): Promise<void> => {
    await handOver(envelope);
    await ledger.markAccepted(envelope, '250 OK');
  };
  const lettersOf = (envelopes: readonly Envelope[]) =>
    envelopes
      .map(({ letters }) => letters.map(({ key }) => key.slice(key.indexOf('/') + 1)).toSorted())
      .toSorted((a, b) => a.join().localeCompare(b.join()));
  const states = async () => {
    const { rows } = await world.db.query<{ row: string }>("SELECT concat_ws(' ', rung, person, state) AS row FROM messages ORDER BY 1");
    return rows.map(({ row }) => row);
  };
  /** The only letter in the ledger. */
  const letter = async () => {
    const { rows } = await world.db.query<{
      state: string;
      reason: string | null;
      attempts: number;
      claim: string | null;
      envelope: string | null;
      held_by_stop: number | null;
      /** Seconds until the letter may be tried; null when it may be tried at once. */
      wait: number | null;
    }>(
      `SELECT state, reason, attempts, claim, envelope, held_by_stop,
              extract(epoch FROM send_after - clock_timestamp())::float8 AS wait FROM messages`,
    );
    assert.equal(rows.length, 1);
    return rows[0] ?? assert.fail();
  };
  const tasks = async () => {
    const { rows } = await world.db.query<{ row: string }>(
      "SELECT concat_ws(' ', person, problem, coalesce(outcome, 'open')) AS row FROM contact_tasks ORDER BY 1",
    );
    return rows.map(({ row }) => row);
  };
  const loseLease = () =>
    world.db.query("UPDATE messages SET claimed_until = clock_timestamp() - interval '1 second' WHERE state = 'claimed'");
  const dueNow = () => world.db.query('UPDATE messages SET send_after = NULL');

  describe('a letter', () => {
    it('is queued, claimed and accepted, and keeps what was said to whom and the server’s answer', async () => {
      await world.happens(reference, reached('request', ['head']));
      assert.deepEqual(await states(), ['request head queued']);
      const envelope = await claimOne();
      assert.deepEqual(await states(), ['request head claimed']);
      await accept(envelope);
      const { state, reason, claim: held } = await letter();
      assert.deepEqual([state, reason, held], ['accepted', '250 OK', null]);
      const { rows } = await world.db.query('SELECT message_id, subject, body_text, body_html, address FROM messages');
      assert.deepEqual(rows, [
        { message_id: '<one@post.example>', subject: 'Please confirm', body_text: 'Text', body_html: 'HTML', address: PEOPLE.head.email },
      ]);
    });

    it('that was accepted is never claimed again', async () => {
      await world.happens(reference, reached('request', ['head']));
      await accept(await claimOne());
      assert.equal((await claim(theirs)).rows, 0);
      await ledger.release(mine, 'The mail server went away.');
      assert.deepEqual(await states(), ['request head accepted']);
    });

    it('keeps its envelope over every try, so that a repeat is the same e-mail', async () => {
      await world.happens(reference, reached('reminder', ['head']));
      const first = await claimOne();
      await loseLease();
      const second = await claimOne(theirs);
      assert.equal(second.id, first.id);
      await ledger.putOff(second, '451 later');
      await dueNow();
      assert.equal((await claimOne()).id, first.id);
    });
  });

  describe('an answer of the mail server', () => {
    for (const [what, becomes, tries, hear] of [
      ['that takes an e-mail', 'accepted', 1, (envelope: Envelope) => ledger.markAccepted(envelope, '250 OK')],
      ['that refuses it', 'failed', 1, (envelope: Envelope) => ledger.markFailed(envelope, emailTo(PEOPLE.head.email), '550 no', false)],
      ['that asks to try later', 'queued', 1, (envelope: Envelope) => ledger.putOff(envelope, '451 later')],
      ['that asks so too often', 'failed', MOST_TRIES, (envelope: Envelope) => ledger.putOff(envelope, '451 later')],
    ] as const) {
      it(`${what} is about that e-mail, and not about the others of the same claim`, async () => {
        await world.happens(
          reference,
          reached('request', ['head'], { rung: 'first' }),
          reached('request', ['region'], { rung: 'second', role: 'regional-team' }),
        );
        const { envelopes } = await claim();
        await world.db.query('UPDATE messages SET attempts = $1', [tries]);
        const first = envelopes.find(({ letters }) => letters.some(({ key }) => key.includes('/first/')));
        await hear(first ?? assert.fail('the first letter was not claimed'));
        assert.deepEqual(await states(), [`first head ${becomes}`, 'second region claimed']);
      });
    }
  });

  describe('an attempt', () => {
    it('claims the oldest letters, and no more e-mails than it asked for', async () => {
      await world.happens(reference, reached('request', ['head'], { rung: 'b-first' }));
      await world.happens(reference, reached('request', ['head'], { rung: 'a-second' }));
      assert.deepEqual(lettersOf((await claim(mine, 1)).envelopes), [[`${CONFIRM}/1/b-first/head`]]);
      assert.deepEqual(lettersOf((await claim(theirs, 1)).envelopes), [[`${CONFIRM}/1/a-second/head`]]);
    });

    it('claims only the letters of its own mailroom, however many older ones wait in another', async () => {
      await world.happens(reference, reached('request', ['head'], { rung: 'of-another' }));
      await world.db.query('UPDATE messages SET mailroom = 1');
      await world.happens(reference, reached('request', ['head'], { rung: 'ours' }));
      assert.deepEqual(lettersOf((await claim(mine, 1)).envelopes), [[`${CONFIRM}/1/ours/head`]]);
      assert.equal((await claim(mine, 1)).rows, 0);
    });

    it('skips a letter that another attempt is claiming at this moment, and does not wait for it', async () => {
      await world.happens(
        reference,
        reached('request', ['head'], { rung: 'first' }),
        reached('request', ['region'], { rung: 'second', role: 'regional-team' }),
      );
      const other = await world.db.connect();
      try {
        await other.query('BEGIN');
        await other.query("SELECT FROM messages WHERE rung = 'first' FOR UPDATE");
        const claimed = await Promise.race([claim(), sleep(5_000, null)]);
        assert.ok(claimed, 'it waited for the other');
        assert.deepEqual(lettersOf(claimed.envelopes), [[`${CONFIRM}/1/second/region`]]);
      } finally {
        await other.query('ROLLBACK');
        other.release();
      }
    });

    it('takes over a claim once its lease has run out, and not before', async () => {
      await world.happens(reference, reached('request', ['head']));
      await claimOne();
      assert.equal((await claim(theirs)).rows, 0);
      await loseLease();
      assert.equal((await claim(theirs)).rows, 1);
    });

    it('renews its own lease while it holds, and neither another’s lease nor one that has run out', async () => {
      await world.happens(reference, reached('request', ['head']));
      await claimOne();
      await world.db.query("UPDATE messages SET claimed_until = clock_timestamp() + interval '5 seconds'");
      const left = async () => {
        const { rows } = await world.db.query<{ left: number }>(
          'SELECT extract(epoch FROM claimed_until - clock_timestamp())::float8 AS left FROM messages',
        );
        return rows[0]?.left ?? assert.fail();
      };
      await ledger.renew(theirs);
      assert.ok((await left()) < 6, 'another renewed it');
      await ledger.renew(mine);
      assert.ok((await left()) > 50);
      await loseLease();
      await ledger.renew(mine);
      assert.ok((await left()) < 0, 'it renewed what it had lost');
    });

    it('renews its lease without waiting for a letter that is being marked', async () => {
      await world.happens(
        reference,
        reached('request', ['head'], { rung: 'first' }),
        reached('request', ['region'], { rung: 'second', role: 'regional-team' }),
      );
      await claim();
      await world.db.query("UPDATE messages SET claimed_until = clock_timestamp() + interval '5 seconds'");
      const other = await world.db.connect();
      try {
        await other.query('BEGIN');
        await other.query("SELECT FROM messages WHERE rung = 'first' FOR UPDATE");
        assert.ok(await Promise.race([ledger.renew(mine).then(() => true), sleep(5_000, false)]), 'it waited for the other');
      } finally {
        await other.query('ROLLBACK');
        other.release();
      }
      const { rows } = await world.db.query<{ rung: string }>(
        "SELECT rung FROM messages WHERE claimed_until > clock_timestamp() + interval '30 seconds'",
      );
      assert.deepEqual(rows, [{ rung: 'second' }]);
    });

    it('marks the letters of an e-mail that was taken although PostgreSQL ended a deadlock by undoing the mark', async () => {
      await world.happens(reference, ...['a', 'b', 'c'].map((rung) => reached('reminder', ['head'], { rung })));
      const envelope = await claimOne();
      await handOver(envelope);
      const other = await world.db.connect();
      try {
        await other.query('BEGIN');
        await other.query("SELECT FROM messages WHERE rung = 'b' FOR UPDATE");
        const marked = ledger.markAccepted(envelope, '250 OK');
        await untilLockIsWaitedFor(world.db);
        // Of the other two the mark holds one.
        await other.query("SELECT FROM messages WHERE rung IN ('a', 'c') ORDER BY key FOR UPDATE");
        await other.query('ROLLBACK');
        await marked;
      } finally {
        await other.query('ROLLBACK');
        other.release();
      }
      assert.deepEqual(await states(), ['a head accepted', 'b head accepted', 'c head accepted']);
    });

    for (const [what, mark] of [
      ['mark it accepted', (envelope: Envelope) => ledger.markAccepted(envelope, '250 OK')],
      ['hand it over', (envelope: Envelope) => ledger.handOver(envelope.claim, [{ envelope, email: emailTo(PEOPLE.head.email) }])],
      ['blame the server', (envelope: Envelope) => ledger.bookTrouble(envelope, REFUSED)],
      ['mark it failed', (envelope: Envelope) => ledger.markFailed(envelope, emailTo(PEOPLE.head.email), '550 no', true)],
      ['put it off', (envelope: Envelope) => ledger.putOff(envelope, '451 later')],
      ['give it back', ({ claim: lost }: Envelope) => ledger.release(lost, 'The mail server went away.')],
    ] as const) {
      it(`that lost a letter to another cannot ${what}`, async () => {
        await world.happens(reference, reached('request', ['head']));
        const lost = await claimOne();
        await loseLease();
        await claimOne(theirs);
        await mark(lost);
        const { state, claim: held } = await letter();
        assert.deepEqual([state, held], ['claimed', theirs]);
        assert.deepEqual(await tasks(), []);
        const { rows } = await world.db.query('SELECT id FROM people WHERE address_refused_at IS NOT NULL');
        assert.deepEqual(rows, []);
        const words = await world.db.query('SELECT message_id, perhaps_sent_at FROM messages');
        assert.deepEqual(words.rows, [{ message_id: null, perhaps_sent_at: null }]);
      });
    }

    it('hands each letter over with the words of its own e-mail', async () => {
      await world.happens(
        reference,
        reached('request', ['head'], { rung: 'first' }),
        reached('request', ['region'], { rung: 'second', role: 'regional-team' }),
      );
      const { envelopes } = await claim();
      const emails = envelopes.map((envelope) => ({
        envelope,
        email: { ...emailTo(PEOPLE.head.email), subject: `About ${envelope.letters[0]?.key.split('/')[3]}` },
      }));
      assert.equal((await ledger.handOver(mine, emails)).size, 2);
      const { rows } = await world.db.query<{ row: string }>("SELECT concat_ws(': ', rung, subject) AS row FROM messages ORDER BY 1");
      assert.deepEqual(
        rows.map(({ row }) => row),
        ['first: About first', 'second: About second'],
      );
    });
  });

  describe('what happens in a deployment between claim and hand-over', () => {
    const handed = async (envelopes: readonly Envelope[]) =>
      ledger.handOver(
        mine,
        envelopes.map((envelope) => ({ envelope, email: emailTo(PEOPLE.head.email) })),
      );

    it('sends its letters back to be judged anew, uses up no try, and lets those of others go', async () => {
      const other = await beginning();
      await world.happens(reference, reached('request', ['head'], { rung: 'of-the-answered' }));
      await world.happens(other, reached('request', ['head'], { rung: 'of-another' }));
      const { envelopes } = await claim();
      await world.happens(reference, answered(CONFIRM));
      assert.deepEqual(
        [...(await handed(envelopes))].map((id) => id.split('/')[0]),
        [other],
      );
      assert.deepEqual(await states(), ['of-another head claimed', 'of-the-answered head queued']);
      assert.deepEqual((await claim(theirs)).envelopes, []);
      const { rows } = await world.db.query("SELECT attempts, state, perhaps_sent_at FROM messages WHERE rung = 'of-the-answered'");
      assert.deepEqual(rows, [{ attempts: 1, state: 'suppressed', perhaps_sent_at: null }]);
    });

    it('sends a whole e-mail back when it is about one of its letters', async () => {
      const other = await beginning();
      await world.happens(reference, reached('reminder', ['head']));
      await world.happens(other, reached('reminder', ['head']));
      const { envelopes } = await claim();
      assert.equal(envelopes.length, 1);
      await world.happens(other, answered(CONFIRM));
      assert.equal((await handed(envelopes)).size, 0);
      const { rows } = await world.db.query('SELECT state, envelope, perhaps_sent_at FROM messages');
      const back = { state: 'queued', envelope: null, perhaps_sent_at: null };
      assert.deepEqual(rows, [back, back]);
    });
  });

  it('what is put back may be claimed at once, has used up no try, and is gathered anew', async () => {
    await world.happens(reference, reached('reminder', ['head']));
    await ledger.putBack((await claim()).envelopes);
    const { state, attempts, envelope } = await letter();
    assert.deepEqual([state, attempts, envelope], ['queued', 0, null]);
    assert.equal((await claim(theirs)).envelopes.length, 1);
  });

  it('letters that are accepted at one moment are marked together, each with its own answer', async () => {
    const rungs = ['a', 'b', 'c', 'd'];
    await world.happens(reference, ...rungs.map((rung) => reached('request', ['head'], { rung })));
    const said = (await claim()).envelopes.map((envelope) => ({ envelope, rung: envelope.id.split('/')[3], notification: randomUUID() }));
    await Promise.all(said.map(({ envelope, rung, notification }) => ledger.markAccepted(envelope, `250 ${rung}`, notification)));
    const { rows } = await world.db.query<{ row: string }>(
      "SELECT concat_ws(' ', rung, state, reason, notification) AS row FROM messages ORDER BY 1",
    );
    assert.deepEqual(
      rows.map(({ row }) => row),
      rungs.map((rung) => `${rung} accepted 250 ${rung} ${said.find((one) => one.rung === rung)?.notification}`),
    );
  });

  describe('immediately before a letter is sent', () => {
    it('it is dropped, with the reason, when its step has been answered', async () => {
      await world.happens(reference, reached('request', ['head']));
      await world.happens(reference, answered(CONFIRM));
      assert.deepEqual((await claim()).envelopes, []);
      const { state, reason } = await letter();
      assert.deepEqual([state, reason], ['suppressed', 'The step was answered before the letter left.']);
    });

    it('it is dropped when its recipient no longer holds the role', async () => {
      await world.happens(reference, reached('request', ['head']));
      await world.happens(reference, { type: 'party-named', at: LATER, role: 'school', person: 'leader' });
      assert.deepEqual((await claim()).envelopes, []);
      const { state, reason } = await letter();
      assert.deepEqual([state, reason], ['suppressed', 'The recipient no longer holds the role.']);
    });

    it('it is dropped when nobody has its contact id, and a contact task says so', async () => {
      await world.happens(reference, { type: 'party-named', at: AT, role: 'system-leader', person: 'nobody' });
      await world.happens(reference, reached('request', ['nobody'], { role: 'system-leader' }));
      assert.deepEqual((await claim()).envelopes, []);
      assert.equal((await letter()).state, 'suppressed');
      assert.deepEqual(await tasks(), ['nobody unknown-contact open']);
    });

    it('it is held while the clock is stopped, uses up no try, and goes once the clock runs', async () => {
      await world.happens(reference, reached('request', ['head']));
      await world.happens(reference, stopped(1));
      assert.deepEqual((await claim()).envelopes, []);
      const { state, held_by_stop: stop, attempts } = await letter();
      assert.deepEqual([state, stop, attempts], ['suppressed', 1, 0]);
      await world.happens(reference, resumed(1));
      assert.deepEqual(await states(), ['request head queued']);
    });

    it('it goes although the clock of another step is stopped', async () => {
      await world.happens(reference, reached('request', ['head']));
      await world.happens(reference, stopped(1, { step: CONTACT, round: 1 }), stopped(2, { step: CONFIRM, round: 2 }));
      assert.equal((await claim()).envelopes.length, 1);
    });

    it('it waits for its hour, uses up no try, and gives up its envelope so that it can be gathered again', async () => {
      await world.happens(reference, reached('reminder', ['head'], { at: '2040-10-09T22:00:00.000Z' }));
      assert.deepEqual((await claim()).envelopes, []);
      const { state, attempts, envelope, wait } = await letter();
      assert.deepEqual([state, attempts, envelope], ['queued', 0, null]);
      // From 23:00 in London to some time in the first hour of the next morning.
      assert.ok(wait !== null && wait > 8.9 * 3600 && wait < 10 * 3600, `it waits ${wait} s`);
      assert.equal((await claim(theirs)).rows, 0, 'it is not tried before its hour');
    });

    it('a reminder waits for the next day when its recipient has had the most that a day allows', async () => {
      const cap = tsiProgramme().dailyCap;
      for (let n = 0; n < cap; n++) {
        await world.happens(reference, reached('reminder', ['head'], { rung: `reminder-${n}` }));
        await accept(await claimOne(randomUUID()));
      }
      await world.happens(reference, reached('reminder', ['head'], { rung: 'one-too-many' }), reached('request', ['head']));
      assert.deepEqual(lettersOf((await claim()).envelopes), [[`${CONFIRM}/1/request/head`]], 'a request knows no cap');
      assert.ok((await states()).includes('one-too-many head queued'));
      await world.happens(reference, reached('reminder', ['region'], { rung: 'of-another', role: 'regional-team' }));
      assert.deepEqual(lettersOf((await claim()).envelopes), [[`${CONFIRM}/1/of-another/region`]], 'another’s cap is their own');
    });
  });

  describe('one e-mail', () => {
    it('holds the reminders and overdue notices of one person and day, even those that still wait to be gathered', async () => {
      const other = await beginning();
      await world.happens(reference, reached('reminder', ['head']));
      await world.happens(other, reached('overdue', ['head']));
      await world.db.query("UPDATE messages SET send_after = clock_timestamp() + interval '1 minute' WHERE kind = 'overdue'");
      const { envelopes } = await claim();
      assert.deepEqual(lettersOf(envelopes), [[`${CONFIRM}/1/overdue/head`, `${CONFIRM}/1/reminder/head`]]);
    });

    it('holds no letter to somebody else, and none of another day', async () => {
      await world.happens(reference, reached('reminder', ['head']));
      await world.happens(reference, reached('reminder', ['region'], { rung: 'to-another', role: 'regional-team' }));
      await world.happens(reference, reached('reminder', ['head'], { rung: 'of-thursday', step: CONTACT, at: LATER }));
      await world.db.query("UPDATE messages SET send_after = clock_timestamp() + interval '1 minute' WHERE rung <> 'reminder'");
      assert.deepEqual(lettersOf((await claim()).envelopes), [[`${CONFIRM}/1/reminder/head`]]);
    });

    it('holds no letter that waits in another mailroom, as when the number of mailrooms was changed', async () => {
      await world.happens(reference, reached('reminder', ['head'], { rung: 'of-another' }));
      await world.db.query('UPDATE messages SET mailroom = 1');
      await world.happens(reference, reached('reminder', ['head'], { rung: 'ours' }));
      assert.deepEqual(lettersOf((await claim()).envelopes), [[`${CONFIRM}/1/ours/head`]]);
    });

    it('never holds a first request with another letter: each leaves by itself, at its own time', async () => {
      await world.happens(reference, reached('reminder', ['head']), reached('request', ['head'], { rung: 'request-now' }));
      await world.happens(reference, reached('request', ['head'], { rung: 'request-later' }));
      await world.db.query("UPDATE messages SET send_after = clock_timestamp() + interval '1 minute' WHERE rung = 'request-later'");
      assert.deepEqual(lettersOf((await claim()).envelopes), [[`${CONFIRM}/1/reminder/head`], [`${CONFIRM}/1/request-now/head`]]);
    });

    it('takes in no letter that was put off by itself: that letter keeps its e-mail and its time', async () => {
      await world.happens(reference, reached('reminder', ['head'], { rung: 'put-off' }));
      await ledger.putOff(await claimOne(), '451 later');
      await world.happens(reference, reached('reminder', ['head'], { rung: 'new' }));
      assert.deepEqual(lettersOf((await claim(theirs)).envelopes), [[`${CONFIRM}/1/new/head`]]);
      assert.deepEqual(await states(), ['new head claimed', 'put-off head queued']);
    });

    it('never holds a letter that was left out, though it was written on the same day', async () => {
      const to = [{ role: 'school', person: 'head' }];
      const leftOut = {
        type: 'rung-skipped',
        at: AT,
        step: CONFIRM,
        round: 1,
        rung: 'left-out',
        kind: 'reminder',
        to,
        because: 'Late.',
      } as const;
      await world.happens(reference, leftOut, reached('reminder', ['head']));
      assert.deepEqual(lettersOf((await claim()).envelopes), [[`${CONFIRM}/1/reminder/head`]]);
      assert.deepEqual(await states(), ['left-out head suppressed', 'reminder head claimed']);
    });

    it('is repeated as a whole, though only one letter is asked for', async () => {
      await world.happens(reference, reached('reminder', ['head']), reached('overdue', ['head']));
      assert.equal((await claim(mine, 1)).rows, 2);
      await loseLease();
      assert.deepEqual(lettersOf((await claim(theirs, 1)).envelopes), [[`${CONFIRM}/1/overdue/head`, `${CONFIRM}/1/reminder/head`]]);
    });

    it('is accepted or put off as a whole', async () => {
      await world.happens(reference, reached('reminder', ['head']), reached('overdue', ['head']));
      await ledger.putOff(await claimOne(), '451 later');
      assert.deepEqual(await states(), ['overdue head queued', 'reminder head queued']);
      await dueNow();
      await accept(await claimOne());
      assert.deepEqual(await states(), ['overdue head accepted', 'reminder head accepted']);
    });
  });

  describe('an address that is refused for good', () => {
    it('ends that person’s letters and opens one contact task', async () => {
      await world.happens(
        reference,
        reached('request', ['head']),
        reached('reminder', ['head']),
        reached('call', ['coordinator'], { role: 'rdp' }),
      );
      const [first] = (await claim(mine, 1)).envelopes;
      assert.ok(first);
      const person = first.letters[0]?.to.email === PEOPLE.head.email ? 'head' : 'coordinator';
      await ledger.markFailed(first, emailTo(PEOPLE[person].email), '550 No such mailbox', true);
      const { rows } = await world.db.query('SELECT id, address_refused_with FROM people WHERE address_refused_at IS NOT NULL');
      assert.deepEqual(rows, [{ id: person, address_refused_with: '550 No such mailbox' }]);
      assert.deepEqual(await tasks(), [`${person} address-refused open`]);
      const left = lettersOf((await claim(theirs)).envelopes).flat();
      assert.ok(left.length > 0 && left.every((key) => !key.endsWith(`/${person}`)), left.join());
    });

    it('is not held against a person whose address was corrected while the letter was under way', async () => {
      await world.happens(reference, reached('request', ['head']));
      await ledger.markFailed(await claimOne(), emailTo('old-address@hillside.example'), '550 No such mailbox', true);
      const { rows } = await world.db.query('SELECT id FROM people WHERE address_refused_at IS NOT NULL');
      assert.deepEqual(rows, []);
      assert.equal((await letter()).state, 'failed');
    });

    it('is not assumed when a message is refused: the next letter goes', async () => {
      await world.happens(reference, reached('request', ['head']));
      await ledger.markFailed(await claimOne(), emailTo(PEOPLE.head.email), '554 Too much of it', false);
      assert.deepEqual(await tasks(), ['head letter-refused open']);
      await world.happens(reference, reached('reminder', ['head']));
      assert.equal((await claim()).envelopes.length, 1);
    });
  });

  it('an accepted letter closes its person’s task about a refused letter in this deployment, and no other task', async () => {
    const other = await beginning();
    const task = (of: string, person: string, problem: string, over: boolean) =>
      world.db.query(
        `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at, closed_at, outcome)
         VALUES ($1, 'school', $2, $3, '', now(), CASE WHEN $4 THEN now() END, CASE WHEN $4 THEN 'over before' END)`,
        [of, person, problem, over],
      );
    await task(reference, 'head', 'letter-refused', false);
    await task(reference, 'head', 'letter-refused', true);
    await task(reference, 'head', 'address-refused', false);
    await task(reference, 'region', 'letter-refused', false);
    await task(other, 'head', 'letter-refused', false);
    await world.happens(reference, reached('request', ['head']));
    await accept(await claimOne());
    assert.deepEqual(await tasks(), [
      'head address-refused open',
      'head letter-refused a later letter was accepted',
      'head letter-refused open',
      'head letter-refused over before',
      'region letter-refused open',
    ]);
    const { rows } = await world.db.query("SELECT reference FROM contact_tasks WHERE outcome = 'a later letter was accepted'");
    assert.deepEqual(rows, [{ reference }]);
  });

  describe('an address that says "later"', () => {
    it('is tried again after a pause that doubles, up to eight hours', async () => {
      await world.happens(reference, reached('request', ['head']));
      const pauses: number[] = [];
      for (let tries = 1; tries < MOST_TRIES; tries++) {
        await ledger.putOff(await claimOne(randomUUID()), '451 Greylisted');
        const { state, reason, wait } = await letter();
        assert.deepEqual([state, reason], ['queued', '451 Greylisted']);
        pauses.push(Math.round((wait ?? 0) / RETRY_SECONDS));
        assert.equal((await claim(theirs)).rows, 0, 'it is not tried before its time');
        await dueNow();
      }
      assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 480, 480]);
    });

    it('holds up nobody else', async () => {
      await world.happens(reference, reached('request', ['head']));
      await ledger.putOff(await claimOne(), '451 Greylisted');
      await world.happens(reference, reached('request', ['region'], { role: 'regional-team' }));
      assert.deepEqual(lettersOf((await claim()).envelopes), [[`${CONFIRM}/1/request/region`]]);
    });

    it('is given up after twelve tries, and a contact task says so', async () => {
      await world.happens(reference, reached('request', ['head']));
      for (let tries = 1; tries <= MOST_TRIES; tries++) {
        assert.deepEqual(await tasks(), []);
        await ledger.putOff(await claimOne(randomUUID()), '451 Greylisted');
        await dueNow();
      }
      const { state, reason } = await letter();
      assert.deepEqual([state, reason], ['failed', 'Given up after 12 tries: 451 Greylisted']);
      assert.deepEqual(await tasks(), ['head letter-refused open']);
      assert.equal((await claim()).rows, 0);
    });
  });

  describe('a mail server that is down', () => {
    it('uses up none of a letter’s tries, however long it is down', async () => {
      await world.happens(reference, reached('request', ['head']));
      for (let outage = 0; outage < 2 * MOST_TRIES; outage++) {
        const by = randomUUID();
        await claimOne(by);
        await ledger.release(by, 'No connection.');
        const { state, attempts, reason } = await letter();
        assert.deepEqual([state, attempts, reason], ['queued', 0, 'No connection.']);
      }
      await ledger.putOff(await claimOne(), '451 Greylisted');
      assert.equal((await letter()).state, 'queued', 'its first "later" was taken for its twelfth');
    });

    it('makes an attempt give back its own letters, and no others', async () => {
      await world.happens(reference, reached('request', ['head'], { rung: 'first' }));
      await claimOne(theirs);
      await world.happens(reference, reached('request', ['head'], { rung: 'second' }));
      await claimOne(mine);
      await ledger.release(mine, 'No connection.');
      assert.deepEqual(await states(), ['first head claimed', 'second head queued']);
    });
  });

  describe('the time until the next try', () => {
    it('is null while nothing waits', async () => {
      assert.equal(await ledger.msUntilNextTry(MAILROOM), null);
      await world.happens(reference, reached('request', ['head']));
      await accept(await claimOne());
      assert.equal(await ledger.msUntilNextTry(MAILROOM), null);
    });

    it('is zero while a letter is ready, and otherwise lasts until the first letter may be tried', async () => {
      await world.happens(reference, reached('request', ['head']));
      assert.equal(await ledger.msUntilNextTry(MAILROOM), 0);
      await ledger.putOff(await claimOne(), '451 Greylisted');
      const ms = (await ledger.msUntilNextTry(MAILROOM)) ?? assert.fail();
      assert.ok(ms > (RETRY_SECONDS - 10) * 1000 && ms <= RETRY_SECONDS * 1000, `${ms} ms`);
    });

    it('ends when the lease of another attempt runs out, for that attempt may have died', async () => {
      await world.happens(reference, reached('request', ['head']));
      await claimOne(theirs);
      const ms = (await ledger.msUntilNextTry(MAILROOM)) ?? assert.fail();
      assert.ok(ms > 50_000 && ms <= 60_000, `${ms} ms`);
    });

    it('ignores the letters of another mailroom', async () => {
      await world.happens(reference, reached('request', ['head']));
      assert.equal(await ledger.msUntilNextTry(MAILROOM + 1), null);
    });
  });

  it('clears the bells of the mailroom that comes, and of no other', async () => {
    await world.db.query("INSERT INTO mailroom_bells (mailroom, urgency) VALUES (7, 'at-once'), (7, 'gather'), (8, 'gather')");
    await ledger.heedBells(7);
    const { rows } = await world.db.query('SELECT mailroom, urgency FROM mailroom_bells WHERE mailroom >= 7');
    assert.deepEqual(rows, [{ mailroom: 8, urgency: 'gather' }]);
  });
});

function emailTo(address: string): ComposedEmail {
  return {
    messageId: '<one@post.example>',
    inReplyTo: null,
    references: [],
    date: AT,
    to: { name: 'Somebody', address },
    replyTo: { name: PEOPLE.coordinator.name, address: PEOPLE.coordinator.email },
    subject: 'Please confirm',
    text: 'Text',
    html: 'HTML',
    attachments: [],
  };
}
