import type { Programme } from '../domain/programme.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { EXIT, Fault } from './output.ts';

/** A programme that comes with Chaser; a fault that names the known ones when there is none of this id. */
export function mustLoadProgramme(id: string): Programme {
  const loaded = loadProgramme(id);
  if (loaded.ok) return loaded.value;
  throw new Fault(loaded.reason, loaded.reason.kind === 'unknown-programme' ? EXIT.usage : EXIT.refused);
}
