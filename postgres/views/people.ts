import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** A role that somebody holds, and where; '' where that does not matter. */
export type HeldRole = Readonly<Record<'role' | 'region' | 'area' | 'urn' | 'trust' | 'authority' | 'diocese', string>> & {
  /** The first and the last day on which it counts, both inclusive; absent where there is none. */
  readonly from?: string;
  readonly until?: string;
};

/** A person as Chaser knows them. */
export type KnownPerson = {
  readonly id: PersonId;
  readonly name: string;
  readonly email: string;
  readonly telephone: string;
  readonly jobTitle: string;
  readonly roles: readonly HeldRole[];
};

const PERSON = `
  person.id, person.name, person.email, coalesce(person.telephone, '') AS telephone, coalesce(person.job_title, '') AS "jobTitle",
  (SELECT coalesce(json_agg(json_strip_nulls(json_build_object('role', r.role, 'region', r.region, 'area', r.area, 'urn', r.urn, 'trust', r.trust,
            'authority', r.authority, 'diocese', r.diocese, 'from', r.from_on, 'until', r.until_on))
            ORDER BY r.role, r.region, r.area, r.urn, r.trust, r.authority, r.diocese), '[]')
   FROM person_roles r WHERE r.person = person.id) AS roles`;

export type PeopleAsked = {
  /** Words of a name or an address; '' for everybody. */
  readonly words: string;
  /** A role; '' for any. */
  readonly role: string;
};

const ASKED_FOR = `person.merged_into IS NULL
  AND ($1 = '' OR position(searchable($1) IN searchable(person.name)) > 0 OR position(lower($1) IN lower(person.email)) > 0)
  AND ($2 = '' OR EXISTS (SELECT FROM person_roles r WHERE r.person = person.id AND r.role = $2))`;

/**
 * The people whose name or address holds what was typed, by name: some of them, with how many there are. Upper and lower case and accents make no
 * difference. They are counted for themselves: keeping the rows of thousands until they are counted takes most of the time.
 */
export async function listPeople(
  db: Db,
  { words, role }: PeopleAsked,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly people: readonly KnownPerson[]; readonly all: number }> {
  const [{ rows: people }, { rows: counts }] = await Promise.all([
    db.query<KnownPerson>(`SELECT ${PERSON} FROM people person WHERE ${ASKED_FOR} ORDER BY person.name, person.id LIMIT $3 OFFSET $4`, [
      words,
      role,
      limit,
      offset,
    ]),
    db.query<{ readonly all: number }>(`SELECT count(*)::int AS "all" FROM people person WHERE ${ASKED_FOR}`, [words, role]),
  ]);
  return { people, all: counts[0]?.all ?? 0 };
}

/** A person by their contact id; undefined when there is none. */
export async function findKnownPerson(db: Db, id: PersonId): Promise<KnownPerson | undefined> {
  const { rows } = await db.query<KnownPerson>(`SELECT ${PERSON} FROM people person WHERE person.id = $1`, [id]);
  return rows[0];
}

/** A deployment in which somebody takes part. */
export type TakesPart = { readonly reference: string; readonly subject: string; readonly role: string; readonly open: number };

/** The running deployments in which a person takes part now, with how many steps are open there for their role. */
export async function takesPartIn(db: Db, person: PersonId): Promise<readonly TakesPart[]> {
  const { rows } = await db.query<TakesPart>(
    `SELECT d.reference, coalesce(trust.name, school.name, d.urn, d.trust) AS subject, held.role,
            (SELECT count(*) FROM steps s WHERE s.reference = d.reference AND s.state = 'open'
               AND (s.owner = held.role OR held.role = ANY (s.joint_owners)))::int AS open
     FROM deployment_parties held JOIN deployments d ON d.reference = held.reference
       LEFT JOIN trusts trust ON trust.id = d.trust LEFT JOIN schools school ON school.urn = d.urn
     WHERE held.person = $1 AND held.until IS NULL AND d.status = 'running' ORDER BY d.reference, held.role`,
    [person],
  );
  return rows;
}

/** A change of a person on the pages. */
export type PersonChange = {
  readonly before: KnownPerson | null;
  readonly after: KnownPerson;
  readonly byName: string;
  readonly at: string;
};

/** Who changed a person on the pages, the newest change first. */
export async function listPersonChanges(db: Db, person: PersonId): Promise<readonly PersonChange[]> {
  const { rows } = await db.query<PersonChange>(
    `SELECT before, after, at, coalesce((SELECT name FROM people WHERE id = by_person), by_person) AS "byName"
     FROM person_changes WHERE person = $1 ORDER BY id DESC LIMIT 50`,
    [person],
  );
  return rows;
}

/** Keeps who changed a person, with what was known before and after. */
export async function keepPersonChange(
  db: Db,
  { before, after, by }: { readonly before: KnownPerson | null; readonly after: KnownPerson; readonly by: PersonId },
): Promise<void> {
  await db.query('INSERT INTO person_changes (person, by_person, before, after) VALUES ($1, $2, $3, $4)', [
    after.id,
    by,
    before === null ? null : JSON.stringify(before),
    JSON.stringify(after),
  ]);
}

export type Area = { readonly id: string; readonly name: string; readonly region: string };

/** The areas of coordinators, by name. */
export async function listAreas(db: Db): Promise<readonly Area[]> {
  const { rows } = await db.query<Area>('SELECT id, name, region FROM areas ORDER BY name, id');
  return rows;
}
