import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { chronologyQuery, withdrawUpdate } from '../../workflows/messages.ts';
import type { CarriedOver } from '../../workflows/messages.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('the state of a deployment in the workflow and in PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  it('is the same after answers, names, silence and a withdrawal', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    const handle = world.client.workflow.getHandle(deploymentWorkflowId(reference));
    const agree = async () => assert.deepEqual(viewOf(await handle.query(chronologyQuery)), await storedViewOf(world, reference));
    await agree();
    await world.answer(reference, 'contact-school', 'contacted');
    await agree();
    await world.forwardTo(reference, '2040-10-30 11:00');
    await agree();
    await world.answer(reference, 'confirm-participation', 'accepts', { by: 'coordinator', onBehalfOf: 'head' });
    await world.answer(reference, 'provide-details', 'provided');
    await world.answer(reference, 'engage-system-leader', 'contacted', {
      fields: { systemLeader: 'leader-busy', capacity: 'ten-days', conflict: 'none' },
    });
    await world.answer(reference, 'confirm-ability', 'no', { fields: { reasons: 'time-or-capacity', reason: 'No room.' } });
    await world.answer(reference, 'engage-system-leader', 'contacted', {
      fields: { systemLeader: 'leader', capacity: 'ten-days', conflict: 'none' },
    });
    await agree();
    await handle.executeUpdate(withdrawUpdate, { args: [{ end: 'withdrawn', because: 'The school closes.', by: 'region' }] });
    await agree();
  });

  it('is the same after changes of every kind', async () => {
    const reference = await world.begin('2040-10-08 09:30', {
      programme: tsiProgrammeFrom('confirm-participation'),
      parties: { ...PARTIES, 'system-leader': ['leader-busy'] },
    });
    const handle = world.client.workflow.getHandle(deploymentWorkflowId(reference));
    const agree = async () => assert.deepEqual(viewOf(await handle.query(chronologyQuery)), await storedViewOf(world, reference));
    const why = { by: 'coordinator', because: 'So it is.' };
    const confirm = { step: 'confirm-participation', round: 1 };
    const change = async (command: ChangeCommand) => {
      const counted = await changeDeployment({ db: world.db, client: world.client }, reference, command);
      assert.ok(counted.ok, counted.ok ? '' : `${command.kind}: ${counted.reason.message}`);
      await agree();
    };
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change({ kind: 'stop-clock', ...why, scope: confirm, category: 'inspection', from: '2040-10-09', expectedEnd: '2040-10-09' });
    await world.forwardTo(reference, '2040-10-11 11:00');
    await agree();
    await change({ kind: 'prolong-stop', ...why, stop: null, expectedEnd: '2040-10-12' });
    await change({ kind: 'resume-clock', ...why, stop: null, on: '2040-10-11' });
    await change({ kind: 'extend', ...why, ...confirm, dueOn: '2040-12-10', agreedWith: null });
    await world.answer(reference, 'approve-extension', 'agrees');
    await agree();
    await change({ kind: 'extend', ...why, ...confirm, dueOn: '2040-10-17', agreedWith: null });
    await change({ kind: 'name-deputy', ...why, person: 'coordinator', deputy: 'senior', from: '2040-10-15', to: '2040-10-16' });
    await change({ kind: 'change-person', ...why, role: 'school', from: 'head', to: 'diocese' });
    await change({ kind: 'change-person', ...why, role: 'school', from: null, to: 'head' });
    await change({ kind: 'end-deputy', ...why, person: 'coordinator' });
    await world.forwardTo(reference, '2040-10-15 11:00');
    await change({ kind: 'chase-now', ...confirm, by: 'coordinator' });
    await change({ kind: 'skip-rung', ...why, ...confirm });
    await change({ kind: 'set-pace', ...why, pace: 'less' });
    await change({ kind: 'adopt-calendar', ...why, calendar: { ...CALENDAR_2040, version: 'test-2040-again' } });
    await world.forwardTo(reference, '2040-11-01 11:00');
    await agree();
    const region = { ...confirm, by: 'region', because: 'So it is.' };
    await change({ kind: 'send-back', ...region });
    await change({ kind: 'hand-over', ...region, by: 'coordinator', to: 'region' });
    await change({ kind: 'acknowledge', ...region, onBehalfOf: null, via: 'web', promisedOn: '2040-11-02' });
    await world.forwardTo(reference, '2040-11-09 11:00');
    await agree();
    // The escalation ends with its step.
    await change({ kind: 'stop-clock', ...why, scope: confirm, category: 'other', from: '2040-11-09', expectedEnd: '2040-11-12' });
    await world.answer(reference, 'confirm-participation', 'accepts', { by: 'coordinator', onBehalfOf: 'head' });
    await agree();
    await change({ kind: 'take-back-answer', ...why, ...confirm });
    await change({ kind: 'rematch', ...why, to: 'leader' });
    await change({ kind: 'withdraw', ...why, end: 'withdrawn', withdrawnBy: 'department' });
    await change({ kind: 'reopen', ...why });
  });
});

