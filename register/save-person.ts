import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { AccessEnded } from '../postgres/access/end-access.ts';
import type { Db } from '../postgres/database.ts';
import { findKnownPerson, keepPersonChange } from '../postgres/views/people.ts';
import type { HeldRole, KnownPerson } from '../postgres/views/people.ts';
import { telephoneNumber, withoutBlanks } from './clean-text.ts';
import { storeAlone } from './import-lock.ts';
import { takeOutCollisions, unknownPlaces } from './import-people.ts';
import { faultsOf, planPerson } from './new-person.ts';
import { readPersonRow, roleOf, ROLES } from './person-row.ts';
import { storePeople } from './store-people.ts';

/** A person as somebody wants them to be known. */
export type WantedPerson = Omit<KnownPerson, 'id'>;

/** What saving a person brings about. */
export type PersonSaved = {
  readonly person: KnownPerson;
  readonly before: KnownPerson | null;
  /** What they can no longer open, and where they are asked again. */
  readonly ended: readonly AccessEnded[];
  /** What somebody should know, such as a school that the register does not have. */
  readonly warnings: readonly string[];
};

export type PersonRefusal = Reason & { readonly kind: 'name' | 'email' | 'telephone' | 'jobTitle' | 'role' | 'changed' };

const LONGEST_TITLE = 200;

/**
 * Adds a person (`before` null), or makes a known one what is wanted, in one transaction with everything that follows from it, as a
 * people file would: what an earlier address or person could open ends, and deployments ask again. `before` is the person as they were
 * shown; refused when somebody has changed them since. Refused with every fault, and then nothing is changed. With `tryOnly` it says
 * what it would bring about, and keeps nothing.
 */
export async function savePerson(
  pool: pg.Pool,
  { before, wanted, by }: { readonly before: KnownPerson | null; readonly wanted: WantedPerson; readonly by: string },
  tryOnly: boolean,
): Promise<Result<PersonSaved, PersonRefusal> & { readonly faults?: readonly PersonRefusal[] }> {
  const checked = wanted.roles.map(checkedRole);
  const person = {
    roles: checked.map(({ role }) => role),
    name: withoutBlanks(wanted.name),
    email: withoutBlanks(wanted.email),
    telephone: telephoneNumber(withoutBlanks(wanted.telephone)),
    jobTitle: withoutBlanks(wanted.jobTitle),
  };
  const faults = [...faultsOf(person), ...titleFaults(person.jobTitle), ...checked.flatMap((role) => role.faults)];
  if (faults[0] !== undefined) return { ...refused(faults[0]), faults };
  const work = async (db: Db): Promise<Result<PersonSaved, PersonRefusal>> => {
    const known = before === null ? null : ((await findKnownPerson(db, before.id)) ?? null);
    if (JSON.stringify(known) !== JSON.stringify(before)) {
      return refused({
        kind: 'changed',
        message: 'Somebody has changed this person since',
        remedy: 'Look at the page again, and make your change anew',
      });
    }
    const id = before === null ? await newIdFor(db, person) : before.id;
    if (id === null) return refused(addressTaken());
    const inFile = { id, line: 1, ...person, roles: person.roles.map((role) => ({ ...role, line: 1 })), rows: 1, incomplete: false };
    if ((await takeOutCollisions(db, [inFile])).people.length === 0) return refused(addressTaken());
    const { ended } = await storePeople(db, [inFile], () => true);
    const after = await findKnownPerson(db, id);
    if (after === undefined) throw new Error(`${id} was stored and cannot be found.`);
    if (JSON.stringify(after) !== JSON.stringify(before)) await keepPersonChange(db, { before, after, by });
    const warnings = (await unknownPlaces(db, [inFile])).map(({ message }) => message);
    return ok({ person: after, before, ended, warnings });
  };
  return storeAlone(pool, tryOnly, work);
}

async function newIdFor(db: Db, { name, email, telephone }: WantedPerson): Promise<string | null> {
  const planned = await planPerson(db, { name, email, telephone });
  return planned.ok && !planned.value.known ? planned.value.id : null;
}

function addressTaken(): PersonRefusal {
  return {
    kind: 'email',
    message: 'This is the address of somebody whom Chaser knows already',
    remedy: 'Look for them in the list of people, or enter another address',
  };
}

function titleFaults(jobTitle: string): readonly PersonRefusal[] {
  return jobTitle.length <= LONGEST_TITLE
    ? []
    : [{ kind: 'jobTitle', message: `The job title must be ${LONGEST_TITLE} characters or fewer`, remedy: '' }];
}

/** A role as a people file would store it, and what is wrong with it, judged as a row of such a file is. */
function checkedRole(role: HeldRole): { readonly role: HeldRole; readonly faults: readonly PersonRefusal[] } {
  if (!ROLES.includes(role.role)) return { role, faults: [{ kind: 'role', message: 'Select a role from the list', remedy: '' }] };
  // The person's own name and address are judged apart, and a fault in them would hide one in the place.
  const cells: Readonly<Record<string, string>> = { id: 'somebody', name: 'Somebody', email: 'somebody@x.example', ...role };
  const { row, findings } = readPersonRow({ line: 1, value: (column) => cells[column] ?? '' });
  return {
    role: row === null ? role : roleOf(row),
    faults: findings.map(({ message, remedy }) => ({ kind: 'role', message: message.replace(/\.$/, ''), remedy })),
  };
}
