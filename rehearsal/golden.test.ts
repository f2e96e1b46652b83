import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { calendarFor, findAuthority, loadCalendarBook } from '../calendars/calendar-book.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { formatFinding } from '../programmes/finding.ts';
import { listProgrammes, loadProgramme } from '../programmes/load-programmes.ts';
import { rehearsalAsText } from './as-text.ts';
import { readScenario } from './read-scenario.ts';
import type { ScenarioFile } from './read-scenario.ts';
import { rehearse } from './rehearse.ts';
import { EVERYONE } from './scenario.ts';

/**
 * Every programme that comes with Chaser, played through: with everyone on time, late and silent, and with the hard
 * scenario beside this file if there is one. UPDATE_GOLDEN=1 writes the files anew; check the difference against the
 * guidance before you keep it.
 */
const GOLDEN = join(import.meta.dirname, 'golden');
const SCENARIOS = join(import.meta.dirname, 'scenarios');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
/** For a programme without a scenario of its own. */
const ELSEWHERE = { start: plainDate('2022-09-12'), authority: 'lancashire' };

for (const id of listProgrammes()) {
  const programme = mustLoad(id);
  const path = join(SCENARIOS, `${id}-hard.yaml`);
  const hard = existsSync(path) ? mustRead(path, programme) : null;
  const place = { start: hard?.start ?? ELSEWHERE.start, authority: hard?.authority ?? ELSEWHERE.authority };
  const plays = { ...EVERYONE, ...(hard === null ? {} : { hard: hard.scenario }) };

  describe(id, () => {
    for (const [name, scenario] of Object.entries(plays)) {
      it(`matches the golden rehearsal: ${scenario.title}`, () => {
        const calendar = calendarOf(programme, place.authority);
        const subject = hard?.subject ?? 'school';
        const rehearsed = rehearse({
          programme,
          calendar,
          subject,
          startsOn: place.start,
          scenario,
          facts: hard?.facts ?? {},
          letters: false,
        });
        assert.ok(rehearsed.ok, rehearsed.ok ? '' : rehearsed.reason.message);
        assertGolden(`${id}.${name}.txt`, rehearsalAsText(rehearsed.value));
      });
    }
  });
}

it('has no golden file of a programme that no longer exists', () => {
  for (const file of readdirSync(GOLDEN)) assert.ok(listProgrammes().includes(file.split('.')[0] ?? ''), file);
});

function mustLoad(id: string): Programme {
  const loaded = loadProgramme(id);
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.reason.message);
  return loaded.value;
}

function mustRead(path: string, programme: Programme): ScenarioFile {
  const { file, findings } = readScenario(readFileSync(path, 'utf8'), path, programme);
  assert.ok(file !== null, findings.map(formatFinding).join('\n'));
  return file;
}

function calendarOf(programme: Programme, authority: string) {
  const book = loadCalendarBook();
  const found = findAuthority(book, authority);
  assert.ok(found.ok);
  const calendar = calendarFor(book, { ...found.value, assumed: programme.assumedTermCalendars });
  assert.ok(calendar.ok);
  return calendar.value;
}

function assertGolden(file: string, actual: string): void {
  const path = join(GOLDEN, file);
  if (UPDATE) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  assert.ok(existsSync(path), `rehearsal/golden/${file} is missing. Write it with UPDATE_GOLDEN=1, and read it.`);
  assert.equal(actual, readFileSync(path, 'utf8'));
}
