import type { Db } from '../database.ts';

/** Whether there is anything at all of each kind that Today lists, wherever it is. */
export type WhatIsOpen = {
  readonly problems: boolean;
  readonly promises: boolean;
  readonly promisedEscalations: boolean;
  readonly timeRequests: boolean;
  readonly passOns: boolean;
  readonly prints: boolean;
  readonly stops: boolean;
  readonly contacts: boolean;
  readonly closedDays: boolean;
};

/**
 * One short question in the place of nine long ones, most of which have no answer on most days. It says nothing of whose it is: what is there is then asked
 * for within the places of whoever asks.
 */
export async function readWhatIsOpen(db: Db): Promise<WhatIsOpen> {
  const { rows } = await db.query<WhatIsOpen>(
    `SELECT EXISTS (SELECT FROM problems said LEFT JOIN problem_endings ended ON ended.problem = said.id WHERE ended.problem IS NULL) AS problems,
            EXISTS (SELECT FROM promises) AS promises,
            EXISTS (SELECT FROM escalations WHERE closed_at IS NULL AND promised_on IS NOT NULL) AS "promisedEscalations",
            EXISTS (SELECT FROM time_requests WHERE decided_at IS NULL) AS "timeRequests",
            EXISTS (SELECT FROM pass_ons WHERE decided_at IS NULL) AS "passOns",
            EXISTS (SELECT FROM voices WHERE voice = 'print' AND state = 'queued') AS prints,
            EXISTS (SELECT FROM clock_stops WHERE resumed_on IS NULL) AS stops,
            EXISTS (SELECT FROM contact_tasks WHERE closed_at IS NULL) AS contacts,
            EXISTS (SELECT FROM closed_days WHERE decision IS NULL) AS "closedDays"`,
    [],
  );
  const [open] = rows;
  if (open === undefined) throw new Error('PostgreSQL does not say what is open.');
  return open;
}
