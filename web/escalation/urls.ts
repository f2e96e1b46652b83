import type { StepRef } from '../../domain/chronology/events.ts';
import { urls } from '../shared/urls.ts';

/** Where an escalation is taken on, handed over and sent back by whoever is signed in. */
export function escalationUrl({ reference, step, round }: StepRef & { readonly reference: string }): string {
  return `${urls.deployment(reference)}/escalations/${encodeURIComponent(step)}/${round}`;
}
