import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';
import { beginTestLife, ofType } from '../../tests/kit/lives.ts';
import { answer, field, programmeOf, REQUEST, step } from '../../tests/kit/programmes.ts';
import { openSteps } from './chronology.ts';
import { decide } from './decide.ts';

const MONDAY = noon('2022-10-03');
const open = (life: ReturnType<typeof begun>) => openSteps(life.chronology).map(({ step: id, round }) => `${id} ${round}`);

describe('what follows from an answer', () => {
  it('closes the open steps that it makes needless and no others, and says which answer did', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', MONDAY);
    assert.deepEqual(open(life), ['visit 1', 'note 1']);
    const events = life.answers('visit', 'made', 'p-head', noon('2022-10-04'));
    assert.deepEqual(
      ofType(events, 'step-overtaken').map(({ step: id, because }) => [id, because]),
      [['note', 'No longer needed: visit was answered.']],
    );
    assert.deepEqual(open(life), ['complete 1']);
  });

  it('closes a needless step though an older one is open beside it', () => {
    const programme = programmeOf(
      ['older', 'needless', 'go'],
      [
        step('older', 'rdp', [answer('done')]),
        step('needless', 'rdp', [answer('done')]),
        step('go', 'rdp', [answer('done', { closes: ['needless'] })]),
      ],
    );
    const life = beginTestLife(programme, MONDAY);
    life.answers('go', 'done', 'p-coordinator', MONDAY);
    assert.deepEqual(open(life), ['older 1']);
  });

  it('names a step that it makes needless in lower case, as a sentence has it', () => {
    const steps = { ...RULELESS.steps, visit: { ...(RULELESS.steps['visit'] ?? assert.fail()), title: 'Visit the School' } };
    const life = begun({ ...RULELESS, steps });
    life.answers('confirm', 'yes', 'p-leader', MONDAY);
    const [overtaken] = ofType(life.answers('visit', 'made', 'p-head', noon('2022-10-04')), 'step-overtaken');
    assert.equal(overtaken?.because, 'No longer needed: visit the school was answered.');
  });

  it('does not open a step a second time while it is open', () => {
    const programme = programmeOf(
      ['one', 'two'],
      [
        step('one', 'rdp', [answer('done', { opens: ['both'] })]),
        step('two', 'rdp', [answer('done', { opens: ['both'] })]),
        step('both', 'rdp', [answer('done')]),
      ],
    );
    const life = beginTestLife(programme, MONDAY);
    life.answers('one', 'done', 'p-coordinator', MONDAY);
    assert.deepEqual(ofType(life.answers('two', 'done', 'p-coordinator', MONDAY), 'step-opened'), []);
  });

  it('names somebody and records a fact for each field that says so, and nothing for a field that was left empty', () => {
    const fields = [
      field('who', { kind: 'person', names: 'system-leader', required: false }),
      field('on', { kind: 'date', records: 'visitedOn', required: false }),
    ];
    const caused = (given: Readonly<Record<string, string>>) => {
      const life = beginTestLife(programmeOf(['go'], [step('go', 'rdp', [answer('done', { fields })])]), MONDAY);
      return life
        .answers('go', 'done', 'p-coordinator', MONDAY, { fields: given })
        .filter(({ type }) => type === 'party-named' || type === 'fact-recorded');
    };
    assert.deepEqual(caused({ who: 'p-new', on: '2022-10-03' }), [
      { type: 'party-named', at: MONDAY, role: 'system-leader', person: 'p-new' },
      { type: 'fact-recorded', at: MONDAY, fact: 'visitedOn', value: '2022-10-03' },
    ]);
    assert.deepEqual(caused({}), []);
    assert.deepEqual(caused({ who: '', on: '' }), []);
  });

  it('is refused for a step or a round that never opened', () => {
    const yes = { kind: 'answer', answer: 'yes', by: 'p-leader', onBehalfOf: null, via: 'link', fields: {} } as const;
    for (const ref of [
      { step: 'confirm', round: 2 },
      { step: 'visit', round: 1 },
      { step: 'nowhere', round: 1 },
    ]) {
      assert.equal(begun().refuses({ ...yes, ...ref }, MONDAY).kind, 'unknown-step', ref.step);
    }
  });

  it('ends the deployment by name in the words of the steps that it closes', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', MONDAY);
    const events = life.does({ kind: 'withdraw', end: 'declined', ...WHO }, noon('2022-10-04'));
    assert.deepEqual([...new Set(ofType(events, 'step-overtaken').map(({ because }) => because))], ['The deployment ended: Declined.']);
  });

  it('decides nothing on an extension when it neither agrees nor refuses', () => {
    const approve = step('approve', 'regional-team', [answer('agrees', { extension: 'agrees' }), answer('asks-back', { opens: ['note'] })]);
    const life = begun({ ...SMALL, steps: { ...SMALL.steps, approve } });
    life.does({ kind: 'extend', ...CONFIRM, dueOn: '2022-11-30', agreedWith: null, ...WHO }, MONDAY);
    const events = life.answers('approve', 'asks-back', 'p-region', noon('2022-10-04'));
    assert.deepEqual([...ofType(events, 'extension-refused'), ...ofType(events, 'extension-agreed')], []);
  });
});

