import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readProgramme } from './read-programme.ts';
import { SMALL_PROGRAMME, itFindsEach } from '../tests/kit/small-programme.ts';
import type { Broken } from '../tests/kit/small-programme.ts';

const WAYS: readonly Broken[] = [
  {
    because: 'nobody can reach a step',
    replace: ['open: thank, close: keep-in-touch', 'close: keep-in-touch'],
    line: '      thank:',
    what: /Nobody can reach "thank"/,
    remedy: /Let an answer open it/,
  },
  {
    because: 'two steps open each other for ever',
    replace: ['            then: { end: declined }', '            then: { open: find-helper }'],
    andReplace: ['then: { open: [help, keep-in-touch] }', 'then: { open: find-helper }'],
    line: '      find-helper:',
    what: /no way out: find-helper → find-helper/,
    remedy: /ends the deployment or leads on/,
  },
  {
    because: 'a repeating step is never closed',
    replace: [', close: keep-in-touch', ''],
    line: '      keep-in-touch:',
    what: /no way out: keep-in-touch → keep-in-touch/,
    remedy: /step beside it close it/,
  },
  {
    because: 'somebody is asked before an answer has named them',
    replace: ['begins: find-helper', 'begins: [find-helper, help]'],
    line: 'owner: helper\n        with: school',
    column: 'helper',
    what: /"help" is asked of "helper" before anybody can hold that role: when a deployment begins/,
    remedy: /names: helper/,
  },
  {
    because: 'the field that names somebody may be left empty',
    replace: ['names: helper }', 'names: helper, required: false }'],
    line: 'owner: helper\n        source: Invented, row 2',
    column: 'helper',
    what: /"agree" is asked of "helper" before anybody can hold that role: when "find-helper" is answered "found"/,
    remedy: /required field/,
  },
  {
    because: 'a step is counted from a fact that is recorded later',
    replace: ['then: { open: agree, record: foundOn }\n', 'then: { open: agree }\n'],
    andReplace: ['then: { open: find-helper }', 'then: { open: find-helper, record: foundOn }'],
    line: 'countsFrom: foundOn',
    column: 'foundOn',
    what: /"foundOn" is not known yet when "find-helper" is answered "found"/,
    remedy: /record it/,
  },
];

const RAISED: readonly Broken[] = [
  {
    because: 'what may be raised at any time is asked of somebody whom no answer has named by then',
    replace: ['      thank:\n', '      thank:\n        raised: anytime\n'],
    andReplace: ['owner: school\n        source: Invented, row 5', 'owner: helper\n        source: Invented, row 5'],
    line: 'owner: helper\n        source: Invented, row 5',
    column: 'helper',
    what: /"thank" is asked of "helper" before anybody can hold that role: when somebody raises it/,
    remedy: /names: helper/,
  },
  {
    because: 'what is raised opens itself for ever',
    replace: ['      thank:\n', '      thank:\n        raised: { after: agree }\n'],
    andReplace: [
      `        optional: true
        ladder: { request: opening, reminder: [-3] }
        ask: Would you like to thank {helper}?
        next: Nothing more is asked.
        answers:
          thanked:
            label: We have said thank you
            then: done`,
      `        ask: Would you like to thank {helper}?
        next: Nothing more is asked.
        answers:
          thanked:
            label: We have said thank you
            then: { open: thank }`,
    ],
    line: '      thank:',
    what: /no way out: thank → thank/,
    remedy: /leads on/,
  },
  {
    because: 'a step may be raised after one that does not exist',
    replace: ['      thank:\n', '      thank:\n        raised: { after: agre }\n'],
    line: 'raised: { after: agre }',
    column: 'agre }',
    what: /no step "agre"/,
    remedy: /Did you mean "agree"\?/,
  },
  {
    because: 'a rhythm does not lead on from one due date to the next',
    replace: ['allowed: 2 weeks\n', 'allowed: end of term\n        countsFrom: round-before\n'],
    line: 'countsFrom: round-before',
    column: 'round-before',
    what: /"keep-in-touch" is counted from the round before, and its time allowed does not lead on/,
    remedy: /end of next whole term/,
  },
];

describe('the checker of ways through a programme', () => {
  itFindsEach(WAYS);
  itFindsEach(RAISED);

  it('knows what is raised after a step by everything that the step has brought about', () => {
    const raised = SMALL_PROGRAMME.replace('      thank:\n', '      thank:\n        raised: { after: find-helper }\n')
      .replace(
        'owner: school\n        source: Invented, row 5',
        'owner: helper\n        countsFrom: foundOn\n        source: Invented, row 5',
      )
      .replace('then: { open: thank, close: keep-in-touch }', 'then: { close: keep-in-touch }');
    const { programme, findings } = readProgramme(raised, 'small.yaml');
    assert.deepEqual(findings, []);
    assert.deepEqual(programme?.steps['thank']?.raised, { after: 'find-helper' });
  });

  it('does not report a loop that a parallel step can end', () => {
    const { programme } = readProgramme(SMALL_PROGRAMME, 'small.yaml');
    assert.deepEqual(programme?.steps['keep-in-touch']?.answers[0]?.opens, ['keep-in-touch']);
    assert.deepEqual(programme?.steps['help']?.answers[0]?.closes, ['keep-in-touch']);
  });

  it('finds a way out of a loop wherever one of its answers leaves it', () => {
    const text = SMALL_PROGRAMME.replace('            then: { end: declined }', '            then: { open: find-helper }');
    assert.notEqual(text, SMALL_PROGRAMME);
    assert.deepEqual(readProgramme(text, 'small.yaml').findings, []);
  });

  it('reports a loop whose way out opens new steps faster than they close', () => {
    // Each round of help opens two steps, and only one of them can be left.
    const text = SMALL_PROGRAMME.replace('            then: { end: declined }', '            then: { open: find-helper }')
      .replace('then: { open: thank, close: keep-in-touch }', 'then: { open: find-helper }')
      .replace(
        '            then: { open: keep-in-touch }',
        '            then: { open: find-helper }\n          enough:\n            label: Enough\n            then: { open: thank }',
      );
    assert.deepEqual(
      readProgramme(text, 'small.yaml').findings.map(({ what }) => what),
      ['A loop with no way out: find-helper → find-helper'],
    );
  });
});
