import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { chaserOf } from '../support/chaser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const WHO = { by: 'coordinator', because: 'The head is ill.' } as const;

describe('chaser status', () => {
  let world: World;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    reference = await world.begin('2040-10-08 09:30');
    await world.answer(reference, 'contact-school', 'contacted');
    await world.forwardTo(reference, '2040-10-10 12:00');
  });
  afterAll(() => world.end());

  async function status(...words: string[]): Promise<string> {
    const { status: code, stdout, stderr } = await chaserOf({ databaseUrl: world.databaseUrl })('status', reference, ...words);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  async function change(command: ChangeCommand): Promise<void> {
    const changed = await changeDeployment(world, reference, command);
    assert.ok(changed.ok, changed.ok ? '' : changed.reason.message);
  }

  it('shows how many working days each party took, and says nothing of stopped clocks while none is stopped', async () => {
    const text = await status();
    assert.doesNotMatch(text, /pause/i);
    assert.match(text, /^Working days spent waiting so far: school or trust 2\.$/m);
    assert.deepEqual((JSON.parse(await status('--json')) as { stops: unknown }).stops, []);
  });

  it('says since when the clock of a step is stopped, why, and until when', async () => {
    const scope = { step: 'confirm-participation', round: 1 };
    await change({ kind: 'stop-clock', ...WHO, scope, category: 'illness', from: '2040-10-09', expectedEnd: '2040-10-12' });
    const text = await status();
    assert.match(text, /^“Confirm participation” is paused since Tuesday 9 October 2040: illness\. The head is ill\.$/m);
    assert.match(text, /^It should end on Friday 12 October 2040\.$/m);
    assert.match(text, /^confirm-participation .* open, paused/m);
    assert.match(text, /^Working days spent waiting so far: school or trust 0\. Paused days are left out\.$/m);
    const told = JSON.parse(await status('--json')) as { stops: unknown; steps: readonly Record<string, unknown>[] };
    assert.deepEqual(told.stops, [
      { stop: 1, scope, from: '2040-10-09', category: 'illness', because: 'The head is ill.', expectedEnd: '2040-10-12' },
    ]);
    assert.deepEqual(
      told.steps.map(({ step, clockStands }) => [step, clockStands]),
      [
        ['contact-school', false],
        ['confirm-participation', true],
      ],
    );
  });

  it('says that the expected end of a stop of the whole deployment has passed', async () => {
    await change({ kind: 'resume-clock', ...WHO, stop: null, on: '2040-10-09' });
    await change({ kind: 'stop-clock', ...WHO, scope: null, category: 'inspection', from: '2040-10-10', expectedEnd: '2040-10-12' });
    await world.forwardTo(reference, '2040-10-16 12:00');
    await world.postIsDone();
    const text = await status();
    assert.match(text, /^Paused since Wednesday 10 October 2040: inspection\./m);
    assert.match(text, /^The pause should have ended on Friday 12 October 2040\.$/m);
  });

  it('takes a note with chaser note, shows it, and refuses one that says nothing, by nobody or about nothing', async () => {
    const note = (...words: string[]) => chaserOf({ databaseUrl: world.databaseUrl })('note', ...words);
    const { stdout } = await note(reference, 'Before noon only.', '--by', 'coordinator');
    assert.match(stdout, new RegExp(`^The note is kept\\. ${reference} has 1\\.$`, 'm'));
    for (const [words, message] of [
      [[reference, ' ', '--by', 'coordinator'], /The note is empty\./],
      [[reference, 'x', '--by', 'nobody@delivery.example'], /Nobody is known as "nobody@delivery\.example"/],
      [['D99999', 'x', '--by', 'coordinator'], /There is no deployment "D99999"/],
    ] as const) {
      const refused = await note(...words);
      assert.equal(refused.status, 1);
      assert.match(refused.stderr, message);
    }
    assert.match(await status(), /^Note by Cora Coordinator, .*:\n {2}Before noon only\.$/m);
    const { notes } = JSON.parse(await status('--json')) as { notes: readonly { by: string; words: string }[] };
    assert.deepEqual(
      notes.map(({ by, words }) => [by, words]),
      [['Cora Coordinator', 'Before noon only.']],
    );
  });
});
