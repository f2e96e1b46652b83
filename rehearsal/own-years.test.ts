import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { calendarFor, findAuthority, loadCalendarBook } from '../calendars/calendar-book.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { formatFinding } from '../programmes/finding.ts';
import { mustLoad } from '../tests/kit/chronology.ts';
import { rehearsalAsText } from './as-text.ts';
import { readScenario } from './read-scenario.ts';
import { rehearse } from './rehearse.ts';

/** Everyone is on time, and the offer is made in its first days. */
function playOf(id: string, start: string, facts: Readonly<Record<string, string>>, first: string): string {
  const programme = mustLoad(id);
  const lines = [`programme: ${id}`, 'title: In its own year', 'answers:', `  - { step: ${first}, when: after 3 working days }`];
  const { file, findings } = readScenario(lines.join('\n'), 'own.yaml', programme);
  assert.ok(file !== null, findings.map(formatFinding).join('\n'));
  const book = loadCalendarBook();
  const lancashire = findAuthority(book, 'lancashire');
  assert.ok(lancashire.ok);
  const calendar = calendarFor(book, { ...lancashire.value, assumed: programme.assumedTermCalendars });
  assert.ok(calendar.ok);
  const rehearsed = rehearse({
    programme,
    calendar: calendar.value,
    subject: 'school',
    startsOn: plainDate(start),
    scenario: file.scenario,
    facts,
    letters: false,
  });
  assert.ok(rehearsed.ok, rehearsed.ok ? '' : rehearsed.reason.message);
  return rehearsalAsText(rehearsed.value);
}

describe('each offer, rehearsed in its own years', () => {
  for (const [start, intake, completeBy] of [
    ['2021-05-10', 'stock', '18 February 2022'],
    ['2021-09-06', 'flow', '1 April 2022'],
    ['2022-01-10', 'flow', '28 July 2022'],
    ['2022-04-25', 'flow', '21 December 2022'],
  ] as const) {
    it(`tsi-2021-22 from ${start} is to be completed by ${completeBy}`, () => {
      const text = playOf('tsi-2021-22', start, { intake }, 'offer-support');
      assert.match(text, new RegExp(`Opens: Complete the deployment\\. Due on \\w+ ${completeBy}`));
      assert.match(text, /Lasts until .*: Deployment completed/);
    });
  }

  it('tsi-2021-22 asks nobody matched in the summer to make contact before the year has begun', () => {
    const [, asked = ''] = playOf('tsi-2021-22', '2021-05-10', { intake: 'stock' }, 'offer-support').split(
      'Opens: Make contact once the year has begun',
    );
    const day = /\n\n(\w+ \d+ \w+ \d+)\n(?:(?!\n\n)[\s\S])*Request to [^\n]*Make contact once the year has begun/.exec(asked)?.[1];
    assert.match(day ?? '', /September 2021$/);
  });

  it('si-2019-20 from October 2019 runs to its end, and says whose terms stand in', () => {
    const text = playOf('si-2019-20', '2019-10-07', { tier: 'tier-2' }, 'ask-authority');
    assert.match(text, /Lasts until .* 2020: Deployment completed/);
    assert.match(text, /Assumed: the term dates of Lancashire County Council for Autumn 2019 are not known; those of Solihull/);
  });

  it('rise-2026-27 from September 2026 runs to its end, with its review at the end of a term', () => {
    const facts = { responsibleBody: 'trust', faith: 'none' };
    const text = playOf('rise-2026-27', '2026-09-07', facts, 'confirm-eligibility');
    assert.match(text, /Lasts until .* 2027: Support completed/);
    assert.match(text, /Opens: Review progress against the plan\. Due on Wednesday 21 July 2027/);
    assert.match(text, /those of Sheffield City Council/);
  });
});
