import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { londonDate, londonMinute } from '../../domain/time/london.ts';
import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { listMessages, listSteps, listTasks } from '../../postgres/views/deployments.ts';
import type { Arrived } from '../support/smtp-sink.ts';
import { PEOPLE } from '../support/people.ts';
import { liveWholeLife } from '../support/whole-life.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';

const LINK = /https:\/\/chaser\.example\/a\/[\w-]{43}/;
/** Links that belong to their reader: for answering, and for fewer e-mails. */
const LINKS = /https:\/\/chaser\.example\/(?:a|quieter)\/[\w-]{43}/g;
const SCHOOL = 'Hillside Church of England Primary School';

/**
 * The letters that go out, in order: day, recipient, kind of chase, step and round, and the subject without the
 * school's name.
 */
const LETTERS = [
  ['2040-10-08', 'authority', 'notice', 'contact-school/1', 'For your information'],
  ['2040-10-08', 'diocese', 'notice', 'contact-school/1', 'For your information'],
  ['2040-10-08', 'region', 'request', 'contact-school/1', 'Please contact the school or trust by 20 December 2040'],
  ['2040-10-08', 'head', 'request', 'confirm-participation/1', 'Please confirm participation by 15 October 2040'],
  ['2040-10-10', 'head', 'reminder', 'confirm-participation/1', 'Reminder: please confirm participation by 15 October 2040'],
  ['2040-10-15', 'head', 'reminder', 'confirm-participation/1', 'Reminder: please confirm participation by 15 October 2040'],
  ['2040-10-16', 'head', 'overdue', 'confirm-participation/1', 'Overdue by 1 school day: please confirm participation'],
  ['2040-10-18', 'region', 'call', 'confirm-participation/1', 'Please telephone Harry Head about “Confirm participation”'],
  // Half term, 22 to 26 October: no day counts and nobody is written to.
  ['2040-10-29', 'region', 'escalation', 'confirm-participation/1', 'For your decision: “Confirm participation” is 5 school days late'],
  ['2040-10-30', 'region', 'request', 'provide-details/1', 'Please provide details to the RDP by 2 November 2040'],
  ['2040-10-30', 'region', 'news', 'confirm-participation/1', 'The escalation of “Confirm participation” has ended'],
  ['2040-10-30', 'coordinator', 'request', 'engage-system-leader/1', 'Please contact a system leader by 2 November 2040'],
  ['2040-10-31', 'leader-busy', 'request', 'confirm-ability/1', 'Please confirm ability to support by 5 November 2040'],
  ['2040-11-01', 'coordinator', 'request', 'engage-system-leader/2', 'Please contact a system leader by 6 November 2040'],
  ['2040-11-01', 'leader', 'request', 'confirm-ability/2', 'Please confirm ability to support by 6 November 2040'],
  ['2040-11-06', 'leader', 'reminder', 'confirm-ability/2', 'Reminder: please confirm ability to support by 6 November 2040'],
  ['2040-11-07', 'leader', 'overdue', 'confirm-ability/2', 'Overdue by 1 working day: please confirm ability to support'],
  ['2040-11-08', 'coordinator', 'call', 'confirm-ability/2', 'Please telephone Lena Leader about “Confirm ability to support”'],
  ['2040-11-09', 'region', 'escalation', 'confirm-ability/2', 'For your decision: “Confirm ability to support” is 3 working days late'],
  ['2040-11-12', 'region', 'news', 'confirm-ability/2', 'The escalation of “Confirm ability to support” has ended'],
  [
    '2040-11-12',
    'coordinator',
    'request',
    'contact-school-about-match/1',
    'Please contact the school or trust about the match by 15 November 2040',
  ],
  ['2040-11-12', 'head', 'request', 'confirm-system-leader/1', 'Please confirm engagement and the system leader by 15 November 2040'],
  ['2040-11-13', 'coordinator', 'request', 'report-agreement/1', 'Please inform the regional team of the agreement by 16 November 2040'],
  ['2040-11-13', 'region', 'request', 'approve-match/1', 'Please approve the match by 20 November 2040'],
  ['2040-11-14', 'head', 'notice', 'issue-deployment-emails/1', 'For your information'],
  ['2040-11-14', 'leader', 'notice', 'issue-deployment-emails/1', 'For your information'],
  ['2040-11-14', 'head', 'request', 'arrange-first-meeting/1', 'Please arrange the first meeting by 28 November 2040'],
  ['2040-11-14', 'leader', 'request', 'arrange-first-meeting/1', 'Please arrange the first meeting by 28 November 2040'],
  ['2040-11-15', 'head', 'request', 'first-visit/1', 'Please carry out the first visit by 13 December 2040'],
  ['2040-11-15', 'leader', 'request', 'first-visit/1', 'Please carry out the first visit by 13 December 2040'],
  ['2040-11-28', 'head', 'request', 'complete-deployment/1', 'Please complete the deployment by 5 April 2041'],
  ['2040-11-28', 'leader', 'request', 'complete-deployment/1', 'Please complete the deployment by 5 April 2041'],
  ['2040-11-28', 'leader', 'request', 'recommend-early/1', 'Optional: recommend further support early by 5 April 2041'],
  // The RDP does not check in over Christmas. It owns the step, so nobody is asked to telephone it.
  ['2040-12-07', 'coordinator', 'request', 'check-in/1', 'Please check in on the support by 12 December 2040'],
  ['2040-12-12', 'coordinator', 'reminder', 'check-in/1', 'Reminder: please check in on the support by 12 December 2040'],
  ['2040-12-13', 'coordinator', 'overdue', 'check-in/1', 'Overdue by 1 working day: please check in on the support'],
  ['2040-12-19', 'region', 'escalation', 'check-in/1', 'For your decision: “Check in on the support” is 5 working days late'],
  // Nobody takes it on for two working days, so it goes up.
  ['2040-12-24', 'senior', 'escalation', 'check-in/1', 'For your decision: “Check in on the support” is 8 working days late'],
  ['2040-12-24', 'region', 'escalation-notice', 'check-in/1', 'For your information: “Check in on the support” is 8 working days late'],
  // The senior lead is at the top, and is asked again until the RDP has checked in.
  ['2040-12-31', 'senior', 'escalation', 'check-in/1', 'For your decision: “Check in on the support” is 11 working days late'],
  ['2041-01-04', 'senior', 'escalation', 'check-in/1', 'For your decision: “Check in on the support” is 14 working days late'],
  ['2041-01-09', 'senior', 'news', 'check-in/1', 'The escalation of “Check in on the support” has ended'],
  ['2041-01-09', 'region', 'news', 'check-in/1', 'The escalation of “Check in on the support” has ended'],
  ['2041-02-01', 'coordinator', 'request', 'check-in/2', 'Please check in on the support by 6 February 2041'],
  ['2041-02-05', 'coordinator', 'request', 'follow-up-call/1', 'Please hold the end-of-deployment call by 26 February 2041'],
  ['2041-02-05', 'head', 'request', 'follow-up-call/1', 'Please hold the end-of-deployment call by 26 February 2041'],
  ['2041-02-05', 'leader', 'request', 'complete-form/1', 'Please complete and sign the form by 14 February 2041'],
  ['2041-02-05', 'head', 'request', 'sign-form/1', 'Please sign off the form by 8 February 2041'],
  ['2041-02-05', 'leader', 'request', 'complete-form/2', 'Please complete and sign the form by 14 February 2041'],
  ['2041-02-06', 'head', 'request', 'sign-form/2', 'Please sign off the form by 11 February 2041'],
  ['2041-02-06', 'coordinator', 'request', 'review-form/1', 'Please review and submit the form by 11 February 2041'],
  ['2041-02-06', 'region', 'request', 'process-form/1', 'Please approve the form by 20 February 2041'],
  ['2041-02-06', 'region', 'notice', 'update-regional-team/1', 'For your information'],
  ['2041-02-07', 'region', 'request', 'pay-support/1', 'Please pay for the support by 7 March 2041'],
  ['2041-02-07', 'leader', 'notice', 'send-remittance/1', 'For your information'],
  ['2041-02-07', 'head', 'request', 'further-support/1', 'Optional: ask for further support by 14 March 2041'],
  ['2041-02-07', 'head', 'request', 'support-case-study/1', 'Optional: support a case study by 14 March 2041'],
  ['2041-02-07', 'leader', 'request', 'further-support/1', 'Optional: ask for further support by 14 March 2041'],
  ['2041-02-07', 'leader', 'request', 'support-case-study/1', 'Optional: support a case study by 14 March 2041'],
  ['2041-03-07', 'head', 'reminder', 'support-case-study/1', 'Reminder, optional: support a case study by 14 March 2041'],
  ['2041-03-07', 'leader', 'reminder', 'support-case-study/1', 'Reminder, optional: support a case study by 14 March 2041'],
] as const;

