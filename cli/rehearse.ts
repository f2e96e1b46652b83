import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Command } from 'commander';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { calendarFor, findAuthority } from '../calendars/calendar-book.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { londonDate } from '../domain/time/london.ts';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { formatFinding } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { rehearsalAsHtml } from '../rehearsal/as-html.ts';
import { rehearsalAsText } from '../rehearsal/as-text.ts';
import { readGiven } from '../rehearsal/given-fields.ts';
import { pictureOf } from '../rehearsal/picture.ts';
import { readScenario } from '../rehearsal/read-scenario.ts';
import type { ScenarioFile } from '../rehearsal/read-scenario.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import { EVERYONE, isEveryone } from '../rehearsal/scenario.ts';
import { calendarsAtHand } from './calendars-at-hand.ts';
import { noFile } from './load.ts';
import type { Opened } from './open.ts';
import { EXIT, Fault, print, usage } from './output.ts';
import { programmeAtHand, versionAsked } from './programme-at-hand.ts';

type Options = {
  readonly version?: string;
  readonly scenario?: string;
  readonly start?: string;
  readonly authority?: string;
  readonly subject?: string;
  readonly everyone?: string;
  readonly silent?: readonly string[];
  readonly with?: readonly string[];
  readonly json?: true;
  readonly html?: string;
  readonly letters?: true;
};

/**
 * `chaser rehearse`: plays a programme through on the rules alone. It needs neither database nor engine; where a database is at
 * hand, what was published and imported there counts.
 */
export function rehearseCommand(opened: Opened): Command {
  return new Command('rehearse')
    .description('Play a programme through before a real school gets its first e-mail.')
    .argument('<programme>', 'id of a programme on offer, or a YAML file of your own')
    .option('--version <number>', 'a version of the programme; the newest on offer when left out')
    .option('--scenario <file>', 'who answers what, and when: a YAML file')
    .option('--start <date>', 'the day on which it starts: 2022-10-10; the day of the scenario, or today, when left out')
    .option('--authority <code>', 'the local authority whose terms count: its code (888), or lancashire')
    .option('--subject <kind>', 'school or trust; school when left out')
    .option('--everyone <how>', 'without a scenario: on-time, late (after the last chase) or silent; on-time when left out')
    .option('--silent <role...>', 'roles that never answer, whatever everyone does')
    .option('--with <field=value...>', 'what is said at the start: tier=tier-2')
    .option('--letters', 'with the words of every letter')
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page that loads nothing, with a picture of the timeline')
    .addHelpText('after', HELP)
    .action(async (name: string, options: Options) => {
      const asked = versionAsked(options.version);
      const { programme, which: played } = await programmeAtHand(opened, name, asked, {
        done: 'played',
        remedy: 'Correct the file, and rehearse it again.',
      });
      const tell = () => void (played === null || process.stderr.write(`${played}\n`));
      // In JSON, only the refusal is printed to stderr.
      if (options.json !== true) tell();
      const file = scenarioOf(programme, options);
      const { book, which } = await calendarsAtHand(opened);
      const calendar = calendarOf(book, programme, options.authority ?? file.authority);
      const rehearsed = rehearse({
        programme,
        calendar,
        subject: subjectOf(options.subject) ?? file.subject ?? 'school',
        startsOn: startOf(options.start) ?? file.start ?? londonDate(nowMs()),
        scenario: file.scenario,
        facts: { ...file.facts, ...readGiven(programme.starts ?? [], factsOf(options.with)) },
        letters: options.letters === true,
        dates: which,
      });
      if (!rehearsed.ok) throw new Fault(rehearsed.reason);
      if (options.json === true) tell();
      if (options.html !== undefined) {
        writeFileSync(options.html, rehearsalAsHtml(rehearsed.value, pictureOf(programme, calendar, rehearsed.value.timeline)));
        if (options.json !== true) {
          process.stdout.write(`Written: ${options.html}\n`);
          return;
        }
      }
      print(options.json === true, rehearsed.value, () => rehearsalAsText(rehearsed.value).trimEnd());
    });
}

