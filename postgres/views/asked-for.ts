import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { StepRef } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import { readProgramme } from '../pinned/pinned.ts';
import { ITS_TODAY, PLACE, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

/** What somebody who is asked for an open step has said or asked for. */
type AboutStep = StepRef & {
  readonly reference: string;
  readonly subject: string;
  /** The title of the step. */
  readonly title: string;
  /** The name of whoever said it. */
  readonly name: string;
  readonly dueOn: PlainDate;
  /** By the clock of the deployment, in London. */
  readonly today: PlainDate;
};

/** The day by which somebody said that they would answer. It may have passed. */
export type OpenPromise = AboutStep & { readonly promisedOn: PlainDate; readonly words: string };

/** More time that somebody waits for. */
export type TimeRequest = AboutStep & { readonly wanted: PlainDate; readonly because: string };

/** Somebody whom a recipient named to be asked in their place, waiting for the coordinator. */
export type PassOnRequest = AboutStep & {
  readonly id: string;
  readonly role: string;
  readonly person: string;
  readonly newName: string;
  readonly newEmail: string;
  readonly job: string;
};

const ABOUT = `
  d.reference, s.step, s.round, ${SUBJECT} AS subject, coalesce(p.name, said.person) AS name, s.due_on AS "dueOn", ${ITS_TODAY} AS today,
  d.programme, d.programme_version AS version`;

/** Whoever said it is still asked, or deputises for somebody who is. Uses the aliases \`said\` and \`s\`. */
const STILL_ASKED = `
  (EXISTS (SELECT FROM deployment_parties held
           WHERE held.reference = s.reference AND held.person = said.person AND held.until IS NULL
             AND (held.role = s.owner OR held.role = ANY (s.joint_owners)))
   OR EXISTS (SELECT FROM deputies standing JOIN deployment_parties held
                ON held.reference = standing.reference AND held.person = standing.person AND held.until IS NULL
              WHERE standing.reference = s.reference AND standing.deputy = said.person AND standing.ended_at IS NULL
                AND (held.role = s.owner OR held.role = ANY (s.joint_owners))))`;

type Pinned = { readonly step: string; readonly programme: string; readonly version: number };

/** By when people said that they would answer what is still open: what has passed first, then the nearest day. */
export async function openPromises(db: Db, inScope: InScope): Promise<readonly OpenPromise[]> {
  const { rows } = await db.query<Omit<OpenPromise, 'title'> & Pinned>(
    `SELECT ${ABOUT}, said.promised_on AS "promisedOn", said.words
     FROM promises said JOIN deployments d ON d.reference = said.reference
     JOIN steps s ON s.reference = said.reference AND s.step = said.step AND s.round = said.round AND s.state = 'open'
     LEFT JOIN people p ON p.id = said.person ${PLACE}
     WHERE d.status = 'running' AND ${STILL_ASKED} AND ${inScope.sql}
       AND NOT EXISTS (SELECT FROM promises newer WHERE newer.reference = said.reference AND newer.step = said.step
                         AND newer.round = said.round AND newer.change > said.change)
     ORDER BY said.promised_on, d.reference, s.step`,
    [...inScope.values],
  );
  return titled(db, rows);
}

/** More time that is waited for, the oldest request first. */
export async function openTimeRequests(db: Db, inScope: InScope): Promise<readonly TimeRequest[]> {
  const { rows } = await db.query<Omit<TimeRequest, 'title'> & Pinned>(
    `SELECT ${ABOUT}, said.due_on AS wanted, said.because
     FROM time_requests said JOIN deployments d ON d.reference = said.reference
     JOIN steps s ON s.reference = said.reference AND s.step = said.step AND s.round = said.round AND s.state = 'open'
     LEFT JOIN people p ON p.id = said.person ${PLACE}
     WHERE said.decided_at IS NULL AND d.status = 'running' AND ${inScope.sql}
     ORDER BY said.asked_at, d.reference, s.step`,
    [...inScope.values],
  );
  return titled(db, rows);
}

/** People who are named to be asked instead, the oldest request first. A request is over when whoever made it is not asked any more. */
export async function openPassOns(db: Db, inScope: InScope): Promise<readonly PassOnRequest[]> {
  const { rows } = await db.query<Omit<PassOnRequest, 'title'> & Pinned>(
    `SELECT ${ABOUT}, said.id::text, said.role, said.person, said.name AS "newName", said.email AS "newEmail", said.job
     FROM pass_ons said JOIN deployments d ON d.reference = said.reference
     JOIN steps s ON s.reference = said.reference AND s.step = said.step AND s.round = said.round
     LEFT JOIN people p ON p.id = said.person ${PLACE}
     WHERE said.decided_at IS NULL AND d.status = 'running' AND ${inScope.sql}
       AND EXISTS (SELECT FROM deployment_parties held
                   WHERE held.reference = d.reference AND held.role = said.role AND held.person = said.person AND held.until IS NULL)
     ORDER BY said.asked_at, said.id`,
    [...inScope.values],
  );
  return titled(db, rows);
}

async function titled<T extends Pinned>(
  db: Db,
  rows: readonly T[],
): Promise<readonly (Omit<T, 'programme' | 'version'> & { readonly title: string })[]> {
  return Promise.all(
    rows.map(async ({ programme, version, ...row }) => ({
      ...row,
      title: (await readProgramme(db, programme, version)).steps[row.step]?.title ?? row.step,
    })),
  );
}
