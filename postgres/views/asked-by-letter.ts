import type { StepRef } from '../../domain/chronology/events.ts';
import type { PersonId, RoleId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/**
 * In which role a request or a reminder about this round of a step reached somebody, the last of them: its due date is in their
 * calendar. Null when none did.
 */
export async function findRoleAsked(
  db: Db,
  { reference, step, round, person }: StepRef & { readonly reference: string; readonly person: PersonId },
): Promise<RoleId | null> {
  const { rows } = await db.query<{ role: RoleId }>(
    `SELECT role FROM messages
     WHERE reference = $1 AND step = $2 AND round = $3 AND person = $4 AND kind IN ('request', 'reminder')
       AND state IN ('accepted', 'delivered')
     ORDER BY written_at DESC, key LIMIT 1`,
    [reference, step, round, person],
  );
  return rows[0]?.role ?? null;
}
