import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { createNoteMail } from '../../mail/send-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import type { SmtpMail } from '../../mail/smtp.ts';
import { createApp } from '../../web/app.ts';
import { registerAnswerRoutes } from '../../web/answer/routes.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import { click, mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, PARTIES } from '../support/people.ts';
import { openSink } from '../support/smtp-sink.ts';
import type { SmtpSink } from '../support/smtp-sink.ts';
import { guardedApp } from './guarded-app.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

const STEP = 'confirm-participation';
const FROM = { name: 'Chaser', address: 'chaser@post.example' };

let database: TestDatabase;
let app: FastifyInstance;
let sink: SmtpSink;
let smtp: SmtpMail;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
  await insertPeople(database.pool);
  sink = await openSink();
  smtp = createSmtpMail({
    url: sink.url,
    from: FROM,
    messageIdDomain: 'post.example',
    maxConnections: 1,
    ratePerSecond: null,
    allowedDomains: ['example'],
  });
});
beforeEach(async () => {
  await database.pool.query("TRUNCATE notes; UPDATE steps SET state = 'lapsed', closed_at = now() - interval '3 days'");
  // A limit is of one app.
  await app?.close();
  app = await guardedApp(services(), registerAnswerRoutes);
});
afterAll(async () => {
  await app.close();
  smtp.close();
  await sink.goAway();
  await database.end();
});

const services = () => servicesOf(database.pool);

/** A deployment in which the head is asked whether the school takes part; answers the token of their link. */
async function asked(): Promise<{ readonly reference: string; readonly token: string }> {
  const reference = `F${(count += 1)}`;
  await placeDeployment(database.pool, reference, { parties: PARTIES, open: [{ step: STEP, dueOn: workingDaysAgo(-3) }] });
  const { links } = services();
  const token = links.tokenFor({ reference, step: STEP, round: 1, person: 'head' }, 1);
  await database.pool.query(
    "INSERT INTO answer_links (hash, reference, step, round, role, person) VALUES ($1, $2, $3, 1, 'school', 'head')",
    [links.hashOf(token), reference, STEP],
  );
  return { reference, token };
}

async function closes({ reference }: { readonly reference: string }, ago = '1 hour'): Promise<void> {
  await database.pool.query(
    `UPDATE steps SET state = 'answered', answer = 'accepts', answered_by = 'head', answered_via = 'link', closed_at = now() - $2::interval
     WHERE reference = $1`,
    [reference, ago],
  );
}

const get = (token: string, page = '') => app.inject({ url: `/a/${token}${page}` });
const send = (token: string) => app.inject({ method: 'POST', url: `/a/${token}/mine/send` });
const notes = async () =>
  (await database.pool.query<{ kind: string; person: string; text: string }>('SELECT kind, person, body_text AS text FROM notes')).rows;
const mainOf = (body: string) => /<main[^]*<\/main>/u.exec(body)?.[0];

