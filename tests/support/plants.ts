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
const ACCEPTED = 'postgres/ledger/accepted.ts';
const RECORD = 'postgres/record/record.ts';
const CHANGES = 'postgres/record/record-changes.ts';
const PARTIES = 'postgres/record/record-parties.ts';
const LEAVING = 'postgres/ledger/leaving.ts';
const SET_ASIDE = 'postgres/ledger/set-aside.ts';
const TROUBLE = 'postgres/ledger/trouble.ts';
const STANDING = 'postgres/ledger/letters.ts';
const TROUBLE_TESTS = ['tests/post/mail-trouble.test.ts'];
const PERHAPS_TESTS = ['tests/post/perhaps-sent.test.ts'];
const HOLD_TESTS = ['tests/post/holds.test.ts'];
const LEDGER_TESTS = ['tests/post/ledger.test.ts'];
const RECORD_TESTS = ['tests/record/record.test.ts'];
const NEIGHBOUR_TESTS = ['tests/record/neighbours.test.ts'];

/** The columns by which statements pick rows, where they are no text. */
const TYPES: Readonly<Record<string, string>> = { round: 'int', stop: 'int', sequence: 'int', key: 'text[]', claim: 'uuid' };

/** A condition for each of several columns: without each of them, the statement changes rows that it is not about. */
function eachOf(
  columns: readonly string[],
  { where, ...plant }: Pick<Plant, 'bug' | 'file' | 'after' | 'caughtBy'> & { readonly where: string },
): readonly Plant[] {
  return columns.map((column) => ({
    ...plant,
    bug: `${plant.bug}, of any ${column}`,
    find: where,
    replace: where.replace(new RegExp(`\\b${column} = (?:ANY )?\\(?(\\$\\d)\\)?`), `$1::${TYPES[column] ?? 'text'} IS NOT NULL`),
  }));
}

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
    file: ACCEPTED,
    after: 'async function markAccepted(',
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
    file: 'mail/reply-meaning.ts',
    find: "if (reply.code === 503) return 'no-server';",
    replace: '',
    caughtBy: ['mail/smtp-outcome.test.ts', 'mail/reply-meaning.test.ts'],
  },
  {
    bug: '"late only" lists deployments whose clock stands still',
    file: 'postgres/views/late-step.ts',
    find: "AND NOT ${clockStands('s')}",
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
    file: ACCEPTED,
    after: 'async function markAccepted(',
    find: 'm.claim = said.claim AND ',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an accepted letter closes tasks of another deployment',
    file: ACCEPTED,
    after: 'async function markAccepted(',
    find: 'task.reference = marked.reference AND ',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an accepted letter closes tasks of another kind',
    file: ACCEPTED,
    after: 'async function markAccepted(',
    find: " AND task.problem = 'letter-refused'",
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an accepted letter closes again what was closed before',
    file: ACCEPTED,
    after: 'async function markAccepted(',
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
    file: 'postgres/ledger/contact-task.ts',
    after: 'export async function openRefusal(',
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
    find: 'AND attempts < $7',
    replace: 'AND $7::int IS NOT NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'the pauses of a letter that is put off grow without end',
    file: LEDGER,
    after: 'async putOff(',
    find: 'least($5 * 2 ^ (attempts - 1), $6)',
    replace: 'greatest($5 * 2 ^ (attempts - 1), $6)',
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
    find: "WHERE m.mailroom = $1 AND m.state IN ('queued', 'claimed')",
    replace: "WHERE $1::int IS NOT NULL AND m.state IN ('queued', 'claimed')",
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
    after: 'const HEADS_OF',
    find: 'WHERE mailroom = $1 AND ${READY} AND NOT ${IS_HELD} ORDER BY',
    replace: 'WHERE $1::int IS NOT NULL AND ${READY} AND NOT ${IS_HELD} ORDER BY',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a mailroom sends letters of another along with its own',
    file: LEDGER,
    after: 'async function claimRows(',
    find: 'WHERE mailroom = $1 AND NOT ${IS_HELD}\n',
    replace: 'WHERE $1::int IS NOT NULL AND NOT ${IS_HELD}\n',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'letters whose post is held take the places of those that may go',
    file: LEDGER,
    after: 'const HEADS_OF',
    find: 'WHERE mailroom = $1 AND ${READY} AND NOT ${IS_HELD} ORDER BY',
    replace: 'WHERE mailroom = $1 AND ${READY} ORDER BY',
    caughtBy: HOLD_TESTS,
  },
  {
    bug: 'a letter leaves whose post was held after it was claimed',
    file: LEDGER,
    after: 'async handOver(',
    find: "AND m.state = 'claimed' AND NOT ${IS_HELD}\n",
    replace: "AND m.state = 'claimed'\n",
    caughtBy: HOLD_TESTS,
  },
  {
    bug: 'a mailroom waits for letters that another attempt is claiming',
    file: LEDGER,
    after: 'const HEADS_OF',
    find: 'END FOR UPDATE SKIP LOCKED',
    replace: 'END FOR UPDATE',
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
    file: SET_ASIDE,
    after: 'async function hold(',
    find: ', attempts = attempts - 1,\n            envelope',
    replace: ',\n            envelope',
    caughtBy: LEDGER_TESTS,
  },
];

