/** Small parts of English that the rules, the letters and the pages share. */

/** "system leader" → "System leader" */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "Overdue notice" → "overdue notice" */
export function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** "Jo Head", "Jo Head and Sam Okafor", "A, B and C"; empty for nobody. */
export function inWords(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** 1 → "first"; from seven on "7th" */
export function ordinal(n: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][n - 1] ?? `${n}th`;
}

/** 1 → "once", 2 → "twice", 3 → "3 times" */
export function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}
