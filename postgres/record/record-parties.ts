import type { Db } from '../database.ts';

/** Who holds which role, and which facts are known. Written together with the events that say so. */

export async function endParties(db: Db, reference: string, role: string, at: string): Promise<void> {
  await db.query('UPDATE deployment_parties SET until = $3 WHERE reference = $1 AND role = $2 AND until IS NULL', [reference, role, at]);
}

export async function addParty(db: Db, reference: string, role: string, person: string, since: string): Promise<void> {
  // Somebody who left and came back at the same instant still holds the role.
  await db.query(
    `INSERT INTO deployment_parties (reference, role, person, since) VALUES ($1, $2, $3, $4)
     ON CONFLICT (reference, role, person, since) DO UPDATE SET until = NULL`,
    [reference, role, person, since],
  );
}

/** Somebody holds the role now, so every contact task about its former holder is closed. */
export async function closeContactTasks(db: Db, reference: string, role: string, at: string): Promise<void> {
  await db.query(
    `UPDATE contact_tasks SET closed_at = $3, outcome = 'somebody was named'
     WHERE reference = $1 AND role = $2 AND closed_at IS NULL`,
    [reference, role, at],
  );
}

export async function setFact(db: Db, reference: string, fact: string, value: string | null): Promise<void> {
  if (value === null) {
    await db.query('DELETE FROM deployment_facts WHERE reference = $1 AND fact = $2', [reference, fact]);
    return;
  }
  await db.query(
    `INSERT INTO deployment_facts (reference, fact, value) VALUES ($1, $2, $3)
     ON CONFLICT (reference, fact) DO UPDATE SET value = excluded.value`,
    [reference, fact, value],
  );
}
