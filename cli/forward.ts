import { Command, InvalidArgumentError } from 'commander';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { findDeployment } from '../postgres/views/deployments.ts';
import { fastForward, isTimeSkippingRefused } from '../temporal/time-skipping.ts';
import { deploymentWorkflowId } from '../workflows/ids.ts';
import { mustFindDeployment } from './must-find.ts';
import { Fault, print } from './output.ts';
import type { Opened } from './open.ts';
import { asReference } from './reference.ts';

const MOST_DAYS = 366;

/** `chaser forward`: lets days pass for one deployment, to see what happens. For trying things out; a real server refuses it. */
export function forwardCommand(opened: Opened): Command {
  return new Command('forward')
    .description('Try things out: move time on for one deployment, and see what goes out. For all at once: chaser sandbox.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .argument('<days>', `calendar days, 1 to ${MOST_DAYS}`, wholeDays)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Only on a server that is set up for it, as that of npm start is. The deployment keeps its moved clock.

Examples:
  chaser forward D00001 3
  chaser messages D00001

Exit codes: 0 moved, 1 refused (nothing was changed), 2 wrong use, 3 something does not work.`,
    )
    .action(async (reference: string, days: number, options: { json?: true }) => {
      const status = await opened.withDesk(async (desk) => {
        const before = await mustFindDeployment(desk.db, reference);
        if (before.status !== 'running') {
          throw new Fault({
            kind: 'not-running',
            message: `Deployment ${reference} has ended.`,
            remedy: 'Start another with: chaser start',
          });
        }
        try {
          await fastForward(desk.client, deploymentWorkflowId(reference), days * 86_400);
        } catch (error) {
          if (!isTimeSkippingRefused(error)) throw error;
          throw new Fault({
            kind: 'no-time-skipping',
            message: 'This Temporal server does not let clocks be moved forward.',
            remedy: 'Try things out on the Chaser of npm start.',
          });
        }
        return findDeployment(desk.db, reference);
      });
      print(options.json === true, { reference, days, status }, () =>
        [
          `Time went on for ${reference} by ${days} ${days === 1 ? 'day' : 'days'}.`,
          status?.court
            ? `Now waiting for ${status.court.people.join(', ') || status.court.role}: ${status.court.step}, due ${longDateWithWeekday(status.court.dueOn)}.`
            : 'Waiting for nobody.',
          `See what went out with: chaser messages ${reference}`,
        ].join('\n'),
      );
    });
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new InvalidArgumentError(`Give whole days, 1 to ${MOST_DAYS}.`);
}
