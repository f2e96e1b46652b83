/** What measures of the evaluation are counted from: the event log, and what the register and the people who look after deployments know beside it. */
import { phaseOf, surroundingsOf } from '../../domain/matching/profile.ts';
import type { LeaderProfile } from '../../domain/matching/profile.ts';
import type { MeasuredEvent } from '../../domain/measures/known-life.ts';
import type { MatchedLeader, School } from '../../domain/measures/tally.ts';
import type { StepId } from '../../domain/programme.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { PLANNED_EACH_TIME } from '../database.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { PLACE_OF_EACH } from './place.ts';
import { dayOf, narrowed } from './figures.ts';
import type { FiguresOf } from './figures.ts';
import { askedEvents, eventsIn } from './logged-events.ts';
import type { AskedEvents } from './logged-events.ts';

export type LoggedLife = {
  readonly reference: string;
  readonly school: School;
  /** The URN of the school, and the trust of a deployment of a trust; '' where it is of the other. */
  readonly urn: string;
  readonly trust: string;
  /** In the order of the log. */
  readonly events: readonly MeasuredEvent[];
};

/** Which events: of these kinds, and of these kinds only those of these steps. */
export type LoggedOf = FiguresOf & {
  readonly kinds: readonly MeasuredEvent['type'][];
  readonly stepKinds: readonly MeasuredEvent['type'][];
  readonly steps: readonly StepId[];
};

/** Of how many deployments the events are read at once: few, so that Node is done with them before it takes them for something that lasts. */
const AT_ONCE = 500;

/**
 * The deployments that began, with those of their events that a measure asks for, in the order of their references. Their events come some hundreds of
 * deployments at a time, so that those of all are never held at once; the next are read while these are counted.
 */
export async function* readLoggedLives(db: Db, of: LoggedOf, atOnce = AT_ONCE): AsyncGenerator<readonly LoggedLife[]> {
  const asked = askedEvents(of);
  const began = await whichBegan(db, of);
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
    yield some.map((row) => lifeIn(row, texts.get(row.reference) ?? '', asked));
  }
}

type Read = { readonly some: readonly BegunRow[]; readonly logs: Promise<ReadonlyMap<string, string>> };

type BegunRow = {
  readonly reference: string;
  readonly urn: string;
  readonly trust: string;
  readonly region: string;
  readonly phase: string | null;
  readonly type: string | null;
  readonly typeGroup: string;
  readonly urbanRural: string | null;
  readonly known: boolean;
  readonly inTrust: boolean;
};

/** All at once, because PostgreSQL joins them to the whole register, however few are asked for. */
async function whichBegan(db: Db, of: LoggedOf): Promise<readonly BegunRow[]> {
  const within = narrowed(of);
  const { rows } = await db.query<BegunRow>(
    `${PLANNED_EACH_TIME}SELECT d.reference, coalesce(d.urn, '') AS urn, coalesce(d.trust, '') AS trust, coalesce(school.region, '') AS region, school.phase,
            school.type, coalesce(school.type_group, '') AS "typeGroup", school.urban_rural AS "urbanRural", school.urn IS NOT NULL AS known,
            d.trust IS NOT NULL OR school.trust IS NOT NULL AS "inTrust"
     FROM ${DEPLOYMENT_SOURCE} WHERE ${within.sql} ORDER BY d.reference`,
    [...within.given.all],
  );
  return rows;
}

async function logsOf(db: Db, of: readonly BegunRow[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ reference: string; log: string }>(
    'SELECT reference, log FROM logged_lives WHERE reference = ANY ($1::text[])',
    [of.map(({ reference }) => reference)],
  );
  return new Map(rows.map(({ reference, log }) => [reference, log]));
}

function lifeIn(row: BegunRow, log: string, asked: AskedEvents): LoggedLife {
  const { reference, urn, trust, region, phase, type, typeGroup, urbanRural, known, inTrust } = row;
  return {
    reference,
    urn,
    trust,
    events: eventsIn(log, asked),
    school: {
      region,
      phase: phaseOf({ phase, type }),
      type: typeGroup,
      surroundings: surroundingsOf(urbanRural),
      inTrust: known || inTrust ? inTrust : null,
    },
  };
}

/** What is kept of leaders, as it was on each day. */
export type KnownLeaders = {
  /** What was known on a day of a leader, and of them and a school or trust; null where no profile was kept by then. */
  readonly leaderOn: (leader: string, subject: { readonly urn: string; readonly trust: string }, on: PlainDate) => MatchedLeader | null;
};

/** Every profile and everything that was declared of leaders, with the day on which it was kept, in London. */
export async function readKnownLeaders(db: Db): Promise<KnownLeaders> {
  const profiles = await db.query<{ leader: string; on: PlainDate; profile: LeaderProfile }>(
    `SELECT leader, ${dayOf('at')} AS "on", profile FROM leader_profiles ORDER BY id`,
  );
  const declared = await db.query<{ leader: string; urn: string; trust: string; effect: string; what: string; on: PlainDate }>(
    `SELECT leader, urn, trust, effect, what, ${dayOf('at')} AS "on" FROM leader_relationships ORDER BY id`,
  );
  const profilesOf = Map.groupBy(profiles.rows, ({ leader }) => leader);
  const declaredOf = Map.groupBy(declared.rows, ({ leader }) => leader);
  return {
    leaderOn(leader, { urn, trust }, on) {
      const profile = profilesOf.get(leader)?.findLast((line) => line.on <= on)?.profile;
      if (profile === undefined) return null;
      const lines = (declaredOf.get(leader) ?? []).filter((line) => line.on <= on && line.urn === urn && line.trust === trust);
      // Each thing that is declared is ended by a later line of its own.
      const newest = new Map(lines.map((line) => [line.what, line.effect]));
      return {
        phases: profile.phases,
        contexts: profile.contexts,
        regions: profile.regions,
        trainedOn: profile.trainedOn,
        knowsSchool: [...newest.values()].some((effect) => effect === 'favours' || effect === 'warns'),
      };
    },
  };
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
     FROM troubles JOIN deployments d ON d.reference = troubles.reference ${PLACE_OF_EACH} WHERE ${within.sql}
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`,
    [...within.given.all],
  );
  return rows.map(({ age, ...row }) => ({ ...row, age: ageOf(age) }));
}

function ageOf(text: string): AlikeTroubles['age'] {
  if (text === 'week' || text === 'month' || text === 'older') return text;
  throw new Error(`PostgreSQL gave an age that there is not: ${text}.`);
}
