import { Command } from 'commander';
import { nowMs } from '../postgres/sandbox/clock.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import { readCalendarBook } from '../desk/calendar-book.ts';
import { endInWords, readFootings, standingInWords } from '../desk/calendar-footings.ts';
import type { Footings } from '../desk/calendar-footings.ts';
import { findPartedOfNewest } from '../desk/find-parted.ts';
import type { BothStores } from '../desk/find-parted.ts';
import { momentWords } from '../desk/moved-time-words.ts';
import { mailTroubleWords } from '../desk/mail-trouble-words.ts';
import { mailboxWords } from '../desk/mailbox-words.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays, longDate } from '../domain/time/plain-date.ts';
import { mayAlterGuards } from '../postgres/application-role.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { pendingMigrations } from '../postgres/migrate.ts';
import { readSandbox } from '../postgres/sandbox/sandbox.ts';
import type { Sandbox } from '../postgres/sandbox/sandbox.ts';
import { tryWrite } from '../postgres/takes-writes.ts';
import { readMailboxReading } from '../postgres/desk/mailbox-reading.ts';
import type { MailboxReading } from '../postgres/desk/mailbox-reading.ts';
import { readMailTrouble } from '../postgres/views/mail-trouble.ts';
import type { MailTrouble } from '../postgres/views/mail-trouble.ts';
import { CHECK_NAMES, watchdogRoundIs } from '../desk/watchdog-words.ts';
import type { Db } from '../postgres/database.ts';
import { listStandingFindings, readWatchdog } from '../postgres/watchdog/findings.ts';
import { readWaiting } from '../postgres/views/waiting.ts';
import { listProgrammes, loadProgramme } from '../programmes/load-programmes.ts';
import { closedWords, listRunningOfClosed } from '../register/school-standing.ts';
import { countPollers } from '../temporal/pollers.ts';
import { addByHand, missingAttributes } from '../temporal/search-attributes.ts';
import { findWrongLogs } from './doctor-logs.ts';
import { findMissingPins } from './doctor-pins.ts';
import { replayHistories } from './doctor-replay.ts';
import { findStack } from './find-stack.ts';
import type { Opened } from './open.ts';
import { EXIT, Fault, print, usage } from './output.ts';

/** What the doctor found about one part. A warning needs attention soon; a fault means that something does not work. */
type Finding = { readonly part: string; readonly state: 'well' | 'warning' | 'fault'; readonly says: string; readonly remedy?: string };

const YEAR_DAYS = 365;
/** A letter may wait for sending hours over a long weekend, but hardly longer. */
const LONG_WAIT_SECONDS = 5 * 86_400;

