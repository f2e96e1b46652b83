import type { AccessEnded } from '../postgres/access/end-access.ts';
import { inWords } from '../domain/words.ts';

/** What somebody can no longer open, counted: "1 session and 2 links in letters"; empty when nothing was open. */
export function endedInWords({ sessions, signInLinks, answerLinks }: AccessEnded): string {
  const counted = (count: number, one: string, several: string) => (count === 0 ? [] : [`${count} ${count === 1 ? one : several}`]);
  return inWords([
    ...counted(sessions, 'session', 'sessions'),
    ...counted(signInLinks, 'link to sign in', 'links to sign in'),
    ...counted(answerLinks, 'link in letters', 'links in letters'),
  ]);
}
