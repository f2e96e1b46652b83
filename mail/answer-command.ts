import type { Letter, Named } from '../activities/ports.ts';
import { domainOf } from './addresses.ts';
import { oneLine } from './clean-text.ts';

/** The command with which the reader, a coordinator, records an answer, ready to copy into a shell. ANSWER is left to fill in. */
export function answerCommand(letter: Letter): string {
  const own = letter.owners.some(({ email }) => email.toLowerCase() === letter.to.email.toLowerCase());
  return [
    'chaser answer',
    quoted(oneLine(letter.deployment.reference)),
    quoted(oneLine(letter.step.id)),
    'ANSWER',
    `--by ${addressOr(letter.to, 'YOU')}`,
    ...(own ? [] : [`--for ${addressOr(letter.owners[0], 'THEM')}`]),
  ].join(' ');
}

function addressOr(person: Named | undefined, instead: string): string {
  return person === undefined || domainOf(person.email) === null ? instead : quoted(person.email);
}

/** Safe to paste into a shell: whatever is not plainly a word is put into single quotes. */
function quoted(word: string): string {
  return /^[\w.@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
