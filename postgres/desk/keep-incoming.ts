import type pg from 'pg';
import type { Incoming, IncomingKind } from '../../activities/ports.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { openRefusal } from '../ledger/contact-task.ts';
import { NOW_SQL } from '../sandbox/clock.ts';
import { ITS_NOW } from '../views/place.ts';
import { movePlace } from './mailbox-reading.ts';
import type { ReadPlace } from './mailbox-reading.ts';

/** What became of an e-mail that came in. */
export type KeptIncoming = {
  /** False when it was kept before: then nothing was changed. */
  readonly isNew: boolean;
  /** A person's reply to a letter of a survey, of which nothing was kept. */
  readonly ofSurvey: boolean;
  readonly kind: IncomingKind['kind'];
  /** The deployments that it belongs to; none when it fits no letter. */
  readonly references: readonly string[];
  /** Whether it marked an address as refused. */
  readonly marked: boolean;
};

/**
 * Keeps an e-mail that came in, with the letters that it belongs to, and what it changes, all or nothing. The same one that comes again changes
 * nothing. With a place, the place up to which the mailbox was read is moved on in the same transaction.
 *
 * A bounce does to its letters what a refusal by the mail server does (`LedgerPort.markFailed`): they are marked as come back, there is a contact
 * task, and an address that nobody will ever read is marked, which ends its letters. That takes a report that names the letter and, where it names
 * recipients, the very address that was written to. Everything else is kept to be read, and changes nothing.
 *
 * But what a person replies to a letter of a survey is not kept at all: whoever works with them would read what they answered, and that they did.
 */
export async function keepIncoming(
  pool: pg.Pool,
  incoming: Incoming,
  from: { readonly via: 'mailbox' | 'pipe'; readonly place?: ReadPlace },
): Promise<KeptIncoming> {
  return inTransaction(pool, async (db) => {
    if (from.place !== undefined) await movePlace(db, from.place);
    if (incoming.ofSurvey && incoming.what.kind === 'person') {
      return { isNew: false, ofSurvey: true, kind: 'person', references: [], marked: false };
    }
    const letters = await lettersOf(db, incoming.letters);
    const references = [...new Set(letters.map(({ reference }) => reference))];
    const { kind } = incoming.what;
    const id = await insert(db, incoming, from.via, references);
    if (id === null) return { isNew: false, ofSurvey: false, kind, references, marked: false };
    await db.query('INSERT INTO incoming_letters (incoming, letter) SELECT $1::bigint, unnest($2::text[])', [
      id,
      letters.map(({ key }) => key),
    ]);
    const marked = incoming.what.kind === 'bounce' && (await returnLetters(db, incoming.what, letters));
    return { isNew: true, ofSurvey: false, kind, references, marked };
  });
}

type Letter = {
  readonly key: string;
  readonly reference: string;
  readonly role: string;
  readonly person: string;
  readonly address: string;
};

/** The letters of the first Message-ID that is one of ours. One e-mail may hold several. */
async function lettersOf(db: Db, ids: readonly string[]): Promise<readonly Letter[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<Letter>(
    `WITH found AS (
       SELECT key, reference, role, person, coalesce(address, '') AS address, array_position($1::text[], split_part(message_id, '@', 1)) AS place
       FROM messages WHERE message_id IS NOT NULL AND split_part(message_id, '@', 1) = ANY ($1))
     SELECT key, reference, role, person, address FROM found WHERE place = (SELECT min(place) FROM found) ORDER BY key`,
    [ids.map((id) => `<${id}`)],
  );
  return rows;
}

/** Null when it was kept before. */
async function insert(db: Db, incoming: Incoming, via: 'mailbox' | 'pipe', references: readonly string[]): Promise<string | null> {
  const { what, from, words, quoted, subject, writtenAt, attachments, cut } = incoming;
  const { kind, ...facts } = what;
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO incoming (once_as, via, kind, at, written_at, from_name, from_address, person, subject, words, quoted, attachments, cut, facts)
     VALUES (decode($1, 'hex'), $2, $3, coalesce((SELECT max(${ITS_NOW}) FROM deployments d WHERE d.reference = ANY ($4)), ${NOW_SQL}), $5, $6, $7,
             (SELECT id FROM people WHERE lower(email) = $7 AND $7 <> '' AND merged_into IS NULL), $8, $9, $10, $11, $12, $13)
     ON CONFLICT (once_as) DO NOTHING RETURNING id::text`,
    [
      incoming.onceAs,
      via,
      kind,
      references,
      writtenAt,
      from?.name ?? '',
      from?.address ?? '',
      subject,
      words,
      quoted,
      JSON.stringify(attachments),
      cut,
      JSON.stringify(facts),
    ],
  );
  return rows[0]?.id ?? null;
}

/** Marks letters as come back. Answers whether their address was marked as refused. */
async function returnLetters(
  db: Db,
  { recipients, said, addressForGood }: Extract<IncomingKind, { kind: 'bounce' }>,
  letters: readonly Letter[],
): Promise<boolean> {
  const [first] = letters;
  if (first === undefined) return false;
  const names = recipients.length === 0 || recipients.includes(first.address.toLowerCase());
  const forGood = addressForGood && names;
  const where = names ? first.address : `${first.address}, passed on to ${recipients.join(', ')}`;
  await db.query(
    `UPDATE messages SET state = 'bounced', closed_at = clock_timestamp(), reason = $2
     WHERE key = ANY ($1) AND state IN ('accepted', 'delivered', 'perhaps-sent')`,
    [letters.map(({ key }) => key), said],
  );
  await openRefusal(db, letters, { address: where, response: said, addressRefused: forGood });
  return forGood;
}

/** Records that somebody has seen to it. Returns false, and changes nothing, when somebody has done so before. */
export async function endIncoming(db: Db, { id, by }: { readonly id: string; readonly by: string }): Promise<boolean> {
  const { rowCount } = await db.query(
    'UPDATE incoming SET done_at = clock_timestamp(), done_by = $2 WHERE id = $1::bigint AND done_at IS NULL',
    [id, by],
  );
  return rowCount === 1;
}

/** How long an e-mail that fits no letter is kept. An assumption of ours: long enough for the coordinator to come back from the summer. */
const UNMATCHED_DAYS = 90;

/**
 * Takes away what an e-mail that fits no letter says and who wrote it, so many days after it came. Its name is kept, so that it changes
 * nothing when it comes again. One that belongs to a letter is kept as long as the letter is.
 */
export async function forgetUnmatched(db: Db): Promise<void> {
  await db.query(
    `UPDATE incoming i SET forgotten_at = clock_timestamp(), from_name = '', from_address = '', person = NULL, subject = '', words = '', quoted = '',
            attachments = '[]', facts = '{}'
     WHERE i.forgotten_at IS NULL AND i.taken_at <= clock_timestamp() - make_interval(days => $1)
       AND NOT EXISTS (SELECT FROM incoming_letters fits WHERE fits.incoming = i.id)`,
    [UNMATCHED_DAYS],
  );
}
