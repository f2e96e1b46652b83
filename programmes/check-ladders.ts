import { ONE_LADDER } from '../domain/chasing/wanted.ts';
import type { Rung } from '../domain/programme.ts';
import type { DayKind, TimeAllowed } from '../domain/time/time-allowed.ts';
import type { Report } from './finding.ts';
import { daysOfEntry, defaultLadderFor, isAfterDue, isCalled, ladderOf, lengthInDays } from './ladders.ts';
import type { PlacedRung } from './ladders.ts';
import type { ProgrammeDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { readTimeAllowed } from './step-entries.ts';
import { suggestion } from './suggestion.ts';

/** Checks the chases of one step: every rung must be possible, and an unanswered request must end in an escalation. */
export function checkLadders(document: ProgrammeDocument, entry: StepEntry, report: Report): void {
  const time = readTimeAllowed(entry.document.allowed);
  if (!time.ok) return;
  if (!hasLadder(document, entry, time.value, report)) return;

  const ladder = ladderOf(document, entry, time.value);
  for (const [index, placed] of ladder.entries()) {
    if (ladder.slice(0, index).some(({ rung }) => rung.id === placed.rung.id)) {
      report(placed.path, `"${entry.id}" has two chases "${placed.rung.id}"`, 'Remove one, or move it to another day.');
    }
    checkRung(document, entry, time.value, placed, report);
  }
  checkEnds(entry, ladder, report);
}

function hasLadder(document: ProgrammeDocument, entry: StepEntry, allowed: TimeAllowed, report: Report): boolean {
  const { ladder, automatic, allowed: written } = entry.document;
  const names = Object.keys(document.ladders);
  if (typeof ladder === 'string' && !names.includes(ladder)) {
    report([...entry.path, 'ladder'], `There is no ladder "${ladder}"`, suggestion(ladder, names));
    return false;
  }
  if (ladder === undefined && automatic === undefined && !defaultLadderFor(document, lengthInDays(allowed))) {
    const time = typeof written === 'string' ? `"${written}"` : 'published dates';
    report(
      [...entry.path, 'allowed'],
      `No default ladder is for a step of ${time}: nobody would be asked`,
      'Give a ladder "upToDays: any", or the step a ladder of its own.',
    );
    return false;
  }
  return true;
}

function checkRung(document: ProgrammeDocument, entry: StepEntry, allowed: TimeAllowed, { rung, path }: PlacedRung, report: Report): void {
  const fault = wrongSide(rung);
  if (fault !== null) {
    report(path, fault.what, fault.remedy);
    return;
  }
  if (isAfterDue(rung) && entry.document.optional) {
    report(
      path,
      `"${rung.id}" would never come: "${entry.id}" is optional and is closed after its due date`,
      'Move it to the due date or before, remove it, or make the step one that must be done.',
    );
  }
  if (rung.kind === 'call' && !isCalled(document, entry)) {
    report(
      path,
      `"${rung.id}" would never come: nobody telephones "${entry.document.owner}"`,
      `Remove it, or give the role "${entry.document.owner}" a calledBy, or the step an askedBy.`,
    );
  }
  if (rung.also !== undefined && !ONE_LADDER.includes(rung.kind)) {
    report(
      path,
      `"${rung.id}" cannot also be a text message or a letter to print: only what is sent to those who are asked can be`,
      'Remove "also", or put it at the request, a reminder or an overdue notice.',
    );
  }
  if (rung.also !== undefined && new Set(rung.also).size < rung.also.length) {
    report(path, `"${rung.id}" names the same way of sending twice`, 'Name each of text and print once.');
  }
  if (rung.kind !== 'notice' && entry.document.automatic !== undefined) {
    report(path, `"${entry.id}" is automatic: Chaser answers it and chases nobody`, 'Remove the ladder, or remove "automatic".');
  }
  const most = mostDays(allowed, daysOfEntry(document, entry), rung.days);
  if (rung.at !== 'opening' && rung.at.daysFromDue <= -most) {
    report(
      path,
      `"${rung.id}" would never come for "${entry.id}": it lies at or before the opening of a step of ${most} ${most === 1 ? 'day' : 'days'}`,
      most > 1 ? `Move it to -${most - 1} or later, or remove it.` : 'Move it to the due date (0), or remove it.',
    );
  }
}

function wrongSide(rung: Rung): { readonly what: string; readonly remedy: string } | null {
  switch (rung.kind) {
    case 'notice':
      return null;
    case 'request':
      return isAfterDue(rung)
        ? { what: 'The request comes after the due date', remedy: 'Ask at the opening, or before the due date.' }
        : null;
    case 'reminder':
      return rung.at === 'opening' || isAfterDue(rung)
        ? {
            what: `"${rung.id}" is not a reminder: reminders come on or before the due date`,
            remedy: 'Give the days before the due date (-3, 0), or make it an overdue notice.',
          }
        : null;
    case 'overdue':
    case 'call':
    case 'escalation':
      return isAfterDue(rung)
        ? null
        : {
            what: `"${rung.id}" comes before the step is late`,
            remedy: 'Give the days after the due date: +1 or more.',
          };
    default:
      return rung.kind satisfies never;
  }
}

function checkEnds(entry: StepEntry, ladder: readonly PlacedRung[], report: Report): void {
  const { ladder: own, optional, automatic } = entry.document;
  if (automatic !== undefined) return;
  const path = own === undefined ? entry.path : [...entry.path, 'ladder'];
  if (!ladder.some(({ rung }) => rung.kind === 'request')) {
    report(path, `The ladder of "${entry.id}" has no request: its owner would never be asked`, 'Add "request: opening".', 'key');
  }
  if (!optional && !ladder.some(({ rung }) => rung.kind === 'escalation')) {
    report(
      path,
      `The ladder of "${entry.id}" has no escalation: nobody would be told when it is not answered`,
      'Add an escalation, for example "escalation: [+5]", or make the step optional.',
      'key',
    );
  }
}

/**
 * The most days, of the rung's kind, that can lie between opening and due date. A rung at least that far before the due
 * date can never come. Working days within school days have no such limit, because a holiday may lie between. One week
 * has five working days, and six when the step opens at a weekend and its due date moves to a Monday.
 */
function mostDays(allowed: TimeAllowed, stepDays: DayKind, rungDays: DayKind): number {
  switch (allowed.unit) {
    case 'working-days':
      return allowed.count;
    case 'school-days':
      return rungDays === 'school' ? allowed.count : Infinity;
    case 'weeks':
    case 'calendar-days': {
      if (stepDays === 'school' && rungDays === 'working') return Infinity;
      const days = allowed.unit === 'weeks' ? allowed.count * 7 : allowed.count;
      return Math.floor(days / 7) * 5 + Math.min(days % 7, 5) + 1;
    }
    case 'end-of-term':
    case 'end-of-following-term':
    case 'end-of-next-whole-term':
    case 'fixed-table':
      return Infinity;
    default:
      return allowed satisfies never;
  }
}
