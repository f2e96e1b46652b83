import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import { readEscalation } from '../../desk/escalation-story.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import type { Programme } from '../../domain/programme.ts';
import { listMessages } from '../../postgres/views/deployments.ts';
import { listEscalations } from '../../postgres/views/escalations.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgramme } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const STEP = 'confirm-participation';

/** Distributive, so that each kind of command keeps its own fields. */
type Given<C> = C extends ChangeCommand ? Omit<C, 'step' | 'round'> : never;

/**
 * The school is asked on Monday 8 October 2040 and stays silent through half term. On Monday 29 October Rosa, of the
 * regional team, is asked to decide. An escalation that nobody acknowledges within 2 working days goes up to Simon, the
 * senior lead.
 */
describe('an escalation on the real server', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  async function escalated(programme?: Programme): Promise<string> {
    const reference = await world.begin('2040-10-08 09:30', programme === undefined ? {} : { programme });
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await at(reference, '2040-10-29 12:00');
    return reference;
  }

  async function at(reference: string, when: string): Promise<void> {
    await world.forwardTo(reference, when);
    await world.postIsDone();
  }

  async function change(reference: string, given: Given<ChangeCommand>): Promise<string> {
    const counted = await changeDeployment(world, reference, { step: STEP, round: 1, ...given } as ChangeCommand);
    await world.postIsDone();
    return counted.ok ? 'counted' : counted.reason.kind;
  }

  const acknowledge = (reference: string, by: string, promisedOn: string) =>
    change(reference, { kind: 'acknowledge', by, onBehalfOf: null, via: 'link', because: 'I telephone the head.', promisedOn });

  /** Every letter about the escalation, sent or not: the day it was written, its rung, its kind and its recipient. */
  async function letters(reference: string): Promise<readonly string[]> {
    return (await listMessages(world.db, reference))
      .filter(({ step, kind }) => step === STEP && /escalation|news/.test(kind))
      .map(({ writtenAt, rung, kind, person, state }) =>
        [writtenAt.slice(0, 10), rung, kind, person, ...(state === 'accepted' ? [] : [state])].join(' '),
      );
  }

  const FIRST = '2040-10-29 escalation+5 escalation region';

  it('goes up when nobody acknowledges it, asks twice more at the top, and then every four weeks', async () => {
    const reference = await escalated();
    assert.deepEqual(await letters(reference), [FIRST]);
    await at(reference, '2040-10-31 20:00');
    assert.deepEqual(await letters(reference), [FIRST], 'two working days have to pass');
    await at(reference, '2041-02-01 12:00');
    assert.deepEqual(await letters(reference), [
      FIRST,
      '2040-11-01 escalation+5^2 escalation-notice region',
      '2040-11-01 escalation+5^2 escalation senior',
      '2040-11-06 escalation+5^3 escalation senior',
      '2040-11-09 escalation+5^4 escalation senior',
      '2040-12-10 escalation+5^5 escalation senior',
      '2041-01-11 escalation+5^6 escalation senior',
    ]);
    const [line, ...others] = await listEscalations(world.db, reference);
    assert.deepEqual([line?.person, line?.turn, line?.closedAt, others.length], ['Simon Senior', 6, null, 0]);
  });

  it('stays with whoever acknowledged it until the promised day, comes back to them, and then goes up', async () => {
    const reference = await escalated();
    assert.equal(await acknowledge(reference, 'region', '2040-11-07'), 'counted');
    const taken = [FIRST, '2040-10-29 escalation-acknowledged-1 news coordinator'];
    assert.deepEqual(await letters(reference), taken, 'the coordinator hears what will be done');
    await at(reference, '2040-11-07 20:00');
    assert.deepEqual(await letters(reference), taken, 'nothing goes up while a promise holds');
    await at(reference, '2040-11-08 12:00');
    const back = [...taken, '2040-11-08 escalation+5^2 escalation region'];
    assert.deepEqual(await letters(reference), back);
    assert.equal((await listEscalations(world.db, reference))[0]?.promisePassed, true);
    await at(reference, '2040-11-13 12:00');
    assert.deepEqual(await letters(reference), [
      ...back,
      '2040-11-13 escalation+5^3 escalation-notice region',
      '2040-11-13 escalation+5^3 escalation senior',
    ]);
  });

  it('tells those who know of it that somebody higher up took it on', async () => {
    const reference = await escalated();
    await at(reference, '2040-11-01 12:00');
    assert.equal(await acknowledge(reference, 'region', '2040-11-07'), 'not-the-holder');
    assert.equal(await acknowledge(reference, 'senior', '2040-11-07'), 'counted');
    assert.deepEqual((await letters(reference)).slice(3).toSorted(), [
      '2040-11-01 escalation-acknowledged-1 news coordinator',
      '2040-11-01 escalation-acknowledged-1 news region',
    ]);
  });

  it('belongs to the newcomer when it is handed over, and their letter has a link of their own', async () => {
    const reference = await escalated();
    const seen = world.sink.arrived.length;
    assert.equal(await change(reference, { kind: 'hand-over', by: 'region', because: 'Her school.', to: 'leader-busy' }), 'counted');
    assert.deepEqual(await letters(reference), [FIRST, '2040-10-29 escalation+5^2 escalation leader-busy']);
    const mail = world.sink.arrived.slice(seen).find(({ recipient }) => recipient === 'bea@busy-trust.example');
    const token = /https:\/\/chaser\.example\/a\/(\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
    const { rows } = await world.db.query('SELECT person, role FROM answer_links WHERE hash = $1', [LINKS.hashOf(token)]);
    assert.deepEqual(rows, [{ person: 'leader-busy', role: 'regional-team' }]);
    assert.match((mail?.text ?? '').replaceAll(/\s+/g, ' '), /Rosa Region handed this escalation over to you: Her school\./);

    // The escalation is now hers: if she does not acknowledge it, it goes up from her.
    assert.equal(await acknowledge(reference, 'region', '2040-11-07'), 'counted', 'Rosa holds the role for which it came');
    await at(reference, '2040-11-08 12:00');
    await at(reference, '2040-11-13 12:00');
    assert.deepEqual((await letters(reference)).filter((line) => / escalation /.test(line)).slice(2), [
      '2040-11-08 escalation+5^3 escalation leader-busy',
      '2040-11-13 escalation+5^4 escalation senior',
    ]);
  });

  it('goes to the coordinator when it is sent back, and goes up from there when the coordinator is silent', async () => {
    const reference = await escalated();
    assert.equal(await change(reference, { kind: 'send-back', by: 'region', because: 'They have answered you.' }), 'counted');
    await at(reference, '2040-11-01 12:00');
    assert.deepEqual(await letters(reference), [
      FIRST,
      '2040-10-29 escalation+5^2 escalation coordinator',
      '2040-11-01 escalation+5^3 escalation-notice coordinator',
      '2040-11-01 escalation+5^3 escalation region',
    ]);
  });

  it('ends when the step is answered, and everybody who was told of it hears so exactly once', async () => {
    const reference = await escalated();
    await at(reference, '2040-11-01 12:00');
    await acknowledge(reference, 'senior', '2040-11-07');
    await world.answer(reference, STEP, 'accepts', { by: 'head' });
    await at(reference, '2041-01-31 12:00');
    assert.deepEqual((await letters(reference)).slice(3).toSorted(), [
      '2040-11-01 escalation-acknowledged-1 news coordinator',
      '2040-11-01 escalation-acknowledged-1 news region',
      '2040-11-01 escalation-closed-2 news coordinator',
      '2040-11-01 escalation-closed-2 news region',
      '2040-11-01 escalation-closed-2 news senior',
    ]);
    const story = await readEscalation(world.db, { reference, step: STEP, round: 1 });
    assert.deepEqual([story?.open, story?.events.at(-1)?.type], [null, 'escalation-closed']);
    assert.equal(await acknowledge(reference, 'senior', '2040-11-30'), 'no-escalation');
  });

  it('is opened once for one lateness, though the ladder has two rungs that escalate', async () => {
    const programme = tsiProgramme();
    const step = programme.steps[STEP];
    const rung = step?.ladder.find(({ kind }) => kind === 'escalation');
    if (step === undefined || rung === undefined) throw new Error(`${STEP} does not escalate.`);
    const again = { ...rung, id: 'escalation+7', at: { daysFromDue: 7 } };
    const twice = { ...step, ladder: [...step.ladder, again] };
    const reference = await escalated({ ...programme, id: 'escalates-twice', steps: { ...programme.steps, [STEP]: twice } });
    assert.equal(await acknowledge(reference, 'region', '2040-11-30'), 'counted');
    await at(reference, '2040-11-15 12:00');
    assert.deepEqual(await letters(reference), [
      FIRST,
      '2040-10-29 escalation-acknowledged-1 news coordinator',
      '2040-10-31 escalation+7 escalation region suppressed',
    ]);
    assert.equal((await listEscalations(world.db, reference)).length, 1);
  });

  it('waits while the clock is stopped, and has its whole time again once the clock runs', async () => {
    const reference = await escalated();
    const stop = { kind: 'stop-clock', by: 'coordinator', because: 'The head is ill.', scope: null, category: 'illness' } as const;
    assert.equal(await change(reference, { ...stop, from: '2040-10-29', expectedEnd: '2040-11-30' }), 'counted');
    const before_ = await letters(reference);
    await at(reference, '2040-11-19 12:00');
    assert.deepEqual(await letters(reference), before_);
    const resumed = await change(reference, {
      kind: 'resume-clock',
      by: 'coordinator',
      because: 'She is back.',
      stop: 1,
      on: '2040-11-19',
    });
    assert.equal(resumed, 'counted');
    // The days of the stop are given back; the step is late by as much as before.
    await at(reference, '2040-11-21 20:00');
    assert.deepEqual(
      (await letters(reference)).filter((line) => / escalation /.test(line)),
      [FIRST],
    );
    await at(reference, '2040-11-22 12:00');
    assert.deepEqual(
      (await letters(reference)).filter((line) => / escalation /.test(line)),
      [FIRST, '2040-11-22 escalation+5^2 escalation senior'],
    );
  });

  it('stays where it is when nobody holds the role above, and opens a contact task for that role', async () => {
    const { 'regional-senior': _, ...parties } = PARTIES;
    const reference = await world.begin('2040-10-08 09:30', { parties });
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await at(reference, '2041-02-01 12:00');
    assert.deepEqual(await letters(reference), [
      FIRST,
      '2040-11-01 escalation+5^2 escalation region',
      '2040-11-06 escalation+5^3 escalation region',
      '2040-12-05 escalation+5^4 escalation region',
      '2041-01-08 escalation+5^5 escalation region',
    ]);
    const { rows } = await world.db.query("SELECT role FROM contact_tasks WHERE reference = $1 AND problem = 'nobody-holds-the-role'", [
      reference,
    ]);
    assert.deepEqual(rows, [{ role: 'regional-senior' }]);
  });
});
