import { exampleDay } from './example-day.ts';
import { Command } from 'commander';
import { changeDeployment } from '../desk/change-deployment.ts';
import type { ChangeCommand } from '../domain/changes/change.ts';
import { latestRound } from '../domain/chronology/chronology.ts';
import { staysLate } from '../domain/chronology/lateness.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import type { Pace, StepRef, StopCategory, WithdrawnBy } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import { STOP_WORDS } from '../letters/kind-words.ts';
import { previewOf } from '../domain/chronology/preview.ts';
import type { StoredChronology } from '../postgres/pinned/chronology.ts';
import type { Db } from '../postgres/database.ts';
import { previewInWords } from '../letters/preview-words.ts';
import { addPerson, planPerson } from '../register/new-person.ts';
import type { PlannedPerson } from '../register/new-person.ts';
import { mustFindPerson, mustReadChronology } from './must-find.ts';
import { Fault, print, usage } from './output.ts';
import type { Opened } from './open.ts';
import { addPassOn } from './pass-on.ts';
import { asReference } from './reference.ts';

type Options = Readonly<Record<string, string | undefined>> & { readonly json?: true; readonly dryRun?: true };
type Asked = {
  readonly db: Db;
  readonly by: string;
  readonly because: string;
  readonly note?: string;
  readonly options: Options;
  readonly chronology: Chronology;
  readonly today: string;
  /** The newest round of the named step, or of the deployment's only open step when none was named. */
  step(id: string | undefined): StepRef;
};

type Way = {
  readonly name: string;
  readonly description: string;
  /** Arguments after the reference. */
  readonly arguments?: readonly (readonly [string, string])[];
  /** Each with its words; `required` for one without which the change cannot be. */
  readonly options: readonly (readonly [flags: string, words: string, required?: 'required'])[];
  readonly example: string;
  readonly command: (asked: Asked, ...words: readonly string[]) => ChangeCommand | Promise<ChangeCommand>;
};

const CATEGORIES = Object.keys(STOP_WORDS) as readonly StopCategory[];
const WITHDRAWN_BY = ['school', 'system-leader', 'trust-change', 'department'] as const satisfies readonly WithdrawnBy[];
const PACES = ['less', 'usual', 'more'] as const satisfies readonly Pace[];

