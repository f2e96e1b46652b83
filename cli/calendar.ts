import { nowMs } from '../postgres/sandbox/clock.ts';
import { exampleDay } from './example-day.ts';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import type pg from 'pg';
import { LARGEST_FILE_BYTES, tooLarge } from '../calendars/read-text.ts';
import { findAuthority } from '../calendars/calendar-book.ts';
import { isDecision } from '../calendars/decisions.ts';
import { DECISIONS } from '../calendars/ics-entry-kind.ts';
import type { Decision } from '../calendars/ics-entry-kind.ts';
import { writeTermDates } from '../calendars/write-term-dates.ts';
import { adoptCalendars } from '../desk/adopt-calendars.ts';
import { readCalendarBook, readCurrentBook } from '../desk/calendar-book.ts';
import { readFootings } from '../desk/calendar-footings.ts';
import { impactOfBook } from '../desk/calendar-impact.ts';
import { keepProposal, proposeClosure, proposeImport, proposeReopening, proposeRetirement } from '../desk/change-calendars.ts';
import type { Proposal } from '../desk/change-calendars.ts';
import type { Subject } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Reason, Result } from '../domain/result.ts';
import { approveCalendars, OF_CALENDARS, proposeDates, proposeMove } from '../desk/proposed-calendars.ts';
import { showsNothing, unseenSentence, withoutUnseen } from '../domain/unseen-characters.ts';
import { findPersonId } from '../postgres/views/deployments.ts';
import { listProgrammes } from '../programmes/load-programmes.ts';
import { adoptionsInWords, authorityInWords, bookInWords, impactAsJson, impactInWords, proposalInWords } from './calendar-words.ts';
import { mustLoadProgramme } from './load.ts';
import { mustFindPerson } from './must-find.ts';
import { EXIT, Fault, print, usage } from './output.ts';
import { addProposalCommands, secondPerson } from './proposals.ts';
import type { Opened } from './open.ts';

const EXIT_CODES = '\nExit codes: 0 done, 1 refused (nothing was changed), 2 no such file or wrong use, 3 something does not work.';
const EVERYTHING = { sql: 'true', values: [] } as const;

/**
 * `chaser calendar`: the dates that deployments are counted on, changes to them, and what a change means for running
 * deployments.
 */
