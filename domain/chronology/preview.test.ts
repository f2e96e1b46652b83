import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, SMALL, WHO } from '../../tests/kit/changes.ts';
import { previewOf, toldIfMade } from './preview.ts';

describe('the preview of a change', () => {
  it('of a rematch names what closes, what opens and who is asked, and makes nothing of it', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const before = life.events.length;
    const preview = previewOf(life.chronology, { kind: 'rematch', ...WHO, to: null }, noon('2022-10-05'));
    assert.ok(preview.ok);
    assert.ok(preview.value.closes.some(({ step }) => step === 'visit'));
    assert.deepEqual(
      preview.value.opens.map(({ step }) => step),
      ['find'],
    );
    assert.equal(preview.value.ends, null);
    assert.equal(life.events.length, before);
  });

  it('of an escalation that is handed over names whoever gets it', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    const command = { kind: 'hand-over', ...CONFIRM, by: 'p-region', because: 'Hers.', to: 'p-colleague' } as const;
    const preview = previewOf(life.chronology, command, noon('2022-10-17'));
    assert.ok(preview.ok);
    assert.deepEqual(
      preview.value.asks.map(({ person }) => person),
      ['p-colleague'],
    );
  });

  it('of a change of person names the newcomer, who is asked for what is open', () => {
    const person = { kind: 'change-person', ...WHO, role: 'system-leader', from: 'p-leader', to: 'p-new' } as const;
    const preview = previewOf(begun().chronology, person, noon('2022-10-03'));
    assert.deepEqual(preview.ok && preview.value.asks, [{ role: 'system-leader', person: 'p-new' }]);
    const stop = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' } as const;
    const nobody = previewOf(begun().chronology, stop, noon('2022-10-03'));
    assert.deepEqual(nobody.ok && nobody.value.asks, []);
  });

  it('of a withdrawal says how the deployment ends and what closes, and that nothing else stays open', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const preview = previewOf(life.chronology, { kind: 'withdraw', end: 'declined', ...WHO }, noon('2022-10-05'));
    assert.ok(preview.ok);
    const { moves, opens, closes, asks, ends, unmoved } = preview.value;
    assert.deepEqual(
      { moves, opens, closes, asks, ends, unmoved },
      {
        moves: [],
        opens: [],
        closes: [
          { step: 'visit', round: 1 },
          { step: 'note', round: 1 },
        ],
        asks: [],
        ends: 'declined',
        unmoved: [],
      },
    );
  });

  it('of more time says which date moves and why, which stays, and who is told', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const [from, note] = [life.dueOn('visit'), life.dueOn('note')];
    const more = { kind: 'extend', step: 'visit', round: 1, dueOn: '2022-10-20', agreedWith: null, ...WHO } as const;
    const preview = previewOf(life.chronology, more, noon('2022-10-05'));
    assert.ok(preview.ok, preview.ok ? '' : preview.reason.message);
    const { moves, opens, closes, tells, asks, ends, unmoved } = preview.value;
    assert.deepEqual(
      moves.map(({ explanation, ...move }) => ({ ...move, last: explanation.at(-1)?.text })),
      [{ step: 'visit', round: 1, from, to: '2022-10-20', last: 'Due on Thursday 20 October 2022.' }],
    );
    assert.deepEqual({ opens, closes, asks, ends }, { opens: [], closes: [], asks: [], ends: null });
    assert.deepEqual(tells, [{ role: 'school', person: 'p-head' }]);
    assert.deepEqual(unmoved, [{ step: 'note', round: 1, dueOn: note }]);
  });

  it('of a corrected fact names no date of a step that has closed', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-12-16'));
    life.answers('visit', 'made', 'p-head', noon('2022-12-19'));
    life.answers('complete', 'more', 'p-leader', noon('2022-12-20'));
    const command = { kind: 'correct-fact', fact: 'matchedOn', value: '2022-10-03', ...WHO } as const;
    const preview = previewOf(life.chronology, command, noon('2023-01-04'));
    assert.ok(preview.ok, preview.ok ? '' : preview.reason.message);
    assert.deepEqual(preview.value.moves, []);
    assert.deepEqual(
      preview.value.unmoved.map(({ step }) => step),
      ['note'],
    );
  });

  it('of a change that would be refused is the refusal', () => {
    const preview = previewOf(begun().chronology, { kind: 'rematch', by: 'p-coordinator', because: ' ', to: null }, noon('2022-10-03'));
    assert.equal(preview.ok ? '' : preview.reason.kind, 'no-reason');
  });

  it('calls a role by its id where the programme gives it no title', () => {
    const roles = Object.fromEntries(Object.entries(SMALL.roles).filter(([id]) => id !== 'system-leader'));
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const chronology = { ...life.chronology, programme: { ...SMALL, roles } };
    const preview = previewOf(chronology, { kind: 'rematch', ...WHO, to: 'p-leader' }, noon('2022-10-05'));
    assert.match(preview.ok ? '' : preview.reason.message, /system-leader/);
  });
});

describe('the e-mails that a change would send', () => {
  const stop = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' } as const;

  it('are those of its own event, to everybody whom it tells', () => {
    const told = toldIfMade(begun().chronology, stop, noon('2022-10-03'));
    assert.deepEqual(
      told.map(({ event }) => event.type),
      ['clock-stopped'],
    );
    assert.deepEqual(told[0]?.to, told[0]?.event.type === 'clock-stopped' ? told[0].event.tells : null);
    assert.ok(told[0]?.to.some(({ person }) => person === 'p-leader'));
    assert.ok(!told[0]?.to.some(({ person }) => person === WHO.by), 'whoever makes it is not told');
  });

  it('are none for a change that concerns nobody but whoever makes it', () => {
    const parties = { 'regional-team': ['p-coordinator'], rdp: ['p-coordinator'], 'system-leader': ['p-coordinator'] };
    const alone = begun().chronology;
    assert.deepEqual(toldIfMade({ ...alone, parties }, stop, noon('2022-10-03')), []);
  });

  it('are none when the change would be refused', () => {
    assert.deepEqual(toldIfMade(begun().chronology, { ...stop, because: ' ' }, noon('2022-10-03')), []);
  });

  it('are none for the steps that it opens and closes, which have letters of their own', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const told = toldIfMade(life.chronology, { kind: 'rematch', ...WHO, to: null }, noon('2022-10-05'));
    assert.deepEqual(
      told.map(({ event }) => event.type),
      ['rematched'],
    );
  });
});
