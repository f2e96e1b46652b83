import { changeMany } from '../../desk/change-many.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import type { Reason } from '../../domain/result.ts';
import { readChronology } from '../../postgres/pinned/chronology.ts';
import type { Db } from '../../postgres/database.ts';
import { namesOf } from '../../postgres/views/people-called.ts';
import { standingOf } from './change-form.ts';
import type { Services } from '../shared/services.ts';
import { refusalWords } from './refusal-words.ts';
import { takesChanges } from './takes-changes.ts';

export type ToChange = { readonly reference: string; readonly subject: string; readonly commands: readonly ChangeCommand[] };

/** The result of the changes to one deployment. With `unreachable`, they may be tried again. */
export type Report = {
  readonly reference: string;
  readonly subject: string;
  readonly outcome: 'done' | 'refused' | 'unreachable';
  /** Why it was not done. */
  readonly words: string;
};

/**
 * Makes changes in several deployments and reports on each. Under the same name they are made once, however often they
 * are sent.
 */
export async function changeAll(services: Services, all: readonly ToChange[], onceAs: string): Promise<readonly Report[]> {
  const { db, temporal } = services;
  if (!(await takesChanges(services))) return all.map(({ reference, subject }) => ({ reference, subject, ...NOT_SENT }));
  const done = await changeMany(
    { db, client: temporal },
    all.flatMap(({ reference, commands }) => commands.map((command, number) => ({ reference, command, onceAs: `${onceAs}/${number}` }))),
  );
  return Promise.all(
    all.map(async ({ reference, subject }): Promise<Report> => {
      const refusal = done.find((one) => one.reference === reference && one.refusal !== null)?.refusal ?? null;
      if (refusal === null) return { reference, subject, outcome: 'done', words: '' };
      if (refusal.kind === 'no-engine') return { reference, subject, ...NO_WORD };
      return { reference, subject, outcome: 'refused', words: await wordsFor(db, reference, refusal) };
    }),
  );
}

const NOT_SENT = { outcome: 'unreachable', words: 'Nothing was changed: the part of Chaser that makes changes does not reply.' } as const;
const NO_WORD = {
  outcome: 'unreachable',
  words: 'The part of Chaser that makes changes has not replied in time. It may still be done: trying again does it once.',
} as const;

async function wordsFor(db: Db, reference: string, refusal: Reason): Promise<string> {
  const stored = await readChronology(db, reference);
  if (stored === undefined) return `${refusal.message} ${refusal.remedy}`;
  const names = await namesOf(db, Object.values(stored.chronology.parties).flat());
  return refusalWords(
    refusal,
    standingOf(stored.chronology, stored.now, (person) => names[person] ?? person),
  );
}
