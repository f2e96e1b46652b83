import type { Parties, Subject } from '../domain/chronology/events.ts';
import type { PersonId, Programme, RoleId } from '../domain/programme.ts';
import { londonDate } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { countsOn } from '../postgres/views/held-roles.ts';
import { MAINTAINED } from '../postgres/views/maintained.ts';

/** A role that somebody should hold and nobody does, and how to mend that. */
type Gap = { readonly role: RoleId; readonly message: string; readonly remedy: string };

/** What is looked for: holders of a role of the register, and the school, area or body it belongs to. */
type Sought = { readonly role: RoleId; readonly people: readonly PersonId[]; readonly of: string };

type Found = { readonly sought: readonly Sought[] } & Pick<FoundParties, 'authority' | 'region'>;

type FoundParties = {
  /** Who holds each role when a deployment begins. A role that does not apply, or that nobody holds, is absent. */
  readonly parties: Parties;
  readonly gaps: readonly Gap[];
  /** The local authority whose term dates apply. */
  readonly authority: { readonly code: string; readonly name: string } | null;
  /** Empty where the register gives none. */
  readonly region: string;
};

/** The details of a school or trust that are used to find its people. */
type Place = {
  readonly name: string;
  readonly authority: string;
  readonly authority_name: string;
  readonly region: string;
  readonly maintained: boolean | null;
  readonly diocese: string | null;
};

const IMPORT_SCHOOLS = 'Bring the register up to date: chaser import schools FILE';
const IMPORT_PEOPLE = 'Name somebody in a people file: chaser import people FILE';

/**
 * Finds who holds each role of a programme for a school or trust when a deployment of it begins. A role that the
 * programme names differently is looked up under its register name (`heldBy`). Roles whose holder an answer names
 * later, above all the system leader, are not looked for. A trust is in the region and authority of its first open
 * school. A role with dates is held from its first day to its last; `on` is the day asked about, by default today in London.
 */
export async function findParties(
  db: Db,
  subject: Subject,
  { roles }: Pick<Programme, 'roles'>,
  on: PlainDate = londonDate(Date.now()),
): Promise<FoundParties> {
  const found = await seek(db, subject, on);
  // When the register lacks the school or trust altogether, that is not a gap in any single role.
  if ('role' in found) return { parties: {}, gaps: [found], authority: null, region: '' };
  const held = Object.entries(roles).flatMap(([role, { namedLater, heldBy = role, title }]) =>
    namedLater === true ? [] : found.sought.filter((one) => one.role === heldBy).map((one) => ({ role, title, one })),
  );
  return {
    parties: Object.fromEntries(held.flatMap(({ role, one: { people } }) => (people.length > 0 ? [[role, people] as const] : []))),
    gaps: held.flatMap(({ role, title, one }) => gapsOf(one, role, title)),
    authority: found.authority,
    region: found.region,
  };
}

/** Everybody of a school or trust, by the roles of the register; a gap when the register does not have it. */
async function seek(db: Db, subject: Subject, on: PlainDate): Promise<Found | Gap> {
  const place = subject.kind === 'school' ? await findSchool(db, subject.urn) : await findTrust(db, subject.trust);
  if ('role' in place) return place;

  const { region, authority } = place;
  const inRegion = region === '' ? `${place.name}, of which the register gives no region` : `the region ${region}`;
  const sought: readonly Sought[] = [
    subject.kind === 'school'
      ? { role: 'school', people: await holders(db, on, 'school', 'urn', subject.urn), of: `the school ${place.name} (URN ${subject.urn})` }
      : {
          role: 'school',
          people: await holders(db, on, 'school', 'trust', subject.trust),
          of: `the trust ${place.name} (${subject.trust})`,
        },
    { role: 'regional-team', people: await holders(db, on, 'regional-team', 'region', region), of: inRegion },
    { role: 'regional-senior', people: await holders(db, on, 'regional-senior', 'region', region), of: inRegion },
    { role: 'rdp', people: await findCoordinators(db, on, authority, region), of: `${place.authority_name} (${authority}) in ${inRegion}` },
    // "Where maintained, the LA is contacted first, and where diocesan, the diocese" (guidance 2022 to 2023, stage 1).
    ...(place.maintained === true
      ? [
          {
            role: 'local-authority',
            people: await holders(db, on, 'local-authority', 'authority', authority),
            of: `${place.authority_name} (${authority})`,
          },
        ]
      : []),
    ...(place.diocese !== null && !/^(?:not applicable)?$/i.test(place.diocese)
      ? [{ role: 'diocese', people: await holders(db, on, 'diocese', 'diocese', place.diocese), of: place.diocese }]
      : []),
  ];
  return { sought, authority: { code: authority, name: place.authority_name }, region };
}

