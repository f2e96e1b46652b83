import type { Client } from '@temporalio/client';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import type { Db } from '../postgres/database.ts';
import type { InScope } from '../postgres/views/place.ts';
import { readCurrentBook } from './calendar-book.ts';
import { impactOfBook } from './calendar-impact.ts';
import { changeMany } from './change-many.ts';

export type AdoptionRequest = {
  /** The deployments to move to the newest dates; 'all' means every one that has other dates. */
  readonly references: readonly string[] | 'all';
  /** A contact id. */
  readonly by: string;
  readonly because: string;
  /** The version of the calendars that was looked at; the newest by default. */
  readonly version?: number;
  readonly inScope: InScope;
};

/** What became of one deployment. */
export type Adoption = {
  readonly reference: string;
  readonly subjectName: string;
  /** How many due dates were to move. */
  readonly moves: number;
  /** Null when it is counted on the newest dates now. */
  readonly refusal: Reason | null;
};

/**
 * Moves running deployments to the newest dates, each by a change of its own with who and why. Repeating it changes
 * nothing. Refused as a whole when there is no reason, when one of the deployments is not affected, or when the dates
 * have changed since they were looked at.
 */
export async function adoptCalendars(
  desk: { readonly db: Db; readonly client: Client },
  request: AdoptionRequest,
): Promise<Result<readonly Adoption[], Reason>> {
  const { by, because } = request;
  const looked = await chosenBy(desk.db, request);
  if (!looked.ok) return looked;
  const { current, chosen } = looked.value;

  const done = await changeMany(
    desk,
    chosen.map(({ deployment, calendar }) => ({
      reference: deployment.reference,
      command: { kind: 'adopt-calendar', calendar, by, because },
      onceAs: `calendar-${current.version}-${deployment.calendar.version}-${calendar.version}`,
    })),
  );
  const refusals = new Map(done.map(({ reference, refusal }) => [reference, refusal]));
  return ok(
    chosen
      .map(({ deployment: { reference, subjectName }, moves }) => ({
        reference,
        subjectName,
        moves: moves.length,
        refusal: refusals.get(reference) ?? null,
      }))
      .toSorted((a, b) => (a.reference < b.reference ? -1 : 1)),
  );
}

/** The version of the calendars that a request would move deployments to. Refused as the move itself would be. Nothing moves. */
export async function whyNotAdopted(db: Db, request: AdoptionRequest): Promise<Result<number, Reason>> {
  const looked = await chosenBy(db, request);
  return looked.ok ? ok(looked.value.current.version) : looked;
}

async function chosenBy(db: Db, { references, because, version, inScope }: AdoptionRequest) {
  if (showsNothing(because)) {
    return refused({
      kind: 'no-reason',
      message: 'You have not given a reason.',
      remedy: 'Say why in a sentence. It is kept in the record and is in the e-mails.',
    });
  }
  const current = await readCurrentBook(db);
  if (version !== undefined && version !== current.version) {
    return refused({
      kind: 'book-changed',
      message: 'Somebody else changed the calendars in the meantime. Nothing was moved.',
      remedy: 'Look at what would move once more, and decide then.',
    });
  }
  const { changed, impossible } = await impactOfBook(db, current.book, inScope);
  const chosen = references === 'all' ? changed : changed.filter(({ deployment }) => references.includes(deployment.reference));
  const strangers = references === 'all' ? [] : references.filter((one) => !chosen.some(({ deployment }) => deployment.reference === one));
  if (strangers.length === 0) return ok({ current, chosen });
  const cannot = impossible.find(({ deployment }) => strangers.includes(deployment.reference));
  return refused(
    cannot === undefined
      ? {
          kind: 'not-affected',
          message: `Not running, or counted on the newest dates already: ${strangers.join(', ')}. Nothing was moved.`,
          remedy: 'See which would move with: chaser calendar impact',
        }
      : {
          ...cannot.reason,
          message: `${cannot.deployment.reference} cannot take the new dates: ${cannot.reason.message} Nothing was moved.`,
        },
  );
}
