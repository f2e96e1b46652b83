/**
 * How timely requests were answered: the columns of the report on timeliness (docs/product.md, "Timeliness"). The evaluation of 2019 to
 * 2020 had to ask in interviews how long hand-overs took and what an answer followed; the feedback of 2021 to 2022 says that calls persuade.
 */
import { daysUntilDone } from './survival.ts';

/** What had gone out for a step before its answer came. Each stands for all that goes before it. */
export const APPROACHES = ['nothing', 'request', 'reminder', 'overdue', 'call', 'escalation'] as const;
export type Approach = (typeof APPROACHES)[number];

/** What days are counted: Monday to Friday without bank holidays, days on which the school is open, or all. */
export type CountedDays = 'working' | 'school' | 'calendar';

/** Requests that are alike in everything that the report tells apart. */
export type AlikeRequests = {
  readonly count: number;
  /** How it stood on the day of the report: answered by a person, closed without such an answer, or open. */
  readonly outcome: 'answered' | 'closed' | 'open';
  /** Answered after its due date, or open after it while its clock runs. */
  readonly late: boolean;
  /** The same by the due date of the programme alone, whatever pauses and extensions there were. */
  readonly lateByOriginal: boolean;
  readonly paused: boolean;
  readonly moreTime: boolean;
  /** The furthest of what went out before the answer; null unless it was answered. */
  readonly followed: Approach | null;
  /** Days from the opening to the answer or to the day of the report; null where the calendar does not reach so far. */
  readonly days: number | null;
};

export type Timeliness = {
  readonly asked: number;
  readonly answered: number;
  /** Of those answered: after the due date, and after that of the programme alone. */
  readonly answeredLate: number;
  readonly answeredLateByOriginal: number;
  /** Closed without an answer of a person: another step made it needless, the deployment ended, or it lapsed. */
  readonly closed: number;
  readonly open: number;
  /** Of those open: past the due date while the clock runs. */
  readonly openLate: number;
  readonly paused: number;
  readonly moreTime: number;
  /** Days within which half were answered, and nine of ten; those still open are counted as far as they were followed. Null: not yet known. */
  readonly halfWithin: number | null;
  readonly nineOfTenWithin: number | null;
  /** How many are in neither of the two, because the calendar does not reach so far. */
  readonly notCounted: number;
  readonly followed: Readonly<Record<Approach, number>>;
};

/** The line of a report for some requests. */
export function timelinessOf(requests: readonly AlikeRequests[]): Timeliness {
  const sum = (which: (one: AlikeRequests) => boolean) => requests.reduce((all, one) => (which(one) ? all + one.count : all), 0);
  const counted = requests.flatMap(({ days, count, outcome }) => (days === null ? [] : [{ days, count, ended: outcome === 'answered' }]));
  return {
    asked: sum(() => true),
    answered: sum(({ outcome }) => outcome === 'answered'),
    answeredLate: sum(({ outcome, late }) => outcome === 'answered' && late),
    answeredLateByOriginal: sum(({ outcome, lateByOriginal }) => outcome === 'answered' && lateByOriginal),
    closed: sum(({ outcome }) => outcome === 'closed'),
    open: sum(({ outcome }) => outcome === 'open'),
    openLate: sum(({ outcome, late }) => outcome === 'open' && late),
    paused: sum(({ paused }) => paused),
    moreTime: sum(({ moreTime }) => moreTime),
    halfWithin: daysUntilDone(counted, 0.5),
    nineOfTenWithin: daysUntilDone(counted, 0.9),
    notCounted: sum(({ days }) => days === null),
    followed: {
      nothing: sum(({ followed }) => followed === 'nothing'),
      request: sum(({ followed }) => followed === 'request'),
      reminder: sum(({ followed }) => followed === 'reminder'),
      overdue: sum(({ followed }) => followed === 'overdue'),
      call: sum(({ followed }) => followed === 'call'),
      escalation: sum(({ followed }) => followed === 'escalation'),
    },
  };
}
