import type pg from 'pg';
import type { WavePort } from '../../activities/ports.ts';
import type { WaveLetterKind } from '../../domain/surveys/wave-times.ts';
import { mayGoMs } from '../../domain/surveys/wave-times.ts';
import { londonDate, londonInstant } from '../../domain/time/london.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { queueNote } from '../desk/notes.ts';
import { addEnded, lapsePassed } from './at-end.ts';
import { IS_PERSON_HELD } from './held.ts';
import type { WaveKind, WaveState } from './waves.ts';

/** A letter of a wave that is to be written now. */
export type WaveLetter = {
  readonly wave: number;
  readonly person: string;
  readonly kind: WaveLetterKind;
  readonly name: string;
  readonly email: string;
  readonly survey: { readonly title: string; readonly about: string; readonly minutes: number };
  readonly closesOn: PlainDate;
};

export type WrittenWaveLetter = { readonly linkHash: Buffer; readonly subject: string; readonly text: string; readonly html: string };

/** How many letters are decided in one transaction. */
const AT_A_TIME = 100;
/** Letters of the first hour of sending go in rounds of five minutes. */
const ROUND_MS = 300_000;
/** How long a letter waits that is held, before it is looked at again. */
const HELD_MS = 1_800_000;
/** 7 in the morning: when a survey at the end of deployments, once open, looks which have ended since it looked last, before letters go. */
const LOOKED_AT_MINUTE = 420;
/** Which e-mail reminded somebody is forgotten after this, for it tells that they had not answered then. */
const FORGOTTEN_AFTER = '1 day';

type DueLetter = Omit<WaveLetter, 'survey' | 'closesOn'> & {
  /** Whether their invitation has left. */
  readonly invited: boolean;
  readonly openDays: readonly PlainDate[];
  /** Why nothing is sent to them any more; null: it may be. */
  readonly over: 'answered-or-ended' | 'no-address' | 'no-role' | null;
  readonly held: boolean;
  readonly ill: boolean;
  /** The last day on which they may answer. */
  readonly closesOn: PlainDate;
};

/** What a wave does when it wakes, on PostgreSQL. `write` makes the e-mail and the hash of its link. */
export function createWaves(pool: pg.Pool, write: (letter: WaveLetter) => WrittenWaveLetter): WavePort {
  return {
    async wake({ wave, at }, heartbeat) {
      const state = await tellTime(pool, wave, at);
      if (state === null || state.state === 'closed' || state.state === 'called-off') return { nextAt: null };
      const atMs = Date.parse(at);
      const closesMs = londonInstant(addDays(state.closesOn, 1), 0);
      await forgetReminders(pool, wave);
      if (atMs >= closesMs) {
        await closeWave(pool, wave);
        return { nextAt: null };
      }
      const rolls = state.kind === 'at-end';
      if (rolls && state.state === 'planned') return { nextAt: new Date(londonInstant(state.opensOn, LOOKED_AT_MINUTE)).toISOString() };
      if (rolls) {
        await addEnded(pool, wave, at);
        await lapsePassed(pool, wave, at);
      }
      while ((await decideSome(pool, { wave, at, ...state }, write)) === AT_A_TIME) heartbeat();
      const dueMs = await nextDueMs(pool, wave);
      const tomorrowMs = londonInstant(addDays(londonDate(atMs), 1), LOOKED_AT_MINUTE);
      const nextMs = rolls ? Math.min(dueMs ?? tomorrowMs, tomorrowMs) : dueMs;
      return { nextAt: new Date(nextMs === null ? closesMs : Math.min(Math.max(nextMs, atMs + ROUND_MS), closesMs)).toISOString() };
    },
  };
}

type Told = {
  readonly kind: WaveKind;
  readonly state: WaveState;
  readonly opensOn: PlainDate;
  readonly closesOn: PlainDate;
  readonly survey: WaveLetter['survey'];
};

/** Notes what time it is for a wave, and opens it on its day. Null where there is no such wave. */
async function tellTime(db: Db, wave: number, at: string): Promise<Told | null> {
  const { rows } = await db.query<Told>(
    `UPDATE survey_waves w SET as_of = $2, woken_at = clock_timestamp(),
            state = CASE WHEN w.state = 'planned' AND ($2::timestamptz AT TIME ZONE 'Europe/London')::date >= w.opens_on THEN 'open' ELSE w.state END
     FROM survey_versions kept WHERE w.id = $1 AND kept.survey = w.survey AND kept.version = w.version
     RETURNING w.kind, w.state, w.opens_on AS "opensOn", w.closes_on AS "closesOn", jsonb_build_object('title', kept.document -> 'title', 'about', kept.document -> 'about',
               'minutes', kept.document -> 'minutes') AS survey`,
    [wave, at],
  );
  return rows[0] ?? null;
}

