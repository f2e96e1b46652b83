import type { CalendarBook, OwnClosure } from '../calendars/calendar-book.ts';
import { horizonWarning, horizonsOf } from '../calendars/horizon.ts';
import type { Impacts } from '../calendars/impact.ts';
import type { AuthorityTerms } from '../calendars/term-dates.ts';
import type { Adoption } from '../desk/adopt-calendars.ts';
import type { CurrentBook } from '../desk/calendar-book.ts';
import { endInWords, standingInWords } from '../desk/calendar-footings.ts';
import type { Footings } from '../desk/calendar-footings.ts';
import type { Proposal } from '../desk/change-calendars.ts';
import { termName } from '../domain/time/days.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { RunningDeployment } from '../postgres/views/running-deployments.ts';
import { table } from './output.ts';

const MOST_IMPORTS = 10;
const MOST_MOVED = 50;

/** The book in words: how far it reaches, who is counted on it as on their own or for want of their own, closures, and the newest imports. */
export function bookInWords(current: CurrentBook, footings: Footings, today: PlainDate): string {
  const { book, version, imports, leftOut } = current;
  const horizons = horizonsOf(book, today);
  const newest = imports.slice(-MOST_IMPORTS).toReversed();
  return [
    version === 0 ? 'The calendars as they come with Chaser.' : `Version ${version} of the calendars.`,
    '',
    table(
      ['CODE', 'ID', 'NAME', 'KNOWN TO', 'ON THEIR OWN', 'STANDING IN FOR'],
      horizons.map(({ laCode, name, knownTo }) => {
        const id = book.authorities.find((one) => one.laCode === laCode)?.calendar.id ?? '';
        const { own, standingIn } = footings.onCalendar.get(id) ?? { own: 0, standingIn: 0 };
        return [laCode ?? '', id, name, knownTo, ...(laCode === null ? ['', ''] : [String(own), String(standingIn)])];
      }),
    ),
    ...section('Dates that have ended:', [
      ...horizons.filter(({ state }) => state === 'past').flatMap((horizon) => horizonWarning(horizon) ?? []),
      ...footings.ended.map((one) => endInWords(one, 'ended')),
    ]),
    ...section('Dates that end within a year:', [
      ...horizons.filter(({ state }) => state === 'soon').flatMap((horizon) => horizonWarning(horizon) ?? []),
      ...footings.ending.map((one) => endInWords(one, 'end')),
    ]),
    ...section('Others’ dates stand in:', footings.standingIn.map(standingInWords)),
    ...section('Closed by their own decision:', book.closures.map(closureInWords)),
    ...section(
      'Imports, the newest first:',
      newest.map(({ version: number, fileName, by, importedAt, changes, because }) =>
        [
          `${number}  ${importedAt.slice(0, 10)}  ${fileName ?? 'typed in'}, by ${by}`,
          ...changes.slice(0, 3),
          ...(changes.length > 3 ? [`… and ${changes.length - 3} more.`] : []),
          ...(because === null ? [] : [`Because: ${because}`]),
        ].join('\n     '),
      ),
    ),
    ...section(
      'Left out, for they contradict the dates that come with Chaser:',
      leftOut.map(({ version: number, message }) => `${number}  ${message}`),
    ),
  ].join('\n');
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];
}

function closureInWords({ number, subject, from, to, name }: OwnClosure): string {
  const whose = subject.kind === 'school' ? `school ${subject.urn}` : `trust ${subject.trust}`;
  return `${number}  ${whose}, ${from === to ? from : `${from} to ${to}`}: ${name}`;
}

