import type { EndedBecause } from '../postgres/access/end-access.ts';

type KnownAs = { readonly name: string; readonly email: string };

/**
 * What a file changes of a contact id, as far as it matters for what that id can open; null when nothing of it does. A new
 * address under the old name belongs to the same person: it was mended. A new name at the old address may be the same person
 * or the next holder of a shared mailbox. Both new at once is another person.
 *
 * Letter case, blanks and the encoding of accents make no other name; letter case makes no other address.
 */
export function whatChanged(before: KnownAs, now: KnownAs): Exclude<EndedBecause, 'left-staff'> | null {
  const named = plain(before.name) !== plain(now.name);
  if (before.email.toLowerCase() !== now.email.toLowerCase()) return named ? 'person-changed' : 'address-changed';
  return named ? 'name-changed' : null;
}

function plain(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}
