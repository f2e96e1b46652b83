import type { PersonId } from '../../domain/programme.ts';
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

/**
 * Asks for a contact to be mended in every deployment whose letters were in an e-mail that did not arrive. Where the address is at fault,
 * it is marked, which ends that person's letters. Somebody who has another address by now is not meant.
 */
export async function openRefusal(
  db: Db,
  letters: readonly { readonly reference: string; readonly role: string; readonly person: PersonId }[],
  { address, response, addressRefused }: { readonly address: string; readonly response: string; readonly addressRefused: boolean },
): Promise<void> {
  for (const letter of letters) {
    await openContactTask(db, letter, addressRefused ? 'address-refused' : 'letter-refused', `${address}: ${response}`);
  }
  const [first] = letters;
  if (!addressRefused || first === undefined) return;
  await db.query('UPDATE people SET address_refused_at = clock_timestamp(), address_refused_with = $2 WHERE id = $1 AND email = $3', [
    first.person,
    response,
    address,
  ]);
}
