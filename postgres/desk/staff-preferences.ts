import type pg from 'pg';
import type { Timing } from '../../domain/chasing/timing.ts';
import type { PersonId } from '../../domain/programme.ts';
import { STAFF_ROLES } from '../access/staff-roles.ts';
import { isStaffToday } from '../views/held-roles.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';

/** What a member of the staff wants of the e-mails that are for them. */
export type StaffPreferences = {
  /** Whether the summary of the week comes. */
  readonly digest: boolean;
  /** When what can wait comes. */
  readonly timing: Timing;
};

/** What holds where nobody has chosen. */
const UNCHOSEN: StaffPreferences = { digest: true, timing: 'at-once' };

/** What somebody has chosen last, with who chose it and when; the usual where they have chosen nothing. */
export async function preferencesOf(
  db: Db,
  person: PersonId,
): Promise<StaffPreferences & { readonly chosen: { readonly byName: string; readonly at: string } | null }> {
  const { rows } = await db.query<StaffPreferences & { byName: string; at: string }>(
    `SELECT wish.digest, wish.timing, coalesce(p.name, wish.by_person) AS "byName", wish.at FROM staff_preferences wish
     LEFT JOIN people p ON p.id = wish.by_person WHERE wish.person = $1 ORDER BY wish.id DESC LIMIT 1`,
    [person],
  );
  const [newest] = rows;
  if (newest === undefined) return { ...UNCHOSEN, chosen: null };
  const { byName, at, ...wished } = newest;
  return { ...wished, chosen: { byName, at } };
}

/**
 * Keeps what somebody wants from now on. What waits to be gathered for them is judged anew: it leaves now where they want it at once, and waits
 * for another moment where they want it then. Answers which mailrooms have such letters.
 */
export async function keepPreferences(
  pool: pg.Pool,
  person: PersonId,
  { digest, timing }: StaffPreferences,
  by: PersonId,
): Promise<readonly number[]> {
  return inTransaction(pool, async (db) => {
    await db.query('INSERT INTO staff_preferences (person, digest, timing, by_person) VALUES ($1, $2, $3, $4)', [
      person,
      digest,
      timing,
      by,
    ]);
    const { rows } = await db.query<{ mailroom: number }>(
      `UPDATE messages SET send_after = NULL WHERE person = $1 AND state = 'queued' AND gathered AND envelope IS NULL RETURNING mailroom`,
      [person],
    );
    return [...new Set(rows.map(({ mailroom }) => mailroom))];
  });
}

/** Whether somebody holds a role of the staff: only for them does what they prefer count. */
export async function isStaff(db: Db, person: PersonId): Promise<boolean> {
  const { rows } = await db.query<{ staff: boolean }>(`SELECT ${isStaffToday('$1', '$2')} AS staff`, [person, STAFF_ROLES]);
  return rows[0]?.staff === true;
}
