import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listSteps } from '../../postgres/views/deployments.ts';
import { chaserOf } from '../support/chaser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const COORDINATOR = 'cora@delivery.example';

describe('chaser change and chaser work', () => {
  let world: World;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    reference = await world.begin('2040-10-08 09:30');
    await world.answer(reference, 'contact-school', 'contacted');
  });
  afterAll(() => world.end());

  /** Runs the command as a person would, against this world. Returns its exit code and its output. */
  async function chaser(...words: string[]) {
    const { status, stdout, stderr } = await chaserOf(world)(...words);
    return { status, out: stdout, err: stderr };
  }

  const dueOn = async () => (await listSteps(world.db, reference)).find(({ step }) => step === 'confirm-participation')?.dueOn;

  it('shows the old and new dates first, and changes nothing without being told to', async () => {
    assert.equal(await dueOn(), '2040-10-15');
    const words = ['extend', reference, 'confirm-participation', '--to', '2040-10-19', '--because', 'A new head.', '--by', COORDINATOR];
    const dry = await chaser('change', ...words, '--dry-run');
    assert.deepEqual([dry.status, dry.err], [0, '']);
    assert.match(dry.out, /^Nothing was changed\./);
    assert.match(dry.out, /Confirm participation: due on Friday 19 October 2040, before on 15 October 2040/);
    assert.equal(await dueOn(), '2040-10-15');

    const done = await chaser('change', ...words);
    assert.deepEqual([done.status, done.err], [0, '']);
    assert.match(done.out, /^Done\./);
    assert.equal(await dueOn(), '2040-10-19');
  });

  it('adds somebody whom Chaser does not know with the change that names them, and nobody on a dry run', async () => {
    const words = [
      'change',
      'person',
      reference,
      'school',
      '--to',
      'z.oneill@hillside.example',
      '--because',
      'A new head.',
      '--by',
      COORDINATOR,
    ];
    const known = async () =>
      (await world.db.query<{ id: string; telephone: string }>("SELECT id, telephone FROM people WHERE email LIKE 'z.oneill@%'")).rows;
    const nobody = await chaser(...words);
    assert.match(nobody.err, /Nobody is known as "z\.oneill@hillside\.example"/);
    for (const [more, said] of [
      [['--telephone', '01632 960099'], /Give their name too/],
      [['--name', 'Zoë', '--telephone', 'office'], /Enter a telephone number/],
      [['--name', '\u200b'], /Enter the full name/],
    ] as const) {
      const wrong = await chaser(...words, ...more);
      assert.equal(wrong.status, 2, wrong.err);
      assert.match(wrong.err, said);
    }
    const newcomer = ['--name', 'Zoë O’Neill', '--telephone', '01632 960099'];
    assert.equal((await chaser(...words, ...newcomer, '--dry-run')).status, 0);
    assert.deepEqual(await known(), []);
    const done = await chaser(...words, ...newcomer, '--note', 'The one before was ill.');
    assert.deepEqual([done.status, done.err], [0, '']);
    assert.deepEqual(await known(), [{ id: 'zoe-o-neill', telephone: '01632 960099' }]);
    const { rows } = await world.db.query<{ adds: string; note: string }>(
      "SELECT body->>'adds' AS adds, body->>'note' AS note FROM events WHERE reference = $1 AND type = 'party-changed'",
      [reference],
    );
    assert.deepEqual(rows, [{ adds: 'zoe-o-neill', note: 'The one before was ill.' }]);
    const back = await chaser('change', 'person', reference, 'school', '--to', 'head', '--because', 'Back.', '--by', COORDINATOR);
    assert.equal(back.status, 0, back.err);
  });

  it('refuses with the reason and the remedy, and exits with 1', async () => {
    const early = await chaser(
      'change',
      'extend',
      reference,
      'confirm-participation',
      '--to',
      '2040-10-10',
      '--because',
      'x',
      '--by',
      COORDINATOR,
    );
    assert.equal(early.status, 1);
    assert.match(early.err, /10 October 2040 is earlier than 15 October 2040/);
    assert.match(early.err, /Give a date from 2040-10-15 on\./);
    const runs = await chaser('change', 'resume', reference, '--because', 'x', '--by', COORDINATOR);
    assert.deepEqual([runs.status, runs.err], [1, 'Nothing is paused.\nNothing was changed.\n']);
    const nobody = await chaser('change', 'reopen', reference, '--because', 'x', '--by', 'nobody@delivery.example');
    assert.equal(nobody.status, 1);
    assert.match(nobody.err, /Nobody is known as "nobody@delivery\.example"\./);
  });

  it('names the missing option, and exits with 2', async () => {
    const stop = await chaser(
      'change',
      'stop',
      reference,
      '--because',
      'Ill.',
      '--by',
      COORDINATOR,
      '--category',
      'flu',
      '--until',
      '2040-11-01',
    );
    assert.equal(stop.status, 2);
    assert.match(stop.err, /--category cannot be "flu"\.\nGive one of: illness, /);
  });

  it('stops and resumes the clock', async () => {
    const stop = await chaser(
      'change',
      'stop',
      reference,
      '--category',
      'illness',
      '--until',
      '2040-10-12',
      '--because',
      'Ill.',
      '--by',
      COORDINATOR,
    );
    assert.equal(stop.status, 0, stop.err);
    const resume = await chaser('change', 'resume', reference, '--because', 'Well.', '--by', COORDINATOR, '--json');
    assert.equal(resume.status, 0, resume.err);
    assert.deepEqual((JSON.parse(resume.out) as { moves: unknown[] }).moves, [], 'resumed at once: no date moves');
  });

  it('records whom somebody has named to be asked instead of them, and decides on it', async () => {
    const passOn = (...words: readonly string[]) =>
      chaser('change', 'pass-on', reference, '--for', 'head@hillside.example', '--by', COORDINATOR, ...words);
    const typo = await passOn('--name', 'Nora Newcome', '--to', 'nora@hilside.example');
    assert.equal(typo.status, 1);
    assert.match(typo.err, /Did you mean nora@hillside\.example\?\nCorrect --to, or add --sure\./);
    const named = await passOn('--name', 'Nora Newcome', '--to', 'nora@hillside.example');
    assert.deepEqual([named.status, named.err], [0, '']);
    assert.match(named.out, /^Recorded\. Nora Newcome is asked once somebody agrees/);
    assert.match((await passOn('--refuse')).err, /Why it is refused is missing/);
    const agreed = await passOn('--agree');
    assert.deepEqual([agreed.status, agreed.err], [0, '']);
    assert.match(agreed.out, /^Done\. Nora Newcome is asked from now on/);
    const { rows } = await world.db.query<{ person: string; outcome: string }>(
      `SELECT held.person, said.outcome FROM deployment_parties held JOIN pass_ons said ON said.reference = held.reference
       WHERE held.reference = $1 AND held.role = 'school' AND held.until IS NULL`,
      [reference],
    );
    assert.deepEqual(rows, [{ person: 'nora-newcome', outcome: 'passed-on' }]);
    const again = await passOn('--agree');
    assert.equal(again.status, 1);
    assert.match(again.err, /No request of head in T\w+ waits to be decided/);
  });

  it('shows all of one person’s work, and moves it with one command', async () => {
    const work = await chaser('work', 'of', COORDINATOR, '--json');
    assert.deepEqual(
      (JSON.parse(work.out) as { reference: string; role: string }[]).map(({ reference: of, role }) => [of, role]),
      [[reference, 'rdp']],
    );
    const moved = await chaser('work', 'move', COORDINATOR, '--to', 'leader', '--because', 'A new area.', '--by', COORDINATOR);
    assert.deepEqual([moved.status, moved.out, moved.err], [0, 'Done in 1 of 1.\n', '']);
    assert.match((await chaser('work', 'of', COORDINATOR)).out, /^Nothing/);
    const again = await chaser('work', 'move', COORDINATOR, '--to', 'leader', '--because', 'A new area.', '--by', COORDINATOR);
    assert.equal(again.status, 1);
    assert.match(again.err, /takes part in no running deployment/);
  });
});
