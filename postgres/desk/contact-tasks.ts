import type { Db } from '../database.ts';
import { PLACE, SUBJECT } from '../views/place.ts';
import type { InScope } from '../views/place.ts';
import { readProgramme } from '../pinned/pinned.ts';

export type ContactProblem =
  'address-refused' | 'letter-refused' | 'unknown-contact' | 'nobody-holds-the-role' | 'not-the-right-person' | 'no-text-number';

export type ContactTask = {
  readonly reference: string;
  readonly subject: string;
  /** The title of the role: "system leader". */
  readonly role: string;
  /** The person's name, or the contact id of somebody unknown; null when nobody holds the role. */
  readonly person: string | null;
  readonly problem: ContactProblem;
  readonly detail: string;
  /** Whose place it is, by role id and contact id; the person is empty when nobody holds the role. */
  readonly place: { readonly role: string; readonly person: string };
};

/** Open contact tasks, the oldest first. */
export async function openContactTasks(db: Db, inScope: InScope): Promise<readonly ContactTask[]> {
  const { rows } = await db.query<ContactTask & { readonly programme: string; readonly version: number }>(
    `SELECT d.reference, ${SUBJECT} AS subject, t.role, coalesce(p.name, t.person) AS person, t.problem, t.detail,
            jsonb_build_object('role', t.role, 'person', coalesce(t.person, '')) AS place, d.programme, d.programme_version AS version
     FROM contact_tasks t JOIN deployments d ON d.reference = t.reference ${PLACE} LEFT JOIN people p ON p.id = t.person
     WHERE t.closed_at IS NULL AND ${inScope.sql} ORDER BY t.opened_at, t.id`,
    [...inScope.values],
  );
  return Promise.all(
    rows.map(async ({ programme, version, ...task }) => {
      const { roles } = await readProgramme(db, programme, version);
      return { ...task, role: roles[task.role]?.title ?? task.role };
    }),
  );
}
