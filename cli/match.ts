import { Command, Option } from 'commander';
import { matchDeployment } from '../desk/match-deployment.ts';
import type { Match } from '../desk/match-deployment.ts';
import { CONTEXTS, SPECIALISMS } from '../domain/matching/profile.ts';
import type { Context, Specialism } from '../domain/matching/profile.ts';
import { findDeploymentHead } from '../postgres/views/deployment-page.ts';
import { mustFindDeployment } from './must-find.ts';
import { Fault, print } from './output.ts';
import type { Opened } from './open.ts';

type Options = { readonly specialism?: readonly Specialism[]; readonly context?: readonly Context[]; readonly json?: true };

/** `chaser match`: who could support the school or trust of a deployment, the best first. */
export function matchCommand(opened: Opened): Command {
  return new Command('match')
    .description('Show which system leaders could support a school or trust, the best first, and who may not be asked.')
    .argument('<reference>', 'the deployment')
    .addOption(new Option('--specialism <name...>', 'what the school or trust needs most').choices(Object.keys(SPECIALISMS)))
    .addOption(new Option('--context <name...>', 'what it is like; by default what the register tells').choices(Object.keys(CONTEXTS)))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Nothing is changed. A leader is chosen on the shortlist page of the deployment, or by answering its step.

Examples:
  chaser match D00001
  chaser match D00001 --specialism send early-reading --context small rural`,
    )
    .action((reference: string, { specialism, context, json }: Options) =>
      opened.withDatabase(async (db) => {
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