const WAYS: readonly Way[] = [
  {
    name: 'stop',
    description: 'Pause a deployment, or one step. The days of the pause are added to the due dates.',
    options: [
      ['--step <step>', 'only this step; the whole deployment unless told'],
      ['--category <category>', CATEGORIES.join(', '), 'required'],
      ['--from <date>', 'the first day of the pause; today unless you say'],
      ['--until <date>', 'when the pause should end; the coordinator is then asked', 'required'],
    ],
    example: `stop D00001 --category inspection --until ${exampleDay(14)} --because "The school is being inspected." --by c.mills@delivery.example`,
    command: ({ step, options, ...said }) => ({
      kind: 'stop-clock',
      scope: options['step'] === undefined ? null : step(options['step']),
      category: oneOf(CATEGORIES, options['category'], '--category'),
      from: options['from'] ?? null,
      expectedEnd: needed(options['until'], '--until'),
      ...saidBy(said),
    }),
  },
  {
    name: 'prolong',
    description: 'Change when a pause should end.',
    options: [
      ['--stop <number>', 'which pause, where there are several'],
      ['--until <date>', 'when the pause should end', 'required'],
    ],
    example: `prolong D00001 --until ${exampleDay(28)} --because "The school needs longer." --by c.mills@delivery.example`,
    command: ({ options, ...said }) => ({
      kind: 'prolong-stop',
      stop: numberOf(options['stop'], '--stop'),
      expectedEnd: needed(options['until'], '--until'),
      ...saidBy(said),
    }),
  },
  {
    name: 'resume',
    description: 'End a pause.',
    options: [
      ['--stop <number>', 'which pause, where there are several'],
      ['--on <date>', 'the first day that counts again; today unless you say. The first day of the pause undoes it'],
    ],
    example: 'resume D00001 --because "The head is back." --by c.mills@delivery.example',
    command: ({ options, ...said }) => ({
      kind: 'resume-clock',
      stop: numberOf(options['stop'], '--stop'),
      on: options['on'] ?? null,
      ...saidBy(said),
    }),
  },
  {
    name: 'extend',
    description: 'Give an open step a later due date, agreed with the Department. Beyond the programme’s limit it is asked for.',
    arguments: [['<step>', 'the open step, for example complete-deployment']],
    options: [
      ['--to <date>', 'the new due date; the original one takes the extension back', 'required'],
      ['--agreed-with <person>', 'who at the Department agreed: contact id or e-mail'],
    ],
    example: `extend D00001 complete-deployment --to ${exampleDay(120)} --because "A new head." --by c.mills@delivery.example`,
    command: async ({ db, step, options, ...said }, id) => ({
      kind: 'extend',
      ...step(id),
      dueOn: needed(options['to'], '--to'),
      agreedWith: options['agreedWith'] === undefined ? null : await mustFindPerson(db, options['agreedWith']),
      ...saidBy(said),
    }),
  },
  {
    name: 'rematch',
    description: 'Match with somebody else, at any time before completion.',
    options: [['--to <person>', 'who is asked next; left out, somebody is still to be found']],
    example: 'rematch D00001 --because "No capacity after Easter." --by c.mills@delivery.example',
    command: async ({ db, options, ...said }) => ({
      kind: 'rematch',
      to: options['to'] === undefined ? null : await mustFindPerson(db, options['to']),
      ...saidBy(said),
    }),
  },
  {
    name: 'raise',
    description: 'Open a step that the programme lets people raise at any time: a concern, another route.',
    arguments: [['<step>', 'the step, for example engagement-concern']],
    options: [],
    example: 'raise D00001 engagement-concern --because "Three meetings were cancelled." --by c.mills@delivery.example',
    command: (said, step = '') => ({ kind: 'raise', step, ...saidBy(said) }),
  },
  {
    name: 'person',
    description: 'Somebody else holds a role from now on. Letters go to them, and the previous person’s links stop working.',
    arguments: [['<role>', 'the role, for example school']],
    options: [
      ['--from <person>', 'who leaves; the one who holds the role unless told'],
      ['--to <person>', 'who comes: contact id or e-mail', 'required'],
      ['--name <name>', 'for somebody whom Chaser does not know yet: their name; --to is their e-mail address'],
      ['--telephone <number>', 'their telephone number'],
    ],
    example: 'person D00001 school --to new.head@hillcrest.example --because "A new head." --by c.mills@delivery.example',
    command: async ({ db, options, chronology, ...said }, role = '') => {
      const [only, ...more] = chronology.parties[role] ?? [];
      if (options['from'] === undefined && more.length > 0) {
        throw usage(`Several people hold the role ${role}.`, `Say who leaves with --from: ${[only, ...more].join(', ')}.`);
      }
      const from = options['from'] === undefined ? (only ?? null) : await mustFindPerson(db, options['from']);
      const planned = await newcomerOf(db, options);
      if (planned !== null)
        return { kind: 'change-person', role, from, to: planned.id, ...saidBy(said), ...(planned.known ? {} : { adds: planned.id }) };
      return { kind: 'change-person', role, from, to: await mustFindPerson(db, needed(options['to'], '--to')), ...saidBy(said) };
    },
  },
  {
    name: 'deputy',
    description: 'Somebody has another’s letters on certain days, and can answer for them.',
    options: [
      ['--for <person>', 'who is away', 'required'],
      ['--deputy <person>', 'who stands in', 'required'],
      ['--from <date>', 'the first day; today unless told'],
      ['--until <date>', 'the last day', 'required'],
    ],
    example: `deputy D00001 --for c.mills@delivery.example --deputy s.cole@delivery.example --until ${exampleDay(14)} --because Leave --by c.mills@delivery.example`,
    command: async ({ db, options, today, ...said }) => ({
      kind: 'name-deputy',
      person: await mustFindPerson(db, needed(options['for'], '--for')),
      deputy: await mustFindPerson(db, needed(options['deputy'], '--deputy')),
      from: options['from'] ?? today,
      to: needed(options['until'], '--until'),
      ...saidBy(said),
    }),
  },
  {
    name: 'back',
    description: 'Somebody who was away is back early: their deputy’s cover ends.',
    options: [['--for <person>', 'who is back', 'required']],
    example: 'back D00001 --for c.mills@delivery.example --because "Back early." --by c.mills@delivery.example',
    command: async ({ db, options, ...said }) => ({
      kind: 'end-deputy',
      person: await mustFindPerson(db, needed(options['for'], '--for')),
      ...saidBy(said),
    }),
  },
  {
    name: 'withdraw',
    description: 'End a deployment early.',
    options: [
      ['--end <end>', 'how it ends, as the programme has it; withdrawn unless told'],
      ['--on-account-of <whom>', WITHDRAWN_BY.join(', ')],
    ],
    example: 'withdraw D00001 --on-account-of trust-change --because "It joins another trust." --by c.mills@delivery.example',
    command: ({ options, ...said }) => ({
      kind: 'withdraw',
      end: options['end'] ?? 'withdrawn',
      ...(options['onAccountOf'] === undefined ? {} : { withdrawnBy: oneOf(WITHDRAWN_BY, options['onAccountOf'], '--on-account-of') }),
      ...saidBy(said),
    }),
  },
  {
    name: 'reopen',
    description: 'Reopen a deployment that was ended early or declined, within the time that the programme allows.',
    options: [],
    example: 'reopen D00001 --because "They have thought again." --by c.mills@delivery.example',
    command: (said) => ({ kind: 'reopen', ...saidBy(said) }),
  },
  {
    name: 'correct',
    description: 'Correct a recorded date. Due dates that were counted from it are worked out again.',
    arguments: [
      ['<fact>', 'which, for example matchedOn'],
      ['<date>', 'what it was'],
    ],
    options: [],
    example: `correct D00001 matchedOn ${exampleDay(-7)} --because "Recorded a week late." --by c.mills@delivery.example`,
    command: (said, fact = '', value = '') => ({ kind: 'correct-fact', fact, value, ...saidBy(said) }),
  },
  {
    name: 'take-back',
    description: 'Take back an answer that should not have been recorded: the step is asked again, with the time it had.',
    arguments: [['<step>', 'the step that was answered']],
    options: [],
    example: 'take-back D00001 first-visit --because "It was another school." --by c.mills@delivery.example',
    command: ({ step, ...said }, id) => ({ kind: 'take-back-answer', ...step(id), ...saidBy(said) }),
  },
  {
    name: 'chase',
    description: 'Send a reminder about a step now. It takes the place of the next one.',
    arguments: [['<step>', 'the open step']],
    options: [],
    example: 'chase D00001 confirm-participation --by c.mills@delivery.example',
    command: ({ step, by }, id) => ({ kind: 'chase-now', ...step(id), by }),
  },
  {
    name: 'skip',
    description: 'Skip the next reminder, notice, call or escalation of a step.',
    arguments: [['<step>', 'the open step']],
    options: [],
    example: 'skip D00001 confirm-participation --because "They telephoned." --by c.mills@delivery.example',
    command: ({ step, ...said }, id) => ({ kind: 'skip-rung', ...step(id), ...saidBy(said) }),
  },
  {
    name: 'pace',
    description: 'Send fewer or more reminders about a deployment, as far as its programme allows. Calls and escalations stay as they are.',
    arguments: [['<pace>', PACES.join(', ')]],
    options: [],
    example: 'pace D00001 less --because "They always answer." --by c.mills@delivery.example',
    command: (said, pace) => ({ kind: 'set-pace', pace: oneOf(PACES, pace, 'The pace'), ...saidBy(said) }),
  },
  {
    name: 'promise',
    description: 'Record by when somebody who is asked will answer. No reminder goes until then; the due date and the lateness stay.',
    arguments: [['<step>', 'the open step']],
    options: [
      ['--for <person>', 'who told you: contact id or e-mail', 'required'],
      ['--on <date>', 'the day by which they will answer', 'required'],
    ],
    example: `promise D00001 confirm-participation --for head@hillcrest.example --on ${exampleDay(1)} --by c.mills@delivery.example`,
    command: async ({ db, step, options, by, because }, id) => ({
      kind: 'promise',
      ...step(id),
      by,
      onBehalfOf: await mustFindPerson(db, needed(options['for'], '--for')),
      via: 'telephone',
      promisedOn: needed(options['on'], '--on'),
      words: because,
    }),
  },
  {
    name: 'ask-time',
    description: 'Record that somebody who is asked wants more time. The coordinator decides with grant-time or refuse-time.',
    arguments: [['<step>', 'the open step']],
    options: [
      ['--for <person>', 'who told you: contact id or e-mail', 'required'],
      ['--to <date>', 'the due date that they ask for', 'required'],
    ],
    example: `ask-time D00001 confirm-participation --for head@hillcrest.example --to ${exampleDay(14)} --because "The governors meet on Thursday." --by c.mills@delivery.example`,
    command: async ({ db, step, options, ...said }, id) => ({
      kind: 'ask-for-time',
      ...step(id),
      ...saidBy(said),
      onBehalfOf: await mustFindPerson(db, needed(options['for'], '--for')),
      via: 'telephone',
      dueOn: needed(options['to'], '--to'),
    }),
  },
  {
    name: 'grant-time',
    description: 'Give the time that somebody who is asked has asked for. Beyond the programme’s limit the Department is asked.',
    arguments: [['<step>', 'the open step']],
    options: [],
    example: 'grant-time D00001 confirm-participation --by c.mills@delivery.example',
    command: ({ step, by, because, note }, id) => ({
      kind: 'grant-time',
      ...step(id),
      by,
      words: because,
      ...(note === undefined ? {} : { note }),
    }),
  },
  {
    name: 'refuse-time',
    description: 'Refuse the time that somebody who is asked has asked for. They are told why.',
    arguments: [['<step>', 'the open step']],
    options: [],
    example: 'refuse-time D00001 confirm-participation --because "The visit cannot wait." --by c.mills@delivery.example',
    command: ({ step, ...said }, id) => ({ kind: 'refuse-time', ...step(id), ...saidBy(said) }),
  },
];

