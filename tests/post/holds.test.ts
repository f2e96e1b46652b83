import fc from 'fast-check';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { ComposedEmail, Envelope, LedgerPort } from '../../activities/ports.ts';
import { endHold, makeHold } from '../../postgres/desk/post-holds.ts';
import type { NewHold } from '../../postgres/desk/post-holds.ts';
import { claimDueNote, queueNote } from '../../postgres/desk/notes.ts';
import { previewRelease } from '../../postgres/desk/release-preview.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';
import { PEOPLE } from '../support/people.ts';
import { answered, AT, change, CONFIRM, CONTACT, opened, openRecordWorld, reached, resumed, stopped } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { freshName } from '../support/servers.ts';

const MAILROOM = 0;
/** Days after AT, at the same hour. */
const onDay = (day: number) => new Date(Date.parse(AT) + day * 86_400_000).toISOString();

describe('while the post is held', () => {
  let world: RecordWorld;
  let ledger: LedgerPort;
  let reference: string;
  beforeAll(async () => {
    world = await openRecordWorld();
    ledger = createLedger(world.db, { leaseSeconds: 60, retrySeconds: 60, links: null });
  });
  afterAll(() => world.end());
  beforeEach(async () => {
    await world.db.query('DELETE FROM messages');
    await world.db.query('DELETE FROM post_holds');
    reference = await beginning();
  });

  async function beginning(): Promise<string> {
    const begun = freshName('T');
    await world.begin(begun, opened(CONFIRM), opened(CONTACT));
    return begun;
  }
  const hold = async (over: Partial<NewHold> = {}): Promise<number> => {
    const id = await makeHold(world.db, {
      scope: 'service',
      place: '',
      because: 'Election period.',
      by: 'coordinator',
      untilAt: null,
      ...over,
    });
    return id ?? assert.fail('it was held already');
  };
  const release = (id: number) => endHold(world.db, id, { by: 'coordinator', because: 'It is over.' });
  const claim = (by: string = randomUUID()) => ledger.claim(MAILROOM, by, 10);
  const handOver = (envelopes: readonly Envelope[]) =>
    ledger.handOver(
      envelopes[0]?.claim ?? '',
      envelopes.map((envelope) => ({ envelope, email: emailTo(PEOPLE.head.email) })),
    );
  /** One round of a mailroom whose mail server takes everything. Answers the rungs that left. */
  const round = async (): Promise<readonly string[]> => {
    const { envelopes } = await claim();
    if (envelopes.length === 0) return [];
    const handed = await handOver(envelopes);
    const left = envelopes.filter(({ id }) => handed.has(id));
    for (const envelope of left) await ledger.markAccepted(envelope, '250 OK');
    return left.flatMap(({ letters }) => letters.map(({ key }) => key.split('/')[3] ?? '')).toSorted();
  };
  const rows = async () => {
    const { rows: all } = await world.db.query<{ row: string }>(
      "SELECT concat_ws(' ', rung, state, attempts, envelope) AS row FROM messages ORDER BY written_at, key",
    );
    return all.map(({ row }) => row);
  };

  it.each([
    ['service', (): string => ''],
    ['region', (): string => 'North West'],
    ['programme', (): string => 'tsi-2022-23'],
    ['deployment', (): string => reference],
  ] as const)('nothing of the %s is claimed, no try is counted, and all goes once it is released', async (scope, placeOf) => {
    const id = await hold({ scope, place: placeOf() });
    await world.happens(reference, reached('request', ['head']));
    assert.deepEqual(await round(), []);
    assert.deepEqual(await rows(), ['request queued 0']);
    const ms = (await ledger.msUntilNextTry(MAILROOM)) ?? assert.fail('a release of which it is not told would be lost');
    assert.ok(ms > 500_000 && ms <= 600_000, `it comes back after ${ms} ms`);
    assert.deepEqual(await release(id), [MAILROOM]);
    assert.equal(await ledger.msUntilNextTry(MAILROOM), 0);
    assert.deepEqual(await round(), ['request']);
    assert.deepEqual(await round(), []);
  });

  it('another region, programme or deployment is written to as always', async () => {
    await hold({ scope: 'region', place: 'London' });
    await hold({ scope: 'programme', place: 'rise-2026' });
    await hold({ scope: 'deployment', place: await beginning() });
    await world.happens(reference, reached('request', ['head']));
    assert.deepEqual(await round(), ['request']);
  });

  it('a letter that is held takes no place from one that may go, though it is older', async () => {
    const held = await beginning();
    await hold({ scope: 'deployment', place: held });
    await world.happens(held, reached('request', ['head']));
    await world.happens(reference, reached('request', ['head']));
    const { envelopes } = await ledger.claim(MAILROOM, randomUUID(), 1);
    assert.deepEqual(
      envelopes.flatMap(({ letters }) => letters.map(({ key }) => key.split('/')[0])),
      [reference],
    );
  });

  it('what was claimed before the hold and not handed over stays, in the state in which it was', async () => {
    await world.happens(reference, reached('request', ['head']));
    const { envelopes } = await claim();
    assert.equal(envelopes.length, 1);
    const id = await hold({ scope: 'deployment', place: reference });
    assert.deepEqual([...(await handOver(envelopes))], []);
    assert.deepEqual(await rows(), ['request queued 0'], 'a try was counted, or it is still claimed');
    await release(id);
    assert.deepEqual(await round(), ['request']);
  });

  it('of the reminders of one morning in one e-mail only those that are not held leave', async () => {
    const other = await beginning();
    await world.happens(reference, reached('reminder', ['head']));
    await world.happens(other, reached('reminder', ['head']));
    const { envelopes } = await claim();
    assert.deepEqual(
      envelopes.map(({ letters }) => letters.length),
      [2],
    );
    const id = await hold({ scope: 'deployment', place: reference });
    assert.deepEqual([...(await handOver(envelopes))], [], 'an e-mail with a held letter left');
    assert.deepEqual(await round(), ['reminder']);
    await release(id);
    assert.deepEqual(await round(), ['reminder']);
  });

  it('an e-mail that was perhaps sent is not sent again, nor torn apart', async () => {
    const other = await beginning();
    await world.happens(reference, reached('reminder', ['head']));
    await world.happens(other, reached('reminder', ['head']));
    const { envelopes } = await claim();
    await handOver(envelopes);
    await world.db.query("UPDATE messages SET claimed_until = clock_timestamp() - interval '1 second'");
    const id = await hold({ scope: 'deployment', place: reference });
    assert.deepEqual(await round(), []);
    await release(id);
    const again = await claim();
    assert.deepEqual(
      again.envelopes.map((envelope) => [envelope.id, envelope.letters.length, envelope.perhapsSent]),
      [[envelopes[0]?.id, 2, true]],
    );
  });

  it('on release one letter a step goes: the newest of its ladder, and every escalation and notice', async () => {
    const id = await hold();
    await world.happens(reference, reached('request', ['head']));
    await world.happens(reference, reached('reminder', ['head'], { at: onDay(1), rung: 'reminder-1' }));
    await world.happens(reference, reached('overdue', ['head'], { at: onDay(8), rung: 'overdue+1' }));
    await world.happens(reference, reached('escalation', ['region'], { at: onDay(9), rung: 'escalation+3', role: 'regional-team' }));
    assert.deepEqual(await round(), []);
    const preview = await previewRelease(world.db, id);
    assert.deepEqual(
      preview.map(({ key, fate }) => [key.split('/')[3], fate.kind === 'not' ? fate.because : fate.kind]),
      [
        ['request', 'A later letter about this step goes in its place.'],
        ['reminder-1', 'A later letter about this step goes in its place.'],
        ['overdue+1', 'now'],
        ['escalation+3', 'now'],
      ],
    );
    assert.ok((preview.find(({ kind }) => kind === 'overdue')?.letter.daysLate ?? 0) > 0, 'it does not say since when it is late');
    await release(id);
    assert.deepEqual(await round(), ['escalation+3', 'overdue+1']);
    assert.deepEqual(await round(), []);
  });

  it('an answer that comes meanwhile leaves nothing to send', async () => {
    const id = await hold();
    await world.happens(reference, reached('request', ['head']));
    await world.happens(reference, answered(CONFIRM));
    await release(id);
    assert.deepEqual(await round(), []);
    assert.match((await rows()).join(), /^request suppressed/);
  });

  it('two holds are two: the letter goes when the last of them is released', async () => {
    const [wide, narrow] = [await hold(), await hold({ scope: 'deployment', place: reference })];
    await world.happens(reference, reached('request', ['head']));
    assert.deepEqual(
      (await previewRelease(world.db, wide)).map(({ fate }) => fate.kind),
      ['not'],
    );
    await release(wide);
    assert.deepEqual(await round(), []);
    await release(narrow);
    assert.deepEqual(await round(), ['request']);
  });

  it('a hold with a day ends by itself, and the mailroom knows when', async () => {
    const inAMinute = new Date(Date.now() + 60_000).toISOString();
    const id = await hold({ untilAt: inAMinute });
    await world.happens(reference, reached('request', ['head']));
    const ms = (await ledger.msUntilNextTry(MAILROOM)) ?? assert.fail();
    assert.ok(ms > 30_000 && ms <= 60_000, `${ms}`);
    await world.db.query("UPDATE post_holds SET until_at = clock_timestamp() - interval '1 second' WHERE id = $1", [id]);
    assert.deepEqual(await round(), ['request']);
    assert.equal(await release(id), null, 'a hold that has ended was released');
  });

  it('the same place is held once, however often the button is pressed', async () => {
    const made = await Promise.all(
      [1, 2, 3].map(() =>
        makeHold(world.db, { scope: 'region', place: 'North West', because: 'Twice.', by: 'coordinator', untilAt: null }),
      ),
    );
    assert.equal(made.filter((id) => id !== null).length, 1);
  });

  it('sign-in links and copies of answers go; what nobody has asked for waits', async () => {
    await world.db.query('DELETE FROM notes');
    const id = await hold();
    for (const kind of ['profile', 'answer-copy', 'sign-in'] as const) {
      await queueNote(world.db, { kind, person: 'head', subject: kind, text: kind, html: kind });
    }
    const sent: string[] = [];
    for (let note = await claimDueNote(world.db, 60); note !== null; note = await claimDueNote(world.db, 60)) sent.push(note.kind);
    assert.deepEqual(sent, ['sign-in', 'answer-copy']);
    await release(id);
    assert.equal((await claimDueNote(world.db, 60))?.kind, 'profile');
  });

  it('promises, holds, pauses and crashes in any order never bring two letters for one rung, nor one while held or before a promised day is over', async () => {
    const act = fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: 'rung' } as const) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('round' as const), crash: fc.constantFrom('never', 'never', 'before', 'after') }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('hold' as const),
          scope: fc.constantFrom('service', 'region', 'programme', 'deployment'),
        }),
      },
      { weight: 2, arbitrary: fc.constant({ kind: 'release' } as const) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('promise' as const), days: fc.integer({ min: 0, max: 3 }) }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'pause' } as const) },
      { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
    );
    let promised = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 16 }), async (acts) => {
        await world.db.query('DELETE FROM messages');
        await world.db.query('DELETE FROM post_holds');
        const it = await beginning();
        const holds: number[] = [];
        const left = new Map<string, number>();
        const newest: string[] = [];
        /** How many claims of a letter ended with a crash: a try that nobody gives back. */
        const crashed = new Map<string, number>();
        let day = 0;
        let stop = 0;
        let isPaused = false;
        const promises: { readonly madeOn: number; readonly until: number }[] = [];
        for (const one of [...acts, { kind: 'round', crash: 'never' } as const]) {
          switch (one.kind) {
            case 'rung':
              day += 1;
              // The core brings no rung during a pause, and none before a promised day is over.
              if (isPaused || promises.some(({ until }) => until >= day)) break;
              await world.happens(it, reached(day === 1 ? 'request' : 'overdue', ['head'], { at: onDay(day), rung: `rung-${day}` }));
              break;
            case 'hold': {
              const place = { service: '', region: 'North West', programme: 'tsi-2022-23', deployment: it }[one.scope] ?? '';
              const made = await makeHold(world.db, {
                scope: one.scope,
                place,
                because: 'Random.',
                by: 'coordinator',
                untilAt: null,
              });
              if (made !== null) holds.push(made);
              break;
            }
            case 'release': {
              const id = holds.pop();
              if (id !== undefined) await release(id);
              break;
            }
            case 'promise': {
              // A promise is made of a step that was asked for.
              if (isPaused || day === 0) break;
              const until = day + one.days;
              promises.push({ madeOn: day, until });
              promised += 1;
              await world.happens(it, {
                ...change(1_000 + promises.length, onDay(day)),
                type: 'answer-promised',
                step: CONFIRM,
                round: 1,
                onBehalfOf: 'head',
                via: 'telephone',
                promisedOn: plainDate(onDay(until).slice(0, 10)),
              });
              break;
            }
            case 'pause':
              if (isPaused) break;
              stop += 1;
              isPaused = true;
              await world.happens(it, stopped(stop));
              break;
            case 'restart':
              if (!isPaused) break;
              isPaused = false;
              await world.happens(it, resumed(stop));
              break;
            case 'round': {
              const { envelopes } = await claim();
              if (one.crash === 'before') {
                for (const { key } of envelopes.flatMap(({ letters }) => letters)) crashed.set(key, (crashed.get(key) ?? 0) + 1);
                await world.db.query("UPDATE messages SET claimed_until = clock_timestamp() - interval '1 second' WHERE state = 'claimed'");
                break;
              }
              const handed = envelopes.length === 0 ? new Set<string>() : await handOver(envelopes);
              for (const envelope of envelopes.filter(({ id }) => handed.has(id))) {
                assert.deepEqual(holds, [], 'a letter left while its post was held');
                assert.equal(isPaused, false, 'a letter left during a pause');
                for (const { key, kind } of envelope.letters) {
                  const on = rungOf(key);
                  const broken = kind !== 'request' && promises.some(({ madeOn, until }) => madeOn >= on && until >= on);
                  assert.ok(!broken, `${key} left before the promised day was over`);
                  // A crash between the mail server's answer and the mark repeats the same e-mail: ADR 0005 has that one gap.
                  if (one.crash === 'never') left.set(key, (left.get(key) ?? 0) + 1);
                  newest.push(key);
                }
                if (one.crash === 'never') await ledger.markAccepted(envelope, '250 OK');
              }
              await world.db.query("UPDATE messages SET claimed_until = clock_timestamp() - interval '1 second' WHERE state = 'claimed'");
              break;
            }
          }
        }
        for (const [key, times] of left) assert.equal(times, 1, `${key} left ${times} times`);
        // The one gap of ADR 0005 may repeat an e-mail; what counts is when each left first.
        const order = [...new Set(newest)].map(rungOf);
        assert.deepEqual(
          order,
          order.toSorted((a, b) => a - b),
          'an older letter left after a newer one',
        );
        const { rows: waiting } = await world.db.query<{ key: string; attempts: number }>(
          "SELECT key, attempts FROM messages WHERE state = 'queued' AND perhaps_sent_at IS NULL AND claimed_until IS NULL",
        );
        for (const { key, attempts } of waiting) assert.equal(attempts, crashed.get(key) ?? 0, `a hold or a pause used up a try of ${key}`);
      }),
      {
        numRuns: 40,
        examples: [
          [
            [
              { kind: 'rung' },
              { kind: 'round', crash: 'before' },
              { kind: 'pause' },
              { kind: 'round', crash: 'never' },
              { kind: 'hold', scope: 'service' },
              { kind: 'restart' },
            ],
          ],
        ],
      },
    );
    assert.ok(promised > 5, `only ${promised} promises were made`);
  });
});

function rungOf(key: string): number {
  return Number(/rung-(\d+)/.exec(key)?.[1]);
}

function emailTo(address: string): ComposedEmail {
  return {
    messageId: '<one@post.example>',
    inReplyTo: null,
    references: [],
    date: AT,
    to: { name: 'Head', address },
    replyTo: { name: 'Coordinator', address: 'coordinator@delivery.example' },
    subject: 'Please confirm',
    text: 'Text',
    html: 'HTML',
    attachments: [],
  };
}
