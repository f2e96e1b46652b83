import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { blankChronology, evolve, openSteps } from './chronology.ts';
import type { Chronology } from './state.ts';
import { begin, decide } from './decide.ts';
import type { AnswerCommand, Command } from './decide.ts';
import { nextWakeMs } from '../chasing/due-actions.ts';
import type { ChronologyEvent } from './events.ts';
import type { Programme } from '../programme.ts';
import { answer, CALENDAR, field, ladder, PARTIES, programmeOf, REQUEST, rung, step } from '../../tests/kit/programmes.ts';

const FRIDAY_NOON = '2022-11-25T12:00:00.000Z';

function life(programme: Programme, parties: Readonly<Record<string, readonly string[]>> = PARTIES) {
  let chronology: Chronology = blankChronology(programme, CALENDAR);
  const events: ChronologyEvent[] = [];
  const note = (more: readonly ChronologyEvent[]) => {
    events.push(...more);
    chronology = more.reduce(evolve, chronology);
  };
  const must = (command: Command, now: string) => {
    const decision = decide(chronology, command, now);
    assert.ok(decision.ok, decision.ok ? '' : decision.reason.message);
    note(decision.value);
    return decision.value;
  };
  const refuse = (command: Command, now: string) => {
    const decision = decide(chronology, command, now);
    assert.ok(!decision.ok, 'expected a refusal');
    return decision.reason;
  };
  const reply = (step: string, id: string, by: string, over: Partial<AnswerCommand> = {}): AnswerCommand => ({
    kind: 'answer',
    step,
    round: chronology.steps.findLast((record) => record.step === step)?.round ?? 1,
    answer: id,
    by,
    onBehalfOf: null,
    via: 'link',
    fields: {},
    ...over,
  });
  return {
    begin(now = FRIDAY_NOON) {
      const decision = begin(programme, { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties }, CALENDAR, now);
      assert.ok(decision.ok, decision.ok ? '' : decision.reason.message);
      note(decision.value);
      return this;
    },
    wake: (now: string) => must({ kind: 'carry-out-due' }, now),
    /**
     * Plays time forward until nothing changes by itself, or until that moment. Answers what happened, with roughly the
     * time in London.
     */
    liveUntil(until: string) {
      const seen: ChronologyEvent[] = [];
      let nowMs = Date.parse(events.at(-1)?.at ?? FRIDAY_NOON);
      for (;;) {
        seen.push(...must({ kind: 'carry-out-due' }, new Date(nowMs).toISOString()));
        const wakeMs = nextWakeMs(chronology, nowMs);
        if (wakeMs === null || wakeMs > Date.parse(until)) return seen;
        assert.ok(wakeMs > nowMs, 'the next wake-up lies in the future');
        nowMs = wakeMs;
      }
    },
    answer: (id: string, what: string, by: string, now: string, over: Partial<AnswerCommand> = {}) => must(reply(id, what, by, over), now),
    refuse: (id: string, what: string, by: string, now: string, over: Partial<AnswerCommand> = {}) =>
      refuse(reply(id, what, by, over), now),
    command: must,
    refuseCommand: refuse,
    get state() {
      return chronology;
    },
    events,
  };
}

const rungsOf = (events: readonly ChronologyEvent[]) =>
  events.flatMap((event) =>
    event.type === 'rung-reached' ? [`${event.rung} ${event.at.slice(0, 10)} → ${event.to.map(({ person }) => person).join(', ')}`] : [],
  );

