import type { Command } from 'commander';
import { limitPost, MOST_IN_A_DAY } from '../desk/post-cap.ts';
import { dateAndTime } from '../domain/time/time-words.ts';
import { readPostCap } from '../postgres/desk/post-cap.ts';
import type { PostCap } from '../postgres/desk/post-cap.ts';
import { mustFindPerson } from './must-find.ts';
import { Fault, print, usage } from './output.ts';
import type { Opened } from './open.ts';

/** `chaser post cap`: how many e-mails a person may get in a day. */
export function capCommand(post: Command, opened: Opened): void {
  post
    .command('cap')
    .description('How many e-mails a person may get in a day, over all kinds; set it, or end it with "off". There is none at first.')
    .argument('[most]', `1 to ${MOST_IN_A_DAY}, or off`)
    .option('--because <text>', 'why; it is kept with who decided it')
    .option('--by <person>', 'who decides it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
What does not fit waits for the next day on which it may go. These give way, the first first: the summary of the week, news and word of
escalations, reminders of optional steps, other reminders, requests and notices. Sign-in links and copies that somebody asked for do not count.

Examples:
  chaser post cap
  chaser post cap 4 --because "Heads told us that six are too many." --by ada.admin@delivery.example
  chaser post cap off --because "The start of term is over." --by ada.admin@delivery.example`,
    )
    .action((given: string | undefined, options: { because?: string; by?: string; json?: true }) =>
      opened.withDatabase(async (db) => {
        if (given !== undefined) {
          if (options.because === undefined || options.by === undefined)
            throw usage('Who decides it and why are missing.', 'Say both: --because "…" --by PERSON');
          const by = await mustFindPerson(db, options.by);
          const limited = await limitPost(db, { most: given, because: options.because, by });
          if (!limited.ok) throw new Fault(limited.reason);
        }
        const cap = await readPostCap(db);
        print(options.json === true, cap, () => capInWords(cap));
      }),
    );
}

function capInWords(cap: PostCap | null): string {
  if (cap === null) return 'There is no limit to the e-mails of a day.';
  const { most, byName, at, because } = cap;
  const rule = most === null ? 'There is no limit to the e-mails of a day' : `Nobody gets more than ${most} e-mails a day`;
  return `${rule}, since ${dateAndTime(at)}, by ${byName}: ${because}`;
}
