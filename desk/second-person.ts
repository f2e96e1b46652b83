import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import type { Reason, Result } from '../domain/result.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { decideProposal, findProposal, keepProposal } from '../postgres/pinned/proposals.ts';
import type { KeptProposal, NewDecision, NewProposal, ProposalKind } from '../postgres/pinned/proposals.ts';
import { RefusedWithin } from './refused-within.ts';

/** What needs a second person in this installation (SECOND_PERSON). */
export type SecondPerson = { readonly programmes: boolean; readonly calendars: boolean };

export const NO_SECOND_PERSON: SecondPerson = { programmes: false, calendars: false };

/** Reads SECOND_PERSON: "no", "programmes", "calendars", or both with a comma between. Null for anything else. */
export function readSecondPerson(text: string): SecondPerson | null {
  if (text === 'no') return NO_SECOND_PERSON;
  const named = text.split(',').map((one) => one.trim());
  if (!named.every((one) => one === 'programmes' || one === 'calendars')) return null;
  return { programmes: named.includes('programmes'), calendars: named.includes('calendars') };
}

/** What SECOND_PERSON can be, for whoever wrote something else. */
export const SECOND_PERSON_IS = 'must be no, programmes, calendars, or programmes,calendars';

export type ApprovalRefusal = Reason & {
  readonly kind: 'unknown-proposal' | 'same-person' | 'decided-already' | 'proposed-already' | 'no-reason';
};

const LONGEST_REASON = 500;

const SAME_PERSON: ApprovalRefusal = {
  kind: 'same-person',
  message: 'You proposed this yourself.',
  remedy: 'Ask somebody else to approve it.',
};

/** Keeps a proposal for a second person and returns its number. Refused when one about the same waits already. */
export async function propose(db: Db, proposal: NewProposal): Promise<Result<number, Reason>> {
  const number = await keepProposal(db, proposal);
  if (number !== null) return ok(number);
  return refused({
    kind: 'proposed-already',
    message: `It has already been proposed (${proposal.title}), and nobody has decided on it.`,
    remedy: 'Let somebody else decide on it, or take it back first.',
  });
}

/**
 * Approves a proposal of one of these kinds and carries it out, as somebody other than whoever proposed it. The decision
 * is kept only when it is carried out.
 */
export async function approve<Done>(
  pool: pg.Pool,
  number: number,
  kinds: readonly ProposalKind[],
  by: string,
  carryOut: (db: Db, proposal: KeptProposal) => Promise<Result<Done, Reason>>,
): Promise<Result<Done, Reason>> {
  return decide(pool, number, kinds, { by, decision: 'approved', because: null }, carryOut);
}

/** Turns down what was proposed, or takes back what one proposed oneself. Nothing is done. The reason stays with it. */
export async function decline(
  pool: pg.Pool,
  number: number,
  kinds: readonly ProposalKind[],
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Result<KeptProposal, Reason>> {
  const said = because.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
  if (showsNothing(said)) {
    return refused({
      kind: 'no-reason',
      message: 'You have not given a reason.',
      remedy: 'Say why in a sentence: whoever proposed it reads it.',
    });
  }
  return decide(pool, number, kinds, { by, decision: 'declined', because: said }, (_, proposal) => Promise.resolve(ok(proposal)));
}

async function decide<Done>(
  pool: pg.Pool,
  number: number,
  kinds: readonly ProposalKind[],
  decision: NewDecision,
  carryOut: (db: Db, proposal: KeptProposal) => Promise<Result<Done, Reason>>,
): Promise<Result<Done, Reason>> {
  try {
    return await inTransaction(pool, async (db) => {
      const proposal = await findProposal(db, number);
      if (proposal === undefined || !kinds.includes(proposal.kind)) throw new RefusedWithin(unknownProposal(number));
      if (proposal.decision !== null) throw new RefusedWithin(decidedAlready(proposal));
      if (decision.decision === 'approved' && proposal.by === decision.by) throw new RefusedWithin(SAME_PERSON);
      if (!(await decideProposal(db, number, decision))) throw new RefusedWithin(decidedAlready(proposal));
      const done = await carryOut(db, proposal);
      if (!done.ok) throw new RefusedWithin(done.reason);
      return done;
    });
  } catch (error) {
    if (error instanceof RefusedWithin) return refused(error.reason);
    throw error;
  }
}

function unknownProposal(number: number): ApprovalRefusal {
  return { kind: 'unknown-proposal', message: `There is no proposal ${number}.`, remedy: 'See what waits for a decision.' };
}

function decidedAlready({ decision, decidedByName }: KeptProposal): ApprovalRefusal {
  const what = decision === 'declined' ? 'declined' : 'approved';
  return {
    kind: 'decided-already',
    message: decidedByName === null ? 'Somebody else decided on it a moment ago.' : `It was ${what} by ${decidedByName} already.`,
    remedy: 'Nothing was changed.',
  };
}
