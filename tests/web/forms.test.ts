import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { answerCommand } from '../../cli/answer.ts';
import { Fault } from '../../cli/output.ts';
import { refusalIn } from '../../desk/answer-step.ts';
import { createApp } from '../../web/app.ts';
import type { Services } from '../../web/shared/services.ts';
import { FILLED_IN, formProgramme, KEPT } from '../support/form-programme.ts';
import { LINKS } from '../support/world.ts';
import { openDeskWorld } from './desk-world.ts';
import type { Desk, DeskWorld } from './desk-world.ts';
import { servicesOf } from './staff-app.ts';

type Form = Readonly<Record<string, string | readonly string[]>>;

/** A form with a field of every kind: on the page, at the desk, on the command line and in the engine. */
describe('a form as data', () => {
  let desks: DeskWorld;
  let app: FastifyInstance;
  let cora: Desk;
  beforeAll(async () => {
    desks = await openDeskWorld();
    cora = await desks.as('coordinator');
    const services: Services = {
      ...servicesOf(desks.db, { client: desks.world.client, taskQueue: desks.world.temporal.taskQueue }),
      links: LINKS,
      publicUrl: 'https://chaser.example',
      secure: true,
    };
    app = await createApp(services, { trustProxy: 1 });
  });
  afterAll(async () => {
    await app.close();
    await desks.end();
  });

  const begin = async (): Promise<{ readonly reference: string; readonly token: string }> => {
    const reference = await desks.world.begin('2040-10-08 09:30', { programme: formProgramme() });
    await desks.world.postIsDone();
    return { reference, token: LINKS.tokenFor({ reference, step: 'plan', round: 1, person: 'head' }, 1) };
  };
  const post = (token: string, page: string, form: Form) =>
    app.inject({
      method: 'POST',
      url: `/a/${token}/${page}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(
        Object.entries(form).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
      ).toString(),
    });
  const fieldsOf = async (reference: string) => {
    const { rows } = await desks.db.query<{ fields: Record<string, string> | null }>(
      "SELECT answer_fields AS fields FROM steps WHERE reference = $1 AND step = 'plan'",
      [reference],
    );
    return rows[0]?.fields;
  };
  const hiddenIn = (body: string): Form =>
    Object.fromEntries(
      [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [name, value]),
    );

  it('is sent on by the check page, and kept as the programme says', async () => {
    const { reference, token } = await begin();
    const { statusCode, body } = await post(token, 'check', FILLED_IN);
    assert.equal(statusCode, 200, body);
    const { statusCode: sent } = await post(token, 'answer', hiddenIn(body));
    assert.equal(sent, 303);
    assert.deepEqual(await fieldsOf(reference), KEPT);
  });

  it('forgets the value of a field that is not asked, and says so before it is sent', async () => {
    const { token } = await begin();
    const { statusCode, body } = await post(token, 'check', {
      ...FILLED_IN,
      'sent-partner': 'Somebody',
      'sent-interventions.2.whom': 'Nobody',
    });
    assert.equal(statusCode, 200);
    assert.doesNotMatch(body.replaceAll(/<input[^>]*>/g, ''), /With which trust|Somebody|Nobody/);
    const asked = await post(token, 'check', { ...FILLED_IN, 'sent-partnership': 'yes' });
    assert.equal(asked.statusCode, 422);
    assert.match(asked.body, /href="#sent-partner">Tell us with which trust/);
  });

  it('says in plain words when a field is asked only under a condition', async () => {
    const { token } = await begin();
    const { body } = await app.inject({ method: 'GET', url: `/a/${token}` });
    assert.match(body, />If yes: <\/span>With which trust/);
    assert.match(body, />If yes: <\/span>Who is trained/);
    assert.doesNotMatch(body.replace('<script src="/assets/revealing.js" defer blocking="render"></script>', ''), /<script|\sstyle=/);
  });

  it('keeps every entry of a group as text, whatever is written in it', async () => {
    const { token } = await begin();
    const hostile = '"><b>bold</b> {{ 7 * 7 }}';
    const { body } = await post(token, 'change', { ...FILLED_IN, 'sent-interventions.2.what': hostile, add: 'sent-interventions' });
    assert.match(body, /value="&quot;&gt;&lt;b&gt;bold&lt;\/b&gt; \{\{ 7 \* 7 \}\}"/);
    assert.match(body, /name="sent-interventions" value="3"/);
  });

  it('shows no more entries than are allowed, however many are requested, and removes none that does not exist', async () => {
    const { token } = await begin();
    for (const form of [
      { 'sent-interventions': '999', add: 'sent-interventions' },
      { 'sent-interventions': '3', remove: 'sent-interventions.77' },
      { 'sent-interventions': '1e9' },
      { 'sent-interventions': '-1', remove: 'sent-__proto__.1' },
    ]) {
      const { statusCode, body } = await post(token, 'change', { ...FILLED_IN, ...form });
      assert.equal(statusCode, 200);
      assert.ok([...body.matchAll(/id="sent-interventions\.\d+\.what"/g)].length <= 3);
    }
  });

  it('is recorded at the desk for somebody who telephoned, with entries added there', async () => {
    const { reference } = await begin();
    const page = `/deployments/${reference}/answer/plan`;
    const form = { ...FILLED_IN, 'sent-focus': 'curriculum\nworkload', owner: 'head', round: '1' };
    const added = await cora.post(page, { ...form, add: 'sent-interventions' });
    assert.equal(added.status, 200);
    assert.match(added.text, /Intervention 3/);
    assert.match(added.text, /name="owner" value="head"/);
    assert.equal(await fieldsOf(reference), null, 'adding an entry answers nothing');
    const wrong = await cora.post(page, { ...form, 'sent-budget': '16k' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /href="#sent-budget">“Budget” must be an amount of money/);
    assert.equal((await cora.post(page, form)).status, 303);
    assert.deepEqual(await fieldsOf(reference), KEPT);
  });

  describe('on the command line', () => {
    const answer = async (reference: string, typed: Readonly<Record<string, string>>): Promise<void> => {
      const desk = { db: desks.db, client: desks.world.client, taskQueue: desks.world.temporal.taskQueue };
      const command = answerCommand({ withDatabase: (work) => work(desk.db), withDesk: (work) => work(desk) });
      const fields = Object.entries(typed).flatMap(([name, value]) => value.split('\n').flatMap((line) => ['--field', `${name}=${line}`]));
      await command.parseAsync([reference, 'plan', 'sent', ...fields, '--json'], { from: 'user' });
    };
    const TYPED = {
      ...KEPT,
      focus: 'workload, curriculum',
      startsOn: '5 November 2040',
      endsOn: '21/12/2040',
      days: '9.50',
      budget: '£16,000',
      'interventions.1.cost': '1,600.50',
      'interventions.2.cost': '800',
      adviser: 'lena@strong-trust.example',
    };

    it('is typed as on the page, and kept the same', async () => {
      const { reference } = await begin();
      await answer(reference, TYPED);
      assert.deepEqual(await fieldsOf(reference), KEPT);
    });

    it('reports everything that is wrong at once, and changes nothing', async () => {
      const { reference } = await begin();
      const { title: _, ...rest } = TYPED;
      const wrong = { ...rest, partner: 'Somebody', 'interventions.2.cost': '18,000', budgt: '5' };
      await assert.rejects(answer(reference, wrong), (error) => {
        assert.ok(error instanceof Fault);
        assert.match(error.message, /^The form has 6 problems\. Nothing was changed\.\n/);
        for (const words of [
          /no field "budgt"\. Its fields are: title, .*interventions\.1\.cost/,
          /Enter “Title of the plan”\. Give title\./,
          /“With which trust” is asked only if “Do you want a trust partnership\?” is “Yes”\. Leave out partner\./,
          /“Cost” of intervention 2 must not be more than “Budget”, £16,000/,
          /“Cost” adds up to £19,600\.50: it must not be more than £16,000/,
        ]) {
          assert.match(error.message, words);
        }
        return true;
      });
      assert.equal(await fieldsOf(reference), null);
    });
  });

  it('is refused by the engine itself when somebody goes round the page', async () => {
    const { reference } = await begin();
    await assert.rejects(desks.world.updateAnswer(reference, 'plan', 'sent', 'head'), (error) => {
      assert.deepEqual(refusalIn(error)?.kind, 'missing-field');
      assert.match(refusalIn(error)?.message ?? '', /"Title of the plan" is missing\./);
      return true;
    });
  });
});
