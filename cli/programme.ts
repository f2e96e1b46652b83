import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { Command } from 'commander';
import { authoritiesOf } from '../calendars/calendar-book.ts';
import { describeProgramme } from '../programmes/describe-programme.ts';
import { formatFinding } from '../programmes/finding.ts';
import { listProgrammes, programmePath, readProgrammeFile } from '../programmes/load-programmes.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { readCalendarBook } from '../desk/calendar-book.ts';
import { programmesOnOffer, publishProgramme } from '../desk/programmes-on-offer.ts';
import { approveProgramme, OF_PROGRAMMES, proposeProgramme } from '../desk/proposed-programmes.ts';
import { listVersions } from '../postgres/pinned/programme-versions.ts';
import { calendarsAtHand } from './calendars-at-hand.ts';
import { mustFindPerson } from './must-find.ts';
import { isFileName, noFile } from './load.ts';
import type { Opened } from './open.ts';
import { EXIT, Fault, print, table } from './output.ts';
import { programmeAtHand, versionAsked } from './programme-at-hand.ts';
import { addProposalCommands, secondPerson } from './proposals.ts';

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
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  chaser programme publish ./mentoring-2026.yaml --by p.lloyd@policy.example\n\nExit code: 0 published, 1 refused, 2 no such file.',
    )
    .action((name: string, options: { by: string; json?: boolean }) =>
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
        if (secondPerson().programmes) {
          const proposed = await proposeProgramme(db, written, readFileSync(file, 'utf8'), by);
          if (!proposed.ok) throw new Fault(proposed.reason);
          const proposal = proposed.value;
          print(
            options.json === true,
            { id, version, title, proposal },
            () => `Proposed ${id}, version ${version}. Somebody else approves it with: chaser programme approve ${proposal} --by PERSON`,
          );
          return;
        }
        const published = await publishProgramme(db, written, by);
        if (!published.ok) throw new Fault(published.reason);
        print(options.json === true, { id, version, title }, () => `Published ${id}, version ${version}: new deployments begin with it.`);
      }),
    );

  addProposalCommands(programme, opened, OF_PROGRAMMES, (number, by, json) =>
    opened.withDatabase(async (db) => {
      const approved = await approveProgramme(db, number, await mustFindPerson(db, by));
      if (!approved.ok) throw new Fault(approved.reason);
      const { id, version, title } = approved.value;
      print(json, { id, version, title }, () => `Published ${id}, version ${version}: new deployments begin with it.`);
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
          (await programmesOnOffer(db)).map(async ({ id, version, title }) => ({ id, version, title, kept: await listVersions(db, id) })),
        );
        print(options.json === true, rows, () =>
          table(
            ['Programme', 'On offer', 'Title', 'Running with each version'],
            rows.map(({ id, version, title, kept }) => [
              id,
              `version ${version}`,
              title,
              kept.map((one) => `${one.version}: ${one.running}`).join(', ') || 'none yet',
            ]),
          ),
        );
      }),
    );

  return programme;
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
