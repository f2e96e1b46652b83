import { dateAndTime } from '../../domain/time/time-words.ts';
import type { ProgrammePause } from '../../postgres/desk/programme-pauses.ts';

/** How the pause of a programme stands, as a sentence. */
export function pauseInWords({ byName, madeAt, confirmedAt, stands, paused, toDo }: ProgrammePause): string {
  const asked = `${byName} asked for it on ${dateAndTime(madeAt)}.`;
  if (confirmedAt === null) return `Not confirmed. ${asked}`;
  const count = `${paused} ${paused === 1 ? 'deployment was' : 'deployments were'} paused by it.`;
  if (!stands) return `Ended, or being ended. ${count} ${asked}`;
  return `Paused. ${count}${toDo > 0 ? ` ${toDo} are still to be.` : ''} Deployments that start are paused too. ${asked}`;
}
