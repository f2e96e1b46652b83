import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import type {
  CompleteDryRunResult,
  ErrorDryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { notedBy } from './mutate-tests.ts';
import type { NotedTest } from './mutate-tests.ts';

/**
 * Runs the unit tests of domain/ for Stryker (docs/mutation.md), in the process in which they were loaded. A change costs
 * what the tests cost that reach it, some milliseconds; a new run of vitest for each, which reads every file again, costs
 * seconds.
 *
 * What stays loaded remembers: a calendar that was built under one change would be there for the next. So a change that
 * nobody noticed is judged again on code that was loaded anew, and one that was noticed counts only if the same test
 * passes without it.
 */

/** Random lives and oracles take minutes. */
const LEFT_OUT = ['domain/changes/changes.property.test.ts', 'domain/chronology/lives.property.test.ts', 'domain/**/*oracle.test.ts'];

/** Loading the code anew takes about so long. Where the tests take longer, it is done at once, and they run but once. */
const LOADED_ANEW_MS = 300;

/** What Stryker writes into the code asks here which change is on, and notes here what it reached. */
type Switchboard = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: CompleteDryRunResult['mutantCoverage'];
};

type Failure = { readonly id: string; readonly said: string };

let loads = 0;
/** The copy of the project in which Stryker has written its changes; known once Stryker has moved this process there. */
let copy: string | undefined;

registerHooks({
  resolve(specifier, context, next) {
    if (copy === undefined || context.parentURL?.startsWith(copy) !== true) return next(specifier, context);
    if (specifier === 'vitest') return { url: new URL('mutate-tests.ts', import.meta.url).href, shortCircuit: true };
    const found = next(specifier, context);
    const ours = found.url.startsWith(copy) && !found.url.includes('/node_modules/');
    // A new number makes a new module of the same file.
    return ours ? { ...found, url: `${found.url.split('?')[0] ?? ''}?load=${String(loads)}` } : found;
  },
});

class InProcessRunner implements TestRunner {
  readonly #switchboard: Switchboard;
  /** How long each test took when it last passed. */
  readonly #tookMs = new Map<string, number>();
  #loaded = new Map<string, ReadonlyMap<string, NotedTest>>();
  /** Whether a change has been on since the code was loaded. */
  #used = false;

  constructor() {
    const home = globalThis as unknown as Record<string, Switchboard | undefined>;
    this.#switchboard = home[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
    // The same random values each time, and no search for the smallest: a score must not differ from run to run.
    fc.configureGlobal({ seed: 2022, endOnFailure: true });
    copy = pathToFileURL(`${process.cwd()}/`).href;
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun(): Promise<CompleteDryRunResult | ErrorDryRunResult> {
    const wanted = process.env['CHASER_MUTATE_AGAINST']?.split(',') ?? ['domain/**/*.test.ts'];
    const tests: TestResult[] = [];
    for (const file of globSync(wanted, { exclude: LEFT_OUT }).sort()) {
      for (const [id, { name, line, run }] of await this.#testsOf(file)) {
        const from = performance.now();
        this.#switchboard.currentTestId = id;
        const said = await failureOf(run);
        this.#switchboard.currentTestId = undefined;
        if (said !== undefined) return { status: DryRunStatus.Error, errorMessage: `${id} fails without a change: ${said}` };
        const timeSpentMs = performance.now() - from;
        const startPosition = { line: line - 1, column: 0 };
        tests.push({ id, name, fileName: join(process.cwd(), file), startPosition, timeSpentMs, status: TestStatus.Success });
      }
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.#switchboard.mutantCoverage ?? { static: {}, perTest: {} } };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    // The quickest first: most changes are noticed by an example, and random values take longest.
    const tookMs = (id: string) => this.#tookMs.get(id) ?? 0;
    const ids = (testFilter ?? []).toSorted((a, b) => tookMs(a) - tookMs(b));
    const allMs = ids.reduce((before, id) => before + tookMs(id), 0);
    if (allMs > LOADED_ANEW_MS) this.#loadAnew();
    const usedBefore = this.#used;
    let judged = await this.#judge(ids, activeMutant.id, hitLimit);
    if (usedBefore && !judged.endless && (judged.failure === undefined || (await this.#firstFailure([judged.failure.id])) !== undefined)) {
      this.#loadAnew();
      judged = await this.#judge(ids, activeMutant.id, hitLimit);
    }
    this.#used = true;
    const { failure, endless } = judged;
    if (endless) return { status: MutantRunStatus.Timeout, reason: 'A loop does not end.' };
    if (failure === undefined) return { status: MutantRunStatus.Survived, nrOfTests: ids.length };
    return { status: MutantRunStatus.Killed, killedBy: [failure.id], failureMessage: failure.said, nrOfTests: ids.length };
  }

  /** What the tests say with this change on. */
  async #judge(ids: readonly string[], change: string, hitLimit = Infinity): Promise<{ failure: Failure | undefined; endless: boolean }> {
    for (const id of ids) await this.#testsOf(fileOf(id));
    Object.assign(this.#switchboard, { activeMutant: change, hitCount: 0, hitLimit });
    const failure = await this.#firstFailure(ids);
    const endless = (this.#switchboard.hitCount ?? 0) > hitLimit;
    this.#switchboard.activeMutant = undefined;
    return { failure, endless };
  }

  async #firstFailure(ids: readonly string[]): Promise<Failure | undefined> {
    for (const id of ids) {
      const test = (await this.#testsOf(fileOf(id))).get(id);
      if (test === undefined) throw new Error(`The test ${id} is not there.`);
      const from = performance.now();
      const said = await failureOf(test.run);
      if (said !== undefined) return { id, said };
      this.#tookMs.set(id, performance.now() - from);
    }
    return undefined;
  }

  async #testsOf(file: string): Promise<ReadonlyMap<string, NotedTest>> {
    const there = this.#loaded.get(file);
    if (there !== undefined) return there;
    const tests = await notedBy(() => import(pathToFileURL(join(process.cwd(), file)).href + `?load=${String(loads)}`));
    const byId = new Map(tests.map((test) => [`${file}#${test.name}`, test]));
    if (byId.size < tests.length) throw new Error(`${file} has two tests of one name.`);
    this.#loaded.set(file, byId);
    return byId;
  }

  #loadAnew(): void {
    loads += 1;
    this.#loaded = new Map();
    this.#used = false;
  }
}

const fileOf = (id: string) => id.slice(0, id.indexOf('#'));

/** What the test said when it failed; undefined where it passed. */
async function failureOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'chaser', InProcessRunner)];