/** The state as the workflow holds it. */
function viewOf({ chronology, sequence }: CarriedOver): unknown {
  const { status, steps, parties, facts, reference, stops, escalations, deputies, pace } = chronology;
  return {
    pace,
    stops: stops.map(({ stop, scope, from, expectedEnd, resumed, queried }) => ({
      stop,
      step: scope?.step ?? null,
      from,
      expectedEnd,
      resumedOn: resumed?.on ?? null,
      queried: queried?.times ?? 0,
    })),
    escalations: escalations.map(({ step, round, turn, holders, promisedOn }) => ({
      step,
      round,
      turn,
      person: holders[0]?.person ?? null,
      promisedOn,
    })),
    deputies: deputies.map(({ person, deputy, from, to }) => ({ person, deputy, from, to })),
    reference,
    sequence,
    status: status.kind === 'ended' ? { end: status.end, at: status.at, because: status.because } : 'running',
    parties: Object.entries(parties)
      .flatMap(([role, people]) => people.map((person) => `${role} ${person}`))
      .toSorted(),
    facts,
    steps: steps
      .map(({ step, round, openedAt, openedOn, dayZero, dueOn, extension, state }) => ({
        step,
        round,
        openedAt,
        openedOn,
        dayZero,
        dueOn,
        extendedTo: extension?.to ?? null,
        state: state.kind,
        closedAt: state.kind === 'open' ? null : state.at,
        because: state.kind === 'overtaken' ? state.because : null,
        answer: state.kind === 'answered' ? [state.answer, state.by, state.onBehalfOf, state.via] : null,
      }))
      .toSorted(byStep),
    rungs: steps.flatMap(({ step, round, past }) => past.map((rung) => `${step}/${round}/${rung}`)).toSorted(),
  };
}

type StepView = { readonly step: string; readonly round: number };
const byStep = (one: StepView, other: StepView) => one.step.localeCompare(other.step) || one.round - other.round;

/** The same state, read from the read model. */
async function storedViewOf(world: World, reference: string): Promise<unknown> {
  const query = async <Row extends object>(sql: string): Promise<Row[]> => (await world.db.query<Row>(sql, [reference])).rows;
  const [deployment] = await query<{ sequence: number; status: string; end: string; at: string; because: string | null; pace: string }>(
    'SELECT sequence, status, pace, ended_as AS end, ended_at AS at, ended_because AS because FROM deployments WHERE reference = $1',
  );
  assert.ok(deployment);
  const { sequence, status, pace, ...ended } = deployment;
  const parties = await query<{ party: string }>(
    "SELECT role || ' ' || person AS party FROM deployment_parties WHERE reference = $1 AND until IS NULL",
  );
  const facts = await query<{ fact: string; value: string }>('SELECT fact, value FROM deployment_facts WHERE reference = $1');
  const steps = await query<StepView>(
    `SELECT step, round, opened_at AS "openedAt", opened_on AS "openedOn", day_zero AS "dayZero", due_on AS "dueOn",
            extended_to AS "extendedTo", state, closed_at AS "closedAt",
            closed_because AS because, CASE WHEN state = 'answered' THEN ARRAY[answer, answered_by, on_behalf_of, answered_via] END AS answer
     FROM steps WHERE reference = $1`,
  );
  const rungs = await query<{ rung: string }>(
    // News, held letters and later turns of an escalation are no rungs.
    `SELECT DISTINCT step || '/' || round || '/' || rung AS rung FROM messages
     WHERE reference = $1 AND kind <> 'news' AND rung !~ '[@^]'`,
  );
  const stops = await query<object>(
    `SELECT stop, step, from_on AS from, expected_end AS "expectedEnd", resumed_on AS "resumedOn",
            CASE WHEN queried_at IS NULL THEN 0 ELSE queried_times END AS queried
     FROM clock_stops WHERE reference = $1 ORDER BY stop`,
  );
  const escalations = await query<object>(
    `SELECT step, round, turn, person, promised_on AS "promisedOn" FROM escalations
     WHERE reference = $1 AND closed_at IS NULL ORDER BY opened_at`,
  );
  const deputies = await query<object>(
    `SELECT person, deputy, from_on AS from, to_on AS to FROM deputies WHERE reference = $1 AND ended_at IS NULL ORDER BY change`,
  );
  return {
    pace,
    stops,
    escalations,
    deputies,
    reference,
    sequence,
    status: status === 'running' ? 'running' : ended,
    parties: parties.map(({ party }) => party).toSorted(),
    facts: Object.fromEntries(facts.map(({ fact, value }) => [fact, value])),
    steps: steps.toSorted(byStep),
    rungs: rungs.map(({ rung }) => rung).toSorted(),
  };
}
