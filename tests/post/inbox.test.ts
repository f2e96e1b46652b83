import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { mailboxOf, readMailbox } from '../../inbox/mailbox.ts';
import { readIncoming } from '../../inbox/read-incoming.ts';
import { forgetUnmatched, keepIncoming } from '../../postgres/desk/keep-incoming.ts';
import { readPlaceOf } from '../../postgres/desk/mailbox-reading.ts';
import { createApp } from '../../web/app.ts';
import { readInbox, readOnce } from '../../worker/inbox.ts';
import { createLog } from '../../worker/log.ts';
import { common, email, multipart, PLAIN } from '../kit/incoming/build.ts';
import { chaserOf } from '../support/chaser.ts';
import { openImapServer } from '../support/imap-server.ts';
import type { ImapServer } from '../support/imap-server.ts';
import { PEOPLE } from '../support/people.ts';
import { waitUntil } from '../support/wait-until.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff, section } from '../web/desk-world.ts';
import type { Desk } from '../web/desk-world.ts';
import { servicesOf } from '../web/staff-app.ts';

const CHASER = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const STEP = 'confirm-participation';
const HEAD = PEOPLE.head.email;

describe('what comes back by e-mail, on a real mail server and a real IMAP server', () => {
  let world: World;
  let imap: ImapServer;
  let app: FastifyInstance;
  let cora: Desk;
  let otto: Desk;
  beforeAll(async () => {
    [world, imap] = await Promise.all([openWorld(), openImapServer()]);
    await insertStaff(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    const services = servicesOf(world.application, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, links: LINKS }, { trustProxy: false });
    [cora, otto] = [await deskOf(world.db, app, 'coordinator'), await deskOf(world.db, app, 'otto')];
  });
  afterAll(async () => {
    await app.close();
    await imap.end();
    await world.end();
  });

  /** The school is asked on Monday 8 October 2040. Answers with the Message-ID of the e-mail that asked it, as it arrived. */
  async function asked(): Promise<{ readonly reference: string; readonly id: string }> {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const letter = world.sink.arrived.findLast(({ recipient, text }) => recipient === HEAD && text?.includes(reference) === true);
    assert.ok(letter?.messageId);
    return { reference, id: letter.messageId };
  }
  const read = () => readOnce(world.application, mailboxOf(imap.url));
  const one = async <Row extends object>(text: string, ...values: readonly string[]) =>
    (await world.db.query<Row>(text, [...values])).rows[0];
  const incoming = async (kind: string) =>
    (await one<{ id: string }>('SELECT max(id)::text AS id FROM incoming WHERE kind = $1', kind))?.id ?? '';
  const reply = (id: string, words: string, name: string) =>
    email(
      { ...common(`Harry Head <${HEAD}>`, 'Re: Please confirm', name), 'In-Reply-To': id, 'Content-Type': 'multipart/mixed; boundary="m"' },
      multipart('m', [
        { type: 'text/plain; charset=utf-8', body: `${words}\n\nOn Mon, 8 Oct 2040 at 11:00, Chaser wrote:\n> Please confirm.` },
        {
          type: 'application/pdf; name="plan.pdf"',
          more: 'Content-Disposition: attachment; filename="plan.pdf"\nContent-Transfer-Encoding: base64',
          body: 'JVBERi0xLjQK',
        },
      ]),
    );
  const report = (id: string, action: 'failed' | 'delayed', name: string) =>
    email(
      {
        'Return-Path': '<>',
        ...common('Mail Delivery System <MAILER-DAEMON@mx.relay.example>', 'Undelivered Mail Returned to Sender', name),
        'Content-Type': 'multipart/report; report-type=delivery-status; boundary="r"',
      },
      multipart('r', [
        { type: 'text/plain', body: 'Your e-mail could not be delivered.' },
        {
          type: 'message/delivery-status',
          body: `Reporting-MTA: dns; mx.relay.example\n\nFinal-Recipient: rfc822; ${HEAD}\nAction: ${action}\nStatus: ${action === 'failed' ? '5.1.1' : '4.4.1'}\n${action === 'failed' ? 'Diagnostic-Code: smtp; 550 5.1.1 User unknown\n' : ''}`,
        },
        { type: 'text/rfc822-headers', body: `Message-ID: ${id}\nTo: ${HEAD}` },
      ]),
    );

  const chaser = async (...words: readonly string[]) => {
    const { status, ...said } = await chaserOf(world)(...words);
    return { code: status, ...said };
  };
  /** In a process of its own, which reads what is given from its standard input. */
  const takes = (input: string, ...words: readonly string[]) =>
    new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const env = { ...process.env, DATABASE_URL: world.databaseUrl };
      const child = execFile(process.execPath, [CHASER, 'inbox', 'take', ...words], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
      child.stdin?.end(input);
    });

  it('a reply is read from the mailbox, counts for nothing, and is an answer when the coordinator records it', async () => {
    const { reference, id } = await asked();
    imap.put(reply(id, 'Yes, we will take part. Thank you.', 'yes-1'));
    const reader = readInbox({ database: world.application, url: imap.url, everyMs: 100, log: createLog('fatal') });
    await waitUntil('the reply is taken', async () => (await incoming('person')) !== '');
    await reader.stop();
    assert.equal(await read(), 0, 'the same e-mail is not taken twice');
    assert.equal(imap.read(), 1, 'it is marked as read on the server');
    assert.equal(
      (await one<{ state: string }>('SELECT state FROM steps WHERE reference = $1 AND step = $2', reference, STEP))?.state,
      'open',
    );

    const url = `/replies/${await incoming('person')}`;
    assert.match(section((await cora.get('/')).text, 'replies'), /Hillside[\s\S]*Harry Head[\s\S]*Yes, we will take part/);
    assert.match((await cora.get(`/deployments/${reference}`)).text, /Reply from Harry Head[\s\S]*Yes, we will take part[\s\S]*Read it/);
    const page = (await cora.get(url)).text;
    assert.match(page, /Yes, we will take part\. Thank you\.<\/div>/);
    assert.match(page, /Attachments are not kept here[\s\S]*plan\.pdf, 9 bytes/);
    assert.doesNotMatch(section((await otto.get('/')).text, 'replies'), /take part/, 'of another area');
    assert.equal((await otto.get(url)).status, 404);

    const form = /href="(\/deployments\/[^"]*reply=\d+)"/.exec(page)?.[1] ?? '';
    assert.match((await cora.get(form)).text, /Harry Head wrote on[\s\S]*Yes, we will take part[\s\S]*took it by e-mail/);
    const { pathname } = new URL(form, 'https://chaser.example');
    const recorded = await cora.post(pathname, { round: '1', owner: 'head', answer: 'accepts', reply: url.slice('/replies/'.length) });
    assert.equal(recorded.status, 303, recorded.text);
    const { body } =
      (await one<{ body: Record<string, string> }>(
        "SELECT body FROM events WHERE reference = $1 AND type = 'step-answered' AND body->>'step' = $2",
        reference,
        STEP,
      )) ?? {};
    assert.deepEqual([body?.['by'], body?.['onBehalfOf'], body?.['via']], ['coordinator', 'head', 'e-mail']);
    assert.doesNotMatch(section((await cora.get('/')).text, 'replies'), /take part/, 'it is dealt with');
    assert.match((await cora.get(`/deployments/${reference}`)).text, /Harry Head, by e-mail; recorded by Cora Coordinator/);
    assert.equal((await cora.post(url, {})).status, 409, 'dealt with already');

    const again = await readIncoming(reply(id, 'Yes, we will take part. Thank you.', 'yes-1'), Date.now());
    assert.equal((await keepIncoming(world.application, again, { via: 'pipe' })).isNew, false, 'by another way it is the same');
  });

  it('an automatic reply is never an answer, and proposes a deputy and the day of a later call', async () => {
    const { reference, id } = await asked();
    await world.forwardTo(reference, '2040-10-18 11:00');
    await world.postIsDone();
    const raw = email(
      {
        ...common(`Harry Head <${HEAD}>`, 'Automatic reply: Please confirm', 'away-1'),
        'In-Reply-To': id,
        'Auto-Submitted': 'auto-replied',
        ...PLAIN,
      },
      'I am on leave and will return on Monday 29 October 2040. Please write to lena@strong-trust.example meanwhile.',
    );
    await keepIncoming(world.application, await readIncoming(raw, Date.UTC(2040, 9, 18)), { via: 'pipe' });
    const today = (await cora.get('/')).text;
    assert.doesNotMatch(section(today, 'replies'), /on leave/);
    assert.match(section(today, 'calls'), /Harry Head is away and back on Monday 29 October 2040[\s\S]*name="again-day"[^>]*value="29"/);
    assert.match((await cora.get(`/deployments/${reference}`)).text, /Harry Head seems to be back on Monday 29 October 2040/);
    const page = (await cora.get(`/replies/${await incoming('automatic')}`)).text;
    assert.doesNotMatch(page, /Record it as the answer/);
    assert.match(page, /Give more time for/);
    const deputy = (/href="(\/deployments\/[^"]*name-deputy[^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
    const form = (await cora.get(deputy)).text;
    assert.match(form, /lena@strong-trust\.example/);
    assert.match(form, /name="to-day"[^>]*value="28"/);
    assert.match(form, /value="head" (?:selected|checked)/);
  });

  it('an e-mail that is delayed is noted; one that came back ends the letters to that address and asks for another', async () => {
    const { reference, id } = await asked();
    imap.put(report(id, 'delayed', 'dsn-1'));
    assert.equal(await read(), 1);
    const state = async () =>
      (await one<{ state: string }>("SELECT state FROM messages WHERE reference = $1 AND person = 'head' AND kind = 'request'", reference))
        ?.state;
    const tasks = async () =>
      (
        await world.db.query<{ problem: string; detail: string }>('SELECT problem, detail FROM contact_tasks WHERE reference = $1', [
          reference,
        ])
      ).rows;
    assert.equal(await state(), 'accepted');
    assert.deepEqual(await tasks(), []);
    assert.match((await cora.get(`/deployments/${reference}`)).text, /An e-mail to head@hillside\.example is delayed/);

    const bounce = report(id, 'failed', 'dsn-2');
    imap.put(bounce);
    imap.put(bounce);
    assert.equal(await read(), 2, 'the server has it twice');
    assert.equal((await one<{ count: string }>("SELECT count(*) FROM incoming WHERE kind = 'bounce'"))?.count, '1');
    assert.equal(await state(), 'bounced');
    assert.deepEqual(await tasks(), [{ problem: 'address-refused', detail: `${HEAD}: 550 5.1.1 User unknown` }]);
    const before = world.sink.arrived.length;
    await world.forwardTo(reference, '2040-10-17 18:00');
    await world.postIsDone();
    const more = world.sink.arrived.slice(before).filter(({ recipient, text }) => recipient === HEAD && text?.includes(reference) === true);
    assert.deepEqual(more, [], 'no letter follows');
    assert.match(
      (await cora.get(`/replies/${await incoming('bounce')}`)).text,
      /550 5\.1\.1 User unknown[\s\S]*Correct how to reach Harry Head/,
    );
    await world.db.query('UPDATE people SET address_refused_at = NULL, address_refused_with = NULL');
  });

  it('loses nothing and says nothing twice when it is killed before or after an e-mail is kept, or the server numbers its folder anew', async () => {
    const { id } = await asked();
    await read();
    const address = mailboxOf(imap.url);
    const { mailbox } = (await one<{ mailbox: string }>('SELECT mailbox FROM mailbox_reading')) ?? { mailbox: '' };
    const count = async () => Number((await one<{ count: string }>('SELECT count(*) FROM incoming'))?.count);
    const before = await count();
    const killed = (when: 'before' | 'after') =>
      assert.rejects(
        (async () =>
          readMailbox(address, {
            place: await readPlaceOf(world.application, mailbox),
            requireTls: false,
            take: async (raw, place) => {
              if (when === 'after')
                await keepIncoming(world.application, await readIncoming(raw, Date.now()), {
                  via: 'mailbox',
                  place: { mailbox, ...place },
                });
              throw new Error('killed');
            },
          }))(),
        /killed/,
      );
    imap.put(reply(id, 'We shall tell you on Friday.', 'crash-1'));
    await killed('before');
    assert.equal(await count(), before);
    await killed('after');
    assert.equal(await count(), before + 1);
    assert.equal(await read(), 0);
    await world.db.query("UPDATE mailbox_reading SET uid_validity = 'another'");
    assert.ok((await read()) >= 5, 'all of it is read again');
    assert.equal(await count(), before + 1);
  });

  it('what fits no letter is found by its writer, is taken from a pipe, and is forgotten after 90 days', async () => {
    const { reference } = await asked();
    const raw = email({ ...common(`Harry Head <${HEAD}>`, 'Our plan', 'plain-1'), ...PLAIN }, 'Here is what we think.').toString();
    const taken = await takes(raw, '--json');
    assert.deepEqual(
      JSON.parse(taken.stdout),
      { isNew: true, kind: 'person', references: [], marked: false, ofSurvey: false },
      taken.stderr,
    );
    const url = `/replies/${await incoming('person')}`;
    assert.match((await cora.get('/replies?show=unmatched')).text, /No matching e-mail[\s\S]*Here is what we think/);
    assert.match((await cora.get(url)).text, new RegExp(`${reference}[^"]*reply=`), 'the open step of its writer is offered');
    assert.equal((await otto.get(url)).status, 404);
    await forgetUnmatched(world.application);
    assert.equal((await cora.get(url)).status, 200, 'not yet');
    await world.db.query("UPDATE incoming SET taken_at = taken_at - interval '91 days'");
    await forgetUnmatched(world.application);
    assert.equal((await cora.get(url)).status, 404);
    const { rows } = await world.db.query<{ words: string }>(
      'SELECT words || from_address || subject AS words FROM incoming WHERE forgotten_at IS NOT NULL',
    );
    assert.deepEqual(rows, [{ words: '' }], 'only what fits no letter');
    assert.match((await takes(raw)).stdout, /was kept before/);
    const nothing = await takes('');
    assert.deepEqual([nothing.code, /No e-mail came on standard input/.test(nothing.stderr)], [2, true]);
    const before = (await chaser('inbox', 'list', '--json')).stdout;
    const noEmail = await takes('Dear Priya,\nwe will take part.\n');
    assert.deepEqual([noEmail.code, /is not an e-mail: it does not begin with a header/.test(noEmail.stderr)], [2, true]);
    assert.equal((await chaser('inbox', 'list', '--json')).stdout, before);
  });

  it('a mailbox that cannot be read is told on the service page and by chaser doctor, without a password', async () => {
    await assert.rejects(readOnce(world.application, mailboxOf(imap.wrongUrl)));
    const alma = await deskOf(world.db, app, 'alma');
    const page = (await alma.get('/service')).text;
    assert.match(page, /Mailbox for replies[\s\S]*Not working[\s\S]*It cannot be read since[\s\S]*did not accept the user or the password/);
    const doctor = await chaser('doctor');
    assert.match(doctor.stdout, /^FAULT {4}Mailbox for replies: It cannot be read since/m);
    assert.doesNotMatch(page + doctor.stdout, /wrong/);
    await read();
    assert.match((await chaser('inbox', 'list')).stdout, /It was last read on[\s\S]*Our plan|It was last read on[\s\S]*Please confirm/);
    assert.match((await alma.get('/service')).text, /Mailbox for replies<\/dt> <dd[^>]*><strong[^>]*> Working/);
  });
});
