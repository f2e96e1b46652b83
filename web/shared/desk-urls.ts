import type { CallKey } from '../../postgres/desk/call-notes.ts';
import { urls } from './urls.ts';

/** The address to which the outcome of a call is sent. */
export function callUrl({ reference, step, round, rung }: CallKey): string {
  return `/calls/${[reference, step, String(round), rung].map(encodeURIComponent).join('/')}`;
}

/** The address at which an answer is recorded for somebody who telephoned. */
export function recordAnswerUrl(reference: string, step: string): string {
  return `${urls.deployment(reference)}/answer/${encodeURIComponent(step)}`;
}

/** Whether an address can name anything. PostgreSQL stores no NUL in a text, so no name holds one. */
export function canExist(parts: Readonly<Record<string, string>>): boolean {
  return Object.values(parts).every((part) => !part.includes('\0'));
}
