import type pg from 'pg';
import type { Claimed, Envelope, LedgerPort, LinkPort } from '../../activities/ports.ts';
import { travelsTogether, whyNotWanted } from '../../domain/chasing/wanted.ts';
import { lockPeopleAsTheyAre } from '../access/end-access.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { letterOf } from '../../letters/letter-of.ts';
import { IS_HELD, LOOK_AGAIN } from '../views/post-holds.ts';
import { asItLeaves, msToSendingHour } from './leaving.ts';
import { readLetterRows } from './letters.ts';
import type { LetterRow } from './letters.ts';
import { hold, holdForStop, keepBack, notAgain, suppress, writeAnew } from './set-aside.ts';
import { openContactTask } from './contact-task.ts';
import { markAddressRefused } from './mark-refused.ts';
import { bookTrouble, TROUBLE_ENDS, TROUBLE_IS_BELIEVED } from './trouble.ts';

export type LedgerOptions = {
  /** How long a claim holds without being renewed. */
  readonly leaseSeconds: number;
  /**
   * The first pause before an address that answered "try later" is tried again; each further pause is twice as long.
   */
  readonly retrySeconds: number;
  /** Null: letters are answered by reply or by telephone. */
  readonly links: LinkPort | null;
};

/** After this many tries, over about three days, an address that keeps answering "try later" counts as failed. */
const MOST_TRIES = 12;
const LONGEST_PAUSE_SECONDS = 8 * 3600;

