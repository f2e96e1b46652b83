import { Command } from 'commander';
import { listEligibility, withDeployments } from '../desk/list-eligible.ts';
import type { EligibilityLine } from '../desk/list-eligible.ts';
import { programmesWithRule, ruleOf } from '../domain/eligibility/eligible.ts';
import { evidenceWords, GROUNDS } from '../domain/eligibility/verdict.ts';
import { longDate, parsePlainDate } from '../domain/time/plain-date.ts';
import { REGIONS, regionNamed } from '../register/regions.ts';
import { EXIT, Fault, print, usage } from './output.ts';
import type { Opened } from './open.ts';

type Options = {
  readonly on: string;
  readonly region?: string;
  readonly urn?: string;
  readonly trust?: string;
  readonly json?: true;
};

/** `chaser eligible`: which schools and trusts are eligible for a programme on a day, and why. */
export function eligibleCommand(opened: Opened): Command {
  return new Command('eligible')
    .description('List the schools and trusts that are eligible for a programme on a day, with the judgements that make it so.')
    .argument('<programme>', `the programme: ${programmesWithRule().join(', ')}`)
    .requiredOption('--on <date>', 'the day, within the academic year of the offer: 2022-11-28')
    .option('--region <region>', 'only those of a region, for example "North West"')
    .option('--urn <urn>', 'what holds of one school, eligible or not')
    .option('--trust <id>', 'what holds of one trust, eligible or not')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The register, the inspections and the memberships of trusts are imported with chaser import.

Examples:
  chaser eligible tsi-2022-23 --on 2022-11-28
  chaser eligible si-2019-20 --on 2019-10-07 --region "North West" --json
  chaser eligible tsi-2022-23 --on 2022-11-28 --trust 99001

Exit codes: 0 done, 1 no rule is known for the programme or the day is outside its offer, 2 wrong use.`,
    )
    .action(async (programme: string, { on: given, region, urn, trust, json }: Options) => {
      const on = parsePlainDate(given);
      if (on === undefined) throw usage(`"${given.slice(0, 40)}" is not a date.`, 'Write it as year, month, day: --on 2022-11-28');
      const inRegion = region === undefined ? undefined : regionNamed(region);
      if (region !== undefined && inRegion === undefined) {
        throw usage(`There is no region "${region.slice(0, 60)}".`, `Give one of: ${REGIONS.join(', ')}.`);
      }
      const rule = ruleOf(programme);
      if (!rule.ok) throw new Fault(rule.reason);
      const asked = urn !== undefined || trust !== undefined;
      const lines = await opened.withDatabase(async (db) => {
        const found = await listEligibility(db, programme, on, null);
        if (!found.ok) throw new Fault(found.reason);
        const listed = [...found.value.lines('eligible'), ...(asked ? found.value.lines('not-eligible') : [])].filter(
          (line) =>
            (!asked || line.id === (line.subject.kind === 'school' ? urn : trust)) && (inRegion === undefined || line.region === inRegion),
        );
        return withDeployments(db, programme, listed);
      });
      if (asked && lines.length === 0) throw unknown(urn, trust);
      print(json === true, { programme, on, assumptions: rule.value.assumptions, lines }, () =>
        [
          ...lines.flatMap(wordsOf),
          ...(asked ? [] : [`${counted(lines, 'school')} and ${counted(lines, 'trust')} eligible for ${programme} on ${longDate(on)}.`]),
          'Assumed:',
          ...rule.value.assumptions.map((assumption) => `  ${assumption}`),
        ].join('\n'),
      );
    });
}

function wordsOf({ subject, id, name, region, grounds, why, evidence, deployment }: EligibilityLine): readonly string[] {
  return [
    `${subject.kind === 'school' ? `URN ${id}` : `Trust ${id}`}  ${name}${region === '' ? '' : ` (${region})`}`,
    ...(grounds.length === 0 ? ['  Not eligible.'] : grounds.map((ground) => `  ${GROUNDS[ground]}.`)),
    `  ${why}`,
    ...(subject.kind === 'trust' ? evidence.map((one) => `    ${evidenceWords(one)}`) : []),
    ...(deployment === null ? [] : [`  Deployment ${deployment.reference}: ${deployment.status}.`]),
  ];
}

function counted(lines: readonly EligibilityLine[], kind: 'school' | 'trust'): string {
  const count = lines.filter(({ subject }) => subject.kind === kind).length;
  return `${count} ${kind}${count === 1 ? '' : 's'}`;
}

function unknown(urn: string | undefined, trust: string | undefined): Fault {
  const reason =
    urn === undefined
      ? {
          message: `No trust ${trust ?? ''} with two or more open schools is known on that day.`,
          remedy: 'Ask of its school with --urn, or bring the memberships up to date: chaser import memberships FILE',
        }
      : { message: `The register has no school with the URN ${urn}.`, remedy: 'Bring the register up to date: chaser import schools FILE' };
  return new Fault({ kind: 'unknown-subject', ...reason }, EXIT.refused);
}
