import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { calendarFor, loadCalendarBook } from '../../calendars/calendar-book.ts';
import { programmeOnOffer, publishProgramme } from '../../desk/programmes-on-offer.ts';
import { londonDate, londonInstant } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { listMessages, listSteps, listTasks } from '../../postgres/views/deployments.ts';
import { keepCalendar, keepProgramme } from '../../postgres/pinned/pinned.ts';
import { readProgrammeFile } from '../../programmes/load-programmes.ts';
import { readScenario } from '../../rehearsal/read-scenario.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import type { DeploymentStart } from '../../workflows/messages.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { PARTIES, URN } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const FILE = fileURLToPath(new URL('reading-partnership-2026.yaml', import.meta.url));
const SCENARIO = fileURLToPath(new URL('reading-partnership-hard.yaml', import.meta.url));
const SCHOOL = 'Hillside Church of England Primary School';

const APPLICATION = {
  years: 'ks2',
  grant: '125000',
  'staff.1.name': 'Robin Vale',
  'staff.1.cover': '60000',
  'staff.2.name': 'Sam Penn',
  'staff.2.cover': '40000',
  declaration: 'Harry Head',
};

const PLAN = { startsOn: '2040-11-19', visits: '8', aims: 'Every pupil is read to daily.' };

/**
 * The letters that go out: day, recipient, kind of chase, step and round, and the subject without the school's name.
 */
const LETTERS = [
  ['2040-10-08', 'authority', 'notice', 'offer-partnership/1', 'For your information'],
  ['2040-10-08', 'region', 'request', 'offer-partnership/1', 'Please offer the partnership by 15 October 2040'],
  ['2040-10-08', 'head', 'request', 'apply/1', 'Please apply for the partnership by 29 October 2040'],
  ['2040-10-17', 'head', 'reminder', 'apply/1', 'Reminder: please apply for the partnership by 29 October 2040'],
  // Half term, 22 to 26 October.
  ['2040-10-29', 'head', 'reminder', 'apply/1', 'Reminder: please apply for the partnership by 29 October 2040'],
  ['2040-10-30', 'head', 'overdue', 'apply/1', 'Overdue by 1 school day: please apply for the partnership'],
  ['2040-11-01', 'coordinator', 'call', 'apply/1', 'Please telephone Harry Head about “Apply for the partnership”'],
  ['2040-11-05', 'region', 'escalation', 'apply/1', 'For your decision: “Apply for the partnership” is 5 school days late'],
  ['2040-11-05', 'coordinator', 'escalation-notice', 'apply/1', 'For your information: “Apply for the partnership” is 5 school days late'],
  ['2040-11-06', 'region', 'news', 'apply/1', 'The escalation of “Apply for the partnership” has ended'],
  ['2040-11-06', 'coordinator', 'news', 'apply/1', 'The escalation of “Apply for the partnership” has ended'],
  ['2040-11-06', 'coordinator', 'request', 'name-partner/1', 'Please name a partner school by 13 November 2040'],
  ['2040-11-06', 'leader-busy', 'request', 'accept-partnership/1', 'Please accept the partnership by 9 November 2040'],
  ['2040-11-07', 'coordinator', 'request', 'name-partner/2', 'Please name a partner school by 14 November 2040'],
  ['2040-11-07', 'leader', 'request', 'accept-partnership/2', 'Please accept the partnership by 12 November 2040'],
  ['2040-11-08', 'head', 'request', 'send-plan/1', 'Please send the plan by 29 November 2040'],
  ['2040-11-08', 'leader', 'request', 'send-plan/1', 'Please send the plan by 29 November 2040'],
  ['2040-11-12', 'region', 'request', 'check-plan/1', 'Please check the plan by 19 November 2040'],
  ['2040-11-12', 'head', 'request', 'send-plan/2', 'Please send the plan by 3 December 2040'],
  ['2040-11-12', 'leader', 'request', 'send-plan/2', 'Please send the plan by 3 December 2040'],
  ['2040-11-13', 'region', 'request', 'check-plan/2', 'Please check the plan by 20 November 2040'],
  ['2040-11-13', 'authority', 'notice', 'complete-partnership/1', 'For your information'],
  ['2040-11-13', 'head', 'request', 'screen-pupils/1', 'Please screen the pupils by 4 December 2040'],
  ['2040-11-13', 'head', 'request', 'complete-partnership/1', 'Please complete the partnership by 5 April 2041'],
  ['2040-11-13', 'leader', 'request', 'complete-partnership/1', 'Please complete the partnership by 5 April 2041'],
  ['2040-12-20', 'coordinator', 'request', 'check-in/1', 'Please check in on the partnership by 27 December 2040'],
  ['2041-01-15', 'head', 'request', 'survey/1', 'Optional: closing survey by 12 February 2041'],
  ['2041-01-15', 'leader', 'request', 'survey/1', 'Optional: closing survey by 12 February 2041'],
  ['2041-02-05', 'head', 'reminder', 'survey/1', 'Reminder, optional: closing survey by 12 February 2041'],
  ['2041-02-05', 'leader', 'reminder', 'survey/1', 'Reminder, optional: closing survey by 12 February 2041'],
] as const;