const ASKERS = new Map<string, { readonly name: string; readonly email: string }>([
  ['contact-school', PEOPLE.senior],
  ['confirm-participation', PEOPLE.region],
]);

/** Letters of one day may be stored in any order, so each day is compared as a set. */
const inOrder = (letters: readonly (readonly string[])[]) => letters.map((letter) => letter.join(' | ')).toSorted();

/**
 * One deployment from stage 1 to its end, on the real server, in skipped time. The school is silent through half term,
 * until the regional team hears of it. The first system leader declines and the second is silent. From then on all goes
 * well, and it ends in the summer.
 */
describe('a whole life', () => {
  let world: World;
  let reference: string;

  beforeAll(async () => {
    world = await openWorld();
    reference = await liveWholeLife(world);
    await world.postIsDone();
  });
  afterAll(() => world.end());

  it('writes these letters on these days, and no others', async () => {
    const messages = await listMessages(world.db, reference);
    const written = messages.map(({ writtenAt, person, kind, step, round, subject }) => [
      londonDate(Date.parse(writtenAt)),
      person,
      kind,
      `${step}/${round}`,
      (subject ?? '').replace(`: ${SCHOOL}`, ''),
    ]);
    assert.deepEqual(inOrder(written), inOrder(LETTERS));
    assert.deepEqual([...new Set(messages.map(({ state }) => state))], ['accepted']);
  });

  it('delivers each letter of the ledger once, to the mailbox of its recipient', async () => {
    const messages = await listMessages(world.db, reference);
    assert.equal(world.sink.arrived.length, messages.length);
    const box = new Map(world.sink.arrived.map((mail) => [mail.messageId, mail]));
    assert.equal(box.size, messages.length, 'two e-mails share a Message-ID');
    for (const message of messages) {
      const mail = box.get(message.messageId ?? '');
      assert.ok(mail, `${message.key} is in no mailbox`);
      const person = PEOPLE[message.person as keyof typeof PEOPLE];
      assert.equal(mail.recipient, person.email);
      assert.equal(mail.subject, message.subject);
      assert.equal(mail.date?.getTime(), Math.floor(Date.parse(message.writtenAt) / 1000) * 1000);
      // All but these links, which the ledger does not keep.
      assert.equal(mail.text?.replaceAll(LINKS, '[link]').trimEnd(), message.text?.trimEnd());
      assert.equal(LINK.test(mail.text ?? ''), ['request', 'reminder', 'overdue', 'escalation'].includes(message.kind), message.key);
      assert.match(String(mail.text), new RegExp(`^Dear ${person.name}$`, 'm'));
      // In stage 1 the regional team asks, and its senior lead asks it; from stage 2 on, the RDP.
      const asker = ASKERS.get(message.step) ?? PEOPLE.coordinator;
      assert.equal(mail.replyTo?.value[0]?.address, asker.email, message.key);
      assert.equal(mail.from?.value[0]?.name, ASKERS.has(message.step) ? `${asker.name} via Chaser` : 'Chaser', message.key);
      assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
    }
  });

  it('writes in sending hours only', async () => {
    for (const { key, writtenAt } of await listMessages(world.db, reference)) {
      const minute = londonMinute(Date.parse(writtenAt));
      assert.ok(minute >= 8 * 60 && minute < 18 * 60, `${key} was written at ${writtenAt}`);
    }
  });

  it('threads the chases of one step for one person', () => {
    const ofHead = world.sink.arrived.filter(
      ({ recipient, subject }) => recipient === PEOPLE.head.email && subject?.includes('onfirm participation'),
    );
    const [request, ...chases] = ofHead;
    assert.equal(chases.length, 3);
    assert.equal(request?.inReplyTo, undefined);
    for (const chase of chases) {
      assert.equal(chase.inReplyTo, request?.messageId);
      assert.deepEqual([chase.references].flat(), [request?.messageId]);
    }
  });

  it('puts into each letter what its reader needs', async () => {
    const first = mailOf('Please confirm participation by 15 October 2040');
    assert.match(plain(first), /up to 10 days of free support from a system leader/);
    assert.match(plain(first), /Rosa Region, regional team, asks you to answer by Monday 15 October 2040\./);
    assert.match(plain(first), /Rosa Region, from the Department's regional team, has been in touch with your school\./);
    assert.match(plain(first), /It is voluntary\. You can say no/);
    assert.match(plain(first), /Who is told what:/);
    assert.match(plain(first), /Telephone Rosa Region on 0161 496 0001, or reply\./);

    const overdue = mailOf('Overdue by 1 school day: please confirm participation');
    assert.match(plain(overdue), /It was due on Monday 15 October 2040\. It is 1 school day late\./);

    const call = mailOf('Please telephone Harry Head about “Confirm participation”');
    assert.match(plain(call), /01632 960004/);
    assert.match(plain(call), new RegExp(`/deployments/${reference}/answer/confirm-participation`));

    const escalation = mailOf('For your decision: “Confirm participation” is 5 school days late');
    assert.match(plain(escalation), /Harry Head/);
    assert.match(plain(escalation), /Monday 15 October 2040/);

    const again = mailOf('Please contact a system leader by 6 November 2040');
    assert.match(plain(again), /Bea Busy cannot support /);
    assert.match(plain(again), /We support three schools already\./);

    const matched = world.sink.arrived.filter(({ subject }) => subject?.startsWith('For your information'));
    const told = (recipient: string, words: RegExp) => matched.some((mail) => mail.recipient === recipient && words.test(plain(mail)));
    assert.ok(told(PEOPLE.leader.email, /is approved.*What the system leader should know about the school or trust:? Its head is new\./));
    for (const { email } of [PEOPLE.leader, PEOPLE.head]) assert.ok(told(email, /Begin with reading\./), email);
    assert.ok(!told(PEOPLE.head.email, /Its head is new/), 'the school reads what was meant for the system leader');
    assert.ok(!matched.some((mail) => /Nobody from Ashdale/.test(plain(mail))), 'what was meant for the RDP was passed on');
    assert.ok(told(PEOPLE.leader.email, /Payment has been made .* £4,500/));
    assert.ok(told(PEOPLE.region.email, /end-of-deployment call .* It helped\./));

    const returned = world.sink.arrived.filter(({ subject }) => subject?.startsWith('Please complete and sign the form')).at(-1);
    assert.match(plain(returned), /The second visit is not mentioned\./);
  });

  it('opens a call and an escalation for each silence, and closes them with the step', async () => {
    const tasks = (await listTasks(world.db, reference)).map(({ kind, step, round, person, outcome }) => [
      kind,
      step,
      round,
      person,
      outcome,
    ]);
    const closed = 'the step was answered';
    assert.deepEqual(tasks, [
      ['call', 'confirm-participation', 1, 'Rosa Region', closed],
      ['escalation', 'confirm-participation', 1, 'Rosa Region', closed],
      ['call', 'confirm-ability', 2, 'Cora Coordinator', closed],
      ['escalation', 'confirm-ability', 2, 'Rosa Region', closed],
      ['escalation', 'check-in', 1, 'Simon Senior', closed],
    ]);
  });

  it('keeps every date with its explanation and its calendar', async () => {
    const steps = await listSteps(world.db, reference);
    for (const { step, explanation, dueOn, calendarVersion } of steps) {
      assert.equal(explanation.at(-1)?.text, `Due on ${longDateWithWeekday(dueOn)}.`, step);
      assert.equal(calendarVersion, 'test-2040');
    }
    const completion = steps.find(({ step }) => step === 'complete-deployment');
    assert.equal(completion?.dueOn, '2041-04-05');
    assert.match(
      completion?.explanation.map(({ text }) => text).join(' ') ?? '',
      /The last school day of Spring 2041 in Testshire is Friday 5 April 2041/,
    );
  });

  it('ends as completed when nothing is left to do, with every event in the record', async () => {
    const { rows } = await world.db.query<{ status: string; sequence: number; events: number; last: string }>(
      `SELECT status, sequence, (SELECT count(*)::int FROM events e WHERE e.reference = d.reference) AS events,
              (SELECT type FROM events e WHERE e.reference = d.reference ORDER BY e.sequence DESC LIMIT 1) AS last
       FROM deployments d WHERE reference = $1`,
      [reference],
    );
    assert.equal(rows[0]?.status, 'completed');
    assert.equal(rows[0]?.events, rows[0]?.sequence);
    assert.equal(rows[0]?.last, 'deployment-ended');
    const { status } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).describe();
    assert.equal(status.name, 'COMPLETED');
  });

  function mailOf(subject: string): Arrived {
    const found = world.sink.arrived.find((mail) => mail.subject === `${subject}: ${SCHOOL}`);
    assert.ok(found, `no e-mail "${subject}"`);
    return found;
  }
});

/** The text of an e-mail without line breaks. */
function plain(mail: Arrived | undefined): string {
  return (mail?.text ?? '').replaceAll(/\s+/g, ' ');
}
