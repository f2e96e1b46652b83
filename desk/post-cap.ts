import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import type { Db } from '../postgres/database.ts';
import { keepPostCap, readPostCap } from '../postgres/desk/post-cap.ts';
import type { PostCap } from '../postgres/desk/post-cap.ts';

/** The highest limit that can be set. */
export const MOST_IN_A_DAY = 100;

/**
 * Lets nobody get more e-mails a day than this, over all kinds, from now on; "off" ends the limit. Refused, and nothing changed, when it is no
 * whole number from 1 to 100, or when no reason is given.
 */
export async function limitPost(
  db: Db,
  { most: given, because, by }: { readonly most: string; readonly because: string; readonly by: string },
): Promise<Result<PostCap | null, Reason>> {
  const most = given === 'off' ? null : Number(given);
  if (most !== null && !(/^\d{1,3}$/.test(given) && most >= 1 && most <= MOST_IN_A_DAY)) {
    return refused({
      kind: 'no-number',
      message: `"${given}" is not a number of e-mails.`,
      remedy: `Give a whole number from 1 to ${MOST_IN_A_DAY}, or off.`,
    });
  }
  if (showsNothing(because)) {
    return refused({ kind: 'no-reason', message: 'There is no reason.', remedy: 'Say why: it is kept with who decided it.' });
  }
  await keepPostCap(db, { most, because: because.trim(), by });
  return ok(await readPostCap(db));
}
