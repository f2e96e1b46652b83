import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { DEPLOYMENT_SOURCE } from '../postgres/views/deployment-source.ts';
import type { Scope } from '../postgres/views/deployment-source.ts';

/** Every status that the register gives a school. */
export const STATUSES = ['Open', 'Open, but proposed to close', 'Closed', 'Proposed to open'] as const;

/** The status of the register that a text names, whatever its capitals; undefined when there is none. */
export function statusNamed(text: string): (typeof STATUSES)[number] | undefined {
  return STATUSES.find((status) => status.toLowerCase() === text.toLowerCase());
}

/** A school of which a deployment should not be begun, or goes on, without a word. */
export type SchoolStanding = {
  readonly urn: string;
  readonly name: string;
  readonly kind: 'closing' | 'closed' | 'not-open-yet' | 'unknown-status';
  readonly status: string;
  readonly opensOn: PlainDate | null;
  readonly closedOn: PlainDate | null;
  /** What becomes of it, in the words of the register: "Academy Converter". */
  readonly because: string | null;
  /** Other schools of the register that are open at its postcode, and so may have taken its place. */
  readonly instead: readonly { readonly urn: string; readonly name: string }[];
};

/** The condition under which a `school` is simply open. */
const IS_SIMPLY_OPEN = `lower(school.status) = 'open'`;

const STANDING = `
  SELECT school.urn, school.name, school.status, school.opened_on AS "opensOn", school.closed_on AS "closedOn", school.closed_because AS because,
         CASE WHEN school.status ILIKE 'open%' THEN 'closing' WHEN lower(school.status) = 'closed' THEN 'closed'
              WHEN lower(school.status) = 'proposed to open' THEN 'not-open-yet' ELSE 'unknown-status' END AS kind,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('urn', other.urn, 'name', other.name) ORDER BY other.urn), '[]') FROM schools other
          WHERE other.postcode = school.postcode AND other.urn <> school.urn AND other.status ILIKE 'open%') AS instead`;

/** A running deployment of a school that is not simply open, or of a trust that has no open school any more. */
export type RunningOfClosed = { readonly reference: string; readonly standing: SchoolStanding | null; readonly subject: string };

/** The running deployments in scope whose school has closed, is to close or is not open yet, and whose trust has no open school. */
export async function listRunningOfClosed(db: Db, scope: Scope): Promise<readonly RunningOfClosed[]> {
  const { rows } = await db.query<{ reference: string; urn: string | null; subject: string }>(
    `SELECT d.reference, d.urn, coalesce(trust.name, school.name, d.reference) AS subject FROM ${DEPLOYMENT_SOURCE}
     WHERE d.status = 'running' AND ${scope.sql}
       AND CASE WHEN d.urn IS NOT NULL THEN NOT ${IS_SIMPLY_OPEN} ELSE coalesce(school.status NOT ILIKE 'open%', true) END
     ORDER BY d.reference`,
    [...scope.values],
  );
  const standings = await findStandings(
    db,
    rows.flatMap(({ urn }) => urn ?? []),
  );
  return rows.map(({ reference, urn, subject }) => ({ reference, subject, standing: standings.get(urn ?? '') ?? null }));
}

/** What is to be said of a running deployment of a closed school or an empty trust: one or two sentences. */
export function closedWords({ standing, subject }: RunningOfClosed, today: PlainDate): string {
  if (standing === null) return `The register has no open school of the trust ${subject} any more.`;
  const becomesAcademy = standing.kind === 'closing' && /academy/i.test(standing.because ?? '');
  return `${standingWords(standing, today)}${becomesAcademy ? ' It becomes an academy, by an academy order or of its own accord, under a new URN.' : ''}`;
}

/** How it stands with a school that is not simply open; undefined when it is, or is not known. */
export async function findStanding(db: Db, urn: string): Promise<SchoolStanding | undefined> {
  return (await findStandings(db, [urn])).get(urn);
}

/** How it stands with those of these schools that are not simply open, by URN. */
export async function findStandings(db: Db, urns: readonly string[]): Promise<ReadonlyMap<string, SchoolStanding>> {
  if (urns.length === 0) return new Map();
  const { rows } = await db.query<SchoolStanding>(`${STANDING} FROM schools school WHERE school.urn = ANY ($1) AND NOT ${IS_SIMPLY_OPEN}`, [
    urns,
  ]);
  return new Map(rows.map((standing) => [standing.urn, standing]));
}

/**
 * How it stands, in sentences: “Hillcrest Primary School (URN 990001) closed on 31 August 2026 (Academy Converter). At its postcode
 * the register has Hillcrest Academy (URN 990021) now.”
 */
export function standingWords(standing: SchoolStanding, today: PlainDate): string {
  const others = standing.instead.map(({ name, urn }) => `${name} (URN ${urn})`).join(', ');
  const then = others === '' || standing.kind === 'not-open-yet' ? '' : ` At its postcode the register has ${others} now.`;
  return `${standing.name} (URN ${standing.urn}) ${standingHint(standing, today)}.${then}`;
}

/** The same without the name, to stand beside it: “closed on 31 August 2026 (Academy Converter)”. */
export function standingHint({ kind, status, opensOn, closedOn, because }: SchoolStanding, today: PlainDate): string {
  const why = because === null ? '' : ` (${because})`;
  const on = (day: PlainDate | null) => (day === null ? '' : ` on ${longDate(day)}`);
  switch (kind) {
    case 'closed':
      return `closed${on(closedOn)}${why}`;
    case 'closing':
      return closedOn !== null && closedOn < today ? `was to close${on(closedOn)}${why}` : `is proposed to close${on(closedOn)}${why}`;
    case 'not-open-yet':
      return opensOn === null ? 'is not open yet' : `is not open yet: it is proposed to open${on(opensOn)}`;
    case 'unknown-status':
      return `has the status “${status}” in the register, which is not known`;
    default:
      return kind satisfies never;
  }
}
