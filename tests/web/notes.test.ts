import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { plainDate } from '../../domain/time/plain-date.ts';
import { createNoteMail } from '../../mail/send-note.ts';
import type { NoteMail } from '../../mail/send-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import type { SmtpMail } from '../../mail/smtp.ts';
import { claimDueNote, queueNote } from '../../postgres/desk/notes.ts';
import type { Note } from '../../postgres/desk/notes.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { openSink } from '../support/smtp-sink.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { SmtpSink } from '../support/smtp-sink.ts';

const NOTE: Note = { kind: 'answer-copy', person: 'cora', subject: 'Your answer', text: 'Yes.\n', html: '<p>Yes.</p>' };

let database: TestDatabase;
let sink: SmtpSink;
let smtp: SmtpMail;
let mail: NoteMail;

beforeAll(async () => {
  database = await freshDatabase();
  await database.pool.query(
    `INSERT INTO people (id, name, email, imported_at)
     VALUES ('cora', 'Cora Coordinator', 'cora@delivery.example', now()), ('bea', 'Bea Busy', 'bea@busy.example', now())`,
  );
});
beforeEach(async () => {
  await database.pool.query('TRUNCATE notes');
  await sink?.goAway();
  smtp?.close();
  sink = await openSink();
  smtp = createSmtpMail({
    url: sink.url,
    from: { name: 'Chaser', address: 'chaser@post.example' },
    messageIdDomain: 'post.example',
    maxConnections: 2,
    ratePerSecond: null,
    allowedDomains: ['example'],
  });
  mail = createNoteMail({ mail: smtp, messageIdDomain: 'post.example', from: { name: 'Chaser', address: 'chaser@post.example' } });
});
afterAll(async () => {
  await sink.goAway();
  smtp.close();
  await database.end();
});