/** The ways that need no reason: they change nothing that was agreed, or the reason was given before. */
const WITHOUT_REASON: ReadonlySet<string> = new Set(['chase', 'promise', 'grant-time']);

/** `chaser change`: every change of plan, each shown with its old and new dates. */
export function changeCommand(opened: Opened): Command {
  const change = new Command('change').description(
    'Pause, give more time, find another system leader, raise, change people, end early, correct, remind.',
  );
  for (const way of WAYS) {
    const command = change
      .command(way.name)
      .description(way.description)
      .argument('<reference>', 'the deployment, for example D00001', asReference);
    for (const [name, description] of way.arguments ?? []) command.argument(name, description);
    const option = (flags: string, words: string, required: boolean) =>
      required ? command.requiredOption(flags, words) : command.option(flags, words);
    for (const [flags, words, required] of way.options) option(flags, words, required === 'required');
    option(
      '--because <text>',
      'why; the school and others read it in an e-mail: nothing of anybody’s health or private life',
      !WITHOUT_REASON.has(way.name),
    );
    command
      .option('--note <text>', 'for those who look after the deployment; it is in no e-mail')
      .requiredOption('--by <person>', 'who decided it: contact id or e-mail')
      .option('--dry-run', 'show what would change, with old and new dates, and change nothing')
      .option('--json', 'print JSON')
      .addHelpText(
        'after',
        `\nExample:\n  chaser change ${way.example}\n\nExit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
      )
      .action((reference: string, ...rest: unknown[]) => {
        const words = rest.filter((word) => typeof word === 'string');
        return carryOut(opened, reference, way, words, command.opts<Options>());
      });
  }
  addPassOn(change, opened);
  return change;
}

async function carryOut(opened: Opened, reference: string, way: Way, words: readonly string[], options: Options): Promise<void> {
  const shown = async (db: Db) => {
    const stored = await mustReadChronology(db, reference);
    const command = await way.command(await askedOf(db, stored, options), ...words);
    const preview = previewOf(stored.chronology, command, stored.now);
    if (!preview.ok) throw new Fault(preview.reason);
    const { chronology } = stored;
    // A stop gives back the days that it lasted, and no others: what was late before stays as late.
    const stays = preview.value.moves.flatMap(({ step, to }) => {
      const late = staysLate(chronology, step, to, londonDate(Date.parse(stored.now)));
      return late === null ? [] : [`  Stays ${late.words}: ${chronology.programme.steps[step]?.title ?? step}`];
    });
    return { command, preview: preview.value, programme: chronology.programme, stays };
  };
  if (options.dryRun === true) {
    await opened.withDatabase(async (db) => {
      const { preview, programme, stays } = await shown(db);
      print(options.json === true, preview, () =>
        ['Nothing was changed. It would bring about:', ...previewInWords(preview, programme), ...stays].join('\n'),
      );
    });
    return;
  }
  await opened.withDesk(async (desk) => {
    const { command, preview, programme, stays } = await shown(desk.db);
    const newcomer = way.name === 'person' ? await newcomerOf(desk.db, options) : null;
    if (newcomer !== null && !(await addPerson(desk.db, newcomer)))
      throw usage(`The address ${newcomer.email} has become that of somebody else.`, 'Try again.');
    const counted = await changeDeployment(desk, reference, command);
    if (!counted.ok) throw new Fault(counted.reason);
    print(options.json === true, { ...counted.value, ...preview }, () =>
      ['Done.', ...previewInWords(preview, programme), ...stays].join('\n'),
    );
  });
}

/** Somebody whom Chaser does not know yet, where --name says so; null otherwise. Nothing is stored. */
async function newcomerOf(db: Db, options: Options): Promise<PlannedPerson | null> {
  if (options['name'] === undefined) {
    if (options['telephone'] === undefined) return null;
    throw usage('--telephone is that of somebody new.', 'Give their name too: --name "Sarah Bouette"');
  }
  const typed = { name: options['name'], email: needed(options['to'], '--to'), telephone: options['telephone'] ?? '' };
  const planned = await planPerson(db, typed);
  if (planned.ok) return planned.value;
  const { message, remedy } = planned.reason;
  throw usage(`${message}.`, remedy === '' ? 'See how with --help.' : `${remedy}.`);
}

async function askedOf(db: Db, { chronology, now }: StoredChronology, options: Options): Promise<Asked> {
  return {
    db,
    chronology,
    options,
    by: await mustFindPerson(db, needed(options['by'], '--by')),
    because: options['because'] ?? '',
    ...(options['note'] === undefined ? {} : { note: options['note'] }),
    today: londonDate(Date.parse(now)),
    step(id = '') {
      const record = latestRound(chronology, id);
      return { step: id, round: record?.round ?? 1 };
    },
  };
}

function saidBy({ by, because, note }: Pick<Asked, 'by' | 'because' | 'note'>): Pick<Asked, 'by' | 'because' | 'note'> {
  return { by, because, ...(note === undefined ? {} : { note }) };
}

function needed(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw usage(`${option} is missing.`, 'See how with --help.');
}

function oneOf<T extends string>(known: readonly T[], given: string | undefined, option: string): T {
  const found = known.find((value) => value === given);
  if (found !== undefined) return found;
  throw usage(given === undefined ? `${option} is missing.` : `${option} cannot be "${given}".`, `Give one of: ${known.join(', ')}.`);
}

function numberOf(given: string | undefined, option: string): number | null {
  if (given === undefined) return null;
  if (/^\d{1,6}$/.test(given)) return Number(given);
  throw usage(`${option} cannot be "${given}".`, 'Give the number of the pause, as shown by: chaser status REFERENCE');
}
