import { DECISIONS } from './ics-entry-kind.ts';
import type { Decision } from './ics-entry-kind.ts';

/** The name of each decision where people choose it. */
export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  term: 'A term, or half of one',
  starts: 'First day of a term',
  ends: 'Last day of a term',
  'half-term': 'Half term',
  holiday: 'Holiday between terms',
  inset: 'INSET day',
  closed: 'Closed',
  'left-out': 'Left out',
};

/** Whether a text names a decision: "half-term". */
export function isDecision(text: string): text is Decision {
  return (DECISIONS as readonly string[]).includes(text);
}
