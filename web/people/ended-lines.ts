import { endedInWords } from '../../desk/ended-words.ts';
import { inWords } from '../../domain/words.ts';
import type { AccessEnded } from '../../postgres/access/end-access.ts';

/** "2 links in letters end, and they are asked again in D00001 and D00002." */
export function endedWords(access: AccessEnded): readonly string[] {
  const { askedAnewIn } = access;
  const what = endedInWords(access);
  return [
    ...(what === '' ? [] : [`What they can open now ends: ${what}.`]),
    ...(askedAnewIn.length === 0 ? [] : [`They are asked again in ${inWords(askedAnewIn)}.`]),
  ];
}
