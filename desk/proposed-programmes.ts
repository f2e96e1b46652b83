import type pg from 'pg';
import type { Programme } from '../domain/programme.ts';
import type { Reason, Result } from '../domain/result.ts';
import { inTransaction } from '../postgres/database.ts';
import type { ProposalKind } from '../postgres/pinned/proposals.ts';
import { mayPublish, publishProgramme } from './programmes-on-offer.ts';
import { approve, propose } from './second-person.ts';

export const OF_PROGRAMMES: readonly ProposalKind[] = ['programme'];

/**
 * Proposes a checked programme to a second person. It is not published, and nothing begins with it. Refused for the reasons
 * for which it could not be published. Returns the proposal's number.
 */
export async function proposeProgramme(pool: pg.Pool, programme: Programme, content: string, by: string): Promise<Result<number, Reason>> {
  return inTransaction(pool, async (db) => {
    const allowed = await mayPublish(db, programme);
    if (!allowed.ok) return allowed;
    const { id, version, title } = programme;
    return propose(db, {
      kind: 'programme',
      about: `${id} ${version}`,
      title: `${title}, version ${version}`,
      document: programme,
      content,
      by,
    });
  });
}

/** Publishes a proposed programme, as somebody other than whoever proposed it. */
export async function approveProgramme(pool: pg.Pool, number: number, by: string): Promise<Result<Programme, Reason>> {
  return approve(pool, number, OF_PROGRAMMES, by, (db, proposal) => publishProgramme(db, proposal.document as Programme, proposal.by, by));
}
