import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import type { RunningDeployment } from '../../domain/chronology/ahead.ts';
import type { ChronologyEvent, Parties } from '../../domain/chronology/events.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { dailyCap, deploymentsAhead, othersAheadOf, remindersSent, unlikeOthersInPost } from '../../postgres/views/ahead.ts';
import { inRegion } from '../../postgres/views/place.ts';
import { emailsAhead, recipientsAhead } from '../../rehearsal/ahead.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { PARTIES, URN } from '../support/people.ts';
import { AT, change, CONFIRM, opened, reached, recordWorldIn } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { tsiProgramme } from '../support/programme.ts';

const LONDON_URN = '990902';
const NO_ONE_OF_THEM: Parties = { 'regional-team': ['rex'], 'regional-senior': ['rex'], rdp: ['carl'], school: ['hilda'] };
const EVERYTHING = { sql: 'true', values: [] };
const GATHERING_MS = 60_000;

describe('what a region sends', () => {
  let database: TestDatabase;
  let world: Omit<RecordWorld, 'end'>;
  beforeAll(async () => {
    database = await freshDatabase();
    world = await recordWorldIn(database.application, { owner: database.pool });
    await world.db.query("INSERT INTO local_authorities (code, name, region) VALUES ('991', 'Londonshire', 'London')");
    await world.db.query(
      `INSERT INTO schools (urn, name, authority, status, region, imported_at) VALUES ($1, 'Thames School', '991', 'Open', 'London', now())`,
      [LONDON_URN],
    );
    await world.db.query(
      `INSERT INTO people (id, name, email, imported_at) SELECT id, id, id || '@elsewhere.example', now() FROM unnest($1::text[]) id`,
      [['rex', 'carl', 'hilda']],
    );
    const begins = (reference: string, urn: string, parties: Parties, ...more: readonly ChronologyEvent[]) =>
      world.happens(
        reference,
        {
          type: 'deployment-began',
          at: AT,
          reference,
          subject: { kind: 'school', urn },
          programme: { id: tsiProgramme().id, version: tsiProgramme().version },
          calendarVersion: CALENDAR_2040.version,
          parties,
        },
        opened(CONFIRM),
        ...more,
      );
    // The school and the coordinator of the first are asked, reminded and told to telephone within the week.
    await begins('N1', URN, PARTIES);
    await begins('SHARES', LONDON_URN, { ...NO_ONE_OF_THEM, school: ['head'] });
    await begins('DEPUTY', LONDON_URN, NO_ONE_OF_THEM, {
      ...change(1, AT),
      type: 'deputy-named',
      person: 'hilda',
      deputy: 'head',
      from: plainDate('2040-10-09'),
      to: plainDate('2040-11-30'),
    });
    await begins('WAITS', LONDON_URN, NO_ONE_OF_THEM, reached('request', ['head']));
    await begins('ESCALATED', LONDON_URN, NO_ONE_OF_THEM, reached('escalation', ['head'], { role: 'regional-team' }));
    await begins('APART', LONDON_URN, NO_ONE_OF_THEM);
    await world.db.query("UPDATE messages SET state = 'suppressed', closed_at = now() WHERE reference = 'ESCALATED'");
  });
  afterAll(() => database.end());

  const foretold = async (deployments: readonly RunningDeployment[], days: number | null) => {
    const people = await unlikeOthersInPost(world.db);
    const [sentBefore, cap] = [await remindersSent(world.db), await dailyCap(world.db)];
    return emailsAhead(deployments, { days, gatheringMs: GATHERING_MS, people, sentBefore, ...cap })
      .filter(({ letters }) => letters.some(({ reference }) => reference === 'N1'))
      .map(({ atMs, person, letters }) => ({ atMs, person, letters: letters.map(({ key }) => key) }));
  };

  for (const days of [1, 7, 30]) {
    it(`within ${days} days is the same, with what travels with it, whether all of the country is played or what its recipients have`, async () => {
      const ofPlace = await deploymentsAhead(world.db, inRegion(EVERYTHING, 'North West'), days);
      const others = await othersAheadOf(world.db, ofPlace, recipientsAhead(ofPlace, days), days);
      const all = await foretold(await deploymentsAhead(world.db, EVERYTHING, days), days);
      assert.ok(all.length > 0);
      assert.ok(days === 1 || all.some(({ letters }) => letters.length > 1), 'no e-mail holds letters of several deployments');
      assert.deepEqual(await foretold([...ofPlace, ...others], days), all);
      assert.deepEqual(
        ofPlace.map(({ reference }) => reference),
        ['N1'],
      );
    });
  }

  it('is told by chaser post tomorrow with all that its e-mails say', async () => {
    const chaser = chaserOf({ databaseUrl: database.url });
    const tomorrow = async (...which: readonly string[]) => {
      const { status, stdout, stderr } = await chaser('post', 'tomorrow', '--days', '7', ...which, '--json');
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout) as readonly { readonly letters: readonly { readonly reference: string }[] }[];
    };
    const all = (await tomorrow()).filter(({ letters }) => letters.some(({ reference }) => reference === 'N1'));
    assert.ok(all.some(({ letters }) => letters.length > 1));
    assert.deepEqual(await tomorrow('--region', 'North West'), all);
  });

  it('concerns whoever holds a role, deputises, has a letter that waits or an escalation, and nobody else', async () => {
    const ofPlace = await deploymentsAhead(world.db, inRegion(EVERYTHING, 'North West'), 30);
    const others = await othersAheadOf(world.db, ofPlace, new Set(['head']), 30);
    assert.deepEqual(
      others.map(({ reference }) => reference),
      ['DEPUTY', 'ESCALATED', 'SHARES', 'WAITS'],
    );
  });
});
