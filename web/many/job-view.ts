import { lettersByDay } from '../../desk/under-way.ts';
import type { CountedLetter } from '../../desk/under-way.ts';
import { beginsDeployments } from '../../postgres/desk/many.ts';
import type { ManyJob, ManyLine } from '../../postgres/desk/many.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import { urls } from '../shared/urls.ts';
import { manyForm } from './many-forms.ts';

/** How far a job is. */
export type Phase = 'looking' | 'to-confirm' | 'working' | 'finished' | 'cancelled';

/** How far a job is, by its lines. */
export function phaseOf(
  { confirmedAt, cancelledAt }: Pick<ManyJob, 'confirmedAt' | 'cancelledAt'>,
  lines: readonly Pick<ManyLine, 'state'>[],
): Phase {
  if (lines.some(({ state }) => state === 'waiting')) return cancelledAt === null ? 'working' : 'cancelled';
  if (cancelledAt !== null) return 'cancelled';
  if (confirmedAt !== null) return 'finished';
  return lines.some(({ state }) => state === 'to-check') ? 'looking' : 'to-confirm';
}

/** "3 deployments are", "1 deployment is" */
export function deploymentsAre(count: number): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? 'deployment is' : 'deployments are'}`;
}

/** How jobs that begin deployments are told, and how they are undone. */
export const BEGINNINGS = {
  start: { title: 'Start deployments', done: 'started', button: 'Start the deployments', undo: null, next: null },
  'take-in': {
    title: 'Import deployments that are under way',
    done: 'imported',
    button: 'Import the deployments',
    undo: {
      words:
        'End the imported deployments. Nobody is told of it while Chaser has written to nobody about a deployment. An ended one can be imported again.',
      by: { kind: 'withdraw', given: {}, text: 'End these deployments' },
    },
    next: {
      words:
        'Each goes on with the next reminder, overdue notice, call or escalation whose day is still to come. What would have been escalated before is on the Today page of its coordinator.',
      kind: 'chase-now',
      text: 'Send a reminder about these deployments now',
    },
  },
} as const;

/** What a job does to a deployment: "paused", "started". */
export function doneWord({ kind }: Pick<ManyJob, 'kind'>): string {
  return beginsDeployments(kind) ? BEGINNINGS[kind].done : (manyForm(kind)?.done ?? kind);
}

/** The title of a job: "Pause deployments". */
export function jobTitle({ kind }: Pick<ManyJob, 'kind'>): string {
  return beginsDeployments(kind) ? BEGINNINGS[kind].title : (manyForm(kind)?.title ?? kind);
}

/** A line as the pages of its job show it. */
export function lineView({ kind }: Pick<ManyJob, 'kind'>, line: ManyLine) {
  const reference = line.reference ?? (beginsDeployments(kind) ? null : line.target);
  return {
    number: line.number,
    target: !beginsDeployments(kind) ? line.target : line.given.kind === 'trust' ? `Trust ${line.target}` : `URN ${line.target}`,
    name: line.name,
    href: reference === null ? null : urls.deployment(reference),
    reference,
    state: line.state,
    preview: line.preview,
    outcome: line.outcome === null ? null : remedyOnPage(line.outcome).trim(),
  };
}

/**
 * The e-mails of the first working days if every line that is possible is imported and nobody does anything: by day, and in all. Null for
 * other jobs.
 */
export function firstLetters({ kind }: Pick<ManyJob, 'kind'>, lines: readonly ManyLine[]) {
  if (kind !== 'take-in') return null;
  // As desk/work-many.ts kept them.
  const letters = lines.flatMap(({ state, commands }) => (state === 'possible' ? (commands as readonly CountedLetter[]) : []));
  return { days: lettersByDay(letters), total: letters.length };
}
