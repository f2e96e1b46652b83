import type pg from 'pg';
import type { Programme } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { decideProposal, findProposal, keepProposal, listOpenProposals } from '../postgres/pinned/proposals.ts';
import type { KeptProposal } from '../postgres/pinned/proposals.ts';
import { publishProgramme, whyNotPublished } from './programmes-on-offer.ts';

/** What needs a second person in this installation (SECOND_PERSON). */
export type SecondPerson = { readonly programmes: boolean };

export const NO_SECOND_PERSON: SecondPerson = { programmes: false };

/** Reads SECOND_PERSON: "no", or what needs one. Null for anything else. */
export function readSecondPerson(text: string): SecondPerson | null {
  if (text === 'no') return NO_SECOND_PERSON;
  return text === 'programmes' ? { programmes: true } : null;
}

export type ApprovalRefusal = Reason & {
  readonly kind: 'unknown-proposal' | 'same-person' | 'decided-already' | 'not-publishable' | 'proposed-already' | 'no-reason';
};

/**
 * Proposes a checked programme to a second person. It is not published, and nothing begins with it. Refused for the reasons
 * for which it could not be published, and when it was proposed before and nobody has decided yet. Answers the proposal's number.
 */
export async function proposeProgramme(pool: pg.Pool, programme: Programme, text: string, by: string): Promise<Result<number, Reason>> {
  return inTransaction(pool, async (db) => {
    const why = await whyNotPublished(db, programme);
    if (why !== null) return refused(why);
    const number = await keepProposal(db, { programme, text, by });
    if (number !== null) return ok(number);
    return refused({
      kind: 'proposed-already',
      message: `Version ${programme.version} of ${programme.id} was proposed already, and nobody has decided on it.`,
      remedy: 'Let somebody else decide on it, or withdraw it first.',
    });
  });
}

/**
 * Publishes what was proposed, as somebody other than whoever proposed it. The decision and what it brings about are kept
 * together or not at all.
 */
export async function approveProposal(pool: pg.Pool, number: number, by: string): Promise<Result<KeptProposal, Reason>> {
  return decide(pool, number, { by, decision: 'approved', because: null }, (db, proposal) =>
    publishProgramme(db, proposal.programme, proposal.by, by),
  );
}

/** Turns down what was proposed, or takes back what one proposed oneself. Nothing is published. The reason stays with it. */
export async function declineProposal(
  pool: pg.Pool,
  number: number,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Result<KeptProposal, Reason>> {
  const said = because.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
  if (said === '') {
    return refused({ kind: 'no-reason', message: 'There is no reason.', remedy: 'Say why in a sentence: whoever proposed it reads it.' });
  }
  return decide(pool, number, { by, decision: 'declined', because: said }, async (_, proposal) => ok(proposal.programme));
}

/** What waits for a second person, the oldest first. */
export async function proposalsToDecide(db: Db): Promise<readonly KeptProposal[]> {
  return listOpenProposals(db);
}

const LONGEST_REASON = 500;

const SAME_PERSON: ApprovalRefusal = {
  kind: 'same-person',
  message: 'You proposed this yourself.',
  remedy: 'Ask somebody else who may publish programmes to approve it.',
};

/** Told outside the transaction, which is given up by it. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason.message);
    this.reason = reason;
  }
}

async function decide(
  pool: pg.Pool,
  number: number,
  decision: { readonly by: string; readonly decision: 'approved' | 'declined'; readonly because: string | null },
  carryOut: (db: Db, proposal: KeptProposal) => Promise<Result<Programme, Reason>>,
): Promise<Result<KeptProposal, Reason>> {
  try {
    return await inTransaction(pool, async (db) => {
      const proposal = await findProposal(db, number);
      if (proposal === undefined) throw new Refused(unknownProposal(number));
      if (proposal.decision === null && decision.decision === 'approved' && proposal.by === decision.by) throw new Refused(SAME_PERSON);
      if (proposal.decision !== null || !(await decideProposal(db, number, decision))) throw new Refused(decidedAlready(proposal));
      const done = await carryOut(db, proposal);
      if (!done.ok) throw new Refused(done.reason);
      return ok(proposal);
    });
  } catch (error) {
    if (error instanceof Refused) return refused(error.reason);
    throw error;
  }
}

function unknownProposal(number: number): ApprovalRefusal {
  return {
    kind: 'unknown-proposal',
    message: `There is no proposal ${number}.`,
    remedy: 'See what waits for a decision with: chaser programme proposals',
  };
}

function decidedAlready({ decision, decidedByName }: KeptProposal): ApprovalRefusal {
  const what = decision === 'declined' ? 'declined' : 'approved';
  return {
    kind: 'decided-already',
    message: decidedByName === null ? 'Somebody else decided on it a moment ago.' : `It was ${what} by ${decidedByName} already.`,
    remedy: 'Nothing was changed. See the versions on offer with: chaser programme list',
  };
}
