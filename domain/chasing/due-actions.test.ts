import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, noon, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';
import { beginTestLife, ofType, rungsIn } from '../../tests/kit/lives.ts';
import { answer, PARTIES, programmeOf, REQUEST, rung, step } from '../../tests/kit/programmes.ts';
import type { Chronology } from '../chronology/state.ts';
import type { Programme, Rung } from '../programme.ts';
import { plainDate } from '../time/plain-date.ts';
import { addressed, dueActions, nextChase, nextWakeMs, rungsToRearm } from './due-actions.ts';
import { rungName, rungNamed } from './rung-names.ts';

const BEGAN = noon('2022-10-03');
/** One step of the coordinator with this ladder, due on Thursday 6 October 2022. */
const withLadder = (rungs: readonly Rung[], owner = 'rdp'): Programme =>
  programmeOf(['go'], [step('go', owner, [answer('done')], { ladder: rungs })]);
const NOTICE: Rung = { id: 'notice', kind: 'notice', at: 'opening', days: 'working', to: 'local-authority', text: 'Begun.' };

describe('what is due', () => {
  it('is nothing once the deployment has ended, and nothing will be', () => {
    const { chronology } = begun();
    const ended: Chronology = { ...chronology, status: { kind: 'ended', end: 'declined', at: BEGAN, because: null } };
    assert.deepEqual(dueActions(ended, Date.parse(noon('2022-10-14'))), []);
    assert.equal(nextWakeMs(ended, Date.parse(BEGAN)), null);
  });

  it('says why a rung never comes: nobody is named, or the step was asked for too late', () => {
    const noticed = beginTestLife(withLadder([NOTICE, REQUEST]), BEGAN);
    assert.deepEqual(
      ofType(noticed.until(BEGAN), 'rung-skipped').map(({ rung: id, because }) => [id, because]),
      [['notice', 'Nobody is named as local authority of this deployment.']],
    );
    const short = programmeOf(['go'], [step('go', 'rdp', [answer('done')], { ladder: [REQUEST, rung('reminder', -3)] })]);
    assert.deepEqual(
      ofType(beginTestLife(short, BEGAN).until(BEGAN), 'rung-skipped').map(({ rung: id, because }) => [id, because]),
      [['reminder-3', 'The step was opened and asked for only on 3 October 2022.']],
    );
  });

  it('is a text message or a letter to print besides only where the rung says so', () => {
    const ladder: readonly Rung[] = [
      REQUEST,
      { ...rung('reminder', -1), also: ['text'] },
      { ...rung('overdue', 1), also: ['text', 'print'] },
    ];
    const life = beginTestLife(withLadder(ladder), BEGAN);
    const reached = ofType([...life.until(BEGAN), ...life.until(noon('2022-10-10'))], 'rung-reached');
    assert.deepEqual(
      reached.map(({ kind, also }) => [kind, also]),
      [
        ['request', undefined],
        ['reminder', ['text']],
        ['overdue', ['text', 'print']],
      ],
    );
  });

  it('calls the recipient of a notice a recipient where the programme has no such role', () => {
    const programme = withLadder([{ ...NOTICE, to: 'mayor' }, REQUEST]);
    const [skipped] = ofType(beginTestLife(programme, BEGAN).until(BEGAN), 'rung-skipped');
    assert.equal(skipped?.because, 'Nobody is named as recipient of this deployment.');
  });

  it('is the newest of several letters only, and the others say so', () => {
    const life = beginTestLife(withLadder([REQUEST, rung('reminder', 0), rung('overdue', 1)]), BEGAN);
    life.until(BEGAN);
    const late = dueActions(life.chronology, Date.parse(noon('2022-10-10')));
    assert.deepEqual(
      late.map((action) => [action.kind, 'name' in action ? action.name : null, 'because' in action ? action.because : null]),
      [
        ['skip', 'reminder0', 'A later letter about the same step was due at the same time, and was sent instead.'],
        ['reach', 'overdue+1', null],
      ],
    );
  });

  it('comes in a ladder without a request all the same', () => {
    const life = beginTestLife(withLadder([rung('reminder', -1), rung('overdue', 1)]), BEGAN);
    assert.deepEqual(rungsIn(life.until(noon('2022-10-07'))), [
      'reminder-1 2022-10-05 → p-coordinator',
      'overdue+1 2022-10-07 → p-coordinator',
    ]);
  });

  it('is not held while the clock stands when it would never come', () => {
    const life = beginTestLife(withLadder([NOTICE]), '2022-10-03T19:00:00.000Z');
    const stop = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' } as const;
    const { chronology } = life;
    const stopped = {
      ...chronology,
      stops: [{ ...stop, stop: 1, from: plainDate(stop.from), expectedEnd: plainDate(stop.expectedEnd), resumed: null, queried: null }],
    };
    assert.deepEqual(dueActions(stopped, Date.parse(noon('2022-10-04'))), []);
  });

  it('wakes nobody where the calendar ends before it', () => {
    const { chronology } = beginTestLife(withLadder([REQUEST]), '2022-10-03T19:00:00.000Z');
    assert.equal(nextWakeMs(chronology, Date.parse('2025-02-03T10:00:00.000Z')), null);
    assert.deepEqual(dueActions(chronology, Date.parse('2025-02-03T10:00:00.000Z')), []);
  });
});