describe('a silent step', () => {
  it('asks, reminds, says it is overdue, asks for a call and escalates, each once and on its day', () => {
    const story = life(programmeOf(['reply'], [step('reply', 'system-leader', [answer('yes', { ends: 'done' })])])).begin();
    // Friday 25 November 2022 + 3 working days = Wednesday 30 November.
    assert.deepEqual(rungsOf(story.liveUntil('2023-03-01T00:00:00Z')), [
      'request 2022-11-25 → p-leader',
      'reminder0 2022-11-30 → p-leader',
      'overdue+1 2022-12-01 → p-leader',
      'call+2 2022-12-02 → p-coordinator',
      'escalation+3 2022-12-05 → p-region',
    ]);
  });

  it('waits only for somebody to be named once it has escalated', () => {
    const story = life(programmeOf(['reply'], [step('reply', 'system-leader', [answer('yes', { ends: 'done' })])])).begin();
    story.liveUntil('2023-03-01T00:00:00Z');
    assert.equal(nextWakeMs(story.state, Date.parse('2023-03-01T00:00:00Z')), null);
    assert.deepEqual(
      openSteps(story.state).map(({ step: open }) => open),
      ['reply'],
    );
  });

  it('is escalated to the region’s senior when it is the regional team’s own, and the coordinator is told', () => {
    const story = life(programmeOf(['approve'], [step('approve', 'regional-team', [answer('yes', { ends: 'done' })])])).begin();
    const escalation = story
      .liveUntil('2023-03-01T00:00:00Z')
      .find((event) => event.type === 'rung-reached' && event.kind === 'escalation');
    assert.ok(escalation?.type === 'rung-reached');
    assert.deepEqual(escalation.to, [{ role: 'regional-senior', person: 'p-senior' }]);
    assert.deepEqual(escalation.tells, [{ role: 'rdp', person: 'p-coordinator' }]);
  });

  it('is not chased in the holidays when it is the school’s, and no letters pile up behind them', () => {
    const story = life(
      programmeOf(['reply'], [step('reply', 'school', [answer('yes', { ends: 'done' })], { allowed: { unit: 'school-days', count: 3 } })]),
    );
    story.begin('2022-12-14T10:00:00.000Z');
    // Due on Wednesday 14 December; term ends on Friday 16 and begins again on Tuesday 3 January.
    assert.deepEqual(rungsOf(story.liveUntil('2023-03-01T00:00:00Z')), [
      'request 2022-12-14 → p-head',
      'reminder0 2023-01-03 → p-head',
      'overdue+1 2023-01-04 → p-head',
      'call+2 2023-01-05 → p-coordinator',
      'escalation+3 2023-01-06 → p-region',
    ]);
  });

  it('creates a contact task for a role that nobody holds instead of writing to nobody', () => {
    const story = life(programmeOf(['reply'], [step('reply', 'system-leader', [answer('yes', { ends: 'done' })])]), {
      ...PARTIES,
      rdp: [],
    }).begin();
    const call = story.liveUntil('2023-03-01T00:00:00Z').find((event) => event.type === 'rung-reached' && event.kind === 'call');
    assert.ok(call?.type === 'rung-reached');
    assert.deepEqual([call.to, call.unheld], [[], ['rdp']]);
  });
});

describe('sending hours', () => {
  const programme = programmeOf(['reply'], [step('reply', 'system-leader', [answer('yes', { ends: 'done' })])]);

  it('hold back a request that opens in the evening until the next working morning', () => {
    const story = life(programme).begin('2022-11-25T18:30:00.000Z');
    assert.deepEqual(story.wake('2022-11-25T18:30:00.000Z'), []);
    const wakeMs = nextWakeMs(story.state, Date.parse('2022-11-25T18:30:00.000Z'));
    const hour = new Date(wakeMs ?? 0).toISOString();
    assert.ok(hour >= '2022-11-28T08:00:00.000Z' && hour < '2022-11-28T09:00:00.000Z', hour);
  });

  it('move with the clocks: 08:00 in London is 07:00 UTC in summer', () => {
    const story = life(programme).begin('2023-06-10T12:00:00.000Z');
    const hour = new Date(nextWakeMs(story.state, Date.parse('2023-06-10T12:00:00.000Z')) ?? 0).toISOString();
    assert.ok(hour >= '2023-06-12T07:00:00.000Z' && hour < '2023-06-12T08:00:00.000Z', hour);
  });
});