export function calendarCommand(opened: Opened): Command {
  const calendar = new Command('calendar').description('See and add to bank holidays, term dates and closed days.');

  calendar
    .command('list')
    .description('Which authorities’ dates are known and to when, who is counted on them, and what was imported.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser calendar list')
    .action(({ json }: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const today = londonDate(nowMs());
        const [current, { onCalendar, ...footings }] = [await readCurrentBook(db), await readFootings(db, EVERYTHING, today)];
        const shown = {
          version: current.version,
          ...current.book,
          running: Object.fromEntries(onCalendar),
          ...footings,
          imports: current.imports,
        };
        print(json === true, shown, () => bookInWords(current, { onCalendar, ...footings }, today));
      }),
    );

  calendar
    .command('show')
    .description('The terms, half terms and closed days of an authority.')
    .argument('<authority>', 'its three-digit code (888), or the id of its calendar (lancashire)')
    .option('--year <year>', 'only what touches this year')
    .option('--yaml', 'print it as a file that can be corrected and imported again')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  chaser calendar show 888 --year 2026\n  chaser calendar show lancashire --yaml > lancashire.yaml')
    .action((authority: string, { year, yaml, json }: { year?: string; yaml?: true; json?: true }) =>
      opened.withDatabase(async (db) => {
        if (year !== undefined && !/^\d{4}$/.test(year)) throw usage(`--year cannot be "${year}".`, 'Write a year: --year 2026');
        const book = await readCalendarBook(db);
        const named = must(findAuthority(book, authority));
        const found = book.authorities.find(({ laCode }) => laCode === named.authority);
        if (found === undefined) {
          throw new Fault({
            kind: 'unknown-authority',
            message: `The term dates of local authority ${named.authority} are not known: others stand in for them.`,
            remedy: `Import them: chaser calendar import FILE --authority ${named.authority}`,
          });
        }
        if (yaml === true) process.stdout.write(writeTermDates([found]));
        else print(json === true, found, () => authorityInWords(found, book, year === undefined ? null : Number(year)));
      }),
    );

  calendar
    .command('import')
    .description('Take in GOV.UK’s bank holidays (JSON), term dates (YAML), or the .ics feed of a local authority.')
    .argument('<file>', 'the file as it is published')
    .option('--authority <code>', 'whose term dates an .ics feed holds: 888, or lancashire')
    .option('--read <line=kind...>', `an entry of a feed was read wrongly: 32=left-out. Kinds: ${DECISIONS.join(', ')}`)
    .option('--by <who>', 'who imports it, for the record', 'the command line')
    .option('--dry-run', 'show what would change, and keep nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser calendar import bank-holidays.json --dry-run
  chaser calendar import norfolk.ics --authority 926
  chaser calendar import norfolk.ics --authority 926 --read 32=left-out --read 48=closed
  chaser calendar import lancashire.yaml

Each import is a new version of the calendars. Running deployments keep theirs: see chaser calendar impact.
${EXIT_CODES}`,
    )
    .action(async (file: string, options: Told & { authority?: string; read?: readonly string[] }) => {
      const bytes = readFile(file);
      const { authority } = options;
      const decided = decidedOf(options.read ?? []);
      await change(opened, options, (db) =>
        proposeImport(db, { fileName: basename(file), bytes, decided, ...(authority === undefined ? {} : { authority }) }),
      );
    });

  calendar
    .command('close')
    .description('A school, or every school of a trust, is closed on days of its own: snow, an INSET day.')
    .argument('[urn]', 'the school, by its URN')
    .option('--trust <id>', 'the trust instead, by its code')
    .requiredOption('--from <date>', `the first closed day: ${exampleDay(5)}`)
    .option('--to <date>', 'the last closed day; the same day unless told')
    .requiredOption('--name <words>', 'why, as due dates will explain it: "snow", "INSET day"')
    .option('--by <who>', 'who says so, for the record', 'the command line')
    .option('--dry-run', 'show what would change, and keep nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  chaser calendar close 990001 --from ${exampleDay(5)} --to ${exampleDay(6)} --name snow\n  chaser calendar close --trust 99001 --from ${exampleDay(40)} --name "INSET day"\n${EXIT_CODES}`,
    )
    .action((urn: string | undefined, options: Told & { trust?: string; from: string; to?: string; name: string }) => {
      const subject = subjectOf(urn, options.trust);
      const from = dateOf('--from', options.from);
      const to = options.to === undefined ? from : dateOf('--to', options.to);
      return change(opened, options, (db) => proposeClosure(db, { subject, from, to, name: options.name }));
    });

  calendar
    .command('reopen')
    .description('Take back a closure that was wrong. It stays in the record.')
    .argument('<number>', 'the number of the closure, as chaser calendar list shows it')
    .option('--because <words>', 'why')
    .option('--by <who>', 'who says so, for the record', 'the command line')
    .option('--dry-run', 'show what would change, and keep nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  chaser calendar reopen 7 --because "It was another school."\n${EXIT_CODES}`)
    .action((number: string, options: Told) => {
      if (!/^\d{1,9}$/.test(number)) throw usage(`A closure has a number, and "${number}" is none.`, 'See them with: chaser calendar list');
      return change(opened, options, (db) => proposeReopening(db, Number(number)));
    });

  calendar
    .command('retire')
    .description('Offer an authority’s term dates to new deployments no longer. Refused while running ones are counted on them.')
    .argument('<authority>', 'its three-digit code (888), or the id of its calendar (lancashire)')
    .requiredOption('--because <words>', 'why')
    .option('--by <who>', 'who says so, for the record', 'the command line')
    .option('--dry-run', 'show what would change, and keep nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  chaser calendar retire 888 --because "It was split into two authorities."\n${EXIT_CODES}`)
    .action((authority: string, options: Told) =>
      change(opened, options, (db) => proposeRetirement(db, authority, listProgrammes().map(mustLoadProgramme))),
    );

  calendar
    .command('impact')
    .description('Which due dates of running deployments would move if they were counted on the newest dates. Nothing is moved.')
    .option('--json', 'print JSON, every due date of it')
    .addHelpText('after', '\nExample:\n  chaser calendar impact')
    .action(({ json }: { json?: true }) =>
      opened.withDatabase(async (db) => {
        const impacts = await impactOfBook(db, await readCalendarBook(db), EVERYTHING);
        print(json === true, impactAsJson(impacts), () => impactInWords(impacts));
      }),
    );

  calendar
    .command('adopt')
    .description('Count running deployments on the newest dates: their due dates move as chaser calendar impact says.')
    .argument('[reference...]', 'the deployments, for example D00001 D00002')
    .option('--all', 'every deployment that has other dates')
    .requiredOption('--because <words>', 'why; it is kept in the record, and is in the e-mails about dates that move')
    .requiredOption('--by <person>', 'who decides it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  chaser calendar adopt D00001 D00007 --because "Snow" --by c.mills@delivery.example\n  chaser calendar adopt --all --because "Norfolk published its dates." --by c.mills@delivery.example\n${EXIT_CODES}`,
    )
    .action((references: readonly string[], { all, because, by, json }: { all?: true; because: string; by: string; json?: true }) =>
      opened.withDesk(async (desk) => {
        if (references.length > 0 === (all === true)) throw usage('Which deployments?', 'Name them, or give --all, and not both.');
        const person = await findPersonId(desk.db, by);
        if (person === undefined) {
          throw new Fault({
            kind: 'unknown-person',
            message: `Nobody is known as "${by}".`,
            remedy: unseenSentence(by) || 'Give a contact id or an e-mail address of a people file.',
          });
        }
        const chosen = all === true ? 'all' : references;
        if (secondPerson().calendars) {
          const proposal = must(await proposeMove(desk.db, { references: chosen, by: person, because, inScope: EVERYTHING }));
          print(json === true, { proposal }, () => proposedInWords(proposal));
          return;
        }
        const adoptions = must(await adoptCalendars(desk, { references: chosen, by: person, because, inScope: EVERYTHING }));
        print(json === true, adoptions, () => adoptionsInWords(adoptions));
        if (adoptions.some(({ refusal }) => refusal !== null)) process.exitCode = EXIT.refused;
      }),
    );

  addProposalCommands(calendar, opened, OF_CALENDARS, (number, by, json) =>
    opened.withDesk(async ({ db, client }) => {
      const done = must(await approveCalendars({ db, client }, number, { by: await mustFindPerson(db, by), inScope: EVERYTHING }));
      if (done.kind === 'dates') {
        print(json, { version: done.version }, () => keptInWords(done.version));
        return;
      }
      print(json, done.adoptions, () => adoptionsInWords(done.adoptions));
      if (done.adoptions.some(({ refusal }) => refusal !== null)) process.exitCode = EXIT.refused;
    }),
  );

  return calendar;
}

function keptInWords(version: number): string {
  return `Kept as version ${version} of the calendars. Running deployments keep theirs; to move them: chaser calendar adopt`;
}

function proposedInWords(proposal: number): string {
  return `Proposed. Somebody else approves it with: chaser calendar approve ${proposal} --by PERSON`;
}

type Told = { readonly by?: string; readonly because?: string; readonly dryRun?: true; readonly json?: true };

/** Works out a change, says what it does, and keeps it unless only a preview was asked for. */
async function change(
  opened: Opened,
  { by = 'the command line', because, dryRun, json }: Told,
  propose: (db: pg.Pool) => Promise<Result<Proposal, Reason>>,
): Promise<void> {
  if (because !== undefined && showsNothing(because))
    throw usage('You have not given a reason.', 'Say why in a sentence: --because "It was another school."');
  await opened.withDatabase(async (db) => {
    const proposal = must(await propose(db));
    const impacts = await impactOfBook(db, proposal.book, EVERYTHING);
    const { changes, notes } = proposal;
    if (dryRun !== true && secondPerson().calendars) {
      const number = must(await proposeDates(db, proposal, { by: await mustFindPerson(db, by), because: because ?? null }));
      print(json === true, { proposal: number, changes, notes, impact: impactAsJson(impacts) }, () =>
        [proposalInWords(proposal), '', impactInWords(impacts), proposedInWords(number)].join('\n'),
      );
      return;
    }
    const version = dryRun === true ? null : must(await keepProposal(db, proposal, { by, because: because ?? null }));
    print(json === true, { version, changes, notes, impact: impactAsJson(impacts) }, () =>
      [
        proposalInWords(proposal),
        '',
        impactInWords(impacts),
        version === null ? 'Nothing was kept: this was only a look.' : keptInWords(version),
      ].join('\n'),
    );
  });
}

function must<T>(result: Result<T, Reason>): T {
  if (result.ok) return result.value;
  const { message, remedy, ...reason } = result.reason;
  throw new Fault({ ...reason, message: firstOf(message), remedy: firstOf(remedy) });
}

const MOST_FAULTS = 20;

/** The first lines of a text with a line for each fault, and how many there are besides. */
function firstOf(text: string): string {
  const lines = text.split('\n');
  return [...lines.slice(0, MOST_FAULTS), ...(lines.length > MOST_FAULTS ? [`… and ${lines.length - MOST_FAULTS} more.`] : [])].join('\n');
}

/** A file's bytes; one that is too large is refused without being read. */
function readFile(file: string): Uint8Array {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new Fault(
      { kind: 'no-file', message: `There is no file ${file}.`, remedy: 'Check its name and the folder you are in.' },
      EXIT.usage,
    );
  }
  const { size } = statSync(file);
  if (size > LARGEST_FILE_BYTES) throw new Fault(tooLarge(basename(file), size));
  return readFileSync(file);
}

