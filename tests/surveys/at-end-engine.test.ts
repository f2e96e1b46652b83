import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import { endWave, startAtEnd } from '../../desk/survey-waves.ts';
import { londonInstant } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { findDeployment } from '../../postgres/views/deployments.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { advanceTo } from '../../temporal/time-skipping.ts';
import { createApp } from '../../web/app.ts';
import { waveWorkflowId } from '../../workflows/ids.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { PEOPLE } from '../support/people.ts';
import { historiesOf } from '../support/runs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from '../web/desk-world.ts';
import { servicesOf } from '../web/staff-app.ts';
import { openPostOfWaves } from './post-of-waves.ts';
import type { PostOfWaves } from './post-of-waves.ts';

/** The small offer with a helper who may be replaced, so that a whole life of it is a handful of answers. */
function smallOffer(): Programme {
  const rematch = 'changes: { rematch: { role: helper, opens: find-helper, whenNamed: agree, until: help } }\nbegins: find-helper';
  const { programme, findings } = readProgramme(SMALL_PROGRAMME.replace('begins: find-helper', rematch), 'small.yaml');
  return programme ?? assert.fail(JSON.stringify(findings));
}

/** The deployment ends on the Monday before half term, 22 to 26 October, in which the school is closed and the helper works. */
const ENDS = '2040-10-15 09:30';

/** The real server keeps the time of the survey and of the deployment, each on a clock of its own. */
describe('the workflow of a survey at the end of each deployment', () => {
  let world: World;
  let app: FastifyInstance;
  let mailbox: PostOfWaves;
  let wave = 0;
  let reference = '';

  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    app = await createApp({ ...servicesOf(world.db), links: LINKS }, { trustProxy: false });
    mailbox = openPostOfWaves(world);
    const parties = { desk: ['coordinator'], chief: ['region'], school: ['head'], diocese: ['diocese'] };
    reference = await world.begin(ENDS, { programme: smallOffer(), parties });
  });
  afterAll(async () => {
    mailbox.close();
    await app.close();
    await world.end();
  });

  const goOnTo = async (on: string) => {
    await advanceTo(world.client, waveWorkflowId(wave), londonInstant(plainDate(on), 720));
    await mailbox.send();
  };
  const say: World['answer'] = async (...given) => {
    await world.postIsDone();
    await world.answer(...given);
  };
  const surveysSentTo = (person: keyof typeof PEOPLE) =>
    mailbox.arrivedFor(PEOPLE[person].email).filter(({ text }) => text?.includes('/survey/'));
  const wakeUps = async () =>
    (await historiesOf(world.client, waveWorkflowId(wave)))
      .flatMap(({ events }) => events ?? [])
      .filter(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'wakeWave').length;

  it('wakes once when it is made and once on the morning on which it opens', async () => {
    const made = await startAtEnd(
      { db: world.application, client: world.client, taskQueue: world.temporal.taskQueue },
      {
        survey: 'tsi-2021-22-feedback',
        programmes: ['small'],
        opensOn: plainDate('2040-10-12'),
        closesOn: plainDate('2040-12-20'),
        cutOffOn: null,
      },
      { by: 'coordinator', today: plainDate('2040-10-01') },
    );
    assert.ok(made.ok, made.ok ? '' : made.reason.message);
    wave = made.value.id;
    await goOnTo('2040-10-12');
    assert.equal(await wakeUps(), 2);
    const { rows } = await world.db.query('SELECT state FROM survey_waves WHERE id = $1', [wave]);
    assert.deepEqual(rows, [{ state: 'open' }]);
  });

  it('lists who led and who helped once the deployment is completed, and not the helper who was replaced', async () => {
    await say(reference, 'find-helper', 'found', { fields: { helper: 'leader-busy' } });
    await say(reference, 'agree', 'agrees');
    await world.postIsDone();
    const rematched = await changeDeployment({ db: world.db, client: world.client }, reference, {
      kind: 'rematch',
      by: 'coordinator',
      because: 'She is ill.',
      to: 'leader',
    });
    assert.ok(rematched.ok, rematched.ok ? '' : rematched.reason.message);
    await say(reference, 'agree', 'agrees');
    await goOnTo('2040-10-13');
    const listed = async () =>
      (await world.db.query<{ person: string }>('SELECT person FROM survey_members WHERE wave = $1 ORDER BY person', [wave])).rows.map(
        ({ person }) => person,
      );
    assert.deepEqual(await listed(), [], 'the deployment runs');
    await say(reference, 'help', 'helped');
    await say(reference, 'thank', 'thanked');
    await waitUntil('the deployment has ended', async () => (await findDeployment(world.db, reference))?.status === 'completed');
    await goOnTo('2040-10-16');
    assert.deepEqual(await listed(), ['head', 'leader']);
    assert.deepEqual([surveysSentTo('head').length, surveysSentTo('leader').length], [0, 0]);
  });

  it('invites each on the fifth of their own days: the helper in half term, the head after it', async () => {
    await goOnTo('2040-10-21');
    assert.deepEqual([surveysSentTo('head').length, surveysSentTo('leader').length], [0, 0]);
    await goOnTo('2040-10-22');
    assert.deepEqual([surveysSentTo('head').length, surveysSentTo('leader').length], [0, 1]);
    await goOnTo('2040-10-29');
    assert.deepEqual([surveysSentTo('head').length, surveysSentTo('leader').length], [1, 1]);
  });

  it('reminds the helper, and not the head, who wants no surveys', async () => {
    const left = await app.inject({ method: 'POST', url: `${mailbox.linkOf(PEOPLE.head.email)}/opt-out` });
    assert.ok(left.statusCode < 400, left.payload);
    await goOnTo('2040-11-06');
    assert.deepEqual([surveysSentTo('head').length, surveysSentTo('leader').length], [1, 2]);
    assert.match(surveysSentTo('leader').at(-1)?.subject ?? '', /^Reminder of a survey: /);
  });

  it('ends at once when it is called off: its links are closed and nothing more is sent', async () => {
    const link = mailbox.linkOf(PEOPLE.leader.email);
    assert.equal((await app.inject({ url: link })).statusCode, 200);
    const desk = { db: world.application, client: world.client, taskQueue: world.temporal.taskQueue };
    const off = await endWave(desk, wave, { by: 'coordinator', because: 'It asks the wrong thing.' });
    assert.ok(off.ok, off.ok ? '' : off.reason.message);
    await waitUntil(
      'the workflow has ended',
      async () => (await world.client.workflow.getHandle(waveWorkflowId(wave)).describe()).status.name === 'COMPLETED',
    );
    assert.equal((await app.inject({ url: link })).statusCode, 410);
    await mailbox.send();
    assert.deepEqual([surveysSentTo('head').length, surveysSentTo('leader').length], [1, 2]);
  });
});
