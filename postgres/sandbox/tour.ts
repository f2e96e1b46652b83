import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { COURT, COURT_STEP } from '../views/court.ts';
import { PLACE, SUBJECT } from '../views/place.ts';

/** How far somebody's tour is, from what was recorded since they began it. */
export type Tour = {
  /** By the clock on the wall. */
  readonly beganAt: string;
  /** The first deployment that was started since; null before there is one. */
  readonly deployment: {
    readonly reference: string;
    readonly subjectName: string;
    readonly programme: string;
    readonly programmeVersion: number;
    readonly status: string;
    /** Whom it waits for; null when it waits for nobody. */
    readonly waitsFor: {
      readonly role: string;
      readonly step: string;
      readonly dueOn: PlainDate;
      readonly people: readonly string[];
    } | null;
    /** The roles whose steps were answered from a link in an e-mail, the first answer first. */
    readonly answeredByLink: readonly string[];
    /** How many reminders, overdue notices, calls and escalations silence has brought about. */
    readonly chases: number;
  } | null;
};

/** Begins the tour of somebody, or begins it anew. */
export async function beginTour(db: Db, person: string): Promise<void> {
  await db.query('INSERT INTO sandbox_tours (person) VALUES ($1) ON CONFLICT (person) DO UPDATE SET began_at = clock_timestamp()', [
    person,
  ]);
}

/** How far the tour of somebody is; null for one who has not begun. */
export async function readTour(db: Db, person: string): Promise<Tour | null> {
  const { rows } = await db.query<Tour>(
    `SELECT tour.began_at AS "beganAt",
            (SELECT jsonb_build_object(
               'reference', d.reference, 'subjectName', ${SUBJECT}, 'programme', d.programme, 'programmeVersion', d.programme_version,
               'status', d.status, 'waitsFor', ${COURT},
               'answeredByLink', (SELECT coalesce(jsonb_agg(s.owner ORDER BY s.closed_at), '[]') FROM steps s
                                  WHERE s.reference = d.reference AND s.state = 'answered' AND s.answered_via = 'link'),
               'chases', (SELECT count(DISTINCT (m.step, m.round, m.rung))::int FROM messages m
                          WHERE m.reference = d.reference AND m.kind IN ('reminder', 'overdue', 'call', 'escalation') AND m.state = 'accepted'))
             FROM events begun JOIN deployments d ON d.reference = begun.reference ${PLACE} ${COURT_STEP}
             WHERE begun.sequence = 1 AND begun.recorded_at > tour.began_at
             ORDER BY begun.recorded_at, begun.reference LIMIT 1) AS deployment
     FROM sandbox_tours tour WHERE tour.person = $1`,
    [person],
  );
  return rows[0] ?? null;
}
