import { Command, Option } from 'commander';
import { matchDeployment } from '../desk/match-deployment.ts';
import type { Match } from '../desk/match-deployment.ts';
import { proposeAssignment } from '../desk/propose-assignment.ts';
import type { AssignmentProposal } from '../desk/propose-assignment.ts';
import { solveAssignment } from '../desk/solve-assignment.ts';
import { DAYS_ASSUMED } from '../domain/matching/capacity.ts';
import { CONTEXTS, SPECIALISMS } from '../domain/matching/profile.ts';
import type { Context, Specialism } from '../domain/matching/profile.ts';
import { ok } from '../domain/result.ts';
import { capitalised } from '../domain/words.ts';
import type { Db } from '../postgres/database.ts';
import { findDeploymentHead } from '../postgres/views/deployment-page.ts';
import { mustFindDeployment } from './must-find.ts';
import { Fault, print, usage } from './output.ts';
import type { Opened } from './open.ts';

type Options = {
  readonly specialism?: readonly Specialism[];
  readonly context?: readonly Context[];
  readonly all?: true;
  readonly days?: string;
  readonly json?: true;
};

/** `chaser match`: who could support the school or trust of a deployment, the best first. */
export function matchCommand(opened: Opened): Command {
  return new Command('match')
    .description('Show which system leaders could support a school or trust, the best first, and who may not be asked.')
    .argument('[reference]', 'the deployment')
    .option('--all', 'propose a system leader for every school and trust that waits for one')
    .option('--days <number>', 'with --all: how many days of support are planned for each (default: 10, an assumption)')
    .addOption(new Option('--specialism <name...>', 'what the school or trust needs most').choices(Object.keys(SPECIALISMS)))
    .addOption(new Option('--context <name...>', 'what it is like; by default what the register tells').choices(Object.keys(CONTEXTS)))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Nothing is changed. A leader is chosen on the shortlist page of the deployment, or by answering its step. What --all proposes is
accepted line by line on the page /matching.

Examples:
  chaser match D00001
  chaser match D00001 --specialism send early-reading --context small rural
  chaser match --all --days 5`,
    )
    .action((reference: string | undefined, { specialism, context, all, days, json }: Options) =>
      opened.withDatabase(async (db) => {
        if (all === true) {
          if (reference !== undefined || specialism !== undefined || context !== undefined)
            throw usage('--all takes no deployment, --specialism or --context.', 'Leave them out, or leave out --all.');
          return printProposal(db, daysIn(days), json === true);
        }
        if (reference === undefined)
          throw usage('No deployment is named.', 'Name one: chaser match D00001. Or ask for all: chaser match --all.');
        if (days !== undefined) throw usage('--days goes with --all only.', 'Leave it out.');
        await mustFindDeployment(db, reference);
        const head = await findDeploymentHead(db, reference, { sql: 'true', values: [] });
        if (head === undefined) throw new Error(`${reference} is listed and cannot be read.`);
        const matched = await matchDeployment(db, head, {
          specialisms: specialism ?? [],
          ...(context === undefined ? {} : { contexts: context }),
        });
        if (!matched.ok) throw new Fault(matched.reason);
        const { shortlist, term, round } = matched.value;
        print(json === true, { reference, subject: head.subject, term, round, ...shortlist }, () => describe(head.subject, matched.value));
      }),
    );
}

function describe(subject: string, { shortlist: { candidates, barred }, round, term }: Match): string {
  return [
    `${subject}: ${candidates.length} who could be asked, ${barred.length} who may not.`,
    ...(round === null ? ['Nobody is being looked for now.'] : []),
    ...(term === null ? [] : [`Free days are those of ${term}.`]),
    ...candidates.flatMap(({ leader, name, because, warnings }, at) => [
      `${at + 1}. ${name} (${leader}): ${because}.`,
      ...warnings.map((warning) => `   ${warning}`),
    ]),
    ...barred.map(({ leader, name, because }) => `May not be asked: ${name} (${leader}). ${because}.`),
  ].join('\n');
}

/** Whole or half days. */
function daysIn(said: string | undefined): number {
  const days = said === undefined ? DAYS_ASSUMED : Number(said);
  if (days > 0 && days <= 90 && Number.isInteger(days * 2)) return days;
  throw usage(`“${said}” is no number of days.`, 'Give whole or half days, from 0.5 to 90.');
}

async function printProposal(db: Db, days: number, json: boolean): Promise<void> {
  const solve = async (problem: Parameters<typeof solveAssignment>[0]) => ok(await solveAssignment(problem));
  const proposed = await proposeAssignment(db, { sql: 'true', values: [] }, days, solve);
  if (!proposed.ok) throw new Fault(proposed.reason);
  const { lines, left } = proposed.value;
  const value = {
    days,
    proposed: lines.map(({ head, reference, leader, name, place, because, insteadOf, warnings }) => ({
      reference,
      subject: head.subject,
      leader,
      name,
      place,
      because,
      insteadOf,
      warnings,
    })),
    left: left.map(({ head, reference, why }) => ({ reference, subject: head.subject, why })),
  };
  print(json, value, () => describeProposal(proposed.value, days));
}

function describeProposal({ lines, left }: AssignmentProposal, days: number): string {
  return [
    `${lines.length} proposed, ${left.length} left without anybody, for ${days} ${days === 1 ? 'day' : 'days'} each.`,
    ...lines.flatMap(({ head, reference, name, leader, because, insteadOf, warnings }) => [
      `${reference} ${head.subject}: ${name} (${leader}). ${capitalised(because)}.`,
      ...(insteadOf === '' ? [] : [`   ${insteadOf}.`]),
      ...warnings.map((warning) => `   ${warning}`),
    ]),
    ...left.map(({ head, reference, why }) => `${reference} ${head.subject}: nobody. ${why}.`),
  ].join('\n');
}
