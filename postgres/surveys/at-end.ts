import type pg from 'pg';
import { AUDIENCES, populationOf } from '../../domain/surveys/population.ts';
import type { Member } from '../../domain/surveys/population.ts';
import { planAtEnd, waveSendingMs } from '../../domain/surveys/wave-times.ts';
import type { MemberPlan } from '../../domain/surveys/wave-times.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { Instant } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { readCalendars } from '../views/running-deployments.ts';
import { programmesWithDeployments, readCandidates } from './candidates.ts';
import type { CandidateLine } from './candidates.ts';
import { keepMembers, MAKING_WAVES } from './waves.ts';
import type { NewMember } from './waves.ts';

type Period = {
  readonly programmes: readonly string[];
  readonly opensOn: PlainDate;
  readonly closesOn: PlainDate;
  readonly audiences: readonly string[];
};

/**
 * Adds to a survey at the end of deployments whoever had a part in one that has ended as completed since the survey opened, and is not on
 * its list yet: each person once, with their own days. `at` is the clock of the survey. Whoever is left out is on the list with the reason,
 * and is not looked at again.
 */
export async function addEnded(pool: pg.Pool, wave: number, at: Instant): Promise<void> {
  await inTransaction(pool, async (db) => {
    await db.query('SELECT pg_advisory_xact_lock($1)', [MAKING_WAVES]);
    const period = await readPeriod(db, wave);
    const today = londonDate(Date.parse(at));
    const programmes = await programmesWithDeployments(db, period.programmes);
    const candidates = await readCandidates(db, programmes, today, { wave, since: period.opensOn, at });
    const asks = AUDIENCES.filter((known) => period.audiences.includes(known));
    const members = await plannedMembers(db, candidates, populationOf(candidates, asks), { today, closesOn: period.closesOn });
    if (members.length > 0) await keepMembers(db, wave, members);
  });
}

async function readPeriod(db: Db, wave: number): Promise<Period> {
  const { rows } = await db.query<Period>(
    `SELECT w.programmes, w.opens_on AS "opensOn", w.closes_on AS "closesOn",
            ARRAY(SELECT audience ->> 'id' FROM jsonb_array_elements(kept.document -> 'audiences') AS audience) AS audiences
     FROM survey_waves w JOIN survey_versions kept ON kept.survey = w.survey AND kept.version = w.version WHERE w.id = $1`,
    [wave],
  );
  return rows[0] ?? neverMade(wave);
}

async function plannedMembers(
  db: Db,
  candidates: readonly CandidateLine[],
  population: readonly Member[],
  { today, closesOn }: { readonly today: PlainDate; readonly closesOn: PlainDate },
): Promise<readonly NewMember[]> {
  const lines = new Map(candidates.map((candidate) => [candidate.person, candidate]));
  const calendars = await readCalendars(db, [...new Set(population.flatMap((member) => member.calendars))]);
  return population.map((member): NewMember => {
    const { person, audiences, leftOut, schoolDays } = member;
    const line = lines.get(person);
    const [first, ...more] = member.calendars.flatMap((version) => calendars.get(version) ?? []);
    // Of so few who are asked in one week nothing is told but their roles.
    const of = { person, audiences, strata: {}, askedOn: today, openDays: [], letters: [] };
    if (leftOut !== null) return { ...of, leftOut };
    if (first === undefined || line === undefined || line.endedOn === null) return { ...of, leftOut: 'no-days' };
    const own = { calendars: [first, ...more] as const, school: schoolDays, away: line.away };
    const plan = planAtEnd(own, { endedOn: line.endedOn, today, closesOn });
    return plan.ok && plan.value.letters.length > 0
      ? { ...of, leftOut: null, ...planned(person, plan.value) }
      : { ...of, leftOut: 'no-days' };
  });
}

function planned(person: string, { letters, openDays }: MemberPlan): Pick<NewMember, 'letters' | 'openDays' | 'closesOn' | 'askedOn'> {
  const [askedOn] = openDays;
  const closesOn = openDays.at(-1);
  return {
    openDays,
    ...(askedOn === undefined ? {} : { askedOn }),
    ...(closesOn === undefined ? {} : { closesOn }),
    letters: letters.map(({ kind, on }) => ({ kind, dueAt: new Date(waveSendingMs(on, person)).toISOString() })),
  };
}

/** Ends the invitations whose own last day has passed. Nothing is kept of what was begun, and nothing more is sent. */
export async function lapsePassed(pool: pg.Pool, wave: number, at: Instant): Promise<void> {
  await pool.query(
    `WITH over AS (
       SELECT m.person FROM survey_members m WHERE m.wave = $1 AND m.closes_on < ($2::timestamptz AT TIME ZONE 'Europe/London')::date),
     lapsed AS (
       UPDATE survey_invitations i SET state = 'lapsed' FROM over
       WHERE i.wave = $1 AND i.person = over.person AND i.state IN ('queued', 'sent', 'opened', 'started')),
     drafts AS (DELETE FROM survey_drafts draft USING over WHERE draft.wave = $1 AND draft.person = over.person)
     DELETE FROM survey_letters letter USING over WHERE letter.wave = $1 AND letter.person = over.person AND letter.note IS NULL`,
    [wave, at],
  );
}

function neverMade(wave: number): never {
  throw new Error(`Wave ${wave} was never made.`);
}
