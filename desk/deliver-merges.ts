import { claimPart, releasePart, settlePart } from '../postgres/access/merges.ts';
import { changeDeployment } from './change-deployment.ts';
import type { Desk } from './deliver-answers.ts';

/** How long the engine is waited for. */
const DEADLINE_MS = 5_000;

/** The engine's deadline and time to spare for the database. */
const LEASE_SECONDS = 30;

/** After so many that could not be delivered, the engine is taken to be away. */
const AWAY_AFTER = 3;

/**
 * Has deployments put one entry of a person in the place of another, for people who were merged. Answers how many were settled; what
 * cannot be delivered yet stays for the next time. The update is named by merge and deployment, so the engine makes it once though two
 * deliver the same part. Without `forMs` it goes on until nothing waits.
 */
export async function deliverMerges(
  { db, client, tell = toErrorStream }: Desk,
  { forMs = Number.POSITIVE_INFINITY }: { readonly forMs?: number } = {},
): Promise<number> {
  const until = performance.now() + forMs;
  const tried: string[] = [];
  let settled = 0;
  let waiting = 0;
  while (waiting < AWAY_AFTER && performance.now() < until) {
    const part = await claimPart(db, tried, LEASE_SECONDS);
    if (part === undefined) return settled;
    const { merge, reference, from, to, because, by } = part;
    tried.push(`${merge}/${reference}`);
    try {
      const made = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        changeDeployment({ db, client }, reference, { kind: 'merge-person', from, to, by, because }, `merge/${merge}`),
      );
      await settlePart(db, part, made.ok ? null : made.reason.message);
      settled += 1;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tell(`${reference} is to know one person for two and could not be told yet: ${why}`);
      await releasePart(db, part);
      waiting += 1;
    }
  }
  return settled;
}

function toErrorStream(problem: string): void {
  process.stderr.write(`${problem}\n`);
}
