/** The nine regions, as Chaser writes them. */
export const REGIONS = [
  'North East',
  'North West',
  'Yorkshire and the Humber',
  'East Midlands',
  'West Midlands',
  'East of England',
  'London',
  'South East',
  'South West',
] as const;

export type Region = (typeof REGIONS)[number];

/**
 * The region that a text names: "Yorkshire and The Humber" and "yorkshire & the humber" are the same. Undefined when it
 * is none of the nine.
 */
export function regionNamed(text: string): Region | undefined {
  return BY_KEY.get(keyOf(text));
}

function keyOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[^a-z]+/g, ' ')
    .replace(/^ ?the /, '')
    .trim();
}

const BY_KEY = new Map<string, Region>([
  ...REGIONS.map((region) => [keyOf(region), region] as const),
  ['yorkshire and humber', 'Yorkshire and the Humber'],
  ['east england', 'East of England'],
  ['eastern', 'East of England'],
  ['greater london', 'London'],
]);
