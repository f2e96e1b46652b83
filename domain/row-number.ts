/**
 * The number under which the record keeps something (a wave, a proposal), as it stands in an address or was typed: 1, 2 and on, in at most
 * nine digits. Null for anything else.
 */
export function rowNumber(given: string): number | null {
  return /^[1-9]\d{0,8}$/.test(given) ? Number(given) : null;
}
