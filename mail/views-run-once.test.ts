import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { ViewsRunOnce } from './views-run-once.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaser-letters-'));
writeFileSync(join(folder, 'letter.njk'), '{% import "macros.njk" as ui %}{{ ui.greeting(name) }}');
writeFileSync(join(folder, 'sees.njk'), '{% import "macros.njk" as ui with context %}{{ ui.greeting(name) }}');
writeFileSync(join(folder, 'macros.njk'), '{{ ran() }}{% macro greeting(name) %}Dear {{ name }}{% endmacro %}');

describe('views that run once', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('run a file of macros once, however many letters import it, unless it is to see what a letter is about', () => {
    let times = 0;
    const views = new ViewsRunOnce([folder], { autoescape: false, throwOnUndefined: false });
    views.addGlobal('ran', () => String((times += 1)));
    assert.deepEqual(
      ['Jo', 'Sam', 'Kit'].map((name) => views.render('letter.njk', { name })),
      ['Dear Jo', 'Dear Sam', 'Dear Kit'],
    );
    assert.equal(times, 1);
    for (const name of ['Jo', 'Sam']) assert.equal(views.render('sees.njk', { name }), `Dear ${name}`);
    assert.equal(times, 3);
  });
});
