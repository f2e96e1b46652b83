import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hashOfToken } from '../../mail/answer-links.ts';
import { PEOPLE } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const LINK = /https:\/\/chaser\.example\/a\/([\w-]{43})/;

describe('the link in a letter', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  const tokenIn = (text: string | undefined) => LINK.exec(text ?? '')?.[1] ?? '';
  const lettersTo = (address: string) => world.sink.arrived.filter(({ recipient }) => recipient === address);

  it('is the same in every chase, in text and HTML, for each recipient, step and round', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await world.forwardTo(reference, '2040-10-16 12:00');
    await world.postIsDone();
    const tokens = lettersTo(PEOPLE.head.email).map(({ text }) => tokenIn(text));
    assert.equal(tokens.length, 4);
    assert.equal(new Set(tokens).size, 1);
    assert.ok(lettersTo(PEOPLE.head.email).every(({ html }) => String(html).includes(tokens[0] ?? '')));
    assert.notEqual(tokenIn(lettersTo(PEOPLE.region.email)[0]?.text), tokens[0]);
    assert.equal(tokenIn(lettersTo(PEOPLE.authority.email)[0]?.text), '', 'a notice cannot be answered');
  });

  it('is kept as a hash only: neither the links nor the letters of the record hold it', async () => {
    const token = tokenIn(lettersTo(PEOPLE.head.email)[0]?.text);
    const { rows } = await world.db.query<{ person: string; step: string }>('SELECT person, step FROM answer_links WHERE hash = $1', [
      hashOfToken(token),
    ]);
    assert.deepEqual(rows, [{ person: 'head', step: 'confirm-participation' }]);
    const { rows: kept } = await world.db.query<{ found: number }>(
      'SELECT count(*)::int AS found FROM messages WHERE body_text LIKE $1 OR body_html LIKE $1',
      [`%${token}%`],
    );
    assert.equal(kept[0]?.found, 0);
  });

  it('is a new one in the next letter once the old one was revoked', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const before = tokenIn(lettersTo(PEOPLE.head.email).at(-1)?.text);
    await world.db.query("UPDATE answer_links SET revoked_at = now() WHERE reference = $1 AND person = 'head'", [reference]);
    await world.forwardTo(reference, '2040-10-10 12:00');
    await world.postIsDone();
    const after = tokenIn(lettersTo(PEOPLE.head.email).at(-1)?.text);
    assert.match(after, /^[\w-]{43}$/);
    assert.notEqual(after, before);
  });
});