/** The message ledger, as the mailroom works with it (design: docs/decisions/0005). */
export function createLedger(pool: pg.Pool, options: LedgerOptions): LedgerPort {
  return {
    async heedBells(mailroom) {
      await pool.query('DELETE FROM mailroom_bells WHERE mailroom = $1', [mailroom]);
    },

    async claim(mailroom, claim, limit): Promise<Claimed> {
      const keys = await inTransaction(pool, (db) => claimRows(db, mailroom, claim, limit, options.leaseSeconds));
      if (keys.length === 0) return { rows: 0, envelopes: [] };
      const rows = await readLetterRows(pool, keys);
      const wanted: LetterRow[] = [];
      for (const row of rows) {
        const unwanted = whyNotWanted(row.standing);
        if (unwanted !== null) await (row.standing.perhapsSent ? notAgain : suppress)(pool, claim, row, unwanted);
        else if (row.stop === null || row.kind === 'news') wanted.push(row);
        else if (row.standing.perhapsSent) await notAgain(pool, claim, row, 'The step is paused.');
        else await holdForStop(pool, claim, row.key, row.stop);
      }
      const mayLeave: LetterRow[] = [];
      for (const together of Map.groupBy(wanted, ({ envelope }) => envelope).values()) {
        const waits = together.map((row) => ({ row, waitMs: msToSendingHour(row) }));
        // What was handed over goes again as the same e-mail, or not at all: its letters wait for each other.
        const longestMs = together.some(({ standing }) => standing.perhapsSent) ? Math.max(...waits.map(({ waitMs }) => waitMs)) : 0;
        for (const { row, waitMs } of waits) {
          if (Math.max(waitMs, longestMs) > 0) await hold(pool, claim, row.key, Math.max(waitMs, longestMs));
          else mayLeave.push(row);
        }
      }
      const { linkOf, moved } = await linksOf(pool, mayLeave, options.links);
      for (const { key } of moved) await writeAnew(pool, claim, key);
      const written = mayLeave.filter((row) => !moved.includes(row));
      return { rows: keys.length, envelopes: envelopesOf(written, claim, options.links, linkOf) };
    },

    async renew(claim) {
      await pool.query(
        `UPDATE messages SET claimed_until = clock_timestamp() + make_interval(secs => $2)
         WHERE claim = $1 AND state = 'claimed' AND claimed_until > clock_timestamp()`,
        [claim, options.leaseSeconds],
      );
    },

    async handOver(claim, emails) {
      const letters = emails.flatMap(({ envelope, email }) =>
        keysOf(envelope).map((key) => ({
          key,
          message_id: email.messageId,
          subject: email.subject,
          body_text: kept(envelope, email.text),
          body_html: kept(envelope, email.html),
          address: email.to.address,
        })),
      );
      // Judged once more here, the last moment before it leaves: the post may have been held since it was claimed.
      const { rows } = await pool.query<{ key: string }>(
        `UPDATE messages m SET perhaps_sent_at = coalesce(m.perhaps_sent_at, clock_timestamp()), message_id = handed.message_id,
                subject = handed.subject, body_text = handed.body_text, body_html = handed.body_html, address = handed.address
         FROM jsonb_to_recordset($2::jsonb) AS handed
           (key text, message_id text, subject text, body_text text, body_html text, address text)
         WHERE m.key = handed.key AND m.claim = $1 AND m.state = 'claimed' AND NOT ${IS_HELD} RETURNING m.key`,
        [claim, JSON.stringify(letters)],
      );
      const handed = new Set(rows.map(({ key }) => key));
      const left = letters.filter(({ key }) => !handed.has(key)).map(({ key }) => key);
      if (left.length > 0) await keepBack(pool, claim, left);
      return new Set(emails.filter(({ envelope }) => keysOf(envelope).every((key) => handed.has(key))).map(({ envelope }) => envelope.id));
    },

    async markAccepted(envelope, response) {
      await pool.query(
        `WITH marked AS (
         UPDATE messages SET state = 'accepted', accepted_at = clock_timestamp(), closed_at = clock_timestamp(), claim = NULL,
                claimed_until = NULL, perhaps_sent_at = NULL, reason = $3
         WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed' RETURNING reference, person),
         at_ease AS (${TROUBLE_ENDS})
         UPDATE contact_tasks task SET closed_at = clock_timestamp(), outcome = 'a later letter was accepted' FROM marked
         WHERE task.reference = marked.reference AND task.person = marked.person AND task.problem = 'letter-refused' AND task.closed_at IS NULL`,
        [keysOf(envelope), envelope.claim, response],
      );
    },

    async markFailed(envelope, email, response, addressRefused) {
      await inTransaction(pool, async (db) => {
        const { rows } = await db.query<{ reference: string; role: string; person: string }>(
          `UPDATE messages SET state = 'failed', closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL,
                  ${NOT_SENT_NOW}, reason = $4
           WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed' RETURNING reference, role, person`,
          [keysOf(envelope), envelope.claim, envelope.perhapsSent, response],
        );
        for (const row of rows) {
          await openContactTask(db, row, addressRefused ? 'address-refused' : 'letter-refused', `${email.to.address}: ${response}`);
        }
        const [first] = rows;
        if (addressRefused && first) await markAddressRefused(db, { person: first.person, address: email.to.address, said: response });
      });
    },

    async putOff(envelope, response) {
      await pool.query(
        `UPDATE messages SET state = 'queued', claim = NULL, claimed_until = NULL, ${NOT_SENT_NOW}, reason = $4,
                send_after = clock_timestamp() + make_interval(secs => least($5 * 2 ^ (attempts - 1), $6))
         WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed' AND attempts < $7`,
        [keysOf(envelope), envelope.claim, envelope.perhapsSent, response, options.retrySeconds, LONGEST_PAUSE_SECONDS, MOST_TRIES],
      );
      const { rows } = await pool.query<{ reference: string; role: string; person: string }>(
        `UPDATE messages SET state = 'failed', claim = NULL, claimed_until = NULL, closed_at = clock_timestamp(),
                ${NOT_SENT_NOW}, reason = $4
         WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed' RETURNING reference, role, person`,
        [keysOf(envelope), envelope.claim, envelope.perhapsSent, `Given up after ${MOST_TRIES} tries: ${response}`],
      );
      for (const row of rows) await openContactTask(pool, row, 'letter-refused', response);
    },

    async bookTrouble(envelope, trouble) {
      return inTransaction(pool, (db) =>
        bookTrouble(db, { keys: keysOf(envelope), claim: envelope.claim }, trouble, {
          notSent: !trouble.perhapsSent && !envelope.perhapsSent,
          retrySeconds: options.retrySeconds,
        }),
      );
    },

    async release(claim, why) {
      await pool.query(
        `UPDATE messages SET state = 'queued', claim = NULL, claimed_until = NULL, reason = $2, attempts = attempts - 1
         WHERE claim = $1 AND state = 'claimed'`,
        [claim, why],
      );
    },

    async msUntilNextTry(mailroom) {
      const { rows } = await pool.query<{ ms: number | null }>(
        `SELECT ceil(extract(epoch FROM
                  min(greatest(CASE m.state WHEN 'claimed' THEN m.claimed_until ELSE coalesce(m.send_after, clock_timestamp()) END,
                                      ${LOOK_AGAIN}))
                  - clock_timestamp()) * 1000)::float8 AS ms
         FROM messages m WHERE m.mailroom = $1 AND m.state IN ('queued', 'claimed')`,
        [mailroom],
      );
      const ms = rows[0]?.ms ?? null;
      return ms === null ? null : Math.max(0, ms);
    },
  };
}

