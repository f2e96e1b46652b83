import { quietUntil } from '../domain/chasing/quieter.ts';
import type { Instant } from '../domain/chronology/events.ts';
import type { PersonId } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Db } from '../postgres/database.ts';
import { keepQuieter } from '../postgres/desk/quieter.ts';
import { readChronology } from '../postgres/pinned/chronology.ts';
import { quieterIn } from '../postgres/views/quieter.ts';
import type { QuieterChoice } from '../postgres/views/quieter.ts';

/** How it stands with the e-mails of a deployment that somebody may stop. */
type Quieter = {
  /** The last day without them; null while they come. */
  readonly until: PlainDate | null;
  /** Until when they would stop if somebody stopped them now; refused where the term dates run out. */
  readonly wouldBe: Result<PlainDate, Reason>;
  readonly running: boolean;
  readonly now: Instant;
};

/** How it stands for one person in one deployment. Undefined when there is no such deployment. */
export async function quieterFor(db: Db, reference: string, person: PersonId): Promise<Quieter | undefined> {
  const stored = await readChronology(db, reference);
  if (stored === undefined) return undefined;
  const { chronology, now } = stored;
  const standing = (await quieterIn(db, reference)).find((choice) => choice.person === person && choice.stands);
  const until = quietUntil(chronology.calendar, londonDate(Date.parse(now)));
  return {
    until: standing?.until ?? null,
    wouldBe: until.ok
      ? until
      : refused({
          ...until.reason,
          message: `The end of this term is not known: ${until.reason.message}`,
          remedy: 'Nothing was stopped. Ask the coordinator, who can have the term dates brought up to date.',
        }),
    running: chronology.status.kind === 'running',
    now,
  };
}

/**
 * Stops the e-mails of a deployment that somebody may do without, until the end of the term by its calendar, or has them begin again. Doing
 * so twice is the same as once. Refused when there is no such deployment, when it has ended, or where its term dates run out.
 */
export async function setQuieter(
  db: Db,
  { stop, ...of }: Pick<QuieterChoice, 'reference' | 'person' | 'via'> & { readonly by: PersonId; readonly stop: boolean },
): Promise<Result<{ readonly until: PlainDate | null; readonly changed: boolean }, Reason>> {
  const { reference, person } = of;
  const standing = await quieterFor(db, reference, person);
  if (standing === undefined) {
    return refused({
      kind: 'unknown-deployment',
      message: `There is no deployment "${reference}".`,
      remedy: 'See the references with: chaser list',
    });
  }
  if (stop && !standing.running) {
    return refused({
      kind: 'ended',
      message: `${reference} has ended, so no more e-mails are sent about it.`,
      remedy: 'Nothing needs to be stopped.',
    });
  }
  if (stop && !standing.wouldBe.ok) return standing.wouldBe;
  const until = stop && standing.wouldBe.ok ? standing.wouldBe.value : null;
  return ok({ until, changed: await keepQuieter(db, { ...of, until, at: standing.now }) });
}

/** "Jo Head has stopped e-mails for information and reminders of optional steps until Friday 21 December 2040." */
export function quieterLine({ name, byName, until }: Pick<QuieterChoice, 'name' | 'byName' | 'until'>): string {
  const whose = byName === name ? '' : ` for ${name}`;
  return until === null
    ? `${byName} has let e-mails for information and reminders of optional steps begin again${whose}.`
    : `${byName} has stopped e-mails for information and reminders of optional steps${whose} until ${longDateWithWeekday(until)}.`;
}
