import type pg from 'pg';
import { stepOf } from '../../domain/chronology/chronology.ts';
import { isBroughtByTime } from '../../domain/chronology/brought-by-time.ts';
import { countInCommon } from '../../domain/chronology/same-meaning.ts';
import { heldName } from '../../domain/chronology/evolve-change.ts';
import { travelsTogether } from '../../domain/chasing/wanted.ts';
import type { LetterKind } from '../../domain/chasing/wanted.ts';
import type { MailroomCall, RecordPort, WakeUp } from '../../activities/ports.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { ownersOf } from '../../domain/programme.ts';
import type { Programme, Voice } from '../../domain/programme.ts';
import { letterKey, lettersOf } from '../../domain/chasing/sent-letters.ts';
import type { SentLetter } from '../../domain/chasing/sent-letters.ts';
import { callFor, projectChange } from './record-changes.ts';
import { inTransaction } from '../database.ts';
import { forgetUselessDrafts } from '../desk/answer-drafts.ts';
import { addParty, closeContactTasks, endParties, setFact } from './record-parties.ts';
import type { Db } from '../database.ts';
import { readProgramme } from '../pinned/pinned.ts';

/**
 * A wake-up that does not follow what is stored: one deployment has two histories. This is always a bug, never a user's
 * fault.
 */
export class OutOfOrder extends Error {
  override readonly name = 'OutOfOrder';
}

/**
 * The record: what happened, the resulting state, and the letters that follow, in one transaction (a transactional
 * outbox, docs/decisions/0007).
 */
export function createRecord(
  pool: pg.Pool,
  options: {
    readonly mailrooms: number;
    /** How long reminders wait for others to the same person, in milliseconds. */
    readonly gatheringMs: number;
    /**
     * Set where the record is told again what it had stored before it was restored: its letters have probably left, and are not sent
     * a second time. They are kept as perhaps sent, for this reason.
     */
    readonly perhapsSentBecause?: string;
  },
): RecordPort {
  const { perhapsSentBecause = null } = options;
  /** The kinds of events that this process has written, and that are therefore known to the database. */
  const written = new Set<string>();
  return {
    async storeWakeUp(wakeUp) {
      const letters = wakeUp.events.flatMap((event) => queuedBy(wakeUp, event, options.mailrooms));
      const calls = perhapsSentBecause === null ? callsFor(letters) : [];
      const kinds = [...new Set(wakeUp.events.map(({ type }) => type))].filter((type) => !written.has(type)).toSorted();
      const released = await inTransaction(pool, async (db) => {
        const pin = await advance(db, wakeUp);
        if (pin === null) return null;
        await insertEvents(db, wakeUp, kinds);
        const programme = await readProgramme(db, pin.id, pin.version);
        const freed: MailroomCall[] = [];
        for (const event of wakeUp.events) freed.push(...(await project(db, wakeUp.reference, programme, event)));
        if (wakeUp.events.some(({ type }) => !LEAVES_DRAFTS.has(type))) await forgetUselessDrafts(db, wakeUp.reference);
        await insertLetters(db, wakeUp.reference, letters, { gatheringMs: options.gatheringMs, perhapsSentBecause });
        return freed;
      });
      for (const type of kinds) written.add(type);
      // This wake-up was stored before, but its answer was lost or the bell was not heard. Tell the mailrooms again.
      if (released === null) return calls;
      // Only once the letters can be seen: a mailroom that heeds its bell before that would not find them (docs/decisions/0059).
      return ringBells(pool, oneCallEach([...calls, ...released]));
    },

    async broughtByTimeAfter(reference, sequence) {
      const { rows } = await pool.query<{ body: ChronologyEvent }>(
        'SELECT body FROM events WHERE reference = $1 AND sequence > $2 ORDER BY sequence',
        [reference, sequence],
      );
      const events = rows.map(({ body }) => body);
      return events.every(isBroughtByTime) ? events : [];
    },
  };
}

/** Events that close no step and replace nobody. Any other may leave drafts that are of no more use. */
const LEAVES_DRAFTS: ReadonlySet<ChronologyEvent['type']> = new Set([
  'rung-reached',
  'rung-skipped',
  'rung-held',
  'step-opened',
  'deployment-began',
]);

type Pin = { readonly id: string; readonly version: number };

/**
 * Moves the deployment to its new sequence. Returns its programme, or null when events that mean the same are stored there already.
 */
