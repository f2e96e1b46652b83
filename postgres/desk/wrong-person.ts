import type { PersonId, RoleId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/**
 * Opens a contact task for the coordinator: this person says that they are not the right one to ask. A repeated report
 * changes the open task to the newest words; a repeated report without words changes nothing.
 */
export async function reportWrongPerson(
  db: Db,
  report: { readonly reference: string; readonly role: RoleId; readonly person: PersonId; readonly words: string },
): Promise<void> {
  const { reference, role, person, words } = report;
  await db.query(
    `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
     VALUES ($1, $2, $3, 'not-the-right-person', coalesce(nullif($4, ''), 'They did not say who is.'), clock_timestamp())
     ON CONFLICT (reference, role, coalesce(person, ''), problem) WHERE closed_at IS NULL
     DO UPDATE SET detail = excluded.detail WHERE $4 <> ''`,
    [reference, role, person, words],
  );
}
