import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, matchesGlob, posix } from 'node:path';
import { describe, it } from 'vitest';
import { PROJECT } from '../../embedded/folders.ts';

const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
const ignore = readFileSync(join(PROJECT, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  dependencies: Readonly<Record<string, string>>;
};

const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
const folders = [...last.matchAll(/^COPY (\w+) \1$/gm)].map(([, folder = '']) => folder);
const sources = folders
  .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: PROJECT }))
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !ignore.some((pattern) => matchesGlob(file, pattern)));

describe('the image', () => {
  it('holds every file that its programs import', () => {
    const missing = imports()
      .filter(({ from }) => from.startsWith('.'))
      .map(({ file, from }) => ({ file, imported: posix.normalize(posix.join(dirname(file), from)) }))
      .filter(({ imported }) => !sources.includes(imported));
    assert.deepEqual(missing, []);
  });

  it('holds every package that its programs import: none of them is for development only', () => {
    const missing = imports()
      .filter(({ from }) => !from.startsWith('.') && !isBuiltin(from))
      .map(({ file, from }) => ({
        file,
        name: from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      }))
      .filter(({ name }) => !(name in dependencies));
    assert.deepEqual(missing, []);
  });

  it('installs optional packages too: swc, which bundles the workflows, needs one of them', () => {
    assert.match(dockerfile, /^RUN npm ci --omit=dev --ignore-scripts \\$/m);
  });

  it('holds no tests, no secrets and nothing that is not listed', () => {
    assert.equal(ignore[0], '*');
    const named = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    assert.deepEqual(named.toSorted(), ['.npmrc', 'package-lock.json', 'package.json', ...folders].toSorted());
    assert.deepEqual(
      sources.filter((file) => /\.test\.ts$|\/test-/.test(file)),
      [],
    );
  });

  it('is built on glibc, and runs the worker as an ordinary user in production', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    assert.deepEqual(bases, ['node:24-bookworm-slim', 'node:24-bookworm-slim']);
    assert.match(last, /^USER node$/m);
    assert.match(last, /^ENV NODE_ENV=production$/m);
    assert.match(last, /^CMD \["node", "worker\/main.ts"\]$/m);
    assert.ok(sources.includes('worker/main.ts') && sources.includes('cli/main.ts'));
  });
});

function imports(): readonly { readonly file: string; readonly from: string }[] {
  return sources.flatMap((file) => {
    const source = readFileSync(join(PROJECT, file), 'utf8');
    return [...source.matchAll(/^(?:import|export|\}) .*?from '([^']+)';$|import\('([^']+)'\)/gm)]
      .filter(([statement]) => !statement.startsWith('import type') && !statement.startsWith('export type'))
      .map(([, from, lazily]) => ({ file, from: from ?? lazily ?? '' }));
  });
}
