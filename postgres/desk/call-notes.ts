import type pg from 'pg';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { ITS_NOW, PLACE } from '../views/place.ts';
import type { InScope } from '../views/place.ts';

/** The outcome of a call that brought no answer. */
export type CallOutcome = 'left-message' | 'no-answer' | 'call-again' | 'wrong-person';

export type CallKey = { readonly reference: string; readonly step: string; readonly round: number; readonly rung: string };

export type FoundCall = {
  readonly open: boolean;
  /** Whose call it is. */
  readonly caller: string;
  /** An instant on the clock of the deployment. */
  readonly itsNow: string;
  /** The people whom the coordinator may have had on the telephone. */
  readonly owners: readonly { readonly person: string; readonly role: string; readonly name: string }[];
};

/**
 * A call to make, among those that somebody may record. Undefined when there is none. The scope's parameters begin at
 * $5.
 */
export async function findCall(db: Db, key: CallKey, inScope: InScope): Promise<FoundCall | undefined> {
  const { rows } = await db.query<FoundCall>(
    `SELECT c.closed_at IS NULL AS open, c.person AS caller, ${ITS_NOW} AS "itsNow",
            (SELECT coalesce(jsonb_agg(jsonb_build_object('person', held.person, 'role', held.role, 'name', coalesce(p.name, held.person))), '[]')
             FROM deployment_parties held LEFT JOIN people p ON p.id = held.person
             WHERE held.reference = d.reference AND held.until IS NULL AND (held.role = s.owner OR held.role = ANY (s.joint_owners))) AS owners
     FROM call_tasks c JOIN deployments d ON d.reference = c.reference
     JOIN steps s ON s.reference = c.reference AND s.step = c.step AND s.round = c.round ${PLACE}
     WHERE c.reference = $1 AND c.step = $2 AND c.round = $3 AND c.rung = $4 AND ${inScope.sql}`,
    [key.reference, key.step, key.round, key.rung, ...inScope.values],
  );
  return rows[0];
}

export type CallNote = CallKey & {
  readonly by: string;
  readonly outcome: CallOutcome;
  readonly callAgainOn: PlainDate | null;
  readonly note: string | null;
  /** The person who turned out to be the wrong one. Opens a contact task. */
  readonly wrongPerson: { readonly person: string; readonly role: string; readonly name: string } | null;
};

/** Stores the outcome of a call. Returns false, and stores nothing, when the call was closed meanwhile. */
export async function keepCallNote(pool: pg.Pool, note: CallNote): Promise<boolean> {
  const key = [note.reference, note.step, note.round, note.rung];
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      'SELECT FROM call_tasks WHERE reference = $1 AND step = $2 AND round = $3 AND rung = $4 AND closed_at IS NULL FOR SHARE',
      key,
    );
    if (rowCount === 0) return false;
    await db.query(
      `INSERT INTO call_notes (reference, step, round, rung, by_person, outcome, call_again_on, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [...key, note.by, note.outcome, note.callAgainOn, note.note],
    );
    if (note.wrongPerson !== null) {
      await db.query(
        `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
         VALUES ($1, $2, $3, 'not-the-right-person', $4, clock_timestamp()) ON CONFLICT DO NOTHING`,
        [note.reference, note.wrongPerson.role, note.wrongPerson.person, note.note ?? 'Heard in a telephone call.'],
      );
    }
    return true;
  });
}

export type CallNoteLine = {
  readonly step: string;
  readonly round: number;
  readonly rung: string;
  readonly by: string;
  readonly outcome: CallOutcome;
  readonly callAgainOn: PlainDate | null;
  readonly note: string | null;
  readonly at: string;
};

/** The recorded outcomes of a deployment's calls, oldest first. */
export async function listCallNotes(db: Db, reference: string): Promise<readonly CallNoteLine[]> {
  const { rows } = await db.query<CallNoteLine>(
    `SELECT n.step, n.round, n.rung, coalesce(p.name, n.by_person) AS by, n.outcome, n.call_again_on AS "callAgainOn", n.note, n.at
     FROM call_notes n LEFT JOIN people p ON p.id = n.by_person WHERE n.reference = $1 ORDER BY n.id`,
    [reference],
  );
  return rows;
}
