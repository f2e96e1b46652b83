import { Command, Option } from 'commander';
import { deliverMerges } from '../desk/deliver-merges.ts';
import { endedInWords } from '../desk/ended-words.ts';
import { DETAILS, mergePeople } from '../desk/merge-people.ts';
import type { MergeRequest, PeopleMerged, Whose } from '../desk/merge-people.ts';
import { choosePreferences } from '../desk/staff-preferences.ts';
import { TIMINGS } from '../domain/chasing/timing.ts';
import type { Timing } from '../domain/chasing/timing.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { inWords } from '../domain/words.ts';
import { endFeed, feedSince } from '../postgres/access/calendar-feeds.ts';
import { listMerges } from '../postgres/access/merges.ts';
import { isStaff, preferencesOf } from '../postgres/desk/staff-preferences.ts';
import type { StaffPreferences } from '../postgres/desk/staff-preferences.ts';
import { mustFindPerson } from './must-find.ts';
import { EXIT, Fault, print, usage } from './output.ts';
import type { Opened } from './open.ts';

type Options = Readonly<Record<'into' | 'because' | 'by', string>> &
  Readonly<Record<'name' | 'email' | 'telephone' | 'jobTitle', Whose>> & { readonly dryRun?: true; readonly json?: true };

/** `chaser people`: what is done to people without a file. */
export function peopleCommand(opened: Opened): Command {
  const people = new Command('people').description(
    'Merge two entries that are one person, end somebody’s calendar address, or choose when staff get e-mails.',
  );
  const whose = (flag: string, what: string) =>
    new Option(`--${flag} <whose>`, `whose ${what} stays: of the entry that is kept, or of the one that is merged`)
      .choices(['kept', 'merged'])
      .default('kept');

  people
    .command('merge')
    .description('Make one entry of two that are the same person. Everything of the first goes to the second.')
    .argument('<person>', 'the entry that goes: contact id or e-mail')
    .requiredOption('--into <person>', 'the entry that is kept')
    .addOption(whose('name', 'name'))
    .addOption(whose('email', 'e-mail address'))
    .addOption(whose('telephone', 'telephone number'))
    .addOption(whose('job-title', 'job title'))
    .requiredOption('--because <text>', 'how it is known; it is kept in the record, and nobody is told by e-mail')
    .requiredOption('--by <person>', 'who decided it')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Deployments that name the entry that goes are changed at once; where one cannot be reached, the web service does it within minutes.

Examples:
  chaser people merge j.tarleton@old-trust.example --into head@hillcrest.example --because "She told us." --by ada.admin@delivery.example --dry-run
  chaser people merge joan-tarleton --into hillcrest-head --name merged --because "She told us." --by ada.admin@delivery.example

Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action((given: string, options: Options) =>
      options.dryRun === true
        ? opened.withDatabase(async (db) => {
            const merged = await mergePeople(db, await requestOf(db, given, options), true);
            if (!merged.ok) throw fault(merged.reason);
            print(options.json === true, merged.value, () =>
              ['Nothing was changed. Without --dry-run:', ...linesOf(merged.value)].join('\n'),
            );
          })
        : opened.withDesk(async ({ db, client }) => {
            const request = await requestOf(db, given, options);
            const merged = await mergePeople(db, request, false);
            if (!merged.ok) throw fault(merged.reason);
            await deliverMerges({ db, client });
            const line = (await listMerges(db, request.kept)).find((one) => one.merged === request.merged);
            print(options.json === true, { ...merged.value, waitsIn: line?.waitsIn ?? [], refusedIn: line?.refusedIn ?? [] }, () =>
              [
                ...linesOf(merged.value),
                ...(line === undefined || line.waitsIn.length === 0
                  ? []
                  : [`Still to be changed, within minutes: ${inWords(line.waitsIn)}.`]),
                ...(line?.refusedIn ?? []).map(({ reference, because }) => `Not changed in ${reference}: ${because}`),
              ].join('\n'),
            );
            if ((line?.refusedIn ?? []).length > 0) process.exitCode = EXIT.refused;
          }),
    );

  people
    .command('calendar')
    .description('Say whether somebody’s calendar reads their due dates from an address of Chaser, or end that address.')
    .argument('<person>', 'contact id or e-mail')
    .option('--revoke', 'end the address: it shows nothing any more')
    .option('--because <text>', 'why it is ended; it is kept with who decided it')
    .option('--by <person>', 'who decided it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
They can make a new address from the newest e-mail to them or, as staff, on the page "Your calendar". Nobody can be shown an address again.

Examples:
  chaser people calendar head@hillcrest.example
  chaser people calendar head@hillcrest.example --revoke --because "It was sent to a list." --by ada.admin@delivery.example

Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action((given: string, options: CalendarOptions) =>
      opened.withDatabase(async (db) => {
        const person = await mustFindPerson(db, given);
        const since = await feedSince(db, person);
        if (options.revoke !== true) {
          print(options.json === true, { person, since }, () =>
            since === null
              ? `${person} has no calendar address.`
              : `${person} has had a calendar address since ${longDate(londonDate(Date.parse(since)))}.`,
          );
          return;
        }
        const because = (options.because ?? '').trim();
        if (because === '') throw usage('Why the address is ended is missing.', 'Say why: --because "It was sent to a list."');
        if (options.by === undefined) throw usage('Who decided it is missing.', 'Give --by with a contact id or an e-mail address.');
        const by = await mustFindPerson(db, options.by);
        if (!(await endFeed(db, { person, by, because }))) {
          throw new Fault({
            kind: 'nothing-changes',
            message: `${person} has no calendar address, so nothing was ended.`,
            remedy: 'Check who was meant.',
          });
        }
        print(options.json === true, { person, ended: true }, () => `The calendar address of ${person} is ended.`);
      }),
    );

  people
    .command('preferences')
    .description('Say when a member of the staff wants their e-mails, and whether the summary of the week comes; choose it for them.')
    .argument('<person>', 'contact id or e-mail')
    .addOption(new Option('--when <when>', 'when what can wait comes').choices(TIMINGS))
    .addOption(new Option('--summary <choice>', 'whether the summary of the week comes').choices(['yes', 'no']))
    .option('--by <person>', 'who decides it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
at-once: each e-mail by itself. daily: at 4pm on working days, in one e-mail. weekly: at 4pm on the last working day of the week.
Calls, escalations to act on, reminders and overdue notices always go at once. What asks for an answer goes on its own day.

Examples:
  chaser people preferences c.mills@delivery.example
  chaser people preferences c.mills@delivery.example --when daily --by c.mills@delivery.example
  chaser people preferences c.mills@delivery.example --summary no --by c.mills@delivery.example

Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action(async (given: string, options: { when?: Timing; summary?: 'yes' | 'no'; by?: string; json?: true }) => {
      const show = (person: string, wants: StaffPreferences) =>
        print(options.json === true, { person, timing: wants.timing, summary: wants.digest }, () =>
          [
            `${person} gets ${TIMING_WORDS[wants.timing]}.`,
            wants.digest ? 'The summary of the week comes, where their role gets one.' : 'The summary of the week does not come.',
          ].join('\n'),
        );
      if (options.when === undefined && options.summary === undefined) {
        return opened.withDatabase(async (db) => {
          const person = await mustFindPerson(db, given);
          show(person, await preferencesOf(db, person));
        });
      }
      return opened.withDesk(async (desk) => {
        if (options.by === undefined) throw usage('Who decided it is missing.', 'Give --by with a contact id or an e-mail address.');
        const person = await mustFindPerson(desk.db, given);
        if (!(await isStaff(desk.db, person))) {
          throw new Fault({
            kind: 'no-staff',
            message: `${person} is no member of the staff, so every e-mail to them goes at once.`,
            remedy: 'Stop e-mails that they may do without: chaser post quieter',
          });
        }
        const by = await mustFindPerson(desk.db, options.by);
        const before = await preferencesOf(desk.db, person);
        const wants = {
          timing: options.when ?? before.timing,
          digest: options.summary === undefined ? before.digest : options.summary === 'yes',
        };
        await choosePreferences(desk, person, wants, by);
        show(person, wants);
      });
    });
  return people;
}

const TIMING_WORDS: Readonly<Record<Timing, string>> = {
  'at-once': 'each e-mail at once',
  daily: 'what can wait once a day, at 4pm on working days',
  weekly: 'what can wait once a week, at 4pm on the last working day',
};

type CalendarOptions = { readonly revoke?: true; readonly because?: string; readonly by?: string; readonly json?: true };

async function requestOf(
  db: Parameters<typeof mustFindPerson>[0],
  given: string,
  { into, because, by, name, email, telephone, jobTitle }: Options,
): Promise<MergeRequest> {
  return {
    merged: await mustFindPerson(db, given),
    kept: await mustFindPerson(db, into),
    stays: { name, email, telephone, jobTitle },
    because,
    by: await mustFindPerson(db, by),
  };
}

function fault({ message, remedy, ...reason }: { readonly kind: string; readonly message: string; readonly remedy: string }): Fault {
  return new Fault({ ...reason, message: `${message}.`, remedy: `${remedy}.` });
}

function linesOf({ before: { kept, merged }, after, deployments, ended, notes }: PeopleMerged): readonly string[] {
  const changed = DETAILS.filter((detail) => kept[detail] !== after[detail]).map((detail) => `${detail}: ${after[detail]}`);
  return [
    `${merged.id} (${merged.name}, ${merged.email}) becomes ${kept.id} (${after.name}, ${after.email}).`,
    ...(changed.length === 0 ? [] : [`Changed there: ${changed.join('; ')}.`]),
    `Roles added: ${after.roles.length - kept.roles.length}.`,
    ...ended.flatMap((access) => {
      const words = endedInWords(access);
      return words === '' ? [] : [`Ended for ${access.name}: ${words}.`];
    }),
    deployments.length === 0
      ? 'No running deployment names the entry that goes.'
      : `Running deployments that name it: ${inWords(deployments.map(({ reference }) => reference))}.`,
    ...notes,
  ];
}
