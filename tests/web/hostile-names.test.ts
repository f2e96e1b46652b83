import { parse } from 'csv-parse/sync';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { postNotes } from '../../web/notes/post-notes.ts';
import { createNoteMail } from '../../mail/send-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import { createApp } from '../../web/app.ts';
import { openWorld, LINKS } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff, silentSchool } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

/** Text that an attacker writes to make a page, an e-mail or a spreadsheet do what they say. */
const HOSTILE = `=cmd|'/C calc'!A0<script>alert(1)</script>"><img src=x onerror=alert(1)></title>{{7*7}}{% raw %}\r\nBcc: evil@elsewhere.example\r\n\r\n`;
const STAFF = ['administrator', 'rdp-lead', 'regional-team', 'regional-senior', 'policy', 'read-only', 'rdp'] as const;

describe('with hostile words in every field that was imported', () => {
  let world: World;
  let app: FastifyInstance;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    const { db } = world;
    await insertStaff(db);
    await db
      .query("INSERT INTO trusts (code, name, imported_at) VALUES ('99901', 'A trust', now()) ON CONFLICT DO NOTHING")
      .catch(() => undefined);
    for (const role of STAFF) {
      await db.query(
        "INSERT INTO people (id, name, email, imported_at) VALUES ('staff-' || $1::text, $1, 'staff-' || $1 || '@staff.example', now())",
        [role],
      );
      await db.query(
        "INSERT INTO person_roles (person, role, region, area) VALUES ('staff-' || $1::text, $1, 'North West', CASE $1 WHEN 'rdp' THEN 'testshire' ELSE '' END)",
        [role],
      );
    }
    // Every text that is shown and that nothing is looked up by.
    for (const [table, columns] of [
      ['schools', ['name']],
      ['trusts', ['name']],
      ['local_authorities', ['name']],
      ['areas', ['name']],
      ['people', ['name', 'telephone', 'job_title', 'organisation']],
    ] as const) {
      const { rows } = await db.query<{ column_name: string }>('SELECT column_name FROM information_schema.columns WHERE table_name = $1', [
        table,
      ]);
      const known = columns.filter((column) => rows.some(({ column_name }) => column_name === column));
      assert.ok(known.length > 0, table);
      await db.query(`UPDATE ${table} SET ${known.map((column) => `${column} = $1`).join(', ')}`, [HOSTILE]);
    }
    app = await createApp(
      { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), links: LINKS },
      { trustProxy: 1 },
    );
    reference = await silentSchool(world, '2040-10-30 12:00');
  });
  afterAll(async () => {
    await app?.close();
    await world?.end();
  });

  /** Checks that nothing of the text has become part of the page. */
  const mustBeText = (html: string, where: string): void => {
    // The script of our own that suggests people and schools stands once on the pages that have such a field.
    assert.doesNotMatch(
      html.replaceAll(/<script src="\/assets\/(?:choosing|revealing)\.js" defer(?: blocking="render")?><\/script>/g, ''),
      /<script|<img/i,
      where,
    );
    // Inside the quotes of an attribute it is text. Outside them it would be an attribute itself.
    assert.doesNotMatch(html.replaceAll(/"[^"]*"/g, '""'), /<[^>]*\sonerror=/i, where);
    // A picture has titles of its own.
    assert.equal(html.replaceAll(/<svg[\s\S]*?<\/svg>/g, '').match(/<\/title>/gi)?.length, 1, where);
  };
  const post = (url: string, form: Readonly<Record<string, string>>) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });

  for (const role of STAFF) {
    it(`every page of ${role} holds it as text only`, async () => {
      const { cookies } = await signedInAs(world.db, `staff-${role}`);
      let shown = 0;
      for (const url of [
        '/',
        '/deployments',
        `/deployments?q=${encodeURIComponent(HOSTILE)}`,
        `/deployments/${reference}`,
        `/deployments/${reference}/answer/confirm-participation`,
        '/region',
        '/programmes',
        '/service',
        '/schools?q=cmd',
        '/start',
        '/start?q=cmd',
        '/start?subject=school:990901&programme=tsi-2022-23',
        `/start?q=${encodeURIComponent(HOSTILE)}&chosen=yes`,
      ]) {
        const { statusCode, body } = await app.inject({ url, cookies });
        assert.ok([200, 403].includes(statusCode), `${role} ${url}: ${statusCode}`);
        mustBeText(body, `${role} ${url}`);
        if (body.includes('&lt;script&gt;alert(1)') && body.includes('{{7*7}}')) shown += 1;
      }
      // Every page names the person who is signed in.
      assert.ok(shown >= 5, `${role}: shown on ${shown} pages`);
    });
  }

  it('every page of a link holds it as text only, and what is typed there too', async () => {
    const token = LINKS.tokenFor({ reference, step: 'confirm-participation', round: 1, person: 'head' }, 1);
    const form = { answer: 'declines', 'declines-reason': HOSTILE };
    const pages = [
      await app.inject(`/a/${token}`),
      await app.inject(`/a/${token}/mine`),
      await app.inject(`/a/${token}/not-me`),
      await post(`/a/${token}/check`, form),
      await post(`/a/${token}/not-me`, { rightPerson: HOSTILE }),
    ];
    assert.equal((await post(`/a/${token}/answer`, form)).statusCode, 303);
    pages.push(await app.inject(`/a/${token}`));
    for (const { statusCode, body } of pages) {
      assert.equal(statusCode, 200);
      assert.ok(body.includes('&lt;script&gt;alert(1)'));
      mustBeText(body, 'a page of a link');
    }
  });

  it('every e-mail holds it as text only, and gains neither a header nor a recipient', async () => {
    await world.postIsDone();
    const smtp = createSmtpMail({
      url: world.sink.url,
      from: { name: 'Chaser', address: 'chaser@post.example' },
      messageIdDomain: 'post.example',
      maxConnections: 1,
      ratePerSecond: null,
      allowedDomains: ['example'],
    });
    assert.ok(
      (await postNotes(
        world.db,
        createNoteMail({ mail: smtp, messageIdDomain: 'post.example', from: { name: 'Chaser', address: 'chaser@post.example' } }),
      )) > 0,
    );
    smtp.close();
    assert.ok(world.sink.arrived.length >= 5);
    for (const { headers, subject = '', recipient, text = '', html } of world.sink.arrived) {
      assert.ok(!headers.has('bcc') && !headers.has('cc'), subject);
      assert.doesNotMatch(recipient, /,|elsewhere/);
      assert.doesNotMatch(subject, /[\r\n]/);
      assert.ok(typeof html === 'string');
      mustBeText(html, subject);
      assert.doesNotMatch(html + text, /\b49\b/);
    }
    assert.ok(world.sink.arrived.some(({ html }) => typeof html === 'string' && html.includes('&lt;script&gt;alert(1)')));
  });

  it('no spreadsheet takes it for a formula', async () => {
    const { cookies } = await signedInAs(world.db, 'staff-administrator');
    const { body, statusCode } = await app.inject({ url: '/deployments.csv', cookies });
    assert.equal(statusCode, 200);
    const rows = parse(body, { bom: true }) as readonly (readonly string[])[];
    assert.ok(rows.length >= 2);
    assert.ok(rows.flat().some((cell) => cell.includes('cmd|')));
    for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
  });
});
