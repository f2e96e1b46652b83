import { WorkflowNotFoundError } from '@temporalio/client';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { answerStep, refusalIn } from '../../desk/answer-step.ts';
import type { AnswerRequest } from '../../desk/answer-step.ts';
import type { AnswerCommand, Refusal } from '../../domain/chronology/decide.ts';
import { listMessages } from '../../postgres/views/deployments.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { answerUpdate, chronologyQuery, withdrawUpdate } from '../../workflows/messages.ts';
import type { Counted } from '../../workflows/messages.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { storedOf } from '../support/stored.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const MORNING = '2040-10-08 09:30';
/** The regional team's answer to the first step. */
const CONTACTED = {
  step: 'contact-school',
  round: 1,
  answer: 'contacted',
  by: 'region',
  onBehalfOf: null,
  via: 'link',
  fields: {},
} as const;

describe('an answer', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  const handleOf = (reference: string) => world.client.workflow.getHandle(deploymentWorkflowId(reference));
  const give = (reference: string, answer: Omit<AnswerCommand, 'kind'>): Promise<Counted> =>
    handleOf(reference).executeUpdate(answerUpdate, { args: [answer] });
  const ask = (reference: string, request: Pick<AnswerRequest, 'step' | 'answer'> & Partial<AnswerRequest>) =>
    answerStep({ db: world.db, client: world.client }, { reference, fields: {}, via: 'link', ...request });
  const acceptedUpdates = async (reference: string): Promise<number> =>
    (await handleOf(reference).fetchHistory()).events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length ?? 0;
  const beginAndSend = async (options?: Parameters<World['begin']>[1]): Promise<string> => {
    const reference = await world.begin(MORNING, options);
    await world.postIsDone();
    return reference;
  };
  const beginAtMeeting = () =>
    beginAndSend({ programme: tsiProgrammeFrom('arrange-first-meeting'), parties: { ...PARTIES, 'system-leader': ['leader'] } });
  /**
   * Asserts that an update is refused and changes nothing: not in the database, not in the workflow. Returns the
   * refusal.
   */
  const refusalOf = async (reference: string, give: () => Promise<unknown>): Promise<Refusal> => {
    const everything = async () => ({
      stored: await storedOf(world.db, reference),
      held: await handleOf(reference).query(chronologyQuery),
      accepted: await acceptedUpdates(reference),
    });
    const before = await everything();
    const refusal = await give().then(() => assert.fail('it counted'), refusalIn);
    assert.ok(refusal, 'it failed without a reason');
    assert.deepEqual(await everything(), before);
    return refusal;
  };

  describe('that does not fit the form', () => {
    let reference: string;
    beforeAll(async () => {
      reference = await beginAndSend();
    });

    for (const [what, wrong, kind, message, remedy] of [
      [
        'to a step that no programme has',
        { step: 'tea-break' },
        'unknown-step',
        /no step "tea-break" in round 1/,
        /Open now: contact-school\./,
      ],
      [
        'to a step that has not opened',
        { step: 'confirm-participation', answer: 'accepts', by: 'head' },
        'unknown-step',
        /no step "confirm-participation"/,
        /Open now/,
      ],
      ['to a round that has not come', { round: 2 }, 'unknown-step', /in round 2/, /Open now/],
      ['that the step does not have', { answer: 'perhaps' }, 'unknown-answer', /has no answer "perhaps"/, /contacted, no-longer-eligible/],
      [
        'without what must be said with it',
        { answer: 'no-longer-eligible' },
        'missing-field',
        /"What has changed" is missing/,
        /Give because as one of: judged-good/,
      ],
      ['with something nobody asked for', { fields: { weather: 'rain' } }, 'unknown-field', /no field "weather"/, /Leave it out/],
      [
        'of somebody whom the step is not asked of',
        { by: 'head' },
        'not-an-owner',
        /not asked of head/,
        /Only regional-team can answer it/,
      ],
      ['recorded on behalf of such a one', { onBehalfOf: 'head' }, 'not-an-owner', /not asked of head/, /on their behalf/],
    ] as const) {
      it(`${what} is refused with the reason, and changes nothing`, async () => {
        const refusal = await refusalOf(reference, () => give(reference, { ...CONTACTED, ...wrong }));
        assert.equal(refusal.kind, kind);
        assert.match(refusal.message, message);
        assert.match(refusal.remedy, remedy);
      });
    }

    it('counts once it is put right', async () => {
      const reason = { because: 'closed', reason: 'It has closed.' };
      assert.equal((await ask(reference, { step: 'contact-school', answer: 'no-longer-eligible' })).ok, false);
      const counted = await ask(reference, { step: 'contact-school', answer: 'no-longer-eligible', fields: reason });
      assert.deepEqual(counted.ok && counted.value.ended, 'not-eligible');
    });
  });

  it('to a step that is already answered is refused with what was answered, by whom and when', async () => {
    const reference = await beginAndSend();
    assert.deepEqual((await give(reference, CONTACTED)).opened, [{ step: 'confirm-participation', round: 1 }]);
    await world.postIsDone();
    const refusal = await refusalOf(reference, () =>
      give(reference, { ...CONTACTED, answer: 'no-longer-eligible', fields: { reason: 'It has closed.' } }),
    );
    assert.equal(refusal.kind, 'not-open');
    assert.equal(
      refusal.message,
      '"Contact the school or trust" was answered "I have contacted the school or trust" by region on 8 October 2040.',
    );
  });

  it('given twice at the same moment counts once, and both senders are told that it counted', async () => {
    const reference = await beginAndSend();
    const [one, other] = await Promise.all([1, 2].map(() => ask(reference, { step: 'contact-school', answer: 'contacted' })));
    assert.ok(one?.ok);
    assert.deepEqual(other, one);
    assert.equal(await acceptedUpdates(reference), 1);
    assert.equal(await timesAnswered(world, reference, 'contact-school'), 1);

    await world.postIsDone();
    assert.deepEqual(await ask(reference, { step: 'contact-school', answer: 'contacted' }), one, 'and so it does a while later');
    assert.equal((await listMessages(world.db, reference)).filter(({ step }) => step === 'confirm-participation').length, 1);
  });

  it('given by two joint owners at the same moment counts once, and the other is told who was first', async () => {
    const references = await Promise.all([beginAtMeeting(), beginAtMeeting(), beginAtMeeting()]);
    for (const reference of references) {
      const people = ['leader', 'head'] as const;
      const given = await Promise.all(
        people.map((by) =>
          ask(reference, {
            step: 'arrange-first-meeting',
            answer: 'arranged',
            by,
            fields: { meetingOn: by === 'leader' ? '2040-10-15' : '2040-10-16' },
          }),
        ),
      );
      const first = people[given.findIndex(({ ok }) => ok)];
      const late = given.filter(({ ok }) => !ok);
      assert.ok(first, 'neither counted');
      assert.equal(late.length, 1, 'both counted');
      const [refused] = late;
      assert.ok(refused && !refused.ok);
      assert.equal(refused.reason.kind, 'not-open');
      assert.match(refused.reason.message, new RegExp(`was answered "The first meeting is arranged" by ${first} on 8 October 2040`));

      assert.equal(await timesAnswered(world, reference, 'arrange-first-meeting'), 1);
      const { deployment_facts: facts } = await storedOf(world.db, reference);
      assert.deepEqual(facts, [{ reference, fact: 'firstMeetingOn', value: first === 'leader' ? '2040-10-15' : '2040-10-16' }]);
    }
  });

  describe('after the end', () => {
    let reference: string;
    beforeAll(async () => {
      reference = await beginAndSend();
      await world.answer(reference, 'contact-school', 'contacted');
      await world.answer(reference, 'confirm-participation', 'declines');
      // Over for good: it can no longer be reopened.
      await world.forwardTo(reference, '2040-12-10 09:00');
      await handleOf(reference).result();
    });

    it('is refused with a message that says what to do', async () => {
      const before = await storedOf(world.db, reference);
      const late = await ask(reference, { step: 'confirm-participation', answer: 'accepts' });
      assert.deepEqual(late, {
        ok: false,
        reason: { kind: 'not-running', message: `Deployment ${reference} has ended.`, remedy: `See how with: chaser status ${reference}` },
      });
      assert.deepEqual(await storedOf(world.db, reference), before);
    });

    it('still counts when it repeats the answer that ended the deployment', async () => {
      const again = await ask(reference, { step: 'confirm-participation', answer: 'declines' });
      assert.equal(again.ok && again.value.ended, 'declined');
      assert.equal(await timesAnswered(world, reference, 'confirm-participation'), 1);
    });

    it('cannot be followed by a withdrawal', async () => {
      const withdrawal = { end: 'withdrawn', because: 'Too late.', by: 'region' };
      await assert.rejects(handleOf(reference).executeUpdate(withdrawUpdate, { args: [withdrawal] }), WorkflowNotFoundError);
    });
  });
});

async function timesAnswered(world: World, reference: string, step: string): Promise<number> {
  const { rowCount } = await world.db.query("SELECT FROM events WHERE reference = $1 AND type = 'step-answered' AND body->>'step' = $2", [
    reference,
    step,
  ]);
  return rowCount ?? 0;
}
