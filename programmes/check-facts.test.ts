import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answersFor } from '../domain/chronology/applies.ts';
import { startForm } from '../domain/chronology/decide.ts';
import { readProgramme } from './read-programme.ts';
import { itFindsEach, SMALL_PROGRAMME } from '../tests/kit/small-programme.ts';
import type { Broken } from '../tests/kit/small-programme.ts';

const BEGINS = 'begins: find-helper';
const TIERS = 'options: { tier-1: One, tier-2: Two }';
const startsWith = (...fields: readonly string[]): Broken['replace'] => [
  BEGINS,
  [`starts:`, ...fields.map((field) => `  ${field}`), BEGINS].join('\n'),
];
const TIERED = startsWith(`tier: { label: Tier, kind: choice, ${TIERS} }`);
const HELPER = 'helper: { label: Helper, kind: person, names: helper }';
const withField = (field: string): Broken['replace'] => [HELPER, `${HELPER}\n              ${field}`];

const FACTS: readonly Broken[] = [
  {
    because: 'a step hangs on what nobody is asked at the start',
    replace: TIERED,
    andReplace: ['title: Say thank you', 'title: Say thank you\n        when: { teir: tier-1 }'],
    line: 'when: { teir',
    column: 'teir',
    what: /"teir" is not known when a deployment starts/,
    remedy: /Did you mean "tier"/,
  },
  {
    because: 'an answer hangs on a value that the fact never has',
    replace: ['label: There is nobody', 'label: There is nobody\n            when: { subject: academy }'],
    line: 'when: { subject',
    column: 'academy',
    what: /"subject" is never "academy"/,
    remedy: /Use one of: school, trust/,
  },
  {
    because: 'a field hangs on a value that the fact never has',
    replace: TIERED,
    andReplace: withField('grant: { label: Grant, kind: money, when: { tier: tier-4 } }'),
    line: 'grant: {',
    column: 'tier-4',
    what: /"tier" is never "tier-4"/,
    remedy: /Did you mean "tier-1"|Use one of/,
  },
  {
    because: 'a field of a form has the name of a fact on which another hangs',
    replace: TIERED,
    andReplace: withField(
      `tier: { label: Tier, kind: choice, ${TIERS} }\n              grant: { label: Grant, kind: money, when: { tier: tier-1 } }`,
    ),
    line: 'grant: {',
    column: 'tier: tier-1',
    what: /"tier" is a field of this form and a fact of the deployment/,
    remedy: /another name/,
  },
  {
    because: 'a choice at the start has no options',
    replace: startsWith('tier: { label: Tier, kind: choice }'),
    line: 'tier: {',
    what: /The choice "tier" has no options/,
    remedy: /Add options/,
  },
  {
    because: 'somebody is asked for at the start',
    replace: startsWith('who: { label: Who, kind: person, names: helper }'),
    line: 'who: {',
    column: 'person',
    what: /A person cannot be asked for when a deployment starts/,
    remedy: /answer of the first step/,
  },
  {
    because: 'a field at the start takes the name of what is known anyway',
    replace: startsWith('subject: { label: Subject, kind: text }'),
    line: '  subject: {',
    column: 'subject',
    what: /"subject" is known without being asked/,
    remedy: /another name/,
  },
  {
    because: 'a role is held by those of a role that no people file gives',
    replace: ['heldBy: rdp', 'heldBy: dsek'],
    line: 'desk: {',
    column: 'dsek',
    what: /"heldBy" cannot be "dsek"/,
    remedy: /rdp/,
  },
];

describe('the checker of facts', () => {
  itFindsEach(FACTS);

  it('lets steps, answers, fields and totals depend on what is known from the start', () => {
    const [from, to] = TIERED;
    const text = SMALL_PROGRAMME.replace(from, to)
      .replace('title: Say thank you', 'title: Say thank you\n        when: { tier: [tier-1, tier-2], subject: school }')
      .replace('then: { open: thank, close: keep-in-touch }', 'then: { open: [thank, find-helper], close: keep-in-touch }')
      .replace(
        HELPER,
        `${HELPER}
              grant: { label: Grant, kind: money, when: { tier: tier-2 } }
              plan:
                label: Plan
                kind: group
                entry: part
                total: { of: cost, max: 10, when: { tier: tier-1 } }
                fields: { cost: { label: Cost, kind: money, when: { subject: trust } } }`,
      );
    const { programme, findings } = readProgramme(text, 'small.yaml');
    assert.deepEqual(findings, []);
    const step = programme?.steps['find-helper'];
    assert.ok(programme && step);
    const fields = (facts: Readonly<Record<string, string>>) => answersFor(step, facts)[0]?.fields ?? [];
    assert.deepEqual(
      fields({ tier: 'tier-2', subject: 'school' }).map(({ id }) => id),
      ['helper', 'grant', 'plan'],
    );
    const [, plan] = fields({ tier: 'tier-1', subject: 'school' });
    assert.deepEqual([plan?.totals?.length, plan?.fields?.length], [1, 0]);
    assert.deepEqual(
      startForm(programme, { kind: 'trust' }).fields.map(({ id }) => id),
      ['tier'],
    );
  });
});
