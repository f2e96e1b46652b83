import { exampleDay } from './example-day.ts';
import { Command } from 'commander';
import { changeDeployment } from '../desk/change-deployment.ts';
import { readEscalation } from '../desk/escalation-story.ts';
import type { EscalationStory } from '../desk/escalation-story.ts';
import type { ChangeCommand } from '../domain/changes/change.ts';
import { latestRound } from '../domain/chronology/chronology.ts';
import { inWords } from '../domain/words.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { mustFindPerson, mustReadChronology } from './must-find.ts';
import { Fault, print, usage } from './output.ts';
import type { Desk, Opened } from './open.ts';
import { asReference } from './reference.ts';

const WAYS = ['acknowledge', 'hand-over', 'send-back'] as const;

type Options = {
  readonly because?: string;
  readonly byDate?: string;
  readonly to?: string;
  readonly by?: string;
  readonly for?: string;
  readonly json?: true;
};

/** `chaser escalation`: takes an escalation on, hands it over, or sends it back. */
export function escalationCommand(opened: Opened): Command {
  return new Command('escalation')
    .description('Take an escalation on, hand it over to somebody else, or send it back to the coordinator.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .argument('<step>', 'the step that is escalated, for example confirm-participation')
    .argument('<way>', WAYS.join(', '))
    .option('--because <words>', 'what will be done; or why it is handed over or sent back')
    .option('--by-date <date>', 'acknowledge: by when it will be done, YYYY-MM-DD')
    .option('--to <person>', 'hand-over: who is to take it on, contact id or e-mail')
    .option('--by <person>', 'who does it or records it: contact id or e-mail; whoever has the escalation unless told')
    .option('--for <person>', 'who has the escalation and telephoned, when somebody else records it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser escalation D00001 confirm-participation acknowledge --because "I visit the school." --by-date ${exampleDay(5)}
  chaser escalation D00001 confirm-participation acknowledge --because "I visit the school." --by-date ${exampleDay(5)} \\
    --by c.mills@delivery.example --for priya.shah@region.example
  chaser escalation D00001 confirm-participation hand-over --to sam.lowe@region.example --because "Her school."
  chaser escalation D00001 confirm-participation send-back --because "The head has answered by telephone."

Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action(async (reference: string, step: string, way: string, options: Options) => {
      if (!isWay(way)) throw usage(`There is no way "${way}".`, `Give one of: ${WAYS.join(', ')}.`);
      const needed = mustHave(way, options);
      await opened.withDesk(async (desk) => {
        const story = await mustFind(desk, reference, step);
        const counted = await changeDeployment(desk, reference, await commandOf(desk, story, way, { ...options, ...needed }));
        if (!counted.ok) throw new Fault(counted.reason);
        const after = await readEscalation(desk.db, story);
        print(options.json === true, { ...counted.value, escalation: after === undefined ? null : standingOf(after) }, () =>
          ['Done.', ...(after === undefined ? [] : linesOf(after))].join('\n'),
        );
      });
    });
}

type Way = (typeof WAYS)[number];

function isWay(way: string): way is Way {
  return (WAYS as readonly string[]).includes(way);
}

/** What each way cannot do without. */
function mustHave(way: Way, { because, byDate, to }: Options): { because: string; byDate: string; to: string } {
  const missing = [
    ...(because === undefined ? ['--because'] : []),
    ...(way === 'acknowledge' && byDate === undefined ? ['--by-date'] : []),
    ...(way === 'hand-over' && to === undefined ? ['--to'] : []),
  ];
  if (because === undefined || missing.length > 0) {
    throw usage(`${way} needs ${inWords(missing)}.`, 'See the examples: chaser escalation --help');
  }
  return { because, byDate: byDate ?? '', to: to ?? '' };
}

async function commandOf(
  { db }: Desk,
  story: EscalationStory,
  way: Way,
  { because, byDate, to, by, for: onBehalfOf }: Options & { readonly because: string; readonly byDate: string; readonly to: string },
): Promise<ChangeCommand> {
  const person = (given: string) => mustFindPerson(db, given);
  const ref = { step: story.step, round: story.round };
  const holder = story.open?.holders[0]?.person;
  const doer = by === undefined ? (holder ?? noHolder(story)) : await person(by);
  const absent = onBehalfOf === undefined ? null : await person(onBehalfOf);
  const said = { ...ref, by: doer, onBehalfOf: absent, because };
  switch (way) {
    case 'acknowledge':
      return { ...said, kind: 'acknowledge', via: absent === null ? 'command-line' : 'telephone', promisedOn: byDate };
    case 'hand-over':
      return { ...said, kind: 'hand-over', to: await person(to) };
    case 'send-back':
      return { ...said, kind: 'send-back' };
    default:
      return way satisfies never;
  }
}

/** The newest escalation of the step's newest round. */
async function mustFind({ db }: Desk, reference: string, step: string): Promise<EscalationStory> {
  const stored = await mustReadChronology(db, reference);
  const round = latestRound(stored.chronology, step)?.round;
  const story = round === undefined ? undefined : await readEscalation(db, { reference, step, round });
  if (story !== undefined) return story;
  const escalated = stored.chronology.escalations.map((each) => each.step);
  throw new Fault({
    kind: 'no-escalation',
    message: `Nothing is escalated of step "${step}" in ${reference}.`,
    remedy: escalated.length === 0 ? 'Nothing of this deployment is escalated.' : `Escalated now: ${escalated.join(', ')}.`,
  });
}

/** How an escalation stands, for programs. */
function standingOf({ step, round, open, acknowledged }: EscalationStory) {
  return {
    step,
    round,
    open: open !== null,
    turn: open?.turn ?? null,
    with: open?.holders.map(({ person }) => person) ?? [],
    since: open?.since ?? null,
    acknowledgedBy: acknowledged === null ? null : (acknowledged.onBehalfOf ?? acknowledged.by),
    promisedOn: open?.promisedOn ?? null,
  };
}

function linesOf(story: EscalationStory): readonly string[] {
  const { open, acknowledged, people } = story;
  if (open === null) return ['  The escalation has ended.'];
  const name = (person: string) => people.get(person)?.name ?? person;
  return [
    `  With ${open.holders.map(({ person }) => name(person)).join(' and ')} since ${longDate(londonDate(Date.parse(open.since)))}`,
    ...(acknowledged === null
      ? ['  Taken on by nobody yet']
      : [`  ${name(acknowledged.onBehalfOf ?? acknowledged.by)} promised for ${longDate(acknowledged.promisedOn)}: ${acknowledged.words}`]),
  ];
}

function noHolder({ step }: EscalationStory): never {
  throw new Fault({
    kind: 'no-escalation',
    message: `The escalation of "${step}" is over, or nobody has it.`,
    remedy: 'Nothing was changed. Say who does it with --by.',
  });
}
