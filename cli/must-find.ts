import { unseenSentence } from '../domain/unseen-characters.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import type { StoredChronology } from '../postgres/pinned/chronology.ts';
import type { Db } from '../postgres/database.ts';
import { findDeployment, findPersonId } from '../postgres/views/deployments.ts';
import type { DeploymentLine } from '../postgres/views/deployments.ts';
import { Fault } from './output.ts';

/** The contact id of somebody given by it or by their e-mail address; a fault that says so when nobody is known. */
export async function mustFindPerson(db: Db, given: string): Promise<string> {
  const person = await findPersonId(db, given);
  if (person !== undefined) return person;
  throw new Fault({
    kind: 'unknown-person',
    message: `Nobody is known as "${given}".`,
    remedy: unseenSentence(given) || 'Give the contact id or the e-mail address of somebody imported with: chaser import people FILE',
  });
}

/** A deployment as its events tell it; a fault that says so when there is none of that reference. */
export async function mustReadChronology(db: Db, reference: string): Promise<StoredChronology> {
  return (await readChronology(db, reference)) ?? unknownDeployment(reference);
}

/** A deployment as lists show it; a fault that says so when there is none of that reference. */
export async function mustFindDeployment(db: Db, reference: string): Promise<DeploymentLine> {
  return (await findDeployment(db, reference)) ?? unknownDeployment(reference);
}

function unknownDeployment(reference: string): never {
  throw new Fault({
    kind: 'unknown-deployment',
    message: `There is no deployment "${reference}".`,
    remedy: 'See the references with: chaser list',
  });
}
