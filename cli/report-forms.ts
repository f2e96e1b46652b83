import { Command } from 'commander';
import { reportFormsReturned } from '../desk/forms-returned.ts';
import type { FormsReturned, FormsReturnedOf } from '../desk/forms-returned.ts';
import { TOGETHER } from '../domain/measures/report.ts';
import type { Section } from '../domain/measures/report.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { formsReport } from '../outputs/returns.ts';
import { latestDay } from '../postgres/views/figures.ts';
import { mustBeRegion } from './list.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { aDate, handOut, mustBeProgramme, OUTPUTS_HELP, withOutputs } from './report-options.ts';
import type { OutputOptions } from './report-options.ts';

type Options = { readonly programme: string; readonly asOf?: PlainDate; readonly region?: string } & OutputOptions;

/** `chaser report forms`: the page "Forms" on the command line. */
export function formsCommand(opened: Opened): Command {
  const command = new Command('forms')
    .description('Say how the forms of a programme came back: how often, late, with something left empty, and what was changed afterwards.')
    .requiredOption('--programme <id>', 'the forms of this programme')
    .option('--as-of <date>', 'what had come by the end of this day (usual: today)', aDate)
    .option('--region <region>', 'only deployments of a region, for example "North West"');
  return withOutputs(command)
    .addHelpText(
      'after',
      `
A form is an answer that asks at least three things. What each column counts stands in docs/product.md, "Forms".
${OUTPUTS_HELP}

Examples:
  chaser report forms --programme tsi-2022-23
  chaser report forms --programme si-2019-20 --region "North West" --as-of 2026-10-31 --format csv --output forms.csv`,
    )
    .action((options: Options) =>
      opened.withDatabase(async (db) => {
        const scope = { sql: 'true', values: [] };
        const region = options.region === undefined ? '' : mustBeRegion(options.region);
        const deployments = { scope, region, programme: await mustBeProgramme(db, options.programme) };
        const of: FormsReturnedOf = { ...deployments, asOf: options.asOf ?? (await latestDay(db, deployments)) };
        const report = await reportFormsReturned(db, of);
        if (report === null) throw new Fault({ kind: 'unknown-programme', message: 'It has no deployment.', remedy: 'Start one first.' });
        const { scope: _, programme: id, ...asked } = of;
        if (options.json === true) {
          print(true, { id, ...asked, ...report }, () => '');
          return;
        }
        await handOut(options, formsReport(of, report), () => wordsOf(of, report));
      }),
    );
}

function wordsOf({ asOf }: FormsReturnedOf, { programme, forms }: FormsReturned): string {
  const row = (section: Section) => {
    const all = section.lines.find(({ stratum }) => stratum === TOGETHER)?.figures ?? {};
    return [section.title, ...section.figures.map(({ id }) => String(all[id]?.value ?? 0))];
  };
  const tableOf = (sections: readonly Section[]) =>
    table(['', ...(sections[0]?.figures ?? []).map(({ title }) => title)], sections.map(row));
  const came = forms.filter(({ form }) => (form.lines.at(-1)?.figures['returned']?.value ?? 0) > 0);
  return [
    `Forms of ${programme}, by the end of ${asOf}.`,
    '',
    tableOf(forms.map(({ form }) => form)),
    ...came.flatMap(({ form, questions }) => ['', form.title, tableOf(questions)]),
  ].join('\n');
}
