import { GRADES } from '../domain/eligibility/judgements.ts';
import type { Grade } from '../domain/eligibility/judgements.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { DEPLOYMENT_SOURCE } from '../postgres/views/deployment-source.ts';
import type { Scope } from '../postgres/views/deployment-source.ts';
import { MAINTAINED } from '../postgres/views/maintained.ts';

/** Something that became known of a school or trust while its deployment runs, and about which somebody has to decide. */
export type ToDecide = { readonly reference: string; readonly text: string };

/** A trust of academies, as distinct from a federation, of which schools are members too. */
const IS_TRUST = `grouped.type ILIKE '%academy trust'`;

/** The day in London on which a deployment began. */
const BEGAN_ON = `(d.began_at AT TIME ZONE 'Europe/London')::date`;

/**
 * What became known since they began of the schools and trusts of running deployments in scope: judgements, and schools that joined or left a
 * trust. That a school closes, is to become an academy or has a new URN is told by `listRunningOfClosed`.
 */
export async function listToDecide(db: Db, scope: Scope, today: PlainDate): Promise<readonly ToDecide[]> {
  const told = [...(await listNewJudgements(db, scope)), ...(await listTransfers(db, scope, today))];
  return told.toSorted((a, b) => (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0));
}

async function listNewJudgements(db: Db, scope: Scope): Promise<readonly ToDecide[]> {
  const { rows } = await db.query<{
    reference: string;
    urn: string;
    name: string;
    grade: Grade;
    knownOn: PlainDate;
    previous: Grade | null;
    maintained: boolean | null;
  }>(
    `SELECT d.reference, judged.urn, judged.name, inspection.grade, coalesce(inspection.published_on, inspection.inspected_on) AS "knownOn",
            (SELECT before.grade FROM inspections before WHERE before.urn = inspection.urn AND before.inspected_on < inspection.inspected_on
             ORDER BY before.inspected_on DESC LIMIT 1) AS previous, judged.maintained
     FROM ${DEPLOYMENT_SOURCE}
     JOIN LATERAL (SELECT school.urn, school.name, ${MAINTAINED} AS maintained FROM schools school
                   WHERE school.urn = d.urn OR school.trust = d.trust) judged ON true
     JOIN inspections inspection ON inspection.urn = judged.urn
     WHERE d.status = 'running' AND (${scope.sql}) AND coalesce(inspection.published_on, inspection.inspected_on) > ${BEGAN_ON}
     ORDER BY d.reference, "knownOn", judged.urn`,
    [...scope.values],
  );
  return rows.map(({ reference, urn, name, grade, knownOn, previous, maintained }) => {
    const before = previous === null ? '' : `, after ${GRADES[previous].toLowerCase()}`;
    // Academies Act 2010, section 4(A1).
    const order = grade === 4 && maintained === true ? ' An academy order follows for a maintained school that is judged inadequate.' : '';
    return {
      reference,
      text: `${name} (URN ${urn}) has a new judgement since the deployment began: ${GRADES[grade].toLowerCase()}, known from ${longDate(knownOn)}${before}.${order}`,
    };
  });
}

async function listTransfers(db: Db, scope: Scope, today: PlainDate): Promise<readonly ToDecide[]> {
  const given = scope.values.length;
  const { rows } = await db.query<{ reference: string; urn: string; name: string; trust: string; on: PlainDate; joined: boolean }>(
    `WITH moves AS (
       SELECT member.urn, member.school_group, grouped.name AS trust, member.joined_on AS "on", true AS joined
       FROM group_memberships member JOIN school_groups grouped ON grouped.id = member.school_group
       WHERE ${IS_TRUST} AND member.joined_on IS NOT NULL
       UNION ALL
       SELECT member.urn, member.school_group, grouped.name, coalesce(member.left_on, (
                SELECT min(next.joined_on) FROM group_memberships next JOIN school_groups other ON other.id = next.school_group
                WHERE next.urn = member.urn AND other.type ILIKE '%academy trust' AND next.school_group <> member.school_group
                  AND next.joined_on > coalesce(member.joined_on, '-infinity'))), false
       FROM group_memberships member JOIN school_groups grouped ON grouped.id = member.school_group WHERE ${IS_TRUST})
     SELECT d.reference, moves.urn, coalesce(moved.name, moves.urn) AS name, moves.trust, moves."on", moves.joined
     FROM ${DEPLOYMENT_SOURCE} JOIN moves ON moves.urn = d.urn OR moves.school_group = d.trust
     LEFT JOIN schools moved ON moved.urn = moves.urn
     WHERE d.status = 'running' AND (${scope.sql}) AND moves."on" > ${BEGAN_ON} AND moves."on" <= $${given + 1}
     ORDER BY d.reference, moves."on", moves.joined, moves.urn`,
    [...scope.values, today],
  );
  return rows.map(({ reference, urn, name, trust, on, joined }) => ({
    reference,
    text: `${name} (URN ${urn}) ${joined ? 'joined' : 'left'} the trust ${trust} on ${longDate(on)}, after the deployment began.`,
  }));
}
