import { Command } from 'commander';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { achievedLine, ofBase, totalsOf } from '../domain/fieldwork/achieved.ts';
import { CONTACT_STATES, standingOfContacts } from '../domain/fieldwork/contacts.ts';
import { strataOf } from '../domain/fieldwork/design.ts';
import { drawSample } from '../domain/fieldwork/draw.ts';
import type { Result, Reason } from '../domain/result.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { loadFieldwork } from '../fieldwork/read-fieldwork.ts';
import type { Fieldwork } from '../fieldwork/read-fieldwork.ts';
import { readContacts, readDrawn, readExclusions, readFrame } from '../fieldwork/read-tables.ts';
import { matrixCommand, quotesCommand, scheduleCommand } from './fieldwork-interviews.ts';
import type { Opened } from './open.ts';
import { Fault, print, table, usage } from './output.ts';

/** `chaser fieldwork`: the sample of an evaluation, and its interviews. Only the matrix and the quotations need the database. */
export function fieldworkCommand(opened: Opened): Command {
  return new Command('fieldwork')
    .description('Draw a sample for interviews, see how far its contacts have come, and what was asked, said and printed.')
    .addCommand(designCommand())
    .addCommand(drawCommand())
    .addCommand(progressCommand())
    .addCommand(achievedCommand())
    .addCommand(scheduleCommand())
    .addCommand(matrixCommand(opened))
    .addCommand(quotesCommand(opened));
}

function designCommand(): Command {
  return new Command('design')
    .description('Show whom to interview, and how many of each kind.')
    .argument('<id>', 'the fieldwork, for example si-2019-20')
    .option('--json', 'print JSON')
    .action((id: string, { json }: { readonly json?: true }) => {
      const { design } = mustLoad(id);
      print(json === true, design, () =>
        [
          `${design.title}, ${longDate(design.window.from)} to ${longDate(design.window.to)}`,
          '',
          table(
            ['Stratum', 'Target'],
            [
              ...design.strata.map(({ title, target }) => [title, String(target)]),
              ['All', String(design.strata.reduce((sum, { target }) => sum + target, 0))],
            ],
          ),
          '',
          ...design.draws.map((draw) => `Draw "${draw.id}": ${draw.size}`),
          'Assumed:',
          ...design.assumptions.map((assumption) => `  ${assumption}`),
        ].join('\n'),
      );
    });
}

type DrawOptions = {
  readonly frame: string;
  readonly draw: string;
  readonly seed: string;
  readonly drawn: readonly string[];
  readonly excluded?: string;
  readonly json?: true;
};

function drawCommand(): Command {
  return new Command('draw')
    .description('Draw a sample by chance, without replacement. The same seed draws the same sample.')
    .argument('<id>', 'the fieldwork, for example si-2019-20')
    .requiredOption('--frame <file>', 'whoever could be drawn: a CSV file with a column unit and one for each fact of the strata')
    .requiredOption('--draw <id>', 'which draw of the design: first, second')
    .requiredOption('--seed <words>', 'any words; keep them with the sample')
    .option('--drawn <file>', 'what an earlier draw printed; nobody is drawn twice', (file, all: readonly string[]) => [...all, file], [])
    .option('--excluded <file>', 'a CSV file with the columns unit and because')
    .option('--json', 'print JSON, with whoever was left out and why')
    .addHelpText(
      'after',
      `
In each stratum those are drawn whose ranks are lowest. A rank is the SHA-256 of "SEED:UNIT", so that anybody can check it:
  printf 'spring 2020:990001' | sha256sum

Examples:
  chaser fieldwork draw si-2019-20 --frame schools.csv --draw first --seed "spring 2020" > first.csv
  chaser fieldwork draw si-2019-20 --frame schools.csv --draw second --seed "spring 2020" --drawn first.csv --excluded closed.csv

Exit codes: 0 drawn, 1 refused, 2 wrong use.`,
    )
    .action((id: string, { frame, draw, seed, drawn, excluded, json }: DrawOptions) => {
      const { design } = mustLoad(id);
      if (seed.trim() === '') throw usage('The seed is empty.', 'Give any words: --seed "spring 2020"');
      const found = must(
        drawSample(
          design,
          draw,
          mustRead(frame, readFrame),
          drawn.flatMap((file) => mustRead(file, readDrawn)),
          excluded === undefined ? [] : mustRead(excluded, readExclusions),
          (unit) => createHash('sha256').update(`${seed}:${unit}`).digest('hex'),
        ),
      );
      for (const { stratum, wanted, drawn: got } of found.short) {
        process.stderr.write(`${stratum}: only ${got} of ${wanted} could be drawn, because the frame has no more.\n`);
      }
      print(json === true, { fieldwork: id, draw, seed, ...found }, () =>
        ['unit,stratum,rank', ...found.drawn.map(({ unit, stratum, rank }) => `${inCsv(unit)},${stratum},${rank}`)].join('\n'),
      );
    });
}

