import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listEscalations } from '../../postgres/views/escalations.ts';
import { chaserOf } from '../support/chaser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('chaser escalation', () => {
  let world: World;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.forwardTo(reference, '2040-10-29 12:00');
    await world.postIsDone();
  });
  afterAll(() => world.end());

  async function chaser(...words: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const { status, stdout, stderr } = await chaserOf(world)('escalation', reference, 'confirm-participation', ...words);
    return { code: status, out: stdout, err: stderr };
  }

  it('names what is missing, and changes nothing', async () => {
    for (const [words, code, told] of [
      [['forget'], 2, /There is no way "forget".*\n.*acknowledge, hand-over, send-back/],
      [['acknowledge', '--because', 'x'], 2, /acknowledge needs --by-date/],
      [['hand-over', '--because', 'x'], 2, /hand-over needs --to/],
      [['send-back'], 2, /send-back needs --because/],
      [['acknowledge'], 2, /acknowledge needs --because and --by-date/],
      [['hand-over', '--because', 'x', '--to', 'senior', '--by', 'coordinator', '--for', 'head'], 1, /The escalation is not with head/],
      [
        ['acknowledge', '--because', 'x', '--by-date', '2041-01-01'],
        1,
        /must be on or before Friday 28 December 2040\.\nPromise for an earlier day/,
      ],
      [['hand-over', '--because', 'x', '--to', 'nobody@x.example'], 1, /Nobody is known as "nobody@x\.example"/],
      [['acknowledge', '--because', 'x', '--by-date', '2040-10-01'], 1, /is in the past/],
      [['acknowledge', '--because', 'x', '--by-date', 'soon'], 1, /cannot be "soon"/],
      [['acknowledge', '--because', 'x', '--by-date', '2040-11-07', '--by', 'head'], 1, /The escalation is not with head/],
    ] as const) {
      const { code: exit, err } = await chaser(...words);
      assert.deepEqual([exit, words], [code, words]);
      assert.match(err, told);
    }
    assert.equal((await listEscalations(world.db, reference))[0]?.acknowledgedAt, null);
  });

  it('takes an escalation on, for oneself or for somebody who telephoned, and hands it over', async () => {
    const own = await chaser('acknowledge', '--because', 'I telephone.', '--by-date', '2040-11-05');
    assert.deepEqual([own.code, own.err], [0, '']);
    assert.match(
      own.out,
      /Done\.\n {2}With Rosa Region since 29 October 2040\n {2}Rosa Region promised for 5 November 2040: I telephone\./,
    );

    const other = ['--by', 'cora@delivery.example', '--for', 'region', '--json'];
    const recorded = await chaser('acknowledge', '--because', 'She visits.', '--by-date', '2040-11-07', ...other);
    const { escalation } = JSON.parse(recorded.out) as { escalation: Record<string, unknown> };
    assert.deepEqual([escalation['acknowledgedBy'], escalation['promisedOn'], escalation['turn']], ['region', '2040-11-07', 1]);

    const handed = await chaser('hand-over', '--to', 'simon@regional-team.example', '--because', 'His school.');
    assert.match(handed.out, /With Simon Senior since 29 October 2040\n {2}Taken on by nobody yet/);
    const back = await chaser('send-back', '--because', 'They have told you.', '--by', 'coordinator', '--for', 'senior');
    assert.match(back.out, /With Cora Coordinator since/);
  });

  it('says that nothing is escalated once the escalation is over', async () => {
    await world.answer(reference, 'confirm-participation', 'accepts', { by: 'head' });
    const { code, err } = await chaser('acknowledge', '--because', 'x', '--by-date', '2040-11-07', '--by', 'region');
    assert.equal(code, 1);
    assert.match(err, /This escalation has ended/);
  });
});