function gapsOf({ people, of }: Sought, role: RoleId, title: string): readonly Gap[] {
  return people.length > 0 ? [] : [{ role, message: `Nobody holds the role “${title}” for ${of}.`, remedy: IMPORT_PEOPLE }];
}

const PLACE = `
  SELECT school.name, school.authority, authority.name AS authority_name, school.region, school.diocese, ${MAINTAINED} AS maintained
  FROM schools school JOIN local_authorities authority ON authority.code = school.authority`;

async function findSchool(db: Db, urn: string): Promise<Place | Gap> {
  if (!/^\d{6}$/.test(urn)) {
    return {
      role: 'school',
      message: `“${urn.slice(0, 40)}” is not a URN.`,
      remedy: 'A URN has six digits, for example 990001. Look it up in the register.',
    };
  }
  const { rows } = await db.query<Place>(`${PLACE} WHERE school.urn = $1`, [urn]);
  return rows[0] ?? { role: 'school', message: `The register has no school with the URN ${urn}.`, remedy: IMPORT_SCHOOLS };
}

/** The authority and diocese of one school do not decide who is told about a whole trust. */
async function findTrust(db: Db, trust: string): Promise<Place | Gap> {
  const { rows: named } = await db.query<{ name: string }>('SELECT name FROM trusts WHERE id = $1', [trust]);
  const [known] = named;
  if (known === undefined) return { role: 'school', message: `The register has no trust with the code ${trust}.`, remedy: IMPORT_SCHOOLS };
  const { rows } = await db.query<Place>(
    `${PLACE} WHERE school.trust = $1 AND school.status LIKE 'Open%' ORDER BY length(school.urn), school.urn LIMIT 1`,
    [trust],
  );
  const [first] = rows;
  if (first) return { ...first, name: known.name, maintained: false, diocese: null };
  return { role: 'school', message: `The register has no open school of the trust ${known.name} (${trust}).`, remedy: IMPORT_SCHOOLS };
}

async function holders(
  db: Db,
  on: PlainDate,
  role: RoleId,
  column: 'urn' | 'trust' | 'region' | 'authority' | 'diocese',
  value: string,
): Promise<readonly PersonId[]> {
  if (value === '') return [];
  // A diocese is known only by its name, and names are typed by hand.
  const matches = column === 'diocese' ? 'searchable(diocese) = searchable($2)' : `${column} = $2`;
  const { rows } = await db.query<{ person: PersonId }>(
    `SELECT DISTINCT held.person FROM person_roles held WHERE held.role = $1 AND ${matches} AND ${countsOn('held', '$3::date')} ORDER BY held.person`,
    [role, value, on],
  );
  return rows.map(({ person }) => person);
}

/** The coordinators of the areas that cover an authority, or else those of the whole region. */
async function findCoordinators(db: Db, on: PlainDate, authority: string, region: string): Promise<readonly PersonId[]> {
  const { rows } = await db.query<{ person: PersonId; of_area: boolean }>(
    `SELECT DISTINCT held.person, held.area <> '' AS of_area FROM person_roles held
     WHERE held.role = 'rdp' AND ${countsOn('held', '$3::date')} AND (held.area IN (SELECT area FROM area_authorities WHERE authority = $1)
       OR (held.area = '' AND held.region = $2 AND held.region <> ''))
     ORDER BY held.person`,
    [authority, region, on],
  );
  const ofArea = rows.filter(({ of_area }) => of_area);
  return (ofArea.length > 0 ? ofArea : rows).map(({ person }) => person);
}
