import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { LedgerPort, Letter } from '../../activities/ports.ts';
import type { ChronologyEvent, Recipient } from '../../domain/chronology/events.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { createComposer } from '../../mail/compose.ts';
import { createLedger } from '../../postgres/ledger/ledger.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { freshName } from '../support/servers.ts';
import { change, CONFIRM, CONTACT, LATER, opened, openRecordWorld, reached, resumed, stopped } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';

const HEAD: Recipient = { role: 'school', person: 'head' };
const tells = [HEAD, { role: 'rdp', person: 'coordinator' }];
const ref = (step = CONFIRM) => ({ step, round: 1 });
const compose = createComposer({ messageIdDomain: 'post.example', from: { name: 'Chaser', address: 'chaser@post.example' } });

const DAY = plainDate('2040-10-19');
const EXTENDED: readonly ChronologyEvent[] = [
  {
    ...change(7),
    tells,
    type: 'extension-agreed',
    ...ref(),
    dueOn: DAY,
    agreedWith: null,
    moves: [{ ...ref(), from: plainDate('2040-10-15'), to: DAY }],
  },
  {
    type: 'due-date-moved',
    at: LATER,
    change: 7,
    ...ref(),
    dayZero: plainDate('2040-10-08'),
    dueOn: DAY,
    originalDueOn: null,
    explanation: [],
    calendarVersion: CALENDAR_2040.version,
    rearms: [],
    inTime: true,
  },
];
const WITHDRAWN: readonly ChronologyEvent[] = [
  { ...change(9), tells, type: 'deployment-withdrawn', end: 'withdrawn', withdrawnBy: null },
  { type: 'step-overtaken', at: LATER, ...ref(), because: 'Withdrawn.' },
  { type: 'step-overtaken', at: LATER, ...ref(CONTACT), because: 'Withdrawn.' },
];
const toldOf = (event: ChronologyEvent): ChronologyEvent => ('tells' in event ? { ...event, tells } : assert.fail());

/** Which calendar entries a letter of news changes depends on what has reached its reader, as the ledger has it. */
describe('news', () => {
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
    reference = freshName('T');
    await world.begin(reference, opened(CONFIRM), opened(CONTACT));
  });

  /** Sends what is queued. Returns the news that a person was sent. */
  async function post(person = 'head'): Promise<readonly Letter[]> {
    const { envelopes } = await ledger.claim(0, randomUUID(), 20);
    for (const envelope of envelopes) await ledger.markAccepted(envelope, '250 OK');
    return envelopes.flatMap(({ letters }) => letters).filter(({ kind, key }) => kind === 'news' && key.endsWith(`/${person}`));
  }
  const said = (letters: readonly Letter[]) =>
    letters.map(({ entries }) => entries.map(({ step, stands, dueOn }) => `${step} ${stands ? dueOn : 'over'}`));
  const asked = async (step = CONFIRM) => {
    await world.happens(reference, reached('request', ['head'], { step }));
    await post();
  };

  it('of an extension moves the calendar entry of whoever was asked, in the same e-mail', async () => {
    await asked();
    await world.happens(reference, ...EXTENDED);
    const letters = await post();
    assert.deepEqual(said(letters), [[`${CONFIRM} 2040-10-19`]]);
    const [file] = compose({ id: 'one', claim: 'one', perhapsSent: false, sequences: {}, letters }).attachments;
    assert.match(file?.content ?? '', /METHOD:PUBLISH[^]*DTSTART;VALUE=DATE:20401019/u);
  });

  it('of an extension leaves alone the calendar of somebody who was not asked', async () => {
    await asked();
    await world.happens(reference, ...EXTENDED);
    assert.deepEqual(said(await post('coordinator')), [[]]);
  });

  it('of a withdrawal removes the entries of the steps that it closed', async () => {
    await asked();
    await world.happens(reference, ...WITHDRAWN);
    const letters = await post();
    assert.deepEqual(said(letters), [[`${CONFIRM} over`]]);
    const [file] = compose({ id: 'one', claim: 'one', perhapsSent: false, sequences: {}, letters }).attachments;
    assert.match(file?.content ?? '', /METHOD:CANCEL[^]*STATUS:CANCELLED/u);
  });

  it('of a withdrawal removes nothing when the request never left', async () => {
    await world.happens(reference, reached('request', ['head']), ...WITHDRAWN);
    assert.deepEqual(said(await post()), [[]]);
  });

  it('of a stop removes the entries of the stopped steps, and news that the clock runs again restores them', async () => {
    await asked();
    await asked(CONTACT);
    await world.happens(reference, toldOf(stopped(1, ref())));
    assert.deepEqual(said(await post()), [[`${CONFIRM} over`]]);
    await world.happens(reference, toldOf(resumed(1)));
    assert.ok(said(await post())[0]?.includes(`${CONFIRM} 2040-10-15`));
  });

  it('of a stop that left only after the clock ran again removes nothing', async () => {
    await asked();
    await world.happens(reference, toldOf(stopped(1)), resumed(1));
    assert.deepEqual(said(await post()), [[`${CONFIRM} 2040-10-15`]]);
  });

  it('of a newcomer removes the entry of what their predecessor was asked for', async () => {
    await asked();
    await world.happens(reference, { ...change(8), tells: [HEAD], type: 'party-changed', role: 'school', from: 'head', to: 'leader' });
    assert.deepEqual(said(await post()), [[`${CONFIRM} over`]]);
  });

  it('leaves a deputy their entry until they are deputy no longer', async () => {
    const deputy: readonly Recipient[] = [{ role: 'school', person: 'leader' }];
    const [from, to] = [plainDate('2040-10-08'), plainDate('2040-10-31')];
    await world.happens(reference, { ...change(5), type: 'deputy-named', person: 'head', deputy: 'leader', from, to });
    await world.happens(reference, reached('request', ['leader']));
    await post();
    await world.happens(reference, { ...change(6), tells: deputy, type: 'pace-changed', pace: 'more' });
    assert.deepEqual(said(await post('leader')), [[]]);
    await world.happens(reference, { ...change(8), tells: deputy, type: 'deputy-ended', person: 'head' });
    assert.deepEqual(said(await post('leader')), [[`${CONFIRM} over`]]);
  });
});
