import { knownFacts } from '../../domain/chronology/applies.ts';
import type { FactId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/**
 * What the steps, answers and fields of a deployment may depend on: what was said at its start, what was recorded
 * since, and the kind of its subject.
 */
export async function readKnownFacts(db: Db, reference: string): Promise<Readonly<Record<FactId, string>>> {
  const { rows } = await db.query<{ kind: 'school' | 'trust'; facts: Readonly<Record<FactId, string>> }>(
    `SELECT subject_kind AS kind, ${FACTS_OF_D} AS facts FROM deployments d WHERE reference = $1`,
    [reference],
  );
  const [row] = rows;
  return row === undefined ? {} : knownFacts({ facts: row.facts, subject: row });
}

/** The recorded facts of the deployment `d` as one object. */
export const FACTS_OF_D = `(SELECT coalesce(jsonb_object_agg(fact, value), '{}') FROM deployment_facts known WHERE known.reference = d.reference)`;