describe('after an outage', () => {
  it('sends only the newest of several letters, and records the others as skipped', () => {
    const story = life(
      programmeOf(
        ['reply'],
        [
          step('reply', 'system-leader', [answer('yes', { ends: 'done' })], {
            allowed: { unit: 'working-days', count: 10 },
            ladder: [REQUEST, rung('reminder', -3), rung('reminder', 0), rung('overdue', 1), rung('call', 3), rung('escalation', 5)],
          }),
        ],
      ),
    ).begin();
    story.wake(FRIDAY_NOON);
    const events = story.wake('2022-12-14T12:00:00.000Z');
    assert.deepEqual(
      events.map((event) => `${event.type} ${'rung' in event ? event.rung : ''}`),
      ['rung-skipped reminder-3', 'rung-skipped reminder0', 'rung-reached overdue+1', 'rung-reached call+3'],
    );
  });

  it('does not call people late at once when they were asked late', () => {
    const story = life(programmeOf(['reply'], [step('reply', 'system-leader', [answer('yes', { ends: 'done' })])])).begin(
      '2022-11-25T19:00:00.000Z',
    );
    // The worker was away for a fortnight: the request goes on 12 December, after its due date.
    assert.deepEqual(rungsOf(story.wake('2022-12-12T12:00:00.000Z')), ['request 2022-12-12 → p-leader']);
    assert.deepEqual(rungsOf(story.liveUntil('2023-03-01T00:00:00Z')), [
      'overdue+1 2022-12-13 → p-leader',
      'call+2 2022-12-14 → p-coordinator',
      'escalation+3 2022-12-15 → p-region',
    ]);
  });
});

describe('an answer', () => {
  const loop = programmeOf(
    ['find'],
    [
      step('find', 'rdp', [
        answer('contacted', { fields: [field('who', { kind: 'person', names: 'system-leader' })], opens: ['confirm'] }),
      ]),
      step('confirm', 'system-leader', [answer('yes', { ends: 'done' }), answer('no', { opens: ['find'] })]),
    ],
  );

  it('opens the next step, and opens it in the next round when it leads back', () => {
    const story = life(loop).begin();
    story.answer('find', 'contacted', 'p-coordinator', '2022-11-28T10:00:00.000Z', { fields: { who: 'p-first' } });
    story.answer('confirm', 'no', 'p-first', '2022-11-29T10:00:00.000Z');
    story.answer('find', 'contacted', 'p-coordinator', '2022-11-30T10:00:00.000Z', { fields: { who: 'p-second' } });
    assert.deepEqual(
      openSteps(story.state).map(({ step, round }) => [step, round]),
      [['confirm', 2]],
    );
    assert.deepEqual(story.state.parties['system-leader'], ['p-second']);
  });

  it('closes the step, so that nothing more of its ladder comes', () => {
    const story = life(loop).begin();
    story.wake(FRIDAY_NOON);
    story.answer('find', 'contacted', 'p-coordinator', '2022-11-28T10:00:00.000Z', { fields: { who: 'p-first' } });
    const later = story.liveUntil('2023-03-01T00:00:00Z');
    assert.equal(
      later.some((event) => 'step' in event && event.step === 'find'),
      false,
    );
  });

  it('is refused a second time, saying who answered what and when', () => {
    const story = life(loop).begin();
    const first = { fields: { who: 'p-first' } };
    story.answer('find', 'contacted', 'p-coordinator', '2022-11-28T10:00:00.000Z', first);
    const reason = story.refuse('find', 'contacted', 'p-coordinator', '2022-11-28T10:01:00.000Z', { ...first, round: 1 });
    assert.equal(reason.kind, 'not-open');
    assert.match(reason.message, /answered "contacted" by p-coordinator on 28 November 2022/);
  });

  it('is refused from somebody who was not asked', () => {
    const story = life(loop).begin();
    assert.equal(story.refuse('find', 'contacted', 'p-head', FRIDAY_NOON, { fields: { who: 'p-first' } }).kind, 'not-an-owner');
  });

  it('counts when somebody else records it for the owner who telephoned', () => {
    const story = life(loop).begin();
    story.answer('find', 'contacted', 'p-region', FRIDAY_NOON, {
      onBehalfOf: 'p-coordinator',
      via: 'telephone',
      fields: { who: 'p-first' },
    });
    assert.deepEqual(
      openSteps(story.state).map(({ step }) => step),
      ['confirm'],
    );
    const reason = story.refuse('find', 'contacted', 'p-coordinator', FRIDAY_NOON, { round: 1, fields: { who: 'p-first' } });
    assert.match(reason.message, /by p-coordinator \(recorded by p-region\) on 25 November 2022/);
  });

  it('is refused while a required field is missing or makes no sense', () => {
    const story = life(
      programmeOf(['visit'], [step('visit', 'rdp', [answer('made', { fields: [field('on', { kind: 'date' })], ends: 'done' })])]),
    ).begin();
    assert.equal(story.refuse('visit', 'made', 'p-coordinator', FRIDAY_NOON).kind, 'missing-field');
    assert.equal(story.refuse('visit', 'made', 'p-coordinator', FRIDAY_NOON, { fields: { on: '31 February' } }).kind, 'bad-field');
    assert.equal(
      story.refuse('visit', 'made', 'p-coordinator', FRIDAY_NOON, { fields: { on: '2022-12-05', cost: '5' } }).kind,
      'unknown-field',
    );
    assert.equal(story.refuse('visit', 'perhaps', 'p-coordinator', FRIDAY_NOON).kind, 'unknown-answer');
  });

  it('of either joint owner closes the step for both', () => {
    const joint = programmeOf(
      ['meet'],
      [step('meet', 'system-leader', [answer('arranged', { ends: 'done' })], { with: ['school'], ladder: ladder('school') })],
    );
    const story = life(joint).begin();
    assert.deepEqual(rungsOf(story.wake(FRIDAY_NOON)), ['request 2022-11-25 → p-leader, p-head']);
    story.answer('meet', 'arranged', 'p-head', '2022-11-28T10:00:00.000Z');
    assert.equal(story.state.status.kind, 'ended');
  });
});

