import { programmeOnOffer, programmeVersion } from '../../desk/programmes-on-offer.ts';
import type { Db } from '../../postgres/database.ts';
import type { Shown } from './programme-urls.ts';

/** The programme that an address names: in the version on offer, or in the one that it names. */
export async function shownBy(
  db: Db,
  { params, query }: { readonly params: { readonly id: string }; readonly query: { readonly version?: unknown } },
): Promise<Shown | undefined> {
  const version = numberIn(query.version);
  if (version === undefined) {
    const found = await programmeOnOffer(db, params.id);
    return found.ok ? { programme: found.value, chosen: false } : undefined;
  }
  const found = await programmeVersion(db, params.id, version);
  return found.ok ? { programme: found.value, chosen: true } : undefined;
}

/** "12" as a version. Undefined when nothing was asked for; 0, which no version has, for what is no number. */
function numberIn(text: unknown): number | undefined {
  if (text === undefined || text === '') return undefined;
  return typeof text === 'string' && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
}
