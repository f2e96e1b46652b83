import type { FastifyInstance } from 'fastify';
import { missingPinsWords } from '../../desk/missing-pins-words.ts';
import { mailTroubleWords } from '../../desk/mail-trouble-words.ts';
import { mailboxWords } from '../../desk/mailbox-words.ts';
import { trainingWords } from '../../desk/moved-time-words.ts';
import { withoutAddresses } from '../../desk/without-addresses.ts';
import { pendingMigrations } from '../../postgres/migrate.ts';
import { listMissingPins } from '../../postgres/pinned/pins.ts';
import type { MissingPinRow } from '../../postgres/pinned/pins.ts';
import { listFailedLetters, readBacklogs } from '../../postgres/views/service.ts';
import type { Backlogs, FailedLetter } from '../../postgres/views/service.ts';
import { readMailTrouble } from '../../postgres/views/mail-trouble.ts';
import { readMailboxReading } from '../../postgres/desk/mailbox-reading.ts';
import type { MailboxReading } from '../../postgres/desk/mailbox-reading.ts';
import { readSandbox } from '../../postgres/sandbox/sandbox.ts';
import type { Sandbox } from '../../postgres/sandbox/sandbox.ts';
import type { MailTrouble } from '../../postgres/views/mail-trouble.ts';
import { CHECK_NAMES, watchdogRoundIs } from '../../desk/watchdog-words.ts';
import { listStandingFindings, readWatchdog } from '../../postgres/watchdog/findings.ts';
import type { StandingFinding, WatchdogState } from '../../postgres/watchdog/findings.ts';
import { countPollers } from '../../temporal/pollers.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('service');

const PATIENCE_MS = 3_000;
const FAILED_LETTERS = 20;
const FINDINGS = 50;

/**
 * The state of the service itself: what it needs, what waits and what failed. It shows contact ids and references only,
 * and no names.
 */
export function registerServiceRoutes(app: FastifyInstance, services: Services): void {
  app.get('/service', { config: { access: 'see-service' } }, async (request, reply) => {
    const [database, engine, records] = await Promise.all([askDatabase(services), askEngine(services), readRecords(services)]);
    const kept = records === null ? [] : [mailCheck(records.trouble), pinCheck(records.missingPins), mailboxCheck(records.mailbox)];
    return send(reply, signedIn(request), 'service/index', {
      title: 'Service',
      copyWords: records?.sandbox == null ? null : trainingWords(Date.parse(records.sandbox.now), records.sandbox.movedByMs),
      checks: [database, ...engine, ...kept],
      backlogs: records === null ? null : rowsOf(records.backlogs),
      watchdog: records === null ? null : watchdogView(records),
      failed:
        records === null
          ? null
          : records.failed.map((letter) => ({
              ...letter,
              reason: withoutAddresses(letter.reason ?? ''),
              href: urls.deployment(letter.reference),
            })),
    });
  });
}

type Check = { readonly name: string; readonly well: boolean; readonly says: string; readonly remedy: string | null; readonly off?: true };

async function askDatabase({ db }: Services): Promise<Check> {
  const name = 'PostgreSQL';
  try {
    const pending = await soon(pendingMigrations(db));
    if (pending.length === 0) return { name, well: true, says: 'Answers, and is up to date', remedy: null };
    return {
      name,
      well: false,
      says: `Lacks ${pending.join(', ')}`,
      remedy: 'Whoever runs Chaser brings it up to date: docs/operations.md says how.',
    };
  } catch (error) {
    return {
      name,
      well: false,
      says: `Is not answering: ${wordsOf(error)}`,
      remedy: 'Check that it is running, and that DATABASE_URL is right.',
    };
  }
}

async function askEngine({ temporal, taskQueue }: Services): Promise<readonly Check[]> {
  const workers = 'Workers';
  try {
    const polling = await soon(countPollers(temporal, taskQueue));
    return [
      { name: 'Temporal', well: true, says: 'Answers', remedy: null },
      polling > 0
        ? { name: workers, well: true, says: `${polling} asked for work within the last two minutes`, remedy: null }
        : {
            name: workers,
            well: false,
            says: 'None asked for work within the last two minutes',
            remedy: 'Start a worker. Until then nobody is reminded; nothing is lost.',
          },
    ];
  } catch (error) {
    return [
      {
        name: 'Temporal',
        well: false,
        says: `Is not answering: ${wordsOf(error)}`,
        remedy: 'Check that it is running, and that TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are right. Answers are kept meanwhile.',
      },
      { name: workers, well: false, says: 'Not known while Temporal is not answering', remedy: null },
    ];
  }
}

