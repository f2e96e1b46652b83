import type pg from 'pg';
import type { Letter } from '../../activities/ports.ts';
import { whyNotWanted } from '../../domain/chasing/wanted.ts';
import type { Instant } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import { letterOf } from '../../letters/letter-of.ts';
import type { Db } from '../database.ts';
import { asItLeaves } from '../ledger/leaving.ts';
import { readLetterRows } from '../ledger/letters.ts';
import type { LetterRow } from '../ledger/letters.ts';
import { PLACE, SUBJECT } from '../views/place.ts';
import type { InScope } from '../views/place.ts';
import { IS_HELD } from '../views/post-holds.ts';
import { readProgramme } from '../pinned/pinned.ts';

/** A letter that somebody is to print and post, because its rung says so. */
export type PrintLetter = {
  readonly id: string;
  /** The key of the letter in the ledger. */
  readonly key: string;
  readonly reference: string;
  readonly subject: string;
  /** The title of the step. */
  readonly title: string;
  readonly name: string;
  readonly writtenAt: Instant;
  readonly state: 'queued' | 'posted' | 'suppressed';
  /** Its post is held, or it goes again when a hold ends. */
  readonly held: boolean;
  /** Its e-mail, in which the link is, has left and not come back. */
  readonly emailed: boolean;
  readonly postedBy: string | null;
  readonly postedAt: Instant | null;
  readonly reason: string | null;
};

type RawPrint = Omit<PrintLetter, 'title'> & { readonly programme: string; readonly version: number; readonly step: string };

const PRINTS = `
  SELECT v.id::text, v.letter AS key, m.reference, ${SUBJECT} AS subject, m.step, d.programme, d.programme_version AS version,
         coalesce(p.name, m.person) AS name, m.written_at AS "writtenAt", v.state, ${IS_HELD} AS held, m.state IN ('accepted', 'delivered') AS emailed,
         coalesce(q.name, v.closed_by) AS "postedBy", v.closed_at AS "postedAt", v.reason
  FROM voices v JOIN messages m ON m.key = v.letter JOIN deployments d ON d.reference = m.reference ${PLACE}
  LEFT JOIN people p ON p.id = m.person LEFT JOIN people q ON q.id = v.closed_by`;

/** The letters that wait to be printed and posted, the oldest first. Those whose post is held wait for its release. */
export async function openPrints(db: Db, inScope: InScope): Promise<readonly PrintLetter[]> {
  const { rows } = await db.query<RawPrint>(
    `${PRINTS} WHERE v.voice = 'print' AND v.state = 'queued' AND NOT ${IS_HELD} AND ${inScope.sql} ORDER BY m.written_at, v.letter`,
    [...inScope.values],
  );
  return Promise.all(rows.map((row) => inWords(db, row)));
}

/** One letter to print among those that somebody may see, open or not. The scope’s parameters begin at $2. */
export async function findPrint(db: Db, id: string, inScope: InScope): Promise<PrintLetter | undefined> {
  const { rows } = await db.query<RawPrint>(`${PRINTS} WHERE v.voice = 'print' AND v.id::text = $1 AND ${inScope.sql}`, [
    id,
    ...inScope.values,
  ]);
  return rows[0] === undefined ? undefined : inWords(db, rows[0]);
}

/** What a letter to print says as things stand, without a link, and why it is not wanted or waits; null when it may be posted. */
export async function readPrint(db: Db, { key, held }: PrintLetter): Promise<{ readonly letter: Letter; readonly notNow: string | null }> {
  const [row] = await readLetterRows(db, [key]);
  if (row === undefined) throw new Error(`The letter ${key} to print is not in the ledger.`);
  const waits = held ? 'Its post is held.' : row.stop === null ? null : 'The step is paused.';
  return { letter: letterOf(asItLeaves(row), { link: null, pages: null }), notNow: unwanted(row) ?? waits };
}

/** Records that somebody has posted it. False, and nothing is changed, when it was posted before or is no longer to be. */
export async function markPosted(db: Db, { id, by }: { readonly id: string; readonly by: PersonId }): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE voices SET state = 'posted', closed_by = $2, closed_at = clock_timestamp(), reason = NULL
     WHERE id::text = $1 AND voice = 'print' AND state = 'queued'`,
    [id, by],
  );
  return rowCount === 1;
}

/** As many letters are looked at in one round. */
const AT_A_TIME = 200;

/** Takes the letters off the list that are no longer wanted, by the rules of the e-mail beside which each was to go, and says why. */
export async function dropUnwantedPrints(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ letter: string }>(
    "SELECT letter FROM voices WHERE voice = 'print' AND state = 'queued' ORDER BY queued_at, letter LIMIT $1",
    [AT_A_TIME],
  );
  if (rows.length === 0) return;
  for (const row of await readLetterRows(
    pool,
    rows.map(({ letter }) => letter),
  )) {
    const because = unwanted(row);
    if (because === null) continue;
    await pool.query(
      `UPDATE voices SET state = 'suppressed', reason = $2, closed_at = clock_timestamp()
       WHERE letter = $1 AND voice = 'print' AND state = 'queued'`,
      [row.key, because],
    );
  }
}

/** A letter on paper takes no e-mail's place and none takes its: neither a later one nor a refused address speaks against it. */
function unwanted({ standing }: LetterRow): string | null {
  const recipient = standing.recipient === null ? null : { addressRefused: false };
  return whyNotWanted({ ...standing, perhapsSent: false, replaced: false, recipient });
}

async function inWords(db: Db, { programme, version, step, ...row }: RawPrint): Promise<PrintLetter> {
  const { steps } = await readProgramme(db, programme, version);
  return { ...row, title: steps[step]?.title ?? step };
}
