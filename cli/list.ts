import { Command, InvalidArgumentError, Option } from 'commander';
import type pg from 'pg';
import { latenessOfDeployment } from '../desk/late-deployments.ts';
import { dateAndTime } from '../domain/time/time-words.ts';
import { termPercent } from '../letters/forecast-words.ts';
import type { ListedForecast } from '../postgres/views/forecasts.ts';
import { LIST_SORTS, listDeployments } from '../postgres/views/deployments.ts';
import type { DeploymentLine, ListDirection, ListFilters, ListSort } from '../postgres/views/deployments.ts';
import { REGIONS, regionNamed } from '../register/regions.ts';
import { EXIT, Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';

const STATUSES = ['running', 'completed', 'declined', 'withdrawn'] as const satisfies readonly DeploymentLine['status'][];

type Options = {
  readonly late?: true;
  readonly region?: string;
  readonly status?: DeploymentLine['status'];
  readonly sort: ListSort;
  readonly descending?: true;
  readonly limit: number;
  readonly json?: true;
};

/** `chaser list`: all deployments, whose court each is in, the most urgent first, and how late it is. */
export function listCommand(opened: Opened): Command {
  return new Command('list')
    .description('List deployments: who each is waiting for, by when, and how late it is.')
    .option('--late', 'only those in which a step is late')
    .option('--region <region>', 'only those of a region, for example "North West"')
    .addOption(new Option('--status <status>', 'only those that run, or ended so').choices(STATUSES))
    .addOption(
      new Option(
        '--sort <key>',
        'by due date, day of the start, expected finish, chance of missing the end of a term, days late, reference or name of the school',
      )
        .choices(LIST_SORTS)
        .default('due'),
    )
    .option('--descending', 'the latest, likeliest or longest first')
    .option('--limit <n>', 'at most so many', wholeNumber, 100)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nA step is late from the day after its due date, unless it is paused. "Finish" is when it is expected to finish, and "Term" the chance of\nmissing the end of a term: as the forecast of the time in the last column has it. "(3 of 9)" says for how many\nsteps too few answers are known, so that the programme’s own times are used. After a * something has happened since.\n\nDeployments without what they are sorted by come last: those that are not late, or have no forecast. Days late are calendar days here.\n\nExamples:\n  chaser list\n  chaser list --late --region "North West"\n  chaser list --status withdrawn\n  chaser list --sort term --descending --limit 20\n  chaser list --limit 10 --json',
    )
    .action(async ({ late, region, status, sort, descending, limit, json }: Options) => {
      const filters = {
        lateOnly: late === true,
        region: region === undefined ? null : mustBeRegion(region),
        status: status ?? null,
        limit,
      };
      const order = { sort, direction: descending === true ? 'descending' : 'ascending' } as const;
      const lines = await opened.withDatabase((db) => linesOf(db, filters, order));
      const narrowed = filters.lateOnly || filters.region !== null || filters.status !== null;
      print(json === true, lines, () => {
        if (lines.length === 0) {
          return narrowed ? 'No deployment is like that.' : 'No deployments yet. Start one with: chaser start --urn URN';
        }
        return table(
          ['Reference', 'School or trust', 'Status', 'Started', 'Waiting for', 'Step', 'Due', 'Late', 'Finish', 'Term', 'Forecast of'],
          lines.map(({ court, lateBy, ...line }) => [
            line.reference,
            line.subject,
            line.endedAs ?? line.status,
            line.startedOn,
            court === null ? '' : `${court.role} (${court.people.join(', ')})`,
            court?.step ?? '',
            court?.dueOn ?? '',
            lateBy === null ? '' : `${lateBy.words}${lateBy.step === court?.step ? '' : `: ${lateBy.step}`}`,
            ...forecastCells(line.forecast),
          ]),
        );
      });
    });
}

/** The deployments with how late each is. */
async function linesOf(db: pg.Pool, filters: ListFilters, order: { readonly sort: ListSort; readonly direction: ListDirection }) {
  const found = await listDeployments(db, filters, order);
  return Promise.all(
    found.map(async (one) => {
      const lateness = await latenessOfDeployment(db, one);
      const { reference, subject, region, programme, status, endedAs, startedOn, court, late, forecast } = one;
      const lateBy = late === null || lateness === null ? null : { step: late.step, dueOn: late.dueOn, ...lateness };
      return { reference, subject, region, programme, status, endedAs, startedOn, court, lateBy, forecast };
    }),
  );
}

/** When it is expected to finish, how likely the end of a term is missed, and how old that is. */
function forecastCells(forecast: ListedForecast | null): readonly string[] {
  if (forecast === null) return ['', '', ''];
  const { usualOn, term, asOf, movedOn, trouble, assumed, steps } = forecast;
  return [
    trouble === null ? `${usualOn ?? '?'}${assumed === 0 ? '' : ` (${assumed} of ${steps})`}` : '?',
    term === null ? '' : termPercent(term),
    `${dateAndTime(asOf)}${movedOn ? ' *' : ''}`,
  ];
}

/** "north west" of --region. */
export function mustBeRegion(text: string): string {
  const region = regionNamed(text);
  if (region !== undefined) return region;
  const message = `There is no region "${text.slice(0, 60)}".`;
  throw new Fault({ kind: 'unknown-region', message, remedy: `Give one of: ${REGIONS.join(', ')}.` }, EXIT.usage);
}

const MOST_LISTED = 100_000;

/** "10" of --limit. */
function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number >= 1 && number <= MOST_LISTED) return number;
  throw new InvalidArgumentError(`Write a whole number from 1 to ${MOST_LISTED}: --limit 10`);
}
