import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { ComposedEmail, LedgerPort } from '../../activities/ports.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { createComposer } from '../../mail/compose.ts';
import { messageOptions } from '../../mail/message-options.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';
import { deploymentsAhead, peopleInLetters, remindersSent } from '../../postgres/views/ahead.ts';
import { emailsAhead } from '../../rehearsal/ahead.ts';
import { createApp } from '../../web/app.ts';
import { PEOPLE } from '../support/people.ts';
import { AT, change, CONFIRM, opened, openRecordWorld, reached } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { freshName } from '../support/servers.ts';
import { LINKS } from '../support/world.ts';
import { insertStaff } from '../web/desk-world.ts';
import { signedInAs } from '../web/guarded-app.ts';
import { servicesOf } from '../web/staff-app.ts';

/** A step of the school's that is optional in the programme. */
const OPTIONAL = 'further-support';
const FROM = { name: 'Chaser', address: 'chaser@mail.example' };

/** In October 2040, in the autumn term that ends on Thursday 20 December. */
describe('fewer e-mails, until the end of the term', () => {
  let world: RecordWorld;
  let ledger: LedgerPort;
  let app: FastifyInstance;
  const compose = createComposer({ messageIdDomain: 'mail.example', from: FROM });
  beforeAll(async () => {
    world = await openRecordWorld();
    await insertStaff(world.owner);
    ledger = createLedger(world.db, { leaseSeconds: 60, retrySeconds: 60, links: LINKS });
    app = await createApp({ ...servicesOf(world.db), links: LINKS }, { trustProxy: false });
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  // Nobody has had the reminders of a day already.
  beforeEach(() => world.owner.query('DELETE FROM messages'));

  /** One round of the mailroom, whose mail server takes everything. Answers the e-mails that left. */
  const round = async (): Promise<readonly ComposedEmail[]> => {
    const { envelopes } = await ledger.claim(0, randomUUID(), 10);
    const emails = envelopes.map((envelope) => ({ envelope, email: compose(envelope) }));
    if (emails.length > 0) await ledger.handOver(envelopes[0]?.claim ?? '', emails);
    for (const envelope of envelopes) await ledger.markAccepted(envelope, '250 OK');
    return emails.map(({ email }) => email);
  };
  const news = (number: number, person: string, role: string): ChronologyEvent => ({
    ...change(number, AT),
    type: 'pace-changed',
    pace: 'more',
    tells: [{ role, person }],
  });
  const listHeaders = (email: ComposedEmail | undefined): readonly (readonly [string, unknown])[] =>
    Object.entries(email === undefined ? {} : (messageOptions(email, FROM).headers ?? {})).filter(([name]) => name.startsWith('List-'));
  const post = (url: string, form: Record<string, string>, type = 'application/x-www-form-urlencoded') =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': type.startsWith('multipart') ? `${type}; boundary=x` : type },
      payload: type.startsWith('multipart')
        ? `${Object.entries(form)
            .map(([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
            .join('')}--x--\r\n`
        : new URLSearchParams(form).toString(),
    });
  const begin = async (...events: readonly ChronologyEvent[]): Promise<string> => {
    const reference = freshName('T');
    await world.begin(reference, ...events);
    return reference;
  };
  const stateOf = async (reference: string) =>
    (
      await world.db.query<{ row: string }>(
        "SELECT concat_ws(' ', kind, state, reason) AS row FROM messages WHERE reference = $1 ORDER BY key",
        [reference],
      )
    ).rows.map(({ row }) => row);
  const choices = async (reference: string) =>
    (
      await world.db.query<{ row: string }>(
        "SELECT concat_ws(' ', person, coalesce(until_on::text, 'again'), by_person, via) AS row FROM quieter WHERE reference = $1 ORDER BY id",
        [reference],
      )
    ).rows.map(({ row }) => row);

  it('the link of a reminder of an optional step stops the next one, from its page, and lets them begin again', async () => {
    const reference = await begin(opened(OPTIONAL), reached('reminder', ['head'], { step: OPTIONAL }));
    const [first] = await round();
    const href = /https:\/\/chaser\.example(\/quieter\/[\w-]{43})/.exec(first?.text ?? '')?.[1] ?? '';
    assert.match(first?.html ?? '', new RegExp(`href="https://chaser.example${href}"`));
    assert.deepEqual(listHeaders(first), [
      ['List-Unsubscribe', `<https://chaser.example${href}>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ]);
    const { rows } = await world.db.query<{ found: number }>(
      'SELECT count(*)::int AS found FROM messages WHERE body_text LIKE $1 OR body_html LIKE $1',
      [`%${href}%`],
    );
    assert.equal(rows[0]?.found, 0, 'the record holds the link');
    const page = await app.inject({ url: href });
    assert.match(page.body, /until the end of the term, <strong>Thursday 20 December 2040<\/strong>/);
    assert.deepEqual(await choices(reference), [], 'opening the page changed something');
    for (const time of [1, 2]) assert.equal((await post(href, { do: 'stop' })).statusCode, 303, `press ${time}`);
    assert.deepEqual(await choices(reference), ['head 2040-12-20 head link']);
    assert.match((await app.inject({ url: href })).body, /You get fewer e-mails[\s\S]*What you still get/);

    await world.happens(reference, reached('reminder', ['head'], { step: OPTIONAL, rung: 'reminder-2' }));
    assert.deepEqual(await round(), []);
    assert.match((await stateOf(reference)).join(), /reminder suppressed They have stopped e-mails for information/);
    assert.equal((await post(href, { do: 'restart' })).statusCode, 303);
    await world.happens(reference, reached('reminder', ['head'], { step: OPTIONAL, rung: 'reminder-3' }));
    assert.equal((await round()).length, 1);
    assert.deepEqual(await choices(reference), ['head 2040-12-20 head link', 'head again head link']);
  });

  it('one click of a mail program stops them without a page, as a form of either kind', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data']) {
      const reference = await begin(opened(OPTIONAL), reached('reminder', ['head'], { step: OPTIONAL }));
      const [first] = await round();
      const answer = await post(new URL(first?.unsubscribe ?? '').pathname, { 'List-Unsubscribe': 'One-Click' }, type);
      assert.deepEqual([answer.statusCode, answer.body], [200, 'Stopped.'], type);
      assert.deepEqual(await choices(reference), ['head 2040-12-20 head one-click'], type);
    }
  });

  it('what must be answered goes on, has no such header, and says in one line why', async () => {
    const reference = await begin(opened(OPTIONAL), reached('reminder', ['head'], { step: OPTIONAL }));
    const href = new URL((await round())[0]?.unsubscribe ?? '').pathname;
    await post(href, { do: 'stop' });
    await world.happens(reference, opened(CONFIRM), reached('request', ['head']), news(2, 'head', 'school'));
    const left = await round();
    assert.equal(left.length, 2);
    for (const email of left) {
      assert.equal(email.unsubscribe, undefined);
      assert.match(email.text.replaceAll(/\s+/g, ' '), /You have asked for fewer e-mails\. You get this one because/);
      assert.match(email.html, /You have asked for fewer e-mails\. You get this one because/);
    }
    assert.deepEqual(listHeaders(left[0]), []);
  });

  it('news stops for whoever is asked nothing; staff are given no link', async () => {
    const reference = await begin(opened(CONFIRM), news(1, 'diocese', 'diocese'), news(2, 'coordinator', 'rdp'));
    const left = await round();
    const unsubscribe = left.flatMap(({ to, unsubscribe: href }) => (href === undefined ? [] : [[to.address, href] as const]));
    assert.deepEqual(
      unsubscribe.map(([address]) => address),
      [PEOPLE.diocese.email],
    );
    const href = new URL(unsubscribe[0]?.[1] ?? '').pathname;
    await post(href, { do: 'stop' });
    await world.happens(reference, news(3, 'diocese', 'diocese'));
    assert.deepEqual(await round(), []);
    await world.owner.query("UPDATE people SET email = 'other@diocese.example' WHERE id = 'diocese'");
    assert.equal((await app.inject({ url: href })).statusCode, 404, 'a link to an earlier address opens it');
    await world.owner.query("UPDATE people SET email = $1 WHERE id = 'diocese'", [PEOPLE.diocese.email]);
  });

  it('the deployment’s page and the person’s page tell it, and what goes out next leaves it out', async () => {
    const later = { ...opened(OPTIONAL), dueOn: plainDate('2040-11-12') } as ChronologyEvent;
    const reference = await begin(later, reached('request', ['head'], { step: OPTIONAL }));
    await round();
    const ahead = async () =>
      emailsAhead(await deploymentsAhead(world.db, { sql: 'd.reference = $1', values: [reference] }), {
        days: null,
        gatheringMs: 0,
        people: await peopleInLetters(world.db),
        sentBefore: await remindersSent(world.db),
      }).flatMap(({ letters }) => letters.filter(({ step, kind }) => step === OPTIONAL && kind === 'reminder'));
    assert.equal((await ahead()).length, 1);
    const token = LINKS.quieterTokenFor({ reference, person: 'head', email: PEOPLE.head.email });
    await world.db.query('INSERT INTO quieter_links (hash, reference, person, email) VALUES ($1, $2, $3, $4)', [
      LINKS.hashOf(token),
      reference,
      'head',
      PEOPLE.head.email,
    ]);
    await post(`/quieter/${token}`, { do: 'stop' });
    assert.deepEqual(await ahead(), []);
    const read = async (url: string, as: string) => {
      const { cookies } = await signedInAs(world.owner, as);
      return (await app.inject({ url, cookies })).body.replaceAll(/\s+/g, ' ');
    };
    const line = /Harry Head has stopped e-mails for information and reminders of optional steps until Thursday 20 December 2040\./g;
    assert.equal((await read(`/deployments/${reference}`, 'coordinator')).match(line)?.length, 2, 'above, and in what happened');
    await world.owner.query(
      "INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())",
    );
    await world.owner.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    assert.match(await read('/people/head', 'alma'), line);
  });

  it('nothing is stopped by a link that was never given out, nor by a button that says nothing', async () => {
    assert.equal((await post('/quieter/never-given-out', { do: 'stop' })).statusCode, 404);
    const reference = await begin(opened(OPTIONAL), reached('reminder', ['head'], { step: OPTIONAL }));
    const href = new URL((await round())[0]?.unsubscribe ?? '').pathname;
    assert.equal((await post(href, {})).statusCode, 422);
    assert.deepEqual(await choices(reference), []);
  });
});
