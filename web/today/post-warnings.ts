import { mailTroubleWords } from '../../desk/mail-trouble-words.ts';
import type { Db } from '../../postgres/database.ts';
import { readMailTrouble } from '../../postgres/views/mail-trouble.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';

/** The warning on Today, for people who see the service page, that no e-mail leaves. Nothing while e-mails leave. */
export async function postWarnings(db: Db, user: User): Promise<readonly string[]> {
  if (!may(user, 'see-service')) return [];
  const trouble = await readMailTrouble(db);
  if (trouble === null || !trouble.believed) return [];
  const { says, remedy } = mailTroubleWords(trouble);
  return [`${says}. ${remedy}`];
}
