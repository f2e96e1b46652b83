import type pg from 'pg';
import { ADDRESS_REFUSED, ONE_LADDER, whyNotWanted } from '../../domain/chasing/wanted.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { readLetterRows } from '../ledger/letters.ts';
import type { LetterRow } from '../ledger/letters.ts';

/** Which marks are meant: since when, and by what the mail server said. Null: whatever it was. */
export type WhichRefusals = { readonly since: string | null; readonly said: string | null; readonly person: string | null };

/** Somebody whose address a mail server refused for good, and the letters that were not sent for it and are still wanted. */
export type RefusedAddress = {
  readonly person: string;
  readonly name: string;
  readonly email: string;
  readonly refusedAt: string;
  readonly said: string;
  readonly letters: readonly { readonly key: string; readonly reference: string; readonly step: string; readonly kind: string }[];
};

/** The addresses that are marked as refused, the newest first, each with the letters that would be sent without the mark. */
export async function listRefusedAddresses(db: Db, which: WhichRefusals): Promise<readonly RefusedAddress[]> {
  const { rows: people } = await db.query<Omit<RefusedAddress, 'letters'>>(
    `SELECT id AS person, name, email, address_refused_at AS "refusedAt", coalesce(address_refused_with, '') AS said FROM people
     WHERE address_refused_at IS NOT NULL AND ($1::timestamptz IS NULL OR address_refused_at >= $1)
       AND ($2::text IS NULL OR position(lower($2) IN lower(coalesce(address_refused_with, ''))) > 0)
       AND ($3::text IS NULL OR id = $3)
     ORDER BY address_refused_at DESC, id`,
    [which.since, which.said, which.person],
  );
  const { rows: keys } = await db.query<{ key: string }>(
    `SELECT m.key FROM messages m JOIN people p ON p.id = m.person
     WHERE m.person = ANY ($1)
       AND (m.state = 'suppressed' AND m.reason = $2 OR m.state IN ('failed', 'bounced') AND m.reason = p.address_refused_with)`,
    [people.map(({ person }) => person), ADDRESS_REFUSED],
  );
  const rows = await readLetterRows(
    db,
    keys.map(({ key }) => key),
  );
  const wanted = newestOfEachLadder(rows.filter(({ standing }) => whyNotWanted(withoutMark(standing)) === null));
  return people.map((person) => ({
    ...person,
    letters: wanted
      .filter((row) => row.person === person.person)
      .map(({ key, reference, step, kind }) => ({ key, reference, step: step.id, kind })),
  }));
}

/** What was cleared, and the mailrooms that are to be told of the letters. */
export type Cleared = { readonly people: number; readonly letters: number; readonly mailrooms: readonly number[] };

/**
 * Takes the marks away, closes their contact tasks with who did it and why, and queues the letters again, all or nothing.
 * The people are given as they were shown. Somebody whose mark has changed since is left as they are.
 */
export async function clearRefusedAddresses(pool: pg.Pool, shown: readonly RefusedAddress[], outcome: string): Promise<Cleared> {
  return inTransaction(pool, async (db) => {
    const { rows: people } = await db.query<{ id: string }>(
      `UPDATE people SET address_refused_at = NULL, address_refused_with = NULL
       FROM jsonb_to_recordset($1) AS shown (person text, email text, "refusedAt" timestamptz)
       WHERE id = shown.person AND people.email = shown.email
         AND date_trunc('milliseconds', address_refused_at) = shown."refusedAt" RETURNING id`,
      [JSON.stringify(shown)],
    );
    const cleared = new Set(people.map(({ id }) => id));
    await db.query(
      `UPDATE contact_tasks SET closed_at = clock_timestamp(), outcome = $2
       WHERE person = ANY ($1) AND problem = 'address-refused' AND closed_at IS NULL`,
      [[...cleared], outcome],
    );
    const { rows: letters } = await db.query<{ mailroom: number }>(
      `UPDATE messages SET state = 'queued', reason = $2, closed_at = NULL, accepted_at = NULL, envelope = NULL, send_after = NULL,
              attempts = 0, doubts = 0
       WHERE key = ANY ($1) AND state IN ('suppressed', 'failed', 'bounced') RETURNING mailroom`,
      [shown.filter(({ person }) => cleared.has(person)).flatMap(({ letters: all }) => all.map(({ key }) => key)), outcome],
    );
    return { people: cleared.size, letters: letters.length, mailrooms: [...new Set(letters.map(({ mailroom }) => mailroom))] };
  });
}

function withoutMark(standing: LetterRow['standing']): LetterRow['standing'] {
  return { ...standing, recipient: standing.recipient === null ? null : { addressRefused: false } };
}

/** Of the requests, reminders and overdue notices of one step to one person, the newest; of everything else, all. */
function newestOfEachLadder(rows: readonly LetterRow[]): readonly LetterRow[] {
  const newest = new Map<string, LetterRow>();
  for (const row of rows) {
    const ladder = ONE_LADDER.includes(row.kind) ? [row.reference, row.step.id, row.facts.round, row.role, row.person].join('/') : row.key;
    const other = newest.get(ladder);
    if (other === undefined || Date.parse(other.writtenAt) < Date.parse(row.writtenAt)) newest.set(ladder, row);
  }
  return [...newest.values()];
}
