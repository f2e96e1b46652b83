import { nowMs } from '../postgres/sandbox/clock.ts';
import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { planDeployment, startDeployment } from '../desk/start-deployment.ts';
import type { StartRequest } from '../desk/start-deployment.ts';
import { programmeOnOffer } from '../desk/programmes-on-offer.ts';
import { COUNTED_DAYS, decideByFrom, lettersByDay, readUnderWay, underWayPreview, underWayRefusal } from '../desk/under-way.ts';
import type { CountedLetter, UnderWayLine } from '../desk/under-way.ts';
import type { Programme } from '../domain/programme.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday, parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { textOfFile } from '../register/text-of-file.ts';
import { mustFindPerson } from './must-find.ts';
import { EXIT, Fault, print } from './output.ts';
import type { Desk, Opened } from './open.ts';

/** A line of the file as it is reported: what it came to, or why it was left out. */
type Told = {
  readonly line: number;
  readonly target: string;
  readonly reference: string | null;
  readonly preview: readonly string[];
  readonly fault: string | null;
};

/** `chaser import deployments`: takes deployments in that are under way elsewhere. */
export function importDeploymentsCommand(opened: Opened): Command {
  return new Command('deployments')
    .description('Take in deployments that are under way elsewhere. The columns are described in docs/deployments-file.md.')
    .argument('<file>', 'the CSV file, one row a deployment')
    .requiredOption('--programme <id>', 'the programme that all of them are in')
    .requiredOption('--by <person>', 'who imports them: contact id or e-mail')
    .option(
      '--decide-by <date>',
      'by when coordinators decide on what would have been escalated before, YYYY-MM-DD; two weeks from today unless told',
    )
    .option('--dry-run', 'show what each would come to, and import nothing')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Nothing is sent for what has passed. A row with a mistake is left out and reported; the rest goes in.

Examples:
  chaser import deployments spreadsheet.csv --programme tsi-2022-23 --by c.mills@delivery.example --dry-run
  chaser import deployments spreadsheet.csv --programme tsi-2022-23 --by c.mills@delivery.example

Exit codes: 0 all of it is in, 1 some rows were left out or the file was refused, 2 no such file or wrong use, 3 something does not work.`,
    )
    .action(async (file: string, options: Options) => {
      const text = textOf(file);
      const decideBy = options.decideBy === undefined ? decideByFrom(londonDate(nowMs())) : parsePlainDate(options.decideBy);
      if (decideBy === undefined) {
        throw new Fault({ kind: 'bad-date', message: `${options.decideBy} is not a date.`, remedy: 'Give it as YYYY-MM-DD.' }, EXIT.usage);
      }
      const work = (desk: Pick<Desk, 'db'> & Partial<Desk>) => importAll(desk, text, { ...options, decideBy });
      const { told, letters } = await (options.dryRun === true ? opened.withDatabase((db) => work({ db })) : opened.withDesk(work));
      print(options.json === true, told, () => describe(told, letters, options.dryRun === true));
      if (told.some(({ fault }) => fault !== null)) process.exitCode = EXIT.refused;
    });
}

type Options = {
  readonly programme: string;
  readonly by: string;
  readonly decideBy?: string;
  readonly dryRun?: true;
  readonly json?: true;
};

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new Fault(
      { kind: 'no-file', message: `There is no file ${file}.`, remedy: 'Check its name and the folder you are in.' },
      EXIT.usage,
    );
  }
  const text = textOfFile({ name: file, bytes });
  if (!text.ok) throw new Fault(text.reason);
  return text.value;
}

async function importAll(
  desk: Pick<Desk, 'db'> & Partial<Desk>,
  text: string,
  { programme: id, by, decideBy }: Pick<Options, 'programme' | 'by'> & { readonly decideBy: PlainDate },
): Promise<{ readonly told: readonly Told[]; readonly letters: readonly CountedLetter[] }> {
  const programme = await programmeOnOffer(desk.db, id);
  if (!programme.ok) throw new Fault(programme.reason, programme.reason.kind === 'unknown-programme' ? EXIT.usage : EXIT.refused);
  const lines = await readUnderWay(desk.db, programme.value, text, { by: await mustFindPerson(desk.db, by), decideBy });
  if (!lines.ok) throw new Fault(lines.reason);
  const told: Told[] = [];
  const letters: CountedLetter[] = [];
  for (const line of lines.value) {
    const { told: one, letters: more } = await importOne(desk, programme.value, line);
    told.push(one);
    letters.push(...more);
  }
  return { told, letters };
}

async function importOne(
  desk: Pick<Desk, 'db'> & Partial<Desk>,
  programme: Programme,
  { line, target, subject, facts, underWay, fault }: UnderWayLine,
): Promise<{ readonly told: Told; readonly letters: readonly CountedLetter[] }> {
  const leftOut = (why: string) => ({ told: { line, target, reference: null, preview: [], fault: why }, letters: [] });
  if (fault !== null || underWay === null || subject === null) return leftOut(fault ?? `Line ${line} cannot be read.`);
  const request: StartRequest = { subject, programme, facts, underWay };
  const plan = await planDeployment(desk, request);
  if (!plan.ok) return leftOut(underWayRefusal(programme, { line, ...underWay }, plan.reason));
  const { sentences, letters } = await underWayPreview(desk.db, plan.value);
  const { db, client, taskQueue } = desk;
  if (client === undefined || taskQueue === undefined)
    return { told: { line, target, reference: null, preview: sentences, fault: null }, letters };
  const started = await startDeployment({ db, client, taskQueue }, request);
  if (!started.ok) return leftOut(underWayRefusal(programme, { line, ...underWay }, started.reason));
  return { told: { line, target, reference: started.value.reference, preview: sentences, fault: null }, letters };
}

function describe(told: readonly Told[], letters: readonly CountedLetter[], dryRun: boolean): string {
  const taken = told.filter(({ fault }) => fault === null);
  const verb = dryRun ? 'would be imported' : taken.length === 1 ? 'is imported' : 'are imported';
  return [
    ...(dryRun ? ['Nothing was changed. Without --dry-run it would be:'] : []),
    ...told.map(({ line, target, reference, preview, fault }) =>
      fault === null
        ? [`Line ${line}: ${target}${reference === null ? '' : ` is ${reference}`}.`, ...preview.map((words) => `  ${words}`)].join('\n')
        : fault,
    ),
    `${taken.length} of ${told.length} ${told.length === 1 ? 'deployment' : 'deployments'} ${verb}.`,
    `E-mails in the first ${COUNTED_DAYS} working days if nobody does anything: ${letters.length} at most.`,
    ...lettersByDay(letters).map(({ on, letters: count, most }) => `  ${longDateWithWeekday(on)}: ${count}, ${most} to one person at most`),
  ].join('\n');
}
