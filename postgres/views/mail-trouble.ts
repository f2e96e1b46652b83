import type { Db } from '../database.ts';

/** What the mail server says of us or of itself, as pages and commands tell it. */
export type MailTrouble = {
  readonly kind: 'we-are-refused' | 'no-server';
  /** The server's own words. They may hold the address of a recipient. */
  readonly said: string;
  readonly since: string;
  readonly lastAt: string;
  /** Letters are held for it. False: one recipient's e-mail alone met it. */
  readonly believed: boolean;
};

/** Null while the mail server takes what it is given, or has not been asked. */
export async function readMailTrouble(db: Db): Promise<MailTrouble | null> {
  const { rows } = await db.query<MailTrouble>(
    `SELECT kind, said, since, last_at AS "lastAt", believed_at IS NOT NULL AS believed FROM mail_trouble`,
  );
  return rows[0] ?? null;
}
