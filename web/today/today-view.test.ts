import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { whereItIs } from './today-view.ts';

const OPENED = '2026-12-10T08:11:00.000Z';

describe('an escalation on Today', () => {
  it('says since when whoever has it now has had it, not that it was escalated to them on the first day', () => {
    assert.equal(
      whereItIs({ to: 'Rafael Winterbourne', openedAt: OPENED, since: '2026-12-15T08:33:00.000Z' }),
      'Escalated on Thursday 10 December 2026, and with Rafael Winterbourne since Tuesday 15 December 2026.',
    );
  });

  it('says to whom it was escalated while it has not gone on', () => {
    assert.equal(
      whereItIs({ to: 'Hester Applegarth', openedAt: OPENED, since: OPENED }),
      'Escalated to Hester Applegarth on Thursday 10 December 2026.',
    );
    assert.equal(
      whereItIs({ to: null, openedAt: OPENED, since: OPENED }),
      'Escalated to nobody, because nobody holds the role, on Thursday 10 December 2026.',
    );
  });
});
