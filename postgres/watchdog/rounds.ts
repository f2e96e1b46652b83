import type { Db } from '../database.ts';

/** What a round looks at. */
export type RoundPlan = {
  /** The deployments to look at: those of the newest events first, then the next of the sweep. */
  readonly references: readonly string[];
  /** Whether the sweep over all deployments begins anew with this round. */
  readonly sweepBegins: boolean;
  /** The reference up to which the sweep has looked after this round; '' when it has looked at all. */
  readonly sweepsTo: string;
};

/** How many rounds a sweep over all deployments takes at most: those of a day, ten minutes apart. */
const ROUNDS_A_SWEEP = 144;

/**
 * Plans a round: the deployments with events since the last one, the newest first and `most` at the most, and the next ones of the sweep, by
 * their references. The sweep is over within 144 rounds, however many deployments there are, and takes no fewer than `most` a round.
 */
export async function planRound(db: Db, most: number): Promise<RoundPlan> {
  const { rows } = await db.query<{ changed: readonly string[]; next: readonly string[]; sweptTo: string; size: number }>(
    `WITH watched AS MATERIALIZED (
       SELECT d.reference, (SELECT e.recorded_at FROM events e WHERE e.reference = d.reference AND e.sequence = d.sequence) AS changed_at
       FROM deployments d WHERE d.status = 'running'),
     last AS (SELECT coalesce((SELECT swept_to FROM watchdog_rounds), '') AS swept_to, (SELECT round_at FROM watchdog_rounds) AS round_at),
     pace AS (SELECT greatest($1::int, ceil(count(*) / $2::numeric))::int AS size FROM watched)
     SELECT ARRAY(SELECT reference FROM watched WHERE coalesce(changed_at > (SELECT round_at FROM last), true)
                  ORDER BY changed_at DESC NULLS LAST, reference LIMIT $1) AS changed,
            ARRAY(SELECT reference FROM watched WHERE reference > (SELECT swept_to FROM last)
                  ORDER BY reference LIMIT (SELECT size FROM pace)) AS next,
            (SELECT swept_to FROM last) AS "sweptTo", (SELECT size FROM pace) AS size`,
    [most, ROUNDS_A_SWEEP],
  );
  const [plan] = rows;
  if (plan === undefined) throw new Error('PostgreSQL planned nothing.');
  return {
    references: [...new Set([...plan.changed, ...plan.next])],
    sweepBegins: plan.sweptTo === '',
    sweepsTo: plan.next.length < plan.size ? '' : (plan.next.at(-1) ?? ''),
  };
}

/** Keeps that a round was made, and how far its sweep has come. */
export async function keepRound(db: Db, roundMs: number, { sweepBegins, sweepsTo }: RoundPlan): Promise<void> {
  await db.query(
    `INSERT INTO watchdog_rounds (round_at, swept_to, sweep_began_at, swept_at)
     VALUES (to_timestamp($1::float8 / 1000), $2, to_timestamp($1::float8 / 1000), CASE WHEN $2 = '' THEN clock_timestamp() END)
     ON CONFLICT (only_row) DO UPDATE SET round_at = excluded.round_at, swept_to = excluded.swept_to,
       sweep_began_at = CASE WHEN $3 THEN excluded.sweep_began_at ELSE watchdog_rounds.sweep_began_at END,
       swept_at = coalesce(excluded.swept_at, watchdog_rounds.swept_at)`,
    [roundMs, sweepsTo, sweepBegins],
  );
}
