import type { OwnClosure } from '../../calendars/calendar-book.ts';
import { horizonWarning, horizonsOf } from '../../calendars/horizon.ts';
import type { HorizonState } from '../../calendars/horizon.ts';
import type { Impacts } from '../../calendars/impact.ts';
import type { AuthorityTerms } from '../../calendars/term-dates.ts';
import type { CurrentBook } from '../../desk/calendar-book.ts';
import { endInWords, standingInWords } from '../../desk/calendar-footings.ts';
import type { Footings } from '../../desk/calendar-footings.ts';
import { termName } from '../../domain/time/days.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { RunningDeployment } from '../../postgres/views/running-deployments.ts';
import { calendarUrls } from './calendar-urls.ts';
import type { Tag } from '../shared/status-tags.ts';
import { urls } from '../shared/urls.ts';

const MOST_LINES = 100;
const MOST_IMPORTS = 20;

const HORIZON_TAGS: Readonly<Record<HorizonState, Tag>> = {
  well: { text: 'Known', classes: 'govuk-tag--green' },
  soon: { text: 'Ends within a year', classes: 'govuk-tag--yellow' },
  past: { text: 'Ended', classes: 'govuk-tag--red' },
};

/** The book as the page of the calendars shows it. */
export function bookView({ book, version, imports, leftOut }: CurrentBook, footings: Footings, today: PlainDate) {
  const horizons = horizonsOf(book, today);
  return {
    version,
    warnings: [
      ...horizons.filter(({ laCode, state }) => laCode === null && state !== 'well').flatMap((horizon) => horizonWarning(horizon) ?? []),
      ...footings.ended.map((one) => endInWords(one, 'ended')),
    ],
    ending: footings.ending.map((one) => endInWords(one, 'end')),
    standingIn: footings.standingIn.map(standingInWords),
    horizons: horizons.map(({ laCode, name, knownTo, last, state }) => {
      const id = book.authorities.find((one) => one.laCode === laCode)?.calendar.id;
      return {
        name: laCode === null ? 'Bank holidays of England and Wales' : name,
        code: laCode,
        href: laCode === null ? null : calendarUrls.authority(laCode),
        knownTo,
        last,
        tag: HORIZON_TAGS[state],
        running: id === undefined ? null : (footings.onCalendar.get(id) ?? { own: 0, standingIn: 0 }),
      };
    }),
    closures: book.closures.map(closureView),
    imports: imports.slice(-MOST_IMPORTS).toReversed(),
    older: Math.max(0, imports.length - MOST_IMPORTS),
    leftOut,
  };
}

function closureView({ number, subject, from, to, name }: OwnClosure) {
  return {
    number,
    whose: subject.kind === 'school' ? `School ${subject.urn}` : `Trust ${subject.trust}`,
    days: from === to ? longDate(from) : `${longDate(from)} to ${longDate(to)}`,
    name,
  };
}

/** The terms of an authority, the newest first. */
export function authorityView({ laCode, region, calendar }: AuthorityTerms) {
  return {
    code: laCode,
    region,
    name: calendar.name,
    source: calendar.source,
    terms: calendar.terms.toReversed().map((term) => ({ name: termName(term), ...term })),
    closures: calendar.closures,
  };
}

/** What a book means for running deployments, in the words of the page. */
export function impactView({ changed, impossible, unchanged }: Impacts<RunningDeployment>) {
  const moved = changed.filter(({ moves }) => moves.length > 0);
  const lines = moved.flatMap(({ deployment: { reference, subjectName, programme }, moves }) =>
    moves.map(({ step, from, to, workingDays }) => ({
      reference,
      href: urls.deployment(reference),
      subject: subjectName,
      step: programme.steps[step]?.title ?? step,
      from,
      to,
      by: daysInWords(workingDays),
    })),
  );
  return {
    moved: moved.length,
    movedWords: `${moved.length === 0 ? 'No' : moved.length} running ${moved.length < 2 ? 'deployment' : 'deployments'} would move`,
    ahead: changed.length - moved.length,
    unchanged,
    lines: lines.slice(0, MOST_LINES),
    more: Math.max(0, lines.length - MOST_LINES),
    /** Every deployment that could be moved. Those whose due dates move come first. */
    choices: [...moved, ...changed.filter(({ moves }) => moves.length === 0)].slice(0, MOST_LINES).map(({ deployment, moves }) => ({
      value: deployment.reference,
      text: `${deployment.reference}, ${deployment.subjectName}`,
      hint: {
        text:
          moves.length === 0
            ? 'No open step moves. Later ones are counted on the new dates.'
            : moves
                .map(
                  ({ step, from, to, workingDays }) =>
                    `${deployment.programme.steps[step]?.title ?? step}: from ${longDateWithWeekday(from)} to ${longDateWithWeekday(to)}, ${daysInWords(workingDays)}`,
                )
                .join('. '),
      },
    })),
    changed: changed.length,
    unshown: Math.max(0, changed.length - MOST_LINES),
    impossible: impossible.slice(0, MOST_LINES).map(({ deployment, reason }) => ({
      reference: deployment.reference,
      href: urls.deployment(deployment.reference),
      subject: deployment.subjectName,
      why: reason.message,
    })),
  };
}

/** "3 working days later", "1 working day earlier". */
function daysInWords(workingDays: number): string {
  const n = Math.abs(workingDays);
  if (n === 0) return 'no working day between';
  return `${n} working ${n === 1 ? 'day' : 'days'} ${workingDays > 0 ? 'later' : 'earlier'}`;
}

/** The first lines of a list, and how many more there are. */
export function firstLines<T>(lines: readonly T[]): { readonly shown: readonly T[]; readonly more: number } {
  return { shown: lines.slice(0, MOST_LINES), more: Math.max(0, lines.length - MOST_LINES) };
}
