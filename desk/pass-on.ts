import type { Client } from '@temporalio/client';
import { PUBLIC_DOMAINS } from './public-domains.ts';
import type pg from 'pg';
import { changeRulesOf, coordinatorRole } from '../domain/programme.ts';
import type { PersonId, Programme } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { inTransaction } from '../postgres/database.ts';
import { findWaitingPassOn, keepPassOn, settlePassOn, standingOfAddress } from '../postgres/desk/pass-ons.ts';
import type { AddressStanding, PassOn } from '../postgres/desk/pass-ons.ts';
import { queueNote } from '../postgres/desk/notes.ts';
import { readPinnedProgramme } from '../postgres/pinned/pinned.ts';
import { listParties } from '../postgres/views/deployments.ts';
import type { PassOnRequest } from '../postgres/views/asked-for.ts';
import { addPerson, faultsOf, planPerson } from '../register/new-person.ts';
import { noteOf } from './answer-notes.ts';
import { changeDeployment } from './change-deployment.ts';
import type { ChangeRefusal } from './change-deployment.ts';

/** What is wrong with somebody who is named, and with which part of the form. */
export type PassOnFault = Reason & { readonly kind: 'name' | 'email' | 'job' };

const LONGEST_JOB = 100;

/** Who is asking to pass on: from which step, in which role. */
export type Passer = Omit<PassOn, 'name' | 'email' | 'job'> & { readonly ownEmail: string };

export type Named = Pick<PassOn, 'name' | 'email' | 'job'> & {
  /** Says that an address which looks like a typing error is right as it is. */
  readonly sure: boolean;
};

/** Looks at somebody who is named to be asked instead. Nothing is stored. Answers everything that is wrong, in words for the one who names. */
async function judgePassOn(
  db: Db,
  passer: Passer,
  named: Named,
): Promise<{ readonly faults: readonly PassOnFault[]; readonly standing: AddressStanding | null }> {
  const faults: PassOnFault[] = faultsOf({ name: named.name, email: named.email, telephone: '' }, ' of the person to ask').map(
    ({ kind, message, remedy }) => ({ kind: kind === 'name' ? 'name' : 'email', message, remedy }),
  );
  if (named.job.length > LONGEST_JOB) {
    faults.push({ kind: 'job', message: `What they do must be ${LONGEST_JOB} characters or fewer`, remedy: '' });
  }
  if (faults.some(({ kind }) => kind === 'email')) return { faults, standing: null };
  const standing = await standingOfAddress(db, { ...passer, email: named.email });
  const wrong = wrongAddress(passer, named, standing);
  return { faults: wrong === null ? faults : [...faults, wrong], standing };
}

function wrongAddress({ ownEmail }: Passer, { email, sure }: Named, standing: AddressStanding): PassOnFault | null {
  const fault = (message: string, remedy: string): PassOnFault => ({ kind: 'email', message, remedy });
  if (email.toLowerCase() === ownEmail.toLowerCase()) {
    return fault('This is your own address', 'Enter the address of the person to ask instead of you');
  }
  if (standing.staff) {
    return fault(
      'This is an address of the Department or of its delivery partner, who ask and do not answer',
      'Enter somebody at your school or trust',
    );
  }
  if (standing.holds) return fault('They are asked already', 'Enter somebody else, or leave it as it is');
  if (standing.replaced) {
    return fault('They were asked before and are not any more', 'If they should be asked again, tell the coordinator');
  }
  if (standing.refused) return fault('E-mails to this address come back to us', 'Check the address, or enter another');
  const meant = sure ? null : nearlyMeant(email, standing.domains);
  return meant === null ? null : fault(`Did you mean ${meant}?`, 'Correct the address, or say that it is right as it is');
}

/**
 * The address that was probably meant, when its domain is one letter or two from one that is known here or from one that many people
 * use: "jo@hilcrest.example" beside "hillcrest.example". Null when it looks right.
 */
export function nearlyMeant(email: string, known: readonly string[]): string | null {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1).toLowerCase();
  if (known.includes(domain) || PUBLIC_DOMAINS.has(domain)) return null;
  const near = [...known, ...PUBLIC_DOMAINS].find((other) => isNear(domain, other));
  return near === undefined ? null : `${email.slice(0, at)}@${near}`;
}

/** Whether one becomes the other with a letter left out, added or replaced, or with two neighbours changed over. */
function isNear(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let from = 0;
  while (from < one.length && one[from] === other[from]) from += 1;
  let [end, otherEnd] = [one.length, other.length];
  while (end > from && otherEnd > from && one[end - 1] === other[otherEnd - 1]) [end, otherEnd] = [end - 1, otherEnd - 1];
  const [left, otherLeft] = [one.slice(from, end), other.slice(from, otherEnd)];
  return (left.length <= 1 && otherLeft.length <= 1) || (left.length === 2 && left[0] === otherLeft[1] && left[1] === otherLeft[0]);
}

/**
 * Whether somebody who is named may be asked at once, without the coordinator: the programme says so, and they have an address in a domain
 * of the school's or trust's own, never in one where anybody can have an address.
 */
