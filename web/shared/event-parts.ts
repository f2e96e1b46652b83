import type { Recipient, StepRef } from '../../domain/chronology/events.ts';
import type { Programme, RungKind } from '../../domain/programme.ts';

/** An event as a line of a timeline. */
export type EventWords = { readonly title: string; readonly lines: readonly string[] };

export type Wording = {
  readonly programme: Programme;
  /** The name of the school or trust. */
  readonly subject: string;
  /** The name that belongs to a contact id; the id itself for somebody unknown. */
  readonly nameOf: (person: string) => string;
};

export const RUNGS: Readonly<Record<RungKind, string>> = {
  request: 'Request',
  notice: 'Notice',
  reminder: 'Reminder',
  overdue: 'Overdue notice',
  call: 'Call',
  escalation: 'Escalation',
};

/** “Confirm participation”, and from the second time on the round. */
export function stepWords({ programme }: Wording, { step, round }: StepRef): string {
  return `“${programme.steps[step]?.title ?? step}”${round > 1 ? ` (round ${round})` : ''}`;
}

export function names(recipients: readonly Recipient[], { nameOf }: Wording): string {
  const all = recipients.map(({ person }) => nameOf(person));
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