/** Their illness stops a clock of theirs, and none that runs is left to them. */
const ILL = `(EXISTS (SELECT FROM deployment_parties party JOIN clock_stops stop ON stop.reference = party.reference
    WHERE party.person = letter.person AND party.until IS NULL AND stop.resumed_on IS NULL AND stop.category = 'illness')
  AND NOT EXISTS (SELECT FROM deployment_parties party WHERE party.person = letter.person AND party.until IS NULL
    AND NOT EXISTS (SELECT FROM clock_stops stop WHERE stop.reference = party.reference AND stop.resumed_on IS NULL AND stop.category = 'illness')))`;

/**
 * Decides the next letters that are due, each once more against how things stand now: whoever has answered, wants none, has no address or
 * no part any more gets none. Answers how many were looked at.
 */
async function decideSome(
  pool: pg.Pool,
  { wave, at, survey }: { readonly wave: number; readonly at: string } & Told,
  write: (letter: WaveLetter) => WrittenWaveLetter,
): Promise<number> {
  return inTransaction(pool, async (db) => {
    const { rows } = await db.query<DueLetter>(
      `SELECT letter.wave, letter.person, letter.kind, coalesce(p.name, '') AS name, coalesce(p.email, '') AS email,
              EXISTS (SELECT FROM survey_letters first JOIN notes n ON n.id = first.note
                      WHERE first.wave = letter.wave AND first.person = letter.person AND first.kind = 'invitation' AND n.sent_at IS NOT NULL) AS invited, m.open_days::text[] AS "openDays",
              CASE WHEN i.state IN ('submitted', 'opted-out', 'bounced', 'lapsed')
                     OR EXISTS (SELECT FROM survey_opt_outs opted WHERE opted.person = letter.person) THEN 'answered-or-ended'
                   WHEN coalesce(p.email, '') = '' OR p.address_refused_at IS NOT NULL OR p.merged_into IS NOT NULL THEN 'no-address'
                   WHEN NOT EXISTS (SELECT FROM deployment_parties party JOIN deployments d ON d.reference = party.reference
                                    WHERE party.person = letter.person AND party.until IS NULL AND d.status IN ('running', 'completed')) THEN 'no-role'
              END AS over,
              ${IS_PERSON_HELD('letter.person')} AS held, ${ILL} AS ill, coalesce(m.closes_on, w.closes_on) AS "closesOn"
       FROM survey_letters letter
       JOIN survey_waves w ON w.id = letter.wave
       JOIN survey_members m ON m.wave = letter.wave AND m.person = letter.person
       JOIN survey_invitations i ON i.wave = letter.wave AND i.person = letter.person
       LEFT JOIN people p ON p.id = letter.person
       WHERE letter.wave = $1 AND letter.note IS NULL AND letter.due_at <= $2
       ORDER BY letter.due_at, letter.person, letter.kind LIMIT $3 FOR UPDATE OF letter, i SKIP LOCKED`,
      [wave, at, AT_A_TIME],
    );
    for (const letters of Map.groupBy(rows, ({ person }) => person).values()) await decideFor(db, letters, { at, survey }, write);
    return rows.length;
  });
}

