import { exampleDay } from './example-day.ts';
import { Command } from 'commander';
import { mailTroubleWords } from '../desk/mail-trouble-words.ts';
import { tellMailroomAtOnce } from '../desk/tell-mailroom.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { longDate, parsePlainDate } from '../domain/time/plain-date.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import { clearRefusedAddresses, listRefusedAddresses } from '../postgres/desk/refused-addresses.ts';
import type { RefusedAddress, WhichRefusals } from '../postgres/desk/refused-addresses.ts';
import type { Db } from '../postgres/database.ts';
import { readMailTrouble } from '../postgres/views/mail-trouble.ts';
import type { MailTrouble } from '../postgres/views/mail-trouble.ts';
import { standingHolds } from '../postgres/views/post-holds.ts';
import { readBacklogs } from '../postgres/views/service.ts';
import { mustFindPerson } from './must-find.ts';
import { holdCommands, holdInWords } from './post-holds.ts';
import { capCommand } from './post-cap.ts';
import { quieterCommand } from './quieter.ts';
import { tomorrowCommand } from './post-tomorrow.ts';
import { print, table, usage } from './output.ts';
import type { Opened } from './open.ts';

type Which = { readonly since?: string; readonly said?: string; readonly person?: string; readonly json?: true };

/** A day, or a minute of a day. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2}))?$/;

/** `chaser post`: how the post is, holding and releasing it, and what to do after a mail server refused addresses that are right. */
export function postCommand(opened: Opened): Command {
  const post = new Command('post').description(
    'How the post is, what is on hold and what goes out next, and what to do after a mail server was wrong about addresses.',
  );

  post
    .command('status')
    .description('What is waiting to be sent, what is on hold, and what the mail server says about us.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser post status')
    .action((options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const [trouble, backlogs, refused, holds] = await Promise.all([
          readMailTrouble(db),
          readBacklogs(db),
          listRefusedAddresses(db, ALL),
          standingHolds(db),
        ]);
        print(options.json === true, { trouble, ...backlogs, refusedAddresses: refused.length, holds }, () =>
          [
            troubleInWords(trouble),
            ...holds.map(holdInWords),
            ...(holds.length === 0 ? ['No e-mails are on hold.'] : []),
            `${backlogs.letters.count} letters are to be sent now, ${backlogs.lettersForLater.count} later, ${backlogs.lettersOnHold.count} are on hold.`,
            `${refused.length} addresses are marked as refused.${refused.length > 0 ? ' See them with: chaser post refused' : ''}`,
          ].join('\n'),
        );
      }),
    );

  withWhich(post.command('refused'))
    .description('The addresses that a mail server refused for good, what it said, and what was not sent for it.')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  chaser post refused --since ${exampleDay(0)}T09:00 --said "blocked using"`)
    .action((options: Which) =>
      opened.withDatabase(async (db) => {
        const refused = await listRefusedAddresses(db, await whichOf(db, options));
        print(options.json === true, refused, () => inWords(refused));
      }),
    );

  withWhich(post.command('clear'))
    .description('Take those marks away, and send what was not sent for them and is still wanted. Shows first what it would do.')
    .option('--because <text>', 'why the addresses are right; it stands at the contact tasks that it closes')
    .option('--by <person>', 'who decided it: contact id or e-mail')
    .option('--yes', 'do it; without this it only shows what it would do')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser post clear --since ${exampleDay(0)}T09:00 --said "blocked using"
  chaser post clear --since ${exampleDay(0)}T09:00 --said "blocked using" --yes \\
    --because "Our address was on a blocklist by mistake." --by ada.admin@delivery.example

Exit codes: 0 done, or shown; 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action((options: Which & { because?: string; by?: string; yes?: true }) =>
      opened.withDesk(async ({ db, client, taskQueue }) => {
        const which = await whichOf(db, options);
        if (which.since === null && which.said === null && which.person === null) {
          throw usage('Nothing says which marks are meant.', 'Give --since, --said or --person. See all with: chaser post refused');
        }
        const refused = await listRefusedAddresses(db, which);
        if (options.yes !== true) {
          print(options.json === true, { cleared: false, refused }, () =>
            refused.length === 0 ? inWords(refused) : `${inWords(refused)}\nNothing was changed. Add --yes, --because and --by to do it.`,
          );
          return;
        }
        if (showsNothing(options.because ?? '') || options.because === undefined || options.by === undefined) {
          throw usage('--yes needs --because and --by.', 'Say why the addresses are right, and who decided it.');
        }
        const by = await mustFindPerson(db, options.by);
        const cleared = await clearRefusedAddresses(db, refused, `${by} cleared the mark: ${options.because.trim()}`);
        for (const mailroom of cleared.mailrooms) await tellMailroomAtOnce(client, taskQueue, mailroom);
        const { people, letters } = cleared;
        print(
          options.json === true,
          { cleared: true, people, letters },
          () => `${people} marks were cleared. ${letters} letters are queued again.`,
        );
      }),
    );

  holdCommands(post, opened);
  tomorrowCommand(post, opened);
  capCommand(post, opened);
  quieterCommand(post, opened);
  return post;
}

/** A command with the options that say which marks are meant. */
function withWhich(command: Command): Command {
  return command
    .option('--since <when>', `only those refused since then, London time: ${exampleDay(0)} or ${exampleDay(0)}T09:30`)
    .option('--said <words>', 'only those where the mail server’s reply holds these words')
    .option('--person <person>', 'only this one: contact id or e-mail');
}

const ALL: WhichRefusals = { since: null, said: null, person: null };

async function whichOf(db: Db, { since, said, person }: Which): Promise<WhichRefusals> {
  return {
    since: since === undefined ? null : instantOf(since),
    said: said ?? null,
    person: person === undefined ? null : await mustFindPerson(db, person),
  };
}

function instantOf(given: string): string {
  const [, day = '', hour = '00', minute = '00'] = MOMENT.exec(given) ?? [];
  const date = parsePlainDate(day);
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59) {
    throw usage(`--since ${given} is no moment.`, `Give a day or a minute in London: ${exampleDay(0)} or ${exampleDay(0)}T09:30.`);
  }
  return new Date(londonInstant(date, Number(hour) * 60 + Number(minute))).toISOString();
}

function inWords(refused: readonly RefusedAddress[]): string {
  if (refused.length === 0) return 'No address is marked as refused so.';
  const letters = refused.reduce((sum, { letters: all }) => sum + all.length, 0);
  return [
    table(
      ['Person', 'Address', 'Since', 'To send', 'What the mail server said'],
      refused.map(({ person, email, refusedAt, letters: all, said }) => [
        person,
        email,
        longDate(londonDate(Date.parse(refusedAt))),
        String(all.length),
        said,
      ]),
    ),
    `${refused.length} addresses, ${letters} letters that were not sent for it and are still wanted.`,
  ].join('\n');
}

function troubleInWords(trouble: MailTrouble | null): string {
  if (trouble === null) return 'The mail server has taken what it was given.';
  const { says, remedy } = mailTroubleWords(trouble);
  return `Mail server: ${says}.\n${remedy}`;
}
