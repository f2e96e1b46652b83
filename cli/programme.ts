import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { Command } from 'commander';
import { authoritiesOf } from '../calendars/calendar-book.ts';
import { describeProgramme } from '../programmes/describe-programme.ts';
import { formatFinding } from '../programmes/finding.ts';
import { listProgrammes, programmePath, readProgrammeFile } from '../programmes/load-programmes.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readCalendarBook } from '../desk/calendar-book.ts';
import {
  mayPublish,
  mayWithdraw,
  programmesOnOffer,
  programmeVersion,
  publishProgramme,
  versionsOnOffer,
  withdrawProgramme,
} from '../desk/programmes-on-offer.ts';
import { approveProgramme, OF_PROGRAMMES, proposeProgramme } from '../desk/proposed-programmes.ts';
import { decisionsInWords, keptInWords, movedInWords } from '../desk/reach-words.ts';
import { pilotsOf, reachOf } from '../domain/reach.ts';
import type { Programme } from '../domain/programme.ts';
import { dateAndTime } from '../domain/time/time-words.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import { inWords } from '../domain/words.ts';
import type { Db } from '../postgres/database.ts';
import { listReachDecisions, listVersions, readContent, readTouched } from '../postgres/pinned/programme-versions.ts';
import { regionNamed, REGIONS } from '../register/regions.ts';
import { calendarsAtHand } from './calendars-at-hand.ts';
import { mustFindPerson } from './must-find.ts';
import { isFileName, noFile } from './load.ts';
import type { Opened } from './open.ts';
import { EXIT, Fault, print, table, usage } from './output.ts';
import { programmeAtHand, versionAsked } from './programme-at-hand.ts';
import { addProposalCommands, secondPerson } from './proposals.ts';
import { collect } from './typed-fields.ts';

/** `chaser programme`: checks and publishes programmes, and shows their chronology. */
export function programmeCommand(opened: Opened): Command {
  const programme = new Command('programme').description('Check a programme, or show its chronology.');

  programme
    .command('check')
    .description('Check programmes: every fault with its file, line and remedy.')
    .argument('[file-or-id...]', 'YAML files, or ids of the programmes that come with Chaser; all of these when left out')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser programme check                      every programme that comes with Chaser
  chaser programme check tsi-2022-23          one of them
  chaser programme check ./my-programme.yaml  a file of your own

Exit code: 0 when clean, 1 when something was found, 2 when a file or id is not there.`,
    )
    .action(async (names: string[], options: { json?: boolean }) => {
      const { book } = await calendarsAtHand(opened);
      const calendars = authoritiesOf(book).map(({ id }) => id);
      const files = (names.length === 0 ? listProgrammes() : names).map(resolveFile);
      const checked = files.map((file) => relative('', file));
      const findings = files.flatMap((file) => readProgrammeFile(file, relative('', file), calendars).findings);
      print(options.json === true, { checked, findings }, () =>
        (findings.length > 0 ? findings.map(formatFinding) : checked.map((file) => `${file}: clean`)).join('\n'),
      );
      if (findings.length > 0) process.exitCode = EXIT.refused;
    });

  programme
    .command('show')
    .description('Show the chronology of a programme, stage by stage.')
    .argument('<file-or-id>', 'id of a programme on offer, or a YAML file of your own')
    .option('--version <number>', 'this version of a programme instead of the one on offer')
    .option('--json', 'print the programme as JSON, its ladders worked out')
    .addHelpText(
      'after',
      `
An id is the version with which new deployments begin, where a database is at hand, else the one that comes with Chaser: a line on
stderr says which, and who published it.

Examples:
  chaser programme show tsi-2022-23
  chaser programme show tsi-2022-23 --version 1
  chaser programme show ./my-programme.yaml

Exit code: 0 shown, 1 the programme has faults, 2 no such programme, version or file.`,
    )
    .action(async (name: string, options: { version?: string; json?: boolean }) => {
      const asked = versionAsked(options.version);
      const remedy = 'Correct the file, and show it again.';
      const { programme: shown, which } = await programmeAtHand(opened, name, asked, { done: 'shown', remedy });
      if (which !== null) process.stderr.write(`${which}\n`);
      print(options.json === true, shown, () => describeProgramme(shown));
    });

  programme
    .command('publish')
    .description('Publish a version: new deployments begin with it, running ones keep theirs.')
    .argument('<file>', 'the YAML file')
    .requiredOption('--by <person>', 'who publishes it: contact id or e-mail')
    .requiredOption('--because <words>', 'why, in a sentence')
    .option('--region <region>', 'a pilot: new deployments begin with it in this region only; repeat for each', collect, [])
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser programme publish ./mentoring-2026.yaml --by p.lloyd@policy.example --because 'The guidance of May'
  chaser programme publish ./mentoring-2026.yaml --region London --by p.lloyd@policy.example --because 'Tried in one region first'

Exit code: 0 published, 1 refused, 2 no such file.`,
    )
    .action((name: string, options: PublishOptions) =>
      opened.withDatabase(async (db) => {
        const file = resolveFile(name);
        const calendars = authoritiesOf(await readCalendarBook(db)).map(({ id }) => id);
        const { programme: written, findings } = readProgrammeFile(file, relative('', file), calendars);
        if (written === null) {
          const message = `The programme has faults:\n${findings.map(formatFinding).join('\n')}`;
          throw new Fault({ kind: 'faulty-programme', message, remedy: 'Correct them, and publish it again.' });
        }
        const by = await mustFindPerson(db, options.by);
        const { id, version, title } = written;
        const [regions, because] = [regionsOf(options.region), reasonOf(options.because)];
        if (options.dryRun === true) return preview(db, written, regions, options);
        const content = readFileSync(file, 'utf8');
        if (secondPerson().programmes) {
          const proposed = await proposeProgramme(db, written, content, by, { regions, because });
          if (!proposed.ok) throw new Fault(proposed.reason);
          const proposal = proposed.value;
          print(
            options.json === true,
            { id, version, title, proposal },
            () => `Proposed ${id}, version ${version}. Somebody else approves it with: chaser programme approve ${proposal} --by PERSON`,
          );
          return;
        }
        const published = await publishProgramme(db, written, by, { regions, because, content });
        if (!published.ok) throw new Fault(published.reason);
        print(options.json === true, { id, version, title, regions }, () => publishedWords(written, regions));
      }),
    );

  programme
    .command('widen')
    .description('Let a pilot count in all regions, or in more: new deployments there begin with it.')
    .argument('<id>', 'the programme')
    .requiredOption('--version <number>', 'the version of the pilot')
    .requiredOption('--by <person>', 'who widens it: contact id or e-mail')
    .requiredOption('--because <words>', 'why, in a sentence')
    .option('--region <region>', 'in this region besides; repeat for each; all regions when left out', collect, [])
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Example:
  chaser programme widen mentoring-2026 --version 2 --by p.lloyd@policy.example --because 'It worked in London'

