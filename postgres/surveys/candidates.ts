import type { Candidate, KnownAudience, Part } from '../../domain/surveys/population.ts';
import { PEACE_DAYS } from '../../domain/surveys/population.ts';
import type { Instant } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { changeRulesOf } from '../../domain/programme.ts';
import { STAFF_ROLES } from '../access/staff-roles.ts';
import type { Db } from '../database.ts';
import { isStaffToday } from '../views/held-roles.ts';
import { PLACE } from '../views/place.ts';

/** A role of a programme, and as whom a survey asks its holders: the leader of a school or of a trust by whom the deployment supports. */
type AskedRole = { readonly programme: string; readonly version: number; readonly role: string; readonly leads: boolean };

/** Somebody who may be asked, and when they said that they are away. */
export type CandidateLine = Candidate & {
  readonly away: { readonly from: PlainDate; readonly until: PlainDate } | null;
  /** The first day on which one of the deployments that are looked at ended; null: none has. */
  readonly endedOn: PlainDate | null;
};

/** Only deployments that ended as completed from a day on until a moment, and of their people those whom a survey does not have on its list. */
export type EndedSince = { readonly wave: number; readonly since: PlainDate; readonly at: Instant };

/** The programmes of which there are deployments, all versions, by id. */
export async function programmesWithDeployments(db: Db, ids: readonly string[]): Promise<readonly Programme[]> {
  const { rows } = await db.query<{ document: Programme }>(
    `SELECT p.document FROM programmes p WHERE p.id = ANY ($1::text[])
       AND EXISTS (SELECT FROM deployments d WHERE d.programme = p.id AND d.programme_version = p.version)
     ORDER BY p.id, p.version`,
    [ids],
  );
  return rows.map(({ document }) => document);
}

/** The roles whose holders a survey asks: the one that is matched, and those that are held as the school. */
function askedRoles(programmes: readonly Programme[]): readonly AskedRole[] {
  return programmes.flatMap(({ id: programme, version, roles, ...rest }) => {
    const matched = changeRulesOf({ ...rest, id: programme, version, roles }).rematch?.role;
    return Object.entries(roles).flatMap(([role, { heldBy = role }]) =>
      role === matched || heldBy === 'school' ? [{ programme, version, role, leads: role === matched }] : [],
    );
  });
}

/**
 * Everybody who holds such a role in a deployment of these programmes, whatever became of it, in the order of their ids, with what decides
 * whether they are asked in a wave that opens on this day. One query, however many there are. `ended` null: of all deployments.
 */
export async function readCandidates(
  db: Db,
  programmes: readonly Programme[],
  opensOn: PlainDate,
  ended: EndedSince | null = null,
): Promise<readonly CandidateLine[]> {
  const roles = askedRoles(programmes);
  const { rows } = await db.query<
    Omit<CandidateLine, 'parts'> & { parts: readonly (Omit<Part, 'audience'> & { audience: KnownAudience })[] }
  >(
    `WITH asked AS (
       SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::boolean[]) AS asked (programme, version, role, leads)),
     part AS (
       SELECT party.person, jsonb_agg(jsonb_build_object(
           'audience', CASE WHEN asked.leads THEN 'system-leader' WHEN d.subject_kind = 'trust' THEN 'trust-leader' ELSE 'school-leader' END,
           'status', d.status,
           'matched', asked.leads OR EXISTS (
             SELECT FROM asked leader JOIN deployment_parties named ON named.role = leader.role
             WHERE leader.leads AND leader.programme = d.programme AND leader.version = d.programme_version
               AND named.reference = d.reference AND named.until IS NULL),
           'stoppedForIllness', EXISTS (SELECT FROM clock_stops stop WHERE stop.reference = d.reference AND stop.resumed_on IS NULL
                                          AND stop.category = 'illness'),
           'strata', jsonb_strip_nulls(jsonb_build_object('region', school.region, 'phase', school.phase, 'status', school.type_group,
             'programme', d.programme, 'stage', CASE d.status WHEN 'completed' THEN 'completed' ELSE 'under way' END)),
           'calendar', d.calendar_version) ORDER BY d.reference, party.role) AS parts,
         (min(d.ended_at) AT TIME ZONE 'Europe/London')::date::text AS "endedOn"
       FROM asked JOIN deployments d ON d.programme = asked.programme AND d.programme_version = asked.version
       JOIN deployment_parties party ON party.reference = d.reference AND party.role = asked.role AND party.until IS NULL ${PLACE}
       WHERE $8::int IS NULL OR (d.status = 'completed' AND (d.ended_at AT TIME ZONE 'Europe/London')::date >= $9::date AND d.ended_at <= $10::timestamptz
         AND NOT EXISTS (SELECT FROM survey_members listed WHERE listed.wave = $8 AND listed.person = party.person))
       GROUP BY party.person)
     SELECT part.person, coalesce(p.email, '') <> '' AS "hasAddress", coalesce(p.address_refused_at IS NOT NULL, false) AS "addressRefused",
            EXISTS (SELECT FROM survey_opt_outs opted WHERE opted.person = part.person) AS "optedOut",
            ${isStaffToday('part.person', '$5')} AS staff,
            EXISTS (SELECT FROM survey_members other JOIN survey_waves w ON w.id = other.wave
                    WHERE other.person = part.person AND other.left_out IS NULL AND w.state <> 'called-off'
                      AND abs(coalesce(other.asked_on, w.opens_on) - $6::date) < $7::int) AS "surveyedLately",
            (SELECT nullif(newest.profile -> 'away', 'null') FROM leader_profiles newest WHERE newest.leader = part.person
             ORDER BY newest.id DESC LIMIT 1) AS away,
            part.parts, part."endedOn"
     FROM part LEFT JOIN people p ON p.id = part.person AND p.merged_into IS NULL ORDER BY part.person`,
    [
      roles.map(({ programme }) => programme),
      roles.map(({ version }) => version),
      roles.map(({ role }) => role),
      roles.map(({ leads }) => leads),
      STAFF_ROLES,
      opensOn,
      PEACE_DAYS,
      ended?.wave ?? null,
      ended?.since ?? null,
      ended?.at ?? null,
    ],
  );
  return rows;
}

/** The programmes of which there are deployments, by their newest titles, for somebody to choose from. */
export async function programmesAskedAbout(db: Db): Promise<readonly { readonly value: string; readonly text: string }[]> {
  const { rows } = await db.query<{ value: string; text: string }>(
    `SELECT DISTINCT ON (p.id) p.id AS value, p.document ->> 'title' AS text FROM programmes p
     WHERE EXISTS (SELECT FROM deployments d WHERE d.programme = p.id) ORDER BY p.id, p.version DESC`,
  );
  return rows;
}