describe('follows branches to their ends', () => {
  const branches = programmeOf(
    ['deliver'],
    [
      step('deliver', 'rdp', [answer('completed', { opens: ['report', 'call'], closes: ['check-in'] })], {
        allowed: { unit: 'weeks', count: 8 },
      }),
      step('check-in', 'rdp', [answer('held', { opens: ['check-in'] })]),
      step('report', 'system-leader', [answer('sent', {})]),
      step('call', 'rdp', [answer('held', { opens: ['thank'] })]),
      step('thank', 'school', [answer('done', {})], { optional: true, ladder: [{ ...REQUEST, days: 'school' }] }),
    ],
  );

  it('lets steps run side by side, and completes the deployment when none is open any more', () => {
    const story = life(branches).begin();
    story.answer('deliver', 'completed', 'p-coordinator', FRIDAY_NOON);
    assert.deepEqual(
      openSteps(story.state).map(({ step }) => step),
      ['report', 'call'],
    );
    story.answer('report', 'sent', 'p-leader', FRIDAY_NOON);
    assert.equal(story.state.status.kind, 'running');
    story.answer('call', 'held', 'p-coordinator', FRIDAY_NOON);
    story.answer('thank', 'done', 'p-head', FRIDAY_NOON);
    assert.deepEqual(story.state.status, { kind: 'ended', end: 'done', at: FRIDAY_NOON, because: null });
  });

  it('lets an optional step lapse after its due date, without ever being overdue', () => {
    const story = life(branches).begin();
    story.answer('deliver', 'completed', 'p-coordinator', FRIDAY_NOON);
    story.answer('report', 'sent', 'p-leader', FRIDAY_NOON);
    story.answer('call', 'held', 'p-coordinator', FRIDAY_NOON);
    const later = story.liveUntil('2023-03-01T00:00:00Z');
    assert.deepEqual(
      later.map(({ type }) => type),
      ['rung-reached', 'step-lapsed', 'deployment-ended'],
    );
  });

  it('repeats a check-in until delivery is complete', () => {
    const repeating = programmeOf(['deliver', 'check-in'], Object.values(branches.steps));
    const story = life(repeating).begin();
    story.answer('check-in', 'held', 'p-coordinator', '2022-12-05T10:00:00.000Z');
    assert.deepEqual(
      openSteps(story.state).map(({ step, round }) => [step, round]),
      [
        ['deliver', 1],
        ['check-in', 2],
      ],
    );
    story.answer('deliver', 'completed', 'p-coordinator', '2022-12-06T10:00:00.000Z');
    const closed = story.state.steps.find(({ step, round }) => step === 'check-in' && round === 2);
    assert.equal(closed?.state.kind, 'overtaken');
  });

  it('closes every open step when the deployment is withdrawn, and then waits for nothing', () => {
    const story = life(branches).begin();
    story.command({ kind: 'withdraw', end: 'withdrawn', because: 'The trust changed.', by: 'p-region' }, FRIDAY_NOON);
    assert.deepEqual(openSteps(story.state), []);
    assert.equal(nextWakeMs(story.state, Date.parse(FRIDAY_NOON)), null);
    assert.equal(story.refuse('deliver', 'completed', 'p-coordinator', FRIDAY_NOON).kind, 'not-open');
    assert.equal(story.refuseCommand({ kind: 'withdraw', end: 'withdrawn', because: '', by: 'p-region' }, FRIDAY_NOON).kind, 'not-running');
  });

  it('cannot be withdrawn as completed', () => {
    const story = life(branches).begin();
    assert.equal(story.refuseCommand({ kind: 'withdraw', end: 'done', because: '', by: 'p-region' }, FRIDAY_NOON).kind, 'unknown-end');
  });
});

