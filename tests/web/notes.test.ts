import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { createNoteMail } from '../../mail/send-note.ts';
import type { NoteMail } from '../../mail/send-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import type { SmtpMail } from '../../mail/smtp.ts';
import { queueNote } from '../../postgres/desk/notes.ts';
import type { Note } from '../../postgres/desk/notes.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { openSink } from '../support/smtp-sink.ts';
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
  mail = createNoteMail({ mail: smtp, messageIdDomain: 'post.example' });
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
