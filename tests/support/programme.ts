import type { Programme } from '../../domain/programme.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';

/** The programme of the tests on the server, as it is published. */
export function tsiProgramme(): Programme {
  const loaded = loadProgramme('tsi-2022-23');
  if (!loaded.ok) throw new Error(loaded.reason.message);
  return loaded.value;
}

/** The same programme, joined at a later step. It is a document of its own, with an id of its own. */
export function tsiProgrammeFrom(step: string): Programme {
  return { ...tsiProgramme(), id: `tsi-2022-23-from-${step}`, begins: [step] };
}
