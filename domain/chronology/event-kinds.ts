import type { ChronologyEvent } from './events.ts';

/** The kinds of events that this version knows. The compiler refuses a list that lacks one. */
const KNOWN: Readonly<Record<ChronologyEvent['type'], true>> = {
  'deployment-began': true,
  'step-opened': true,
  'rung-reached': true,
  'rung-skipped': true,
  'step-answered': true,
  'step-overtaken': true,
  'step-lapsed': true,
  'party-named': true,
  'fact-recorded': true,
  'deployment-ended': true,
  'deployment-taken-in': true,
  'clock-stopped': true,
  'clock-stop-prolonged': true,
  'clock-resumed': true,
  'clock-stop-queried': true,
  'rung-held': true,
  'due-date-moved': true,
  'extension-asked': true,
  'extension-agreed': true,
  'extension-refused': true,
  'answer-promised': true,
  'time-asked': true,
  'time-refused': true,
  rematched: true,
  'party-changed': true,
  'deputy-named': true,
  'deputy-ended': true,
  'person-merged': true,
  'deployment-withdrawn': true,
  'deployment-reopened': true,
  'fact-corrected': true,
  'answer-taken-back': true,
  'escalation-acknowledged': true,
  'escalation-passed': true,
  'escalation-closed': true,
  'step-raised': true,
  'pace-changed': true,
  'calendar-adopted': true,
};

/** Those of the given kinds of events that this version does not know, because a newer one wrote them. */
export function unknownKinds(types: readonly string[]): readonly string[] {
  return types.filter((type) => !Object.hasOwn(KNOWN, type)).toSorted();
}
