import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import { keepAnswer } from '../../desk/keep-answer.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { createNoteMail } from '../../mail/send-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import type { SmtpMail } from '../../mail/smtp.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import { PARTIES, PEOPLE } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import type { Arrived } from '../support/smtp-sink.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const MORNING = '2040-10-08 09:30';
const STEP = { step: 'confirm-participation', round: 1 };
const BY = { by: 'coordinator', because: 'The headteacher is ill.' };
const FROM = { name: 'Chaser', address: 'chaser@post.example' };

/** The files as they lie in the mailbox, and what a calendar does with them. */
describe('a calendar', () => {
  let world: World;
  let smtp: SmtpMail;
  beforeAll(async () => {
    world = await openWorld();
    smtp = createSmtpMail({
      url: world.sink.url,
      from: FROM,
      messageIdDomain: 'post.example',
      maxConnections: 1,
      ratePerSecond: null,
      allowedDomains: ['example'],
    });
  });
  afterAll(async () => {
    smtp.close();
    await world.end();
  });
  beforeEach(() => world.postIsDone());

  const begin = async (options: Parameters<World['begin']>[1] = { programme: tsiProgrammeFrom('confirm-participation') }) => {
    const reference = await world.begin(MORNING, options);
    await world.postIsDone();
    return reference;
  };
  const change = async (reference: string, command: ChangeCommand) => {
    const counted = await changeDeployment({ db: world.db, client: world.client }, reference, command);
    assert.ok(counted.ok, counted.ok ? '' : counted.reason.message);
    await world.postIsDone();
  };
  const answer = async (reference: string, step: string, given: string, person: string, fields: Readonly<Record<string, string>> = {}) => {
    const desk = { db: world.db, client: world.client };
    const said = { reference, step, round: 1, answer: given, fields, person, onBehalfOf: null, via: 'link' } as const;
    assert.equal((await keepAnswer(desk, said)).kind, 'counted');
    await postNotes(world.db, createNoteMail({ mail: smtp, messageIdDomain: 'post.example', from: FROM }));
    await world.postIsDone();
  };
  const mailTo = (person: keyof typeof PEOPLE, reference: string) =>
    world.sink.arrived.filter(({ recipient, text = '' }) => recipient === PEOPLE[person].email && text.includes(reference));
  /** What somebody's calendar holds after all e-mails about a deployment, taken as RFC 5546 says. */
  const calendarOf = (person: keyof typeof PEOPLE, reference: string) => {
    const calendar = new Map<string, Entry>();
    for (const entry of mailTo(person, reference).flatMap(entriesIn)) {
      const held = calendar.get(entry.uid);
      if (held !== undefined && entry.sequence <= held.sequence) continue;
      if (held !== undefined) assert.equal(entry.organizer, held.organizer, 'only its organizer may change an entry');
      calendar.set(entry.uid, entry);
    }
    return [...calendar.values()].map(({ summary, day, status }) => `${summary}: ${status ?? day}`);
  };

  it('moves with the news of more time, in the same e-mail', async () => {
    const reference = await begin();
    assert.deepEqual(calendarOf('head', reference), [`${CONFIRM}: 20401015`]);
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'extend', ...STEP, dueOn: '2040-10-17', agreedWith: 'region', ...BY });
    assert.deepEqual(calendarOf('head', reference), [`${CONFIRM}: 20401017`]);
    const news = mailTo('head', reference).at(-1);
    assert.match(news?.subject ?? '', /more time|later|extended|date/iu);
    const [file] = news?.attachments ?? [];
    assert.match(String(file?.headers.get('content-type') && JSON.stringify(file.headers.get('content-type'))), /text\/calendar.*PUBLISH/u);
    assert.match(file?.content.toString() ?? '', /^ORGANIZER;CN="?Chaser"?:mailto:chaser@post\.example/mu);
  });

  it('moves only when more time is agreed, where somebody must agree to it first', async () => {
    const reference = await begin();
    await world.forwardTo(reference, '2040-10-09 11:00');
    await change(reference, { kind: 'extend', ...STEP, dueOn: '2040-11-30', agreedWith: null, ...BY });
    assert.deepEqual(calendarOf('head', reference), [`${CONFIRM}: 20401015`]);
    await world.forwardTo(reference, '2040-10-10 09:00');
    await world.answer(reference, 'approve-extension', 'agrees');
    await world.postIsDone();
    assert.deepEqual(calendarOf('head', reference), [`${CONFIRM}: 20401130`]);
  });

  it('loses what was answered, with the copy of the answer', async () => {
    const reference = await begin();
    await answer(reference, STEP.step, 'accepts', 'head');
    assert.deepEqual(calendarOf('head', reference), [`${CONFIRM}: CANCELLED`]);
    const copy = mailTo('head', reference).at(-1);
    assert.match(copy?.subject ?? '', /^We have your answer/u);
    assert.match(copy?.text ?? '', /takes the due date out of your calendar/u);
    const [file] = copy?.attachments ?? [];
    assert.equal(file?.filename, 'due-date-cancelled.ics');
    const bytes = file.content.toString();
    for (const line of ['METHOD:CANCEL', 'STATUS:CANCELLED', 'ORGANIZER', 'ATTENDEE', 'DTSTAMP'])
      assert.match(bytes, new RegExp(`^${line}`, 'mu'));
  });

  it('of somebody who was never asked by e-mail is left alone by the copy of their answer', async () => {
    const reference = await begin();
    await world.db.query("UPDATE messages SET state = 'suppressed' WHERE reference = $1 AND person = 'head'", [reference]);
    await answer(reference, STEP.step, 'accepts', 'head');
    assert.deepEqual(mailTo('head', reference).at(-1)?.attachments, []);
    assert.doesNotMatch(mailTo('head', reference).at(-1)?.text ?? '', /calendar/u);
  });

  it('of a joint owner loses what the other answered with the next e-mail, once', async () => {
    const reference = await begin({
      programme: tsiProgrammeFrom('arrange-first-meeting'),
      parties: { ...PARTIES, 'system-leader': ['leader'] },
    });
    const [held = ''] = calendarOf('head', reference);
    assert.ok(held.startsWith('Arrange the first meeting') && !held.includes('CANCELLED'), held);
    const before = mailTo('head', reference).length;
    await answer(reference, 'arrange-first-meeting', 'arranged', 'leader', { meetingOn: '2040-10-15' });
    assert.match(calendarOf('leader', reference)[0] ?? '', /CANCELLED/u);
    await change(reference, { kind: 'set-pace', pace: 'more', ...BY });
    for (const at of ['2040-10-15 11:00', '2040-11-05 11:00']) {
      await world.forwardTo(reference, at);
      await world.postIsDone();
    }
    const later = mailTo('head', reference).slice(before);
    assert.ok(later.length > 0, 'the head got no other e-mail');
    assert.match(calendarOf('head', reference)[0] ?? '', /CANCELLED/u);
    const cancels = later.filter((mail) =>
      entriesIn(mail).some(({ summary, status }) => status === 'CANCELLED' && held.startsWith(summary)),
    );
    assert.equal(cancels.length, 1);
    assert.equal(cancels[0], later[0]);
  });

  it('loses what was withdrawn, and what stands still until the clock runs again', async () => {
    const reference = await begin();
    await change(reference, {
      kind: 'stop-clock',
      scope: null,
      category: 'illness',
      from: '2040-10-08',
      expectedEnd: '2040-10-12',
      ...BY,
    });
    assert.deepEqual(calendarOf('head', reference), [`${CONFIRM}: CANCELLED`]);
    await world.forwardTo(reference, '2040-10-10 11:00');
    await change(reference, { kind: 'resume-clock', stop: null, on: '2040-10-10', ...BY });
    assert.match(calendarOf('head', reference)[0] ?? '', /: 204010\d\d$/u);
    await change(reference, { kind: 'withdraw', end: 'withdrawn', ...BY });
    assert.deepEqual(calendarOf('head', reference), [`${CONFIRM}: CANCELLED`]);
  });
});