describe('an escalation', () => {
  const twice: readonly Rung[] = [REQUEST, rung('escalation', 1), rung('overdue', 2), rung('escalation', 3)];
  const lived = (rungs: readonly Rung[], acknowledgeWithin: number | null) => {
    const changes = { ...(SMALL.changes ?? assert.fail()), acknowledgeWithin };
    const life = beginTestLife({ ...withLadder(rungs), ...(acknowledgeWithin === null ? {} : { changes }) }, BEGAN);
    return life.until(noon('2022-10-11'));
  };

  it('is not raised a second time while it is open; letters go on', () => {
    const events = lived(twice, 10);
    assert.deepEqual(
      rungsIn(events).map((line) => line.split(' ')[0]),
      ['request', 'escalation+1', 'overdue+2'],
    );
    assert.deepEqual(
      ofType(events, 'rung-skipped').map(({ rung: id, because }) => [id, because]),
      [['escalation+3', 'An escalation of this step is open already.']],
    );
  });

  it('comes as often as the ladder says in a programme that does not wait for somebody to take it', () => {
    assert.deepEqual(
      rungsIn(lived(twice, null)).map((line) => line.split(' ')[0]),
      ['request', 'escalation+1', 'overdue+2', 'escalation+3'],
    );
  });

  it('comes beside a letter and a call of the same day', () => {
    const events = lived([REQUEST, rung('overdue', 1), { ...rung('call', 1), id: 'call' }, rung('escalation', 1)], 10);
    assert.ok(rungsIn(events).some((line) => line.startsWith('escalation+1 ')));
  });
});

describe('the next chase', () => {
  it('is the earliest that time will bring, wherever it stands in the ladder', () => {
    const life = begun(RULELESS);
    life.answers('confirm', 'yes', 'p-leader', BEGAN);
    life.until(BEGAN);
    const visit = life.chronology.steps.find((record) => record.step === 'visit') ?? assert.fail();
    assert.equal(nextChase(life.chronology, visit, Date.parse(BEGAN))?.name, 'reminder-1');
    assert.equal(nextChase(life.chronology, visit, Date.parse(BEGAN), ['call'])?.name, 'call+2');
    assert.equal(nextChase(life.chronology, visit, Date.parse(BEGAN), ['notice']), undefined);
  });

  it('is none that can never come', () => {
    const { chronology } = beginTestLife(withLadder([rung('reminder', -5)]), BEGAN);
    const record = chronology.steps[0] ?? assert.fail();
    assert.equal(nextChase(chronology, record, Date.parse(BEGAN)), undefined);
  });
});