describe('an automatic step', () => {
  const automatic = programmeOf(
    ['issue'],
    [
      step('issue', 'rdp', [answer('issued', { opens: ['meet'] })], {
        automatic: 'issued',
        ladder: [
          { id: 'notice-school', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'All is set.' },
          { id: 'notice-local-authority', kind: 'notice', at: 'opening', days: 'working', to: 'local-authority', text: 'All is set.' },
        ],
      }),
      step('meet', 'system-leader', [answer('arranged', { ends: 'done' })]),
    ],
  );

  it('gives its notices, answers itself and opens the next step in the same moment', () => {
    const story = life(automatic).begin();
    const events = story.wake(FRIDAY_NOON);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['rung-reached', 'rung-skipped', 'step-answered', 'step-opened', 'rung-reached'],
    );
  });

  it('sends its notices only in sending hours', () => {
    const story = life(automatic).begin('2022-11-25T20:00:00.000Z');
    assert.deepEqual(
      story.wake('2022-11-25T20:00:00.000Z').map(({ type }) => type),
      ['rung-skipped'],
    );
    assert.deepEqual(
      openSteps(story.state).map(({ step }) => step),
      ['issue'],
    );
  });
});

describe('counting from a fact', () => {
  it('counts completion from the match, whenever its step opens', () => {
    const story = life(
      programmeOf(
        ['match'],
        [
          step('match', 'regional-team', [answer('approves', { records: ['matchedOn'], opens: ['visit'] })]),
          step('visit', 'rdp', [answer('made', { opens: ['complete'] })]),
          step('complete', 'rdp', [answer('completed', { ends: 'done' })], {
            countsFrom: 'matchedOn',
            allowed: { unit: 'end-of-following-term' },
          }),
        ],
      ),
    ).begin('2022-10-10T09:00:00.000Z');
    story.answer('match', 'approves', 'p-region', '2022-10-10T10:00:00.000Z');
    const [, opened] = story.answer('visit', 'made', 'p-coordinator', '2023-01-16T10:00:00.000Z');
    assert.ok(opened?.type === 'step-opened');
    assert.deepEqual([opened.dayZero, opened.dueOn], ['2022-10-10', '2023-03-31']);
    assert.match(opened.explanation[0]?.text ?? '', /Counted from matched on 10 October 2022/);
  });
});

describe('the beginning', () => {
  it('is refused when nobody is named who is asked first', () => {
    const programme = programmeOf(['reply'], [step('reply', 'system-leader', [answer('yes', { ends: 'done' })])]);
    const decision = begin(programme, { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties: {} }, CALENDAR, FRIDAY_NOON);
    assert.ok(!decision.ok && decision.reason.kind === 'role-not-held');
  });

  it('is refused when a deadline would pass the calendar’s horizon, naming the missing year', () => {
    const programme = programmeOf(
      ['reply'],
      [step('reply', 'school', [answer('yes', { ends: 'done' })], { allowed: { unit: 'end-of-following-term' } })],
    );
    const decision = begin(
      programme,
      { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties: PARTIES },
      CALENDAR,
      '2024-06-03T09:00:00.000Z',
    );
    assert.ok(!decision.ok && decision.reason.kind === 'beyond-horizon');
    assert.match(decision.reason.message, /2024/);
  });
});
