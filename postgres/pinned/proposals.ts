import { createHash } from 'node:crypto';
import type { Db } from '../database.ts';

/** A version of a programme, dates for the calendars, or a move of running deployments to newer dates. */
export type ProposalKind = 'programme' | 'dates' | 'move';

/** What somebody proposed, and what a second person decided. Append-only, as the decision is. */
export type KeptProposal = {
  readonly number: number;
  readonly kind: ProposalKind;
  /** What it is, in words: "A small offer, version 2". */
  readonly title: string;
  /** What is to be done. The desk knows its shape by the kind. */
  readonly document: unknown;
  /** As it was written. */
  readonly content: string;
  /** A contact id. */
  readonly by: string;
  readonly byName: string;
  readonly proposedAt: string;
  readonly decision: 'approved' | 'declined' | null;
  readonly decidedByName: string | null;
  readonly because: string | null;
};

export type NewProposal = Pick<KeptProposal, 'kind' | 'title' | 'document' | 'content' | 'by'> & {
  /** The same of two proposals that exclude each other while both are open. */
  readonly about: string;
};

export type NewDecision = { readonly by: string; readonly decision: 'approved' | 'declined'; readonly because: string | null };

const PROPOSALS = `
  SELECT p.id::int AS number, p.kind, p.title, p.document, p.content, p.by_person AS by,
         coalesce((SELECT name FROM people WHERE id = p.by_person), p.by_person) AS "byName", p.proposed_at AS "proposedAt",
         d.decision, coalesce((SELECT name FROM people WHERE id = d.by_person), d.by_person) AS "decidedByName", d.because
  FROM proposals p LEFT JOIN proposal_decisions d ON d.proposal = p.id`;

/** The advisory lock under which proposals are kept. */
const PROPOSING = 7_301_133;

/** One proposal, decided or not. */
export async function findProposal(db: Db, number: number): Promise<KeptProposal | undefined> {
  const { rows } = await db.query<KeptProposal>(`${PROPOSALS} WHERE p.id = $1`, [number]);
  return rows[0];
}

/** The proposals of these kinds on which nobody has decided, the oldest first. */
export async function listOpenProposals(db: Db, kinds: readonly ProposalKind[]): Promise<readonly KeptProposal[]> {
  const { rows } = await db.query<KeptProposal>(`${PROPOSALS} WHERE d.proposal IS NULL AND p.kind = ANY ($1) ORDER BY p.id`, [kinds]);
  return rows;
}

/** Keeps a proposal and returns its number, or null when one about the same waits for a decision already. */
export async function keepProposal(db: Db, { kind, about, title, document, content, by }: NewProposal): Promise<number | null> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [PROPOSING]);
  const { rows } = await db.query<{ number: number }>(
    `INSERT INTO proposals (kind, about, title, document, content, by_person)
     SELECT $1::text, $2::text, $3, $4, $5, $6 WHERE NOT EXISTS (
       SELECT FROM proposals p WHERE p.kind = $1 AND p.about = $2
         AND NOT EXISTS (SELECT FROM proposal_decisions d WHERE d.proposal = p.id))
     RETURNING id::int AS number`,
    [kind, createHash('sha256').update(about).digest('hex'), title, JSON.stringify(document), content, by],
  );
  return rows[0]?.number ?? null;
}

/** Keeps a decision. Returns false when there is one already. */
export async function decideProposal(db: Db, number: number, { by, decision, because }: NewDecision): Promise<boolean> {
  const { rowCount } = await db.query(
    'INSERT INTO proposal_decisions (proposal, decision, by_person, because) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [number, decision, by, because],
  );
  return rowCount === 1;
}