/** The server has said that it did not take it: $3 tells whether an earlier attempt may have got through. */
const NOT_SENT_NOW = 'perhaps_sent_at = CASE WHEN $3::boolean THEN perhaps_sent_at END';

/** A letter may be tried: it waits, or the claim of whoever had it ran out. */
const READY = `state IN ('queued', 'claimed') AND CASE state
  WHEN 'queued' THEN coalesce(send_after <= clock_timestamp(), true) ELSE claimed_until <= clock_timestamp() END`;

/** The day a letter was written on, in London: only letters of one day travel together. */
const WRITTEN_ON = "(written_at AT TIME ZONE 'Europe/London')::date";

/**
 * Claims up to `limit` e-mails, or a single one to try a mail server that is in trouble: the oldest letters that may be tried, each with the other reminders of that day that
 * wait for the same person, though their own time to gather may not be over. Letters whose post is held are left where they are. A claim that ran out is taken over in the very envelope it had: a repeat is the same e-mail.
 */
async function claimRows(db: Db, mailroom: number, claim: string, limit: number, leaseSeconds: number): Promise<readonly string[]> {
  const { rows: heads } = await db.query<{
    key: string;
    kind: LetterRow['kind'];
    person: string;
    written_on: string;
    envelope: string | null;
  }>(
    `SELECT key, kind, person, ${WRITTEN_ON} AS written_on, envelope FROM messages m
     WHERE mailroom = $1 AND ${READY} AND NOT ${IS_HELD} ORDER BY queued_at, key
     LIMIT CASE WHEN ${TROUBLE_IS_BELIEVED} THEN 1 ELSE $2::int END FOR UPDATE SKIP LOCKED`,
    [mailroom, limit],
  );
  if (heads.length === 0) return [];
  const gathering = heads.filter(({ kind, envelope }) => travelsTogether(kind) && envelope === null);
  const { rows } = await db.query<{ key: string }>(
    `UPDATE messages SET state = 'claimed', claim = $2, attempts = attempts + 1,
            claimed_until = clock_timestamp() + make_interval(secs => $3),
            envelope = coalesce(envelope, CASE WHEN kind IN ('reminder', 'overdue')
                                               THEN person || '@' || ${WRITTEN_ON} || '/' || $2::uuid::text ELSE key END)
     WHERE key IN (
       SELECT key FROM messages m
       WHERE mailroom = $1 AND NOT ${IS_HELD}
         AND (${READY} AND (key = ANY ($4) OR envelope = ANY ($5))
              OR state = 'queued' AND envelope IS NULL AND kind IN ('reminder', 'overdue')
                 AND (person, ${WRITTEN_ON}) IN (SELECT * FROM unnest($6::text[], $7::date[])))
       FOR UPDATE SKIP LOCKED)
     RETURNING key`,
    [
      mailroom,
      claim,
      leaseSeconds,
      heads.map(({ key }) => key),
      heads.flatMap(({ envelope }) => envelope ?? []),
      gathering.map(({ person }) => person),
      gathering.map(({ written_on }) => written_on),
    ],
  );
  return rows.map(({ key }) => key);
}