describe('a link that is spent', () => {
  it('lists what is asked without opening it, and has links that work sent to the address of the register alone', async () => {
    const [spent, other] = [await asked(), await asked()];
    await closes(spent);
    const { body } = await get(spent.token, '/mine');
    assert.match(body, /Confirm participation: Hillside/);
    assert.ok(!body.includes(other.token));
    assert.match(body, new RegExp(`action="/a/${spent.token}/mine/send"[^]*E-mail me new links`, 'u'));

    const sent = await send(spent.token);
    assert.equal(sent.statusCode, 200);
    assert.ok(!sent.body.includes(other.token) && !sent.body.includes('head@'), 'neither a link nor an address is shown');
    assert.deepEqual(
      (await notes()).map(({ kind, person }) => [kind, person]),
      [['fresh-links', 'head']],
    );

    assert.equal(await postNotes(database.pool, createNoteMail({ mail: smtp, messageIdDomain: 'post.example', from: FROM })), 1);
    const mail = sink.arrived.at(-1);
    assert.equal(mail?.recipient, 'head@hillside.example');
    assert.equal(mail.subject, 'Your link to answer');
    const link = `https://chaser.example/a/${other.token}`;
    for (const part of [mail.text, String(mail.html)]) {
      assert.ok(part !== undefined && part.includes(link));
      assert.ok(!part.includes(spent.token), 'what has closed is not in it');
    }
    assert.equal((await get(other.token)).statusCode, 200);
    assert.deepEqual(await notes(), [{ kind: 'fresh-links', person: 'head', text: null }], 'no link is kept once it is sent');
  });

  it('says the same whether anything is asked or not, known only to the mailbox', async () => {
    const spent = await asked();
    await closes(spent);
    const nothing = await send(spent.token);
    assert.deepEqual(await notes(), []);
    await asked();
    const something = await send(spent.token);
    assert.equal((await notes()).length, 1);
    assert.deepEqual([something.statusCode, mainOf(something.body)], [nothing.statusCode, mainOf(nothing.body)]);
  });

  it('offers the same a day after its step closed, when it lists nothing any more', async () => {
    const [ended] = [await asked(), await asked()];
    await closes(ended, '25 hours');
    for (const page of ['', '/mine']) {
      const { statusCode, body } = await get(ended.token, page);
      assert.equal(statusCode, 410);
      assert.match(body, /E-mail me new links/);
      assert.doesNotMatch(body, /Hillside|Harry/);
    }
    assert.equal((await send(ended.token)).statusCode, 200);
    assert.equal((await notes()).length, 1);
  });

  it('that was withdrawn, that somebody else’s part came after, or that never was, sends nothing', async () => {
    const [revoked, replaced] = [await asked(), await asked()];
    await asked();
    await database.pool.query('UPDATE answer_links SET revoked_at = now() WHERE reference = $1', [revoked.reference]);
    await database.pool.query("UPDATE deployment_parties SET until = now() WHERE reference = $1 AND role = 'school'", [replaced.reference]);
    for (const { token } of [revoked, replaced]) {
      assert.doesNotMatch((await get(token, '/mine')).body, /fresh links/);
      assert.doesNotMatch((await send(token)).body, /Check your e-mail/);
    }
    assert.equal((await send('x'.repeat(43))).statusCode, 404);
    assert.deepEqual(await notes(), []);
  });

  it('changes nothing when it is only opened', async () => {
    const spent = await asked();
    await asked();
    await closes(spent);
    assert.equal((await get(spent.token, '/mine/send')).statusCode, 302);
    assert.deepEqual(await notes(), []);
  });

  it('has one e-mail sent, however many spent links are pressed at once', async () => {
    const spent = [await asked(), await asked(), await asked()];
    await asked();
    for (const one of spent) await closes(one);
    const sent = await Promise.all([...spent, ...spent].map(({ token }) => send(token)));
    assert.ok(sent.every(({ statusCode }) => statusCode === 200));
    assert.equal((await notes()).length, 1);
    await database.pool.query("UPDATE notes SET sent_at = now(), queued_at = now() - interval '6 minutes'");
    await send(spent[0]?.token ?? '');
    assert.equal((await notes()).length, 2);
  });

  it('is refused the sixth time in a quarter of an hour', async () => {
    const spent = await asked();
    await closes(spent);
    const codes = [];
    for (let time = 1; time <= 6; time += 1) codes.push((await send(spent.token)).statusCode);
    assert.deepEqual(codes, [200, 200, 200, 200, 200, 429]);
  });

  it('has no links kept for hours when no mail server answers', async () => {
    const spent = await asked();
    await asked();
    await closes(spent);
    await send(spent.token);
    await database.pool.query("UPDATE notes SET queued_at = queued_at - interval '61 minutes'");
    assert.equal(await postNotes(database.pool, createNoteMail({ mail: smtp, messageIdDomain: 'post.example', from: FROM })), 0);
    assert.deepEqual(
      (await notes()).map(({ text }) => text),
      [null],
    );
  });
});

describe('fresh links in a browser', () => {
  it('are asked for from the list and from a link that has ended, on a small telephone and on a desk', async () => {
    const real = await createApp({ ...services(), publicUrl: 'http://127.0.0.1', secure: false }, { trustProxy: false });
    const address = await real.listen({ host: '127.0.0.1', port: 0 });
    try {
      for (const width of [320, 1280]) {
        const [spent, ended] = [await asked(), await asked()];
        await asked();
        await closes(spent);
        await closes(ended, '25 hours');
        await database.pool.query('TRUNCATE notes');
        const browser = await openBrowser();
        try {
          const page = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage();
          const mustBeGood = async (what: string): Promise<void> => {
            await picture(page, `chaser-fresh-links-${what}-${width}`);
            await mustBeAccessible(page);
            const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
            assert.ok(wide <= width, `${what} is ${wide} wide on ${width}`);
          };
          await page.goto(`${address}/a/${ended.token}`);
          await mustBeGood('ended');
          await page.goto(`${address}/a/${spent.token}/mine`);
          await mustBeGood('mine');
          await click(page.getByRole('button', { name: 'E-mail me new links' }));
          await page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
          await mustBeGood('told');
          assert.equal((await notes()).length, 1);
        } finally {
          await browser.close();
        }
      }
    } finally {
      await real.close();
    }
  });
});