const CONFIRM = 'Confirm participation: Hillside Church of England Primary School';

type Entry = {
  readonly uid: string;
  readonly sequence: number;
  readonly summary: string;
  readonly day: string;
  readonly status: string | undefined;
  readonly organizer: string;
};

/** The entries in the files of an e-mail; each must be whole by RFC 5545 and 5546. */
function entriesIn({ attachments }: Arrived): readonly Entry[] {
  return attachments.flatMap(({ content }) => {
    const file = content.toString().replaceAll(/\r\n[ \t]/g, '');
    assert.ok(!/[^\r]\n/.test(content.toString()), 'lines end in CR LF');
    const method = /^METHOD:(\w+)/m.exec(file)?.[1];
    return file
      .split('BEGIN:VEVENT')
      .slice(1)
      .map((event) => {
        const value = (name: string) => new RegExp(`^${name}(?:;[^:\\r]*|;[A-Z]+="[^"]*")?:([^\\r]*)`, 'm').exec(event)?.[1];
        const status = value('STATUS');
        assert.equal(method === 'CANCEL', status === 'CANCELLED', `${method} and ${status}`);
        const [uid = '', organizer = ''] = [value('UID'), value('ORGANIZER')];
        assert.ok(uid !== '' && organizer !== '');
        return {
          uid,
          organizer,
          sequence: Number(value('SEQUENCE')),
          summary: value('SUMMARY') ?? '',
          day: value('DTSTART') ?? '',
          status,
        };
      });
  });
}
