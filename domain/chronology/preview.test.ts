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

  it('of a withdrawal says how the deployment ends', () => {
    const preview = previewOf(begun().chronology, { kind: 'withdraw', end: 'declined', ...WHO }, noon('2022-10-03'));
    assert.equal(preview.ok && preview.value.ends, 'declined');
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