describe('what Chaser does by itself', () => {
  const automatic = { automatic: 'told', ladder: [] } as const;

  it('gives the answer that the programme names, in its own name', () => {
    const told = step('tell', 'rdp', [answer('not-told', { ends: 'declined' }), answer('told', { opens: ['rest'] })], automatic);
    const life = beginTestLife(programmeOf(['tell'], [told, step('rest', 'rdp', [answer('done')])]), MONDAY);
    assert.deepEqual(ofType(life.until(MONDAY), 'step-answered'), [
      {
        type: 'step-answered',
        at: MONDAY,
        step: 'tell',
        round: 1,
        answer: 'told',
        by: 'chaser',
        onBehalfOf: null,
        via: 'chaser',
        fields: {},
      },
    ]);
  });

  it('asks nobody for a step that its own answer has closed in the same moment', () => {
    const tell = step('tell', 'rdp', [answer('told', { closes: ['ask'], opens: ['rest'] })], automatic);
    const programme = programmeOf(['tell', 'ask'], [tell, step('ask', 'rdp', [answer('done')]), step('rest', 'rdp', [answer('done')])]);
    const events = beginTestLife(programme, MONDAY).until(MONDAY);
    assert.deepEqual(
      ofType(events, 'rung-reached').map(({ step: id }) => id),
      ['rest'],
    );
  });

  it('fails loudly where the programme lacks the answer: the checker refuses such a programme', () => {
    const tell = step('tell', 'rdp', [answer('done')], automatic);
    const life = beginTestLife(programmeOf(['tell'], [tell]), MONDAY);
    assert.throws(() => life.until(MONDAY), /^Error: Step "tell" has no answer "told"\.$/);
  });

  it('is refused as a whole when what it opens would lie beyond the calendar', () => {
    const tell = step('tell', 'rdp', [answer('told', { opens: ['rest'] })], automatic);
    const life = beginTestLife(programmeOf(['tell'], [tell, step('rest', 'rdp', [answer('done')])]), MONDAY);
    const decision = decide(life.chronology, { kind: 'carry-out-due' }, '2024-12-20T12:00:00.000Z');
    assert.equal(decision.ok ? '' : decision.reason.kind, 'beyond-horizon');
  });
});