describe('the notes', () => {
  it('are sent once, though two web services post them together, and their text is then deleted', async () => {
    for (let number = 1; number <= 10; number += 1) await queueNote(database.pool, { ...NOTE, subject: `Note ${number}` });
    sink.slowMs = 20;
    const [one, other] = await Promise.all([postNotes(database.pool, mail), postNotes(database.pool, mail)]);
    assert.equal(one + other, 10);
    assert.equal(await postNotes(database.pool, mail), 0);
    assert.equal(new Set(sink.arrived.map(({ subject }) => subject)).size, 10);
    assert.equal(sink.arrived.length, 10);
    const [first] = sink.arrived;
    assert.deepEqual(
      [first?.recipient, first?.text, first?.headers.get('auto-submitted')],
      ['cora@delivery.example', 'Yes.\n', 'auto-generated'],
    );
    assert.deepEqual(
      await states(),
      Array.from({ length: 10 }, () => ({ state: 'sent', attempts: 1, text: null, html: null, reason: null })),
    );
  });

  it('name the person to whom replies go, or the sender when they name nobody', async () => {
    await queueNote(database.pool, { ...NOTE, replyTo: 'bea' });
    await queueNote(database.pool, { ...NOTE, replyTo: 'nobody' });
    await queueNote(database.pool, NOTE);
    assert.equal(await postNotes(database.pool, mail), 3);
    assert.deepEqual(
      sink.arrived.map(({ replyTo }) => replyTo?.text),
      ['"Bea Busy" <bea@busy.example>', undefined, undefined],
    );
  });

  it('go first to people who wait to sign in', async () => {
    await queueNote(database.pool, NOTE);
    await queueNote(database.pool, { ...NOTE, kind: 'sign-in', subject: 'Sign in' });
    await postNotes(database.pool, mail);
    assert.deepEqual(
      sink.arrived.map(({ subject }) => subject),
      ['Sign in', 'Your answer'],
    );
  });

  it('wait while no mail server answers, and are sent when one does', async () => {
    await queueNote(database.pool, NOTE);
    await queueNote(database.pool, { ...NOTE, kind: 'sign-in' });
    await sink.goAway();
    assert.equal(await postNotes(database.pool, mail), 0);
    const waiting = await states();
    assert.deepEqual(
      waiting.map(({ state, attempts, text }) => ({ state, attempts, text })),
      [
        { state: 'waiting', attempts: 0, text: 'Yes.\n' },
        { state: 'waiting', attempts: 1, text: 'Yes.\n' },
      ],
    );
    assert.match(waiting[1]?.reason ?? '', /ECONNREFUSED/);

    await sink.comeBack();
    assert.equal(await postNotes(database.pool, mail), 1, 'The one that was put off waits for its pause to end.');
    await pausesEnd();
    assert.equal(await postNotes(database.pool, mail), 1);
    assert.equal(sink.arrived.length, 2);
  });

  it('wait longer each time, up to five minutes', async () => {
    await queueNote(database.pool, NOTE);
    await sink.goAway();
    const pauses: number[] = [];
    for (let time = 1; time <= 9; time += 1) {
      await pausesEnd();
      await postNotes(database.pool, mail);
      const { rows } = await database.pool.query<{ seconds: number }>(
        'SELECT round(extract(epoch FROM send_after - clock_timestamp()))::int AS seconds FROM notes',
      );
      pauses.push(rows[0]?.seconds ?? 0);
    }
    assert.deepEqual(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
    await sink.comeBack();
  });

  it('hold up nobody else when one address is put off', async () => {
    sink.defers.add('bea@busy.example');
    await queueNote(database.pool, { ...NOTE, person: 'bea' });
    await queueNote(database.pool, NOTE);
    assert.equal(await postNotes(database.pool, mail), 1);
    assert.deepEqual(
      (await states()).map(({ state, attempts }) => [state, attempts]),
      [
        ['waiting', 1],
        ['sent', 1],
      ],
    );
  });

  it('fail when they are refused, and a refused link to sign in is not kept', async () => {
    sink.refuses.add('bea@busy.example');
    await queueNote(database.pool, { ...NOTE, person: 'bea' });
    await queueNote(database.pool, { ...NOTE, person: 'bea', kind: 'sign-in' });
    await queueNote(database.pool, { ...NOTE, person: 'nobody' });
    assert.equal(await postNotes(database.pool, mail), 0);
    assert.deepEqual(
      (await states()).map(({ state, text, reason }) => ({ state, text, reason: reason?.slice(0, 23) })),
      [
        { state: 'failed', text: 'Yes.\n', reason: '550 No such mailbox her' },
        { state: 'failed', text: null, reason: '550 No such mailbox her' },
        { state: 'failed', text: 'Yes.\n', reason: '“” is not an e-mail add' },
      ],
    );
  });

  it('are not sent when their link has run out', async () => {
    await queueNote(database.pool, { ...NOTE, kind: 'sign-in' });
    await queueNote(database.pool, NOTE);
    await database.pool.query("UPDATE notes SET queued_at = queued_at - interval '15 minutes'");
    assert.equal(await postNotes(database.pool, mail), 1);
    assert.deepEqual(
      (await states()).map(({ state, text }) => ({ state, text })),
      [
        { state: 'failed', text: null },
        { state: 'sent', text: null },
      ],
    );
  });

  it('carry what changes a calendar, and keep none of it afterwards', async () => {
    const changed = { step: 'contact', round: 1, title: 'Contact', ask: 'Please.', dueOn: plainDate('2040-10-15'), stands: false };
    const replyTo = { name: 'Bea Busy', email: 'bea@busy.example' };
    const entry = { reference: 'D00001', subject: 'Hillside', replyTo, writtenAt: '2040-10-10T09:00:00.000Z', changed };
    await queueNote(database.pool, { ...NOTE, entries: [entry] });
    assert.equal(await postNotes(database.pool, mail), 1);
    const [file] = sink.arrived[0]?.attachments ?? [];
    assert.match(file?.content.toString() ?? '', /METHOD:CANCEL[^]*ATTENDEE;[^]*STATUS:CANCELLED/u);
    assert.deepEqual((await database.pool.query('SELECT entries FROM notes')).rows, [{ entries: [] }]);
  });

  it('lock nothing while the mail server hangs', async () => {
    await queueNote(database.pool, NOTE);
    sink.slowMs = 3_000;
    const posting = postNotes(database.pool, mail);
    await noteIsClaimed();
    const startedMs = performance.now();
    const client = await database.pool.connect();
    try {
      await client.query("SET lock_timeout = '500ms'");
      assert.equal((await client.query("UPDATE notes SET reason = 'looked at'")).rowCount, 1);
      const { rows } = await client.query(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
      );
      assert.deepEqual(rows, [], 'a transaction is open');
    } finally {
      await client.query('RESET lock_timeout');
      client.release();
    }
    assert.ok(performance.now() - startedMs < 2_500, 'the mail server had answered by then');
    assert.equal(await posting, 1);
  });

  it('are not sent by another web service while one waits for a server that takes longer than a lease', async () => {
    await queueNote(database.pool, NOTE);
    sink.slowMs = 2_500;
    const one = postNotes(database.pool, mail, 1);
    await noteIsClaimed();
    const others: number[] = [];
    for (let time = 1; time <= 10; time += 1) {
      others.push(await postNotes(database.pool, mail, 1));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.deepEqual([await one, ...others], [1, ...others.map(() => 0)]);
    assert.equal(sink.arrived.length, 1);
  });

  it('are said once more, as the same e-mail, when a web service dies before it marks one', async () => {
    await queueNote(database.pool, NOTE);
    const note = await claimDueNote(database.pool, 60);
    assert.ok(note !== null);
    assert.equal((await mail.send(note)).kind, 'accepted');
    // It died here. Until its lease is over nobody else sends the note.
    assert.equal(await postNotes(database.pool, mail), 0);
    await database.pool.query('UPDATE notes SET claimed_until = clock_timestamp()');
    assert.equal(await postNotes(database.pool, mail), 1);
    assert.equal(await postNotes(database.pool, mail), 0);
    assert.equal(sink.arrived.length, 2);
    const [id, again] = sink.arrived.map(({ messageId }) => messageId);
    assert.ok(id !== undefined && id === again, `${id} and ${again}`);
  });

  it('are not marked by whoever lost the lease', async () => {
    sink.refuses.add('bea@busy.example');
    await queueNote(database.pool, { ...NOTE, person: 'bea' });
    const slow: NoteMail = {
      async send(note) {
        await database.pool.query("UPDATE notes SET claim = gen_random_uuid(), claimed_until = clock_timestamp() + interval '1 minute'");
        return mail.send(note);
      },
    };
    assert.equal(await postNotes(database.pool, slow), 0);
    assert.deepEqual(
      (await states()).map(({ state, attempts }) => [state, attempts]),
      [['waiting', 0]],
    );
  });

  it('that were given up while they were on their way count as sent', async () => {
    await queueNote(database.pool, NOTE);
    const slow: NoteMail = {
      async send(note) {
        await database.pool.query("UPDATE notes SET failed_at = clock_timestamp(), reason = 'the person changed', body_text = NULL");
        return mail.send(note);
      },
    };
    assert.equal(await postNotes(database.pool, slow), 1);
    assert.deepEqual(
      (await states()).map(({ state, reason }) => [state, reason]),
      [['sent', null]],
    );
  });

  it('are not queued when the transaction that they report on fails', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      await queueNote(client, NOTE);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
    assert.equal(await postNotes(database.pool, mail), 0);
  });
});

async function noteIsClaimed(): Promise<void> {
  await waitUntil('a note is claimed', async () => {
    const { rowCount } = await database.pool.query('SELECT FROM notes WHERE claimed_until > clock_timestamp()');
    return rowCount === 1;
  });
}

async function pausesEnd(): Promise<void> {
  await database.pool.query('UPDATE notes SET send_after = clock_timestamp() WHERE sent_at IS NULL');
}

type State = {
  readonly state: string;
  readonly attempts: number;
  readonly text: string | null;
  readonly html: string | null;
  readonly reason: string | null;
};

async function states(): Promise<readonly State[]> {
  const { rows } = await database.pool.query<State>(
    `SELECT CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN failed_at IS NOT NULL THEN 'failed' ELSE 'waiting' END AS state,
            attempts, body_text AS text, body_html AS html, reason FROM notes ORDER BY id`,
  );
  return rows;
}