async function advance(db: Db, wakeUp: WakeUp): Promise<Pin | null> {
  const { reference, sequence, events, nextWakeAt } = wakeUp;
  const after = sequence + events.length;
  const wakesAfter = nextWakeAt === undefined ? null : after;
  const [first] = events;
  if (first?.type === 'deployment-began') {
    const { rowCount } = await db.query(
      `INSERT INTO deployments (reference, subject_kind, urn, trust, programme, programme_version, calendar_version, status, began_at, sequence,
                                wakes_after, wakes_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $10, $11) ON CONFLICT (reference) DO NOTHING`,
      [
        reference,
        first.subject.kind,
        first.subject.kind === 'school' ? first.subject.urn : null,
        first.subject.kind === 'trust' ? first.subject.trust : null,
        first.programme.id,
        first.programme.version,
        first.calendarVersion,
        first.at,
        after,
        wakesAfter,
        nextWakeAt ?? null,
      ],
    );
    if (rowCount === 1) return first.programme;
  } else {
    const { rows } = await db.query<Pin>(
      `UPDATE deployments SET sequence = $3, wakes_after = $4, wakes_at = $5 WHERE reference = $1 AND sequence = $2
       RETURNING programme AS id, programme_version AS version`,
      [reference, sequence, after, wakesAfter, nextWakeAt ?? null],
    );
    if (rows[0]) return rows[0];
  }
  const { rows: stored } = await db.query<{ body: ChronologyEvent }>(
    'SELECT body FROM events WHERE reference = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence',
    [reference, sequence, after],
  );
  // Told again by an engine that was restored, what time alone brought about comes a little later than it was stored.
  const before = stored.map(({ body }) => body);
  if (before.length === events.length && countInCommon(events, before) === events.length) return null;
  throw new OutOfOrder(`Deployment ${reference}: events after ${sequence} do not follow what is stored.`);
}

