import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { chronologyQuery, withdrawUpdate } from '../../workflows/messages.ts';
import type { CarriedOver } from '../../workflows/messages.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('how a deployment stands, to the workflow and to PostgreSQL,', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.end());

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
    await world.answer(reference, 'engage-system-leader', 'contacted', { fields: { systemLeader: 'leader-busy' } });
    await world.answer(reference, 'confirm-ability', 'no', { fields: { reason: 'No room.' } });
    await world.answer(reference, 'engage-system-leader', 'contacted', { fields: { systemLeader: 'leader' } });
    await agree();
    await handle.executeUpdate(withdrawUpdate, { args: [{ end: 'withdrawn', because: 'The school closes.', by: 'region' }] });
    await agree();
  });
});

/** How things stand, as the workflow holds it. */
function viewOf({ chronology, sequence }: CarriedOver): unknown {
  const { status, steps, parties, facts, reference } = chronology;
  return {
    reference,
    sequence,
    status: status.kind === 'ended' ? { end: status.end, at: status.at, because: status.because } : 'running',
    parties: Object.entries(parties)
      .flatMap(([role, people]) => people.map((person) => `${role} ${person}`))
      .toSorted(),
    facts,
    steps: steps
      .map(({ step, round, openedAt, openedOn, dayZero, dueOn, state }) => ({
        step,
        round,
        openedAt,
        openedOn,
        dayZero,
        dueOn,
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

/** The same out of the read model. */
async function storedViewOf(world: World, reference: string): Promise<unknown> {
  const query = async <Row extends object>(sql: string): Promise<Row[]> => (await world.db.query<Row>(sql, [reference])).rows;
  const [deployment] = await query<{ sequence: number; status: string; end: string; at: string; because: string | null }>(
    'SELECT sequence, status, ended_as AS end, ended_at AS at, ended_because AS because FROM deployments WHERE reference = $1',
  );
  assert.ok(deployment);
  const { sequence, status, ...ended } = deployment;
  const parties = await query<{ party: string }>(
    "SELECT role || ' ' || person AS party FROM deployment_parties WHERE reference = $1 AND until IS NULL",
  );
  const facts = await query<{ fact: string; value: string }>('SELECT fact, value FROM deployment_facts WHERE reference = $1');
  const steps = await query<StepView>(
    `SELECT step, round, opened_at AS "openedAt", opened_on AS "openedOn", day_zero AS "dayZero", due_on AS "dueOn", state, closed_at AS "closedAt",
            closed_because AS because, CASE WHEN state = 'answered' THEN ARRAY[answer, answered_by, on_behalf_of, answered_via] END AS answer
     FROM steps WHERE reference = $1`,
  );
  const rungs = await query<{ rung: string }>(
    "SELECT DISTINCT step || '/' || round || '/' || rung AS rung FROM messages WHERE reference = $1",
  );
  return {
    reference,
    sequence,
    status: status === 'running' ? 'running' : ended,
    parties: parties.map(({ party }) => party).toSorted(),
    facts: Object.fromEntries(facts.map(({ fact, value }) => [fact, value])),
    steps: steps.toSorted(byStep),
    rungs: rungs.map(({ rung }) => rung).toSorted(),
  };
}
