import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { nowInstant } from '../postgres/sandbox/clock.ts';
import type { Refusal } from '../domain/chronology/decide.ts';
import { orderedJson } from '../domain/ordered-json.ts';
import { askerOf } from '../domain/programme.ts';
import { forgetDrafts } from '../postgres/desk/answer-drafts.ts';
import { findAsked } from '../postgres/access/answer-links.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { listParties } from '../postgres/views/deployments.ts';
import { claimWaitingAnswer, releaseAnswer, settleAnswer } from '../postgres/desk/kept-answers.ts';
import type { KeptAnswer } from '../postgres/desk/kept-answers.ts';
import { findRoleAsked } from '../postgres/views/asked-by-letter.ts';
import { queueNote } from '../postgres/desk/notes.ts';
import { namesOf } from '../postgres/views/people-called.ts';
import { readPinnedProgramme } from '../postgres/pinned/pinned.ts';
import { copyNote, outcomeNote } from './answer-notes.ts';
import { giveAnswer, refusalIn } from './answer-step.ts';
import { whyClosed } from './answer-words.ts';
import { missingFromRecord } from './engine-and-record.ts';

export type Desk = {
  readonly db: pg.Pool;
  readonly client: Client;
  /** Hears why an answer could not be delivered yet; it goes to the error stream unless told otherwise. */
  readonly tell?: (problem: string) => void;
};

/** The result for an answer: it counted, it did not, or the engine could not be asked yet. */
export type Delivery = { readonly kind: 'counted' } | { readonly kind: 'refused'; readonly because: string } | { readonly kind: 'waiting' };

/** The longest that a person waits at a page for the engine's reply. */
const DEADLINE_MS = 5_000;

/**
 * How long an answer is reserved for one deliverer: the engine's deadline and some time for the database. When a
 * deliverer dies, the answer is delayed by no more than this.
 */
const LEASE_SECONDS = 30;

/** After this many failures the engine is taken to be down. */
const AWAY_AFTER = 3;

/**
 * Delivers the answers that were kept while the engine was away; whoever gave them is told how it went. Answers how many
 * were settled; what cannot be delivered yet stays for the next time.
 *
 * Each answer is claimed with a lease in one short statement, delivered while no transaction is open, and settled in another
 * transaction. Two who deliver the same answer, because a lease ran out, do no harm: the update id is made of what was said,
 * so the engine counts it once, and only the first to settle it tells anybody.
 */
export async function deliverKeptAnswers(desk: Desk): Promise<number> {
  const tried: string[] = [];
  let settled = 0;
  let waiting = 0;
  while (waiting < AWAY_AFTER) {
    const kept = await claimWaitingAnswer(desk.db, tried, LEASE_SECONDS);
    if (kept === undefined) return settled;
    tried.push(kept.id);
    const delivery = await deliver(desk, kept);
    if (delivery.kind === 'waiting') {
      await releaseAnswer(desk.db, kept);
      waiting += 1;
    } else {
      await inTransaction(desk.db, (db) => settle(db, kept, delivery, { tellRefusal: true }));
      settled += 1;
    }
  }
  return settled;
}

/**
 * Delivers one answer at once, for somebody who is waiting for the result. No database connection is held meanwhile.
 */
export async function deliverAtOnce(desk: Desk, kept: KeptAnswer): Promise<Delivery> {
  const delivery = await deliver(desk, kept);
  if (delivery.kind === 'waiting') return delivery;
  await inTransaction(desk.db, (db) => settle(db, kept, delivery, { tellRefusal: false }));
  return delivery;
}

