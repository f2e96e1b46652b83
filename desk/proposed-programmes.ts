import type pg from 'pg';
import type { Programme } from '../domain/programme.ts';
import type { Reason, Result } from '../domain/result.ts';
import { inWords } from '../domain/words.ts';
import { inTransaction } from '../postgres/database.ts';
import type { ProposalKind } from '../postgres/pinned/proposals.ts';
import { mayPublish, publishProgramme } from './programmes-on-offer.ts';
import { approve, propose } from './second-person.ts';

export const OF_PROGRAMMES: readonly ProposalKind[] = ['programme'];

/** What is kept of a proposal: the programme, where it is to count, and why. Proposals of earlier versions hold the programme alone. */
type Proposed = { readonly programme: Programme; readonly regions: readonly string[] | null; readonly because: string | null };

/**
 * Proposes a checked programme to a second person. It is not published, and nothing begins with it. Refused for the reasons
 * for which it could not be published. Returns the proposal's number.
 */
export async function proposeProgramme(
  pool: pg.Pool,
  programme: Programme,
  content: string,
  by: string,
  { regions = null, because = null }: Partial<Omit<Proposed, 'programme'>> = {},
): Promise<Result<number, Reason>> {
  return inTransaction(pool, async (db) => {
    const allowed = await mayPublish(db, programme, regions);
    if (!allowed.ok) return allowed;
    const { id, version, title } = programme;
    const document: Proposed = { programme, regions, because };
    return propose(db, {
      kind: 'programme',
      about: `${id} ${version}`,
      title: `${title}, version ${version}${regions === null ? '' : `, in ${inWords(regions)} only`}`,
      document,
      content,
      by,
    });
  });
}

/** Publishes a proposed programme, as somebody other than whoever proposed it. */
export async function approveProgramme(pool: pg.Pool, number: number, by: string): Promise<Result<Programme, Reason>> {
  return approve(pool, number, OF_PROGRAMMES, by, (db, { document, content, by: proposer }) => {
    const { programme, regions, because } = proposedOf(document);
    return publishProgramme(db, programme, proposer, { approvedBy: by, regions, because, content });
  });
}

/** Why it was proposed, in the words of whoever did; null where they gave no reason. */
export function reasonOf(document: unknown): string | null {
  return proposedOf(document).because;
}

function proposedOf(document: unknown): Proposed {
  return 'programme' in (document as object) ? (document as Proposed) : { programme: document as Programme, regions: null, because: null };
}
