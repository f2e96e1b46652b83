/** A number as it stands in the address of a survey's page: 1, 2 and on; null for anything else. */
export function numberOf(given: string): number | null {
  return /^[1-9]\d{0,8}$/.test(given) ? Number(given) : null;
}
