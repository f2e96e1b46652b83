import { nowMs } from '../postgres/sandbox/clock.ts';
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import { endHold, makeHold, placesToHold } from '../postgres/desk/post-holds.ts';
import type { Db } from '../postgres/database.ts';
import { findDeployment } from '../postgres/views/deployments.ts';
import { findHold, standingHolds } from '../postgres/views/post-holds.ts';
import type { HoldNotice, HoldScope, PostHold } from '../postgres/views/post-holds.ts';
import { tellMailroomAtOnce } from './tell-mailroom.ts';

export type HoldRequest = {
  readonly scope: HoldScope;
  /** The region, the id of the programme or the reference of the deployment; '' for the service. */
  readonly place: string;
  /** The first day, in London, on which e-mails go again; null: until somebody releases it. */
  readonly until: PlainDate | null;
  readonly because: string;
  /** A contact id. */
  readonly by: string;
};

/**
 * Holds the post of the service, of a region, of a programme or of a deployment. From now on no letter within it is handed to a mail
 * server; an e-mail that is on its way there at this moment still arrives. Refused when it is held already, when there is no such place,
 * when no reason is given or when the day is not after today.
 */
export async function holdPost(db: pg.Pool, request: HoldRequest): Promise<Result<PostHold, Reason>> {
  const { scope, place, until, because, by } = request;
  if (showsNothing(because)) return refused(NO_REASON);
  const unknown = await unknownPlace(db, request);
  if (unknown !== null) return refused(unknown);
  if (until !== null && until <= londonDate(nowMs())) {
    return refused({
      kind: 'not-later',
      message: `${longDate(until)} is not after today.`,
      remedy: 'Give the first day on which e-mails go again, or none to hold them until somebody releases them.',
    });
  }
  const untilAt = until === null ? null : new Date(londonInstant(until, 0)).toISOString();
  const id = await makeHold(db, { scope, place, because: because.trim(), by, untilAt });
  const held = id === null ? undefined : await findHold(db, id);
  if (held !== undefined) return ok(held);
  const other = (await standingHolds(db)).find((standing) => standing.scope === scope && standing.place === place);
  return refused({
    kind: 'held-already',
    message: `E-mails ${placeInWords({ scope, place })} are on hold already${other === undefined ? '' : `: hold ${other.id}, by ${other.heldByName}`}.`,
    remedy: 'Release that hold first if another day or reason should hold.',
  });
}

/** Releases a hold: what is still wanted goes at once, in sending hours. Refused when it does not stand, or when no reason is given. */
export async function releasePost(
  desk: { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string },
  id: number,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Result<PostHold & { readonly engineTold: boolean }, Reason>> {
  if (showsNothing(because)) return refused(NO_REASON);
  const mailrooms = await endHold(desk.db, id, { by, because: because.trim() });
  const hold = await findHold(desk.db, id);
  if (hold === undefined) return refused(noSuchHold(id));
  if (mailrooms === null) {
    return refused({ kind: 'over', message: `Hold ${id} has ended already.`, remedy: 'See what is on hold: chaser post status' });
  }
  // A mailroom that cannot be told now looks by itself within ten minutes.
  const told = await Promise.allSettled(mailrooms.map((mailroom) => tellMailroomAtOnce(desk.client, desk.taskQueue, mailroom)));
  return ok({ ...hold, engineTold: told.every(({ status }) => status === 'fulfilled') });
}

/** "of the whole service", "of the region London", "of the programme rise-2026", "of deployment D00001" */
export function placeInWords({ scope, place }: Pick<HoldNotice, 'scope' | 'place'>): string {
  switch (scope) {
    case 'service':
      return 'of the whole service';
    case 'region':
      return `of the region ${place}`;
    case 'programme':
      return `of the programme ${place}`;
    case 'deployment':
      return `of deployment ${place}`;
    default:
      return scope satisfies never;
  }
}

/** "until somebody releases them", "until 4 January 2027": the first day on which they go again. */
export function untilInWords(untilAt: string | null): string {
  return untilAt === null ? 'until somebody releases them' : `until ${longDate(londonDate(Date.parse(untilAt)))}`;
}

export function noSuchHold(id: number): Reason {
  return { kind: 'unknown-hold', message: `There is no hold ${id}.`, remedy: 'See what is on hold: chaser post status' };
}

const NO_REASON: Reason = { kind: 'no-reason', message: 'No reason is given.', remedy: 'Say why. It is kept in the log with your name.' };

async function unknownPlace(db: Db, { scope, place }: HoldRequest): Promise<Reason | null> {
  const { regions, programmes } = await placesToHold(db);
  switch (scope) {
    case 'service':
      return null;
    case 'region':
      return regions.includes(place)
        ? null
        : { kind: 'unknown-region', message: `There is no region "${place}".`, remedy: `Give one of: ${regions.join(', ')}.` };
    case 'programme':
      return programmes.includes(place)
        ? null
        : {
            kind: 'unknown-programme',
            message: `No deployment has the programme "${place}".`,
            remedy: `Give one of: ${programmes.join(', ')}.`,
          };
    case 'deployment':
      return (await findDeployment(db, place)) === undefined
        ? { kind: 'unknown-deployment', message: `There is no deployment "${place}".`, remedy: 'See the list of deployments.' }
        : null;
    default:
      return scope satisfies never;
  }
}
