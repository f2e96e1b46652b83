import type { Subject } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import type { Scope } from './deployment-source.ts';
import { SUBJECTS } from './search-subjects.ts';

/** The schools or the trusts of one authority and region. */
export type SubjectsOfPlace = {
  readonly kind: Subject['kind'];
  readonly authority: string;
  readonly region: string;
  /** The URNs of schools, the codes of trusts. */
  readonly ids: readonly string[];
};

/** Every school in scope, and every trust with an open school, by where it is: a trust is in the authority of its first. */
export async function listSubjectPlaces(db: Db, scope: Scope): Promise<readonly SubjectsOfPlace[]> {
  const { rows } = await db.query<SubjectsOfPlace>(
    `SELECT place.kind, authority.name AS authority, place.region, place.ids
     FROM (SELECT school.kind, school.authority, school.region, json_agg(school.id) AS ids
           FROM (${SUBJECTS}) school WHERE ${scope.sql} GROUP BY school.kind, school.authority, school.region) place
     JOIN local_authorities authority ON authority.code = place.authority`,
    [...scope.values],
  );
  return rows;
}

/** The newest deployment of a programme that a school or trust had. */
export type HadDeployment = {
  readonly kind: Subject['kind'];
  readonly id: string;
  readonly reference: string;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
};

/** The newest deployment of a programme that each school and trust had; one that runs comes before one that has ended. */
export async function listHadDeployments(db: Db, programme: string): Promise<readonly HadDeployment[]> {
  const { rows } = await db.query<HadDeployment>(
    `SELECT DISTINCT ON (subject_kind, coalesce(urn, trust)) subject_kind AS kind, coalesce(urn, trust) AS id, reference, status
     FROM deployments WHERE programme = $1
     ORDER BY subject_kind, coalesce(urn, trust), status <> 'running', began_at DESC, reference DESC`,
    [programme],
  );
  return rows;
}