/** "32=left-out": what the entry that begins on line 32 is. */
function decidedOf(read: readonly string[]): ReadonlyMap<number, Decision> {
  const decided = new Map<number, Decision>();
  for (const text of read) {
    const [, line = '', kind = ''] = /^(\d{1,7})=([a-z-]+)$/.exec(text) ?? [];
    if (line === '' || !isDecision(kind)) {
      throw usage(
        `--read cannot be "${text.slice(0, 40)}".`,
        `Write the line of an entry and what it is: --read 32=left-out. Kinds: ${DECISIONS.join(', ')}.`,
      );
    }
    decided.set(Number(line), kind);
  }
  return decided;
}

function subjectOf(urn: string | undefined, trust: string | undefined): Subject {
  if (urn !== undefined && trust === undefined) return { kind: 'school', urn: withoutUnseen(urn).trim() };
  if (trust !== undefined && urn === undefined) return { kind: 'trust', trust: withoutUnseen(trust).trim() };
  throw usage('A closure is that of one school or one trust.', 'Give either a URN or --trust ID.');
}

function dateOf(option: string, text: string): PlainDate {
  const date = parsePlainDate(text);
  if (date === undefined)
    throw usage(`${option} cannot be "${text.slice(0, 40)}".`, `Write a day of the calendar: ${option} ${exampleDay(5)}`);
  return date;
}
