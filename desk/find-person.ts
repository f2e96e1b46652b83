import type { Db } from '../postgres/database.ts';
import { findPersonId } from '../postgres/views/deployments.ts';
import { namesOf, peopleCalled } from '../postgres/views/people-called.ts';
import type { Known } from '../postgres/views/people-called.ts';
import { unseenSentence } from '../domain/unseen-characters.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';

export type FoundPerson = { readonly id: string; readonly name: string; readonly words: string };

/** "Sarah Bouette (sarah@delivery.example)", as a suggestion writes it. */
const WITH_ADDRESS = /^(.+\S)\s+\(([^\s()]+@[^\s()]+)\)$/u;

/**
 * Those who can be meant by a name, an e-mail address, or a name with the address in brackets, which has to be the address of somebody
 * of that name.
 */
export async function peopleMeant(db: Db, given: string): Promise<readonly Known[]> {
  const [, name, address] = WITH_ADDRESS.exec(given) ?? [];
  if (name === undefined || address === undefined) return peopleCalled(db, given, { byName: true });
  const called = await peopleCalled(db, name, { byName: true });
  return (await peopleCalled(db, address, { byName: false })).filter(({ id }) => called.some((one) => one.id === id));
}

/**
 * The person meant by a name, an e-mail address or a contact id that staff typed. Refused when nobody or several people
 * are meant.
 */
export async function findPerson(db: Db, given: string): Promise<Result<FoundPerson, Reason & { readonly kind: 'unknown' | 'several' }>> {
  const [one, other] = await peopleMeant(db, given);
  if (one !== undefined && other !== undefined) {
    return refused({
      kind: 'several',
      message: `Several people are called “${given}”`,
      remedy: 'Enter the e-mail address of the one you mean',
    });
  }
  if (one !== undefined) return ok({ id: one.id, name: one.name, words: `${one.name} (${one.email})` });
  const id = await findPersonId(db, given);
  if (id === undefined) {
    return refused({
      kind: 'unknown',
      message: `Chaser knows nobody as “${given}”`,
      remedy: unseenSentence(given) || 'Check the spelling, or enter their e-mail address',
    });
  }
  const name = (await namesOf(db, [id]))[id] ?? id;
  return ok({ id, name, words: name });
}