describe('the rungs that come again when a due date moves', () => {
  const { chronology } = begun();
  const record = chronology.steps[0] ?? assert.fail();
  const past = ['request', 'reminder0', 'overdue+1', 'call+2'];
  const rearmed = (over: Partial<typeof record>, today: string) => rungsToRearm(chronology, { ...record, past, ...over }, plainDate(today));

  it('are those that have come and whose day is after today', () => {
    assert.deepEqual(rearmed({ dueOn: plainDate('2022-10-20') }, '2022-10-17'), ['reminder0', 'overdue+1', 'call+2']);
    assert.deepEqual(rearmed({ dueOn: plainDate('2022-10-20') }, '2022-10-20'), ['overdue+1', 'call+2']);
    assert.deepEqual(rearmed({ dueOn: plainDate('2022-10-20') }, '2022-10-24'), []);
  });

  it('are counted from the request where that went after the due date', () => {
    assert.deepEqual(rearmed({ dueOn: plainDate('2022-10-12'), askedAt: noon('2022-10-14') }, '2022-10-14'), ['overdue+1', 'call+2']);
    assert.deepEqual(rearmed({ dueOn: plainDate('2022-10-12'), askedAt: null }, '2022-10-14'), []);
  });

  it('are none where the calendar does not reach', () => {
    assert.deepEqual(rearmed({ dueOn: plainDate('2024-12-31') }, '2024-12-31'), []);
  });
});

describe('whom a rung is addressed to', () => {
  const chronology: Chronology = { ...begun().chronology, parties: { ...PARTIES, rdp: ['p-region', 'p-coordinator'] } };

  it('tells nobody who is asked, and names the roles that nobody holds', () => {
    assert.deepEqual(addressed(chronology, ['regional-team', 'diocese'], ['rdp'], null), {
      to: [{ role: 'regional-team', person: 'p-region' }],
      tells: [{ role: 'rdp', person: 'p-coordinator' }],
      unheld: ['diocese'],
    });
  });

  const reachedBy = (kind: Rung['kind'], owner: string, parties: Chronology['parties'] = PARTIES) => {
    const life = beginTestLife(withLadder([REQUEST, { ...rung(kind, 1), id: 'late' }], owner), BEGAN, { parties });
    const event = ofType(life.until(noon('2022-10-07')), 'rung-reached').find((each) => each.rung === 'late');
    return [event?.to.map(({ person }) => person), event?.tells.map(({ person }) => person), event?.unheld];
  };

  it('is one person where it is a call, and nobody where nobody telephones', () => {
    assert.deepEqual(reachedBy('call', 'system-leader', { ...PARTIES, rdp: ['p-one', 'p-two'] }), [['p-one'], [], []]);
    assert.deepEqual(reachedBy('call', 'rdp'), [[], [], []]);
  });

  it('is the office above where it is an escalation, with those who are told; nobody where there is none', () => {
    assert.deepEqual(reachedBy('escalation', 'regional-team'), [['p-senior'], ['p-coordinator'], []]);
    assert.deepEqual(reachedBy('escalation', 'regional-senior'), [[], [], []]);
  });
});

describe('the name of a rung', () => {
  const { chronology } = begun();
  const [record] = chronology.steps;
  const confirm = SMALL.steps['confirm'] ?? assert.fail();

  it('counts how often it comes', () => {
    const reminder = rung('reminder', 0);
    assert.equal(rungName({ ...(record ?? assert.fail()), again: {} }, reminder), 'reminder0');
    assert.equal(rungName({ ...(record ?? assert.fail()), again: { reminder0: 1 } }, reminder), 'reminder0~2');
  });

  it('leads back to the rung, however often it came, was held or was passed on', () => {
    for (const [name, id] of [
      ['overdue+1', 'overdue+1'],
      ['overdue+1~2', 'overdue+1'],
      ['call+2@stop-1', 'call+2'],
      ['escalation+3^4', 'escalation+3'],
    ] as const) {
      assert.equal(rungNamed(confirm, name)?.id, id, name);
    }
    assert.equal(rungNamed(confirm, 'clock-stopped-1'), undefined);
  });
});
