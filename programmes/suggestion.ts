/**
 * How to mend an unknown name: suggests the one that was probably meant, or else lists all that are known.
 * `suggestion('regionl-team', roles)` = 'Did you mean "regional-team"?'
 */
export function suggestion(given: string, known: readonly string[]): string {
  const [nearest] = known.map((name) => ({ name, distance: editDistance(given, name) })).toSorted((a, b) => a.distance - b.distance);
  if (nearest === undefined) return 'None is defined yet: define one, or remove this.';
  if (nearest.distance <= Math.max(2, Math.floor(given.length / 4))) return `Did you mean "${nearest.name}"?`;
  return `Use one of: ${known.join(', ')}.`;
}

/** Levenshtein distance: the fewest letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
