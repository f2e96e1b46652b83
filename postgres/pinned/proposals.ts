import type { Programme } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** A programme that somebody proposed, and what a second person decided; append-only, as the decision is. */
export type KeptProposal = {
  readonly number: number;
  readonly programme: Programme;
  /** As it was written, so that it can be rehearsed before it is decided on. */
  readonly text: string;
  /** Contact ids, with the names they have now. */
  readonly by: string;
  readonly byName: string;
  readonly proposedAt: string;
  readonly decision: 'approved' | 'declined' | null;
  readonly decidedByName: string | null;
  readonly because: string | null;
};

const PROPOSALS = `
  SELECT p.id::int AS number, p.document AS programme, p.content AS text, p.by_person AS by,
         coalesce((SELECT name FROM people WHERE id = p.by_person), p.by_person) AS "byName", p.proposed_at AS "proposedAt",
         d.decision, coalesce((SELECT name FROM people WHERE id = d.by_person), d.by_person) AS "decidedByName", d.because
  FROM programme_proposals p LEFT JOIN proposal_decisions d ON d.proposal = p.id`;

/** The advisory lock under which proposals are kept: one version is proposed once at a time. */
const PROPOSING = 7_301_133;

/** One proposal, decided or not. */
export async function findProposal(db: Db, number: number): Promise<KeptProposal | undefined> {
  const { rows } = await db.query<KeptProposal>(`${PROPOSALS} WHERE p.id = $1`, [number]);
  return rows[0];
}

/** What nobody has decided on, the oldest first. */
export async function listOpenProposals(db: Db): Promise<readonly KeptProposal[]> {
  const { rows } = await db.query<KeptProposal>(`${PROPOSALS} WHERE d.proposal IS NULL ORDER BY p.id`);
  return rows;
}

/** Keeps a proposal and answers its number, or null when the same version waits for a decision already. */
export async function keepProposal(
  db: Db,
  { programme, text, by }: { readonly programme: Programme; readonly text: string; readonly by: string },
): Promise<number | null> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [PROPOSING]);
  const { rows } = await db.query<{ number: number }>(
    `INSERT INTO programme_proposals (programme, version, document, content, by_person)
     SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
       SELECT FROM programme_proposals p WHERE p.programme = $1 AND p.version = $2
         AND NOT EXISTS (SELECT FROM proposal_decisions d WHERE d.proposal = p.id))
     RETURNING id::int AS number`,
    [programme.id, programme.version, JSON.stringify(programme), text, by],
  );
  return rows[0]?.number ?? null;
}

/** Keeps a decision; answers false when there is one already. */
export async function decideProposal(
  db: Db,
  number: number,
  { by, decision, because }: { readonly by: string; readonly decision: 'approved' | 'declined'; readonly because: string | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'INSERT INTO proposal_decisions (proposal, decision, by_person, because) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [number, decision, by, because],
  );
  return rowCount === 1;
}
