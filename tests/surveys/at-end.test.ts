import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { planAtEndSurvey } from '../../desk/plan-at-end.ts';
import { readSubmission } from '../../domain/surveys/submission.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { writeWaveLetter } from '../../mail/survey-note.ts';
import { findInvited, optOut, submitSurvey } from '../../postgres/surveys/answering.ts';
import { createWaves } from '../../postgres/surveys/wake.ts';
import { countLeftOut, makeWave, readKeptSurvey, readProgress } from '../../postgres/surveys/waves.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from '../web/desk-world.ts';
import { insertRespondents, placeParts } from './place-people.ts';

const WANTED = {
  survey: 'tsi-2021-22-feedback',
  programmes: ['tsi-2022-23'],
  opensOn: plainDate('2041-04-29'),
  closesOn: plainDate('2041-07-12'),
  cutOffOn: null,
};

/** One survey stands through a summer term, and each test looks at a later day of it. The clock is the one that its workflow hands in. */
describe('a survey at the end of each deployment', () => {
  let world: World;
  let wave = 0;
  const people = ['head-a', 'head-b', 'head-c', 'head-d', 'before', 'both', 'lead', 'deputy', 'wants-none', 'runs'];
  beforeAll(async () => {
    world = await openWorld({ worker: false });
    await insertStaff(world.db);
    await insertRespondents(world.db, people);
    await placeParts(world.db, [
      { head: 'head-a', leader: 'lead' }, // W0
      { head: 'both', leader: 'lead' }, // W1
      { head: 'head-b', leader: 'both' }, // W2
      { head: 'wants-none', leader: 'lead' }, // W3
      { head: 'before', leader: 'lead' }, // W4
      { head: 'runs', leader: 'lead' }, // W5
      { head: 'head-c', leader: 'lead' }, // W6
      { head: 'head-d', leader: 'lead' }, // W7
    ]);
    await world.db.query("INSERT INTO survey_opt_outs (person) VALUES ('wants-none')");
    await world.db.query(
      "INSERT INTO deputies (reference, change, person, deputy, from_on, to_on) VALUES ('W0', 1, 'head-a', 'deputy', '2041-03-01', '2041-06-30')",
    );
    await ends('W4', '2041-04-26T10:00:00Z');
    const made = await makeWave(world.application, async (db) => {
      const plan = await planAtEndSurvey(db, WANTED, plainDate('2041-04-20'));
      return plan.ok ? { ...plan.value, kind: 'at-end', madeBy: 'admin', members: [], letters: [] } : assert.fail(plan.reason.message);
    });
    wave = typeof made === 'number' ? made : assert.fail('no survey');
  });
  afterAll(() => world.end());

  const ends = (reference: string, at: string) =>
    world.db.query("UPDATE deployments SET status = 'completed', ended_at = $2 WHERE reference = $1", [reference, at]);
  const wake = (at: string) => createWaves(world.application, writeWaveLetter(LINKS)).wake({ wave, at }, () => undefined);
  /** Sends whatever is queued, as the web service would. */
  const sent = async () => {
    const { rows } = await world.db.query<{ person: string; subject: string }>(
      "UPDATE notes SET sent_at = clock_timestamp() WHERE kind = 'survey' AND sent_at IS NULL RETURNING person, subject",
    );
    await world.db.query("UPDATE survey_invitations SET state = 'sent' WHERE state = 'queued' AND link_hash IS NOT NULL");
    return rows.map(({ person, subject }) => `${person}: ${subject.split(':')[0]}`).toSorted();
  };
  const listed = async () =>
    (
      await world.db.query<{ person: string; audiences: readonly string[]; why: string | null; asked: string; closes: string | null }>(
        'SELECT person, audiences, left_out AS why, asked_on::text AS asked, closes_on::text AS closes FROM survey_members WHERE wave = $1 ORDER BY person',
        [wave],
      )
    ).rows;
  const invited = (person: string) =>
    findInvited(world.db, LINKS.hashOf(LINKS.surveyTokenFor({ wave, person, email: `${person}@mail.example` })));
  const submit = async (person: string) => {
    const read = readSubmission(await readKeptSurvey(world.db, 'tsi-2021-22-feedback', 2), {
      R1: 'school-leader',
      'school-leader.O1': `words of ${person.length}`,
    });
    assert.ok(read.ok);
    return submitSurvey(world.application, { wave, person }, read.value);
  };

  it('sleeps until the morning of the day on which it opens', async () => {
    assert.equal((await wake('2041-04-20T09:00:00Z')).nextAt, '2041-04-29T06:00:00.000Z');
  });

  it('has nobody on its list until a deployment is completed, and looks each morning', async () => {
    assert.equal((await wake('2041-04-29T09:00:00Z')).nextAt, '2041-04-30T06:00:00.000Z');
    assert.deepEqual(await listed(), []);
  });

  it('asks everybody who took part once: whoever has two roles in both, no deputy, nobody who opted out, nobody whose deployment runs on or ended before', async () => {
    for (const reference of ['W0', 'W1', 'W2', 'W3']) await ends(reference, '2041-04-29T15:00:00Z');
    await wake('2041-04-30T06:00:00Z');
    await wake('2041-05-01T06:00:00Z');
    assert.deepEqual(await listed(), [
      { person: 'both', audiences: ['system-leader', 'school-leader'], why: null, asked: '2041-05-07', closes: '2041-06-11' },
      { person: 'head-a', audiences: ['school-leader'], why: null, asked: '2041-05-07', closes: '2041-06-11' },
      { person: 'head-b', audiences: ['school-leader'], why: null, asked: '2041-05-07', closes: '2041-06-11' },
      { person: 'lead', audiences: ['system-leader'], why: null, asked: '2041-05-07', closes: '2041-06-05' },
      { person: 'wants-none', audiences: ['school-leader'], why: 'opted-out', asked: '2041-04-30', closes: null },
    ]);
    assert.deepEqual(await countLeftOut(world.db, wave), { 'opted-out': 1 });
    assert.deepEqual(await sent(), []);
  });

  it('invites on the fifth own day, and says by when each may answer', async () => {
    await wake('2041-05-07T06:00:00Z');
    assert.deepEqual(await sent(), []);
    await wake('2041-05-07T10:00:00Z');
    assert.deepEqual(await sent(), ['both: Survey', 'head-a: Survey', 'head-b: Survey', 'lead: Survey']);
    const { rows } = await world.db.query<{ body: string }>(
      "SELECT body_text AS body FROM notes WHERE person = 'lead' AND kind = 'survey'",
    );
    assert.match(rows[0]?.body ?? '', /5 June 2041/);
    assert.deepEqual([(await invited('head-a'))?.open, (await invited('head-a'))?.closesOn], [true, '2041-06-11']);
  });

  it('keeps no day and no stratum of a response, and tells no number while it is open', async () => {
    assert.ok(await submit('head-a'));
    const { rows } = await world.db.query('SELECT submitted_on, strata, excluded_because FROM survey_responses WHERE wave = $1', [wave]);
    assert.deepEqual(rows, [{ submitted_on: null, strata: {}, excluded_because: null }]);
    assert.ok((await readProgress(world.db, wave)).every(({ submitted }) => submitted === null));
  });

  it('reminds whoever has not answered, asks nobody again whose next deployment ends, and ends each invitation on its own last day', async () => {
    await optOut(world.application, { wave, person: 'head-b' });
    for (const reference of ['W5', 'W6']) await ends(reference, '2041-05-20T15:00:00Z');
    await wake('2041-05-21T10:00:00Z');
    assert.deepEqual(await sent(), ['both: Reminder of a survey', 'lead: Reminder of a survey']);
    assert.deepEqual(
      (await listed()).map(({ person }) => person),
      ['both', 'head-a', 'head-b', 'head-c', 'lead', 'runs', 'wants-none'],
    );
    await wake('2041-06-06T06:00:00Z');
    assert.deepEqual([(await invited('lead'))?.state, (await invited('both'))?.state], ['lapsed', 'sent']);
    assert.ok(!(await submit('lead')), 'an answer after its last day');
  });

  it('leaves out, and says so, whom no day is left for, and ends with its own last day', async () => {
    await ends('W7', '2041-07-10T15:00:00Z');
    await wake('2041-07-11T06:00:00Z');
    assert.equal((await listed()).find(({ person }) => person === 'head-d')?.why, 'no-days');
    assert.equal((await wake('2041-07-12T23:00:00Z')).nextAt, null);
    const { rows } = await world.db.query<{ state: string }>('SELECT DISTINCT state FROM survey_invitations WHERE wave = $1 ORDER BY 1', [
      wave,
    ]);
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['lapsed', 'opted-out', 'submitted'],
    );
  });
});