type Records = {
  readonly backlogs: Backlogs;
  readonly failed: readonly FailedLetter[];
  readonly trouble: MailTrouble | null;
  readonly sandbox: Sandbox | null;
  readonly missingPins: readonly MissingPinRow[];
  readonly mailbox: MailboxReading | null;
  readonly watchdog: WatchdogState;
  readonly findings: readonly StandingFinding[];
};

/** What the check made every ten minutes found; in a training copy it is not made, because time is moved there. */
function watchdogView({ sandbox, watchdog, findings }: Records) {
  const count = Object.values(watchdog.standing).reduce((sum, found) => sum + found, 0);
  return {
    round: watchdogRoundIs(watchdog, sandbox !== null),
    sweptAt: watchdog.sweptAt,
    findings: findings.map((finding) => ({
      ...finding,
      check: CHECK_NAMES[finding.kind],
      href: finding.reference === null ? null : urls.deployment(finding.reference),
      says: withoutAddresses(finding.says),
    })),
    more: count - findings.length,
  };
}

function mailCheck(trouble: MailTrouble | null): Check {
  const name = 'Mail server';
  if (trouble === null) return { name, well: true, says: 'Is accepting letters', remedy: null };
  return { name, well: !trouble.believed, ...mailTroubleWords(trouble) };
}

/** What running deployments began with is in the database, or it is told who waits for it. */
function pinCheck(missing: readonly MissingPinRow[]): Check {
  const name = 'Programmes in use';
  if (missing.length === 0) return { name, well: true, says: 'No deployment waits for its programme or calendar', remedy: null };
  return { name, well: false, ...missingPinsWords(missing) };
}

/** Whether replies and e-mails that came back are read. Off is no fault: it is how a service is set up that takes them by a pipe, or not at all. */
function mailboxCheck(mailbox: MailboxReading | null): Check {
  const name = 'Mailbox for replies';
  if (mailbox === null) {
    return {
      name,
      well: true,
      off: true,
      says: 'No mailbox is read. What the mail server of the service hands in is still taken',
      remedy: 'INBOX_URL turns it on: docs/operations.md.',
    };
  }
  const { says, remedy } = mailboxWords(mailbox);
  return { name, well: mailbox.trouble === null, says, remedy: remedy === null ? null : `${remedy}.` };
}

async function readRecords({ db }: Services): Promise<Records | null> {
  try {
    const [backlogs, failed, trouble, sandbox, missingPins, mailbox, watchdog, findings] = await soon(
      Promise.all([
        readBacklogs(db),
        listFailedLetters(db, FAILED_LETTERS),
        readMailTrouble(db),
        readSandbox(db),
        listMissingPins(db),
        readMailboxReading(db),
        readWatchdog(db),
        listStandingFindings(db, FINDINGS),
      ]),
    );
    return { backlogs, failed, trouble, sandbox, missingPins, mailbox, watchdog, findings };
  } catch {
    // The page says already that PostgreSQL does not answer.
    return null;
  }
}

function rowsOf({ letters, lettersForLater, lettersOnHold, notes, answers }: Backlogs) {
  return [
    { what: 'Letters to send now', ...letters },
    { what: 'Letters to send later', ...lettersForLater },
    { what: 'Letters on hold', ...lettersOnHold },
    { what: 'Sign-in links and copies of answers', ...notes },
    { what: 'Answers that are not recorded yet', ...answers },
  ];
}

/** What went wrong, without the number of a gRPC status and without how many thousandths of a second each part of a call took. */
function wordsOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return said.replace(/^\d+ [A-Z_]+: /, '').replace(/ after [\d.]+s,.*$/s, '');
}

/** A page does not wait for what is down. */
async function soon<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} seconds`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
