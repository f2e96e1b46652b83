import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { GATHERING_MS } from '../desk/tell-mailroom.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { clockTime } from '../domain/time/time-words.ts';
import { LETTER_NAMES } from '../letters/kind-words.ts';
import { dailyCap, deploymentsAhead, othersAheadOf, peopleInLetters, remindersSent } from '../postgres/views/ahead.ts';
import type { PersonInLetters } from '../postgres/views/ahead.ts';
import { inRegion } from '../postgres/views/place.ts';
import { emailsAhead, recipientsAhead } from '../rehearsal/ahead.ts';
import type { EmailAhead } from '../rehearsal/ahead.ts';
import { mustFindDeployment, mustFindPerson } from './must-find.ts';
import { print } from './output.ts';
import type { Opened } from './open.ts';
import { asReference } from './reference.ts';

type Which = {
  readonly days?: number;
  readonly deployment?: string;
  readonly region?: string;
  readonly person?: string;
  readonly text?: true;
  readonly json?: true;
};

const MOST_DAYS = 31;

/** `chaser post tomorrow`: the e-mails that leave when nobody answers. */
export function tomorrowCommand(post: Command, opened: Opened): void {
  post
    .command('tomorrow')
    .description('The e-mails that go out by the end of tomorrow when nobody answers, to whom, and what they say.')
    .option('--days <days>', `until the end of which day from today, 1 to ${MOST_DAYS}; 1 is tomorrow`, daysAhead)
    .option('--deployment <reference>', 'of one deployment; without --days until its last letter', asReference)
    .option('--region <region>', 'only those about deployments in this region, with what else they say')
    .option('--person <person>', 'only those to this person: contact id or e-mail')
    .option('--text', 'print what each of them says')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Worked out by the rules that send them. An answer, a change or a hold until then changes what goes.

Examples:
  chaser post tomorrow
  chaser post tomorrow --days 5 --region "North West"
  chaser post tomorrow --deployment D00001 --text`,
    )
    .action((options: Which) =>
      opened.withDatabase(async (db) => {
        if (options.deployment !== undefined) await mustFindDeployment(db, options.deployment);
        const person = options.person === undefined ? null : await mustFindPerson(db, options.person);
        const alone = options.deployment !== undefined;
        const days = options.days ?? (alone ? null : 1);
        const [meant, people, sentBefore, cap] = await Promise.all([
          deploymentsAhead(
            db,
            inRegion(alone ? { sql: 'd.reference = $1', values: [options.deployment] } : { sql: 'true', values: [] }, options.region ?? ''),
            days,
          ),
          peopleInLetters(db),
          remindersSent(db),
          dailyCap(db),
        ]);
        // What goes about other regions may travel in the same e-mails.
        const others = alone || options.region === undefined ? [] : await othersAheadOf(db, meant, recipientsAhead(meant, days), days);
        const isMeant = new Set(meant.map(({ reference }) => reference));
        const unreachable = new Set([...people.values()].filter(({ refused }) => refused).map(({ id }) => id));
        const emails = emailsAhead([...meant, ...others], {
          days,
          gatheringMs: GATHERING_MS,
          people,
          unreachable,
          sentBefore,
          ...cap,
        }).filter((email) => (person === null || email.person === person) && email.letters.some(({ reference }) => isMeant.has(reference)));
        print(
          options.json === true,
          emails.map((email) => asJson(email, options.text === true ? people : null)),
          () => inWords(emails, people, options.text === true),
        );
      }),
    );
}

/** With its text, which names these people, or without. */
function asJson(email: EmailAhead, people: ReadonlyMap<string, PersonInLetters> | null) {
  const words = people === null ? null : email.words(people);
  return {
    at: new Date(email.atMs).toISOString(),
    person: email.person,
    onHold: email.letters.some(({ deployment }) => deployment.held),
    letters: email.letters.map(({ key, reference, step, round, kind, writtenMs }) => ({
      key,
      reference,
      step,
      round,
      kind,
      writtenAt: new Date(writtenMs).toISOString(),
    })),
    ...(words === null ? {} : { subject: words.subject, text: words.text }),
  };
}

function inWords(emails: readonly EmailAhead[], people: ReadonlyMap<string, PersonInLetters>, withText: boolean): string {
  if (emails.length === 0) return 'Nothing goes out.';
  const days = [...Map.groupBy(emails, ({ atMs }) => londonDate(atMs))].map(([on, ofDay]) => {
    const lines = ofDay.flatMap((email) => {
      const to = people.get(email.person)?.name ?? email.person;
      const what = email.letters.map(
        ({ kind, reference, step, deployment }) =>
          `${LETTER_NAMES[kind]} about “${deployment.chronology.programme.steps[step]?.title ?? step}” (${reference})`,
      );
      const held = email.letters.some(({ deployment }) => deployment.held) ? ' [on hold]' : '';
      const line = `  ${clockTime(email.atMs)}  ${to}: ${what.join('; ')}${held}`;
      if (!withText) return [line];
      const { subject, text } = email.words(people);
      return [
        line,
        `      Subject: ${subject}`,
        ...text
          .trimEnd()
          .split('\n')
          .map((one) => `      ${one}`.trimEnd()),
        '',
      ];
    });
    return [longDateWithWeekday(on), ...lines].join('\n');
  });
  const recipients = new Set(emails.map(({ person }) => person)).size;
  return [
    ...days,
    `${emails.length} ${emails.length === 1 ? 'e-mail' : 'e-mails'} to ${recipients} ${recipients === 1 ? 'person' : 'people'}, when nobody answers before.`,
  ].join('\n\n');
}

function daysAhead(given: string): number {
  const days = Number(given);
  if (/^\d+$/.test(given) && days >= 1 && days <= MOST_DAYS) return days;
  throw new InvalidArgumentError(`Give whole days, 1 to ${MOST_DAYS}.`);
}
