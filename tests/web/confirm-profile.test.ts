import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { addProfiles } from '../../postgres/views/leaders.ts';
import type { LeaderProfile } from '../../domain/matching/profile.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { askForProfiles } from '../../web/leaders/ask-profiles.ts';
import { registerConfirmProfileRoutes } from '../../web/leaders/confirm-routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const PROFILE: LeaderProfile = {
  homeSchools: [],
  homeTrust: null,
  phases: ['primary'],
  specialisms: [],
  contexts: [],
  designations: [],
  trainedOn: plainDate('2022-09-14'),
  daysATerm: 6,
  furthestMiles: 40,
  regions: ['North West'],
  away: null,
};

/** A morning of the spring term of 2027, in sending hours. */
const at = (on: string, time = '09:00') => Date.parse(`${on}T${time}:00.000Z`);

describe('a system leader confirms their profile for a term', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  const services = () => servicesOf(database.pool);
  const asks = async () =>
    (await database.pool.query<{ who: string }>(`SELECT leader || ' ' || kind AS who FROM profile_asks ORDER BY id`)).rows.map(
      ({ who }) => who,
    );
  const newestNote = async (person: string) => {
    const { rows } = await database.pool.query<{ subject: string; text: string; html: string }>(
      'SELECT subject, body_text AS text, body_html AS html FROM notes WHERE person = $1 ORDER BY id DESC LIMIT 1',
      [person],
    );
    assert.ok(rows[0]);
    return rows[0];
  };
  const linkOf = async (person: string) => /https:\/\/chaser\.example(\/profile\/\S+)/.exec((await newestNote(person)).text)?.[1] ?? '';
  const post = (url: string, fields: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    });

  beforeAll(async () => {
    // The page asks the real clock whether the term is over, and these tests are to hold after it, too.
    vi.useFakeTimers({ toFake: ['Date'], now: at('2027-01-12') });
    database = await freshDatabase();
    await database.pool.query(
      `INSERT INTO people (id, name, email, imported_at, address_refused_at) VALUES
         ('ann', 'Ann Able', 'ann@leaders.example', now(), NULL), ('bob', 'Bob Busy', 'bob@leaders.example', now(), NULL),
         ('cy', 'Cy Closed', 'cy@leaders.example', now(), now()), ('di', 'Di Distant', 'di@leaders.example', now(), NULL)`,
    );
    const away = { from: plainDate('2027-01-04'), until: plainDate('2027-01-29') };
    await addProfiles(
      database.pool,
      ['ann', 'bob', 'cy', 'di'].map((leader) => ({ leader, profile: leader === 'di' ? { ...PROFILE, away } : PROFILE })),
      { by: null, because: 'Imported.' },
    );
    app = await guardedApp(services(), registerConfirmProfileRoutes);
  });
  afterAll(async () => {
    await app.close();
    await database.end();
    vi.useRealTimers();
  });

  it('is asked by no e-mail at night, on a Saturday or in the holidays', async () => {
    for (const moment of [at('2027-01-12', '03:00'), at('2027-01-16'), at('2026-12-29')])
      assert.equal(await askForProfiles(services(), moment), 0);
    assert.deepEqual(await asks(), []);
  });

  it('is asked once a term, though two web services look at the same time; not while away or where the address was refused', async () => {
    const both = await Promise.all([1, 2].map(() => askForProfiles(services(), at('2027-01-12'))));
    assert.equal(
      both.reduce((all, one) => all + one),
      2,
    );
    assert.equal(await askForProfiles(services(), at('2027-01-13')), 0);
    assert.deepEqual((await asks()).toSorted(), ['ann ask', 'bob ask']);
    const { subject, text, html } = await newestNote('ann');
    assert.equal(subject, 'Is your profile still right for Spring 2027?');
    for (const words of ['Days offered in a term: 6', 'Regions: North West', 'How far: 40 miles']) assert.ok(text.includes(words), words);
    assert.match(html, /<a href="https:\/\/chaser\.example\/profile\//);
  });

  it('finds a page that changes nothing until the button is pressed, once', async () => {
    const link = await linkOf('ann');
    const page = await app.inject(link);
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /Yes, this is right/);
    assert.equal((await database.pool.query('SELECT FROM profile_confirmations')).rowCount, 0);
    for (let press = 1; press <= 2; press += 1) assert.equal((await post(`${link}/confirm`, {})).statusCode, 303);
    assert.match((await app.inject(link)).body, /Thank you\. You confirmed your profile/);
    assert.equal((await database.pool.query('SELECT FROM profile_confirmations')).rowCount, 1);
  });

  it('is reminded once, ten school days later, unless they have confirmed', async () => {
    assert.equal(await askForProfiles(services(), at('2027-01-25')), 0);
    assert.equal(await askForProfiles(services(), at('2027-01-26')), 1);
    assert.equal(await askForProfiles(services(), at('2027-01-27')), 0);
    assert.match((await newestNote('bob')).subject, /^Reminder: is your profile/);
    // Di Distant is back on Monday 1 February, and is asked then.
    assert.equal(await askForProfiles(services(), at('2027-02-01')), 1);
    assert.deepEqual((await asks()).slice(2), ['bob reminder', 'di ask']);
  });

  it('says what has changed, of what is theirs to say, and it is kept as a new line', async () => {
    const link = await linkOf('bob');
    const wrong = await post(`${link}/change`, { days_a_term: 'lots' });
    assert.equal(wrong.statusCode, 400);
    assert.match(wrong.body, /There is a problem/);
    const changed = await post(`${link}/change`, {
      days_a_term: '2.5',
      furthest_miles: '20',
      regions: 'London',
      'trained_on-year': '1999',
      home_trust: '99001',
    });
    assert.equal(changed.statusCode, 303);
    const { rows } = await database.pool.query<{ profile: LeaderProfile; by: string }>(
      `SELECT profile, by_person AS by FROM leader_profiles WHERE leader = 'bob' ORDER BY id DESC LIMIT 1`,
    );
    assert.deepEqual(rows[0], { profile: { ...PROFILE, daysATerm: 2.5, furthestMiles: 20, regions: ['London'] }, by: 'bob' });
  });

  it('is asked again at a new address, and the link to the old one is worth nothing', async () => {
    const link = await linkOf('di');
    await database.pool.query("UPDATE people SET email = 'di@elsewhere.example' WHERE id = 'di'");
    assert.equal((await app.inject(link)).statusCode, 404);
    assert.equal((await post(`${link}/confirm`, {})).statusCode, 404);
    assert.equal(await askForProfiles(services(), at('2027-02-02')), 1);
    assert.notEqual(await linkOf('di'), link);
    assert.equal((await app.inject(`${link.slice(0, -2)}xx`)).statusCode, 404);
  });
});
