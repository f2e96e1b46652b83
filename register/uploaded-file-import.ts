import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { findImportFile, keepImportFile, readImportFile, settleImportFile } from '../postgres/desk/import-files.ts';
import type { ImportKind } from '../postgres/desk/import-files.ts';
import { importPeople } from './import-people.ts';
import type { ImportOptions, ImportReport, PeopleReport } from './import-report.ts';
import { importSchools } from './import-schools.ts';

type Report = ImportReport | PeopleReport;

const IMPORTS: Readonly<Record<ImportKind, (db: pg.Pool, file: string, options: ImportOptions) => Promise<Result<Report, Reason>>>> = {
  people: importPeople,
  schools: importSchools,
};
const PIECE_BYTES = 4_000_000;

/** What a file would change, and the number and hash by which it is imported. */
export type PreviewedFile = { readonly id: string; readonly hash: string; readonly name: string; readonly report: Report };

export type UploadRefusal = Reason & { readonly now?: PreviewedFile };

/**
 * What a file that came with a form would change: the report that `chaser import … --dry-run` prints. Nothing is changed. The file is
 * kept for a day, to be imported as it is. Refused when it is no such file, and then it is not kept.
 */
export async function previewUpload(
  pool: pg.Pool,
  kind: ImportKind,
  { name, bytes, by }: { readonly name: string; readonly bytes: Buffer; readonly by: string },
): Promise<Result<PreviewedFile, Reason>> {
  const report = await asFile(name, [bytes], (file) => IMPORTS[kind](pool, file, { dryRun: true }));
  if (!report.ok) return report;
  const hash = createHash('sha256').update(bytes).digest('hex');
  const id = await keepImportFile(pool, { kind, name, hash, content: bytes, by }, report.value);
  return ok({ id, hash, name, report: report.value });
}

/**
 * Imports a file that was looked at: the very bytes of it. Refused when it is gone, was imported already, or would by now change
 * something else than was shown; then `now` says what.
 */
export async function importUpload(
  pool: pg.Pool,
  kind: ImportKind,
  { id, hash, by }: { readonly id: string; readonly hash: string; readonly by: string },
): Promise<Result<PreviewedFile, UploadRefusal>> {
  const kept = await findImportFile(pool, kind, { id, hash });
  if (kept === undefined) {
    return refused({ kind: 'gone', message: 'The file is no longer kept. Nothing was imported', remedy: 'Choose it again' });
  }
  if (kept.imported) {
    return refused({ kind: 'imported', message: `${kept.name} was imported already`, remedy: 'Choose another file, or go to the list' });
  }
  return asFile(kept.name, pieces(pool, id), async (file): Promise<Result<PreviewedFile, UploadRefusal>> => {
    const looked = await IMPORTS[kind](pool, file, { dryRun: true });
    if (!looked.ok) return looked;
    const now = { id, hash, name: kept.name, report: looked.value };
    if (canonical(looked.value) !== canonical(kept.preview)) {
      await pool.query('UPDATE import_files SET preview = $2 WHERE id::text = $1', [id, JSON.stringify(looked.value)]);
      return refused({
        kind: 'changed',
        message: 'What Chaser knows has changed since. Nothing was imported',
        remedy: 'Look at what the file would change now',
        now,
      });
    }
    const imported = await IMPORTS[kind](pool, file, {});
    if (!imported.ok) return imported;
    await settleImportFile(pool, id, by);
    return ok({ ...now, report: imported.value });
  });
}

async function* pieces(pool: pg.Pool, id: string): AsyncGenerator<Buffer> {
  for (let from = 0; ; from += PIECE_BYTES) {
    const piece = await readImportFile(pool, id, from, PIECE_BYTES);
    if (piece.length > 0) yield piece;
    if (piece.length < PIECE_BYTES) return;
  }
}

/** Does something with a file of this content, in a folder that is gone afterwards. */
async function asFile<T>(name: string, content: Iterable<Buffer> | AsyncIterable<Buffer>, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'chaser-import-'));
  try {
    const path = join(folder, safeName(name));
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const piece of content) await file.write(piece);
    } finally {
      await file.close();
    }
    return await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The name of a file without what could lead elsewhere: messages about the file begin with it. */
function safeName(name: string): string {
  const plain = name
    .replaceAll(/[^\p{L}\p{N} ._()-]/gu, '_')
    .replace(/^\.+/, '')
    .slice(-100);
  return plain === '' ? 'file.csv' : plain;
}

/** A report as it comes back from the database: without what JSON leaves out, its keys in one order. */
function canonical(report: unknown): string {
  return JSON.stringify(report, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