/** Decides the letters of one person that are due together: one of them at most goes. */
async function decideFor(
  db: Db,
  letters: readonly DueLetter[],
  { at, survey }: { readonly at: string } & Pick<WaveLetter, 'survey'>,
  write: (letter: WaveLetter) => WrittenWaveLetter,
): Promise<void> {
  const letter = letters.find(({ kind, invited }) => kind === 'invitation' && !invited) ?? letters.at(-1);
  if (letter === undefined) return;
  for (const { kind } of letters) if (kind !== letter.kind) await drop(db, letter, kind);
  const { wave, person, kind, name, email, over, held, ill, openDays, invited, closesOn } = letter;
  if (over !== null || (kind !== 'invitation' && (!invited || ill))) {
    await drop(db, letter, kind);
    if (over === 'no-address') await bounce(db, wave, person);
    return;
  }
  const atMs = Date.parse(at);
  const mayMs = ill
    ? mayGoMs(openDays, person, londonInstant(addDays(londonDate(atMs), 1), 0))
    : mayGoMs(openDays, person, atMs + (held ? HELD_MS : 0));
  if (mayMs === null) return drop(db, letter, kind);
  if (mayMs > atMs) {
    await db.query('UPDATE survey_letters SET due_at = $4 WHERE wave = $1 AND person = $2 AND kind = $3', [
      wave,
      person,
      kind,
      new Date(mayMs).toISOString(),
    ]);
    return;
  }
  const { linkHash, ...words } = write({ wave, person, kind, name, email, survey, closesOn });
  const note = await queueNote(db, { kind: 'survey', person, ...words });
  await db.query('UPDATE survey_letters SET note = $4, written_at = $5 WHERE wave = $1 AND person = $2 AND kind = $3', [
    wave,
    person,
    kind,
    note,
    at,
  ]);
  await db.query('UPDATE survey_invitations SET link_hash = $3 WHERE wave = $1 AND person = $2', [wave, person, linkHash]);
}

async function drop(db: Db, { wave, person }: Pick<DueLetter, 'wave' | 'person'>, kind: WaveLetterKind): Promise<void> {
  await db.query('DELETE FROM survey_letters WHERE wave = $1 AND person = $2 AND kind = $3 AND note IS NULL', [wave, person, kind]);
}

/** Marks an invitation as come back, unless its person answers all the same. Nothing more is sent to them in this wave. */
async function bounce(db: Db, wave: number, person: string): Promise<void> {
  await db.query("UPDATE survey_invitations SET state = 'bounced' WHERE wave = $1 AND person = $2 AND state IN ('queued', 'sent')", [
    wave,
    person,
  ]);
  await db.query('DELETE FROM survey_letters WHERE wave = $1 AND person = $2 AND note IS NULL', [wave, person]);
}

/** Forgets which reminders went, a day after they did: that somebody was reminded tells that they had not answered. */
async function forgetReminders(db: Db, wave: number): Promise<void> {
  await db.query(
    `WITH gone AS (
       DELETE FROM survey_letters letter USING notes n
       WHERE letter.wave = $1 AND n.id = letter.note AND letter.kind <> 'invitation'
         AND coalesce(n.sent_at, n.failed_at) < clock_timestamp() - $2::interval RETURNING letter.note)
     DELETE FROM notes USING gone WHERE notes.id = gone.note`,
    [wave, FORGOTTEN_AFTER],
  );
}

/** Ends a wave: whoever has not answered need not any more, and nothing is kept of what they began. */
async function closeWave(pool: pg.Pool, wave: number): Promise<void> {
  await inTransaction(pool, async (db) => {
    await endLetters(db, wave);
    await db.query("UPDATE survey_waves SET state = 'closed' WHERE id = $1 AND state <> 'called-off'", [wave]);
  });
}

/** Calls a wave off: nothing more is sent, and its links are closed. False when it has ended before. */
export async function callWaveOff(
  pool: pg.Pool,
  wave: number,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE survey_waves SET state = 'called-off', called_off_by = $2, called_off_because = $3 WHERE id = $1 AND state IN ('planned', 'open')`,
      [wave, by, because],
    );
    if (rowCount === 1) await endLetters(db, wave);
    return rowCount === 1;
  });
}

async function endLetters(db: Db, wave: number): Promise<void> {
  await db.query(
    `WITH gone AS (DELETE FROM survey_letters WHERE wave = $1 AND (note IS NULL OR kind <> 'invitation'
       OR EXISTS (SELECT FROM notes n WHERE n.id = note AND n.sent_at IS NULL AND n.claim IS NULL)) RETURNING note)
     DELETE FROM notes USING gone WHERE notes.id = gone.note AND notes.claim IS NULL`,
    [wave],
  );
  await db.query("UPDATE survey_invitations SET state = 'lapsed' WHERE wave = $1 AND state IN ('queued', 'sent', 'opened', 'started')", [
    wave,
  ]);
  await db.query('DELETE FROM survey_drafts WHERE wave = $1', [wave]);
}

async function nextDueMs(db: Db, wave: number): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    'SELECT (extract(epoch FROM min(due_at)) * 1000)::float8 AS ms FROM survey_letters WHERE wave = $1 AND note IS NULL',
    [wave],
  );
  return rows[0]?.ms ?? null;
}
