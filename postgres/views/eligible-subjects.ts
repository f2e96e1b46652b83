import type { Subject } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import type { Scope } from './deployment-source.ts';
import { SUBJECTS } from './search-subjects.ts';

/** Where a school or trust is. */
export type SubjectPlace = {
  readonly kind: Subject['kind'];
  /** The URN of a school, the code of a trust. */
  readonly id: string;
  readonly authority: string;
  readonly region: string;
};

/** Every school in scope, and every trust with an open school: a trust is in the authority of its first. */
export async function listSubjectPlaces(db: Db, scope: Scope): Promise<readonly SubjectPlace[]> {
  const { rows } = await db.query<SubjectPlace>(
    `SELECT school.kind, school.id, authority.name AS authority, school.region
     FROM (${SUBJECTS}) school JOIN local_authorities authority ON authority.code = school.authority WHERE ${scope.sql}`,
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
