import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { mailTroubleWords } from '../../desk/mail-trouble-words.ts';
import { createNoteMail } from '../../mail/send-note.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import type { Rung, Voice } from '../../domain/programme.ts';
import { createNotifyTexts } from '../../mail/notify-texts.ts';
import { dropUnwantedPrints, findPrint, markPosted, openPrints, readPrint } from '../../postgres/desk/print-letters.ts';
import { listVoices } from '../../postgres/desk/voices.ts';
import { postTexts } from '../../web/notes/post-texts.ts';
import { createNotifyMail } from '../../mail/notify.ts';
import type { NotifyMail } from '../../mail/notify.ts';
import { queueNote } from '../../postgres/desk/notes.ts';
import { settleReceipt } from '../../postgres/desk/receipts.ts';
import { readMailTrouble } from '../../postgres/views/mail-trouble.ts';
import { createApp } from '../../web/app.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import { createReceiptPoll } from '../../web/notify/poll-receipts.ts';
import { DAILY_LIMIT, startNotifyServer, TEAM_ONLY } from '../kit/notify-server.ts';
import type { NotifyServer } from '../kit/notify-server.ts';
import { CONFIRM, opened, openRecordWorld, reached } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { mailroomRound } from '../support/mailroom-round.ts';
import { freshName } from '../support/servers.ts';
import { servicesOf } from '../web/staff-app.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';

const TOKEN = 'the bearer token of this test, long enough';
const FROM = { name: 'Chaser', address: 'chaser@post.example' };

