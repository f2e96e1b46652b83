import type { Db } from '../postgres/database.ts';
import { endAccess, listLeavers, lockPeople } from '../postgres/access/end-access.ts';
import type { AccessEnded } from '../postgres/access/end-access.ts';
import type { AreaInFile, PersonInFile } from './gather-people.ts';
import type { PeopleColumn } from './person-row.ts';
import { whatChanged } from './who-changed.ts';

/** Stores areas; the authorities of each become those of the file. */
export async function storeAreas(db: Db, areas: readonly AreaInFile[]): Promise<void> {
  const ids = areas.map(({ id }) => id);
  const pairs = areas.flatMap(({ id, authorities }) => authorities.map((authority) => ({ id, authority })));
  await db.query(
    `INSERT INTO areas (id, name, region) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region`,
    [ids, areas.map(({ name }) => name), areas.map(({ region }) => region)],
  );
  await db.query('DELETE FROM area_authorities WHERE area = ANY ($1)', [ids]);
  await db.query('INSERT INTO area_authorities (area, authority) SELECT * FROM unnest($1::text[], $2::text[])', [
    pairs.map(({ id }) => id),
    pairs.map(({ authority }) => authority),
  ]);
}

type Stored = {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly ended: readonly AccessEnded[];
};

/**
 * Stores people with their roles. Answers how many were new, how many changed, and what can no longer be opened because of
 * it. What the file has no column for is kept as it is known. The caller makes sure that the addresses are free.
 */
export async function storePeople(db: Db, people: readonly PersonInFile[], has: (column: PeopleColumn) => boolean): Promise<Stored> {
  await lockPeople(db);
  const changes = await changesTo(db, people);
  const before = await storedAs(db, people);
  await openTheWayAgain(db, people);
  await db.query(
    `INSERT INTO people (id, name, email, telephone, job_title, imported_at)
     SELECT id, name, email, nullif(telephone, ''), nullif(job_title, ''), clock_timestamp()
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS person (id, name, email, telephone, job_title)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
       telephone = CASE WHEN $6 THEN excluded.telephone ELSE people.telephone END,
       job_title = CASE WHEN $7 THEN excluded.job_title ELSE people.job_title END, imported_at = excluded.imported_at`,
    [
      people.map(({ id }) => id),
      people.map(({ name }) => name),
      people.map(({ email }) => email),
      people.map(({ telephone }) => telephone),
      people.map(({ jobTitle }) => jobTitle),
      has('telephone'),
      has('job_title'),
    ],
  );
  await storeRoles(db, people, has);
  const after = await storedAs(db, people);
  const changed = [...after].filter(([id, person]) => before.get(id) !== person);
  const inserted = changed.filter(([id]) => !before.has(id)).length;
  const ended = await endAccess(db, changes);
  const leavers = await listLeavers(db, [...after.keys()]);
  const left = await endAccess(
    db,
    leavers.map((person) => ({ person, because: 'left-staff' })),
  );
  return { inserted, updated: changed.length - inserted, unchanged: after.size - changed.length, ended: [...ended, ...left] };
}

/** Those whom the file gives another address, name or person. */
async function changesTo(db: Db, people: readonly PersonInFile[]) {
  const { rows } = await db.query<{ id: string; name: string; email: string }>('SELECT id, name, email FROM people WHERE id = ANY ($1)', [
    people.map(({ id }) => id),
  ]);
  const known = new Map(rows.map(({ id, ...knownAs }) => [id, knownAs]));
  return people.flatMap((person) => {
    const before = known.get(person.id);
    const because = before === undefined ? null : whatChanged(before, person);
    return because === null ? [] : [{ person: person.id, because }];
  });
}

/** What is stored of these people, each as one text for comparison. */
async function storedAs(db: Db, people: readonly PersonInFile[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; stored: string }>(
    `SELECT id, ROW(name, email, telephone, job_title,
                    (SELECT array_agg(ROW(r.*)::text ORDER BY ROW(r.*)::text) FROM person_roles r WHERE r.person = id))::text AS stored
     FROM people WHERE id = ANY ($1)`,
    [people.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, stored }) => [id, stored]));
}

