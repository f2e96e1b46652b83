import type pg from 'pg';
import { previewOf } from '../domain/chronology/preview.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import { inWords } from '../domain/words.ts';
import { endAccess, lockPeople } from '../postgres/access/end-access.ts';
import type { AccessEnded } from '../postgres/access/end-access.ts';
import { findInTheWay, keepMerge, keepRefusal, listMerges, markMerged, moveBelongings, sendToKept } from '../postgres/access/merges.ts';
import type { Db } from '../postgres/database.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { findKnownPerson, keepPersonChange } from '../postgres/views/people.ts';
import type { HeldRole, KnownPerson } from '../postgres/views/people.ts';
import { tracesOf } from '../postgres/views/person-traces.ts';
import type { PersonTraces } from '../postgres/views/person-traces.ts';
import { workOfPerson } from '../postgres/views/person-work.ts';
import type { PersonWork } from '../postgres/views/person-work.ts';
import { storeAlone } from '../register/import-lock.ts';
import { storePeople } from '../register/store-people.ts';

/** Whose detail stays: that of the entry that is kept, or that of the one that goes. */
export type Whose = 'kept' | 'merged';

export const DETAILS = ['name', 'email', 'telephone', 'jobTitle'] as const;
export type Detail = (typeof DETAILS)[number];

/** Two contact ids that are one person. */
export type MergeRequest = {
  readonly kept: string;
  readonly merged: string;
  readonly stays: Readonly<Record<Detail, Whose>>;
  readonly because: string;
  /** The contact id of whoever asks. */
  readonly by: string;
};

/** What merging brings about in one running deployment. */
export type MergedDeployment = {
  readonly reference: string;
  readonly work: readonly PersonWork[];
  /** How many open requests go to the address that stays, by a letter with a link of its own; null where that was not worked out. */
  readonly asksAgain: number | null;
};

export type PeopleMerged = {
  readonly before: { readonly kept: KnownPerson; readonly merged: KnownPerson };
  readonly after: KnownPerson;
  /** What is known of the entry that goes. */
  readonly traces: PersonTraces;
  readonly deployments: readonly MergedDeployment[];
  /** What can no longer be opened. */
  readonly ended: readonly AccessEnded[];
  /** What somebody should know: whose profile stays, for one. */
  readonly notes: readonly string[];
};

export type MergeRefusal = Reason & {
  readonly kind:
    | 'unknown-person'
    | 'same-person'
    | 'merged-already'
    | 'own-entry'
    | 'only-administrator'
    | 'two-trusts'
    | 'own-school'
    | 'answers-wait'
    | 'many-wait'
    | 'no-reason';
};

const LONGEST_REASON = 500;
/** Of more deployments than this a preview says only how many there are. */
const MOST_PREVIEWED = 30;
const EVERYTHING = { sql: 'true', values: [] } as const;

/**
 * Makes one entry of two that are the same person. In one transaction: the entry that is kept gets every role, watch, saved view, profile
 * and relationship of the other and the details that stay; the other is found by nobody any more and can sign in no longer; who merged
 * them and why is kept; and for every running deployment that names the entry that goes, a change is queued (`deliverMerges`). There what
 * is open is asked once more at the address that stays, and links of the other end. What was said before stays under the name it was
 * said by.
 *
 * With `tryOnly` it says what it would bring about, and keeps nothing. Refused in words where the two cannot be one person, or where
 * something of them is on its way.
 */
export async function mergePeople(pool: pg.Pool, request: MergeRequest, tryOnly: boolean): Promise<Result<PeopleMerged, MergeRefusal>> {
  const because = request.because.replaceAll(/\s+/g, ' ').trim();
  if (showsNothing(because) || because.length > LONGEST_REASON) {
    return refused({
      kind: 'no-reason',
      message: showsNothing(because) ? 'You have not given a reason' : `The reason must be ${LONGEST_REASON} characters or fewer`,
      remedy: 'Say in a sentence how you know that they are the same person: it stays in the record',
    });
  }
  return storeAlone(pool, tryOnly, (db) => merge(db, { ...request, because }, tryOnly));
}

async function merge(db: Db, request: MergeRequest, previews: boolean): Promise<Result<PeopleMerged, MergeRefusal>> {
  await lockPeople(db);
  const both = await findBoth(db, request);
  if (!both.ok) return both;
  const { kept, merged } = both.value;
  const inTheWay = await whyNot(db, both.value, request);
  if (inTheWay !== null) return refused(inTheWay);
  const traces = await tracesOf(db, merged.id);
  const keptTraces = await tracesOf(db, kept.id);
  const work = await workOfPerson(db, merged.id, EVERYTHING);

  const wanted: KnownPerson = {
    ...kept,
    ...Object.fromEntries(DETAILS.map((detail) => [detail, (request.stays[detail] === 'merged' ? merged : kept)[detail]])),
    roles: everyRole(kept.roles, merged.roles),
  };
  await markMerged(db, merged.id, kept.id);
  const ended = [...(await storeKept(db, kept, wanted)), ...(await endAccess(db, [{ person: merged.id, because: 'left-staff' }]))];
  if (request.stays.email === 'merged' && merged.email !== kept.email) await keepRefusal(db, merged.id, kept.id);
  await sendToKept(db, merged.id, kept.id);
  await moveBelongings(db, { from: merged.id, to: kept.id, by: request.by, because: `Merged with ${merged.name}: ${request.because}` });
  const after = await findKnownPerson(db, kept.id);
  if (after === undefined) throw new Error(`${kept.id} was stored and cannot be found.`);
  if (JSON.stringify(after) !== JSON.stringify(kept)) await keepPersonChange(db, { before: kept, after, by: request.by });
  const references = await keepMerge(db, { merged, kept, after, because: request.because, by: request.by });
  const deployments: MergedDeployment[] = [];
  for (const [at, reference] of references.entries()) {
    const asksAgain = previews && at < MOST_PREVIEWED ? await askedAgain(db, reference, request) : null;
    deployments.push({ reference, work: work.filter((held) => held.reference === reference), asksAgain });
  }
  const notes =
    traces.profile && keptTraces.profile ? [`Both have a profile as a system leader. The one of ${kept.name} (${kept.email}) stays.`] : [];
  return ok({ before: { kept, merged }, after, traces, deployments, ended, notes });
}

