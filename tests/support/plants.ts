/** A bug to plant: a piece of one file and its replacement, and the tests of which one must then fail. */
export type Plant = {
  /** What goes wrong with the bug, in a few words; `npm run plant -- WORDS` plants the bugs that contain them. */
  readonly bug: string;
  readonly file: string;
  /** A text, unique in the file, after which the piece is looked for. Left out where the piece itself is unique. */
  readonly after?: string;
  readonly find: string;
  readonly replace: string;
  /** Test files. At least one of their tests must fail. */
  readonly caughtBy: readonly string[];
};

const LEDGER = 'postgres/ledger/ledger.ts';
const RECORD = 'postgres/record/record.ts';
const CHANGES = 'postgres/record/record-changes.ts';
const PARTIES = 'postgres/record/record-parties.ts';
const LEDGER_TESTS = ['tests/post/ledger.test.ts'];
const RECORD_TESTS = ['tests/record/record.test.ts'];

/** Ten kinds of bug that once passed all tests. */
const ONCE_UNSEEN: readonly Plant[] = [
  {
    bug: 'a notice waits for any request',
    file: 'domain/chasing/due-actions.ts',
    find: "kind === 'request' && (rung.kind !== 'notice' || at === 'opening')",
    replace: "kind === 'request' && (at === 'opening' || at !== null)",
    caughtBy: ['domain/chasing/late-requests.test.ts'],
  },
  {
    bug: 'a stop may not begin on the day the last one ended',
    file: 'domain/changes/stop-clock.ts',
    find: 'stop.resumed.on > from &&',
    replace: 'stop.resumed.on >= from &&',
    caughtBy: ['domain/changes/stop-clock.test.ts'],
  },
  {
    bug: 'a recalled promise ignores stopped days',
    file: 'domain/chasing/escalation-times.ts',
    find: 'later(escalation.promisedOn, resumedOn(chronology, escalation))',
    replace: 'escalation.promisedOn',
    caughtBy: ['domain/changes/escalation.test.ts'],
  },
  {
    bug: 'closing a step overwrites the outcomes of calls and escalations that are over',
    file: RECORD,
    after: 'async function closeStep(',
    find: 'AND closed_at IS NULL`',
    replace: '`',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'an accepted letter closes other people’s contact tasks',
    file: LEDGER,
    after: 'async markAccepted(',
    find: 'AND task.person = marked.person ',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a release counts as a try, so that an outage uses up the twelve',
    file: LEDGER,
    after: 'async release(',
    find: ', attempts = attempts - 1',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: '"gather" takes back "at once"',
    file: 'workflows/mailroom.ts',
    find: "told === 'at-once' ? told : urgency",
    replace: 'urgency',
    caughtBy: ['tests/post/mailroom.test.ts'],
  },
  {
    bug: 'a stuck deployment stays stuck after it adopted a calendar',
    file: 'workflows/deployment.ts',
    find: "if (command.kind === 'adopt-calendar') stuckUntilMs = null;",
    replace: '',
    caughtBy: ['tests/engine/stuck.test.ts'],
  },
  {
    bug: '503 is blamed on the letter',
    file: 'mail/smtp-outcome.ts',
    find: '421, 503,',
    replace: '421,',
    caughtBy: ['mail/smtp-outcome.test.ts'],
  },
  {
    bug: '"late only" lists deployments whose clock stands still',
    file: 'postgres/views/late-step.ts',
    find: "AND NOT ${clockStands('steps')}",
    replace: '',
    caughtBy: ['tests/web/late-and-stopped.test.ts'],
  },
];

