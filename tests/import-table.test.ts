import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PROJECT } from '../embedded/folders.ts';

/**
 * What each room may and may not import. Each case is planted as a file of its own and linted with the project's rules.
 */
const PLANTED: Readonly<Record<string, { readonly forbidden: readonly string[]; readonly allowed: readonly string[] }>> = {
  domain: {
    forbidden: [
      value('node:fs'),
      value('zod'),
      value('../programmes/schema.ts'),
      type('../activities/ports.ts'),
      "export * from '../mail/wrap.ts';",
    ],
    allowed: [value('./programme.ts'), value('./time/days.ts')],
  },
  'domain/changes': {
    forbidden: [value('../../programmes/schema.ts'), value('zod'), type('../../activities/ports.ts')],
    allowed: [value('./common.ts'), value('../programme.ts'), value('../time/days.ts')],
  },
  'domain/time': {
    forbidden: [value('../programme.ts'), type('../chronology/events.ts'), value('../chasing/wanted.ts'), value('../forms/form.ts')],
    allowed: [value('./days.ts'), value('../result.ts')],
  },
  'domain/measures': {
    forbidden: [
      value('../chronology/decide.ts'),
      type('../changes/change.ts'),
      value('../words.ts'),
      value('../../letters/event-words.ts'),
    ],
    allowed: [
      value('./survival.ts'),
      value('../time/days.ts'),
      value('../forms/form-values.ts'),
      type('../chronology/events.ts'),
      type('../matching/profile.ts'),
      type('../programme.ts'),
    ],
  },
  'domain/surveys': {
    forbidden: [value('../programme.ts'), type('../chronology/events.ts'), value('../chasing/wanted.ts'), value('zod')],
    allowed: [value('./survey.ts'), value('../chasing/sending-time.ts'), value('../time/days.ts'), value('../words.ts')],
  },
  'domain/forms': {
    forbidden: [type('../chronology/events.ts'), value('../chasing/wanted.ts'), value('../changes/common.ts'), value('zod')],
    allowed: [value('./form.ts'), value('../programme.ts'), value('../result.ts'), value('../time/days.ts')],
  },
  'domain/chronology': {
    forbidden: [value('../chasing/due-actions.ts'), type('../changes/change.ts'), value('../../programmes/schema.ts')],
    allowed: [value('./events.ts'), value('../forms/form.ts'), value('../programme.ts'), value('../result.ts'), value('../time/days.ts')],
  },
  'domain/chasing': {
    forbidden: [value('../changes/change.ts'), type('../changes/common.ts'), value('../../programmes/schema.ts')],
    allowed: [value('./wanted.ts'), value('../chronology/events.ts'), value('../programme.ts'), value('../time/days.ts')],
  },
  'domain/eligibility': {
    forbidden: [value('../chronology/decide.ts'), value('../chasing/wanted.ts'), value('../../register/regions.ts'), value('zod')],
    allowed: [
      value('./eligible.ts'),
      type('../chronology/events.ts'),
      type('../programme.ts'),
      value('../result.ts'),
      value('../time/days.ts'),
    ],
  },
  letters: {
    forbidden: [value('../activities/ports.ts'), value('../postgres/database.ts'), value('../mail/wrap.ts'), value('nunjucks')],
    allowed: [value('../domain/time/days.ts'), type('../activities/ports.ts')],
  },
  programmes: {
    forbidden: [value('../calendars/source.ts'), value('../postgres/database.ts'), value('prettier'), value('pg')],
    allowed: [value('../domain/time/days.ts'), value('zod'), value('yaml'), value('node:fs/promises')],
  },
  surveys: {
    forbidden: [
      value('../programmes/load-programmes.ts'),
      value('../calendars/source.ts'),
      value('../postgres/database.ts'),
      value('prettier'),
    ],
    allowed: [value('../domain/surveys/survey.ts'), value('../programmes/yaml-source.ts'), value('zod'), value('node:fs')],
  },
  calendars: {
    forbidden: [value('../programmes/schema.ts'), value('../register/import-people.ts'), value('@temporalio/common')],
    allowed: [value('../domain/time/days.ts'), value('zod'), value('yaml'), value('ical.js'), value('node:fs')],
  },
  fieldwork: {
    forbidden: [value('../calendars/source.ts'), value('../register/import-people.ts'), value('../postgres/database.ts'), value('yaml')],
    allowed: [
      value('../domain/fieldwork/draw.ts'),
      value('../programmes/yaml-source.ts'),
      value('zod'),
      value('csv-parse/sync'),
      value('node:fs'),
    ],
  },
  outputs: {
    forbidden: [value('../desk/measures.ts'), value('../postgres/views/timeliness.ts'), value('../web/shared/urls.ts'), value('pg')],
    allowed: [
      value('../domain/measures/report.ts'),
      type('../desk/measures.ts'),
      type('../postgres/views/timeliness.ts'),
      value('hucre/ods'),
      value('node:crypto'),
    ],
  },
  rehearsal: {
    forbidden: [
      value('../activities/ports.ts'),
      value('../postgres/database.ts'),
      value('../postgres/ledger/letters.ts'),
      type('../postgres/ledger/letters.ts'),
      value('../mail/smtp.ts'),
      value('../cli/output.ts'),
      value('yaml'),
      value('node:fs'),
    ],
    allowed: [
      value('../domain/time/days.ts'),
      value('../programmes/yaml-source.ts'),
      value('../calendars/calendar-book.ts'),
      value('../mail/compose.ts'),
      value('../letters/letter-of.ts'),
      type('../activities/ports.ts'),
      value('zod'),
    ],
  },
  register: {
    forbidden: [value('pg'), value('../programmes/schema.ts'), value('../cli/output.ts'), value('nodemailer')],
    allowed: [
      value('../domain/time/days.ts'),
      value('../postgres/database.ts'),
      type('pg'),
      value('zod'),
      value('csv-parse/sync'),
      value('iconv-lite'),
    ],
  },
  workflows: {
    forbidden: [
      value('../activities/deployment.ts'),
      value('../postgres/record/record.ts'),
      type('../worker/engine.ts'),
      value('@temporalio/client'),
      value('@temporalio/workflow/lib/internals.js'),
      value('zod'),
      value('node:crypto'),
    ],
    allowed: [value('../domain/chronology/decide.ts'), type('../activities/deployment.ts'), value('@temporalio/workflow')],
  },
  activities: {
    forbidden: [
      value('../postgres/record/record.ts'),
      type('../mail/smtp.ts'),
      value('../workflows/ids.ts'),
      value('pg'),
      value('node:crypto'),
    ],
    allowed: [value('../domain/time/days.ts'), value('./ports.ts'), value('@temporalio/activity')],
  },
  postgres: {
    forbidden: [
      value('../activities/ports.ts'),
      type('../activities/deployment.ts'),
      value('../mail/smtp.ts'),
      value('../workflows/ids.ts'),
      value('zod'),
    ],
    allowed: [value('../domain/time/days.ts'), type('../activities/ports.ts'), value('pg'), value('node-pg-migrate'), value('node:url')],
  },
  'postgres/views': {
    forbidden: [value('../../activities/ports.ts'), value('../../mail/smtp.ts'), value('zod')],
    allowed: [value('../database.ts'), value('../../domain/time/days.ts'), type('../../activities/ports.ts'), value('pg')],
  },
  mail: {
    forbidden: [value('../postgres/ledger/ledger.ts'), value('../activities/mailroom.ts'), value('pg')],
    allowed: [
      value('../domain/time/days.ts'),
      value('../activities/ports.ts'),
      value('nodemailer'),
      value('notifications-node-client'),
      value('nunjucks'),
      value('ical-generator'),
    ],
  },
  inbox: {
    forbidden: [
      value('../activities/ports.ts'),
      value('../postgres/database.ts'),
      value('../mail/smtp.ts'),
      value('../letters/kind-words.ts'),
      value('nodemailer'),
    ],
    allowed: [
      value('../domain/time/days.ts'),
      type('../activities/ports.ts'),
      value('../mail/reply-meaning.ts'),
      value('imapflow'),
      value('mailparser'),
      value('node:crypto'),
    ],
  },
  temporal: {
    forbidden: [value('../domain/time/days.ts'), value('../workflows/ids.ts'), value('zod')],
    allowed: [value('@temporalio/client'), value('@temporalio/common/lib/time.js'), value('node:crypto')],
  },
  worker: {
    forbidden: [
      value('../cli/output.ts'),
      value('../desk/answer-step.ts'),
      value('../embedded/folders.ts'),
      value('../tests/support/world.ts'),
    ],
    allowed: [
      value('../domain/time/days.ts'),
      value('../postgres/record/record.ts'),
      value('../mail/smtp.ts'),
      value('@temporalio/worker'),
      value('pino'),
    ],
  },
  'worker/watchdog': {
    forbidden: [value('../../desk/reconcile.ts'), value('../../web/app.ts'), value('../../cli/program.ts')],
    allowed: [value('../../desk/find-parted.ts'), value('../../postgres/database.ts'), value('../../calendars/horizon.ts')],
  },
  desk: {
    forbidden: [
      value('../postgres/record/record.ts'),
      value('../postgres/ledger/ledger.ts'),
      value('../workflows/deployment.ts'),
      value('../temporal/connect.ts'),
      value('../cli/output.ts'),
      value('pg'),
    ],
    allowed: [
      value('../temporal/time-skipping.ts'),
      value('../register/find-parties.ts'),
      value('../postgres/views/deployments.ts'),
      value('../workflows/messages.ts'),
      value('@temporalio/client'),
      value('highs'),
    ],
  },
  cli: {
    forbidden: [
      value('../embedded/folders.ts'),
      value('../worker/engine.ts'),
      value('../postgres/ledger/ledger.ts'),
      value('pg'),
      "export const stack = await import('../embedded/stack.ts');",
    ],
    allowed: [
      value('../desk/answer-step.ts'),
      value('../postgres/views/deployments.ts'),
      value('../temporal/connect.ts'),
      type('pg'),
      value('commander'),
    ],
  },
  web: {
    forbidden: [
      value('../postgres/ledger/ledger.ts'),
      value('../worker/engine.ts'),
      value('../workflows/deployment.ts'),
      value('../embedded/folders.ts'),
      value('../cli/output.ts'),
      value('pg'),
    ],
    allowed: [
      value('../desk/answer-step.ts'),
      value('../postgres/views/deployments.ts'),
      value('../workflows/messages.ts'),
      type('pg'),
      value('fastify'),
      value('nunjucks'),
    ],
  },
  'web/today': {
    forbidden: [value('../../postgres/ledger/ledger.ts'), value('../../worker/engine.ts'), value('../../cli/output.ts'), value('pg')],
    allowed: [value('../shared/render.ts'), value('../../desk/answer-step.ts'), value('../../postgres/views/deployments.ts'), type('pg')],
  },
  config: {
    forbidden: [value('../worker/config.ts'), value('../mail/smtp.ts'), value('pg')],
    allowed: [value('../temporal/payload-codec.ts'), value('zod')],
  },
  embedded: {
    forbidden: [
      value('../worker/engine.ts'),
      value('../domain/time/days.ts'),
      value('../postgres/database.ts'),
      value('../tests/support/servers.ts'),
    ],
    allowed: [
      value('../postgres/migrate.ts'),
      value('../postgres/application-role.ts'),
      value('../temporal/connect.ts'),
      value('@temporalio/testing'),
      value('node:timers/promises'),
    ],
  },
};

