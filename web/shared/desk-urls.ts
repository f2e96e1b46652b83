import type { CallKey } from '../../postgres/desk/call-notes.ts';
import { urls } from './urls.ts';

/** Where what came of a call is sent to. */
export function callUrl({ reference, step, round, rung }: CallKey): string {
  return `/calls/${[reference, step, String(round), rung].map(encodeURIComponent).join('/')}`;
}

/** Where an answer is recorded for somebody who telephoned. */
export function recordAnswerUrl(reference: string, step: string): string {
  return `${urls.deployment(reference)}/answer/${encodeURIComponent(step)}`;
}

/** Whether an address can be that of anything: PostgreSQL takes no NUL in a text, so nothing is called so. */
export function canExist(parts: Readonly<Record<string, string>>): boolean {
  return Object.values(parts).every((part) => !part.includes('\0'));
}