/** The conditions in the ledger’s statements, each removed or reversed. */
const OF_THE_LEDGER: readonly Plant[] = [
  {
    bug: 'a mailroom silences the bells of another',
    file: LEDGER,
    find: 'DELETE FROM mailroom_bells WHERE mailroom = $1',
    replace: 'DELETE FROM mailroom_bells WHERE $1::int IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a claim that ran out is renewed all the same',
    file: LEDGER,
    after: 'async renew(',
    find: ' AND claimed_until > clock_timestamp()',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an attempt renews the claim of another',
    file: LEDGER,
    after: 'async renew(',
    find: 'WHERE claim = $1',
    replace: 'WHERE $1::uuid IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an attempt that lost its claim marks a letter accepted',
    file: LEDGER,
    after: 'async markAccepted(',
    find: 'AND claim = $2',
    replace: 'AND $2::uuid IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an accepted letter closes tasks of another deployment',
    file: LEDGER,
    after: 'async markAccepted(',
    find: 'task.reference = marked.reference AND ',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an accepted letter closes tasks of another kind',
    file: LEDGER,
    after: 'async markAccepted(',
    find: " AND task.problem = 'letter-refused'",
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an accepted letter closes again what was closed before',
    file: LEDGER,
    after: 'async markAccepted(',
    find: ' AND task.closed_at IS NULL',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an attempt that lost its claim marks a letter failed',
    file: LEDGER,
    after: 'async markFailed(',
    find: 'AND claim = $2',
    replace: 'AND $2::uuid IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a refusal of an address that was corrected meanwhile blames the new one',
    file: LEDGER,
    after: 'async markFailed(',
    find: 'WHERE id = $1 AND email = $3',
    replace: 'WHERE id = $1 AND $3::text IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an attempt that lost its claim puts a letter off',
    file: LEDGER,
    after: 'async putOff(',
    find: 'AND claim = $2',
    replace: 'AND $2::uuid IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a letter is put off for ever',
    file: LEDGER,
    after: 'async putOff(',
    find: 'AND attempts < $6',
    replace: 'AND $6::int IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'the pauses of a letter that is put off grow without end',
    file: LEDGER,
    after: 'async putOff(',
    find: 'least($4 * 2 ^ (attempts - 1), $5)',
    replace: 'greatest($4 * 2 ^ (attempts - 1), $5)',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an attempt gives back the letters of another',
    file: LEDGER,
    after: 'async release(',
    find: 'WHERE claim = $1',
    replace: 'WHERE $1::uuid IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a mailroom waits for the letters of another',
    file: LEDGER,
    after: 'async msUntilNextTry(',
    find: "WHERE mailroom = $1 AND state IN ('queued', 'claimed')",
    replace: "WHERE $1::int IS NOT NULL AND state IN ('queued', 'claimed')",
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a mailroom forgets that another attempt may lose its claim',
    file: LEDGER,
    after: 'async msUntilNextTry(',
    find: "state IN ('queued', 'claimed')",
    replace: "state = 'queued'",
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a letter is tried before its time',
    file: LEDGER,
    after: 'const READY',
    find: 'coalesce(send_after <= clock_timestamp(), true)',
    replace: 'true',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a claim is taken over while it holds',
    file: LEDGER,
    after: 'const READY',
    find: 'ELSE claimed_until <= clock_timestamp() END',
    replace: 'ELSE true END',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a claim that ran out is never taken over',
    file: LEDGER,
    after: 'const READY',
    find: 'ELSE claimed_until <= clock_timestamp() END',
    replace: 'ELSE false END',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a mailroom claims the letters of another',
    file: LEDGER,
    after: 'async function claimRows(',
    find: 'WHERE mailroom = $1 AND ${READY} ORDER BY',
    replace: 'WHERE $1::int IS NOT NULL AND ${READY} ORDER BY',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a mailroom sends letters of another along with its own',
    file: LEDGER,
    after: 'async function claimRows(',
    find: 'WHERE mailroom = $1\n',
    replace: 'WHERE $1::int IS NOT NULL\n',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a mailroom waits for letters that another attempt is claiming',
    file: LEDGER,
    after: 'async function claimRows(',
    find: 'LIMIT $2 FOR UPDATE SKIP LOCKED',
    replace: 'LIMIT $2 FOR UPDATE',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'letters of several days travel together',
    file: LEDGER,
    after: 'async function claimRows(',
    find: 'AND (person, ${WRITTEN_ON}) IN (SELECT * FROM unnest($6::text[], $7::date[]))',
    replace: 'AND person = ANY ($6::text[]) AND $7::date[] IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a first request travels with reminders',
    file: LEDGER,
    after: 'async function claimRows(',
    find: "OR state = 'queued' AND envelope IS NULL AND kind IN ('reminder', 'overdue')",
    replace: "OR state = 'queued' AND envelope IS NULL",
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a repeat takes along what was not in the e-mail before',
    file: LEDGER,
    after: 'async function claimRows(',
    find: "OR state = 'queued' AND envelope IS NULL AND",
    replace: "OR state = 'queued' AND",
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a letter that waits for its hour uses up a try',
    file: LEDGER,
    after: 'async function hold(',
    find: 'envelope = NULL, attempts = attempts - 1,',
    replace: 'envelope = NULL,',
    caughtBy: LEDGER_TESTS,
  },
];

