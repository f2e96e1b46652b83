import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { travelsTogether, whyNotWanted } from './wanted.ts';
import type { LetterKind, Standing } from './wanted.ts';

const KINDS: readonly LetterKind[] = ['request', 'notice', 'reminder', 'overdue', 'call', 'escalation', 'escalation-notice', 'news'];

const standing = (over: Partial<Standing> = {}): Standing => ({
  kind: 'reminder',
  stepState: 'open',
  deployment: 'running',
  answeredByChaser: false,
  stillHoldsRole: true,
  perhapsSent: false,
  replaced: false,
  promised: false,
  quiet: false,
  recipient: { addressRefused: false },
  ...over,
});

describe('a letter that is about to leave', () => {
  it('leaves while its step is open and its recipient holds the role, whatever kind it is', () => {
    for (const kind of KINDS) assert.equal(whyNotWanted(standing({ kind })), null, kind);
  });

  it('of any kind stays when nobody is known under the contact id, or the address was refused', () => {
    for (const kind of KINDS) {
      assert.match(whyNotWanted(standing({ kind, recipient: null })) ?? '', /Chaser knows nobody with this contact id/);
      assert.match(whyNotWanted(standing({ kind, recipient: { addressRefused: true } })) ?? '', /refused this address for good/);
    }
  });

  it('of any kind stays when its recipient has stopped letters like it', () => {
    for (const kind of KINDS)
      assert.match(whyNotWanted(standing({ kind, quiet: true })) ?? '', /They have stopped e-mails for information/);
  });

  it('of any kind but news stays when the recipient holds the role no longer', () => {
    for (const kind of KINDS) {
      const why = whyNotWanted(standing({ kind, stillHoldsRole: false }));
      assert.equal(why, kind === 'news' ? null : 'The recipient no longer holds the role.', kind);
    }
  });

  it('of any kind but news stays when the deployment was declined or withdrawn, and not when it was completed', () => {
    for (const kind of KINDS) {
      for (const deployment of ['declined', 'withdrawn'] as const) {
        const why = whyNotWanted(standing({ kind, deployment }));
        assert.equal(why, kind === 'news' ? null : `The deployment was ${deployment}.`, kind);
      }
      assert.equal(whyNotWanted(standing({ kind, deployment: 'completed' })), null, kind);
    }
  });

  it('that is a notice of a step which Chaser answers itself leaves after the end: it may be what tells of it', () => {
    for (const kind of KINDS) {
      const why = whyNotWanted(standing({ kind, deployment: 'declined', stepState: 'answered', answeredByChaser: true }));
      assert.equal(why, kind === 'news' || kind === 'notice' ? null : 'The deployment was declined.', kind);
    }
  });

  it('of any kind but news and notices stays once its step has closed, however it closed', () => {
    for (const kind of KINDS) {
      for (const stepState of ['answered', 'overtaken', 'lapsed'] as const) {
        const why = whyNotWanted(standing({ kind, stepState }));
        assert.equal(why, kind === 'news' || kind === 'notice' ? null : `The step was ${stepState} before the letter left.`, kind);
      }
    }
  });

  it('that has perhaps been sent is not said to have waited until after its step closed', () => {
    assert.equal(whyNotWanted(standing({ stepState: 'answered', perhapsSent: true })), 'The step was answered.');
  });

  it('of any kind but news stays when a later one about the same step goes to the same person', () => {
    for (const kind of KINDS) {
      const why = whyNotWanted(standing({ kind, replaced: true }));
      assert.equal(why, kind === 'news' ? null : 'A later letter about this step goes in its place.', kind);
    }
  });

  it('travels with others of the same person when it is a reminder or an overdue notice, and alone otherwise', () => {
    assert.deepEqual(KINDS.filter(travelsTogether), ['reminder', 'overdue']);
  });
});
