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

/** What a job does to a deployment: "paused", "started". */
export function doneWord({ kind }: Pick<ManyJob, 'kind'>): string {
  return kind === 'start' ? 'started' : (manyForm(kind)?.done ?? kind);
}

/** The title of a job: "Pause deployments". */
export function jobTitle({ kind }: Pick<ManyJob, 'kind'>): string {
  return kind === 'start' ? 'Start deployments' : (manyForm(kind)?.title ?? kind);
}

/** A line as the pages of its job show it. */
export function lineView({ kind }: Pick<ManyJob, 'kind'>, line: ManyLine) {
  const reference = line.reference ?? (kind === 'start' ? null : line.target);
  return {
    number: line.number,
    target: kind !== 'start' ? line.target : line.given.kind === 'trust' ? `Trust ${line.target}` : `URN ${line.target}`,
    name: line.name,
    href: reference === null ? null : urls.deployment(reference),
    reference,
    state: line.state,
    preview: line.preview,
    outcome: line.outcome === null ? null : remedyOnPage(line.outcome).trim(),
  };
}
