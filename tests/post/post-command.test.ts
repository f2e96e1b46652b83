import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listMessages, listTasks } from '../../postgres/views/deployments.ts';
import { chaserOf } from '../support/chaser.ts';
import { PEOPLE } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { exampleDay } from '../../cli/example-day.ts';

describe('chaser post', () => {
  let world: World;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    // The mail server was wrong about the head's address for a fortnight.
    world.sink.refuses.add(PEOPLE.head.email);
    reference = await world.begin('2040-10-08 09:30');
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await world.forwardTo(reference, '2040-10-18 12:00');
    await world.postIsDone();
    world.sink.refuses.clear();
  });
  afterAll(() => world.end());

  const chaser = async (...words: readonly string[]) => {
    const { status: code, ...said } = await chaserOf(world)(...words);
    return { code, ...said };
  };
  const ofHead = async () => (await listMessages(world.db, reference)).filter(({ person }) => person === 'head');

  it('says what waits and what the mail server says', async () => {
    const { stdout } = await chaser('post', 'status');
    assert.match(stdout, /^The mail server has taken what it was given\.$/m);
    assert.match(stdout, /^1 addresses are marked as refused\./m);
    await world.db.query(
      "INSERT INTO mail_trouble (kind, said, recipients, believed_at) VALUES ('we-are-refused', '554 5.7.1 <head@hillside.example> blocked', '{a,b}', now())",
    );
    const { stdout: refused } = await chaser('post', 'status');
    assert.match(
      refused,
      /^Mail server: The mail server has refused our e-mails since .* It says: “554 5\.7\.1 <\(address\)> blocked”\.$/m,
    );
    const doctor = await chaser('doctor');
    assert.equal(doctor.code, 3, doctor.stdout);
    assert.match(doctor.stdout, /^FAULT {4}Mail server: The mail server has refused our e-mails since/m);
    await world.db.query('DELETE FROM mail_trouble');
  });

  it('shows which addresses were refused, what was said and what was not sent, and changes nothing', async () => {
    const { stdout } = await chaser('post', 'refused', '--said', 'no such mailbox');
    assert.match(stdout, /^head +head@hillside\.example .* 1 +550 No such mailbox here$/m);
    assert.match(stdout, /^1 addresses, 1 letters/m);
    assert.match((await chaser('post', 'refused', '--said', 'something else')).stdout, /^No address is marked as refused so\.$/m);
    assert.match((await chaser('post', 'refused', '--since', '2039-01-01')).stdout, /^No address/m);
    const preview = await chaser('post', 'clear', '--said', 'no such mailbox');
    assert.match(preview.stdout, /Nothing was changed\. Add --yes, --because and --by to do it\.$/m);
    assert.equal((await ofHead()).filter(({ state }) => state === 'queued' || state === 'accepted').length, 0);
  });

  it('refuses what it cannot read, says how to put it, and changes nothing', async () => {
    for (const [words, says] of [
      [['post', 'clear'], /Nothing says which marks are meant/],
      [['post', 'clear', '--since', 'yesterday'], new RegExp(`--since yesterday is no moment.*\n.*${exampleDay(0)}T09:30`)],
      [['post', 'clear', '--since', '2026-02-30'], /is no moment/],
      [['post', 'clear', '--said', 'mailbox', '--yes'], /--yes needs --because and --by/],
      [['post', 'clear', '--said', 'mailbox', '--yes', '--because', ' ', '--by', 'coordinator'], /needs --because/],
      [['post', 'clear', '--said', 'mailbox', '--yes', '--because', '\u200b', '--by', 'coordinator'], /needs --because/],
      [['post', 'refused', '--person', 'nobody'], /Nobody is known as "nobody"/],
    ] as const) {
      const { code, stderr } = await chaser(...words);
      assert.ok(code === 1 || code === 2, `${words.join(' ')}: ${code}`);
      assert.match(stderr, says);
    }
    assert.equal((await ofHead()).filter(({ state }) => state === 'queued').length, 0);
  });

  it('takes the marks away, closes the contact task with who and why, and sends once what is still wanted: the newest letter of the step', async () => {
    const words = [
      'post',
      'clear',
      '--said',
      'no such mailbox',
      '--yes',
      '--because',
      'A mistake of the mail server.',
      '--by',
      'coordinator',
    ];
    const { code, stdout, stderr } = await chaser(...words);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^1 marks were cleared\. 1 letters are queued again\.$/m);
    await world.postIsDone();
    const sent = (await ofHead()).filter(({ state }) => state === 'accepted');
    assert.deepEqual(
      sent.map(({ rung }) => rung),
      ['overdue+1'],
    );
    assert.equal(world.sink.arrived.filter(({ recipient }) => recipient === PEOPLE.head.email).length, 1);
    const task = (await listTasks(world.db, reference)).find(({ kind }) => kind === 'contact');
    assert.equal(task?.outcome, 'coordinator cleared the mark: A mistake of the mail server.');
    assert.match((await chaser(...words)).stdout, /^0 marks were cleared\. 0 letters are queued again\.$/m);
  });
});
