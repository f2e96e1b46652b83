import { Command } from 'commander';
import { endSessionsOf, listSignedIn } from '../postgres/access/session-lists.ts';
import { LONGEST_SESSIONS } from '../postgres/access/sessions.ts';
import { mustFindPerson } from './must-find.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';

/** `chaser sessions`: who is signed in to the pages, and how somebody's sessions are ended. */
export function sessionsCommand(opened: Opened): Command {
  const sessions = new Command('sessions').description('See who is signed in to the pages, and sign somebody out everywhere.');

  sessions
    .command('list')
    .description('Everybody who is signed in, and in how many browsers.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser sessions list')
    .action((options: { json?: true }) =>
      opened.withDatabase(async (db) => {
        // How long they last is set where the pages run, and stands in each session.
        const rows = await listSignedIn(db, LONGEST_SESSIONS);
        print(options.json === true, rows, () =>
          rows.length === 0
            ? 'Nobody is signed in.'
            : table(
                ['Contact id', 'Name', 'Browsers', 'Last used'],
                rows.map(({ person, name, sessions: count, usedAt }) => [person, name, String(count), usedAt]),
              ),
        );
      }),
    );

  sessions
    .command('end')
    .description('Sign somebody out in every browser. Links to sign in that they have not used end, too.')
    .argument('<person>', 'contact id or e-mail')
    .requiredOption('--because <text>', 'why; it is kept with who decided it')
    .requiredOption('--by <person>', 'who decided it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Example:
  chaser sessions end c.mills@delivery.example --because "Lost a laptop." --by ada.admin@delivery.example

They can sign in again for as long as they hold a staff role: to end that, take the role out of the people file and import it.

Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action((given: string, options: { because: string; by: string; json?: true }) =>
      opened.withDatabase(async (db) => {
        const because = options.because.trim();
        if (because === '') {
          throw new Fault({ kind: 'no-reason', message: 'The reason is empty.', remedy: 'Say why: --because "Lost a laptop."' });
        }
        const person = await mustFindPerson(db, given);
        const ended = await endSessionsOf(db, { person, by: await mustFindPerson(db, options.by), because });
        print(options.json === true, { person, ...ended }, () =>
          ended.sessions + ended.signInLinks === 0
            ? `${person} was not signed in anywhere, so nothing was ended.`
            : `Ended: ${counted(ended.sessions, 'session')} and ${counted(ended.signInLinks, 'unused link')} to sign in of ${person}.`,
        );
      }),
    );

  return sessions;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
