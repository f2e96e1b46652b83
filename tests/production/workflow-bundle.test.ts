import { spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { imageFolders, imageSteps, makeOtherBuild } from '../support/other-build.ts';
import type { OtherBuild } from '../support/other-build.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('the workflow bundle of an image', () => {
  let world: World;
  let build: OtherBuild;
  beforeAll(async () => {
    world = await openWorld({ worker: false });
    build = makeOtherBuild();
  });
  afterAll(async () => {
    build.remove();
    await world.end();
  });

  const environment = () => ({
    DATABASE_URL: world.databaseUrl,
    TEMPORAL_ADDRESS: world.temporal.address,
    TEMPORAL_NAMESPACE: world.temporal.namespace,
    TEMPORAL_TASK_QUEUE: world.temporal.taskQueue,
    SMTP_URL: world.sink.url,
    MAIL_FROM: 'Chaser <chaser@post.example>',
    HEALTH_PORT: '0',
  });

  /** What a worker of the build says until it is ready; by then it is told to stop. */
  function startWorker(): Promise<{ readonly said: string; readonly readyMs: number }> {
    const beganMs = performance.now();
    const child = spawn(process.execPath, [join(build.folder, 'worker/main.ts')], {
      cwd: build.folder,
      env: { PATH: process.env['PATH'], ...environment() },
    });
    let said = '';
    let readyMs = 0;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (readyMs > 0 || !said.includes('The worker is ready.')) return;
        readyMs = performance.now() - beganMs;
        child.kill('SIGTERM');
      });
    return new Promise((resolve) => child.once('exit', () => resolve({ said, readyMs })));
  }

  it('is made when the image is built, after everything that it is made from was copied', async () => {
    const steps = imageSteps();
    const made = steps.indexOf('RUN node worker/bundle.ts');
    for (const folder of imageFolders()) assert.ok(steps.indexOf(`COPY ${folder} ${folder}`) < made, `${folder} is copied too late`);
    assert.ok(made < steps.indexOf('USER node'), 'it is made as somebody who may not write there');
    const { code, out, error } = await build.run('worker/bundle.ts', [], {});
    assert.deepEqual([code, error], [0, '']);
    assert.equal(out, `The workflows are bundled in ${join(build.folder, 'built', 'workflows.js')}.\n`);
  });

  it('is what a worker starts with: nothing is bundled then', async () => {
    const { said } = await startWorker();
    assert.match(said, /The worker is ready\./);
    assert.doesNotMatch(said, /Workflow bundle created/);
  });

  it('is refused by worker and replay when a source has changed since, with its name and what to do', async () => {
    build.change('workflows/watchdog.ts', 'return lookForFaults();', 'return (await lookForFaults()) + 1;');
    for (const [program, args] of [
      ['worker/main.ts', []],
      ['cli/main.ts', ['doctor', '--replay']],
    ] as const) {
      const { code, error } = await build.run(program, args, environment());
      assert.equal(code, 2, error);
      assert.match(error, /^The workflow bundle in \S+built does not fit these sources: workflows\/watchdog\.ts has changed since\.$/m);
      assert.match(error, /^Make it anew with npm run bundle, or delete that folder/m);
    }
    build.change('domain/chronology/decide.ts', 'export function decide(', '// Another rule.\nexport function decide(');
    const { error } = await build.run('worker/main.ts', [], environment());
    assert.match(error, /domain\/chronology\/decide\.ts and 1 more have changed since/);
  });

  it('is refused when it was altered itself, or made by another version of the Temporal SDK', async () => {
    await build.run('worker/bundle.ts', [], {});
    const code = join(build.folder, 'built', 'workflows.js');
    writeFileSync(code, `${readFileSync(code, 'utf8')}\n`);
    assert.match((await build.run('worker/main.ts', [], environment())).error, /its own file was altered/);
    await build.run('worker/bundle.ts', [], {});
    const madeFrom = join(build.folder, 'built', 'workflows.json');
    writeFileSync(madeFrom, readFileSync(madeFrom, 'utf8').replace(/"sdk": "[^"]+"/, '"sdk": "1.0.0"'));
    assert.match((await build.run('worker/main.ts', [], environment())).error, /the Temporal SDK was 1\.0\.0 then and is \d/);
  });

  it('is made by each worker at its start where none was kept, and by none that was left half written', async () => {
    rmSync(join(build.folder, 'built', 'workflows.json'));
    assert.ok(existsSync(join(build.folder, 'built', 'workflows.js')));
    const { said } = await startWorker();
    assert.match(said, /Workflow bundle created/);
    assert.match(said, /The worker is ready\./);
  });
});
