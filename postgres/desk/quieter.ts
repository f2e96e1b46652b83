import type { Instant } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import type { QuieterChoice } from '../views/quieter.ts';

/** Whom a link lets stop e-mails of which deployment. Undefined when it was never given out, or their address is another now. */
export async function findQuieterLink(
  db: Db,
  hash: Buffer,
): Promise<{ readonly reference: string; readonly person: PersonId; readonly name: string } | undefined> {
  const { rows } = await db.query<{ reference: string; person: string; name: string }>(
    `SELECT link.reference, link.person, p.name FROM quieter_links link
     JOIN people p ON p.id = link.person AND p.email = link.email WHERE link.hash = $1`,
    [hash],
  );
  return rows[0];
}

/**
 * Keeps that somebody stops the e-mails of a deployment that they may stop, or has them begin again. Nothing is added where their newest
 * choice is the same: a button that is pressed twice counts once. Answers whether it was added.
 */
export async function keepQuieter(
  db: Db,
  {
    reference,
    person,
    until,
    by,
    via,
    at,
  }: {
    readonly reference: string;
    readonly person: PersonId;
    readonly until: PlainDate | null;
    readonly by: PersonId;
    readonly via: QuieterChoice['via'];
    readonly at: Instant;
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO quieter (reference, person, until_on, by_person, via, at)
     SELECT $1::text, $2::text, $3::date, $4, $5, $6
     WHERE $3::date IS DISTINCT FROM (SELECT until_on FROM quieter WHERE reference = $1 AND person = $2 ORDER BY id DESC LIMIT 1)`,
    [reference, person, until, by, via, at],
  );
  return rowCount === 1;
}
