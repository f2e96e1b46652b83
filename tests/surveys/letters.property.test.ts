import fc from 'fast-check';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { planFor, waveSendingMs } from '../../domain/surveys/wave-times.ts';
import { londonDate, londonMinute } from '../../domain/time/london.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { writeWaveLetter } from '../../mail/survey-note.ts';
import type { NoteMail } from '../../mail/send-note.ts';
import { optOut, submitSurvey } from '../../postgres/surveys/answering.ts';
import { createWaves } from '../../postgres/surveys/wake.ts';
import { makeWave } from '../../postgres/surveys/waves.ts';
import { loadSurvey } from '../../surveys/load-surveys.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertRespondents, placeParts } from './place-people.ts';

const PEOPLE = ['p0', 'p1', 'p2', 'p3'];
const [OPENS, CLOSES] = [plainDate('2041-03-28'), plainDate('2041-04-30')];
const RESPONSE = { audiences: ['school-leader'], answers: [], contact: null };

describe('the letters of a wave', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ worker: false });
    await insertRespondents(world.db, PEOPLE);
    await placeParts(
      world.db,
      PEOPLE.map((head) => ({ head, leader: 'leader' })),
    );
  });
  afterAll(() => world.end());

  const newWave = async (): Promise<number> => {
    await world.db.query('DELETE FROM notes; DELETE FROM survey_opt_outs; DELETE FROM post_holds; DELETE FROM survey_letters');
    const survey = loadSurvey('tsi-2021-22-feedback');
    const members = PEOPLE.map((person, at) => {
      const plan = planFor({ calendars: [CALENDAR_2040], school: at % 2 === 0, away: null }, OPENS, CLOSES);
      assert.ok(plan.ok);
      const letters = plan.value.letters.map(({ kind, on }) => ({ kind, dueAt: new Date(waveSendingMs(on, person)).toISOString() }));
      return { person, audiences: ['school-leader'] as const, leftOut: null, strata: {}, openDays: plan.value.openDays, letters };
    });
    assert.ok(survey.ok);
    const of = {
      survey: survey.value,
      programmes: ['tsi-2022-23'],
      opensOn: OPENS,
      closesOn: CLOSES,
      cutOffOn: CLOSES,
      madeBy: 'coordinator',
    };
    const made = await makeWave(world.application, async () => ({ ...of, letters: [], members }));
    return typeof made === 'number' ? made : assert.fail('no wave');
  };
  const wake = (wave: number, ms: number) =>
    createWaves(world.application, writeWaveLetter(LINKS)).wake({ wave, at: new Date(ms).toISOString() }, () => undefined);
  const waiting = async () =>
    (await world.db.query<{ reason: string | null }>("SELECT reason FROM notes WHERE kind = 'survey' AND sent_at IS NULL")).rows.map(
      ({ reason }) => reason,
    );

  it('are at most one of each kind to anybody, none after an answer, and in sending hours of their own days, in whatever order things happen', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('wake' as const), hours: fc.integer({ min: 1, max: 90 }) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('post' as const), takes: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('submit' as const, 'opt-out' as const), who: fc.constantFrom(...PEOPLE) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const wave = await newWave();
        let ms = Date.parse('2041-03-27T12:00:00Z');
        const over = new Set<string>();
        const sent: string[] = [];
        for (const one of steps) {
          if (one.do === 'wake') {
            ms += one.hours * 3_600_000;
            await Promise.all([wake(wave, ms), wake(wave, ms)]);
          } else if (one.do === 'post') {
            const mail: NoteMail = {
              async send({ to, subject }) {
                const person = to.address.split('@')[0] ?? '';
                assert.ok(!over.has(person), `${subject} to ${person}, who has answered or opted out`);
                assert.ok(londonMinute(ms) >= 480 && londonMinute(ms) < 1_080, `${subject} at ${new Date(ms).toISOString()}`);
                const plan = planFor({ calendars: [CALENDAR_2040], school: PEOPLE.indexOf(person) % 2 === 0, away: null }, OPENS, CLOSES);
                assert.ok(plan.ok && plan.value.openDays.includes(londonDate(ms)), `${person} on ${londonDate(ms)}`);
                if (!one.takes) return { kind: 'refused', response: '550 No', addressRefused: true };
                sent.push(`${person} ${subject}`);
                return { kind: 'accepted', response: '250 Ok' };
              },
            };
            // What was put off is looked at again, by the clock of the wave and not by that of the wall.
            await world.db.query(
              'UPDATE notes n SET send_after = clock_timestamp(), queued_at = clock_timestamp() - ($1::timestamptz - letter.written_at) FROM survey_letters letter WHERE letter.note = n.id AND n.sent_at IS NULL',
              [new Date(ms).toISOString()],
            );
            await postNotes(world.application, mail);
          } else {
            const [{ state } = { state: '' }] = (
              await world.db.query<{ state: string }>('SELECT state FROM survey_waves WHERE id = $1', [wave])
            ).rows;
            const whose = { wave, person: one.who };
            if (one.do === 'opt-out') await optOut(world.application, whose);
            const taken = one.do === 'submit' && (await submitSurvey(world.application, whose, RESPONSE));
            assert.ok(!taken || state === 'open');
            assert.ok(!taken || !over.has(one.who), 'an answer of somebody who has answered or opted out');
            if (taken || one.do === 'opt-out') over.add(one.who);
          }
        }
        const invitations = sent.filter((line) => / Survey: /.test(line));
        assert.equal(new Set(invitations).size, invitations.length, 'invited twice');
        for (const person of PEOPLE) {
          const theirs = sent.filter((line) => line.startsWith(`${person} `));
          assert.ok(theirs.length <= 4);
          if (theirs.length > 0) assert.match(theirs[0] ?? '', / Survey: /, 'a reminder comes first');
          assert.ok(theirs.filter((line) => line.includes(' Last reminder')).length <= 1);
        }
      }),
      { numRuns: 25 },
    );
  });

  const accepted: NoteMail = { send: async () => ({ kind: 'accepted', response: '250 Ok' }) };
  const opened = Date.parse('2041-03-28T09:30:00Z');

  it.each([
    ['service', ''],
    ['region', 'North West'],
    ['programme', 'tsi-2022-23'],
    ['deployment', 'W0'],
  ])('wait while the e-mails of the %s are on hold', async (scope, place) => {
    const wave = await newWave();
    await wake(wave, opened);
    await world.db.query("INSERT INTO post_holds (scope, place, because, held_by) VALUES ($1, $2, 'x', 'coordinator')", [scope, place]);
    assert.equal(await postNotes(world.application, accepted), scope === 'deployment' ? 3 : 0);
    await world.db.query("UPDATE post_holds SET released_at = now(), released_by = 'coordinator'; UPDATE notes SET send_after = now()");
    assert.equal(await postNotes(world.application, accepted), scope === 'deployment' ? 1 : 4);
  });

  it('are not written while the e-mails are on hold, and are written afterwards', async () => {
    const wave = await newWave();
    await world.db.query("INSERT INTO post_holds (scope, place, because, held_by) VALUES ('programme', 'tsi-2022-23', 'x', 'coordinator')");
    await wake(wave, opened);
    assert.deepEqual(await waiting(), []);
    await world.db.query("UPDATE post_holds SET released_at = now(), released_by = 'coordinator'");
    await wake(wave, opened + 2 * 3_600_000);
    assert.equal((await waiting()).length, 4);
  });

  it('count in the limit of a day, and give way to a letter that waits', async () => {
    const wave = await newWave();
    await world.db.query("INSERT INTO post_caps (most, because, by_person) VALUES (1, 'x', 'admin')");
    await world.db.query("INSERT INTO notes (kind, person, subject, sent_at) VALUES ('digest', 'p0', 'x', clock_timestamp())");
    await world.db.query(
      `INSERT INTO messages (key, reference, step, round, rung, kind, role, person, mailroom, written_at)
       VALUES ('W1/x/1/r/p1', 'W1', 'x', 1, 'r', 'reminder', 'school', 'p1', 0, clock_timestamp())`,
    );
    await wake(wave, opened);
    assert.equal(await postNotes(world.application, accepted), 2, 'p0 has had one, and a letter waits for p1');
    assert.deepEqual(await waiting(), ['waits until it may go to this person', 'waits until it may go to this person']);
    await world.db.query(
      "INSERT INTO post_caps (most, because, by_person) VALUES (null, 'x', 'admin'); UPDATE notes SET send_after = now(); DELETE FROM messages",
    );
    assert.equal(await postNotes(world.application, accepted), 2);
  });

  /** Both kinds of days have a first reminder on this day; only system leaders have the second one before Easter. */
  const [reminded, remindedAgain] = [Date.parse('2041-04-04T10:00:00Z'), Date.parse('2041-04-10T10:00:00Z')];
  const invited = async (): Promise<number> => {
    const wave = await newWave();
    await wake(wave, opened);
    assert.equal(await postNotes(world.application, accepted), 4);
    return wave;
  };

  it('go to nobody who opted out by the link of another survey, before they are written or after', async () => {
    const earlier = await newWave();
    const wave = await newWave();
    await optOut(world.application, { wave: earlier, person: 'p0' });
    await wake(wave, opened);
    assert.equal((await waiting()).length, 3);
    await optOut(world.application, { wave: earlier, person: 'p1' });
    assert.equal(await postNotes(world.application, accepted), 2);
  });

  it('are dropped where a newer one was written while they waited', async () => {
    const wave = await invited();
    await wake(wave, reminded);
    assert.equal((await waiting()).length, 4);
    await wake(wave, remindedAgain);
    assert.equal((await waiting()).length, 6);
    assert.equal(await postNotes(world.application, accepted), 4, 'two of them twice');
    assert.deepEqual(await waiting(), []);
  });

  it('are dropped where the invitation came back while they waited', async () => {
    const wave = await invited();
    await wake(wave, reminded);
    await world.db.query("UPDATE survey_invitations SET state = 'bounced' WHERE wave = $1 AND person = 'p0'", [wave]);
    assert.equal(await postNotes(world.application, accepted), 3);
  });

  it('remind nobody whose invitation has not gone yet', async () => {
    const wave = await newWave();
    await wake(wave, opened);
    await world.db.query("UPDATE notes SET send_after = '2100-01-01' WHERE person = 'p0'");
    assert.equal(await postNotes(world.application, accepted), 3);
    await wake(wave, reminded);
    const { rows } = await world.db.query<{ person: string }>('SELECT person FROM notes WHERE sent_at IS NULL ORDER BY person, id');
    assert.deepEqual(
      rows.map(({ person }) => person),
      PEOPLE,
      'p0 is to be invited, the others are to be reminded',
    );
  });

  it('remind nobody whose clock was stopped for illness after they were invited', async () => {
    const wave = await invited();
    await world.db.query(
      `INSERT INTO clock_stops (reference, stop, category, because, by_person, stopped_at, from_on, expected_end)
       VALUES ('W0', 1, 'illness', 'x', 'coordinator', '2041-04-01T09:00:00Z', '2041-04-01', '2041-09-01')`,
    );
    await wake(wave, reminded);
    await world.db.query("DELETE FROM clock_stops WHERE reference = 'W0'");
    assert.equal((await waiting()).length, 3);
    const { rows } = await world.db.query("SELECT FROM survey_letters WHERE wave = $1 AND person = 'p0' AND kind = 'reminder-1'", [wave]);
    assert.equal(rows.length, 0, 'put off instead of dropped');
  });

  it('lead to an answer until the end of the last day in London, also while the workflow has not woken since', async () => {
    const wave = await invited();
    const isTaken = async (person: string, at: string) => {
      await world.db.query('UPDATE survey_waves SET as_of = $2, woken_at = clock_timestamp() WHERE id = $1', [wave, at]);
      return submitSurvey(world.application, { wave, person }, RESPONSE);
    };
    assert.equal(await isTaken('p0', '2041-04-30T22:30:00Z'), true);
    assert.equal(await isTaken('p1', '2041-04-30T23:30:00Z'), false, 'half past midnight');
  });
});