async function deliver({ db, client, tell = toErrorStream }: Desk, kept: KeptAnswer): Promise<Delivery> {
  const { reference, step, round, answer, fields, person, onBehalfOf, via } = kept;
  const said = { step, round, answer, fields, by: person, onBehalfOf, via };
  try {
    const counted = await client.withDeadline(Date.now() + DEADLINE_MS, () => giveAnswer(client, reference, said));
    const missing = await missingFromRecord(db, reference, counted);
    if (missing === null) return await afterCounting(db, kept);
    tell(`An answer to ${reference}/${step} is kept. ${missing.message} ${missing.remedy}`);
    return { kind: 'waiting' };
  } catch (error) {
    const refusal = refusalIn(error);
    const gone = error instanceof WorkflowNotFoundError;
    if (refusal !== undefined || gone) return afterRefusal(db, kept, refusal);
    // Of the answer only where it belongs: what was written, and by whom, is nobody's business here.
    tell(`An answer to ${reference}/${step} is kept and could not be delivered yet: ${reasonIn(error)}`);
    return { kind: 'waiting' };
  }
}

function toErrorStream(problem: string): void {
  process.stderr.write(`${problem}\n`);
}

/** What went wrong, with what lies behind it: "Update failed: Deadline exceeded". */
function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/**
 * A refused answer may have counted before, with the reply lost. A workflow that is gone has ended, if the record says
 * so.
 */
async function afterRefusal(db: Db, kept: KeptAnswer, refusal: Refusal | undefined): Promise<Delivery> {
  const owner = kept.onBehalfOf ?? kept.person;
  const asked = await findAsked(db, { ...kept, person: owner });
  if (asked === undefined) return refusal === undefined ? { kind: 'waiting' } : { kind: 'refused', because: refusal.message };
  if (asked.answer === kept.answer && asked.answeredBy === kept.person && asked.onBehalfOf === kept.onBehalfOf) return { kind: 'counted' };
  const closed = whyClosed(asked, await readPinnedProgramme(db, kept.reference));
  if (closed !== null) return { kind: 'refused', because: closed.sentences.join(' ') };
  return refusal === undefined ? { kind: 'waiting' } : { kind: 'refused', because: refusal.message };
}

/**
 * The engine knows an answer by who gave it, not by what they filled in: given twice, it counts as it was given first. What was filled in
 * otherwise the second time does not count.
 */
async function afterCounting(db: Db, kept: KeptAnswer): Promise<Delivery> {
  const asked = await findAsked(db, { ...kept, person: kept.onBehalfOf ?? kept.person });
  if (asked?.state !== 'answered' || orderedJson(asked.fields) === orderedJson(kept.fields)) return { kind: 'counted' };
  const closed = whyClosed(asked, await readPinnedProgramme(db, kept.reference));
  return closed === null ? { kind: 'counted' } : { kind: 'refused', because: closed.sentences.join(' ') };
}

/**
 * Records the outcome and tells the person, both or neither. Does nothing when that was done before, and sends no second copy of an answer
 * that had counted.
 */
async function settle(
  db: Db,
  kept: KeptAnswer,
  delivery: Exclude<Delivery, { kind: 'waiting' }>,
  options: { readonly tellRefusal: boolean },
): Promise<void> {
  const because = delivery.kind === 'counted' ? null : delivery.because;
  if ((await settleAnswer(db, kept.id, because)) !== 'settled') return;
  if (because === null) await forgetDrafts(db, kept);
  const whose = { ...kept, person: kept.onBehalfOf ?? kept.person };
  const asked = await findAsked(db, whose);
  if (asked === undefined) return;
  const programme = await readPinnedProgramme(db, kept.reference);
  const asker = askerOf(programme, programme.steps[kept.step] ?? {});
  const coordinator = (await listParties(db, kept.reference)).find(({ role }) => role === asker)?.person ?? null;
  const names = await namesOf(db, Object.values(kept.fields));
  const answered = { asked, programme, kept, names, coordinator, roleAsked: await findRoleAsked(db, whose) };
  if (because === null) await queueNote(db, copyNote(answered, nowInstant()));
  else if (options.tellRefusal) await queueNote(db, outcomeNote(answered, because));
}
