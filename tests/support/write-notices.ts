import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';

/**
 * `npm run notices`: writes THIRD-PARTY-NOTICES.md, the packages that run in production with their licences, as the lock file and
 * the installed packages say. `--check` only says whether it is up to date.
 */
type Locked = { readonly version?: string; readonly dev?: boolean; readonly optional?: boolean; readonly license?: string };

/** Packages that name no licence in package.json, and bring its text. */
const LICENCE_BY_TEXT: Readonly<Record<string, string>> = { unionfs: 'Unlicense' };

const FILE = join(PROJECT, 'THIRD-PARTY-NOTICES.md');
const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};

const lines = new Map<string, string>();
for (const [path, { version, dev, optional, license }] of Object.entries(packages)) {
  // Optional packages are those of other platforms, or of npm start alone: no image holds them.
  if (path === '' || dev === true || optional === true) continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  lines.set(`${name} ${version}`, `| ${name} | ${version} | ${license ?? licenceOf(path)} |`);
}

const text = `# Third-party notices

Packages that run in production, with the licence that each declares. Their full texts come with the packages, in
\`node_modules/\`. Written by \`npm run notices\`.

| Package | Version | Licence |
| --- | --- | --- |
${[...lines]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([, line]) => line)
  .join('\n')}
`;

if (process.argv.includes('--check')) {
  const same = existsSync(FILE) && readFileSync(FILE, 'utf8') === text;
  if (!same) process.stderr.write('THIRD-PARTY-NOTICES.md is not up to date: npm run notices\n');
  process.exitCode = same ? 0 : 1;
} else {
  writeFileSync(FILE, text);
}

/** What an installed package says of its licence, where the lock file does not: by name, or in the list of an older day. */
function licenceOf(path: string): string {
  const { license, licenses } = JSON.parse(readFileSync(join(PROJECT, path, 'package.json'), 'utf8')) as {
    license?: string;
    licenses?: readonly { readonly type: string }[];
  };
  return license ?? licenses?.map(({ type }) => type).join(', ') ?? LICENCE_BY_TEXT[path.slice(path.lastIndexOf('/') + 1)] ?? 'not stated';
}
