/** Places for National Leaders of Governance: how many a region has, and how many are used. Null: nobody has said how many. */
type Places = { readonly places: number | null; readonly used: number };

/**
 * What is left, in words (guidance 2021 to 2022, section 7: "Each region has an allocation of NLG deployments … and will be required to
 * manage this allocation"). 5 places of which 3 are used: "2 left". `warns` when none is left.
 */
export function leftWords({ places, used }: Places): { readonly text: string; readonly warns: boolean } {
  if (places === null) return { text: 'Not known: nobody has entered how many there are', warns: false };
  if (used > places) return { text: `None: ${used - places} more ${used - places === 1 ? 'is' : 'are'} used than there are`, warns: true };
  return used === places ? { text: 'None: all are used', warns: true } : { text: `${places - used} left`, warns: false };
}