export function isAtOnce(programme: Programme, email: string, { domains, person, name }: AddressStanding, named: string): boolean {
  if (changeRulesOf(programme).passOn !== 'same-domain') return false;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return domains.includes(domain) && !PUBLIC_DOMAINS.has(domain) && (person === null || name === named);
}

type Desk = { readonly pool: pg.Pool; readonly client: Client };

export type PassOnAsked =
  | { readonly kind: 'waits' }
  /** The programme let it be at once. */
  | { readonly kind: 'passed-on' }
  | { readonly kind: 'refused'; readonly faults: readonly PassOnFault[] }
  /** A request of theirs waits already. */
  | { readonly kind: 'waits-already'; readonly name: string };

/** Takes a request to pass on: it waits for the coordinator, or is done at once where the programme and the address allow it. */
export async function askToPassOn(desk: Desk, programme: Programme, passer: Passer, named: Named): Promise<PassOnAsked> {
  const { faults, standing } = await judgePassOn(desk.pool, passer, named);
  if (faults.length > 0 || standing === null) return { kind: 'refused', faults };
  const { ownEmail: _, ...from } = passer;
  const { name, email, job } = named;
  const id = await keepPassOn(desk.pool, { ...from, name, email, job });
  if (id === null) {
    const waiting = await findWaitingPassOn(desk.pool, passer);
    return { kind: 'waits-already', name: waiting?.name ?? name };
  }
  if (!isAtOnce(programme, email, standing, name)) return { kind: 'waits' };
  const request = { ...from, id, newName: name, newEmail: email };
  const done = await carryOut(desk, request, {
    by: passer.person,
    because: 'The person we asked has named somebody else at the school or trust.',
  });
  // Whatever stood in the way, the coordinator finds the request and decides.
  return done.ok ? { kind: 'passed-on' } : { kind: 'waits' };
}

type Request = Pick<PassOnRequest, 'id' | 'reference' | 'role' | 'person' | 'newName' | 'newEmail'>;

/**
 * Approves a request: the other is asked from now on, the links of the one before end, and everybody is told by the letters of the change.
 * Somebody whom Chaser knows by the address keeps their name.
 */
export async function approvePassOn(
  desk: Desk,
  request: Request,
  { by, words }: { readonly by: PersonId; readonly words: string },
): Promise<Result<null, ChangeRefusal | PassOnRefusal>> {
  const because = words === '' ? 'The person we asked has named somebody else to be asked.' : words;
  return carryOut(desk, request, { by, because });
}

export type PassOnRefusal = Reason & { readonly kind: 'address-taken' | 'decided-already' };

async function carryOut(
  desk: Desk,
  request: Request,
  { by, because }: { readonly by: PersonId; readonly because: string },
): Promise<Result<null, ChangeRefusal | PassOnRefusal>> {
  const { reference, role, person: from, id, newName, newEmail } = request;
  const { person: known } = await standingOfAddress(desk.pool, { reference, role, email: newEmail });
  let to = known;
  let adds = false;
  if (to === null) {
    const planned = await planPerson(desk.pool, { name: newName, email: newEmail, telephone: '' });
    if (!planned.ok || !(await addPerson(desk.pool, planned.value))) {
      return refused({
        kind: 'address-taken',
        message: 'This address now belongs to somebody else.',
        remedy: 'Look at the request again.',
      });
    }
    to = planned.value.id;
    adds = true;
  }
  const command = { kind: 'change-person', role, from, to, by, because, ...(adds ? { adds: to } : {}) } as const;
  const counted = await changeDeployment({ db: desk.pool, client: desk.client }, reference, command, `pass-on-${id}`);
  if (!counted.ok) return counted;
  await inTransaction(desk.pool, async (db) => {
    const settled = await settlePassOn(db, id, { by: by === from ? null : by, outcome: 'passed-on', words: null });
    // Whoever decided is not told by the letters of the change: the one who passed it on has a note instead.
    if (settled && by === from)
      await noteTo(db, request, `${newName} is asked instead of you`, [
        `You named ${newName} (${newEmail}) to be asked instead of you. They are asked from now on, and links that we sent you no longer work.`,
        'If you did not do this, reply to this e-mail at once.',
      ]);
  });
  return ok(null);
}

/** Refuses a request with words, of which the one who asked is told. False when it was decided before. */
export async function refusePassOn(
  pool: pg.Pool,
  request: Request,
  { by, words }: { readonly by: PersonId; readonly words: string },
): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    if (!(await settlePassOn(db, request.id, { by, outcome: 'refused', words }))) return false;
    await noteTo(db, request, `You are still asked, and not ${request.newName}`, [
      `You named ${request.newName} to be asked instead of you. The coordinator has decided that you are still asked.`,
      `Why: ${words}`,
      'The link in our e-mails to you works as before. If you have a question, reply to this e-mail.',
    ]);
    return true;
  });
}

async function noteTo(db: Db, { reference, person }: Request, subject: string, paragraphs: readonly string[]): Promise<void> {
  const role = coordinatorRole(await readPinnedProgramme(db, reference));
  const coordinator = (await listParties(db, reference)).find((party) => party.role === role)?.person ?? null;
  await queueNote(
    db,
    noteOf('pass-on', person, coordinator, subject, [
      ...paragraphs,
      `Reference: ${reference}. Chaser, a computer program, wrote this e-mail.`,
    ]),
  );
}