async function findBoth(
  db: Db,
  { kept: keptId, merged: mergedId }: MergeRequest,
): Promise<Result<Readonly<Record<'kept' | 'merged', KnownPerson>>, MergeRefusal>> {
  if (keptId === mergedId) {
    return refused({ kind: 'same-person', message: 'That is the same entry twice', remedy: 'Choose the other entry of this person' });
  }
  const found: KnownPerson[] = [];
  for (const id of [keptId, mergedId]) {
    const person = await findKnownPerson(db, id);
    if (person === undefined) {
      return refused({ kind: 'unknown-person', message: `Chaser knows nobody as “${id}”`, remedy: 'Choose somebody whom Chaser knows' });
    }
    const [line] = (await listMerges(db, id)).filter(({ merged }) => merged === id);
    if (line !== undefined) {
      return refused({
        kind: 'merged-already',
        message: `${line.mergedName} (${line.mergedEmail}) was merged with ${line.keptName} already`,
        remedy: 'Choose the entry that was kept',
      });
    }
    found.push(person);
  }
  const [kept, merged] = found;
  if (kept === undefined || merged === undefined) throw new Error('Two people were asked for.');
  return ok({ kept, merged });
}

async function whyNot(
  db: Db,
  { kept, merged }: Readonly<Record<'kept' | 'merged', KnownPerson>>,
  { by }: MergeRequest,
): Promise<MergeRefusal | null> {
  const swap = `Keep that entry, and merge the other one into it`;
  if (by === merged.id) {
    return { kind: 'own-entry', message: `You are signed in as ${merged.name} (${merged.email}), which would go`, remedy: swap };
  }
  const { answersIn, manyWaiting, onlyAdministrator, ownSchool, trusts } = await findInTheWay(db, merged.id, kept.id);
  if (onlyAdministrator) {
    return { kind: 'only-administrator', message: `${merged.name} (${merged.email}) is the only administrator`, remedy: swap };
  }
  if (trusts.length > 1) {
    return {
      kind: 'two-trusts',
      message: `Both are system leaders, and of different trusts: ${inWords(trusts)}`,
      remedy: 'If they are one person, correct the trust in the profile or the role of one of them first',
    };
  }
  if (ownSchool.length > 0) {
    return {
      kind: 'own-school',
      message: `In ${inWords(ownSchool)} one of them is the school and the other is its system leader. Nobody supports their own school`,
      remedy: 'If they are one person, find another system leader there first',
    };
  }
  if (answersIn.length > 0) {
    return {
      kind: 'answers-wait',
      message: `An answer of ${merged.name} in ${inWords(answersIn)} is still being recorded`,
      remedy: 'Try again in a few minutes',
    };
  }
  if (manyWaiting) {
    return {
      kind: 'many-wait',
      message: `A change of many deployments that names ${merged.name} (${merged.email}) is still being made`,
      remedy: 'Wait until it is done, or cancel it',
    };
  }
  return null;
}

/**
 * The name and the address are stored one after the other, since both at once would be taken for another person, who is shown nothing of
 * the one before.
 */
async function storeKept(db: Db, kept: KnownPerson, wanted: KnownPerson): Promise<readonly AccessEnded[]> {
  const ended: AccessEnded[] = [];
  for (const person of [{ ...wanted, name: kept.name }, wanted]) {
    const stored = await storePeople(
      db,
      [{ ...person, line: 1, roles: person.roles.map((role) => ({ ...role, line: 1 })), rows: 1, incomplete: false }],
      () => true,
    );
    ended.push(...stored.ended);
  }
  return ended;
}

/** The roles of both. One that both hold counts from the earlier first day to the later last day. */
function everyRole(some: readonly HeldRole[], others: readonly HeldRole[]): readonly HeldRole[] {
  const roles = new Map<string, HeldRole>();
  for (const { from, until, ...role } of [...some, ...others]) {
    const key = JSON.stringify(role);
    const known = roles.get(key);
    const dates = known === undefined ? { from, until } : { from: earlier(known.from, from), until: later(known.until, until) };
    roles.set(key, {
      ...role,
      ...(dates.from === undefined ? {} : { from: dates.from }),
      ...(dates.until === undefined ? {} : { until: dates.until }),
    });
  }
  return [...roles.values()];
}

/** Without a first day a role counts already. */
function earlier(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? undefined : one < other ? one : other;
}

/** Without a last day a role does not end. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? undefined : one > other ? one : other;
}

/** How many requests the engine would send to the address that stays. */
async function askedAgain(db: Db, reference: string, { merged, kept, by, because }: MergeRequest): Promise<number> {
  const stored = await readChronology(db, reference);
  if (stored === undefined) return 0;
  const preview = previewOf(stored.chronology, { kind: 'merge-person', from: merged, to: kept, by, because }, stored.now);
  return preview.ok ? preview.value.asks.length : 0;
}
