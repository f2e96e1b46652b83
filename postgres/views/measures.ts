/** What measures of the evaluation are counted from: the event log, and what the register and the people who look after deployments know beside it. */
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { PLANNED_EACH_TIME } from '../database.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { PLACE } from './place.ts';
import { dayOf, narrowed } from './figures.ts';
import type { FiguresOf } from './figures.ts';
import type { KeptDeclaration, KeptLeaders, KeptProfile } from './kept-leaders.ts';
import type { LoggedDeployment } from './logged-deployment.ts';

/** Of how many deployments the events are read at once: few, so that Node is done with them before it takes them for something that lasts. */
const AT_ONCE = 500;

/** A deployment that began, and what the register knows of its school. Its log is read by its reference. */
export type BegunDeployment = Omit<LoggedDeployment, 'log'>;

/**
 * The logs of deployments, in their order. They come some hundreds of deployments at a time, so that those of all are never held at once; the next are read
 * while these are counted.
 */
export async function* readLogs(
  db: Db,
  began: readonly BegunDeployment[],
  atOnce = AT_ONCE,
): AsyncGenerator<readonly LoggedDeployment[], void, undefined> {
  const read = (from: number): Read | null => {
    const some = began.slice(from, from + atOnce);
    return some.length === 0 ? null : { some, logs: logsOf(db, some) };
  };
  let next = read(0);
  for (let from = atOnce; next !== null; from += atOnce) {
    const { some, logs }: Read = next;
    const texts: ReadonlyMap<string, string> = await logs;
    next = read(from);
    // Who stops asking is not told of what is read ahead, whether it fails or not.
    next?.logs.catch(() => undefined);
    yield some.map((row) => ({ ...row, log: texts.get(row.reference) ?? '' }));
  }
}

type Read = { readonly some: readonly BegunDeployment[]; readonly logs: Promise<ReadonlyMap<string, string>> };

/**
 * The deployments that began, in the order of their references. All at once, because PostgreSQL joins them to the whole register, however few are asked
 * for.
 */
export async function whichBegan(db: Db, of: FiguresOf): Promise<readonly BegunDeployment[]> {
  const within = narrowed(of);
  const { rows } = await db.query<BegunDeployment>(
    `${PLANNED_EACH_TIME}SELECT d.reference, coalesce(d.urn, '') AS urn, coalesce(d.trust, '') AS trust, coalesce(school.region, '') AS region, school.phase,
            school.type, coalesce(school.type_group, '') AS "typeGroup", school.urban_rural AS "urbanRural", school.urn IS NOT NULL AS known,
            d.trust IS NOT NULL OR school.trust IS NOT NULL AS "inTrust"
     FROM ${DEPLOYMENT_SOURCE} WHERE ${within.sql} ORDER BY d.reference`,
    [...within.given.all],
  );
  return rows;
}

async function logsOf(db: Db, of: readonly BegunDeployment[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ reference: string; log: string }>(
    'SELECT reference, log FROM logged_lives WHERE reference = ANY ($1::text[])',
    [of.map(({ reference }) => reference)],
  );
  return new Map(rows.map(({ reference, log }) => [reference, log]));
}

/** Every profile and everything that was declared of leaders, with the day on which it was kept, in London. */
export async function readKeptLeaders(db: Db): Promise<KeptLeaders> {
  const profiles = await db.query<KeptProfile>(`SELECT leader, ${dayOf('at')} AS "on", profile FROM leader_profiles ORDER BY id`);
  const declared = await db.query<KeptDeclaration>(
    `SELECT leader, urn, trust, effect, what, ${dayOf('at')} AS "on" FROM leader_relationships ORDER BY id`,
  );
  return { profiles: profiles.rows, declared: declared.rows };
}

export const TROUBLES = [
  'address-refused',
  'letter-refused',
  'unknown-contact',
  'not-the-right-person',
  'no-text-number',
  'nobody-holds-the-role',
  'no-telephone',
  'call-unanswered',
  'escalation-open',
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Troubles that are alike. `days`: how long they had lasted on the day of the report. */
export type AlikeTroubles = {
  readonly region: string;
  readonly programme: string;
  readonly version: number;
  readonly trouble: string;
  /** The role that cannot be reached, by its id; of a call or an escalation the owner of the step that it is about. */
  readonly role: string;
  readonly age: 'week' | 'month' | 'older';
  readonly count: number;
};

/** What kept somebody of a deployment from being reached at the end of a day, London time. */
export async function listTroubles(db: Db, of: FiguresOf & { readonly asOf: PlainDate }): Promise<readonly AlikeTroubles[]> {
  const within = narrowed(of);
  const asOf = within.given.place(of.asOf);
  const { rows } = await db.query<Omit<AlikeTroubles, 'age'> & { age: string }>(
    `${PLANNED_EACH_TIME}WITH edge AS (SELECT (${asOf}::date + 1)::timestamp AT TIME ZONE 'Europe/London' AS at),
     troubles AS (
       SELECT reference, role, problem AS trouble, opened_at FROM contact_tasks, edge
       WHERE opened_at < edge.at AND (closed_at IS NULL OR closed_at >= edge.at)
       UNION ALL
       SELECT held.reference, held.role, 'no-telephone', held.since FROM deployment_parties held JOIN edge ON held.since < edge.at
         JOIN people p ON p.id = held.person AND coalesce(p.telephone, '') = ''
         JOIN deployments d ON d.reference = held.reference AND d.began_at < edge.at AND (d.ended_at IS NULL OR d.ended_at >= edge.at)
       WHERE held.until IS NULL OR held.until >= edge.at
       UNION ALL
       SELECT c.reference, s.owner, 'call-unanswered', c.opened_at FROM call_tasks c JOIN edge ON c.opened_at < edge.at
         JOIN steps s ON s.reference = c.reference AND s.step = c.step AND s.round = c.round
         JOIN LATERAL (SELECT outcome FROM call_notes n WHERE n.reference = c.reference AND n.step = c.step AND n.round = c.round AND n.rung = c.rung
                         AND n.at < edge.at ORDER BY n.id DESC LIMIT 1) last ON last.outcome = 'no-answer'
       WHERE c.closed_at IS NULL OR c.closed_at >= edge.at
       UNION ALL
       SELECT x.reference, s.owner, 'escalation-open', x.opened_at FROM escalations x JOIN edge ON x.opened_at < edge.at
         JOIN steps s ON s.reference = x.reference AND s.step = x.step AND s.round = x.round
       WHERE x.closed_at IS NULL OR x.closed_at >= edge.at)
     SELECT coalesce(school.region, '') AS region, d.programme, d.programme_version AS version, troubles.trouble, troubles.role,
            CASE WHEN ${asOf}::date - ${dayOf('troubles.opened_at')} < 7 THEN 'week' WHEN ${asOf}::date - ${dayOf('troubles.opened_at')} < 28 THEN 'month'
                 ELSE 'older' END AS age, count(*)::int AS count
     FROM troubles JOIN deployments d ON d.reference = troubles.reference ${PLACE} WHERE ${within.sql}
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`,
    [...within.given.all],
  );
  return rows.map(({ age, ...row }) => ({ ...row, age: ageOf(age) }));
}

function ageOf(text: string): AlikeTroubles['age'] {
  if (text === 'week' || text === 'month' || text === 'older') return text;
  throw new Error(`PostgreSQL gave an age that there is not: ${text}.`);
}
