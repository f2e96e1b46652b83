import { holdersOf, stepOf } from '../chronology/chronology.ts';
import type { Chronology, StepPromise, StepRecord } from '../chronology/state.ts';
import { ownersOf } from '../programme.ts';
import type { RungKind } from '../programme.ts';

/**
 * The day by which those who are asked said that they would answer, the newest; null when they said none. What somebody
 * promised does not bind whoever is asked in their place: it is over when neither they nor the one they stood in for is
 * asked any more. The day may have passed.
 */
export function promiseOf(chronology: Chronology, record: StepRecord): StepPromise | null {
  const promise = record.promises.at(-1);
  if (promise === undefined) return null;
  const owners = holdersOf(chronology, ownersOf(stepOf(chronology.programme, record.step))).map(({ person }) => person);
  const standsIn = chronology.deputies.some(({ person, deputy }) => deputy === promise.person && owners.includes(person));
  return owners.includes(promise.person) || standsIn ? promise : null;
}

/**
 * Whether rungs of this kind wait until a promised day is over. A request still goes to whoever has not had one, and a notice
 * tells of what is done. All others wait: nobody is reminded, called or told of lateness while a promise holds. They come on
 * the first sending morning after the day, of letters to the owners only the newest (docs/decisions/0037).
 *
 * Promised for Thursday, reminders due on Tuesday and Wednesday: on Friday the second one goes, the first is left out.
 */
export function waitsForPromise(kind: RungKind): boolean {
  return kind === 'reminder' || kind === 'overdue' || kind === 'call' || kind === 'escalation';
}
