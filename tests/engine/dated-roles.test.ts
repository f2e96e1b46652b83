import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { handOverEndedRoles } from '../../desk/hand-over-ended-roles.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, plainDate } from '../../domain/time/plain-date.ts';
import { endAccessOfEndedRoles } from '../../postgres/access/end-access.ts';
import { findSession, findStaffByAddress, openSession } from '../../postgres/access/sessions.ts';
import { findKnownPerson } from '../../postgres/views/people.ts';
import { findParties } from '../../register/find-parties.ts';
import { importPeople } from '../../register/import-people.ts';
import { csvOf, testFiles } from '../kit/files.ts';
import { URN } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const TODAY = londonDate(Date.now());
const RDP = ['rdp'];

describe('a role with a first and a last day', () => {
  const files = testFiles();
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(async () => {
    await world.end();
    files.remove();
  });

  const take = async (...rows: readonly Readonly<Record<string, string>>[]) => {
    const imported = await importPeople(world.db, files.write(csvOf(rows)));
    assert.ok(imported.ok);
    return imported.value;
  };
  const head = (dates: Readonly<Record<string, string>>) => ({
    id: 'newhead',
    name: 'Nora Newhead',
    email: 'nora@hillside.example',
    role: 'school',
    urn: URN,
    region: '',
    ...dates,
  });
  const schoolOn = async (day: string) =>
    (await findParties(world.db, { kind: 'school', urn: URN }, tsiProgrammeFrom('confirm-participation'), plainDate(day))).parties[
      'school'
    ];

  it('counts from the first to the last day, both inclusive, and a file says so with its mistakes', async () => {
    await world.db.query("DELETE FROM person_roles WHERE role = 'school'");
    await take(head({ from: '2040-10-08', until: '31 March 2041' }));
    for (const [day, holds] of [
      ['2040-10-07', undefined],
      ['2040-10-08', ['newhead']],
      ['2041-03-31', ['newhead']],
      ['2041-04-01', undefined],
    ] as const) {
      assert.deepEqual(await schoolOn(day), holds, day);
    }
    const role = { ...head({}), id: 'other', email: 'o@x.example', name: 'Otto' };
    const wrong = await take({ ...role, from: '2041-01-01', until: '2040-01-01' }, { ...role, from: 'soon', until: '' });
    assert.deepEqual(
      wrong.findings.map(({ message }) => message),
      ['The until "2040-01-01" is before the first day, 2041-01-01.', 'The from "soon" is not a date.'],
    );
    // A file without the columns keeps the dates.
    await take(head({}));
    const [known] = (await findKnownPerson(world.db, 'newhead'))?.roles ?? [];
    assert.deepEqual([known?.from, known?.until], ['2040-10-08', '2041-03-31']);
  });

  it('ends a session and every way in on the day after the last', async () => {
    const { db } = world;
    const dated = (from: string | null, until: string | null) =>
      db.query("UPDATE person_roles SET from_on = $1, until_on = $2 WHERE person = 'coordinator'", [from, until]);
    await db.query("INSERT INTO person_roles (person, role, region) VALUES ('coordinator', 'rdp', 'North West') ON CONFLICT DO NOTHING");
    const { rows } = await db.query<{ email: string }>("SELECT email FROM people WHERE id = 'coordinator'");
    const address = rows[0]?.email ?? '';
    await dated(null, TODAY);
    const { token } = await openSession(db, 'coordinator');
    const { token: other } = await openSession(db, 'coordinator');
    assert.ok(await findSession(db, token, RDP), 'the last day still counts');
    assert.deepEqual(await endAccessOfEndedRoles(db), []);
    await dated(null, addDays(TODAY, -1));
    assert.equal(await findSession(db, token, RDP), null);
    assert.equal(await findStaffByAddress(db, address, RDP), null);
    assert.deepEqual(
      (await endAccessOfEndedRoles(db)).map(({ person, sessions }) => [person, sessions]),
      [['coordinator', 1]],
    );
    assert.equal(await findSession(db, other, RDP), null);
    await dated(addDays(TODAY, 1), null);
    assert.equal(await findStaffByAddress(db, address, RDP), null, 'a role that begins tomorrow opens nothing today');
    await dated(TODAY, null);
    assert.ok(await findStaffByAddress(db, address, RDP));
  });

  it('hands a running deployment over to who holds it by then, once, and asks them', async () => {
    const { db } = world;
    await db.query("DELETE FROM person_roles WHERE role = 'school'");
    await db.query("INSERT INTO person_roles (person, role, urn, until_on) VALUES ('head', 'school', $1, '2040-10-09')", [URN]);
    const reference = await world.begin('2040-10-08 09:30', { programme: tsiProgrammeFrom('confirm-participation') });
    await world.postIsDone();
    assert.equal(await handOverEndedRoles(world), 0, 'the last day has not passed');
    await world.forwardTo(reference, '2040-10-10 12:00');
    await world.postIsDone();
    assert.equal(await handOverEndedRoles(world), 0, 'nobody else holds it');
    await db.query("INSERT INTO person_roles (person, role, urn, from_on) VALUES ('newhead', 'school', $1, '2040-10-10')", [URN]);
    assert.equal(await handOverEndedRoles(world), 1);
    assert.equal(await handOverEndedRoles(world), 0);
    await world.postIsDone();
    const { rows } = await db.query<{ line: string }>(
      "SELECT person || ' ' || kind AS line FROM messages WHERE reference = $1 AND person = 'newhead' AND state = 'accepted' AND kind = 'request'",
      [reference],
    );
    assert.deepEqual(rows, [{ line: 'newhead request' }]);
    const { rows: told } = await db.query<{ text: string }>(
      "SELECT body_text AS text FROM messages WHERE reference = $1 AND rung LIKE 'party-changed%' AND person = 'newhead'",
      [reference],
    );
    assert.match(told[0]?.text ?? '', /ended on 9 October 2040/);
  });
});
