import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { BundleOptions, Logger, WorkflowBundleOption } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { PAYLOAD_CONVERTER } from '../temporal/payload-codec.ts';
import { workflowSource } from './workflow-source.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** Where the bundle of this build is kept once it is made: by `npm run bundle`, and when the image is built. */
const BUILT = join(PROJECT, 'built');

/** Webpack tells of each of its modules otherwise. */
const QUIET = new DefaultLogger('WARN');

const CODE = 'workflows.js';
const MADE_FROM = 'workflows.json';

/** The workflows as a worker takes them, and the hash of everything that they are made from: the same sources have the same one. */
export type WorkflowBundle = { readonly bundle: WorkflowBundleOption; readonly hash: string };

/** What a bundle was made from. It is kept beside it. */
type MadeFrom = {
  /** The version of the Temporal SDK, which wrote the bundle and has to be the one that reads it. */
  readonly sdk: string;
  /** The SHA-256 of each source, by its path in the project. */
  readonly sources: Readonly<Record<string, string>>;
  /** The SHA-256 of the bundle itself. */
  readonly code: string;
};

/** What names a build to people and to Temporal: the version of Chaser, and the first characters of the hash of its workflows. "0.3.0-1a2b3c4d". */
export function buildIdOf(hash: string): string {
  const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
  return `${version}-${hash.slice(0, 8)}`;
}

/** Bundles the workflows from their sources, which takes two seconds of a core. */
export async function bundleWorkflows(logger: Logger = QUIET): Promise<WorkflowBundle> {
  const { code, madeFrom } = await make(logger);
  return { bundle: { code }, hash: hashOfAll(madeFrom) };
}

/** Bundles the workflows into a folder, for workers that start later. What was there is replaced. Answers where the bundle is. */
export async function keepWorkflowBundle(folder: string = BUILT): Promise<string> {
  const { code, madeFrom } = await make(QUIET);
  // A bundle without this file counts as none, so one that was only half written is never used.
  rmSync(join(folder, MADE_FROM), { force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, CODE), code);
  writeFileSync(join(folder, MADE_FROM), `${JSON.stringify(madeFrom, null, 2)}\n`);
  return join(folder, CODE);
}

/**
 * The bundle that was made before; null where none was. Refused when a source, the Temporal SDK or the bundle itself has changed since: a
 * worker would follow other rules than those of its files.
 */
export function findWorkflowBundle(folder: string = BUILT): Result<WorkflowBundle | null, Reason> {
  if (!existsSync(join(folder, MADE_FROM))) return ok(null);
  const madeFrom = JSON.parse(readFileSync(join(folder, MADE_FROM), 'utf8')) as MadeFrom;
  const codePath = join(folder, CODE);
  const changed = Object.entries(madeFrom.sources).flatMap(([path, hash]) => (hashOfFile(join(PROJECT, path)) === hash ? [] : [path]));
  const [first] = changed;
  const why =
    madeFrom.sdk !== sdkVersion()
      ? `the Temporal SDK was ${madeFrom.sdk} then and is ${sdkVersion()} now`
      : first !== undefined
        ? `${first}${changed.length === 1 ? ' has' : ` and ${changed.length - 1} more have`} changed since`
        : hashOfFile(codePath) !== madeFrom.code
          ? 'its own file was altered'
          : null;
  if (why === null) return ok({ bundle: { codePath }, hash: hashOfAll(madeFrom) });
  return refused({
    kind: 'stale-bundle',
    message: `The workflow bundle in ${folder} does not fit these sources: ${why}.`,
    remedy: 'Make it anew with npm run bundle, or delete that folder: then each worker bundles the workflows when it starts.',
  });
}

async function make(logger: Logger): Promise<{ readonly code: string; readonly madeFrom: MadeFrom }> {
  const read = new Set<string>();
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflowSource.workflowsPath,
    preloadModules: workflowSource.bundlerOptions.preloadModules,
    payloadConverterPath: PAYLOAD_CONVERTER,
    webpackConfigHook: noting(read),
    logger,
  });
  const sources = [...read, fileURLToPath(new URL('workflow-source.ts', import.meta.url))]
    .map((file) => relative(PROJECT, file).split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('../') && !path.startsWith('node_modules/'))
    .toSorted()
    .map((path) => [path, hashOf(readFileSync(join(PROJECT, path), 'utf8'))] as const);
  return { code, madeFrom: { sdk: sdkVersion(), sources: Object.fromEntries(sources), code: hashOf(code) } };
}

/** Has webpack tell which files it reads. */
function noting(read: Set<string>): NonNullable<BundleOptions['webpackConfigHook']> {
  return (config) => ({
    ...config,
    plugins: [
      ...(config.plugins ?? []),
      (compiler) =>
        compiler.hooks.done.tap('chaser', ({ compilation }) => {
          for (const file of compilation.fileDependencies) read.add(file);
        }),
    ],
  });
}

function sdkVersion(): string {
  return (createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string }).version;
}

function hashOfAll({ sdk, sources }: MadeFrom): string {
  return hashOf(JSON.stringify([sdk, Object.entries(sources)]));
}

function hashOfFile(path: string): string | null {
  return existsSync(path) ? hashOf(readFileSync(path, 'utf8')) : null;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
