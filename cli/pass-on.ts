import type { Command } from 'commander';
import { approvePassOn, askToPassOn, refusePassOn } from '../desk/pass-on.ts';
import type { Named } from '../desk/pass-on.ts';
import { latestRound, openSteps, stepOf } from '../domain/chronology/chronology.ts';
import type { StepRecord } from '../domain/chronology/state.ts';
import { mayPassOn, ownersOf } from '../domain/programme.ts';
import type { Db } from '../postgres/database.ts';
import { openPassOns } from '../postgres/views/asked-for.ts';
import type { PassOnRequest } from '../postgres/views/asked-for.ts';
import { findKnownPerson } from '../postgres/views/people.ts';
import { mustFindPerson, mustReadChronology } from './must-find.ts';
import { Fault, print, usage } from './output.ts';
import type { Desk, Opened } from './open.ts';
import { asReference } from './reference.ts';

type Options = {
  readonly for: string;
  readonly by: string;
  readonly name?: string;
  readonly to?: string;
  readonly job?: string;
  readonly step?: string;
  readonly sure?: true;
  readonly agree?: true;
  readonly refuse?: true;
  readonly because?: string;
  readonly json?: true;
};

/**
 * `chaser change pass-on`: records whom somebody who is asked has named to be asked instead of them, and decides on such a request. The rules
 * are those of the page behind the link.
 */
export function addPassOn(change: Command, opened: Opened): void {
  change
    .command('pass-on')
    .description('Record that somebody who is asked has named somebody else to be asked, or decide on it.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .requiredOption('--for <person>', 'who is asked now: contact id or e-mail')
    .option('--to <email>', 'the e-mail address of the person whom they named')
    .option('--name <name>', 'the name of that person')
    .option('--job <words>', 'what that person does at the school or trust')
    .option('--step <step>', 'the open step; the one of which they are asked unless told')
    .option('--sure', 'the address is right, though it looks like a typing error')
    .option('--agree', 'agree to the request that waits: the other is asked from now on, and the old links end')
    .option('--refuse', 'refuse the request that waits; they are told why')
    .option('--because <text>', 'why it is refused or, with --agree, what everybody is told; required with --refuse')
    .requiredOption('--by <person>', 'who records or decides it: contact id or e-mail')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  chaser change pass-on D00001 --for head@hillcrest.example --name "Nora Newcome" --to nora@hillcrest.example --by c.mills@delivery.example
  chaser change pass-on D00001 --for head@hillcrest.example --agree --by c.mills@delivery.example
  chaser change pass-on D00001 --for head@hillcrest.example --refuse --because "She is on leave, too." --by c.mills@delivery.example

Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong use.`,
    )
    .action((reference: string, options: Options) =>
      opened.withDesk(async (desk) => {
        const decides = [options.agree, options.refuse].filter((one) => one === true).length;
        const names = options.to !== undefined || options.name !== undefined;
        if (decides + (names ? 1 : 0) !== 1) {
          throw usage('It is not clear what is wanted.', 'Give --name and --to for a new request, or --agree, or --refuse.');
        }
        const person = await mustFindPerson(desk.db, options.for);
        const by = await mustFindPerson(desk.db, options.by);
        const told = names ? await name(desk, reference, person, options) : await decide(desk, reference, { person, by }, options);
        print(options.json === true, { reference, person, ...told }, () => told.words);
      }),
    );
}

type Told = { readonly outcome: 'waits' | 'passed-on' | 'refused'; readonly words: string };

async function name(desk: Desk, reference: string, person: string, options: Options): Promise<Told> {
  const { chronology } = await mustReadChronology(desk.db, reference);
  const { programme, parties } = chronology;
  const rolesIn = ({ step }: StepRecord) => ownersOf(stepOf(programme, step)).filter((role) => (parties[role] ?? []).includes(person));
  const record =
    options.step === undefined ? openSteps(chronology).find((each) => rolesIn(each).length > 0) : latestRound(chronology, options.step);
  const step = record === undefined ? undefined : stepOf(programme, record.step);
  const role = record === undefined ? null : (rolesIn(record)[0] ?? null);
  if (record?.state.kind !== 'open' || step === undefined || role === null) {
    throw new Fault({
      kind: 'not-an-owner',
      message: `${person} is asked for no open step of ${reference}.`,
      remedy: `See who is asked with: chaser status ${reference}`,
    });
  }
  if (!mayPassOn(programme, step, role)) {
    throw new Fault({
      kind: 'not-in-programme',
      message: `${person} cannot name somebody else for "${step.title}".`,
      remedy: 'Change who holds the role with: chaser change person, or chaser change rematch',
    });
  }
  const named: Named = {
    name: (options.name ?? '').trim(),
    email: (options.to ?? '').trim(),
    job: (options.job ?? '').trim(),
    sure: options.sure === true,
  };
  const ownEmail = (await findKnownPerson(desk.db, person))?.email ?? '';
  const passer = { reference, step: step.id, round: record.round, role, person, ownEmail };
  const outcome = await askToPassOn({ pool: desk.db, client: desk.client }, programme, passer, named);
  switch (outcome.kind) {
    case 'waits':
      return {
        outcome: 'waits',
        words: `Recorded. ${named.name} is asked once somebody agrees: --agree, or on the page of the deployment.`,
      };
    case 'passed-on':
      return { outcome: 'passed-on', words: `Done. ${named.name} is asked from now on: the programme lets it be at once.` };
    case 'waits-already':
      throw new Fault({
        kind: 'asked-already',
        message: `They have named ${outcome.name} already, and nobody has decided yet.`,
        remedy: 'Decide on that with --agree or --refuse first.',
      });
    case 'refused': {
      const [first] = outcome.faults;
      throw new Fault({
        kind: first?.kind ?? 'email',
        message: outcome.faults.map(({ message }) => (/[?.]$/.test(message) ? message : `${message}.`)).join(' '),
        remedy: first?.message.startsWith('Did you mean') === true ? 'Correct --to, or add --sure.' : `${first?.remedy || 'Correct it'}.`,
      });
    }
    default:
      return outcome satisfies never;
  }
}

async function decide(
  desk: Desk,
  reference: string,
  { person, by }: { readonly person: string; readonly by: string },
  options: Options,
): Promise<Told> {
  const words = (options.because ?? '').trim();
  const request = await mustFindRequest(desk.db, reference, person);
  if (options.agree === true) {
    const done = await approvePassOn({ pool: desk.db, client: desk.client }, request, { by, words });
    if (!done.ok) throw new Fault(done.reason);
    return { outcome: 'passed-on', words: `Done. ${request.newName} is asked from now on, and the links of ${request.name} have ended.` };
  }
  if (words === '') throw usage('Why it is refused is missing.', 'Say why: --because "She is on leave, too."');
  if (!(await refusePassOn(desk.db, request, { by, words }))) throw nothingWaits(reference, person);
  return { outcome: 'refused', words: `Refused. ${request.name} is still asked, and is told why.` };
}

async function mustFindRequest(db: Db, reference: string, person: string): Promise<PassOnRequest> {
  const waiting = await openPassOns(db, { sql: 'd.reference = $1', values: [reference] });
  const request = waiting.find((each) => each.person === person);
  if (request === undefined) throw nothingWaits(reference, person);
  return request;
}

function nothingWaits(reference: string, person: string): Fault {
  return new Fault({
    kind: 'nothing-changes',
    message: `No request of ${person} in ${reference} waits to be decided.`,
    remedy: `See what waits on the page of ${reference}; it may have been decided already.`,
  });
}