/** The mailroom's activity, the ledger and the pages, against a GOV.UK Notify that answers as a test tells it to. */
describe('post that goes by GOV.UK Notify', () => {
  let world: RecordWorld;
  let server: NotifyServer;
  let mail: NotifyMail;
  let app: FastifyInstance;
  let reference: string;
  let wallMs = Date.parse('2040-10-09T10:00:00Z');
  beforeAll(async () => {
    world = await openRecordWorld();
    app = await createApp(
      { ...servicesOf(world.db), links: LINKS },
      { trustProxy: false, notify: { callbackToken: TOKEN, organizer: { domain: 'post.example', from: FROM } } },
    );
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });
  beforeEach(async () => {
    for (const table of ['voices', 'post_holds', 'messages', 'notes', 'contact_tasks', 'mail_trouble'])
      await world.db.query(`DELETE FROM ${table}`);
    await world.db.query('UPDATE people SET address_refused_at = NULL, address_refused_with = NULL');
    server = await startNotifyServer();
    mail = createNotifyMail({
      ...server,
      from: FROM,
      messageIdDomain: 'post.example',
      allowedDomains: ['example'],
      timeoutMs: 300,
      wallMs: () => wallMs,
    });
    reference = freshName('N');
    await world.begin(reference, opened(CONFIRM));
  });
  afterEach(() => server.stop());

  const write = () => world.happens(reference, reached('request', ['head']));
  const round = () => mailroomRound(world.db, mail, LINKS);
  const passHours = (hours: number) =>
    world.db.query('UPDATE messages SET send_after = send_after - make_interval(hours => $1) WHERE send_after IS NOT NULL', [hours]);
  const letters = async () =>
    (await world.db.query<{ state: string; reason: string | null }>('SELECT state, reason FROM messages ORDER BY key')).rows;
  const states = async () => (await letters()).map(({ state }) => state);
  const tasks = async () =>
    (await world.db.query<{ problem: string }>('SELECT problem FROM contact_tasks WHERE closed_at IS NULL')).rows.map(
      ({ problem }) => problem,
    );
  const marked = async () => (await world.db.query('SELECT FROM people WHERE address_refused_at IS NOT NULL')).rowCount;
  const callBack = (body: object, token = TOKEN) =>
    app.inject({ method: 'POST', url: '/notify/receipts', headers: { authorization: `Bearer ${token}` }, payload: body });
  /** What Notify calls back with, as its documentation has it. */
  const receipt = (status: string, number = 0) => ({
    id: server.taken[number]?.id,
    reference: server.taken[number]?.reference,
    to: server.taken[number]?.to,
    status,
    created_at: '2040-10-09T10:00:00.000000Z',
    completed_at: '2040-10-09T10:00:05.000000Z',
    sent_at: '2040-10-09T10:00:02.000000Z',
    notification_type: 'email',
    template_id: server.templateId,
    template_version: 1,
  });

  it('is handed over once, moves to delivered when Notify says so, and no later word moves it again', async () => {
    await write();
    assert.equal(await round(), null);
    assert.deepEqual(await states(), ['accepted']);
    for (const status of ['created', 'sending']) assert.equal((await callBack(receipt(status))).statusCode, 204);
    assert.deepEqual(await states(), ['accepted']);
    assert.equal((await callBack(receipt('delivered'))).statusCode, 204);
    assert.equal((await callBack(receipt('permanent-failure'))).statusCode, 204);
    assert.deepEqual([await states(), await tasks(), await marked()], [['delivered'], [], 0]);
    await round();
    assert.equal(server.taken.length, 1);
  });

  it('that is lost between sending and marking is found by its name, and not sent again', async () => {
    await write();
    server.meets('silent-after-taking');
    await round();
    server.meets(null);
    await passHours(1);
    assert.equal(await round(), null);
    assert.deepEqual(await states(), ['accepted']);
    assert.equal(server.taken.length, 1, 'it was sent twice');
    assert.ok(server.asked.some((one) => one.startsWith('GET /v2/notifications?reference=')));
    assert.equal((await callBack(receipt('delivered'))).statusCode, 204);
    assert.deepEqual(await states(), ['delivered']);
  });

  it('to an address that does not exist marks the person and raises one contact task, however often it is told', async () => {
    await write();
    await round();
    for (let times = 0; times < 3; times += 1) await callBack(receipt('permanent-failure'));
    assert.deepEqual([await states(), await tasks(), await marked()], [['bounced'], ['address-refused'], 1]);
    await world.happens(reference, reached('reminder', ['head']));
    await round();
    assert.equal(server.taken.length, 1, 'a later letter went to the dead address');
  });

  it('that a full mailbox refused for three days raises a contact task, and marks nobody', async () => {
    await write();
    await round();
    await callBack(receipt('temporary-failure'));
    assert.deepEqual([await states(), await tasks(), await marked()], [['failed'], ['letter-refused'], 0]);
    assert.match((await letters())[0]?.reason ?? '', /tried for three days/);
  });

  it('that failed on Notify’s side goes again, and its old receipt moves it no more', async () => {
    await write();
    await round();
    const [first] = server.taken;
    assert.ok(first);
    first.status = 'technical-failure';
    const settled = await settleReceipt(world.db, { notification: first.id, status: 'technical-failure' });
    assert.deepEqual(settled, { moved: true, mailrooms: [0] });
    assert.deepEqual((await settleReceipt(world.db, { notification: first.id, status: 'technical-failure' })).moved, false);
    assert.deepEqual(await states(), ['queued']);
    await passHours(12);
    assert.equal(await round(), null);
    assert.equal(server.taken.length, 2);
    assert.equal((await settleReceipt(world.db, { notification: first.id, status: 'technical-failure' })).moved, false);
    assert.deepEqual(await states(), ['accepted']);
  });

  it('waits over a daily limit, is not asked about again and again, and goes on the next day with nothing lost', async () => {
    await write();
    server.meets(DAILY_LIMIT);
    assert.match((await round()) ?? '', /daily limit is reached\. The post goes on tomorrow/);
    await round();
    assert.equal(server.asked.length, 1);
    assert.deepEqual([await states(), await tasks(), await marked()], [['queued'], [], 0]);
    server.meets(null);
    wallMs += 86_400_000;
    assert.equal(await round(), null);
    assert.deepEqual([await states(), await readMailTrouble(world.db)], [['accepted'], null]);
  });

  it('that only a team may get is told in plain words, and blames nobody', async () => {
    await world.happens(
      reference,
      reached('request', ['head']),
      reached('notice', ['region'], { role: 'regional-team', rung: 'notice-1' }),
    );
    server.meets(TEAM_ONLY);
    await round();
    const trouble = await readMailTrouble(world.db);
    assert.ok(trouble);
    assert.match(trouble.said, /team-only key, with which only members of its team can be written to\. Put a live key into NOTIFY_API_KEY/);
    assert.match(mailTroubleWords({ ...trouble, believed: true }).says, /^No e-mail has left by GOV\.UK Notify since /);
    assert.deepEqual([await tasks(), await marked()], [[], 0]);
  });

  it('is asked for its receipts where nobody calls back, page by page, and only while one is missing', async () => {
    await write();
    await round();
    const poll = createReceiptPoll({
      db: world.db,
      notify: mail,
      book: async (told) => (await settleReceipt(world.db, told)).moved,
    });
    await poll();
    assert.deepEqual(await states(), ['accepted']);
    const [one] = server.taken;
    assert.ok(one);
    one.status = 'delivered';
    await poll();
    assert.deepEqual(await states(), ['delivered']);
    const asked = server.asked.length;
    await poll();
    assert.equal(server.asked.length, asked);
  });

  it('takes receipts from nobody without the token, and none that it cannot read', async () => {
    await write();
    await round();
    for (const token of ['', 'wrong', `${TOKEN}x`]) assert.equal((await callBack(receipt('permanent-failure'), token)).statusCode, 401);
    assert.equal((await callBack({ status: 'delivered' })).statusCode, 400);
    assert.equal((await callBack({ id: randomUUID(), status: 'permanent-failure' })).statusCode, 204, 'one of another service');
    assert.deepEqual([await states(), await marked()], [['accepted'], 0]);
  });

  it('has its due date as a file behind the link that stands in it, and takes it back once the step has closed', async () => {
    await write();
    await round();
    const link = /https:\/\/chaser\.example(\/a\/[\w-]+\/due-date\.ics)/u.exec(server.taken[0]?.personalisation['body'] ?? '')?.[1];
    assert.ok(link, server.taken[0]?.personalisation['body']);
    const file = await app.inject({ url: link });
    assert.deepEqual([file.statusCode, file.headers['content-type']], [200, 'text/calendar; charset=utf-8; method=PUBLISH']);
    assert.match(file.body, /DTSTART;VALUE=DATE:20401015/);
    const another = link.replace(/\/a\/./u, (begins) => (begins === '/a/_' ? '/a/-' : '/a/_'));
    assert.equal((await app.inject({ url: another })).statusCode, 404);
    await world.db.query("UPDATE steps SET state = 'overtaken', closed_at = $2 WHERE reference = $1", [reference, '2040-10-09T11:00:00Z']);
    assert.match((await app.inject({ url: link })).body, /METHOD:CANCEL/);
  });

  describe('a text message beside a reminder', () => {
    const MOBILE = '+44 7700 900123';
    const remind = (rung: string, also: readonly Voice[] = ['text']) =>
      world.happens(reference, { ...reached('reminder', ['head'], { rung }), also } as ChronologyEvent);
    const texts = () =>
      createNotifyTexts({
        ...server,
        templateId: server.textTemplateId,
        messageIdDomain: 'post.example',
        allowedDomains: ['example'],
        onlyReservedNumbers: true,
        timeoutMs: 300,
      });
    const post = () => postTexts(world.db, texts(), LINKS);
    const voices = async () => (await listVoices(world.db, reference)).map(({ state, reason }) => [state, reason] as const);
    const telephone = (number: string | null) => world.db.query("UPDATE people SET telephone = $1 WHERE id = 'head'", [number]);
    beforeEach(() => telephone(MOBILE));

    it('goes once, with the same link as the e-mail, and is delivered when Notify says so', async () => {
      await remind('reminder-3');
      await round();
      assert.equal(await post(), 1);
      assert.equal(await post(), 0);
      const [email, text] = server.taken;
      assert.deepEqual([text?.type, text?.to], ['sms', '07700900123']);
      const link = /https:\/\/chaser\.example\/a\/[\w-]+/u.exec(text?.personalisation['body'] ?? '')?.[0];
      assert.ok(link && email?.personalisation['body']?.includes(link), text?.personalisation['body']);
      await callBack({ ...receipt('delivered', 1), notification_type: 'sms' });
      const [line] = await listVoices(world.db, reference);
      assert.equal(line?.state, 'delivered');
      assert.match(line.words ?? '', /Answer here: \[link\]$/);
      assert.ok(!(line.words ?? '').includes(link), 'the link is kept');
    });

    it('goes for no rung that does not say so', async () => {
      await world.happens(reference, reached('reminder', ['head'], { rung: 'reminder-3' }));
      assert.deepEqual([await post(), await voices()], [0, []]);
    });

    it('is not sent when the answer came first, or while the post is held', async () => {
      await remind('reminder-3');
      await world.db.query("INSERT INTO post_holds (scope, place, because, held_by) VALUES ('service', '', 'A test.', 'region')");
      assert.equal(await post(), 0);
      assert.deepEqual(await voices(), [['queued', null]]);
      await world.db.query("UPDATE steps SET state = 'overtaken', closed_at = now() WHERE reference = $1", [reference]);
      await world.db.query("UPDATE post_holds SET released_at = now(), released_by = 'region', released_because = 'Over.'");
      assert.equal(await post(), 0);
      assert.deepEqual(await voices(), [['suppressed', 'The step was overtaken before the letter left.']]);
      assert.deepEqual(server.asked, []);
    });

    it('to somebody without a number for text messages is a contact task, and ends when they have one', async () => {
      await telephone('01632 960004');
      await remind('reminder-3');
      assert.equal(await post(), 0);
      assert.deepEqual([(await voices())[0]?.[0], await tasks()], ['failed', ['no-text-number']]);
      await telephone('07712 345678');
      await remind('reminder-1');
      assert.equal(await post(), 0);
      assert.ok((await voices()).some(([, reason]) => /Only numbers that no telephone has/.test(reason ?? '')));
      assert.deepEqual(server.asked, []);
    });

    it('that was lost between sending and marking is found by its name, and not sent again', async () => {
      await remind('reminder-3');
      server.meets('silent-after-taking');
      assert.equal(await post(), 0);
      server.meets(null);
      await world.db.query('UPDATE voices SET send_after = NULL');
      assert.equal(await post(), 1);
      assert.equal(server.taken.length, 1);
      await callBack({ ...receipt('permanent-failure'), notification_type: 'sms' });
      assert.deepEqual([(await voices())[0]?.[0], await tasks()], ['failed', ['no-text-number']]);
    });

    it('is told as not sent where text messages are not set up', async () => {
      await remind('reminder-3');
      assert.equal(await postTexts(world.db, null, LINKS), 0);
      assert.deepEqual(await voices(), [['failed', 'Text messages are not set up here: NOTIFY_TEXT_TEMPLATE_ID is empty.']]);
    });
  });

  describe('a letter to print beside a reminder', () => {
    const ALL = { sql: 'true', values: [] };
    const prints = async () => (await openPrints(world.db, ALL)).filter((one) => one.reference === reference);
    const write = () =>
      world.happens(reference, { ...reached('reminder', ['head'], { rung: 'reminder-3' }), also: ['print'] } as ChronologyEvent);

    it('is on the list until somebody has posted it, once, with who and when', async () => {
      await write();
      const [one] = await prints();
      assert.ok(one);
      const { letter, notNow } = await readPrint(world.db, one);
      assert.deepEqual([letter.to.name, letter.link, notNow], ['Harry Head', null, null]);
      assert.equal(await markPosted(world.db, { id: one.id, by: 'coordinator' }), true);
      assert.equal(await markPosted(world.db, { id: one.id, by: 'region' }), false);
      assert.deepEqual(await prints(), []);
      const posted = await findPrint(world.db, one.id, { ...ALL });
      assert.deepEqual([posted?.state, posted?.postedBy], ['posted', 'Cora Coordinator']);
      assert.ok(Date.parse(posted?.postedAt ?? '') > Date.now() - 60_000);
    });

    it('leaves the list when the answer comes, and waits while the post is held', async () => {
      await write();
      await world.db.query("INSERT INTO post_holds (scope, place, because, held_by) VALUES ('service', '', 'A test.', 'region')");
      assert.deepEqual(await prints(), []);
      await world.db.query("UPDATE post_holds SET released_at = now(), released_by = 'region', released_because = 'Over.'");
      await dropUnwantedPrints(world.db);
      const [one] = await prints();
      assert.ok(one);
      await world.db.query("UPDATE steps SET state = 'answered', closed_at = now() WHERE reference = $1", [reference]);
      assert.match((await readPrint(world.db, one)).notNow ?? '', /The step was answered/);
      await dropUnwantedPrints(world.db);
      assert.deepEqual(await prints(), []);
      assert.equal(await markPosted(world.db, { id: one.id, by: 'coordinator' }), false);
    });
  });

  it('carries notes too, each once, and tells of one that did not arrive', async () => {
    const notes = createNoteMail({ mail, messageIdDomain: 'post.example', from: FROM });
    await queueNote(world.db, { kind: 'answer-copy', person: 'head', subject: 'Your answer', text: 'Yes.\n', html: '<p>Yes.</p>' });
    assert.equal(await postNotes(world.db, notes), 1);
    assert.equal(server.taken[0]?.personalisation['subject'], 'Your answer');
    // Its sender died before it marked it.
    await world.db.query('UPDATE notes SET sent_at = NULL, notification = NULL, body_text = $1, body_html = $1', ['Yes.']);
    assert.equal(await postNotes(world.db, notes), 1);
    assert.equal(server.taken.length, 1, 'the note was sent twice');
    await callBack(receipt('permanent-failure'));
    const { rows } = await world.db.query<{ reason: string }>('SELECT reason FROM notes WHERE failed_at IS NOT NULL');
    assert.match(rows[0]?.reason ?? '', /address does not exist/);
  });
});

