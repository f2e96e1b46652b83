import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Db } from './database.ts';
import { fewAtOnce } from './few-at-once.ts';

/** A database that answers each question with its text when it is told to, and refuses those that begin with “bad”. */
function slowDatabase() {
  const open: { readonly text: string; readonly end: () => void }[] = [];
  let most = 0;
  const query = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      open.push({ text, end: () => (text.startsWith('bad') ? reject(new Error(text)) : resolve(text)) });
      most = Math.max(most, open.length);
    });
  const endFirst = async (): Promise<void> => {
    open.shift()?.end();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { db: { query } as unknown as Db, asked: () => open.map(({ text }) => text), most: () => most, endFirst };
}

describe('a database that is asked a few things at once', () => {
  it('is asked the others in their order as soon as an answer is there', async () => {
    const { db, asked, most, endFirst } = slowDatabase();
    const few = fewAtOnce(db, 2);
    const answers = Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => few.query(text)));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(asked(), ['a', 'b']);
    await endFirst();
    assert.deepEqual(asked(), ['b', 'c']);
    for (let nth = 0; nth < 4; nth += 1) await endFirst();
    assert.deepEqual(await answers, ['a', 'b', 'c', 'd', 'e']);
    assert.equal(most(), 2);
  });

  it('goes on after a question that fails, and has all its places again when nothing is asked', async () => {
    const { db, asked, endFirst } = slowDatabase();
    const few = fewAtOnce(db, 1);
    const refused = assert.rejects(few.query('bad'), /bad/);
    const answered = few.query('good');
    await new Promise((resolve) => setImmediate(resolve));
    await endFirst();
    await refused;
    await endFirst();
    assert.equal(await answered, 'good');
    void few.query('later');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(asked(), ['later']);
  });
});