/** What a mail server says of us, and letters whose answer is not known. */
const OF_THE_POST: readonly Plant[] = [
  {
    bug: 'one recipient who is told that we are refused stops everybody',
    file: TROUBLE,
    find: 'WHEN known.kind = excluded.kind AND NOT known.recipients @> excluded.recipients THEN clock_timestamp() END)',
    replace: 'WHEN true THEN clock_timestamp() END)',
    caughtBy: TROUBLE_TESTS,
  },
  {
    bug: 'nobody ever believes that we are refused',
    file: TROUBLE,
    find: 'WHEN known.kind = excluded.kind AND NOT known.recipients @> excluded.recipients THEN clock_timestamp() END)',
    replace: 'WHEN false THEN clock_timestamp() END)',
    caughtBy: TROUBLE_TESTS,
  },
  {
    bug: 'every letter in hand tries a mail server that refuses us',
    file: LEDGER,
    after: 'const HEADS_OF',
    find: 'THEN 1 ELSE $2::int END',
    replace: 'THEN $2::int ELSE $2::int END',
    caughtBy: TROUBLE_TESTS,
  },
  {
    bug: 'the trouble is remembered though the mail server takes e-mails again',
    file: TROUBLE,
    find: "'DELETE FROM mail_trouble'",
    replace: "'DELETE FROM mail_trouble WHERE false'",
    caughtBy: TROUBLE_TESTS,
  },
  {
    bug: 'an outage counts against every letter that met it',
    file: TROUBLE,
    find: 'const doubt = first ? 1 : 0;',
    replace: 'const doubt = first || believed ? 1 : 0;',
    caughtBy: TROUBLE_TESTS,
  },
  {
    bug: 'a letter that alone is refused is tried for ever',
    file: TROUBLE,
    find: "AND state = 'claimed' AND doubts + $5 < $9`",
    replace: "AND state = 'claimed' AND $9::int > 0`",
    caughtBy: TROUBLE_TESTS,
  },
  {
    bug: 'a letter that has perhaps been sent leaves its envelope when it waits for its hour',
    file: SET_ASIDE,
    find: 'CASE WHEN perhaps_sent_at IS NOT NULL THEN envelope END',
    replace: 'NULL',
    caughtBy: PERHAPS_TESTS,
  },
  {
    bug: 'letters of one e-mail that has perhaps been sent wait for different hours',
    file: LEDGER,
    find: 'together.some(({ standing }) => standing.perhapsSent) ? Math.max',
    replace: 'together.length < 0 ? Math.max',
    caughtBy: PERHAPS_TESTS,
  },
  {
    bug: 'a letter that has perhaps been sent is said to have been stopped in time',
    file: LEDGER,
    find: '(row.standing.perhapsSent ? notAgain : suppress)',
    replace: '(row.standing.perhapsSent ? suppress : suppress)',
    caughtBy: PERHAPS_TESTS,
  },
  {
    bug: 'a letter that has perhaps been sent goes again after a stop',
    file: LEDGER,
    find: 'else if (row.standing.perhapsSent) await notAgain(',
    replace: 'else if (false) await notAgain(',
    caughtBy: PERHAPS_TESTS,
  },
  {
    bug: 'a refused repeat makes one forget that the first may have got through',
    file: LEDGER,
    find: "'perhaps_sent_at = CASE WHEN $3::boolean THEN perhaps_sent_at END'",
    replace: "'perhaps_sent_at = CASE WHEN $3::boolean THEN NULL::timestamptz END'",
    caughtBy: PERHAPS_TESTS,
  },
  {
    bug: 'after an outage every letter of a step leaves',
    file: STANDING,
    find: 'AND newer.written_at > m.written_at AND',
    replace: 'AND newer.written_at < m.written_at AND false AND',
    caughtBy: PERHAPS_TESTS,
  },
  {
    bug: 'a letter of one role is dropped for one in another',
    file: STANDING,
    find: 'AND newer.person = m.person AND newer.role = m.role AND',
    replace: 'AND',
    caughtBy: PERHAPS_TESTS,
  },
  {
    bug: 'a letter that leaves on another day says what was true when it was written',
    file: LEAVING,
    find: 'return { ...row, writtenAt: new Date(now).toISOString() };',
    replace: 'return row;',
    caughtBy: PERHAPS_TESTS,
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
    bug: 'wake-ups wait for each other to ring one bell',
    file: RECORD,
    after: 'async function ringBells(',
    find: 'ringing.mailroom = call.mailroom AND',
    replace: 'ringing.mailroom <> call.mailroom AND',
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

const BY_STEP = 'WHERE reference = $1 AND step = $2 AND round = $3';
const BY_STOP = 'WHERE reference = $1 AND stop = $2';

/** The columns by which the record picks its rows: without each, an event changes rows of its neighbours. */
const OF_THE_NEIGHBOURS: readonly Plant[] = [
  ...eachOf(['reference'], {
    bug: 'a wake-up moves on whichever deployment stands where it does',
    file: RECORD,
    after: 'async function advance(',
    where: 'WHERE reference = $1 AND sequence = $2\n',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  {
    bug: 'a wake-up that is stored again is compared with events of other deployments',
    file: RECORD,
    find: 'FROM events WHERE reference = $1 AND sequence > $2 AND',
    replace: 'FROM events WHERE $1::text IS NOT NULL AND sequence > $2 AND',
    caughtBy: ['tests/engine/append-only.test.ts'],
  },
  {
    bug: 'a wake-up that is stored again is compared with all events of its deployment',
    file: RECORD,
    find: 'AND sequence > $2 AND sequence <= $3',
    replace: 'AND $2::int IS NOT NULL AND $3::int IS NOT NULL',
    caughtBy: ['tests/engine/append-only.test.ts'],
  },
  {
    bug: 'a wake-up that does not follow passes for one that is stored',
    file: RECORD,
    find: ' && countInCommon(events, before) === events.length',
    replace: ' && countInCommon(events, before) >= 0',
    caughtBy: ['tests/engine/append-only.test.ts'],
  },
  ...[
    { bug: 'an answer is stored', file: RECORD, after: "case 'step-answered':", where: BY_STEP },
    { bug: 'a step closes', file: RECORD, after: 'async function closeStep(', where: BY_STEP },
    { bug: 'an agreed extension is stored', file: CHANGES, after: "case 'extension-agreed':", where: BY_STEP },
    { bug: 'an answer is taken back', file: CHANGES, after: "case 'answer-taken-back':", where: BY_STEP },
    { bug: 'a due date moves', file: CHANGES, after: 'async function moveDueDate(', where: BY_STEP },
    { bug: 'a due date that moves closes calls and escalations', file: CHANGES, after: 'if (!event.inTime) return;', where: BY_STEP },
    { bug: 'an escalation is taken on', file: CHANGES, after: "case 'escalation-acknowledged':", where: BY_STEP },
    { bug: 'an escalation is closed', file: CHANGES, after: "case 'escalation-closed':", where: BY_STEP },
    { bug: 'an escalation is passed on', file: CHANGES, after: 'async function passEscalation(', where: BY_STEP },
  ].flatMap((plant) => eachOf(['reference', 'step', 'round'], { ...plant, caughtBy: NEIGHBOUR_TESTS })),
  ...[
    { bug: 'a stop is prolonged', file: CHANGES, after: "case 'clock-stop-prolonged':", where: BY_STOP },
    { bug: 'a stop is asked about', file: CHANGES, after: "case 'clock-stop-queried':", where: BY_STOP },
  ].flatMap((plant) => eachOf(['reference', 'stop'], { ...plant, caughtBy: NEIGHBOUR_TESTS })),
  ...[
    { bug: 'a deployment ends', file: RECORD, after: "case 'deployment-ended':", where: 'WHERE reference = $1' },
    { bug: 'a step that closes ends calls and escalations', file: RECORD, after: "for (const table of ['call_tasks'", where: BY_STEP },
    { bug: 'a stop ends', file: CHANGES, after: "case 'clock-resumed':", where: BY_STOP },
    { bug: 'a deputy ends', file: CHANGES, after: "case 'deputy-ended':", where: 'WHERE reference = $1 AND person = $2' },
    { bug: 'a deployment is withdrawn', file: CHANGES, after: "case 'deployment-withdrawn':", where: 'WHERE reference = $1' },
    { bug: 'a deployment is reopened', file: CHANGES, after: "case 'deployment-reopened':", where: 'WHERE reference = $1' },
    { bug: 'a pace changes', file: CHANGES, after: "case 'pace-changed':", where: 'WHERE reference = $1' },
    { bug: 'a calendar is adopted', file: CHANGES, after: "case 'calendar-adopted':", where: 'WHERE reference = $1' },
    {
      bug: 'a newcomer gets calls',
      file: CHANGES,
      after: "[reference, role, from],\n  );\n  await db.query('UPDATE call_tasks SET person = $3",
      where: ' WHERE reference = $1',
    },
    {
      bug: 'somebody who is named ends a role',
      file: PARTIES,
      after: 'async function endParties(',
      where: 'WHERE reference = $1 AND role = $2',
    },
  ].flatMap((plant) => eachOf(['reference'], { ...plant, caughtBy: NEIGHBOUR_TESTS })),
  ...eachOf(['reference'], {
    bug: 'somebody who is named closes contact tasks',
    file: PARTIES,
    after: 'async function closeContactTasks(',
    where: 'WHERE reference = $1 AND role = $2',
    caughtBy: RECORD_TESTS,
  }),
  ...eachOf(['reference', 'fact'], {
    bug: 'a fact is forgotten',
    file: PARTIES,
    after: 'async function setFact(',
    where: 'WHERE reference = $1 AND fact = $2',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  {
    bug: 'a deputy who ended before ends again',
    file: CHANGES,
    after: "case 'deputy-ended':",
    find: ' AND ended_at IS NULL',
    replace: '',
    caughtBy: NEIGHBOUR_TESTS,
  },
  ...eachOf(['reference', 'person'], {
    bug: 'somebody who is replaced leaves the role',
    file: CHANGES,
    after: 'async function replacePerson(',
    where: 'WHERE reference = $1 AND role = $2 AND person = $3 AND until IS NULL',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  {
    bug: 'somebody who is replaced leaves the role anew that they had left before',
    file: CHANGES,
    after: 'async function replacePerson(',
    find: 'AND person = $3 AND until IS NULL',
    replace: 'AND person = $3',
    caughtBy: NEIGHBOUR_TESTS,
  },
  ...eachOf(['reference', 'role', 'person'], {
    bug: 'a newcomer gets escalations',
    file: CHANGES,
    after: "'UPDATE escalations SET person = $4",
    where: 'WHERE reference = $1 AND role = $2 AND person = $3 AND closed_at IS NULL',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  ...eachOf(['reference', 'role'], {
    bug: 'a newcomer ends links',
    file: CHANGES,
    after: 'async function replacePerson(',
    where: 'WHERE reference = $1 AND role = $2 AND revoked_at IS NULL',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  {
    bug: 'a newcomer ends links that had ended before',
    file: CHANGES,
    after: 'async function replacePerson(',
    find: ' AND revoked_at IS NULL',
    replace: '',
    caughtBy: NEIGHBOUR_TESTS,
  },
  {
    bug: 'a newcomer leaves the links of whoever is replaced',
    file: CHANGES,
    find: '(person = $3\n',
    replace: '(false\n',
    caughtBy: NEIGHBOUR_TESTS,
  },
  ...eachOf(['reference', 'person'], {
    bug: 'a newcomer ends links of deputies',
    file: CHANGES,
    after: 'OR person IN (SELECT deputy FROM deputies ',
    where: 'WHERE reference = $1 AND person = $3',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  ...eachOf(['reference', 'role'], {
    bug: 'a deputy who has a role keeps the links',
    file: CHANGES,
    after: 'AND person NOT IN (SELECT person FROM deployment_parties ',
    where: 'WHERE reference = $1 AND role = $2 AND until IS NULL',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  {
    bug: 'a deputy who had the role before keeps the links',
    file: CHANGES,
    after: 'AND person NOT IN (SELECT person FROM deployment_parties ',
    find: ' AND until IS NULL',
    replace: '',
    caughtBy: NEIGHBOUR_TESTS,
  },
  {
    bug: 'a deputy who has the role loses the links',
    file: CHANGES,
    after: 'OR person IN (SELECT deputy FROM deputies ',
    find: 'AND person NOT IN (SELECT',
    replace: 'AND person IN (SELECT person UNION SELECT',
    caughtBy: NEIGHBOUR_TESTS,
  },
];

/** Two entries that are one person: what was the one's is the other's, and what is somebody else's stays. */
const MERGES = 'async function mergePerson(';
const OF_MERGING: readonly Plant[] = [
  ...[
    { bug: 'somebody who is merged leaves roles', after: MERGES, where: 'WHERE reference = $1 AND person = $2 AND until IS NULL' },
    {
      bug: 'somebody who is merged loses links',
      after: 'UPDATE answer_links SET revoked_at = clock_timestamp() WHERE reference = $1 AND person',
      where: 'WHERE reference = $1 AND person = $2 AND revoked_at IS NULL',
    },
    { bug: 'calls are merged', after: MERGES, where: 'WHERE reference = $1 AND person = $2 AND closed_at IS NULL' },
    {
      bug: 'escalations are merged',
      after: 'UPDATE escalations SET person = $3 WHERE',
      where: 'WHERE reference = $1 AND person = $2 AND closed_at IS NULL',
    },
    {
      bug: 'contact tasks end with a merge',
      after: "outcome = 'this person was known twice",
      where: 'WHERE reference = $1 AND person = $2 AND closed_at IS NULL',
    },
    { bug: 'drafts are merged', after: 'UPDATE answer_drafts draft SET', where: 'WHERE reference = $1 AND person = $2\n' },
    {
      bug: 'a letter that goes to both is left out',
      after: 'UPDATE messages twice SET',
      where: "WHERE reference = $1 AND person = $2 AND state = 'queued'",
    },
  ].flatMap((plant) => eachOf(['reference', 'person'], { ...plant, file: CHANGES, caughtBy: NEIGHBOUR_TESTS })),
  ...eachOf(['reference'], {
    bug: 'deputies are merged',
    file: CHANGES,
    after: 'deputy = CASE WHEN deputy = $2',
    where: 'WHERE reference = $1 AND (person = $2',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  ...eachOf(['held.reference', 'held.person'], {
    bug: 'whoever stays gets no role that is held',
    file: CHANGES,
    after: MERGES,
    where: 'WHERE held.reference = $1 AND held.role = gone.role AND held.person = $3',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  ...eachOf(['other.reference', 'other.person'], {
    bug: 'a draft stays where there is another',
    file: CHANGES,
    after: 'FROM answer_drafts other',
    where: 'WHERE other.reference = $1 AND other.step = draft.step AND other.round = draft.round AND other.person = $3',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  ...eachOf(['other.reference'], {
    bug: 'a letter is left out where there is another',
    file: CHANGES,
    after: 'FROM messages other WHERE other.reference = $1 AND other.step = twice.step',
    where: 'other.reference = $1',
    caughtBy: NEIGHBOUR_TESTS,
  }),
  ...(
    [
      ['a role that somebody left before the merge ends anew', MERGES, ' AND until IS NULL', ''],
      ['whoever stays gets no role where they hold another', MERGES, 'held.role = gone.role AND ', ''],
      ['whoever stays gets no role that they held before', MERGES, ' AND held.until IS NULL', ''],
      [
        'a merge ends links that had ended before',
        "[reference, from, to, at],\n  );\n  await db.query('UPDATE answer_links",
        ' AND revoked_at IS NULL',
        '',
      ],
      ['whoever stays gets calls that were made long ago', MERGES, 'person = $2 AND closed_at IS NULL', 'person = $2'],
      ['whoever stays gets escalations that are over', 'UPDATE escalations SET person = $3 WHERE', ' AND closed_at IS NULL', ''],
      ['a merge closes contact tasks again', "outcome = 'this person was known twice", ' AND closed_at IS NULL', ''],
      [
        'whoever had a deputy keeps their old entry',
        MERGES,
        'CASE WHEN person = $2 THEN $3 ELSE person END',
        'CASE WHEN $2::text IS NULL THEN $3 ELSE person END',
      ],
      ['a deputy keeps their old entry', MERGES, 'CASE WHEN deputy = $2 THEN $3 ELSE deputy END', 'deputy'],
      ['the deputy of somebody who is merged is not found', MERGES, '(person = $2 OR deputy = $2)', '(deputy = $2)'],
      ['a deputy who is merged is not found', MERGES, '(person = $2 OR deputy = $2)', '(person = $2)'],
      [
        'every deputy is the deputy of somebody who is merged',
        MERGES,
        '(person = $2 OR deputy = $2)',
        '(person = $2 OR deputy = $2 OR $3 IN (person, deputy))',
      ],
      [
        'somebody is their own deputy',
        MERGES,
        'CASE WHEN $3 IN (person, deputy) THEN $4 ELSE ended_at END',
        'CASE WHEN $4::timestamptz IS NULL THEN $4 ELSE ended_at END',
      ],
      ['nobody is anybody’s deputy after a merge', MERGES, 'CASE WHEN $3 IN (person, deputy) THEN $4 ELSE ended_at END', '$4'],
      ['a merge changes deputies of former times', MERGES, ' AND ended_at IS NULL', ''],
      ['a draft stays where there is one of another step', MERGES, 'other.step = draft.step AND ', ''],
      ['a draft stays where there is one of another round', MERGES, 'other.round = draft.round AND ', ''],
      ['a letter that has gone is left out', 'UPDATE messages twice SET', " AND state = 'queued'\n", '\n'],
      ['a letter is left out for one of another step', MERGES, 'other.step = twice.step AND ', ''],
      ['a letter is left out for one of another round', MERGES, ' AND other.round = twice.round\n', '\n'],
      ['a letter is left out for another letter', MERGES, 'other.rung = twice.rung AND ', ''],
      [
        'a letter is left out for that of somebody else',
        MERGES,
        'other.person = $3 AND other.state',
        '$3::text IS NOT NULL AND other.person <> $2 AND other.state',
      ],
      ['a letter is left out for one that is left out', MERGES, " AND other.state <> 'suppressed'", ''],
    ] as const
  ).map(([bug, after, find, replace]) => ({ bug, file: CHANGES, after, find, replace, caughtBy: NEIGHBOUR_TESTS })),
];

/** The letters that the ledger's statements are about. */
const OF_THE_LETTERS: readonly Plant[] = [
  {
    bug: 'an attempt that lost its claim hands a letter over',
    file: LEDGER,
    after: 'async handOver(',
    find: 'AND m.claim = $1 AND',
    replace: 'AND $1::uuid IS NOT NULL AND',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a letter that is handed over gets the words of another',
    file: LEDGER,
    after: 'async handOver(',
    find: 'WHERE m.key = handed.key AND',
    replace: 'WHERE handed.key IS NOT NULL AND',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'an answer of the server marks every letter of its claim accepted',
    file: ACCEPTED,
    after: 'async function markAccepted(',
    find: 'm.key = said.key AND ',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a letter leaves though something has happened since it was written',
    file: LEDGER,
    after: 'async handOver(',
    find: 'now.sequence IS DISTINCT FROM told.sequence',
    replace: 'told.sequence IS NULL',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a letter whose deployment has changed keeps every other from leaving',
    file: LEDGER,
    after: 'async handOver(',
    find: 'told.envelope = handed.envelope AND ',
    replace: '',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a part of an e-mail is handed over, though another part of it is no longer true',
    file: LEDGER,
    after: 'async handOver(',
    find: 'WHERE told.envelope = handed.envelope AND ',
    replace: 'WHERE told.envelope = handed.envelope AND told.reference = m.reference AND ',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a letter that is put back uses up a try',
    file: SET_ASIDE,
    after: 'async function keepBack(',
    find: 'attempts = attempts - 1',
    replace: 'attempts = attempts + 0',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'what is not sent at once is not put back',
    file: 'activities/mailroom.ts',
    find: 'if (sent < envelopes.length) await ledger.putBack(envelopes.slice(sent));',
    replace: '',
    caughtBy: ['tests/post/mailroom.test.ts'],
  },
  {
    bug: 'a slow mail server is sent what was judged long ago',
    file: 'activities/mailroom.ts',
    find: '(sent === 0 || performance.now() - claimedMs < FRESH_MS)',
    replace: '(sent === 0 || claimedMs > 0)',
    caughtBy: ['tests/post/mailroom.test.ts'],
  },
  {
    bug: 'everything that is claimed is handed over at once, and said twice when a worker is killed',
    file: 'activities/mailroom.ts',
    find: 'envelopes.slice(sent, sent + ports.atATime)',
    replace: 'envelopes.slice(sent)',
    caughtBy: ['tests/post/mailroom.test.ts'],
  },
  ...['markFailed', 'putOff'].flatMap((name) =>
    eachOf(['key'], {
      bug: `${name} marks every letter of its claim`,
      file: LEDGER,
      after: `async ${name}(`,
      where: 'WHERE key = ANY ($1) AND claim = $2',
      caughtBy: LEDGER_TESTS,
    }),
  ),
  ...eachOf(['key', 'claim'], {
    bug: 'a letter is given up after too many tries',
    file: LEDGER,
    after: "`UPDATE messages SET state = 'failed', claim = NULL, claimed_until = NULL, closed_at = clock_timestamp(),\n",
    where: 'WHERE key = ANY ($1) AND claim = $2',
    caughtBy: LEDGER_TESTS,
  }),
  {
    bug: 'a repeat leaves letters of its e-mail behind',
    file: LEDGER,
    after: 'async function claimRows(',
    find: '(key = ANY ($4) OR envelope = ANY ($5))',
    replace: '(key = ANY ($4) OR $5::text[] IS NULL)',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a claim takes every letter that may be tried',
    file: LEDGER,
    after: 'async function claimRows(',
    find: '(key = ANY ($4) OR envelope = ANY ($5))',
    replace: '($4::text[] IS NOT NULL OR envelope = ANY ($5))',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'reminders to several people travel together',
    file: LEDGER,
    after: 'async function claimRows(',
    find: 'AND (person, ${WRITTEN_ON}) IN (SELECT * FROM unnest($6::text[], $7::date[]))',
    replace: 'AND $6::text[] IS NOT NULL AND ${WRITTEN_ON} = ANY ($7::date[])',
    caughtBy: LEDGER_TESTS,
  },
  {
    bug: 'a reminder that was left out travels along with one that goes',
    file: LEDGER,
    after: 'async function claimRows(',
    find: "OR state = 'queued' AND envelope IS NULL AND kind",
    replace: 'OR envelope IS NULL AND kind',
    caughtBy: LEDGER_TESTS,
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

const ANSWERING = 'postgres/surveys/answering.ts';
const SURVEYS_LEAVE = 'postgres/surveys/leaving.ts';
const WAKE = 'postgres/surveys/wake.ts';
const WAVES = 'postgres/surveys/waves.ts';
const ANONYMITY_TESTS = ['tests/surveys/anonymity.test.ts'];
const WAVE_TESTS = ['tests/surveys/wave.test.ts'];
const AT_END_TESTS = ['tests/surveys/at-end.test.ts'];
const SURVEY_LETTER_TESTS = ['tests/surveys/letters.property.test.ts'];

/** Surveys: what an answer leaves behind, who is asked and written to, and what is told. */
const OF_SURVEYS: readonly Plant[] = [
  {
    bug: 'a response says whose it is',
    file: ANSWERING,
    find: '$3::text[], m.strata, ',
    replace: "$3::text[], m.strata || jsonb_build_object('by', m.person), ",
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'a response is written in a transaction of its own',
    file: ANSWERING,
    find: 'DELETE FROM survey_responses WHERE wave = $1 RETURNING',
    replace: 'DELETE FROM survey_responses WHERE wave = $1 AND false RETURNING',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'responses stand in the order in which they came',
    file: ANSWERING,
    after: 'excluded_because, answers) SELECT * FROM now',
    find: ' ORDER BY random()',
    replace: '',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'the invitation alone is written with the response',
    file: ANSWERING,
    find: "(state = 'submitted' OR person = $2)",
    replace: 'person = $2',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'the draft stays beside the answer',
    file: ANSWERING,
    after: 'if (rows[0]?.open !== true) return false;',
    find: "await db.query('DELETE FROM survey_drafts WHERE wave = $1 AND person = $2', [wave, person]);",
    replace: '',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'somebody answers twice',
    file: ANSWERING,
    find: 'AND i.${MAY_ANSWER} FOR UPDATE OF i',
    replace: 'FOR UPDATE OF i',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a response after the cut-off counts',
    file: ANSWERING,
    find: "CASE WHEN ${ITS_DAY} > w.cut_off_on THEN 'after-cut-off' END",
    replace: 'NULL::text',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'an answer is taken after the last day, until the workflow wakes',
    file: ANSWERING,
    find: "`SELECT w.state = 'open' AND ${ITS_DAY} <= coalesce(m.closes_on, w.closes_on) AS open",
    replace: "`SELECT w.state = 'open' AS open",
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'the pages take answers after the last day, until the workflow wakes',
    file: ANSWERING,
    find: "kept.document AS survey, w.state = 'open' AND ${ITS_DAY} <= coalesce(m.closes_on, w.closes_on) AS open",
    replace: "kept.document AS survey, w.state = 'open' AS open",
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'opening the page of a survey counts as opening it',
    file: 'web/surveys/link-routes.ts',
    find: 'return opened === undefined ? reply.callNotFound() : (over(reply, opened) ?? startPage(reply, opened));',
    replace:
      'if (opened !== undefined) await openSurvey(db, opened);\n    return opened === undefined ? reply.callNotFound() : (over(reply, opened) ?? startPage(reply, opened));',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'following the link to opt out opts out',
    file: 'web/surveys/link-routes.ts',
    find: 'return opened === undefined ? reply.callNotFound() : leavePage(reply, opened, path);',
    replace:
      'if (opened !== undefined) await leave(db, opened);\n      return opened === undefined ? reply.callNotFound() : leavePage(reply, opened, path);',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'a link opens that was sent to an address that is no longer theirs',
    file: 'web/surveys/link-routes.ts',
    find: 'return links.surveyTokenFor({ wave, person, email }) === token ? { ...invited, token } : undefined;',
    replace: 'return links.surveyTokenFor({ wave, person, email }) === token ? { ...invited, token } : { ...invited, token };',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'the e-mail with the link is kept after it has left',
    file: 'postgres/desk/notes.ts',
    after: 'export async function markNoteSent',
    find: "body_text = NULL, body_html = NULL, entries = '[]', claim = NULL, claimed_until = NULL, notification = $3",
    replace: "entries = '[]', claim = NULL, claimed_until = NULL, notification = $3",
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'a letter that waits is sent to somebody who opted out by the link of another survey',
    file: SURVEYS_LEAVE,
    find: 'NOT EXISTS (SELECT FROM survey_opt_outs opted WHERE opted.person = letter.person)',
    replace: 'true',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'the links of surveys are kept as they are sent',
    file: 'mail/survey-note.ts',
    find: 'linkHash: links.hashOf(token)',
    replace: 'linkHash: Buffer.from(token)',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'a letter of a survey leaves while e-mails are on hold',
    file: SURVEYS_LEAVE,
    find: 'return !row.held && ',
    replace: 'return ',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a letter of a survey leaves beyond the limit of a day',
    file: SURVEYS_LEAVE,
    find: ' && (await mayGetNote(pool, note))',
    replace: '',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a letter of a survey leaves at any time of any day',
    file: SURVEYS_LEAVE,
    find: 'mayMs <= row.nowMs',
    replace: 'mayMs <= Infinity',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a letter of a survey leaves after a newer one',
    file: SURVEYS_LEAVE,
    find: 'newer.written_at > letter.written_at',
    replace: 'newer.written_at > letter.written_at AND false',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a letter that waits is sent after its invitation came back',
    file: SURVEYS_LEAVE,
    find: "i.state IN ('queued', 'sent', 'opened', 'started')",
    replace: 'i.person IS NOT NULL',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a survey reminds somebody who was never invited',
    file: WAKE,
    find: '(!invited || ill)',
    replace: 'ill',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a survey reminds somebody whose clock was stopped meanwhile for illness',
    file: WAKE,
    find: '(!invited || ill)',
    replace: '!invited',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'a survey writes to somebody who opted out by the link of another',
    file: WAKE,
    find: 'OR EXISTS (SELECT FROM survey_opt_outs opted WHERE opted.person = letter.person)',
    replace: '',
    caughtBy: SURVEY_LETTER_TESTS,
  },
  {
    bug: 'who was reminded is remembered',
    file: WAKE,
    find: 'await forgetReminders(pool, wave);',
    replace: '',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'few answers are told',
    file: WAVES,
    find: 'submitted >= TOLD_FROM && ',
    replace: '',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'it is told that few have not answered',
    file: WAVES,
    find: ' && row.asked - submitted >= TOLD_FROM',
    replace: '',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'a survey that was called off keeps people from being asked',
    file: 'postgres/surveys/candidates.ts',
    find: "AND w.state <> 'called-off'",
    replace: '',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'a survey asks whoever held the role before',
    file: 'postgres/surveys/candidates.ts',
    find: 'party.role = asked.role AND party.until IS NULL',
    replace: 'party.role = asked.role',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'a survey asks a deputy',
    file: 'postgres/surveys/candidates.ts',
    find: 'SELECT party.person, jsonb_agg(',
    replace: 'SELECT coalesce((SELECT min(deputy) FROM deputies WHERE deputies.person = party.person), party.person) AS person, jsonb_agg(',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'a survey asks its staff',
    file: 'postgres/surveys/candidates.ts',
    find: "${isStaffToday('part.person', '$5')} AS staff",
    replace: '($5::text[] IS NULL) AS staff',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'a survey asks whoever opted out before',
    file: 'postgres/surveys/candidates.ts',
    find: 'EXISTS (SELECT FROM survey_opt_outs opted WHERE opted.person = part.person) AS "optedOut"',
    replace: 'false AS "optedOut"',
    caughtBy: WAVE_TESTS,
  },
  {
    bug: 'there are figures before a survey has ended',
    file: 'postgres/surveys/figures.ts',
    find: "return state === 'closed' || state === 'called-off';",
    replace: "return state !== 'planned';",
    caughtBy: ['tests/surveys/wave-command.test.ts'],
  },
  {
    bug: 'responses after the cut-off are counted',
    file: 'postgres/surveys/figures.ts',
    find: 'WHERE wave = $1 AND excluded_because IS NULL',
    replace: 'WHERE wave = $1',
    caughtBy: ['tests/surveys/wave-command.test.ts'],
  },
  {
    bug: 'a coder sees what the other gave before both have finished',
    file: 'postgres/surveys/coding.ts',
    find: 'coder.coding = c.id AND coder.finished_at IS NULL)',
    replace: 'coder.coding = c.id AND false)',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'open answers are listed in the order of the responses',
    file: 'postgres/surveys/coding.ts',
    find: 'row_number() OVER (ORDER BY random())',
    replace: 'row_number() OVER ()',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'a coder changes codes after finishing',
    file: 'postgres/surveys/coding.ts',
    find: 'person = $4 AND finished_at IS NULL FOR UPDATE',
    replace: 'person = $4 FOR UPDATE',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'whoever works with respondents codes their answers',
    file: 'postgres/surveys/coding.ts',
    find: "AND NOT ${isStaffToday('p.id', '$2')}",
    replace: 'AND $2::text[] IS NOT NULL',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'whoever works with respondents reads their answers',
    file: 'web/surveys/coding-access.ts',
    find: 'if (!user.roles.some(({ role }) => WORKS_WITH_RESPONDENTS.includes(role))) return false;',
    replace: 'if (user.roles.length > 0) return false;',
    caughtBy: ANONYMITY_TESTS,
  },
  {
    bug: 'a survey at the end of deployments asks about those that ended before it',
    file: 'postgres/surveys/candidates.ts',
    find: '>= $9::date',
    replace: '>= $9::date - 30',
    caughtBy: AT_END_TESTS,
  },
  {
    bug: 'a response at the end of a deployment keeps its day',
    file: ANSWERING,
    find: "CASE WHEN w.kind = 'wave' THEN ${ITS_DAY} END",
    replace: '${ITS_DAY}',
    caughtBy: AT_END_TESTS,
  },
  {
    bug: 'an invitation at the end of a deployment does not lapse',
    file: WAKE,
    find: 'await lapsePassed(pool, wave, at);',
    replace: '',
    caughtBy: AT_END_TESTS,
  },
];

const DIARY = 'workflows/deployment.ts';
const IN_TASK_TESTS = ['tests/crash/kill-in-task.test.ts'];

/** What time brings about is stored in the workflow's own task (docs/decisions/0066). */
const OF_THE_TASK: readonly Plant[] = [
  {
    bug: 'what people asked for is not decided again after what the record had',
    file: DIARY,
    find: 'for (const one of asked) decideOn(one);',
    replace: '',
    caughtBy: IN_TASK_TESTS,
  },
  {
    bug: 'what the record had is not counted as stored',
    file: DIARY,
    after: 'const goOnFrom =',
    find: 'stored += events.length;',
    replace: '',
    caughtBy: IN_TASK_TESTS,
  },
  {
    bug: 'what people asked for is stored before the engine has it for good',
    file: DIARY,
    find: 'if (byTimeAlone && patched(IN_TASK))',
    replace: 'if (patched(IN_TASK) || byTimeAlone)',
    caughtBy: ['tests/crash/kill-in-task.test.ts', 'tests/replay/replay.test.ts', 'tests/engine/summaries.test.ts'],
  },
  {
    bug: 'the activity does not go on with what the task could not store',
    file: DIARY,
    find: 'if (!(error instanceof TemporalFailure)) throw error;',
    replace: 'throw error;',
    caughtBy: ['tests/crash/kill-postgres.test.ts'],
  },
  {
    bug: 'what a person asked for is taken over from the record as if time had brought it about',
    file: 'postgres/record/record.ts',
    find: 'return events.every(isBroughtByTime) ? events : [];',
    replace: 'return events;',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'nothing that the record had is taken over',
    file: 'postgres/record/record.ts',
    find: 'return events.every(isBroughtByTime) ? events : [];',
    replace: 'return events.every(isBroughtByTime) ? [] : [];',
    caughtBy: RECORD_TESTS,
  },
  {
    bug: 'what was stored in a task is unknown to who compares the two stores',
    file: 'desk/find-parted.ts',
    find: "if (type === 'storeInTask') return done === null ? null : (done.result as WakeUp);",
    replace: '',
    caughtBy: IN_TASK_TESTS,
  },
];

export const PLANTS: readonly Plant[] = [
  ...ONCE_UNSEEN,
  ...OF_THE_LEDGER,
  ...OF_THE_POST,
  ...OF_THE_RECORD,
  ...OF_THE_NEIGHBOURS,
  ...OF_THE_TASK.map((plant) => ({ ...plant, bug: `in the task: ${plant.bug}` })),
  ...OF_MERGING.map((plant) => ({ ...plant, bug: `two entries of one person: ${plant.bug}` })),
  ...OF_THE_LETTERS,
  ...OF_THE_VIEWS,
  ...OF_SURVEYS.map((plant) => ({ ...plant, bug: `of a survey: ${plant.bug}` })),
];

/** The text of a file with the bug in it; null where the piece is missing or occurs more than once. */
export function planted(text: string, { after, find, replace }: Plant): string | null {
  const from = after === undefined ? 0 : text.indexOf(after);
  if (from === -1 || (after !== undefined && text.includes(after, from + 1))) return null;
  const at = text.indexOf(find, from);
  if (at === -1 || (after === undefined && text.includes(find, at + 1))) return null;
  return text.slice(0, at) + replace + text.slice(at + find.length);
}
