import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { holdPost } from '../../desk/hold-post.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { listMessages } from '../../postgres/views/deployments.ts';
import { chaserOf } from '../support/chaser.ts';
import { PEOPLE } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

type Foretold = {
  readonly person: string;
  readonly letters: readonly { readonly key: string; readonly writtenAt: string }[];
  readonly subject: string;
  readonly text: string;
};

describe('what goes out next, and what is on hold', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  const chaser = async (...words: readonly string[]) => {
    const { status: code, ...said } = await chaserOf(world)(...words);
    return { code, ...said };
  };
  const ledgerOf = async (reference: string) => {
    const { rows } = await world.db.query<{ key: string; state: string; at: string; subject: string | null; body: string | null }>(
      'SELECT key, state, written_at AS at, subject, body_text AS body FROM messages WHERE reference = $1 ORDER BY written_at, key',
      [reference],
    );
    return rows;
  };

  it('what is foretold for a deployment is what the ledger holds once the time has passed, word for word', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const before = new Set((await ledgerOf(reference)).map(({ key }) => key));
    const { stdout, stderr } = await chaser('post', 'tomorrow', '--deployment', reference, '--days', '14', '--text', '--json');
    const foretold = JSON.parse(stdout === '' ? assert.fail(stderr) : stdout) as readonly Foretold[];
    // Each day by itself, so that each letter leaves on its own day.
    for (let day = 9; day <= 22; day += 1) {
      await world.forwardTo(reference, `2040-10-${String(day).padStart(2, '0')} 23:00`);
      await world.postIsDone();
    }
    const left = (await ledgerOf(reference)).filter(({ key, state }) => state === 'accepted' && !before.has(key));
    assert.ok(left.length >= 3, `only ${left.length} letters left`);
    assert.deepEqual(
      foretold.flatMap(({ letters }) => letters.map(({ key, writtenAt }) => `${key} ${writtenAt.slice(0, 16)}`)).toSorted(),
      left.map(({ key, at }) => `${key} ${new Date(at).toISOString().slice(0, 16)}`).toSorted(),
    );
    for (const { letters, subject, text } of foretold) {
      const sent = left.find(({ key }) => key === letters[0]?.key) ?? assert.fail();
      assert.equal(subject, sent.subject);
      assert.equal(withoutLinks(text), withoutLinks(sent.body ?? ''), letters[0]?.key);
    }
  });

  it('nothing leaves while the post is held, due dates and calls go on, and on release one true letter goes', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const held = await chaser(
      'post',
      'hold',
      '--deployment',
      reference,
      '--because',
      'The server is moved.',
      '--by',
      'coordinator',
      '--json',
    );
    const { id } = JSON.parse(held.stdout === '' ? assert.fail(held.stderr) : held.stdout) as { readonly id: number };
    const left = (await ledgerOf(reference)).filter(({ state }) => state === 'accepted').length;
    const received = world.sink.arrived.length;
    await world.forwardTo(reference, '2040-10-19 12:00');
    assert.match(
      (await chaser('post', 'status')).stdout,
      new RegExp(`Hold ${id}: e-mails of deployment ${reference} are held until somebody releases them, by Cora Coordinator`),
    );
    assert.equal((await ledgerOf(reference)).filter(({ state }) => state === 'accepted').length, left);
    const { rows: calls } = await world.db.query('SELECT FROM call_tasks WHERE reference = $1', [reference]);
    assert.ok(calls.length > 0, 'no call was opened');
    const shown = await chaser('post', 'release', String(id));
    assert.match(shown.stdout, /Does not go: A later letter about this step goes in its place\./);
    assert.match(shown.stdout, /Nothing was changed\./);
    const released = await chaser('post', 'release', String(id), '--yes', '--because', 'It is moved.', '--by', 'coordinator');
    assert.equal(released.code, 0, released.stderr);
    await world.postIsDone();
    const messages = (await listMessages(world.db, reference)).filter(({ person }) => person === 'head');
    assert.equal(messages.filter(({ state }) => state === 'queued').length, 0);
    const toHead = world.sink.arrived.slice(received).filter(({ recipient }) => recipient === PEOPLE.head.email);
    assert.equal(toHead.length, 1, 'the head got more than one letter, or none');
    const body = (await ledgerOf(reference)).findLast(({ key, state }) => state === 'accepted' && key.endsWith('/head'))?.body ?? '';
    assert.match(body, /late|overdue/i);
    assert.match((await chaser('post', 'status')).stdout, /No e-mails are on hold/);
  });

  it('a hold that nobody can have meant is refused, and changes nothing', async () => {
    const asked = { scope: 'service', place: '', until: null, because: 'A test.', by: 'coordinator' } as const;
    for (const [over, says] of [
      [{ scope: 'region', place: 'Atlantis' }, /There is no region "Atlantis"/],
      [{ scope: 'programme', place: 'none' }, /No deployment has the programme "none"/],
      [{ scope: 'deployment', place: 'D99999' }, /There is no deployment "D99999"/],
      [{ until: plainDate('2020-01-01') }, /is not after today/],
      [{ because: ' ' }, /No reason is given/],
    ] as const) {
      const held = await holdPost(world.db, { ...asked, ...over });
      assert.match(held.ok ? 'It was held.' : held.reason.message, says);
    }
    const { code, stderr } = await chaser(
      'post',
      'hold',
      '--service',
      '--region',
      'North West',
      '--because',
      'A test.',
      '--by',
      'coordinator',
    );
    assert.equal(code, 2);
    assert.match(stderr, /Exactly one thing/);
    const { rows } = await world.db.query("SELECT FROM post_holds WHERE scope <> 'deployment'");
    assert.equal(rows.length, 0);
  });
});

function withoutLinks(text: string): string {
  return text.replaceAll(/https:\/\/\S+|\[link\][\w/?=#-]*/g, '[link]');
}
