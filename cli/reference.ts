import { withoutUnseen } from '../domain/unseen-characters.ts';

/** A reference as it is written, however it was typed: "d00001" is D00001. Anything else stays as it is, to be told of. */
export function asReference(typed: string): string {
  const reference = withoutUnseen(typed).trim();
  return /^d\d+$/i.test(reference) ? reference.toUpperCase() : reference;
}
