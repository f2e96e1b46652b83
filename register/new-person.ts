import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { lockPeople } from '../postgres/access/end-access.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { telephoneNumber, unprintableIn, withoutBlanks } from './clean-text.ts';
import { EMAIL, LONGEST_ADDRESS, TELEPHONE } from './person-row.ts';

/** What somebody typed of a person whom Chaser does not know yet. */
export type TypedPerson = { readonly name: string; readonly email: string; readonly telephone: string };

/** A person who is to be added, or who is known already by exactly this name and address. */
export type PlannedPerson = TypedPerson & { readonly id: string; readonly known: boolean };

/** What is wrong, and with which part of it. */
export type PersonFault = Reason & { readonly kind: 'name' | 'email' | 'telephone' };

const LONGEST_NAME = 200;
const LONGEST_ID = 60;

/**
 * Looks at a person who is to be added, and gives them a contact id: "sarah-bouette", or "sarah-bouette-2" where that is taken.
 * Nothing is stored. Somebody who is known by the same name and address keeps their id, so that it may be asked twice. Refused with
 * everything that is wrong with the name, the address or the telephone number, and where the address is somebody else's.
 */
export async function planPerson(
  db: Db,
  typed: TypedPerson,
): Promise<Result<PlannedPerson, PersonFault> & { readonly faults?: readonly PersonFault[] }> {
  const person = {
    name: withoutBlanks(typed.name),
    email: withoutBlanks(typed.email),
    telephone: telephoneNumber(withoutBlanks(typed.telephone)),
  };
  const faults = faultsOf(person, ' of the new person');
  const [first] = faults;
  if (first !== undefined) return { ...refused(first), faults };
  const { rows } = await db.query<{ id: string; name: string }>(
    'SELECT id, name FROM people WHERE merged_into IS NULL AND lower(email) = lower($1)',
    [person.email],
  );
  const [owner] = rows;
  if (owner !== undefined && owner.name !== person.name) {
    const fault: PersonFault = {
      kind: 'email',
      message: `This is the address of ${owner.name}, whom Chaser knows already`,
      remedy: 'Enter it as that of somebody Chaser knows, or enter another',
    };
    return { ...refused(fault), faults: [fault] };
  }
  return ok({ ...person, id: owner?.id ?? (await freeId(db, person.name)), known: owner !== undefined });
}

/**
 * Adds a person who was planned, without any role: what they hold follows from the change that names them. Somebody who is known
 * already stays as they are. Answers false when the address has become somebody else's meanwhile.
 */
export async function addPerson(pool: pg.Pool, { id, name, email, telephone, known }: PlannedPerson): Promise<boolean> {
  if (known) return true;
  return inTransaction(pool, async (db) => {
    await lockPeople(db);
    await db.query(
      `INSERT INTO people (id, name, email, telephone, imported_at)
       SELECT $1, $2, $3, nullif($4, ''), clock_timestamp() WHERE NOT EXISTS (SELECT FROM people WHERE merged_into IS NULL AND lower(email) = lower($3))
       ON CONFLICT (id) DO NOTHING`,
      [id, name, email, telephone],
    );
    const { rowCount } = await db.query('SELECT FROM people WHERE id = $1 AND merged_into IS NULL AND lower(email) = lower($2)', [
      id,
      email,
    ]);
    return rowCount === 1;
  });
}

/** Everything that is wrong with a name, an address and a telephone number as somebody typed them, blanks cut off. */
export function faultsOf({ name, email, telephone }: TypedPerson, whose = ''): readonly PersonFault[] {
  const faults: PersonFault[] = [];
  const fault = (kind: PersonFault['kind'], message: string, remedy: string) => void faults.push({ kind, message, remedy });
  const unseen = (text: string) =>
    unprintableIn(text) === undefined ? '' : `It holds ${unprintableIn(text)}, which cannot be seen: type it again`;
  if (name === '') fault('name', `Enter the full name${whose}`, '');
  else if (name.length > LONGEST_NAME) fault('name', `The name must be ${LONGEST_NAME} characters or fewer`, '');
  else if (unprintableIn(name) !== undefined) fault('name', 'The name cannot be right', unseen(name));
  else if (!/\p{L}/u.test(name)) fault('name', `Enter the full name${whose} in letters`, '');
  if (email === '') fault('email', `Enter the e-mail address${whose}`, '');
  else if (email.length > LONGEST_ADDRESS || !EMAIL.test(email)) {
    fault('email', 'Enter an e-mail address in the correct format, like name@example.com', unseen(email));
  }
  if (!TELEPHONE.test(telephone)) fault('telephone', 'Enter a telephone number, like 01632 960001, or leave it empty', unseen(telephone));
  return faults;
}

/** "Siân O’Neill" → sian-o-neill; with a number where somebody is called so already. */
async function freeId(db: Db, name: string): Promise<string> {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const id = (words ?? ['person'])
    .join('-')
    .slice(0, LONGEST_ID - 4)
    .replace(/-$/, '');
  const plain = id === 'chaser' ? 'chaser-person' : id;
  const { rows } = await db.query<{ id: string }>('SELECT id FROM people WHERE id = $1 OR id LIKE $2', [plain, `${plain}-%`]);
  const taken = new Set(rows.map((row) => row.id));
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(free)) return free;
  }
}