Exit code: 0 widened or, where a second person approves it, proposed; 1 refused; 2 wrong use.`,
    )
    .action((id: string, options: WidenOptions) =>
      opened.withDatabase(async (db) => {
        const [by, because] = [await mustFindPerson(db, options.by), reasonOf(options.because)];
        const found = await programmeVersion(db, id, Number(versionAsked(options.version)));
        if (!found.ok) throw new Fault(found.reason);
        const versions = await versionsOnOffer(db, id);
        if (!versions.ok) throw new Fault(versions.reason);
        const now = reachOf(versions.value, found.value.version);
        const named = regionsOf(options.region);
        const regions = named === null ? null : [...new Set([...(typeof now === 'string' ? [] : now), ...named])];
        if (options.dryRun === true) return preview(db, found.value, regions, options);
        if (secondPerson().programmes) {
          const content = (await readContent(db, id, found.value.version)) ?? '';
          const proposed = await proposeProgramme(db, found.value, content, by, { regions, because });
          if (!proposed.ok) throw new Fault(proposed.reason);
          const words = `Proposed. Somebody else approves it with: chaser programme approve ${proposed.value} --by PERSON`;
          print(options.json === true, { id, version: found.value.version, regions, proposal: proposed.value }, () => words);
          return;
        }
        const published = await publishProgramme(db, found.value, by, { regions, because });
        if (!published.ok) throw new Fault(published.reason);
        print(options.json === true, { id, version: found.value.version, regions }, () => publishedWords(found.value, regions));
      }),
    );

  programme
    .command('withdraw')
    .description('Withdraw a version: new deployments begin with the former one, running ones keep theirs.')
    .argument('<id>', 'the programme')
    .requiredOption('--version <number>', 'the version')
    .requiredOption('--by <person>', 'who withdraws it: contact id or e-mail')
    .requiredOption('--because <words>', 'why, in a sentence')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Example:
  chaser programme withdraw mentoring-2026 --version 2 --by p.lloyd@policy.example --because 'The dates of stage 3 are wrong'

No second person approves it, so that a mistake is stopped at once: what takes its place was published before.
Exit code: 0 withdrawn, 1 refused, 2 wrong use.`,
    )
    .action((id: string, options: WithdrawOptions) =>
      opened.withDatabase(async (db) => {
        const [by, because] = [await mustFindPerson(db, options.by), reasonOf(options.because)];
        const version = Number(versionAsked(options.version));
        const done =
          options.dryRun === true ? await mayWithdraw(db, id, version) : await withdrawProgramme(db, id, version, { by, because });
        if (!done.ok) throw new Fault(done.reason);
        const lines = [...movedInWords(done.value.moved), ...keptInWords(await readTouched(db, id))];
        const first = options.dryRun === true ? 'Nothing was changed. It would be so:' : `Withdrawn: ${id}, version ${version}.`;
        print(options.json === true, { id, version, moved: done.value.moved }, () => [first, ...lines].join('\n'));
      }),
    );

  programme
    .command('history')
    .description('Who published, widened or withdrew which version, when and why, the newest first.')
    .argument('<id>', 'the programme')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser programme history tsi-2022-23')
    .action((id: string, options: { json?: boolean }) =>
      opened.withDatabase(async (db) => {
        const versions = await versionsOnOffer(db, id);
        if (!versions.ok) throw new Fault(versions.reason);
        const decisions = decisionsInWords(await listReachDecisions(db, id));
        print(options.json === true, decisions, () =>
          decisions.length === 0
            ? `Nothing was decided on ${id} yet: its newest version counts in all regions.`
            : table(
                ['When', 'Version', 'What', 'Who', 'Why'],
                decisions.map(({ at, version, what, by, approvedBy, because }) => [
                  dateAndTime(at),
                  String(version),
                  what,
                  approvedBy === null ? by : `${by}, approved by ${approvedBy}`,
                  because ?? '',
                ]),
              ),
        );
      }),
    );

  addProposalCommands(programme, opened, OF_PROGRAMMES, (number, by, json) =>
    opened.withDatabase(async (db) => {
      const approved = await approveProgramme(db, number, await mustFindPerson(db, by));
      if (!approved.ok) throw new Fault(approved.reason);
      const { id, version, title } = approved.value;
      const versions = await versionsOnOffer(db, id);
      const reach = versions.ok ? reachOf(versions.value, version) : 'everywhere';
      print(json, { id, version, title }, () => publishedWords(approved.value, typeof reach === 'string' ? null : reach));
    }),
  );

  programme
    .command('list')
    .description('The programmes with which deployments can begin, and their versions.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser programme list')
    .action((options: { json?: boolean }) =>
      opened.withDatabase(async (db) => {
        const rows = await Promise.all(
          (await programmesOnOffer(db)).map(async ({ id, version, title }) => {
            const versions = await versionsOnOffer(db, id);
            const pilots = versions.ok ? pilotsOf(versions.value) : [];
            return { id, version, title, pilots, kept: await listVersions(db, id) };
          }),
        );
        print(options.json === true, rows, () =>
          table(
            ['Programme', 'On offer', 'Pilots', 'Title', 'Running with each version'],
            rows.map(({ id, version, title, pilots, kept }) => [
              id,
              `version ${version}`,
              pilots.map((pilot) => `version ${pilot.version}: ${pilot.regions.join(', ')}`).join('; ') || 'none',
              title,
              kept.map((one) => `${one.version}: ${one.running}`).join(', ') || 'none yet',
            ]),
          ),
        );
      }),
    );

  return programme;
}