function envelopesOf(
  rows: readonly LetterRow[],
  claim: string,
  links: LinkPort | null,
  linkOf: ReadonlyMap<string, string>,
): readonly Envelope[] {
  return [...Map.groupBy(rows, (row) => row.envelope)].map(([id, together]) => ({
    id,
    claim,
    perhapsSent: together.some(({ standing }) => standing.perhapsSent),
    letters: together.map((row) =>
      letterOf(asItLeaves(row), {
        link: linkOf.get(row.key) ?? null,
        pages: links?.pagesFor({ reference: row.reference, step: row.step.id }) ?? null,
      }),
    ),
  }));
}

/** The kinds of letter that their recipient can answer. */
const ANSWERABLE: ReadonlySet<LetterRow['kind']> = new Set(['request', 'reminder', 'overdue', 'escalation']);

type LinksGiven = {
  /** By the letter's key. */
  readonly linkOf: ReadonlyMap<string, string>;
  /** Letters whose recipient has got another address since the letters were read. */
  readonly moved: readonly LetterRow[];
};

/** A link for each letter that can be answered; the hashes of new ones are kept. An earlier address is given none. */
async function linksOf(pool: pg.Pool, rows: readonly LetterRow[], links: LinkPort | null): Promise<LinksGiven> {
  const answerable = links === null ? [] : rows.filter(({ kind }) => ANSWERABLE.has(kind));
  if (links === null || answerable.length === 0) return { linkOf: new Map(), moved: [] };
  return inTransaction(pool, async (db) => {
    await lockPeopleAsTheyAre(db);
    const { rows: people } = await db.query<{ id: string; email: string }>('SELECT id, email FROM people WHERE id = ANY ($1)', [
      answerable.map(({ person }) => person),
    ]);
    const addressOf = new Map(people.map(({ id, email }) => [id, email]));
    const moved = answerable.filter(({ person, facts }) => addressOf.get(person) !== facts.recipient.email);
    const made = answerable
      .filter((row) => !moved.includes(row))
      .map((row) => {
        const subject = { reference: row.reference, step: row.step.id, round: row.facts.round, person: row.person };
        return { row, subject, token: links.tokenFor(subject, row.linkGeneration) };
      });
    await db.query(
      `INSERT INTO answer_links (hash, reference, step, round, role, person, generation)
       SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[]) ON CONFLICT DO NOTHING`,
      [
        made.map(({ token }) => links.hashOf(token)),
        made.map(({ subject }) => subject.reference),
        made.map(({ subject }) => subject.step),
        made.map(({ subject }) => subject.round),
        made.map(({ row }) => row.role),
        made.map(({ subject }) => subject.person),
        made.map(({ row }) => row.linkGeneration),
      ],
    );
    return { linkOf: new Map(made.map(({ row, token }) => [row.key, links.urlFor(token)])), moved };
  });
}

/** The stored words of an e-mail: everything except the links, which are as good as a signature. */
function kept(envelope: Envelope, text: string): string {
  return envelope.letters.reduce((words, { link }) => (link === null ? words : words.replaceAll(link, '[link]')), text);
}

function keysOf(envelope: Envelope): readonly string[] {
  return envelope.letters.map(({ key }) => key);
}