describe('a programme whose reminders are text messages and letters to print besides', () => {
  it('brings each once a rung, by Notify, in the time of its deployment, and none after the answer', async () => {
    const server = await startNotifyServer();
    const mail = createNotifyMail({ ...server, from: FROM, messageIdDomain: 'post.example', allowedDomains: ['example'] });
    const world = await openWorld({ engine: { mail } });
    try {
      await world.db.query("UPDATE people SET telephone = '07700 900123' WHERE id = 'head'");
      const texts = createNotifyTexts({
        ...server,
        templateId: server.textTemplateId,
        messageIdDomain: 'post.example',
        allowedDomains: ['example'],
        onlyReservedNumbers: true,
      });
      const post = () => postTexts(world.application, texts, LINKS);
      const programme = tsiProgrammeFrom(CONFIRM);
      const step = programme.steps[CONFIRM];
      assert.ok(step);
      const ladder = step.ladder.map((rung): Rung => (rung.kind === 'reminder' ? { ...rung, also: ['text', 'print'] } : rung));
      const reference = await world.begin('2040-10-08 09:30', {
        programme: { ...programme, id: 'tsi-by-text', steps: { ...programme.steps, [CONFIRM]: { ...step, ladder } } },
      });
      await world.postIsDone();
      assert.equal(await post(), 0, 'the request was a text message');
      await world.forwardTo(reference, '2040-10-10 12:00');
      await world.postIsDone();
      assert.equal(await post(), 1);
      await world.answer(reference, CONFIRM, 'accepts', { by: 'head' });
      await world.forwardTo(reference, '2040-10-16 12:00');
      await world.postIsDone();
      assert.equal(await post(), 0);
      await dropUnwantedPrints(world.application);
      const lines = await listVoices(world.db, reference);
      assert.deepEqual(
        lines.map(({ letter, voice, state }) => [letter.split('/')[3], voice, state]),
        [
          ['reminder-3', 'print', 'suppressed'],
          ['reminder-3', 'text', 'accepted'],
        ],
      );
      const toHead = server.taken.filter(({ to }) => to === 'head@hillside.example' || to === '07700900123');
      assert.deepEqual(
        toHead
          .map(
            ({ type, personalisation }) =>
              `${type} ${/is due by 15 October 2040|Confirm participation/u.test(personalisation['body'] ?? '')}`,
          )
          .slice(0, 3),
        ['email true', 'email true', 'sms true'],
      );
    } finally {
      await world.end();
      await server.stop();
    }
  });
});
