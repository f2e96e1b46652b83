import type { Client } from '@temporalio/client';
import type pg from 'pg';
import type { PersonId } from '../domain/programme.ts';
import { keepPreferences } from '../postgres/desk/staff-preferences.ts';
import type { StaffPreferences } from '../postgres/desk/staff-preferences.ts';
import { tellMailroomAtOnce } from './tell-mailroom.ts';

/**
 * Keeps when a member of the staff wants their e-mails, and whether the summary of the week comes. What waits for them is looked at again
 * now, so nothing is lost: wanted at once, it leaves in one e-mail. Answers whether the mailrooms could be told; those that could not look
 * by themselves within ten minutes.
 */
export async function choosePreferences(
  { db, client, taskQueue }: { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string },
  person: PersonId,
  wanted: StaffPreferences,
  by: PersonId,
): Promise<{ readonly engineTold: boolean }> {
  const mailrooms = await keepPreferences(db, person, wanted, by);
  const told = await Promise.allSettled(mailrooms.map((mailroom) => tellMailroomAtOnce(client, taskQueue, mailroom)));
  return { engineTold: told.every(({ status }) => status === 'fulfilled') };
}
