import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, noon, WHO } from '../../tests/kit/changes.ts';
import { admit } from './admit.ts';
import { decide } from './decide.ts';
import type { Command } from './decide.ts';

const NOW = noon('2022-10-03');
const UNSEEN = ['\u200b', '\u00ad\u2060', '\u202d \u202c', '\ufeff', '\u3164'];

describe('a reason that nobody can see', () => {
  const { chronology } = begun();
  const commands = (because: string): readonly Command[] => [
    { kind: 'withdraw', end: 'declined', ...WHO, because },
    { kind: 'skip-rung', step: 'confirm', round: 1, ...WHO, because },
    { kind: 'set-pace', pace: 'more', ...WHO, because },
  ];

  it('is refused by every change, as if there were none', () => {
    for (const because of UNSEEN) {
      for (const command of commands(because)) {
        const decision = admit(chronology, command, NOW);
        assert.equal(admit(chronology, { ...command, because: 'Ill.' } as Command, NOW).ok, true, command.kind);
        assert.equal(!decision.ok && decision.reason.kind, 'no-reason', `${command.kind} ${JSON.stringify(because)}`);
      }
    }
  });

  it('is replayed where an earlier release took it', () => {
    assert.equal(decide(chronology, commands('\u200b')[0] as Command, NOW).ok, true);
  });

  it('is one as soon as somebody can read something of it', () => {
    assert.equal(admit(chronology, commands('\u200bIll.')[0] as Command, NOW).ok, true);
  });
});
