import type { Calendar } from '../../domain/time/calendar.ts';
import type { ChronologyEvent, Subject } from '../../domain/chronology/events.ts';
import type { Programme } from '../../domain/programme.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { SUBJECT } from './place.ts';
import type { InScope } from './place.ts';
import { readProgramme } from '../pinned/pinned.ts';

/** A running deployment, and what its calendar depends on. */
export type RunningDeployment = {
  readonly reference: string;
  readonly subject: Subject;
  /** The name of the school or trust. */
  readonly subjectName: string;
  /** The trust that a school belongs to. */
  readonly trust: string | null;
  /** As at its start: the authority of the school, or of a trust’s first open school. */
  readonly authority: { readonly code: string; readonly name: string } | null;
  readonly programme: Programme;
  /** The calendar that it counts on now. */
  readonly calendar: Calendar;
};

type Row = {
  readonly reference: string;
  readonly subject_kind: 'school' | 'trust';
  readonly urn: string | null;
  readonly trust: string | null;
  readonly subject: string;
  readonly trust_of_school: string | null;
  readonly authority: string | null;
  readonly authority_name: string | null;
  readonly programme: string;
  readonly version: number;
  readonly calendar: string;
};

/**
 * Every running deployment that somebody may see, in the order of the references. Makes a handful of queries, however
 * many deployments there are.
 */
export async function runningDeployments(db: Db, inScope: InScope): Promise<readonly RunningDeployment[]> {
  const { rows } = await db.query<Row>(
    `SELECT d.reference, d.subject_kind, d.urn, d.trust, ${SUBJECT} AS subject, school.trust AS trust_of_school,
            authority.code AS authority, authority.name AS authority_name, d.programme, d.programme_version AS version, d.calendar_version AS calendar
     FROM ${DEPLOYMENT_SOURCE} LEFT JOIN local_authorities authority ON authority.code = school.authority
     WHERE d.status = 'running' AND ${inScope.sql} ORDER BY d.reference`,
    [...inScope.values],
  );
  const calendars = await readCalendars(db, [...new Set(rows.map(({ calendar }) => calendar))]);
  const programmes = new Map<string, Programme>();
  for (const { programme, version } of rows) {
    const key = `${programme}/${version}`;
    if (!programmes.has(key)) programmes.set(key, await readProgramme(db, programme, version));
  }
  return rows.map((row) => {
    const programme = programmes.get(`${row.programme}/${row.version}`);
    const calendar = calendars.get(row.calendar);
    if (programme === undefined || calendar === undefined) throw new Error(`What ${row.reference} is pinned to was never kept.`);
    return {
      reference: row.reference,
      subject: row.subject_kind === 'school' ? { kind: 'school', urn: row.urn ?? '' } : { kind: 'trust', trust: row.trust ?? '' },
      subjectName: row.subject,
      trust: row.trust_of_school,
      authority: row.authority === null ? null : { code: row.authority, name: row.authority_name ?? row.authority },
      programme,
      calendar,
    };
  });
}

/** Kept calendars by their versions. */
export async function readCalendars(db: Db, versions: readonly string[]): Promise<ReadonlyMap<string, Calendar>> {
  const { rows } = await db.query<{ version: string; document: Calendar }>(
    'SELECT version, document FROM calendars WHERE version = ANY ($1::text[])',
    [versions],
  );
  return new Map(rows.map(({ version, document }) => [version, document]));
}

/** Everything that happened to these deployments, in the order of each. */
export async function eventsOfDeployments(db: Db, references: readonly string[]): Promise<ReadonlyMap<string, readonly ChronologyEvent[]>> {
  const { rows } = await db.query<{ reference: string; events: readonly ChronologyEvent[] }>(
    `SELECT reference, jsonb_agg(body ORDER BY sequence) AS events FROM events WHERE reference = ANY ($1::text[]) GROUP BY reference`,
    [references],
  );
  return new Map(rows.map(({ reference, events }) => [reference, events]));
}

/** The programmes that these deployments are pinned to, with their versions. */
export async function programmesOf(
  db: Db,
  references: readonly string[],
): Promise<readonly { readonly id: string; readonly version: number }[]> {
  const { rows } = await db.query<{ id: string; version: number }>(
    'SELECT DISTINCT programme AS id, programme_version AS version FROM deployments WHERE reference = ANY ($1::text[]) ORDER BY 1, 2',
    [references],
  );
  return rows;
}
