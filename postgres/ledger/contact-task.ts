import type { Db } from '../database.ts';

/** Asks the coordinator to mend how somebody is reached. Does nothing when that task is open already. */
export async function openContactTask(
  db: Db,
  { reference, role, person }: { readonly reference: string; readonly role: string; readonly person: string },
  problem: 'address-refused' | 'letter-refused' | 'unknown-contact' | 'no-text-number',
  detail: string,
): Promise<void> {
  await db.query(
    `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp()) ON CONFLICT DO NOTHING`,
    [reference, role, person, problem, detail],
  );
}
