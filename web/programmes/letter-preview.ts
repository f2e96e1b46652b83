import type { ComposedEmail } from '../../activities/ports.ts';
import { calendarFor, loadCalendarBook } from '../../calendars/calendar-book.ts';
import { blankChronology } from '../../domain/chronology/chronology.ts';
import { nthDay, onOrBefore } from '../../domain/time/days.ts';
import { londonInstant } from '../../domain/time/london.ts';
import { openingOf } from '../../domain/chronology/opening.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { callerOf, factCountedFrom, ownersOf } from '../../domain/programme.ts';
import type { Programme, RoleId, Rung, Step } from '../../domain/programme.ts';
import { ok, refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import type { LetterKind } from '../../domain/chasing/wanted.ts';
import { castOf, SCHOOL } from '../../rehearsal/cast.ts';
import { sampleLetter } from '../../rehearsal/sample-letter.ts';

/**
 * A letter of a step that can be previewed: the id of a rung, or the news of its escalation for those who need do
 * nothing.
 */
export type PreviewId = string;

export type Preview = { readonly id: PreviewId; readonly rung: Rung; readonly kind: LetterKind; readonly role: RoleId };

/** Each letter that a step can send, including those with words of their own for joint owners. */
export function previewsOf(programme: Programme, step: Step): readonly Preview[] {
  const owner = programme.roles[step.owner];
  return step.ladder.flatMap((rung): readonly Preview[] => {
    const of = (role: RoleId | null | undefined, kind: LetterKind = rung.kind, id: PreviewId = rung.id): readonly Preview[] =>
      role == null ? [] : [{ id, rung, kind, role }];
    switch (rung.kind) {
      case 'request':
        return ownersOf(step).flatMap((role) => of(role, rung.kind, role === step.owner ? rung.id : `${rung.id}.${role}`));
      case 'reminder':
      case 'overdue':
        return of(step.owner);
      case 'notice':
        return of(rung.to);
      case 'call':
        return of(callerOf(programme, step));
      case 'escalation':
        return [...of(owner?.escalatesTo), ...of(owner?.escalationTells[0], 'escalation-notice', `${rung.id}.notice`)];
      default:
        return rung.kind satisfies never;
    }
  });
}

/** A day in term time on which the sample steps open. */
const SAMPLE_DAY = plainDate('2022-11-16');
const SAMPLE_MINUTE = 8 * 60 + 12;

/**
 * A letter as it would be sent, made of sample facts: invented people, a school in Lancashire, a day in November 2022.
 * Refused when the calendar does not hold the dates that the step needs.
 */
export function previewLetter(programme: Programme, step: Step, { id, rung, kind, role }: Preview): Result<ComposedEmail, Reason> {
  const calendar = calendarFor(loadCalendarBook(), {
    authority: '888',
    authorityName: 'Lancashire',
    assumed: programme.assumedTermCalendars,
  });
  if (!calendar.ok) return calendar;
  const fact = factCountedFrom(step);
  const facts = fact === null ? {} : { [fact]: SAMPLE_DAY };
  const opening = openingOf({ ...blankChronology(programme, calendar.value), facts }, step.id, SAMPLE_DAY);
  if (!opening.ok) return opening;
  const { dueOn, explanation } = opening.value;
  const written = writtenOn(rung, dueOn);
  if (!written.ok) return written;

  const parties = castOf(programme);
  const recipient = parties.find((party) => party.role === role);
  if (recipient === undefined) {
    return refused({ kind: 'unknown-role', message: `The programme has no role "${role}".`, remedy: 'Correct its file.' });
  }
  const opener = Object.values(programme.steps).find(({ answers }) => answers.some(({ opens }) => opens.includes(step.id)));
  const answer = opener?.answers.find(({ opens }) => opens.includes(step.id));
  const openedAt = new Date(londonInstant(SAMPLE_DAY, SAMPLE_MINUTE)).toISOString();
  return ok(
    sampleLetter({
      programme,
      calendar: calendar.value,
      step,
      reference: 'D00001',
      kind,
      id,
      rung: rung.id,
      writtenAt: new Date(londonInstant(written.value, SAMPLE_MINUTE)).toISOString(),
      facts: {
        recipient,
        parties,
        subject: SCHOOL,
        round: 1,
        openedOn: SAMPLE_DAY,
        dueOn,
        explanation,
        openedBy:
          opener === undefined || answer === undefined
            ? null
            : {
                step: opener.id,
                answer: answer.id,
                at: openedAt,
                by: parties.find((party) => party.role === opener.owner)?.name ?? null,
                fields: {},
                names: {},
              },
        sentBefore:
          rung.kind === 'request' || rung.kind === 'notice'
            ? []
            : ownersOf(step).flatMap((owner) => {
                const asked = parties.find((party) => party.role === owner);
                return asked === undefined ? [] : [{ kind: 'request' as const, writtenAt: openedAt, name: asked.name }];
              }),
      },
    }),
  );

  function writtenOn({ at, days }: Rung, due: PlainDate): Result<PlainDate, Reason> {
    if (!calendar.ok || at === 'opening') return ok(SAMPLE_DAY);
    return at.daysFromDue === 0 ? onOrBefore(calendar.value, days, due) : nthDay(calendar.value, days, due, at.daysFromDue);
  }
}
