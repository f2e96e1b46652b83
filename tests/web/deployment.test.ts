import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { deskOf, openDeskWorld, silentSchool } from './desk-world.ts';
import type { Desk, DeskWorld } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

type AnsweredRow = {
  readonly state: string;
  readonly answer: string | null;
  readonly answered_by: string | null;
  readonly on_behalf_of: string | null;
  readonly answered_via: string | null;
  readonly answer_fields: Readonly<Record<string, string>> | null;
};

describe('the page of a deployment', () => {
  let desks: DeskWorld;
  let cora: Desk;
  let otto: Desk;
  let rita: Desk;
  let reference: string;
  beforeAll(async () => {
    desks = await openDeskWorld();
    [cora, otto, rita] = await Promise.all([desks.as('coordinator'), desks.as('otto'), desks.as('rita')]);
    reference = await silentSchool(desks.world, '2040-10-30 11:00');
  });
  afterAll(() => desks.end());

  const page = async (desk: Desk = cora) => (await desk.get(`/deployments/${reference}`)).text;
  const whole = async () => (await cora.get(`/deployments/${reference}?all=yes`)).text;
  const form = () => `/deployments/${reference}/answer/confirm-participation`;
  const step = async (name: string) =>
    (
      await desks.db.query<AnsweredRow>(
        'SELECT state, answer, answered_by, on_behalf_of, answered_via, answer_fields FROM steps WHERE reference = $1 AND step = $2 ORDER BY round DESC',
        [reference, name],
      )
    ).rows[0];

  it('says who is waited for, and for how long', async () => {
    assert.match(await page(), /Waiting for: Harry Head \(school or trust\) since Monday 8 October 2040, 1\d working days\./);
  });

  it('says how many working days each party has taken so far', async () => {
    const [, days = ''] = /since Monday 8 October 2040, (1\d) working days\./.exec(await page()) ?? [];
    assert.match(await page(), new RegExp(`<p [^>]*>Working days spent waiting so far: school or trust ${days}\\.</p>`));
  });

  it('shows how far the deployment has come in one line, which unfolds', async () => {
    const text = await page();
    assert.match(text, /<details [^>]*> <summary [^>]*><span [^>]*>Stage 1 of 12: School or trust identified as eligible<\/span>/);
    assert.match(text, /aria-current="step"> <div [^>]*>1 <strong>School or trust identified as eligible<\/strong>.*?Now/);
    assert.match(text, /2 School or trust confirmation<\/div>.*?To come/);
  });

  it('shows each open step with its date, and why it is that date', async () => {
    const text = await page();
    assert.match(text, /Open steps \(1\)/);
    assert.match(
      text,
      /Due on Monday 15 October 2040, 5 school days late\. Asked of the school or trust: Harry Head, <a [^>]*href="tel:01632960004">01632 960004<\/a>\./,
    );
    assert.match(text, /Day zero is Monday 8 October 2040\. It is not counted\./);
    assert.match(text, /They are counted as days on which the school is open/);
  });

  it('shows what happened, in plain English and with names', async () => {
    const text = await whole();
    for (const words of [
      'Escalation to Rosa Region',
      'Call to make: Rosa Region',
      'Reminder to Harry Head',
      '“Contact the school or trust” was answered',
      'The deployment began',
    ]) {
      assert.ok(text.includes(words), words);
    }
  });

  it('shows every message as it was sent, without the secret of its links', async () => {
    const text = await whole();
    assert.match(
      text,
      /<h3 [^>]*>Request to Harry Head<\/h3>.*?“Confirm participation”\..*?<details [^>]*> <summary [^>]*><span [^>]*>Read it<span [^>]*>: Request to Harry Head<\/span><\/span>/,
    );
    assert.equal(text.match(/moj-timeline__title">Request to Harry Head</g)?.length, 1, 'the event and its message are one line');
    assert.match(text, /The Department for Education has offered Hillside Church of England Primary School/);
    // The letter itself holds the link. With it, whoever reads this page could answer in Harry's name.
    assert.ok(desks.world.sink.arrived.some(({ text: sent }) => /\/a\/[\w-]{43}/.test(sent ?? '')));
    assert.doesNotMatch(text, /\/a\/[\w-]{20,}/);
  });

  it('shows messages that were not sent, with the reason', async () => {
    const other = await desks.world.begin('2040-10-08 09:30', {
      parties: { 'regional-team': ['region'], rdp: ['coordinator'], school: ['nobody-known'] },
    });
    await desks.world.postIsDone();
    await desks.world.answer(other, 'contact-school', 'contacted');
    await desks.world.postIsDone();
    const { text } = await cora.get(`/deployments/${other}?all=yes`);
    assert.match(text, /Request to nobody-known ?<strong [^>]*> Not sent <\/strong> ?<br>Chaser knows nobody with this contact id\./);
    assert.match(text, /nobody-known \(nobody is known under this contact\)/);
    assert.match(text, /Contact details to fix: nobody-known, school or trust/);
  });

  it('shows the people with their roles, addresses and numbers, and which roles are unfilled', async () => {
    const text = await page();
    assert.match(
      text,
      /School or trust<\/dt> <dd [^>]*> <p [^>]*>Harry Head<br> <a [^>]*>head<wbr>@hillside\.example<\/a><br> <a [^>]*href="tel:01632960004">01632 960004<\/a>/,
    );
    assert.match(text, /System leader<\/dt> <dd [^>]*> <span [^>]*>Nobody yet/);
    assert.match(text, /Ada Authority<br> <a [^>]*>ada<wbr>@testshire\.example<\/a><br> No number is known/);
  });

  it('shows open calls with their notes, and escalations', async () => {
    await desks.db.query(
      `INSERT INTO call_notes (reference, step, round, rung, by_person, outcome, note)
       SELECT reference, step, round, rung, 'coordinator', 'left-message', '<i>With</i> the office.' FROM call_tasks WHERE reference = $1`,
      [reference],
    );
    const text = await page();
    assert.match(
      text,
      /Call to make: Confirm participation<\/strong><br>Rosa Region was asked to telephone\. Open since 18 October 2040\.<br>Left a message: Cora Coordinator/,
    );
    const [, card = ''] = /href="([^"]*)">Make this call/.exec(text) ?? [];
    const { status, text: call } = await cora.get(card);
    assert.equal(status, 200);
    assert.match(call, /<h1 [^>]*>Call to make<\/h1>.*Harry Head, school or trust: <a [^>]*>01632 960004<\/a>.*Record the call/);
    assert.equal((await otto.get(card)).status, 404);
    assert.equal((await cora.get(card.replace('confirm', 'confuse'))).status, 404);
    assert.match(text, /“&lt;i&gt;With&lt;\/i&gt; the office\.”/);
    assert.match(
      (await cora.get(`/deployments/${reference}?show=calls`)).text,
      /Call recorded: Confirm participation.*Left a message: Cora Coordinator\./,
    );
    assert.match(
      text,
      /Escalations \(1\).*Confirm participation<\/strong> <strong [^>]*> Not acknowledged yet <\/strong> ?<br>With Rosa Region \(regional team\) since 29 October 2040\./,
    );
  });

  it('is not found by the coordinator of another area, exactly like one that does not exist', async () => {
    const hidden = await otto.get(`/deployments/${reference}`);
    const none = await otto.get('/deployments/T00000000');
    assert.equal(hidden.status, 404);
    assert.deepEqual({ ...hidden, text: hidden.text.replaceAll(reference, 'T00000000') }, none);
    for (const address of [form(), '/deployments/T00000000/answer/confirm-participation']) {
      assert.equal((await otto.get(address)).status, 404);
      assert.equal((await otto.post(address, { owner: 'head', answer: 'accepts', round: '1' })).status, 404);
    }
    assert.equal((await step('confirm-participation'))?.state, 'open');
    assert.equal((await cora.get('/deployments/T%00')).status, 404);
  });

  it('can be read by those who only read, with no way to answer', async () => {
    const text = await page(rita);
    assert.match(text, /Waiting for: Harry Head/);
    // The e-mail to whoever telephones holds the address for recording an answer. The page shows it as text, not as a link.
    assert.doesNotMatch(text, /href="[^"]*\/answer\//);
    assert.equal((await rita.get(form())).status, 403);
    assert.equal((await rita.post(form(), { owner: 'head', answer: 'accepts', round: '1' })).status, 403);
  });

  it('shows of what happened only what is asked for, and all of it when asked', async () => {
    const titles = async (query: string) =>
      [...(await cora.get(`/deployments/${reference}?${query}`)).text.matchAll(/moj-timeline__title">([^<]*)</g)].map(([, title]) => title);
    assert.equal((await titles('')).length, 4, 'the newest');
    assert.deepEqual(await titles('show=answers&all=yes'), ['“Contact the school or trust” was answered']);
    assert.deepEqual(new Set(await titles('show=messages&all=yes')).has('Reminder to Harry Head'), true);
    assert.ok((await titles('show=messages&all=yes')).every((title) => !title?.includes('was answered')));
    assert.deepEqual(await titles('show=changes'), []);
    assert.deepEqual(await titles('show=constructor&all=yes'), await titles('all=yes'), 'an unknown filter shows everything');
    assert.match((await cora.get(`/deployments/${reference}?show=answers`)).text, /aria-current="true">Answers \(1\)</);
  });

  it('draws the dates of each step, and says the same in a table', async () => {
    const text = await page();
    assert.match(text, /<svg class="chaser-dates" role="img" aria-labelledby="dates-title dates-text"/);
    assert.match(text, /<title>Confirm participation: due on 15 October 2040<\/title>/);
    assert.match(text, /<title>Contact the school or trust: answered on 8 October 2040<\/title>/);
    assert.match(
      text,
      /<th scope="row" [^>]*>Confirm participation<\/th> <td [^>]*>8 October 2040<\/td> <td [^>]*>15 October 2040<\/td> <td [^>]*>the same<\/td> <td [^>]*>no<\/td> <td [^>]*>open<\/td>/,
    );
  });

  describe('notes', () => {
    const noted = () => `/deployments/${reference}/notes`;
    const kept = async () =>
      (
        await desks.db.query<{ by_person: string; words: string }>(
          'SELECT by_person, words FROM deployment_notes WHERE reference = $1 ORDER BY id',
          [reference],
        )
      ).rows;

    for (const [what, words, problem] of [
      ['nothing', '', 'Enter the note'],
      ['nothing that anybody can see', ' \u200b\u00ad ', 'Enter the note'],
      ['more than two pages', 'x'.repeat(4_001), 'The note must be 4,000 characters or fewer'],
    ] as const) {
      it(`asks again when told ${what}, and keeps nothing`, async () => {
        const { status, text } = await cora.post(noted(), { words });
        assert.equal(status, 400);
        assert.match(text, new RegExp(`<title>Error: .*href="#words">${problem}<`));
        assert.match(text, /<details [^>]* open> <summary [^>]*><span [^>]*>Add a note/);
        assert.deepEqual(await kept(), []);
      });
    }

    it('are kept once however often the button is pressed, with who, when and what as it was typed', async () => {
      const note = { words: 'The office telephones\r\nbefore noon & <b>only</b>.', onceAs: crypto.randomUUID() };
      assert.deepEqual(await cora.post(noted(), note), { status: 303, text: '', location: `/deployments/${reference}?noted=yes` });
      assert.equal((await cora.post(noted(), note)).status, 303);
      assert.deepEqual(await kept(), [{ by_person: 'coordinator', words: 'The office telephones\nbefore noon & <b>only</b>.' }]);
      const { text } = await cora.get(`/deployments/${reference}?noted=yes`);
      assert.match(text, /The note is kept\./);
      assert.match(
        text,
        /Note by Cora Coordinator<\/h3>.*?29 October 2040, 8:28am<.*?The office telephones before noon &amp; &lt;b&gt;only&lt;\/b&gt;\./,
      );
    });

    it('can be read by whoever sees the deployment, and written only by those who work on it', async () => {
      assert.match(await page(rita), /Note by Cora Coordinator/);
      assert.doesNotMatch(await page(rita), /Add a note/);
      assert.equal((await rita.post(noted(), { words: 'No.' })).status, 403);
      assert.equal((await otto.post(noted(), { words: 'No.' })).status, 404);
      assert.equal((await kept()).length, 1);
    });

    it('are never changed nor taken away, not even by the owner of the table', async () => {
      for (const statement of ["UPDATE deployment_notes SET words = 'x'", 'DELETE FROM deployment_notes', 'TRUNCATE deployment_notes']) {
        await assert.rejects(desks.db.query(statement), /append-only|permission denied/, statement);
      }
    });
  });

  describe('recording an answer for somebody who telephoned', () => {
    const GIVEN = { owner: 'head', round: '1' };

    it('asks for the owner’s answer, with the fields that go with it', async () => {
      const { status, text } = await cora.get(`${form()}?answer=declines`);
      assert.equal(status, 200);
      assert.match(text, /<h1 [^>]*>Record an answer: Confirm participation<\/h1>/);
      assert.match(text, /You are recording it for Harry Head, school or trust\./);
      assert.match(text, /value="accepts"> <label [^>]*> Yes, we will take part/);
      assert.match(text, /value="declines" checked/);
      assert.match(text, /name="declines-reason"/);
    });

    it('finds no form for a step that does not exist or never opened', async () => {
      for (const name of ['tea-break', 'toString', 'provide-details']) {
        assert.equal((await cora.get(`/deployments/${reference}/answer/${name}`)).status, 404, name);
      }
    });

    for (const [what, given, problem] of [
      ['no answer', {}, 'Select the answer'],
      ['an answer that there is not', { answer: 'perhaps' }, 'Select the answer'],
      ['somebody who does not own the step', { answer: 'accepts', owner: 'region' }, 'Select who answered'],
    ] as const) {
      it(`asks again when given ${what}, and changes nothing`, async () => {
        const { status, text } = await cora.post(form(), { ...GIVEN, 'declines-reason': 'No time & no room', ...given });
        assert.equal(status, 400);
        assert.match(text, new RegExp(`govuk-error-summary.*>${problem}<`));
        assert.match(text, /No time &amp; no room<\/textarea>/);
        assert.equal((await step('confirm-participation'))?.state, 'open');
      });
    }

    it('loses nothing when the engine cannot be reached, and says that the answer was not recorded', async () => {
      const cutOff = await guardedApp(servicesOf(desks.db), registerDeploymentRoutes);
      try {
        const desk = await deskOf(desks.db, cutOff, 'coordinator');
        const { status, text } = await desk.post(form(), { ...GIVEN, answer: 'declines', 'declines-reason': 'No time.' });
        assert.equal(status, 503);
        assert.match(text, /<h1 [^>]*>The answer is not recorded<\/h1>/);
        assert.match(text, /value="declines" checked/);
        assert.match(text, /No time\.<\/textarea>/);
      } finally {
        await cutOff.close();
      }
      assert.equal((await step('confirm-participation'))?.state, 'open');
    });

    it('refuses an answer from a page that shows another round', async () => {
      const { status, text } = await cora.post(form(), { ...GIVEN, round: '2', answer: 'accepts' });
      assert.equal(status, 409);
      assert.match(text, /has opened in a new round/);
    });

    it('counts at once, as the owner’s, by telephone, with the name of whoever recorded it', async () => {
      const { status, location } = await cora.post(form(), { ...GIVEN, answer: 'accepts', 'declines-reason': 'not asked of this answer' });
      assert.deepEqual([status, location], [303, `/deployments/${reference}?recorded=confirm-participation`]);
      assert.deepEqual(await step('confirm-participation'), {
        state: 'answered',
        answer: 'accepts',
        answered_by: 'coordinator',
        on_behalf_of: 'head',
        answered_via: 'telephone',
        answer_fields: {},
      });
      const { text } = await cora.get(location);
      assert.match(text, /The answer to “Confirm participation” is recorded\./);
      assert.match(text, /“Yes, we will take part”: Harry Head, by telephone; recorded by Cora Coordinator\./);
      assert.match(text, /Waiting for: Rosa Region \(regional team\) since Tuesday 30 October 2040, today\./);
    });

    it('tells the second of two people who record an answer that it is already recorded', async () => {
      const late = await cora.post(form(), { ...GIVEN, answer: 'declines' });
      assert.equal(late.status, 409);
      assert.match(late.text, /This step is not open.*Nothing was recorded/);
      assert.equal((await step('confirm-participation'))?.answer, 'accepts');
      assert.equal((await cora.get(form())).status, 409);
    });

    it('asks again for a person whom the register does not know, and takes one whom it knows', async () => {
      await desks.world.postIsDone();
      await desks.world.answer(reference, 'provide-details', 'provided');
      const own = `/deployments/${reference}/answer/engage-system-leader`;
      assert.match(
        (await cora.get(own)).text,
        /<h1 [^>]*>Answer: Contact a system leader<\/h1>.*You answer as Cora Coordinator, RDP coordinator \(you\)\./,
      );
      const given = {
        owner: 'coordinator',
        round: '1',
        answer: 'contacted',
        'contacted-capacity': 'ten-days',
        'contacted-conflict': 'none',
      };
      assert.match((await cora.post(own, given)).text, /Enter “System leader”/);
      const unknown = await cora.post(own, { ...given, 'contacted-systemLeader': 'nobody@strong-trust.example' });
      assert.equal(unknown.status, 400);
      assert.match(unknown.text, /Chaser knows nobody as “nobody@strong-trust\.example”/);
      assert.equal((await cora.post(own, { ...given, 'contacted-systemLeader': 'lena@strong-trust.example' })).status, 303);
      const answered = await step('engage-system-leader');
      assert.deepEqual([answered?.answered_by, answered?.on_behalf_of, answered?.answered_via], ['coordinator', null, 'link']);
      assert.match(await page(), /Lena Leader is the system leader now.*System leader: Lena Leader/);
    });

    it('asks which of two owners gave the answer', async () => {
      const joint = await desks.world.begin('2040-10-08 09:30', {
        programme: tsiProgrammeFrom('arrange-first-meeting'),
        parties: { 'regional-team': ['region'], rdp: ['coordinator'], school: ['head'], 'system-leader': ['leader'] },
      });
      const address = `/deployments/${joint}/answer/arrange-first-meeting`;
      assert.match((await cora.get(address)).text, /Who answered\?.*Lena Leader, system leader.*Harry Head, school or trust/);
      const meeting = {
        round: '1',
        answer: 'arranged',
        'arranged-meetingOn-day': '15',
        'arranged-meetingOn-month': '10',
        'arranged-meetingOn-year': '2040',
      };
      assert.match((await cora.post(address, meeting)).text, /Select who answered/);
      assert.match((await cora.post(address, { ...meeting, owner: 'head', 'arranged-meetingOn-day': '32' })).text, /must be a real date/);
      assert.equal((await cora.post(address, { ...meeting, owner: 'head' })).status, 303);
    });
  });
});
