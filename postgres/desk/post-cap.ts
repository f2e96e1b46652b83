import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** How many e-mails a person may get in a day, with who decided it, when and why. */
export type PostCap = {
  /** Null: as many as there are. */
  readonly most: number | null;
  readonly because: string;
  readonly byName: string;
  readonly at: string;
};

/** The cap that counts now; null while nobody has ever set one, and then there is none. */
export async function readPostCap(db: Db): Promise<PostCap | null> {
  const { rows } = await db.query<PostCap>(
    `SELECT cap.most, cap.because, coalesce(p.name, cap.by_person) AS "byName", cap.at FROM post_caps cap
     LEFT JOIN people p ON p.id = cap.by_person ORDER BY cap.id DESC LIMIT 1`,
  );
  return rows[0] ?? null;
}

/** Keeps how many e-mails a person may get in a day from now on; null ends the cap. */
export async function keepPostCap(
  db: Db,
  { most, because, by }: { readonly most: number | null; readonly because: string; readonly by: PersonId },
): Promise<void> {
  await db.query('INSERT INTO post_caps (most, because, by_person) VALUES ($1, $2, $3)', [most, because, by]);
}

/** How often in the last seven days somebody got so many e-mails in a day, the most first: letters and summaries of the week. */
export async function busyDays(db: Db): Promise<readonly { readonly emails: number; readonly times: number }[]> {
  const { rows } = await db.query<{ emails: number; times: number }>(
    `WITH had AS (
       SELECT m.person, (m.accepted_at AT TIME ZONE 'Europe/London')::date AS day, m.envelope FROM messages m
       WHERE m.state IN ('accepted', 'delivered') AND m.accepted_at > clock_timestamp() - interval '7 days'
       UNION SELECT n.person, (n.sent_at AT TIME ZONE 'Europe/London')::date, 'note/' || n.id FROM notes n
       WHERE n.kind = 'digest' AND n.sent_at > clock_timestamp() - interval '7 days')
     SELECT emails, count(*)::int AS times FROM (SELECT count(DISTINCT envelope)::int AS emails FROM had GROUP BY person, day) days
     GROUP BY emails ORDER BY emails DESC`,
  );
  return rows;
}
