import type pg from 'pg';
import type { PersonId } from '../../domain/programme.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { queueNote } from '../desk/notes.ts';
import type { Note } from '../desk/notes.ts';
import { listAskedOf } from './answer-links.ts';
import type { OpenStep } from './answer-links.ts';
import { lockPeopleAsTheyAre } from './end-access.ts';

/** Something that is asked of somebody, with the generation of the link that they were sent. */
export type LinkedStep = OpenStep & { readonly generation: number };

/** However often somebody asks, they get one such e-mail in so many minutes. */
const ONE_IN_MINUTES = 5;

/**
 * Queues an e-mail to somebody with a link to each thing that is asked of them, at the address of the register; whoever asks
 * for it cannot say another. It holds only links that were sent before. Queues nothing when there is none, or when such an
 * e-mail waits or has just been queued. People do not change meanwhile.
 */
export async function queueFreshLinks(
  pool: pg.Pool,
  person: PersonId,
  write: (db: Db, name: string, steps: readonly LinkedStep[]) => Promise<Pick<Note, 'subject' | 'text' | 'html'>>,
): Promise<void> {
  await inTransaction(pool, async (db) => {
    await lockPeopleAsTheyAre(db);
    const { rows } = await db.query<{ name: string }>('SELECT name FROM people WHERE id = $1 FOR NO KEY UPDATE', [person]);
    const [asker] = rows;
    if (asker === undefined) return;
    // A statement of its own, begun once the lock is held: it sees what whoever held it before has queued.
    const { rowCount } = await db.query(
      `SELECT FROM notes WHERE person = $1 AND kind = 'fresh-links'
         AND (sent_at IS NULL AND failed_at IS NULL OR queued_at > clock_timestamp() - make_interval(mins => $2)) LIMIT 1`,
      [person, ONE_IN_MINUTES],
    );
    if (rowCount !== 0) return;
    const steps = (await listAskedOf(db, person)).flatMap((step) =>
      step.generation === null ? [] : [{ ...step, generation: step.generation }],
    );
    if (steps.length > 0) await queueNote(db, { kind: 'fresh-links', person, ...(await write(db, asker.name, steps)) });
  });
}
