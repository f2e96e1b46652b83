import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listVersions } from '../../postgres/pinned/programme-versions.ts';
import { registerRehearseRoutes } from '../../web/rehearse/routes.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

type Sent = { readonly name: string; readonly bytes: Buffer | string; readonly pasted?: string };

describe('the file of a programme', () => {
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof staffApp>>;
  beforeAll(async () => {
    database = await freshDatabase();
    app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerRehearseRoutes);
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  async function send({ name, bytes, pasted = '' }: Sent) {
    const field = (input: string, value: string) => `--b\r\nContent-Disposition: form-data; name="${input}"\r\n\r\n${value}\r\n`;
    const head = `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    const payload = Buffer.concat([
      Buffer.from(
        field('csrf', 'a-csrf-token') + field('text', pasted) + field('start', '2026-11-02') + field('authority', 'sheffield') + head,
      ),
      Buffer.from(bytes),
      Buffer.from('\r\n--b--\r\n'),
    ]);
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/rehearse', headers, payload });
    return { status: statusCode, body };
  }

  it('is checked and rehearsed like a text that was pasted, and its text is there to be mended', async () => {
    const { status, body } = await send({ name: 'small.yaml', bytes: SMALL_PROGRAMME });
    assert.equal(status, 200, body);
    assert.match(body, /Nothing is wrong with the text/);
    assert.match(body, /<textarea[^>]*>\s*programme: small/);
    assert.match(body, /id="result"/);
  });

  it('counts before a text that was pasted, and tells its faults by line', async () => {
    const faulty = SMALL_PROGRAMME.replace('end: declined', 'end: refused');
    const { status, body } = await send({ name: 'small.yaml', bytes: faulty, pasted: SMALL_PROGRAMME });
    assert.equal(status, 422);
    assert.match(body, /Line 44, column 26: There is no end &quot;refused&quot;/);
  });

  it('is read where a byte order mark and the line ends of Windows are in it', async () => {
    const { status, body } = await send({ name: 'small.yaml', bytes: `\uFEFF${SMALL_PROGRAMME.replaceAll('\n', '\r\n')}` });
    assert.equal(status, 200, body);
  });

  it('is refused by its name where it is no text, with the input to mend', async () => {
    for (const bytes of [
      Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x00, 0x00]),
      Buffer.from('title: Zo\xEB', 'latin1'),
      Buffer.from('%PDF-1.7\0'),
    ]) {
      const { status, body } = await send({ name: 'offer.docx', bytes });
      assert.equal(status, 422);
      assert.match(body, /href="#file">offer\.docx is not a text in UTF-8\. Save it as plain text in UTF-8/);
      assert.match(body, /id="file-error"/);
    }
  });

  it('may be left out where a text is pasted, and one of both is asked for', async () => {
    assert.equal((await send({ name: '', bytes: '', pasted: SMALL_PROGRAMME })).status, 200);
    const { status, body } = await send({ name: '', bytes: '' });
    assert.equal(status, 422);
    assert.match(body, /href="#file">Choose the file of a programme, or paste its text/);
  });

  it('is refused with a page that says how large it may be', async () => {
    const { status, body } = await send({ name: 'huge.yaml', bytes: Buffer.alloc(1_500_000, 'x') });
    assert.equal(status, 413);
    assert.match(body, /more than the 1MB that a programme may have/);
    assert.equal((await listVersions(database.pool, 'small')).length, 0);
  });
});
