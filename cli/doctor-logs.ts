import { listNewestStored } from '../postgres/views/logged-lives.ts';
import { listMiscounted } from '../postgres/views/rebuild.ts';
import type { Db } from '../postgres/database.ts';

/** As many as are compared in a second. */
const NEWEST = 500;
const MOST_NAMED = 5;

/** Whether what reports are counted from says what the record says, of the deployments with the newest events. `chaser report rebuild` compares them all. */
export async function findWrongLogs(
  db: Db,
): Promise<{ readonly part: string; readonly state: 'well' | 'fault'; readonly says: string; readonly remedy?: string }> {
  const part = 'Reports';
  const newest = await listNewestStored(db, NEWEST);
  const wrong = await listMiscounted(db, newest);
  if (wrong.length > 0) {
    const more = wrong.length > MOST_NAMED ? ` and ${wrong.length - MOST_NAMED} more` : '';
    return {
      part,
      state: 'fault',
      says: `they do not count what the events say of ${wrong.slice(0, MOST_NAMED).join(', ')}${more}.`,
      remedy: 'Write anew what they are counted from: chaser report rebuild',
    };
  }
  const of = newest.length === 1 ? 'the deployment' : `the ${newest.length} deployments`;
  return {
    part,
    state: 'well',
    says: newest.length === 0 ? 'there is nothing to count yet.' : `they count what the events say of ${of} with the newest events.`,
  };
}
