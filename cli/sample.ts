import { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerStep } from '../desk/answer-step.ts';
import { startDeployment } from '../desk/start-deployment.ts';
import { addDays, weekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { listDeployments, listMessages } from '../postgres/views/deployments.ts';
import { importSample } from '../register/import-sample.ts';
import { fastForward, isTimeSkippingRefused } from '../temporal/time-skipping.ts';
import { deploymentWorkflowId } from '../workflows/ids.ts';
import { mustLoadProgramme } from './load.ts';
import type { Desk, Opened } from './open.ts';
import { Fault, print } from './output.ts';

/** One thing that happens to a sample deployment: an answer, or calendar days that pass. */
type Happening =
  | { readonly days: number }
  | { readonly step: string; readonly answer: string; readonly by?: string; readonly fields?: Readonly<Record<string, string>> };

const answer = (step: string, given: string, more: { by?: string; fields?: Readonly<Record<string, string>> } = {}): Happening => ({
  step,
  answer: given,
  ...more,
});
const days = (count: number): Happening => ({ days: count });

const CONFIRMED = [
  answer('contact-school', 'contacted'),
  days(1),
  answer('confirm-participation', 'accepts'),
  answer('provide-details', 'provided'),
];
const proposed = (leader: string) =>
  answer('engage-system-leader', 'contacted', { fields: { systemLeader: leader, capacity: 'ten-days', conflict: 'none' } });
const MATCHED = [
  ...CONFIRMED,
  proposed('gwendolyn-starling'),
  days(1),
  answer('confirm-ability', 'yes', { fields: { capacity: 'ten-days', conflict: 'no' } }),
  answer('contact-school-about-match', 'contacted'),
  answer('confirm-system-leader', 'agrees'),
  days(1),
  answer('report-agreement', 'reported'),
  answer('approve-match', 'approves'),
  days(1),
];

/** The sample deployments, each at a different point of its chronology. */
const SAMPLES: readonly { readonly urn: string; readonly life: readonly Happening[] }[] = [
  // Just begun: the regional team is asked.
  { urn: '990001', life: [days(1)] },
  // The school is silent: reminded, overdue, telephoned, escalated.
  { urn: '990005', life: [days(1), answer('contact-school', 'contacted'), days(21)] },
  // The first system leader declined; the second is silent.
  {
    urn: '990010',
    life: [
      days(1),
      ...CONFIRMED,
      proposed('hyacinth-moorcroft'),
      days(1),
      answer('confirm-ability', 'no', { fields: { reasons: 'time-or-capacity', reason: 'We support three schools already.' } }),
      proposed('marcus-threlkeld-adair'),
      days(8),
    ],
  },
  // Matched: the first meeting is to be arranged.
  { urn: '990007', life: [days(1), ...MATCHED] },
  // Declined.
  {
    urn: '990020',
    life: [
      days(1),
      answer('contact-school', 'contacted'),
      days(1),
      answer('confirm-participation', 'declines', { fields: { reasons: 'other-support', reason: 'We have found help already.' } }),
    ],
  },
  // Accepted: a system leader is to be chosen from the shortlist.
  { urn: '990002', life: [days(1), ...CONFIRMED] },
];

/** `chaser sample`: what `npm start` begins with. Does nothing when there are deployments already. */
export function sampleCommand(opened: Opened): Command {
  return new Command('sample')
    .description('Load the sample of invented schools and people, and start a few deployments at different points of their chronology.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The clocks of the sample deployments are moved forward, so that there is something to see: their letters bear the dates of
the days to come. Does nothing when there are deployments already.

Example:
  chaser sample`,
    )
    .action(async (options: { json?: true }) => {
      const begun = await opened.withDesk(async (desk) => {
        await importSample(desk.db);
        if ((await listDeployments(desk.db, { lateOnly: false, region: null, status: null, limit: 1 })).length > 0) return [];
        const references: string[] = [];
        for (const { urn, life } of SAMPLES) references.push(await liveSample(desk, urn, life));
        return references;
      });
      print(options.json === true, { begun }, () =>
        begun.length === 0
          ? 'The sample was loaded before; everything is as it was left.'
          : `Loaded the sample of invented schools and people, and started ${begun.join(', ')}. Their clocks were moved forward by days or weeks.`,
      );
    });
}

async function liveSample(desk: Desk, urn: string, life: readonly Happening[]): Promise<string> {
  const started = await startDeployment(desk, { subject: { kind: 'school', urn }, programme: mustLoadProgramme('tsi-2022-23') });
  if (!started.ok) throw new Fault(started.reason);
  const { reference } = started.value;
  let clockMs = Date.now();
  for (const happening of life) {
    if ('days' in happening) clockMs = await letDaysPass(desk, reference, clockMs, happening.days);
    else {
      await untilAsked(desk, reference, happening.step);
      const counted = await answerStep(desk, { reference, via: 'command-line', fields: {}, ...happening });
      if (!counted.ok) throw new Fault(counted.reason);
    }
  }
  return reference;
}

/**
 * Moves a deployment's clock to noon, this many days on, or to the Monday after a weekend. Answers what its clock shows
 * then.
 */
async function letDaysPass(desk: Desk, reference: string, clockMs: number, count: number): Promise<number> {
  const noonMs = londonInstant(afterWeekend(addDays(londonDate(clockMs), count)), 12 * 60);
  try {
    await fastForward(desk.client, deploymentWorkflowId(reference), (noonMs - clockMs) / 1_000);
  } catch (error) {
    if (!isTimeSkippingRefused(error)) throw error;
    throw new Fault({
      kind: 'no-time-skipping',
      message: 'This Temporal server does not let clocks be moved forward, which the sample needs.',
      remedy: 'Leave TEMPORAL_ADDRESS unset to use the server of npm start, or set frontend.WorkflowTimeSkippingEnabled on yours.',
    });
  }
  return noonMs;
}

/** No request leaves on a Saturday or Sunday, and the next answer waits for it. */
function afterWeekend(date: PlainDate): PlainDate {
  return addDays(date, { 6: 2, 7: 1 }[weekday(date)] ?? 0);
}

/** Nobody answers before the request has come: waits until a step is open and its request has left. */
async function untilAsked(desk: Desk, reference: string, step: string): Promise<void> {
  for (const giveUpAtMs = Date.now() + 60_000; Date.now() < giveUpAtMs; await sleep(50)) {
    const asked = (await listMessages(desk.db, reference)).filter((message) => message.step === step && message.kind === 'request');
    if (asked.length > 0 && asked.every(({ state }) => state !== 'queued' && state !== 'claimed')) return;
  }
  throw new Fault({
    kind: 'not-asked',
    message: `The request of step ${step} of ${reference} did not leave within a minute.`,
    remedy: 'Is a worker running? Ask: chaser doctor',
  });
}
