import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { inTransaction } from '../postgres/database.ts';
import type { KeptProposal, ProposalKind } from '../postgres/pinned/proposals.ts';
import type { InScope } from '../postgres/views/place.ts';
import { adoptCalendars, whyNotAdopted } from './adopt-calendars.ts';
import type { Adoption, AdoptionRequest } from './adopt-calendars.ts';
import { keepProposalIn } from './change-calendars.ts';
import type { Proposal } from './change-calendars.ts';
import { approve, propose } from './second-person.ts';

export const OF_CALENDARS: readonly ProposalKind[] = ['dates', 'move'];

/** Dates that were proposed: what keeping them needs, and no more. */
type ProposedDates = Pick<Proposal, 'after' | 'change' | 'fileName' | 'changes'> & { readonly because: string | null };
type ProposedMove = Pick<AdoptionRequest, 'references' | 'because'> & { readonly version: number };

/** What an approved proposal did: a new version of the calendars, or deployments that moved. */
export type CalendarsApproved =
  { readonly kind: 'dates'; readonly version: number } | { readonly kind: 'move'; readonly adoptions: readonly Adoption[] };

/** Proposes a change of the calendars that was looked at. It is not kept, and nothing is counted on it. Returns the proposal's number. */
export async function proposeDates(
  pool: pg.Pool,
  { after, change, fileName, content, changes }: Proposal,
  { by, because }: { readonly by: string; readonly because: string | null },
): Promise<Result<number, Reason>> {
  const document: ProposedDates = { after, change, fileName, changes, because };
  const [first = 'Dates'] = changes;
  return inTransaction(pool, (db) =>
    propose(db, {
      kind: 'dates',
      about: JSON.stringify(change),
      title: changes.length === 1 ? first : `${first} And ${changes.length - 1} more.`,
      document,
      content,
      by,
    }),
  );
}

/** Proposes to move running deployments to the newest dates. None moves. Returns the proposal's number. */
export async function proposeMove(
  pool: pg.Pool,
  request: Omit<AdoptionRequest, 'by'> & { readonly by: string },
): Promise<Result<number, Reason>> {
  const looked = await whyNotAdopted(pool, request);
  if (!looked.ok) return looked;
  const { references, because, by } = request;
  const document: ProposedMove = { references, because, version: looked.value };
  const whom = references === 'all' ? 'every deployment that has other dates' : references.join(', ');
  return inTransaction(pool, (db) =>
    propose(db, {
      kind: 'move',
      about: JSON.stringify(references),
      title: `Move ${whom} to version ${looked.value} of the calendars`,
      document,
      content: because,
      by,
    }),
  );
}

/** Carries out what was proposed, as somebody other than whoever proposed it and within what they may change. */
export async function approveCalendars(
  desk: { readonly db: pg.Pool; readonly client: Client | null },
  number: number,
  { by, inScope }: { readonly by: string; readonly inScope: InScope },
): Promise<Result<CalendarsApproved, Reason>> {
  return approve<CalendarsApproved>(desk.db, number, OF_CALENDARS, by, async (db, proposal) => {
    if (proposal.kind === 'dates') {
      const { because, ...dates } = datesOf(proposal);
      const kept = await keepProposalIn(db, { ...dates, content: proposal.content }, { by: proposal.by, because, approvedBy: by });
      return kept.ok ? ok({ kind: 'dates', version: kept.value }) : kept;
    }
    if (desk.client === null) return refused(NEEDS_ENGINE);
    // Each move is made once under a name of its own: where this breaks off, approving it again goes on with the rest.
    const adopted = await adoptCalendars({ db: desk.db, client: desk.client }, { ...moveOf(proposal), by: proposal.by, inScope });
    return adopted.ok ? ok({ kind: 'move', adoptions: adopted.value }) : adopted;
  });
}

/** What would change, in sentences, for whoever decides. */
export function changesOf(proposal: KeptProposal): readonly string[] {
  return proposal.kind === 'dates' ? datesOf(proposal).changes : [proposal.title];
}

function datesOf({ document }: KeptProposal): ProposedDates {
  return document as ProposedDates;
}

function moveOf({ document }: KeptProposal): ProposedMove {
  return document as ProposedMove;
}

const NEEDS_ENGINE: Reason = {
  kind: 'needs-engine',
  message: 'Deployments are moved through Temporal, and it was not asked.',
  remedy: 'Approve it where Temporal can be reached.',
};
