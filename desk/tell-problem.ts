import type pg from 'pg';
import { askerOf, coordinatorRole } from '../domain/programme.ts';
import type { PersonId, Programme, Step } from '../domain/programme.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { plainLines, showsNothing } from '../domain/unseen-characters.ts';
import type { Asked } from '../postgres/access/answer-links.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { queueNote } from '../postgres/desk/notes.ts';
import { endProblem, keepProblem } from '../postgres/desk/problems.ts';
import { listParties } from '../postgres/views/deployments.ts';
import { noteOf } from './answer-notes.ts';

/** Two pages of a letter. What is longer is told on the telephone. */
export const LONGEST_PROBLEM = 4_000;

export type ProblemRefusal = Reason & { readonly kind: 'no-words' | 'too-long' | 'dealt-with' };

/**
 * Keeps what somebody who is asked tells the coordinator, as a task of whoever looks after the deployment, and queues a copy to the
 * sender: both, or neither. It is no answer, changes no date and holds no reminder. `onceAs`, a UUID, names it: sent twice it is kept
 * once. Refused when it says nothing or is too long.
 */
export async function tellProblem(
  pool: pg.Pool,
  told: { readonly asked: Asked; readonly programme: Programme; readonly step: Step; readonly words: string; readonly onceAs: string },
): Promise<Result<null, ProblemRefusal>> {
  const { asked, programme, step, onceAs } = told;
  const words = plainLines(told.words);
  const refusal = faultIn(words, { nothing: 'Tell us what the problem is', what: 'What you tell us' });
  if (refusal !== null) return refused(refusal);
  const { reference, round, person } = asked;
  await inTransaction(pool, async (db) => {
    if (!(await keepProblem(db, { reference, step: step.id, round, role: asked.role ?? step.owner, person, words, onceAs }))) return;
    const coordinator = await coordinatorIn(db, reference, programme, step);
    await queueNote(
      db,
      noteOf('problem-copy', person, coordinator?.person ?? null, `We have what you told us: ${step.title}, ${asked.subject}`, [
        `You told us about a problem with “${step.title}” for ${asked.subject}. This is a copy of it.`,
        words,
        `${coordinator === undefined ? 'The coordinator' : coordinator.name} sees what you wrote, and will be in touch. It is not an answer. ${dueWords(asked)}`,
        ...(coordinator === undefined
          ? []
          : [`If it is urgent: ${coordinator.name}, ${[coordinator.email, coordinator.telephone].filter(Boolean).join(', ')}.`]),
        `Reference: ${reference}, ${asked.subject}. Chaser, a computer program, wrote this e-mail.`,
      ]),
    );
  });
  return ok(null);
}

/** Records how a problem was dealt with, in words that stay. Refused without words, and when somebody has done so before. */
export async function dealWithProblem(
  db: Db,
  { id, by, words: given }: { readonly id: string; readonly by: PersonId; readonly words: string },
): Promise<Result<null, ProblemRefusal>> {
  const words = plainLines(given);
  const refusal = faultIn(words, { nothing: 'Enter what was done', what: 'What was done' });
  if (refusal !== null) return refused(refusal);
  if (await endProblem(db, { id, by, words })) return ok(null);
  return refused({
    kind: 'dealt-with',
    message: 'Somebody has dealt with this problem.',
    remedy: 'Somebody else has dealt with this problem meanwhile. What they wrote is on this page',
  });
}

function faultIn(words: string, say: { readonly nothing: string; readonly what: string }): ProblemRefusal | null {
  if (showsNothing(words)) return { kind: 'no-words', message: 'It says nothing.', remedy: say.nothing };
  if (words.length <= LONGEST_PROBLEM) return null;
  return {
    kind: 'too-long',
    message: `It has ${words.length} characters, and may have ${LONGEST_PROBLEM}.`,
    remedy: `${say.what} must be ${LONGEST_PROBLEM.toLocaleString('en-GB')} characters or fewer`,
  };
}

function dueWords({ optional, dueOn }: Asked): string {
  if (optional) return `You can still answer until ${longDateWithWeekday(dueOn)}.`;
  return `The due date stays ${longDateWithWeekday(dueOn)}, and reminders go on unless the coordinator pauses them.`;
}

/** Who reads what is told: whoever asks the step, or else the coordinator. */
async function coordinatorIn(db: Db, reference: string, programme: Programme, step: Step) {
  const parties = await listParties(db, reference);
  const held = (role: string | null) => parties.find((party) => party.role === role);
  return held(askerOf(programme, step)) ?? held(coordinatorRole(programme));
}
