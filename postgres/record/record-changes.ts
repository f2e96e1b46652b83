import type { MailroomCall } from '../../activities/ports.ts';
import type { ChangeEvent, StepRef } from '../../domain/chronology/events.ts';
import { travelsTogether } from '../../domain/chasing/wanted.ts';
import type { LetterKind } from '../../domain/chasing/wanted.ts';
import type { Db } from '../database.ts';
import { addParty, closeContactTasks, endParties, setFact } from './record-parties.ts';

/**
 * Stores the state after a change of plan: the part of the record for stops, extensions, people and escalations.
 * Returns the mailrooms of letters that a stopped clock had held and that may go now.
 */
export async function projectChange(db: Db, reference: string, event: ChangeEvent): Promise<readonly MailroomCall[]> {
  switch (event.type) {
    case 'clock-stopped':
      await db.query(
        `INSERT INTO clock_stops (reference, stop, step, round, category, because, by_person, stopped_at, from_on, expected_end)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          reference,
          event.stop,
          event.scope?.step ?? null,
          event.scope?.round ?? null,
          event.category,
          event.because,
          event.by,
          event.at,
          event.from,
          event.expectedEnd,
        ],
      );
      return [];
    case 'clock-stop-prolonged':
      await db.query('UPDATE clock_stops SET expected_end = $3, queried_at = NULL WHERE reference = $1 AND stop = $2', [
        reference,
        event.stop,
        event.expectedEnd,
      ]);
      return [];
    case 'clock-stop-queried':
      await db.query('UPDATE clock_stops SET queried_times = $3, queried_at = $4 WHERE reference = $1 AND stop = $2', [
        reference,
        event.stop,
        event.time,
        event.at,
      ]);
      return [];
    case 'clock-resumed':
      await db.query('UPDATE clock_stops SET resumed_on = $3, resumed_at = $4 WHERE reference = $1 AND stop = $2', [
        reference,
        event.stop,
        event.on,
        event.at,
      ]);
      return releaseHeld(db, reference, event.stop, event.at);
    case 'due-date-moved':
      await moveDueDate(db, reference, event);
      return [];
    case 'answer-promised':
      await db.query(
        `INSERT INTO promises (reference, change, step, round, person, by_person, via, promised_on, words, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          reference,
          event.change,
          event.step,
          event.round,
          event.onBehalfOf ?? event.by,
          event.by,
          event.via,
          event.promisedOn,
          event.because,
          event.at,
        ],
      );
      return [];
    case 'time-asked':
      await db.query(
        `INSERT INTO time_requests (reference, change, step, round, person, due_on, due_before, because, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          reference,
          event.change,
          event.step,
          event.round,
          event.onBehalfOf ?? event.by,
          event.dueOn,
          event.dueBefore,
          event.because,
          event.at,
        ],
      );
      return [];
    case 'time-refused':
      await decideTimeRequest(db, reference, event, 'refused', event);
      return [];
    case 'extension-asked':
      await decideTimeRequest(db, reference, event.asked, 'passed-on', event);
      return [];
    case 'extension-agreed':
      await decideTimeRequest(db, reference, event, 'given', event);
      await db.query('UPDATE steps SET extended_to = $4 WHERE reference = $1 AND step = $2 AND round = $3', [
        reference,
        event.step,
        event.round,
        event.dueOn,
      ]);
      return [];
    case 'rematched':
      await endParties(db, reference, event.role, event.at);
      if (event.to !== null) await addParty(db, reference, event.role, event.to, event.at);
      return [];
    case 'party-changed':
      if (event.from !== null) {
        await replacePerson(db, reference, { role: event.role, from: event.from, to: event.to, at: event.at });
      }
      await addParty(db, reference, event.role, event.to, event.at);
      await closeContactTasks(db, reference, event.role, event.at);
      return [];
    case 'person-merged':
      await mergePerson(db, reference, event);
      return [];
    case 'answer-taken-back':
      await db.query(
        `UPDATE steps SET state = 'overtaken', closed_at = $4, closed_because = $5 WHERE reference = $1 AND step = $2 AND round = $3`,
        [reference, event.step, event.round, event.at, `The answer was taken back: ${event.because}`],
      );
      for (const [role, people] of Object.entries(event.parties)) {
        await endParties(db, reference, role, event.at);
        for (const person of people) await addParty(db, reference, role, person, event.at);
      }
      for (const [fact, value] of Object.entries(event.facts)) await setFact(db, reference, fact, value);
      return [];
    case 'fact-corrected':
      await setFact(db, reference, event.fact, event.to);
      return [];
    case 'deputy-named':
      await db.query('INSERT INTO deputies (reference, change, person, deputy, from_on, to_on) VALUES ($1, $2, $3, $4, $5, $6)', [
        reference,
        event.change,
        event.person,
        event.deputy,
        event.from,
        event.to,
      ]);
      return [];
    case 'deputy-ended':
      await db.query('UPDATE deputies SET ended_at = $3 WHERE reference = $1 AND person = $2 AND ended_at IS NULL', [
        reference,
        event.person,
        event.at,
      ]);
      return [];
    case 'deployment-withdrawn':
      await db.query('UPDATE deployments SET withdrawn_by = $2 WHERE reference = $1', [reference, event.withdrawnBy]);
      return [];
    case 'deployment-reopened':
      await db.query(
        `UPDATE deployments SET status = 'running', ended_as = NULL, ended_because = NULL, ended_at = NULL, withdrawn_by = NULL
         WHERE reference = $1`,
        [reference],
      );
      return [];
    case 'escalation-acknowledged':
      await db.query(
        `UPDATE escalations SET acknowledged_at = $4, acknowledged_by = $5, words = $6, promised_on = $7
         WHERE reference = $1 AND step = $2 AND round = $3 AND closed_at IS NULL`,
        [reference, event.step, event.round, event.at, event.onBehalfOf ?? event.by, event.words, event.promisedOn],
      );
      return [];
    case 'escalation-passed':
      await passEscalation(db, reference, event);
      return [];
    case 'escalation-closed':
      await db.query(
        `UPDATE escalations SET closed_at = $4, outcome = $5
         WHERE reference = $1 AND step = $2 AND round = $3 AND closed_at IS NULL`,
        [reference, event.step, event.round, event.at, event.because],
      );
      return [];
    case 'pace-changed':
      await db.query('UPDATE deployments SET pace = $2 WHERE reference = $1', [reference, event.pace]);
      return [];
    case 'calendar-adopted':
      await db.query('UPDATE deployments SET calendar_version = $2 WHERE reference = $1', [reference, event.to]);
      return [];
    case 'rung-held':
    case 'step-raised':
    case 'extension-refused':
      return [];
    default:
      return event satisfies never;
  }
}

/** A request for more time is decided: the time was given, refused, or the Department is asked. */
async function decideTimeRequest(
  db: Db,
  reference: string,
  { step, round }: StepRef,
  outcome: 'given' | 'refused' | 'passed-on',
  { at, by }: { readonly at: string; readonly by: string },
): Promise<void> {
  await db.query(
    `UPDATE time_requests SET decided_at = $4, decided_by = $5, outcome = $6
     WHERE reference = $1 AND step = $2 AND round = $3 AND decided_at IS NULL`,
    [reference, step, round, at, by, outcome],
  );
}

/** The urgency with which a mailroom is told of a letter of this kind. */
export function callFor(mailroom: number, kind: LetterKind): MailroomCall {
  return { mailroom, urgency: travelsTogether(kind) ? 'gather' : 'at-once' };
}

/** Letters that were in the queue when the clock was stopped go now, as if written now. */
async function releaseHeld(db: Db, reference: string, stop: number, at: string): Promise<readonly MailroomCall[]> {
  const { rows } = await db.query<{ mailroom: number; kind: LetterKind }>(
    `UPDATE messages SET state = 'queued', reason = NULL, closed_at = NULL, held_by_stop = NULL, envelope = NULL,
            written_at = $3, queued_at = clock_timestamp(), send_after = NULL
     WHERE reference = $1 AND held_by_stop = $2 RETURNING mailroom, kind`,
    [reference, stop, at],
  );
  return rows.map(({ mailroom, kind }) => callFor(mailroom, kind));
}

type Moved = Extract<ChangeEvent, { type: 'due-date-moved' }>;

async function moveDueDate(db: Db, reference: string, event: Moved): Promise<void> {
  const { step, round, at } = event;
  await db.query(
    `UPDATE steps SET day_zero = $4, due_on = $5, original_due_on = coalesce($6, original_due_on), explanation = $7, calendar_version = $8
     WHERE reference = $1 AND step = $2 AND round = $3`,
    [reference, step, round, event.dayZero, event.dueOn, event.originalDueOn, JSON.stringify(event.explanation), event.calendarVersion],
  );
  if (!event.inTime) return;
  for (const table of ['call_tasks', 'escalations'] as const) {
    await db.query(
      `UPDATE ${table} SET closed_at = $4, outcome = 'the due date moved'
       WHERE reference = $1 AND step = $2 AND round = $3 AND closed_at IS NULL`,
      [reference, step, round, at],
    );
  }
}

async function passEscalation(db: Db, reference: string, event: Extract<ChangeEvent, { type: 'escalation-passed' }>): Promise<void> {
  const [first] = event.to;
  await db.query(
    `UPDATE escalations SET turn = $4, since = $5, role = coalesce($6, role), person = coalesce($7, person),
            acknowledged_at = NULL, acknowledged_by = NULL, words = NULL, promised_on = NULL
     WHERE reference = $1 AND step = $2 AND round = $3 AND closed_at IS NULL`,
    [reference, event.step, event.round, event.turn, event.at, first?.role ?? null, first?.person ?? null],
  );
  for (const role of event.unheld) {
    await db.query(
      `INSERT INTO contact_tasks (reference, role, problem, detail, opened_at) VALUES ($1, $2, 'nobody-holds-the-role', $3, $4)
       ON CONFLICT DO NOTHING`,
      [reference, role, `An escalation of ${event.step} found nobody to go to.`, event.at],
    );
  }
}

/**
 * A newcomer takes over from this person: the links of the person and of their deputies end, and open calls and
 * escalations pass to the newcomer.
 */
async function replacePerson(
  db: Db,
  reference: string,
  { role, from, to, at }: { readonly role: string; readonly from: string; readonly to: string; readonly at: string },
): Promise<void> {
  await db.query('UPDATE deployment_parties SET until = $4 WHERE reference = $1 AND role = $2 AND person = $3 AND until IS NULL', [
    reference,
    role,
    from,
    at,
  ]);
  await db.query(
    `UPDATE answer_links SET revoked_at = clock_timestamp()
     WHERE reference = $1 AND role = $2 AND revoked_at IS NULL
       AND (person = $3
            OR person IN (SELECT deputy FROM deputies WHERE reference = $1 AND person = $3)
               AND person NOT IN (SELECT person FROM deployment_parties WHERE reference = $1 AND role = $2 AND until IS NULL))`,
    [reference, role, from],
  );
  await db.query('UPDATE call_tasks SET person = $3 WHERE reference = $1 AND person = $2 AND closed_at IS NULL', [reference, from, to]);
  await db.query('UPDATE escalations SET person = $4 WHERE reference = $1 AND role = $2 AND person = $3 AND closed_at IS NULL', [
    reference,
    role,
    from,
    to,
  ]);
}

/**
 * One contact id takes the place of another: in roles, as a deputy, with calls and escalations. Links of the one before end. What they had
 * begun to write goes with them. A letter that waits for both goes once.
 */
async function mergePerson(
  db: Db,
  reference: string,
  { from, to, at }: { readonly from: string; readonly to: string; readonly at: string },
): Promise<void> {
  await db.query(
    `WITH gone AS (
       UPDATE deployment_parties SET until = $4 WHERE reference = $1 AND person = $2 AND until IS NULL RETURNING role)
     INSERT INTO deployment_parties (reference, role, person, since)
     SELECT $1, gone.role, $3, $4 FROM gone
     WHERE NOT EXISTS (SELECT FROM deployment_parties held
                       WHERE held.reference = $1 AND held.role = gone.role AND held.person = $3 AND held.until IS NULL)
     ON CONFLICT (reference, role, person, since) DO UPDATE SET until = NULL`,
    [reference, from, to, at],
  );
  await db.query('UPDATE answer_links SET revoked_at = clock_timestamp() WHERE reference = $1 AND person = $2 AND revoked_at IS NULL', [
    reference,
    from,
  ]);
  await db.query('UPDATE call_tasks SET person = $3 WHERE reference = $1 AND person = $2 AND closed_at IS NULL', [reference, from, to]);
  await db.query('UPDATE escalations SET person = $3 WHERE reference = $1 AND person = $2 AND closed_at IS NULL', [reference, from, to]);
  await db.query(
    `UPDATE deputies SET person = CASE WHEN person = $2 THEN $3 ELSE person END, deputy = CASE WHEN deputy = $2 THEN $3 ELSE deputy END,
            ended_at = CASE WHEN $3 IN (person, deputy) THEN $4 ELSE ended_at END
     WHERE reference = $1 AND (person = $2 OR deputy = $2) AND ended_at IS NULL`,
    [reference, from, to, at],
  );
  await db.query(
    `UPDATE contact_tasks SET closed_at = $3, outcome = 'this person was known twice, and is known once now'
     WHERE reference = $1 AND person = $2 AND closed_at IS NULL`,
    [reference, from, at],
  );
  await db.query(
    `UPDATE answer_drafts draft SET person = $3 WHERE reference = $1 AND person = $2
       AND NOT EXISTS (SELECT FROM answer_drafts other
                       WHERE other.reference = $1 AND other.step = draft.step AND other.round = draft.round AND other.person = $3)`,
    [reference, from, to],
  );
  await db.query(
    `UPDATE messages twice SET state = 'suppressed', closed_at = clock_timestamp(), reason = 'The same person gets it at their other address.'
     WHERE reference = $1 AND person = $2 AND state = 'queued'
       AND EXISTS (SELECT FROM messages other WHERE other.reference = $1 AND other.step = twice.step AND other.round = twice.round
                     AND other.rung = twice.rung AND other.person = $3 AND other.state <> 'suppressed')`,
    [reference, from, to],
  );
}
