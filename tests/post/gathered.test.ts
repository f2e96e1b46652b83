import fc from 'fast-check';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { Envelope, LedgerPort } from '../../activities/ports.ts';
import type { Timing } from '../../domain/chasing/timing.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import type { RungKind } from '../../domain/programme.ts';
import { londonDate, londonMinute } from '../../domain/time/london.ts';
import { weekday } from '../../domain/time/plain-date.ts';
import { createComposer } from '../../mail/compose.ts';
import { keepPreferences } from '../../postgres/desk/staff-preferences.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';
import { deploymentsAhead, peopleInLetters, remindersSent } from '../../postgres/views/ahead.ts';
import { emailsAhead } from '../../rehearsal/ahead.ts';
import { createApp } from '../../web/app.ts';
import { PEOPLE } from '../support/people.ts';
import { answered, AT, change, CONFIRM, opened, openRecordWorld, reached } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { freshName } from '../support/servers.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import { deskOf, insertStaff } from '../web/desk-world.ts';
import { servicesOf } from '../web/staff-app.ts';

const HOUR_MS = 3_600_000;
const RDP = { role: 'rdp' };

/** AT is Tuesday 9 October 2040, 11am in London. Cora coordinates, and Harry is the head of the school. */
describe('e-mails to staff that can wait', () => {
  let world: RecordWorld;
  let ledger: LedgerPort;
  const compose = createComposer({ messageIdDomain: 'mail.example', from: { name: 'Chaser', address: 'chaser@mail.example' } });
  /** How much time has passed since AT, by every clock. */
  let passedMs = 0;
  let changes = 0;
  beforeAll(async () => {
    world = await openRecordWorld();
    await insertStaff(world.owner);
    ledger = createLedger(world.db, { leaseSeconds: 60, retrySeconds: 60, links: null });
  });
  afterAll(() => world.end());
  beforeEach(() => clear());

  const clear = async () => {
    passedMs = 0;
    await world.owner.query('DELETE FROM messages');
  };
  const now = () => new Date(Date.parse(AT) + passedMs).toISOString();
  /** Time passes for everything that waits. */
  const pass = async (ms: number) => {
    passedMs += ms;
    await world.owner.query(
      `UPDATE messages SET queued_at = queued_at - make_interval(secs => $1), send_after = send_after - make_interval(secs => $1),
              accepted_at = accepted_at - make_interval(secs => $1) WHERE true`,
      [ms / 1000],
    );
  };
  const prefer = (timing: Timing, person = 'coordinator') => keepPreferences(world.db, person, { digest: true, timing }, person);
  const begin = async (): Promise<string> => {
    const reference = freshName('T');
    await world.begin(reference, opened(CONFIRM), opened('further-support'));
    return reference;
  };
  const news = (person = 'coordinator', role = 'rdp'): ChronologyEvent => {
    changes += 1;
    return { ...change(changes, now()), type: 'pace-changed', pace: 'more', tells: [{ role, person }] };
  };
  const rung = (kind: RungKind, name: string = kind, of = {}) => reached(kind, ['coordinator'], { ...RDP, at: now(), rung: name, ...of });
  /** Rounds of a mailroom until nothing may leave: the e-mails that reached the mail server. */
  const rounds = async (crash: 'never' | 'before' | 'after' = 'never'): Promise<readonly Envelope[]> => {
    const left: Envelope[] = [];
    for (;;) {
      const claim = randomUUID();
      const { rows, envelopes } = await ledger.claim(0, claim, 3);
      if (rows === 0) return left;
      if (crash !== 'before' && envelopes.length > 0) {
        const handed = await ledger.handOver(
          claim,
          envelopes.map((envelope) => ({ envelope, email: compose(envelope) })),
        );
        left.push(...envelopes.filter(({ id }) => handed.has(id)));
      }
      if (crash !== 'never') {
        await world.owner.query("UPDATE messages SET claimed_until = clock_timestamp() - interval '1 second' WHERE state = 'claimed'");
        return left;
      }
      for (const envelope of envelopes) await ledger.markAccepted(envelope, '250 OK');
    }
  };
  const kindsOf = (envelopes: readonly Envelope[]) =>
    envelopes.map(({ letters }) =>
      letters
        .map(({ kind }) => kind)
        .toSorted()
        .join('+'),
    );
  const inLedger = async () =>
    (
      await world.db.query<{ row: string }>(
        "SELECT concat_ws(' ', kind, state, reason) AS row FROM messages WHERE person = 'coordinator' ORDER BY written_at, kind, key",
      )
    ).rows.map(({ row }) => row);

  it('once a day: news and a request are one e-mail at 4pm, a call and an escalation go at once, and nobody else waits', async () => {
    await prefer('daily');
    const reference = await begin();
    await world.happens(reference, news(), rung('request'), rung('call'), rung('escalation'), news('head', 'school'));
    assert.deepEqual(kindsOf(await rounds()).toSorted(), ['call', 'escalation', 'news']);
    const waits = 'Waits for the e-mail that its reader gets once a day or once a week.';
    assert.deepEqual(
      (await inLedger()).filter((row) => row.includes('queued')),
      [`news queued ${waits}`, `request queued ${waits}`],
    );
    const tomorrow = emailsAhead(await deploymentsAhead(world.db, { sql: 'd.reference = $1', values: [reference] }), {
      days: 0,
      gatheringMs: 60_000,
      people: await peopleInLetters(world.db),
      sentBefore: await remindersSent(world.db),
    }).filter(({ person, letters }) => person === 'coordinator' && letters.length > 1);
    assert.deepEqual(
      tomorrow.map(({ atMs, letters }) => [
        londonMinute(atMs),
        letters
          .map(({ kind }) => kind)
          .toSorted()
          .join('+'),
      ]),
      [[16 * 60 + 1, 'news+request']],
      'what goes out next foretells another e-mail',
    );
    await pass(4 * HOUR_MS);
    await world.happens(reference, news());
    assert.deepEqual(await rounds(), []);
    await pass(1.1 * HOUR_MS);
    const [together, ...others] = await rounds();
    assert.equal(others.length, 0);
    assert.deepEqual(kindsOf([together ?? assert.fail()]), ['news+news+request']);
    const { subject, text } = compose(together ?? assert.fail());
    assert.equal(subject, '3 updates, 1 needs your answer: Hillside Church of England Primary School');
    assert.match(text, /1\. Please confirm participation[\s\S]*2\. [\s\S]*3\. /);
  });

  it('once a week: news waits until Friday at 4pm, and a step that is answered meanwhile is not asked for', async () => {
    await prefer('weekly');
    const reference = await begin();
    await world.happens(reference, news(), rung('request'));
    assert.deepEqual(await rounds(), []);
    await world.happens(reference, answered(CONFIRM, 1, now()));
    await pass(5.1 * HOUR_MS);
    assert.deepEqual(await rounds(), []);
    await pass(2 * 24 * HOUR_MS);
    await world.happens(reference, news());
    assert.deepEqual(await rounds(), [], 'on Thursday');
    await pass(24 * HOUR_MS);
    assert.deepEqual(kindsOf(await rounds()), ['news+news']);
    assert.deepEqual(
      (await inLedger()).map((row) => row.split(' ').slice(0, 2).join(' ')),
      ['news accepted', 'request suppressed', 'news accepted'],
    );
  });

  it('wanted at once again, all that waited leaves in one e-mail; whoever is no member of the staff any more waits for nothing', async () => {
    await prefer('weekly');
    const reference = await begin();
    await world.happens(reference, news(), news());
    assert.deepEqual(await rounds(), []);
    assert.deepEqual(await prefer('daily'), [0], 'the mailroom that has to look again is not named');
    assert.deepEqual(await rounds(), []);
    await pass(5.1 * HOUR_MS);
    await world.happens(reference, news());
    assert.deepEqual(kindsOf(await rounds()), ['news+news']);
    await prefer('at-once');
    assert.deepEqual(kindsOf(await rounds()), ['news']);

    await prefer('weekly', 'head');
    await world.happens(reference, news('head', 'school'));
    assert.deepEqual(kindsOf(await rounds()), ['news'], 'a head waits for an e-mail of the staff');
  });

  it('letters, choices, hours and crashes in any order lose nothing, repeat nothing, and let nothing urgent wait', async () => {
    const kinds = ['news', 'request', 'call', 'escalation', 'reminder'] as const;
    const act = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant('letter' as const), kind: fc.constantFrom(...kinds), of: fc.nat({ max: 1 }) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('rounds' as const),
          crash: fc.constantFrom('never' as const, 'before' as const, 'after' as const),
        }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('hours' as const), hours: fc.integer({ min: 1, max: 9 }) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('choose' as const),
          timing: fc.constantFrom('at-once' as const, 'daily' as const, 'weekly' as const),
        }),
      },
    );
    let gathered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 20 }), async (acts) => {
        await clear();
        await prefer('weekly');
        const references = [await begin(), await begin()];
        for (const reference of references) await world.happens(reference, news());
        const envelopeOf = new Map<string, string>();
        let number = 0;
        const run = async (crash: 'never' | 'before' | 'after'): Promise<void> => {
          for (const { id, letters } of await rounds(crash)) {
            if (letters.length > 1 && letters.some(({ kind }) => kind === 'news')) gathered += 1;
            for (const { key } of letters) {
              // The one gap of ADR 0005: the same e-mail may go again when a worker dies before it hears the server's answer.
              assert.equal(envelopeOf.get(key) ?? id, id, `${key} left in two e-mails`);
              envelopeOf.set(key, id);
            }
          }
        };
        const isOffice = () => {
          const ms = Date.parse(now());
          return weekday(londonDate(ms)) <= 5 && londonMinute(ms) >= 9 * 60 && londonMinute(ms) < 17 * 60;
        };
        for (const one of acts) {
          switch (one.do) {
            case 'letter': {
              // Letters are written in sending hours.
              while (!isOffice()) await pass(HOUR_MS);
              number += 1;
              const of = one.of === 0 ? CONFIRM : 'further-support';
              await world.happens(
                references[one.of] ?? '',
                one.kind === 'news' ? news() : rung(one.kind, `${one.kind}-${number}`, { step: of }),
              );
              break;
            }
            case 'rounds':
              await run(one.crash);
              break;
            case 'hours':
              await pass(one.hours * HOUR_MS);
              break;
            case 'choose':
              await prefer(one.timing);
              break;
          }
        }
        if (isOffice()) {
          await run('never');
          const { rows } = await world.db.query<{ key: string }>(
            "SELECT key FROM messages WHERE kind IN ('call', 'escalation') AND state NOT IN ('accepted', 'suppressed')",
          );
          assert.deepEqual(rows, [], 'something urgent waits');
        }
        for (let half = 0; half < 20; half += 1) {
          await pass(11.5 * HOUR_MS);
          await run('never');
        }
        const { rows: notSent } = await world.db.query<{ row: string }>(
          "SELECT concat_ws(' ', rung, state, reason) AS row FROM messages WHERE state NOT IN ('accepted', 'perhaps-sent') AND reason IS DISTINCT FROM 'A later letter about this step goes in its place.'",
        );
        assert.deepEqual(notSent, []);
      }),
      { numRuns: 12 },
    );
    assert.ok(gathered > 5, `only ${gathered} e-mails held several letters`);
  });
});