/** The conditions in the record’s statements. */
const OF_THE_RECORD: readonly Plant[] = [
  {
    bug: 'a wake-up is stored out of its turn',
    file: RECORD,
    after: 'async function advance(',
    find: 'WHERE reference = $1 AND sequence = $2\n',
    replace: 'WHERE reference = $1 AND $2::int IS NOT NULL\n',
    caughtBy: ['tests/engine/append-only.test.ts'],
  },
  {
    bug: 'a bell rings for ever, though it was not heard',
    file: RECORD,
    after: 'async function ringBells(',
    find: "rung_at < clock_timestamp() - interval '3 minutes'",
    replace: "rung_at < clock_timestamp() - interval '3 years'",
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'a bell that rings already is rung again',
    file: RECORD,
    after: 'async function ringBells(',
    find: "WHERE mailroom_bells.rung_at < clock_timestamp() - interval '3 minutes'",
    replace: '',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'closing a step closes calls and escalations of other steps',
    file: RECORD,
    after: 'async function closeStep(',
    find: 'WHERE reference = $1 AND step = $2 AND round = $3 AND closed_at IS NULL',
    replace: 'WHERE reference = $1 AND $2::text IS NOT NULL AND round = $3 AND closed_at IS NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'closing a step closes calls and escalations of its other rounds',
    file: RECORD,
    after: 'async function closeStep(',
    find: 'AND step = $2 AND round = $3 AND closed_at IS NULL',
    replace: 'AND step = $2 AND $3::int IS NOT NULL AND closed_at IS NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'a due date that moves overwrites the outcomes of calls and escalations that are over',
    file: CHANGES,
    after: 'async function moveDueDate(',
    find: ' AND closed_at IS NULL`',
    replace: '`',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'a clock that runs again frees the letters of another stop',
    file: CHANGES,
    after: 'async function releaseHeld(',
    find: 'AND held_by_stop = $2',
    replace: 'AND $2::int IS NOT NULL AND held_by_stop IS NOT NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'a clock that runs again frees the letters of another deployment',
    file: CHANGES,
    after: 'async function releaseHeld(',
    find: 'WHERE reference = $1 AND held_by_stop = $2',
    replace: 'WHERE $1::text IS NOT NULL AND held_by_stop = $2',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'resuming one stop ends them all',
    file: CHANGES,
    after: "case 'clock-resumed':",
    find: 'WHERE reference = $1 AND stop = $2',
    replace: 'WHERE reference = $1 AND $2::int IS NOT NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'taking on an escalation takes on one that is over',
    file: CHANGES,
    after: "case 'escalation-acknowledged':",
    find: ' AND closed_at IS NULL`,\n        [reference, event.step, event.round, event.at, event.onBehalfOf',
    replace: '`,\n        [reference, event.step, event.round, event.at, event.onBehalfOf',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'closing an escalation overwrites one that is over',
    file: CHANGES,
    after: "case 'escalation-closed':",
    find: ' AND closed_at IS NULL`',
    replace: '`',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'passing an escalation on opens one that is over',
    file: CHANGES,
    after: 'async function passEscalation(',
    find: ' AND closed_at IS NULL`',
    replace: '`',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'a newcomer gets calls that were made long ago',
    file: CHANGES,
    after: 'async function replacePerson(',
    find: 'WHERE reference = $1 AND person = $2 AND closed_at IS NULL',
    replace: 'WHERE reference = $1 AND person = $2',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'a newcomer gets escalations that are over',
    file: CHANGES,
    after: 'UPDATE escalations SET person = $4',
    find: ' AND closed_at IS NULL',
    replace: '',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'a newcomer gets everybody’s calls',
    file: CHANGES,
    after: 'async function replacePerson(',
    find: 'WHERE reference = $1 AND person = $2 AND closed_at IS NULL',
    replace: 'WHERE reference = $1 AND $2::text IS NOT NULL AND closed_at IS NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'somebody who is replaced loses every role',
    file: CHANGES,
    after: 'async function replacePerson(',
    find: 'WHERE reference = $1 AND role = $2 AND person = $3 AND until IS NULL',
    replace: 'WHERE reference = $1 AND $2::text IS NOT NULL AND person = $3 AND until IS NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'ending a deputy ends those of other people',
    file: CHANGES,
    after: "case 'deputy-ended':",
    find: 'AND person = $2 AND',
    replace: 'AND $2::text IS NOT NULL AND',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'naming somebody ends every role',
    file: PARTIES,
    after: 'async function endParties(',
    find: 'AND role = $2 AND until IS NULL',
    replace: 'AND $2::text IS NOT NULL AND until IS NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'naming somebody rewrites since when others no longer hold the role',
    file: PARTIES,
    after: 'async function endParties(',
    find: ' AND until IS NULL',
    replace: '',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'naming somebody closes the contact tasks of every role',
    file: PARTIES,
    after: 'async function closeContactTasks(',
    find: 'AND role = $2 AND closed_at IS NULL',
    replace: 'AND $2::text IS NOT NULL AND closed_at IS NULL',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'naming somebody overwrites the outcome of contact tasks that are over',
    file: PARTIES,
    after: 'async function closeContactTasks(',
    find: ' AND closed_at IS NULL',
    replace: '',
    caughtBy: RECORD_TESTS,
  },
];

/** The other places that decide what is late: while its clock is stopped, nothing is late. */
const OF_THE_VIEWS: readonly Plant[] = ['postgres/views/person-work.ts', 'postgres/views/waiting.ts', 'postgres/views/region.ts'].map(
  (file) => ({
    bug: `${file} counts steps as late whose clock stands still`,
    file,
    find: "AND NOT ${clockStands('s')}",
    replace: '',
    caughtBy: ['tests/web/late-and-stopped.test.ts'],
  }),
);

export const PLANTS: readonly Plant[] = [...ONCE_UNSEEN, ...OF_THE_LEDGER, ...OF_THE_RECORD, ...OF_THE_VIEWS];

/** The text of a file with the bug in it; null where the piece is missing or occurs more than once. */
export function planted(text: string, { after, find, replace }: Plant): string | null {
  const from = after === undefined ? 0 : text.indexOf(after);
  if (from === -1 || (after !== undefined && text.includes(after, from + 1))) return null;
  const at = text.indexOf(find, from);
  if (at === -1 || (after === undefined && text.includes(find, at + 1))) return null;
  return text.slice(0, at) + replace + text.slice(at + find.length);
}