type ProgressOptions = { readonly frame: string; readonly drawn: readonly string[]; readonly contacts: string; readonly json?: true };

function progressCommand(): Command {
  return new Command('progress')
    .description('Say how far the contacts of a sample have come, beside the targets.')
    .argument('<id>', 'the fieldwork, for example si-2019-20')
    .requiredOption('--frame <file>', 'the frame of which it was drawn')
    .option('--drawn <file>', 'what a draw printed; once for each draw', (file, all: readonly string[]) => [...all, file], [])
    .requiredOption('--contacts <file>', 'a CSV file with the columns unit, on, state and because, in the order of the contacts')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
States: ${Object.keys(CONTACT_STATES).join(', ')}.

Example:
  chaser fieldwork progress si-2019-20 --frame schools.csv --drawn first.csv --contacts contacts.csv

Exit codes: 0 done, 1 refused (a contact that cannot be), 2 wrong use.`,
    )
    .action((id: string, { frame, drawn, contacts, json }: ProgressOptions) => {
      const { design } = mustLoad(id);
      if (drawn.length === 0) throw usage('--drawn is missing.', 'Name what each draw printed: --drawn first.csv');
      const units = new Map(mustRead(frame, readFrame).map((unit) => [unit.id, unit]));
      const standing = must(
        standingOfContacts(
          design,
          drawn.flatMap((file) => mustRead(file, readDrawn)),
          mustRead(contacts, readContacts),
        ),
      );
      const lines = design.strata.flatMap(({ id: stratum, title, target }) => {
        const own = [...standing].filter(([unit]) => {
          const known = units.get(unit);
          return known !== undefined && strataOf(design, known)[0]?.id === stratum;
        });
        const count = (state: string) => own.filter(([, at]) => at === state).length;
        const states = Object.fromEntries(['drawn', ...Object.keys(CONTACT_STATES)].map((state) => [state, count(state)]));
        return own.length === 0 ? [] : [{ stratum, title, target, contacted: own.length, states }];
      });
      print(json === true, { fieldwork: id, lines }, () =>
        table(
          ['', 'Drawn', 'Nothing sent', ...Object.values(CONTACT_STATES), 'Of target'],
          lines.map(({ title, contacted, states, target }) => [
            title,
            ...[contacted, ...Object.values(states)].map(String),
            ofBase(states['interviewed'] ?? 0, target),
          ]),
        ),
      );
    });
}

function achievedCommand(): Command {
  return new Command('achieved')
    .description('Print the interviews that a report says were held, with what does not add up.')
    .argument('<id>', 'the fieldwork, for example si-2019-20')
    .option('--json', 'print JSON')
    .action((id: string, { json }: { readonly json?: true }) => {
      const { achieved, design } = mustLoad(id);
      if (achieved === null) {
        throw new Fault({
          kind: 'nothing-printed',
          message: `No report on ${id} is known.`,
          remedy: 'Add what it prints to the file of the fieldwork.',
        });
      }
      const lines = achieved.breakdowns.map((breakdown) => achievedLine(achieved, breakdown));
      const totals = totalsOf(achieved.groups);
      print(json === true, { fieldwork: id, source: design.source, totals, ...achieved, breakdowns: lines }, () =>
        [
          `${design.source}`,
          '',
          table(
            ['Interviews', 'Wanted', 'Held'],
            [...achieved.groups, { title: 'All', ...totals }].map((group) => [group.title, String(group.target), String(group.achieved)]),
          ),
          ...lines.flatMap(({ title, figures, notes }) => [
            '',
            title,
            ...(figures ?? []).map(({ category, words }) => `  ${category}: ${words}`),
            ...notes.map((note) => `  ! ${note}`),
          ]),
          '',
          ...achieved.statements.map(
            ({ about, printed, note }) => `${about}: ${printed.length === 0 ? 'no count' : printed.join(' or ')}. ${note}`,
          ),
        ].join('\n'),
      );
    });
}

function mustLoad(id: string): Fieldwork {
  return must(loadFieldwork(id));
}

function must<T>(found: Result<T, Reason>): T {
  if (!found.ok) throw new Fault(found.reason);
  return found.value;
}

/** What a file holds; a fault that names the file where it cannot be read or is no such table. */
function mustRead<T>(file: string, read: (text: string) => Result<T, Reason>): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw usage(`${file} cannot be read.`, 'Look at its name, and whether you may read it.');
  }
  const found = read(text);
  if (!found.ok) throw new Fault({ ...found.reason, message: `${file}: ${found.reason.message}` });
  return found.value;
}

/** A cell of a CSV file. */
function inCsv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
