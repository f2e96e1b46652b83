import { Command } from 'commander';
import { findParted } from '../desk/find-parted.ts';
import type { Parted } from '../desk/find-parted.ts';
import { findGoneLetters, keepGoneLetters, mend, tellMailrooms } from '../desk/reconcile.ts';
import type { GoneLetters } from '../desk/reconcile.ts';
import { mustFindPerson } from './must-find.ts';
import { EXIT, print, usage } from './output.ts';
import type { Desk, Opened } from './open.ts';
import { asReference } from './reference.ts';

type Options = {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly because?: string;
  readonly by?: string;
  readonly restored?: true;
  readonly recordWins?: true;
  readonly json?: true;
};

type Outcome = Parted & { readonly did: string | null; readonly failed: string | null };

/** `chaser reconcile`: where the record and the engine differ, and how they are brought together again. */
export function reconcileCommand(opened: Opened): Command {
  return new Command('reconcile')
    .description('Compare every deployment in the record with the engine, and put right what differs. Without --yes it only shows it.')
    .argument('[references...]', 'only these deployments, for example D00001')
    .option('--yes', 'put it right; without this it only shows what it would do')
    .option('--dry-run', 'only show it, which is what it does without --yes')
    .option('--because <text>', 'why; it stands in the log')
    .option('--by <person>', 'who decided it: contact id or e-mail')
    .option('--restored', 'PostgreSQL was restored to an older moment: look also for letters that have left since')
    .option('--record-wins', 'what the record has is taken where both have gone on; only with references')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
After a restore of PostgreSQL or of Temporal: keep the workers stopped, restore, run this, and start the workers.
The record is told again what the engine has stored before; the engine is started again from what the record has. Nothing is sent twice.

Examples:
  chaser reconcile
  chaser reconcile --yes --restored --because "PostgreSQL was restored to 3am" --by ada.admin@delivery.example

Exit codes: 0 nothing differs, or all is put right; 1 refused (nothing was changed), 2 wrong use, 3 something differs still.`,
    )
    .action((references: readonly string[], options: Options) => {
      const asked = references.map(asReference);
      if (options.recordWins === true && asked.length === 0)
        throw usage('--record-wins needs the deployments that were read.', 'Name them: chaser reconcile D00001 --record-wins');
      if (options.yes === true && options.dryRun === true) throw usage('--yes puts right and --dry-run only shows.', 'Give one of them.');
      return opened.withDesk((desk) => reconcile(desk, asked, options));
    });
}

async function reconcile(desk: Desk, references: readonly string[], options: Options): Promise<void> {
  const recordWins = options.recordWins === true;
  const because = options.because?.trim() ?? '';
  if (options.yes === true && (because === '' || options.by === undefined))
    throw usage('It is not said why, or who decided it.', 'Add --because TEXT and --by PERSON.');
  const why = options.yes === true ? { because, by: await mustFindPerson(desk.db, options.by ?? '') } : null;
  const parted = await findParted(desk, { ...(references.length === 0 ? {} : { references }), recordWins });
  const older = options.restored === true || parted.some(({ difference }) => difference.kind.startsWith('record-'));
  const gone = older ? await findGoneLetters(desk) : [];

  const outcomes: Outcome[] = [];
  if (why !== null) await keepGoneLetters(desk, gone, why);
  for (const one of parted)
    outcomes.push(why === null ? { ...one, did: null, failed: null } : await mended(desk, one, { ...why, recordWins }));
  if (why !== null) await tellMailrooms(desk);

  const left = outcomes.filter(({ did }) => did === null);
  print(options.json === true, { parted: outcomes, letters: gone, mended: why !== null }, () => inWords(outcomes, gone, why !== null));
  if (left.length > 0 || (why === null && gone.length > 0)) process.exitCode = EXIT.failed;
}

async function mended(desk: Desk, one: Parted, why: Parameters<typeof mend>[2]): Promise<Outcome> {
  if (one.plan === null) return { ...one, did: null, failed: null };
  try {
    return { ...one, did: (await mend(desk, one, why)) ?? 'It had come right by itself.', failed: null };
  } catch (error) {
    return { ...one, did: null, failed: error instanceof Error ? error.message : String(error) };
  }
}

function inWords(outcomes: readonly Outcome[], gone: readonly GoneLetters[], done: boolean): string {
  if (outcomes.length === 0 && gone.length === 0) return 'The record and the engine tell the same of every deployment.';
  const letters = gone.reduce((sum, { keys }) => sum + keys.length, 0);
  const lines = outcomes.flatMap(({ reference, says, plan, byHand, did, failed }) => [
    `${reference}: ${says}`,
    ...(did !== null
      ? [`  Done: ${did}`]
      : failed !== null
        ? [`  Not done: ${failed} Run this again.`]
        : plan === null
          ? []
          : [`  To be done: ${plan}`]),
    ...(byHand === null ? [] : [`  ${plan === null ? 'This command cannot put it right' : 'By hand'}: ${byHand}`]),
  ]);
  if (letters > 0)
    lines.push(
      `${letters} ${letters === 1 ? 'letter waits' : 'letters wait'} in the record and ${letters === 1 ? 'has' : 'have'} left before.`,
      done ? '  Done: kept as perhaps sent, and not sent again.' : '  To be done: they are kept as perhaps sent, and not sent again.',
    );
  const open = outcomes.filter(({ plan }) => plan !== null).length;
  if (!done && (open > 0 || letters > 0))
    lines.push('Nothing was changed. Put it right with: chaser reconcile --yes --because TEXT --by PERSON');
  return lines.join('\n');
}
