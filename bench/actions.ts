/**
 * What one undisturbed deployment costs in Temporal's billable actions, counted from its history: everybody answers on the
 * day after they were asked, and the RDP checks in once. Prints the table of docs/operations.md.
 *
 *   npm run bench -- actions
 */
import proto from '@temporalio/proto';
import { startServers } from '../tests/support/servers.ts';

const servers = await startServers((text) => process.stderr.write(`${text}\n`));
process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
const { openWorld } = await import('../tests/support/world.ts');
const { EventType } = proto.temporal.api.enums.v1;

/** London time, the step, its answer and what is said with it. */
const LIFE: readonly (readonly [at: string, step: string, answer: string, fields?: Readonly<Record<string, string>>])[] = [
  ['2040-10-09 11:00', 'contact-school', 'contacted'],
  ['2040-10-10 11:00', 'confirm-participation', 'accepts'],
  ['2040-10-11 11:00', 'provide-details', 'provided'],
  ['2040-10-12 11:00', 'engage-system-leader', 'contacted', { systemLeader: 'leader', capacity: 'ten-days', conflict: 'none' }],
  ['2040-10-15 11:00', 'confirm-ability', 'yes', { capacity: 'ten-days', conflict: 'no' }],
  ['2040-10-16 11:00', 'contact-school-about-match', 'contacted'],
  ['2040-10-17 11:00', 'confirm-system-leader', 'agrees'],
  ['2040-10-18 11:00', 'report-agreement', 'reported'],
  ['2040-10-19 11:00', 'approve-match', 'approves'],
  ['2040-10-30 11:00', 'arrange-first-meeting', 'arranged', { meetingOn: '2040-11-06' }],
  [
    '2040-11-06 15:00',
    'first-visit',
    'visited',
    { visitedOn: '2040-11-06', needs: 'Reading.', priorities: 'Reading.', supportPlanned: 'Ten days.', longerTerm: 'Not yet.' },
  ],
  ['2040-12-03 11:00', 'check-in', 'checked-in', { daysDelivered: '4', note: 'Reading.' }],
  [
    '2040-12-18 11:00',
    'complete-deployment',
    'completed',
    { completedOn: '2040-12-18', daysDelivered: '10', focus: 'strategy', outcomes: 'Reading.', nextSteps: 'Keep on.' },
  ],
  [
    '2040-12-19 11:00',
    'complete-form',
    'sent-to-school',
    {
      daysClaimed: '10',
      supportProvided: 'Reading.',
      nextSteps: 'Keep on.',
      trustPartnership: 'no',
      paymentDetailsGiven: 'given',
      signature: 'Lena',
    },
  ],
  ['2040-12-19 15:00', 'follow-up-call', 'held', { heldOn: '2040-12-19', note: 'It helped.' }],
  ['2040-12-20 11:00', 'sign-form', 'signs', { signature: 'Harry Head' }],
  ['2040-12-20 15:00', 'review-form', 'submits'],
  ['2040-12-21 11:00', 'process-form', 'approves'],
  ['2041-01-07 15:00', 'pay-support', 'paid', { amount: '500000', paidOn: '2041-01-07' }],
  ['2041-01-08 11:00', 'support-case-study', 'not-this-time'],
  ['2041-01-08 15:00', 'further-support', 'not-needed'],
];

const world = await openWorld();
const reference = await world.begin('2040-10-08 09:30');
for (const [at, step, answer, fields = {}] of LIFE) {
  await world.forwardTo(reference, at);
  await world.postIsDone();
  await world.answer(reference, step, answer, { fields });
}
await world.postIsDone();

const deployment = await countsOf(`deployment/${reference}`);
const mailroom = await countsOf('mailroom/0');
const { rows } = await world.db.query<{ letters: number; rungs: number; alone: number }>(
  `SELECT (SELECT count(*)::int FROM messages WHERE reference = $1 AND state = 'accepted') AS letters,
          (SELECT count(*)::int FROM events WHERE reference = $1 AND type = 'rung-reached') AS rungs,
          (SELECT count(DISTINCT at)::int FROM events e WHERE reference = $1 AND type IN ('rung-reached', 'step-lapsed')
           AND NOT EXISTS (SELECT FROM events o WHERE o.reference = e.reference AND o.type IN ('step-answered', 'deployment-began')
                           AND abs(extract(epoch FROM o.at - e.at)) < 5)) AS alone`,
  [reference],
);
const { letters = 0, rungs = 0, alone = 0 } = rows[0] ?? {};
const answers = LIFE.length;

const ours = [
  ['workflow started', 1],
  ['answers (updates)', deployment.updates],
  ['activities: each stores what somebody asked for', deployment.activities],
  ['stored in the workflow’s own task', deployment.inTask],
  ['timers started', deployment.timers],
] as const;
const least = 1 + answers + (answers + 1) + alone * 2;
const total = ours.reduce((sum, [, count]) => sum + count, 0);
console.log(`${letters} letters, ${rungs} rungs, ${answers} answers, ${alone} wake-ups that no answer brought about`);
for (const [what, count] of ours) console.log(`| ${what} | ${count} |`);
console.log(`| all | ${total} |`);
console.log(
  `least possible: ${least} = start 1 + answers ${answers} + ${answers + 1} times stored + ${alone} wake-ups of a timer and one more each`,
);
console.log(`history: ${deployment.events} events`);
console.log(
  `mailroom, shared by all deployments: ${mailroom.signals} signals, ${mailroom.activities} activities, ${mailroom.timers} timers for ${letters} letters`,
);

await world.end();
await servers.stop();
process.exit(0);

async function countsOf(workflowId: string) {
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  const count = (type: number) => (events ?? []).filter(({ eventType }) => eventType === type).length;
  return {
    events: events?.length ?? 0,
    updates: count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED),
    activities: count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
    // What one task stores is one action.
    inTask: new Set(
      (events ?? []).flatMap((event) => String(event.markerRecordedEventAttributes?.workflowTaskCompletedEventId ?? '') || []),
    ).size,
    timers: count(EventType.EVENT_TYPE_TIMER_STARTED),
    signals: count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED),
  };
}