const HELP = `
Each owner gives the first answer of the step unless the scenario says otherwise. On time is the day before the due date.
Every part is played by somebody invented.
An id is the newest version on offer where a database is at hand, else the one that comes with Chaser: a line on stderr says which.

Examples:
  chaser rehearse tsi-2022-23 --start 2022-10-10 --authority 888
  chaser rehearse tsi-2022-23 --everyone silent
  chaser rehearse reading-partnership-2026 --version 1
  chaser rehearse tsi-2022-23 --silent school --html rehearsal.html
  chaser rehearse ./my-programme.yaml --scenario ./hard.yaml --letters

A scenario:
  programme: tsi-2022-23
  title: The first system leader cannot, and the form comes back
  start: 2022-10-10
  authority: lancashire
  answers:
    - { step: confirm-ability, round: 1, answer: 'no', when: after 2 working days, fields: { reason: No capacity } }
    - { step: sign-form, round: 1, answer: returns, when: 2 school days late, fields: { missing: The next steps } }

Exit codes: 0 rehearsed, 1 refused (the programme or the scenario has faults, or it could not begin on that day), 2 wrong use.`;

function scenarioOf(programme: Programme, { scenario, everyone, silent = [] }: Options): ScenarioFile {
  if (scenario !== undefined && everyone !== undefined) {
    throw usage('Give --scenario or --everyone, not both.', 'A scenario says itself what everyone does: "everyone: silent".');
  }
  const how = everyone ?? 'on-time';
  if (!isEveryone(how)) throw usage(`--everyone cannot be "${how}".`, `Use one of: ${Object.keys(EVERYONE).join(', ')}.`);
  for (const role of silent) {
    if (programme.roles[role] === undefined) throw usage(`There is no role "${role}".`, suggestion(role, Object.keys(programme.roles)));
  }
  const file =
    scenario === undefined
      ? { scenario: EVERYONE[how], start: null, authority: null, subject: null, facts: {} }
      : mustReadScenario(programme, scenario);
  if (silent.length === 0) return file;
  const title = `${file.scenario.title}, but never answered by: ${silent.join(', ')}`;
  const roles = { ...file.scenario.roles, ...Object.fromEntries(silent.map((role) => [role, 'silent' as const])) };
  return { ...file, scenario: { ...file.scenario, title, roles } };
}

function mustReadScenario(programme: Programme, path: string): ScenarioFile {
  if (!existsSync(path)) throw noFile(path);
  const { file, findings } = readScenario(readFileSync(path, 'utf8'), relative('', path), programme);
  if (file !== null) return file;
  throw new Fault({
    kind: 'faulty-scenario',
    message: findings.map(formatFinding).join('\n'),
    remedy: 'Correct the file, and rehearse it again.',
  });
}

function calendarOf(book: CalendarBook, programme: Programme, authority: string | null): Calendar {
  const found = authority === null ? null : findAuthority(book, authority);
  if (found?.ok === false) throw new Fault(found.reason, EXIT.usage);
  const calendar = calendarFor(book, { ...found?.value, assumed: programme.assumedTermCalendars });
  if (!calendar.ok) throw new Fault(calendar.reason);
  return calendar.value;
}

function startOf(text: string | undefined): PlainDate | null {
  if (text === undefined) return null;
  const start = parsePlainDate(text);
  if (start === undefined) throw usage(`"${text}" is not a day.`, 'Write it as 2022-10-10.');
  return start;
}

function subjectOf(text: string | undefined): 'school' | 'trust' | null {
  if (text === undefined || text === 'school' || text === 'trust') return text ?? null;
  throw usage(`--subject cannot be "${text}".`, 'Use school or trust.');
}

function factsOf(given: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text): [string, string] => {
      const [, field = '', value = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (field === '') throw usage(`--with cannot be "${text}".`, 'Write the field, "=", and its value: tier=tier-2');
      return [field, value];
    }),
  );
}
