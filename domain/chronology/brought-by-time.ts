import type { ChronologyEvent } from './events.ts';

/**
 * Whether time alone can have brought an event about, or the start of its deployment: nobody answered, changed a plan or had anything sent.
 * What follows from an answer, such as a step that opens, can; but the answer itself, which stands before it, cannot.
 *
 * A reminder on its day: yes. The same reminder, brought forward by the coordinator: no. An answer of Chaser's own to an automatic step: yes.
 */
export function isBroughtByTime(event: ChronologyEvent): boolean {
  const by = 'by' in event ? event.by : null;
  return (
    (by === null || by === undefined || by === 'chaser') &&
    !('broughtForwardBy' in event) &&
    !('anewBecause' in event) &&
    !(event.type === 'escalation-passed' && event.how === 'asked-anew')
  );
}