/** Rooms that may import anything, and type declarations. */
const FREE = ['bench', 'tests', 'types'];

type Finding = { readonly code: string; readonly file: string; readonly line: number };

describe('the import table', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chaser-import-table-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the project's overrides report on files with these names and lines. */
  function reported(files: Readonly<Record<string, readonly string[]>>): readonly Finding[] {
    const { overrides } = JSON.parse(readFileSync(join(PROJECT, '.oxlintrc.json'), 'utf8')) as { overrides: unknown };
    writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify({ plugins: ['eslint'], categories: { correctness: 'off' }, overrides }));
    for (const [file, lines] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
    }
    return lint(folder, Object.keys(files));
  }

  for (const [room, { forbidden, allowed }] of Object.entries(PLANTED)) {
    it(`reports every forbidden import of ${room}/, and nothing else`, () => {
      const file = `${room}/planted.ts`;
      const findings = reported({ [file]: [...forbidden, ...allowed] });
      assert.deepEqual(
        findings.map(({ code, line }) => `${code} ${line}`).toSorted(),
        forbidden.map((_, index) => `eslint(no-restricted-imports) ${index + 1}`).toSorted(),
      );
    });
  }

  it('reports a test beside its source that starts servers', () => {
    const findings = reported({
      'domain/planted.test.ts': [value('../embedded/folders.ts'), value('../tests/kit/letters.ts'), value('vitest'), value('fast-check')],
    });
    assert.deepEqual(findings, [{ code: 'eslint(no-restricted-imports)', file: 'domain/planted.test.ts', line: 1 }]);
  });

  it('reports clocks, randomness and the environment in domain/', () => {
    const lines = ['export const a = Date.now();', 'export const b = Math.random();', "export const c = process.env['TZ'];"];
    assert.deepEqual(
      reported({ 'domain/clock.ts': lines }).map(({ line }) => line),
      [1, 2, 3],
    );
  });

  it('lets decide.ts import the rooms that it asks', () => {
    const file = 'domain/chronology/decide.ts';
    assert.deepEqual(reported({ [file]: [value('../changes/change.ts'), value('../chasing/due-actions.ts')] }), []);
  });

  it('reports circular imports, of types too', () => {
    const { rules } = JSON.parse(readFileSync(join(PROJECT, '.oxlintrc.json'), 'utf8')) as { rules: Readonly<Record<string, unknown>> };
    const rule = 'import/no-cycle';
    const circle = join(folder, 'circle');
    mkdirSync(circle, { recursive: true });
    writeFileSync(
      join(circle, '.oxlintrc.json'),
      JSON.stringify({ plugins: ['import'], categories: { correctness: 'off' }, rules: { [rule]: rules[rule] } }),
    );
    writeFileSync(join(circle, 'hen.ts'), "import type { Egg } from './egg.ts';\nexport type Hen = { readonly egg: Egg };\n");
    writeFileSync(join(circle, 'egg.ts'), "import type { Hen } from './hen.ts';\nexport type Egg = { readonly hen: Hen };\n");
    assert.deepEqual(
      lint(circle, [])
        .map(({ code, file }) => `${code} ${file}`)
        .toSorted(),
      ['import(no-cycle) egg.ts', 'import(no-cycle) hen.ts'],
    );
  });

  it('finds no query in web/, cli/ and desk/, and no transaction in web/ and cli/', () => {
    const asking = /\bSELECT\b|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b|\.query(?:<|\()/;
    const found = (rooms: RegExp, words: RegExp) =>
      sources()
        .filter((file) => rooms.test(file) && !file.endsWith('.test.ts'))
        .filter((file) => words.test(readFileSync(join(PROJECT, file), 'utf8')));
    assert.deepEqual(found(/^(?:web|cli|desk)\//, asking), []);
    assert.deepEqual(found(/^(?:web|cli)\//, /\binTransaction\b/), []);
    assert.ok(found(/^postgres\//, asking).length > 20, 'the words that are looked for are those in which queries are written');
  });

  it('has a rule for every room, and a line in ARCHITECTURE.md', () => {
    const rooms = [...new Set(sources().map((file) => file.split('/')[0] ?? ''))].filter((room) => !FREE.includes(room));
    assert.deepEqual(rooms.toSorted(), [...new Set(Object.keys(PLANTED).map((planted) => planted.split('/')[0] ?? ''))].toSorted());
    const architecture = readFileSync(join(PROJECT, 'ARCHITECTURE.md'), 'utf8');
    for (const room of [...rooms, 'tests', 'bench']) assert.match(architecture, new RegExp(`^\\|.*\`${room}/\``, 'm'));
  });

  it('the whole project keeps the import table', () => {
    const restricted = lint(PROJECT, []).filter(({ code }) => code.startsWith('eslint(no-restricted-'));
    assert.deepEqual(restricted, []);
  });

  // The linter has no rule for these two patterns.
  it('finds no call in domain/ that reads the clock for want of an argument', () => {
    const clocks = sources()
      .filter((file) => file.startsWith('domain/') && !file.endsWith('.test.ts'))
      .filter((file) => /new Date\(\)|new Date[^(\w]|\bDate\(\)|\.format(ToParts)?\(\)/.test(readFileSync(join(PROJECT, file), 'utf8')));
    assert.deepEqual(clocks, []);
  });
});

function value(from: string): string {
  return `import * as value_${nameOf(from)} from '${from}';`;
}

function type(from: string): string {
  return `import type { X as type_${nameOf(from)} } from '${from}';`;
}

function nameOf(from: string): string {
  return from.replaceAll(/\W/g, '_');
}

function sources(): readonly string[] {
  return globSync('*/**/*.ts', { cwd: PROJECT, exclude: ['node_modules', '.chaser'] }).map((file) => file.replaceAll('\\', '/'));
}

function lint(cwd: string, files: readonly string[]): readonly Finding[] {
  const oxlint = join(PROJECT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '--format', 'json', ...files], { cwd, encoding: 'utf8', maxBuffer: 1e8 });
  assert.match(stdout, /^\{/, `oxlint did not run: ${stdout}${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: readonly { code: string; filename: string; labels: readonly { span: { line: number } }[] }[];
  };
  return diagnostics
    .map(({ code, filename, labels }) => ({ code, file: filename.replaceAll('\\', '/'), line: labels[0]?.span.line ?? 0 }))
    .toSorted((a, b) => a.line - b.line);
}
