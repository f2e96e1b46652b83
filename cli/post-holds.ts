import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { holdPost, noSuchHold, placeInWords, releasePost, untilInWords } from '../desk/hold-post.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate, parsePlainDate } from '../domain/time/plain-date.ts';
import { dateAndTime } from '../domain/time/time-words.ts';
import { LETTER_NAMES } from '../letters/kind-words.ts';
import { previewRelease } from '../postgres/desk/release-preview.ts';
import type { Fate, HeldLetter } from '../postgres/desk/release-preview.ts';
import { findHold } from '../postgres/views/post-holds.ts';
import type { HoldScope, PostHold } from '../postgres/views/post-holds.ts';
import { exampleDay } from './example-day.ts';
import { mustFindPerson } from './must-find.ts';
import { Fault, print, table, usage } from './output.ts';
import type { Opened } from './open.ts';

type Place = { readonly service?: true; readonly region?: string; readonly programme?: string; readonly deployment?: string };
type Why = { readonly because: string; readonly by: string; readonly json?: true };

/** `chaser post hold` and `chaser post release`: no e-mail leaves, until a day or until somebody releases it. */
export function holdCommands(post: Command, opened: Opened): void {
  post
    .command('hold')
    .description(
      'Hold the e-mails of the service, a region, a programme or a deployment: none leaves until a day, or until they are released.',
    )
    .option('--service', 'of the whole service')
    .option('--region <region>', 'of the deployments in a region, for example "North West"')
    .option('--programme <id>', 'of the deployments of a programme')
    .option('--deployment <reference>', 'of one deployment')
    .option('--until <date>', `the first day on which e-mails go again, for example ${exampleDay(7)}; without it, until they are released`)
    .requiredOption('--because <text>', 'why; it is kept in the log')
    .requiredOption('--by <person>', 'who decided it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Due dates go on, and calls and escalations still show on Today: to stop those too, pause the deployments.
Sign-in links, fresh links and copies of answers are not held.

Example:
  chaser post hold --service --because "Election period" --by ada.admin@delivery.example

Exit codes: 0 held, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action((options: Place & Why & { until?: string }) =>
      opened.withDatabase(async (db) => {
        const { scope, place } = placeOf(options);
        const until = options.until === undefined ? null : dayOf(options.until);
        const held = await holdPost(db, { scope, place, until, because: options.because, by: await mustFindPerson(db, options.by) });
        if (!held.ok) throw new Fault(held.reason);
        print(options.json === true, held.value, () => `${holdInWords(held.value)}\nRelease it with: chaser post release ${held.value.id}`);
      }),
    );

  post
    .command('release')
    .description('Release a hold. Shows first which letters would go and which would not.')
    .argument('<hold>', 'its number, as chaser post status shows it', holdNumber)
    .option('--because <text>', 'why; it is kept in the log')
    .option('--by <person>', 'who decided it: contact id or e-mail')
    .option('--yes', 'do it; without this it only shows what it would do')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Of the letters about one step only the newest goes to each person, and it says what is true on the day it leaves.

Examples:
  chaser post release 3
  chaser post release 3 --yes --because "The election is over" --by ada.admin@delivery.example

Exit codes: 0 released, or shown; 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action((id: number, options: Partial<Why> & { yes?: true }) =>
      opened.withDesk(async (desk) => {
        const hold = await findHold(desk.db, id);
        if (hold === undefined) throw new Fault(noSuchHold(id));
        const letters = hold.stands ? await previewRelease(desk.db, id) : [];
        if (options.yes !== true) {
          print(options.json === true, { released: false, hold, letters: letters.map(plain) }, () =>
            [
              holdInWords(hold),
              lettersInWords(letters),
              ...(hold.stands ? ['Nothing was changed. Add --yes, --because and --by to release it.'] : []),
            ].join('\n'),
          );
          return;
        }
        if (options.because === undefined || options.by === undefined) {
          throw usage('--yes needs --because and --by.', 'Say why it is released, and who decided it.');
        }
        const released = await releasePost(desk, id, { because: options.because, by: await mustFindPerson(desk.db, options.by) });
        if (!released.ok) throw new Fault(released.reason);
        print(
          options.json === true,
          { released: true, hold: released.value, letters: letters.map(plain) },
          () => `Hold ${id} is released. ${letters.filter(({ fate }) => fate.kind === 'now').length} letters go at once.`,
        );
      }),
    );
}

/** A hold as a line: what, until when, by whom, since when and why. */
export function holdInWords(hold: PostHold): string {
  const what = `Hold ${hold.id}: e-mails ${placeInWords(hold)}`;
  if (hold.stands) {
    return `${what} are held ${untilInWords(hold.untilAt)}, by ${hold.heldByName} since ${dateAndTime(hold.heldAt)}. ${hold.waiting} letters wait. Why: ${hold.because}`;
  }
  const ended =
    hold.releasedAt === null
      ? `ended by itself on ${longDate(londonDate(Date.parse(hold.untilAt ?? hold.heldAt)))}`
      : `was released on ${dateAndTime(hold.releasedAt)} by ${hold.releasedByName ?? ''}: ${hold.releasedBecause ?? ''}`;
  return `${what} were held from ${dateAndTime(hold.heldAt)} by ${hold.heldByName}. The hold ${ended}`;
}

function lettersInWords(letters: readonly HeldLetter[]): string {
  if (letters.length === 0) return 'No letter waits because of it.';
  return table(
    ['Deployment', 'Letter', 'Step', 'To', 'What becomes of it'],
    letters.map(({ reference, kind, stepTitle, toName, fate }) => [reference, LETTER_NAMES[kind], stepTitle, toName, fateInWords(fate)]),
  );
}

function fateInWords(fate: Fate): string {
  switch (fate.kind) {
    case 'now':
      return 'Goes at once';
    case 'later':
      return `Goes ${dateAndTime(new Date(Date.now() + fate.ms).toISOString())}`;
    case 'not':
      return `Does not go: ${fate.because}`;
    default:
      return fate satisfies never;
  }
}

/** A letter without its words, which are for pages. */
function plain({ key, reference, kind, stepTitle, person, toName, fate }: HeldLetter): Omit<HeldLetter, 'letter'> {
  return { key, reference, kind, stepTitle, person, toName, fate };
}

function placeOf({ service, region, programme, deployment }: Place): { readonly scope: HoldScope; readonly place: string } {
  const said = [
    ...(service === true ? [{ scope: 'service' as const, place: '' }] : []),
    ...(region === undefined ? [] : [{ scope: 'region' as const, place: region }]),
    ...(programme === undefined ? [] : [{ scope: 'programme' as const, place: programme }]),
    ...(deployment === undefined ? [] : [{ scope: 'deployment' as const, place: deployment }]),
  ];
  const [only, ...more] = said;
  if (only === undefined || more.length > 0) {
    throw usage('Exactly one thing can be held at a time.', 'Give one of --service, --region, --programme and --deployment.');
  }
  return only;
}

function dayOf(given: string) {
  const day = parsePlainDate(given);
  if (day === undefined) throw usage(`--until ${given} is no day.`, `Give a day as ${exampleDay(7)}.`);
  return day;
}

function holdNumber(given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('Give the number of a hold, as chaser post status shows it.');
}
