import { Command } from 'commander';
import { mailboxWords } from '../desk/mailbox-words.ts';
import { readIncoming } from '../inbox/read-incoming.ts';
import { keepIncoming } from '../postgres/desk/keep-incoming.ts';
import type { KeptIncoming } from '../postgres/desk/keep-incoming.ts';
import { readMailboxReading } from '../postgres/desk/mailbox-reading.ts';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { listIncoming } from '../postgres/views/incoming.ts';
import type { IncomingEmail } from '../postgres/views/incoming.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { Fault, print, table, usage } from './output.ts';
import type { Opened } from './open.ts';

/** What sendmail and Postfix take as "not now, try again" (sysexits.h, EX_TEMPFAIL): any other failure they send back to the writer. */
const TRY_AGAIN = 75;
/** More than `inbox/` reads of an e-mail; what is beyond is read from the pipe and left out. */
const MOST_KEPT = 11 * 1024 * 1024;

/** `chaser inbox`: takes an e-mail that came in, and shows what came. */
export function inboxCommand({ withDatabase }: Opened): Command {
  const inbox = new Command('inbox').description('E-mails that came in: replies, automatic replies and e-mails that came back.');

  inbox
    .command('take')
    .description('Take one e-mail from standard input. It is kept; it answers nothing by itself.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Example:
  chaser inbox take < message.eml

A mail server can hand in each e-mail as it comes: docs/operations.md, “What comes back”.

Exit codes: 0 kept, or kept before; 2 wrong use; 75 not kept, hand it in again: Postfix does so by itself.`,
    )
    .action(async (options: { json?: true }) => {
      const raw = await readInput();
      if (raw.length === 0) throw usage('No e-mail came on standard input.', 'Give it one: chaser inbox take < message.eml');
      if (!beginsWithHeader(raw)) {
        throw usage(
          'What came on standard input is not an e-mail: it does not begin with a header such as “From: …”.',
          'Give the e-mail as it was received, with its headers: chaser inbox take < message.eml',
        );
      }
      const kept = await withDatabase(async (db) => keepIncoming(db, await readIncoming(raw, nowMs()), { via: 'pipe' })).catch(
        (error: unknown) => {
          throw notKept(error);
        },
      );
      print(options.json === true, kept, () => keptInWords(kept));
    });

  inbox
    .command('list')
    .description('What came in, the newest first, and how the mailbox is read.')
    .option('--unmatched', 'only what fits no letter')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser inbox list --unmatched')
    .action((options: { unmatched?: true; json?: true }) =>
      withDatabase(async (db) => {
        const [reading, emails] = await Promise.all([
          readMailboxReading(db),
          listIncoming(db, { unmatched: options.unmatched === true, limit: 100, seesAll: true }, { sql: 'true', values: [] }),
        ]);
        print(options.json === true, { reading, emails }, () =>
          [
            reading === null
              ? 'No mailbox is read: INBOX_URL is not set for the worker.'
              : `${reading.mailbox}. ${mailboxWords(reading).says}.`,
            emails.length === 0 ? 'Nothing has come in.' : inWords(emails),
          ].join('\n'),
        );
      }),
    );

  return inbox;
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    if (size < MOST_KEPT) chunks.push(bytes);
    size += bytes.length;
  }
  return Buffer.concat(chunks).subarray(0, MOST_KEPT);
}

/** Whether bytes begin as an e-mail does: with a header, or with the line that mail servers put before it (“From ada@… Mon …”). */
function beginsWithHeader(raw: Buffer): boolean {
  return /^\s*(?:From |[!-9;-~]+[ \t]*:)/.test(raw.subarray(0, 1000).toString('latin1'));
}

function notKept(error: unknown): Fault {
  const { message, remedy } =
    error instanceof Fault ? error : { message: error instanceof Error ? error.message : String(error), remedy: '' };
  return new Fault(
    { kind: 'not-kept', message: `The e-mail was not kept. ${message}`, remedy: `${remedy} Hand it in again later.`.trim() },
    TRY_AGAIN,
  );
}

const KINDS: Readonly<Record<KeptIncoming['kind'], string>> = {
  bounce: 'An e-mail that came back',
  delayed: 'Word that an e-mail is delayed',
  automatic: 'An automatic reply',
  person: 'A reply by a person',
};

function keptInWords({ isNew, ofSurvey, kind, references, marked }: KeptIncoming): string {
  if (ofSurvey) return 'A reply to a survey is kept nowhere: it is no answer, and nobody who works with its writer may read it.';
  if (!isNew) return 'This e-mail was kept before. Nothing was changed.';
  const fits = references.length === 0 ? 'It fits no letter.' : `It belongs to ${references.join(', ')}.`;
  return `${KINDS[kind]} is kept. ${fits}${marked ? ' Its address is marked as refused: no more letters go there.' : ''}`;
}

function inWords(emails: readonly IncomingEmail[]): string {
  return table(
    ['Number', 'Day', 'What', 'Deployment', 'From', 'Subject'],
    emails.map(({ id, at, kind, letters, from, subject }) => [
      id,
      longDate(londonDate(Date.parse(at))),
      kind,
      [...new Set(letters.map(({ reference }) => reference))].join(' ') || 'fits none',
      from.address,
      subject,
    ]),
  );
}