/** `chaser doctor`: checks every part, and says how to mend what does not work. */
export function doctorCommand(opened: Opened): Command {
  return new Command('doctor')
    .description('Check that every part of Chaser is working.')
    .option('--replay', 'check instead whether this build can go on with every history that is open, before it is released')
    .option('--all', 'with --replay: go on after the first that does not fit')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser doctor
  chaser doctor --replay     from the checkout or the image of the next release, while the present one runs

Exit codes: 0 all is well (there may be warnings), 2 wrong use, 3 something does not work, or does not fit.`,
    )
    .action(async (options: { replay?: true; all?: true; json?: true }) => {
      if (options.replay === true) return opened.withDesk((desk) => replayHistories(desk, options));
      if (options.all === true) throw usage('--all is about --replay.', 'Give both: chaser doctor --replay --all');
      const findings = [
        ...programmes(),
        ...(await asked('PostgreSQL', () => postgres(opened))),
        ...(await asked('Calendars', () => calendars(opened, londonDate(nowMs())))),
        ...(await asked('Schools', () => schools(opened, londonDate(nowMs())))),
        ...(await asked('Temporal', () => temporal(opened))),
        ...(await asked('Programmes in use', () => opened.withDesk(async ({ db, client }) => [await findMissingPins(db, client)]))),
        ...(await asked('Reports', () => opened.withDatabase(async (db) => [await findWrongLogs(db)]))),
        ...(await asked(WATCHDOG, () => opened.withDatabase(watchdog))),
        ...(await asked(TWO_STORES, () => opened.withDesk(twoStores))),
        ...(await mailbox()),
      ];
      print(options.json === true, { findings }, () => findings.map(inWords).join('\n'));
      if (findings.some(({ state }) => state === 'fault')) process.exitCode = EXIT.failed;
    });
}

function inWords({ part, state, says, remedy }: Finding): string {
  const mark = { well: 'well   ', warning: 'WARNING', fault: 'FAULT  ' }[state];
  return `${mark}  ${part}: ${says}${remedy === undefined ? '' : `\n         ${remedy}`}`;
}

/** A part that cannot even be asked is a fault with that reason. */
async function asked(part: string, ask: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Fault) return [{ part, state: 'fault', says: error.message, remedy: error.remedy }];
    return [{ part, state: 'fault', says: error instanceof Error ? error.message : String(error) }];
  }
}

function programmes(): readonly Finding[] {
  return listProgrammes().map((id): Finding => {
    const loaded = loadProgramme(id);
    return loaded.ok
      ? { part: `Programme ${id}`, state: 'well', says: `version ${loaded.value.version} is sound.` }
      : { part: `Programme ${id}`, state: 'fault', says: loaded.reason.message, remedy: loaded.reason.remedy };
  });
}

async function calendars(opened: Opened, today: PlainDate): Promise<readonly Finding[]> {
  return opened.withDatabase(async (db) => [
    ofBook(await readCalendarBook(db), today),
    ...underDeployments(await readFootings(db, { sql: 'true', values: [] }, today)),
  ]);
}

/** What running deployments rest on: dates that have ended, that end, and those of another authority. */
function underDeployments({ ended, ending, standingIn }: Footings): readonly Finding[] {
  const next = 'Import the next dates (chaser calendar import FILE), then count them on these: chaser calendar adopt --all';
  const own = 'Import the authority’s own (chaser calendar import FILE), then count them on these: chaser calendar adopt --all';
  const warning = (says: string, remedy: string): Finding => ({ part: 'Calendars', state: 'warning', says, remedy });
  return [
    ...ended.map((one) => warning(endInWords(one, 'ended'), next)),
    ...ending.map((one) => warning(endInWords(one, 'end'), next)),
    ...standingIn.map((one) => warning(standingInWords(one), own)),
  ];
}

function ofBook({ bankHolidays, authorities }: CalendarBook, today: PlainDate): Finding {
  const lastTermEnds =
    authorities
      .map(({ calendar }) => calendar.terms.at(-1)?.endsOn ?? today)
      .toSorted()
      .at(-1) ?? today;
  const horizon = bankHolidays.knownTo < lastTermEnds ? bankHolidays.knownTo : lastTermEnds;
  const says = `bank holidays are known to ${longDate(bankHolidays.knownTo)}, term dates to ${longDate(lastTermEnds)} at the latest.`;
  if (horizon >= addDays(today, YEAR_DAYS)) return { part: 'Calendars', state: 'well', says };
  return {
    part: 'Calendars',
    state: horizon < today ? 'fault' : 'warning',
    says: `${says} Deployments that need later dates are refused.`,
    remedy: 'Import the next dates: chaser calendar import FILE',
  };
}

const ONE_ROLE: Finding = {
  part: 'Database roles',
  state: 'warning',
  says: 'DATABASE_URL names a role that may alter the record and switch off what guards it.',
  remedy: 'Let the owner only migrate, and give DATABASE_URL a role of its own: docs/operations.md, “Two database roles”.',
};
const MOST_SCHOOLS = 5;

/** Running deployments whose school has closed, is to close or is not open yet. */
async function schools(opened: Opened, today: PlainDate): Promise<readonly Finding[]> {
  const found = await opened.withDatabase((db) => listRunningOfClosed(db, { sql: 'true', values: [] }));
  if (found.length === 0)
    return [{ part: 'Schools', state: 'well', says: 'every running deployment is of a school or trust that is open.' }];
  const more = found.length - MOST_SCHOOLS;
  return [
    ...found.slice(0, MOST_SCHOOLS).map((one): Finding => ({
      part: 'Schools',
      state: 'warning',
      says: `${one.reference}: ${closedWords(one, today)}`,
      remedy: `End it, or change its people: chaser change withdraw ${one.reference} --help`,
    })),
    ...(more > 0 ? [{ part: 'Schools', state: 'warning' as const, says: `${more} more running deployments are of such schools.` }] : []),
  ];
}

async function postgres(opened: Opened): Promise<readonly Finding[]> {
  return opened.withDatabase(async (db) => {
    const pending = await pendingMigrations(db);
    if (pending.length > 0) {
      return [
        {
          part: 'PostgreSQL',
          state: 'fault',
          says: `the database lacks ${pending.join(', ')}.`,
          remedy: 'Bring it up to date: chaser migrate',
        },
      ];
    }
    await tryWrite(db);
    const { letters, oldestSeconds, contacts } = await readWaiting(db);
    const trouble = await readMailTrouble(db);
    const replies = await readMailboxReading(db);
    const stuck = oldestSeconds > LONG_WAIT_SECONDS;
    const sandbox = await readSandbox(db);
    return [
      ...(sandbox === null ? [] : [trainingCopy(sandbox)]),
      { part: 'PostgreSQL', state: 'well', says: 'it answers, takes writes and is up to date.' },
      (await mayAlterGuards(db)) ? ONE_ROLE : { part: 'Database roles', state: 'well', says: 'the application cannot alter the record.' },
      {
        part: 'Letters',
        state: stuck ? 'warning' : 'well',
        says: letters === 0 ? 'none waits to be sent.' : `${letters} wait to be sent, the oldest for ${inHours(oldestSeconds)}.`,
        ...(stuck ? { remedy: 'Is the mail server within reach? The reasons are told by: chaser messages REFERENCE' } : {}),
      },
      ...(trouble === null ? [] : [mailServer(trouble)]),
      ...(replies === null ? [] : [mailboxForReplies(replies)]),
      ...(contacts === 0
        ? []
        : [
            {
              part: 'Contacts',
              state: 'warning' as const,
              says: `${contacts} to fix.`,
              remedy: 'See them with: chaser status REFERENCE',
            },
          ]),
    ];
  });
}

/** Told as a warning, so that nobody takes it for a real service. */
function trainingCopy({ now, movedByMs }: Sandbox): Finding {
  const moved = movedByMs > 0 ? `Time is moved: it is ${momentWords(Date.parse(now))} there` : 'Its time is the real time so far';
  return { part: 'Training copy', state: 'warning', says: `this is one. ${moved}.`, remedy: 'Move time on with: chaser sandbox --help' };
}

/** A fault once it is believed, and a warning while one recipient's e-mail alone met it. */
function mailServer(trouble: MailTrouble): Finding {
  const { says, remedy } = mailTroubleWords(trouble);
  return { part: 'Mail server', state: trouble.believed ? 'fault' : 'warning', says: `${says}.`, remedy };
}

/** What comes back is read from it; nobody is told of replies while it cannot be read. */
function mailboxForReplies(reading: MailboxReading): Finding {
  const { says, remedy } = mailboxWords(reading);
  return {
    part: 'Mailbox for replies',
    state: reading.trouble === null ? 'well' : 'fault',
    says: `${says}.`,
    ...(remedy === null ? {} : { remedy: `${remedy}.` }),
  };
}

async function temporal(opened: Opened): Promise<readonly Finding[]> {
  return opened.withDesk(async ({ client, taskQueue }): Promise<readonly Finding[]> => {
    const pollers = await countPollers(client, taskQueue);
    const { namespace } = client.options;
    const missing = await missingAttributes(client.connection.operatorService, namespace);
    return [
      missing.length === 0
        ? { part: 'Search attributes', state: 'well', says: 'Temporal finds deployments by programme, region and subject.' }
        : {
            part: 'Search attributes',
            state: 'warning',
            says: `the namespace ${namespace} lacks ${missing.join(', ')}: deployments that start now cannot be found by them on Temporal’s own page.`,
            remedy: `A worker that starts adds them. Where it may not: ${addByHand(namespace, missing)}`,
          },
      { part: 'Temporal', state: 'well', says: `it answers, and knows the namespace ${client.options.namespace}.` },
      pollers > 0
        ? { part: 'Workers', state: 'well', says: `${pollers} ask for work.` }
        : {
            part: 'Workers',
            state: 'fault',
            says: 'none is asking for work, so nobody is reminded.',
            remedy: 'Start one with: npm run worker',
          },
    ];
  });
}

const WATCHDOG = 'Watchdog';
const MOST_FINDINGS = 20;

/** What the check made every ten minutes found, and whether it is made. */
async function watchdog(db: Db): Promise<readonly Finding[]> {
  const state = await readWatchdog(db);
  const round = watchdogRoundIs(state, (await readSandbox(db)) !== null);
  const found = await listStandingFindings(db, MOST_FINDINGS);
  const more = Object.values(state.standing).reduce((sum, count) => sum + count, 0) - found.length;
  return [
    { part: WATCHDOG, state: round.well ? 'well' : 'warning', says: round.says },
    ...found.map(({ kind, reference, says, remedy }): Finding => {
      const about = reference === null ? '' : `${reference}: `;
      return { part: CHECK_NAMES[kind], state: 'warning', says: `${about}${says}`, remedy };
    }),
    ...(more > 0
      ? [{ part: WATCHDOG, state: 'warning' as const, says: `it found ${more} more.`, remedy: 'The service page lists them.' }]
      : []),
  ];
}

const TWO_STORES = 'Record and engine';
/** Each costs a history of Temporal and the events of one deployment: some milliseconds. */
const MOST_COMPARED = 1_000;
const MOST_PARTED = 5;

/** Whether the record and the engine tell the same, as they do not after one of them was restored to another moment. */
async function twoStores(stores: BothStores): Promise<readonly Finding[]> {
  const { parted, looked, of } = await findPartedOfNewest(stores, MOST_COMPARED);
  const compared = looked === of ? `all ${of} deployments` : `the ${looked} deployments with the newest events, of ${of}`;
  const others = looked === of ? '' : ' The others are compared by: chaser reconcile';
  if (parted.length === 0) return [{ part: TWO_STORES, state: 'well', says: `they tell the same of ${compared}.${others}` }];
  const more = parted.length - MOST_PARTED;
  return [
    ...parted.slice(0, MOST_PARTED).map(({ reference, says }): Finding => ({
      part: TWO_STORES,
      state: 'fault',
      says: `${reference}: ${says}`,
      remedy: `See what can be done with: chaser reconcile ${reference}`,
    })),
    ...(more > 0
      ? [{ part: TWO_STORES, state: 'fault' as const, says: `they differ about ${more} more.`, remedy: 'See them with: chaser reconcile' }]
      : []),
  ];
}

/** Only a Chaser started by `npm start` says where its health is served. */
async function mailbox(): Promise<readonly Finding[]> {
  const { mailboxPage, healthUrl } = findStack();
  if (mailboxPage === undefined || healthUrl === undefined) return [];
  const answers = async (url: string) =>
    fetch(url, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  const part = (name: string, well: boolean, url: string): Finding =>
    well
      ? { part: name, state: 'well', says: `it answers at ${url}.` }
      : { part: name, state: 'fault', says: `it does not answer at ${url}.`, remedy: 'Look into .chaser/logs, and start again: npm start' };
  return [
    part('Mailbox', await answers(mailboxPage), mailboxPage),
    part('Worker’s health', await answers(`${healthUrl}/readyz`), `${healthUrl}/readyz`),
  ];
}

function inHours(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 3_600)} hours`;
}
