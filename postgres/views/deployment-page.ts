import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import type { ContactProblem } from '../desk/contact-tasks.ts';
import type { Db } from '../database.ts';
import { ITS_NOW, PLACE, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

export type DeploymentHead = {
  readonly reference: string;
  readonly subject: string;
  readonly urn: string | null;
  readonly region: string;
  readonly authority: string | null;
  readonly programme: string;
  readonly version: number;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
  readonly endedAs: string | null;
  readonly endedBecause: string | null;
  readonly endedAt: string | null;
  /** An instant on the deployment's clock. */
  readonly itsNow: string;
};

/**
 * One deployment among those that somebody may see. Undefined when there is none. The scope's parameters begin at $2.
 */
export async function findDeploymentHead(db: Db, reference: string, inScope: InScope): Promise<DeploymentHead | undefined> {
  const { rows } = await db.query<DeploymentHead>(
    `SELECT d.reference, ${SUBJECT} AS subject, d.urn, coalesce(school.region, '') AS region,
            (SELECT name FROM local_authorities WHERE code = school.authority) AS authority,
            d.programme, d.programme_version AS version, d.status, d.ended_as AS "endedAs", d.ended_because AS "endedBecause",
            d.ended_at AS "endedAt", ${ITS_NOW} AS "itsNow"
     FROM deployments d ${PLACE} WHERE d.reference = $1 AND ${inScope.sql}`,
    [reference, ...inScope.values],
  );
  return rows[0];
}

/** Everything that happened to a deployment, the newest first. */
export async function listEvents(db: Db, reference: string): Promise<readonly ChronologyEvent[]> {
  const { rows } = await db.query<{ body: ChronologyEvent }>('SELECT body FROM events WHERE reference = $1 ORDER BY sequence DESC', [
    reference,
  ]);
  return rows.map(({ body }) => body);
}

/** The names of contact ids. Unknown ids are left out. */
export async function namesOf(db: Db, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; name: string }>('SELECT id, name FROM people WHERE id = ANY ($1::text[])', [people]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export type RoleHolder = {
  readonly role: string;
  readonly person: string;
  /** Null for an unknown contact id. */
  readonly name: string | null;
  readonly email: string | null;
  readonly telephone: string | null;
  readonly addressRefused: boolean;
};

/** Who holds which role of a deployment now, including people of whom nothing is known. */
export async function listRoleHolders(db: Db, reference: string): Promise<readonly RoleHolder[]> {
  const { rows } = await db.query<RoleHolder>(
    `SELECT held.role, held.person, p.name, p.email, p.telephone, p.address_refused_at IS NOT NULL AS "addressRefused"
     FROM deployment_parties held LEFT JOIN people p ON p.id = held.person
     WHERE held.reference = $1 AND held.until IS NULL ORDER BY held.role, p.name, held.person`,
    [reference],
  );
  return rows;
}

export type OpenTask =
  | {
      readonly kind: 'call';
      readonly step: string;
      readonly round: number;
      readonly rung: string;
      /** The name of whoever is to telephone, and their contact id. */
      readonly person: string | null;
      readonly personId: string | null;
      readonly openedAt: string;
    }
  | {
      readonly kind: 'contact';
      readonly role: string;
      readonly problem: ContactProblem;
      readonly detail: string;
      readonly person: string | null;
      readonly personId: string | null;
      readonly openedAt: string;
    };

/** The open calls and contact tasks of a deployment, the oldest first. */
export async function listOpenTasks(db: Db, reference: string): Promise<readonly OpenTask[]> {
  const { rows } = await db.query<OpenTask>(
    `SELECT task.*, coalesce(p.name, task."personId") AS person
     FROM (SELECT 'call' AS kind, step, round, rung, NULL AS role, NULL AS problem, NULL AS detail, person AS "personId", opened_at AS "openedAt"
           FROM call_tasks WHERE reference = $1 AND closed_at IS NULL
           UNION ALL
           SELECT 'contact', NULL, NULL, NULL, role, problem, detail, person, opened_at FROM contact_tasks WHERE reference = $1 AND closed_at IS NULL) task
     LEFT JOIN people p ON p.id = task."personId" ORDER BY task."openedAt"`,
    [reference],
  );
  return rows;
}