/** The terms of an authority, of all years or of those that touch one. */
export function authorityInWords({ laCode, region, calendar }: AuthorityTerms, book: CalendarBook, year: number | null): string {
  const touches = (from: PlainDate, to: PlainDate) => year === null || (Number(from.slice(0, 4)) <= year && year <= Number(to.slice(0, 4)));
  const terms = calendar.terms.filter(({ startsOn, endsOn }) => touches(startsOn, endsOn));
  const closures = calendar.closures.filter(({ on }) => touches(on, on));
  const holidays = book.bankHolidays.days.filter(({ on }) => terms.some(({ startsOn, endsOn }) => startsOn <= on && on <= endsOn));
  return [
    `${calendar.name} (${laCode}), ${region}. Calendar "${calendar.id}".`,
    `Source: ${calendar.source}`,
    '',
    ...(terms.length === 0
      ? [`No term of ${year === null ? 'any year' : year} is known.`]
      : [
          table(
            ['TERM', 'FIRST DAY', 'LAST DAY', 'HALF TERM'],
            terms.map((term) => [
              termName(term),
              longDateWithWeekday(term.startsOn),
              longDateWithWeekday(term.endsOn),
              term.halfTerm ? `${longDate(term.halfTerm.startsOn)} to ${longDate(term.halfTerm.endsOn)}` : 'none',
            ]),
          ),
        ]),
    ...section(
      'Also closed:',
      closures.map(({ on, name }) => `${longDateWithWeekday(on)}: ${name}`),
    ),
    ...section(
      'Bank holidays in term:',
      holidays.map(({ on, name }) => `${longDateWithWeekday(on)}: ${name}`),
    ),
  ].join('\n');
}

/** What a change of the book would do, and how what was given was read. */
export function proposalInWords({ changes, notes }: Proposal): string {
  return [
    ...(notes.length === 0 ? [] : ['How it was read:', ...notes.map(({ line, text }) => `  line ${line}: ${text}`), '']),
    'What changes:',
    ...changes.map((change) => `  ${change}`),
  ].join('\n');
}

/** What a book means for the running deployments. */
export function impactInWords({ changed, impossible, unchanged }: Impacts<RunningDeployment>): string {
  const moved = changed.filter(({ moves }) => moves.length > 0);
  const lines = moved.flatMap(({ deployment: { reference, subjectName, programme }, moves }) =>
    moves.map(
      ({ step, from, to, workingDays }) =>
        `${reference}  ${subjectName}, ${programme.steps[step]?.title ?? step}: ${longDate(from)} to ${longDate(to)}, ${daysInWords(workingDays)}`,
    ),
  );
  return [
    `${count(moved.length)} would move; ${changed.length - moved.length} more would have other dates ahead, and no open step moves; ${unchanged} are not touched.`,
    ...lines.slice(0, MOST_MOVED).map((line) => `  ${line}`),
    ...(lines.length > MOST_MOVED ? [`  … and ${lines.length - MOST_MOVED} more due dates; all of them with --json.`] : []),
    ...impossible.map(({ deployment, reason }) => `  ${deployment.reference} cannot take the new dates: ${reason.message}`),
  ].join('\n');
}

function count(n: number): string {
  return `${n} running ${n === 1 ? 'deployment' : 'deployments'}`;
}

/** "3 working days later", "1 working day earlier". */
function daysInWords(workingDays: number): string {
  const n = Math.abs(workingDays);
  if (n === 0) return 'no working day between';
  return `${n} working ${n === 1 ? 'day' : 'days'} ${workingDays > 0 ? 'later' : 'earlier'}`;
}

/** The same for programs. */
export function impactAsJson({ changed, impossible, unchanged }: Impacts<RunningDeployment>): unknown {
  return {
    unchanged,
    changed: changed.map(({ deployment, calendar, moves }) => ({
      reference: deployment.reference,
      subject: deployment.subjectName,
      calendar: { from: deployment.calendar.version, to: calendar.version, name: calendar.terms.name },
      moves,
    })),
    impossible: impossible.map(({ deployment, reason }) => ({ reference: deployment.reference, ...reason })),
  };
}

/** What became of deployments that were to be counted on the newest dates. */
export function adoptionsInWords(adoptions: readonly Adoption[]): string {
  const moved = adoptions.filter(({ refusal }) => refusal === null);
  return [
    `${moved.length} of ${adoptions.length} ${adoptions.length === 1 ? 'deployment is' : 'deployments are'} counted on the newest dates now.`,
    ...moved.map(
      ({ reference, subjectName, moves }) => `  ${reference}  ${subjectName}: ${moves === 1 ? '1 due date' : `${moves} due dates`} moved`,
    ),
    ...adoptions.flatMap(({ reference, refusal }) =>
      refusal === null ? [] : [`  ${reference}  not moved: ${refusal.message} ${refusal.remedy}`],
    ),
  ].join('\n');
}
