import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openSession } from '../../postgres/access/sessions.ts';
import { registerImportRoutes } from '../../web/imports/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { insertStaff } from './desk-world.ts';
import { guardedApp, signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const PEOPLE = `id,name,email,role,region
nora,Nora New,nora@delivery.example,read-only,
otto,Otto Other,otto.new@delivery.example,rdp-lead,North West
bad,Bad Row,no address,read-only,
`;

describe('a file chosen on a page', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    await database.pool.query(
      "INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())",
    );
    await database.pool.query("INSERT INTO person_roles (person, role) VALUES ('alma', 'administrator')");
    app = await guardedApp(servicesOf(database.pool), registerImportRoutes);
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  async function upload(kind: 'people' | 'schools', content: string | Buffer, { name = 'people.csv', as = 'alma' } = {}) {
    const { cookies, csrf } = await signedInAs(database.pool, as);
    const form = new FormData();
    form.set('csrf', csrf);
    form.set('file', new Blob([Uint8Array.from(Buffer.from(content))]), name);
    const request = new Request('http://x.example', { method: 'POST', body: form });
    const payload = Buffer.from(await request.arrayBuffer());
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: `/${kind}/import/check`,
      cookies,
      headers: { 'content-type': String(request.headers.get('content-type')), 'content-length': String(payload.length) },
      payload,
    });
    return { status: statusCode, text: plain(body), file: hidden(body, 'file'), hash: hidden(body, 'hash') };
  }
  async function carryOut(kind: 'people' | 'schools', { file, hash }: { file: string; hash: string }, as = 'alma') {
    const { cookies, csrf } = await signedInAs(database.pool, as);
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: `/${kind}/import/carry-out`,
      cookies,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ csrf, file, hash }).toString(),
    });
    return { status: statusCode, text: plain(body) };
  }
  const plain = (html: string) =>
    html
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll(/\s+/g, ' ');
  const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
  const emailOf = async (id: string) =>
    (await database.pool.query<{ email: string }>('SELECT email FROM people WHERE id = $1', [id])).rows[0]?.email;

  it('of people is looked at without a change, with its faults by line and what would end, and then imported', async () => {
    await openSession(database.pool, 'otto');
    const looked = await upload('people', PEOPLE);
    assert.equal(looked.status, 200, looked.text);
    assert.match(looked.text, /Rows read 3 New people 1 Changed people 1 Unchanged people 0 Rows left out 1/);
    assert.match(looked.text, /Otto Other: What they can open now ends: 1 session/);
    assert.match(looked.text, /Line 4, email ?: .*The row is left out\./);
    assert.equal(await emailOf('nora'), undefined);
    assert.equal(await emailOf('otto'), 'otto@delivery.example');
    const done = await carryOut('people', looked);
    assert.equal(done.status, 200, done.text);
    assert.match(done.text, /people\.csv is imported\..*New people 1 Changed people 1/);
    assert.equal(await emailOf('nora'), 'nora@delivery.example');
    assert.equal(await emailOf('otto'), 'otto.new@delivery.example');
    const { rows } = await database.pool.query('SELECT imported_by, content FROM import_files');
    assert.deepEqual(rows, [{ imported_by: 'alma', content: null }]);
    assert.match((await carryOut('people', looked)).text, /people\.csv was imported already/);
  });

  it('is not imported with another hash, nor as another kind of file, nor when it is a day old', async () => {
    const looked = await upload('people', 'id,name,email,role\nleft,Left Alone,left@delivery.example,read-only\n');
    for (const wrong of [
      { ...looked, hash: '0'.repeat(64) },
      { ...looked, file: `${looked.file}9` },
      { ...looked, file: "1' OR" },
    ]) {
      const refused = await carryOut('people', wrong);
      assert.equal(refused.status, 409);
      assert.match(refused.text, /The file is no longer kept\. Nothing was imported/);
    }
    assert.equal((await carryOut('schools', looked)).status, 409);
    await database.pool.query("UPDATE import_files SET uploaded_at = now() - interval '25 hours'");
    await upload('people', PEOPLE);
    assert.equal((await carryOut('people', looked)).status, 409);
    assert.equal(await emailOf('left'), undefined);
  });

  it('is shown anew when it would change something else by now', async () => {
    const looked = await upload('people', 'id,name,email,role\nnora,Nora New,nora.again@delivery.example,read-only\n');
    await database.pool.query("UPDATE people SET email = 'nora.again@delivery.example' WHERE id = 'nora'");
    const again = await carryOut('people', looked);
    assert.equal(again.status, 409);
    assert.match(again.text, /What Chaser knows has changed since\. Nothing was imported.*Changed people 0 Unchanged people 1/);
  });

  it('that is none is refused with what is wrong, and is not kept', async () => {
    const before = (await database.pool.query('SELECT FROM import_files')).rowCount;
    for (const [kind, content, words] of [
      ['people', 'a;b;c\n1;2;3\n', /people\.csv, line 1: the header has no columns "id".*separated by semicolons/],
      ['people', 'id,name,email,role\n', /people\.csv has a header and no rows/],
      ['people', '', /Select a CSV file/],
      ['people', Buffer.from([0xff, 0xfe, 0x41, 0]), /UTF-16/],
      ['schools', PEOPLE, /line 1: the header has no columns/],
    ] as const) {
      const refused = await upload(kind, content);
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.text, words);
    }
    const odd = await upload('people', 'x', { name: '../../etc/passwd\u0000<b>.csv' });
    assert.equal(odd.status, 400);
    assert.equal((await database.pool.query('SELECT FROM import_files')).rowCount, before);
  });

  it('of the register is imported as the command would, larger than files may be elsewhere', async () => {
    const sample = readFileSync('sample/schools.csv', 'utf8').trimEnd();
    const [, row = ''] = sample.split('\n');
    // Lines that are the same again are left out, and make the file large.
    const large = `${sample}\n${Array.from({ length: Math.ceil(4_500_000 / row.length) }, () => row).join('\n')}\n`;
    const looked = await upload('schools', large, { name: 'edubasealldata.csv' });
    assert.equal(looked.status, 200, looked.text.slice(0, 500));
    const newSchools = /New schools (\d+)/.exec(looked.text)?.[1];
    assert.ok(Number(newSchools) > 10, looked.text.slice(0, 500));
    const done = await carryOut('schools', looked);
    assert.equal(done.status, 200, done.text.slice(0, 500));
    assert.match(done.text, new RegExp(`edubasealldata\\.csv is imported\\..*New schools ${newSchools}`));
  });

  it('is taken from administrators alone', async () => {
    assert.equal((await upload('people', PEOPLE, { as: 'coordinator' })).status, 403);
    assert.equal((await carryOut('people', { file: '1', hash: 'x' }, 'coordinator')).status, 403);
  });
});
