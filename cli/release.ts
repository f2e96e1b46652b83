import { Command, InvalidArgumentError } from 'commander';
import { listBuilds, makeCurrent, pinnedTo, setRamp } from '../temporal/releases.ts';
import type { Build } from '../temporal/releases.ts';
import { deploymentReference, MOVE_ON, TELL_MAILROOM } from '../workflows/ids.ts';
import type { Desk, Opened } from './open.ts';
import { Fault, print, table, usage } from './output.ts';

type Options = { readonly name?: string; readonly json?: true };

const EXIT_CODES = '\nExit codes: 0 done, 1 refused (nothing was changed), 2 wrong use, 3 something does not work.';

/** `chaser release`: which build the engine's work goes to, where workers are versioned. */
export function releaseCommand(opened: Opened): Command {
  const named = (command: Command): Command =>
    command.option('--name <name>', 'the name of the builds; TEMPORAL_DEPLOYMENT_NAME unless given').option('--json', 'print JSON');
  const release = new Command('release').description('Say which build deployments run on, where workers are versioned (docs/releases.md).');
  release.addCommand(
    named(new Command('status').description('Show the builds whose workers have asked for work, and how many runs are on each.'))
      .addHelpText('after', `\nExample:\n  chaser release status\n${EXIT_CODES}`)
      .action((options: Options) =>
        opened.withDesk(async (desk) => {
          const builds = await listBuilds(routed(desk, options));
          print(options.json === true, { builds }, () => (builds.length === 0 ? NO_BUILD : inWords(builds)));
        }),
      ),
  );
  release.addCommand(
    named(new Command('ramp').description('Send a share of what begins or moves on to a build, and the rest to the current one.'))
      .argument('<build>', 'the build, as chaser release status shows it')
      .requiredOption('--percent <n>', '0 to 100; 0 takes the share back', percentage)
      .addHelpText('after', `\nExample:\n  chaser release ramp 0.3.0-1a2b3c4d --percent 10\n${EXIT_CODES}`)
      .action((build: string, options: Options & { percent: number }) =>
        opened.withDesk(async (desk) => {
          await mustKnow(desk, options, build);
          await refusedInWords(() => setRamp(routed(desk, options), build, options.percent));
          const says =
            options.percent === 0
              ? `Nothing goes to ${build} any more.`
              : `${options.percent} of 100 go to ${build} as they begin or move on.`;
          print(options.json === true, { build, percent: options.percent }, () => says);
        }),
      ),
  );
  release.addCommand(
    named(new Command('current').description('Send everything that begins or moves on to a build: also how one is rolled back.'))
      .argument('<build>', 'the build, as chaser release status shows it')
      .addHelpText('after', `\nExample:\n  chaser release current 0.3.0-1a2b3c4d\n${EXIT_CODES}`)
      .action((build: string, options: Options) =>
        opened.withDesk(async (desk) => {
          const builds = await mustKnow(desk, options, build);
          await refusedInWords(() => makeCurrent(routed(desk, options), build));
          // A share that somebody gave it before would go on beside.
          const ramped = builds.find(({ rampPercent, buildId }) => rampPercent !== null && buildId !== build);
          if (ramped !== undefined) await refusedInWords(() => setRamp(routed(desk, options), ramped.buildId, 0));
          print(options.json === true, { build }, () => `Everything that begins or moves on goes to ${build}.`);
        }),
      ),
  );
  release.addCommand(
    named(new Command('move').description('Ask what is pinned to a build to move on now, and not only at its next wake-up.'))
      .argument('<build>', 'the build that is to be left')
      .addHelpText(
        'after',
        `\nWhere that build is the wanted one, nothing happens.\n\nExample:\n  chaser release move 0.2.0-5e6f7a8b\n${EXIT_CODES}`,
      )
      .action((build: string, options: Options) =>
        opened.withDesk(async (desk) => {
          await mustKnow(desk, options, build);
          let asked = 0;
          for await (const workflowId of pinnedTo(routed(desk, options), build)) {
            const handle = desk.client.workflow.getHandle(workflowId);
            const ask = deploymentReference(workflowId) !== null ? handle.signal(MOVE_ON) : handle.signal(TELL_MAILROOM, 'at-once');
            // One that has ended meanwhile has nothing to move.
            asked += await ask.then(
              () => 1,
              () => 0,
            );
          }
          print(options.json === true, { build, asked }, () => `${asked} were asked to move on.`);
        }),
      ),
  );
  return release;
}

const NO_BUILD = 'No worker has asked for work under this name. Start one with TEMPORAL_DEPLOYMENT_NAME set.';

function inWords(builds: readonly Build[]): string {
  return table(
    ['BUILD', 'OPEN', 'WORK GOES THERE'],
    builds.map(({ buildId, open, current, rampPercent, drained }) => [
      buildId,
      String(open),
      current ? 'current' : rampPercent !== null ? `${rampPercent} of 100` : drained ? 'no, and nothing is left' : 'no',
    ]),
  );
}

function routed({ client }: Desk, { name }: Options): { readonly client: Desk['client']; readonly deploymentName: string } {
  const deploymentName = name ?? process.env['TEMPORAL_DEPLOYMENT_NAME']?.trim() ?? '';
  if (deploymentName === '')
    throw usage('It is not said under which name the builds are known.', 'Add --name NAME, or set TEMPORAL_DEPLOYMENT_NAME.');
  return { client, deploymentName };
}

async function mustKnow(desk: Desk, options: Options, build: string): Promise<readonly Build[]> {
  const builds = await listBuilds(routed(desk, options));
  if (builds.some(({ buildId }) => buildId === build)) return builds;
  const known = builds.length === 0 ? NO_BUILD : `Known are ${builds.map(({ buildId }) => buildId).join(', ')}.`;
  throw new Fault({ kind: 'unknown-build', message: `No worker of a build ${build} has asked for work.`, remedy: known });
}

/** What Temporal refuses, such as a build whose workers are gone, in its own words. */
async function refusedInWords(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = error instanceof Error && 'details' in error ? String(error.details) : String(error);
    throw new Fault({ kind: 'not-released', message: `Temporal refuses it: ${message}.`, remedy: 'See what runs: chaser release status' });
  }
}

function percentage(given: string): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || value > 100) throw new InvalidArgumentError('It must be a whole number from 0 to 100.');
  return value;
}
