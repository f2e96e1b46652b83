import assert from 'node:assert/strict';
import { it } from 'vitest';
import { readProgramme } from '../../programmes/read-programme.ts';

/** A small invented programme for the tests of the checker: sound, and easy to break in one place. */
export const SMALL_PROGRAMME = `programme: small
version: 1
title: A small offer
source: Invented for the tests
offer: Help, freely given.
sendingHours: 08:00 to 18:00
dailyCap: 5
roles:
  desk: { title: desk, heldBy: rdp, days: working, escalatesTo: chief }
  chief: { title: chief, heldBy: regional-team, days: working }
  helper: { title: helper, days: working, namedLater: true, calledBy: desk, escalatesTo: desk }
  school: { title: school, days: school, calledBy: desk, escalatesTo: desk }
  diocese: { title: diocese, days: working, informedOnly: true }
ladders:
  short: { upToDays: 3, request: opening, reminder: [0], overdue: [+1], call: [+2], escalation: [+3] }
  long: { upToDays: any, request: opening, reminder: [-3, 0], overdue: [+1], call: [+3], escalation: [+5] }
begins: find-helper
completesAs: completed
ends:
  completed: { title: Completed, outcome: completed }
  declined: { title: Declined, outcome: declined }
stages:
  - number: 1
    id: matching
    title: Matching
    steps:
      find-helper:
        title: Find a helper
        owner: desk
        source: Invented, row 1
        allowed: 3 working days
        ask: Please find a helper for {subject}.
        next: The helper is asked.
        notices:
          - { to: diocese, text: A helper is being looked for. }
        answers:
          found:
            label: I have found a helper
            fields:
              helper: { label: Helper, kind: person, names: helper }
            then: { open: agree, record: foundOn }
          nobody:
            label: There is nobody
            then: { end: declined }
      agree:
        title: Agree to help
        owner: helper
        source: Invented, row 2
        allowed: 5 working days
        countsFrom: foundOn
        ask: Please agree to help {school} at {subject}.
        next: You can then begin.
        answers:
          agrees:
            label: I will help
            then: { open: [help, keep-in-touch] }
          refuses:
            label: I cannot help
            then: { open: find-helper }
  - number: 2
    id: helping
    title: Helping
    steps:
      help:
        title: Help
        owner: helper
        with: school
        source: Invented, row 3
        allowed: 4 weeks
        ask: Please help {subject}.
        askWith:
          school: Please let {helper contact} help you.
        next: Nothing more is asked.
        answers:
          helped:
            label: It is done
            then: { open: thank, close: keep-in-touch }
      keep-in-touch:
        title: Keep in touch
        owner: desk
        source: Invented, row 4
        allowed: 2 weeks
        ladder: { request: -3, overdue: [+1], escalation: [{ at: +5, days: working }] }
        ask: Please ask {helper} how it goes.
        next: You are asked again in two weeks.
        answers:
          asked:
            label: I have asked
            then: { open: keep-in-touch }
      thank:
        title: Say thank you
        owner: school
        source: Invented, row 5
        allowed: 10 school days
        optional: true
        ladder: { request: opening, reminder: [-3] }
        ask: Would you like to thank {helper}?
        next: Nothing more is asked.
        answers:
          thanked:
            label: We have said thank you
            then: done
`;

/** A programme broken in one place, and the one finding that must come of it. */
export type Broken = {
  readonly because: string;
  /** What is replaced in the small programme, and its replacement. */
  readonly replace: readonly [string, string];
  readonly andReplace?: readonly [string, string];
  /** The line of the finding, given by a text that stands on that line alone once the programme is broken. */
  readonly line: string;
  /** The text at which the finding's column begins. The default is the line's first word. */
  readonly column?: string;
  readonly what: RegExp;
  readonly remedy: RegExp;
};

/**
 * One test for each broken programme: nothing is built, and the finding names the place of the fault and its remedy.
 */
export function itFindsEach(all: readonly Broken[]): void {
  for (const broken of all) {
    it(`says with line and remedy that ${broken.because}`, () => {
      const text = breakProgramme(broken);
      const { programme, findings } = readProgramme(text, 'small.yaml');
      assert.equal(programme, null);
      const [finding] = findings.filter(({ what }) => broken.what.test(what));
      assert.ok(finding, `not found; found instead: ${JSON.stringify(findings, null, 2)}`);
      assert.match(finding.remedy, broken.remedy);
      assert.equal(finding.file, 'small.yaml');
      assert.deepEqual({ line: finding.line, column: finding.column }, placeOf(text, broken));
    });
  }
}

function breakProgramme({ replace, andReplace }: Broken): string {
  return [replace, ...(andReplace ? [andReplace] : [])].reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `the small programme has no "${from}" to break`);
    return text.replace(from, to);
  }, SMALL_PROGRAMME);
}

function placeOf(text: string, { line, column }: Broken): { line: number; column: number } {
  const start = text.indexOf(line);
  assert.notEqual(start, -1, `the broken programme has no "${line}"`);
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const onLine = column === undefined ? text.slice(lineStart).search(/\S/) : text.slice(lineStart).indexOf(column);
  return { line: text.slice(0, start).split('\n').length, column: onLine + 1 };
}
