import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openDeskWorld, section, silentSchool } from './desk-world.ts';
import type { Desk, DeskWorld } from './desk-world.ts';

describe('Today', () => {
  let desks: DeskWorld;
  let cora: Desk;
  let otto: Desk;
  let rosa: Desk;
  let reference: string;
  let call: string;
  beforeAll(async () => {
    desks = await openDeskWorld();
    cora = await desks.as('coordinator');
    otto = await desks.as('otto');
    rosa = await desks.as('region');
  });
  afterAll(() => desks.end());

  const notes = async () =>
    (
      await desks.db.query<Record<string, string | null>>(
        'SELECT by_person, outcome, call_again_on, note FROM call_notes WHERE reference = $1 ORDER BY id',
        [reference],
      )
    ).rows;
  const calls = async (desk: Desk) => section((await desk.get('/')).text, 'calls');

  it('says that nothing waits when it is empty', async () => {
    const { status, text } = await cora.get('/');
    assert.equal(status, 200);
    assert.match(text, /Calls worth making \(0\)<\/h2> <p [^>]*>No calls worth making\.<\/p>/);
    assert.match(
      text,
      /Escalations to take on \(0\).*Promises \(0\).*Waiting for me \(0\).*Contact details to fix \(0\).*Answered since yesterday \(0\)/,
    );
  });

  describe('when a school has been silent for three school days', () => {
    beforeAll(async () => {
      reference = await silentSchool(desks.world, '2040-10-18 11:00');
      const { rows } = await desks.db.query<{ rung: string }>('SELECT rung FROM call_tasks WHERE reference = $1', [reference]);
      call = `/calls/${reference}/confirm-participation/1/${encodeURIComponent(rows[0]?.rung ?? '')}`;
    });

    it('shows whom to telephone, why, what was sent and what to say', async () => {
      const shown = await calls(cora);
      assert.match(shown, /Calls worth making \(1\)/);
      assert.match(shown, /Hillside Church of England Primary School/);
      assert.match(shown, /Harry Head, school or trust: <a [^>]*href="tel:01632960004">01632 960004<\/a>/);
      assert.match(shown, /Confirm participation\. Due on Monday 15 October 2040\. 3 school days late\./);
      assert.match(shown, /Asked 4 times by e-mail, the last on 16 October 2040\./);
      assert.match(shown, /Hello, I am Cora Coordinator\. I am calling about Hillside/);
      assert.match(shown, /“Yes, we will take part”/);
      assert.match(shown, new RegExp(`href="/deployments/${reference}/answer/confirm-participation">They answered`));
      assert.match(shown, new RegExp(`href="/deployments/${reference}/answer/confirm-participation\\?answer=declines">they declined`));
    });

    it('is where the e-mail that asks for the call leads, with links that need no command', async () => {
      const letter = desks.world.sink.arrived.find(({ subject }) => subject?.startsWith('Please telephone'));
      const links = [...(letter?.text ?? '').matchAll(/^https:\/\/chaser\.example(\/\S*)$/gmu)].map(([, path = '']) => path);
      const record = `/deployments/${reference}/answer/confirm-participation`;
      const [accepts = '', declines = '', today = '', deployment = ''] = links;
      assert.deepEqual(
        [accepts, declines, today, deployment],
        [`${record}?answer=accepts#your-answer`, `${record}?answer=declines#your-answer`, '/', `/deployments/${reference}`],
      );
      const { text: recording } = await cora.get(accepts.replace(/#.*/u, ''));
      assert.match(recording, /<h1 [^>]*>Record an answer: Confirm participation<\/h1>/);
      assert.match(recording, /value="accepts" checked/);
      assert.equal((await cora.get(deployment)).status, 200);
      assert.match(section((await cora.get(today)).text, 'calls'), new RegExp(`href="${record}">They answered`));
      assert.doesNotMatch(letter?.text ?? '', /chaser answer/);
    });

    it('says when no number is known, and shows names as text', async () => {
      await desks.db.query("UPDATE people SET telephone = NULL, name = '<b>Harry</b> & \"Head\"' WHERE id = 'head'");
      const shown = await calls(cora);
      assert.match(shown, /&lt;b&gt;Harry&lt;\/b&gt; &amp; &quot;Head&quot;, school or trust: no number is known/);
      assert.doesNotMatch(shown, /<b>Harry/);
      await desks.db.query("UPDATE people SET telephone = '01632 960004', name = 'Harry Head' WHERE id = 'head'");
    });

    it('does not show the call to the coordinator of another area, and does not let them record it', async () => {
      assert.match(await calls(otto), /Calls worth making \(0\)/);
      assert.equal((await otto.post(call, { outcome: 'no-answer' })).status, 404);
      assert.deepEqual(await notes(), []);
    });

    it('shows the regional team the call that is theirs in stage 1, and lets them record it', async () => {
      assert.match(await calls(rosa), /Calls worth making \(1\).*Hello, I am Rosa Region\. I am calling about Hillside/);
      // A form without an outcome is refused for its own sake.
      assert.equal((await rosa.post(call, {})).status, 400);
    });

    it('shows the regional team no call of anybody else, and does not let them record one', async () => {
      await desks.db.query("UPDATE call_tasks SET person = 'coordinator' WHERE reference = $1", [reference]);
      assert.doesNotMatch((await rosa.get('/')).text, /Calls worth making/);
      assert.equal((await rosa.post(call, { outcome: 'no-answer' })).status, 404);
      assert.deepEqual(await notes(), []);
      await desks.db.query("UPDATE call_tasks SET person = 'region' WHERE reference = $1", [reference]);
    });

    it('refuses a form of another site', async () => {
      assert.equal((await cora.post(call, { outcome: 'no-answer', csrf: 'forged' })).status, 403);
      assert.deepEqual(await notes(), []);
    });

    for (const [what, form, problem, field] of [
      ['nothing', {}, 'Select the outcome of the call', 'outcome'],
      ['an outcome that there is not', { outcome: 'constructor' }, 'Select the outcome of the call', 'outcome'],
      ['somebody wrong who was never asked', { outcome: 'wrong-person/region' }, 'Select the outcome of the call', 'outcome'],
      ['to call again without a day', { outcome: 'call-again' }, 'Enter the day on which to call again', 'again-day'],
      ['to call again on no real day', again('31', '11', '2040'), 'must be a real date', 'again-day'],
      ['to call again today', again('18', '10', '2040'), 'must be after today, Thursday 18 October 2040', 'again-day'],
      ['to call again in a hundred years', again('19', '10', '2140'), 'must be by Monday 17 December 2040', 'again-day'],
      ['a note of a thousand characters', { outcome: 'no-answer', note: 'x'.repeat(1000) }, '500 characters or fewer', 'note'],
    ] as const) {
      it(`asks again when told ${what}, and keeps what was typed`, async () => {
        const { status, text } = await cora.post(call, { note: 'Kept & safe', ...form });
        assert.equal(status, 400);
        assert.match(text, /<title>Error: Today/);
        assert.match(text, new RegExp(`href="#call-1-${field}">[^<]*${problem}`));
        assert.match(text, new RegExp(`id="call-1-${field}"`));
        assert.match(text, 'note' in form ? /xxxxx/ : /value="Kept &amp; safe"/);
        assert.deepEqual(await notes(), []);
      });
    }

    it('records that nobody answered, says so, and keeps the call on the page', async () => {
      const { status, location } = await cora.post(call, { outcome: 'no-answer', note: 'It rang for long.' });
      assert.deepEqual([status, location], [303, '/?recorded=no-answer']);
      assert.deepEqual(await notes(), [{ by_person: 'coordinator', outcome: 'no-answer', call_again_on: null, note: 'It rang for long.' }]);
      const { text } = await cora.get(location);
      assert.match(text, /Recorded: no answer\. The call stays on this page\./);
      assert.match(section(text, 'calls'), /No answer: Cora Coordinator on [^“]* “It rang for long\.”/);
    });

    it('keeps the order of calls that was chosen when a call is recorded, and when its form was wrong', async () => {
      assert.match((await cora.get('/?order=late')).text, /<input type="hidden" name="order" value="late">/);
      assert.doesNotMatch((await cora.get('/')).text, /name="order"/);
      const wrong = await cora.post(call, { outcome: '', order: 'late' });
      assert.match(wrong.text, /<input type="hidden" name="order" value="late">/);
      assert.equal((await cora.post(call, { outcome: 'no-answer', order: 'late' })).location, '/?recorded=no-answer&order=late');
      assert.equal((await cora.post(call, { outcome: 'no-answer', order: 'javascript:' })).location, '/?recorded=no-answer');
    });

    it('shows no message for an unknown word in its address', async () => {
      assert.doesNotMatch((await cora.get('/?recorded=toString')).text, /notification-banner/);
    });

    it('opens one contact task for a wrong person, however often it is recorded', async () => {
      assert.equal((await cora.post(call, { outcome: 'wrong-person/head', note: 'She left in July.' })).status, 303);
      assert.equal((await cora.post(call, { outcome: 'wrong-person/head' })).status, 303);
      const { rows } = await desks.db.query('SELECT role, person, problem, detail, closed_at FROM contact_tasks WHERE reference = $1', [
        reference,
      ]);
      assert.deepEqual(rows, [
        { role: 'school', person: 'head', problem: 'not-the-right-person', detail: 'She left in July.', closed_at: null },
      ]);
      const contacts = section((await cora.get('/')).text, 'contacts');
      assert.match(
        contacts,
        /Contact details to fix \(1\).*Harry Head, school or trust: Hillside.*She left in July\..*Not the right person/,
      );
      assert.match(section((await otto.get('/')).text, 'contacts'), /\(0\)/);
    });

    it('shows a call again only from the day that was agreed', async () => {
      assert.equal((await cora.post(call, again('22', '10', '2040'))).status, 303);
      assert.match(await calls(cora), /\(0\).*No calls worth making today\..*1 call waits for the day you agreed\./);

      await desks.world.forwardTo(reference, '2040-10-30 11:00');
      await desks.world.postIsDone();
      const shown = await calls(cora);
      assert.match(shown, /\(1\)/);
      assert.match(shown, /You agreed to call again on Monday 22 October 2040\./);
    });
  });

  describe('when it has been escalated', () => {
    it('shows the escalation to those to whom it is addressed, to the coordinator of the deployment, and to nobody else', async () => {
      const hers = section((await cora.get('/')).text, 'escalations');
      assert.match(hers, /Escalations to take on \(1\).*Confirm participation: Hillside.*Escalated to Rosa Region on/);
      const shown = section((await rosa.get('/')).text, 'escalations');
      assert.match(shown, /Escalations to take on \(1\)/);
      assert.match(shown, new RegExp(`href="/deployments/${reference}/escalations/confirm-participation/1"`));
      assert.match(shown, /Not acknowledged yet|Not acknowledged for \d working day/);
      assert.match(shown, /Confirm participation: Hillside/);
      assert.match(shown, /Escalated to Rosa Region on/);
      assert.match(
        section((await otto.get('/')).text, 'escalations'),
        /\(0\).*No escalation is waiting to be taken on in the deployments you look after/,
      );
    });

    it('drops the step once it is answered, and shows the answer among those since yesterday', async () => {
      await desks.world.answer(reference, 'confirm-participation', 'accepts', { by: 'coordinator', onBehalfOf: 'head' });
      const { text } = await cora.get('/');
      assert.match(section(text, 'calls'), /\(0\).*No calls worth making\./);
      assert.match(section(text, 'answered'), /\(1\).*Confirm participation: “Yes, we will take part”, Harry Head, 30 October 2040/);
      assert.match(section((await rosa.get('/')).text, 'escalations'), /\(0\)/);
      assert.match(section((await otto.get('/')).text, 'answered'), /\(0\)/);
    });

    it('shows what waits for whoever is asked next', async () => {
      const waiting = section((await rosa.get('/')).text, 'waiting');
      assert.match(waiting, /Waiting for me \(1\).*Provide details to the RDP: Hillside.*Due on Friday 2 November 2040\./);
      assert.match(section((await cora.get('/')).text, 'waiting'), /\(0\)/);
    });

    it('tells whoever records a call too late that nothing was recorded', async () => {
      const before = await notes();
      const late = await cora.post(call, { outcome: 'no-answer' });
      assert.equal(late.status, 409);
      assert.match(late.text, /This call is no longer needed/);
      assert.deepEqual(await notes(), before);
    });
  });

  for (const address of [
    '/calls/T0/confirm-participation/1/call+3',
    '/calls/T0/x/0/y',
    '/calls/T0/x/99999999999/y',
    '/calls/T0/x/one/y',
    '/calls/T0%00/x/1/y',
  ]) {
    it(`finds no call at ${address}`, async () => {
      assert.equal((await cora.post(address, { outcome: 'no-answer' })).status, 404);
    });
  }
});

function again(day: string, month: string, year: string) {
  return { outcome: 'call-again', 'again-day': day, 'again-month': month, 'again-year': year };
}
