import type { Db } from '../database.ts';

export type ImportKind = 'people' | 'schools';

/** A file that waits to be imported, without its content. */
export type WaitingFile = { readonly name: string; readonly hash: string; readonly preview: unknown; readonly imported: boolean };

/** Keeps a file that was looked at, with what it would bring about. Answers its number. */
export async function keepImportFile(
  db: Db,
  file: { readonly kind: ImportKind; readonly name: string; readonly hash: string; readonly content: Buffer; readonly by: string },
  preview: unknown,
): Promise<string> {
  await db.query("UPDATE import_files SET content = NULL WHERE content IS NOT NULL AND uploaded_at < clock_timestamp() - interval '1 day'");
  const { rows } = await db.query<{ id: string }>(
    'INSERT INTO import_files (kind, name, hash, content, by_person, preview) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id',
    [file.kind, file.name, file.hash, file.content, file.by, JSON.stringify(preview)],
  );
  const [kept] = rows;
  if (kept === undefined) throw new Error(`${file.name} was kept without a number.`);
  return kept.id;
}

/** A file by its number and the hash of its content; undefined when there is none of this kind, or its content is gone unimported. */
export async function findImportFile(
  db: Db,
  kind: ImportKind,
  { id, hash }: { readonly id: string; readonly hash: string },
): Promise<WaitingFile | undefined> {
  const { rows } = await db.query<WaitingFile>(
    `SELECT name, hash, preview, imported_at IS NOT NULL AS imported FROM import_files
     WHERE kind = $1 AND id::text = $2 AND hash = $3 AND (content IS NOT NULL OR imported_at IS NOT NULL)`,
    [kind, id, hash],
  );
  return rows[0];
}

/** `length` bytes of a file's content from the byte `from` on, which counts from 0; fewer at its end, none beyond. */
export async function readImportFile(db: Db, id: string, from: number, length: number): Promise<Buffer> {
  const { rows } = await db.query<{ piece: Buffer | null }>(
    'SELECT substring(content FROM $2::int + 1 FOR $3::int) AS piece FROM import_files WHERE id::text = $1',
    [id, from, length],
  );
  return rows[0]?.piece ?? Buffer.alloc(0);
}

/** Marks a file as imported. Its content is no longer needed. */
export async function settleImportFile(db: Db, id: string, by: string): Promise<void> {
  await db.query('UPDATE import_files SET imported_at = clock_timestamp(), imported_by = $2, content = NULL WHERE id::text = $1', [id, by]);
}

export type ImportedFile = { readonly name: string; readonly byName: string; readonly at: string };

/** The last files that were imported on pages, the newest first. */
export async function listImportedFiles(db: Db, kind: ImportKind): Promise<readonly ImportedFile[]> {
  const { rows } = await db.query<ImportedFile>(
    `SELECT file.name, coalesce(person.name, file.imported_by, '') AS "byName", file.imported_at AS at
     FROM import_files file LEFT JOIN people person ON person.id = file.imported_by
     WHERE file.kind = $1 AND file.imported_at IS NOT NULL ORDER BY file.imported_at DESC LIMIT 10`,
    [kind],
  );
  return rows;
}