/** With a new address, it no longer matters that the old one was refused, and the tasks to mend it are done. */
async function openTheWayAgain(db: Db, people: readonly PersonInFile[]): Promise<void> {
  // Until the new addresses are written nobody has one of these, so that two people can exchange addresses.
  const { rows } = await db.query<{ id: string }>(
    `UPDATE people SET email = 'changing/' || people.id, address_refused_at = NULL, address_refused_with = NULL
     FROM unnest($1::text[], $2::text[]) AS given (id, email)
     WHERE people.id = given.id AND people.email <> given.email RETURNING people.id`,
    [people.map(({ id }) => id), people.map(({ email }) => email)],
  );
  await db.query(
    `UPDATE contact_tasks task SET closed_at = clock_timestamp(), outcome = 'the telephone number was changed'
     FROM people, unnest($1::text[], $2::text[]) AS given (id, telephone)
     WHERE people.id = given.id AND task.person = given.id AND task.problem = 'no-text-number' AND task.closed_at IS NULL
       AND given.telephone <> '' AND people.telephone IS DISTINCT FROM given.telephone`,
    [people.map(({ id }) => id), people.map(({ telephone }) => telephone)],
  );
  await db.query(
    `UPDATE contact_tasks SET closed_at = clock_timestamp(), outcome = 'the address was changed'
     WHERE person = ANY ($1) AND problem IN ('address-refused', 'letter-refused', 'not-the-right-person') AND closed_at IS NULL`,
    [rows.map(({ id }) => id)],
  );
}

/**
 * The roles become those of the file. A person of whom a row was left out loses none. Where the file has no column for a part of a
 * role's place, such as its area, or for its dates, whoever holds the role keeps the part that is known.
 */
async function storeRoles(db: Db, people: readonly PersonInFile[], has: (column: PeopleColumn) => boolean): Promise<void> {
  const missing = PLACE.filter((column) => !has(column));
  const known = await rolesOf(db, people);
  const roles = new Map<string, HeldRole>();
  for (const { id, roles: held } of people) {
    for (const role of held) {
      const given: HeldRole = { ...role, id, from: role.from ?? null, until: role.until ?? null };
      const same = known.filter((one) => AS_HELD.every((column) => missing.some((gap) => gap === column) || one[column] === given[column]));
      for (const kept of same.length > 0 ? same : [given]) {
        const dated = { ...kept, from: has('from') ? given.from : kept.from, until: has('until') ? given.until : kept.until };
        const key = JSON.stringify(AS_HELD.map((column) => dated[column]));
        if (!roles.has(key)) roles.set(key, dated);
      }
    }
  }
  const whole = people.filter(({ incomplete }) => !incomplete).map(({ id }) => id);
  await db.query('DELETE FROM person_roles WHERE person = ANY ($1)', [whole]);
  const all = [...roles.values()];
  await db.query(
    `INSERT INTO person_roles (person, role, region, area, urn, trust, authority, diocese, from_on, until_on)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[], $10::date[])
     ON CONFLICT (person, role, region, area, urn, trust, authority, diocese)
       DO UPDATE SET from_on = excluded.from_on, until_on = excluded.until_on`,
    [
      all.map(({ id }) => id),
      all.map(({ role }) => role),
      all.map(({ region }) => region),
      all.map(({ area }) => area),
      all.map(({ urn }) => urn),
      all.map(({ trust }) => trust),
      all.map(({ authority }) => authority),
      all.map(({ diocese }) => diocese),
      all.map(({ from }) => from),
      all.map(({ until }) => until),
    ],
  );
}

/** The columns that say where a role is held. */
const PLACE = ['region', 'area', 'urn', 'trust', 'authority', 'diocese'] as const;
const AS_HELD = ['id', 'role', ...PLACE] as const;

type HeldRole = {
  readonly id: string;
  readonly role: string;
  readonly region: string;
  readonly area: string;
  readonly urn: string;
  readonly trust: string;
  readonly authority: string;
  readonly diocese: string;
  /** The first and the last day on which it counts; null where there is none. */
  readonly from: string | null;
  readonly until: string | null;
};

async function rolesOf(db: Db, people: readonly PersonInFile[]): Promise<readonly HeldRole[]> {
  const { rows } = await db.query<HeldRole>(
    `SELECT person AS id, role, region, area, urn, trust, authority, diocese, from_on AS "from", until_on AS "until"
     FROM person_roles WHERE person = ANY ($1)`,
    [people.map(({ id }) => id)],
  );
  return rows;
}
