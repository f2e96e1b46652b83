import type { Instant } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { ITS_TODAY, PLACE, SUBJECT } from './place.ts';

/** Who decided it, and when by the clock of the deployment. */
export type QuieterChoice = {
  readonly reference: string;
  readonly subject: string;
  readonly person: PersonId;
  readonly name: string;
  readonly byName: string;
  readonly via: 'link' | 'one-click' | 'command-line';
  readonly at: Instant;
  /** The last day without such e-mails; null: they come again. */
  readonly until: PlainDate | null;
  /** Whether it is their newest choice, and its day is not over. */
  readonly stands: boolean;
};

/** Part of a query in which `d` is a deployment: who wants fewer e-mails there, and until which day. */
export const QUIET_IN_D = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('person', newest.person, 'until', newest.until_on)), '[]')
  FROM (SELECT DISTINCT ON (person) person, until_on FROM quieter WHERE reference = d.reference ORDER BY person, id DESC) newest
  WHERE newest.until_on >= ${ITS_TODAY})`;

const CHOICES = `
  SELECT q.reference, ${SUBJECT} AS subject, q.person, coalesce(p.name, q.person) AS name, coalesce(b.name, q.by_person) AS "byName", q.via, q.at,
         q.until_on AS until,
         coalesce(q.until_on >= ${ITS_TODAY}, false)
           AND q.id = (SELECT max(id) FROM quieter newer WHERE newer.reference = q.reference AND newer.person = q.person) AS stands
  FROM quieter q JOIN deployments d ON d.reference = q.reference ${PLACE}
  LEFT JOIN people p ON p.id = q.person LEFT JOIN people b ON b.id = q.by_person`;

/** Who stopped e-mails of a deployment, and who had them begin again: the newest first. */
export async function quieterIn(db: Db, reference: string): Promise<readonly QuieterChoice[]> {
  const { rows } = await db.query<QuieterChoice>(`${CHOICES} WHERE q.reference = $1 ORDER BY q.id DESC`, [reference]);
  return rows;
}

/** The e-mails that somebody has stopped, and those that they had begin again: the newest first. */
export async function quieterOf(db: Db, person: PersonId): Promise<readonly QuieterChoice[]> {
  const { rows } = await db.query<QuieterChoice>(`${CHOICES} WHERE q.person = $1 ORDER BY q.id DESC`, [person]);
  return rows;
}
