import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, onTestFinished, vi } from 'vitest';
import { plainDate } from '../../domain/time/plain-date.ts';
import { exampleDay } from './example-day.ts';
import { renderView } from './render.ts';

describe('the example of a date', () => {
  it('is a day near today, as it is typed', () => {
    assert.equal(exampleDay(plainDate('2026-11-27')), '27 11 2026');
    assert.equal(exampleDay(plainDate('2026-12-25'), 14), '8 1 2027');
    assert.equal(exampleDay(plainDate('2028-03-01'), -1), '29 2 2028');
  });

  it('is a working day: after a weekend or a bank holiday ahead, before one in the past', () => {
    assert.equal(exampleDay(plainDate('2026-11-28')), '30 11 2026');
    assert.equal(exampleDay(plainDate('2026-12-24'), 1), '29 12 2026');
    assert.equal(exampleDay(plainDate('2026-12-30'), -2), '24 12 2026');
  });

  it('moves with the clock on a page', () => {
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-05-05T10:00:00Z') });
    const page = renderView('calendars/close', { title: 'Closed', user: { csrf: '' }, form: {}, faults: {}, errors: [] });
    assert.match(page, /For example, \d{1,2} 5 2031/);
  });

  it('is never typed into a page or a form', () => {
    const web = join(import.meta.dirname, '..');
    const typed = globSync(['**/*.njk', '**/*.ts'], { cwd: web })
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => {
        const lines = readFileSync(join(web, file), 'utf8').split('\n');
        return lines.flatMap((line, number) =>
          /example,? (?:\d{1,2} \d{1,2} 20\d\d|20\d\d-\d\d)|as 20\d\d-\d\d-\d\d/.test(line)
            ? [`${file}:${number + 1}: ${line.trim()}`]
            : [],
        );
      });
    assert.deepEqual(typed, []);
  });
});