/** `kinds` are those that the database may not know yet: a version that does not know one of them is not to start on it. */
async function insertEvents(db: Db, { reference, sequence, events }: WakeUp, kinds: readonly string[]): Promise<void> {
  if (kinds.length > 0) await db.query('INSERT INTO event_kinds (type) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [kinds]);
  await db.query(
    `INSERT INTO events (reference, sequence, type, at, body)
     SELECT $1, $2 + row.ordinal, row.body ->> 'type', (row.body ->> 'at')::timestamptz, row.body
     FROM unnest($3::jsonb[]) WITH ORDINALITY AS row (body, ordinal)`,
    [reference, sequence, events.map((event) => JSON.stringify(event))],
  );
}

/**
 * Stores the state after an event. Returns the mailrooms of letters that a stopped clock had held and that may go now.
 */
async function project(db: Db, reference: string, programme: Programme, event: ChronologyEvent): Promise<readonly MailroomCall[]> {
  switch (event.type) {
    case 'deployment-began':
      for (const [role, people] of Object.entries(event.parties)) {
        for (const person of people) await addParty(db, reference, role, person, event.at);
      }
      for (const [fact, value] of Object.entries(event.facts ?? {})) await setFact(db, reference, fact, value);
      return [];
    case 'step-opened': {
      const step = stepOf(programme, event.step);
      const [owner, ...joint] = ownersOf(step);
      await db.query(
        `INSERT INTO steps (reference, step, round, stage, owner, joint_owners, optional, state, opened_at, opened_on, opened_by,
                            day_zero, due_on, original_due_on, explanation, calendar_version, decides, extended_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
        [
          reference,
          event.step,
          event.round,
          step.stage,
          owner,
          joint,
          step.optional,
          event.at,
          event.on,
          event.openedBy === null ? null : JSON.stringify(event.openedBy),
          event.dayZero,
          event.dueOn,
          event.originalDueOn ?? event.dueOn,
          JSON.stringify(event.explanation),
          event.calendarVersion,
          event.decides === undefined ? null : JSON.stringify(event.decides),
          event.extension?.to ?? null,
        ],
      );
      return [];
    }
    case 'rung-reached':
      await openTasks(db, reference, event);
      return [];
    case 'rung-skipped':
      return [];
    case 'step-answered':
      await db.query(
        `UPDATE steps SET state = 'answered', closed_at = $4, answer = $5, answered_by = $6, on_behalf_of = $7, answered_via = $8, answer_fields = $9
         WHERE reference = $1 AND step = $2 AND round = $3`,
        [reference, event.step, event.round, event.at, event.answer, event.by, event.onBehalfOf, event.via, JSON.stringify(event.fields)],
      );
      await closeTasks(db, reference, event, 'answered');
      return [];
    case 'step-overtaken':
      await closeStep(db, reference, event, 'overtaken', event.because);
      return [];
    case 'step-lapsed':
      await closeStep(db, reference, event, 'lapsed', null);
      return [];
    case 'party-named':
      await endParties(db, reference, event.role, event.at);
      await addParty(db, reference, event.role, event.person, event.at);
      await closeContactTasks(db, reference, event.role, event.at);
      return [];
    case 'fact-recorded':
      await setFact(db, reference, event.fact, event.value);
      return [];
    case 'deployment-ended':
      await db.query('UPDATE deployments SET status = $2, ended_as = $3, ended_because = $4, ended_at = $5 WHERE reference = $1', [
        reference,
        programme.ends[event.end]?.outcome,
        event.end,
        event.because,
        event.at,
      ]);
      return [];
    case 'deployment-taken-in':
      return [];
    default:
      return projectChange(db, reference, event);
  }
}

type RungReached = Extract<ChronologyEvent, { type: 'rung-reached' }>;

/** A call to make, an escalation to take on, a role that nobody holds: each is somebody's task until it is closed. */
async function openTasks(db: Db, reference: string, event: RungReached): Promise<void> {
  const [first] = event.to;
  if (event.kind === 'call') {
    await db.query('INSERT INTO call_tasks (reference, step, round, rung, person, opened_at) VALUES ($1, $2, $3, $4, $5, $6)', [
      reference,
      event.step,
      event.round,
      event.rung,
      first?.person ?? null,
      event.at,
    ]);
  }
  if (event.kind === 'escalation') {
    await db.query('INSERT INTO escalations (reference, step, round, rung, role, person, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      reference,
      event.step,
      event.round,
      event.rung,
      first?.role ?? event.unheld[0] ?? '',
      first?.person ?? null,
      event.at,
    ]);
  }
  for (const role of event.unheld) {
    await db.query(
      `INSERT INTO contact_tasks (reference, role, problem, detail, opened_at) VALUES ($1, $2, 'nobody-holds-the-role', $3, $4)
       ON CONFLICT DO NOTHING`,
      [reference, role, `${event.rung} of ${event.step} found nobody to write to.`, event.at],
    );
  }
}

async function closeStep(db: Db, reference: string, event: Closing, state: 'overtaken' | 'lapsed', because: string | null): Promise<void> {
  await db.query(`UPDATE steps SET state = $5, closed_at = $4, closed_because = $6 WHERE reference = $1 AND step = $2 AND round = $3`, [
    reference,
    event.step,
    event.round,
    event.at,
    state,
    because,
  ]);
  await closeTasks(db, reference, event, state);
}

type Closing = { readonly step: string; readonly round: number; readonly at: string };

/** A step that closes also closes the tasks that others have because of it. */
async function closeTasks(
  db: Db,
  reference: string,
  { step, round, at }: Closing,
  state: 'answered' | 'overtaken' | 'lapsed',
): Promise<void> {
  for (const table of ['call_tasks', 'escalations'] as const) {
    await db.query(
      `UPDATE ${table} SET closed_at = $4, outcome = $5
       WHERE reference = $1 AND step = $2 AND round = $3 AND closed_at IS NULL`,
      [reference, step, round, at, `the step was ${state}`],
    );
  }
}

type QueuedLetter = {
  readonly key: string;
  readonly step: string;
  readonly round: number;
  readonly rung: string;
  readonly kind: LetterKind;
  readonly role: string;
  readonly person: string;
  readonly mailroom: number;
  readonly writtenAt: string;
  /** Set when the chronology itself left the letter out: recorded, never sent. */
  readonly suppressedBecause: string | null;
  /** The event that the letter tells of; null for the rungs of a ladder. */
  readonly about: ChronologyEvent | null;
  /** How it goes besides its e-mail. */
  readonly voices: readonly Voice[];
};

/** The letters that an event sends, and those that the chronology itself left out or holds, which are recorded only. */
function queuedBy(wakeUp: WakeUp, event: ChronologyEvent, mailrooms: number): readonly QueuedLetter[] {
  const queued = (letter: Omit<SentLetter, 'at'>, suppressedBecause: string | null = null): QueuedLetter => ({
    key: letterKey(wakeUp.reference, letter),
    step: letter.step,
    round: letter.round,
    rung: letter.rung,
    kind: letter.kind,
    role: letter.to.role,
    person: letter.to.person,
    mailroom: mailroomOf(letter.to.person, mailrooms),
    writtenAt: event.at,
    suppressedBecause,
    about: letter.about,
    voices: suppressedBecause === null && event.type === 'rung-reached' && letter.kind === event.kind ? (event.also ?? []) : [],
  });
  switch (event.type) {
    case 'rung-skipped':
    case 'rung-held': {
      const { step, round, kind, because } = event;
      const rung = event.type === 'rung-held' ? heldName(event.rung, event.stop) : event.rung;
      return event.to.map((to) => queued({ step, round, rung, kind, to, about: null }, because));
    }
    default:
      return lettersOf(event).map((letter) => queued(letter));
  }
}

async function insertLetters(
  db: Db,
  reference: string,
  letters: readonly QueuedLetter[],
  { gatheringMs, perhapsSentBecause }: { readonly gatheringMs: number; readonly perhapsSentBecause: string | null },
): Promise<void> {
  if (letters.length === 0) return;
  await db.query(
    `INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, written_at, state, reason, closed_at, about, send_after)
     SELECT key, $1, step, round, rung, kind, role, person, mailroom, "writtenAt",
            CASE WHEN "suppressedBecause" IS NOT NULL THEN 'suppressed' WHEN $4::text IS NOT NULL THEN 'perhaps-sent' ELSE 'queued' END,
            coalesce("suppressedBecause", $4),
            CASE WHEN "suppressedBecause" IS NOT NULL THEN "writtenAt" WHEN $4 IS NOT NULL THEN clock_timestamp() END, about,
            CASE WHEN gathers AND $4 IS NULL THEN clock_timestamp() + make_interval(secs => $3) END
     FROM jsonb_to_recordset($2)
       AS letter (key text, step text, round int, rung text, kind text, role text, person text, mailroom int,
                  "writtenAt" timestamptz, "suppressedBecause" text, gathers bool, about jsonb)`,
    [
      reference,
      JSON.stringify(letters.map((letter) => ({ ...letter, gathers: travelsTogether(letter.kind) }))),
      gatheringMs / 1_000,
      perhapsSentBecause,
    ],
  );
  const voices = letters.flatMap(({ key, voices: all }) => all.map((voice) => ({ key, voice })));
  if (voices.length === 0) return;
  await db.query('INSERT INTO voices (letter, voice) SELECT key, voice FROM jsonb_to_recordset($1) AS also (key text, voice text)', [
    JSON.stringify(voices),
  ]);
}

function callsFor(letters: readonly QueuedLetter[]): readonly MailroomCall[] {
  return oneCallEach(
    letters.flatMap(({ mailroom, kind, suppressedBecause }) => (suppressedBecause === null ? [callFor(mailroom, kind)] : [])),
  );
}

/** Each mailroom once: at once when any of its letters is urgent. */
function oneCallEach(all: readonly MailroomCall[]): readonly MailroomCall[] {
  const calls = new Map<number, MailroomCall>();
  for (const call of all) if (calls.get(call.mailroom)?.urgency !== 'at-once') calls.set(call.mailroom, call);
  return [...calls.values()];
}

/**
 * Rings each mailroom's bell. Returns the mailrooms whose bell was not ringing already, because only they need telling.
 * A bell that has rung for minutes was not heard, so its mailroom is told again. One that rings already is only looked at: thousands of
 * deployments that wake at once do not wait for each other here. Those who do ring the bells in one order, so they cannot deadlock.
 */
async function ringBells(db: Db, calls: readonly MailroomCall[]): Promise<readonly MailroomCall[]> {
  if (calls.length === 0) return calls;
  const { rows } = await db.query<MailroomCall>(
    `INSERT INTO mailroom_bells (mailroom, urgency) SELECT mailroom, urgency FROM jsonb_to_recordset($1) AS call (mailroom int, urgency text)
     WHERE NOT EXISTS (SELECT FROM mailroom_bells ringing WHERE ringing.mailroom = call.mailroom AND ringing.urgency = call.urgency
                         AND ringing.rung_at >= clock_timestamp() - interval '3 minutes')
     ORDER BY mailroom, urgency
     ON CONFLICT (mailroom, urgency) DO UPDATE SET rung_at = clock_timestamp()
       WHERE mailroom_bells.rung_at < clock_timestamp() - interval '3 minutes'
     RETURNING mailroom, urgency`,
    [JSON.stringify(calls)],
  );
  return rows;
}

/** One person's letters always come to the same mailroom, so that they can travel together. */
function mailroomOf(person: string, mailrooms: number): number {
  let sum = 0;
  for (let i = 0; i < person.length; i++) sum = (Math.imul(sum, 31) + person.charCodeAt(i)) >>> 0;
  return sum % mailrooms;
}
