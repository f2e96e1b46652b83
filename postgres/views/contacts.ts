import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

export type Contact = {
  readonly id: PersonId;
  readonly name: string;
  readonly email: string;
  readonly telephone: string | null;
  /** The mail system refused this address for good. */
  readonly addressRefused: boolean;
};

/** The people with these contact ids, in no order. Unknown ids are left out. */
export async function listContacts(db: Db, ids: readonly PersonId[]): Promise<readonly Contact[]> {
  const { rows } = await db.query<Contact>(
    `SELECT id, name, email, telephone, address_refused_at IS NOT NULL AS "addressRefused" FROM people WHERE id = ANY ($1::text[])`,
    [ids],
  );
  return rows;
}
