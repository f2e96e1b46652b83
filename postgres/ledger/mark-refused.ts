import type { Db } from '../database.ts';

/** Marks that somebody's address is refused for good: no letter goes there any more. Whoever has another address by now is not meant. */
export async function markAddressRefused(
  db: Db,
  { person, address, said }: { readonly person: string; readonly address: string; readonly said: string },
): Promise<void> {
  await db.query('UPDATE people SET address_refused_at = clock_timestamp(), address_refused_with = $3 WHERE id = $1 AND email = $2', [
    person,
    address,
    said,
  ]);
}