describe('what ends with a step', () => {
  it('is the approval of its extension, so that a deployment can complete though the approval was open', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', MONDAY);
    life.answers('visit', 'made', 'p-head', noon('2022-10-04'));
    life.does({ kind: 'extend', step: 'complete', round: 1, dueOn: '2023-03-31', agreedWith: null, ...WHO }, noon('2022-10-05'));
    assert.deepEqual(open(life), ['complete 1', 'approve 1']);
    const events = life.answers('complete', 'done', 'p-leader', noon('2022-10-06'));
    assert.deepEqual(
      ofType(events, 'step-overtaken').map(({ step: id, because }) => [id, because]),
      [['approve', 'The step that was to be extended has closed.']],
    );
    assert.equal(life.chronology.status.kind, 'ended');
  });

  it('is that approval too when a change closes the step and no answer', () => {
    const life = begun();
    life.does({ kind: 'extend', ...CONFIRM, dueOn: '2022-11-30', agreedWith: null, ...WHO }, MONDAY);
    life.does({ kind: 'rematch', ...WHO, to: null }, noon('2022-10-04'));
    assert.deepEqual(open(life), ['find 1']);
  });

  it('is that approval too when the answer that opened the step is taken back', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', MONDAY);
    life.does({ kind: 'extend', step: 'visit', round: 1, dueOn: '2022-12-05', agreedWith: null, ...WHO }, noon('2022-10-04'));
    assert.deepEqual(open(life), ['visit 1', 'note 1', 'approve 1']);
    life.does({ kind: 'take-back-answer', ...CONFIRM, ...WHO }, noon('2022-10-05'));
    assert.deepEqual(open(life), ['confirm 2']);
  });

  it('is its escalation, which says how the step closed', () => {
    const confirm = SMALL.steps['confirm'] ?? assert.fail();
    const answers = confirm.answers.map((each) => (each.id === 'yes' ? { ...each, label: 'Yes, gladly' } : each));
    const escalated = () => {
      const life = begun({ ...SMALL, steps: { ...SMALL.steps, confirm: { ...confirm, answers } } });
      life.until(noon('2022-10-17'));
      return life;
    };
    const answeredLife = escalated();
    const answered = ofType(answeredLife.answers('confirm', 'yes', 'p-leader', noon('2022-10-17')), 'escalation-closed');
    assert.deepEqual(
      answered.map(({ because, change }) => [because, change]),
      [['It was answered on 17 October 2022: “Yes, gladly”.', 1]],
    );
    const refusedLife = escalated();
    const [refused] = ofType(refusedLife.answers('confirm', 'no', 'p-leader', noon('2022-10-17')), 'escalation-closed');
    assert.equal(refused?.because, 'It was answered on 17 October 2022: “no”.');
    const rematched = ofType(escalated().does({ kind: 'rematch', ...WHO, to: null }, noon('2022-10-17')), 'escalation-closed');
    assert.deepEqual(
      rematched.map(({ because }) => because),
      ['It closed on 17 October 2022 without an answer. Another system leader is matched since 17 October 2022.'],
    );
  });

  it('is nothing of an escalation in a programme without rules on changes, whose histories say nothing of it', () => {
    const life = begun(RULELESS);
    life.until(noon('2022-10-17'));
    assert.deepEqual(ofType(life.answers('confirm', 'yes', 'p-leader', noon('2022-10-17')), 'escalation-closed'), []);
  });

  it('is its stop, from that day on or from the day on which it was to begin, and nobody is told', () => {
    const stop = { kind: 'stop-clock', ...WHO, scope: CONFIRM, category: 'illness', expectedEnd: '2022-10-14' } as const;
    const stopped = (from: string, answeredOn: string) => {
      const life = begun();
      life.does({ ...stop, from }, MONDAY);
      return ofType(life.answers('confirm', 'yes', 'p-leader', noon(answeredOn)), 'clock-resumed');
    };
    assert.deepEqual(stopped('2022-10-03', '2022-10-05'), [
      {
        type: 'clock-resumed',
        at: noon('2022-10-05'),
        change: 2,
        by: 'chaser',
        because: 'The step has closed.',
        about: CONFIRM,
        tells: [],
        moves: [],
        stop: 1,
        on: '2022-10-05',
      },
    ]);
    assert.equal(stopped('2022-10-03', '2022-10-03')[0]?.on, '2022-10-03');
  });
});

describe('a step that opens', () => {
  it('says what it would have been due on by the programme alone only where that differs', () => {
    const [first] = ofType(begun().events, 'step-opened');
    assert.deepEqual(Object.keys(first ?? {}).toSorted(), [
      'at',
      'calendarVersion',
      'dayZero',
      'dueOn',
      'explanation',
      'on',
      'openedBy',
      'round',
      'step',
      'type',
    ]);
    const life = begun();
    life.does({ kind: 'extend', ...CONFIRM, dueOn: '2022-10-20', agreedWith: null, ...WHO }, MONDAY);
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-04'));
    const [again] = ofType(life.does({ kind: 'take-back-answer', ...CONFIRM, ...WHO }, noon('2022-10-05')), 'step-opened');
    assert.deepEqual([again?.dueOn, again?.originalDueOn], ['2022-10-20', '2022-10-12']);
    assert.deepEqual(again?.extension, { to: '2022-10-20', change: 1 });
  });

  it('counts nobody as asked by a notice that goes before the request', () => {
    const notice = { id: 'notice', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'Soon.' } as const;
    const later = { ...REQUEST, at: { daysFromDue: -2 } };
    const ask = step('ask', 'rdp', [answer('done')], { ladder: [notice, later], allowed: { unit: 'working-days', count: 8 } });
    const life = beginTestLife(programmeOf(['ask'], [ask]), MONDAY);
    life.until(MONDAY);
    assert.deepEqual([life.chronology.steps[0]?.past, life.chronology.steps[0]?.askedAt], [['notice'], null]);
    life.until(noon('2022-10-12'));
    assert.notEqual(life.chronology.steps[0]?.askedAt, null);
  });
});
