import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, SMALL, WHO } from '../../tests/kit/changes.ts';
import { ofType } from '../../tests/kit/lives.ts';
import { latestRound } from '../chronology/chronology.ts';
import type { AskForTime, GrantTime, RefuseTime } from './time-asked.ts';

/** The system leader was asked on Friday 30 September 2022 and is to answer by Wednesday 12 October. */
const ASK: AskForTime = {
  kind: 'ask-for-time',
  ...CONFIRM,
  by: 'p-leader',
  because: 'My governors meet on Tuesday.',
  onBehalfOf: null,
  via: 'link',
  dueOn: '2022-10-19',
};
const GRANT: GrantTime = { kind: 'grant-time', ...CONFIRM, by: 'p-coordinator', words: '' };
const REFUSE: RefuseTime = { kind: 'refuse-time', ...CONFIRM, ...WHO, because: 'The visit is booked.' };
/** A refusal as one line: what it is, what is wrong, and how to mend it. */
const said = ({ kind, message, remedy }: { readonly kind: string; readonly message: string; readonly remedy: string }) =>
  `${kind}: ${message} ${remedy}`;

describe('more time that is asked for', () => {
  it('tells the coordinator, and changes neither the due date nor what is sent', () => {
    const life = begun();
    const [asked] = ofType(life.does(ASK, noon('2022-10-05')), 'time-asked');
    assert.deepEqual(
      asked?.tells.map(({ person }) => person),
      ['p-coordinator'],
    );
    assert.deepEqual([asked?.dueOn, asked?.dueBefore, asked?.moves], ['2022-10-19', '2022-10-12', []]);
    assert.equal(life.dueOn('confirm'), '2022-10-12');
  });

  it('is asked once at a time, until somebody has decided', () => {
    const life = begun();
    life.does(ASK, noon('2022-10-05'));
    assert.equal(
      said(life.refuses({ ...ASK, dueOn: '2022-10-20' }, noon('2022-10-06'))),
      'asked-already: More time until Wednesday 19 October 2022 has been asked for already, and nobody has decided yet. You will be told in an e-mail. Ask again once you know.',
    );
    life.does(REFUSE, noon('2022-10-06'));
    life.does({ ...ASK, dueOn: '2022-10-18' }, noon('2022-10-07'));
  });

  it('waits with the regional team too where a yes is beyond the limit of the programme', () => {
    const life = begun();
    life.does({ ...ASK, dueOn: '2022-11-10' }, noon('2022-10-05'));
    assert.equal(ofType(life.does(GRANT, noon('2022-10-06')), 'extension-asked').length, 1);
    assert.equal(life.dueOn('confirm'), '2022-10-12', 'until the regional team has decided');
    assert.equal(life.refuses(ASK, noon('2022-10-07')).kind, 'asked-already');
  });

  it('is for a later day, with a reason, from one of those who are asked', () => {
    const life = begun();
    assert.equal(
      said(life.refuses({ ...ASK, dueOn: '2022-10-11' }, noon('2022-10-05'))),
      'too-early: 11 October 2022 is before Wednesday 12 October 2022, when it is due. Give a later day.',
    );
    for (const [over, kind] of [
      [{ dueOn: '2022-10-12' }, 'nothing-changes'],
      [{ dueOn: '19 October' }, 'bad-date'],
      [{ because: ' ' }, 'no-reason'],
      [{ by: 'p-head' }, 'not-an-owner'],
      [{ by: 'p-coordinator', onBehalfOf: 'p-head' }, 'not-an-owner'],
      [{ step: 'visit' }, 'unknown-step'],
    ] as const) {
      const refusal = life.refuses({ ...ASK, ...over }, noon('2022-10-05'));
      assert.equal(refusal.kind, kind, JSON.stringify(over));
      assert.ok(refusal.message !== '' && refusal.remedy !== '', JSON.stringify(over));
    }
  });

  it('is refused during a pause, when the step is closed, and when the deployment has ended', () => {
    const paused = begun();
    paused.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: null, expectedEnd: '2022-10-14' },
      noon('2022-10-05'),
    );
    assert.equal(paused.refuses(ASK, noon('2022-10-06')).kind, 'clock-stopped');
    for (const [answer, kind] of [
      ['yes', 'not-open'],
      ['no', 'not-running'],
    ] as const) {
      const life = begun();
      life.does(ASK, noon('2022-10-05'));
      life.does({ kind: 'answer', ...CONFIRM, answer, by: 'p-leader', onBehalfOf: null, via: 'link', fields: {} }, noon('2022-10-06'));
      for (const command of [ASK, GRANT, REFUSE])
        assert.equal(life.refuses(command, noon('2022-10-07')).kind, kind, `${command.kind} after ${answer}`);
    }
  });

  it('is given as an extension with the words of whoever gives it, or else with the reason of the request', () => {
    for (const words of ['', 'Agreed by telephone.']) {
      const life = begun();
      life.does(ASK, noon('2022-10-05'));
      const [agreed] = ofType(life.does({ ...GRANT, words }, noon('2022-10-06')), 'extension-agreed');
      assert.deepEqual([agreed?.because, agreed?.by], [words || ASK.because, 'p-coordinator']);
      assert.equal(life.dueOn('confirm'), '2022-10-19');
      assert.equal(latestRound(life.chronology, 'confirm')?.timeAsked, null);
      assert.equal(said(life.refuses(GRANT, noon('2022-10-06'))).split(' ')[0], 'nothing-changes:', 'a second yes finds nothing to decide');
    }
  });

  it('is refused with words, which whoever asked is told', () => {
    const life = begun();
    life.does(ASK, noon('2022-10-05'));
    const refusal = life.refuses({ ...REFUSE, because: ' ' }, noon('2022-10-06'));
    assert.equal(refusal.kind, 'no-reason');
    const [refused] = ofType(life.does(REFUSE, noon('2022-10-06')), 'time-refused');
    assert.ok(refused?.tells.some(({ person }) => person === 'p-leader'));
    assert.equal(life.dueOn('confirm'), '2022-10-12');
    assert.match(said(life.refuses(REFUSE, noon('2022-10-06'))), /^nothing-changes: Nobody waits for more time for/);
  });

  it('is told to whoever asks for the step in their own name, and to the coordinator only where nobody does', () => {
    const { confirm } = SMALL.steps;
    assert.ok(confirm);
    const asking = (askedBy: string) => begun({ ...SMALL, steps: { ...SMALL.steps, confirm: { ...confirm, askedBy } } });
    const [asked] = ofType(asking('regional-team').does(ASK, noon('2022-10-05')), 'time-asked');
    assert.deepEqual(
      asked?.tells.map(({ person }) => person),
      ['p-region', 'p-coordinator'],
    );
  });

  it('is recorded by the coordinator for somebody who telephoned, unless nobody else could decide', () => {
    const telephoned = { ...ASK, by: 'p-coordinator', onBehalfOf: 'p-leader', via: 'telephone' } as const;
    assert.equal(begun().refuses(telephoned, noon('2022-10-05')).kind, 'role-not-held');
    const [asked] = ofType(begun().does({ ...telephoned, by: 'p-region' }, noon('2022-10-05')), 'time-asked');
    assert.deepEqual(
      asked?.tells.map(({ person }) => person),
      ['p-coordinator'],
    );
  });

  it('is given or refused with a note for the record, and the refusal reaches whoever asked though they no longer hold the role', () => {
    const { confirm } = SMALL.steps;
    assert.ok(confirm);
    const life = begun();
    life.does(ASK, noon('2022-10-05'));
    const [agreed] = ofType(life.does({ ...GRANT, words: '  ', note: 'By telephone.' }, noon('2022-10-06')), 'extension-agreed');
    assert.deepEqual([agreed?.note, agreed?.because], ['By telephone.', ASK.because]);
    const other = begun();
    other.does(ASK, noon('2022-10-05'));
    other.does({ kind: 'change-person', ...WHO, role: 'system-leader', from: 'p-leader', to: 'p-other' }, noon('2022-10-06'));
    const shared = begun({ ...SMALL, steps: { ...SMALL.steps, confirm: { ...confirm, with: ['school'] } } });
    shared.does({ ...ASK, by: 'p-head' }, noon('2022-10-05'));
    const deputy = { kind: 'name-deputy', ...WHO, person: 'p-head', deputy: 'p-deputy', from: '2022-10-06', to: '2022-10-07' } as const;
    shared.does(deputy, noon('2022-10-06'));
    assert.deepEqual(ofType(shared.does(REFUSE, noon('2022-10-06')), 'time-refused')[0]?.tells.at(-1), {
      role: 'school',
      person: 'p-head',
    });
    const [refused] = ofType(other.does({ ...REFUSE, by: 'p-region' }, noon('2022-10-06')), 'time-refused');
    assert.deepEqual(refused?.tells, [
      { role: 'system-leader', person: 'p-other' },
      { role: 'rdp', person: 'p-coordinator' },
      { role: 'system-leader', person: 'p-leader' },
    ]);
  });

  it('is not asked by the only one who could decide on it', () => {
    const life = begun();
    life.does({ kind: 'answer', ...CONFIRM, answer: 'yes', by: 'p-leader', onBehalfOf: null, via: 'link', fields: {} }, noon('2022-10-05'));
    const note = { ...ASK, step: 'note', by: 'p-coordinator', dueOn: '2022-11-10' };
    assert.equal(life.refuses({ ...note, by: 'p-region', onBehalfOf: 'p-coordinator' }, noon('2022-10-06')).kind, 'role-not-held');
    assert.equal(
      said(life.refuses(note, noon('2022-10-06'))),
      'role-not-held: There is nobody else who could decide on it. Give the later date yourself on the page of the deployment.',
    );
  });
});
