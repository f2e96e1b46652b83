import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, WHO } from '../../tests/kit/changes.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { answer, field, programmeOf, step } from '../../tests/kit/programmes.ts';
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

describe('a refusal by the rules of today', () => {
  it('comes after those that always held: whoever has no escalation is told so, however far the day lies', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    const promise = { kind: 'acknowledge', ...CONFIRM, by: 'p-region', onBehalfOf: null, via: 'link', because: 'Mine.' } as const;
    const kindOf = (over: object) => {
      const decision = admit(life.chronology, { ...promise, ...over } as Command, noon('2022-10-18'));
      return decision.ok ? 'accepted' : decision.reason.kind;
    };
    assert.equal(kindOf({ promisedOn: '2022-10-20' }), 'accepted');
    assert.equal(kindOf({ promisedOn: '2023-06-30' }), 'bad-date');
    assert.equal(kindOf({ promisedOn: '2030-01-01' }), 'bad-date');
    assert.equal(kindOf({ promisedOn: '2023-06-30', by: 'p-stranger' }), 'not-the-holder');
  });

  it('leaves a change alone that is refused anyway, for its own reason', () => {
    const life = begun();
    life.does({ kind: 'withdraw', end: 'declined', ...WHO }, NOW);
    const decision = admit(life.chronology, { kind: 'set-pace', pace: 'more', ...WHO, because: '\u200b' }, NOW);
    assert.equal(!decision.ok && decision.reason.kind, 'not-running');
  });

  it('is none for the passing of time, and none for an answer without dates', () => {
    const life = begun();
    assert.ok(admit(life.chronology, { kind: 'carry-out-due' }, NOW).ok);
    const yes = { kind: 'answer', ...CONFIRM, answer: 'yes', by: 'p-leader', onBehalfOf: null, via: 'link', fields: {} } as const;
    assert.ok(admit(life.chronology, yes, NOW).ok);
  });

  it('says of an answer which date cannot be meant, and looks only at the answer that is given', () => {
    const visit = step('visit', 'rdp', [
      answer('planned', { fields: [field('when', { kind: 'date', latest: 'anytime', earliest: 'anytime' })] }),
      answer('made', { fields: [field('on', { kind: 'date', latest: 0 })] }),
    ]);
    const life = beginTestLife(programmeOf(['visit'], [visit]), noon('2022-09-30'));
    const said = (id: string, fields: Readonly<Record<string, string>>) => {
      const command = {
        kind: 'answer',
        step: 'visit',
        round: 1,
        answer: id,
        by: 'p-coordinator',
        onBehalfOf: null,
        via: 'link',
        fields,
      } as const;
      return admit(life.chronology, command, NOW);
    };
    assert.ok(said('made', { on: '2022-09-30' }).ok);
    assert.ok(said('planned', { when: '2022-01-03' }).ok);
    assert.deepEqual(said('made', { on: '2022-09-29' }), {
      ok: false,
      reason: {
        kind: 'bad-field',
        message: '“on” must be on or after 30 September 2022, the day on which this deployment began.',
        remedy: 'Look at the year of on: 29 September 2022.',
      },
    });
    const tomorrow = said('made', { on: '2022-10-04' });
    assert.match(tomorrow.ok ? '' : tomorrow.reason.message, /must be today or earlier\.$/);
  });
});
