import type pg from 'pg';
import type { MailroomCall } from '../../activities/ports.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { createRecord } from '../record/record.ts';

const PERHAPS_SENT =
  'The record was restored to a moment before this letter was written, and told of it again by the engine. It has probably been sent, and was not sent again.';

/**
 * Tells the record again what it had stored before it was restored to an older moment: these events of a deployment, which follow
 * `sequence` others. Nothing is sent for them, since it has been sent: their letters are kept as perhaps sent. Answers which mailrooms
 * to tell, of letters that a pause had held and that go now. Rejects with `OutOfOrder` when something else was stored meanwhile.
 */
export async function tellAgain(
  pool: pg.Pool,
  reference: string,
  sequence: number,
  events: readonly ChronologyEvent[],
): Promise<readonly MailroomCall[]> {
  const { rows } = await pool.query<{ mailrooms: number }>('SELECT coalesce(max(mailroom), 0) + 1 AS mailrooms FROM messages');
  const record = createRecord(pool, { mailrooms: rows[0]?.mailrooms ?? 1, gatheringMs: 0, perhapsSentBecause: PERHAPS_SENT });
  const asOf = events.at(-1)?.at ?? '';
  return record.storeWakeUp({ reference, sequence, events, asOf, plannedAt: null });
}
