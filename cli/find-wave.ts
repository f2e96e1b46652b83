import { rowNumber } from '../domain/row-number.ts';
import type { Db } from '../postgres/database.ts';
import { findWave } from '../postgres/surveys/waves.ts';
import type { Wave } from '../postgres/surveys/waves.ts';
import { Fault, usage } from './output.ts';

const SEE = 'See them with: chaser survey wave list';

/** The number of a wave as it was typed; a fault where it is none. */
export function waveNumber(given: string): number {
  return numberTyped(given, 'a wave', SEE);
}

/** The number of something as it was typed: 1, 2 and on. A fault where it is none. */
export function numberTyped(given: string, what: string, remedy: string): number {
  const number = rowNumber(given);
  if (number === null) throw usage(`"${given}" is not the number of ${what}.`, remedy);
  return number;
}

/** A wave by its number; a fault that says so where there is none. */
export async function mustFindWave(db: Db, id: number): Promise<Wave> {
  const found = await findWave(db, id);
  if (found !== undefined) return found;
  throw new Fault({ kind: 'unknown-wave', message: `There is no wave ${id}.`, remedy: SEE });
}
