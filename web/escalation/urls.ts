import type { StepRef } from '../../domain/chronology/events.ts';
import { urls } from '../shared/urls.ts';

/** The address at which a signed-in person takes an escalation on, hands it over or sends it back. */
export function escalationUrl({ reference, step, round }: StepRef & { readonly reference: string }): string {
  return `${urls.deployment(reference)}/escalations/${encodeURIComponent(step)}/${round}`;
}
