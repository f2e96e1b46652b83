import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { registerChangeRoutes } from '../../web/changes/routes.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerDeploymentsRoutes } from '../../web/deployments/routes.ts';
import { registerCallRoutes } from '../../web/today/call-routes.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import { deskOf, insertStaff, section } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

type Form = Readonly<Record<string, string>>;

const WHY = { because: 'The head is ill.' };

describe('changing a deployment on the pages', () => {
  let world: World;
  let app: FastifyInstance;
  /** The same pages without an engine, and with an engine that has no worker. */
  let away: FastifyInstance;
  let workerless: FastifyInstance;
  let cora: Desk;
  let reference = '';
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    const pages = [registerChangeRoutes, registerDeploymentRoutes, registerDeploymentsRoutes, registerTodayRoutes, registerCallRoutes];
    app = await guardedApp(services, ...pages);
    away = await guardedApp(servicesOf(world.db), ...pages);
    workerless = await guardedApp({ ...services, taskQueue: 'nobody-works-here' }, ...pages);
    cora = await deskOf(world.db, app, 'coordinator');
  });
  afterAll(async () => {
    await app.close();
    await away.close();
    await workerless.close();
    await world.end();
  });

  const url = (kind: string) => `/deployments/${reference}/change/${kind}`;
  const page = async () => (await cora.get(`/deployments/${reference}`)).text;
  /** Begins a deployment in which the school has been asked whether it takes part. */
  const askedSchool = async (): Promise<void> => {
    reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
  };
  /** Begins a deployment in which a system leader has been named and asked whether they can do it. */
  const askedLeader = async (): Promise<void> => {
    await askedSchool();
    await world.answer(reference, 'confirm-participation', 'accepts');
    await world.answer(reference, 'provide-details', 'provided');
    await world.answer(reference, 'engage-system-leader', 'contacted', {
      fields: { systemLeader: 'leader', capacity: 'ten-days', conflict: 'none' },
    });
    await world.postIsDone();
  };
  const day = (name: string, iso: string): Form => {
    const [year = '', month = '', date = ''] = iso.split('-');
    return { [`${name}-day`]: date, [`${name}-month`]: month, [`${name}-year`]: year };
  };
  /** Sends a form. Returns the text of the page on which it is checked. */
  const check = async (kind: string, form: Form): Promise<string> => {
    const { status, text } = await cora.post(url(kind), form);
    assert.equal(status, 200, text);
    assert.match(text, /Check before it is done/);
    return text;
  };
  const onceAs = (text: string): string => /name="onceAs" value="([^"]+)"/.exec(text)?.[1] ?? '';
  const confirm = async (kind: string, form: Form, once: string) => cora.post(url(kind), { ...form, stage: 'confirm', onceAs: once });
  /** Checks a change and makes it by pressing twice. Returns the text of the deployment's page afterwards. */
  const make = async (kind: string, form: Form): Promise<string> => {
    const once = onceAs(await check(kind, form));
    const before = await changes();
    for (const press of ['first', 'second']) {
      const { status, location, text } = await confirm(kind, form, once);
      assert.equal(status, 303, `${press} press: ${text}`);
      assert.equal(location, `/deployments/${reference}?changed=${kind}`);
    }
    assert.equal(await changes(), before + 1, 'a double press changes once');
    return (await cora.get(`/deployments/${reference}?changed=${kind}`)).text;
  };
  /** How many changes of plan the record holds. Chases now and skipped rungs count too. */
  const changes = async (): Promise<number> => {
    const { rows } = await world.db.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM events WHERE reference = $1 AND
         (body->>'type' IN ('clock-stopped', 'clock-stop-prolonged', 'clock-resumed', 'extension-agreed', 'extension-asked', 'rematched',
            'party-changed', 'deputy-named', 'deputy-ended', 'deployment-withdrawn', 'deployment-reopened', 'fact-corrected',
            'answer-taken-back', 'pace-changed') OR body ? 'broughtForwardBy' OR body->>'type' = 'rung-skipped' AND body ? 'by')`,
      [reference],
    );
    return rows[0]?.count ?? 0;
  };
  const refusedWith = async (kind: string, form: Form, words: RegExp): Promise<void> => {
    const before = await changes();
    const { status, text } = await cora.post(url(kind), form);
    assert.equal(status, 400, text);
    assert.match(text, /There is a problem/);
    assert.match(text, words);
    assert.equal(await changes(), before);
  };

  describe('the clock', () => {
    beforeAll(askedSchool);
    const stop = { scope: 'whole', category: 'illness', ...day('from', '2040-10-08'), ...day('expectedEnd', '2040-10-15'), ...WHY };

    it('can be stopped, and not resumed, while it runs', async () => {
      const text = await page();
      assert.match(text, /Change this deployment/);
      assert.match(text, />Pause<\/a>/);
      assert.doesNotMatch(text, />End the pause<\/a>/);
      assert.equal((await cora.get(url('resume-clock'))).status, 409);
    });

    it('lists everything that a form lacks at once, with a link to each field', async () => {
      const { status, text } = await cora.post(url('stop-clock'), {});
      assert.equal(status, 400);
      for (const [words, at] of [
        ['Select what you want to pause', 'scope'],
        ['Select what kind of reason it is', 'category'],
        ['Enter the first day of the pause', 'from-day'],
        ['Enter the day on which the pause should end', 'expectedEnd-day'],
        ['Enter the reason', 'because'],
      ] as const) {
        assert.match(text, new RegExp(`<a href="#${at}">${words}</a>`));
        assert.match(text, new RegExp(`id="${at}"`));
      }
    });

    it('cannot be stopped on a day that does not exist, or in the future', async () => {
      await refusedWith('stop-clock', { ...stop, ...day('from', '2040-10-32') }, /The first day of the pause must be a real date/);
      await refusedWith(
        'stop-clock',
        { ...stop, ...day('from', '2040-12-01') },
        /1 December 2040 is in the future.* Give a day from 8 October 2040 to/,
      );
    });

    it('shows the effect before it is stopped: the dates if it runs again as expected, and who is told', async () => {
      const text = await check('stop-clock', stop);
      assert.match(text, /If the pause ends on Monday 15 October 2040 as expected/);
      assert.match(text, /Due now<\/span><br>Monday 15 October 2040.*Due afterwards<\/span><br><strong>Friday 19 October 2040/);
      assert.match(text, /Harry Head, school or trust/);
      assert.match(text, /Who is asked for something<\/h2> <p [^>]*>Nobody\./);
      assert.equal(await changes(), 0);
    });

    it('shows the e-mail that tells of it, warns against personal detail, and keeps a private note out of it', async () => {
      const text = await check('stop-clock', { ...stop, note: 'Bereavement. Ask nothing.' });
      assert.match(text, /Private note<\/dt><dd [^>]*>Bereavement\. Ask nothing\./);
      const [, letter = ''] = /What the e-mail says<\/h2>(.*?)<form/.exec(text) ?? [];
      assert.match(letter, /Harry Head, school or trust/);
      assert.match(letter, /This deployment has been paused.*Cora Coordinator has paused it.*Why: The head is ill\./);
      assert.match(letter, /health or private life/);
      assert.doesNotMatch(letter, /Bereavement/);
      assert.match(
        (await cora.get(url('stop-clock'))).text,
        /Write nothing about anybody’s health or private life.*Private note \(optional\)/,
      );
    });

    it('is stopped once, however often the button is pressed', async () => {
      const text = await make('stop-clock', { ...stop, note: 'Bereavement. Ask nothing.' });
      assert.match(text, /The pause is recorded\./);
      assert.match(text, /Paused since Monday 8 October 2040: illness\. The head is ill\./);
      assert.match(
        text,
        /It should end on Monday 15 October 2040\. If it did, “Confirm participation” would be due on Friday 19 October 2040\./,
      );
      assert.match(text, /since Monday 8 October 2040\. Paused\./);
      assert.match(text, /End the pause<\/a> <a [^>]*>The pause lasts longer<\/a>/);
      assert.match(text, /The head is ill\..*<br>Private note: Bereavement\. Ask nothing\.<\/p>/);
      await world.postIsDone();
      const { rows } = await world.db.query<{ text: string }>(
        "SELECT body_text || body_html AS text FROM messages WHERE reference = $1 AND kind = 'news'",
        [reference],
      );
      assert.ok(rows.length > 0);
      for (const letter of rows) assert.ok(letter.text.includes('The head is ill.') && !letter.text.includes('Bereavement'));
    });

    it('cannot be stopped twice, and the list says that it is stopped', async () => {
      assert.equal((await cora.get(url('stop-clock'))).status, 409);
      const { text } = await cora.get('/deployments');
      assert.match(text, /Paused|Clock stopped/);
    });

    it('can be stopped for longer', async () => {
      const form = { stop: '1', ...day('expectedEnd', '2040-10-17'), ...WHY };
      await refusedWith('prolong-stop', { ...form, ...day('expectedEnd', '2040-10-01') }, /before the first day/);
      assert.match(await make('prolong-stop', form), /It should end on Wednesday 17 October 2040/);
    });

    it('asks on Today once the expected end has passed, and counts no lateness meanwhile', async () => {
      await world.forwardTo(reference, '2040-10-30 12:00');
      await world.postIsDone();
      const { text } = await cora.get('/');
      assert.match(section(text, 'stops'), /Pauses that should have ended \(1\).*Hillside.*17 October 2040/);
      assert.match(section(text, 'calls'), /Calls worth making \(0\)/);
      const own = await page();
      assert.match(own, /The pause should have ended on Wednesday 17 October 2040\. If it ended today/);
      assert.doesNotMatch(own, /days late/);
    });

    it('shows the old and new dates and the reason before it is resumed, and moves the dates then', async () => {
      const form = { stop: '1', ...day('on', '2040-10-16'), ...WHY };
      await refusedWith('resume-clock', { ...form, ...day('on', '2041-01-01') }, /is in the future/);
      const text = await check('resume-clock', form);
      assert.match(text, /Due now<\/span><br>Monday 15 October 2040.*Due afterwards<\/span><br><strong>Monday 29 October 2040/);
      assert.match(text, /Paused from 9 October 2040 to 15 October 2040: 5 school days are added/);
      const after = await make('resume-clock', form);
      assert.match(after, /The pause has ended\./);
      assert.match(after, /Due on Monday 29 October 2040 \(first due on 15 October 2040\)/);
    });

    for (const [what, appOf] of [
      ['the engine is away', () => away],
      ['the engine has no worker', () => workerless],
    ] as const) {
      it(`says that nothing was changed when ${what}, and keeps what was typed`, async () => mustSayNothingChanged(appOf()));
    }
    async function mustSayNothingChanged(pages: FastifyInstance): Promise<void> {
      const desk = await deskOf(world.db, pages, 'coordinator');
      const form = { step: 'confirm-participation/1', ...day('dueOn', '2040-11-09'), ...WHY, stage: 'confirm', onceAs: randomUUID() };
      const before = await changes();
      const { status, text } = await desk.post(url('extend'), form);
      assert.equal(status, 503);
      assert.match(text, /Nothing was changed/);
      assert.match(text, new RegExp(`name="onceAs" value="${form.onceAs}"`));
      assert.match(text, /name="dueOn-day" value="09"/);
      assert.equal(await changes(), before);
    }

    it('says that the outcome is not known when the change was sent and no reply came', async () => {
      const never = { getHandle: () => ({ executeUpdate: () => Promise.reject(new Error('Deadline exceeded, as this test wants it.')) }) };
      const silent = Object.create(world.client, { workflow: { value: never } }) as World['client'];
      const pages = await guardedApp(servicesOf(world.db, { client: silent, taskQueue: world.temporal.taskQueue }), registerChangeRoutes);
      const desk = await deskOf(world.db, pages, 'coordinator');
      const form = { step: 'confirm-participation/1', ...day('dueOn', '2040-11-09'), ...WHY, stage: 'confirm', onceAs: randomUUID() };
      const { status, text } = await desk.post(url('extend'), form);
      assert.equal(status, 503);
      assert.match(text, /We do not know whether this was done/);
      assert.doesNotMatch(text, /Nothing was changed/);
      assert.match(text, new RegExp(`name="onceAs" value="${form.onceAs}"`));
      await pages.close();
    });

    it('shows the form again, with what was typed, to whoever wants to change it', async () => {
      const form = {
        step: 'confirm-participation/1',
        ...day('dueOn', '2040-11-09'),
        because: 'Agreed <b>by telephone</b>.',
        stage: 'change',
      };
      const { status, text } = await cora.post(url('extend'), form);
      assert.equal(status, 200);
      assert.match(text, /Agreed &lt;b&gt;by telephone&lt;\/b&gt;\.<\/textarea>/);
      assert.match(text, /value="confirm-participation\/1" checked/);
    });

    it('keeps the original date on the page when a step is extended', async () => {
      const form = { step: 'confirm-participation/1', ...day('dueOn', '2040-11-09'), agreedWith: 'Rosa Region', ...WHY };
      await refusedWith('extend', { ...form, ...day('dueOn', '2040-10-12') }, /earlier than 29 October 2040/);
      await refusedWith('extend', { ...form, agreedWith: 'Nobody At All' }, /Chaser knows nobody as “Nobody At All”/);
      assert.match(await check('extend', form), /Friday 9 November 2040/);
      const text = await make('extend', form);
      assert.match(text, /Due on Friday 9 November 2040 \(more time given, first due on 15 October 2040\)/);
    });

    it('asks the regional team to agree to more time than the programme allows', async () => {
      const form = { step: 'confirm-participation/1', ...day('dueOn', '2040-12-19'), ...WHY };
      const text = await check('extend', form);
      assert.match(text, /No due date moves/);
      assert.match(text, /What opens.*Regional team/);
      await make('extend', form);
    });
  });

  describe('chasing', () => {
    beforeAll(async () => {
      await askedSchool();
      await world.forwardTo(reference, '2040-10-09 11:00');
    });

    it('skips the next chase, with the reason', async () => {
      const { text } = await cora.get(url('skip-rung'));
      assert.match(text, /Next: reminder on/);
      await refusedWith('skip-rung', { step: 'confirm-participation/1' }, /Enter the reason/);
      assert.match(await make('skip-rung', { step: 'confirm-participation/1', ...WHY }), /The next one will be skipped\./);
    });

    it('chases now, at most once a day', async () => {
      await refusedWith('chase-now', {}, /Select the step/);
      const form = { step: 'confirm-participation/1' };
      assert.match(await check('chase-now', form), /Who is asked for something<\/h2> <ul [^>]*><li>Harry Head, school or trust/);
      assert.match(await make('chase-now', form), /The reminder is on its way\./);
      assert.equal((await cora.get(url('chase-now'))).status, 409);
    });

    it('chases less, where the programme provides for it', async () => {
      await refusedWith('set-pace', WHY, /Select how many reminders you want to send/);
      assert.match(await make('set-pace', { pace: 'less', ...WHY }), /Chased less than usual\./);
    });
  });

  describe('people', () => {
    beforeAll(askedLeader);

    it('change: the new person is found by name, and takes over the role', async () => {
      const form = { place: 'school/head', to: 'Bea Busy', ...WHY };
      await refusedWith('change-person', { ...form, to: 'Harry Head' }, /Harry Head is school or trust already\./);
      const text = await check('change-person', form);
      assert.match(text, /Bea Busy \(bea@busy-trust\.example\)/);
      assert.match(await make('change-person', form), /The person is changed\..*School or trust<\/dt>.*?Bea Busy/);
    });

    it('change to somebody whom Chaser does not know: they are added with the change, and asked', async () => {
      const form = {
        place: 'school/leader-busy',
        newName: "Zoë O’Neill-d'Arcy",
        newEmail: "z.o'neill@hillside.example",
        newTelephone: '01632 960099',
        ...WHY,
      };
      const known = async () =>
        (await world.db.query<Record<string, string>>("SELECT name, email, telephone FROM people WHERE id = 'zoe-o-neill-d-arcy'")).rows;
      for (const [wrong, words] of [
        [{ newEmail: '' }, /<a href="#newEmail">Enter the e-mail address of the new person/],
        [{ newName: '\u200b' }, /<a href="#newName">Enter the full name of the new person/],
        [
          { newEmail: 'zoe\u200b@hillside.example' },
          /#newEmail">Enter an e-mail address in the correct format.*zero-width space \(U\+200B\) after “zoe”/,
        ],
        [{ newName: 'Zoë\u00ad' }, /#newName">The name cannot be right.*soft hyphen \(U\+00AD\)/],
        [{ newTelephone: 'at the office' }, /#newTelephone">Enter a telephone number/],
        [{ newEmail: 'LENA@strong-trust.example' }, /#newEmail">This is the address of Lena Leader, whom Chaser knows already/],
        [{ to: 'Lena Leader' }, /#to">Enter either somebody Chaser knows or somebody new, not both/],
        [{ newName: '', newEmail: '', newTelephone: '' }, /#to">Enter who is taking over/],
        [{ newName: '', newEmail: '', newTelephone: '', to: 'Nobody Known' }, /If they are new, leave this empty and add them below/],
      ] as const) {
        await refusedWith('change-person', { ...form, ...wrong }, words);
      }
      const text = await check('change-person', form);
      assert.match(
        text,
        /Zoë O’Neill-d&#39;Arcy \(z\.o&#39;neill@hillside\.example, 01632 960099\)\. Chaser does not know them yet: they are added with this change/,
      );
      assert.match(text, /Who is asked for something|Who is told by e-mail/);
      assert.deepEqual(await known(), [], 'looking adds nobody');
      const after = await make('change-person', form);
      assert.match(after, /School or trust<\/dt>.*?Zoë O’Neill-d&#39;Arcy.*?01632 960099/);
      assert.match(after, /Zoë O’Neill-d&#39;Arcy was new to Chaser, and was added\./);
      assert.deepEqual(await known(), [{ name: "Zoë O’Neill-d'Arcy", email: "z.o'neill@hillside.example", telephone: '01632 960099' }]);
    });

    it('that were added are known from then on, and nobody is added twice', async () => {
      const again = { place: 'school/zoe-o-neill-d-arcy', newName: 'Bea Busy', newEmail: 'bea@busy-trust.example', ...WHY };
      assert.doesNotMatch(await check('change-person', again), /does not know them yet/);
      assert.match(await make('change-person', again), /School or trust<\/dt>.*?Bea Busy/);
      assert.match(
        await check('change-person', { place: 'school/leader-busy', to: "zoe o'neill-d'arcy", ...WHY }),
        /z\.o&#39;neill@hillside\.example/,
      );
    });

    it('have deputies, named beside them, until the deputy’s time is ended', async () => {
      const form = {
        person: 'coordinator',
        deputy: 'otto@delivery.example',
        ...day('from', '2040-10-08'),
        ...day('to', '2040-10-19'),
        ...WHY,
      };
      await refusedWith('name-deputy', { ...form, ...day('to', '2040-10-01') }, /before the first/);
      await refusedWith('name-deputy', { ...form, deputy: 'coordinator' }, /Nobody can be their own deputy/);
      assert.match(await make('name-deputy', form), /Otto Other stands in from 8 October 2040 to 19 October 2040/);
      const end = { person: 'coordinator', ...WHY };
      await refusedWith('end-deputy', WHY, /Select who is back/);
      assert.doesNotMatch((await make('end-deputy', end)).split('What happened')[0] ?? '', /Otto Other stands in/);
    });

    it('are rematched: open steps close, and the next system leader is asked', async () => {
      const form = { to: 'bea@busy-trust.example', ...WHY };
      await refusedWith('rematch', { ...form, to: 'leader' }, /That is the system leader already/);
      const text = await check('rematch', form);
      assert.match(text, /What closes.*Confirm/);
      assert.match(text, /What opens.*round 2: System leader/);
      assert.match(await make('rematch', form), /The match is over, and the next round has begun\./);
    });
  });

  describe('what was said', () => {
    beforeAll(askedLeader);

    it('can be taken back while nothing that followed was answered', async () => {
      const { text } = await cora.get(url('take-back-answer'));
      assert.doesNotMatch(text, /value="confirm-participation\/1"/);
      const form = { step: 'engage-system-leader/1', ...WHY };
      await refusedWith('take-back-answer', { ...form, step: 'confirm-participation/1' }, /Select the answer to take back/);
      assert.match(await check('take-back-answer', form), /What closes.*What opens/);
      assert.match(await make('take-back-answer', form), /The answer is taken back\./);
    });

    it('can be corrected where a date was recorded', async () => {
      await world.answer(reference, 'engage-system-leader', 'contacted', {
        fields: { systemLeader: 'leader', capacity: 'ten-days', conflict: 'none' },
      });
      await answerTo('approve-match');
      assert.match(await page(), /Correct a date that was recorded/);
      const form = { fact: 'matchedOn', ...day('value', '2040-10-05'), ...WHY };
      await refusedWith('correct-fact', { ...form, ...day('value', '2041-10-05') }, /is in the future/);
      await check('correct-fact', form);
      assert.match(await make('correct-fact', form), /The date is corrected\./);
    });

    it('is kept when a deployment ends and goes on: withdrawn, then reopened', async () => {
      const form = { end: 'withdrawn', withdrawnBy: 'school', ...WHY };
      await refusedWith('withdraw', { ...form, withdrawnBy: '' }, /Select who or what brought this about/);
      assert.match(await check('withdraw', form), /How the deployment ends<\/h2> <p [^>]*>Withdrawn/);
      const ended = await make('withdraw', form);
      assert.match(ended, /The deployment has ended\./);
      assert.match(ended, /Reopen this deployment/);
      assert.doesNotMatch(ended, /Pause<\/a>/);
      await refusedWith('reopen', { because: ' ' }, /Enter the reason/);
      assert.match(await make('reopen', WHY), /The deployment is open again\./);
    });

    /** Answers every open step as its owners would, until the named step has been answered. */
    async function answerTo(last: string): Promise<void> {
      const answers: readonly (readonly [step: string, answer: string, fields?: Readonly<Record<string, string>>])[] = [
        ['confirm-ability', 'yes', { capacity: 'ten-days', conflict: 'no' }],
        ['contact-school-about-match', 'contacted'],
        ['confirm-system-leader', 'agrees'],
        ['report-agreement', 'reported'],
        ['approve-match', 'approves'],
      ];
      for (const [step, answer, fields = {}] of answers) {
        await world.answer(reference, step, answer, { fields });
        if (step === last) return;
      }
    }
  });

  it('is for those who look after the place, and for no others', async () => {
    const [otto, rita] = await Promise.all([deskOf(world.db, app, 'otto'), deskOf(world.db, app, 'rita')]);
    assert.equal((await otto.get(url('withdraw'))).status, 404);
    assert.equal((await otto.post(url('withdraw'), {})).status, 404);
    assert.equal((await rita.get(url('withdraw'))).status, 403);
    assert.doesNotMatch((await rita.get(`/deployments/${reference}`)).text, /Change this deployment/);
    assert.equal((await cora.get(url('no-such-change'))).status, 404);
  });
});
