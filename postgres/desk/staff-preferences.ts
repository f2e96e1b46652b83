import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** What a member of the staff wants of the e-mails that are for them. */
export type StaffPreferences = {
  /** Whether the summary of the week comes. */
  readonly digest: boolean;
};

/** What holds where nobody has chosen. */
const UNCHOSEN: StaffPreferences = { digest: true };

/** What somebody has chosen last, with who chose it and when; the usual where they have chosen nothing. */
export async function preferencesOf(
  db: Db,
  person: PersonId,
): Promise<StaffPreferences & { readonly chosen: { readonly byName: string; readonly at: string } | null }> {
  const { rows } = await db.query<StaffPreferences & { byName: string; at: string }>(
    `SELECT wish.digest, coalesce(p.name, wish.by_person) AS "byName", wish.at FROM staff_preferences wish
     LEFT JOIN people p ON p.id = wish.by_person WHERE wish.person = $1 ORDER BY wish.id DESC LIMIT 1`,
    [person],
  );
  const [newest] = rows;
  if (newest === undefined) return { ...UNCHOSEN, chosen: null };
  const { byName, at, ...wished } = newest;
  return { ...wished, chosen: { byName, at } };
}

/** Keeps what somebody wants from now on. */
export async function keepPreferences(db: Db, person: PersonId, { digest }: StaffPreferences, by: PersonId): Promise<void> {
  await db.query('INSERT INTO staff_preferences (person, digest, by_person) VALUES ($1, $2, $3)', [person, digest, by]);
}
