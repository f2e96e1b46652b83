import type pg from 'pg';
import type { Claimed, Envelope, LedgerPort, LinkPort } from '../../activities/ports.ts';
import { travelsTogether, whyNotWanted } from '../../domain/chasing/wanted.ts';
import { lockPeopleAsTheyAre } from '../access/end-access.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { ANSWERABLE } from '../../letters/kind-words.ts';
import { letterOf } from '../../letters/letter-of.ts';
import { whyItGoesOn } from '../../letters/quieter-words.ts';
import { IS_HELD, LOOK_AGAIN } from '../views/post-holds.ts';
import { mostInADay, withoutPlace } from '../desk/daily-cap.ts';
import { createAcceptance } from './accepted.ts';
import { asItLeaves, msToAnotherDay, msToGathering, msToSendingHour } from './leaving.ts';
import { readLetterRows } from './letters.ts';
import type { LetterRow } from './letters.ts';
import { hold, holdForStop, keepBack, notAgain, suppress, writeAnew } from './set-aside.ts';
import { openContactTask, openRefusal } from './contact-task.ts';
import { bookTrouble, TROUBLE_IS_BELIEVED } from './trouble.ts';

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
export const MOST_TRIES = 12;
export const LONGEST_PAUSE_SECONDS = 8 * 3600;

