import type { Subject } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import { anywhere, parameters } from './deployment-source.ts';
import type { Scope } from './deployment-source.ts';

/** A school or trust of the register that a deployment can support. */
export type FoundSubject = {
  readonly kind: Subject['kind'];
  /** The URN of a school, the code of a trust. */
  readonly id: string;
  readonly name: string;
  /**
   * The place of a school: its town, unless that is named like the authority or region, and its authority. The place of
   * a trust: the authority of its first school.
   */
  readonly place: string;
  readonly region: string;
  /** Whether it is open. A trust is, because those without an open school are not found. */
  readonly open: boolean;
};

/** Schools, and the trusts of open schools, as `school`, with the school that gives their region. */
export const SUBJECTS = `
  SELECT 'school' AS kind, school.urn AS id, school.name, school.town, school.authority, school.region, school.status ILIKE 'open%' AS open,
         school.searched_name
  FROM schools school
  UNION ALL
  SELECT 'trust', trust.id, trust.name, NULL, first.authority, first.region, true, searchable(trust.name)
  FROM trusts trust JOIN LATERAL (
    SELECT authority, region FROM schools WHERE schools.trust = trust.id AND schools.status LIKE 'Open%'
    ORDER BY length(urn), urn LIMIT 1) first ON true`;

const LINE = `
  SELECT school.kind, school.id, school.name, concat_ws(', ',
           CASE WHEN school.town NOT IN ('', authority.name, school.region) THEN school.town END, authority.name) AS place, school.region, school.open
  FROM (${SUBJECTS}) school JOIN local_authorities authority ON authority.code = school.authority`;

/** Schools and trusts in scope by part of their name, or by their whole URN or code. Whole names come first. Accents and case do not matter. */
export async function searchSubjects(db: Db, scope: Scope, text: string, limit: number): Promise<readonly FoundSubject[]> {
  const given = parameters(scope.values);
  const whole = given.place(text);
  const { rows } = await db.query<FoundSubject>(
    `${LINE} WHERE (${scope.sql}) AND (school.searched_name LIKE searchable(${given.place(anywhere(text))}) OR school.id = ${whole})
     ORDER BY school.searched_name <> searchable(${whole}) AND school.id <> ${whole}, NOT school.open, lower(school.name), school.id LIMIT ${given.place(limit)}`,
    [...given.all],
  );
  return rows;
}

/** One school or trust in scope. Undefined when there is none. */
export async function findSubject(db: Db, scope: Scope, subject: Subject): Promise<FoundSubject | undefined> {
  const given = parameters(scope.values);
  const { rows } = await db.query<FoundSubject>(
    `${LINE} WHERE (${scope.sql}) AND school.kind = ${given.place(subject.kind)} AND school.id = ${given.place(
      subject.kind === 'school' ? subject.urn : subject.trust,
    )}`,
    [...given.all],
  );
  return rows[0];
}

/** The region of a school or trust, "" where the register does not say: a trust is in that of its first open school. */
export async function regionOfSubject(db: Db, subject: Subject): Promise<string> {
  const { rows } = await db.query<{ region: string }>(
    `SELECT subject.region FROM (${SUBJECTS}) subject WHERE subject.kind = $1 AND subject.id = $2`,
    [subject.kind, subject.kind === 'school' ? subject.urn : subject.trust],
  );
  return rows[0]?.region ?? '';
}

/** Those of these schools that are in scope, by URN. */
export async function schoolsNamed(
  db: Db,
  scope: Scope,
  urns: readonly string[],
): Promise<readonly { readonly urn: string; readonly name: string; readonly region: string }[]> {
  const given = parameters(scope.values);
  const { rows } = await db.query<{ urn: string; name: string; region: string }>(
    `SELECT school.urn, school.name, school.region FROM schools school WHERE (${scope.sql}) AND school.urn = ANY (${given.place(urns)}::text[]) ORDER BY school.urn`,
    [...given.all],
  );
  return rows;
}

/** "Hillside School (990901)", as a suggestion writes it. */
const WITH_ID = /\(([A-Za-z0-9]{1,20})\)$/;

/** The schools and trusts that somebody means: by a name with the URN or code in brackets, or by what `searchSubjects` takes. */
export async function subjectsMeant(db: Db, scope: Scope, text: string, limit: number): Promise<readonly FoundSubject[]> {
  const id = WITH_ID.exec(text)?.[1];
  const meant = id === undefined ? [] : (await searchSubjects(db, scope, id, limit)).filter((one) => one.id === id);
  return meant.length > 0 ? meant : searchSubjects(db, scope, text, limit);
}