/**
 * A programme that no code has heard of. Its author read docs/ only, and published it as a file. It is lived on the
 * real server: the school is silent through half term, the first partner declines, the plan comes back once, and nobody
 * answers the closing survey.
 */
describe('an invented programme', () => {
  let world: World;
  let programme: Programme;
  let reference: string;

  beforeAll(async () => {
    world = await openWorld();
    programme = await publish(world);
    reference = await begin(world, programme, '2040-10-08 09:30');
    await live(world, reference);
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

  it('opens these steps, in these rounds, and closes each of them', async () => {
    const steps = (await listSteps(world.db, reference)).map(({ step, round, state, dueOn }) => `${step}/${round} ${state} ${dueOn}`);
    assert.deepEqual(steps.toSorted(), [
      'accept-partnership/1 answered 2040-11-09',
      'accept-partnership/2 answered 2040-11-12',
      'apply/1 answered 2040-10-29',
      'check-in/1 answered 2040-12-27',
      'check-in/2 overtaken 2041-01-31',
      'check-plan/1 answered 2040-11-19',
      'check-plan/2 answered 2040-11-20',
      'complete-partnership/1 answered 2041-04-05',
      'name-partner/1 answered 2040-11-13',
      'name-partner/2 answered 2040-11-14',
      'offer-partnership/1 answered 2040-10-15',
      'screen-pupils/1 answered 2040-12-04',
      'send-plan/1 answered 2040-11-29',
      'send-plan/2 answered 2040-12-03',
      'survey/1 lapsed 2041-02-12',
    ]);
  });

  it('escalates the one silence, and closes its call and its escalation with the answer', async () => {
    const tasks = (await listTasks(world.db, reference)).map(({ kind, step, round, person, outcome }) => [
      kind,
      step,
      round,
      person,
      outcome,
    ]);
    assert.deepEqual(tasks, [
      ['call', 'apply', 1, 'Cora Coordinator', 'the step was answered'],
      ['escalation', 'apply', 1, 'Rosa Region', 'the step was answered'],
    ]);
    const [escalation] = mailsOf('For your decision: “Apply for the partnership” is 5 school days late');
    assert.match(escalation ?? '', /Harry Head/);
    assert.match(escalation ?? '', /Monday 29 October 2040/);
  });

  it('asks for the returned plan again, and tells both owners what is missing', () => {
    const first = mailsOf('Please send the plan by 29 November 2040');
    const second = mailsOf('Please send the plan by 3 December 2040');
    assert.deepEqual([first.length, second.length], [2, 2]);
    for (const text of first) assert.doesNotMatch(text, /How the reading is measured/);
    for (const text of second)
      assert.match(text, /Rosa Region \(regional team\) told us on .*: “Something is missing”\..*How the reading is measured\./);
  });

  it('puts the words of the file into the letters', () => {
    const [request] = mailsOf('Please apply for the partnership by 29 October 2040');
    assert.match(request ?? '', /A school that teaches reading well works beside yours for up to two terms/);
    assert.match(request ?? '', /Cora Coordinator looks for a partner school for you\./);
    const notices = mailsOf('For your information');
    assert.equal(notices.length, 2);
    assert.match(notices[0] ?? '', new RegExp(`Rosa Region is about to offer ${SCHOOL} a reading partnership`));
    assert.match(notices[1] ?? '', new RegExp(`${SCHOOL} has begun a reading partnership with Lena Leader`));
  });

  it('ends as completed when nobody answers the survey, and stays pinned to the published version', async () => {
    const { rows } = await world.db.query(
      `SELECT status, ended_as, programme, programme_version, sequence = (SELECT count(*) FROM events e WHERE e.reference = d.reference) AS whole
       FROM deployments d WHERE reference = $1`,
      [reference],
    );
    assert.deepEqual(rows, [
      { status: 'completed', ended_as: 'completed', programme: 'reading-partnership-2026', programme_version: 1, whole: true },
    ]);
    const { status } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).describe();
    assert.equal(status.name, 'COMPLETED');
  });

  it('rehearses a hard scenario of its own, with a rematch and a decision on more time', () => {
    const { file, findings } = readScenario(readFileSync(SCENARIO, 'utf8'), SCENARIO, programme);
    assert.deepEqual(findings, []);
    assert.ok(file);
    const calendar = calendarFor(loadCalendarBook(), { authority: file.authority ?? '', assumed: programme.assumedTermCalendars });
    assert.ok(calendar.ok);
    const rehearsed = rehearse({
      programme,
      calendar: calendar.value,
      subject: 'school',
      startsOn: file.start ?? plainDate('2026-09-14'),
      scenario: file.scenario,
      facts: file.facts,
      letters: false,
    });
    assert.ok(rehearsed.ok);
    const { outcome, findings: found, timeline } = rehearsed.value;
    assert.match(outcome, /Partnership completed/);
    assert.deepEqual(
      found.filter(({ kind }) => kind === 'refused' || kind === 'unused' || kind === 'cannot-be-met'),
      [],
    );
    const told = JSON.stringify(timeline);
    assert.match(told, /Looking for a new reading lead of the partner school/);
    assert.match(told, /answers Decide on more time: Agreed/);
    assert.match(told, /Left undone: Closing survey/);
  });

  /** The texts of the e-mails with a subject, without line breaks, in the order in which they arrived. */
  function mailsOf(subject: string): readonly string[] {
    return world.sink.arrived
      .filter((mail) => mail.subject === `${subject}: ${SCHOOL}`)
      .map(({ text }) => (text ?? '').replaceAll(/\s+/g, ' '));
  }
});

/** Publishes the file. Returns what is on offer under its id from then on. */
async function publish({ db }: World): Promise<Programme> {
  const { programme, findings } = readProgrammeFile(FILE);
  assert.deepEqual(findings, []);
  assert.ok(programme);
  const before = await programmeOnOffer(db, programme.id);
  assert.equal(before.ok ? undefined : before.reason.kind, 'unknown-programme');
  const published = await publishProgramme(db, programme, 'the policy team');
  assert.ok(published.ok);
  const onOffer = await programmeOnOffer(db, programme.id);
  assert.ok(onOffer.ok);
  return onOffer.value;
}

/**
 * Begins a deployment that works on catching up, at a London time in the 2040s. The diocese has no part in this
 * programme.
 */
async function begin(world: World, programme: Programme, at: string): Promise<string> {
  const reference = `T${randomUUID().slice(0, 8)}`;
  const { diocese: _, ...parties } = PARTIES;
  await keepProgramme(world.db, programme);
  await keepCalendar(world.db, CALENDAR_2040);
  const start: DeploymentStart = {
    programme,
    calendar: CALENDAR_2040,
    beginning: { reference, subject: { kind: 'school', urn: URN }, parties, facts: { strand: 'catch-up' } },
    carried: null,
  };
  const [day = '', hour = '', minute = ''] = at.split(/[ :]/);
  await world.client.workflow.start(WORKFLOW_TYPES.deployment, {
    workflowId: deploymentWorkflowId(reference),
    taskQueue: world.temporal.taskQueue,
    args: [start],
    startDelay: londonInstant(plainDate(day), Number(hour) * 60 + Number(minute)) - Date.now(),
  });
  await world.forwardTo(reference, `${day} ${hour}:${String(Number(minute) + 1)}`);
  return reference;
}

async function live(world: World, reference: string): Promise<void> {
  const at = (when: string) => world.forwardTo(reference, when);
  const say = async (step: string, given: string, how?: Parameters<World['answer']>[3]) => {
    // Nobody answers a request before it has arrived.
    await world.postIsDone();
    await world.answer(reference, step, given, how);
  };

  await say('offer-partnership', 'offered');
  await at('2040-11-06 11:00');
  await assert.rejects(
    say('apply', 'applied', { by: 'coordinator', onBehalfOf: 'head', fields: { ...APPLICATION, 'staff.1.cover': '90000' } }),
    /“Cost of cover”.*£1,250/,
  );
  await say('apply', 'applied', { by: 'coordinator', onBehalfOf: 'head', fields: APPLICATION });
  await say('name-partner', 'named', { fields: { partner: 'bea@busy-trust.example' } });
  await at('2040-11-07 11:00');
  await say('accept-partnership', 'refuses', { fields: { reason: 'We have a partner already.' } });
  await say('name-partner', 'named', { fields: { partner: 'leader' } });
  await at('2040-11-08 11:00');
  await say('accept-partnership', 'accepts');
  await at('2040-11-12 11:00');
  await say('send-plan', 'sent', { fields: PLAN });
  await say('check-plan', 'returns', { fields: { missing: 'How the reading is measured.' } });
  await at('2040-11-13 11:00');
  await say('send-plan', 'sent', { by: 'head', fields: { ...PLAN, aims: 'Every pupil is read to daily, and tested twice.' } });
  await say('check-plan', 'agrees');
  await at('2040-11-14 11:00');
  await say('screen-pupils', 'screened', { fields: { pupils: '24' } });
  await at('2040-12-20 11:00');
  await say('check-in', 'checked-in');
  await at('2041-01-15 11:00');
  await say('complete-partnership', 'completed', { fields: { lastVisit: '2041-01-14' } });
  await world.postIsDone();
  await at('2041-02-05 12:00');
  await world.postIsDone();
  await at('2041-02-14 12:00');
}

/** Letters of one day may be stored in any order, so each day is compared as a set. */
function inOrder(letters: readonly (readonly string[])[]): readonly string[] {
  return letters.map((letter) => letter.join(' | ')).toSorted();
}