/** The message ledger, as the mailroom works with it (design: docs/decisions/0005). */
export function createLedger(pool: pg.Pool, options: LedgerOptions): LedgerPort {
  const accept = createAcceptance(pool, options.leaseSeconds);
  return {
    async heedBells(mailroom) {
      await pool.query('DELETE FROM mailroom_bells WHERE mailroom = $1', [mailroom]);
    },

    async claim(mailroom, claim, limit): Promise<Claimed> {
      const most = await mostInADay(pool);
      const keys = await inTransaction(pool, (db) => claimRows(db, mailroom, claim, limit, options.leaseSeconds, most));
      if (keys.length === 0) return { rows: 0, envelopes: [] };
      const rows = await readLetterRows(pool, keys);
      const wanted: LetterRow[] = [];
      const toGather = new Set<LetterRow>();
      for (const row of rows) {
        const unwanted = whyNotWanted(row.standing);
        if (unwanted !== null) await (row.standing.perhapsSent ? notAgain : suppress)(pool, claim, row, unwanted);
        else if (row.stop === null || row.kind === 'news') {
          if (msToGathering(row) > 0) toGather.add(row);
          else wanted.push(row);
        } else if (row.standing.perhapsSent) await notAgain(pool, claim, row, 'The step is paused.');
        else await holdForStop(pool, claim, row.key, row.stop);
      }
      // A moment later than the others of the same moment are due, so that they are claimed together.
      for (const row of toGather)
        await hold(pool, claim, row.key, msToGathering(row) + GATHERED_AFTER_MS, { because: GATHERED_LATER, gathered: true });
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
      const over = most === null || mayLeave.length === 0 ? [] : await withoutPlace(pool, claim, mayLeave, most);
      for (const row of over)
        await hold(pool, claim, row.key, msToAnotherDay(row), {
          because: `Waits for another day: nobody gets more than ${most} e-mails a day.`,
        });
      const placed = mayLeave.filter((row) => !over.includes(row));
      const { linkOf, quieterOf, moved } = await linksOf(pool, placed, options.links);
      for (const { key } of moved) await writeAnew(pool, claim, key);
      const written = placed.filter((row) => !moved.includes(row));
      return { rows: keys.length, envelopes: envelopesOf(written, claim, options.links, { linkOf, quieterOf }) };
    },

    async renew(claim) {
      // What is being marked meanwhile needs no renewal. Were it waited for, renewing and marking could each hold a letter that the other waits for.
      await pool.query(
        `UPDATE messages SET claimed_until = clock_timestamp() + make_interval(secs => $2)
         WHERE key IN (SELECT key FROM messages WHERE claim = $1 AND state = 'claimed' AND claimed_until > clock_timestamp()
                       FOR UPDATE SKIP LOCKED)`,
        [claim, options.leaseSeconds],
      );
    },

    async handOver(claim, emails) {
      const letters = emails.flatMap(({ envelope, email }) =>
        keysOf(envelope).map((key) => ({
          key,
          envelope: envelope.id,
          message_id: email.messageId,
          subject: email.subject,
          body_text: kept(envelope, email.text),
          body_html: kept(envelope, email.html),
          address: email.to.address,
        })),
      );
      // Judged once more here, the last moment before it leaves: since it was claimed the post may have been held, and something may have
      // happened in a deployment of which it speaks. An e-mail goes whole or not at all.
      const { rows } = await pool.query<{ key: string }>(
        `UPDATE messages m SET perhaps_sent_at = coalesce(m.perhaps_sent_at, clock_timestamp()), message_id = handed.message_id,
                subject = handed.subject, body_text = handed.body_text, body_html = handed.body_html, address = handed.address
         FROM jsonb_to_recordset($2::jsonb) AS handed
           (key text, envelope text, message_id text, subject text, body_text text, body_html text, address text)
         WHERE m.key = handed.key AND m.claim = $1 AND m.state = 'claimed' AND NOT ${IS_HELD}
           AND NOT EXISTS (SELECT FROM jsonb_to_recordset($3::jsonb) AS told (envelope text, reference text, sequence int)
                           JOIN deployments now ON now.reference = told.reference
                           WHERE told.envelope = handed.envelope AND now.sequence IS DISTINCT FROM told.sequence)
         RETURNING m.key`,
        [
          claim,
          JSON.stringify(letters),
          JSON.stringify(
            emails.flatMap(({ envelope: { id, sequences } }) =>
              Object.entries(sequences).map(([reference, sequence]) => ({ envelope: id, reference, sequence })),
            ),
          ),
        ],
      );
      const handed = new Set(rows.map(({ key }) => key));
      const left = letters.filter(({ key }) => !handed.has(key)).map(({ key }) => key);
      if (left.length > 0) await keepBack(pool, claim, left);
      return new Set(emails.filter(({ envelope }) => keysOf(envelope).every((key) => handed.has(key))).map(({ envelope }) => envelope.id));
    },

    async markAccepted(envelope, response, notification) {
      await accept(keysOf(envelope).map((key) => ({ key, claim: envelope.claim, response, notification: notification ?? null })));
    },

    async markFailed(envelope, email, response, addressRefused) {
      await inTransaction(pool, async (db) => {
        const { rows } = await db.query<{ reference: string; role: string; person: string }>(
          `UPDATE messages SET state = 'failed', closed_at = clock_timestamp(), claim = NULL, claimed_until = NULL,
                  ${NOT_SENT_NOW}, reason = $4
           WHERE key = ANY ($1) AND claim = $2 AND state = 'claimed' RETURNING reference, role, person`,
          [keysOf(envelope), envelope.claim, envelope.perhapsSent, response],
        );
        await openRefusal(db, rows, { address: email.to.address, response, addressRefused });
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

    async putBack(envelopes) {
      for (const [claim, those] of Map.groupBy(envelopes, (envelope) => envelope.claim)) await keepBack(pool, claim, those.flatMap(keysOf));
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

/** Letters that leave together are due so long after their moment: each is judged on its own, and their clocks differ by the time that takes. */
const GATHERED_AFTER_MS = 60_000;
const GATHERED_LATER = 'Waits for the e-mail that its reader gets once a day or once a week.';

/** A letter may be tried: it waits, or the claim of whoever had it ran out. */
const READY = `state IN ('queued', 'claimed') AND CASE state
  WHEN 'queued' THEN coalesce(send_after <= clock_timestamp(), true) ELSE claimed_until <= clock_timestamp() END`;

/** The day a letter was written on, in London: only letters of one day travel together. */
const WRITTEN_ON = "(written_at AT TIME ZONE 'Europe/London')::date";

const HEADS_OF = (order: string) => `
  SELECT key, kind, person, ${WRITTEN_ON} AS written_on, envelope, gathered FROM messages m
  WHERE mailroom = $1 AND ${READY} AND NOT ${IS_HELD} ORDER BY ${order}
  LIMIT CASE WHEN ${TROUBLE_IS_BELIEVED} THEN 1 ELSE $2::int END FOR UPDATE SKIP LOCKED`;
const HEADS = HEADS_OF('queued_at, key');
/** While there is a cap, the letters that give way last are looked at first (domain/chasing/daily-cap.ts): else the others would take their places. */
const HEADS_IN_PLACE = HEADS_OF(`CASE WHEN m.kind IN ('news', 'escalation-notice') THEN 3 WHEN m.kind NOT IN ('reminder', 'overdue') THEN 0
    WHEN (SELECT s.optional FROM steps s WHERE s.reference = m.reference AND s.step = m.step AND s.round = m.round) THEN 2 ELSE 1 END, queued_at, key`);

/**
 * Claims up to `limit` e-mails, or a single one to try a mail server that is in trouble: the oldest letters that may be tried, each with the other reminders of that day that
 * wait for the same person, though their own time to gather may not be over. Letters whose post is held are left where they are. A claim that ran out is taken over in the very envelope it had: a repeat is the same e-mail.
 */
async function claimRows(
  db: Db,
  mailroom: number,
  claim: string,
  limit: number,
  leaseSeconds: number,
  most: number | null,
): Promise<readonly string[]> {
  const { rows: heads } = await db.query<{
    key: string;
    kind: LetterRow['kind'];
    person: string;
    written_on: string;
    envelope: string | null;
    gathered: boolean;
  }>(most === null ? HEADS : HEADS_IN_PLACE, [mailroom, limit]);
  if (heads.length === 0) return [];
  const gathering = heads.filter(({ kind, envelope }) => travelsTogether(kind) && envelope === null);
  const { rows } = await db.query<{ key: string }>(
    `UPDATE messages SET state = 'claimed', claim = $2, attempts = attempts + 1,
            place_on = CASE WHEN perhaps_sent_at IS NOT NULL THEN place_on END,
            claimed_until = clock_timestamp() + make_interval(secs => $3),
            envelope = coalesce(envelope, CASE WHEN kind IN ('reminder', 'overdue') THEN person || '@' || ${WRITTEN_ON} || '/' || $2::uuid::text
                                               WHEN gathered THEN person || '@gathered/' || $2::uuid::text ELSE key END)
     WHERE key IN (
       SELECT key FROM messages m
       WHERE mailroom = $1 AND NOT ${IS_HELD}
         AND (${READY} AND (key = ANY ($4) OR envelope = ANY ($5))
              OR state = 'queued' AND envelope IS NULL AND kind IN ('reminder', 'overdue')
                 AND (person, ${WRITTEN_ON}) IN (SELECT * FROM unnest($6::text[], $7::date[]))
              OR state = 'queued' AND envelope IS NULL AND gathered AND person = ANY ($8)
                 AND coalesce(send_after <= clock_timestamp() + interval '1 minute', true))
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
      heads.filter(({ gathered, envelope }) => gathered && envelope === null).map(({ person }) => person),
    ],
  );
  return rows.map(({ key }) => key);
}

function envelopesOf(
  rows: readonly LetterRow[],
  claim: string,
  links: LinkPort | null,
  { linkOf, quieterOf }: Omit<LinksGiven, 'moved'>,
): readonly Envelope[] {
  return [...Map.groupBy(rows, (row) => row.envelope)].map(([id, together]) => ({
    id,
    claim,
    perhapsSent: together.some(({ standing }) => standing.perhapsSent),
    sequences: Object.fromEntries(together.map(({ reference, sequence }) => [reference, sequence])),
    letters: together.map((row) =>
      letterOf(asItLeaves(row), {
        link: linkOf.get(row.key) ?? null,
        pages: links?.pagesFor({ reference: row.reference, step: row.step.id }) ?? null,
        ...quieterParts(row, quieterOf.get(row.key)),
      }),
    ),
  }));
}

/** What the foot of a letter says of fewer e-mails: where to ask for them, or why this one comes all the same. */
function quieterParts({ kind, quieter: { until } }: LetterRow, href: string | undefined): { quieter?: string; goesOn?: string } {
  if (href !== undefined) return { quieter: href };
  return until === null || kind === 'escalation-notice' ? {} : { goesOn: whyItGoesOn(kind) };
}

type LinksGiven = {
  /** By the letter's key. */
  readonly linkOf: ReadonlyMap<string, string>;
  /** Where the recipient stops letters like this one, by the letter's key; for those that may be stopped. */
  readonly quieterOf: ReadonlyMap<string, string>;
  /** Letters whose recipient has got another address since the letters were read. */
  readonly moved: readonly LetterRow[];
};

/** A link for each letter that can be answered; the hashes of new ones are kept. An earlier address is given none. */
export async function linksOf(pool: pg.Pool, rows: readonly LetterRow[], links: LinkPort | null): Promise<LinksGiven> {
  const answerable = links === null ? [] : rows.filter(({ kind }) => ANSWERABLE.has(kind));
  const stoppable = links === null ? [] : rows.filter(({ quieter }) => quieter.mayStop);
  if (links === null || answerable.length + stoppable.length === 0) return { linkOf: new Map(), quieterOf: new Map(), moved: [] };
  return inTransaction(pool, async (db) => {
    await lockPeopleAsTheyAre(db);
    const { rows: people } = await db.query<{ id: string; email: string }>('SELECT id, email FROM people WHERE id = ANY ($1)', [
      [...answerable, ...stoppable].map(({ person }) => person),
    ]);
    const addressOf = new Map(people.map(({ id, email }) => [id, email]));
    const moved = [...new Set([...answerable, ...stoppable])].filter(
      ({ person, facts }) => addressOf.get(person) !== facts.recipient.email,
    );
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
    const quieter = stoppable
      .filter((row) => !moved.includes(row))
      .map((row) => {
        const of = { reference: row.reference, person: row.person, email: row.facts.recipient.email };
        return { row, of, token: links.quieterTokenFor(of) };
      });
    await db.query(
      `INSERT INTO quieter_links (hash, reference, person, email)
       SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
      [
        quieter.map(({ token }) => links.hashOf(token)),
        quieter.map(({ of }) => of.reference),
        quieter.map(({ of }) => of.person),
        quieter.map(({ of }) => of.email),
      ],
    );
    const quieterOf = new Map(quieter.map(({ row, token }) => [row.key, links.quieterUrlFor(token)]));
    return { quieterOf, linkOf: new Map(made.map(({ row, token }) => [row.key, links.urlFor(token)])), moved };
  });
}

/** The stored words of an e-mail: everything except the links, which are as good as a signature. */
function kept(envelope: Envelope, text: string): string {
  const links = envelope.letters.flatMap(({ link, quieter }) => [link ?? [], quieter ?? []].flat());
  return links.reduce((words, link) => words.replaceAll(link, '[link]'), text);
}

function keysOf(envelope: Envelope): readonly string[] {
  return envelope.letters.map(({ key }) => key);
}
