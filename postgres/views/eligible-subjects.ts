import type { Subject } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import type { Scope } from './deployment-source.ts';
import { parameters } from './deployment-source.ts';
import { SUBJECTS } from './search-subjects.ts';

/** An authority and region in which there are schools. */
export type RegisterPlace = {
  /** The code of the authority in the register. */
  readonly code: string;
  readonly authority: string;
  readonly region: string;
};

/** The schools or the trusts of one place. */
export type SubjectsOfPlace = RegisterPlace & {
  readonly kind: Subject['kind'];
  /** The URNs of schools, the codes of trusts. */
  readonly ids: readonly string[];
};

/** Every school, and every trust with an open school, by where it is: a trust is in the authority of its first. */
export async function listSubjectPlaces(db: Db): Promise<readonly SubjectsOfPlace[]> {
  const { rows } = await db.query<SubjectsOfPlace>(
    `SELECT place.kind, place.authority AS code, authority.name AS authority, place.region, place.ids
     FROM (SELECT school.kind, school.authority, school.region, json_agg(school.id) AS ids
           FROM (${SUBJECTS}) school GROUP BY school.kind, school.authority, school.region) place
     JOIN local_authorities authority ON authority.code = place.authority`,
  );
  return rows;
}

/** Those of some places that are in scope, by their index. */
export async function placesInScope(db: Db, scope: Scope, places: readonly RegisterPlace[]): Promise<ReadonlySet<number>> {
  const given = parameters(scope.values);
  const codes = given.place(places.map(({ code }) => code));
  const regions = given.place(places.map(({ region }) => region));
  const { rows } = await db.query<{ nth: number }>(
    `SELECT school.nth::int FROM unnest(${codes}::text[], ${regions}::text[]) WITH ORDINALITY AS school (authority, region, nth) WHERE ${scope.sql}`,
    [...given.all],
  );
  return new Set(rows.map(({ nth }) => nth - 1));
}

/** The newest deployment of a programme that a school or trust had. */
export type HadDeployment = {
  readonly kind: Subject['kind'];
  readonly id: string;
  readonly reference: string;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
};

/** The newest deployment of a programme that each of these schools and trusts had; one that runs comes before one that has ended. */
export async function listHadDeployments(
  db: Db,
  programme: string,
  urns: readonly string[],
  trusts: readonly string[],
): Promise<readonly HadDeployment[]> {
  const { rows } = await db.query<HadDeployment>(
    `SELECT DISTINCT ON (subject_kind, coalesce(urn, trust)) subject_kind AS kind, coalesce(urn, trust) AS id, reference, status
     FROM deployments WHERE programme = $1
       AND (subject_kind = 'school' AND urn = ANY ($2::text[]) OR subject_kind = 'trust' AND trust = ANY ($3::text[]))
     ORDER BY subject_kind, coalesce(urn, trust), status <> 'running', began_at DESC, reference DESC`,
    [programme, urns, trusts],
  );
  return rows;
}
