import type { Db } from '../postgres/database.ts';
import { readContent, standsAs } from '../postgres/pinned/programme-versions.ts';
import { loadProgramme, programmeText } from '../programmes/load-programmes.ts';

/**
 * The text of a version as it was written, to begin another from. Null where none was kept: it was published before Chaser kept the
 * texts, or by something that had no text.
 */
export async function textOfVersion(db: Db, id: string, version: number): Promise<string | null> {
  const kept = await readContent(db, id, version);
  if (kept !== null && kept !== '') return kept;
  const shipped = loadProgramme(id);
  if (!shipped.ok || shipped.value.version !== version) return null;
  return (await standsAs(db, shipped.value)) === 'other' ? null : programmeText(id);
}