type PublishOptions = {
  readonly by: string;
  readonly because: string;
  readonly region: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
};
type WidenOptions = PublishOptions & { readonly version: string };
type WithdrawOptions = Omit<WidenOptions, 'region'>;

/** Prints what publishing or widening would change. */
async function preview(
  db: Db,
  written: Programme,
  regions: readonly string[] | null,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const allowed = await mayPublish(db, written, regions);
  if (!allowed.ok) throw new Fault(allowed.reason);
  const { moved } = allowed.value;
  const lines = [...movedInWords(moved), ...keptInWords(await readTouched(db, written.id))];
  print(json === true, { id: written.id, version: written.version, regions, moved }, () =>
    ['Nothing was changed. It would be so:', ...(moved.length === 0 ? ['New deployments begin as they do now.'] : []), ...lines].join('\n'),
  );
}

function publishedWords({ id, version }: Programme, regions: readonly string[] | null): string {
  const where = regions === null ? '' : ` in ${inWords(regions)}`;
  return `Published ${id}, version ${version}: new deployments${where} begin with it.`;
}

/** The regions that were named, as Chaser writes them; null for all. */
function regionsOf(named: readonly string[]): readonly string[] | null {
  if (named.length === 0) return null;
  return named.map((text) => {
    const region = regionNamed(text);
    if (region !== undefined) return region;
    throw usage(`There is no region "${text.slice(0, 60)}".`, `Name one of: ${REGIONS.join(', ')}.`);
  });
}

function reasonOf(text: string): string {
  const said = text.replaceAll(/\s+/g, ' ').trim();
  if (showsNothing(said)) throw usage('--because says nothing.', 'Say why in a sentence: it is kept, and read years later.');
  return said;
}

/** An id of a programme that comes with Chaser, or else the name of a file. */
function resolveFile(name: string): string {
  const known = listProgrammes();
  if (known.includes(name)) return programmePath(name);
  if (existsSync(name) && statSync(name).isFile()) return name;
  if (isFileName(name)) throw noFile(name);
  const message = `There is no programme "${name}".`;
  const remedy = `${suggestion(name, known)} For a file of your own, give its path.`;
  throw new Fault({ kind: 'unknown-programme', message, remedy }, EXIT.usage);
}
