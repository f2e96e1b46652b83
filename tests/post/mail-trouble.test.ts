import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { createSmtpMail } from '../../mail/smtp.ts';
import type { SmtpMail } from '../../mail/smtp.ts';
import { readMailTrouble } from '../../postgres/views/mail-trouble.ts';
import { startScriptedSmtp } from '../kit/scripted-smtp.ts';
import type { ScriptedSmtp } from '../kit/scripted-smtp.ts';
import { CONFIRM, opened, openRecordWorld, reached } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { mailroomRound } from '../support/mailroom-round.ts';
import { freshName } from '../support/servers.ts';

const DEAD = 'dead@school-7.example';
const BLOCKED = '554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using bl.list.example';
/** Words that no table knows: they count as said of us until others get through. */
const UNCLEAR = '554 Transaction failed';

/** The mailroom's activity and the ledger, against a mail server that speaks as it is told. Time is moved by hand. */
describe('a mail server in trouble', () => {
  let world: RecordWorld;
  let server: ScriptedSmtp;
  let mail: SmtpMail;
  let reference: string;
  beforeAll(async () => {
    world = await openRecordWorld();
  });
  afterAll(() => world.end());
  beforeEach(async () => {
    for (const table of ['messages', 'contact_tasks', 'mail_trouble']) await world.db.query(`DELETE FROM ${table}`);
    server = await startScriptedSmtp();
    mail = createSmtpMail({
      url: server.url,
      from: { name: 'Chaser', address: 'chaser@post.example' },
      messageIdDomain: 'post.example',
      maxConnections: 4,
      ratePerSecond: null,
      allowedDomains: ['example'],
    });
    reference = freshName('T');
    await world.begin(reference, opened(CONFIRM));
  });
  afterEach(async () => {
    mail.close();
    await server.stop();
  });

  /** A request to each of so many heads, all of whom hold the school's role. */
  async function write(heads: number): Promise<readonly string[]> {
    const people = Array.from({ length: heads }, (_, n) => ({ id: `head-${n}`, email: n === 7 ? DEAD : `head@school-${n}.example` }));
    await world.db.query(
      `INSERT INTO people (id, name, email, imported_at) SELECT id, id, email, now() FROM jsonb_to_recordset($1) AS p (id text, email text)
       ON CONFLICT (id) DO UPDATE SET address_refused_at = NULL, address_refused_with = NULL`,
      [JSON.stringify(people)],
    );
    await world.db.query(
      `INSERT INTO deployment_parties (reference, role, person, since)
       SELECT $1, 'school', id, '2040-10-08T08:00:00Z' FROM jsonb_to_recordset($2) AS p (id text)`,
      [reference, JSON.stringify(people)],
    );
    await world.happens(
      reference,
      reached(
        'request',
        people.map(({ id }) => id),
      ),
    );
    return people.map(({ email }) => email);
  }

  const round = () => mailroomRound(world.db, mail);
  const passMinutes = async (minutes: number) => {
    await world.db.query('UPDATE messages SET send_after = send_after - make_interval(mins => $1) WHERE send_after IS NOT NULL', [minutes]);
    await world.db.query('UPDATE mail_trouble SET since = since - make_interval(mins => $1)', [minutes]);
  };
  const count = async (query: string) => (await world.db.query<{ n: number }>(query)).rows[0]?.n;
  const accepted = () => count("SELECT count(*)::int AS n FROM messages WHERE state = 'accepted'");
  const marked = () => count('SELECT count(*)::int AS n FROM people WHERE address_refused_at IS NOT NULL');
  const tasks = async () =>
    (await world.db.query<{ task: string }>("SELECT person || ' ' || problem AS task FROM contact_tasks WHERE closed_at IS NULL")).rows.map(
      ({ task }) => task,
    );
  const untilDone = async () => {
    for (let tries = 0; tries < 100 && (await count("SELECT count(*)::int AS n FROM messages WHERE state = 'queued'")) !== 0; tries++) {
      await round();
      await passMinutes(11);
    }
  };

  it('among 500 letters one dead mailbox costs its own letter, and a contact task', async () => {
    server.says = (stage, to) =>
      stage === 'RCPT TO' && to === DEAD ? `550 5.1.1 <${DEAD}>: Recipient address rejected: User unknown in relay recipient table` : null;
    await write(500);
    let failed: string | null = null;
    for (let rounds = 0; rounds < 20 && failed === null && (await accepted()) !== 499; rounds++) failed = await round();
    assert.equal(await accepted(), 499, `${failed ?? 'no round failed'}; ${JSON.stringify(await readMailTrouble(world.db))}`);
    assert.deepEqual(await tasks(), ['head-7 address-refused']);
    assert.equal(await marked(), 1);
    assert.equal(await readMailTrouble(world.db), null);
  });

  it('a mailbox whose server words it in a way nobody foresaw steps aside, and becomes a contact task once others got through six times', async () => {
    server.says = (stage, to) => (stage === 'RCPT TO' && to === DEAD ? UNCLEAR : null);
    await write(20);
    assert.equal(await round(), null, 'it held up the others');
    assert.equal(await accepted(), 19);
    assert.deepEqual(await tasks(), []);
    for (let times = 0; times < 8 && (await tasks()).length === 0; times++) {
      await passMinutes(60);
      // Another letter gets through before each try.
      await world.happens(reference, reached('notice', ['head-1'], { rung: `notice-${times}` }));
      await world.db.query("UPDATE messages SET queued_at = queued_at - interval '1 day' WHERE rung LIKE 'notice-%'");
      assert.equal(await round(), null);
    }
    assert.deepEqual(await tasks(), ['head-7 letter-refused']);
    assert.equal(await marked(), 0, 'the address was marked on unclear words');
  });

  it('an hour on a blocklist marks nobody, and everything is sent afterwards, once', async () => {
    server.says = (stage) => (stage === 'RCPT TO' ? BLOCKED : null);
    const heads = await write(120);
    for (let minute = 0; minute < 60; minute++) {
      assert.match((await round()) ?? '', minute === 0 ? /refuses us|/ : /refuses us: 554 5\.7\.1 Service unavailable/);
      await passMinutes(1);
    }
    const trouble = await readMailTrouble(world.db);
    assert.equal(trouble?.kind, 'we-are-refused');
    assert.ok(trouble.believed);
    assert.match(trouble.said, /blocked using bl\.list\.example/);
    assert.ok(Date.now() - Date.parse(trouble.since) > 59 * 60_000, 'it forgot since when');
    assert.deepEqual([await accepted(), await marked(), (await tasks()).length], [0, 0, 0]);

    server.says = () => null;
    await untilDone();
    assert.equal(await accepted(), 120);
    assert.deepEqual(server.delivered.map(({ to }) => to).toSorted(), heads.toSorted(), 'somebody was written to twice, or not at all');
    assert.deepEqual([await marked(), (await tasks()).length, await readMailTrouble(world.db)], [0, 0, null]);
  });

  it('is tried with one letter at a time while it is believed to refuse us', async () => {
    let asked = 0;
    server.says = (stage) => (stage === 'RCPT TO' ? ((asked += 1), BLOCKED) : null);
    await write(40);
    while ((await readMailTrouble(world.db))?.believed !== true) await round();
    asked = 0;
    await round();
    assert.equal(asked, 1);
  });

  it('is not believed on the word of one recipient, however often that one hears it, and the letter waits longer each time', async () => {
    server.says = (stage) => (stage === 'RCPT TO' ? BLOCKED : null);
    await write(1);
    const waits: number[] = [];
    for (let times = 0; times < 8; times++) {
      assert.equal(await round(), null);
      const { rows } = await world.db.query<{ wait: number }>(
        "SELECT extract(epoch FROM send_after - clock_timestamp())::float8 AS wait FROM messages WHERE state = 'queued'",
      );
      waits.push(Math.round((rows[0]?.wait ?? 0) / 60));
      await passMinutes((waits.at(-1) ?? 0) + 1);
    }
    const trouble = await readMailTrouble(world.db);
    assert.equal(trouble?.believed, false);
    assert.deepEqual(await tasks(), [], 'nobody else got through, so nothing speaks against this letter');
    assert.ok(waits[0] === 1 && waits.every((wait, n) => wait >= (waits[n - 1] ?? 0) && wait <= 10), waits.join());
    assert.equal(waits.at(-1), 10);
  });

  it('two mailboxes that are refused in unclear words stop nobody else for longer than a moment', async () => {
    server.says = (stage, to) => (stage === 'RCPT TO' && (to === DEAD || to === 'head@school-8.example') ? UNCLEAR : null);
    await write(60);
    for (let tries = 0; tries < 4 && (await accepted()) !== 58; tries++) await round();
    assert.equal(await accepted(), 58);
    assert.equal(await marked(), 0);
  });

  it('that cuts the connection on one letter only is no reason to stop the others', async () => {
    server.says = (stage, to) => (stage === 'message' && to === DEAD ? 'cut' : null);
    await write(20);
    assert.equal(await round(), null);
    assert.equal(await accepted(), 19);
    assert.equal(await count('SELECT count(*)::int AS n FROM messages WHERE perhaps_sent_at IS NOT NULL'), 1);
  });

  it('that greets nobody holds everything, without a try counted against any letter', async () => {
    server.says = (stage) => (stage === 'greeting' ? '554 No service' : null);
    await write(3);
    assert.match((await round()) ?? '', /^No mail server: /);
    assert.equal((await readMailTrouble(world.db))?.kind, 'no-server');
    assert.equal(await count("SELECT count(*)::int AS n FROM messages WHERE state = 'queued' AND send_after IS NULL AND attempts = 0"), 3);
    assert.equal(await count('SELECT count(*)::int AS n FROM messages WHERE perhaps_sent_at IS NOT NULL'), 0);
  });
});
