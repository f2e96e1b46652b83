import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { stepOf } from '../../domain/chronology/chronology.ts';
import { londonDate } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { listMessages, listSteps, listTasks } from '../../postgres/views/deployments.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { chronologyQuery } from '../../workflows/messages.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { historiesOf } from '../support/runs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/**
 * The school is asked whether it takes part: due on Monday 15 October 2040, with a reminder on Wednesday 10 October.
 */
const FROM_PARTICIPATION = { programme: tsiProgrammeFrom('confirm-participation') };
const MORNING = '2040-10-08 09:30';
const STEP = { step: 'confirm-participation', round: 1 };
const BY = { by: 'coordinator', because: 'The headteacher is ill.' };

/** The calendar of 2040, with the school closed by snow on Friday 12 October. */
const SNOW: Calendar = {
  ...CALENDAR_2040,
  version: 'test-2040-snow',
  terms: { ...CALENDAR_2040.terms, closures: [{ on: plainDate('2040-10-12'), name: 'snow' }] },
};

describe('a change to a running deployment', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  const attempt = (reference: string, command: ChangeCommand) =>
    changeDeployment({ db: world.db, client: world.client }, reference, command);
  const change = async (reference: string, command: ChangeCommand) => {
    // Let the letters leave first: forwarding the clock would skip the minutes in which they leave.
    await world.postIsDone();
    return must(reference, command);
  };
  const must = async (reference: string, command: ChangeCommand) => {
    const counted = await attempt(reference, command);
    assert.ok(counted.ok, counted.ok ? '' : counted.reason.message);
    return counted.value;
  };
  const say: World['answer'] = async (...given) => {
    await world.postIsDone();
    await world.answer(...given);
  };
  const dueOn = async (reference: string, step = STEP.step) =>
    (await listSteps(world.db, reference)).findLast((line) => line.step === step)?.dueOn;
  /** Every letter in the ledger: the day it was written, its recipient, its step, its rung and its state. */
  const ledger = async (reference: string) => {
    await world.postIsDone();
    return (await listMessages(world.db, reference)).map(({ writtenAt, person, step, round, rung, state }) =>
      [londonDate(Date.parse(writtenAt)), person, `${step}/${round}`, rung, state].join(' '),
    );
  };
  const mustHold = async (reference: string, expected: readonly string[]) =>
    assert.deepEqual((await ledger(reference)).toSorted(), expected.toSorted());

  it('that stops the clock holds every chase, asks whether the stop still holds, and gives the days back', async () => {
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    await world.forwardTo(reference, '2040-10-11 11:00');
    await change(reference, { kind: 'stop-clock', ...BY, scope: null, category: 'illness', from: '2040-10-11', expectedEnd: '2040-10-15' });
    await world.forwardTo(reference, '2040-10-30 11:00');
    assert.equal(await dueOn(reference), '2040-10-15');
    await change(reference, { kind: 'resume-clock', stop: null, by: 'coordinator', because: 'She is back.', on: '2040-10-30' });
    // Paused on 11, 12, 15 to 19 and 29 October. Half term costs no days.
    assert.equal(await dueOn(reference), '2040-11-01');
    await world.forwardTo(reference, '2040-11-05 11:00');
    await say(reference, 'confirm-participation', 'declines', { fields: { reason: 'Too much at once.' } });
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-10 head confirm-participation/1 reminder-3 accepted',
      '2040-10-11 head confirm-participation/1 clock-stopped-1 accepted',
      '2040-10-15 head confirm-participation/1 reminder0@stop-1 suppressed',
      '2040-10-16 coordinator confirm-participation/1 clock-stop-queried-1.2040-10-16 accepted',
      '2040-10-16 head confirm-participation/1 overdue+1@stop-1 suppressed',
      '2040-10-18 region confirm-participation/1 call+3@stop-1 suppressed',
      '2040-10-23 coordinator confirm-participation/1 clock-stop-queried-1.2040-10-23 accepted',
      '2040-10-29 region confirm-participation/1 escalation+5@stop-1 suppressed',
      '2040-10-30 coordinator confirm-participation/1 clock-stop-queried-1.2040-10-30 accepted',
      '2040-10-30 head confirm-participation/1 clock-resumed-2 accepted',
      '2040-11-01 head confirm-participation/1 reminder0 accepted',
      '2040-11-02 head confirm-participation/1 overdue+1 accepted',
    ]);
    const held = (await listMessages(world.db, reference)).filter(({ rung }) => rung.includes('@'));
    assert.deepEqual([...new Set(held.map(({ reason }) => reason))], ['Paused since 11 October 2040.']);
  });

  it('that gives more time moves the timer later, and earlier again when it is undone', async () => {
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'extend', ...BY, ...STEP, dueOn: '2040-10-19', agreedWith: 'region' });
    assert.equal(await dueOn(reference), '2040-10-19');
    await world.forwardTo(reference, '2040-10-11 11:00');
    await change(reference, { kind: 'extend', ...BY, ...STEP, dueOn: '2040-10-15', agreedWith: null });
    assert.equal(await dueOn(reference), '2040-10-15');
    await world.forwardTo(reference, '2040-10-16 11:00');
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-09 head confirm-participation/1 extension-agreed-1 accepted',
      '2040-10-11 head confirm-participation/1 extension-agreed-2 accepted',
      '2040-10-11 head confirm-participation/1 reminder-3 accepted',
      '2040-10-15 head confirm-participation/1 reminder0 accepted',
      '2040-10-16 head confirm-participation/1 overdue+1 accepted',
    ]);
  });

  it('that gives more time than the programme allows waits for the regional team', async () => {
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    await world.forwardTo(reference, '2040-10-09 11:00');
    const asked = await change(reference, { kind: 'extend', ...BY, ...STEP, dueOn: '2040-11-30', agreedWith: null });
    assert.deepEqual(asked.opened, [{ step: 'approve-extension', round: 1 }]);
    assert.equal(await dueOn(reference), '2040-10-15');
    await world.forwardTo(reference, '2040-10-10 11:00');
    await say(reference, 'approve-extension', 'agrees');
    assert.equal(await dueOn(reference), '2040-11-30');
    const [line] = await listSteps(world.db, reference);
    assert.equal(
      line?.explanation.some(({ kind }) => kind === 'extended'),
      true,
    );
    await world.forwardTo(reference, '2040-11-28 11:00');
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-09 region approve-extension/1 request accepted',
      '2040-10-10 coordinator confirm-participation/1 extension-agreed-2 accepted',
      '2040-10-10 head confirm-participation/1 extension-agreed-2 accepted',
      '2040-10-10 head confirm-participation/1 reminder-3 accepted',
      '2040-11-27 head confirm-participation/1 reminder-3~2 accepted',
    ]);
  });

  it('that rematches closes what is open, thanks the former system leader, and asks the next', async () => {
    const reference = await world.begin(MORNING, {
      programme: tsiProgrammeFrom('arrange-first-meeting'),
      parties: { ...PARTIES, 'system-leader': ['leader-busy'] },
    });
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'rematch', ...BY, to: 'leader' });
    await world.forwardTo(reference, '2040-10-12 11:00');
    assert.deepEqual(
      (await listSteps(world.db, reference)).map(({ step, round, state }) => `${step}/${round} ${state}`),
      ['arrange-first-meeting/1 overtaken', 'confirm-ability/1 open'],
    );
    await mustHold(reference, [
      '2040-10-08 head arrange-first-meeting/1 request accepted',
      '2040-10-08 leader-busy arrange-first-meeting/1 request accepted',
      '2040-10-09 head arrange-first-meeting/1 rematched-1 accepted',
      '2040-10-09 leader confirm-ability/1 request accepted',
      '2040-10-09 leader-busy arrange-first-meeting/1 rematched-1 accepted',
      '2040-10-12 leader confirm-ability/1 reminder0 accepted',
    ]);
  });

  it('of people asks the newcomer, ends the links of their predecessor, and brings in a deputy only on the agreed days', async () => {
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'name-deputy', ...BY, person: 'head', deputy: 'diocese', from: '2040-10-10', to: '2040-10-12' });
    await world.forwardTo(reference, '2040-10-15 11:00');
    await change(reference, { kind: 'change-person', ...BY, role: 'school', from: 'head', to: 'authority' });
    await world.forwardTo(reference, '2040-10-16 11:00');
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-09 diocese confirm-participation/1 deputy-named-1 accepted',
      '2040-10-09 head confirm-participation/1 deputy-named-1 accepted',
      '2040-10-10 diocese confirm-participation/1 reminder-3 accepted',
      '2040-10-15 authority confirm-participation/1 party-changed-2 accepted',
      '2040-10-15 authority confirm-participation/1 request-anew-2 accepted',
      '2040-10-15 head confirm-participation/1 party-changed-2 accepted',
      '2040-10-15 head confirm-participation/1 reminder0 accepted',
      '2040-10-16 authority confirm-participation/1 overdue+1 accepted',
    ]);
    const { rows } = await world.db.query<{ person: string; revoked: boolean }>(
      'SELECT person, revoked_at IS NOT NULL AS revoked FROM answer_links WHERE reference = $1 ORDER BY person',
      [reference],
    );
    assert.deepEqual(
      rows.map(({ person, revoked }) => [person, revoked]),
      [
        ['authority', false],
        ['diocese', true],
        ['head', true],
      ],
    );
  });

  it('can withdraw and reopen in a new round while the workflow waits; after that the workflow ends', async () => {
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    const handle = world.client.workflow.getHandle(deploymentWorkflowId(reference));
    await world.forwardTo(reference, '2040-10-10 11:00');
    await change(reference, { kind: 'withdraw', ...BY, end: 'withdrawn', withdrawnBy: 'school' });
    assert.equal((await handle.describe()).status.name, 'RUNNING');
    await world.forwardTo(reference, '2040-10-11 11:00');
    const reopened = await change(reference, { kind: 'reopen', ...BY });
    assert.deepEqual(reopened.opened, [{ step: 'confirm-participation', round: 2 }]);
    assert.equal(await dueOn(reference), '2040-10-18');
    await world.forwardTo(reference, '2040-10-16 11:00');
    const last = await change(reference, { kind: 'withdraw', ...BY, end: 'withdrawn' });
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-10 head confirm-participation/1 deployment-withdrawn-1 accepted',
      '2040-10-10 head confirm-participation/1 reminder-3 accepted',
      '2040-10-11 head confirm-participation/1 deployment-reopened-2 accepted',
      '2040-10-11 head confirm-participation/2 request accepted',
      '2040-10-15 head confirm-participation/2 reminder-3 accepted',
      '2040-10-16 head confirm-participation/2 deployment-withdrawn-3 accepted',
    ]);
    // It can be reopened for twenty working days.
    await world.forwardTo(reference, '2040-11-14 00:10');
    assert.deepEqual(await handle.result(), { reference, end: 'withdrawn', events: last.sequence });
    const late = await attempt(reference, { kind: 'reopen', ...BY });
    assert.equal(!late.ok && late.reason.kind, 'over');
  });

  it('that corrects the date of the match moves completion a term earlier, and later again', async () => {
    const reference = await world.begin('2041-01-08 09:30', {
      programme: withoutVisitForm(tsiProgrammeFrom('approve-match')),
      parties: { ...PARTIES, 'system-leader': ['leader'] },
    });
    await say(reference, 'approve-match', 'approves');
    await world.forwardTo(reference, '2041-01-09 11:00');
    await say(reference, 'arrange-first-meeting', 'arranged', { fields: { meetingOn: '2041-01-10' } });
    await world.forwardTo(reference, '2041-01-10 11:00');
    await say(reference, 'first-visit', 'visited', { by: 'head' });
    assert.equal(await dueOn(reference, 'complete-deployment'), '2041-07-23');
    await world.forwardTo(reference, '2041-01-14 11:00');
    await change(reference, { kind: 'correct-fact', ...BY, fact: 'matchedOn', value: '2040-12-17' });
    assert.equal(await dueOn(reference, 'complete-deployment'), '2041-04-05');
    // Ten school days before.
    await world.forwardTo(reference, '2041-03-22 11:00');
    await change(reference, { kind: 'correct-fact', ...BY, fact: 'matchedOn', value: '2041-01-08' });
    assert.equal(await dueOn(reference, 'complete-deployment'), '2041-07-23');
    await world.forwardTo(reference, '2041-04-08 11:00');
    await mustHold(reference, [
      '2041-01-08 head arrange-first-meeting/1 request accepted',
      '2041-01-08 head issue-deployment-emails/1 notice-school accepted',
      '2041-01-08 leader arrange-first-meeting/1 request accepted',
      '2041-01-08 leader issue-deployment-emails/1 notice-system-leader accepted',
      '2041-01-08 region approve-match/1 request accepted',
      '2041-01-09 head first-visit/1 request accepted',
      '2041-01-09 leader first-visit/1 request accepted',
      '2041-01-10 head complete-deployment/1 request accepted',
      '2041-01-10 leader complete-deployment/1 request accepted',
      '2041-01-14 head complete-deployment/1 fact-corrected-1 accepted',
      '2041-01-14 leader complete-deployment/1 fact-corrected-1 accepted',
      // The RDP never checks in.
      '2041-01-31 coordinator check-in/1 request accepted',
      '2041-02-05 coordinator check-in/1 reminder0 accepted',
      '2041-02-06 coordinator check-in/1 overdue+1 accepted',
      '2041-02-12 region check-in/1 escalation+5 accepted',
      '2041-02-15 region check-in/1 escalation+5^2 accepted',
      '2041-02-15 senior check-in/1 escalation+5^2 accepted',
      '2041-02-20 senior check-in/1 escalation+5^3 accepted',
      '2041-02-25 senior check-in/1 escalation+5^4 accepted',
      '2041-03-22 head complete-deployment/1 fact-corrected-2 accepted',
      '2041-03-22 head complete-deployment/1 reminder-10 accepted',
      '2041-03-22 leader complete-deployment/1 fact-corrected-2 accepted',
      '2041-03-22 leader complete-deployment/1 reminder-10 accepted',
      '2041-03-26 senior check-in/1 escalation+5^5 accepted',
    ]);
  });

  it('that takes an answer back asks again, and clears the names that the answer gave', async () => {
    const reference = await world.begin(MORNING, { programme: tsiProgrammeFrom('engage-system-leader') });
    await world.forwardTo(reference, '2040-10-08 11:00');
    await say(reference, 'engage-system-leader', 'contacted', {
      fields: { systemLeader: 'leader-busy', capacity: 'ten-days', conflict: 'none' },
    });
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'take-back-answer', ...BY, step: 'engage-system-leader', round: 1 });
    await world.forwardTo(reference, '2040-10-10 11:00');
    await mustHold(reference, [
      '2040-10-08 coordinator engage-system-leader/1 request accepted',
      '2040-10-08 leader-busy confirm-ability/1 request accepted',
      '2040-10-09 coordinator engage-system-leader/2 request accepted',
      '2040-10-09 leader-busy engage-system-leader/1 answer-taken-back-1 accepted',
    ]);
    const { chronology } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).query(chronologyQuery);
    assert.deepEqual(chronology.parties['system-leader'], []);
  });

  it('that chases now, skips a rung or chases more counts as a rung of the ladder', async () => {
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'chase-now', ...STEP, by: 'coordinator' });
    await world.forwardTo(reference, '2040-10-10 11:00');
    await change(reference, { kind: 'set-pace', ...BY, pace: 'more' });
    await world.forwardTo(reference, '2040-10-15 11:00');
    await change(reference, { kind: 'skip-rung', ...BY, ...STEP });
    await world.forwardTo(reference, '2040-10-18 11:00');
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-09 head confirm-participation/1 reminder-3 accepted',
      '2040-10-12 head confirm-participation/1 reminder-1 accepted',
      '2040-10-15 head confirm-participation/1 overdue+1 suppressed',
      '2040-10-15 head confirm-participation/1 reminder0 accepted',
      '2040-10-17 head confirm-participation/1 overdue+2 accepted',
      '2040-10-18 region confirm-participation/1 call+3 accepted',
    ]);
  });

  it('of calendar moves the timer later and earlier, and outlives a continue-as-new', async () => {
    const reference = await world.begin(MORNING, { ...FROM_PARTICIPATION, longHistory: 40 });
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'adopt-calendar', ...BY, calendar: SNOW });
    assert.equal(await dueOn(reference), '2040-10-16');
    await world.forwardTo(reference, '2040-10-12 11:00');
    await change(reference, { kind: 'adopt-calendar', ...BY, calendar: CALENDAR_2040 });
    assert.equal(await dueOn(reference), '2040-10-15');
    await change(reference, { kind: 'adopt-calendar', ...BY, calendar: SNOW });
    assert.equal(await dueOn(reference), '2040-10-16');
    await world.forwardTo(reference, '2040-10-18 11:00');
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-09 head confirm-participation/1 calendar-adopted-1 accepted',
      '2040-10-10 head confirm-participation/1 reminder-3 accepted',
      '2040-10-12 head confirm-participation/1 calendar-adopted-2 accepted',
      // The school is closed that day, so the letter waits until Monday.
      '2040-10-12 head confirm-participation/1 calendar-adopted-3 queued',
      '2040-10-16 head confirm-participation/1 reminder0 accepted',
      '2040-10-17 head confirm-participation/1 overdue+1 accepted',
    ]);
    assert.ok((await historiesOf(world.client, deploymentWorkflowId(reference))).length >= 2, 'it continued as new');
    const again = await attempt(reference, { kind: 'adopt-calendar', ...BY, calendar: SNOW });
    assert.equal(!again.ok && again.reason.kind, 'nothing-changes');
  });

  it('of an escalation takes it on, brings it back when the promise passes, raises it, and ends with its step', async () => {
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    await world.forwardTo(reference, '2040-10-29 11:00');
    await change(reference, {
      kind: 'acknowledge',
      ...STEP,
      by: 'region',
      onBehalfOf: null,
      via: 'link',
      because: 'I visit the school.',
      promisedOn: '2040-10-31',
    });
    await world.forwardTo(reference, '2040-11-07 11:00');
    await say(reference, 'confirm-participation', 'declines', {
      by: 'coordinator',
      onBehalfOf: 'head',
      fields: { reason: 'No.' },
    });
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 request accepted',
      '2040-10-10 head confirm-participation/1 reminder-3 accepted',
      '2040-10-15 head confirm-participation/1 reminder0 accepted',
      '2040-10-16 head confirm-participation/1 overdue+1 accepted',
      '2040-10-18 region confirm-participation/1 call+3 accepted',
      '2040-10-29 region confirm-participation/1 escalation+5 accepted',
      '2040-10-29 coordinator confirm-participation/1 escalation-acknowledged-1 accepted',
      '2040-11-01 region confirm-participation/1 escalation+5^2 accepted',
      '2040-11-06 region confirm-participation/1 escalation+5^3 accepted',
      '2040-11-06 senior confirm-participation/1 escalation+5^3 accepted',
      '2040-11-07 coordinator confirm-participation/1 escalation-closed-2 accepted',
      '2040-11-07 region confirm-participation/1 escalation-closed-2 accepted',
      '2040-11-07 senior confirm-participation/1 escalation-closed-2 accepted',
    ]);
    const tasks = await listTasks(world.db, reference);
    assert.deepEqual(
      tasks.map(({ kind, person, outcome }) => [kind, person, outcome]),
      [
        ['call', 'Rosa Region', 'the step was answered'],
        ['escalation', 'Simon Senior', 'the step was answered'],
      ],
    );
  });

  it('that stops the clock holds a queued letter until the clock runs again', async () => {
    await world.sink.goAway();
    const reference = await world.begin(MORNING, FROM_PARTICIPATION);
    await waitUntil('the letter was tried', async () =>
      (await listMessages(world.db, reference)).every(({ state, reason }) => state === 'queued' && reason !== null),
    );
    await must(reference, { kind: 'stop-clock', ...BY, scope: STEP, category: 'illness', from: '2040-10-08', expectedEnd: '2040-10-12' });
    await world.sink.comeBack();
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 clock-stopped-1 accepted',
      '2040-10-08 head confirm-participation/1 request suppressed',
    ]);
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'resume-clock', stop: null, ...BY, on: '2040-10-09' });
    await mustHold(reference, [
      '2040-10-08 head confirm-participation/1 clock-stopped-1 accepted',
      '2040-10-09 head confirm-participation/1 clock-resumed-2 accepted',
      '2040-10-09 head confirm-participation/1 request accepted',
    ]);
  });
});

/** The test has no interest in what follows a visit. */
function withoutVisitForm(programme: Programme): Programme {
  const visit = stepOf(programme, 'first-visit');
  const answers = visit.answers.map((answer) => ({ ...answer, fields: [], opens: ['complete-deployment'] }));
  return { ...programme, id: `${programme.id}-without-form`, steps: { ...programme.steps, [visit.id]: { ...visit, answers } } };
}
