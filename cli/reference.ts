/** A reference as it is written, however it was typed: "d00001" is D00001. Anything else stays as it is, to be told of. */
export function asReference(typed: string): string {
  const reference = typed.trim();
  return /^d\d+$/i.test(reference) ? reference.toUpperCase() : reference;
}