it('from the page to the e-mail: what waits for a member of the staff leaves as soon as they want it', async () => {
  const world = await openWorld();
  const app = await createApp(servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }), { trustProxy: false });
  try {
    await insertStaff(world.db);
    const rosa = await deskOf(world.db, app, 'region');
    assert.equal((await rosa.post('/your-e-mails', { digest: 'yes', timing: 'hourly' })).status, 400);
    assert.equal((await rosa.post('/your-e-mails', { digest: 'yes', timing: 'daily' })).location, '/your-e-mails?saved=yes');
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    const row = async () =>
      (
        await world.db.query<{ row: string }>(
          "SELECT concat_ws(' ', kind, state, gathered) AS row FROM messages WHERE reference = $1 AND person = 'region' AND step = 'contact-school'",
          [reference],
        )
      ).rows.map((one) => one.row);
    assert.deepEqual(await row(), ['request queued t']);
    assert.ok(!world.sink.arrived.some(({ recipient }) => recipient === PEOPLE.region.email));
    await rosa.post('/your-e-mails', { digest: 'yes', timing: 'at-once' });
    await waitUntil('the request leaves', async () => (await row())[0] === 'request accepted t');
    assert.ok(world.sink.arrived.some(({ recipient }) => recipient === PEOPLE.region.email));
    const { rows: chosen } = await world.db.query<{ row: string }>(
      "SELECT concat_ws(' ', person, timing, by_person) AS row FROM staff_preferences ORDER BY id",
    );
    assert.deepEqual(
      chosen.map((one) => one.row),
      ['region daily region', 'region at-once region'],
    );
  } finally {
    await app.close();
    await world.end();
  }
});
