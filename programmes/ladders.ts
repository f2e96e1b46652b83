import type { DayKind, TimeAllowed } from '../domain/time/time-allowed.ts';
import type { Rung, RungKind } from '../domain/programme.ts';
import type { Path } from './finding.ts';
import type { LadderDocument, ProgrammeDocument, RungDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { listOf, rolesOf } from './step-entries.ts';

/** A rung and the place in the file it comes from. */
export type PlacedRung = { readonly rung: Rung; readonly path: Path };

type ChaseKind = Exclude<RungKind, 'notice'>;

/**
 * The chases of one step: its notices, and its own ladder or the shortest default that fits its length. Rungs of a
 * default that make no sense for this step are dropped: call tasks when nobody calls its owner, rungs after the due
 * date of an optional step, everything but the notices of an automatic one. A ladder written for the step is taken as
 * it is.
 */
export function ladderOf(document: ProgrammeDocument, step: StepEntry, allowed: TimeAllowed): readonly PlacedRung[] {
  const days = daysOfEntry(document, step);
  const chases = chasesOf(document, step, allowed, days);
  return [...noticesOf(step, days), ...chases].toSorted((a, b) => order(a.rung) - order(b.rung));
}

/** The days on which a step is counted: school days as soon as one of its owners keeps them. */
export function daysOfEntry(document: ProgrammeDocument, step: StepEntry): DayKind {
  const roles = rolesOf(step.document);
  return Object.entries(document.roles).some(([id, role]) => roles.includes(id) && role.days === 'school') ? 'school' : 'working';
}

/**
 * The length that chooses a default ladder, in days of the step's own kind. A week has five, and a step that runs to
 * the end of a term counts as longer than any number.
 */
export function lengthInDays(allowed: TimeAllowed): number {
  switch (allowed.unit) {
    case 'working-days':
    case 'school-days':
    case 'calendar-days':
      return allowed.count;
    case 'weeks':
      return allowed.count * 5;
    case 'end-of-term':
    case 'end-of-following-term':
    case 'end-of-next-whole-term':
    case 'fixed-table':
      return Infinity;
    default:
      return allowed satisfies never;
  }
}

/** The name of the default ladder for a length: the one with the smallest `upToDays` that holds it. */
export function defaultLadderFor(document: ProgrammeDocument, length: number): string | undefined {
  return Object.entries(document.ladders)
    .flatMap(([name, { upToDays }]) => {
      const longest = upToDays === 'any' ? Infinity : upToDays;
      return longest === undefined ? [] : [{ name, longest }];
    })
    .filter(({ longest }) => longest >= length)
    .toSorted((a, b) => a.longest - b.longest)[0]?.name;
}

function chasesOf(document: ProgrammeDocument, step: StepEntry, allowed: TimeAllowed, days: DayKind) {
  const own = step.document.ladder;
  if (typeof own === 'object') return rungsOf(own, [...step.path, 'ladder'], days);
  if (step.document.automatic !== undefined) return [];
  const name = own ?? defaultLadderFor(document, lengthInDays(allowed));
  const ladder = Object.entries(document.ladders).find(([id]) => id === name)?.[1];
  if (name === undefined || ladder === undefined) return [];
  const called = isCalled(document, step);
  return rungsOf(ladder, ['ladders', name], days).filter(
    ({ rung }) => (called || rung.kind !== 'call') && !(step.document.optional && isAfterDue(rung)),
  );
}

/** Whether anybody telephones the owner of a step: the role that asks, or the owner's `calledBy`. */
export function isCalled(document: ProgrammeDocument, { document: { owner, askedBy } }: StepEntry): boolean {
  return askedBy !== undefined || Object.entries(document.roles).some(([id, role]) => id === owner && role.calledBy !== undefined);
}

function noticesOf(step: StepEntry, days: DayKind): readonly PlacedRung[] {
  return step.document.notices.map((notice, index) => ({
    path: [...step.path, 'notices', index],
    rung: {
      id: `notice-${notice.to}`,
      kind: 'notice',
      at: at(notice.at),
      days: notice.days ?? days,
      to: notice.to,
      text: notice.text,
      ...(notice.withAnswer ? { withAnswer: true } : {}),
      ...(notice.withEarlier === undefined
        ? {}
        : { withEarlier: Object.fromEntries(Object.entries(notice.withEarlier).map(([id, fields]) => [id, listOf(fields)])) }),
    },
  }));
}

function rungsOf(ladder: LadderDocument, path: Path, stepDays: DayKind): readonly PlacedRung[] {
  const place = (kind: ChaseKind, written: RungDocument, where: Path): PlacedRung => {
    const { at: offset, days, pace, also } = typeof written === 'object' ? written : { at: written };
    const rung: Rung = { id: idOf(kind, offset), kind, at: at(offset), days: days ?? stepDays, to: null, text: null };
    return { path: where, rung: { ...rung, ...(pace === undefined ? {} : { pace }), ...(also === undefined ? {} : { also }) } };
  };
  const many = (kind: Exclude<ChaseKind, 'request'>) => ladder[kind].map((written, index) => place(kind, written, [...path, kind, index]));
  return [
    ...(ladder.request === undefined ? [] : [place('request', ladder.request, [...path, 'request'])]),
    ...many('reminder'),
    ...many('overdue'),
    ...many('call'),
    ...many('escalation'),
  ];
}

/** "request", "reminder-3", "reminder0", "overdue+1". */
function idOf(kind: ChaseKind, offset: number | 'opening'): string {
  if (kind === 'request') return 'request';
  if (offset === 'opening') return `${kind}-opening`;
  return `${kind}${offset > 0 ? '+' : ''}${offset}`;
}

function at(offset: number | 'opening'): Rung['at'] {
  return offset === 'opening' ? 'opening' : { daysFromDue: offset };
}

export function isAfterDue(rung: Rung): boolean {
  return rung.at !== 'opening' && rung.at.daysFromDue > 0;
}

function order(rung: Rung): number {
  return rung.at === 'opening' ? -Infinity : rung.at.daysFromDue;
}
